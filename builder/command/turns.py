"""Builds of one project take turns: two at once would clean up after each other."""

import contextlib
import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def wait_for_turn(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the project's lock; calls `waiting` once if another build has it. A killed build gives it back by itself.

    Raises OSError when the folder cannot be written. Where the system has no such locks (Windows), builds are not kept
    apart; what they lose of each other's ledger is made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        locks = importlib.import_module("fcntl")
    except ImportError:
        yield
        return
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            locks.flock(handle, locks.LOCK_EX | locks.LOCK_NB)
        except BlockingIOError:
            waiting()
            locks.flock(handle, locks.LOCK_EX)
        yield
    finally:
        os.close(handle)
