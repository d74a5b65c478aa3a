"""Orders carried out by the workers of a Dask cluster, which `jetki worker` starts.

What travels are orders and answers: names, digests, parameters. Bytes go through the store. Source files are put there
first, so a worker needs no project folder; jobs that do need it are `local` and run here, beside the cluster.
"""

import contextlib
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from builder.jobs.executors import TICK_S, Processes
from builder.jobs.store import Blobs, Output, Unreachable
from builder.jobs.threads import in_background
from builder.jobs.work import Answer, Order, Place, TaskFailed, answer_of_failure
from builder.jobs.worker import (
    CONNECT_S,
    Parcel,
    carry_out_parcel,
    check_scheduler_address,
    quieten_dask,
    say_error,
    tool_resource,
    version_resource,
)

PATIENCE_S: Final = 30.0
"""How long orders wait for a worker that could take them: it may just be starting again. Our choice."""

LOST_S: Final = 10.0
"""A scheduler that says nothing for so long is lost. Our choice."""

_CLOSE_S: Final = 1.0
"""How long saying goodbye to the cluster may take: an interrupt must be over within 2 s."""


@dataclass(frozen=True, slots=True)
class _Worker:
    """What a worker of the cluster can do."""

    slots: int
    offers: frozenset[str]


@dataclass(slots=True, eq=False)
class _List:
    """Orders on their way: as they were given, as a worker gets them (without source files), and Dask's future."""

    orders: tuple[Order, ...]
    sent: tuple[Order, ...] = ()
    upload: "Future[tuple[Order, ...]] | None" = None
    future: Any = None  # distributed.Future, which has no types
    sent_again: bool = False

    @property
    def tools(self) -> tuple[str, ...]:
        return self.orders[0].tools


@dataclass(slots=True)
class _Roll:
    """Who is there, as the scheduler last said."""

    workers: dict[str, _Worker] = field(default_factory=dict)
    unanswered: float | None = None
    """Since when the scheduler has been asked in vain."""
    heard: float = 0.0
    asked: "Future[dict[str, Any]] | None" = None
    suited: dict[tuple[str, ...], float] = field(default_factory=dict)
    """When there was last a worker with these tools."""


class Cluster:
    """An executor beside the scheduler's workers: it sends them orders and collects their answers.

    A worker that dies loses only what it was doing: Dask gives that to another. An order for which no worker has come
    within `patience_s` fails with a rule that says what is missing.
    """

    list_limit = 1  # what one worker has finished is never done again by another

    def __init__(
        self,
        scheduler: str,
        version: str,
        project: Path,
        store: Blobs,
        place: Place,
        processes: int,
        patience_s: float = PATIENCE_S,
        connect_s: float = CONNECT_S,
        lost_s: float = LOST_S,
    ) -> None:
        """Raises Unreachable."""
        self._scheduler, self._version = scheduler, version
        self._project, self._store = project, store
        self._patience_s, self._lost_s = patience_s, lost_s
        self._bell = threading.Event()
        self._uploading = threading.Lock()
        self._name = uuid.uuid4().hex[:12]
        self._count = 0
        self._probe = store.put(f"jetki store {self._name}".encode()).digest
        self._client = _connect(scheduler, connect_s)
        self._home = Processes(project, place, processes, ring=self._bell.set)
        self._waiting: deque[_List] = deque()
        self._running: list[_List] = []
        self._collecting: Future[list[tuple[_List, list[Answer]]]] | None = None
        self._roll = _Roll()
        self._call_the_roll(connect_s)

    @property
    def width(self) -> int:
        return max(1, sum(worker.slots for worker in self._suited(())))

    @property
    def free(self) -> int:
        hopeless = sum(not self._suited(one.tools) for one in self._waiting)
        return 2 * self.width + self._home.width - (len(self._waiting) - hopeless) - len(self._running)

    def submit(self, orders: Sequence[Order]) -> None:
        if orders[0].local:
            self._home.submit(orders)
        else:
            self._waiting.append(_List(tuple(orders)))

    def answers(self, timeout_s: float = TICK_S) -> Iterator[Answer]:
        self._call_the_roll(0)
        yield from self._send()
        self._collect()
        self._bell.wait(timeout_s)
        self._bell.clear()
        yield from self._home.answers(0)
        yield from self._collected()
        yield from self._given_up()

    def close(self) -> None:
        futures = [one.future for one in self._running]

        def part() -> None:
            if futures:
                self._client.cancel(futures, force=True)
            self._client.close(timeout=_CLOSE_S)

        parting = in_background(part)
        self._home.close()
        with contextlib.suppress(Exception):  # the scheduler may be gone: there is nobody to say goodbye to
            parting.result(timeout=_CLOSE_S)

    def _suited(self, tools: Iterable[str]) -> list[_Worker]:
        wanted = {version_resource(self._version), *map(tool_resource, tools)}
        return [worker for worker in self._roll.workers.values() if wanted <= worker.offers]

    def _call_the_roll(self, wait_s: float) -> None:
        """Learns who is there, without waiting for the scheduler longer than that. Raises Unreachable if it is lost."""
        roll, now = self._roll, time.monotonic()
        if roll.asked is None and (wait_s or now - roll.heard > TICK_S):
            roll.asked = in_background(self._client.scheduler_info)
            roll.unanswered = now if roll.unanswered is None else roll.unanswered
        if roll.asked is not None:
            with contextlib.suppress(Exception):  # it is asked again, until it has been silent for too long
                found = roll.asked.result(timeout=wait_s)
                roll.workers = {
                    address: _Worker(int(one["nthreads"]), frozenset(one.get("resources") or ()))
                    for address, one in found["workers"].items()
                }
                roll.heard, roll.unanswered = time.monotonic(), None
            if roll.asked.done():
                roll.asked = None
        if roll.unanswered is not None and time.monotonic() - roll.unanswered > self._lost_s:
            raise Unreachable("cluster-lost", scheduler=self._scheduler)

    def _send(self) -> Iterator[Answer]:
        """Hands over what somebody can take. Source files go to the store first."""
        later: deque[_List] = deque()
        while self._waiting:
            one = self._waiting.popleft()
            if not self._suited(one.tools):
                later.append(one)
            elif any(order.files for order in one.orders) and one.upload is None:
                one.upload = in_background(lambda orders=one.orders: self._without_files(orders))  # type: ignore[misc]
                one.upload.add_done_callback(lambda _future: self._bell.set())
                later.append(one)
            elif one.upload is not None and not one.upload.done():
                later.append(one)
            else:
                try:
                    one.sent = one.upload.result() if one.upload is not None else one.orders
                except (TaskFailed, OSError) as problem:
                    yield from (answer_of_failure(order.job, problem) for order in one.orders)
                    continue
                self._hand_over(one)
        self._waiting = later

    def _hand_over(self, one: _List) -> None:
        self._count += 1
        key = f"jetki-{self._name}-{self._count}"
        parcel = Parcel(key, self._store.address, self._probe, one.sent)
        needs = [version_resource(self._version), *map(tool_resource, one.tools)]
        one.future = self._client.submit(
            carry_out_parcel,
            parcel,
            key=key,
            resources=dict.fromkeys(needs, 1),
            pure=False,
            retries=0,
        )
        one.future.add_done_callback(lambda _future: self._bell.set())
        self._running.append(one)

    def _without_files(self, orders: Sequence[Order]) -> tuple[Order, ...]:
        """The orders with their source files in the store. Raises TaskFailed, Unreachable, OSError."""
        return tuple(
            replace(
                order,
                files={},
                blobs={**order.blobs, **{name: self._upload(*source) for name, source in order.files.items()}},
            )
            for order in orders
        )

    def _upload(self, path: str, digest: str) -> str:
        file = self._project / path
        with self._uploading:  # many orders may need the same recording
            try:
                known = self._store.seems_to_hold(Output(digest, file.stat().st_size))
                if not known and self._store.put_file(file).digest != digest:
                    raise TaskFailed("file-changed", file=path)
            except FileNotFoundError as error:
                raise TaskFailed("file-unreadable", file=path, error=error.strerror or str(error)) from error
        return digest

    def _collect(self) -> None:
        """Begins to fetch what is finished. In another thread: the worker that has it may be gone."""
        if self._collecting is None and (finished := [one for one in self._running if one.future.status == "finished"]):
            gather: Callable[[list[Any]], list[list[Answer]]] = self._client.gather
            self._collecting = in_background(
                lambda: list(zip(finished, gather([one.future for one in finished]), strict=True))
            )
            self._collecting.add_done_callback(lambda _future: self._bell.set())

    def _collected(self) -> Iterator[Answer]:
        if self._collecting is not None and self._collecting.done():
            collecting, self._collecting = self._collecting, None
            if collecting.exception() is None:
                for one, answers in collecting.result():
                    self._running.remove(one)
                    yield from self._accepted(one, answers)
        for one in [one for one in self._running if one.future.status in ("error", "cancelled", "lost")]:
            self._running.remove(one)
            if one.future.status == "error":
                yield from self._failed(one)
            else:  # the scheduler was started anew
                self._waiting.append(_List(one.orders))

    def _accepted(self, one: _List, answers: Sequence[Answer]) -> Iterator[Answer]:
        """The answers; but an order whose source file was lost in the store is sent once more."""
        for order, answer in zip(one.orders, answers, strict=True):
            lost = set(answer.damaged) & {digest for _path, digest in order.files.values()}
            if lost and not one.sent_again:
                self._store.doubt(lost)
                self._waiting.append(_List((order,), sent_again=True))
            else:
                yield answer

    def _failed(self, one: _List) -> Iterator[Answer]:
        """Dask gave up. An order that has taken several workers with it is not tried on the next one."""
        from distributed import KilledWorker

        error = one.future.exception(timeout=CONNECT_S)
        if len(one.orders) > 1:
            self._waiting += [_List((order,)) for order in one.orders]
        elif isinstance(error, KilledWorker):
            yield Answer(one.orders[0].job, rule="worker-died")
        else:
            yield Answer(one.orders[0].job, rule="job-failed", values={"error": say_error(error)}, trace=repr(error))

    def _given_up(self) -> Iterator[Answer]:
        """Answers for orders that nobody could take for a long time."""
        now, suited = time.monotonic(), self._roll.suited
        for one in [*self._waiting, *self._running]:
            if self._suited(one.tools):
                suited[one.tools] = now
            elif now - suited.setdefault(one.tools, now) > self._patience_s:
                (self._waiting if one in self._waiting else self._running).remove(one)
                if one.future is not None:
                    in_background(lambda future=one.future: future.cancel(force=True))  # type: ignore[misc]
                rule, values = self._explain(one.tools)
                yield from (Answer(order.job, rule=rule, values=values) for order in one.orders)

    def _explain(self, tools: Iterable[str]) -> tuple[str, dict[str, str]]:
        ours = version_resource(self._version)
        offers = [worker.offers for worker in self._roll.workers.values()]
        if any(ours in one for one in offers):
            missing = [tool for tool in tools if not any(tool_resource(tool) in one and ours in one for one in offers)]
            return "no-worker-with-tool", {"tools": ", ".join(missing or tools)}
        others = {name.partition(":")[2] for one in offers for name in one if name.startswith(version_resource(""))}
        if others:
            return "worker-version", {"ours": self._version, "theirs": ", ".join(sorted(others))}
        return "no-worker", {"scheduler": self._scheduler}


def _connect(scheduler: str, seconds: float) -> Any:
    check_scheduler_address(scheduler)
    quieten_dask()
    import distributed

    client: Any = distributed.Client  # Dask's methods are only partly typed
    try:
        return client(scheduler, timeout=seconds, name="jetki", set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:  # a TimeoutError is an OSError
        raise Unreachable("cluster-unreachable", scheduler=scheduler, error=say_error(error)) from error
