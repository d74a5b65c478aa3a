"""Clocks (row 18 of the list of failures): days are those of Bishkek, and a clock that steps back breaks nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.domains.audit.service import find_broken_link
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_person, grant_role, roles_of
from api.events import Event, OutboxRow
from api.identity import Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import StandingClock

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 8, 31, 17, 59, 59, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2026, 8, 31, 18, 0, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 12, 31, 18, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 29)),  # summer time begins elsewhere, not in Bishkek
        (datetime(2026, 10, 25, 17, 59, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
async def test_the_day_is_the_universitys(context: Context, clock: StandingClock, moment: datetime, day: date) -> None:
    clock.advance(seconds=(moment - clock.now()).total_seconds())
    async with context.reading(JOB) as unit:
        assert unit.today == day


async def test_a_role_begins_and_ends_at_midnight_in_bishkek(context: Context, clock: StandingClock) -> None:
    async with context.writing(JOB) as unit:
        person = await create_person(unit, NewPerson(Name("ky-Cyrl", "Асанов", "Бакыт")))
        await grant_role(
            unit, person, Role.SUPPORT, Scope.UNIVERSITY, None, date(2026, 9, 2), date(2026, 9, 2), source="assigned"
        )
    held = []
    for _ in range(4):  # 10 o'clock on the 1st, then a day and half of one later each time
        async with context.reading(JOB) as unit:
            held.append(bool(await roles_of(unit.session, person, unit.today)))
        clock.advance(hours=14) if len(held) == 1 else clock.advance(hours=12)
    assert held == [False, True, True, False]


async def test_a_clock_that_steps_back_leaves_log_and_outbox_in_order(context: Context, clock: StandingClock) -> None:
    for step in (0, -1, -1, 2):
        clock.advance(hours=step)
        async with context.writing(JOB) as unit:
            await unit.emit(Event("thing.made", {"thing": new_id()}))
            unit.record("make", "thing", new_id())
    async with context.database.reading() as session:
        assert await find_broken_link(session, context.keys) is None
        numbers = list(await session.scalars(select(AuditRow.number).order_by(AuditRow.number)))
        moments = list(await session.scalars(select(OutboxRow.created_at).order_by(OutboxRow.id)))
    assert numbers == [1, 2, 3, 4]
    assert moments[2] - moments[0] == timedelta(hours=-2)
