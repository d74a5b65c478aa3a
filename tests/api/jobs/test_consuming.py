"""Events become jobs, and go when they are old."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.events import Event, OutboxRow
from api.identity import system_actor
from api.ids import new_id
from api.jobs import consuming
from api.jobs.consuming import ALL_KINDS, KEEP, event_job, purge_job
from api.jobs.port import JobRun, NewJob
from api.jobs.relay import EVENT_JOB, Relay, rows_job
from api.unit import Context
from tests.api.conftest import StandingClock
from tests.api.jobs.fake_engine import FakeEngine, attempt

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")


async def emit(context: Context, kind: str) -> None:
    async with context.writing(JOB) as unit:
        await unit.emit(Event(kind, {"thing": new_id()}))


async def mail(_: Context, row: OutboxRow) -> list[NewJob]:
    return [NewJob("mail", str(row.id), {})]


async def tell(_: Context, row: OutboxRow) -> list[NewJob]:
    return [NewJob("tell", f"{row.id}/{number}", {"kind": row.kind}) for number in range(2)]


async def fail(_: Context, row: OutboxRow) -> list[NewJob]:
    raise ValueError(row.kind)


async def handed_over(context: Context, clock: StandingClock, *kinds: str) -> NewJob:
    """The one job that these new events become."""
    for kind in kinds:
        await emit(context, kind)
    engine = FakeEngine()
    await Relay(context.database, engine, clock).hand_over()
    (job,) = engine.stored
    return job


async def test_events_become_the_jobs_of_their_consumers(context: Context, clock: StandingClock) -> None:
    stored = await handed_over(context, clock, "thing.made", "thing.lost")
    job = event_job(context, {"thing.lost": [mail], ALL_KINDS: [tell]})
    following = await job.run(attempt(job, stored)) or ()
    assert [one.name for one in following] == ["tell", "tell", "mail", "tell", "tell"]
    assert list(following) == list(await job.run(attempt(job, stored)) or ()), "the same again"


async def test_an_event_that_fails_does_not_hold_up_the_others(context: Context, clock: StandingClock) -> None:
    stored = await handed_over(context, clock, "thing.made", "thing.lost", "thing.made")
    job = event_job(context, {"thing.lost": [fail], "thing.made": [mail]})
    first, alone, last = await job.run(attempt(job, stored)) or ()
    assert (first.name, alone.name, last.name) == ("mail", EVENT_JOB, "mail")
    with pytest.raises(ValueError, match="lost"):  # and so it is repeated
        await job.run(attempt(job, alone))


async def test_an_event_that_is_gone_becomes_nothing(context: Context) -> None:
    job = event_job(context, {ALL_KINDS: [tell]})
    assert list(await job.run(attempt(job, rows_job([new_id()]))) or ()) == []


async def test_old_rows_go_but_never_those_that_wait(
    context: Context, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consuming, "ROWS_AT_ONCE", 2)
    relay = Relay(context.database, FakeEngine(), clock)
    for _ in range(5):
        await emit(context, "thing.old")
    await relay.hand_over()
    await emit(context, "thing.waiting")
    clock.advance(days=KEEP.days / 2)
    await emit(context, "thing.young")
    async with context.reading(JOB) as unit:
        waiting = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "thing.waiting"))).one()
    clock.advance(days=KEEP.days / 2, seconds=1)
    async with context.writing(JOB) as unit:
        young = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "thing.young"))).one()
        young.dispatched_at = unit.now - timedelta(days=1)
    job = purge_job(context)
    await job.run(JobRun(job.name, "x", {}, 1, is_last=False))
    async with context.reading(JOB) as unit:
        left = (await unit.session.scalars(select(OutboxRow.id).order_by(OutboxRow.id))).all()
    assert list(left) == [waiting.id, young.id]
