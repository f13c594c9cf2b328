"""Counts of changes in the order in which they are read: matrices, and tables by type, unit and month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.rescoring.change import NO_MONTH, REST, Changes, Tally
from service.rescoring.earlier import OTHER, UNSAID
from service.rescoring.moved import Pair


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are what was decided before, columns what is decided now; names that do not occur are left out."""

    before: tuple[str, ...]
    now: tuple[str, ...]
    cells: Mapping[Pair, int]

    def of_before(self, name: str) -> int:
        """All that was so before."""
        return sum(self.cells.get((name, now), 0) for now in self.now)

    def of_now(self, name: str) -> int:
        """All that is so now."""
        return sum(self.cells.get((before, name), 0) for before in self.before)

    @property
    def total(self) -> int:
        return sum(self.cells.values())


def colour_names(changes: Changes) -> tuple[str, ...]:
    """Every colour that may be counted, heaviest first."""
    return (*changes.colours, OTHER, UNSAID)


def matrix(cells: Mapping[Pair, int], order: Sequence[str], most: int | None = None) -> Matrix:
    """Names stand as in `order`, others after them by how often they occur, REST and UNSAID last.

    Beyond `most` names, those that occur least are counted together under REST.
    """
    often = Counter[str]()
    for (before, now), count in cells.items():
        often.update({before: count})
        often.update({now: count})
    kept = {name for name, _ in often.most_common(most)}
    folded = Counter[Pair]()
    for (before, now), count in cells.items():
        folded[before if before in kept else REST, now if now in kept else REST] += count
    place = {name: number for number, name in enumerate(order)}
    last = {REST: 1, UNSAID: 2}

    def ordered(names: set[str]) -> tuple[str, ...]:
        return tuple(sorted(names, key=lambda n: (last.get(n, 0), place.get(n, len(place)), -often[n], n)))

    return Matrix(ordered({before for before, _ in folded}), ordered({now for _, now in folded}), folded)


def most_changed(tallies: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    """Names with the most changes first."""
    return sorted(tallies.items(), key=lambda item: (-item[1].colour - item[1].department, -item[1].rows, item[0]))


def months(changes: Changes) -> list[tuple[str, Tally]]:
    """By month, the earliest first; what has no readable time last."""
    return sorted(changes.by_month.items(), key=lambda item: (item[0] == NO_MONTH, item[0]))
