"""What becomes of an event after its commit: every consumer of its kind says which jobs follow from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.port import Job, JobRun, NewJob, Schedule
from api.jobs.relay import EVENT_JOB, LOOK_BACK
from api.unit import Context

Consumer = Callable[[Context, OutboxRow], Awaitable[Sequence[NewJob]]]
"""Gets an event that was committed. It may be called again for the same one and then gives the same jobs (same names
and keys); what it writes must bear repetition too."""
ALL_KINDS: Final = "*"
PURGE_JOB: Final = "outbox.purge"
KEEP: Final = timedelta(days=30)
"""How long rows are kept after they were handed over. Our choice; longer than the relay looks back."""
ROWS_AT_ONCE: Final = 1000

assert KEEP > LOOK_BACK


def event_job(context: Context, consumers: Mapping[str, Sequence[Consumer]]) -> Job:
    """The job that every row of the outbox becomes. `consumers` by kind, those of `ALL_KINDS` hear of each."""

    async def consume(run: JobRun) -> Sequence[NewJob]:
        async with context.database.reading() as session:
            row = await session.get(OutboxRow, UUID(run.payload["id"]))
        if row is None:  # purged long ago, or the database is an older one
            return ()
        following: list[NewJob] = []
        for consumer in (*consumers.get(row.kind, ()), *consumers.get(ALL_KINDS, ())):
            following += await consumer(context, row)
        return following

    return Job(EVENT_JOB, consume)


def purge_job(context: Context) -> Job:
    """Removes rows that were handed over long ago. Rows that wait are kept whatever their age."""

    async def purge(_: JobRun) -> None:
        before = context.clock.now() - KEEP
        while True:  # in parts, so that nobody waits long for the writer
            old = select(OutboxRow.id).where(OutboxRow.dispatched_at < before).limit(ROWS_AT_ONCE)
            async with context.writing(system_actor(f"job:{PURGE_JOB}")) as unit:
                ids = (await unit.session.scalars(old)).all()
                await unit.session.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids)))
            if len(ids) < ROWS_AT_ONCE:
                return

    return Job(PURGE_JOB, purge)


PURGE_SCHEDULE: Final = Schedule(PURGE_JOB, timedelta(days=1), timedelta(hours=20))
"""At two in the morning in Bishkek (UTC+6). Our choice."""
