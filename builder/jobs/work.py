"""Running tasks, in whatever process: read the inputs, call the function, keep the outputs."""

import contextlib
import errno
import importlib
import os
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import cast

from builder.jobs.graph import BlobOf, FileOf, Job, OutputOf
from builder.jobs.remote_store import open_store
from builder.jobs.store import BlobDamaged, Blobs, Result, Unreachable, digest_of, digest_of_file


@dataclass(frozen=True, slots=True)
class Made:
    """What a task gives back: small outputs as bytes, big ones as `files`, and facts as JSON values.

    A file in the call's scratch folder is moved into the store, any other is copied; neither is read into memory.
    """

    outputs: Mapping[str, bytes] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One job's parameters and inputs.

    `project` is the folder that paths in parameters start from; only a `local` job may use it. `inputs` are bytes;
    `files` are the inputs that were asked for `on_disk`: to be read, never written, and their names mean nothing.
    `scratch` is an empty folder of this call, removed when its outputs are kept.
    """

    project: Path
    parameters: Mapping[str, object]
    inputs: Mapping[str, bytes]
    files: Mapping[str, Path] = field(default_factory=dict)
    scratch: Path = Path(os.devnull)


Task = Callable[[Sequence[Call]], Sequence[Made]]
"""A task is given all jobs of a batch at once and gives one answer for each, in the same order."""


class TaskFailed(Exception):
    """A task's own refusal. `rule` and `values` choose the message, as in a Finding."""

    def __init__(self, rule: str, **values: str) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values


@dataclass(frozen=True, slots=True)
class Order:
    """A job with the digests of its inputs: all that a worker needs. `files` are paths below the project, with their
    digests; `on_disk` names the inputs that the task reads from a file."""

    job: str
    task: str
    parameters: Mapping[str, object]
    blobs: Mapping[str, str]
    files: Mapping[str, tuple[str, str]]
    on_disk: frozenset[str] = frozenset()
    tools: tuple[str, ...] = ()
    local: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process finds the store: its address, and a folder for what is fetched from a bucket. A cache that has
    no limit is cleaned by somebody else."""

    store: str
    cache: str = ""
    cache_limit: int | None = None

    @staticmethod
    def of(store: "Path | Place") -> "Place":
        return store if isinstance(store, Place) else Place(str(store))

    def open(self) -> Blobs:
        """Raises Unreachable."""
        return open_store(self.store, Path(self.cache), self.cache_limit)


@dataclass(frozen=True, slots=True)
class Answer:
    """How an order ended: a result, or a failure's rule and values; `damaged` are the digests of lost inputs."""

    job: str
    result: Result | None = None
    rule: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    trace: str = ""
    seconds: float = 0.0


def carry_out(project: str, place: Place, orders: Sequence[Order]) -> list[Answer]:
    """Answers for all orders, which share one task. Never raises, except when the process itself is being stopped."""
    started = time.perf_counter()
    try:
        answers = _carry_out(project, _store_at(place), orders)
    except Unreachable as problem:
        return [Answer(order.job, rule=problem.rule, values=problem.values) for order in orders]
    seconds = (time.perf_counter() - started) / len(orders)
    return [replace(answer, seconds=seconds) for answer in answers]


@lru_cache(maxsize=4)
def _store_at(place: Place) -> Blobs:
    """One for all orders of a process: it keeps its connections."""
    return place.open()


def _carry_out(project: str, store: Blobs, orders: Sequence[Order]) -> list[Answer]:
    calls: dict[str, _Prepared] = {}
    answers: dict[str, Answer] = {}
    for order in orders:
        try:
            calls[order.job] = _prepare(Path(project), store, order)
        except BlobDamaged as damage:
            answers[order.job] = Answer(order.job, damaged=damage.digests)
        except (TaskFailed, Unreachable, OSError) as problem:
            answers[order.job] = answer_of_failure(order.job, problem)
    if calls:
        answers |= _run(store, orders[0].task, calls)
    return [answers[order.job] for order in orders]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A call, and the source files it reads from the project itself: name -> path and what it looked like before."""

    call: Call
    sources: Mapping[str, tuple[Path, tuple[int, ...]]]

    def check_sources(self) -> None:
        """Raises TaskFailed if somebody wrote to a source file while the task read it."""
        for name, (path, mark) in self.sources.items():
            if _mark(path) != mark:
                raise TaskFailed("file-changed", file=name)


def _run(store: Blobs, task_name: str, calls: Mapping[str, _Prepared]) -> dict[str, Answer]:
    try:
        with contextlib.ExitStack() as folders:
            ready = [replace(one.call, scratch=folders.enter_context(store.scratch())) for one in calls.values()]
            made = list(_find_task(task_name)(ready))
            for one in calls.values():
                one.check_sources()
            return {
                job: Answer(job, result=_keep(store, call.scratch, one))
                for job, call, one in zip(calls, ready, made, strict=True)
            }
    except Exception as error:  # noqa: BLE001  # whatever a task raises must not stop the other jobs
        if len(calls) > 1:  # find out which of them it was, and finish the others
            return {job: _run(store, task_name, {job: call})[job] for job, call in calls.items()}
        return {job: answer_of_failure(job, error) for job in calls}


def answer_of_failure(job: str, error: Exception) -> Answer:
    """What is said of a job that ended with this error."""
    if isinstance(error, TaskFailed | Unreachable):
        return Answer(job, rule=error.rule, values=error.values)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Answer(job, rule="disk-full", values={"error": error.strerror or ""})
    last = f"{type(error).__name__}: {error}".strip()
    return Answer(job, rule="job-failed", values={"error": last}, trace=traceback.format_exc())


def _keep(store: Blobs, scratch: Path, made: Made) -> Result:
    outputs = {name: store.put(data) for name, data in made.outputs.items()}
    for name, path in made.files.items():
        outputs[name] = store.put_file(path, move=path.resolve().is_relative_to(scratch.resolve()))
    return Result(outputs, made.facts)


def _prepare(project: Path, store: Blobs, order: Order) -> _Prepared:
    inputs: dict[str, bytes] = {}
    files: dict[str, Path] = {}
    damaged: list[str] = []
    for name, digest in order.blobs.items():
        try:
            if name in order.on_disk:
                files[name] = store.path_of(digest)
            else:
                inputs[name] = store.get(digest)
        except BlobDamaged:
            damaged.append(digest)
    if damaged:
        raise BlobDamaged(*damaged)
    sources: dict[str, tuple[Path, tuple[int, ...]]] = {}
    for name, (path, digest) in order.files.items():
        try:
            if name in order.on_disk:
                files[name] = project / path
                sources[path] = (files[name], _mark(files[name]))
                found = digest_of_file(files[name])
            else:
                inputs[name] = (project / path).read_bytes()
                found = digest_of(inputs[name])
        except OSError as error:
            raise TaskFailed("file-unreadable", file=path, error=error.strerror or str(error)) from error
        if found != digest:
            raise TaskFailed("file-changed", file=path)
    return _Prepared(Call(project, order.parameters, inputs, files), sources)


def _mark(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:
        return ()
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino)


def _find_task(name: str) -> Task:
    module, function = name.split(":")
    return cast(Task, getattr(importlib.import_module(module), function))


def place_order(job: Job, done: Mapping[str, Result]) -> Order:
    """The order for a job whose needs are all done."""
    blobs: dict[str, str] = {}
    files: dict[str, tuple[str, str]] = {}
    for name, source in job.inputs.items():
        match source:
            case OutputOf(job=other, output=output):
                blobs[name] = done[other].outputs[output].digest
            case BlobOf(digest=digest):
                blobs[name] = digest
            case FileOf(path=path, digest=digest):
                files[name] = (path, digest)
    on_disk = frozenset(name for name, source in job.inputs.items() if source.on_disk)
    return Order(job.id, job.task, dict(job.parameters), blobs, files, on_disk, job.tools, job.local)
