"""Runs a plan: what is already made costs nothing, what fails stops only what needs it."""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from builder.jobs.executors import Executor, Workshop
from builder.jobs.graph import Job, in_order, key_of
from builder.jobs.pace import Pace
from builder.jobs.store import Blobs, Ledger, Result
from builder.jobs.work import Answer, place_order

_ATTEMPTS: Final = 3
"""How often a job may be run because the store lost something; our choice."""
_BATCH_LIMIT: Final = 64
_LIST_SECONDS: Final = 0.3
"""A list of orders is expected to take no longer: what a list has finished is lost when a build is interrupted in the
middle of it, and progress cannot be seen inside of it. Our choice."""


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
    pace: Pace
    left: "_Countdown"
    ready: deque[str] = field(default_factory=deque)
    runnable: dict["_Group", deque[str]] = field(default_factory=dict)
    done: dict[str, Result] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    running: int = 0
    ran: int = 0

    def tell(self, job: Job | None) -> None:
        self.progress(len(self.done) + len(self.failures), len(self.jobs), job, self.left.seconds())


_Group = tuple[str, str, tuple[str, ...], bool]
"""Batch, task, tools, local: jobs that can be run in one call."""

Progress = Callable[[int, int, Job | None, float | None], None]
"""Called with jobs finished, jobs altogether, the job just finished (None: time has passed), and about how many seconds
are left (None: nobody can know yet)."""


class _Countdown:
    """Seconds left, counted down from the last time that something finished: then it was worked out anew."""

    def __init__(self, jobs: Sequence[Job], pace: Pace, clock: Callable[[], float]) -> None:
        self._unfinished = Counter(job.task for job in jobs)
        self._pace = pace
        self._clock = clock
        self.width = 1
        """How many jobs run at the same time."""
        self._until: float | None = None

    def note(self, task: str, finished: int) -> None:
        self._unfinished[task] -= finished
        left = self._pace.left(self._unfinished, self.width)
        self._until = None if left is None else self._clock() + left

    def seconds(self) -> float | None:
        """None also when it should be over and is not: then we know no better."""
        left = None if self._until is None else self._until - self._clock()
        return left if left is not None and left >= 0 else None


def run_jobs(
    jobs: Sequence[Job],
    store: Blobs,
    ledger: Ledger,
    workshop: Workshop,
    progress: Progress = lambda _done, _total, _job, _left: None,
    pace: Pace | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Brings every job to a result or a failure. The workshop is opened only when something has to be run.

    Raises BrokenPlan for a plan that cannot be ordered, Unreachable when the store or the cluster is lost; lets
    KeyboardInterrupt through. Everything finished so far is recorded then.
    """
    state = _begin(in_order(jobs), progress, pace or Pace(), clock)
    while True:
        _look_up(state, store, ledger)
        while state.runnable and workshop.executor.free > 0 and (names := _take_list(state, workshop.executor)):
            workshop.executor.submit([place_order(state.jobs[name], state.done) for name in names])
            state.running += len(names)
        if not state.running:
            break
        running, state.left.width = state.running, workshop.executor.width
        for answer in workshop.executor.answers():
            state.running -= 1
            _settle(state, answer, store, ledger)
        if state.running == running:
            state.tell(None)
    return Outcome(state.done, state.keys, tuple(state.failures.values()), state.ran)


def _begin(ordered: Sequence[Job], progress: Progress, pace: Pace, clock: Callable[[], float]) -> _State:
    users: dict[str, list[str]] = {}
    for job in ordered:
        for other in set(job.needs()):
            users.setdefault(other, []).append(job.id)
    lacking = {job.id: set(job.needs()) for job in ordered}
    state = _State(
        {job.id: job for job in ordered},
        users,
        lacking,
        dict.fromkeys(lacking, _Stage.WAITING),
        progress,
        pace,
        _Countdown(ordered, pace, clock),
    )
    for name in lacking:
        _queue_if_complete(state, name)
    return state


def _queue_if_complete(state: _State, name: str) -> None:
    if state.stage[name] == _Stage.WAITING and not state.lacking[name]:
        state.stage[name] = _Stage.READY
        state.ready.append(name)


def _look_up(state: _State, store: Blobs, ledger: Ledger) -> None:
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
            group = (job.batch, job.task, job.tools, job.local)
            state.runnable.setdefault(group, deque()).append(name)


def _went_back(state: _State, name: str) -> bool:
    """Whether something this job needs was lost while it stood in a queue; then it waits again."""
    if state.lacking[name]:
        state.stage[name] = _Stage.WAITING
        return True
    return False


def _take_list(state: _State, executor: Executor) -> list[str]:
    """The next jobs to run in one call: of one task, and of one batch. Jobs without a batch go first, so that batches
    are as full as they can be."""
    while state.runnable:
        group = min(state.runnable)
        batch, task, _tools, _local = group
        queue = state.runnable[group]
        share = -(-len(queue) // executor.width)
        most = min(share, _BATCH_LIMIT if batch else _fitting(state.pace.seconds(task), executor.list_limit))
        names = [name for name in (queue.popleft() for _ in range(most)) if not _went_back(state, name)]
        if not queue:
            del state.runnable[group]
        if names:
            for name in names:
                state.stage[name] = _Stage.RUNNING
            return names
    return []


def _fitting(seconds: float | None, limit: int) -> int:
    """How many jobs of this length fit into a list. A job of unknown length goes alone."""
    if seconds is None:
        return 1
    return limit if seconds * limit <= _LIST_SECONDS else max(1, int(_LIST_SECONDS / seconds))


def _settle(state: _State, answer: Answer, store: Blobs, ledger: Ledger) -> None:
    name = answer.job
    state.attempts[name] = state.attempts.get(name, 0) + 1
    store.doubt(answer.damaged)
    if answer.result is not None:
        store.expect(answer.result.outputs.values())
        ledger.record(state.keys[name], answer.result)
        state.ran += 1
        state.pace.note(state.jobs[name].task, answer.seconds)
        _finish(state, name, answer.result)
    elif answer.damaged and state.attempts[name] < _ATTEMPTS and _make_again(state, name, answer.damaged, ledger):
        return
    else:
        rule = answer.rule or "store-damaged"
        _fail(state, Failure(state.jobs[name], rule, answer.values, trace=answer.trace))


def _finish(state: _State, name: str, result: Result) -> None:
    state.done[name] = result
    state.stage[name] = _Stage.DONE
    state.left.note(state.jobs[name].task, 1)
    state.tell(state.jobs[name])
    for user in state.users.get(name, ()):
        state.lacking[user].discard(name)
        _queue_if_complete(state, user)


def _make_again(state: _State, name: str, damaged: Sequence[str], ledger: Ledger) -> bool:
    """Inputs of this job were lost: whoever made them does so again, and the job waits. False if nobody can."""
    makers = [
        other
        for other in set(state.jobs[name].needs())
        if other not in state.done or any(output.digest in damaged for output in state.done[other].outputs.values())
    ]
    if any(maker in state.failures for maker in makers):
        return False
    state.stage[name] = _Stage.WAITING
    for maker in makers:
        if maker in state.done:
            ledger.forget(state.keys[maker])
            del state.done[maker]
            state.left.note(state.jobs[maker].task, -1)
            # what the maker needs may have been lost before, while the maker was done and did not need it
            state.lacking[maker] = {other for other in state.jobs[maker].needs() if other not in state.done}
            state.stage[maker] = _Stage.WAITING
            _queue_if_complete(state, maker)
        for user in state.users[maker]:
            if state.stage[user] in (_Stage.WAITING, _Stage.READY):
                state.lacking[user].add(maker)
    return bool(makers)


def _fail(state: _State, failure: Failure) -> None:
    fallen = deque([failure])
    while fallen:
        one = fallen.popleft()
        if state.stage[one.job.id] in (_Stage.FAILED, _Stage.DONE):
            continue  # a result stays right when what it was made from is lost
        if one.blocked_by and state.stage[one.job.id] is _Stage.RUNNING:
            continue  # it was given its inputs already
        state.failures[one.job.id] = one
        state.stage[one.job.id] = _Stage.FAILED
        state.left.note(one.job.task, 1)
        state.tell(one.job)
        cause = one.blocked_by or one.job.id
        users = state.users.get(one.job.id, ())
        fallen.extend(Failure(state.jobs[user], one.rule, one.values, blocked_by=cause) for user in users)
