"""A colour and a moment come in; by when what is due, whose it is, and who is told when it is missed go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from service import clock
from service.errors import SetupError
from service.timing.calendar import add_working_days, working_days_between
from service.timing.deadlines import Deadlines
from service.timing.term import Term

_DAY = timedelta(days=1)


class Owner(StrEnum):
    """Whose a case of a colour is."""

    LEADER = "镇街领导包案"
    DEPARTMENT_HEAD = "部门负责人"
    HANDLER = "承办人"


class Told(StrEnum):
    """Who is told of something missed, the nearest first: three different people."""

    HANDLER = "主办负责人"
    CENTRE = "矛调中心"
    LEADER = "分管领导"


class Reporting(StrEnum):
    """How often progress is reported."""

    DAILY = "每日"
    WORKING_DAYS = "每工作日"
    ON_PROGRESS = "有进展时"


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told once something has been missed for so long."""

    after: Term
    tells: Told


@dataclass(frozen=True, slots=True)
class Level:
    """What a colour asks for. `ceiling` shortens the dispute type's own term; None where the colour does not."""

    owner: Owner
    accept: Term
    reporting: Reporting
    review: Term
    ceiling: Term | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Norm:
    """Within what time a dispute is finished, and who says so."""

    term: Term
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything of a time-limit file. `levels` by colour, the heaviest first; `norms` by dispute type.

    The `general` norm is for all other types. Whatever takes a colour raises SetupError for one that is not in it.
    """

    name: str
    levels: Mapping[str, Level]
    general: Norm
    norms: Mapping[str, Norm]
    closing_hour: int
    daily_hour: int
    weekly_day: int  # 0 is Monday, as date.weekday() says
    weekly_hour: int
    most_returns: int  # the return with this number goes to arbitration
    visit: Term

    @property
    def colours(self) -> tuple[str, ...]:
        """Heaviest first."""
        return tuple(self.levels)

    def level(self, colour: str) -> Level:
        """What this colour asks for."""
        if colour not in self.levels:
            raise SetupError(f"时限文件「{self.name}」里没有颜色「{colour}」，有的是：{'、'.join(self.colours)}")
        return self.levels[colour]

    def raised(self, colour: str) -> str:
        """The next heavier colour; the heaviest stays."""
        heavier = self._heavier_than(colour)
        return heavier[-1] if heavier else colour

    def norm(self, dispute_type: str) -> Norm:
        """The term in which a dispute of this type is finished at the latest, whatever its colour."""
        return self.norms.get(dispute_type, self.general)

    def escalations(self, colour: str, overdue: timedelta) -> tuple[Told, ...]:
        """Whoever is to be told by now of what has been missed for so long, the first one first."""
        steps = self.level(colour).steps
        return tuple(step.tells for step in steps if timedelta() < overdue and step.after.span <= overdue)

    # What becomes due when something happens.

    def transferred(self, colour: str, at: datetime) -> datetime:
        """By when the department accepts what was transferred to it."""
        return self.level(colour).accept.deadline(at, self.closing_hour)

    def accepted(self, colour: str, dispute_type: str, at: datetime) -> Deadlines:
        """What an accepted case owes: `finish_by`, the first `report_by` and `review_by`."""
        terms = (self.norm(dispute_type).term, self.level(colour).ceiling)
        finish_by = min(term.deadline(at, self.closing_hour) for term in terms if term)
        return Deadlines(finish_by=finish_by, report_by=self.reported(colour, at), review_by=self.reviewed(colour, at))

    def reported(self, colour: str, at: datetime) -> date | None:
        """By when progress is reported next; None where that is left to progress itself."""
        today = clock.in_china(at).date()
        match self.level(colour).reporting:
            case Reporting.DAILY:
                return today + _DAY
            case Reporting.WORKING_DAYS:
                return add_working_days(today, 1)
            case Reporting.ON_PROGRESS:
                return None

    def reviewed(self, colour: str, at: datetime) -> date:
        """By when the colour is reviewed next, holiday or not."""
        return self.level(colour).review.last_day(at)

    def resolved(self, at: datetime) -> date:
        """By when a resolved case is visited."""
        return self.visit.last_day(at)

    def resumed(self, finish_by: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
        """The deadline after a pause: later by the working days that it took, the day of resuming not counted."""
        # The last day before each of the two: the day of pausing is counted.
        lost = working_days_between(*(clock.in_china(moment).date() - _DAY for moment in (paused_at, resumed_at)))
        due = clock.in_china(finish_by)
        day = add_working_days(due.date(), lost) if lost else due.date()
        return datetime.combine(day, due.timetz())

    def recoloured(self, standing: Deadlines, was: str, becomes: str, at: datetime) -> Deadlines:
        """What a case owes once its colour changes.

        To a heavier one: accepted and finished no later than before, and within what that colour asks for from now on.
        To a lighter one: accepted and finished as before. Where a review was due, reports and the review begin anew; a
        heavier colour puts none off that is not missed yet.
        """
        level = self.level(becomes)
        raised = becomes in self._heavier_than(was)
        changed = standing
        if raised and standing.accept_by:
            changed = replace(changed, accept_by=min(standing.accept_by, self.transferred(becomes, at)))
        if raised and standing.finish_by and level.ceiling:
            within = level.ceiling.deadline(at, self.closing_hour)
            changed = replace(changed, finish_by=min(standing.finish_by, within))
        if was != becomes and standing.review_by:
            report_by, review_by = self.reported(becomes, at), self.reviewed(becomes, at)
            if raised:
                today = clock.in_china(at).date()
                report_by = report_by and _sooner(standing.report_by, report_by, today)
                review_by = _sooner(standing.review_by, review_by, today)
            changed = replace(changed, report_by=report_by, review_by=review_by)
        return changed

    def _heavier_than(self, colour: str) -> tuple[str, ...]:
        self.level(colour)
        return self.colours[: self.colours.index(colour)]


def _sooner(standing: date | None, anew: date, today: date) -> date:
    """The earlier of two days, unless the standing one is missed already."""
    return standing if standing and today <= standing < anew else anew
