"""When Python looks for circles of garbage: not while a program that stays is being loaded, and seldom afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

NEW_OBJECTS: Final = 50_000
"""Our choice. So many new objects are looked through at a time; at Python's 700 that costs a fifth of the time of a
request, which leaves no circles behind that could not wait."""


@contextmanager
def rested_collector() -> Iterator[None]:
    """Of what the block loads and builds nothing is garbage: the collector does not look at it, neither now (a third of
    the time of a start) nor ever again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS)
        gc.enable()
