"""Classes and their instructors over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET
from sqlalchemy import ColumnElement, false, or_, select, true

from api.domains.courses import service as courses
from api.domains.courses.errors import PackageNotReady
from api.domains.people import service as people
from api.domains.people.errors import CodeTaken
from api.domains.programmes.errors import DistanceNotApproved, InPersonOnly, SpecialityClosed
from api.domains.teaching import classes
from api.domains.teaching.briefs import NewClass, as_class
from api.domains.teaching.errors import (
    AlreadyAssigned,
    CapacityBelowEnrolled,
    ClassIsOver,
    ClassNotYet,
    CourseIsWithdrawn,
    InstructorNeeded,
    SessionClosed,
    SessionNotOpen,
    SessionOver,
    TermIsOver,
)
from api.domains.teaching.guards import MANAGE_CLASSES, VIEW_CLASSES, VIEW_PLANNED_CLASSES
from api.domains.teaching.models import AcademicSessionRow, ClassInstructorRow, ClassRow
from api.domains.teaching.rules import ClassState, Mode
from api.domains.teaching.schemas import (
    CancelIn,
    ClassChangeIn,
    ClassIn,
    ClassOut,
    OfferedClass,
    TermEnd,
    TermIn,
    TermOut,
)
from api.errors import MoveNotAllowed, NotFound, SignInNeeded, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Language, PageOf
from api.policy import Action, Reach, place, reach
from api.unit import Unit

TAGS = ["classes"]
DISTANCE_PROBLEMS = (DistanceNotApproved, InPersonOnly, SpecialityClosed)

SessionFilter = Annotated[UUID | None, QueryParameter(name="academic_session_id")]
CourseFilter = Annotated[UUID | None, QueryParameter(name="course_id")]
ProgrammeFilter = Annotated[UUID | None, QueryParameter(name="programme_id")]
ModeFilter = Annotated[Mode | None, QueryParameter(name="mode")]
LanguageFilter = Annotated[Language | None, QueryParameter(name="language", description="Of teaching")]


@get(policy=VIEW_CLASSES, operation_id="list_classes", tags=TAGS)
async def list_classes(
    exchange: TheExchange,
    academic_session_id: SessionFilter = None,
    course_id: CourseFilter = None,
    programme_id: ProgrammeFilter = None,
    unit_id: Annotated[UUID | None, QueryParameter(name="unit_id")] = None,
    in_state: Annotated[ClassState | None, QueryParameter(name="state")] = None,
    mode: ModeFilter = None,
    language: LanguageFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ClassOut]]:
    """Classes that are or were open, for everybody who has signed in; planned ones for those who plan them. In the
    order in which they were entered."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CLASSES)
        query = select(ClassRow).where(_visible(reach(unit.actor, VIEW_PLANNED_CLASSES), in_state))
        for column, value in (
            (ClassRow.academic_session_id, academic_session_id),
            (ClassRow.course_id, course_id),
            (ClassRow.programme_id, programme_id),
            (ClassRow.unit_id, unit_id),
            (ClassRow.state, in_state),
            (ClassRow.mode, mode),
            (ClassRow.language, language),
        ):
            if value is not None:
                query = query.where(column == value)
        return (await page(exchange, unit, query, [ClassRow.id], show_class, cursor, limit)).response()


def _visible(planned: Reach, state: ClassState | None) -> ColumnElement[bool]:
    """The same as `_require_seen`, for lists."""
    if planned.everything or (state is not None and state is not ClassState.PLANNED):
        return true()
    conditions = [
        column.in_(ids)
        for column, ids in (
            (ClassRow.unit_id, planned.units),
            (ClassRow.programme_id, planned.programmes),
            (ClassRow.id, planned.classes),
        )
        if ids
    ]
    return or_(false() if state is ClassState.PLANNED else ClassRow.state != ClassState.PLANNED, *conditions)


@get(policy=VIEW_CLASSES, operation_id="list_open_classes", tags=TAGS)
async def list_open_classes(
    exchange: TheExchange,
    academic_session_id: SessionFilter = None,
    course_id: CourseFilter = None,
    programme_id: Annotated[
        UUID | None, QueryParameter(name="programme_id", description="Classes for this programme, and those for all")
    ] = None,
    mode: ModeFilter = None,
    language: LanguageFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[OfferedClass]]:
    """What a student may choose from: classes that are open, with course, credits, session and instructors. Whether
    one may enrol now is said by the enrolment windows."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CLASSES)
        query = select(ClassRow).where(ClassRow.state == ClassState.OPEN)
        for column, value in (
            (ClassRow.academic_session_id, academic_session_id),
            (ClassRow.course_id, course_id),
            (ClassRow.mode, mode),
            (ClassRow.language, language),
        ):
            if value is not None:
                query = query.where(column == value)
        if programme_id is not None:
            query = query.where(or_(ClassRow.programme_id == programme_id, ClassRow.programme_id.is_(None)))
        answer = await page(exchange, unit, query, [ClassRow.id], lambda row: row, cursor, limit)
        offered = PageOf(items=await _offered(unit, answer.content.items), next=answer.content.next)
        return Answer(offered, headers=answer.headers).response()


async def _offered(unit: Unit, rows: list[ClassRow]) -> list[OfferedClass]:
    known = await courses.course_briefs(unit, {row.course_id for row in rows})
    found = await unit.session.scalars(
        select(AcademicSessionRow).where(AcademicSessionRow.id.in_({row.academic_session_id for row in rows}))
    )
    sessions = {row.id: row for row in found}
    teachers = await _first_day_teachers(unit, rows, sessions)
    names = await people.full_names(unit, {person for persons in teachers.values() for person in persons})
    return [
        OfferedClass(
            id=row.id,
            code=row.code,
            course_id=row.course_id,
            course_code=known[row.course_id].code,
            course_titles=dict(known[row.course_id].titles),
            ects=known[row.course_id].ects,
            national_credits=known[row.course_id].national_credits,
            academic_session_id=row.academic_session_id,
            session_code=sessions[row.academic_session_id].code,
            starts_on=sessions[row.academic_session_id].starts_on,
            ends_on=sessions[row.academic_session_id].ends_on,
            programme_id=row.programme_id,
            language=row.language,
            capacity=row.capacity,
            mode=Mode(row.mode),
            instructors=[names[person] for person in teachers.get(row.id, ()) if person in names],
        )
        for row in rows
    ]


async def _first_day_teachers(
    unit: Unit, rows: list[ClassRow], sessions: dict[UUID, AcademicSessionRow]
) -> dict[UUID, list[UUID]]:
    """Who teaches today, or on the first day of a session that has not begun."""
    found: dict[UUID, list[UUID]] = {}
    for session in sessions.values():
        ids = [row.id for row in rows if row.academic_session_id == session.id]
        found |= await classes.instructors_on(unit, ids, max(unit.today, session.starts_on))
    return found


@get("/{class_id:uuid}", policy=VIEW_CLASSES, versioned=True, operation_id="get_class", tags=TAGS)
async def get_class(class_id: FromPath[UUID], exchange: TheExchange) -> Response[ClassOut]:
    """One class."""
    async with exchange.reading() as unit:
        row = await _found(unit, class_id)
        _require_seen(unit, row)
        return _answer(row).response()


@post(
    policy=MANAGE_CLASSES,
    idempotent=True,
    problems=(CodeTaken, SessionClosed, SessionOver, CourseIsWithdrawn, *DISTANCE_PROBLEMS),
    operation_id="create_class",
    tags=TAGS,
    status_code=201,
)
async def create_class(data: JSONBody[ClassIn], exchange: TheExchange) -> Response[ClassOut]:
    """Plans a class of a course in a session: the head of the department that teaches it, its dean's office, the
    registry. A course that belongs to another unit is planned there. At a distance only with an approval."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_CLASSES, place(unit=data.unit_id), seen_by=VIEW_CLASSES)
        course = (await courses.course_briefs(unit, {data.course_id})).get(data.course_id)
        if (
            course is not None
            and course.unit_id is not None
            and course.unit_id not in await people.units_above(unit, data.unit_id)
        ):
            unit.require(MANAGE_CLASSES, place(unit=course.unit_id), seen_by=VIEW_CLASSES)
        row = await classes.create_class(
            unit,
            NewClass(
                data.code,
                data.course_id,
                data.academic_session_id,
                data.unit_id,
                data.language,
                data.capacity,
                data.mode,
                data.programme_id,
            ),
        )
        return _answer(row, 201)

    return await exchange.once(work)


@patch(
    "/{class_id:uuid}",
    policy=MANAGE_CLASSES,
    versioned=True,
    problems=(VersionNeeded, StaleVersion, CodeTaken, ClassIsOver, CapacityBelowEnrolled, *DISTANCE_PROBLEMS),
    operation_id="change_class",
    tags=TAGS,
)
async def change_class(
    class_id: FromPath[UUID], data: JSONBody[ClassChangeIn], exchange: TheExchange
) -> Response[ClassOut]:
    """Changes code, language, capacity or mode. A capacity is not lowered below the number of the enrolled. Needs
    If-Match."""
    async with exchange.writing() as unit:
        _require_managed(unit, await _found(unit, class_id))
        row = await classes.locked_class(unit, class_id)
        exchange.check_version(row.version)
        given = {name: getattr(data, name) for name in data.__struct_fields__ if getattr(data, name) is not UNSET}
        await classes.change_class(unit, row, classes.ClassChange(**given))
        return _answer(row).response()


async def _move(
    exchange: TheExchange, class_id: UUID, move: Callable[[Unit], Awaitable[ClassRow]]
) -> Response[ClassOut]:
    async def work(unit: Unit) -> Answer:
        _require_managed(unit, await _found(unit, class_id))
        return _answer(await move(unit))

    return await exchange.once(work)


@post(
    "/{class_id:uuid}/open",
    policy=MANAGE_CLASSES,
    problems=(
        *(MoveNotAllowed, SessionNotOpen, SessionOver, CourseIsWithdrawn, InstructorNeeded, PackageNotReady),
        *DISTANCE_PROBLEMS,
    ),
    operation_id="open_class",
    tags=TAGS,
    status_code=200,
)
async def open_class(class_id: FromPath[UUID], exchange: TheExchange) -> Response[ClassOut]:
    """Opens a planned class, so that students may enrol. Its session is open, an instructor is named for its first
    day, its mode is approved, and the content package of its course is ready."""
    return await _move(exchange, class_id, lambda unit: classes.open_class(unit, class_id))


@post(
    "/{class_id:uuid}/start",
    policy=MANAGE_CLASSES,
    problems=(MoveNotAllowed, ClassNotYet, InstructorNeeded),
    operation_id="start_class",
    tags=TAGS,
    status_code=200,
)
async def start_class(class_id: FromPath[UUID], exchange: TheExchange) -> Response[ClassOut]:
    """Says that teaching has begun: on the first day of the session or later."""
    return await _move(exchange, class_id, lambda unit: classes.start_class(unit, class_id))


@post(
    "/{class_id:uuid}/end",
    policy=MANAGE_CLASSES,
    problems=(MoveNotAllowed,),
    operation_id="end_class",
    tags=TAGS,
    status_code=200,
)
async def end_class(class_id: FromPath[UUID], exchange: TheExchange) -> Response[ClassOut]:
    """Says that teaching is over. The instructors keep their role for 60 days, for marks and appeals."""
    return await _move(exchange, class_id, lambda unit: classes.end_class(unit, class_id))


@post(
    "/{class_id:uuid}/cancel",
    policy=MANAGE_CLASSES,
    problems=(MoveNotAllowed,),
    operation_id="cancel_class",
    tags=TAGS,
    status_code=200,
)
async def cancel_class(class_id: FromPath[UUID], data: JSONBody[CancelIn], exchange: TheExchange) -> Response[ClassOut]:
    """Cancels a class that has not ended, with a reason that everybody may read who sees the class."""
    return await _move(exchange, class_id, lambda unit: classes.cancel_class(unit, class_id, data.reason))


@get("/{class_id:uuid}/instructors", policy=VIEW_CLASSES, operation_id="list_instructors", tags=TAGS)
async def list_instructors(
    class_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[TermOut]]:
    """Who teaches the class, has taught it and will."""
    async with exchange.reading() as unit:
        _require_seen(unit, await _found(unit, class_id))
        table = ClassInstructorRow
        query = select(table).where(table.class_id == class_id, table.revoked_at.is_(None))
        answer = await page(exchange, unit, query, [table.id], _show_term, cursor, limit)
        await add_names(unit, answer.content.items)
        return answer.response()


@post(
    "/{class_id:uuid}/instructors",
    policy=MANAGE_CLASSES,
    idempotent=True,
    problems=(ClassIsOver, AlreadyAssigned),
    operation_id="assign_instructor",
    tags=TAGS,
    status_code=201,
)
async def assign_instructor(
    class_id: FromPath[UUID], data: JSONBody[TermIn], exchange: TheExchange
) -> Response[TermOut]:
    """Names an instructor of the class from one day to another. For a class that has ended (a retake) the last day is
    needed."""

    async def work(unit: Unit) -> Answer:
        _require_managed(unit, await _found(unit, class_id))
        row = await classes.assign_instructor(unit, class_id, data.person_id, data.starts_on, data.ends_on)
        return Answer(await _named(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{class_id:uuid}/instructors/{assignment_id:uuid}/end",
    policy=MANAGE_CLASSES,
    idempotent=True,
    problems=(TermIsOver, InstructorNeeded),
    operation_id="end_instructor",
    tags=TAGS,
    status_code=200,
)
async def end_instructor(
    class_id: FromPath[UUID], assignment_id: FromPath[UUID], data: JSONBody[TermEnd], exchange: TheExchange
) -> Response[TermOut]:
    """Sets the last day of an instructor. A class that is open or runs keeps one at least."""

    async def work(unit: Unit) -> Answer:
        _require_managed(unit, await _found(unit, class_id))
        row = await classes.end_instructor(unit, class_id, assignment_id, data.ends_on)
        return Answer(await _named(unit, row))

    return await exchange.once(work)


async def _found(unit: Unit, class_id: UUID) -> ClassRow:
    row = await unit.session.get(ClassRow, class_id)
    if row is None:
        raise NotFound() if unit.actor.is_signed_in else SignInNeeded()
    return row


def _seen_by(row: ClassRow) -> Action:
    return VIEW_PLANNED_CLASSES if row.state == ClassState.PLANNED else VIEW_CLASSES


def _require_seen(unit: Unit, row: ClassRow) -> None:
    unit.require(_seen_by(row), as_class(row).place)


def _require_managed(unit: Unit, row: ClassRow) -> None:
    unit.require(MANAGE_CLASSES, as_class(row).place, seen_by=_seen_by(row))


def show_class(row: ClassRow) -> ClassOut:
    return ClassOut(
        id=row.id,
        code=row.code,
        course_id=row.course_id,
        academic_session_id=row.academic_session_id,
        programme_id=row.programme_id,
        unit_id=row.unit_id,
        language=row.language,
        capacity=row.capacity,
        mode=Mode(row.mode),
        state=ClassState(row.state),
        state_changed_at=row.state_changed_at,
        cancel_reason=row.cancel_reason,
    )


def _answer(row: ClassRow, status: int = 200) -> Answer:
    headers: dict[str, Any] = {"Location": f"/v1/classes/{row.id}"} if status == 201 else {}
    return tagged(show_class(row), row.version, status, headers)


def _show_term(row: ClassInstructorRow) -> TermOut:
    return TermOut(id=row.id, person_id=row.person_id, name="", starts_on=row.starts_on, ends_on=row.ends_on)


async def _named(unit: Unit, row: ClassInstructorRow) -> TermOut:
    shown = _show_term(row)
    await add_names(unit, [shown])
    return shown


async def add_names(unit: Unit, terms: list[TermOut]) -> None:
    """In one query for the whole part of a list."""
    names = await people.full_names(unit, {term.person_id for term in terms})
    for term in terms:
        term.name = names.get(term.person_id, "")


routers = (
    Router(
        "/v1/classes",
        route_handlers=[
            list_classes,
            get_class,
            create_class,
            change_class,
            open_class,
            start_class,
            end_class,
            cancel_class,
            list_instructors,
            assign_instructor,
            end_instructor,
        ],
    ),
    Router("/v1/open-classes", route_handlers=[list_open_classes]),
)
