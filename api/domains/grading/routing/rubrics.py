"""Rubrics over HTTP."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.grading.access import require_class
from api.domains.grading.guards import MANAGE_RUBRICS, VIEW_RUBRICS
from api.domains.grading.models import RubricRow, RubricVersionRow
from api.domains.grading.rubrics import create_rubric, criteria_of, find_rubric, newest_version, rewrite_rubric
from api.domains.grading.schemas import RubricIn, RubricLine, RubricOut
from api.domains.grading.showing import read_criteria, show_criteria
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

_TAGS: Final = ["rubrics"]


async def _show(unit: Unit, class_id: UUID, version: RubricVersionRow, status: int = 200) -> Answer:
    criteria = await criteria_of(unit, version.id)
    content = RubricOut(
        id=version.rubric_id,
        class_id=class_id,
        version_id=version.id,
        number=version.number,
        titles=version.titles,
        criteria=show_criteria(criteria),
        sum=str(sum((one.max_points for one in criteria), Decimal("0.00"))),
        used_at=version.used_at,
        version=_tag(version),
    )
    headers = {"Location": f"/v1/rubrics/{version.rubric_id}"} if status == 201 else {}
    return tagged(content, _tag(version), status, headers)


def _tag(version: RubricVersionRow) -> int:
    """Rises with every change, also when a new version begins its own count."""
    return version.number * 1_000_000 + version.version


@post(
    "/classes/{class_id:uuid}/rubrics",
    policy=MANAGE_RUBRICS,
    idempotent=True,
    operation_id="create_rubric",
    tags=_TAGS,
    status_code=201,
)
async def add_rubric(class_id: FromPath[UUID], data: JSONBody[RubricIn], exchange: TheExchange) -> Response[RubricOut]:
    """Adds a rubric to a class: its instructors, the department head."""

    async def work(unit: Unit) -> Answer:
        await require_class(unit, MANAGE_RUBRICS, class_id, seen_by=VIEW_RUBRICS)
        return await _show(
            unit, class_id, await create_rubric(unit, class_id, data.titles, read_criteria(data.criteria)), 201
        )

    return await exchange.once(work)


@get("/classes/{class_id:uuid}/rubrics", policy=VIEW_RUBRICS, operation_id="list_rubrics", tags=_TAGS)
async def list_rubrics(
    class_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RubricLine]]:
    """The rubrics of a class."""
    async with exchange.reading() as unit:
        await require_class(unit, VIEW_RUBRICS, class_id)
        query = select(RubricRow).where(RubricRow.class_id == class_id)

        def show(row: RubricRow) -> RubricLine:
            return RubricLine(id=row.id, class_id=row.class_id, created_at=row.created_at)

        return (await page(exchange, unit, query, [RubricRow.id], show, cursor, limit)).response()


@get("/rubrics/{rubric_id:uuid}", policy=VIEW_RUBRICS, versioned=True, operation_id="get_rubric", tags=_TAGS)
async def get_rubric(rubric_id: FromPath[UUID], exchange: TheExchange) -> Response[RubricOut]:
    """The newest version of a rubric, with its entity tag."""
    async with exchange.reading() as unit:
        rubric = await find_rubric(unit, rubric_id)
        await require_class(unit, VIEW_RUBRICS, rubric.class_id)
        return (await _show(unit, rubric.class_id, await newest_version(unit, rubric_id))).response()


@put("/rubrics/{rubric_id:uuid}", policy=MANAGE_RUBRICS, versioned=True, operation_id="rewrite_rubric", tags=_TAGS)
async def write_rubric(
    rubric_id: FromPath[UUID], data: JSONBody[RubricIn], exchange: TheExchange
) -> Response[RubricOut]:
    """Replaces the criteria. Once somebody has marked by a version it stays as it is, and this makes the next one.
    Needs If-Match."""
    async with exchange.writing() as unit:
        rubric = await find_rubric(unit, rubric_id)
        await require_class(unit, MANAGE_RUBRICS, rubric.class_id, seen_by=VIEW_RUBRICS)
        newest = await newest_version(unit, rubric_id, lock=True)
        exchange.check_version(_tag(newest))
        version = await rewrite_rubric(unit, newest, data.titles, read_criteria(data.criteria))
        return (await _show(unit, rubric.class_id, version)).response()


routers: Final = (Router("/v1", route_handlers=[add_rubric, get_rubric, list_rubrics, write_rubric]),)
