"""A board → an .xlsx with everything in it; nothing in it is ever a formula."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook

from service.plain_sheet import Value, add_sheet
from service.statistics import words
from service.statistics.actions import CHARTED, Board
from service.statistics.model import Group


def workbook(board: Board) -> bytes:
    """The file. Shares stand as their two numbers, so that they can be added up."""
    book = Workbook(write_only=True)
    add_sheet(book, "概要", ("项目", "本期", "环比（上一期）", "同比（去年同期）"), _overview(board))
    months: list[Sequence[Value]] = [(month, *(counts[one] for one in CHARTED)) for month, counts in board.months]
    add_sheet(book, "月份", ("月份", *CHARTED), months)
    for name, groups in (("类型", board.by_type), ("单位", board.by_unit), ("村(社区)", board.by_village)):
        headings = (name, "建档", f"起初{board.red}色", "已化解", "有期限的化解", "其中按时", "退回过", "再次激发",
                    "初信初访苗头", "民转刑")  # fmt: skip
        add_sheet(book, f"按{name}", headings, map(_group, groups))
    add_sheet(book, "退回的单位", ("单位", "退回"), board.returned_by)
    add_sheet(book, "说明", ("说明",), [(note,) for note in (*words.NOTES, words.BY_GROUP)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _overview(board: Board) -> Iterable[Sequence[Value]]:
    yield "时段", board.period.words
    for colour, count in board.colours_now:
        yield f"现在没有办结的 {colour}色", count
    for line in words.lines(board):
        yield line.name, int(line.now) if line.now.isdigit() else line.now, line.previous, line.year_before
    yield f"{board.red}色召回", words.recall(board)


def _group(one: Group) -> Sequence[Value]:
    settled = (one.on_time.whole, one.on_time.part)
    return (one.name, one.opened, one.began_red, one.resolved, *settled, one.returned, one.recurred, one.petition,
            one.criminal)  # fmt: skip
