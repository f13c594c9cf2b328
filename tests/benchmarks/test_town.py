"""The invented town that the benchmarks fill is one that the service could have come to."""

from sqlalchemy import func, select

from service.cases.actions import Cases
from service.cases.dossier import Dossiers
from service.cases.model import fold
from service.cases.stance import MACHINE
from service.intake.actions import Intake
from service.storage.tables.cases import case_file
from service.storage.tables.suggestions import suggestion
from service.storage.tables.tallies import case_tally
from tests.benchmarks.town import texts
from tests.benchmarks.town.filling import fill
from tests.cases.town import policy

_FOLDED = ("number", "state", "colour", "incidents", "dispute_type", "place", "station_id", "centre_id", "lead_id",
           "co_ids", "opened_at", "resolved_at", "closed_at")  # fmt: skip


def test_track_lists_lead_to_the_cases_and_all_are_counted(desk: Intake) -> None:
    secret = b"k" * 32
    town = fill(desk, secret, texts.read(desk, secret, 20), incidents=60, cases=20)
    cases = Cases(desk.database, policy())
    with desk.database.read() as connection:
        ids = list(connection.execute(select(case_file.c.id)).scalars())
        units = {row.id: row.unit_id for row in connection.execute(select(suggestion.c.id, suggestion.c.unit_id))}
        assert connection.execute(select(func.count()).select_from(case_tally)).scalar() == len(ids) == 20
    assert len(units) == 60
    for identity in ids:
        file = cases.find(MACHINE, identity)
        folded = fold(identity, file.events)
        assert {name: getattr(folded, name) for name in _FOLDED} == {name: getattr(file.case, name) for name in _FOLDED}
        # Everything that the page of a case asks for.
        dossier = Dossiers(cases).read(MACHINE, identity)
        assert set(dossier.numbers) == set(file.case.incidents)
        assert {units[one] for one in file.case.incidents} == {file.case.station_id}
    sizes = {identity: len(cases.find(MACHINE, identity).case.incidents) for identity in (town.large, town.small)}
    assert sizes[town.large] >= sizes[town.small] >= 1
