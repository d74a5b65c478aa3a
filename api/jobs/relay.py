"""Hands the outbox over to the job engine, in the order in which its rows were made.

Rows are marked only after the engine has stored a job for them, so that each is handed over at least once. Several
processes may hand over the same ones; what follows from an event has keys made of the event's id, so that a second
time changes nothing. Rows are the truth: when the engine has lost its memory (its database is younger than the mark),
they are handed over again.

Rows that wait together go together, up to a hundred in one job: it spares the engine work after an import.

Order ends here: jobs run side by side and may be repeated. Whoever needs it sorts by the id, which is in the order of
creation.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from api.clock import Clock
from api.db.session import Database
from api.events import OutboxRow
from api.jobs.port import JobEngine, NewJob

LOG: Final = logging.getLogger("jetki.jobs")
EVENT_JOB: Final = "event"
"""The job that gets the rows; see `rows_job`."""
BATCH: Final = 100
LOOK_BACK: Final = timedelta(days=7)
"""How far back rows are handed over again to an engine without memory. Shorter than the engine remembers keys, so that
nothing is carried out again only because it was long ago. Our choice."""
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
"""At most, among our machines: too much is harmless here, too little is not. Our choice."""


def rows_job(ids: Sequence[UUID]) -> NewJob:
    """The job for these rows; the same rows are the same job."""
    listed = " ".join(map(str, ids))
    return NewJob(EVENT_JOB, hashlib.sha256(listed.encode()).hexdigest(), {"ids": listed})


def rows_of(payload: Mapping[str, str]) -> list[UUID]:
    """The ids of the rows of an event job."""
    return [UUID(one) for one in payload["ids"].split()]


class Relay:
    """Wakes at once when told of a commit, and looks every `poll` for what others left."""

    def __init__(
        self,
        database: Database,
        engine: JobEngine,
        clock: Clock,
        *,
        poll: timedelta = timedelta(seconds=2),
        gather: timedelta = timedelta(seconds=0.2),
    ) -> None:
        """`gather`: so long at least lies between two hand-overs, that what is told meanwhile goes together: a job for
        each of fifty events a second costs as much as the requests that tell them."""
        self._database = database
        self._engine = engine
        self._clock = clock
        self._poll = poll
        self._gather = gather
        self._signal = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Called after a commit, in the event loop; `Context.after_commit` is made for it."""
        self._signal.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def hand_over(self) -> int:
        """Hands over what is not marked, and returns how many rows that was. Raises JobEngineStopped and
        JobEngineUnavailable, and what the database raises."""
        total = 0
        while ids := await self._unmarked():
            job = rows_job(ids)
            await self._engine.enqueue(job.name, job.key, job.payload)
            await self._mark(ids)
            total += len(ids)
        return total

    async def recall_forgotten(self) -> None:
        """Takes the mark off the rows that were handed to an engine which has lost its memory since."""
        began = await self._engine.remembers_since()
        async with self._database.writing() as session:
            await session.execute(
                update(OutboxRow)
                .where(OutboxRow.dispatched_at < began + CLOCKS_DIFFER_BY)
                .where(OutboxRow.created_at > self._clock.now() - LOOK_BACK)
                .values(dispatched_at=None)
            )

    async def _go_on(self) -> None:
        recalled = False
        while True:
            self._signal.clear()
            try:
                if not recalled:
                    await self.recall_forgotten()
                    recalled = True
                handed_over = await self.hand_over()
            except Exception as fault:  # noqa: BLE001 (whatever it is, events must not wait for a restart)
                LOG.warning("the outbox waits", extra={"cause": type(fault).__name__})
                await asyncio.sleep(self._poll.total_seconds())  # signals do not make it hurry
                continue
            if handed_over:
                await asyncio.sleep(self._gather.total_seconds())
            try:
                async with asyncio.timeout(self._poll.total_seconds()):
                    await self._signal.wait()
            except TimeoutError:
                pass

    async def _unmarked(self) -> Sequence[UUID]:
        wanted = select(OutboxRow.id).where(OutboxRow.dispatched_at.is_(None)).order_by(OutboxRow.id).limit(BATCH)
        async with self._database.reading() as session:
            return (await session.scalars(wanted)).all()

    async def _mark(self, ids: Sequence[UUID]) -> None:
        async with self._database.writing() as session:
            await session.execute(
                update(OutboxRow)
                .where(OutboxRow.id.in_(ids), OutboxRow.dispatched_at.is_(None))
                .values(dispatched_at=self._clock.now())
            )
