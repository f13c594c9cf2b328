"""THE function of a re-scoring: an Arrow batch of texts and known facts in, the suggestion's columns out.

It answers as `service.suggestion.suggest` does, row by row; a test holds them equal. It gives no explanation.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from classifier.bulk import BulkReader
from classifier.model import Model
from rules import FactError, ManyCases, Ruleset
from rules.decision import Decision
from service.errors import InputError
from service.rescoring import columns as col
from service.suggestion import ABSTAINED, check_text, co_departments, doubts, facts_read

Row = tuple[Any, ...]


class Scorer:
    """One model and one rule set on its day. `score` may be called batch after batch; not from several threads."""

    def __init__(self, model: Model, ruleset: Ruleset) -> None:
        self._model, self._ruleset = model, ruleset
        self._reader = BulkReader(model)
        self._decide = ManyCases(ruleset).decide_columns
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
        readable: dict[int, str] = {}
        for place, text in enumerate(texts):
            if errors[place] is None:
                try:
                    readable[place] = self._checked(
                        text or "", {name: column[place] for name, column in given.items() if column[place] is not None}
                    )
                except (InputError, FactError) as error:
                    errors[place] = str(error)
        known = {name: [column[place] for place in readable] for name, column in given.items()}
        rows: list[Row | None] = [None] * len(texts)
        for place, row in zip(readable, self._rows(list(readable.values()), known), strict=True):
            rows[place] = row
        return _as_batch(rows, errors)

    def _given(self, batch: pa.RecordBatch) -> dict[str, list[object]]:
        """The columns of the facts known besides."""
        given: dict[str, list[object]] = {}
        allowed = col.known_facts(self._ruleset, self._model)
        for name in batch.schema.names:
            if name in (col.TEXT, col.ERROR):
                continue
            if name not in allowed:
                raise InputError(f"“{name}”不是能另外填写的事实")
            given[name] = batch.column(name).to_pylist()
        return given

    def _checked(self, text: str, known: Mapping[str, object]) -> str:
        """The text, if it can be read and what is known besides fits the rules."""
        check_text(text)
        if known:
            self._ruleset.complete(known)
        return text

    def _rows(self, texts: Sequence[str], known: Mapping[str, Sequence[object]]) -> Iterator[Row]:
        if not texts:
            return
        read = self._reader.read(texts)
        types = np.array(read.labels, dtype=object)[read.ranked[:, :2]].tolist()
        sure = read.probabilities.max(axis=1).tolist()
        holding = [
            dict.fromkeys(signal.name for signal in signals if signal.status == "成立") for signals in read.signals
        ]
        facts = [
            facts_read(text, first, chance, risk, self._model.signals.names, present)
            for text, (first, _), chance, risk, present in zip(texts, types, sure, read.risks, holding, strict=True)
        ]
        columns = {name: [one[name] for one in facts] for name in facts[0]}
        decisions = self._decide({**columns, **known}, len(texts))
        abstained = read.abstained.tolist()
        of_each = {(id(decision), abstains): decision for decision, abstains in zip(decisions, abstained, strict=True)}
        decided = {key: self._decided(decision, abstained=key[1]) for key, decision in of_each.items()}
        for (first, second), chance, risk, present, signals, decision, abstains in zip(
            types, sure, read.risks, holding, read.signals, decisions, abstained, strict=True
        ):
            yield (
                first,
                round(chance, 6),
                second,
                round(risk.score, 6),
                risk.level,
                col.LIST_MARK.join(present),
                *decided[id(decision), abstains],
                "\n".join((*decision.advice, *doubts(signals))),
                self._model.fingerprint,
                decision.ruleset,
                self._ruleset.day.isoformat(),
            )

    def _decided(self, decision: Decision, *, abstained: bool) -> Row:
        """What many rows have in common: the columns from 接收部门 to 转人工."""
        together = (
            co_departments(self._rules[hit.id] for hit in decision.matched) if abstained else decision.co_departments
        )
        return (
            ABSTAINED if abstained else decision.department,
            col.LIST_MARK.join(together),
            decision.colour,
            decision.department,
            col.LIST_MARK.join(hit.id for hit in decision.matched),
            bool(decision.floor_rules),
            abstained,
        )


def _as_batch(rows: Sequence[Row | None], errors: Sequence[str | None]) -> pa.RecordBatch:
    empty = (None,) * (len(col.SUGGESTED) - 1)
    columns = list(zip(*(row or empty for row in rows), strict=True)) or [()] * len(empty)
    arrays = [pa.array(column, field.type) for column, field in zip((*columns, errors), col.SUGGESTED, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=col.SUGGESTED)
