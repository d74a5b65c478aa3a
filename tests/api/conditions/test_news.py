"""Mails about what has changed: other times, cancelled, an extension given or taken back; with one's own times."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from api.domains.conditions.news import MAILS, TASK_NEWS
from api.domains.conditions.service import TaskKind, cancel_task, grant_extension, move_task, revoke_extension
from api.domains.people.models import PersonRow
from api.events import OutboxRow
from api.mail import Mail
from tests.api.conditions.world import DAY, DUE, World, build_world
from tests.api.conftest import University
from tests.api.enrolment.world import SETUP

pytestmark = pytest.mark.anyio
LANGUAGES = ("ky", "ru", "en")


@pytest.fixture
async def world(university: University) -> World:
    world = await build_world(university)
    async with university.context.writing(SETUP) as unit:
        for language, student in zip(LANGUAGES, world.students, strict=True):
            values = {"email": f"{language}@university.test", "language": language}
            await unit.session.execute(update(PersonRow).where(PersonRow.id == student.person).values(**values))
    return world


async def mails(world: World, kind: str) -> list[Mail]:
    """In the order of the students' languages."""
    async with world.university.context.reading(SETUP) as unit:
        events = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind))).all()
        found = [mail for event in events if (mail := await MAILS[kind](unit, event)) is not None]
    return sorted(found, key=lambda one: LANGUAGES.index(one.language))


async def test_everybody_is_told_of_other_times_with_their_own_deadline(world: World) -> None:
    task = UUID(await world.task())
    draft = UUID(await world.task(announced=False))
    first, *_ = (one.person for one in world.students)
    assert first
    await world.room.agree(first, feature="extended-deadline", days=2)
    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        await move_task(unit, task, reason="x", titles={"ky": "Чоң эссе"})
        await move_task(unit, draft, reason="x", closes_at=DUE + DAY)
    assert await mails(world, TASK_NEWS) == []  # another title is no other time, and of drafts nobody has heard
    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        await move_task(unit, task, reason="Себеби жашыруун", closes_at=DUE + DAY)
    told = await mails(world, TASK_NEWS)
    local = timedelta(hours=6)
    dues = [f"{DUE + DAY + more + local:%Y-%m-%d %H:%M}" for more in (2 * DAY, 0 * DAY, 0 * DAY)]
    assert [due in mail.text for due, mail in zip(dues, told, strict=True)] == [True] * 3
    assert [mail.subject for mail in told] == [
        "Убактысы өзгөрдү: Чоң эссе",
        "Изменилось время: Чоң эссе",
        "The time has changed: Чоң эссе",
    ]
    assert not any("жашыруун" in mail.text for mail in told)

    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        await cancel_task(unit, task, "x")
        await cancel_task(unit, draft, "x")
    told = await mails(world, TASK_NEWS)  # what was to say the new time says nothing now
    assert [mail.subject for mail in told] == [
        "Өткөрүлбөйт: Чоң эссе",
        "Отменено: Чоң эссе",
        "Cancelled: Чоң эссе",
    ]


async def test_who_is_given_time_or_loses_it_again_hears_of_it(world: World) -> None:
    task = UUID(await world.task())
    person = world.students[1].person
    assert person
    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        extension = await grant_extension(unit, task, person, minutes=1440, reason="Ооруп калды")
    (mail,) = await mails(world, "extension.granted")
    assert f"Ваш срок теперь: {DUE + DAY + timedelta(hours=6):%Y-%m-%d %H:%M}" in mail.text
    assert "Ооруп" not in mail.text
    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        await revoke_extension(unit, extension, "x")
    assert await mails(world, "extension.granted") == []
    (mail,) = await mails(world, "extension.revoked")
    assert f"Ваш срок теперь: {DUE + timedelta(hours=6):%Y-%m-%d %H:%M}" in mail.text


async def test_without_a_deadline_none_is_named(world: World) -> None:
    task = UUID(await world.task())
    first, *_ = (one.person for one in world.students)
    assert first
    await world.room.agree(first, feature="additional-testing-time", is_unlimited=True)
    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        await move_task(unit, task, reason="x", closes_at=DUE + DAY)
    mail, *_ = await mails(world, TASK_NEWS)
    assert "Сиздин убактыңыз чектелген эмес." in mail.text


async def test_more_attempts_are_told_as_attempts(world: World) -> None:
    task = UUID(await world.task(TaskKind.TEST))
    person = world.students[2].person
    assert person
    async with world.university.context.writing(SETUP) as unit:
        unit.asked = True
        await grant_extension(unit, task, person, attempts=1, reason="x")
        await move_task(unit, task, reason="x", attempts=2)
    told = [*await mails(world, "extension.granted"), *await mails(world, TASK_NEWS)]
    assert [mail.language for mail in told] == ["en", *LANGUAGES]
    assert told[0].subject == told[-1].subject == "Conditions have changed: Эссе"
    assert "the number of attempts" in told[0].text
    assert "аракеттердин саны" in told[1].text
