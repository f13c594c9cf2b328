"""Passwords: which are good enough, and their argon2 hashes, two at a time."""

import functools
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import InputError, ThrottledError

_SHORTEST, _LONGEST = 10, 128
_HASH = PasswordHash((Argon2Hasher(),))
# A hash takes 64 MB; sixteen at once took a gigabyte.
_AT_ONCE = BoundedSemaphore(2)
_MOST_WAIT = 5  # seconds; whoever waits longer holds a thread that intake needs

# What is tried first; once it is taken out, this many different characters must be left.
_LEFT = 5
_RUNS = (
    "01234567890",
    "09876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc",
)
_TRIED_FIRST = (
    "password", "passw0rd", "p@ssw0rd", "admin", "administrator", "root", "welcome", "letmein", "iloveyou", "woaini",
    "tongban", "police", "jingcha", "paichusuo", "gongan", "mima", "5201314", "警情通办", "派出所", "公安", "密码",
)  # fmt: skip
_NUMBERS = re.compile(r"1[3-9]\d{9}|\d{17}[\dx]|(?:19|20)\d\d(?:\d\d){0,2}")  # mobile, identity card, year or date


def check(password: str, *known: str) -> str:
    """The password to hash; raises InputError. `known` are names that it may not consist of."""
    password = _normal(password)
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise InputError(f"密码应有 {_SHORTEST} 到 {_LONGEST} 个字符，现在是 {len(password)} 个")
    if not password.isprintable():
        raise InputError("密码里有无法识别的字符")
    if len(set(_rest(password, known))) < _LEFT:
        raise InputError(
            "这个密码太容易猜到：不要用登录名、连号、叠字、手机号、日期或常用密码；几个不相干的词连起来就好"
        )
    return password


def hashed(password: str) -> str:
    """The argon2id hash of a password that `check` gave."""
    with _turn():
        return _HASH.hash(_bytes(password))


def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password. Without a stored hash it takes as long, and the answer is no."""
    decoy = _decoy()
    with _turn():
        fits = _HASH.verify(_bytes(_normal(password)), stored or decoy)
    return fits and stored is not None


@functools.cache
def _decoy() -> str:
    return hashed(secrets.token_urlsafe())


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_MOST_WAIT):
        raise ThrottledError("同时登录的人太多，请过几秒再试", _MOST_WAIT)
    try:
        yield
    finally:
        _AT_ONCE.release()


def _normal(password: str) -> str:
    """One form for what different keyboards and input methods send, full-width digits among it."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _rest(password: str, known: tuple[str, ...]) -> str:
    """What is left of it without names, numbers and words that are tried first, and without runs and repeats."""
    left = password.casefold()
    names = (_normal(name).casefold() for name in known)
    for word in sorted({*_TRIED_FIRST, *filter(None, names)}, key=len, reverse=True):
        left = left.replace(word, "")
    left = _NUMBERS.sub("", left)
    for run in _RUNS:
        for length in range(len(run), 2, -1):
            for start in range(len(run) - length + 1):
                left = left.replace(run[start : start + length], "")
    return re.sub(r"(.+?)\1+", r"\1", left)
