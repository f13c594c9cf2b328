"""The dashboard (看板): the figures of a week, month or year, readable at a glance, and on paper."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from service import clock
from service.accounts.gate import Signed
from service.errors import InputError
from service.statistics.actions import Statistics
from service.statistics.model import Span, change
from service.statistics.store import COUNTED
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_YEARS = range(2000, 2100)
_CHARTED = ("建档", "化解")


def statistics(request: Request) -> Statistics:
    """The figures that the application opened at its start."""
    opened: Statistics = request.app.state.statistics
    return opened


@router.get("/dashboard")
def dashboard(
    request: Request,
    actor: Signed,
    figures: Annotated[Statistics, Depends(statistics)],
    span: str = Span.MONTH,
    day: str = "",
) -> Response:
    """One period, this month unless another is asked for."""
    board = figures.board(actor, _span(span), _day(day))
    longest = max((counts[act] for _, counts in board.months for act in _CHARTED), default=0)
    return render(
        request,
        "dashboard.html",
        b=board,
        acts=list(COUNTED),
        charted=_CHARTED,
        longest=max(longest, 1),
        spans=list(Span),
        day=_day(day).isoformat(),
        change=change,
    )


def _span(typed: str) -> Span:
    if typed not in set(Span):
        raise InputError(f"没有“{typed}”这种时段。可选：{'、'.join(Span)}")
    return Span(typed)


def _day(typed: str) -> date:
    if not typed:
        return clock.now().date()
    try:
        found = date.fromisoformat(typed)
    except ValueError as error:
        raise InputError(f"“{typed}”不是日期；应写成 2026-03-01") from error
    if found.year not in _YEARS:
        raise InputError(f"日期应在 {_YEARS[0]} 到 {_YEARS[-1]} 年之间")
    return found
