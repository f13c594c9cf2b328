"""jieba-rs cuts as jieba does: every training text, and a large corpus mixed from jieba's own dictionary."""

import random
import sys
from collections.abc import Iterator

import pytest

from classifier import tokenizer
from classifier.text import normalise
from classifier.tokenizer import Implementation, Tokenizer, choose_tokenizer, disagreements, user_words
from tests.conftest import shipped

_ODDITIES = [
    "，", "。", "！", "、", "\n", " ", "a-b", "iPhone15", "3.5万", "110", "KTV", "😀", "…", "“", "％", "①",
    "㎡", "éa", "２０２５年", "X某", "__", "A座1203室", "+86", "c++", "ー", "臺灣", "餘額", "～",
]  # fmt: skip


@pytest.fixture(scope="module")
def fast() -> Tokenizer:
    return Tokenizer("rjieba")


@pytest.fixture(scope="module")
def reference() -> Tokenizer:
    return Tokenizer("jieba")


def _mixed_sentences(count: int) -> Iterator[str]:
    """Sentences of dictionary words of every frequency, half-words, our words and oddities, in one fixed order."""
    import jieba

    chance = random.Random(20260302)  # noqa: S311 - a fixed corpus, no secret
    with jieba.dt.get_dict_file() as file:
        words = [line.decode().split(" ")[0] for line in file]
    words += list(user_words()) * 20
    for _ in range(count):
        parts = []
        for _ in range(chance.randint(3, 25)):
            word = chance.choice(words)
            kind = chance.random()
            parts.append(
                chance.choice(_ODDITIES)
                if kind < 0.12
                else word[: chance.randint(1, len(word))]
                if kind < 0.4
                else word
            )
        yield normalise("".join(parts))


def test_every_training_text_is_cut_alike(fast: Tokenizer, reference: Tokenizer) -> None:
    texts = [normalise(example.text) for example in shipped()]
    assert disagreements(fast, reference, texts) == []


def test_every_sentence_of_a_large_mixed_corpus_is_cut_alike(fast: Tokenizer, reference: Tokenizer) -> None:
    assert disagreements(fast, reference, _mixed_sentences(30_000)) == []


@pytest.mark.parametrize("implementation", ["rjieba", "jieba"])
def test_a_text_is_cut_as_each_run_of_it_alone(implementation: Implementation) -> None:
    tokenizer = Tokenizer(implementation)
    for text in _mixed_sentences(1_000):
        words, runs = tokenizer.words_and_runs(text)
        assert words == [word for start, end in runs for word in tokenizer.words(text[start:end])]


def test_words_are_the_runs_of_the_text_without_marks(fast: Tokenizer) -> None:
    text = normalise("张某（A座1203）欠薪3.5万元，讨薪未果！")
    words = fast.words(text)
    assert "".join(words) == "张某a座1203欠薪3.5万元讨薪未果"
    assert {"欠薪", "讨薪", "1203", "3.5"} <= set(words)


@pytest.mark.parametrize("word", ["离家出走", "矛调中心", "人身安全保护令", "杀猪盘"])
def test_words_of_the_trade_stay_whole(fast: Tokenizer, word: str) -> None:
    assert word in fast.words(f"关于{word}的情况")


def test_a_disagreement_falls_back_to_jieba_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "_rust_cut", lambda: list)
    chosen, note = choose_tokenizer(["邻居漏水"])
    assert chosen.implementation == "jieba"
    assert "切法不同" in note
    assert "邻居漏水" in note


def test_without_rjieba_jieba_does_the_work_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    chosen, note = choose_tokenizer(["邻居漏水"])
    assert chosen.implementation == "jieba"
    assert "不可用" in note
    assert chosen.words("邻居漏水") == ["邻居", "漏水"]


def test_jieba_reads_no_cache_from_the_shared_temporary_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared = tmp_path_factory.mktemp("shared")
    (shared / "jieba.cache").write_bytes(b"planted")
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    assert Tokenizer("jieba").words("邻居漏水") == ["邻居", "漏水"]
    assert (shared / "jieba.cache").read_bytes() == b"planted"
