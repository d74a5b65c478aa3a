"""Academic years, semesters and sessions over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET
from sqlalchemy import select

from api.domains.people.errors import CodeTaken
from api.domains.teaching import calendar
from api.domains.teaching.briefs import NewSession
from api.domains.teaching.errors import (
    ParentNotOpen,
    SessionClosed,
    SessionHasClasses,
    SessionHasOpenParts,
    SessionNotOver,
    SessionOver,
)
from api.domains.teaching.guards import MANAGE_SESSIONS, VIEW_SESSIONS
from api.domains.teaching.models import AcademicSessionRow
from api.domains.teaching.rules import SessionKind, SessionState
from api.domains.teaching.schemas import SessionChangeIn, SessionIn, SessionOut
from api.errors import MoveNotAllowed, NotFound, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["academic-sessions"]


@get(policy=VIEW_SESSIONS, operation_id="list_academic_sessions", tags=TAGS)
async def list_academic_sessions(
    exchange: TheExchange,
    kind: Annotated[SessionKind | None, QueryParameter(name="kind")] = None,
    in_state: Annotated[SessionState | None, QueryParameter(name="state")] = None,
    parent: Annotated[
        UUID | None, QueryParameter(name="parent", description="Sessions of this year or semester")
    ] = None,
    on: Annotated[date | None, QueryParameter(name="on", description="Sessions in which this day lies")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[SessionOut]]:
    """The academic calendar: years, semesters and sessions, for everybody, in the order in which they were entered."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SESSIONS)
        table = AcademicSessionRow
        query = select(table)
        if kind is not None:
            query = query.where(table.kind == kind)
        if in_state is not None:
            query = query.where(table.state == in_state)
        if parent is not None:
            query = query.where(table.parent_id == parent)
        if on is not None:
            query = query.where(table.starts_on <= on, table.ends_on >= on)
        return (await page(exchange, unit, query, [table.id], show_session, cursor, limit)).response()


@get("/{session_id:uuid}", policy=VIEW_SESSIONS, versioned=True, operation_id="get_academic_session", tags=TAGS)
async def get_academic_session(session_id: FromPath[UUID], exchange: TheExchange) -> Response[SessionOut]:
    """One academic year, semester or session."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SESSIONS)
        row = await unit.session.get(AcademicSessionRow, session_id)
        if row is None:
            raise NotFound()
        return _answer(row).response()


@post(
    policy=MANAGE_SESSIONS,
    idempotent=True,
    problems=(CodeTaken, SessionClosed),
    operation_id="create_academic_session",
    tags=TAGS,
    status_code=201,
)
async def create_academic_session(data: JSONBody[SessionIn], exchange: TheExchange) -> Response[SessionOut]:
    """Plans an academic year, a semester of it, or a session of that: the registry. It lies within its parent and
    overlaps none of its siblings."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SESSIONS)
        row = await calendar.create_session(
            unit, NewSession(data.code, data.kind, data.parent_id, data.titles, data.starts_on, data.ends_on)
        )
        return _answer(row, 201)

    return await exchange.once(work)


@patch(
    "/{session_id:uuid}",
    policy=MANAGE_SESSIONS,
    versioned=True,
    problems=(VersionNeeded, StaleVersion, CodeTaken, SessionClosed),
    operation_id="change_academic_session",
    tags=TAGS,
)
async def change_academic_session(
    session_id: FromPath[UUID], data: JSONBody[SessionChangeIn], exchange: TheExchange
) -> Response[SessionOut]:
    """Changes code, titles or days of a session that is not closed: the registry. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(MANAGE_SESSIONS)
        await calendar.lock_calendar(unit)
        row = await calendar.locked_session(unit, session_id)
        exchange.check_version(row.version)
        given = {name: getattr(data, name) for name in data.__struct_fields__ if getattr(data, name) is not UNSET}
        await calendar.change_session(unit, row, calendar.SessionChange(**given))
        return _answer(row).response()


@post(
    "/{session_id:uuid}/open",
    policy=MANAGE_SESSIONS,
    idempotent=True,
    problems=(MoveNotAllowed, ParentNotOpen, SessionOver),
    operation_id="open_academic_session",
    tags=TAGS,
    status_code=200,
)
async def open_academic_session(session_id: FromPath[UUID], exchange: TheExchange) -> Response[SessionOut]:
    """Opens it, so that its classes may be opened: the registry. The session in which it lies must be open, and its
    last day not passed."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SESSIONS)
        return _answer(await calendar.open_session(unit, session_id))

    return await exchange.once(work)


@post(
    "/{session_id:uuid}/close",
    policy=MANAGE_SESSIONS,
    idempotent=True,
    problems=(MoveNotAllowed, SessionNotOver, SessionHasOpenParts, SessionHasClasses),
    operation_id="close_academic_session",
    tags=TAGS,
    status_code=200,
)
async def close_academic_session(session_id: FromPath[UUID], exchange: TheExchange) -> Response[SessionOut]:
    """Closes it, from its last day on, when all its classes have ended or were cancelled: the registry."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SESSIONS)
        return _answer(await calendar.close_session(unit, session_id))

    return await exchange.once(work)


def show_session(row: AcademicSessionRow) -> SessionOut:
    return SessionOut(
        id=row.id,
        code=row.code,
        kind=SessionKind(row.kind),
        parent_id=row.parent_id,
        titles=row.titles,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=SessionState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _answer(row: AcademicSessionRow, status: int = 200) -> Answer:
    headers: dict[str, Any] = {"Location": f"/v1/academic-sessions/{row.id}"} if status == 201 else {}
    return tagged(show_session(row), row.version, status, headers)


router = Router(
    "/v1/academic-sessions",
    route_handlers=[
        list_academic_sessions,
        get_academic_session,
        create_academic_session,
        change_academic_session,
        open_academic_session,
        close_academic_session,
    ],
)
