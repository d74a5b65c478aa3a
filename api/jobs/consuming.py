"""What becomes of an event after its commit: every consumer of its kind says which jobs follow from it."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.port import Job, JobRun, NewJob, Schedule
from api.jobs.relay import EVENT_JOB, LOOK_BACK, rows_job, rows_of
from api.unit import Context

LOG: Final = logging.getLogger("jetki.jobs")
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
    """The job that gets the rows of the outbox. `consumers` by kind, those of `ALL_KINDS` hear of each."""

    async def consume(run: JobRun) -> Sequence[NewJob]:
        ids = rows_of(run.payload)
        async with context.database.reading() as session:
            rows = (await session.scalars(select(OutboxRow).where(OutboxRow.id.in_(ids)).order_by(OutboxRow.id))).all()
        following: list[NewJob] = []
        for row in rows:  # those that are missing were purged long ago, or the database is an older one
            try:
                for consumer in (*consumers.get(row.kind, ()), *consumers.get(ALL_KINDS, ())):
                    following += await consumer(context, row)
            except Exception as fault:
                if len(ids) == 1:
                    raise
                # It must not hold up the others: from here on it is repeated by itself
                LOG.warning(
                    "an event is taken out of its group", extra={"kind": row.kind, "cause": type(fault).__name__}
                )
                following.append(rows_job([row.id]))
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
