"""Retakes, and the rules by which they are given, over HTTP."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.grading.access import points_in, require_line_item, within
from api.domains.grading.errors import (
    GradesNotReleased,
    LineItemNotOpen,
    NotInClass,
    OwnWork,
    RetakeBegun,
    RetakeNotDue,
    RetakeNotHeld,
    RetakeOpen,
    RetakeStillOpen,
    RetakesUsedUp,
    RetakeWindowOver,
    RuleInUse,
    ScaleNotSet,
)
from api.domains.grading.guards import (
    GRADE_RETAKES,
    GRANT_RETAKES,
    SET_RULES,
    VIEW_RETAKE_REASONS,
    VIEW_RETAKES,
    VIEW_RULES,
)
from api.domains.grading.models import RetakeRow, RetakeRuleRow
from api.domains.grading.retakes import (
    end_retake,
    find_retake,
    grade_retake,
    grant_retake,
    place_of_retake,
    schedule_retake,
)
from api.domains.grading.rules import WHOLE, Counts, RetakeCause, RetakeState
from api.domains.grading.schemas import (
    GradingReasonIn,
    RetakeGrade,
    RetakeIn,
    RetakeOut,
    RetakeRuleChange,
    RetakeRuleIn,
    RetakeRuleOut,
    RetakeTime,
)
from api.domains.grading.showing import text_of
from api.domains.scales.service import scale_versions
from api.errors import MoveNotAllowed, NotFound, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action
from api.unit import Unit

InState = Annotated[RetakeState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["retakes"]


# Rules


def _show_rule(row: RetakeRuleRow) -> RetakeRuleOut:
    return RetakeRuleOut(
        id=row.id,
        scale_version_id=row.scale_version_id,
        most=row.most,
        window_days=row.window_days,
        counts=Counts(row.counts),
        highest_percent=str(row.highest_percent),
        appeal_days=row.appeal_days,
        source=row.source,
        version=row.version,
    )


def _check_percent(data: RetakeRuleIn | RetakeRuleChange) -> None:
    if points_in(data.highest_percent) > WHOLE:
        raise invalid("/highest_percent", "points-out-of-range", max_points=str(WHOLE))


def _rule_answer(row: RetakeRuleRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/retake-rules/{row.id}"} if status == 201 else {}
    return tagged(_show_rule(row), row.version, status, headers)


@post(
    "/retake-rules",
    policy=SET_RULES,
    idempotent=True,
    problems=(RuleInUse,),
    operation_id="create_retake_rule",
    tags=_TAGS,
    status_code=201,
)
async def add_rule(data: JSONBody[RetakeRuleIn], exchange: TheExchange) -> Response[RetakeRuleOut]:
    """Says how often and until when results of one version of a scale are retaken and appealed, and which result
    counts: the registry, by an act. Retakes that were granted keep their rule."""

    async def work(unit: Unit) -> Answer:
        unit.require(SET_RULES)
        _check_percent(data)
        if data.scale_version_id not in await scale_versions(unit, [data.scale_version_id]):
            raise invalid("/scale_version_id", "no-such-object")
        known = select(RetakeRuleRow.id).where(RetakeRuleRow.scale_version_id == data.scale_version_id)
        if await unit.session.scalar(known) is not None:
            raise RuleInUse()
        row = RetakeRuleRow(created_at=unit.now, scale_version_id=data.scale_version_id)
        _write_rule(row, data)
        unit.session.add(row)
        await unit.session.flush()
        unit.record("retake-rule.set", "retake-rule", row.id)
        return _rule_answer(row, 201)

    return await exchange.once(work)


def _write_rule(row: RetakeRuleRow, data: RetakeRuleIn | RetakeRuleChange) -> None:
    row.most, row.window_days, row.counts = data.most, data.window_days, data.counts
    row.highest_percent, row.appeal_days = points_in(data.highest_percent), data.appeal_days
    row.source = data.source


@get("/retake-rules", policy=VIEW_RULES, operation_id="list_retake_rules", tags=_TAGS)
async def list_rules(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RetakeRuleOut]]:
    """The rules of retakes and appeals, for everybody whom they concern."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_RULES)
        return (
            await page(exchange, unit, select(RetakeRuleRow), [RetakeRuleRow.id], _show_rule, cursor, limit)
        ).response()


async def _rule(unit: Unit, rule_id: UUID, *, lock: bool = False) -> RetakeRuleRow:
    row = await unit.session.get(RetakeRuleRow, rule_id, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


@get("/retake-rules/{rule_id:uuid}", policy=VIEW_RULES, versioned=True, operation_id="get_retake_rule", tags=_TAGS)
async def get_rule(rule_id: FromPath[UUID], exchange: TheExchange) -> Response[RetakeRuleOut]:
    """One rule, with its entity tag."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_RULES)
        row = await _rule(unit, rule_id)
        return tagged(_show_rule(row), row.version).response()


@put("/retake-rules/{rule_id:uuid}", policy=SET_RULES, versioned=True, operation_id="change_retake_rule", tags=_TAGS)
async def change_rule(
    rule_id: FromPath[UUID], data: JSONBody[RetakeRuleChange], exchange: TheExchange
) -> Response[RetakeRuleOut]:
    """Changes a rule for retakes that are granted from now on. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(SET_RULES)
        _check_percent(data)
        row = await _rule(unit, rule_id, lock=True)
        exchange.check_version(row.version)
        _write_rule(row, data)
        await unit.session.flush()
        unit.record("retake-rule.set", "retake-rule", row.id)
        return tagged(_show_rule(row), row.version).response()


# Retakes


def _show(unit: Unit, row: RetakeRow) -> RetakeOut:
    knows_why = unit.may(VIEW_RETAKE_REASONS, place_of_retake(row))
    return RetakeOut(
        id=row.id,
        line_item_id=row.line_item_id,
        class_id=row.class_id,
        person_id=row.person_id,
        number=row.number,
        cause=RetakeCause(row.cause),
        reason=row.reason if knows_why else None,
        state=RetakeState(row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        counts=Counts(row.counts),
        highest_points=str(row.highest_points),
        held_at=row.held_at,
        points=text_of(row.points),
        ended_reason=row.ended_reason if knows_why else None,
        version=row.version,
    )


def _answer(unit: Unit, row: RetakeRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/retakes/{row.id}"} if status == 201 else {}
    return tagged(_show(unit, row), row.version, status, headers)


async def _require(unit: Unit, wanted: Action, retake_id: UUID, *, lock: bool = False) -> RetakeRow:
    row = await find_retake(unit, retake_id)
    unit.require(wanted, place_of_retake(row), seen_by=VIEW_RETAKES)
    return await find_retake(unit, retake_id, lock=True) if lock else row


@post(
    "/line-items/{line_item_id:uuid}/retakes",
    policy=GRANT_RETAKES,
    idempotent=True,
    problems=(
        GradesNotReleased,
        NotInClass,
        ScaleNotSet,
        RetakeNotDue,
        RetakeOpen,
        RetakesUsedUp,
        RetakeWindowOver,
    ),
    operation_id="grant_retake",
    tags=_TAGS,
    status_code=201,
)
async def grant(line_item_id: FromPath[UUID], data: JSONBody[RetakeIn], exchange: TheExchange) -> Response[RetakeOut]:
    """Grants a student who was absent, or failed, one more time (clause 6.5): the dean's office or the registry, within
    the number and the window of the rule."""

    async def work(unit: Unit) -> Answer:
        await require_line_item(unit, GRANT_RETAKES, line_item_id, seen_by=VIEW_RETAKES)
        row = await grant_retake(unit, line_item_id, data.person_id, data.cause, data.reason)
        return _answer(unit, row, 201)

    return await exchange.once(work)


@get("/retakes", policy=VIEW_RETAKES, operation_id="list_retakes", tags=_TAGS)
async def list_retakes(
    exchange: TheExchange,
    class_id: FromQuery[UUID | None] = None,
    in_state: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[RetakeOut]]:
    """One's own, and those of the classes that one teaches or runs, in the order in which they were granted."""
    async with exchange.reading() as unit:
        table = RetakeRow
        query = select(table).where(
            within(
                unit.reach(VIEW_RETAKES),
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
        return (await page(exchange, unit, query, [table.id], lambda row: _show(unit, row), cursor, limit)).response()


@get("/retakes/{retake_id:uuid}", policy=VIEW_RETAKES, versioned=True, operation_id="get_retake", tags=_TAGS)
async def get_retake(retake_id: FromPath[UUID], exchange: TheExchange) -> Response[RetakeOut]:
    """One retake, with its entity tag."""
    async with exchange.reading() as unit:
        return _answer(unit, await _require(unit, VIEW_RETAKES, retake_id)).response()


@post(
    "/retakes/{retake_id:uuid}/schedule",
    policy=GRANT_RETAKES,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="schedule_retake",
    tags=_TAGS,
    status_code=200,
)
async def schedule(retake_id: FromPath[UUID], data: JSONBody[RetakeTime], exchange: TheExchange) -> Response[RetakeOut]:
    """Sets the separate time at which it takes place, within its window; may be moved. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, GRANT_RETAKES, retake_id, lock=True)
        exchange.check_version(row.version)
        await schedule_retake(unit, row, data.held_at)
        return _answer(unit, row)

    return await exchange.once(work)


@post(
    "/retakes/{retake_id:uuid}/grade",
    policy=GRADE_RETAKES,
    idempotent=True,
    versioned=True,
    problems=(
        MoveNotAllowed,
        RetakeNotHeld,
        RetakeBegun,
        RetakeStillOpen,
        LineItemNotOpen,
        NotInClass,
        OwnWork,
    ),
    operation_id="grade_retake",
    tags=_TAGS,
    status_code=200,
)
async def grade(retake_id: FromPath[UUID], data: JSONBody[RetakeGrade], exchange: TheExchange) -> Response[RetakeOut]:
    """Says what the retake gave: an instructor of the class, after it was held. Which of the two results counts is for
    the rule to say; both stay in the history. One that is taken in a sitting has its result from there. Needs
    If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, GRADE_RETAKES, retake_id, lock=True)
        if row.person_id == unit.actor.person:
            raise OwnWork()
        if data.person_id != row.person_id:
            raise invalid("/person_id", "not-this-person")
        exchange.check_version(row.version)
        await grade_retake(unit, row, points_in(data.points), data.reason, by_hand=True)
        return _answer(unit, row)

    return await exchange.once(work)


@post(
    "/retakes/{retake_id:uuid}/miss",
    policy=GRADE_RETAKES,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, RetakeNotHeld, RetakeBegun, RetakeStillOpen),
    operation_id="miss_retake",
    tags=_TAGS,
    status_code=200,
)
async def miss(
    retake_id: FromPath[UUID], data: JSONBody[GradingReasonIn], exchange: TheExchange
) -> Response[RetakeOut]:
    """The student did not come; it counts among those that the rule allows. Not while the student may still begin it in
    a sitting, or has. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, GRADE_RETAKES, retake_id, lock=True)
        exchange.check_version(row.version)
        await end_retake(unit, row, RetakeState.MISSED, data.reason)
        return _answer(unit, row)

    return await exchange.once(work)


@post(
    "/retakes/{retake_id:uuid}/cancel",
    policy=GRANT_RETAKES,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, RetakeBegun),
    operation_id="cancel_retake",
    tags=_TAGS,
    status_code=200,
)
async def cancel(
    retake_id: FromPath[UUID], data: JSONBody[GradingReasonIn], exchange: TheExchange
) -> Response[RetakeOut]:
    """It does not take place and does not count; the student is taken off the list of its sitting. Not once it has
    begun there. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, GRANT_RETAKES, retake_id, lock=True)
        exchange.check_version(row.version)
        await end_retake(unit, row, RetakeState.CANCELLED, data.reason)
        return _answer(unit, row)

    return await exchange.once(work)


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            add_rule,
            cancel,
            change_rule,
            get_retake,
            get_rule,
            grade,
            grant,
            list_retakes,
            list_rules,
            miss,
            schedule,
        ],
    ),
)
