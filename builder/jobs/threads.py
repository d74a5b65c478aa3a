"""Threads that nobody has to wait for: what they do may be cut off when the program ends."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_background(work: Callable[[], T]) -> "Future[T]":
    """Starts the work in a thread of its own, which does not keep the program alive as those of a pool do."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001  # it is raised again where the answer is read
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answer


def interruptibly(work: Callable[[], T]) -> T:
    """Does the work elsewhere when this is the main thread: it hears no Ctrl+C while it waits in a foreign library."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    return in_background(work).result()
