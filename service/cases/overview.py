"""What can be read across cases: the list, what somebody must do, the dispatch desk; and acts that name others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, or_, select

from service.accounts.model import Actor, Role, as_identity
from service.accounts.store import get_account
from service.audit.model import Action
from service.audit.store import record
from service.cases import todo
from service.cases.actions import Cases
from service.cases.attached import attachments_of
from service.cases.dossier import Dossiers
from service.cases.handing_over import Dispatch
from service.cases.handling import Resolve
from service.cases.model import Case
from service.cases.privacy import masked_text
from service.cases.search import MOST_LISTED, Filters, Found, checked, search
from service.cases.sharing import Share, Unshare
from service.cases.stance import invitable
from service.cases.store import case_of, events_of, get_case
from service.cases.todo import ARBITRATE, DISPATCH, Duty, Group
from service.cases.waiting import Waiting, advise, receivers, returns
from service.errors import InputError, NotFoundError, RefusedError
from service.incidents.store import get_incidents
from service.intake.store import suggestions_of
from service.personal.names import names_in
from service.storage.tables.cases import case_file
from service.units.model import Unit
from service.units.store import all_units, unit_names
from service.units.tree import Tree

_A_GROUP = 20
_AT_DESK = (ARBITRATE, DISPATCH)


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of the dispatch desk, and how many wait in all."""

    waiting: tuple[Waiting, ...]
    total: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Overview:
    """Readings across the cases of a database, each of what the actor sees."""

    cases: Cases

    def search(self, actor: Actor, wanted: Filters, *, limit: int, offset: int = 0, most: int = MOST_LISTED) -> Found:
        """One page of the list, of which `most` are counted; raises InputError for filters that can't be."""
        checked(wanted)
        with self.cases.database.read() as connection:
            known = self.cases.policy.colours
            now = self.cases.now()
            return search(connection, actor, wanted, colours=known, now=now, limit=limit, offset=offset, most=most)

    def hand_out(self, actor: Actor, wanted: Filters, said: str) -> Found:
        """The whole list up to MOST_LISTED, to be kept elsewhere: that is written down, with the filters as `said`.

        Raises InputError as `search` does.
        """
        found = self.search(actor, wanted, limit=MOST_LISTED, most=MOST_LISTED)
        with self.cases.database.write() as connection:
            record(connection, actor, Action.LIST_HANDED_OUT, "档案清单", {"件数": len(found.cases), "条件": said})
        return found

    def todo(self, actor: Actor) -> list[Group]:
        """Every duty that waits for the actor, with its most urgent cases."""
        now, order = self.cases.now(), self.cases.policy.colours
        with self.cases.database.read() as connection:
            return [
                Group(
                    group.duty,
                    group.colours,
                    group.late,
                    todo.tasks(connection, actor, group.duty, now, order=order, limit=_A_GROUP),
                )
                for group in todo.counts(connection, actor, now)
            ]

    def waiting(self, actor: Actor) -> dict[str, int]:
        """How much waits for the actor, by the page where it is done."""
        if not (actor.acts_for or invitable(actor)):
            return {}
        with self.cases.database.read() as connection:
            return badges(todo.counts(connection, actor, self.cases.now()))

    def desk(self, actor: Actor, *, limit: int, offset: int = 0) -> Desk:
        """The cases that wait for the centre, heaviest first; raises ForbiddenError for who is not of one."""
        actor.require(Role.CENTRE)
        now = self.cases.now()
        with self.cases.database.read() as connection:
            both = or_(*(todo.waiting(duty, actor, now) for duty in _AT_DESK))
            query = todo.heaviest_first(select(case_file).where(both), DISPATCH.due, self.cases.policy.colours)
            rows = [case_of(row) for row in connection.execute(query.limit(limit).offset(offset))]
            groups = todo.counts(connection, actor, now, _AT_DESK)
            tree = Tree(all_units(connection))
            return Desk(
                waiting=tuple(self._waiting(connection, one, tree) for one in rows),
                total=sum(group.total for group in groups),
                names={unit.id: unit.name for unit in tree.units.values()},
            )

    def as_advised(self, actor: Actor, case_id: str, *, seen: int, key: str = "") -> Case:
        """Dispatch as suggested now; raises RefusedError where there is no suggestion, and as `Cases.do` does."""
        case, tree = self._case(actor, case_id)
        with self.cases.database.read() as connection:
            advice = self._waiting(connection, case, tree).advice
        if advice.lead is None:
            raise RefusedError(advice.doubt)
        wanted = Dispatch(advice.lead.id, tuple(unit.id for unit in advice.helpers))
        return self.cases.do(actor, case.id, wanted, seen=seen, key=key)

    def dispatch(self, actor: Actor, case_id: str, wanted: Dispatch, *, seen: int | None, key: str = "") -> Case:
        """Dispatch to units that are there to receive; raises InputError for others, and as `Cases.do` does."""
        case, tree = self._case(actor, case_id)
        able = {unit.id for unit in receivers(tree, case)}
        if {wanted.lead_id, *wanted.co_ids} - {""} - able:
            raise InputError("主办和协办只能选本镇街和不属任何镇街的、启用的单位")
        return self.cases.do(actor, case.id, wanted, seen=seen, key=key)

    def resolve(self, actor: Actor, case_id: str, wanted: Resolve, *, seen: int | None, key: str = "") -> Case:
        """Settle a case; raises InputError for an agreement that is no attachment of it, and as `Cases.do` does."""
        case, _ = self._case(actor, case_id)
        if wanted.agreement:
            with self.cases.database.read() as connection:
                if all(one.id != wanted.agreement for one in attachments_of(connection, case.id)):
                    raise InputError("协议要先作为附件放进这份档案")
        return self.cases.do(actor, case.id, wanted, seen=seen, key=key)

    def share(self, actor: Actor, case_id: str, account_id: str, *, seen: int | None, key: str = "") -> Case:
        """Let a 调解志愿 near by see a case; raises InputError for anybody else, and as `Cases.do` does."""
        dossier = Dossiers(self.cases).read(actor, case_id)
        if account_id not in {*dossier.guests, *dossier.helpers}:
            raise InputError("只能共享给本镇街或不属任何镇街的、有“调解志愿”角色的账号")
        return self.cases.do(actor, case_id, Share(account_id, self._name(account_id)), seen=seen, key=key)

    def unshare(self, actor: Actor, case_id: str, account_id: str, *, seen: int | None, key: str = "") -> Case:
        """They may see it no longer; raises as `Cases.do` does."""
        case, _ = self._case(actor, case_id)
        identity = as_identity(account_id)
        return self.cases.do(actor, case.id, Unshare(identity, self._name(identity)), seen=seen, key=key)

    def units(self, actor: Actor) -> list[Unit]:
        """The units whose cases the actor sees, as the tree has them."""
        with self.cases.database.read() as connection:
            tree = Tree(all_units(connection))
        everything = actor.has(Role.AUDITOR) or actor.via == "本机"
        return [unit for _, unit in tree.walk() if everything or unit.id in actor.sees]

    def names(self) -> dict[str, str]:
        """The names of all units by their ids: everybody may know who there is."""
        with self.cases.database.read() as connection:
            return unit_names(connection)

    def _name(self, account_id: str) -> str:
        with self.cases.database.read() as connection:
            account = get_account(connection, account_id)
        return account.name if account else ""

    def _case(self, actor: Actor, case_id: str) -> tuple[Case, Tree]:
        with self.cases.database.read() as connection:
            case = get_case(connection, actor, as_identity(case_id))
            if case is None:
                raise NotFoundError("没有这份档案")
            return case, Tree(all_units(connection))

    def _waiting(self, connection: Connection, case: Case, tree: Tree) -> Waiting:
        kept = suggestions_of(connection, case.incidents[-1:]).get(case.incidents[-1])
        shown = kept.shown if kept else {}
        people = [one.name for each in get_incidents(connection, case.incidents) for one in each.registration.parties]
        people += names_in(text := str(shown.get("text", "")))
        returned = returns(events_of(connection, case.id)) if case.returns else ()
        duty: Duty = ARBITRATE if case.state in ARBITRATE.states else DISPATCH
        task, able = todo.task(case, duty, self.cases.now()), receivers(tree, case)
        return Waiting(
            case=case,
            by=task.by,
            late=task.late,
            text=masked_text(text, people)[0],
            department=kept.current.department if kept else "",
            types=tuple((one["name"], one["probability"]) for one in shown.get("dispute_types", ())[:3]),
            returned=tuple(replace(one, reason=masked_text(one.reason, people)[0]) for one in returned),
            advice=advise(tree, case, kept, returned, able),
            receivers=able,
        )


def badges(groups: Iterable[Group]) -> dict[str, int]:
    """How much waits, by the page where it is done."""
    totals = {group.duty: group.total for group in groups}
    return {"/todo": sum(totals.values()), "/desk": sum(totals.get(duty, 0) for duty in _AT_DESK)}
