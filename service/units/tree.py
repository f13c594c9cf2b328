"""The tree of units: units come in; who stands above and below whom, and whatever doesn't fit, goes out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from service.errors import InputError
from service.units.model import Kind, Unit

Part = Literal["name", "kind", "parent"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What doesn't fit, at which unit and which part of it."""

    unit_id: str
    part: Part
    message: str


class Tree:
    """Units by their ids. Every method takes ids that the tree has; `faults` must have found nothing."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = {unit.id: unit for unit in units}
        self._children: dict[str | None, list[Unit]] = defaultdict(list)
        self._streets: dict[str, Unit | None] = {}
        order = {kind: place for place, kind in enumerate(Kind)}
        for unit in sorted(self.units.values(), key=lambda unit: (order[unit.kind], unit.name)):
            self._children[unit.parent_id].append(unit)

    def parent(self, identity: str) -> Unit | None:
        """The unit above, None at the top."""
        above = self.units[identity].parent_id
        return None if above is None else self.units[above]

    def children(self, identity: str | None) -> list[Unit]:
        """The units right below, or at the top for None, by kind and name."""
        return list(self._children.get(identity, ()))

    def path(self, identity: str) -> Iterator[Unit]:
        """The unit itself, its parent and so on to the top."""
        step: Unit | None = self.units[identity]
        while step is not None:
            yield step
            step = self.parent(step.id)

    def below(self, identity: str) -> frozenset[str]:
        """Everything below a unit, not the unit itself."""
        found: list[str] = []
        waiting = [identity]
        while waiting:
            added = [child.id for child in self._children.get(waiting.pop(), ())]
            found += added
            waiting += added
        return frozenset(found)

    def street_of(self, identity: str) -> Unit | None:
        """The 镇街 that the unit is or lies in; None for one that belongs to none."""
        if identity not in self._streets:
            self._streets[identity] = next((unit for unit in self.path(identity) if unit.kind is Kind.STREET), None)
        return self._streets[identity]

    def centre_of(self, identity: str) -> Unit | None:
        """The 矛调中心 of the same 镇街; None where there is none that is enabled."""
        street = self.street_of(identity)
        centres = [one for one in self.children(street.id) if one.kind is Kind.CENTRE and one.enabled] if street else []
        return centres[0] if centres else None

    def unit_for(self, department: str, near: str) -> Unit | None:
        """The enabled unit that stands for a department, for a matter at the unit `near`.

        It is the only one below the nearest unit that has any, up to the 镇街; else the only one that belongs to no
        镇街, as a county's hospital mediation does. For 村(社区) it is the village that `near` is or lies in.
        None where a person must choose: of several, or of none.
        """
        if department == Kind.VILLAGE:
            return next((unit for unit in self.path(near) if unit.kind is Kind.VILLAGE and unit.enabled), None)
        for circle in self._circles(near):
            found = [one for one in circle if department in one.departments and one.enabled]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def walk(self) -> Iterator[tuple[int, Unit]]:
        """Every unit with its depth, each right before those below it."""
        waiting = [(0, unit) for unit in reversed(self.children(None))]
        while waiting:
            depth, unit = waiting.pop()
            yield depth, unit
            waiting += [(depth + 1, child) for child in reversed(self.children(unit.id))]

    def _circles(self, near: str) -> Iterator[list[Unit]]:
        """Ever more units of the same 镇街, then those of none: never those of another."""
        street = self.street_of(near)
        for unit in self.path(near):
            around = [unit, *(self.units[one] for one in self.below(unit.id))]
            yield [one for one in around if self.street_of(one.id) is street]
            if unit is street:
                break
        yield [unit for unit in self.units.values() if self.street_of(unit.id) is None]


def faults(units: Iterable[Unit]) -> list[Fault]:
    """Everything that keeps units from being a tree in which each matter finds its way; empty if it is one."""
    by_id = {unit.id: unit for unit in units}
    names: dict[str, str] = {}
    centres: dict[str | None, str] = {}
    found = []
    for unit in by_id.values():
        if unit.name in names:
            found.append(Fault(unit.id, "name", f"已经有叫“{unit.name}”的单位"))
        names.setdefault(unit.name, unit.id)
        found += _above(unit, by_id)
        if unit.kind is Kind.CENTRE and unit.enabled:
            if unit.parent_id in centres:
                found.append(Fault(unit.id, "kind", f"同一个镇街已经有矛调中心“{by_id[centres[unit.parent_id]].name}”"))
            centres.setdefault(unit.parent_id, unit.id)
    return found


def require_tree(units: Iterable[Unit]) -> None:
    """Raises InputError with the first of the faults."""
    for fault in faults(units):
        raise InputError(fault.message)


def _above(unit: Unit, by_id: dict[str, Unit]) -> Iterator[Fault]:
    parent = by_id.get(unit.parent_id or "")
    if unit.parent_id is not None and parent is None:
        yield Fault(unit.id, "parent", "没有这个上级单位")
        return
    if unit.kind is Kind.CENTRE and (parent is None or parent.kind is not Kind.STREET):
        yield Fault(unit.id, "parent", f"矛调中心“{unit.name}”的上级要是镇街")
    if parent and not parent.enabled and unit.enabled:
        yield Fault(unit.id, "parent", f"“{unit.name}”还在用，上级“{parent.name}”却是停用的；请先移走或停用下级")
    passed = set()
    step: Unit | None = unit
    while step is not None and step.id not in passed:
        passed.add(step.id)
        step = by_id.get(step.parent_id or "")
    if step is unit:
        yield Fault(unit.id, "parent", f"“{unit.name}”不能在自己的下级之下")
