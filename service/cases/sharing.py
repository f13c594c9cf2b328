"""Words, files and guests: what doesn't move a case but belongs to its file."""

from dataclasses import dataclass
from typing import ClassVar

from service.cases.command import Change, Moment, words
from service.cases.life import Act
from service.cases.model import Case
from service.errors import InputError, RefusedError


@dataclass(frozen=True, slots=True)
class Comment:
    """Words to the other units; those mentioned are told."""

    words: str
    mentions: tuple[str, ...] = ()
    act: ClassVar[Act] = Act.COMMENT

    def change(self, case: Case, moment: Moment) -> Change:
        if foreign := set(self.mentions) - case.units:
            raise InputError(f"只能提到参与办理的单位；没有参与：{'、'.join(sorted(foreign))}")
        return Change(words(self.words, "留言"), {"提到": list(self.mentions)}, {})


@dataclass(frozen=True, slots=True)
class Attach:
    """A file was added; it lies outside the database, its hash stands here. `size` is in bytes."""

    attachment: str
    name: str
    media_type: str
    size: int
    sha256: str
    act: ClassVar[Act] = Act.ATTACH

    def change(self, case: Case, moment: Moment) -> Change:
        return Change(
            detail={
                "附件": self.attachment,
                "名称": self.name,
                "格式": self.media_type,
                "大小": self.size,
                "哈希": self.sha256,
            }
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A mediator or volunteer may see this one case."""

    account_id: str
    name: str
    act: ClassVar[Act] = Act.SHARE

    def change(self, case: Case, moment: Moment) -> Change:
        if self.account_id in case.guests:
            raise RefusedError("已经共享给这个人")
        return Change(detail={"姓名": self.name}, changes={"guests": [*case.guests, self.account_id]})


@dataclass(frozen=True, slots=True)
class Unshare:
    """They may no longer."""

    account_id: str
    name: str
    act: ClassVar[Act] = Act.UNSHARE

    def change(self, case: Case, moment: Moment) -> Change:
        if self.account_id not in case.guests:
            raise RefusedError("没有共享给这个人")
        left = [one for one in case.guests if one != self.account_id]
        return Change(detail={"姓名": self.name}, changes={"guests": left})
