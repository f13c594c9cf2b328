"""A seed comes in, the disputes of three months go out: who, where, in which words, and how each is to go."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from service.demo.sentences import AGAIN, HANDLED, NO_DISPUTE, PLACES, SURNAMES, TOPICS, Topic
from service.demo.town import VILLAGES

SPAN = timedelta(days=92)


class Ending(StrEnum):
    """How a dispute goes."""

    SETTLED = "化解"
    KEPT = "不流转"
    CRIMINAL = "转案"
    ENDED = "终止"
    NO_CASE = "不建档"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute. `texts` are its calls, the first opens the case; `random` decides whatever else happens."""

    begins: datetime
    village: str
    place: str
    people: tuple[str, str]
    texts: tuple[str, ...]
    ending: Ending
    returns: int
    random: Random = field(repr=False)


def disputes(seed: int, count: int, until: datetime) -> Iterator[Dispute]:
    """So many disputes that begin before `until`, and a fifth as many calls that are none."""
    for number in range(count):
        yield _dispute(_random(f"{seed}-{number}"), number, until)
    for number in range(count // 5):
        random = _random(f"{seed}-none-{number}")
        village, people = random.choice(VILLAGES), _people(random)
        text = random.choice(NO_DISPUTE).format(a=people[0], v=village)
        yield Dispute(_when(random, until), village, village, people, (text,), Ending.NO_CASE, 0, random)


def _random(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - a story, no secret


def _dispute(random: Random, number: int, until: datetime) -> Dispute:
    village, people = random.choice(VILLAGES), _people(random)
    topic = random.choice(list(TOPICS.values()))
    # The first few are certain, so that a small town has every kind of course too.
    match number:
        case 0:
            ending, returns, calls = Ending.SETTLED, 3, 1
        case 1:
            ending, returns, calls = Ending.CRIMINAL, 0, 2
        case 2:
            ending, returns, calls = Ending.SETTLED, 1, 3
        case 3:
            ending, returns, calls = Ending.ENDED, 0, 1
        case 4:
            ending, returns, calls = Ending.KEPT, 0, 1
        case _:
            kept = random.random() < 0.12
            ending = Ending.KEPT if kept else random.choices((Ending.SETTLED, Ending.ENDED), (30, 1))[0]
            returns = random.choices((0, 1, 2), (80, 16, 4))[0]
            calls = random.choices((1, 2, 3), (84, 13, 3))[0]
    begins = _when(random, until) if number > 4 else until - SPAN + timedelta(days=2 + 3 * number, hours=number)
    words = {"a": people[0], "b": people[1], "v": village}
    texts = tuple(_text(random, topic, again=call > 0).format(**words) for call in range(calls))
    place = village + random.choice(PLACES).format(n=random.randint(1, 168))
    return Dispute(begins, village, place, people, texts, ending, returns, random)


def _text(random: Random, topic: Topic, *, again: bool) -> str:
    worse = topic.grave if topic.grave and random.random() < (0.5 if again else 0.22) else topic.mild
    parts = [random.choice(AGAIN)] if again else []
    return "".join([*parts, *(random.choice(one) for one in (topic.begins, topic.about, worse, HANDLED))])


def _people(random: Random) -> tuple[str, str]:
    first, second = random.sample(SURNAMES, 2)
    return f"{first}某", f"{second}某某"


def _when(random: Random, until: datetime) -> datetime:
    day = until - timedelta(days=random.randint(0, SPAN.days - 1))
    when = day.replace(hour=random.choices((2, 9, 14, 20), (1, 4, 4, 5))[0], minute=random.randint(0, 59), second=0)
    return min(when + timedelta(hours=random.randint(0, 3)), until - timedelta(minutes=random.randint(1, 50)))
