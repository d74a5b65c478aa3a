"""An annulment takes away what came of the work, wherever it went, and nothing else from anybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.domains.grading import service as grading
from api.identity import Actor
from tests.api.conditions.world import World, build_world, sent, wire
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.integrity.test_attempts import annulled, staff
from tests.api.integrity.test_cases import URL, Case
from tests.api.integrity.world import journal
from tests.api.testing.test_counting import RIGHT, column, mark, plan_retake, points, waiting
from tests.api.testing.world import World as Room
from tests.api.testing.world import build, place_of, text

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(university: University, clock: StandingClock) -> World:
    made = await build_world(university)
    clock.advance(days=2)
    return made


async def reported(world: World, work: str, by: Actor, **fields: Any) -> Case:
    body = {"work_kind": "submission", "work_id": work, "ground": "other", "suspicion": "Башка бирөө жазган", **fields}
    made = await (await world.as_(by)).post(URL, json=body)
    await sent(made, 201)
    return Case(world, made)


async def annul(world: World, clock: StandingClock, case: Case) -> None:
    """From the notice to the second person, without an appeal."""
    await case.step(world.dean, "notify", hearing_at=wire(clock.now() + timedelta(days=6)))
    clock.advance(days=6)
    await case.step(world.dean, "hear", was_present=False, protocol="Келген жок")
    await case.step(world.dean, "confirm", reason="Далилденди")
    await case.step(world.dean, "sanction", sanction="annulment", reason="6.2")
    clock.advance(days=11)
    await case.step(world.dean, "finish")
    await case.step(world.other_dean, "annul", reason="Экинчи адам")


async def mark_all(world: World, task: str, given: str) -> int:
    """How many works waited for a marker."""
    teacher = await world.as_(world.teacher)
    path = f"/v1/line-items/{await line_item(world, task)}/works?state=waiting"
    works = (await sent(await teacher.get(path)))["items"]
    for work in works:
        taken = await teacher.post(f"/v1/marking-works/{work['id']}/take")
        path = f"/v1/markings/{(await sent(taken))['id']}"
        tag = {"If-Match": taken.headers["etag"]}
        saved = await teacher.patch(path, json={"points": given, "comment": "Жакшы"}, headers=tag)
        await sent(await teacher.post(f"{path}/finish", headers={"If-Match": saved.headers["etag"]}))
    return len(works)


async def line_item(world: World, task: str) -> UUID:
    async with world.university.context.reading(SETUP) as unit:
        found = await grading.line_item_of_task(unit, UUID(task))
    assert found is not None
    return found.id


async def release(world: World, task: str) -> None:
    teacher = await world.as_(world.teacher)
    await sent(await teacher.post(f"/v1/line-items/{await line_item(world, task)}/release"))


async def state_of(world: World, task: str, student: Actor) -> tuple[str, str] | None:
    entry = await journal(world, task, student.person)
    return None if entry is None else (entry.state.value, str(entry.points))


@pytest.mark.parametrize("is_blind", [False, True], ids=["open", "blind"])
@pytest.mark.parametrize("is_marked", [False, True], ids=["waiting", "marked"])
async def test_of_a_group_only_whom_the_case_is_about_loses_the_grade(
    world: World, clock: StandingClock, is_blind: bool, is_marked: bool
) -> None:
    first, second, _ = world.students
    task = await world.room.assignment(forming="students", group_size=2, grading={"code": "E1", "is_blind": is_blind})
    base = f"/v1/assignments/{task}/groups"
    group = await sent(await (await world.as_(first)).post(base, json={}), 201)
    await sent(await (await world.as_(second)).post(f"{base}/{group['id']}/join"))
    work = await world.room.hand_in(first, task)
    case = await reported(world, work, world.head, person_id=str(first.person))
    if is_marked:
        assert await mark_all(world, task, "80") == 1
    await annul(world, clock, case)
    if not is_marked:
        assert await mark_all(world, task, "80") == 1
    if is_blind:
        await release(world, task)
    assert await state_of(world, task, second) == ("posted", "80.00")
    assert await state_of(world, task, first) == ("annulled", "None")


async def test_a_blind_work_that_is_marked_and_then_annulled_gets_no_grade_at_the_release(
    world: World, clock: StandingClock
) -> None:
    student, other, _ = world.students
    task = await world.room.assignment(grading={"code": "E1", "is_blind": True})
    work = await world.room.hand_in(student, task)
    await world.room.hand_in(other, task)
    assert await mark_all(world, task, "80") == 2
    await annul(world, clock, await reported(world, work, world.teacher))
    await release(world, task)
    assert await state_of(world, task, student) == ("annulled", "None")
    assert await state_of(world, task, other) == ("posted", "80.00")
    seen = await sent(await (await world.as_(student)).get(f"/v1/me/grades/{await line_item(world, task)}"))
    assert "Жакшы" not in str(seen)


async def test_no_other_version_of_an_annulled_work_is_graded(world: World, clock: StandingClock) -> None:
    student = world.students[0]
    task = await world.room.assignment()
    work = await world.room.hand_in(student, task)
    case = await reported(world, work, world.teacher)
    await world.room.hand_in(student, task)
    await annul(world, clock, case)
    assert await mark_all(world, task, "80") == 0
    assert await state_of(world, task, student) == ("annulled", "None")


# Attempts


async def handed_in(world: Room, test: str, **answers: Any) -> dict[str, Any]:
    """An attempt of the first student's."""
    student = world.students[0]
    attempt: dict[str, Any] = await world.start(student, test)
    for kind, answer in answers.items():
        await world.save(student, attempt, place_of(attempt, kind), answer)
    await world.submit(student, attempt)
    return attempt


async def test_a_blind_attempt_that_is_marked_and_then_annulled_gets_no_grade_at_the_release(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    test = await world.make_test(("essay",), grading={"code": "T1", "weight": 20, "is_blind": True})
    clock.advance(hours=2)
    attempt = await handed_in(world, test, essay={"kind": "essay", "text": "Көчүрүлгөн"})
    own = await column(world, test)
    (work,) = await waiting(world, own)
    await mark(world, work, "2")
    await annulled(world, clock, attempt)
    await world.sent(world.teacher, "POST", f"/v1/line-items/{own}/release", 200)
    assert await points(world, own, world.students[0]) is None
    assert (await world.see(world.students[0], attempt))["state"] == "annulled"


async def test_nothing_of_an_annulled_retake_stays_in_the_exam(university: University, clock: StandingClock) -> None:
    """And all of it is there again when the case does not stand after all."""
    world = await build(university, students=1)
    (absent,) = world.students
    exam, again = await plan_retake(world, clock, absent)
    clock.advance(days=2, hours=1)
    attempt = await handed_in(world, again, numeric=RIGHT)
    assert await points(world, exam, absent) == "2.00"
    await annulled(world, clock, attempt)
    own = await column(world, again)
    assert [await points(world, one, absent) for one in (own, exam)] == ["None", "None"]
    assert absent.person is not None
    (head, *_) = await staff(world)
    async with world.context.writing(head) as unit:
        unit.asked = True
        case = (await grading.grade_history(unit, UUID(own), absent.person))[-1].source_id
        assert case is not None
        await grading.reinstate_grade(unit, UUID(own), absent.person, "Апелляция", case)
    assert [await points(world, one, absent) for one in (own, exam)] == ["2.00", "2.00"]


@pytest.mark.parametrize(
    ("counting", "cheated", "left"),
    [("best", 0, "0.00"), ("best", 1, "2.00"), ("last", 1, "2.00"), ("last", 0, "0.00"), ("first", 0, "None")],
)
async def test_another_attempt_counts_when_the_one_that_counted_is_annulled(
    university: University, clock: StandingClock, counting: str, cheated: int, left: str
) -> None:
    """Unless it was never to count."""
    world = await build(university, students=1)
    test = await world.make_test(["numeric"], attempts=2, counting=counting)
    clock.advance(hours=2)
    attempts = [await handed_in(world, test, numeric=RIGHT), await handed_in(world, test)]
    await annulled(world, clock, attempts[cheated])
    assert await points(world, await column(world, test), world.students[0]) == left
    seen = [(await world.see(world.students[0], one))["state"] for one in attempts]
    assert (seen[cheated], seen[1 - cheated]) == ("annulled", "graded")


@pytest.mark.parametrize("comes_after", [False, True])
async def test_an_attempt_that_waits_for_a_marker_counts_when_the_one_before_is_annulled(
    university: University, clock: StandingClock, comes_after: bool
) -> None:
    world = await build(university, students=1)
    closes_at = text(clock.now() + timedelta(days=60))
    test = await world.make_test(["essay"], attempts=2, counting="last", closes_at=closes_at)
    own, essay = await column(world, test), {"kind": "essay", "text": "Өз оюм"}
    clock.advance(hours=2)
    attempt = await handed_in(world, test, essay=essay)
    await mark(world, (await waiting(world, own))[0], "2")
    if not comes_after:
        await handed_in(world, test, essay=essay)
    await annulled(world, clock, attempt)
    assert await points(world, own, world.students[0]) == "None"
    if comes_after:
        await handed_in(world, test, essay=essay)
    await mark(world, (await waiting(world, own))[0], "1")
    assert await points(world, own, world.students[0]) == "1.00"
