"""Jobs and how they hang together. Pure: nothing here runs anything."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from builder.jobs.store import Result, digest_of


@dataclass(frozen=True, slots=True)
class OutputOf:
    """Another job's output: its bytes, or a file to read them from (`on_disk`), for what is too big for memory."""

    job: str
    output: str
    on_disk: bool = False


@dataclass(frozen=True, slots=True)
class BlobOf:
    """Bytes that were put into the store before the build."""

    digest: str
    on_disk: bool = False


@dataclass(frozen=True, slots=True)
class FileOf:
    """A source file, which must still have this digest when the job reads it."""

    path: str
    digest: str
    on_disk: bool = False


Input = OutputOf | BlobOf | FileOf


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    `id` is unique and readable (``large-print:digital-literacy/ky/files``); `subject` is what messages name, usually a
    source path, and `line` where in it, 0 for nowhere. `task` names a function as ``module:function``, and `version`
    whatever else decides its result (program versions, code). `parameters` are JSON values. Jobs of one `batch` may be
    run in one call of the task.
    `publishes` says where an output goes, relative to the site; ``{"*": ""}`` publishes every output by its own name.
    `tools` are names of what a worker must have ("ffmpeg", "whisper"): on a cluster, no other worker is given the job.
    A `local` job runs on the machine that coordinates the build: it reads the project folder, or only copies from it.
    None of these changes the result, so none is part of the job's key; neither are `subject` and `line`.
    """

    id: str
    task: str
    subject: str
    version: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    publishes: Mapping[str, str] = field(default_factory=dict)
    batch: str = ""
    tools: tuple[str, ...] = ()
    local: bool = False
    line: int = 0

    def needs(self) -> tuple[str, ...]:
        """Ids of the jobs that have to be finished first."""
        return tuple(one.job for one in self.inputs.values() if isinstance(one, OutputOf))


class BrokenPlan(ValueError):
    """A plan that names a job twice, needs a job it does not have, or runs in a circle."""


def key_of(job: Job, done: Mapping[str, Result]) -> str:
    """What the job's result depends on, as one digest. `done` has the results of all jobs that it needs."""
    inputs: dict[str, str] = {}
    for name, source in job.inputs.items():
        match source:
            case OutputOf(job=other, output=output):
                inputs[name] = done[other].outputs[output].digest
            case BlobOf(digest=digest) | FileOf(digest=digest):
                inputs[name] = digest
    recipe = [job.task, job.version, dict(job.parameters), inputs]
    return digest_of(json.dumps(recipe, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def in_order(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """The jobs, each after those it needs; otherwise in the given order. Raises BrokenPlan."""
    by_id: dict[str, Job] = {}
    for job in jobs:
        if job.id in by_id:
            raise BrokenPlan(f"job {job.id} is planned twice")
        by_id[job.id] = job
    waiting = {job.id: len(set(job.needs())) for job in by_id.values()}
    users: dict[str, list[str]] = {}
    for job in by_id.values():
        for other in set(job.needs()):
            if other not in by_id:
                raise BrokenPlan(f"job {job.id} needs {other}, which is not planned")
            users.setdefault(other, []).append(job.id)
    ready = [name for name, count in waiting.items() if not count]
    ordered: list[Job] = []
    for name in ready:  # grows while it is read
        ordered.append(by_id[name])
        for user in users.get(name, ()):
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    if len(ordered) != len(by_id):
        circle = sorted(name for name, count in waiting.items() if count)
        raise BrokenPlan(f"these jobs need each other: {', '.join(circle[:5])}")
    return tuple(ordered)
