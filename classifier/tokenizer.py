"""Normalised text → words, by jieba's dictionary and algorithm. jieba-rs runs it; jieba is the reference."""

import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Implementation = Literal["rjieba", "jieba"]

# The share of texts that the two may cut differently before jieba itself does the work.
_MOST_DIFFERENT = 0.001
# jieba and jieba-rs differ on ASCII runs such as "a-b", so those are split off before either sees them.
_RUN = re.compile(r"[\u4e00-\u9fd5]+|[a-z0-9]+(?:\.[0-9]+)*")
_BETWEEN = "\n"


def user_words() -> tuple[str, ...]:
    """The words of this trade that jieba's dictionary lacks, from `lexicon/user_words.txt`."""
    lines = (files("classifier") / "lexicon" / "user_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if (word := line.split("#")[0].strip()))


def _rust_cut() -> Callable[[str], Sequence[str]]:
    import rjieba

    engine = rjieba.Jieba()
    for word in user_words():
        engine.add_word(word, None, None)
    cut: Callable[[str], Sequence[str]] = engine.cut
    return cut


def _reference_cut() -> Callable[[str], Sequence[str]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    engine = jieba.Tokenizer()
    # jieba would read a marshalled cache from the shared temporary folder, where anybody may put one.
    engine.tmp_dir = tempfile.mkdtemp(prefix="tongban-jieba-")
    try:
        engine.initialize()
    finally:
        shutil.rmtree(engine.tmp_dir)
    for word in user_words():
        engine.add_word(word)
    cut: Callable[[str], Sequence[str]] = engine.lcut
    return cut


class Tokenizer:
    """Cuts text into words; punctuation is dropped. `implementation` says who does the work."""

    def __init__(self, implementation: Implementation) -> None:
        self.implementation = implementation
        self._cut = _rust_cut() if implementation == "rjieba" else _reference_cut()

    def words(self, text: str) -> list[str]:
        """The words of an already normalised text, in order."""
        return self.words_and_runs(text)[0]

    def words_and_places(self, text: str) -> tuple[list[str], NDArray[np.intp]]:
        """The n words of an already normalised text, in order, and where each starts (n,)."""
        words, runs = self.words_and_runs(text)
        begins, ends = np.array(runs, dtype=np.intp).reshape(-1, 2).T
        lengths = np.fromiter(map(len, words), dtype=np.intp, count=len(words))
        # The words cover the runs without a gap: the first letter of each, counted over the runs alone.
        first = np.cumsum(lengths) - lengths
        before = np.cumsum(ends - begins) - (ends - begins)
        run = np.searchsorted(before, first, side="right") - 1
        return words, begins[run] + first - before[run]

    def words_and_runs(self, text: str) -> tuple[list[str], list[tuple[int, int]]]:
        """The words, and the stretches of text that they cover."""
        found: list[str] = []
        runs = list(_RUN.finditer(text))
        # All in one go, which costs half; what stands between two runs is a word of its own to both implementations.
        words = iter(self._cut(_BETWEEN.join([run[0] for run in runs if not run[0].isascii()])))
        for run in runs:
            if run[0].isascii():
                found.append(run[0])
            else:
                found.extend(iter(words.__next__, _BETWEEN))
        return found, [run.span() for run in runs]


def disagreements(first: Tokenizer, second: Tokenizer, texts: Iterable[str]) -> list[str]:
    """The texts that the two cut differently."""
    return [text for text in texts if first.words(text) != second.words(text)]


def choose_tokenizer(texts: Collection[str]) -> tuple[Tokenizer, str]:
    """rjieba if it cuts as jieba does but for a text in a thousand, else jieba; with the reason in words.

    What cuts the training texts cuts every other: a stray difference costs nothing, a slow tokenizer a lot.
    """
    reference = Tokenizer("jieba")
    try:
        fast = Tokenizer("rjieba")
    except ImportError as error:
        return reference, f"分词：rjieba 不可用（{error}），改用 jieba"
    different = disagreements(fast, reference, texts)
    if len(different) > _MOST_DIFFERENT * len(texts):
        return reference, f"分词：rjieba 与 jieba 有 {len(different)} 条切法不同（“{different[0][:30]}”），改用 jieba"
    compared = f"只有 {len(different)} 条与 jieba 切法不同" if different else "与 jieba 逐条核对一致"
    return fast, f"分词：rjieba，{compared}"
