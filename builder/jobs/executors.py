"""Where orders are carried out. Each executor answers every order, also when a worker dies."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final, Protocol

from builder.jobs.work import Answer, Order, Place, carry_out

TICK_S: Final = 1.0
"""How long `answers` waits at most, so that progress can be told meanwhile. Our choice."""

_GRACE_S: Final = 0.5
"""Between asking processes to stop and stopping them: an interrupt must be over within 2 s."""


class Executor(Protocol):
    """Runs orders that share a task, several such lists at once."""

    @property
    def free(self) -> int:
        """How many lists of orders can be taken now."""

    @property
    def width(self) -> int:
        """How many lists of orders can run at the same time."""

    @property
    def list_limit(self) -> int:
        """How many orders without a batch may come in one list: what a list has finished is lost when it is cut off."""

    def submit(self, orders: Sequence[Order]) -> None: ...

    def answers(self, timeout_s: float = TICK_S) -> Iterator[Answer]:
        """Waits for submitted lists to finish and gives their answers; nothing when none finishes in this time."""

    def close(self) -> None:
        """Ends what is still running, within two seconds."""


class InProcess:
    """Everything in this process, one after the other: for few jobs, and for finding faults.

    Orders that need a tool are the exception: what works inside a foreign library cannot be interrupted, so they get
    a process that can be ended.
    """

    width = 1
    list_limit = 12

    def __init__(self, project: Path, store: Path | Place) -> None:
        self._project, self._place = project, Place.of(store)
        self._waiting: list[Sequence[Order]] = []
        self._apart: Processes | None = None
        self._apart_busy = False

    @property
    def free(self) -> int:
        return 1 - len(self._waiting) - self._apart_busy

    def submit(self, orders: Sequence[Order]) -> None:
        if any(order.tools for order in orders):
            self._apart = self._apart or Processes(self._project, self._place, 1)
            self._apart.submit(orders)
            self._apart_busy = True
        else:
            self._waiting.append(orders)

    def answers(self, timeout_s: float = TICK_S) -> Iterator[Answer]:
        if self._waiting:
            yield from carry_out(str(self._project), self._place, self._waiting.pop())
        elif self._apart is not None:
            for answer in self._apart.answers(timeout_s):
                self._apart_busy = False
                yield answer

    def close(self) -> None:
        self._waiting.clear()
        if self._apart is not None:
            self._apart.close()


class Processes:
    """Worker processes on this machine.

    A worker that dies (out of memory, a fault in a C library) takes its list of orders with it: those are tried once
    more one by one, so that only the order that kills its worker fails. `ring` is called from some thread whenever
    there may be an answer.
    """

    list_limit = 12

    def __init__(self, project: Path, store: Path | Place, width: int, ring: Callable[[], None] = lambda: None) -> None:
        self.width = width
        self._project, self._place = str(project), Place.of(store)
        self._ring = ring
        self._pool = self._start()
        self._running: dict[Future[list[Answer]], Sequence[Order]] = {}
        self._suspects: list[Order] = []
        self._alone = False

    @property
    def free(self) -> int:
        # One list ahead of each worker keeps it busy while its answer travels.
        return 0 if self._suspects or self._alone else 2 * self.width - len(self._running)

    def submit(self, orders: Sequence[Order]) -> None:
        try:
            future = self._pool.submit(carry_out, self._project, self._place, orders)
        except BrokenProcessPool:  # a worker died while nothing was asked of it, or nobody has looked since
            self._suspects += orders
            return
        self._running[future] = orders
        future.add_done_callback(lambda _future: self._ring())

    def answers(self, timeout_s: float = TICK_S) -> Iterator[Answer]:
        if not self._running and self._suspects:
            self._restart()
            self._alone = True
            self.submit([self._suspects.pop(0)])
        finished, _ = wait(self._running, timeout_s, return_when=FIRST_COMPLETED)
        broken = False
        for future in finished:
            orders = self._running.pop(future)
            try:
                yield from future.result()
            except BrokenProcessPool:
                broken = True
                if self._alone:
                    yield Answer(orders[0].job, rule="worker-died")
                else:
                    self._suspects += orders
        if broken:
            for orders in self._running.values():
                self._suspects += orders
            self._running.clear()
            self._restart()
        if not self._running:
            self._alone = False

    def drop(self) -> None:
        """Ends what is running; nobody wants its answers any more."""
        self._running.clear()
        self._suspects.clear()
        self._alone = False
        self._restart()

    def close(self) -> None:
        _end(self._pool)

    def _restart(self) -> None:
        _end(self._pool)
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # spawn: a forked child would inherit threads and C library state; the cost is one start per worker
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.width, mp_context=context, initializer=_lead_a_group)


class Workshop:
    """An executor that is started when it is first needed, and ended with the ``with`` block."""

    def __init__(self, start: Callable[[], Executor]) -> None:
        self._start = start
        self._executor: Executor | None = None

    @property
    def executor(self) -> Executor:
        if self._executor is None:
            self._executor = self._start()
        return self._executor

    @property
    def is_open(self) -> bool:
        return self._executor is not None

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *_reason: object) -> None:
        if self._executor is not None:
            self._executor.close()
            self._executor = None


def _lead_a_group() -> None:
    """The parent decides about interrupts; with its own process group, a worker and the programs it has started can be
    ended together, and a worker whose parent was killed ends them all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    """Ends the workers and the programs they started: what they were doing was not recorded and will be done again."""
    processes = list((getattr(pool, "_processes", None) or {}).values())  # public only from Python 3.14 on
    pool.shutdown(wait=False, cancel_futures=True)
    _signal(processes, signal.SIGTERM)
    until = time.monotonic() + _GRACE_S
    left = {process.sentinel for process in processes}
    while left and (seconds := until - time.monotonic()) > 0:
        left -= set(multiprocessing.connection.wait(list(left), seconds))
    _signal(processes, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    for process in processes:  # not yet taken back, a process keeps its number and counts as running
        process.join(_GRACE_S)


def _signal(processes: Sequence[multiprocessing.process.BaseProcess], number: int) -> None:
    for process in processes:
        # A group outlives its leader as long as somebody is in it: a program of a worker that has died is found, too.
        with contextlib.suppress(OSError):
            if process.pid and hasattr(os, "killpg"):
                os.killpg(process.pid, number)
        with contextlib.suppress(OSError, ValueError):
            if process.is_alive():
                process.terminate()
