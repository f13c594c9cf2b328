"""The pages across cases: what I must do (/todo), the list (/cases), and the centre's dispatch desk (/desk)."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service import clock
from service.accounts.gate import Signed
from service.accounts.model import Actor, as_identity
from service.cases.api import Readings
from service.cases.dues import owed
from service.cases.handing_over import Dispatch
from service.cases.life import OPEN, State
from service.cases.overview import Overview, badges
from service.cases.search import MOST_LISTED, Filters, Found
from service.cases.sheet import workbook
from service.cases.todo import Group
from service.errors import InputError, TongbanError
from service.plain_sheet import XLSX
from service.units.model import Kind
from service.web.forms import day_of
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_A_PAGE, _A_DESK = 30, 10
# Nobody turns over more pages; whoever wants all of a longer list has it as a table.
_MOST_TURNED = 990
_LAST_PAGE = -(-_MOST_TURNED // _A_PAGE)
_UNCLOSED = "未结"
_HANDLING = frozenset({Kind.DEPARTMENT, Kind.VILLAGE, Kind.MEDIATION, Kind.VOLUNTEERS})
_LABELS = {
    "words": "关键词",
    "state": "状态",
    "colour": "颜色",
    "kind": "类型",
    "unit": "承办单位",
    "since": "建档日期从",
    "until": "建档日期到",
    "overdue": "只看超期",
}
_SEEN = "只有导出人看得到的档案；与网页的列表一样，没有姓名、电话和证件号码"
Asked = Annotated[str, Query()]
Typed = Annotated[str, Form()]


def asked(
    words: Asked = "",
    state: Asked = "",
    colour: Asked = "",
    kind: Asked = "",
    unit: Asked = "",
    since: Asked = "",
    until: Asked = "",
    overdue: Asked = "",
) -> dict[str, str]:
    """The filter bar as typed."""
    return dict(zip(_LABELS, (words, state, colour, kind, unit, since, until, overdue), strict=True))


@router.get("/todo")
def todo(request: Request, actor: Signed, readings: Readings) -> Response:
    """What I must do now, by colour and by duty."""
    groups = readings.todo(actor)
    return render(
        request,
        "todo.html",
        counted=badges(groups),
        groups=groups,
        cards=_cards(groups, readings),
        names=readings.names(),
    )


@router.get("/cases")
def cases(
    request: Request,
    actor: Signed,
    readings: Readings,
    typed: Annotated[dict[str, str], Depends(asked)],
    page: int = 1,
) -> Response:
    """The list. What can't be asked is said, and stays in the bar."""
    if not request.url.query:
        # What is over is looked for on purpose.
        typed["state"] = _UNCLOSED
    page = min(max(page, 1), _LAST_PAGE)
    try:
        found = readings.search(actor, _filters(typed), limit=_A_PAGE, offset=(page - 1) * _A_PAGE, most=_MOST_TURNED)
    except TongbanError as error:
        return _cases_page(request, actor, readings, typed, Found((), {}), 1, error.status, error=error.message)
    return _cases_page(request, actor, readings, typed, found, page)


@router.get("/cases.xlsx")
def sheet(
    request: Request, actor: Signed, readings: Readings, typed: Annotated[dict[str, str], Depends(asked)]
) -> Response:
    """The same list as a table, all its pages."""
    try:
        found = readings.hand_out(actor, _filters(typed), _said(typed, readings))
    except InputError as error:
        return _cases_page(request, actor, readings, typed, Found((), {}), 1, error.status, error=error.message)
    now = readings.cases.now()
    notes = (f"{clock.local(clock.stamp(now))} 由{actor.name}导出", _said(typed, readings), _count(found), _SEEN)
    name = quote(f"警情通办_档案_{clock.in_china(now).date()}.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(workbook(found.cases, readings.names(), now, notes), media_type=XLSX, headers=headers)


@router.get("/desk")
def desk(request: Request, actor: Signed, readings: Readings, page: int = 1, done: str = "") -> Response:
    """Every case that waits for the centre, each with its suggestion."""
    return _desk_page(request, actor, readings, page, done=done)


@router.post("/desk/{identity}")
def dispatch(
    request: Request,
    identity: str,
    actor: Signed,
    readings: Readings,
    seen: Typed = "",
    advised: Typed = "",
    lead_id: Typed = "",
    co_ids: Annotated[Sequence[str], Form()] = (),
    note: Typed = "",
    page: Annotated[int, Form()] = 1,
) -> Response:
    """As suggested, or otherwise with a reason. What is refused stays in its form."""
    try:
        version = _number(seen)
        # The same form sent twice does it once.
        key = f"分派台 {as_identity(identity)} {version}"
        if advised:
            case = readings.as_advised(actor, identity, seen=version, key=key)
        else:
            if not note.strip():
                raise InputError("不按建议分派要写明理由")
            wanted = Dispatch(lead_id, tuple(co_ids), note.replace("\r\n", "\n"))
            case = readings.dispatch(actor, identity, wanted, seen=version, key=key)
    except TongbanError as error:
        sent = {"lead_id": lead_id, "co_ids": co_ids, "note": note}
        failed = {"failed": identity, "sent": sent, "error": error.message}
        return _desk_page(request, actor, readings, page, error.status, **failed)
    return RedirectResponse(f"/desk?{urlencode({'done': case.number})}", 303)


def _cases_page(
    request: Request,
    actor: Actor,
    readings: Overview,
    typed: dict[str, str],
    found: Found,
    page: int,
    status: int = 200,
    **more: Any,
) -> Response:
    now, kept = readings.cases.now(), {name: value for name, value in typed.items() if value}
    shown = {
        "rows": [(case, owed(case, now)) for case in found.cases],
        "found": found,
        "total": min(found.total, _MOST_TURNED),
        "page": page,
        "pages": max(1, -(-min(found.total, _MOST_TURNED) // _A_PAGE)),
        "typed": typed,
        "query": urlencode(kept),
        "most": MOST_LISTED,
        "names": readings.names(),
        "states": [_UNCLOSED, *(state.value for state in State)],
        "colours": readings.cases.policy.colours,
        "kinds": request.app.state.intake.vocabulary.dispute_types,
        "units": [unit for unit in readings.units(actor) if unit.kind in _HANDLING],
    }
    return render(request, "cases.html", status, **shown, **more)


def _desk_page(
    request: Request, actor: Actor, readings: Overview, page: int, status: int = 200, **more: Any
) -> Response:
    page = min(max(page, 1), _LAST_PAGE)
    found = readings.desk(actor, limit=_A_DESK, offset=(page - 1) * _A_DESK)
    pages = max(1, -(-found.total // _A_DESK))
    return render(request, "desk.html", status, desk=found, page=page, pages=pages, **{"done": "", **more})


def _filters(typed: dict[str, str]) -> Filters:
    """What the bar says; raises InputError."""
    state = typed["state"]
    if state and state != _UNCLOSED and state not in set(State):
        raise InputError(f"没有“{state}”这个状态")
    return Filters(
        words=typed["words"].strip(),
        states=OPEN if state == _UNCLOSED else frozenset({State(state)}) if state else frozenset(),
        colour=typed["colour"],
        dispute_type=typed["kind"],
        unit_id=typed["unit"],
        opened_from=day_of(typed["since"], "建档日期") if typed["since"] else None,
        opened_to=day_of(typed["until"], "建档日期") if typed["until"] else None,
        overdue=bool(typed["overdue"]),
    )


def _said(typed: dict[str, str], readings: Overview) -> str:
    """The filter bar in words."""
    shown = typed | {
        "unit": readings.names().get(typed["unit"], typed["unit"]),
        "overdue": "是" * bool(typed["overdue"]),
    }
    said = [f"{_LABELS[name]} {value}" for name, value in shown.items() if value]
    return f"查询条件：{'，'.join(said)}" if said else "查询条件：没有，全部档案"


def _count(found: Found) -> str:
    if found.more:
        return f"多于 {MOST_LISTED} 件，只有前 {MOST_LISTED} 件（颜色重的、先建档的在前）；其余的请缩小范围再导出"
    return f"共 {found.total} 件，都在这里"


def _cards(groups: Sequence[Group], readings: Overview) -> list[tuple[str, int, int]]:
    """Each colour, the heaviest first, with how much waits and how much of it too long."""
    known = readings.cases.policy.colours
    there = {colour for group in groups for colour in group.colours} - set(known)
    return [
        (
            colour,
            sum(group.colours.get(colour, 0) for group in groups),
            sum(group.late.get(colour, 0) for group in groups),
        )
        for colour in (*sorted(there), *known)
    ]


def _number(seen: str) -> int:
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise InputError("不知道您看到的是哪一版档案；请刷新后再办")
    return int(seen)
