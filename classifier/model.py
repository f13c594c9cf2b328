"""The whole classifier as one value: text → Assessment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.assessment import Assessment, Reasons, Risk, Signal, holding
from classifier.danger import DangerModel
from classifier.dispute import DisputeModel
from classifier.features import features
from classifier.linear import Occurrences, SparseRow, Vectorizer, shares
from classifier.reasons import reasons, signal_parts, word_parts
from classifier.risk import Evidence, RiskModel, evidence_of
from classifier.signals import SignalFinder
from classifier.tokenizer import Tokenizer
from classifier.wording import Wording, read_words


@dataclass(frozen=True, slots=True, eq=False)
class TextReading:
    """One text as the models see it: its words, their features, the row of its opening, and its signals.

    `lengths` are the characters of each word.
    """

    wording: Wording
    lengths: list[int]
    found: Occurrences
    opening: Occurrences
    row: SparseRow
    signals: tuple[Signal, ...]

    @property
    def letter_clauses(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The clause of each character of the joined words."""
        return np.repeat(np.asarray(self.wording.clauses, dtype=np.intp), self.lengths)

    @property
    def silent(self) -> bool:
        """Whether the text speaks of nothing that any type is about: no ground to guess from."""
        return not self.found.areas


def read(wording: Wording, *, vectorizer: Vectorizer, signals: SignalFinder) -> TextReading:
    """Everything about a text that needs no trained weight."""
    found = vectorizer.find(wording.words)
    lengths = list(map(len, wording.words))
    opening = found.until(sum(lengths[: wording.opening]))
    return TextReading(wording, lengths, found, opening, vectorizer.row(opening), signals.find(wording.text))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Tokenizer, signals, type and risk under one fingerprint. `classify` is pure and thread-safe."""

    fingerprint: str
    tokenizer: Tokenizer
    tokenizer_note: str
    vectorizer: Vectorizer
    signals: SignalFinder
    dispute: DisputeModel
    danger: DangerModel
    risk: RiskModel

    def classify(self, text: str) -> Assessment:
        """Read one text."""
        reading = self.read(text)
        danger, clause = self.danger.worst(reading.found, reading.letter_clauses)
        evidence = evidence_of(reading.signals, danger)
        types = self.dispute.probabilities(reading.row, holding(reading.signals))
        risk = self.risk.assess(reading.row, evidence)
        type_reasons, risk_reasons = self.explain(reading, types[0].name, risk, evidence, clause)
        return Assessment(
            text=text,
            dispute_types=types,
            abstained=reading.silent or self.dispute.abstains(types[0]),
            risk=risk,
            signals=reading.signals,
            type_reasons=type_reasons,
            risk_reasons=risk_reasons,
            model=self.fingerprint,
        )

    def read(self, text: str) -> TextReading:
        """The text as this model sees it."""
        return read(read_words(text, self.tokenizer), vectorizer=self.vectorizer, signals=self.signals)

    def explain(
        self, reading: TextReading, name: str, risk: Risk, evidence: Evidence, clause: int
    ) -> tuple[Reasons, Reasons]:
        """Why the type of this name scores as it does, and why the risk; `clause` is the worst one's number."""
        typed = reading.wording.typed
        return self._type_reasons(reading, typed, name), self._risk_reasons(reading, typed, risk, evidence, clause)

    def coverage(self, text: str) -> tuple[int, int]:
        """How many features of the text the vocabulary knows, and how many there are."""
        wording = read_words(text, self.tokenizer)
        return len(self.vectorizer.find(wording.words).indices), len(features(wording.words))

    def _type_reasons(self, reading: TextReading, typed: Sequence[str], name: str) -> Reasons:
        column, scorer = self.dispute.labels.index(name), self.dispute.scorer
        words = shares(reading.opening, reading.row, scorer.weights[:, column], reading.lengths)
        present = sorted(holding(reading.signals) & self.dispute.signals.keys())
        marks = [(signal, float(self.dispute.signals[signal][column])) for signal in present]
        return reasons(float(scorer.intercept[column]), [*word_parts(typed, words), *signal_parts(marks)])

    def _risk_reasons(
        self, reading: TextReading, typed: Sequence[str], risk: Risk, evidence: Evidence, clause: int
    ) -> Reasons:
        cut, scorer = self.risk.high, self.risk.scorer
        bias = cut.intercept + cut.words * float(scorer.intercept[1])
        words = cut.words * shares(reading.opening, reading.row, scorer.weights[:, 1], reading.lengths)
        marks = [(mark, cut.marks.get(mark, 0.0)) for mark in sorted(evidence.marks)]
        parts = [*word_parts(typed, words), *signal_parts(marks)]
        if evidence.danger:
            start, end = reading.wording.clause(clause)
            parts.append(("险句", reading.wording.text[start:end], cut.danger * evidence.danger))
        if evidence.grave:
            # Its weight, and what lifts the chance to the least that a grave signal gives.
            high = min(risk.high, 1 - 1e-12)
            odds = float(np.log(high) - np.log1p(-high))
            parts.append(("信号", "有成立的严重信号", odds - bias - sum([weight for _, _, weight in parts])))
        return reasons(bias, parts)
