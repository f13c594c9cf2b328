"""What the classifier says of a text: plain frozen values that any later room may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

RiskLevel = Literal["低", "中", "高"]
PartKind = Literal["词", "信号", "险句"]
SignalStatus = Literal["成立", "否认", "转述", "过去", "假设", "他意"]

RISK_LEVELS: tuple[RiskLevel, ...] = ("低", "中", "高")


@dataclass(frozen=True, slots=True)
class TypeProbability:
    """One dispute type with its calibrated probability, 0..1."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A risk signal at characters [start, end) of the text. Only status 成立 is a fact for the rules."""

    name: str
    status: SignalStatus
    start: int
    end: int
    evidence: str


def holding(signals: Iterable[Signal]) -> frozenset[str]:
    """The names of those that hold somewhere."""
    return frozenset([signal.name for signal in signals if signal.status == "成立"])


@dataclass(frozen=True, slots=True)
class Risk:
    """Recurrence risk: the level, the probability of each level, and one ordinal score.

    `score` is the expected grade scaled to 0..1: half the probability of 中 plus the probability of 高.
    """

    level: RiskLevel
    score: float
    low: float
    medium: float
    high: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one word, signal or clause of the text added to a linear score, or took from it."""

    kind: PartKind
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """A linear score, whole: `score` = `bias` + the weights of `parts` + `rest`. Heaviest parts come first."""

    score: float
    bias: float
    parts: tuple[Part, ...]
    rest: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """The reading of one text. `dispute_types` holds every known type, most probable first.

    `type_reasons` take apart the score of the first type, `risk_reasons` the log-odds of 高.
    """

    text: str
    dispute_types: tuple[TypeProbability, ...]
    abstained: bool
    risk: Risk
    signals: tuple[Signal, ...]
    type_reasons: Reasons
    risk_reasons: Reasons
    model: str

    @property
    def dispute_type(self) -> str:
        """The most probable dispute type."""
        return self.dispute_types[0].name

    def present(self) -> frozenset[str]:
        """Names of the signals with status 成立."""
        return holding(self.signals)
