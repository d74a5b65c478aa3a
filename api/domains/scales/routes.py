"""Grading scales over HTTP. Everybody reads them; the registry keeps them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.scales import catalogue
from api.domains.scales.errors import NoConversion, NoScaleOnDay, ScaleInUse, ScaleRecorded
from api.domains.scales.guards import MANAGE_SCALES, VIEW_SCALES
from api.domains.scales.models import ConversionRow, ScaleRow, ScaleVersionRow
from api.domains.scales.rules import LARGEST_SCALE, PointsOutOfScale
from api.domains.scales.schemas import (
    BandOut,
    ConvertedOut,
    ScaleChange,
    ScaleConversionIn,
    ScaleConversionOut,
    ScaleIn,
    ScaleOut,
    ScaleVersionChange,
    ScaleVersionIn,
    ScaleVersionOut,
)
from api.domains.scales.service import find_conversion, scale_on, scale_version
from api.errors import invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Code, PageOf
from api.unit import Unit

Points = Annotated[float, QueryParameter(name="points", ge=0, le=LARGEST_SCALE, description="Out of `most_points`")]


# Scales


@get(policy=VIEW_SCALES, operation_id="list_grading_scales", tags=["scales"])
async def list_scales(exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50) -> Response[PageOf[ScaleOut]]:
    """The university's grading scales, by code."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        order = [ScaleRow.code, ScaleRow.id]
        return (await page(exchange, unit, select(ScaleRow), order, catalogue.show_scale, cursor, limit)).response()


@post(
    policy=MANAGE_SCALES, idempotent=True, problems=(ScaleRecorded,), operation_id="add_grading_scale", tags=["scales"]
)
async def add_scale(data: JSONBody[ScaleIn], exchange: TheExchange) -> Response[ScaleOut]:
    """Enters a scale: the registry. It counts nothing until it has a version."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SCALES)
        row = await catalogue.add_scale(unit, data)
        return tagged(catalogue.show_scale(row), row.version, 201, {"Location": f"/v1/grading-scales/{row.id}"})

    return await exchange.once(work)


@get("/{scale_id:uuid}", policy=VIEW_SCALES, versioned=True, operation_id="get_grading_scale", tags=["scales"])
async def get_scale(scale_id: FromPath[UUID], exchange: TheExchange) -> Response[ScaleOut]:
    """One scale."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        row = await catalogue.find_scale(unit, scale_id)
        return tagged(catalogue.show_scale(row), row.version).response()


@patch("/{scale_id:uuid}", policy=MANAGE_SCALES, versioned=True, operation_id="change_grading_scale", tags=["scales"])
async def change_scale(
    scale_id: FromPath[UUID], data: JSONBody[ScaleChange], exchange: TheExchange
) -> Response[ScaleOut]:
    """Corrects the words of a scale: the registry. Transcripts that were issued keep theirs. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(MANAGE_SCALES)
        row = await catalogue.find_scale(unit, scale_id, to_change=True)
        exchange.check_version(row.version)
        await catalogue.change_scale(unit, row, data.titles)
        return tagged(catalogue.show_scale(row), row.version).response()


# Versions


@get("/{scale_id:uuid}/versions", policy=VIEW_SCALES, operation_id="list_grading_scale_versions", tags=["scales"])
async def list_versions(
    scale_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ScaleVersionOut]]:
    """The versions of a scale by number, old ones too: grades of that time keep theirs."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        await catalogue.find_scale(unit, scale_id)
        query = select(ScaleVersionRow).where(ScaleVersionRow.scale_id == scale_id)
        order = [ScaleVersionRow.number, ScaleVersionRow.id]
        return (await page(exchange, unit, query, order, catalogue.show_version, cursor, limit)).response()


@post(
    "/{scale_id:uuid}/versions",
    policy=MANAGE_SCALES,
    idempotent=True,
    operation_id="add_grading_scale_version",
    tags=["scales"],
)
async def add_version(
    scale_id: FromPath[UUID], data: JSONBody[ScaleVersionIn], exchange: TheExchange
) -> Response[ScaleVersionOut]:
    """Says what the scale is from a day on: the registry. The version before ends the day before; grades that were
    given keep theirs."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SCALES)
        scale = await catalogue.find_scale(unit, scale_id, to_change=True)
        row = await catalogue.add_version(unit, scale, data)
        location = {"Location": f"/v1/grading-scale-versions/{row.id}"}
        return tagged(catalogue.show_version(row), row.version, 201, location)

    return await exchange.once(work)


@get(
    "/{version_id:uuid}",
    policy=VIEW_SCALES,
    versioned=True,
    operation_id="get_grading_scale_version",
    tags=["scales"],
)
async def get_version(version_id: FromPath[UUID], exchange: TheExchange) -> Response[ScaleVersionOut]:
    """One version of a scale."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        row = await catalogue.find_version(unit, version_id)
        return tagged(catalogue.show_version(row), row.version).response()


@patch(
    "/{version_id:uuid}",
    policy=MANAGE_SCALES,
    versioned=True,
    problems=(ScaleInUse,),
    operation_id="change_grading_scale_version",
    tags=["scales"],
)
async def change_version(
    version_id: FromPath[UUID], data: JSONBody[ScaleVersionChange], exchange: TheExchange
) -> Response[ScaleVersionOut]:
    """Corrects a version by which no grade was given yet, or says of any that it was compared with its source: the
    registry. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(MANAGE_SCALES)
        scale_id = (await catalogue.find_version(unit, version_id)).scale_id
        await catalogue.find_scale(unit, scale_id, to_change=True)  # in the order in which a new version locks
        row = await catalogue.find_version(unit, version_id, to_change=True)
        exchange.check_version(row.version)
        await catalogue.change_version(unit, row, data)
        return tagged(catalogue.show_version(row), row.version).response()


@get("/{version_id:uuid}/grade", policy=VIEW_SCALES, operation_id="show_grade_for_points", tags=["scales"])
async def grade_for_points(version_id: FromPath[UUID], points: Points, exchange: TheExchange) -> Response[BandOut]:
    """Which grade so many points are on this version of a scale."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        version = await scale_version(unit, version_id)
        try:
            return Response(catalogue.show_band(version.grade(points)))
        except PointsOutOfScale:
            raise invalid("?points", "points-out-of-scale", most=version.most_points) from None


@get("/on", policy=VIEW_SCALES, problems=(NoScaleOnDay,), operation_id="find_grading_scale_version", tags=["scales"])
async def version_on(
    code: FromQuery[Code], exchange: TheExchange, on: FromQuery[date | None] = None
) -> Response[ScaleVersionOut]:
    """The version of a scale that is in force on a day (today)."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        found = await scale_on(unit, code, on or unit.today)
        return Response(catalogue.show_version(await catalogue.find_version(unit, found.id)))


# Conversions


@get(policy=VIEW_SCALES, operation_id="list_scale_conversions", tags=["scales"])
async def list_conversions(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ScaleConversionOut]]:
    """What grades of one scale are on another, where an act or agreement says so."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        query, order = select(ConversionRow), [ConversionRow.id]
        return (await page(exchange, unit, query, order, catalogue.show_conversion, cursor, limit)).response()


@post(
    policy=MANAGE_SCALES,
    idempotent=True,
    problems=(ScaleRecorded,),
    operation_id="add_scale_conversion",
    tags=["scales"],
)
async def add_conversion(data: JSONBody[ScaleConversionIn], exchange: TheExchange) -> Response[ScaleConversionOut]:
    """Enters what the grades of one version are in another, with the source: the registry. It is never computed."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SCALES)
        return Answer(catalogue.show_conversion(await catalogue.add_conversion(unit, data)), 201)

    return await exchange.once(work)


@get("/convert", policy=VIEW_SCALES, problems=(NoConversion,), operation_id="convert_grade", tags=["scales"])
async def convert_grade(
    from_version_id: FromQuery[UUID], to_version_id: FromQuery[UUID], grade: FromQuery[Code], exchange: TheExchange
) -> Response[ConvertedOut]:
    """A grade on another scale, where data says so; nothing is guessed."""
    async with exchange.reading() as unit:
        unit.require(VIEW_SCALES)
        row, band = await find_conversion(unit, from_version_id, to_version_id, grade)
        return Response(ConvertedOut(grade=catalogue.show_band(band), source=row.source, is_confirmed=row.is_confirmed))


routers = [
    Router(
        "/v1/grading-scales",
        route_handlers=[list_scales, add_scale, get_scale, change_scale, list_versions, add_version],
    ),
    Router("/v1/grading-scale-versions", route_handlers=[version_on, get_version, change_version, grade_for_points]),
    Router("/v1/scale-conversions", route_handlers=[list_conversions, add_conversion, convert_grade]),
]
