"""The pages 消息, 日清 and 周结."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.gate import Signed
from service.schedule.api import Messages, Rounds
from service.web.forms import day_of
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_A_PAGE = 50
_LAST_PAGE = 10_000


@router.get("/inbox")
def inbox(request: Request, actor: Signed, inbox: Messages, page: int = 1) -> Response:
    """What one is told, unread first."""
    page = min(max(page, 1), _LAST_PAGE)
    found = inbox.notices(actor, _A_PAGE + 1, (page - 1) * _A_PAGE)
    return render(
        request,
        "inbox.html",
        notices=found[:_A_PAGE],
        unread=inbox.unread(actor),
        page=page,
        more=len(found) > _A_PAGE,
    )


@router.post("/inbox/read")
def read_all(actor: Signed, inbox: Messages) -> Response:
    """Everything is read."""
    inbox.read(actor)
    return RedirectResponse("/inbox", 303)


@router.post("/inbox/{identity}/read")
def read(identity: str, actor: Signed, inbox: Messages) -> Response:
    """One is read."""
    inbox.read(actor, identity)
    return RedirectResponse("/inbox", 303)


@router.get("/daily")
def daily(request: Request, actor: Signed, lists: Rounds, day: str = "") -> Response:
    """Who owed a report on a day, and who gave it."""
    found = lists.daily(actor, _day(day, lists.today()))
    return render(
        request,
        "daily.html",
        found=found,
        hour=lists.policy.daily_hour,
        today=lists.today(),
        before=_shifted(found.day, -1),
        after=_shifted(found.day, 1),
    )


@router.get("/weekly")
def weekly(request: Request, actor: Signed, lists: Rounds, day: str = "") -> Response:
    """What is not properly closed, and how reports came in."""
    found = lists.weekly(actor, _day(day, lists.today()))
    return render(
        request,
        "weekly.html",
        found=found,
        today=lists.today(),
        before=_shifted(found.days[0], -7),
        after=_shifted(found.days[0], 7),
    )


def _day(typed: str, today: date) -> date:
    return day_of(typed, "日期") if typed else today


def _shifted(day: date, days: int) -> date:
    """So many days on, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))
