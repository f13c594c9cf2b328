"""How many incidents and cases come in; a town of 18 streets with their rows fills a new database, all invented.

One case in three is of the first street.
"""

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sqlalchemy import Table

from service import clock
from service.accounts.actions import Accounts
from service.accounts.model import Role
from service.accounts.signing import SignIn
from service.commands import at_terminal, progress
from service.intake.actions import Intake
from service.intake.store import keep_ruleset
from service.storage.tables.tallies import case_circle
from service.units.actions import Units
from service.units.model import Kind, Post, Unit
from service.units.store import add_units
from tests.benchmarks.town import cases as of_cases
from tests.benchmarks.town.bulk import Bulk, Row, bulk
from tests.benchmarks.town.cases import Street
from tests.benchmarks.town.incidents import Incidents, Taken
from tests.benchmarks.town.texts import Read

STREETS, DEPARTMENTS, VILLAGES = range(18), range(12), range(12)
_SPAN = timedelta(days=1095)
_RECURRING = timedelta(days=60)
_AT_ONCE = 20_000
_PASSWORD = "hui-fei-de-qing-niao"  # noqa: S105 - of nobody


@dataclass(frozen=True, slots=True)
class Town:
    """What was filled: session tokens by role, a unit that leads cases, and two cases, all of the first street.

    `large` has most incidents, `small` fewest.
    """

    sessions: dict[Role, str]
    unit_id: str
    large: str
    small: str


def fill(desk: Intake, secret: bytes, known: Sequence[Read], *, incidents: int, cases: int) -> Town:
    """Fill the new database of a desk; a few disputes have dozens of incidents, most have one or two."""
    streets = list(map(_street, STREETS))
    with desk.database.write() as connection:
        add_units(connection, _units(streets, desk.ruleset.departments))
        keep_ruleset(connection, desk.ruleset, clock.stamp())
    sessions = _people(desk, streets[0])
    # Whoever fills wants it for itself.
    desk.database.close()
    with bulk(desk.database.url) as rows:
        large, small = _write(rows, streets, known, secret, incidents, cases)
    return Town(sessions, streets[0].leads[3], large, small)


def _write(
    rows: Bulk, streets: Sequence[Street], known: Sequence[Read], secret: bytes, incidents: int, cases: int
) -> tuple[str, str]:
    chance, now = random.Random(11), clock.now()  # noqa: S311 - no secret
    begun = [now - _SPAN * chance.random() for _ in range(cases)]
    whose = [streets[0] if chance.random() < 1 / 3 else chance.choice(streets) for _ in range(cases)]
    members: list[list[Taken]] = [[] for _ in range(cases)]
    # Ids are in the order of writing, which tells nothing of when they came.
    order = list(range(incidents))
    chance.shuffle(order)

    def taken() -> Iterator[Taken]:
        for place, number in enumerate(order):
            dispute = number if number < cases else int(cases * chance.random() ** 1.3)
            after = timedelta() if number < cases else min(now - begun[dispute], _RECURRING) * chance.random()
            at = clock.stamp(begun[dispute] + after)
            one = Taken(_identity(place, incidents), dispute, at, chance.choice(known), whose[dispute].station)
            members[dispute].append(one)
            yield one

    every, written, done = taken(), Incidents(secret, chance), 0
    while some := list(islice(every, _AT_ONCE)):
        for table, lines in written.rows(some):
            rows.put(table, lines)
        done += len(some)
        progress.show(0.8 * done / incidents, f"造警情 {done:,} 条")
    circles: set[Row] = set()
    for start in range(0, cases, _AT_ONCE):
        found = defaultdict[Table, list[Row]](list)
        for place in range(start, min(start + _AT_ONCE, cases)):
            came = sorted(members[place], key=lambda one: (one.at, one.id))
            for table, row in of_cases.rows(_identity(place, cases), place, whose[place], came, now, chance):
                found[table].append(row)
        circles.update(found.pop(case_circle))
        for table, some_rows in found.items():
            rows.put(table, some_rows)
        progress.show(0.8 + 0.2 * start / cases, f"造档案 {start:,} 份")
    rows.put(case_circle, circles)
    sizes = sorted((len(members[place]), place) for place in range(cases) if whose[place] is streets[0])
    return _identity(sizes[-1][1], cases), _identity(sizes[0][1], cases)


def _identity(place: int, of: int) -> str:
    """One of so many ids, evenly spread and ascending."""
    written = f"{place * (2**128 // of):032x}"
    return "-".join((written[:8], written[8:12], written[12:16], written[16:20], written[20:]))


def _street(number: int) -> Street:
    return Street(
        id=_id("street", number),
        station=_id("station", number),
        centre=_id("centre", number),
        leads=tuple(_id("lead", number, one) for one in DEPARTMENTS),
        villages=tuple(_id("village", number, one) for one in VILLAGES),
    )


def _id(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(map(str, parts))))


def _units(streets: Sequence[Street], departments: Sequence[str]) -> Iterator[Unit]:
    for number, street in enumerate(streets, start=1):
        yield Unit(street.id, f"{number} 号街道", Kind.STREET)
        yield Unit(street.station, f"{number} 号派出所", Kind.STATION, street.id)
        yield Unit(street.centre, f"{number} 号矛调中心", Kind.CENTRE, street.id)
        for place, one in enumerate(street.leads):
            yield Unit(one, f"{number} 号街道部门 {place}", Kind.DEPARTMENT, street.id, (departments[place],))
        for place, one in enumerate(street.villages):
            yield Unit(one, f"{number} 号街道村 {place}", Kind.VILLAGE, street.id)


def _people(desk: Intake, street: Street) -> dict[Role, str]:
    """Somebody of each role that looks at cases, signed in."""
    places = {
        Role.DUTY: street.station,
        Role.CENTRE: street.centre,
        Role.HANDLER: street.leads[0],
        Role.LEADER: street.id,
    }
    accounts, units = Accounts(desk.database), Units(desk.database, lambda: desk.ruleset.departments)
    actor, sessions = at_terminal(), dict[Role, str]()
    for number, role in enumerate((Role.ADMIN, Role.AUDITOR, *places)):
        account = accounts.create(actor, f"ren{number}", role.value, [role], _PASSWORD, must_change=False)
        if role in places:
            units.place(actor, account.id, places[role], Post.MEMBER)
        sessions[role] = SignIn(desk.database).enter(account.login, _PASSWORD)
    return sessions
