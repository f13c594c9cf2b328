// The text up to the cursor comes in; the keys that lead there, and what is being written, go out.
// A parser of whole documents would not do: what is being written is hardly ever a whole document.

const KEY = /^("[^"]*"|'[^']*'|[^\s#{}[\],"'-][^:{}[\],]*?)\s*:(?=\s|$)/;

/**
 * {path, written, slot, word}: the keys from the rule's own inwards; the keys already written in the same table;
 * whether a "key", a "value" or an "item" of a list is being written; and what of it is there.
 * Null outside of rules.
 */
export function placeAt(text) {
  const frames = []; // open tables and lists: {indent, list, flow, keys, key}
  const start = text.lastIndexOf("\n- ") + 1;
  const lines = text.slice(start).split("\n");
  const last = lines.pop();
  for (const line of lines) if (line.trim() && !/^\s*#/.test(line)) readLine(line, frames);
  const here = readLine(last, frames);
  const path = frames.map(frame => frame.key).filter(Boolean);
  if (path[0] === "规则") path.shift();
  else if (!frames[0]?.list || frames[0].indent > 0) return null;
  return here && { path, written: frames[frames.length - 1].keys, ...here };
}

function readLine(line, frames) {
  let column = line.search(/\S|$/);
  if (top(frames)?.flow) {
    const block = frames.filter(frame => !frame.flow).pop();
    const abandoned = KEY.test(line.slice(column)) && column <= (block?.indent ?? 0);
    if (!abandoned) return readFlow(line, frames);
    while (top(frames)?.flow) frames.pop(); // a bracket was left open above
  }
  let rest = line.slice(column);
  for (let dash; (dash = /^-(\s+|$)/.exec(rest)); column += dash[0].length, rest = rest.slice(dash[0].length)) {
    leave(frames, frame => frame.indent > column);
    if (!(top(frames)?.list && top(frames).indent === column)) frames.push({ indent: column, list: true, keys: [] });
  }
  const key = KEY.exec(rest);
  // Behind a dash, what is written may be a value or a key that still lacks its colon; it is called a key.
  leave(frames, frame => frame.indent > column || (frame.list && frame.indent >= column));
  if (!(top(frames) && !top(frames).list && top(frames).indent === column)) {
    frames.push({ indent: column, list: false, keys: [], key: null });
  }
  const table = top(frames);
  table.key = null;
  if (!key) return /^[{[]/.test(rest) ? readFlow(rest, frames) : { slot: "key", word: rest };
  table.key = key[1].replace(/^["']|["']$/g, "");
  table.keys.push(table.key);
  const value = rest.slice(key[0].length).trimStart();
  return /^[{[]/.test(value) ? readFlow(value, frames) : { slot: "value", word: value };
}

function readFlow(text, frames) {
  let word = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at], frame = top(frames);
    if (char === '"' || char === "'") {
      const end = text.indexOf(char, at + 1);
      word += text.slice(at, end < 0 ? undefined : end + 1);
      at = end < 0 ? text.length : end;
    } else if (char === "{" || char === "[") {
      frames.push({ flow: true, list: char === "[", keys: [], key: null });
      word = "";
    } else if (char === "}" || char === "]") {
      if (frame?.flow) frames.pop();
      word = "";
    } else if (char === "," && frame?.flow) {
      frame.key = null;
      word = "";
    } else if (char === ":" && frame?.flow && !frame.list && !frame.key && /^(\s|$)/.test(text.slice(at + 1))) {
      frame.key = word.trim().replace(/^["']|["']$/g, "");
      frame.keys.push(frame.key);
      word = "";
    } else if (char === "#" && /\s$/.test(word || text.slice(0, at))) {
      break;
    } else word += char;
  }
  const frame = top(frames);
  if (!frame?.flow) return null; // behind the closing bracket
  return { slot: frame.list ? "item" : frame.key ? "value" : "key", word: word.trimStart() };
}

function top(frames) {
  return frames[frames.length - 1];
}

function leave(frames, beyond) {
  while (frames.length && (top(frames).flow || beyond(top(frames)))) frames.pop();
}
