"""Routes of the university's units."""

from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import select

from api.domains.people import units
from api.domains.people.errors import (
    CodeTaken,
    UnitClosed,
    UnitCycle,
    UnitHasOpenParts,
    UnitTooDeep,
    UniversityStays,
)
from api.domains.people.guards import (
    UNIT_READ,
    UNIT_WRITE,
)
from api.domains.people.models import UnitRow
from api.domains.people.rules import UnitKind
from api.domains.people.schemas import (
    UnitChange,
    UnitIn,
    UnitOut,
)
from api.errors import LANGUAGES, NotFound, StaleVersion, VersionNeeded, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit


@get(policy=UNIT_READ, operation_id="list_units", tags=["units"])
async def list_units(
    exchange: TheExchange,
    parent: FromQuery[UUID | None] = None,
    kind: FromQuery[UnitKind | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[UnitOut]]:
    """The parts of the university: institutes, departments, services, councils. Public."""
    async with exchange.reading() as unit:
        unit.reach(UNIT_READ)
        query = select(UnitRow)
        if parent is not None:
            query = query.where(UnitRow.parent_id == parent)
        if kind is not None:
            query = query.where(UnitRow.kind == kind)
        return (await page(exchange, unit, query, [UnitRow.id], _show_unit, cursor, limit)).response()


@post(
    policy=UNIT_WRITE,
    idempotent=True,
    problems=(CodeTaken, UniversityStays, UnitClosed, UnitTooDeep),
    operation_id="create_unit",
    tags=["units"],
)
async def create_unit(data: JSONBody[UnitIn], exchange: TheExchange) -> Response[UnitOut]:
    """Adds a part of the university, with its title in all three languages."""

    async def work(unit: Unit) -> Answer:
        unit.require(UNIT_WRITE)
        _check_titles(data.titles)
        row = await units.create_unit(unit, data.code, data.kind, data.parent_id, data.titles)
        answer = tagged(_show_unit(row), row.version, 201)
        return Answer(answer.content, 201, {**answer.headers, "Location": f"/v1/units/{row.id}"})

    return await exchange.once(work)


@get("/{unit_id:uuid}", policy=UNIT_READ, versioned=True, operation_id="get_unit", tags=["units"])
async def get_unit(unit_id: FromPath[UUID], exchange: TheExchange) -> Response[UnitOut]:
    """One part of the university. Public."""
    async with exchange.reading() as unit:
        unit.reach(UNIT_READ)
        row = await find_unit(unit, unit_id)
        return tagged(_show_unit(row), row.version).response()


@patch(
    "/{unit_id:uuid}",
    policy=UNIT_WRITE,
    versioned=True,
    problems=(VersionNeeded, StaleVersion, UnitCycle, UnitClosed, UnitHasOpenParts, UnitTooDeep, UniversityStays),
    operation_id="change_unit",
    tags=["units"],
)
async def change_unit(unit_id: FromPath[UUID], data: JSONBody[UnitChange], exchange: TheExchange) -> Response[UnitOut]:
    """Renames, moves or closes a part of the university. Needs If-Match. What belongs to it keeps belonging to it."""
    async with exchange.writing() as unit:
        unit.require(UNIT_WRITE)
        row = await find_unit(unit, unit_id, for_update=True)
        exchange.check_version(row.version)
        if data.titles is not msgspec.UNSET:
            _check_titles(data.titles)
            row.titles = dict(data.titles)
        if data.parent_id is not msgspec.UNSET and data.parent_id != row.parent_id:
            await units.move_unit(unit, row, data.parent_id)
        if data.closed_on is not msgspec.UNSET and data.closed_on != row.closed_on:
            await units.close_unit(unit, row, data.closed_on)
        await unit.session.flush()
        fields = [name for name in data.__struct_fields__ if getattr(data, name) is not msgspec.UNSET]
        unit.record("unit.change", "unit", row.id, fields=",".join(fields))
        return tagged(_show_unit(row), row.version).response()


def _check_titles(titles: dict[str, str]) -> None:
    missing = [language for language in LANGUAGES if language not in titles]
    if missing:
        raise invalid("/titles", "title-missing", languages=missing)


async def find_unit(unit: Unit, unit_id: UUID, *, for_update: bool = False) -> UnitRow:
    row = await unit.session.get(UnitRow, unit_id, with_for_update=for_update or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def _show_unit(row: UnitRow) -> UnitOut:
    return UnitOut(
        id=row.id,
        code=row.code,
        kind=UnitKind(row.kind),
        parent_id=row.parent_id,
        titles=row.titles,
        closed_on=row.closed_on,
    )
