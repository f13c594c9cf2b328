"""The list of cases → an .xlsx with what its page shows, all pages at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook

from service import clock
from service.cases.dues import owed
from service.cases.model import Case
from service.plain_sheet import Value, add_sheet

_HEADINGS = (
    "档案", "颜色", "状态", "纠纷类型", "警情条数", "再次激发", "退回",
    "事发地址", "来源单位", "主办单位", "协办单位", "建档", "欠着", "期限", "超期",
)  # fmt: skip


def workbook(cases: Iterable[Case], names: Mapping[str, str], now: datetime, notes: Sequence[str]) -> bytes:
    """The file. `names` are those of the units by their ids; `notes` say what was asked for and what is missing."""
    book = Workbook(write_only=True)
    add_sheet(book, "档案", _HEADINGS, (_row(case, names, now) for case in cases))
    add_sheet(book, "说明", ("说明",), [(note,) for note in notes])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _row(case: Case, names: Mapping[str, str], now: datetime) -> Sequence[Value]:
    first = next(iter(owed(case, now)), None)
    units = [names.get(one, one) for one in (case.station_id, case.lead_id, *case.co_ids)]
    return (
        case.number,
        case.colour,
        case.state.value,
        case.dispute_type,
        len(case.incidents),
        case.recurrences,
        case.returns,
        case.place,
        *units[:2],
        "、".join(units[2:]),
        clock.local(case.opened_at)[:10],
        first.what if first else "",
        first.by if first else "",
        "是" if first and first.late else "",
    )
