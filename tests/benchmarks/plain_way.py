"""What a user would write without us: jieba.lcut, scikit-learn, durable_rules by its tutorial.

Old incidents in, type and matched rules out: no signals, no calibrated risk, no reasons, no bad row marked. In a
process of its own, since durable_rules may crash or never end; one JSON line goes out.

    python -m tests.benchmarks.plain_way 1000
"""

import argparse
import json
import logging
import tempfile
import time
from datetime import date
from importlib.resources import files
from pathlib import Path

import jieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from classifier.examples import shipped_examples
from rules import load
from tests.benchmarks.plain_engine import Plain
from tests.benchmarks.texts import old_incidents


def main() -> None:
    """Fit, then read and decide so many texts, and tell the seconds of each stage."""
    parser = argparse.ArgumentParser(description="不用本系统，照教程写：分词、分类、规则")
    parser.add_argument("rows", type=int, help="多少条")
    rows = parser.parse_args().rows
    jieba.setLogLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        jieba.dt.tmp_dir = folder
        jieba.initialize()
    examples = shipped_examples()[::4]
    words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None)
    rows_of = words.fit_transform([example.text for example in examples])
    kinds = LogisticRegression(C=10, max_iter=200).fit(rows_of, [example.dispute_type for example in examples])
    risks = LogisticRegression(C=10, max_iter=200).fit(rows_of, [example.risk for example in examples])
    ruleset, _ = load(Path(str(files("rules") / "library")), today=date.today())
    assert ruleset is not None
    plain = Plain(ruleset.rulebook, always=True)
    texts = old_incidents(rows)
    start = time.perf_counter()
    found = words.transform(texts)
    chances, risk_of = kinds.predict_proba(found), risks.predict(found)
    kind_of, sure = kinds.classes_[chances.argmax(axis=1)], chances.max(axis=1)
    read = time.perf_counter()
    matched = 0
    for number, text in enumerate(texts):
        facts = {
            "纠纷类型": kind_of[number],
            "类型把握": round(float(sure[number]), 4),
            "风险等级": risk_of[number],
            "描述": text,
        }
        matched += len(plain.decide(plain.prepare(ruleset.complete(facts), number)))
    decided = time.perf_counter()
    print(json.dumps({"rows": rows, "read": read - start, "decided": decided - read, "matched": matched}))


if __name__ == "__main__":
    main()
