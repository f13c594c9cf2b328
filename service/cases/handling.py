"""What those do who have a case in hand, until it is closed: reports, the clock, the settlement, the visit."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from service import clock
from service.cases.command import Change, Moment, no_clock, standing, words
from service.cases.life import Act, State
from service.cases.model import Case, Outcome, Resolution
from service.errors import InputError, RefusedError


@dataclass(frozen=True, slots=True)
class Report:
    """How far it is (反馈): the day's report is then no longer owed."""

    words: str
    act: ClassVar[Act] = Act.REPORT

    def change(self, case: Case, moment: Moment) -> Change:
        owed = moment.policy.reported(case.colour, moment.at)
        return Change(words(self.words, "进展"), {}, {"state": State.HANDLING, "report_by": owed})


@dataclass(frozen=True, slots=True)
class Resolve:
    """The dispute is settled, and how. `agreement` is the id of an attachment, or empty."""

    resolution: str
    words: str
    agreement: str = ""
    act: ClassVar[Act] = Act.RESOLVE

    def change(self, case: Case, moment: Moment) -> Change:
        if self.resolution not in set(Resolution):
            raise InputError(f"没有“{self.resolution}”这种化解方式。可选：{'、'.join(Resolution)}")
        return Change(
            words(self.words, "化解结果"),
            {"方式": self.resolution, "协议": self.agreement},
            {
                "state": State.RESOLVED,
                "resolution": self.resolution,
                "agreement": self.agreement,
                "resolved_at": moment.stamp,
                "visit_by": moment.policy.resolved(moment.at),
                "report_by": None,
                "finish_by": None,
                "paused_at": None,
            },
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """What a follow-up visit found: stable moves it on, unrest opens it again, nobody at home leaves it."""

    outcome: str
    words: str
    act: ClassVar[Act] = Act.VISIT

    def change(self, case: Case, moment: Moment) -> Change:
        if self.outcome not in set(Outcome):
            raise InputError(f"没有“{self.outcome}”这种回访结果。可选：{'、'.join(Outcome)}")
        found = words(self.words, "回访情况")
        detail = {"结果": self.outcome}
        if self.outcome == Outcome.STABLE:
            return Change(found, detail, {"state": State.VISITED, "visit_by": None})
        if self.outcome == Outcome.UNREACHED:
            return Change(found, detail, {"visit_by": moment.policy.resolved(moment.at)})
        limits = moment.policy.accepted(case.colour, case.dispute_type, moment.at)
        return Change(
            found,
            detail,
            {
                "state": State.HANDLING,
                "visit_by": None,
                "resolved_at": None,
                "resolution": "",
                "agreement": "",
                "recurrences": case.recurrences + 1,
                "finish_by": limits.finish_by,
                "report_by": limits.report_by,
                "review_by": limits.review_by,
            },
        )


@dataclass(frozen=True, slots=True)
class Archive:
    """It is closed and stays closed."""

    act: ClassVar[Act] = Act.ARCHIVE

    def change(self, case: Case, moment: Moment) -> Change:
        return Change(changes={"state": State.ARCHIVED, "closed_at": moment.stamp, **no_clock()})


@dataclass(frozen=True, slots=True)
class Criminal:
    """It has become a criminal case (民转刑); `case_number` is that of the police."""

    reason: str
    case_number: str = ""
    act: ClassVar[Act] = Act.CRIMINAL

    def change(self, case: Case, moment: Moment) -> Change:
        number = words(self.case_number, "立案编号", needed=False)
        changes = {"state": State.CRIMINAL, "closed_at": moment.stamp, **no_clock()}
        return Change(words(self.reason, "转案的理由"), {"立案编号": number}, changes)


@dataclass(frozen=True, slots=True)
class End:
    """Mediation ends without a settlement; the parties are told which way is left."""

    reason: str
    act: ClassVar[Act] = Act.END

    def change(self, case: Case, moment: Moment) -> Change:
        changes = {"state": State.ENDED, "closed_at": moment.stamp, **no_clock()}
        return Change(words(self.reason, "终止的理由和告知的途径"), {}, changes)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stops, with a reason: an expert's opinion, a party in hospital. Reports are still owed."""

    reason: str
    act: ClassVar[Act] = Act.PAUSE

    def change(self, case: Case, moment: Moment) -> Change:
        if case.paused_at:
            raise RefusedError("计时已经暂停")
        return Change(words(self.reason, "暂停的理由"), {}, {"paused_at": moment.stamp})


@dataclass(frozen=True, slots=True)
class Resume:
    """The clock goes on; what was paused is added."""

    act: ClassVar[Act] = Act.RESUME

    def change(self, case: Case, moment: Moment) -> Change:
        if not case.paused_at:
            raise RefusedError("计时没有暂停")
        due = standing(case).finish_by
        until = due and moment.policy.resumed(due, datetime.fromisoformat(case.paused_at), moment.at)
        return Change(detail={"办结期限": until}, changes={"paused_at": None, "finish_by": until})


@dataclass(frozen=True, slots=True)
class Extend:
    """A later day to finish, agreed with both parties."""

    until: date
    reason: str
    act: ClassVar[Act] = Act.EXTEND

    def change(self, case: Case, moment: Moment) -> Change:
        until = clock.stamp(clock.end_of(self.until))
        if case.finish_by and until <= case.finish_by:
            raise InputError(f"新的期限要晚于现在的 {clock.local(case.finish_by)}")
        detail = {"办结期限": {"原": case.finish_by, "现": until}}
        return Change(words(self.reason, "延期的理由"), detail, {"finish_by": until})
