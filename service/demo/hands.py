"""The people of the invented town at work: each does through the real actions what somebody signed in could do."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service import clock
from service.accounts.model import LOCAL, Actor, Role
from service.audit.model import Action
from service.audit.store import record
from service.cases.actions import Cases
from service.cases.command import Command
from service.cases.model import Case
from service.demo import town
from service.demo.plan import Dispute
from service.incidents.model import Party, PartyRole, Registration
from service.intake.actions import Intake
from service.intake.model import KeptSuggestion, Proposal, by, decide_choice
from service.intake.store import add_choice, add_suggestions, keep_ruleset
from service.suggestion import as_dict, suggest
from service.units.model import Kind
from service.units.tree import Tree

REPEATS = "近90天重复次数"


@dataclass
class Watch:
    """A clock that is set by hand."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Hands:
    """`actors` by login name; `units` are ids by name; `watch` is the clock of `cases` too."""

    desk: Intake
    cases: Cases
    watch: Watch
    actors: Mapping[str, Actor]
    units: Mapping[str, str]
    tree: Tree
    calls: list[int] = field(default_factory=list)

    def takes(self, dispute: Dispute, call: int, officer: Actor) -> str:
        """One call is read, kept, and accepted as it was suggested; the id of the suggestion."""
        ruleset = self.desk.ruleset
        known: dict[str, object] = {REPEATS: call} if call and REPEATS in ruleset.facts else {}
        today = ruleset.as_of(self.watch.at.date())
        found = suggest(dispute.texts[call], known, model=self.desk.model, ruleset=today)
        identity, stamp = str(uuid.uuid4()), clock.stamp(self.watch.at)
        shown = {"id": identity, "created_at": stamp, **as_dict(found)}
        kept = KeptSuggestion(identity, stamp, json.dumps(shown, ensure_ascii=False), shown)
        with self.desk.database.write() as connection:
            keep_ruleset(connection, ruleset, stamp)
            add_suggestions(connection, [(kept, json.dumps(found.facts, ensure_ascii=False))], "页面", officer.unit_id)
            proposal = by(officer.name, Proposal(accepted=True, person=""))
            choice = decide_choice(proposal, kept, self.desk.vocabulary, stamp)
            add_choice(connection, identity, choice)
            detail = {"序号": choice.seq, "办理人": choice.person}
            record(connection, officer, Action.ACCEPTED, f"建议 {identity}", detail)
        self.calls.append(call)
        return identity

    def registration(self, dispute: Dispute) -> Registration:
        """What the station knows besides. The numbers can be nobody's: no area has the code 0000."""
        first, second = dispute.people
        return Registration(
            alarm_number=f"DEMO{len(self.calls):06}",
            happened_at=clock.stamp(self.watch.at),
            place=dispute.place,
            parties=(
                Party(PartyRole.CALLER, first, f"0000-{dispute.random.randint(1000000, 9999999)}"),
                Party(PartyRole.PARTY, second, "", "", dispute.place),
            ),
        )

    def do(self, actor: Actor, case: Case, command: Command) -> Case:
        """Through the one way that there is."""
        return self.cases.do(actor, case.id, command)

    def handler(self, unit_id: str) -> Actor:
        """Who acts for a unit."""
        return next(one for one in self.actors.values() if unit_id in one.acts_for and one.login in self.handlers)

    @property
    def handlers(self) -> frozenset[str]:
        """Logins of those who take cases in hand."""
        return frozenset(login for login, one in self.actors.items() if one.has(Role.HANDLER))

    def lead_for(self, case: Case, village: str) -> tuple[str, tuple[str, ...]]:
        """Lead and co-handlers, as the latest incident's suggestion wants them; the village always helps."""
        kept = self.desk.find(LOCAL, case.incidents[-1])
        outcome = kept.current
        lead = self._unit(outcome.department, village) or self.units[town.department_unit("司法所")]
        helpers = [self._unit(one, village) for one in outcome.co_departments[:2]]
        return lead, tuple(one for one in dict.fromkeys([*helpers, self.units[village]]) if one and one != lead)

    def _unit(self, department: str, village: str) -> str:
        if department == Kind.VILLAGE:
            return self.units[village]
        found = self.tree.unit_for(department, self.units[town.STATION])
        if found and found.kind is Kind.CENTRE:
            return self.units[town.MEDIATION]
        return found.id if found else ""
