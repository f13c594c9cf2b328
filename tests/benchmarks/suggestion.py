"""One suggestion in process, with explanation: median, p99, where the time goes, and the plain way beside it.

The plain way is what a user would write without us: jieba.lcut, a scikit-learn pipeline, and durable_rules as
its tutorial shows it (decorated functions, one session an incident). It has neither signals nor explanation.

    python -m tests.benchmarks.suggestion
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles

import jieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from classifier.examples import shipped_examples
from classifier.model import Model
from classifier.risk import evidence_of
from classifier.training import train
from classifier.wording import read_words
from rules import Ruleset, load
from service.suggestion import as_dict, facts_of, suggest

_PLAIN_TEXTS = 400


def _times(run: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Milliseconds a text, after a short warm-up."""
    for text in texts[:50]:
        run(text)
    spent = []
    for text in texts:
        start = time.perf_counter()
        run(text)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def _stages(model: Model, ruleset: Ruleset, texts: Sequence[str]) -> dict[str, float]:
    """Mean milliseconds a text of each stage on its own."""
    signals = frozenset(model.signals.names)
    wordings = {text: read_words(text, model.tokenizer) for text in texts}
    readings = {text: model.read(text) for text in texts}
    read = {text: model.classify(text) for text in texts}
    evidence = {text: evidence_of(readings[text].signals, 0.0) for text in texts}
    facts = {text: facts_of(read[text], {}, signals) for text in texts}
    done = {text: suggest(text, {}, model=model, ruleset=ruleset) for text in texts}
    runs: dict[str, Callable[[str], object]] = {
        "分词": lambda text: read_words(text, model.tokenizer),
        "风险信号": model.signals.find,
        "特征": lambda text: model.vectorizer.row(model.vectorizer.find(wordings[text].words)),
        "纠纷类型": lambda text: model.dispute.probabilities(readings[text].row, read[text].present()),
        "险句": lambda text: model.danger.worst(readings[text].found, readings[text].letter_clauses),
        "再发风险": lambda text: model.risk.assess(readings[text].row, evidence[text]),
        "字词理由": lambda text: model.explain(
            readings[text], read[text].dispute_type, read[text].risk, evidence[text], 0
        ),
        "判定并说明": lambda text: ruleset.decide_with_reasons(facts[text]),
        "组成 JSON": lambda text: as_dict(done[text]),
    }
    return {name: sum(_times(run, texts)) / len(texts) for name, run in runs.items()}


def _plain_way() -> Callable[[str], object] | None:
    """jieba + scikit-learn + durable_rules by the book, or None where durable_rules can't be imported."""
    try:
        from durable.lang import c, delete_state, m, post, ruleset, when_all
    except ImportError:
        return None
    del c
    examples = shipped_examples()
    kinds = sorted({example.dispute_type for example in examples})
    pipeline = make_pipeline(
        TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None), LogisticRegression(C=10, max_iter=200)
    ).fit([example.text for example in examples], [example.dispute_type for example in examples])
    decided: list[str] = []
    with ruleset("plain"):
        for kind in kinds:
            # It takes a function of two parameters for one that tells later when it is done, and waits for ever.
            when_all((m.kind == kind) & (m.sure >= 0))(_noting(kind, decided))

    def run(text: str) -> object:
        chances = pipeline.predict_proba([text])[0]
        best = chances.argmax()
        run.number += 1  # type: ignore[attr-defined]
        session = str(run.number)  # type: ignore[attr-defined]
        post("plain", {"kind": str(pipeline.classes_[best]), "sure": int(chances[best] * 100), "sid": session})
        delete_state("plain", session)
        return decided[-1]

    run.number = 0  # type: ignore[attr-defined]
    return run


def _noting(kind: str, decided: list[str]) -> Callable[[object], None]:
    def decide(_context: object) -> None:
        decided.append(kind)

    return decide


def _line(name: str, spent: Sequence[float]) -> str:
    return f"{name}　中位 {median(spent):.3f} 毫秒　p99 {quantiles(spent, n=100)[98]:.3f} 毫秒"


def main() -> None:
    """Print the figures."""
    print("训练模型……", file=sys.stderr)
    model = train(lambda _share, _message: None)
    ruleset, problems = load(Path(str(files("rules") / "library")), today=date.today())
    if ruleset is None:
        sys.exit("\n".join(map(str, problems)))
    texts = [example.text for example in shipped_examples()]
    ours = _times(lambda text: as_dict(suggest(text, {}, model=model, ruleset=ruleset)), texts)
    average = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} 条训练样本，平均 {average:.0f} 字；{len(ruleset.rules)} 条规则，{ruleset.engine}")
    print(_line("一次建议（含解释和 JSON）", ours))
    stages = _stages(model, ruleset, texts)
    total = sum(stages.values())
    for name, mean in stages.items():
        print(f"  {name:　<6} {mean:.3f} 毫秒　占 {mean / total:.0%}")
    with tempfile.TemporaryDirectory() as folder:
        jieba.dt.tmp_dir = folder
        plain = _plain_way()
        if plain is None:
            print("这个 Python 上装不了 durable_rules，没有可比的基线")
            return
        sample = texts[:: max(1, len(texts) // _PLAIN_TEXTS)]
        theirs = _times(plain, sample)
        same = _times(lambda text: as_dict(suggest(text, {}, model=model, ruleset=ruleset)), sample)
    print(_line("朴素做法（无信号、无解释）", theirs))
    print(f"同样 {len(sample)} 条：朴素做法用时是我们的 {sum(theirs) / sum(same):.1f} 倍")


if __name__ == "__main__":
    main()
