"""The whole classifier as one value: text → Assessment."""

from dataclasses import dataclass

from classifier.assessment import Assessment
from classifier.dispute import DisputeModel
from classifier.linear import Vectorizer
from classifier.risk import RiskModel
from classifier.signals import SignalFinder
from classifier.text import normalise
from classifier.tokenizer import Tokenizer

# A letter states its matter first; what follows is history. Signals are read from the whole text.
OPENING = 400


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Tokenizer, signals, type and risk under one fingerprint. `classify` is pure and thread-safe."""

    fingerprint: str
    tokenizer: Tokenizer
    tokenizer_note: str
    vectorizer: Vectorizer
    signals: SignalFinder
    dispute: DisputeModel
    risk: RiskModel

    def classify(self, text: str) -> Assessment:
        """Read one text."""
        row = self.vectorizer.row(self.tokenizer.words(normalise(text[:OPENING])))
        found = self.signals.find(text)
        types = self.dispute.probabilities(row)
        present = frozenset(signal.name for signal in found if signal.status == "成立")
        return Assessment(
            text=text,
            dispute_types=types,
            abstained=types[0].probability < self.dispute.threshold,
            risk=self.risk.assess(row, present),
            signals=found,
            model=self.fingerprint,
        )
