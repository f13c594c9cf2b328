"""The numpy forward pass gives the numbers of scikit-learn's own, and its parts add up to the whole."""

import numpy as np
import pytest

from classifier.features import Features, features
from classifier.linear import LinearScorer, Vectorizer, fit_vectorizer, shares
from classifier.text import normalise
from classifier.tokenizer import Tokenizer
from tests.conftest import shipped

UNSEEN: list[list[str]] = [[], ["龘龘"], ["漏水"] * 40, ["", "村", "漏水", "", "漏水", ""]]


@pytest.fixture(scope="module")
def words() -> list[list[str]]:
    tokenizer = Tokenizer("rjieba")
    return [tokenizer.words(normalise(example.text)) for example in shipped()[::5]]


@pytest.fixture(scope="module")
def vectorizer(words: list[list[str]]) -> Vectorizer:
    return fit_vectorizer(words)[0]


def test_scores_equal_scikit_learns_decision_function(words: list[list[str]]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    vectorizer, rows = fit_vectorizer(words)
    machine = LinearSVC(random_state=0).fit(rows, [example.dispute_type for example in shipped()[::5]])
    scorer = LinearScorer.of(machine.coef_, machine.intercept_)

    texts = [*words[:200], *UNSEEN]
    plain = TfidfVectorizer(analyzer=features, sublinear_tf=True, min_df=2).fit(words)
    ours = np.array([scorer.scores(vectorizer.row(vectorizer.find(text))) for text in texts])
    theirs = machine.decision_function(plain.transform(texts))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_every_feature_stands_where_its_span_says(words: list[list[str]]) -> None:
    for text in [*words[:100], *UNSEEN]:
        letters = "".join(text)
        found = Features.of(text)
        for name, start, end in zip(found.names, found.starts.tolist(), found.ends.tolist(), strict=True):
            assert 0 <= start < end <= len(letters)
            assert name[0] == "k" or name[1:] == letters[start:end]


def test_the_words_shares_add_up_to_the_score(words: list[list[str]], vectorizer: Vectorizer) -> None:
    weights = np.random.default_rng(0).normal(size=len(vectorizer.idf))
    for text in [*words[:200], *UNSEEN]:
        found = vectorizer.find(text)
        row = vectorizer.row(found)
        parts = shares(found, row, weights, [len(word) for word in text])
        assert parts.shape == (len(text),)
        assert parts.sum() == pytest.approx(row.values @ weights[row.indices], abs=1e-12)
        assert all(part == pytest.approx(0, abs=1e-12) for word, part in zip(text, parts, strict=True) if not word)


def test_a_text_can_be_read_up_to_a_letter(words: list[list[str]], vectorizer: Vectorizer) -> None:
    for text in words[:50]:
        half = len(text) // 2
        letters = len("".join(text[:half]))
        cut, whole = vectorizer.find(text[:half]), vectorizer.find(text).until(letters)
        assert sorted(cut.indices.tolist()) == sorted(whole.indices.tolist())
