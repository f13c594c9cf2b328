"""Copies of a text that somebody has worked over, and texts that are alike by chance."""

import random
from functools import cache

import pytest

from service.linking.near_copy import bands, signature, similarity
from tests.conftest import shipped
from tests.linking.incidents import LEAK, OTHER_SECRET, SECRET


@cache
def texts() -> list[str]:
    return [example.text for example in shipped() if len(example.text) >= 40]


@cache
def all_signs() -> list[str]:
    return sorted(set("".join(texts()[:300])))


def worked_over(text: str, share: float, chance: random.Random) -> str:
    """The text with runs of two to five characters replaced, until that share of it is."""
    signs, left = list(text), int(len(text) * share)
    while left > 0:
        run = min(left, chance.randint(2, 5))
        start = chance.randrange(len(signs) - run)
        signs[start : start + run] = chance.choices(all_signs(), k=chance.randint(0, run + 1))
        left -= run
    return "".join(signs)


def candidates(one: str, other: str) -> bool:
    return not set(bands(signature(one, SECRET))).isdisjoint(bands(signature(other, SECRET)))


@pytest.mark.parametrize(("share", "least"), [(0.1, 0.98), (0.2, 0.9)])
def test_copies_that_were_worked_over_are_found(share: float, least: float) -> None:
    chance = random.Random(5)  # noqa: S311  # not for secrets
    sample = chance.sample(texts(), 300)
    assert sum(candidates(text, worked_over(text, share, chance)) for text in sample) >= least * len(sample)


def test_texts_on_different_matters_seldom_meet() -> None:
    signatures = [signature(text, SECRET) for text in texts()[::5]]
    met = list[tuple[tuple[int, ...], tuple[int, ...]]]()
    seen = dict[str, list[tuple[int, ...]]]()
    for mine in signatures:
        for band in bands(mine):
            met += [(mine, other) for other in seen.get(band, [])]
            seen.setdefault(band, []).append(mine)
    assert len(set(met)) <= 0.05 * len(signatures)


def test_marks_and_width_make_no_difference() -> None:
    assert signature(LEAK, SECRET) == signature(LEAK.replace("，", " , ").replace("。", ""), SECRET)


@pytest.mark.parametrize("text", ["", "邻居吵架，已劝离", "，" * 40, "楼上漏水，" * 3])
def test_a_short_text_has_no_signature(text: str) -> None:
    assert signature(text, SECRET) == ()
    assert bands(()) == ()


def test_nothing_is_like_a_short_text() -> None:
    assert similarity((), ()) == 0
    assert similarity((), signature(LEAK, SECRET)) == 0


def test_a_text_is_wholly_like_itself_and_unlike_itself_under_another_secret() -> None:
    assert similarity(signature(LEAK, SECRET), signature(LEAK, SECRET)) == 1
    assert similarity(signature(LEAK, SECRET), signature(LEAK, OTHER_SECRET)) < 0.1


def test_a_signature_is_the_same_on_every_machine() -> None:
    # Signatures are stored: a change here needs them made anew.
    assert signature(LEAK, SECRET)[:4] == (144894271, 91935691, 74414506, 53375323)
