"""Invented incidents, and strategies that draw traces."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from service.linking.keys import trace
from service.linking.model import Incident, Key, KeyKind, Mark, NameMark, Party, Trace

SECRET, OTHER_SECRET = b"0123456789abcdef", b"fedcba9876543210"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LEAK = "报警人称楼上住户卫生间漏水，吊顶和衣柜都泡坏了，上门对方不肯修也不肯赔，双方在楼道里吵了，要求民警到场处理。"


def made(
    id: str = "1",
    text: str = "邻居争吵",
    *,
    days_ago: float = 0,
    place: str = "",
    alarm: str = "",
    linked: tuple[str, ...] = (),
    parties: tuple[Party, ...] = (),
) -> Trace:
    """The trace of an incident so many days before NOW."""
    return trace(Incident(id, NOW - timedelta(days=days_ago), text, place, alarm, linked, parties), SECRET)


def caller(name: str = "", phone: str = "", identity: str = "") -> tuple[Party, ...]:
    """A 报警人 alone."""
    return (Party("报警人", name, phone, identity),)


_KEYS = [Key(kind, str(number)) for kind in KeyKind if kind is not KeyKind.TEXT for number in range(3)]
MARKS = st.sets(st.sampled_from(_KEYS), max_size=5).map(
    lambda keys: tuple(Mark(key, key.value_hash) for key in sorted(keys))
)
NAMES = st.sets(st.tuples(st.sampled_from("王李张"), st.booleans()), max_size=3).map(
    lambda names: tuple(NameMark(f"{name}{full}", name, full) for name, full in sorted(names))
)
# Texts that have more or fewer of the first numbers in common, and one too short to have any.
SIGNATURES = st.sampled_from(
    [(), *((0,) * shared + (other,) * (60 - shared) for shared in (10, 30, 55) for other in (1, 2))]
)
MOMENTS = st.integers(0, 3000).map(lambda days: NOW - timedelta(days=days))


def traces(id: st.SearchStrategy[str]) -> st.SearchStrategy[Trace]:
    """Traces of few values, so that they share many."""
    return st.builds(Trace, id, MOMENTS, MARKS, NAMES, SIGNATURES)
