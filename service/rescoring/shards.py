"""A shard of rows is scored and its result put into a file, whole or not at all; doing it twice is no harm."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from classifier import model_file
from rules import FactError, load_texts, parse_fact
from rules.vocabulary import Fact, Value
from service.errors import SetupError
from service.rescoring import columns as col
from service.rescoring.job import Basis
from service.rescoring.scoring import Scorer
from service.rescoring.table import Fault, Part, as_text


@dataclass(frozen=True, slots=True)
class Shard:
    """Rows to be scored. `text` and `facts` name columns of `part`; `result` is the file to make.

    `share` of all rows are read by now.
    """

    part: Part
    text: str
    facts: Mapping[str, str]
    basis: Basis
    result: Path
    share: float

    @property
    def rows(self) -> int:
        return len(self.part.faults)


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What became of a shard: how many rows, how many of them could not be scored."""

    rows: int
    unread: int
    share: float


def score_shard(shard: Shard) -> ShardResult:
    """Score and store. Raises SetupError where model or rules are not those that the job was begun with."""
    basis = shard.basis
    rules = tuple(sorted(basis.rules.items()))
    scorer, declared = _ready(basis.model_file, basis.model_key, basis.model, rules, basis.ruleset, basis.day)
    return store(shard, scorer.score(_to_score(shard, declared)))


def give_up(shard: Shard, reason: str) -> ShardResult:
    """Store the rows unscored, each with the reason, so that none is missing from the output."""
    nothing = [pa.nulls(shard.rows, field.type) for field in col.SUGGESTED]
    nothing[-1] = pa.array([fault or reason for fault in shard.part.faults], pa.string())
    return store(shard, pa.RecordBatch.from_arrays(nothing, schema=col.SUGGESTED))


def store(shard: Shard, suggested: pa.RecordBatch) -> ShardResult:
    """Put a shard's rows and their suggestions into its file."""
    kept = shard.part.kept
    fields = [pa.field(field.name, field.type) for field in (*kept.schema, *suggested.schema)]
    batch = pa.RecordBatch.from_arrays([*kept.columns, *suggested.columns], schema=pa.schema(fields))
    draft = shard.result.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        with pa.ipc.new_file(file, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_batch(batch)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(shard.result)
    return ShardResult(shard.rows, unread_in(suggested), shard.share)


def read_result(path: Path) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """The rows of a finished shard as they came in, and their suggestions."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        batch = reader.get_batch(0)
    width = batch.num_columns - len(col.SUGGESTED)
    return batch.select(range(width)), batch.select(range(width, batch.num_columns))


def unread_in(suggested: pa.RecordBatch) -> int:
    """How many rows could not be scored."""
    scored: int = suggested.column(col.ERROR).null_count
    return len(suggested) - scored


@lru_cache(maxsize=1)
def _ready(
    model_path: Path, key_path: Path, fingerprint: str, rules: tuple[tuple[str, str], ...], version: str, day: date
) -> tuple[Scorer, Mapping[str, Fact]]:
    """Model and rules, loaded once in a process, and the facts that a row may state."""
    try:
        model = model_file.load(model_path, key_path.read_bytes())
    except (OSError, model_file.ModelError) as error:
        raise SetupError(f"模型读不出来：{error}") from error
    # The scorer asks the reference evaluator only.
    ruleset, problems = load_texts(dict(rules), today=day, engine=False)
    if ruleset is None:
        raise SetupError("规则集有错：\n" + "\n".join(map(str, problems)))
    if (model.fingerprint, ruleset.version) != (fingerprint, version):
        raise SetupError("研判期间模型或规则换了；请重新运行")
    return Scorer(model, ruleset), col.known_facts(ruleset, model)


def _to_score(shard: Shard, declared: Mapping[str, Fact]) -> pa.RecordBatch:
    """The texts, the facts in their types, and why a row can't be read: its own fault, or a fact that doesn't fit."""
    errors = list(shard.part.faults)
    names, arrays = [col.TEXT], [pa.array(_texts(shard, shard.text), pa.string())]
    for fact, column in shard.facts.items():
        if column in shard.part.originals.schema.names:
            values = [_parsed(declared, fact, text, errors, row) for row, text in enumerate(_texts(shard, column))]
            names.append(fact)
            arrays.append(pa.array(values, col.arrow_type(declared[fact])))
    return pa.RecordBatch.from_arrays([*arrays, pa.array(errors, pa.string())], names=[*names, col.ERROR])


def _texts(shard: Shard, column: str) -> list[str | None]:
    return [as_text(value) for value in shard.part.originals.column(column).to_pylist()]


def _parsed(declared: Mapping[str, Fact], fact: str, text: str | None, errors: list[Fault], row: int) -> Value | None:
    """A fact's value; None where the cell is empty, or doesn't fit, which is then told among the errors."""
    if not text or not text.strip():
        return None
    try:
        return parse_fact(declared, fact, text.strip())
    except FactError as error:
        errors[row] = errors[row] or str(error)
        return None
