"""One look at the clock: rounds that are due are done, unit by unit, and whatever is overdue is chased.

Any number of processes may look at once, and one may die at any point: each round is taken by one at a time, and every
Miss and Chase has a key under which it is carried out once.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service import clock
from service.cases.actions import Cases
from service.cases.command import Command
from service.cases.model import Case
from service.cases.stance import MACHINE
from service.cases.warning import Chase, Miss, missed
from service.errors import RefusedError, SetupError
from service.schedule import store
from service.schedule.audience import Audience, people_of, reached
from service.schedule.overdue import overdue_in
from service.schedule.owed import holder
from service.schedule.periods import Period, Schedule, due
from service.units.store import all_units
from service.units.tree import Tree

logger = logging.getLogger(__name__)

_LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Done:
    """What one look came to."""

    rounds: int = 0
    missed: int = 0
    chased: int = 0


@dataclass(frozen=True, slots=True)
class Ticking:
    """The rounds of the cases in a database, under the policy and the clock of the cases."""

    cases: Cases
    lease: timedelta = _LEASE

    def look(self) -> Done:
        """Everything that is due now."""
        now = self.cases.now()
        rounds = missed_now = 0
        watched: dict[str, list[Case]] | None = None
        for schedule in Schedule:
            for unit_id, periods in self._due(schedule, now).items():
                taken = [one for one in periods if self._take(unit_id, one, now)]
                if not taken:
                    continue
                rounds += len(taken)
                if schedule is Schedule.DAILY:
                    # Days on which nothing ran are caught up at once: the colour rises for them together, not for each.
                    watched = self._watched(now) if watched is None else watched
                    missed_now += self._miss(watched.get(unit_id, []), taken[-1].day)
                    for period in taken:
                        self._finish(unit_id, period, now)
                else:
                    for period in taken:
                        self._remind(unit_id, period, now, last=period == taken[-1])
        return Done(rounds, missed_now, self._chase(now))

    def _due(self, schedule: Schedule, now: datetime) -> dict[str, list[Period]]:
        with self.cases.database.read() as connection:
            # Those that are disabled too: a case may still lie with one.
            units = [one.id for one in all_units(connection)]
            last = store.last_done(connection, schedule.value)
        return {unit: found for unit in units if (found := list(due(schedule, self.cases.policy, now, last.get(unit))))}

    def _take(self, unit_id: str, period: Period, now: datetime) -> bool:
        with self.cases.database.write() as connection:
            return store.take(connection, unit_id, period, now, self.lease)

    def _finish(self, unit_id: str, period: Period, now: datetime) -> None:
        with self.cases.database.write() as connection:
            store.finish(connection, unit_id, period, now)

    def _watched(self, now: datetime) -> dict[str, list[Case]]:
        """By the unit whose turn it is."""
        found: dict[str, list[Case]] = defaultdict(list)
        with self.cases.database.read() as connection:
            for case in store.watched(connection, now):
                found[holder(case)].append(case)
        return found

    def _miss(self, mine: Sequence[Case], day: date) -> int:
        wanted = [(one, Miss(what, day), f"漏报 {what} {one.id} {day}") for one in mine for what in missed(one, day)]
        return self._carry_out(wanted)

    def _chase(self, now: datetime) -> int:
        with self.cases.database.read() as connection:
            watched = store.watched(connection, now)
            events = store.track_lists(connection, watched)
        wanted: list[tuple[Case, Command, str]] = []
        for case in watched:
            for one in overdue_in(case, events[case.id], self.cases.policy, now):
                since = clock.stamp(one.due) if isinstance(one.due, datetime) else one.due.isoformat()
                wanted += [
                    (case, Chase(one.what, level), f"催办 {one.what} {case.id} {since} {level}")
                    for level in range(1, one.level + 1)
                ]
        return self._carry_out(wanted)

    def _carry_out(self, wanted: Sequence[tuple[Case, Command, str]]) -> int:
        """Each unless it was before. Where a person was faster, a Miss looks again whether it still is one."""
        with self.cases.database.read() as connection:
            before = store.done_already(connection, {key for _, _, key in wanted})
        done, versions = 0, {case.id: case.version for case, _, _ in wanted}
        for case, command, key in wanted:
            if key in before:
                continue
            try:
                seen = None if isinstance(command, Miss) else versions[case.id]
                changed = self.cases.do(MACHINE, case.id, command, seen=seen, key=key)
            except RefusedError as refused:
                logger.info("档案 %s %s：%s", case.number, command.act, refused.message)
            except SetupError as fault:
                logger.error("档案 %s 不能%s：%s", case.number, command.act, fault.message)
            else:
                done, versions[case.id] = done + 1, changed.version
        return done

    def _remind(self, unit_id: str, period: Period, now: datetime, *, last: bool) -> None:
        """The weekly reminder, in one transaction with the round: once. Of several weeks only the last."""
        with self.cases.database.write() as connection:
            if not store.finish(connection, unit_id, period, now) or not last:
                return
            tree = Tree(all_units(connection))
            inside = {unit_id}
            centre = tree.centre_of(unit_id)
            whole = centre is not None and centre.id == unit_id
            if whole and (street := tree.street_of(unit_id)):
                inside = {street.id, *tree.below(street.id)}
            counted: dict[str, int] = defaultdict(int)
            for case in store.not_closed(connection):
                if holder(case) in inside:
                    counted[case.colour] += 1
            if not counted:
                return
            order = [*self.cases.policy.colours, *sorted(set(counted) - set(self.cases.policy.colours))]
            parts = "、".join(f"{colour} {counted[colour]} 件" for colour in order if counted[colour])
            whose = "全镇街" if whole else "本单位"
            words = f"周结 {period.name}：{whose}还有 {sum(counted.values())} 件没有真正办结（{parts}）"
            audience = Audience.CENTRE if whole else Audience.HEAD
            people = people_of(connection, tree)
            store.add_notices(
                connection,
                [
                    store.Notice(one.account_id, one.unit_id, "", "周结", words, clock.stamp(now))
                    for one in reached(audience, unit_id, people)
                ],
            )
