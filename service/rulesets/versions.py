"""What was published: every version with its files, and what each changed. Read by pages, programs and commands."""

from rules import Change, differences
from rules.schema import read_rulebook
from service.errors import NotFoundError
from service.rulesets import store
from service.rulesets.model import Publication
from service.storage.database import Database

# Beyond it no database has a number.
MOST = 2**31 - 1


def history(database: Database, limit: int = -1) -> list[Publication]:
    """Publications, newest first; all of them without a limit."""
    with database.read() as connection:
        return store.publications(connection, limit)


def publication(database: Database, number: int) -> tuple[Publication, dict[str, str]]:
    """One publication with its files; raises NotFoundError."""
    with database.read() as connection:
        made = store.get_publication(connection, number) if 0 < number <= MOST else None
        if made is None:
            raise NotFoundError(f"没有第 {number} 版规则")
        return made, store.files_of(connection, made.version)


def changes_of(database: Database, made: Publication) -> list[Change]:
    """What a publication changed; nothing where a version is of a kind that this program can no longer read."""
    with database.read() as connection:
        before, after = (
            read_rulebook(store.files_of(connection, version))[0] for version in (made.previous, made.version)
        )
    return [] if before is None or after is None else differences(before, after)


def newest_files(database: Database) -> dict[str, str] | None:
    """The files of the newest publication; None while nothing was published."""
    with database.read() as connection:
        newest = store.publications(connection, 1)
        return store.files_of(connection, newest[0].version) if newest else None
