"""Cases over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.accommodations import cases, plans
from api.domains.accommodations.errors import (
    CaseIsClosed,
    CaseIsOpen,
    NobodyCoordinates,
    OwnCase,
    PlanInPreparation,
    PlanIsActive,
)
from api.domains.accommodations.guards import CLOSE, MANAGE, OPEN, REQUEST, VIEW_CASE
from api.domains.accommodations.models import CaseRow
from api.domains.accommodations.rules import CaseState
from api.domains.accommodations.schemas import (
    AccommodationCaseEnd,
    AccommodationCaseIn,
    AccommodationCaseLine,
    AccommodationCaseOut,
    AccommodationPlanIn,
    AccommodationPlanLine,
    CoordinatorIn,
)
from api.domains.accommodations.showing import (
    read_accommodations,
    require_case,
    show_case,
    show_case_lines,
    show_plan_lines,
)
from api.domains.people import service as people
from api.errors import invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["accommodations"]


@get(policy=VIEW_CASE, operation_id="list_accommodation_cases", tags=TAGS)
async def list_accommodation_cases(
    exchange: TheExchange,
    in_state: Annotated[CaseState | None, QueryParameter(name="state", description="Open or closed")] = None,
    person_id: Annotated[UUID | None, QueryParameter(name="person_id", description="The student")] = None,
    coordinator_id: Annotated[UUID | None, QueryParameter(name="coordinator_id", description="Who coordinates")] = None,
    is_coordinated: Annotated[
        bool | None, QueryParameter(name="is_coordinated", description="False: those whose coordinator has left")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[AccommodationCaseLine]]:
    """One's own cases; for the inclusive-education office those of its students, e.g. open ones, or those without a
    coordinator (clause 7.1)."""
    async with exchange.reading() as unit:
        reach = unit.reach(VIEW_CASE)
        query = select(CaseRow).where(people.visible_students(reach, unit.today, CaseRow.person_id))
        if in_state is not None:
            query = query.where(CaseRow.state == in_state)
        if person_id is not None:
            query = query.where(CaseRow.person_id == person_id)
        if coordinator_id is not None:
            query = query.where(CaseRow.coordinator_id == coordinator_id)
        if is_coordinated is not None:
            lost = CaseRow.coordinator_lost_at
            query = query.where(lost.is_(None) if is_coordinated else lost.is_not(None))
        answer = await page(exchange, unit, query, [CaseRow.id], lambda row: row, cursor, limit)
        shown = PageOf(items=await show_case_lines(unit, answer.content.items), next=answer.content.next)
        return Answer(shown, headers=answer.headers).response()


@post(
    policy=OPEN,
    idempotent=True,
    problems=(CaseIsOpen, NobodyCoordinates),
    operation_id="open_accommodation_case",
    tags=TAGS,
    status_code=201,
)
async def open_accommodation_case(
    data: JSONBody[AccommodationCaseIn], exchange: TheExchange
) -> Response[AccommodationCaseLine]:
    """Asks for accommodations, for oneself; or opens a case for a student who has consented: the inclusive-education
    office (clause 7.3). Somebody of the office coordinates it from the first moment on (clause 7.1). The first version
    of the plan is requested with it."""

    async def work(unit: Unit) -> Answer:
        is_own = data.person_id == unit.actor.person
        where = await people.place_of_student(unit, data.person_id)
        unit.require(REQUEST if is_own else MANAGE, where)
        if is_own and data.need is None:
            raise invalid("/need", "missing")
        if is_own and data.consent_given_on is not None:
            raise invalid("/consent_given_on", "consent-of-oneself")
        if not is_own and data.consent_given_on is None:
            raise invalid("/consent_given_on", "consent-needed")
        row = await cases.open_case(
            unit,
            cases.NewCase(
                data.person_id,
                is_own,
                data.consent_given_on or unit.today,
                data.need,
                data.consent_document,
                read_accommodations(data.accommodations),
            ),
        )
        (shown,) = await show_case_lines(unit, [row])  # without the need: answers to keys are stored as they are
        return tagged(shown, row.version, 201, {"Location": f"/v1/accommodation-cases/{row.id}"})

    return await exchange.once(work)


@get(
    "/{accommodation_case_id:uuid}", policy=VIEW_CASE, versioned=True, operation_id="get_accommodation_case", tags=TAGS
)
async def get_accommodation_case(
    accommodation_case_id: FromPath[UUID], exchange: TheExchange
) -> Response[AccommodationCaseOut]:
    """A case with the need as it was stated: the student and the office. Each reading is in the audit log."""
    async with exchange.writing() as unit:
        row = await cases.find_case(unit, accommodation_case_id)
        await require_case(unit, VIEW_CASE, row)
        unit.record("read", "accommodation-case", row.id, person=row.person_id)
        return tagged(await show_case(unit, row), row.version).response()


@post(
    "/{accommodation_case_id:uuid}/coordinator",
    policy=MANAGE,
    versioned=True,
    problems=(CaseIsClosed, OwnCase),
    operation_id="name_accommodation_coordinator",
    tags=TAGS,
    status_code=200,
)
async def name_accommodation_coordinator(
    accommodation_case_id: FromPath[UUID], data: JSONBody[CoordinatorIn], exchange: TheExchange
) -> Response[AccommodationCaseOut]:
    """Names who coordinates an open case: somebody of the office. Needs If-Match."""
    async with exchange.writing() as unit:
        await require_case(unit, MANAGE, await cases.find_case(unit, accommodation_case_id))
        row = await cases.lock_case(unit, accommodation_case_id)
        exchange.check_version(row.version)
        await cases.name_coordinator(unit, row, data.person_id)
        return tagged(await show_case(unit, row), row.version).response()


@post(
    "/{accommodation_case_id:uuid}/close",
    policy=CLOSE,
    versioned=True,
    problems=(CaseIsClosed, PlanIsActive),
    operation_id="close_accommodation_case",
    tags=TAGS,
    status_code=200,
)
async def close_accommodation_case(
    accommodation_case_id: FromPath[UUID], data: JSONBody[AccommodationCaseEnd], exchange: TheExchange
) -> Response[AccommodationCaseOut]:
    """Ends a case, with a reason: the office, or the student, who may withdraw as long as nothing is in force. The
    office revokes an active plan before, or it expires. Needs If-Match."""
    async with exchange.writing() as unit:
        await require_case(unit, CLOSE, await cases.find_case(unit, accommodation_case_id))
        row = await cases.lock_case(unit, accommodation_case_id)
        exchange.check_version(row.version)
        await cases.close_case(unit, row, data.reason)
        return tagged(await show_case(unit, row), row.version).response()


@post(
    "/{accommodation_case_id:uuid}/plans",
    policy=OPEN,
    idempotent=True,
    problems=(CaseIsClosed, PlanInPreparation),
    operation_id="request_accommodation_plan",
    tags=TAGS,
    status_code=201,
)
async def request_accommodation_plan(
    accommodation_case_id: FromPath[UUID], data: JSONBody[AccommodationPlanIn], exchange: TheExchange
) -> Response[AccommodationPlanLine]:
    """Asks for another version of the plan, to renew it or to change it: the student or the office (clause 7.3). The
    version in force stays until the new one is active."""

    async def work(unit: Unit) -> Answer:
        await require_case(unit, OPEN, await cases.find_case(unit, accommodation_case_id))
        case = await cases.lock_case(unit, accommodation_case_id)
        wishes = None if data.accommodations is None else read_accommodations(data.accommodations)
        row = await plans.request_version(unit, case, data.wish, wishes)
        (shown,) = await show_plan_lines(unit, [(row, case)])
        return tagged(shown, row.version, 201, {"Location": f"/v1/accommodation-plans/{row.id}"})

    return await exchange.once(work)


router = Router(
    "/v1/accommodation-cases",
    route_handlers=[
        list_accommodation_cases,
        open_accommodation_case,
        get_accommodation_case,
        name_accommodation_coordinator,
        close_accommodation_case,
        request_accommodation_plan,
    ],
)
