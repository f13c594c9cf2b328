"""Leave for the rule editor's styles: on its page alone, under a nonce, and for nothing else."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from service.web.guards import SafeHeaders, policy
from service.web.rule_editor import rule_editor


async def _draft(_request: Request) -> Response:
    editor = rule_editor()
    return PlainTextResponse(editor.style_nonce, headers=editor.headers)


async def _other(_request: Request) -> Response:
    return PlainTextResponse("")


_CLIENT = TestClient(
    Starlette(routes=[Route("/draft", _draft), Route("/other", _other)], middleware=[Middleware(SafeHeaders)])
)


def test_the_page_of_the_editor_allows_styles_under_its_nonce_and_nothing_more() -> None:
    answer = _CLIENT.get("/draft")
    allowed = answer.headers["Content-Security-Policy"]
    assert f"style-src 'self' 'nonce-{answer.text}';" in allowed
    assert allowed.replace(f" 'nonce-{answer.text}'", "") == policy()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_nonce_serves_once() -> None:
    assert _CLIENT.get("/draft").text != _CLIENT.get("/draft").text


def test_every_other_page_stays_as_strict_as_it_was() -> None:
    allowed = _CLIENT.get("/other").headers["Content-Security-Policy"]
    assert "style-src 'self';" in allowed
    assert "nonce" not in allowed
    assert "unsafe" not in allowed
