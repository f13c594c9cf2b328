"""What can be done with the chain: walk it, and read it page by page. Entries are made by `store.record`."""

from dataclasses import dataclass

from service.accounts.model import Actor, Role
from service.audit import store
from service.audit.model import Action, Entry, Walk, walk
from service.cases.chain import Tally, tally
from service.cases.ledger import stored_cases
from service.storage.database import Database


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, out of `total`; `persons` is everybody one may ask for."""

    entries: list[Entry]
    total: int
    persons: list[str]


@dataclass(frozen=True, slots=True)
class Trail:
    """The chain in a database."""

    database: Database

    def verify(self) -> Walk:
        """How far the chain holds."""
        with self.database.read() as connection:
            return walk(store.entries(connection))

    def verify_cases(self) -> Tally:
        """Whether every case's events hold together, stand in the chain, and make the case what it is."""
        with self.database.read() as connection:
            return tally(stored_cases(connection))

    @property
    def demonstration(self) -> bool:
        """Whether the database was filled with invented data: then that is how its chain begins."""
        with self.database.read() as connection:
            first = store.get_entry(connection, 1)
        return first is not None and first.action == Action.DEMONSTRATION

    def read(self, actor: Actor, limit: int, offset: int = 0, *, person: str = "", action: str = "") -> Page:
        """Entries newest first, of one person or one action where given; raises ForbiddenError."""
        actor.require(Role.AUDITOR, Role.ADMIN)
        # PostgreSQL can't hold it, so nobody is called so.
        person, action = person.replace("\0", ""), action.replace("\0", "")
        with self.database.read() as connection:
            return Page(
                store.recent_entries(connection, limit, offset, person=person, action=action),
                store.count_entries(connection, person=person, action=action),
                store.persons(connection),
            )
