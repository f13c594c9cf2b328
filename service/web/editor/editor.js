// A rule draft's text areas come in; one CodeMirror stands in for whichever is shown, and writes back on every change.
import { EditorView } from "@codemirror/view";
import { ruleCompletion } from "./completion.js";
import { showProblems, offsetOf } from "./diagnostics.js";
import { fileState, HINT } from "./setup.js";

function enhance(draft) {
  const states = new Map(); // by text area: its text, selection and history while another file is shown
  let view, shown, problems = [], words = null;

  const hint = document.createElement("p");
  hint.className = "quiet";
  hint.id = "editor-hint";
  hint.textContent = HINT;

  const writeBack = EditorView.updateListener.of(update => {
    if (!update.docChanged) return;
    shown.value = update.state.doc.toString();
    shown.dispatchEvent(new Event("input", { bubbles: true }));
  });

  draft.addEventListener("draft:shown", ({ detail: area }) => {
    (area.closest("label") ?? area).hidden = true;
    if (area === shown) return;
    if (view) states.set(shown, { state: view.state, scroll: view.scrollSnapshot() });
    shown = area;
    const kept = states.get(area);
    const state = kept?.state ?? fileState(area, [ruleCompletion(() => words), writeBack]);
    if (view) view.setState(state);
    else view = begin(state);
    if (kept) view.dispatch({ effects: kept.scroll });
    showProblems(view, problems, area.dataset.file);
  });

  // Only with its first state: styles are made at once, and without the state's nonce they are refused.
  function begin(state) {
    const made = new EditorView({ state });
    draft.querySelector(".found").before(made.dom, hint);
    return made;
  }

  draft.addEventListener("draft:problems", ({ detail }) => {
    problems = detail;
    showProblems(view, problems, shown.dataset.file);
  });

  draft.addEventListener("draft:goto", event => {
    event.preventDefault();
    const at = offsetOf(view.state.doc, event.detail);
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    view.focus();
  });

  fetch(draft.dataset.words)
    .then(reply => (reply.ok ? reply.json() : Promise.reject(new Error(String(reply.status)))))
    .then(answer => { words = answer; })
    .catch(() => { hint.textContent = `${HINT} · 词语提示这次没有取到，不影响编写`; });
}

document.querySelectorAll("[data-rule-editor]").forEach(enhance);
