"""Individual study plans over HTTP (clause 2.1)."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.enrolment.access import within
from api.domains.enrolment.errors import NotAStudent, OutsideCreditLimits, PlanExists
from api.domains.enrolment.guards import APPROVE_PLAN, VIEW_PLAN, WRITE_PLAN
from api.domains.enrolment.models import StudyPlanRow
from api.domains.enrolment.plans import (
    PlanItem,
    approve_plan,
    change_plan,
    draft_plan,
    find_plan,
    items_of_plans,
    propose_plan,
    return_plan,
    sums_of_plans,
)
from api.domains.enrolment.routing.studies import require_for_study
from api.domains.enrolment.rules import PlanState
from api.domains.enrolment.schemas import (
    BreachOut,
    PlanApproval,
    PlanChange,
    PlanIn,
    PlanItemIn,
    PlanItemOut,
    PlanLine,
    PlanOut,
    PlanReturn,
)
from api.errors import MoveNotAllowed, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action
from api.unit import Unit

InState = Annotated[PlanState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["study plans"]
_TWO_WRITERS: Final = (MoveNotAllowed, StaleVersion, VersionNeeded)


def _items(items: list[PlanItemIn]) -> list[PlanItem]:
    return [PlanItem(one.course_id, one.class_id) for one in items]


def _show_line(row: StudyPlanRow) -> PlanLine:
    return PlanLine(
        id=row.id,
        study_id=row.study_id,
        person_id=row.person_id,
        programme_id=row.programme_id,
        academic_session_id=row.academic_session_id,
        number=row.number,
        state=PlanState(row.state),
        created_at=row.created_at,
        approved_at=row.approved_at,
        version=row.version,
    )


async def _show(unit: Unit, row: StudyPlanRow, status: int = 200) -> Answer:
    items = (await items_of_plans(unit, [row.id]))[row.id]
    sums = (await sums_of_plans(unit, [row]))[row.id]
    content = PlanOut(
        id=row.id,
        study_id=row.study_id,
        person_id=row.person_id,
        programme_id=row.programme_id,
        academic_session_id=row.academic_session_id,
        number=row.number,
        state=PlanState(row.state),
        created_at=row.created_at,
        approved_at=row.approved_at,
        version=row.version,
        items=[PlanItemOut(course_id=one.course_id, class_id=one.class_id) for one in items],
        ects=sums.ects,
        national_credits=sums.national,
        year_ects=sums.year_ects,
        year_national_credits=sums.year_national,
        breaches=[BreachOut(code=one.code, credits=one.credits, limit=one.limit) for one in sums.breaches],
        courses_without_credits=list(sums.without_credits),
        exception_reason=row.exception_reason,
        returned_reason=row.returned_reason,
    )
    headers = {"Location": f"/v1/study-plans/{row.id}"} if status == 201 else {}
    return tagged(content, row.version, status, headers)


async def _require(unit: Unit, wanted: Action, plan_id: UUID, *, lock: bool = False) -> StudyPlanRow:
    """The plan, for who may; its place is that of its study."""
    row = await find_plan(unit, plan_id)
    await require_for_study(unit, wanted, row.study_id, seen_by=VIEW_PLAN)
    return await find_plan(unit, plan_id, lock=True) if lock else row


@post(
    "/studies/{study_id:uuid}/plans",
    policy=WRITE_PLAN,
    idempotent=True,
    problems=(NotAStudent, PlanExists),
    operation_id="draft_study_plan",
    tags=_TAGS,
    status_code=201,
)
async def add_plan(study_id: FromPath[UUID], data: JSONBody[PlanIn], exchange: TheExchange) -> Response[PlanOut]:
    """Drafts the next version of a plan for a semester: the student, the dean's office or the registry. The version
    that is approved stays in force until the new one is."""

    async def work(unit: Unit) -> Answer:
        await require_for_study(unit, WRITE_PLAN, study_id, seen_by=VIEW_PLAN)
        return await _show(unit, await draft_plan(unit, study_id, data.academic_session_id, _items(data.items)), 201)

    return await exchange.once(work)


@get("/study-plans", policy=VIEW_PLAN, operation_id="list_study_plans", tags=_TAGS)
async def list_plans(
    exchange: TheExchange,
    study_id: FromQuery[UUID | None] = None,
    person_id: FromQuery[UUID | None] = None,
    academic_session_id: FromQuery[UUID | None] = None,
    state_: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[PlanLine]]:
    """The plans that the actor may see, all versions, in the order in which they were drafted."""
    async with exchange.reading() as unit:
        table = StudyPlanRow
        query = select(table).where(
            within(
                unit, unit.reach(VIEW_PLAN), person=table.person_id, units=[table.unit_id], programme=table.programme_id
            )
        )
        for column, wanted in (
            (table.study_id, study_id),
            (table.person_id, person_id),
            (table.academic_session_id, academic_session_id),
            (table.state, state_),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        return (await page(exchange, unit, query, [table.id], _show_line, cursor, limit)).response()


@get("/study-plans/{plan_id:uuid}", policy=VIEW_PLAN, versioned=True, operation_id="get_study_plan", tags=_TAGS)
async def get_plan(plan_id: FromPath[UUID], exchange: TheExchange) -> Response[PlanOut]:
    """One plan with its courses, its credits and what is outside the limits; with its entity tag."""
    async with exchange.reading() as unit:
        return (await _show(unit, await _require(unit, VIEW_PLAN, plan_id))).response()


@patch(
    "/study-plans/{plan_id:uuid}",
    policy=WRITE_PLAN,
    versioned=True,
    problems=_TWO_WRITERS,
    operation_id="change_study_plan",
    tags=_TAGS,
)
async def rewrite_plan(plan_id: FromPath[UUID], data: JSONBody[PlanChange], exchange: TheExchange) -> Response[PlanOut]:
    """Replaces what a draft holds. Needs If-Match: the student and the dean's office both write it."""
    async with exchange.writing() as unit:
        row = await _require(unit, WRITE_PLAN, plan_id, lock=True)
        exchange.check_version(row.version)
        await change_plan(unit, row, _items(data.items))
        return (await _show(unit, row)).response()


@post(
    "/study-plans/{plan_id:uuid}/propose",
    policy=WRITE_PLAN,
    versioned=True,
    idempotent=True,
    problems=_TWO_WRITERS,
    operation_id="propose_study_plan",
    tags=_TAGS,
    status_code=200,
)
async def propose(plan_id: FromPath[UUID], exchange: TheExchange) -> Response[PlanOut]:
    """Hands a draft in for approval. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, WRITE_PLAN, plan_id, lock=True)
        exchange.check_version(row.version)
        await propose_plan(unit, row)
        return await _show(unit, row)

    return await exchange.once(work)


@post(
    "/study-plans/{plan_id:uuid}/return",
    policy=APPROVE_PLAN,
    versioned=True,
    idempotent=True,
    problems=_TWO_WRITERS,
    operation_id="return_study_plan",
    tags=_TAGS,
    status_code=200,
)
async def give_back(plan_id: FromPath[UUID], data: JSONBody[PlanReturn], exchange: TheExchange) -> Response[PlanOut]:
    """Gives a proposal back to be changed, with the reason: the dean's office. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, APPROVE_PLAN, plan_id, lock=True)
        exchange.check_version(row.version)
        await return_plan(unit, row, data.reason)
        return await _show(unit, row)

    return await exchange.once(work)


@post(
    "/study-plans/{plan_id:uuid}/approve",
    policy=APPROVE_PLAN,
    versioned=True,
    idempotent=True,
    problems=(*_TWO_WRITERS, OutsideCreditLimits),
    operation_id="approve_study_plan",
    tags=_TAGS,
    status_code=200,
)
async def approve(plan_id: FromPath[UUID], data: JSONBody[PlanApproval], exchange: TheExchange) -> Response[PlanOut]:
    """Puts a proposal in force in place of the version before: the dean's office, with a reason when it is outside the
    credit limits. Needs If-Match, so that nobody approves what they have not read."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, APPROVE_PLAN, plan_id, lock=True)
        exchange.check_version(row.version)
        await approve_plan(unit, row, data.exception_reason)
        return await _show(unit, row)

    return await exchange.once(work)


routers: Final = (
    Router("/v1", route_handlers=[add_plan, approve, get_plan, give_back, list_plans, propose, rewrite_plan]),
)
