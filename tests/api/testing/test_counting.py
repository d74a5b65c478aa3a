"""Which attempt goes to the journal: none that was granted costs anything, and none that was handed in vanishes."""

from typing import Any
from uuid import UUID

import pytest

from api.domains.grading.service import journal_entry
from api.domains.items.content import ItemKind
from api.domains.tests.sittings import approve_results, find_sitting
from api.identity import Actor
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import World, build, place_of

pytestmark = pytest.mark.anyio
RIGHT = {"kind": "numeric", "value": "3.5"}
ESSAY = {"kind": "essay", "text": "Менин оюмча, аралыктан окутуу"}


async def column(world: World, test: str) -> str:
    return str((await world.sent(world.teacher, "GET", f"/v1/tests/{test}", 200))["line_item_id"])


async def points(world: World, line_item: str, student: Actor) -> str | None:
    assert student.person
    async with world.context.reading(SETUP) as unit:
        entry = await journal_entry(unit, UUID(line_item), student.person)
    return None if entry is None else str(entry.points)


async def write(world: World, student: Actor, test: str, **answers: Any) -> None:
    """An attempt from its start to its end."""
    attempt = await world.start(student, test)
    for kind, answer in answers.items():
        await world.save(student, attempt, place_of(attempt, ItemKind(kind)), answer)
    await world.submit(student, attempt)


async def waiting(world: World, line_item: str) -> list[Any]:
    path = f"/v1/line-items/{line_item}/works?state=waiting"
    return list((await world.sent(world.teacher, "GET", path, 200))["items"])


async def mark(world: World, work: Any, given: str) -> None:
    client = await world.client(world.teacher)
    taken = await client.post(f"/v1/marking-works/{work['id']}/take")
    path = f"/v1/markings/{taken.json()['id']}"
    body = {"points": given, "comment": ""}
    saved = await client.patch(path, json=body, headers={"If-Match": taken.headers["etag"]})
    ended = await client.post(f"{path}/finish", headers={"If-Match": saved.headers["etag"]})
    assert ended.status_code == 200, ended.text


async def test_an_attempt_granted_after_a_failure_counts_where_the_first_does(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=2)
    failed, other = world.students
    test = await world.make_test(["numeric"], counting="first")
    line_item = await column(world, test)
    clock.advance(hours=2)
    await write(world, failed, test)
    granted = {"task_id": test, "person_id": str(failed.person), "adding": {"attempts": 1}, "reason": "Электр өчтү"}
    await world.sent(world.teacher, "POST", "/v1/extensions", 201, json=granted)
    await write(world, failed, test, numeric=RIGHT)
    assert await points(world, line_item, failed) == "2.00"
    # it was given in place of another one, and takes nothing away
    await write(world, other, test, numeric=RIGHT)
    await world.sent(world.teacher, "POST", "/v1/extensions", 201, json=granted | {"person_id": str(other.person)})
    await write(world, other, test)
    assert await points(world, line_item, other) == "2.00"


@pytest.mark.parametrize("counting", ["best", "first"])
async def test_an_attempt_more_never_costs_points_that_a_person_gave(
    university: University, clock: StandingClock, counting: str
) -> None:
    """The plan gives one attempt more than everybody has; it turns out worse, and is marked last or first."""
    world = await build(university, students=2)
    for student in world.students:
        await world.agree(student.person, "additional-attempts", attempts=1)
    one, other = world.students
    test = await world.make_test(["essay"], counting=counting)
    line_item = await column(world, test)
    clock.advance(hours=2)
    for given in ("2", "0.5"):
        await write(world, one, test, essay=ESSAY)
        await mark(world, (await waiting(world, line_item))[0], given)
    assert await points(world, line_item, one) == "2.00"
    await write(world, other, test, essay=ESSAY)
    await write(world, other, test)  # empty: nobody has to mark it
    assert await points(world, line_item, other) == "0.00"
    (work,) = await waiting(world, line_item)
    await mark(world, work, "1.5")
    assert await points(world, line_item, other) == "1.50"
    detail = f"/v1/line-items/{line_item}/grades/{other.person}"
    shown = await world.sent(world.teacher, "GET", detail, 200, headers={"Accept-Language": "ru"})
    assert shown["history"][-1]["reason"] == "Теперь учитывается результат другой попытки."
    listed = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/attempts", 200)
    assert [each["points"] for each in listed["items"]] == ["2", "0.5", "1.5", "0"]  # each its own


async def test_nobody_marks_an_attempt_after_which_the_last_one_has_come(
    university: University, clock: StandingClock
) -> None:
    """The first waits for a marker, the second needs none; the exam is approved all the same."""
    world = await build(university, students=1)
    (student,) = world.students
    head = world.campus.head
    exam = await world.make_test(
        ["essay", "numeric"],
        announced=False,
        is_exam=True,
        counting="last",
        attempts=2,
        grading={"code": "EX", "category": "exam"},
    )
    path = await announced(world, exam)
    line_item = await column(world, exam)
    clock.advance(hours=2)
    await write(world, student, exam, essay=ESSAY)
    assert len(await waiting(world, line_item)) == 1
    await write(world, student, exam, numeric=RIGHT)
    assert (await points(world, line_item, student), await waiting(world, line_item)) == ("2.00", [])
    clock.advance(days=1)
    await world.sent(head, "POST", f"{path}/close", 200)
    async with world.context.writing(SETUP) as unit:
        unit.asked = True
        await approve_results(unit, await find_sitting(unit, UUID(path.rpartition("/")[2]), lock=True))


async def announced(world: World, exam: str, **fields: Any) -> str:
    """The path of the exam's sitting."""
    head = world.campus.head
    sitting = await world.sent(head, "POST", "/v1/sittings", 201, json={"test_id": exam} | fields)
    path = f"/v1/sittings/{sitting['id']}"
    await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online"})
    return path
