"""A text comes in; its MinHash signature goes out, by which near copies are found and measured without the text."""

import hashlib
import re
from operator import eq

import numpy as np
from numpy.typing import NDArray

from classifier.text import normalise

# 20 bands of 3 rows: measured in decisions/0015 beside other divisions.
_BANDS, _ROWS = 20, 3
_GRAM = 3
# Shorter texts (邻居吵架，已劝离) are alike by chance.
_FEWEST_SIGNS = 20


def _constants(purpose: str) -> NDArray[np.uint64]:
    """Fixed numbers, the same on every machine: a column of one for each row of the signature."""
    digests = (hashlib.blake2b(f"{purpose} {row}".encode(), digest_size=8).digest() for row in range(_BANDS * _ROWS))
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)[:, None]


_FACTORS, _OFFSETS = _constants("factor") | np.uint64(1), _constants("offset")


def signature(text: str, secret: bytes) -> tuple[int, ...]:
    """60 numbers below 2^32; none for a short text. Without the secret they tell nothing of what was written."""
    signs = re.sub(r"[\W_]", "", normalise(text))
    if len(signs) < _FEWEST_SIGNS:
        return ()
    grams = sorted({signs[start : start + _GRAM] for start in range(len(signs) - _GRAM + 1)})
    key = hashlib.sha256(secret).digest()
    digests = (
        hashlib.blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest() for gram in grams
    )
    hashes = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
    return tuple(((_FACTORS * hashes + _OFFSETS) >> np.uint64(32)).min(axis=1).tolist())


def bands(of: tuple[int, ...]) -> tuple[str, ...]:
    """What near copies have in common, one at least: each band of the signature, with its place."""
    return tuple(
        f"{start // _ROWS}:{','.join(map(str, of[start : start + _ROWS]))}" for start in range(0, len(of), _ROWS)
    )


def similarity(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of three-character pieces that two texts have in common (Jaccard), estimated to within about 0.06."""
    if not one or len(one) != len(other):
        return 0.0
    shared: int = sum(map(eq, one, other))
    return shared / len(one)
