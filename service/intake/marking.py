"""A text and its signals → pieces in order, each with the signals that cover it, for marking in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from classifier.signals import GRAVE, REASSURING

Weight = Literal["grave", "present", "reassuring", "absent", ""]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text under the same signals; `signals` are (name, status) pairs."""

    text: str
    signals: tuple[tuple[str, str], ...]

    @property
    def weight(self) -> Weight:
        """How the piece is to be tinted: by the gravest signal that stands here."""
        standing = {name for name, status in self.signals if status == "成立"}
        if standing & set(GRAVE):
            return "grave"
        if standing - set(REASSURING):
            return "present"
        if standing:
            return "reassuring"
        return "absent" if self.signals else ""

    @property
    def label(self) -> str:
        """What the mark says: 凶器、威胁 or 暴力（否认）."""
        return "、".join(
            name if status == "成立" else f"{name}（{status}）" for name, status in dict.fromkeys(self.signals)
        )


def pieces(text: str, signals: Sequence[dict[str, Any]]) -> list[Piece]:
    """Cut the text at every signal's ends; joined again, the pieces are the text."""
    cuts = sorted({0, len(text), *(s["start"] for s in signals), *(s["end"] for s in signals)})
    coming = sorted(signals, key=lambda signal: signal["start"], reverse=True)
    here: list[dict[str, Any]] = []
    found = []
    for start, end in pairwise(cuts):
        here = [signal for signal in here if signal["end"] > start]
        while coming and coming[-1]["start"] <= start:
            here.append(coming.pop())
        found.append(Piece(text[start:end], tuple((signal["name"], signal["status"]) for signal in here)))
    return found
