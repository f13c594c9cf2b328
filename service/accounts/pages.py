"""The pages that everybody has: signing in and out, and one's own account."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.gate import COOKIE, Signed
from service.accounts.model import ABSOLUTE, IDLE, Actor
from service.accounts.signing import SignIn
from service.errors import ForbiddenError, ThrottledError, TongbanError
from service.units.api import Rota
from service.units.standing_in import StandIns
from service.web.forms import day_of
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

# What a browser takes for a path on this very host: it strips control characters and reads \ as /.
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def local_path(wanted: str) -> str:
    """Where to go after signing in: the path that was wanted if it is one of ours, else the start page."""
    return wanted if _LOCAL_PATH.fullmatch(wanted) else "/"


def door(request: Request) -> SignIn:
    """The door that the application opened at its start."""
    opened: SignIn = request.app.state.sign_in
    return opened


Door = Annotated[SignIn, Depends(door)]


def _with_account(actor: Signed) -> Actor:
    if actor.via != "会话":
        raise ForbiddenError("现在没有人用账号登录，没有“我的账号”")
    return actor


Holder = Annotated[Actor, Depends(_with_account)]


@router.get("/login")
def login_form(request: Request, door: Door, next: str = "/") -> Response:
    """The form to sign in."""
    return render(request, "login.html", needed=door.needed, next=local_path(next), login="")


@router.post("/login")
def login(
    request: Request,
    door: Door,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in and go where one wanted; whatever session the browser had before has ended."""
    try:
        token = door.enter(login, password, _client(request), request.cookies.get(COOKIE, ""))
    except TongbanError as error:
        typed: dict[str, Any] = {"needed": door.needed, "next": local_path(next), "login": login}
        answer = render(request, "login.html", error.status, error=error.message, **typed)
        if isinstance(error, ThrottledError):
            answer.headers["Retry-After"] = str(error.wait)
        return answer
    return _with_cookie(request, RedirectResponse(local_path(next), 303), token)


@router.post("/logout")
def logout(actor: Signed, door: Door) -> Response:
    """Sign out."""
    door.leave(actor)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/account")
def own_account(request: Request, actor: Holder, door: Door, rota: Rota) -> Response:
    """One's own account: who one is, the password, who stands in, the sessions."""
    return _own(request, actor, door, rota)


@router.post("/account/password")
def change_password(
    request: Request,
    actor: Holder,
    door: Door,
    rota: Rota,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password; other sessions end."""
    if new != again:
        return _own(request, actor, door, rota, 422, error="两次填写的新密码不一样")
    try:
        token = door.change_password(actor, old, new, _client(request))
    except TongbanError as error:
        return _own(request, actor, door, rota, error.status, error=error.message)
    return _with_cookie(request, RedirectResponse("/account?done=password", 303), token)


@router.post("/account/stand-ins")
def name_stand_in(
    request: Request,
    actor: Holder,
    door: Door,
    rota: Rota,
    stand_in_id: Annotated[str, Form()] = "",
    first_day: Annotated[str, Form()] = "",
    last_day: Annotated[str, Form()] = "",
) -> Response:
    """Let a colleague stand in."""
    try:
        rota.name(actor, stand_in_id, day_of(first_day, "第一天"), day_of(last_day, "最后一天"))
    except TongbanError as error:
        return _own(request, actor, door, rota, error.status, error=error.message)
    return RedirectResponse("/account?done=stand-in", 303)


@router.post("/account/stand-ins/{identity}/end")
def end_stand_in(identity: str, actor: Holder, rota: Rota) -> Response:
    """The colleague stands in no longer."""
    rota.end(actor, identity)
    return RedirectResponse("/account?done=ended", 303)


@router.post("/account/sessions/others/end")
def end_others(actor: Holder, door: Door) -> Response:
    """Sign out everywhere else."""
    door.end_others(actor)
    return RedirectResponse("/account?done=sessions", 303)


@router.post("/account/sessions/{identity}/end")
def end_one(identity: str, actor: Holder, door: Door) -> Response:
    """Sign out somewhere else."""
    door.end(actor, identity)
    return RedirectResponse("/account?done=sessions", 303)


def _own(request: Request, actor: Actor, door: SignIn, rota: StandIns, status: int = 200, **more: Any) -> Response:
    shown = {
        "hours": [int(limit.total_seconds() // 3600) for limit in (IDLE, ABSOLUTE)],
        "sessions": door.sessions(actor),
        "standings": rota.of(actor, actor.account_id),
        "able": rota.able(actor, actor.account_id),
    }
    return render(request, "account.html", status, **shown, **more)


def _client(request: Request) -> str:
    return request.headers.get("user-agent", "")


def _with_cookie(request: Request, answer: Response, token: str) -> Response:
    """The cookie goes with the browser session; how long it is good the database says."""
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", path="/", secure=request.url.scheme == "https")
    return answer
