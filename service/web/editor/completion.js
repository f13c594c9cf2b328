// The words of the rule set come in; what can be written at the cursor goes out.
import { autocompletion, pickedCompletion, snippet, startCompletion } from "@codemirror/autocomplete";
import { placeAt } from "./place.js";

const CONNECTIVES = ["全部", "任一", "非"];
const TEST_KEYS = ["名", "给定", "期望"];
const TEST_WORDS = ["命中", "未命中"];
const YES_NO = ["是", "否"];
const WITH_LISTS = ["属于", "不属于", "介于", "含任一", "含全部", "均不含"];

/** `words` gives what /api/v1/rules/words answered, or null as long as it has not. */
export function ruleCompletion(words) {
  return autocompletion({
    override: [context => words() && complete(context, words())],
    compareCompletions: () => 0, // in the rule set's own order: 红 before 黄
    icons: false,
  });
}

function complete(context, words) {
  const place = placeAt(context.state.sliceDoc(0, context.pos));
  if (!place || (!place.word && !context.explicit)) return null;
  // A word that is there already, whole, is no proposal: Enter shall then begin a new line.
  const options = proposals(place, words, context.state, context.pos).filter(option => option.label !== place.word);
  return options.length ? { from: context.pos - place.word.length, options } : null;
}

function proposals({ path, slot, written }, words, state, pos) {
  const [part, ...inner] = path;
  if (!path.length) return slot === "key" ? ruleKeys(words, state, pos) : [];
  if (part === "条件") return condition(inner.filter(key => !CONNECTIVES.includes(key)), slot, written, words);
  if (part === "结论") return outcome(inner, slot, written, words.decisions);
  if (part === "状态") return slot === "value" ? values(words.statuses) : [];
  if (part === "底线") return slot === "value" ? values(YES_NO) : [];
  if (part !== "测试") return [];
  const [field, ...deeper] = inner;
  if (!field) return slot === "key" ? keys(TEST_KEYS, written) : [];
  if (field === "给定") return given(deeper, slot, written, words.facts);
  if (field !== "期望") return [];
  return outcome(deeper, slot, written, { ...words.decisions, ...Object.fromEntries(TEST_WORDS.map(word => [word, []])) });
}

function ruleKeys(words, state, pos) {
  // Also those below the cursor are written already.
  const text = state.doc.toString();
  const begin = text.lastIndexOf("\n- ", pos - 1) + 1, end = text.indexOf("\n- ", pos);
  const rule = text.slice(begin, end < 0 ? undefined : end);
  const written = [...rule.matchAll(/^(?:- | {2})([^\s:#]+):/gm)].map(match => match[1]);
  const named = words.keys.filter(({ name }) => !written.includes(name));
  return named.map(({ name, 说明 }) => ({ label: name, detail: 说明, apply: asKey(name) }));
}

function condition([name, operator, ...more], slot, written, words) {
  if (more.length) return [];
  if (!name) return slot === "key" ? [...facts(words.facts, written), ...CONNECTIVES.map(connective)] : [];
  const fact = words.facts[name];
  if (!fact) return [];
  if (operator) return values(valuesOf(fact));
  if (slot === "key") return keys(fact.operators ?? [], written);
  return slot === "value" ? [...values(valuesOf(fact)), ...(fact.operators ?? []).map(comparison)] : [];
}

function given([name], slot, written, all) {
  if (!name) return slot === "key" ? facts(all, written) : [];
  return slot === "value" && all[name] ? values(valuesOf(all[name])) : [];
}

function outcome([name], slot, written, decisions) {
  if (!name) return slot === "key" ? keys(Object.keys(decisions), written) : [];
  return values(decisions[name] ?? []);
}

function valuesOf(fact) {
  return fact.kind === "是否" ? YES_NO : fact.values ?? [];
}

function values(texts) {
  return texts.map(label => ({ label, apply: spaced(label) }));
}

function keys(names, written) {
  return names.filter(name => !written.includes(name)).map(label => ({ label, apply: asKey(label) }));
}

function facts(all, written) {
  return keys(Object.keys(all), written).map(option => ({ ...option, detail: describe(all[option.label]) }));
}

function describe({ kind, range }) {
  return range ? `${kind} ${range[0]}～${range[1]}` : kind;
}

function connective(label) {
  return { label, detail: label === "非" ? "不成立" : "几项条件", apply: around(label === "非" ? "非: {${}}" : `${label}: [{\${}}]`) };
}

function comparison(label) {
  return { label, detail: "比较", apply: around(WITH_LISTS.includes(label) ? `{${label}: [\${}]}` : `{${label}: \${}}`) };
}

/** Into the brackets of a snippet, and on to what can stand there. */
function around(template) {
  return (view, option, from, to) => {
    snippet(gap(view, from) + template)(view, option, from, to);
    startCompletion(view);
  };
}

function asKey(name) {
  return (view, option, from, to) => {
    const colon = /^\s*:/.test(view.state.sliceDoc(to, to + 2)) ? "" : ": ";
    put(view, option, from, to, name + colon);
    if (colon) startCompletion(view);
  };
}

function spaced(label) {
  return (view, option, from, to) => put(view, option, from, to, gap(view, from) + label);
}

/** A colon without a blank behind it is none. */
function gap(view, from) {
  return view.state.sliceDoc(from - 1, from) === ":" ? " " : "";
}

function put(view, option, from, to, text) {
  view.dispatch({
    changes: { from, to, insert: text }, selection: { anchor: from + text.length },
    userEvent: "input.complete", annotations: pickedCompletion.of(option),
  });
}
