"""Who does something, as values: roles, accounts, sessions, API keys, and the Actor that every action takes."""

import json
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from service.errors import ForbiddenError, InputError

Via = Literal["会话", "接口密钥", "本机"]

# A shift at a station lasts a day at most; who leaves the desk for a working day signs in again.
IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=24)
# How exactly "last used" is kept: writing it at every request would make each reading a write.
TOUCH = timedelta(minutes=1)

_LOGIN_LENGTHS = range(2, 33)
_MOST_IN_A_NAME = 80


class Role(StrEnum):
    """What somebody may do; an account may have several."""

    DUTY = "值班民警"
    CENTRE = "矛调中心"
    HANDLER = "承办人"
    HELPER = "调解志愿"
    LEADER = "领导"
    EDITOR = "规则编辑"
    PUBLISHER = "规则发布"
    ADMIN = "管理员"
    AUDITOR = "审计"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something. `account_id` and `login` are empty for the machine itself (`via` 本机)."""

    account_id: str
    login: str
    name: str
    roles: frozenset[Role]
    via: Via
    must_change_password: bool = False
    session_id: str = ""
    # Their own unit; the units they act for, also as a stand-in today; the units whose cases they see from there.
    unit_id: str = ""
    acts_for: frozenset[str] = frozenset()
    sees: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody with an account."""
        return self.via != "本机"

    def has(self, *roles: Role) -> bool:
        """Whether one of the roles is there."""
        return not self.roles.isdisjoint(roles)

    def require(self, *roles: Role) -> None:
        """Raises ForbiddenError, saying whom to ask, unless one of the roles is there."""
        if self.has(*roles):
            return
        needed = "或".join(roles)
        if not self.signed_in:
            raise ForbiddenError(
                f"这件事需要“{needed}”的角色，而现在还没有账号。"
                "请先在这台机器上运行 tongban account create-admin，建立管理员账号"
            )
        raise ForbiddenError(f"这件事需要“{needed}”的角色，您现在是：{roles_words(self.roles)}。需要时请找管理员添加")


# Whoever sits at this machine while no account exists.
LOCAL = Actor("", "", "本机", frozenset({Role.DUTY}), "本机")


def terminal(user: str) -> Actor:
    """Whoever may run our command can reach the database itself, and may do everything. `user` is for the record."""
    return Actor("", "", f"本机命令行 {user}"[:_MOST_IN_A_NAME], frozenset(Role), "本机")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. It is never deleted, only disabled. Times are stored stamps."""

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    created_at: str
    disabled_at: str | None = None
    must_change_password: bool = False

    @property
    def enabled(self) -> bool:
        """Whether it can be used."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in with a browser; the token itself is nowhere kept."""

    id: str
    account_id: str
    created_at: str
    last_used_at: str
    client: str

    def ended(self, now: datetime) -> bool:
        """Whether it lay idle or lasted too long."""
        return now - _moment(self.last_used_at) >= IDLE or now - _moment(self.created_at) >= ABSOLUTE

    def worth_touching(self, now: datetime) -> bool:
        """Whether the last use is long enough ago to be written anew."""
        return now - _moment(self.last_used_at) >= TOUCH


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's way in for an account, with some of its roles; the key itself is nowhere kept."""

    id: str
    account_id: str
    name: str
    roles: frozenset[Role]
    created_at: str
    expires_at: str | None = None
    last_used_on: str | None = None
    revoked_at: str | None = None

    def usable(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < _moment(self.expires_at))


def as_identity(text: str) -> str:
    """The text if it can be the id of a record; else one that none has."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def as_login(typed: str) -> str | None:
    """A login name in the one form in which it is kept, or None if it can't be one."""
    login = unicodedata.normalize("NFKC", typed).casefold().strip()
    allowed = all(char.isalnum() or char in "._-" for char in login)
    return login if allowed and len(login) in _LOGIN_LENGTHS else None


def check_login(typed: str) -> str:
    """The login name to keep; raises InputError."""
    login = as_login(typed)
    if login is None:
        raise InputError("登录名应是 2 到 32 个字母、数字或汉字，可以有 . _ -")
    return login


def check_name(typed: str, what: str = "显示名") -> str:
    """A name to show, to keep; raises InputError."""
    name = typed.strip()
    if not name:
        raise InputError(f"请填写{what}")
    if len(name) > _MOST_IN_A_NAME:
        raise InputError(f"{what}太长，最多 {_MOST_IN_A_NAME} 字")
    if not any(char.isalnum() for char in name):
        raise InputError(f"{what}里要有字")
    if not name.isprintable():
        raise InputError(f"{what}里有无法识别的字符")
    return name


def check_roles(typed: Iterable[str]) -> frozenset[Role]:
    """Roles by their names, at least one; raises InputError."""
    wanted = list(typed)
    for name in wanted:
        if name not in set(Role):
            raise InputError(f"没有“{name}”这个角色。可选：{'、'.join(Role)}")
    if not wanted:
        raise InputError(f"请至少选一个角色：{'、'.join(Role)}")
    return frozenset(map(Role, wanted))


def roles_list(roles: Iterable[Role]) -> list[str]:
    """Their names, in the order of the enum."""
    chosen = frozenset(roles)
    return [role.value for role in Role if role in chosen]


def roles_text(roles: Iterable[Role]) -> str:
    """Roles as they are stored."""
    return json.dumps(roles_list(roles), ensure_ascii=False)


def roles_of(text: str) -> frozenset[Role]:
    """The roles that `roles_text` wrote."""
    return frozenset(map(Role, json.loads(text)))


def roles_words(roles: Iterable[Role]) -> str:
    """Roles as people read them."""
    return "、".join(roles_list(roles)) or "没有任何角色"


def check_admin_left(accounts: Iterable[Account]) -> None:
    """Raises InputError where nobody would be left who can manage accounts."""
    if not any(account.enabled and Role.ADMIN in account.roles for account in accounts):
        raise InputError("至少要有一个启用的管理员：请先给另一个账号管理员角色")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
