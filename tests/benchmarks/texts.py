"""Old incidents in any number, no two alike: the training texts, each told with other sums, dates and doors."""

import re
from functools import cache
from itertools import count, islice
from random import Random

from classifier.examples import shipped_examples

# A prime, so that neighbours come from everywhere among the training rows.
_STRIDE = 7919
_NUMBER = re.compile("[0-9]{2,}")


def old_incidents(rows: int, *, since: int = 0) -> list[str]:
    """So many texts of all kinds mixed; the same `since` gives the same. Every round through the rows differs."""
    texts = _training_texts()
    return list(islice((_told(texts[n * _STRIDE % len(texts)], n) for n in count(since)), rows))


@cache
def _training_texts() -> list[str]:
    return [example.text for example in shipped_examples()]


def _told(text: str, number: int) -> str:
    random = Random(number)  # noqa: S311 - a benchmark wants the same numbers again
    other = _NUMBER.sub(lambda found: str(random.randrange(10 ** len(found[0]))), text)
    return f"{random.randrange(1, 99)}号楼{random.randrange(100, 3000)}室，{other}"
