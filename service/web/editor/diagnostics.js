// The service's problems come in; marks in the text and in the margin go out.
import { setDiagnostics } from "@codemirror/lint";

const WORD = /^[\p{L}\p{N}_.()-]+/u;

/** The offset of a problem's line and column: both count from 1, the column in whole characters. */
export function offsetOf(doc, { line, column }) {
  const { from, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return from + [...text].slice(0, column - 1).join("").length;
}

export function showProblems(view, problems, file) {
  const { doc } = view.state;
  const diagnostics = problems.filter(problem => problem.file === file).map(problem => {
    const from = offsetOf(doc, problem);
    const line = doc.lineAt(from);
    const word = WORD.exec(line.text.slice(from - line.from))?.[0].length ?? 1;
    return {
      from, to: Math.min(from + word, line.to),
      severity: problem.severity === "错误" ? "error" : "warning",
      message: `${problem.severity} ${problem.code}　${problem.message}\n${problem.remedy}`,
    };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
