"""A worker of a cluster: takes orders from a Dask scheduler and carries them out in processes of its own.

Dask brings the orders and the answers and knows who is there; the work itself never runs inside the Dask worker. So a
task that holds Python's lock, or a fault in a C library, cannot make the worker seem dead, an order that nobody wants
any more can be stopped at once, and one that kills its process is found out here.
"""

import asyncio
import contextlib
import logging
import os
import queue
import re
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from builder.jobs.executors import Processes
from builder.jobs.remote_store import CACHE_LIMIT
from builder.jobs.store import BlobDamaged, Unreachable
from builder.jobs.work import Answer, Order, Place

CONNECT_S: Final = 15
"""How long a scheduler may take to answer at first. Our choice."""

_LOOK_S: Final = 0.2
"""How often a running order is asked whether it is still wanted: an interrupt must be over within 2 s."""

_ADDRESS: Final = re.compile(r"(tcp|tls)://[^\s/@]+:\d+")


@dataclass(frozen=True, slots=True)
class Parcel:
    """Orders on their way. `key` is Dask's name for them; `probe` is a blob that whoever has the right store can
    read."""

    key: str
    store: str
    probe: str
    orders: tuple[Order, ...]


def version_resource(version: str) -> str:
    """What a worker of this version offers and an order of this version asks for: others are never given it."""
    return f"jetki:{version}"


def tool_resource(tool: str) -> str:
    return f"tool:{tool}"


def check_scheduler_address(address: str) -> None:
    """Raises Unreachable unless it is ``tcp://host:port`` or ``tls://host:port``."""
    if not _ADDRESS.fullmatch(address):
        raise Unreachable("cluster-address", scheduler=address)


def quieten_dask() -> None:
    """What Dask writes to its log is for its developers; what matters we say ourselves. Raises Unreachable when Dask is
    not installed."""
    try:
        import distributed  # noqa: F401  # its import sets its loggers up
    except ImportError as missing:
        raise Unreachable("scale-missing", package="distributed") from missing
    for name in ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Station:
    """The processes of this worker, one for each order that it can carry out at the same time."""

    def __init__(self, width: int, store: str, cache: Path, cache_limit: int) -> None:
        self.stopping = threading.Event()
        self._store = store
        self._cache, self._cache_limit = str(cache), cache_limit
        self._checked: set[tuple[str, str]] = set()
        self._desks: queue.LifoQueue[Processes | None] = queue.LifoQueue()
        self._open: list[Processes] = []
        for _ in range(width):
            self._desks.put(None)

    def carry_out(self, parcel: Parcel, is_wanted: Callable[[], bool]) -> list[Answer] | None:
        """The answers; None if the orders were given up."""
        place = Place(self._store or parcel.store, self._cache, self._cache_limit)
        if refusal := self._check(place, parcel.probe):
            return [replace(refusal, job=order.job) for order in parcel.orders]
        desk = self._desks.get() or self._furnish(place)
        answers: list[Answer] = []
        try:
            desk.submit(parcel.orders)
            while len(answers) < len(parcel.orders):
                answers += desk.answers(_LOOK_S)
                if self.stopping.is_set() or not is_wanted():
                    desk.drop()
                    return None
        finally:
            self._desks.put(desk)
        return answers

    def close(self) -> None:
        for desk in self._open:
            desk.close()

    def _furnish(self, place: Place) -> Processes:
        # an order for a cluster has no paths in a project
        desk = Processes(Path(os.devnull), place, 1)
        self._open.append(desk)
        return desk

    def _check(self, place: Place, probe: str) -> Answer | None:
        """A refusal if this worker does not see the store of the build: then it would look for inputs in vain."""
        if (place.store, probe) not in self._checked:
            try:
                place.open().get(probe)
            except BlobDamaged:
                return Answer("", rule="worker-store", values={"worker": _name(), "store": place.store})
            except Unreachable as problem:
                return Answer("", rule=problem.rule, values={**problem.values, "worker": _name()})
            self._checked.add((place.store, probe))
        return None


_station: _Station | None = None
"""Set once by `serve_orders`: Dask calls a plain function."""


def carry_out_parcel(parcel: Parcel) -> list[Answer]:
    """What a Dask worker is asked to run."""
    from distributed import Reschedule, get_worker

    if _station is None:
        raise RuntimeError("this Dask worker was not started by `jetki worker`")
    worker = get_worker()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(parcel.key)
        return task is not None and task.state == "executing"

    answers = _station.carry_out(parcel, is_wanted)
    if answers is None:  # nobody waits for an answer, or another worker will give it
        raise Reschedule
    return answers


def serve_orders(
    scheduler: str,
    version: str,
    tools: Collection[str],
    width: int,
    store: str,
    cache: Path,
    ready: Callable[[], None],
    cache_limit: int = CACHE_LIMIT,
) -> None:
    """Works until SIGTERM or SIGINT; calls `ready` when the scheduler knows this worker.

    `store` replaces the address that orders carry, where it differs on this machine. Raises Unreachable when the
    scheduler does not answer or goes away.
    """
    global _station
    check_scheduler_address(scheduler)
    quieten_dask()
    station = _station = _Station(width, store, cache, cache_limit)
    Place(store or str(cache), str(cache), cache_limit).open().clear_scratch()
    try:
        asyncio.run(_serve(scheduler, version, tools, width, station, ready))
    finally:
        station.stopping.set()
        station.close()
        _station = None


async def _serve(
    scheduler: str, version: str, tools: Collection[str], width: int, station: _Station, ready: Callable[[], None]
) -> None:
    import distributed

    class Stop(distributed.WorkerPlugin):
        """A worker that closes, for whatever reason, waits for its orders unless they are stopped."""

        def teardown(self, worker: object) -> None:
            station.stopping.set()

    start_worker: Any = distributed.Worker  # Dask's methods are only partly typed
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    resources = {version_resource(version): width, **{tool_resource(tool): width for tool in tools}}
    with tempfile.TemporaryDirectory(prefix="jetki-worker-") as folder:
        worker = start_worker(
            scheduler,
            nthreads=width,
            resources=resources,
            name=_name(),
            local_directory=folder,
            memory_limit=0,  # nothing big is ever in this process
            dashboard=False,
            death_timeout=CONNECT_S,
            plugins=(Stop(),),
        )
        starting, stopping = asyncio.ensure_future(worker.start()), asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await _started(starting, scheduler)
                ready()
                ending = asyncio.ensure_future(worker.finished())
                await asyncio.wait((ending, stopping), return_when=asyncio.FIRST_COMPLETED)
                if not stop.is_set():
                    raise Unreachable("cluster-lost", scheduler=scheduler)
        finally:
            station.stopping.set()
            stopping.cancel()
            with contextlib.suppress(OSError, asyncio.TimeoutError):
                await asyncio.wait_for(worker.close(timeout=1, executor_wait=False), 2)


async def _started(starting: "asyncio.Future[object]", scheduler: str) -> None:
    try:
        await starting
    except Exception as error:  # Dask wraps whatever happened in several ways
        cause = error.__cause__ or error
        raise Unreachable("cluster-unreachable", scheduler=scheduler, error=say_error(cause)) from error


def _name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


def say_error(error: BaseException) -> str:
    """The first line of an error, or its kind if it says nothing."""
    return str(error).partition("\n")[0] or type(error).__name__
