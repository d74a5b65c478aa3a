"""Imports: many studies and enrolments at once, with the invariants of one at a time, and a result for every row."""

from collections import Counter

import pytest
from sqlalchemy import event, func, select

from api.domains.enrolment.models import EnrolmentRow, StudyRow
from api.domains.enrolment.service import Admission, Enrolling, admit_many, enrol_many, enrolment_counts
from api.domains.people.service import roles_of
from api.events import OutboxRow
from api.identity import Scope
from api.ids import new_id
from api.unit import Context
from tests.api.enrolment.world import SETUP, TODAY, build_world

pytestmark = pytest.mark.anyio


async def test_a_roster_fills_classes_in_its_order_and_the_same_again_changes_nothing(context: Context) -> None:
    world = await build_world(context, 5)
    one = await world.add_class(capacity=3, state="planned")
    rows = [Enrolling(person, one) for person in world.students]
    async with context.writing(SETUP) as unit:
        first = await enrol_many(unit, rows)
    assert [(row.state, row.is_new) for row in first] == [("enrolled", True)] * 3 + [("waiting", True)] * 2
    async with context.writing(SETUP) as unit:
        again = await enrol_many(unit, [*reversed(rows), *rows])
        assert (await enrolment_counts(unit, [one]))[one].enrolled == 3
        assert await unit.session.scalar(select(func.count()).select_from(EnrolmentRow)) == 5
    assert {row.is_new for row in again} == {False}
    assert [row.id for row in again[5:]] == [row.id for row in first]
    async with context.reading(SETUP) as unit:
        held = [await roles_of(unit.session, person, TODAY) for person in world.students]
        told = await unit.session.scalars(select(OutboxRow.kind).where(OutboxRow.kind.like("enrolment.%")))
        assert Counter(told) == {"enrolment.enrolled": 3, "enrolment.waiting": 2}
    assert [any(role.scope is Scope.CLASS for role in roles) for roles in held] == [True] * 3 + [False] * 2


async def test_every_refused_row_says_why_and_stores_nothing(context: Context) -> None:
    world = await build_world(context)
    me = world.students[0]
    one, beside = await world.add_class(), await world.add_class()
    other = world.courses[1]
    own = await world.add_class(other, programme=world.programme)
    over, distant = await world.add_class(other, state="ended"), await world.add_class(other, mode="distance")
    await world.close_speciality()
    rows = [
        Enrolling(me, one),
        Enrolling(me, beside),
        Enrolling(world.stranger, own),
        Enrolling(world.newcomer, one),
        Enrolling(me, over),
        Enrolling(me, distant),
        Enrolling(me, new_id()),
        Enrolling(new_id(), one),
    ]
    async with context.writing(SETUP) as unit:
        results = await enrol_many(unit, rows)
        assert await unit.session.scalar(select(func.count()).select_from(EnrolmentRow)) == 1
    assert [row.problem for row in results] == [
        None,
        "already-in-course",
        "not-a-student",
        "not-a-student",
        "class-not-open",
        "speciality-closed-to-distance",
        "not-found",
        "not-a-student",
    ]


async def test_many_are_admitted_once_and_never_to_a_closed_speciality(context: Context) -> None:
    world = await build_world(context, 1, mode="distance")
    rows = [
        Admission(world.newcomer, world.other_programme, 2025),
        Admission(world.newcomer, world.other_programme, 2025),
        Admission(world.newcomer, world.programme, 2025),
        Admission(world.newcomer, new_id(), 2025),
        Admission(world.students[0], world.programme, 2026),
    ]
    await world.close_speciality()
    async with context.writing(SETUP) as unit:
        results = await admit_many(unit, rows, order_number="7", order_date=TODAY)
        assert await unit.session.scalar(select(func.count()).select_from(StudyRow)) == 3
    closed = "speciality-closed-to-distance"
    assert [row.problem for row in results] == [None, None, closed, "not-found", closed]
    assert [row.is_new for row in results] == [True, False, False, False, False]
    assert results[0].id == results[1].id
    async with context.reading(SETUP) as unit:
        roles = await roles_of(unit.session, world.newcomer, TODAY)
    assert {(role.scope, *role.ids) for role in roles} == {
        (Scope.PROGRAMME, world.other_programme),
        (Scope.UNIT, world.other_faculty),
    }


async def test_statements_do_not_grow_with_the_rows(context: Context) -> None:
    """Events are stored by the session, some hundred at a time; all else is a handful of statements per 500 persons."""
    world = await build_world(context, 60)
    counts = []
    for some in (world.students[:10], world.students[10:60]):
        one = await world.add_class(capacity=100)
        seen: list[str] = []

        def on_execute(_: object, __: object, statement: str, *___: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        engine = context.database.writer.sync_engine
        event.listen(engine, "before_cursor_execute", on_execute)
        async with context.writing(SETUP) as unit:
            await enrol_many(unit, [Enrolling(person, one) for person in some])
        event.remove(engine, "before_cursor_execute", on_execute)
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 2, counts
