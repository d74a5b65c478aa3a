"""Objections over HTTP: the student raises, the office reviews."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.accommodations import objections, plans
from api.domains.accommodations.cases import lock_case
from api.domains.accommodations.errors import CaseIsClosed, NothingToObject, ObjectionIsOpen, OwnCase
from api.domains.accommodations.guards import MANAGE, OBJECT, VIEW_CASE
from api.domains.accommodations.models import CaseRow, ObjectionRow, PlanRow
from api.domains.accommodations.rules import ObjectionState
from api.domains.accommodations.schemas import (
    PlanObjectionDecision,
    PlanObjectionIn,
    PlanObjectionLine,
    PlanObjectionOut,
)
from api.domains.accommodations.showing import require_case, require_of_plan
from api.domains.people import service as people
from api.errors import MoveNotAllowed
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["accommodations"]


@post(
    "/{accommodation_plan_id:uuid}/objections",
    policy=OBJECT,
    idempotent=True,
    problems=(CaseIsClosed, NothingToObject, ObjectionIsOpen),
    operation_id="object_to_accommodation_plan",
    tags=TAGS,
    status_code=201,
)
async def object_to_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], data: JSONBody[PlanObjectionIn], exchange: TheExchange
) -> Response[PlanObjectionLine]:
    """Objects to what is proposed or in force: the student. The office reviews it; what is in force stays in force."""

    async def work(unit: Unit) -> Answer:
        row, case = await plans.find_plan(unit, accommodation_plan_id)
        await require_of_plan(unit, OBJECT, row, case)
        row, case = await plans.lock_plan(unit, accommodation_plan_id)
        objection = await objections.raise_objection(unit, row, case, data.words)
        location = {"Location": f"/v1/plan-objections/{objection.id}"}
        return tagged(_line(objection), objection.version, 201, location)

    return await exchange.once(work)


@get(policy=VIEW_CASE, operation_id="list_plan_objections", tags=TAGS)
async def list_plan_objections(
    exchange: TheExchange,
    in_state: Annotated[ObjectionState | None, QueryParameter(name="state", description="Open, or how decided")] = None,
    plan_id: Annotated[UUID | None, QueryParameter(name="plan_id", description="To this version of a plan")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[PlanObjectionLine]]:
    """One's own objections; for the office those of its students."""
    async with exchange.reading() as unit:
        reach = unit.reach(VIEW_CASE)
        query = (
            select(ObjectionRow)
            .join(PlanRow, ObjectionRow.plan_id == PlanRow.id)
            .join(CaseRow, PlanRow.case_id == CaseRow.id)
            .where(people.visible_students(reach, unit.today, CaseRow.person_id))
        )
        if in_state is not None:
            query = query.where(ObjectionRow.state == in_state)
        if plan_id is not None:
            query = query.where(ObjectionRow.plan_id == plan_id)
        return (await page(exchange, unit, query, [ObjectionRow.id], _line, cursor, limit)).response()


@get("/{plan_objection_id:uuid}", policy=VIEW_CASE, versioned=True, operation_id="get_plan_objection", tags=TAGS)
async def get_plan_objection(plan_objection_id: FromPath[UUID], exchange: TheExchange) -> Response[PlanObjectionOut]:
    """An objection with its words and the answer: the student and the office. Each reading is in the audit log."""
    async with exchange.writing() as unit:
        row, plan, case = await objections.find_objection(unit, plan_objection_id)
        await require_case(unit, VIEW_CASE, case)
        unit.record("read-objection", "accommodation-plan", plan.id, person=case.person_id, objection=str(row.id))
        return tagged(await _show(unit, row), row.version).response()


@post(
    "/{plan_objection_id:uuid}/decide",
    policy=MANAGE,
    versioned=True,
    problems=(OwnCase, MoveNotAllowed),
    operation_id="decide_plan_objection",
    tags=TAGS,
    status_code=200,
)
async def decide_plan_objection(
    plan_objection_id: FromPath[UUID], data: JSONBody[PlanObjectionDecision], exchange: TheExchange
) -> Response[PlanObjectionOut]:
    """Ends the review with an answer: the office. An objection that is upheld asks for another version of the plan at
    once. The student is told. Needs If-Match."""
    async with exchange.writing() as unit:
        row, plan, case = await objections.find_objection(unit, plan_objection_id)
        await require_case(unit, MANAGE, case)
        case = await lock_case(unit, case.id)
        row = await objections.lock_objection(unit, plan_objection_id)
        exchange.check_version(row.version)
        await objections.decide_objection(unit, row, plan, case, is_upheld=data.is_upheld, answer=data.answer)
        return tagged(await _show(unit, row), row.version).response()


def _line(row: ObjectionRow) -> PlanObjectionLine:
    return PlanObjectionLine(
        id=row.id,
        plan_id=row.plan_id,
        state=ObjectionState(row.state),
        raised_at=row.created_at,
        decided_at=row.decided_at,
    )


async def _show(unit: Unit, row: ObjectionRow) -> PlanObjectionOut:
    line = _line(row)
    words, answer = objections.read_words(unit, row)
    names = {} if row.decided_by is None else await people.full_names(unit, {row.decided_by})
    return PlanObjectionOut(
        **{name: getattr(line, name) for name in PlanObjectionLine.__struct_fields__},
        words=words,
        answer=answer,
        decided_by_name=None if row.decided_by is None else names.get(row.decided_by, ""),
    )


routers = (
    Router("/v1/accommodation-plans", route_handlers=[object_to_accommodation_plan]),
    Router(
        "/v1/plan-objections",
        route_handlers=[list_plan_objections, get_plan_objection, decide_plan_objection],
    ),
)
