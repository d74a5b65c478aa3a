"""Running tasks, in whatever process: read the inputs, call the function, keep the outputs."""

import errno
import importlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from builder.jobs.graph import BlobOf, FileOf, Job, OutputOf
from builder.jobs.store import BlobDamaged, Result, Store, digest_of


@dataclass(frozen=True, slots=True)
class Made:
    """What a task gives back: files by name, and facts as JSON values."""

    outputs: Mapping[str, bytes]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One job's parameters and the bytes of its inputs. `project` is the folder that paths in parameters start from."""

    project: Path
    parameters: Mapping[str, object]
    inputs: Mapping[str, bytes]


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
    """A job with the digests of its inputs: all that a worker needs. `files` are paths below the project."""

    job: str
    task: str
    parameters: Mapping[str, object]
    blobs: Mapping[str, str]
    files: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """How an order ended: a result, or a failure's rule and values; `damaged` are the digests of lost inputs."""

    job: str
    result: Result | None = None
    rule: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    trace: str = ""


def carry_out(project: str, store_root: str, orders: Sequence[Order]) -> list[Answer]:
    """Answers for all orders, which share one task. Never raises, except when the process itself is being stopped."""
    store = Store(Path(store_root))
    calls: dict[str, Call] = {}
    answers: dict[str, Answer] = {}
    for order in orders:
        try:
            calls[order.job] = Call(Path(project), order.parameters, _read_inputs(Path(project), store, order))
        except BlobDamaged as damage:
            answers[order.job] = Answer(order.job, damaged=damage.digests)
        except TaskFailed as refusal:
            answers[order.job] = Answer(order.job, rule=refusal.rule, values=refusal.values)
    if calls:
        answers |= _run(store, orders[0].task, calls)
    return [answers[order.job] for order in orders]


def _run(store: Store, task_name: str, calls: Mapping[str, Call]) -> dict[str, Answer]:
    try:
        made = _find_task(task_name)(list(calls.values()))
        return {job: Answer(job, result=_keep(store, one)) for job, one in zip(calls, made, strict=True)}
    except Exception as error:  # noqa: BLE001  # whatever a task raises must not stop the other jobs
        if len(calls) > 1:  # find out which of them it was, and finish the others
            return {job: _run(store, task_name, {job: call})[job] for job, call in calls.items()}
        return {job: _failure(job, error) for job in calls}


def _failure(job: str, error: Exception) -> Answer:
    if isinstance(error, TaskFailed):
        return Answer(job, rule=error.rule, values=error.values)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Answer(job, rule="disk-full", values={"error": error.strerror or ""})
    last = f"{type(error).__name__}: {error}".strip()
    return Answer(job, rule="job-failed", values={"error": last}, trace=traceback.format_exc())


def _keep(store: Store, made: Made) -> Result:
    return Result({name: store.put(data) for name, data in made.outputs.items()}, made.facts)


def _read_inputs(project: Path, store: Store, order: Order) -> dict[str, bytes]:
    inputs: dict[str, bytes] = {}
    damaged: list[str] = []
    for name, digest in order.blobs.items():
        try:
            inputs[name] = store.get(digest)
        except BlobDamaged:
            damaged.append(digest)
    if damaged:
        raise BlobDamaged(*damaged)
    for name, (path, digest) in order.files.items():
        try:
            data = (project / path).read_bytes()
        except OSError as error:
            raise TaskFailed("file-unreadable", file=path, error=error.strerror or str(error)) from error
        if digest_of(data) != digest:
            raise TaskFailed("file-changed", file=path)
        inputs[name] = data
    return inputs


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
    return Order(job.id, job.task, dict(job.parameters), blobs, files)
