"""Labelled rows → what is wrong or suspicious about them as a set, and how they are distributed.

A near-copy teaches nothing and flatters every cross-validation; so does a template. Both are looked for in the
letters alone, so that other punctuation hides nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from classifier.examples import Example

FindingKind = Literal["近似", "与检验文件近似", "标注冲突", "样本太少"]

# Letters to a piece, and the share of the shorter text's pieces that two texts may have in common. Ours.
_PIECE = 4
_NEAR_COPY = 0.6
# Rows of one group differ in one fact, and may be near-copies of each other.
_FEWEST_A_TYPE = 150
# A text with names and numbers masked, this far: two rows that share it share a skeleton.
_SKELETON = 16
_NOT_LETTERS = re.compile(r"[\W_]")
_MASKED = re.compile(r"[0-9０-９a-zA-Z一二两三四五六七八九十百千万几]+|[\u4e00-\u9fff]某+|某+")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at; `first` and `second` are row numbers from 0, or -1."""

    kind: FindingKind
    message: str
    first: int = -1
    second: int = -1


def check_rows(rows: Sequence[Example], held_out: Mapping[str, Sequence[Example]] | None = None) -> list[Finding]:
    """Near-copies among the rows and with each held-out file, label conflicts, thin types."""
    pieces = [_pieces(row.text) for row in rows]
    findings = [*_copies_within(rows, pieces), *_thin(rows)]
    for name, others in (held_out or {}).items():
        findings += _copies_of(rows, pieces, name, others)
    return findings


def distribution(rows: Sequence[Example]) -> dict[str, Any]:
    """Counts by type and risk, voice, length, signal and status; groups; the share of rows that share a skeleton."""
    lengths = sorted(len(row.text) for row in rows)
    skeletons = Counter(skeleton(row.text) for row in rows)
    openings = sum(count for count in skeletons.values() if count > 1)
    return {
        "rows": len(rows),
        "types": {
            name: dict(Counter(str(row.risk) for row in rows if row.dispute_type == name))
            for name in sorted({row.dispute_type for row in rows})
        },
        "also": sum(row.also is not None for row in rows),
        "voices": {
            str(name): dict(Counter(str(row.risk) for row in rows if row.voice == name))
            for name in sorted({str(row.voice) for row in rows})
        },
        "lengths": {
            "shortest": lengths[0],
            "quarter": lengths[len(lengths) // 4],
            "median": lengths[len(lengths) // 2],
            "three_quarters": lengths[len(lengths) * 3 // 4],
            "longest": lengths[-1],
        },
        "signals": {
            name: dict(statuses)
            for name, statuses in sorted(_signal_counts(rows).items())
        },
        "not_standing": sum(any(s.status != "成立" for s in row.signals) for row in rows),
        "groups": len({row.group for row in rows if row.group}),
        "grouped_rows": sum(row.group is not None for row in rows),
        "shared_skeletons": openings / len(rows),
        "agreement": agreement(rows),
    }  # fmt: skip


def agreement(rows: Sequence[Example]) -> dict[str, Any] | None:
    """How the first and the blind second labels agree, as shares and as Cohen's kappa (Cohen 1960)."""
    twice = [(row.first, row.second, row) for row in rows if row.first and row.second]
    if not twice:
        return None
    kinds = [(first.dispute_type, second.dispute_type) for first, second, _ in twice]
    risks = [(first.risk, second.risk) for first, second, _ in twice]
    lenient = sum(one.dispute_type in two.acceptable or two.dispute_type in one.acceptable for one, two, _ in twice)
    return {
        "rows": len(twice),
        "types": sum(one == two for one, two in kinds) / len(twice),
        "types_kappa": kappa(kinds),
        "types_with_also": lenient / len(twice),
        "risk": sum(one == two for one, two in risks) / len(twice),
        "risk_kappa": kappa(risks),
        "adjudicated_type": sum(one != two for one, two in kinds),
        "adjudicated_risk": sum(one != two for one, two in risks),
    }  # fmt: skip


def kappa(pairs: Sequence[tuple[object, object]]) -> float:
    """Agreement beyond chance: 1 is perfect, 0 is what chance gives."""
    same = sum(one == two for one, two in pairs) / len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    chance = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


def skeleton(text: str) -> str:
    """The opening of a text with names and numbers masked."""
    return _NOT_LETTERS.sub("", _MASKED.sub("", text))[:_SKELETON]


def _pieces(text: str) -> frozenset[str]:
    letters = _NOT_LETTERS.sub("", text)
    return frozenset(letters[i : i + _PIECE] for i in range(len(letters) - _PIECE + 1)) or frozenset({letters})


def _index(pieces: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    index: defaultdict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(pieces):
        for piece in own:
            index[piece].append(number)
    return index


def _alike(own: frozenset[str], number: int, index: Mapping[str, list[int]], sizes: Sequence[int]) -> list[int]:
    """Texts before `number` that share too many pieces with this one."""
    shared = Counter(other for piece in own for other in index.get(piece, ()) if other < number)
    return [other for other, count in shared.items() if count > _NEAR_COPY * min(len(own), sizes[other])]


def _copies_within(rows: Sequence[Example], pieces: Sequence[frozenset[str]]) -> list[Finding]:
    index, sizes = _index(pieces), [len(own) for own in pieces]
    findings = []
    for number, own in enumerate(pieces):
        for other in _alike(own, number, index, sizes):
            one, two = rows[other], rows[number]
            if one.group and one.group == two.group:
                continue
            findings.append(Finding("近似", f"“{two.text[:24]}”与“{one.text[:24]}”太像", other, number))
            if (one.dispute_type, one.risk) != (two.dispute_type, two.risk):
                said = f"{one.dispute_type}/{one.risk} 与 {two.dispute_type}/{two.risk}"
                findings.append(Finding("标注冲突", f"几乎相同的两条标注不同：{said}", other, number))
    return findings


def _copies_of(
    rows: Sequence[Example], pieces: Sequence[frozenset[str]], name: str, others: Sequence[Example]
) -> list[Finding]:
    theirs = [_pieces(other.text) for other in others]
    index, sizes = _index(theirs), [len(own) for own in theirs]
    return [
        Finding("与检验文件近似", f"“{rows[number].text[:24]}”与 {name} 第 {other + 1} 条太像", number, other)
        for number, own in enumerate(pieces)
        for other in _alike(own, len(others), index, sizes)
    ]


def _thin(rows: Sequence[Example]) -> list[Finding]:
    counts = Counter(row.dispute_type for row in rows)
    return [
        Finding("样本太少", f"{name} 只有 {count} 条，至少要 {_FEWEST_A_TYPE} 条")
        for name, count in sorted(counts.items())
        if count < _FEWEST_A_TYPE
    ]


def _signal_counts(rows: Sequence[Example]) -> dict[str, Counter[str]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for signal in row.signals:
            counts[signal.name][signal.status] += 1
    return counts
