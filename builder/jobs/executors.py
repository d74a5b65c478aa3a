"""Where orders are carried out. Each executor answers every order, also when a worker dies."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Protocol

from builder.jobs.work import Answer, Order, carry_out


class Executor(Protocol):
    """Runs orders that share a task, several such lists at once."""

    @property
    def free(self) -> int:
        """How many lists of orders can be taken now."""

    @property
    def width(self) -> int:
        """How many lists of orders can run at the same time."""

    def submit(self, orders: Sequence[Order]) -> None: ...

    def answers(self) -> Iterator[Answer]:
        """Waits until at least one submitted list is finished and gives its answers."""

    def close(self) -> None: ...


class InProcess:
    """Everything in this process, one after the other: for few jobs, and for finding faults."""

    width = 1

    def __init__(self, project: Path, store_root: Path) -> None:
        self._project, self._store_root = str(project), str(store_root)
        self._waiting: list[Sequence[Order]] = []

    @property
    def free(self) -> int:
        return 1 - len(self._waiting)

    def submit(self, orders: Sequence[Order]) -> None:
        self._waiting.append(orders)

    def answers(self) -> Iterator[Answer]:
        yield from carry_out(self._project, self._store_root, self._waiting.pop())

    def close(self) -> None:
        self._waiting.clear()


class Processes:
    """Worker processes on this machine.

    A worker that dies (out of memory, a fault in a C library) takes its list of orders with it: those are tried once
    more one by one, so that only the order that kills its worker fails.
    """

    def __init__(self, project: Path, store_root: Path, width: int) -> None:
        self.width = width
        self._project, self._store_root = str(project), str(store_root)
        self._pool = self._start()
        self._running: dict[Future[list[Answer]], Sequence[Order]] = {}
        self._suspects: list[Order] = []

    @property
    def free(self) -> int:
        # One list ahead of each worker keeps it busy while its answer travels.
        return 0 if self._suspects else 2 * self.width - len(self._running)

    def submit(self, orders: Sequence[Order]) -> None:
        self._running[self._pool.submit(carry_out, self._project, self._store_root, orders)] = orders

    def answers(self) -> Iterator[Answer]:
        if not self._running and self._suspects:
            yield self._try_alone(self._suspects.pop(0))
            return
        finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in finished:
            orders = self._running.pop(future)
            try:
                yield from future.result()
            except BrokenProcessPool:
                self._suspects += orders
        if self._suspects:
            for orders in self._running.values():
                self._suspects += orders
            self._running.clear()
            self._restart()

    def close(self) -> None:
        _end(self._pool)

    def _try_alone(self, order: Order) -> Answer:
        try:
            return self._pool.submit(carry_out, self._project, self._store_root, [order]).result()[0]
        except BrokenProcessPool:
            self._restart()
            return Answer(order.job, rule="worker-died")

    def _restart(self) -> None:
        _end(self._pool)
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # spawn: a forked child would inherit threads and C library state; the cost is one start per worker
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.width, mp_context=context, initializer=_follow_the_parent)


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

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *_reason: object) -> None:
        if self._executor is not None:
            self._executor.close()
            self._executor = None


def _follow_the_parent() -> None:
    """The parent decides about interrupts, and a worker whose parent was killed ends as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    """Ends the workers at once: what they were doing was not recorded and will be done again."""
    processes = list((getattr(pool, "_processes", None) or {}).values())  # public only from Python 3.14 on
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
