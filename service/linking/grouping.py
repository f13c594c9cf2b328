"""Many traces and what people said of pairs come in; groups go out, one for each dispute.

A machine joins only what is strongly linked, the strongest first, and never against a person's word.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.linking.model import Key, Trace
from service.linking.strength import Level, strength


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's word on two incidents, by id: 并入 if `same`, else 不是一回事."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Grouping:
    """Ids by group, in order of time. `contradicted` are pairs held apart by one word and together by others."""

    groups: tuple[tuple[str, ...], ...]
    contradicted: tuple[tuple[str, str], ...] = ()


class _Groups:
    """Union–find, in which every group knows its members and whom a person held apart from one of them."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._apart: dict[str, set[str]] = {}

    def of(self, one: str) -> str:
        """The group of an incident, by the id of one of its members."""
        if one not in self._parents:
            self._parents[one], self._members[one], self._apart[one] = one, {one}, set()
        while self._parents[one] != one:
            self._parents[one] = self._parents[self._parents[one]]
            one = self._parents[one]
        return one

    def join(self, one: str, other: str) -> None:
        """Make two groups one; the larger takes up the smaller."""
        small, large = sorted((self.of(one), self.of(other)), key=lambda root: len(self._members[root]))
        if small != large:
            self._parents[small] = large
            self._members[large] |= self._members.pop(small)
            self._apart[large] |= self._apart.pop(small)

    def hold_apart(self, one: str, other: str) -> None:
        """Remember that these two are different matters."""
        self._apart[self.of(one)].add(other)
        self._apart[self.of(other)].add(one)

    def may_join(self, one: str, other: str) -> bool:
        """Whether no member of the one group is held apart from one of the other."""
        return self._apart[self.of(one)].isdisjoint(self._members[self.of(other)])


def grouped(traces: Sequence[Trace], verdicts: Iterable[Verdict] = ()) -> Grouping:
    """The groups; of several verdicts on a pair the last holds. Verdicts may name incidents that are not here.

    People's joins hold even where they contradict a separation between them; such pairs are handed back.
    """
    last = {(min(word.one, word.other), max(word.one, word.other)): word.same for word in verdicts}
    groups = _Groups()
    for pair in sorted(pair for pair, same in last.items() if same):
        groups.join(*pair)
    separated = sorted(pair for pair, same in last.items() if not same)
    contradicted = tuple((one, other) for one, other in separated if groups.of(one) == groups.of(other))
    for pair in separated:
        groups.hold_apart(*pair)
    for one, other in _strongly_linked(traces):
        # Within a group nothing is left to join.
        if groups.of(one) != groups.of(other) and groups.may_join(one, other):
            groups.join(one, other)
    by_group = defaultdict[str, list[str]](list)
    for trace in sorted(traces, key=lambda trace: (trace.at, trace.id)):
        by_group[groups.of(trace.id)].append(trace.id)
    return Grouping(tuple(map(tuple, by_group.values())), contradicted)


def _strongly_linked(traces: Iterable[Trace]) -> list[tuple[str, str]]:
    """Pairs, the strongest first. Of the holders of a key only neighbours in time are compared: others weigh less."""
    holders = defaultdict[Key, list[Trace]](list)
    for trace in sorted(traces, key=lambda trace: (trace.at, trace.id)):
        for key in trace.keys:
            holders[key].append(trace)
    pairs = {(one.id, other.id): (one, other) for those in holders.values() for one, other in pairwise(those)}
    weighed = {ids: strength(other, one) for ids, (one, other) in pairs.items()}
    strong = [(-found.value, ids) for ids, found in weighed.items() if found.level is Level.STRONG]
    return [ids for _, ids in sorted(strong)]
