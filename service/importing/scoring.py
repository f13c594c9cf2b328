"""Many descriptions come in; a suggestion for each goes out, as `suggest` would make it but for the reasons of words.

The model reads them together, which is a few times faster; the rules decide and explain one by one.
"""

from collections.abc import Sequence
from typing import Any

from classifier.assessment import Assessment, Reasons, TypeProbability
from classifier.bulk import BulkReader
from classifier.model import Model
from rules import Ruleset
from service.suggestion import Suggestion, as_dict, facts_of

_UNEXPLAINED = Reasons(0.0, 0.0, (), 0.0)
_LEFT_OUT = {"type_reasons": None, "risk_reasons": None}


class Scorer:
    """One model and one rule set on its day. Not from several threads."""

    def __init__(self, model: Model, ruleset: Ruleset) -> None:
        self._model, self.ruleset = model, ruleset
        self._reader = BulkReader(model)
        self._signals = frozenset(model.signals.names)

    def score(self, texts: Sequence[str]) -> list[tuple[dict[str, Any], dict[str, object]]]:
        """The JSON of each suggestion and its facts, in order. The texts must be ones that `check_text` takes."""
        return [self._shown(assessment) for assessment in self._assessments(texts)]

    def _assessments(self, texts: Sequence[str]) -> list[Assessment]:
        read = self._reader.read(texts)
        ranked, labels = read.ranked.tolist(), read.labels
        return [
            Assessment(
                text=text,
                dispute_types=tuple(
                    TypeProbability(labels[kind], float(read.probabilities[place, kind])) for kind in ranked[place]
                ),
                abstained=bool(read.abstained[place]),
                risk=read.risks[place],
                signals=read.signals[place],
                type_reasons=_UNEXPLAINED,
                risk_reasons=_UNEXPLAINED,
                model=self._model.fingerprint,
            )
            for place, text in enumerate(texts)
        ]

    def _shown(self, assessment: Assessment) -> tuple[dict[str, Any], dict[str, object]]:
        facts = facts_of(assessment, {}, self._signals)
        found = self.ruleset.decide_with_reasons(facts)
        suggestion = Suggestion(
            assessment, {}, facts, self.ruleset.day, found.decision, found.matched, found.near_misses
        )
        return as_dict(suggestion) | _LEFT_OUT, facts
