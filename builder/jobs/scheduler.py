"""Runs a plan: what is already made costs nothing, what fails stops only what needs it."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from builder.jobs.executors import Workshop
from builder.jobs.graph import Job, in_order, key_of
from builder.jobs.store import Ledger, Result, Store
from builder.jobs.work import Answer, place_order

_ATTEMPTS: Final = 3
"""How often a job may be run because the store lost something; our choice."""
_BATCH_LIMIT: Final = 64
_LIST_LIMIT: Final = 12


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that could not be done, or that needs one that could not (`blocked_by`)."""

    job: Job
    rule: str
    values: Mapping[str, str] = field(default_factory=dict)
    blocked_by: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`results` by job id, with the key each was recorded under."""

    results: Mapping[str, Result]
    keys: Mapping[str, str]
    failures: tuple[Failure, ...]
    ran: int


class _Stage(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class _State:
    """A run in progress. `lacking` are the needs of a job that are not done; `runnable` jobs have no known result."""

    jobs: dict[str, Job]
    users: dict[str, list[str]]
    lacking: dict[str, set[str]]
    stage: dict[str, _Stage]
    progress: "Progress"
    ready: deque[str] = field(default_factory=deque)
    runnable: dict[tuple[str, str], deque[str]] = field(default_factory=dict)
    done: dict[str, Result] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    running: int = 0
    ran: int = 0


Progress = Callable[[int, int, Job | None], None]
"""Called with jobs finished, jobs altogether, and the job just finished."""


def run_jobs(
    jobs: Sequence[Job],
    store: Store,
    ledger: Ledger,
    workshop: Workshop,
    progress: Progress = lambda _done, _total, _job: None,
) -> Outcome:
    """Brings every job to a result or a failure. The workshop is opened only when something has to be run.

    Raises BrokenPlan for a plan that cannot be ordered; lets KeyboardInterrupt through, with everything finished so far
    recorded.
    """
    state = _begin(in_order(jobs), progress)
    while True:
        _look_up(state, store, ledger)
        while state.runnable and workshop.executor.free > 0 and (names := _take_list(state, workshop.executor.width)):
            workshop.executor.submit([place_order(state.jobs[name], state.done) for name in names])
            state.running += len(names)
        if not state.running:
            break
        for answer in workshop.executor.answers():
            state.running -= 1
            _settle(state, answer, ledger)
    return Outcome(state.done, state.keys, tuple(state.failures.values()), state.ran)


def _begin(ordered: Sequence[Job], progress: Progress) -> _State:
    users: dict[str, list[str]] = {}
    for job in ordered:
        for other in set(job.needs()):
            users.setdefault(other, []).append(job.id)
    lacking = {job.id: set(job.needs()) for job in ordered}
    state = _State({job.id: job for job in ordered}, users, lacking, dict.fromkeys(lacking, _Stage.WAITING), progress)
    for name in lacking:
        _queue_if_complete(state, name)
    return state


def _queue_if_complete(state: _State, name: str) -> None:
    if state.stage[name] == _Stage.WAITING and not state.lacking[name]:
        state.stage[name] = _Stage.READY
        state.ready.append(name)


def _look_up(state: _State, store: Store, ledger: Ledger) -> None:
    """Finishes every ready job whose result is known; the others become runnable, with their key worked out."""
    while state.ready:
        name = state.ready.popleft()
        if _went_back(state, name):
            continue
        job = state.jobs[name]
        state.keys[name] = key_of(job, state.done)
        known = ledger.find(state.keys[name])
        if known is not None and all(map(store.seems_to_hold, known.outputs.values())):
            _finish(state, name, known)
        else:
            state.runnable.setdefault((job.batch, job.task), deque()).append(name)


def _went_back(state: _State, name: str) -> bool:
    """Whether something this job needs was lost while it stood in a queue; then it waits again."""
    if state.lacking[name]:
        state.stage[name] = _Stage.WAITING
        return True
    return False


def _take_list(state: _State, width: int) -> list[str]:
    """The next jobs to run in one call: of one task, and of one batch. Jobs without a batch go first, so that batches
    are as full as they can be."""
    while state.runnable:
        group = min(state.runnable)
        batch, _task = group
        queue = state.runnable[group]
        share = -(-len(queue) // width)
        most = min(share, _BATCH_LIMIT if batch else _LIST_LIMIT)
        names = [name for name in (queue.popleft() for _ in range(most)) if not _went_back(state, name)]
        if not queue:
            del state.runnable[group]
        if names:
            for name in names:
                state.stage[name] = _Stage.RUNNING
            return names
    return []


def _settle(state: _State, answer: Answer, ledger: Ledger) -> None:
    name = answer.job
    state.attempts[name] = state.attempts.get(name, 0) + 1
    if answer.result is not None:
        ledger.record(state.keys[name], answer.result)
        state.ran += 1
        _finish(state, name, answer.result)
    elif answer.damaged and state.attempts[name] < _ATTEMPTS and _make_again(state, name, answer.damaged, ledger):
        return
    else:
        rule = answer.rule or "store-damaged"
        _fail(state, Failure(state.jobs[name], rule, answer.values, trace=answer.trace))


def _finish(state: _State, name: str, result: Result) -> None:
    state.done[name] = result
    state.stage[name] = _Stage.DONE
    state.progress(len(state.done) + len(state.failures), len(state.jobs), state.jobs[name])
    for user in state.users.get(name, ()):
        state.lacking[user].discard(name)
        _queue_if_complete(state, user)


def _make_again(state: _State, name: str, damaged: Sequence[str], ledger: Ledger) -> bool:
    """Inputs of this job were lost: whoever made them does so again, and the job waits. False if nobody made them."""
    makers = [
        other
        for other in set(state.jobs[name].needs())
        if other not in state.done or any(output.digest in damaged for output in state.done[other].outputs.values())
    ]
    state.stage[name] = _Stage.WAITING
    for maker in makers:
        if maker in state.done:
            ledger.forget(state.keys[maker])
            del state.done[maker]
            state.stage[maker] = _Stage.READY
            state.ready.append(maker)
        for user in state.users[maker]:
            if state.stage[user] in (_Stage.WAITING, _Stage.READY):
                state.lacking[user].add(maker)
    return bool(makers)


def _fail(state: _State, failure: Failure) -> None:
    fallen = deque([failure])
    while fallen:
        one = fallen.popleft()
        if one.job.id in state.failures:
            continue
        state.failures[one.job.id] = one
        state.stage[one.job.id] = _Stage.FAILED
        state.progress(len(state.done) + len(state.failures), len(state.jobs), one.job)
        cause = one.blocked_by or one.job.id
        users = state.users.get(one.job.id, ())
        fallen.extend(Failure(state.jobs[user], one.rule, one.values, blocked_by=cause) for user in users)
