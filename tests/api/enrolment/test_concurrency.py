"""Many at once, in one process and in several: places are never given twice, nor left free while somebody waits."""

import asyncio
import sys
from collections import Counter
from uuid import UUID

import httpx
import pytest

from api.domains.enrolment.service import enrolment_counts
from api.unit import Context
from tests.api.conftest import University
from tests.api.enrolment.world import SETUP, Desk, build_world, desk, places, student

pytestmark = pytest.mark.anyio
STUDENTS, PLACES = 100, 30


async def test_a_hundred_at_once_for_thirty_places(context: Context, university: University) -> None:
    world = await build_world(context, STUDENTS)
    await world.open_window()
    one = await world.add_class(capacity=PLACES)
    desks = [await desk(university, student(person)) for person in world.students]
    answers = await asyncio.gather(*(insist(mine, one, f"key-{number}") for number, mine in enumerate(desks)))
    assert Counter(answer.status_code for answer in answers) == {201: STUDENTS}
    assert Counter(answer.json()["state"] for answer in answers) == {"enrolled": PLACES, "waiting": STUDENTS - PLACES}
    positions = sorted(answer.json()["position"] for answer in answers if answer.json()["position"])
    assert positions == list(range(1, STUDENTS - PLACES + 1))
    async with context.reading(SETUP) as unit:
        counts = (await enrolment_counts(unit, [one]))[one]
        line = [person for person, state in await places(unit, one) if state == "waiting"]
    assert (counts.enrolled, counts.waiting) == (PLACES, STUDENTS - PLACES)

    leaving = [answer.json() for answer in answers if answer.json()["state"] == "enrolled"][:10]
    by_person = dict(zip(map(str, world.students), desks, strict=True))
    gone = await asyncio.gather(*(by_person[body["person_id"]].withdraw(body["id"]) for body in leaving))
    assert {answer.status_code for answer in gone} == {200}
    async with context.reading(SETUP) as unit:
        after = await places(unit, one)
    assert Counter(state for _, state in after) == {"enrolled": PLACES, "waiting": STUDENTS - PLACES - 10}
    assert [person for person, state in after if state == "waiting"] == line[10:]


async def insist(mine: Desk, class_id: UUID, key: str) -> httpx.Response:
    """As clients do: a busy database (503) is asked again with the same key. On a slow machine the last of a hundred
    may wait longer for a connection than the pool lets them."""
    for _ in range(5):
        answer = await mine.enrol(class_id, key=key)
        if answer.status_code != 503:
            return answer
    return answer


async def test_several_processes_share_the_places(context: Context, database_url: str) -> None:
    world = await build_world(context, 40)
    await world.open_window()
    one = await world.add_class(capacity=PLACES // 2)
    halves = [world.students[:20], world.students[20:]]
    workers = [await _start(database_url, one, half) for half in halves]
    outputs = [await worker.communicate() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    states = Counter(state for out, _ in outputs for state in out.decode().split())
    assert states == {"enrolled": PLACES // 2, "waiting": 40 - PLACES // 2}
    async with context.reading(SETUP) as unit:
        counts = (await enrolment_counts(unit, [one]))[one]
    assert (counts.enrolled, counts.waiting) == (PLACES // 2, 40 - PLACES // 2)


async def _start(url: str, class_id: UUID, persons: list[UUID]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.api.enrolment.worker",
        url,
        str(class_id),
        *map(str, persons),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_one_student_at_two_classes_of_a_course_gets_one(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    classes = [await world.add_class() for _ in range(5)]
    mine = await desk(university, student(world.students[0]))
    answers = await asyncio.gather(*(mine.enrol(one) for one in [*classes, *classes]))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}


async def test_the_same_key_pressed_twice_enrols_once(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    one = await world.add_class()
    mine = await desk(university, student(world.students[0]))
    answers = await asyncio.gather(*(mine.enrol(one, key="once") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_an_expulsion_and_an_enrolment_at_once_leave_no_place_taken(
    context: Context, university: University
) -> None:
    world = await build_world(context, 6)
    await world.open_window()
    classes = [await world.add_class(course, capacity=1) for course in world.courses]
    dean = await desk(university, world.dean)
    desks = [await desk(university, student(person)) for person in world.students]
    expelled = world.students[:3]
    answers = await asyncio.gather(
        *(mine.enrol(one) for mine in desks for one in classes),
        *(dean.move(world.studies[person], "expel", reason="Өз арызы боюнча") for person in expelled),
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    async with context.reading(SETUP) as unit:
        for one in classes:
            live = await places(unit, one)
            assert not {person for person, _ in live} & set(expelled)
            assert [state for _, state in live] == ["enrolled", "waiting", "waiting"]
