"""Every row of the outbox reaches the engine, whatever fails in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from api.events import Event, OutboxRow
from api.identity import system_actor
from api.ids import new_id
from api.jobs.memory import forget
from api.jobs.port import Job, JobEngineUnavailable, JobRun
from api.jobs.relay import BATCH, EVENT_JOB, LOOK_BACK, Relay, rows_of
from api.unit import Context
from tests.api.conftest import StandingClock
from tests.api.jobs.conftest import SOON, StartEngine
from tests.api.jobs.fake_engine import FakeEngine

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")
PATIENT = timedelta(hours=1)


async def emit(context: Context, number: int = 1) -> Sequence[str]:
    """The ids of the new rows, in the order of creation."""
    async with context.writing(JOB) as unit:
        for _ in range(number):
            await unit.emit(Event("thing.made", {"thing": new_id()}))
    async with context.reading(JOB) as unit:
        ids = await unit.session.scalars(select(OutboxRow.id).order_by(OutboxRow.id))
        return [str(one) for one in ids][-number:]


async def unmarked(context: Context) -> int:
    async with context.reading(JOB) as unit:
        return len((await unit.session.scalars(select(OutboxRow.id).where(OutboxRow.dispatched_at.is_(None)))).all())


async def test_rows_are_handed_over_in_order_and_marked(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine()
    relay = Relay(context.database, engine, clock)
    ids = await emit(context, BATCH + 3)
    assert await relay.hand_over() == BATCH + 3
    assert engine.events() == ids
    assert len(engine.stored) == 2, "in groups"
    assert await unmarked(context) == 0
    assert await relay.hand_over() == 0


async def test_only_what_the_engine_has_stored_is_marked(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine(fails_after=1)
    relay = Relay(context.database, engine, clock)
    ids = await emit(context, BATCH + 3)
    with pytest.raises(JobEngineUnavailable):
        await relay.hand_over()
    assert await unmarked(context) == 3
    engine.fails_after = None
    await relay.hand_over()
    assert engine.events() == ids
    assert await unmarked(context) == 0


async def test_rows_that_were_stored_but_not_marked_are_handed_over_again(
    context: Context, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between the two, and meanwhile there are more rows."""
    engine = FakeEngine()
    relay = Relay(context.database, engine, clock)

    async def die(_: object) -> None:
        raise SystemExit

    first = await emit(context, 2)
    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(relay, "_mark", die)
        await relay.hand_over()
    second = await emit(context, 1)
    await relay.hand_over()
    assert engine.events() == [*first, *first, *second]


async def test_two_relays_at_once_hand_each_row_over_once(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine()
    ids = await emit(context, 20)
    await asyncio.gather(*(Relay(context.database, engine, clock).hand_over() for _ in range(2)))
    assert engine.events() == ids
    assert await unmarked(context) == 0


async def test_a_row_that_is_not_committed_is_not_handed_over(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine()
    relay = Relay(context.database, engine, clock)
    with pytest.raises(RuntimeError):
        async with context.writing(JOB) as unit:
            await unit.emit(Event("thing.made", {"thing": new_id()}))
            raise RuntimeError
    assert await relay.hand_over() == 0


async def test_an_engine_that_lost_its_memory_gets_the_rows_again(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine()
    relay = Relay(context.database, engine, clock)
    await emit(context, 1)
    clock.advance(days=LOOK_BACK.days + 1)
    ids = await emit(context, 3)
    await relay.hand_over()
    clock.advance(hours=1)
    await relay.recall_forgotten()
    assert await unmarked(context) == 0, "it remembers"
    engine.forget(clock.now())
    await relay.recall_forgotten()
    await relay.hand_over()
    assert engine.events() == ids, "not the one of long ago"


async def test_a_commit_wakes_the_relay_at_once(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine()
    relay = Relay(context.database, engine, clock, poll=PATIENT)
    context.after_commit.append(relay.wake)
    await relay.start()
    for number in (1, 2):
        await emit(context)
        async with asyncio.timeout(10):
            while len(engine.stored) < number or await unmarked(context):
                await asyncio.sleep(0.01)
    await relay.stop()


async def test_what_others_committed_is_found_without_a_signal(context: Context, clock: StandingClock) -> None:
    engine = FakeEngine(fails_after=0)
    relay = Relay(context.database, engine, clock, poll=timedelta(milliseconds=20))
    await relay.start()
    await emit(context)
    await asyncio.sleep(0.05)  # it must live through the engine's absence
    engine.fails_after = None
    async with asyncio.timeout(10):
        while await unmarked(context):
            await asyncio.sleep(0.01)
    await relay.stop()
    assert len(engine.stored) == 1


async def test_an_event_reaches_its_job_through_the_real_engine(
    context: Context, clock: StandingClock, start_engine: StartEngine
) -> None:
    seen: list[UUID] = []
    done = asyncio.Event()

    async def consume(run: JobRun) -> None:
        seen.extend(rows_of(run.payload))
        async with context.reading(JOB) as unit:  # the job runs in the loop that the database belongs to
            assert await unit.session.get(OutboxRow, seen[-1])
        done.set()

    async with start_engine(Job(EVENT_JOB, consume)) as engine:
        relay = Relay(context.database, engine, clock, poll=PATIENT)
        context.after_commit.append(relay.wake)
        await relay.start()
        ids = await emit(context)
        async with asyncio.timeout(20):
            await done.wait()
        await relay.stop()
    assert [str(one) for one in seen] == ids


async def test_the_jobs_database_can_be_lost_without_losing_an_event(
    context: Context, clock: StandingClock, start_engine: StartEngine, jobs_url: URL
) -> None:
    """The event was handed over and marked, and its job never ran: the engine knew it, and nobody else."""
    never, done = asyncio.Event(), asyncio.Event()

    async def hang(_: JobRun) -> None:
        await never.wait()

    async def finish(run: JobRun) -> None:
        assert rows_of(run.payload) == [UUID(one) for one in ids]
        done.set()

    hasty = replace(SOON, grace=timedelta())
    ids = await emit(context, 2)
    async with start_engine(Job(EVENT_JOB, hang), pacing=hasty) as engine:
        await Relay(context.database, engine, clock).hand_over()
    assert await unmarked(context) == 0
    forget(jobs_url)
    async with start_engine(Job(EVENT_JOB, finish)) as engine:
        relay = Relay(context.database, engine, clock)
        await relay.start()
        async with asyncio.timeout(20):
            await done.wait()
        await relay.stop()
