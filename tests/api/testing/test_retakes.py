"""A retake in a sitting of its own: who hears of it, whose word decides it, and that nobody's own hour is lost."""

import pytest
from sqlalchemy import select

from api.domains.conditions.news import TASK_NEWS
from api.events import OutboxRow
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.test_counting import RIGHT, column, end, plan_retake, points, write
from tests.api.testing.world import DAY, HOUR, build, place_of, text

pytestmark = pytest.mark.anyio


async def test_a_zero_in_its_column_is_no_retake_that_was_held(university: University, clock: StandingClock) -> None:
    """As in every other column the teacher writes 0 for who does not come: the exam's grade stays, and the retake can
    be called missed; while it may be begun yet, neither decides it."""
    world = await build(university, students=1)
    (absent,) = world.students
    exam, again = await plan_retake(world, clock, absent)
    zero = {"person_id": str(absent.person), "points": "0"}
    clock.advance(days=2, hours=1)
    assert await end(world, world.teacher, "grade", **zero) == (409, "retake-still-open")
    await world.sent(world.teacher, "POST", f"/v1/line-items/{await column(world, again)}/grades", 201, json=zero)
    assert await points(world, exam, absent) is None
    clock.advance(days=2)
    assert (await end(world, world.teacher, "miss"))[0] == 200
    assert await points(world, exam, absent) is None


async def test_what_an_oral_check_says_of_a_retake_reaches_the_exam(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    exam, again = await plan_retake(world, clock, absent)
    clock.advance(days=2, hours=1)
    attempt = await world.start(absent, again)
    await world.save(absent, attempt, place_of(attempt, "numeric"), RIGHT)
    await world.submit(absent, attempt)
    assert await points(world, exam, absent) == "2.00"
    client = await world.client(world.teacher)
    body = {"work_kind": "attempt", "work_id": attempt["id"], "begins_at": text(clock.now() + 2 * DAY), "venue": "201"}
    made = await client.post("/v1/oral-checks", json=body)
    path = f"/v1/oral-checks/{made.json()['id']}"
    clock.advance(days=2)
    outcome = {"outcome": "doubts", "notes": "Эсептөөсүн түшүндүрө алган жок"}
    held = await client.post(f"{path}/hold", json=outcome, headers={"If-Match": made.headers["etag"]})
    grade = {"points": "1", "reason": "Оозеки"}
    changed = await client.post(f"{path}/grade", json=grade, headers={"If-Match": held.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert await points(world, exam, absent) == "1.00"


async def test_only_who_takes_a_retake_is_told_of_it(university: University, clock: StandingClock) -> None:
    world = await build(university, students=2)
    absent, _ = world.students
    _, again = await plan_retake(world, clock, absent)
    moved = {"reason": "Зал бош эмес", "closes_at": text(clock.now() + 4 * DAY)}
    await world.sent(world.teacher, "POST", f"/v1/tests/{again}/move", 200, json=moved)
    await world.sent(world.teacher, "POST", f"/v1/tests/{again}/cancel", 200, json={"reason": "Карантин"})
    async with world.context.reading(SETUP) as unit:
        told = (await unit.session.scalars(select(OutboxRow.person).where(OutboxRow.kind == TASK_NEWS))).all()
    assert list(told) == [absent.person] * 2


async def test_another_hour_that_a_student_was_given_stays(university: University, clock: StandingClock) -> None:
    world = await build(university, students=2)
    absent, _ = world.students
    _, again = await plan_retake(world, clock, absent)
    client = await world.client(world.dean)
    (retake,) = (await world.sent(absent, "GET", "/v1/retakes", 200))["items"]
    path, own = f"/v1/retakes/{retake['id']}", text(clock.now() + 2 * DAY + 5 * HOUR)
    tag = (await client.get(path)).headers["etag"]
    answer = await client.post(f"{path}/schedule", json={"held_at": own}, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text
    opens_at = text(clock.now() + 2 * DAY + HOUR)
    for change in ({"titles": {"ky": "Экзамен"}}, {"opens_at": opens_at}):
        await world.sent(world.teacher, "POST", f"/v1/tests/{again}/move", 200, json={"reason": "Ката", **change})
        (retake,) = (await world.sent(absent, "GET", "/v1/retakes", 200))["items"]
        assert retake["held_at"] == own
    clock.advance(days=2, hours=2)
    await write(world, absent, again, numeric=RIGHT)
