"""One function over many arguments, on as many cores as the machine has, with the results in order.

Processes, not threads: liblinear draws from one generator a process, and the same data must give the same numbers.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")

# Each process needs some 300 MB; a station's machine is to stay usable while it trains.
_MOST_PROCESSES = 4


def spread(function: Callable[..., Result], calls: Iterable[tuple[Any, ...]]) -> list[Result]:
    """`function` on each tuple of arguments."""
    from joblib import Parallel, cpu_count, delayed

    # Arguments are copied: scikit-learn sorts the indices of a matrix in place, and a shared one can't be written.
    side_by_side = Parallel(n_jobs=min(cpu_count(), _MOST_PROCESSES), max_nbytes=None)
    results: list[Result] = side_by_side(delayed(function)(*arguments) for arguments in calls)
    return results
