"""Which pipeline reads the dispute type best: grouped five-fold figures of each, with its cost in time and size.

Time is a ratio to the shipped pipeline, measured in the same run. Rows of one matter are never on both sides.

    python -m tests.benchmarks.models
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from classifier.assessment import holding
from classifier.blend import blend
from classifier.dispute import NO_DISPUTE, SIGNAL
from classifier.examples import Example, shipped_examples
from classifier.features import features
from classifier.linear import flags
from classifier.signals import SignalFinder
from classifier.tokenizer import choose_tokenizer
from classifier.training import Fold, grouped_folds
from classifier.wording import read_words

Words = Sequence[str]
_POLICE = frozenset({"接警", "出警", "短记", "口述", "听写"})


def _kind(*prefixes: str) -> Callable[[Words], list[str]]:
    return lambda words: [name for name in features(words) if name[0] in prefixes]


def _word_pairs(words: Words) -> list[str]:
    return [f"b{one} {two}" for one, two in pairwise(words)]


def _triples(words: Words) -> list[str]:
    letters = "".join(words)
    return [f"t{letters[i : i + 3]}" for i in range(len(letters) - 2)]


def _logistic() -> Any:
    one = LogisticRegression(
        C=10.0, class_weight="balanced", solver="liblinear", dual=True, random_state=0, max_iter=1000
    )
    return OneVsRestClassifier(one)


class Blend:
    """What ships: the linear scorer of `classifier.blend` as a scikit-learn learner."""

    def fit(self, rows: Any, kinds: Any) -> "Blend":
        self.names, target = np.unique(kinds.astype(str), return_inverse=True)
        self.scorer = blend(rows, target)
        return self

    def predict(self, rows: Any) -> Any:
        return self.names[(rows @ self.scorer.weights + self.scorer.intercept).argmax(axis=1)]


class Hierarchical:
    """First whether it is a dispute at all, then which."""

    def fit(self, rows: Any, kinds: Any) -> "Hierarchical":
        dispute = kinds != NO_DISPUTE
        self.first = Blend().fit(rows, np.where(dispute, "1", "0"))
        self.second = Blend().fit(rows[dispute], kinds[dispute])
        return self

    def predict(self, rows: Any) -> Any:
        return np.where(self.first.predict(rows) == "1", self.second.predict(rows), NO_DISPUTE)


@dataclass(frozen=True)
class Candidate:
    """A pipeline: what it reads of the words, what learns from that, and whether signals are features too."""

    name: str
    reads: Callable[[Words], list[str]]
    learns: Callable[[], Any]
    signals: bool = False


class Network:
    """A network on the sparse rows, stopped after so many passes."""

    def __init__(self, hidden: tuple[int, ...], step: float, passes: int) -> None:
        self.passes = passes
        self.network = MLPClassifier(hidden, learning_rate_init=step, batch_size=512, alpha=0.0, random_state=0)

    def fit(self, rows: Any, kinds: Any) -> "Network":
        for _ in range(self.passes):
            self.network.partial_fit(rows.astype(np.float32), kinds.astype(str), classes=np.unique(kinds.astype(str)))
        return self

    def predict(self, rows: Any) -> Any:
        return self.network.predict(rows.astype(np.float32))


SHIPPED = "词、字、字对、概念、信号；混合(现用)"
CANDIDATES = [
    Candidate(SHIPPED, features, Blend, signals=True),
    Candidate("不加信号(以下都不加)；混合", features, Blend),
    Candidate("词；混合", _kind("w"), Blend),
    Candidate("词、词对；混合", lambda words: [*_kind("w")(words), *_word_pairs(words)], Blend),
    Candidate("词、字、字对；混合", _kind("w", "c"), Blend),
    Candidate("概念；混合", _kind("k"), Blend),
    Candidate("现用特征加三字；混合", lambda words: [*features(words), *_triples(words)], Blend),
    Candidate("现用特征加词对；混合", lambda words: [*features(words), *_word_pairs(words)], Blend),
    Candidate("现用特征；先分有无纠纷再分类", features, Hierarchical),
    Candidate("现用特征；逻辑回归(从前所用)", features, _logistic),
    Candidate("现用特征；线性支持向量机", features, lambda: LinearSVC(C=0.6, class_weight="balanced", random_state=0)),
    Candidate("现用特征；不隐藏的神经网络三遍", features, lambda: Network((), 0.1, 3)),
    Candidate("现用特征；补集朴素贝叶斯", features, lambda: ComplementNB(alpha=0.3)),
    Candidate("现用特征；神经网络，隐藏 64", features, lambda: Network((64,), 0.003, 6)),
]


def _signals(rows: Sequence[Example]) -> Any:
    finder = SignalFinder.shipped()
    return SIGNAL * flags([holding(finder.find(row.text)) for row in rows], finder.names)


def _measure(
    candidate: Candidate, rows: Sequence[Example], words: Sequence[Words], folds: Sequence[Fold]
) -> tuple[Any, float, float, int]:
    """The answers out of fold, seconds to fit once, milliseconds to answer one text, and the count of features."""
    kinds = np.array([row.dispute_type for row in rows])
    answers = np.empty(len(rows), dtype=object)
    fit = answer = 0.0
    marks = _signals(rows) if candidate.signals else None
    count = 0
    for train, test in folds:
        start = time.process_time()
        vectorizer = TfidfVectorizer(analyzer=candidate.reads, sublinear_tf=True, min_df=2)
        known = vectorizer.fit_transform([words[i] for i in train])
        learner = candidate.learns().fit(
            known if marks is None else hstack([known, marks[train]]).tocsr(), kinds[train]
        )
        fit += time.process_time() - start
        count = known.shape[1]
        start = time.process_time()
        asked = vectorizer.transform([words[i] for i in test])
        answers[test] = learner.predict(asked if marks is None else hstack([asked, marks[test]]).tocsr())
        answer += time.process_time() - start
    return answers, fit / len(folds), 1000 * answer / len(rows), count


def _share(answers: Any, rows: Sequence[Example], chosen: Any) -> str:
    strict = np.mean([answers[i] == rows[i].dispute_type for i in chosen])
    lenient = np.mean([answers[i] in rows[i].acceptable for i in chosen])
    return f"{strict:.3f}/{lenient:.3f}"


def main() -> None:
    """Print the table."""
    rows = shipped_examples()
    tokenizer, note = choose_tokenizer([row.text for row in rows])
    wordings = [read_words(row.text, tokenizer) for row in rows]
    words = [wording.words[: wording.opening] for wording in wordings]
    folds = grouped_folds(rows)
    police = [i for i, row in enumerate(rows) if row.voice in _POLICE]
    others = [i for i, row in enumerate(rows) if row.voice not in _POLICE]
    print(f"{len(rows)} 条，{note}。准确率：严格/计入第二类", file=sys.stderr)
    print("| 特征；学习器 | 全部 | 警情 | 咨询来信 | 训练(倍) | 一条(倍) | 特征数 |\n|---|---|---|---|---|---|---|")
    base: tuple[float, float] | None = None
    for candidate in CANDIDATES:
        answers, fit, answer, count = _measure(candidate, rows, words, folds)
        base = base or (fit, answer)
        shares = " | ".join(_share(answers, rows, chosen) for chosen in (range(len(rows)), police, others))
        print(f"| {candidate.name} | {shares} | {fit / base[0]:.1f} | {answer / base[1]:.1f} | {count} |", flush=True)


if __name__ == "__main__":
    main()
