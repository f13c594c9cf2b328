"""Drafts and publications as values, and what may be done with them in which state."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.accounts.model import Actor, Role
from service.errors import InputError, RefusedError

MOST_FILES, MOST_CHARACTERS = 200, 2_000_000
_MOST_IN_A_NOTE = 2000
# Who may read stored incidents in their words, as a rule on trial would have decided them.
READERS = (Role.DUTY, Role.EDITOR, Role.PUBLISHER)


class DraftState(StrEnum):
    """Where a draft stands. Saving a waiting one takes it back to 草稿: what was approved is what is published."""

    OPEN = "草稿"
    WAITING = "待复核"
    PUBLISHED = "已发布"
    DROPPED = "已放弃"


class Kind(StrEnum):
    """How a version came into force."""

    PUBLISHED = "发布"
    ROLLED_BACK = "回滚"


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever did something, as it is kept: the account may be renamed later."""

    account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule set being edited. `base` is the number of the publication that it started from, 0 for the shipped rules.

    `revision` counts the saves: whoever saves names the one that he saw. `rolls_back` is the number of the
    publication that this brings back, None for an edit.
    """

    id: str
    base: int
    files: Mapping[str, str]
    note: str
    author: Person
    created_at: str
    updated_at: str
    revision: int
    state: DraftState
    requested_by: Person | None = None
    rolls_back: int | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A version in force from `published_at` until the next one. Numbers count from 1; nothing of it ever changes.

    `previous` is the version that was in force before.
    """

    number: int
    version: str
    previous: str
    kind: Kind
    note: str
    author: Person
    publisher: Person
    second_person: Person | None
    published_at: str
    incidents: int
    changed: int
    left_red: int


def person(actor: Actor) -> Person:
    """The actor as kept."""
    return Person(actor.account_id, actor.name)


def checked_files(files: Mapping[str, str]) -> dict[str, str]:
    """Files as a draft may hold them; raises InputError."""
    if not files:
        raise InputError("草稿里一个文件也没有")
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_CHARACTERS:
        raise InputError(f"规则集太大：最多 {MOST_FILES} 个文件、共 {MOST_CHARACTERS} 字")
    for name in files:
        if not name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name or name.startswith("."):
            raise InputError(f"文件名“{name}”不能用：请用 family.yaml 这样的名字，不带路径")
        if not _storable(name + files[name]):
            raise InputError(
                f"文件“{name}”里有无法保存的字符，像是二进制内容或编码不对的文字".encode("utf-8", "replace").decode()
            )
    return {name: files[name].replace("\r\n", "\n") for name in sorted(files)}


def checked_note(note: str) -> str:
    """Why this version; raises InputError if nothing is said."""
    said = draft_note(note)
    if not said:
        raise InputError("请写明这一版改了什么、为什么改")
    return said


def draft_note(note: str) -> str:
    """A note as a draft may hold it, perhaps empty; raises InputError."""
    said = note.strip()
    if not _storable(said):
        raise InputError("说明里有无法保存的字符")
    if len(said) > _MOST_IN_A_NOTE:
        raise InputError(f"说明有 {len(said)} 字，最多 {_MOST_IN_A_NOTE} 字")
    return said


def _storable(text: str) -> bool:
    """Neither a null, which PostgreSQL can't keep, nor half a character, which no encoding can."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def require_open(draft: Draft) -> None:
    """Raises RefusedError for a draft that nothing more can be done with."""
    if draft.state in (DraftState.PUBLISHED, DraftState.DROPPED):
        raise RefusedError(f"这份草稿{draft.state}，不能再改；请另起一份")


def require_seen(draft: Draft, revision: int) -> None:
    """Raises RefusedError when somebody else saved after what the actor saw."""
    if revision != draft.revision:
        newer = f"这份草稿已被改到第 {draft.revision} 稿，您看到的是第 {revision} 稿"
        raise RefusedError(f"{newer}；请先看新的，您写的还在")


def require_newest(draft: Draft, newest: int) -> None:
    """Raises RefusedError when another version was published after the draft was begun."""
    if draft.base != newest:
        begun = f"草稿是照第 {draft.base} 版起的，后来发布了第 {newest} 版"
        raise RefusedError(f"{begun}；请先对照差异，再点“以新版为准继续”")


def require_second(draft: Draft, actor: Actor) -> None:
    """Raises RefusedError or ForbiddenError unless the actor may be the second person to publish."""
    actor.require(Role.PUBLISHER)
    if draft.state is not DraftState.WAITING or draft.requested_by is None:
        raise RefusedError("这份草稿没有在等人复核")
    if not actor.account_id or actor.account_id == draft.requested_by.account_id:
        raise RefusedError(f"复核要另一位有“{Role.PUBLISHER}”角色的人来做；{draft.requested_by.name}已经点过发布")
