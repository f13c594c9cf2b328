"""A regular expression as text → the same compiled, once something is to be read with it, since many never are."""

import re
from functools import cached_property


class Expression:
    """One regular expression."""

    def __init__(self, regex: str) -> None:
        self._regex = regex

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled."""
        return re.compile(self._regex)
