"""What somebody is told: read it, count what is unread, mark it as read. A stand-in reads for whoever is absent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service import clock
from service.accounts.model import Actor, as_identity
from service.errors import NotFoundError
from service.schedule import store
from service.schedule.store import Notice
from service.storage.database import Database


@dataclass(frozen=True, slots=True)
class Inbox:
    """The notices in a database. Everybody has their own only."""

    database: Database
    now: Callable[[], datetime] = clock.now

    def notices(self, actor: Actor, limit: int = 100, offset: int = 0, *, unread: bool = False) -> list[Notice]:
        """Unread ones first, then the newest."""
        with self.database.read() as connection:
            return store.notices(connection, actor, self._today(), limit, offset, unread=unread)

    def unread(self, actor: Actor) -> int:
        """How many are unread."""
        if not actor.account_id:
            return 0
        with self.database.read() as connection:
            return store.count_unread(connection, actor, self._today())

    def read(self, actor: Actor, identity: str | None = None) -> int:
        """Mark one, or all, as read; raises NotFoundError for one that is not the actor's."""
        now = self.now()
        with self.database.write() as connection:
            if identity is None:
                return store.read(connection, actor, self._today(), clock.stamp(now))
            known = as_identity(identity)
            if not store.exists(connection, actor, self._today(), known):
                raise NotFoundError("没有这条消息")
            return store.read(connection, actor, self._today(), clock.stamp(now), known)

    def _today(self) -> str:
        return clock.in_china(self.now()).date().isoformat()
