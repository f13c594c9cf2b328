"""A case with everything that its page, its print and its export show; and who may see whose personal data in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.accounts.model import Actor, Role, as_identity
from service.accounts.store import all_accounts
from service.audit.model import Action
from service.audit.store import record
from service.cases import store
from service.cases.actions import Cases, File
from service.cases.attached import Attachment, attachments_of
from service.cases.model import Case
from service.cases.privacy import may_reveal
from service.errors import ForbiddenError
from service.incidents.model import Incident
from service.incidents.store import get_incidents
from service.intake.model import KeptSuggestion
from service.intake.store import suggestions_of
from service.personal.names import names_in
from service.units.model import Member
from service.units.store import all_units, members
from service.units.tree import Tree


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as somebody sees it. `kept` has the suggestion of each incident; `ever` are also those taken out again.

    `people` are the names of its people, also of incidents taken out again, and those found in its descriptions.
    `guests` are those whom it is shared with, `helpers` those whom it could be, their names by their accounts' ids.
    `revealable`: whether they may see names and numbers, once they ask for it.
    """

    file: File
    kept: Mapping[str, KeptSuggestion]
    ever: tuple[Incident, ...]
    people: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    tree: Tree
    guests: Mapping[str, str]
    helpers: Mapping[str, str]
    revealable: bool
    now: datetime

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.file.case

    @property
    def numbers(self) -> dict[str, str]:
        """What its incidents are called, by their ids."""
        return {one.id: one.registration.alarm_number or one.id[:8] for one in self.ever}

    def unit(self, identity: str) -> str:
        """The name of a unit; an id that no unit has stays as it is."""
        return self.tree.units[identity].name if identity in self.tree.units else identity


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an incident is in a case, and the case where the asking one sees it."""

    registered: bool
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Dossiers:
    """The cases in a database with all that belongs to them."""

    cases: Cases

    def read(self, actor: Actor, case_id: str) -> Dossier:
        """Everything of one case; raises NotFoundError where the actor doesn't see it."""
        file = self.cases.find(actor, as_identity(case_id))
        case = file.case
        with self.cases.database.read() as connection:
            tree = Tree(all_units(connection))
            kept = suggestions_of(connection, case.incidents)
            ids = {str(event.detail["警情"]) for event in file.events if "警情" in event.detail}
            ever = tuple(get_incidents(connection, ids))
            accounts = all_accounts(connection)
            helping = {one.id for one in accounts if one.enabled and Role.HELPER in one.roles} - {*case.guests}
            near = [one for one in members(connection) if one.account_id in helping and _near(one, case, tree)]
            return Dossier(
                file=file,
                kept=kept,
                ever=ever,
                people=tuple(_people(ever, kept.values())),
                attachments=tuple(attachments_of(connection, case.id)),
                tree=tree,
                guests={one.id: one.name for one in accounts if one.id in case.guests},
                helpers={one.account_id: f"{one.name}（{tree.units[one.unit_id].name}）" for one in near},
                revealable=may_reveal(case, actor, file.incidents),
                now=self.cases.now(),
            )

    def reveal(self, actor: Actor, case_id: str) -> Dossier:
        """The same, to be shown with names and numbers: that is written down. Raises ForbiddenError as well."""
        return self._told(actor, case_id, Action.PERSONAL_SHOWN, revealed=True)

    def hand_out(self, actor: Actor, case_id: str, *, revealed: bool) -> Dossier:
        """The whole file, to be printed or kept elsewhere: that is written down. Raises ForbiddenError as well."""
        return self._told(actor, case_id, Action.CASE_HANDED_OUT, revealed=revealed)

    def standing(self, actor: Actor, suggestion_id: str) -> Standing:
        """Where an incident is."""
        with self.cases.database.read() as connection:
            found = store.case_with(connection, suggestion_id)
            return Standing(found is not None, store.get_case(connection, actor, found) if found else None)

    def _told(self, actor: Actor, case_id: str, action: Action, *, revealed: bool) -> Dossier:
        dossier = self.read(actor, case_id)
        if revealed and not dossier.revealable:
            raise ForbiddenError("当事人信息只给来源单位、矛调中心和主办单位看；保密警情只给来源单位看")
        with self.cases.database.write() as connection:
            shown = {"个人信息": "明文" if revealed else "遮盖"}
            record(connection, actor, action, f"档案 {dossier.case.number}", shown)
        return dossier


def _people(ever: Iterable[Incident], kept: Iterable[KeptSuggestion]) -> Iterator[str]:
    for incident in ever:
        yield from (party.name for party in incident.registration.parties)
    for one in kept:
        yield from names_in(str(one.shown["text"]))


def _near(member: Member, case: Case, tree: Tree) -> bool:
    """Whether somebody works in the street of the case, or for no street in particular."""
    if case.station_id not in tree.units:
        return True
    return tree.street_of(member.unit_id) in (None, tree.street_of(case.station_id))
