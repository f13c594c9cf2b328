"""A start without the garbage collector: it would look through half a million things that are all there to stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Nothing is swept within, and what there is at the end is left out of every later sweep.

    For reading modules and models, which leaves next to nothing behind; not for work that does.
    """
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if swept:
            gc.enable()
