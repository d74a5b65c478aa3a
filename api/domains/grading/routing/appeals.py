"""Appeals over HTTP."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.grading.access import own_person, points_in, within
from api.domains.grading.appeals import (
    close_appeal,
    find_appeal,
    grant_appeal,
    place_of_appeal,
    refuse_appeal,
    review_appeal,
    submit_appeal,
)
from api.domains.grading.errors import (
    AppealExists,
    AppealTimeOver,
    LineItemNotOpen,
    NotGraded,
    SecondPersonNeeded,
)
from api.domains.grading.guards import APPEAL, DECIDE_APPEALS, VIEW_APPEALS
from api.domains.grading.models import AppealRow
from api.domains.grading.rules import AppealState
from api.domains.grading.schemas import AppealIn, AppealOut, GradingReasonIn, PointsDecisionIn
from api.domains.grading.showing import text_of
from api.errors import MoveNotAllowed
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action
from api.unit import Unit

InState = Annotated[AppealState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["appeals"]


def _show(row: AppealRow) -> AppealOut:
    return AppealOut(
        id=row.id,
        line_item_id=row.line_item_id,
        class_id=row.class_id,
        person_id=row.person_id,
        words=row.words,
        state=AppealState(row.state),
        submitted_at=row.created_at,
        decision_reason=row.decision_reason,
        decided_at=row.decided_at,
        points=text_of(row.points),
        version=row.version,
    )


def _answer(row: AppealRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/appeals/{row.id}"} if status == 201 else {}
    return tagged(_show(row), row.version, status, headers)


async def _require(unit: Unit, wanted: Action, appeal_id: UUID, *, lock: bool = False) -> AppealRow:
    row = await find_appeal(unit, appeal_id)
    unit.require(wanted, place_of_appeal(row), seen_by=VIEW_APPEALS)
    return await find_appeal(unit, appeal_id, lock=True) if lock else row


@post(
    "/me/grades/{line_item_id:uuid}/appeals",
    policy=APPEAL,
    idempotent=True,
    problems=(AppealExists, AppealTimeOver),
    operation_id="submit_appeal",
    tags=_TAGS,
    status_code=201,
)
async def submit(line_item_id: FromPath[UUID], data: JSONBody[AppealIn], exchange: TheExchange) -> Response[AppealOut]:
    """Asks that one's own released grade be looked at again, within the days that the rule gives. Somebody who did not
    give it decides."""

    async def work(unit: Unit) -> Answer:
        return _answer(await submit_appeal(unit, line_item_id, own_person(unit, APPEAL), data.words), 201)

    return await exchange.once(work)


@get("/appeals", policy=VIEW_APPEALS, operation_id="list_appeals", tags=_TAGS)
async def list_appeals(
    exchange: TheExchange,
    class_id: FromQuery[UUID | None] = None,
    in_state: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[AppealOut]]:
    """One's own, and those that one may decide, in the order in which they came."""
    async with exchange.reading() as unit:
        table = AppealRow
        query = select(table).where(
            within(
                unit.reach(VIEW_APPEALS),
                person=table.person_id,
                class_=table.class_id,
                units=[table.unit_id],
                programme=table.programme_id,
            )
        )
        if class_id is not None:
            query = query.where(table.class_id == class_id)
        if in_state is not None:
            query = query.where(table.state == in_state)
        return (await page(exchange, unit, query, [table.id], _show, cursor, limit)).response()


@get("/appeals/{appeal_id:uuid}", policy=VIEW_APPEALS, versioned=True, operation_id="get_appeal", tags=_TAGS)
async def get_appeal(appeal_id: FromPath[UUID], exchange: TheExchange) -> Response[AppealOut]:
    """One appeal, with its entity tag."""
    async with exchange.reading() as unit:
        return _answer(await _require(unit, VIEW_APPEALS, appeal_id)).response()


@post(
    "/appeals/{appeal_id:uuid}/review",
    policy=DECIDE_APPEALS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, SecondPersonNeeded),
    operation_id="review_appeal",
    tags=_TAGS,
    status_code=200,
)
async def review(appeal_id: FromPath[UUID], exchange: TheExchange) -> Response[AppealOut]:
    """Takes an appeal on: the department head or the dean's office, nobody who gave or marked the grade. Needs
    If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, DECIDE_APPEALS, appeal_id, lock=True)
        exchange.check_version(row.version)
        await review_appeal(unit, row)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/appeals/{appeal_id:uuid}/grant",
    policy=DECIDE_APPEALS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, SecondPersonNeeded, NotGraded, LineItemNotOpen),
    operation_id="grant_appeal",
    tags=_TAGS,
    status_code=200,
)
async def grant(
    appeal_id: FromPath[UUID], data: JSONBody[PointsDecisionIn], exchange: TheExchange
) -> Response[AppealOut]:
    """Gives other points: the grade is amended with this reason. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, DECIDE_APPEALS, appeal_id, lock=True)
        exchange.check_version(row.version)
        await grant_appeal(unit, row, points_in(data.points), data.reason)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/appeals/{appeal_id:uuid}/refuse",
    policy=DECIDE_APPEALS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, SecondPersonNeeded),
    operation_id="refuse_appeal",
    tags=_TAGS,
    status_code=200,
)
async def refuse(
    appeal_id: FromPath[UUID], data: JSONBody[GradingReasonIn], exchange: TheExchange
) -> Response[AppealOut]:
    """The grade stays, with the reason. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, DECIDE_APPEALS, appeal_id, lock=True)
        exchange.check_version(row.version)
        await refuse_appeal(unit, row, data.reason)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/appeals/{appeal_id:uuid}/close",
    policy=VIEW_APPEALS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="close_appeal",
    tags=_TAGS,
    status_code=200,
)
async def close(appeal_id: FromPath[UUID], exchange: TheExchange) -> Response[AppealOut]:
    """Takes an appeal back before anybody looked at it, which the student alone may do, or closes a decided one. Needs
    If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, VIEW_APPEALS, appeal_id, lock=True)
        if row.state == AppealState.SUBMITTED and row.person_id != unit.actor.person:
            raise MoveNotAllowed(row.state, [AppealState.IN_REVIEW.value])
        exchange.check_version(row.version)
        await close_appeal(unit, row)
        return _answer(row)

    return await exchange.once(work)


routers: Final = (Router("/v1", route_handlers=[close, get_appeal, grant, list_appeals, refuse, review, submit]),)
