"""The pages of an administrator: the accounts, and one account with its roles, password and API keys."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.actions import Accounts
from service.accounts.api import Book
from service.accounts.gate import Signed
from service.accounts.model import Actor, Role
from service.errors import InputError
from service.web.rendering import render

router = APIRouter(prefix="/accounts", include_in_schema=False, default_response_class=HTMLResponse)


Words = Annotated[str, Form()]
Roles = Annotated[list[str] | None, Form()]


@router.get("")
def everybody(request: Request, actor: Signed, book: Book) -> Response:
    """All accounts, and the form for a new one."""
    return _list(request, actor, book)


@router.post("")
def create(
    request: Request,
    actor: Signed,
    book: Book,
    login: Words = "",
    name: Words = "",
    password: Words = "",
    roles: Roles = None,
) -> Response:
    """A new account."""
    try:
        made = book.create(actor, login, name, roles or [], password)
    except InputError as error:
        typed = {"login": login, "name": name, "roles": roles or []}
        return _list(request, actor, book, error.status, error=error.message, typed=typed)
    return RedirectResponse(f"/accounts/{made.id}?done=created", 303)


@router.get("/{identity}")
def one(request: Request, identity: str, actor: Signed, book: Book) -> Response:
    """One account."""
    return _one(request, actor, book, identity)


@router.post("/{identity}")
def change(
    request: Request, identity: str, actor: Signed, book: Book, name: Words = "", roles: Roles = None
) -> Response:
    """Another name, other roles."""
    return _tried(request, actor, book, identity, lambda: book.change(actor, identity, name=name, roles=roles or []))


@router.post("/{identity}/enabled")
def enable(request: Request, identity: str, actor: Signed, book: Book, enabled: Words = "") -> Response:
    """Disable, or enable again."""
    return _tried(request, actor, book, identity, lambda: book.change(actor, identity, enabled=enabled == "yes"))


@router.post("/{identity}/password")
def reset_password(request: Request, identity: str, actor: Signed, book: Book, password: Words = "") -> Response:
    """A password that the holder must change."""
    return _tried(request, actor, book, identity, lambda: book.reset_password(actor, identity, password))


@router.post("/{identity}/keys")
def create_key(
    request: Request,
    identity: str,
    actor: Signed,
    book: Book,
    name: Words = "",
    roles: Roles = None,
    last_day: Words = "",
) -> Response:
    """A new API key, shown on this answer only."""
    try:
        key, words = book.create_key(actor, identity, name, roles or [], _day(last_day))
    except InputError as error:
        return _one(request, actor, book, identity, error.status, error=error.message)
    return _one(request, actor, book, identity, new_key=words, new_key_name=key.name)


@router.post("/{identity}/keys/{key}/revoke")
def revoke_key(request: Request, identity: str, key: str, actor: Signed, book: Book) -> Response:
    """An API key is good no more."""
    return _tried(request, actor, book, identity, lambda: book.revoke_key(actor, identity, key))


def _tried(request: Request, actor: Actor, book: Accounts, identity: str, change: Callable[[], object]) -> Response:
    try:
        change()
    except InputError as error:
        return _one(request, actor, book, identity, error.status, error=error.message)
    return RedirectResponse(f"/accounts/{identity}?done=changed", 303)


def _list(request: Request, actor: Actor, book: Accounts, status: int = 200, **more: Any) -> Response:
    return render(request, "accounts.html", status, accounts=book.all(actor), all_roles=list(Role), **more)


def _one(request: Request, actor: Actor, book: Accounts, identity: str, status: int = 200, **more: Any) -> Response:
    account, keys = book.find(actor, identity), book.keys(actor, identity)
    return render(request, "accounts_one.html", status, account=account, keys=keys, all_roles=list(Role), **more)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed.strip() else None
    except ValueError as error:
        raise InputError("有效期要写成 2026-12-31 这样的日期") from error
