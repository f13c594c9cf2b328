"""Labelled rows → Model, with each step told to whoever watches."""

from collections import Counter
from collections.abc import Callable, Sequence

from classifier.dispute import train_dispute
from classifier.examples import Example, ExampleError, shipped_examples
from classifier.fingerprint import fingerprint
from classifier.linear import fit_vectorizer
from classifier.model import OPENING, Model
from classifier.risk import train_risk
from classifier.signals import SignalFinder
from classifier.text import normalise
from classifier.tokenizer import choose_tokenizer

Progress = Callable[[float, str], None]

# Cross-validation in five folds needs as many rows of each kind.
_FEWEST = 5


def train(progress: Progress, examples: Sequence[Example] | None = None) -> Model:
    """Train on the shipped rows, or on others. `progress` is called with a share 0..1 and a Chinese line."""
    progress(0.0, "读取训练样本")
    rows = list(shipped_examples() if examples is None else examples)
    _require_enough(rows)
    texts = [normalise(row.text[:OPENING]) for row in rows]
    progress(0.05, f"{len(rows)} 条样本；核对分词")
    tokenizer, note = choose_tokenizer(texts)
    vectorizer, matrix = fit_vectorizer([tokenizer.words(text) for text in texts])
    progress(0.3, f"{note}；查找风险信号")
    finder = SignalFinder.shipped()
    present = [frozenset(signal.name for signal in finder.find(row.text) if signal.status == "成立") for row in rows]
    progress(0.4, "训练纠纷类型（五折核对）")
    dispute, _ = train_dispute(matrix, [row.dispute_type for row in rows], [row.acceptable for row in rows])
    progress(0.7, "训练再发风险（五折核对）")
    risk, _ = train_risk(matrix, present, [row.risk or "低" for row in rows], finder.names)
    progress(1.0, "训练完成")
    return Model(fingerprint(), tokenizer, note, vectorizer, finder, dispute, risk)


def _require_enough(rows: Sequence[Example]) -> None:
    if unrated := sum(row.risk is None for row in rows):
        raise ExampleError(f"训练样本里有 {unrated} 条没有 risk")
    counts = Counter(row.dispute_type for row in rows) + Counter(f"风险{row.risk}" for row in rows)
    if thin := [f"{name} {count} 条" for name, count in counts.items() if count < _FEWEST]:
        raise ExampleError(f"样本太少，每类至少 {_FEWEST} 条：{'、'.join(thin)}")
