"""Enrolment windows and credit limits over HTTP: the dated data that enrolment goes by."""

from datetime import datetime
from typing import Final
from uuid import UUID

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET
from sqlalchemy import select

from api.domains.courses.service import course_brief
from api.domains.enrolment.guards import SET_CREDIT_LIMIT, SET_WINDOW, VIEW_CREDIT_LIMITS, VIEW_WINDOWS
from api.domains.enrolment.models import CreditLimitRow, EnrolmentWindowRow
from api.domains.enrolment.schemas import (
    CreditLimitEnd,
    CreditLimitIn,
    CreditLimitOut,
    WindowChange,
    WindowIn,
    WindowOut,
)
from api.domains.enrolment.windows import add_window
from api.domains.programmes.service import programme_brief, programme_briefs
from api.domains.teaching.service import group_brief, session_brief
from api.errors import FieldError, InvalidFields, NotFound, StaleVersion, VersionNeeded, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import NOWHERE, Place, place
from api.unit import Unit

_TAGS: Final = ["enrolment"]
_LIMITS: Final = ("semester", "year", "national_semester", "national_year")


async def _place_of_window(
    unit: Unit, programme_id: UUID | None, group_id: UUID | None, course_id: UUID | None
) -> Place:
    """Whose it is to set: of the programme, else the group, else the course; else it is for the whole university."""
    if programme_id is not None:
        return place(unit=(await programme_brief(unit, programme_id)).unit_id, programme=programme_id)
    if group_id is not None:
        return (await group_brief(unit, group_id)).place
    if course_id is not None:
        return place(unit=(await course_brief(unit, course_id)).unit_id)
    return NOWHERE


async def _check_window(unit: Unit, data: WindowIn) -> None:
    """Everything that the window names is there. Raises InvalidFields."""
    wrong = []
    for name, find, id_ in (
        ("academic_session_id", session_brief, data.academic_session_id),
        ("programme_id", programme_brief, data.programme_id),
        ("group_id", group_brief, data.group_id),
        ("course_id", course_brief, data.course_id),
    ):
        if id_ is not None:
            try:
                await find(unit, id_)
            except NotFound:
                wrong.append(FieldError(f"/{name}", "no-such-object", {}))
    if wrong:
        raise InvalidFields(fields=wrong)


def _check_order(opens_at: datetime, closes_at: datetime, withdraw_until: datetime) -> None:
    if closes_at <= opens_at:
        raise invalid("/closes_at", "window-order")
    if withdraw_until <= opens_at:
        raise invalid("/withdraw_until", "window-order")


def _show_window(row: EnrolmentWindowRow) -> WindowOut:
    return WindowOut(
        id=row.id,
        academic_session_id=row.academic_session_id,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        withdraw_until=row.withdraw_until,
        programme_id=row.programme_id,
        group_id=row.group_id,
        course_id=row.course_id,
        version=row.version,
    )


@post(policy=SET_WINDOW, idempotent=True, operation_id="set_enrolment_window", tags=_TAGS, status_code=201)
async def set_window(data: JSONBody[WindowIn], exchange: TheExchange) -> Response[WindowOut]:
    """Opens enrolment for a time: the registry for all, the dean's office for its programmes, groups and courses."""

    async def work(unit: Unit) -> Answer:
        unit.reach(SET_WINDOW)
        await _check_window(unit, data)
        unit.require(SET_WINDOW, await _place_of_window(unit, data.programme_id, data.group_id, data.course_id))
        _check_order(data.opens_at, data.closes_at, data.withdraw_until or data.closes_at)
        row = await add_window(
            unit,
            data.academic_session_id,
            data.opens_at,
            data.closes_at,
            withdraw_until=data.withdraw_until,
            programme_id=data.programme_id,
            group_id=data.group_id,
            course_id=data.course_id,
        )
        return tagged(_show_window(row), row.version, 201, {"Location": f"/v1/enrolment-windows/{row.id}"})

    return await exchange.once(work)


@get(policy=VIEW_WINDOWS, operation_id="list_enrolment_windows", tags=_TAGS)
async def list_windows(
    exchange: TheExchange,
    academic_session_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[WindowOut]]:
    """When enrolment is open, for whom: for everybody who is signed in."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_WINDOWS)
        query = select(EnrolmentWindowRow)
        if academic_session_id is not None:
            query = query.where(EnrolmentWindowRow.academic_session_id == academic_session_id)
        return (await page(exchange, unit, query, [EnrolmentWindowRow.id], _show_window, cursor, limit)).response()


@get("/{window_id:uuid}", policy=VIEW_WINDOWS, versioned=True, operation_id="get_enrolment_window", tags=_TAGS)
async def get_window(window_id: FromPath[UUID], exchange: TheExchange) -> Response[WindowOut]:
    """One window, with its entity tag."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_WINDOWS)
        row = await unit.session.get(EnrolmentWindowRow, window_id)
        if row is None:
            raise NotFound()
        return tagged(_show_window(row), row.version).response()


async def _find_window(unit: Unit, window_id: UUID) -> EnrolmentWindowRow:
    """For who may set it."""
    unit.reach(SET_WINDOW)
    row = await unit.session.get(EnrolmentWindowRow, window_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    where = await _place_of_window(unit, row.programme_id, row.group_id, row.course_id)
    unit.require(SET_WINDOW, where, seen_by=VIEW_WINDOWS)
    return row


@patch(
    "/{window_id:uuid}",
    policy=SET_WINDOW,
    versioned=True,
    problems=(VersionNeeded, StaleVersion),
    operation_id="change_enrolment_window",
    tags=_TAGS,
)
async def change_window(
    window_id: FromPath[UUID], data: JSONBody[WindowChange], exchange: TheExchange
) -> Response[WindowOut]:
    """Moves the times of a window. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await _find_window(unit, window_id)
        exchange.check_version(row.version)
        for name in ("opens_at", "closes_at", "withdraw_until"):
            value = getattr(data, name)
            if value is not UNSET:
                setattr(row, name, value)
        _check_order(row.opens_at, row.closes_at, row.withdraw_until)
        await unit.session.flush()
        unit.record("enrolment-window.change", "enrolment-window", row.id)
        return tagged(_show_window(row), row.version).response()


@delete(
    "/{window_id:uuid}",
    policy=SET_WINDOW,
    versioned=True,
    problems=(VersionNeeded, StaleVersion),
    operation_id="drop_enrolment_window",
    tags=_TAGS,
)
async def drop_window(window_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Takes a window away; what was enrolled stays. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await _find_window(unit, window_id)
        exchange.check_version(row.version)
        await unit.session.delete(row)
        unit.record("enrolment-window.drop", "enrolment-window", window_id)


# Credit limits


def _show_limit(row: CreditLimitRow) -> CreditLimitOut:
    return CreditLimitOut(**{name: getattr(row, name) for name in CreditLimitOut.__struct_fields__})


@post(policy=SET_CREDIT_LIMIT, idempotent=True, operation_id="set_credit_limit", tags=_TAGS, status_code=201)
async def set_credit_limit(data: JSONBody[CreditLimitIn], exchange: TheExchange) -> Response[CreditLimitOut]:
    """Says how many credits a plan may hold from a day on, for one programme or for all: the registry, by an order.
    Of several that are in force the one that began last counts."""

    async def work(unit: Unit) -> Answer:
        unit.require(SET_CREDIT_LIMIT)
        wrong = [
            FieldError(f"/{name}_max", "limit-order", {})
            for name in _LIMITS
            if getattr(data, f"{name}_max") < getattr(data, f"{name}_min")
        ]
        if data.ends_on is not None and data.ends_on < data.starts_on:
            wrong.append(FieldError("/ends_on", "end-before-start", {}))
        if data.programme_id is not None and not await programme_briefs(unit, [data.programme_id]):
            wrong.append(FieldError("/programme_id", "no-such-object", {}))
        if wrong:
            raise InvalidFields(fields=wrong)
        row = CreditLimitRow(
            created_at=unit.now, **{name: getattr(data, name) for name in CreditLimitIn.__struct_fields__}
        )
        unit.session.add(row)
        await unit.session.flush()
        unit.record("credit-limit.set", "credit-limit", row.id)
        return tagged(_show_limit(row), row.version, 201, {"Location": f"/v1/credit-limits/{row.id}"})

    return await exchange.once(work)


@get(policy=VIEW_CREDIT_LIMITS, operation_id="list_credit_limits", tags=_TAGS)
async def list_credit_limits(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[CreditLimitOut]]:
    """All limits, past ones too, in the order in which they were set."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_CREDIT_LIMITS)
        query = select(CreditLimitRow)
        return (await page(exchange, unit, query, [CreditLimitRow.id], _show_limit, cursor, limit)).response()


@patch(
    "/{limit_id:uuid}",
    policy=SET_CREDIT_LIMIT,
    versioned=True,
    problems=(VersionNeeded, StaleVersion),
    operation_id="end_credit_limit",
    tags=_TAGS,
)
async def end_credit_limit(
    limit_id: FromPath[UUID], data: JSONBody[CreditLimitEnd], exchange: TheExchange
) -> Response[CreditLimitOut]:
    """Lets a limit end on a day. What it allows is never changed: plans were approved by it. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(SET_CREDIT_LIMIT)
        row = await unit.session.get(CreditLimitRow, limit_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound()
        exchange.check_version(row.version)
        if data.ends_on is not None and data.ends_on < row.starts_on:
            raise invalid("/ends_on", "end-before-start")
        row.ends_on = data.ends_on
        await unit.session.flush()
        unit.record("credit-limit.end", "credit-limit", row.id)
        return tagged(_show_limit(row), row.version).response()


routers: Final = (
    Router("/v1/credit-limits", route_handlers=[end_credit_limit, list_credit_limits, set_credit_limit]),
    Router("/v1/enrolment-windows", route_handlers=[change_window, drop_window, get_window, list_windows, set_window]),
)
