"""What every request passes before it reaches a page or the API: who sends it? Nobody unknown comes through."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.accounts.model import Actor
from service.accounts.signing import SignIn

COOKIE = "tongban_session"

# Whoever watches whether the service is alive has no account; whoever has yet to sign in needs the form and its style.
_OPEN = frozenset({"/login", "/livez", "/readyz", "/api/v1/health", "/api/v1/ready"})
_WITH_OLD_PASSWORD = frozenset({"/account", "/account/password", "/logout"})

Refuse = Callable[[Request, int, str], Response]


class Gate:
    """Puts the Actor into `request.state.actor`; refuses everybody unknown with what `refuse` makes of it."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _OPEN or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        door: SignIn = scope["app"].state.sign_in
        actor = await to_thread.run_sync(door.recognise, request.cookies.get(COOKIE, ""), _key(request))
        if actor is None:
            await self._stranger(request)(scope, receive, send)
            return
        request.state.actor = actor
        if actor.must_change_password and scope["path"] not in _WITH_OLD_PASSWORD:
            await self._old_password(request)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _stranger(self, request: Request) -> Response:
        if _is_page(request):
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse("/login" if wanted == "/" else f"/login?next={quote(wanted, safe='/')}", 303)
        if request.url.path.startswith("/api/"):
            answer = self._refuse(request, 401, "没有登录，或登录、密钥已经失效；接口请带 Authorization: Bearer tb_…")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        message = "没有登录，或登录已经过期，这次没有办成。请另开一页登录，再退回上一页重新提交，填写的内容还在那里"
        return self._refuse(request, 401, message)

    def _old_password(self, request: Request) -> Response:
        if _is_page(request):
            return RedirectResponse("/account", 303)
        return self._refuse(request, 403, "这个密码是管理员给的，请先在“我的账号”里换成自己的")


def signed(request: Request) -> Actor:
    """The actor that the gate let through."""
    actor: Actor = request.state.actor
    return actor


Signed = Annotated[Actor, Depends(signed)]


def _is_page(request: Request) -> bool:
    return request.method in ("GET", "HEAD") and not request.url.path.startswith("/api/")


def _key(request: Request) -> str:
    scheme, _, words = request.headers.get("authorization", "").partition(" ")
    return words.strip() if scheme.casefold() == "bearer" else ""
