"""The collector stands still within, and stands afterwards as it stood before."""

import gc
from collections.abc import Iterator

import pytest

from service.unswept import unswept


@pytest.fixture(autouse=True)
def _as_found() -> Iterator[None]:
    swept = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if swept else gc.disable)()


@pytest.mark.parametrize("swept", [True, False])
def test_the_collector_stands_still_within_and_afterwards_as_before(swept: bool) -> None:
    (gc.enable if swept else gc.disable)()
    with unswept():
        assert not gc.isenabled()
        with unswept():
            pass
        assert not gc.isenabled()
    assert gc.isenabled() is swept


def _fails_within(kept: list[list[int]]) -> None:
    with unswept():
        kept.extend([place] for place in range(1000))
        raise ZeroDivisionError


def test_what_was_made_within_is_left_out_of_later_sweeps_even_after_a_failure() -> None:
    kept: list[list[int]] = []
    before = gc.get_freeze_count()
    with pytest.raises(ZeroDivisionError):
        _fails_within(kept)
    assert gc.get_freeze_count() >= before + len(kept)
    assert gc.isenabled()
