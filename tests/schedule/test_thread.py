"""The thread that does something again and again."""

import threading

from service.schedule.thread import Repeating


def test_what_fails_is_tried_again_and_told_until_it_succeeds() -> None:
    times, twice, mended, thrice = 0, threading.Event(), threading.Event(), threading.Event()

    def act() -> None:
        nonlocal times
        times += 1
        if times == 2:
            twice.set()
            mended.wait(10)
        if times > 2:
            thrice.set()
            return
        raise OSError("磁盘满了")

    with Repeating("日清周结", act, pause=0.001) as repeating:
        assert twice.wait(10)
        assert repeating.failure is not None
        assert repeating.failure.startswith("日清周结从 ")
        mended.set()
        assert thrice.wait(10)
    assert repeating.failure is None
