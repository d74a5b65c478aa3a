"""The waiting list: who gets a place that becomes free, in the same transaction, and who is passed over."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.enrolment.service import complete, enrolment_counts
from api.domains.people.service import roles_of
from api.domains.teaching.classes import ClassChange, cancel_class, change_class, end_class, locked_class
from api.domains.teaching.errors import CapacityBelowEnrolled
from api.events import OutboxRow
from api.identity import Scope
from api.unit import Context
from tests.api.conftest import University
from tests.api.enrolment.world import SETUP, TODAY, World, build_world, desk, places, slug, student

pytestmark = pytest.mark.anyio


async def filled(
    context: Context, university: University, *, students: int = 4, capacity: int = 1
) -> tuple[World, UUID, list[str]]:
    """A class in which all students have enrolled in their order; the first ones have the places."""
    world = await build_world(context, students)
    await world.open_window()
    one = await world.add_class(capacity=capacity)
    ids = [(await (await desk(university, student(person))).enrol(one)).json()["id"] for person in world.students]
    return world, one, ids


async def states(context: Context, world: World, class_id: UUID) -> list[tuple[int, str]]:
    """Number of the student and state, in the order of joining."""
    async with context.reading(SETUP) as unit:
        return [(world.students.index(person), state) for person, state in await places(unit, class_id)]


async def events(context: Context, kind: str) -> Sequence[UUID | None]:
    async with context.reading(SETUP) as unit:
        return (
            await unit.session.scalars(select(OutboxRow.person).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        ).all()


async def set_capacity(context: Context, class_id: UUID, capacity: int) -> None:
    async with context.writing(SETUP) as unit:
        await change_class(unit, await locked_class(unit, class_id), ClassChange(capacity=capacity))


async def test_a_withdrawal_lets_the_next_one_in_and_moves_the_rest(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university)
    await (await desk(university, student(world.students[0]))).withdraw(ids[0])
    assert await states(context, world, one) == [(1, "enrolled"), (2, "waiting"), (3, "waiting")]
    assert await events(context, "enrolment.moved-up") == [world.students[1]]
    moved = await (await desk(university, student(world.students[1]))).see(ids[1])
    assert (moved["state"], moved["position"], moved["version"]) == ("enrolled", None, 2)
    assert moved["enrolled_at"] is not None
    assert (await (await desk(university, student(world.students[3]))).see(ids[3]))["position"] == 2
    async with context.reading(SETUP) as unit:
        roles = await roles_of(unit.session, world.students[1], TODAY)
    assert [role.ids for role in roles if role.scope is Scope.CLASS] == [{one}]


async def test_who_leaves_the_list_moves_nobody_in(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university)
    await (await desk(university, student(world.students[1]))).withdraw(ids[1])
    assert await states(context, world, one) == [(0, "enrolled"), (2, "waiting"), (3, "waiting")]
    assert (await (await desk(university, student(world.students[2]))).see(ids[2]))["position"] == 1


async def test_who_comes_back_stands_at_the_end(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university)
    mine = await desk(university, student(world.students[1]))
    await mine.withdraw(ids[1])
    assert (await mine.enrol(one)).json()["position"] == 3
    assert await states(context, world, one) == [(0, "enrolled"), (2, "waiting"), (3, "waiting"), (1, "waiting")]


async def test_more_room_lets_in_as_many_and_less_room_than_students_is_refused(
    context: Context, university: University
) -> None:
    world, one, _ = await filled(context, university)
    await set_capacity(context, one, 3)
    assert await states(context, world, one) == [(0, "enrolled"), (1, "enrolled"), (2, "enrolled"), (3, "waiting")]
    with pytest.raises(CapacityBelowEnrolled):
        await set_capacity(context, one, 2)
    await set_capacity(context, one, 4)
    async with context.reading(SETUP) as unit:
        counts = (await enrolment_counts(unit, [one]))[one]
    assert (counts.enrolled, counts.waiting) == (4, 0)


async def test_an_expulsion_frees_the_place(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university)
    expelled = world.students[0]
    dean = await desk(university, world.dean)
    answer = await dean.move(world.studies[expelled], "expel", reason="Окуу акысы төлөнгөн жок")
    assert (answer.status_code, answer.json()["state"]) == (200, "expelled")
    assert await states(context, world, one) == [(1, "enrolled"), (2, "waiting"), (3, "waiting")]
    mine = await desk(university, student(expelled))
    assert (await mine.see(ids[0]))["cause"] == "study-left"
    assert slug(await mine.enrol(await world.add_class(world.courses[1]))) == "not-a-student"
    async with context.reading(SETUP) as unit:
        assert await roles_of(unit.session, expelled, TODAY) == ()


async def test_who_is_expelled_while_waiting_is_gone_from_the_list(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university)
    dean = await desk(university, world.dean)
    await dean.move(world.studies[world.students[1]], "take-leave", reason="Арызы боюнча")
    assert await states(context, world, one) == [(0, "enrolled"), (2, "waiting"), (3, "waiting")]
    await (await desk(university, student(world.students[0]))).withdraw(ids[0])
    assert await states(context, world, one) == [(2, "enrolled"), (3, "waiting")]


async def test_who_is_no_longer_entitled_is_passed_over_and_let_in_when_entitled_again(
    context: Context, university: University
) -> None:
    world, one, ids = await filled(context, university)
    needed = world.courses[1]
    other = await world.add_class(needed)
    third = await desk(university, student(world.students[2]))
    passing = (await third.enrol(other)).json()["id"]
    async with context.writing(SETUP) as unit:
        await complete(unit, UUID(passing), passed=True)
    head = (await desk(university, world.head)).client
    await head.post(f"/v1/courses/{world.courses[0]}/prerequisites", json={"any_of": [str(needed)]})
    await set_capacity(context, one, 3)
    assert await states(context, world, one) == [(0, "enrolled"), (1, "waiting"), (2, "enrolled"), (3, "waiting")]
    waiver = {"person_id": str(world.students[3]), "reason": "Башка окуу жайда өткөн"}
    await head.post(f"/v1/courses/{world.courses[0]}/prerequisite-waivers", json=waiver)
    assert await states(context, world, one) == [(0, "enrolled"), (1, "waiting"), (2, "enrolled"), (3, "enrolled")]
    assert (await (await desk(university, student(world.students[1]))).see(ids[1]))["position"] == 1


async def test_a_speciality_that_closes_lets_nobody_move_up(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    one = await world.add_class(capacity=1, mode="distance")
    first, second = [await desk(university, student(person)) for person in world.students[:2]]
    id_ = (await first.enrol(one)).json()["id"]
    await second.enrol(one)
    await world.close_speciality()
    await first.withdraw(id_)
    assert await states(context, world, one) == [(1, "waiting")]


async def test_a_finished_student_keeps_the_place(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university)
    async with context.writing(SETUP) as unit:
        await complete(unit, UUID(ids[0]), passed=True)
    assert await states(context, world, one) == [(1, "waiting"), (2, "waiting"), (3, "waiting")]


async def test_a_cancelled_class_withdraws_and_tells_everybody(context: Context, university: University) -> None:
    world, one, ids = await filled(context, university, capacity=2)
    async with context.writing(SETUP) as unit:
        await cancel_class(unit, one, "Окутуучу табылган жок")
    assert await states(context, world, one) == []
    assert set(await events(context, "enrolment.withdrawn")) == set(world.students)
    assert await events(context, "enrolment.moved-up") == []
    mine = await desk(university, student(world.students[0]))
    assert (await mine.see(ids[0]))["cause"] == "class-cancelled"
    refused = await mine.enrol(one)
    assert (slug(refused), refused.json()["values"]) == ("class-not-open", {"state": "cancelled"})
    assert (await mine.enrol(await world.add_class())).status_code == 201  # another class of the course


async def test_a_class_that_ends_lets_nobody_wait(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    one = await world.add_class(capacity=1, state="running")
    ids = [(await (await desk(university, student(one_))).enrol(one)).json()["id"] for one_ in world.students]
    async with context.writing(SETUP) as unit:
        await end_class(unit, one)
    assert await states(context, world, one) == [(0, "enrolled")]
    assert (await (await desk(university, student(world.students[2]))).see(ids[2]))["cause"] == "class-ended"
