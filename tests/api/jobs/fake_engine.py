"""A job engine that keeps everything in a list and carries it out when a test says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.jobs.port import FailedJob, Job, JobCounts, JobEngineUnavailable, JobRun, NewJob
from api.jobs.relay import EVENT_JOB, rows_of


@dataclass
class FakeEngine:
    """Implements `api.jobs.port.JobEngine`. `fails_after` so many more jobs its database is away."""

    began: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    fails_after: int | None = None
    stored: list[NewJob] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def enqueue(
        self, name: str, key: str, payload: Mapping[str, str], not_before: datetime | None = None
    ) -> None:
        if self.fails_after is not None:
            if self.fails_after == 0:
                raise JobEngineUnavailable()
            self.fails_after -= 1
        if (name, key) not in [(one.name, one.key) for one in self.stored]:
            self.stored.append(NewJob(name, key, dict(payload), not_before))

    async def remembers_since(self) -> datetime:
        return self.began

    async def count(self) -> JobCounts:
        return JobCounts(len(self.stored), 0, 0)

    async def failed(self, limit: int = 100) -> list[FailedJob]:
        return []

    def events(self) -> list[str]:
        """The ids of the rows of the outbox that it was given, in that order."""
        return [str(id_) for one in self.stored if one.name == EVENT_JOB for id_ in rows_of(one.payload)]

    def forget(self, now: datetime) -> None:
        """As if its database had been lost."""
        self.stored.clear()
        self.began = now


def attempt(job: Job, stored: NewJob, number: int = 1) -> JobRun:
    """What a job gets at an attempt of this number."""
    return JobRun(stored.name, stored.key, stored.payload, number, is_last=number >= job.backoff.attempts)
