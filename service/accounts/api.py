"""/api/v1/accounts: what an administrator's program can do with accounts and API keys."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.actions import Accounts
from service.accounts.gate import Signed
from service.accounts.model import Account, ApiKey, Role, roles_list
from service.web.answers import only

router = APIRouter(prefix="/api/v1/accounts", tags=["账号"], responses=only(401, 403))

_ROLES = f"角色：{'、'.join(Role)}"
Names = Annotated[list[str], Field(max_length=20)]


class AccountIn(BaseModel):
    """一个新账号。"""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(description="登录名，2 到 32 个字母、数字或汉字")
    name: str = Field(default="", description="显示名；不填则同登录名")
    roles: Names = Field(description=_ROLES)
    password: str = Field(max_length=1000, description="初始密码，10 到 128 个字符；本人首次登录时要改")


class AccountChange(BaseModel):
    """要改的项；没填的不改。"""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, description="显示名")
    roles: Names | None = Field(default=None, description=_ROLES)
    enabled: bool | None = Field(default=None, description="false 停用，true 启用")


class PasswordIn(BaseModel):
    """重设的密码。"""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(max_length=1000, description="10 到 128 个字符；本人下次登录时要改")


class KeyIn(BaseModel):
    """一个新的接口密钥。"""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="密钥名称：给哪个程序用")
    roles: Names = Field(description="账号已有角色中的一个或几个")
    last_day: date | None = Field(default=None, description="有效期最后一天，如 2026-12-31；不填则不限")


class AccountOut(BaseModel):
    """一个账号。"""

    id: str = Field(description="编号")
    login: str = Field(description="登录名")
    name: str = Field(description="显示名")
    roles: list[str] = Field(description="角色")
    enabled: bool = Field(description="是否启用")
    created_at: str = Field(description="建立时间，UTC")
    disabled_at: str | None = Field(description="停用时间，UTC")
    must_change_password: bool = Field(description="登录后是否要先改密码")


class KeyOut(BaseModel):
    """一个接口密钥，不含密钥本身。"""

    id: str = Field(description="编号")
    name: str = Field(description="名称")
    roles: list[str] = Field(description="角色")
    created_at: str = Field(description="建立时间，UTC")
    expires_at: str | None = Field(description="到期时间，UTC")
    last_used_on: str | None = Field(description="最近用过的日期")
    revoked_at: str | None = Field(description="撤销时间，UTC")


class NewKeyOut(KeyOut):
    """刚建立的密钥；只在这一次给出密钥本身。"""

    key: str = Field(description="密钥，放在请求头 Authorization: Bearer 之后；以后再也看不到")


def accounts(request: Request) -> Accounts:
    """The accounts that the application opened at its start."""
    opened: Accounts = request.app.state.accounts
    return opened


Book = Annotated[Accounts, Depends(accounts)]


@router.get("", summary="全部账号")
def everybody(actor: Signed, book: Book) -> list[AccountOut]:
    """按登录名排列，停用的也在内。"""
    return [_account(one) for one in book.all(actor)]


@router.post("", status_code=201, summary="建立账号", responses=only(413, 422))
def create(new: AccountIn, actor: Signed, book: Book) -> AccountOut:
    """本人首次登录时要改密码。"""
    return _account(book.create(actor, new.login, new.name, new.roles, new.password))


@router.get("/{identity}", summary="一个账号", responses=only(404))
def one(identity: str, actor: Signed, book: Book) -> AccountOut:
    """按编号查。"""
    return _account(book.find(actor, identity))


@router.patch("/{identity}", summary="修改、停用或启用账号", responses=only(404, 413, 422))
def change(identity: str, wanted: AccountChange, actor: Signed, book: Book) -> AccountOut:
    """改了角色或停用，账号立即在各处退出登录。至少要留一个启用的管理员。"""
    changed = book.change(actor, identity, name=wanted.name, roles=wanted.roles, enabled=wanted.enabled)
    return _account(changed)


@router.post("/{identity}/password", status_code=204, summary="重设密码", responses=only(404, 413, 422))
def reset_password(identity: str, wanted: PasswordIn, actor: Signed, book: Book) -> None:
    """账号立即在各处退出登录，本人下次登录时要改密码。"""
    book.reset_password(actor, identity, wanted.password)


@router.get("/{identity}/keys", summary="账号的接口密钥", responses=only(404))
def keys(identity: str, actor: Signed, book: Book) -> list[KeyOut]:
    """新的在前，撤销的也在内。"""
    return [KeyOut.model_validate(_key(key)) for key in book.keys(actor, identity)]


@router.post("/{identity}/keys", status_code=201, summary="建立接口密钥", responses=only(404, 413, 422))
def create_key(identity: str, new: KeyIn, actor: Signed, book: Book) -> NewKeyOut:
    """密钥只在这一次的回答里。"""
    key, words = book.create_key(actor, identity, new.name, new.roles, new.last_day)
    return NewKeyOut.model_validate(_key(key) | {"key": words})


@router.delete("/{identity}/keys/{key}", status_code=204, summary="撤销接口密钥", responses=only(404))
def revoke_key(identity: str, key: str, actor: Signed, book: Book) -> None:
    """立即失效。"""
    book.revoke_key(actor, identity, key)


def _account(one: Account) -> AccountOut:
    return AccountOut(
        id=one.id,
        login=one.login,
        name=one.name,
        roles=roles_list(one.roles),
        enabled=one.enabled,
        created_at=one.created_at,
        disabled_at=one.disabled_at,
        must_change_password=one.must_change_password,
    )


def _key(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "roles": roles_list(key.roles),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_on": key.last_used_on,
        "revoked_at": key.revoked_at,
    }
