"""Texts that wait for a person's label → the order in which labelling them teaches most."""

from typing import Any

import numpy as np

from classifier.linear import Array


def uncertain_and_diverse(rows: Any, doubt: Array, limit: int) -> list[int]:
    """At most `limit` row numbers, greedily: the most doubtful first, each counted down by likeness to those taken.

    `rows` (N, F) is sparse with rows of length one, `doubt` (N,) in 0..1. After the idea of maximal marginal
    relevance (Carbonell and Goldstein 1998).
    """
    likeness = np.zeros(len(doubt))
    waiting = np.ones(len(doubt), dtype=bool)
    order: list[int] = []
    while len(order) < limit and waiting.any():
        worth = np.where(waiting, doubt * (1 - likeness), -1.0)
        best = int(np.argmax(worth))
        order.append(best)
        waiting[best] = False
        likeness = np.maximum(likeness, np.minimum((rows @ rows[best].T).toarray().ravel(), 1.0))
    return order
