"""Two characters come in; whether jieba's dictionary has them as a word that is no name goes out.

Of jieba only the file is read, once a process (0.2 s, 1 MB kept): its engine would take 50 MB.
"""

import re
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path

# A word, how often it was met (below three it is hardly one), and its part of speech: nr are names of people.
_ENTRY = re.compile(r"^([\u4e00-\u9fff]{2}) (?:[3-9]|\d{2,}) (?!nr)", re.MULTILINE)


def is_listed(signs: str) -> bool:
    """Whether it is a word of two characters; longer and shorter ones are not asked for."""
    return len(signs) == 2 and signs[1] in _seconds().get(signs[0], "")


@cache
def _seconds() -> dict[str, str]:
    """First characters, each with all that may follow it in a word of two."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("jieba")
    text = (Path(spec.submodule_search_locations[0]) / "dict.txt").read_text(encoding="utf-8")
    seconds: dict[str, str] = {}
    for first, entries in groupby(_ENTRY.findall(text), key=itemgetter(0)):
        seconds[first] = seconds.get(first, "") + "".join(map(itemgetter(1), entries))
    return seconds
