"""The content of a file comes in; its text goes out, or the problem that makes its positions or meaning uncertain."""

from __future__ import annotations

import re

from rules.problem import Place, Problem, Severity, problem_at

MOST_BYTES = 1 << 20

# YAML 1.1 ends a line at NEL, LS and PS, which editors do not; the rest can't be seen or is no character.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)


def source_lines(content: str | bytes) -> list[str]:
    """The lines of a file as an editor counts them, for showing beside a problem."""
    text = content if isinstance(content, str) else content.decode("utf-8", errors="replace")
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))


def readable_text(file: str, content: str | bytes, problems: list[Problem]) -> str | None:
    """Decode, and refuse what would make positions or meaning uncertain."""
    start = Place(file, 1, 1)
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        message = f"文件有 {size // 1024} KB，超过 {MOST_BYTES // 1024} KB 的上限"
        problems.append(problem_at(start, "R003", message, "请按主题拆成几个文件"))
        return None
    if isinstance(content, bytes):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            good = content[: error.start].decode("utf-8")
            message = "文件不是 UTF-8 编码，从这里起读不懂"
            remedy = "请在编辑器里「另存为」，编码选 UTF-8（常见原因是存成了 GBK 或 UTF-16）"
            problems.append(problem_at(_place_after(file, good), "R002", message, remedy))
            return None
    else:
        text = content
    if text.startswith("\ufeff"):
        text = text.removeprefix("\ufeff")
        remedy = "不影响使用；想去掉的话，另存为「UTF-8（无 BOM）」"
        problems.append(problem_at(start, "R013", "文件开头有 BOM 标记", remedy, severity=Severity.WARNING))
    if not text.strip():
        problems.append(problem_at(start, "R001", "文件是空的", "请写入内容，或删掉这个文件"))
        return None
    return text if _all_visible(file, text, problems) else None


def _all_visible(file: str, text: str, problems: list[Problem]) -> bool:
    before = len(problems)
    tabs = [match.start() for match in re.finditer("\t", text)]
    if tabs:
        lines = {text.count("\n", 0, offset) for offset in tabs}
        also = f"（共 {len(lines)} 行有）" if len(lines) > 1 else ""
        place = _place_after(file, text[: tabs[0]])
        problems.append(problem_at(place, "R004", f"这里有一个制表符{also}", "请换成空格；缩进每层两个空格"))
    if match := INVISIBLE.search(text):
        message = f"这里有一个看不见的特殊字符（U+{ord(match[0]):04X}）"
        place = _place_after(file, text[: match.start()])
        problems.append(problem_at(place, "R011", message, "请删掉它；多半是从别处复制时带进来的"))
    return len(problems) == before


def _place_after(file: str, text: str) -> Place:
    lines = re.split(r"\r\n|\n|\r", text)
    return Place(file, len(lines), len(lines[-1]) + 1)
