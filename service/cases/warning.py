"""The colour that lives: facts and misses raise it, only a review lowers it, and the heaviest only two persons."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from service.cases.command import Change, Moment, check_colour, guarded, heavier, level_of, recoloured, words
from service.cases.life import IN_HAND, Act
from service.cases.model import Case
from service.errors import InputError, RefusedError


@dataclass(frozen=True, slots=True)
class Escalate:
    """Brought before the next level by those who have it; before the highest one again."""

    reason: str
    act: ClassVar[Act] = Act.ESCALATE

    def change(self, case: Case, moment: Moment) -> Change:
        level = min(case.level + 1, len(level_of(moment.policy, case.colour).steps))
        return Change(words(self.reason, "上报的理由"), {"层级": level}, {"level": level})


@dataclass(frozen=True, slots=True)
class Raise:
    """A heavier colour: free and immediate."""

    colour: str
    reason: str
    act: ClassVar[Act] = Act.RAISE

    def change(self, case: Case, moment: Moment) -> Change:
        colours = moment.policy.colours
        check_colour(self.colour, colours)
        if heavier(case.colour, self.colour, colours) != self.colour or self.colour == case.colour:
            raise InputError(f"“{self.colour}”不比现在的“{case.colour}”重；要调低，请做复核")
        detail = {"预警颜色": {"原": case.colour, "现": self.colour}}
        changes = recoloured(case, self.colour, moment)
        return Change(words(self.reason, "调高的理由"), detail, changes)


@dataclass(frozen=True, slots=True)
class Review:
    """Looked at anew: the colour stays or falls. The heaviest colour falls only with a second person: `AskLower`."""

    colour: str
    words: str
    act: ClassVar[Act] = Act.REVIEW

    def change(self, case: Case, moment: Moment) -> Change:
        colours = moment.policy.colours
        check_colour(self.colour, colours)
        if heavier(case.colour, self.colour, colours) != case.colour:
            raise InputError(f"“{self.colour}”比现在的“{case.colour}”重；请直接调高")
        if self.colour != case.colour and guarded(case.colour, colours):
            raise RefusedError(f"把{case.colour}色调低须有另一人同意：请选“请求调低”")
        return Change(
            words(self.words, "复核意见"),
            {"预警颜色": {"原": case.colour, "现": self.colour}},
            {**recoloured(case, self.colour, moment), "review_by": moment.policy.reviewed(self.colour, moment.at)},
        )


@dataclass(frozen=True, slots=True)
class AskLower:
    """The first of two persons who lower the heaviest colour."""

    colour: str
    reason: str
    act: ClassVar[Act] = Act.ASK_LOWER

    def change(self, case: Case, moment: Moment) -> Change:
        colours = moment.policy.colours
        check_colour(self.colour, colours)
        if self.colour == case.colour or heavier(case.colour, self.colour, colours) != case.colour:
            raise InputError(f"“{self.colour}”不比现在的“{case.colour}”轻")
        if case.lowering:
            raise RefusedError(f"{case.lowering['姓名']}已经请求调低，等另一人答复")
        reason = words(self.reason, "调低的理由")
        asked = {"颜色": self.colour, "账号": moment.actor_id, "姓名": moment.actor_name}
        return Change(reason, {"预警颜色": {"原": case.colour, "拟": self.colour}}, {"lowering": asked})


@dataclass(frozen=True, slots=True)
class AnswerLower:
    """The second person agrees, or does not."""

    agreed: bool
    words: str

    @property
    def act(self) -> Act:
        """Which of the two."""
        return Act.AGREE_LOWER if self.agreed else Act.REFUSE_LOWER

    def change(self, case: Case, moment: Moment) -> Change:
        if not case.lowering:
            raise RefusedError("没有人请求调低，或者已经答复过了")
        if self.agreed and case.lowering["账号"] == moment.actor_id:
            raise RefusedError("请求调低的人不能自己同意，须由另一人答复")
        said = words(self.words, "答复意见", needed=not self.agreed)
        if not self.agreed:
            return Change(said, {}, {"lowering": {}})
        colour = case.lowering["颜色"]
        return Change(
            said,
            {"预警颜色": {"原": case.colour, "现": colour}, "请求人": case.lowering["姓名"]},
            {**recoloured(case, colour, moment), "review_by": moment.policy.reviewed(colour, moment.at)},
        )


REPORT, REVIEW = "反馈", "复核"


def missed(case: Case, day: date) -> tuple[str, ...]:
    """What an open case owes by a day and has not given: a report, a review."""
    owed = []
    if case.state in IN_HAND and case.report_by and case.report_by <= day.isoformat():
        owed.append(REPORT)
    if case.open and case.review_by and case.review_by <= day.isoformat():
        owed.append(REVIEW)
    return tuple(owed)


@dataclass(frozen=True, slots=True)
class Miss:
    """A report or review was owed and did not come: the colour rises. `day` is the one that was missed."""

    what: str
    day: date
    act: ClassVar[Act] = Act.MISS

    def change(self, case: Case, moment: Moment) -> Change:
        if self.what not in missed(case, self.day):
            raise RefusedError(f"{self.day} 没有欠着的{self.what}")
        colour = moment.policy.raised(case.colour)
        changes = recoloured(case, colour, moment)
        # What is owed next: else the same day would be missed again. A report from the missed day on: that the day was
        # noticed late excuses none of those after it.
        if self.what == REVIEW:
            changes["review_by"] = moment.policy.reviewed(colour, moment.at)
        else:
            changes["report_by"] = moment.policy.reported(colour, datetime.combine(self.day, time()))
        detail = {"漏报": self.what, "日期": self.day.isoformat(), "预警颜色": {"原": case.colour, "现": colour}}
        return Change(detail=detail, changes=changes)


@dataclass(frozen=True, slots=True)
class Chase:
    """A reminder of something overdue, to so high a level."""

    what: str
    level: int
    act: ClassVar[Act] = Act.CHASE

    def change(self, case: Case, moment: Moment) -> Change:
        return Change(detail={"事项": self.what, "层级": self.level}, changes={"level": max(case.level, self.level)})
