"""The centre's dispatch desk as values: a case, its suggestion and the units come in; whom to send it to goes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.cases.life import Act
from service.cases.model import Case, Event
from service.intake.model import KeptSuggestion
from service.units.model import Kind, Unit
from service.units.tree import Tree

_NOT_DISPATCHED_TO = frozenset({Kind.STREET, Kind.CENTRE})


@dataclass(frozen=True, slots=True)
class Returned:
    """A unit gave the case back."""

    unit_id: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Who is suggested to lead and to help; without a lead, `doubt` says why a person must choose."""

    lead: Unit | None
    helpers: tuple[Unit, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that waits to be dispatched. `types` are the likeliest dispute types with their probabilities."""

    case: Case
    by: str
    late: bool
    text: str
    department: str
    types: tuple[tuple[str, float], ...]
    returned: tuple[Returned, ...]
    advice: Advice
    receivers: tuple[Unit, ...]


def receivers(tree: Tree, case: Case) -> tuple[Unit, ...]:
    """Whom the centre may dispatch a case to: enabled units of the station's street, and of no street."""
    if case.station_id not in tree.units:
        return ()
    street = tree.street_of(case.station_id)
    units = [unit for _, unit in tree.walk() if unit.enabled and unit.kind not in _NOT_DISPATCHED_TO]
    return tuple(unit for unit in units if tree.street_of(unit.id) in (None, street))


def returns(events: Iterable[Event]) -> tuple[Returned, ...]:
    """Who gave a case back since it last flared up, by its track list."""
    found: list[Returned] = []
    for event in events:
        if event.act is Act.RECUR:
            found.clear()
        elif event.act is Act.RETURN:
            found.append(Returned(event.detail["单位"], event.detail["原因"], event.reason))
    return tuple(found)


def advise(
    tree: Tree, case: Case, kept: KeptSuggestion | None, returned: Sequence[Returned], able: Iterable[Unit]
) -> Advice:
    """The units that stand for the departments of what was decided at intake, near the station; only of the `able`."""
    if kept is None or case.station_id not in tree.units:
        return Advice(None, (), "没有研判建议，请人工选择")
    outcome, ids = kept.current, {unit.id for unit in able}

    def unit_for(department: str) -> Unit | None:
        found = tree.unit_for(department, case.station_id)
        return found if found and found.id in ids else None

    lead = unit_for(outcome.department)
    helpers = {unit.id: unit for name in outcome.co_departments if (unit := unit_for(name)) and unit != lead}
    if lead is None:
        return Advice(None, tuple(helpers.values()), f"“{outcome.department}”没有唯一对应的单位，请人工选择")
    if any(one.unit_id == lead.id for one in returned):
        return Advice(None, tuple(helpers.values()), f"建议的{lead.name}已经退回过，请人工选择")
    return Advice(lead, tuple(helpers.values()))
