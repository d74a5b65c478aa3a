"""Mails before a deadline: each person's own, once, and never to whoever has handed in."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from api.domains.conditions.reminders import REMINDED, compose_reminder, make_reminders
from api.domains.conditions.service import grant_extension
from api.domains.people.models import PersonRow
from api.events import Event, OutboxRow
from api.ids import new_id
from api.mail import Mail
from tests.api.conditions.world import DAY, DUE, World, build_world, sent
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(university: University) -> World:
    world = await build_world(university)
    async with university.context.writing(SETUP) as unit:
        for number, student in enumerate(world.students):
            languages = {"email": f"student{number}@university.test", "language": ("ky", "ru", "en")[number]}
            await unit.session.execute(update(PersonRow).where(PersonRow.id == student.person).values(**languages))
    return world


async def reminded(world: World) -> list[OutboxRow]:
    async with world.university.context.reading(SETUP) as unit:
        rows = await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == REMINDED).order_by(OutboxRow.id))
        return list(rows)


async def mail_of(world: World, event: OutboxRow) -> Mail | None:
    async with world.university.context.writing(SETUP) as unit:
        return await compose_reminder(unit, event)


async def tell(world: World, kind: str, task: str, person: UUID | None) -> None:
    async with world.university.context.writing(SETUP) as unit:
        await unit.emit(Event(kind, {"submission": new_id(), "assignment": UUID(task)}, person))


async def test_everybody_is_reminded_of_their_own_deadline_once(world: World, clock: StandingClock) -> None:
    task = await world.task()
    await world.task(announced=False)
    later, done, plain = (one.person for one in world.students)
    assert later is not None
    context = world.university.context
    async with context.writing(SETUP) as unit:
        await grant_extension(unit, UUID(task), later, minutes=3 * 1440, reason="x")
    for _ in range(2):  # handed in twice, e.g. two versions
        await tell(world, "submission.submitted", task, done)

    assert await make_reminders(context) == 0  # a week before: too early
    clock.advance(days=4)
    assert await make_reminders(context) == 1
    assert await make_reminders(context) == 0  # not twice
    clock.advance(days=2)
    assert await make_reminders(context) == 1
    events = await reminded(world)
    assert [one.person for one in events] == [plain, plain]
    mail = await mail_of(world, events[1])
    assert mail is not None
    assert (mail.to, mail.language) == ("student2@university.test", "en")
    assert "2026-09-08 10:00" in mail.text  # Bishkek
    assert "A draft is not handed in by itself" in mail.text

    clock.advance(days=1)  # all others are late now
    assert await mail_of(world, events[1]) is None
    assert await make_reminders(context) == 1
    own = (await reminded(world))[-1]
    assert own.person == later
    mail = await mail_of(world, own)
    assert mail is not None
    assert "2026-09-11 10:00" in mail.text
    health = ("ылайык", "жеңил", "кошумча", "узарт", "инклюз", "extension", "extra")
    assert not any(word in (mail.subject + mail.text).casefold() for word in health)

    # the deadline moves: what was about the old one is not sent any more, the new one is reminded of once
    async with context.writing(SETUP) as unit:
        await grant_extension(unit, UUID(task), later, minutes=1440, reason="x")
    assert await mail_of(world, own) is None
    assert await make_reminders(context) == 0
    clock.advance(days=1)
    assert [await make_reminders(context) for _ in range(2)] == [1, 0]
    last = (await reminded(world))[-1]
    await tell(world, "submission.submitted", task, later)
    assert await mail_of(world, last) is None  # handed in between the reminder and the mail
    await tell(world, "submission.withdrawn", task, later)
    assert await mail_of(world, last) is not None


async def test_an_accommodation_moves_the_reminder_and_reminders_can_be_switched_off(
    world: World, clock: StandingClock
) -> None:
    first, second, third = world.students
    assert first.person is not None
    await world.room.agree(first.person, feature="extended-deadline", days=2)
    await world.task()
    client = await world.as_(second)
    assert await sent(await client.get("/v1/me/reminders")) == {"is_wanted": True, "hours_before": [72, 24]}
    assert (await sent(await client.put("/v1/me/reminders", json={"is_wanted": False})))["is_wanted"] is False
    clock.advance(days=6, hours=1)
    context = world.university.context
    assert await make_reminders(context) == 2  # the second wants none
    assert {one.person for one in await reminded(world)} == {first.person, third.person}
    clock.advance(days=1, hours=23)
    assert await make_reminders(context) == 1  # behind the deadline of all, a day before the first one's own
    last = (await reminded(world))[-1]
    mail = await mail_of(world, last)
    assert mail is not None
    due = DUE + 2 * DAY + timedelta(hours=6)
    assert f"{due:%Y-%m-%d %H:%M}" in mail.text
    await sent(await (await world.as_(first)).put("/v1/me/reminders", json={"is_wanted": False}))
    assert await mail_of(world, last) is None
    assert (await (await world.as_(None)).get("/v1/me/reminders")).status_code == 401


async def test_a_deadline_that_was_moved_by_months_is_reminded_of_too(world: World, clock: StandingClock) -> None:
    task = await world.task()
    later = world.students[0].person
    assert later is not None
    context = world.university.context
    async with context.writing(SETUP) as unit:
        await grant_extension(unit, UUID(task), later, window_minutes=100 * 1440, reason="Ооруканада")
    clock.advance(seconds=(DUE + 100 * DAY - clock.now()).total_seconds() - 3600)
    assert await make_reminders(context) == 1
    (event,) = await reminded(world)
    assert event.person == later
