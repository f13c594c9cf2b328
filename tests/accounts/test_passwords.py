"""Passwords: which are taken, and that hashing says nothing and costs the same."""

import threading
import time
from contextlib import suppress
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.accounts import passwords
from service.errors import InputError, ThrottledError

GOOD = "楼下的橘猫爱晒太阳吗"


@pytest.mark.parametrize(
    "typed",
    [
        "password12345", "Passw0rd2026!", "1234567890", "0987654321", "aaaaaaaaaaaa", "abababababab", "qwertyuiop123",
        "13800138000", "33010219900101123x", "20260302123456", "zhangsan2026", "张三zhangsan1", "tongban@2026",
        "1qaz2wsx3edc", "ｐａｓｓｗｏｒｄ１２３４５", "派出所派出所派出所110",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="太容易猜到"):
        passwords.check(typed, "zhangsan", "张三")


@pytest.mark.parametrize("typed", ["correct horse battery staple", GOOD, "kx93mwq27t", "晒太阳的猫 2026 七只"])
def test_anything_long_and_odd_is_taken_whatever_it_is_composed_of(typed: str) -> None:
    assert passwords.check(typed, "zhangsan", "张三") == typed


@pytest.mark.parametrize(
    ("typed", "complaint"), [("短", "10 到 128"), ("猫" * 129, "10 到 128"), (GOOD + "\0", "无法识别")]
)
def test_too_short_too_long_and_unprintable_are_refused(typed: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        passwords.check(typed)


@given(st.text(max_size=130), st.text(max_size=5))
def test_any_text_is_taken_or_refused(typed: str, name: str) -> None:
    with suppress(InputError):
        assert 10 <= len(passwords.check(typed, name)) <= 128


def test_a_hash_fits_its_password_alone_and_tells_nothing() -> None:
    stored = passwords.hashed(GOOD)
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert passwords.hashed(GOOD) != stored
    assert passwords.matches(GOOD, stored)
    assert not passwords.matches(GOOD + "!", stored)
    assert not passwords.matches("half \ud800", stored)


def test_full_width_typing_is_the_same_password() -> None:
    assert passwords.matches("ｋｘ９３ｍｗｑ２７ｔ", passwords.hashed(passwords.check("kx93mwq27t")))


def test_without_a_hash_the_answer_is_no_after_the_same_time() -> None:
    stored = passwords.hashed(GOOD)
    passwords.matches(GOOD, None)
    spent: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(7):
        for known in spent:
            began = time.process_time()
            assert not passwords.matches("wrong", stored if known else None)
            spent[known].append(time.process_time() - began)
    assert 0.5 < median(spent[True]) / median(spent[False]) < 2


def test_never_more_than_two_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, guard = 0, 0, threading.Lock()

    class Slow:
        def hash(self, _password: bytes) -> str:
            nonlocal inside, most
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with guard:
                inside -= 1
            return ""

    monkeypatch.setattr(passwords, "_HASH", Slow())
    threads = [threading.Thread(target=passwords.hashed, args=(GOOD,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_who_would_wait_too_long_for_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_MOST_WAIT", 0.01)
    monkeypatch.setattr(passwords, "_AT_ONCE", threading.BoundedSemaphore(1))
    passwords._AT_ONCE.acquire()
    with pytest.raises(ThrottledError, match="请过几秒再试"):
        passwords.hashed(GOOD)
