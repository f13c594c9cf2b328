// The files of a rule draft: one is shown at a time, all are checked while somebody writes, what is wrong is listed.
// It works on plain text areas. The built editor, where there is one, stands in for the text area: it hears
// `draft:shown` and `draft:problems`, and answers `draft:goto`.
"use strict";
const draft = document.querySelector("[data-rule-editor]");
const areas = [...draft.querySelectorAll("textarea[data-file]")];
const select = draft.querySelector("select[data-files]");
const PAUSE = 500; // ms without a key before asking
const MOST_LISTED = 100;
let timer, request;

const found = document.createElement("section");
found.className = "found";
found.setAttribute("aria-live", "polite");
found.setAttribute("aria-label", "检查结果");
found.append(document.createElement("p"));
draft.append(found);

const tell = (name, detail) => draft.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));

function show(file) {
  select.value = file;
  for (const area of areas) (area.closest("label") ?? area).hidden = area.dataset.file !== file;
  tell("draft:shown", areas.find(area => area.dataset.file === file));
}

async function check() {
  const mine = request = new AbortController();
  const texts = Object.fromEntries(areas.map(area => [area.dataset.file, area.value]));
  try {
    const reply = await fetch(draft.dataset.check, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ files: texts }), signal: mine.signal,
    });
    const answer = await reply.json();
    if (mine.signal.aborted) return; // belongs to an older text
    if (!reply.ok) throw new Error(answer.message);
    list(answer.problems);
  } catch (error) {
    if (mine.signal.aborted) return;
    const reason = /[一-鿿]/.test(error.message) ? `（${error.message}）` : "";
    say(`检查没有做成${reason}。写的内容都还在，可以照常保存；再改一处就会重新检查。`);
    found.querySelector("ol")?.remove();
  }
}

function list(problems) {
  const [errors, hints] = count(problems);
  const rest = problems.length > MOST_LISTED ? `，只列出前 ${MOST_LISTED} 处` : "";
  say(problems.length ? `${errors} 处错误，${hints} 处提醒${rest}` : "没有发现错误");
  const rows = document.createElement("ol");
  rows.append(...problems.slice(0, MOST_LISTED).map(row));
  found.querySelector("ol")?.remove();
  if (problems.length) found.append(rows);
  for (const option of select.options) {
    const [wrong, doubtful] = count(problems.filter(problem => problem.file === option.value));
    const counts = [wrong && `${wrong} 处错误`, doubtful && `${doubtful} 处提醒`].filter(Boolean);
    option.text = option.value + (counts.length ? `（${counts.join("，")}）` : "");
  }
  tell("draft:problems", problems);
}

function count(problems) {
  const errors = problems.filter(problem => problem.severity === "错误").length;
  return [errors, problems.length - errors];
}

// What has not changed is not read out again.
function say(text) {
  if (found.firstChild.textContent !== text) found.firstChild.textContent = text;
}

function row(problem) {
  const { file, line, column, code, message, remedy, severity } = problem;
  const item = document.createElement("li");
  const place = document.createElement("button");
  place.type = "button";
  place.textContent = `${file}:${line}:${column}`;
  place.addEventListener("click", () => goTo(problem));
  const kind = document.createElement("b");
  kind.className = severity === "错误" ? "tag wrong" : "tag hint";
  kind.textContent = `${severity} ${code}`;
  item.append(place, " ", kind, ` ${message} —— ${remedy}`);
  return item;
}

function goTo(problem) {
  show(problem.file);
  if (!tell("draft:goto", problem)) return; // the editor went there
  const area = areas.find(one => one.dataset.file === problem.file);
  const lines = area.value.split("\n");
  const before = lines.slice(0, problem.line - 1).join("\n").length + (problem.line > 1);
  const start = before + [...lines[problem.line - 1] ?? ""].slice(0, problem.column - 1).join("").length;
  area.setSelectionRange(start, start + 1);
  area.blur(); // Chromium scrolls to a selection only when the field is entered
  area.focus();
}

draft.addEventListener("input", event => {
  if (!areas.includes(event.target)) return;
  request?.abort();
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
});
select.addEventListener("change", () => show(select.value));
// By then the editor, whose script comes after this one, listens.
addEventListener("DOMContentLoaded", () => {
  for (const option of select.options) option.value = option.value; // else it would follow the text
  select.hidden = false;
  show(select.value);
  check();
});
