"""What the rest of the API knows of jobs: what one is, how to ask for one, how one says that it must be repeated."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SCHEDULED_FOR: Final = "scheduled_for"
"""The key in the payload of a scheduled job: RFC 3339, the moment for which it was planned."""


class Retry(Exception):
    """Raised by a job that could not do its work now. `reason` is a code, stored and shown; nothing personal.
    `after` overrides the pause of the job's own backoff, e.g. a Retry-After of the other side."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class GiveUp(Exception):
    """Raised by a job that will never succeed. It is marked failed at once. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class JobEngineStopped(Exception):
    """The engine does not run (yet, or any more)."""


class JobEngineBusy(Exception):
    """There is one engine in a process, and it runs already."""


class JobEngineUnavailable(Exception):
    """The database of the jobs does not answer. Nothing was stored; try again."""


class UnknownJob(Exception):
    """No job of this name was declared."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses between attempts: `first`, then `factor` times longer each, at most `longest`; `attempts` in all."""

    first: timedelta = timedelta(seconds=10)
    factor: float = 2.0
    longest: timedelta = timedelta(hours=1)
    attempts: int = 12

    def pause_after(self, attempt: int) -> timedelta | None:
        """How long to wait after this attempt, the first being 1; None when it was the last."""
        if attempt >= self.attempts:
            return None
        longest_s = self.longest.total_seconds()
        return timedelta(seconds=min(self.first.total_seconds() * self.factor ** min(attempt - 1, 64), longest_s))


class Lane(StrEnum):
    """Jobs of one lane wait for each other only; how many run at once in a process is our choice."""

    PROMPT = "prompt"
    """Ours alone: mails, deadlines, waiting lists."""
    OUTSIDE = "outside"
    """Wait for strangers: webhooks."""
    HEAVY = "heavy"
    """Take seconds of a processor: sound, braille, prints. No deadline waits behind them."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One attempt, the first being 1. `is_last` when a `Retry` would mark the job failed."""

    name: str
    key: str
    payload: Mapping[str, str]
    attempt: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a job wants done after it: see `JobEngine.enqueue`."""

    name: str
    key: str
    payload: Mapping[str, str]
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of job. `run` may be called again for a key that it has already served: a process can die between the
    work and the note of it. It returns when done, raises `Retry` to be called again and `GiveUp` to be marked failed;
    any other exception counts as `Retry`. The jobs that it returns are stored before it counts as done."""

    name: str
    run: Callable[[JobRun], Awaitable[Sequence[NewJob] | None]]
    backoff: Backoff = Backoff()
    lane: Lane = Lane.PROMPT


@dataclass(frozen=True, slots=True)
class Schedule:
    """Carries a job out once in every period, whatever the number of processes. Periods are counted from 1970 in UTC
    and shifted by `offset`. After a standstill the current period is served, the missed ones are not."""

    job: str
    every: timedelta
    offset: timedelta = timedelta()

    def period_at(self, now: datetime) -> datetime:
        """The moment at which the current period began."""
        return now - (now - _EPOCH - self.offset) % self.every


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that gave up. `reason` is the code of its last `Retry` or `GiveUp`, or the class of its exception."""

    name: str
    key: str
    attempt: int
    reason: str
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class JobCounts:
    waiting: int
    """Not begun, or waiting for their time or their next attempt."""
    running: int
    """In all processes."""
    failed: int
    """Of those that the engine still remembers."""


class JobEngine(Protocol):
    """Keeps jobs and carries them out. Whoever holds one may ask from any task of the event loop it was started in."""

    async def start(self) -> None:
        """Begins to carry jobs out, those of dead processes too. Raises JobEngineBusy, JobEngineUnavailable."""

    async def stop(self) -> None:
        """Lets running jobs finish for a while, then leaves them to other processes or to the next start."""

    async def enqueue(
        self, name: str, key: str, payload: Mapping[str, str], not_before: datetime | None = None
    ) -> None:
        """Returns when the job is stored and so will be carried out, at once or from `not_before` on.

        The same name and key a second time changes nothing, also after the job is done. The payload holds ids and
        codes, nothing personal. Raises UnknownJob, JobEngineStopped, JobEngineUnavailable.
        """

    async def remembers_since(self) -> datetime:
        """When the engine's memory began. Whatever was handed over before has to be handed over again."""

    async def count(self) -> JobCounts:
        """For metrics. Raises JobEngineStopped, JobEngineUnavailable."""

    async def failed(self, limit: int = 100) -> list[FailedJob]:
        """The jobs that gave up, the latest first. Raises JobEngineStopped, JobEngineUnavailable."""
