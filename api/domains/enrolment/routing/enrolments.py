"""Enrolling and withdrawing over HTTP, and who is in a class."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.domains.enrolment.access import place_of_study, require_for_person, within
from api.domains.enrolment.enrolling import (
    Enrolment,
    as_enrolment,
    enrol,
    find_enrolment,
    select_enrolments,
    withdraw,
)
from api.domains.enrolment.errors import (
    AlreadyEnrolled,
    AlreadyInCourse,
    ClassFull,
    ClassNotOpen,
    EnrolmentClosed,
    EnrolmentNotOpen,
    NotAStudent,
    NotInPlan,
    PrerequisitesMissing,
    WithdrawalClosed,
)
from api.domains.enrolment.guards import ENROL, VIEW, VIEW_ROSTER, WITHDRAW
from api.domains.enrolment.models import EnrolmentRow
from api.domains.enrolment.rules import Cause, EnrolmentState
from api.domains.enrolment.schemas import EnrolIn, EnrolmentOut, RosterLine, WithdrawIn
from api.domains.people.service import full_names
from api.domains.programmes.errors import SpecialityClosed
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotAllowed, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

InState = Annotated[EnrolmentState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["enrolment"]


def show_enrolment(unit: Unit, one: Enrolment) -> EnrolmentOut:
    """Reasons may tell about health or family: for the student and the offices that decide on them."""
    is_near = unit.may(WITHDRAW, one.place)
    return EnrolmentOut(
        id=one.id,
        class_id=one.class_id,
        course_id=one.course_id,
        academic_session_id=one.academic_session_id,
        person_id=one.person_id,
        study_id=one.study_id,
        programme_id=one.programme_id,
        state=one.state,
        position=one.position,
        joined_at=one.created_at,
        enrolled_at=one.enrolled_at,
        ended_at=one.ended_at,
        cause=None if one.cause is None else Cause(one.cause),
        reason=one.reason if is_near else None,
        late_reason=one.late_reason if is_near else None,
        version=one.version,
    )


@post(
    "/classes/{class_id:uuid}/enrolments",
    policy=ENROL,
    idempotent=True,
    problems=(
        AlreadyEnrolled,
        AlreadyInCourse,
        ClassFull,
        ClassNotOpen,
        EnrolmentClosed,
        EnrolmentNotOpen,
        NotAStudent,
        NotInPlan,
        PrerequisitesMissing,
        SpecialityClosed,
    ),
    operation_id="enrol",
    tags=_TAGS,
    status_code=201,
)
async def enrol_in_class(
    class_id: FromPath[UUID], data: JSONBody[EnrolIn], exchange: TheExchange
) -> Response[EnrolmentOut]:
    """Enrols in a class: students themselves while the window is open, the dean's office and the registry for them,
    the dean's office with a reason after it has closed. Whoever finds the class full waits, and moves up without doing
    anything when a place becomes free; `position` says how far it is."""

    async def work(unit: Unit) -> Answer:
        person_id = data.person_id or unit.actor.person
        if person_id is None:
            unit.require(ENROL)
            raise invalid("/person_id", "missing")
        await require_for_person(unit, ENROL, person_id)
        one = await enrol(
            unit,
            class_id,
            person_id,
            study_id=data.study_id,
            late_reason=data.late_reason,
            may_wait=data.may_wait,
        )
        unit.require(ENROL, one.place)  # with a study of another institute, that institute's office enrols
        return tagged(show_enrolment(unit, one), one.version, 201, {"Location": f"/v1/enrolments/{one.id}"})

    return await exchange.once(work)


@get("/classes/{class_id:uuid}/enrolments", policy=VIEW_ROSTER, operation_id="list_class_enrolments", tags=_TAGS)
async def list_class_enrolments(
    class_id: FromPath[UUID],
    exchange: TheExchange,
    state_: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[RosterLine]]:
    """Who is in a class, waits for it or has left it, in the order of joining: for its instructors, department head,
    dean's office and registry."""
    async with exchange.reading() as unit:
        unit.require(VIEW_ROSTER, (await class_brief(unit, class_id)).place)
        query = select_enrolments().where(EnrolmentRow.class_id == class_id)
        if state_ is not None:
            query = query.where(EnrolmentRow.state == state_)
        rows: list[Any] = []
        answer = await page(exchange, unit, query, [EnrolmentRow.turn], rows.append, cursor, limit)
        names = await full_names(unit, [row.person_id for row in rows])
        answer.content.items = [_show_line(as_enrolment(row), names) for row in rows]
        return answer.response()


def _show_line(one: Enrolment, names: dict[UUID, str]) -> RosterLine:
    return RosterLine(
        id=one.id,
        person_id=one.person_id,
        name=names[one.person_id],
        state=one.state,
        position=one.position,
        joined_at=one.created_at,
        enrolled_at=one.enrolled_at,
        ended_at=one.ended_at,
        cause=None if one.cause is None else Cause(one.cause),
    )


@get("/enrolments", policy=VIEW, operation_id="list_enrolments", tags=_TAGS)
async def list_enrolments(
    exchange: TheExchange,
    person_id: FromQuery[UUID | None] = None,
    study_id: FromQuery[UUID | None] = None,
    academic_session_id: FromQuery[UUID | None] = None,
    state_: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[EnrolmentOut]]:
    """The enrolments that the actor may see; a student's own."""
    async with exchange.reading() as unit:
        table = EnrolmentRow
        query = select_enrolments().where(
            within(
                unit,
                unit.reach(VIEW),
                person=table.person_id,
                units=[table.unit_id, table.study_unit_id],
                programme=table.programme_id,
                class_=table.class_id,
            )
        )
        for column, wanted in (
            (table.person_id, person_id),
            (table.study_id, study_id),
            (table.academic_session_id, academic_session_id),
            (table.state, state_),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        answer = await page(
            exchange, unit, query, [table.id], lambda row: show_enrolment(unit, as_enrolment(row)), cursor, limit
        )
        return answer.response()


@get("/enrolments/{enrolment_id:uuid}", policy=VIEW, versioned=True, operation_id="get_enrolment", tags=_TAGS)
async def get_enrolment(enrolment_id: FromPath[UUID], exchange: TheExchange) -> Response[EnrolmentOut]:
    """One enrolment, with its entity tag and, for who waits, the position."""
    async with exchange.reading() as unit:
        one = await find_enrolment(unit, enrolment_id)
        await _require(unit, one)
        return tagged(show_enrolment(unit, one), one.version).response()


@post(
    "/enrolments/{enrolment_id:uuid}/withdraw",
    policy=WITHDRAW,
    idempotent=True,
    problems=(MoveNotAllowed, WithdrawalClosed),
    operation_id="withdraw",
    tags=_TAGS,
    status_code=200,
)
async def withdraw_from_class(
    enrolment_id: FromPath[UUID], data: JSONBody[WithdrawIn], exchange: TheExchange
) -> Response[EnrolmentOut]:
    """Leaves a class or its waiting list, with a reason; the next one who waits moves up at once. After the deadline
    of the window only the dean's office may do it."""

    async def work(unit: Unit) -> Answer:
        found = await find_enrolment(unit, enrolment_id)
        if not unit.may(WITHDRAW, found.place):
            await _require(unit, found)  # not found for who may not see it
            raise NotAllowed()
        one = await withdraw(unit, enrolment_id, data.reason)
        return tagged(show_enrolment(unit, one), one.version)

    return await exchange.once(work)


async def _require(unit: Unit, one: Enrolment) -> None:
    """May see it: at the enrolment's place, or as the curator of a group of the student's. Who teaches the student
    elsewhere, or is the dean's office of another study, may not."""
    if not unit.may(VIEW, one.place):
        unit.require(VIEW, await place_of_study(unit, one.person_id, one.study_unit_id, one.programme_id))


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            enrol_in_class,
            get_enrolment,
            list_class_enrolments,
            list_enrolments,
            withdraw_from_class,
        ],
    ),
)
