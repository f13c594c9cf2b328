"""The dashboard (看板) and the report (周报): figures of a week, month or year, at a glance, on paper, as a sheet."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from service import clock
from service.accounts.gate import Signed
from service.plain_sheet import XLSX
from service.statistics import words
from service.statistics.actions import CHARTED, Board, Statistics
from service.statistics.model import Measure, Span, change, check_day, check_span
from service.statistics.workbook import workbook
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

# The rest is in the sheet: nobody reads two hundred rows of bars.
_SHOWN, _ON_PAPER = 20, 8


def statistics(request: Request) -> Statistics:
    """The figures that the application opened at its start."""
    opened: Statistics = request.app.state.statistics
    return opened


Opened = Annotated[Statistics, Depends(statistics)]


@router.get("/dashboard")
def dashboard(request: Request, actor: Signed, figures: Opened, span: str = Span.MONTH, day: str = "") -> Response:
    """One period, this month unless another is asked for."""
    return _page(request, "dashboard.html", figures.board(actor, check_span(span), _day(day)), day, _SHOWN)


@router.get("/report")
def report(request: Request, actor: Signed, figures: Opened, span: str = Span.WEEK, day: str = "") -> Response:
    """One period on one sheet of A4, this week unless another is asked for."""
    return _page(request, "report.html", figures.board(actor, check_span(span), _day(day)), day, _ON_PAPER)


@router.get("/report.xlsx")
def sheet(actor: Signed, figures: Opened, span: str = Span.WEEK, day: str = "") -> Response:
    """The same figures, every group, to count on with."""
    board = figures.board(actor, check_span(span), _day(day))
    name = quote(f"警情通办_{board.period.first}_{board.span}报.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(workbook(board), media_type=XLSX, headers=headers)


def _page(request: Request, template: str, board: Board, day: str, shown: int) -> Response:
    longest = max((counts[measure] for _, counts in board.months for measure in CHARTED), default=0)
    return render(
        request,
        template,
        b=board,
        lines=words.lines(board),
        recall=words.recall(board),
        notes=words.NOTES,
        by_group=words.BY_GROUP,
        headings=words.group_headings(board),
        shares=words.group_shares,
        measure=Measure,
        charted=CHARTED,
        longest=max(longest, 1),
        spans=list(Span),
        day=_day(day).isoformat(),
        shown=shown,
        change=change,
        made_at=clock.local(clock.stamp()),
    )


def _day(typed: str) -> date:
    return check_day(typed, clock.now().date())
