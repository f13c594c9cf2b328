"""THE function of a re-scoring: an Arrow batch of texts and known facts in, the suggestion's columns out.

It answers as `service.suggestion.suggest` does, row by row; a test holds them equal. It gives no explanation.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from classifier.bulk import BulkReader, Readings
from classifier.model import Model
from rules import FactError, ManyCases, Ruleset
from rules.decision import Decision
from rules.reference import Values
from service.errors import InputError
from service.rescoring import columns as col
from service.suggestion import ABSTAINED, check_text, co_departments, doubts, facts_read

Row = tuple[Any, ...]


class Scorer:
    """One model and one rule set on its day. `score` may be called batch after batch; not from several threads."""

    def __init__(self, model: Model, ruleset: Ruleset) -> None:
        self._model, self._ruleset = model, ruleset
        self._reader = BulkReader(model)
        self._decide = ManyCases(ruleset).decide
        self._signals = tuple(sorted(model.signals.names))
        self._rules = {rule.id: rule for rule in ruleset.deciding}

    def score(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """As many rows as came in, in the same order, with the columns of `columns.SUGGESTED`.

        `batch` has a column 描述, possibly 错误 (why a row could not be read: it is passed on and not scored), and
        a column for each fact known besides, null where it is not; `columns.known_facts` says which may be given.
        Raises InputError for a column that none of these is.
        """
        texts: list[str | None] = batch.column(col.TEXT).to_pylist()
        given = self._given(batch)
        errors = batch.column(col.ERROR).to_pylist() if col.ERROR in batch.schema.names else [None] * len(texts)
        cases: list[tuple[int, str, Mapping[str, object]]] = []
        for place, text in enumerate(texts):
            if errors[place] is None:
                try:
                    known = given[place]
                    cases.append((place, check_text(text or ""), self._fitting(known) if known else {}))
                except (InputError, FactError) as error:
                    errors[place] = str(error)
        rows: list[Row | None] = [None] * len(texts)
        for (place, _, _), row in zip(cases, self._rows(cases), strict=True):
            rows[place] = row
        return _as_batch(rows, errors)

    def _given(self, batch: pa.RecordBatch) -> list[dict[str, object]]:
        """The known facts of each row."""
        rows: list[dict[str, object]] = [{} for _ in range(batch.num_rows)]
        allowed = col.known_facts(self._ruleset, self._model)
        for name in batch.schema.names:
            if name in (col.TEXT, col.ERROR):
                continue
            if name not in allowed:
                raise InputError(f"“{name}”不是能另外填写的事实")
            for row, value in zip(rows, batch.column(name).to_pylist(), strict=True):
                if value is not None:
                    row[name] = value
        return rows

    def _fitting(self, known: Mapping[str, object]) -> Mapping[str, object]:
        self._ruleset.complete(known)
        return known

    def _rows(self, cases: Sequence[tuple[int, str, Mapping[str, object]]]) -> Iterator[Row]:
        read = self._reader.read([text for _, text, _ in cases])
        ranked = read.ranked
        facts = [
            self._facts(text, read, number, int(ranked[number, 0]), known)
            for number, (_, text, known) in enumerate(cases)
        ]
        for number, decision in enumerate(self._decide(facts)):
            yield self._row(read, number, ranked[number], decision)

    def _facts(self, text: str, read: Readings, number: int, first: int, known: Mapping[str, object]) -> Values:
        present = {signal.name for signal in read.signals[number] if signal.status == "成立"}
        sure = float(read.probabilities[number, first])
        found = facts_read(text, read.labels[first], sure, read.risks[number], self._signals, present)
        return self._ruleset.complete({**found, **known})

    def _row(self, read: Readings, number: int, ranked: np.ndarray[Any, Any], decision: Decision) -> Row:
        risk, abstained = read.risks[number], bool(read.abstained[number])
        signals = dict.fromkeys(signal.name for signal in read.signals[number] if signal.status == "成立")
        together = (
            co_departments(self._rules[hit.id] for hit in decision.matched) if abstained else decision.co_departments
        )
        return (
            read.labels[ranked[0]],
            round(float(read.probabilities[number, ranked[0]]), 6),
            read.labels[ranked[1]],
            round(risk.score, 6),
            risk.level,
            col.LIST_MARK.join(signals),
            ABSTAINED if abstained else decision.department,
            col.LIST_MARK.join(together),
            decision.colour,
            decision.department,
            col.LIST_MARK.join(hit.id for hit in decision.matched),
            bool(decision.floor_rules),
            abstained,
            "\n".join((*decision.advice, *doubts(read.signals[number]))),
            self._model.fingerprint,
            decision.ruleset,
            self._ruleset.day.isoformat(),
        )


def _as_batch(rows: Sequence[Row | None], errors: Sequence[str | None]) -> pa.RecordBatch:
    empty = (None,) * (len(col.SUGGESTED) - 1)
    columns = list(zip(*(row or empty for row in rows), strict=True)) or [()] * len(empty)
    arrays = [pa.array(column, field.type) for column, field in zip((*columns, errors), col.SUGGESTED, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=col.SUGGESTED)
