"""Legal hold (保全): a case that may be wanted as evidence is not erased until another person lifts the hold."""

from dataclasses import dataclass
from typing import ClassVar

from service.cases.command import Change, Moment, words
from service.cases.life import Act
from service.cases.model import Case
from service.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of it is erased from now on, whatever is due."""

    reason: str
    act: ClassVar[Act] = Act.HOLD

    def change(self, case: Case, moment: Moment) -> Change:
        if case.hold:
            raise RefusedError(f"{case.hold['姓名']}已经保全了这份档案")
        by = {"账号": moment.actor_id, "姓名": moment.actor_name, "时间": moment.stamp}
        return Change(words(self.reason, "保全的理由"), {}, {"hold": by})


@dataclass(frozen=True, slots=True)
class Lift:
    """It may be erased again once it is due. Never by the one who asked for the hold."""

    reason: str
    act: ClassVar[Act] = Act.LIFT

    def change(self, case: Case, moment: Moment) -> Change:
        if not case.hold:
            raise RefusedError("这份档案没有保全")
        if case.hold["账号"] == moment.actor_id:
            raise RefusedError("保全的人不能自己解除，须由另一人办理")
        return Change(words(self.reason, "解除保全的理由"), {"保全人": case.hold["姓名"]}, {"hold": {}})
