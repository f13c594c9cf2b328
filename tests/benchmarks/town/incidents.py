"""Which incident is of which dispute comes in; the rows that suggesting, registering and linking leave go out."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Table

from service.linking.keys import hashed
from service.linking.model import KeyKind
from service.linking.places import canonical_place
from service.storage.tables.incidents import incident, party
from service.storage.tables.linking import incident_key, incident_trace
from service.storage.tables.suggestions import choice, suggestion
from tests.benchmarks.town.bulk import Row
from tests.benchmarks.town.texts import Read, registration

_STRANGE = 256  # signatures like no other's
_COPIES = 0.1  # of the descriptions repeat an earlier one nearly; of the rest a phrase recurs here and there
_HASH = 64


@dataclass(frozen=True, slots=True)
class Taken:
    """An incident: whose, when (a stored stamp), as which description, and by which station."""

    id: str
    dispute: int
    at: str
    read: Read
    station: str


class Incidents:
    """Rows of incidents, the keys of a dispute made once."""

    def __init__(self, secret: bytes, chance: random.Random) -> None:
        self._secret, self._chance = secret, chance
        self._keys: dict[int, tuple[str, str]] = {}
        self._strange = [json.dumps([chance.getrandbits(32) for _ in range(60)]) for _ in range(_STRANGE)]

    def rows(self, some: Sequence[Taken]) -> Iterator[tuple[Table, Iterable[Row]]]:
        """By table, each after those it refers to."""
        yield suggestion, map(self._suggestion, some)
        yield choice, map(self._choice, some)
        yield incident, map(self._incident, some)
        yield party, map(self._party, some)
        traces = list(map(self._trace, some))
        yield incident_trace, (row for row, _ in traces)
        yield incident_key, (row for _, rows in traces for row in rows)

    def _suggestion(self, one: Taken) -> Row:
        of = one.read.columns
        body = f'{{"id": "{one.id}", "created_at": "{one.at}", {one.read.body}'
        return (
            one.id, one.at, "页面", of["text_hash"], of["dispute_type"], of["risk_level"], of["department"],
            of["colour"], of["model"], of["ruleset"], of["facts"], body, one.station,
        )  # fmt: skip

    def _choice(self, one: Taken) -> Row:
        of = one.read.columns
        chosen = (of["dispute_type"], of["department"], one.read.co_departments, of["colour"])
        return (one.id, 1, one.at, 1, *chosen, "", "值班民警", "")

    def _incident(self, one: Taken) -> Row:
        place = registration(one.dispute).place
        return (one.id, "", "", one.at, place, one.station, 0, one.at, "", "值班民警")

    def _party(self, one: Taken) -> Row:
        who = registration(one.dispute).parties[0]
        return (one.id, 1, who.role.value, who.name, who.phone, "", "")

    def _trace(self, one: Taken) -> tuple[Row, list[Row]]:
        phone, place = self._of_dispute(one.dispute)
        bands = one.read.bands
        signature = one.read.signature
        if self._chance.random() > _COPIES:
            written = self._chance.randbytes(len(bands) * _HASH // 2).hex()
            new = (written[start : start + _HASH] for start in range(0, len(written), _HASH))
            bands = (*bands[:2], *list(new)[2:])
            signature = self._chance.choice(self._strange)
        # In the order of the key, as an index likes it.
        keys = sorted(
            [(KeyKind.PHONE.value, phone), (KeyKind.PLACE.value, place), *((KeyKind.TEXT.value, one) for one in bands)]
        )
        return (one.id, one.read.names, signature), [(one.id, kind, value, one.at) for kind, value in keys]

    def _of_dispute(self, dispute: int) -> tuple[str, str]:
        if dispute not in self._keys:
            known = registration(dispute)
            place = canonical_place(known.place)
            assert place is not None
            self._keys[dispute] = (
                hashed(KeyKind.PHONE, known.parties[0].phone, self._secret).value_hash,
                hashed(KeyKind.PLACE, place, self._secret).value_hash,
            )
        return self._keys[dispute]
