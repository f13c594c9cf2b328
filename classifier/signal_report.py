"""The signals found in rows, held against what two annotators say of them: precision and recall a signal."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from classifier.assessment import Signal, holding
from classifier.examples import Example
from classifier.intervals import wilson


@dataclass(frozen=True, slots=True)
class SignalFigures:
    """One signal over the rows on which both annotators agree: how many have it, how many were found to."""

    name: str
    agreed: int
    disputed: int
    found: int
    precision: float | None
    recall: float | None
    recall_interval: tuple[float, float] | None


def signal_figures(
    names: Iterable[str], rows: Sequence[Example], found: Sequence[Sequence[Signal]]
) -> list[dict[str, Any]]:
    """A row has a signal where both annotators say that it holds; rows on which they differ count for neither."""
    twice = [
        (row.first.signals, row.second.signals, holding(signals))
        for row, signals in zip(rows, found, strict=True)
        if row.first and row.second and row.first.signals is not None and row.second.signals is not None
    ]
    return [asdict(_figures(name, twice)) for name in names]


def _figures(name: str, rows: Sequence[tuple[frozenset[str], frozenset[str], frozenset[str]]]) -> SignalFigures:
    agreed = [(name in first, name in got) for first, second, got in rows if (name in first) == (name in second)]
    both = sum(wanted and got for wanted, got in agreed)
    wanted, got = sum(wanted for wanted, _ in agreed), sum(got for _, got in agreed)
    return SignalFigures(
        name=name,
        agreed=wanted,
        disputed=len(rows) - len(agreed),
        found=got,
        precision=both / got if got else None,
        recall=both / wanted if wanted else None,
        recall_interval=wilson(both, wanted),
    )
