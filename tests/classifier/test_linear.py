"""The numpy forward pass gives the numbers of scikit-learn's own."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from classifier.examples import shipped_examples
from classifier.features import features
from classifier.linear import LinearScorer, fit_vectorizer
from classifier.text import normalise
from classifier.tokenizer import Tokenizer


def test_scores_equal_scikit_learns_decision_function() -> None:
    tokenizer = Tokenizer("rjieba")
    examples = shipped_examples()[::5]
    words = [tokenizer.words(normalise(example.text)) for example in examples]
    vectorizer, rows = fit_vectorizer(words)
    machine = LinearSVC(random_state=0).fit(rows, [example.dispute_type for example in examples])
    scorer = LinearScorer.of(machine.coef_, machine.intercept_)

    unseen: list[list[str]] = [[], ["龘龘"], ["漏水"] * 40]
    texts = [*words[:200], *unseen]
    plain = TfidfVectorizer(analyzer=features, sublinear_tf=True, min_df=2).fit(words)
    ours = np.array([scorer.scores(vectorizer.row(text)) for text in texts])
    theirs = machine.decision_function(plain.transform(texts))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
