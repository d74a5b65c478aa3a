"""Admission over HTTP."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.enrolment.access import place_of_study, within
from api.domains.enrolment.admission import Decision, apply, find_study, move_study
from api.domains.enrolment.errors import ProgrammeNotOpen, StudyExists
from api.domains.enrolment.guards import ADMIT, APPLY, VIEW_STUDY
from api.domains.enrolment.models import StudyMoveRow, StudyRow
from api.domains.enrolment.rules import StudyForm, StudyState
from api.domains.enrolment.schemas import ApplicationIn, DecisionIn, StudyMoveOut, StudyOut
from api.domains.programmes.errors import SpecialityClosed
from api.domains.programmes.service import programme_briefs
from api.errors import MoveNotAllowed, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action, place
from api.unit import Unit

InState = Annotated[StudyState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["admission"]


def show_study(row: StudyRow) -> StudyOut:
    return StudyOut(
        id=row.id,
        person_id=row.person_id,
        programme_id=row.programme_id,
        unit_id=row.unit_id,
        form=StudyForm(row.form),
        intake_year=row.intake_year,
        state=StudyState(row.state),
        applied_at=row.created_at,
        version=row.version,
    )


async def require_for_study(unit: Unit, wanted: Action, study_id: UUID, *, seen_by: Action | None = None) -> StudyRow:
    """The study, for who may: whoever acts for the student, and the institute of the study itself."""
    row = await find_study(unit, study_id)
    where = await place_of_study(unit, row.person_id, row.unit_id, row.programme_id)
    unit.require(wanted, where, seen_by=seen_by)
    return row


@post(
    policy=APPLY,
    idempotent=True,
    problems=(StudyExists, ProgrammeNotOpen, SpecialityClosed),
    operation_id="apply_for_programme",
    tags=_TAGS,
    status_code=201,
)
async def apply_for_programme(data: JSONBody[ApplicationIn], exchange: TheExchange) -> Response[StudyOut]:
    """Applies for a programme: everybody for themselves, the dean's office and the registry for others. Refused for a
    speciality that is closed to distance study (clause 3.3)."""

    async def work(unit: Unit) -> Answer:
        person_id = data.person_id or unit.actor.person
        if person_id is None:
            unit.require(APPLY)
            raise invalid("/person_id", "missing")
        if not unit.may(APPLY, place(person=person_id)):
            # whoever is new to the university belongs nowhere yet: the office of the programme may apply for them
            programme = (await programme_briefs(unit, [data.programme_id])).get(data.programme_id)
            unit.require(
                APPLY, place(unit=None if programme is None else programme.unit_id, programme=data.programme_id)
            )
        row = await apply(unit, person_id, data.programme_id, data.intake_year, data.form)
        return tagged(show_study(row), row.version, 201, {"Location": f"/v1/studies/{row.id}"})

    return await exchange.once(work)


@get(policy=VIEW_STUDY, operation_id="list_studies", tags=_TAGS)
async def list_studies(
    exchange: TheExchange,
    person_id: FromQuery[UUID | None] = None,
    programme_id: FromQuery[UUID | None] = None,
    state_: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[StudyOut]]:
    """The studies that the actor may see, in the order of application."""
    async with exchange.reading() as unit:
        reach = unit.reach(VIEW_STUDY)
        table = StudyRow
        query = select(table).where(
            within(unit, reach, person=table.person_id, units=[table.unit_id], programme=table.programme_id)
        )
        if person_id is not None:
            query = query.where(table.person_id == person_id)
        if programme_id is not None:
            query = query.where(table.programme_id == programme_id)
        if state_ is not None:
            query = query.where(table.state == state_)
        return (await page(exchange, unit, query, [table.id], show_study, cursor, limit)).response()


@get("/{study_id:uuid}", policy=VIEW_STUDY, versioned=True, operation_id="get_study", tags=_TAGS)
async def get_study(study_id: FromPath[UUID], exchange: TheExchange) -> Response[StudyOut]:
    """One study, with its entity tag."""
    async with exchange.reading() as unit:
        row = await require_for_study(unit, VIEW_STUDY, study_id)
        return tagged(show_study(row), row.version).response()


@get("/{study_id:uuid}/moves", policy=APPLY, operation_id="list_study_moves", tags=_TAGS)
async def list_study_moves(
    study_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[StudyMoveOut]]:
    """What became of a study, with orders and reasons: for the person, the dean's office and the registry."""
    async with exchange.reading() as unit:
        await require_for_study(unit, APPLY, study_id, seen_by=VIEW_STUDY)
        query = select(StudyMoveRow).where(StudyMoveRow.study_id == study_id)
        return (await page(exchange, unit, query, [StudyMoveRow.id], _show_move, cursor, limit)).response()


def _show_move(row: StudyMoveRow) -> StudyMoveOut:
    return StudyMoveOut(
        state=StudyState(row.state),
        at=row.created_at,
        reason=row.reason,
        order_number=row.order_number,
        order_date=row.order_date,
    )


def _move_route(verb: str, start: StudyState | None, to: StudyState, operation_id: str, words: str) -> HTTPRouteHandler:
    """A route that moves a study, from any state or from `start` alone; takes a decision, answers with the study."""
    closed = (ProgrammeNotOpen, SpecialityClosed) if to is StudyState.ADMITTED else ()

    async def move(study_id: FromPath[UUID], data: JSONBody[DecisionIn], exchange: TheExchange) -> Response[StudyOut]:
        async def work(unit: Unit) -> Answer:
            await require_for_study(unit, ADMIT, study_id, seen_by=VIEW_STUDY)
            decision = Decision(data.reason, data.order_number, data.order_date)
            row = await move_study(unit, study_id, to, decision, start=start)
            return tagged(show_study(row), row.version)

        return await exchange.once(work)

    move.__doc__ = words
    move.__name__ = operation_id
    return post(
        f"/{{study_id:uuid}}/{verb}",
        policy=ADMIT,
        idempotent=True,
        problems=(MoveNotAllowed, *closed),
        operation_id=operation_id,
        tags=_TAGS,
        status_code=200,
    )(move)


_MOVES: Final = (
    _move_route("admit", None, StudyState.ADMITTED, "admit_student", "Admits an applicant, by order."),
    _move_route("refuse", None, StudyState.REFUSED, "refuse_application", "Refuses an application, with the reason."),
    _move_route(
        "begin", StudyState.ADMITTED, StudyState.ACTIVE, "begin_study", "Lets an admitted student study, by order."
    ),
    _move_route(
        "take-leave",
        None,
        StudyState.ON_LEAVE,
        "send_on_leave",
        "Academic leave, by order and with the reason. Live enrolments are withdrawn, and those who wait move up.",
    ),
    _move_route(
        "resume", StudyState.ON_LEAVE, StudyState.ACTIVE, "resume_study", "Back from academic leave, by order."
    ),
    _move_route(
        "graduate",
        None,
        StudyState.GRADUATED,
        "graduate_student",
        "The diploma, by order. Roles of the study end; what is still live of its enrolments is withdrawn.",
    ),
    _move_route(
        "expel",
        None,
        StudyState.EXPELLED,
        "expel_student",
        "Expels a student, by order and with the reason. Roles end at once, live enrolments are withdrawn, and those"
        " who wait move up.",
    ),
)

routers: Final = (
    Router(
        "/v1/studies",
        route_handlers=[apply_for_programme, list_studies, get_study, list_study_moves, *_MOVES],
    ),
)
