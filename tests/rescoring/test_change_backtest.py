"""A back-test knows of each row what was known at the time, and nothing of what came later."""

import pyarrow as pa

from classifier.model import Model
from rules import Ruleset
from service.rescoring import columns as col
from service.rescoring.change import SCORED, Before, Changes
from service.rescoring.moved import Moved
from service.rescoring.scoring import Scorer

COUNTS = "近90天重复次数"
TEXT = "楼上漏水，多次上门协商未果，双方争吵，未动手"


def left_red(model: Model, ruleset: Ruleset, repeats: list[int | None]) -> list[Moved]:
    """The same people's incident again and again, each red before; `repeats` is what each row recorded then."""
    given = pa.RecordBatch.from_pydict({col.TEXT: [TEXT] * len(repeats), COUNTS: pa.array(repeats, pa.int64())})
    scored = Scorer(model, ruleset).score(given)
    both = {name: given[name] for name in given.schema.names} | {"原颜色": pa.array(["红"] * len(repeats))}
    both |= {SCORED + name: scored[name] for name in scored.schema.names}
    counted = Changes(ruleset.colours)
    counted.add(pa.RecordBatch.from_pydict(both), Before(colour="原颜色"))
    return list(counted.left)


def test_later_incidents_of_the_same_people_do_not_count_for_an_earlier_one(model: Model, ruleset: Ruleset) -> None:
    alone = left_red(model, ruleset, [0])
    assert len(alone) == 1
    assert left_red(model, ruleset, [0, 1, 2, 5])[:1] == alone


def test_what_a_row_recorded_of_its_history_counts(model: Model, ruleset: Ruleset) -> None:
    assert [one.row for one in left_red(model, ruleset, [None, 0, 3, 9])] == [1, 2]
