"""Tests as those who make and oversee them see them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import ColumnElement, false, or_, select, true

from api.domains.conditions import service as conditions
from api.domains.conditions.errors import WindowInvalid
from api.domains.conditions.service import Task
from api.domains.enrolment.service import held_place, held_places
from api.domains.grading.errors import LineItemExists
from api.domains.people.service import full_names
from api.domains.teaching.service import class_brief
from api.domains.tests import definitions
from api.domains.tests.definitions import NewGrading, NewSection, NewTest
from api.domains.tests.errors import ControlInPersonOnly, SittingNotPlanned, TestAnnounced, TestEmpty, TestInUse
from api.domains.tests.frozen import show_for_staff
from api.domains.tests.guards import MANAGE_TESTS, VIEW_CONDITIONS, VIEW_TESTS
from api.domains.tests.models import TestRow
from api.domains.tests.routing import Handlers
from api.domains.tests.rules import Counting, Navigation
from api.domains.tests.schemas import (
    SectionIn,
    SectionOut,
    SectionsIn,
    StudentConditionsOut,
    TestDetailOut,
    TestIn,
    TestMove,
    TestOut,
    TestReason,
)
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page, page_of_ids
from api.http.wire import PageOf
from api.identity import Role
from api.policy import Place, Reach
from api.unit import Unit

TAGS = ["tests"]
ClassFilter = Annotated[UUID | None, QueryParameter(name="class_id")]


@get(policy=VIEW_TESTS, operation_id="list_tests", tags=TAGS)
async def list_tests(
    exchange: TheExchange, class_id: ClassFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[TestOut]]:
    """Tests of the classes that one teaches or oversees, drafts too."""
    async with exchange.reading() as unit:
        query = select(TestRow).where(within(unit.reach(VIEW_TESTS)))
        if class_id is not None:
            query = query.where(TestRow.class_id == class_id)
        answer = await page(exchange, unit, query, [TestRow.id], lambda row: row, cursor, limit)
        rows: Sequence[TestRow] = answer.content.items
        tasks = await conditions.find_tasks(unit, [row.id for row in rows])
        shown = PageOf(items=[show_test(row, tasks[row.id]) for row in rows], next=answer.content.next)
        return Answer(shown, headers=answer.headers).response()


def within(reach: Reach) -> ColumnElement[bool]:
    """As `place_of_test`, for lists."""
    if reach.everything:
        return true()
    return or_(
        false(),
        TestRow.class_id.in_(reach.classes),
        TestRow.unit_id.in_(reach.units),
        TestRow.programme_id.in_(reach.programmes),
    )


def place_of_test(row: TestRow) -> Place:
    """For `unit.require`."""
    programmes = frozenset[UUID]() if row.programme_id is None else frozenset({row.programme_id})
    return Place(units=frozenset({row.unit_id}), programmes=programmes, classes=frozenset({row.class_id}))


async def place_of_exam(unit: Unit, row: TestRow) -> Place:
    """As `place_of_test`, with the sitting for the commission that it was given to."""
    where = place_of_test(row)
    if not row.is_exam or not unit.actor.holds(Role.COMMISSION):
        return where
    sitting = await definitions.sitting_of(unit, row.id)
    return where if sitting is None else replace(where, cases=frozenset({sitting.id}))


@get("/{test_id:uuid}", policy=VIEW_TESTS, versioned=True, operation_id="get_test", tags=TAGS)
async def get_test(test_id: FromPath[UUID], exchange: TheExchange) -> Response[TestDetailOut]:
    """A test with its sections. The questions themselves are in the item banks."""
    async with exchange.reading() as unit:
        row = await definitions.find_test(unit, test_id)
        unit.require(VIEW_TESTS, await place_of_exam(unit, row))
        return (await _answer(unit, row)).response()


@post(
    policy=MANAGE_TESTS,
    idempotent=True,
    problems=(WindowInvalid,),
    operation_id="create_test",
    tags=TAGS,
    status_code=201,
)
async def create_test(data: JSONBody[TestIn], exchange: TheExchange) -> Response[TestDetailOut]:
    """Describes a new test of a class: whoever teaches it, or the head of its department. Students see it once it is
    announced. Whatever is agreed for a student holds for it without anybody doing anything."""

    async def work(unit: Unit) -> Answer:
        one = await class_brief(unit, data.class_id)
        unit.require(MANAGE_TESTS, one.place)
        row = await definitions.create_test(unit, _new_test(data))
        return await _answer(unit, row, 201)

    return await exchange.once(work)


def _new_test(data: TestIn) -> NewTest:
    return NewTest(
        class_id=data.class_id,
        titles=data.titles,
        opens_at=data.opens_at,
        closes_at=data.closes_at,
        languages=data.languages,
        time_limit=_minutes(data.time_limit_minutes),
        attempts=data.attempts,
        is_self_check=data.is_self_check,
        is_exam=data.is_exam,
        is_proctored=data.is_proctored,
        warning=data.warning,
        navigation=data.navigation,
        counting=data.counting,
        review=msgspec.to_builtins(data.review),
        grading=None if data.grading is None else NewGrading(**_fields(data.grading)),
        sections=_sections(data.sections),
    )


def _sections(several: Sequence[SectionIn]) -> list[NewSection]:
    return [NewSection(**_fields(one) | {"titles": one.titles or {}}) for one in several]


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _minutes(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(minutes=value)


@put(
    "/{test_id:uuid}/sections",
    policy=MANAGE_TESTS,
    versioned=True,
    problems=(TestAnnounced,),
    operation_id="replace_sections",
    tags=TAGS,
)
async def replace_sections(
    test_id: FromPath[UUID], data: JSONBody[SectionsIn], exchange: TheExchange
) -> Response[TestDetailOut]:
    """Other questions for a draft. From its announcement on they are fixed."""
    async with exchange.writing() as unit:
        row = await _managed(unit, test_id)
        exchange.check_version(row.version)
        await definitions.replace_sections(unit, row, _sections(data.sections))
        return (await _answer(unit, row)).response()


@post(
    "/{test_id:uuid}/announce",
    policy=MANAGE_TESTS,
    idempotent=True,
    problems=(TestAnnounced, TestEmpty, SittingNotPlanned, ControlInPersonOnly, LineItemExists),
    operation_id="announce_test",
    tags=TAGS,
    status_code=200,
)
async def announce_test(test_id: FromPath[UUID], exchange: TheExchange) -> Response[TestDetailOut]:
    """Shows it to the students of the class and fixes its questions; what was promised to a student in another form is
    ordered now. An exam is announced by its sitting. What counts is not announced in a class at a distance, or blended,
    where a programme of the class declares the control as held in person only (clause 5.7)."""

    async def work(unit: Unit) -> Answer:
        row = await _managed(unit, test_id)
        await definitions.announce_test(unit, row)
        return await _answer(unit, row)

    return await exchange.once(work)


@post(
    "/{test_id:uuid}/move",
    policy=MANAGE_TESTS,
    idempotent=True,
    problems=(WindowInvalid, MoveNotAllowed),
    operation_id="move_test",
    tags=TAGS,
    status_code=200,
)
async def move_test(
    test_id: FromPath[UUID], data: JSONBody[TestMove], exchange: TheExchange
) -> Response[TestDetailOut]:
    """Other times, with a reason. An attempt that runs may get longer by it, never shorter."""

    async def work(unit: Unit) -> Answer:
        row = await _managed(unit, test_id)
        await conditions.move_task(
            unit,
            test_id,
            reason=data.reason,
            titles=data.titles,
            opens_at=data.opens_at,
            closes_at=data.closes_at,
            time_limit=_minutes(data.time_limit_minutes),
            attempts=data.attempts,
        )
        return await _answer(unit, row)

    return await exchange.once(work)


@post(
    "/{test_id:uuid}/cancel",
    policy=MANAGE_TESTS,
    idempotent=True,
    problems=(TestInUse, MoveNotAllowed),
    operation_id="cancel_test",
    tags=TAGS,
    status_code=200,
)
async def cancel_test(
    test_id: FromPath[UUID], data: JSONBody[TestReason], exchange: TheExchange
) -> Response[TestDetailOut]:
    """It will not take place. Not once somebody has begun it."""

    async def work(unit: Unit) -> Answer:
        row = await _managed(unit, test_id)
        await definitions.cancel_test(unit, row, data.reason)
        return await _answer(unit, row)

    return await exchange.once(work)


@get("/{test_id:uuid}/students", policy=VIEW_CONDITIONS, operation_id="list_test_conditions", tags=TAGS)
async def list_test_conditions(
    test_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[StudentConditionsOut]]:
    """What to do for each student of the class at this test: time, formats, breaks. Never why."""
    async with exchange.reading() as unit:
        row = await definitions.find_test(unit, test_id)
        unit.require(VIEW_CONDITIONS, place_of_test(row))
        everybody = [one.person_id for one in await held_places(unit, row.class_id)]
        persons, answer = page_of_ids(exchange, everybody, cursor, limit)
        known = await conditions.conditions_of_many(unit, test_id, persons)
        names = await full_names(unit, persons)
        return answer([show_for_staff(known[one], one, names.get(one, "")) for one in persons]).response()


@get(
    "/{test_id:uuid}/students/{person_id:uuid}",
    policy=VIEW_CONDITIONS,
    operation_id="get_student_conditions",
    tags=TAGS,
)
async def get_student_conditions(
    test_id: FromPath[UUID], person_id: FromPath[UUID], exchange: TheExchange
) -> Response[StudentConditionsOut]:
    """What to do for one student at this test. Never why."""
    async with exchange.reading() as unit:
        row = await definitions.find_test(unit, test_id)
        unit.require(VIEW_CONDITIONS, place_of_test(row))
        if await held_place(unit, row.class_id, person_id) is None:
            raise NotFound()
        one = await conditions.effective_conditions(unit, person_id, test_id)
        names = await full_names(unit, [person_id])
        return Response(show_for_staff(one, person_id, names.get(person_id, "")))


async def _managed(unit: Unit, test_id: UUID) -> TestRow:
    row = await definitions.find_test(unit, test_id, lock=True)
    unit.require(MANAGE_TESTS, place_of_test(row), seen_by=VIEW_TESTS)
    return row


async def _answer(unit: Unit, row: TestRow, status: int = 200) -> Answer:
    task = await conditions.find_task(unit, row.id)
    sections = await definitions.sections_of(unit, row.id)
    basic = show_test(row, task)
    shown = TestDetailOut(
        **_fields(basic),
        grading=dict(row.grading),
        sections=[
            SectionOut(
                number=one.number,
                titles=dict(one.titles),
                draw=one.draw,
                shuffle_items=one.shuffle_items,
                shuffle_choices=one.shuffle_choices,
                item_version_ids=ids,
            )
            for one, ids in sections
        ],
    )
    headers: Mapping[str, str] = {"Location": f"/v1/tests/{row.id}"} if status == 201 else {}
    return tagged(shown, row.version, status, headers)


def show_test(row: TestRow, task: Task) -> TestOut:
    return TestOut(
        id=row.id,
        class_id=row.class_id,
        titles=dict(task.titles),
        state=task.state.value,
        opens_at=task.opens_at,
        closes_at=task.closes_at,
        time_limit_minutes=None if task.time_limit is None else int(task.time_limit.total_seconds()) // 60,
        attempts=task.attempts,
        is_self_check=row.is_self_check,
        is_exam=row.is_exam,
        is_proctored=row.is_proctored,
        warning=row.warning,
        navigation=Navigation(row.navigation),
        languages=list(row.languages),
        counting=Counting(row.counting),
        review=dict(row.review),
        max_points=points_of(row.max_points),
        line_item_id=row.line_item_id,
    )


def points_of(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


HANDLERS: Final[Handlers] = {
    "/v1/tests": (
        list_tests,
        get_test,
        create_test,
        replace_sections,
        announce_test,
        move_test,
        cancel_test,
        list_test_conditions,
        get_student_conditions,
    ),
}
