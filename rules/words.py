"""Many words are looked for in one text: those that it contains come out."""

from __future__ import annotations

from collections.abc import Iterable


class Words:
    """A word whose first character the text lacks is not looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_initial: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            self._by_initial.setdefault(word[0], []).append(word)
        self._initials = frozenset(self._by_initial)

    def found_in(self, text: str) -> set[str]:
        """All the words that the text contains."""
        initials = self._initials.intersection(text)
        return {word for initial in initials for word in self._by_initial[initial] if word in text}
