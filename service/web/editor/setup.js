// How a rule file looks and what its keys do, in Chinese.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, nextDiagnostic, previousDiagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const HINT = "Ctrl+空格 提示可写的词 · Ctrl+F 查找 · F8 下一处问题 · 行首或选中时 Tab 缩进 · 按 Esc 再按 Tab 离开编辑框";

const PHRASES = {
  "Find": "查找", "Replace": "替换为", "next": "下一处", "previous": "上一处", "all": "全选", "match case": "区分大小写",
  "regexp": "正则式", "by word": "整词", "replace": "替换", "replace all": "全部替换", "close": "关闭",
  "current match": "当前这处", "on line": "在第几行", "replaced match on line $": "替换了第 $ 行的一处",
  "replaced $ matches": "替换了 $ 处", "Go to line": "到第几行", "go": "去", "Completions": "可以写的词",
  "Diagnostics": "问题", "No diagnostics": "没有问题", "Selection deleted": "已删除选中的内容",
  "Control character": "控制字符", "Invalid regular expression": "正则式写得不对", "Fold line": "折叠", "Unfold line": "展开",
};

const LOOK = EditorView.theme({
  "&": { height: "60vh", minHeight: "320px", border: "1px solid #8a97a6", borderRadius: "4px", background: "#fff", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--blue)", outlineOffset: "1px" },
  // These fonts draw a Chinese character exactly two columns wide.
  ".cm-scroller": { fontFamily: '"Noto Sans Mono CJK SC", "Sarasa Mono SC", NSimSun, SimSun, monospace', fontSize: "14px", lineHeight: "1.6" },
  ".cm-content": { maxWidth: "124ch" },
  ".cm-gutters": { background: "var(--ground)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "#e6f0fb80" },
  ".cm-panels": { background: "var(--ground)", color: "var(--ink)" },
  ".cm-panel.cm-search": { padding: "8px 28px 8px 8px", fontSize: "14px" },
  ".cm-panel.cm-search label": { fontSize: "13px" },
  ".cm-textfield, .cm-button": { fontSize: "13px", backgroundImage: "none", background: "#fff" },
  ".cm-tooltip": { maxWidth: "min(560px, 94vw)", borderColor: "var(--line)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "40vh" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--blue)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".75" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap" },
});

const COLOURS = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--blue-dark)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--quiet)" },
  { tag: tags.string, color: "var(--green)" },
  { tag: [tags.separator, tags.squareBracket, tags.brace, tags.punctuation, tags.meta], color: "#7a3e9d" },
]));

/** The line up to the cursor is blank, or something is selected: only then is Tab for indenting. */
function forIndenting({ state }) {
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  return !main.empty || !line.text.slice(0, main.head - line.from).trim();
}

const TABS = [{
  key: "Tab",
  run: view => {
    if (view.state.readOnly || !forIndenting(view)) return false;
    if (!view.state.selection.main.empty) return indentMore(view);
    view.dispatch(view.state.replaceSelection("  "), { scrollIntoView: true, userEvent: "input.indent" });
    return true;
  },
  shift: view => forIndenting(view) && /^\s/.test(view.state.doc.lineAt(view.state.selection.main.from).text) && indentLess(view),
}];

// Chromium joins the lines around a character typed over several by inline styles, which our policy refuses, loudly.
const TYPING_OVER_LINES = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { from, to } = view.state.selection.main;
    const over = event.inputType === "insertText" && event.data && view.state.sliceDoc(from, to).includes("\n");
    if (!over || view.composing || view.state.readOnly) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

const PROBLEM_KEYS = [{ key: "F8", run: nextDiagnostic, shift: previousDiagnostic }];

/** A fresh state for the file of one text area. */
export function fileState(area, extensions) {
  const nonce = document.querySelector('meta[name="style-nonce"]')?.content ?? "";
  return EditorState.create({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(nonce), EditorState.phrases.of(PHRASES), EditorState.readOnly.of(area.readOnly),
      EditorView.contentAttributes.of({
        "aria-label": `规则文件 ${area.dataset.file}`, "aria-describedby": "editor-hint", "spellcheck": "false",
      }),
      EditorView.lineWrapping, indentUnit.of("  "), EditorState.tabSize.of(2),
      lintGutter(), lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(),
      history(), bracketMatching(), highlightSelectionMatches(), search({ top: true }), yaml(), COLOURS, LOOK, TYPING_OVER_LINES,
      keymap.of([...TABS, ...PROBLEM_KEYS, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      ...extensions,
    ],
  });
}
