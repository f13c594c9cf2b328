"""What every request passes: a size limit counted as bytes arrive, a cross-origin check, and safe headers."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import TooLargeError

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SAFE_SITES = frozenset({"same-origin", "none"})


def policy(style_nonce: str = "") -> str:
    """The content security policy: nothing but our own. Under a nonce, styles that a script of ours makes, too."""
    styles = f"'self' 'nonce-{style_nonce}'" if style_nonce else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


# On every answer that does not bring its own.
HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SizeLimit:
    """Refuses a body above `limit` bytes as soon as it is passed; `larger` has the limits of paths that begin so.

    The paths that a pattern in `streamed` fits get theirs piece by piece, so that it need not fit into memory: whoever
    reads it there sees TooLargeError where the limit of the path is passed.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int], streamed: Mapping[str, int]) -> None:
        self.app, self.limit, self.larger, self.streamed = app, limit, larger, streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        fitting = (most for path, most in self.streamed.items() if re.fullmatch(path, scope["path"]))
        if (most := next(fitting, None)) is not None:
            await self.app(scope, _counted(receive, most), send)
            return
        larger = [limit for path, limit in self.larger.items() if scope["path"].startswith(path)]
        limit = max(larger, default=self.limit)
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > limit:
                answer = JSONResponse(
                    {"message": f"请求太大，最多 {limit // 1024} KB"},
                    status_code=413,
                    headers={"Connection": "close"},
                )
                await answer(scope, receive, send)
                return
            if not message.get("more_body"):
                break
        whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return whole

        await self.app(scope, again, send)


def _counted(receive: Receive, limit: int) -> Receive:
    passed = 0

    async def counted() -> Message:
        nonlocal passed
        message = await receive()
        passed += len(message.get("body", b""))
        if passed > limit:
            raise TooLargeError(f"文件太大，最多 {limit // 1024 // 1024} MB；请分成几份")
        return message

    return counted


class SameOrigin:
    """Refuses changes that another site's page sends: by Sec-Fetch-Site, else by Origin against Host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS and _foreign(Headers(scope=scope)):
            answer = JSONResponse({"message": "请求来自别的网站，已拒绝"}, status_code=403)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _foreign(headers: Headers) -> bool:
    if site := headers.get("sec-fetch-site"):
        return site not in _SAFE_SITES
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


class SafeHeaders:
    """Strict headers on every answer; what is personal is never kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
