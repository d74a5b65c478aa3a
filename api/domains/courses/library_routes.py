"""Routes of licensed library links. None of them answers a visitor."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.domains.courses.guards import KEEP_LIBRARY, USE_LIBRARY
from api.domains.courses.library import (
    Coverage,
    add_link,
    change_link,
    coverage_of,
    list_links,
    read_kept_link,
    read_link,
    seen_links,
    show_link,
)
from api.domains.courses.models import LibraryLinkRow
from api.domains.courses.schemas import LibraryLinkIn, LibraryLinkOut, LibraryLinkPatch
from api.errors import NotAllowed, NotFound, SignInNeeded, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit


@get("/", policy=USE_LIBRARY, problems=(SignInNeeded, NotAllowed), operation_id="list_library_links", tags=["library"])
async def show_links(
    exchange: TheExchange,
    course_id: Annotated[UUID | None, QueryParameter(name="course_id", description="What a course may use")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[LibraryLinkOut]]:
    """Links to licensed bases that you may use today: those of your classes' courses, of your units, and those for all.
    Whoever keeps links sees theirs on all days."""
    async with exchange.reading() as unit:
        query, order = list_links(await seen_links(unit), course_id)
        rows: list[LibraryLinkRow] = []

        def keep(row: LibraryLinkRow) -> LibraryLinkRow:
            rows.append(row)
            return row

        answer = await page(exchange, unit, query, order, keep, cursor, limit)
        coverage = await coverage_of(unit, [row.id for row in rows])
        shown = [show_link(row, coverage.get(row.id, Coverage()), unit.today) for row in rows]
    return Answer(PageOf(items=shown, next=answer.content.next), headers=answer.headers).response()


@post(
    "/",
    policy=KEEP_LIBRARY,
    idempotent=True,
    problems=(SignInNeeded, NotAllowed),
    operation_id="add_library_link",
    tags=["library"],
    status_code=201,
)
async def add(data: JSONBody[LibraryLinkIn], exchange: TheExchange) -> Response[LibraryLinkOut]:
    """Adds a link, by the registry or the head of the unit that answers for it (the library)."""

    async def work(unit: Unit) -> Answer:
        row = await add_link(unit, data)
        content = show_link(row, (await coverage_of(unit, [row.id]))[row.id], unit.today)
        return tagged(content, row.version, 201, {"Location": f"/v1/library-links/{row.id}"})

    return await exchange.once(work)


@get(
    "/{link_id:uuid}",
    policy=USE_LIBRARY,
    versioned=True,
    problems=(SignInNeeded, NotAllowed, NotFound),
    operation_id="read_library_link",
    tags=["library"],
)
async def read(link_id: FromPath[UUID], exchange: TheExchange) -> Response[LibraryLinkOut]:
    """A link. One that you may not use, or not today, is not found."""
    async with exchange.reading() as unit:
        row = await read_link(unit, link_id)
        content = show_link(row, (await coverage_of(unit, [row.id]))[row.id], unit.today)
    return tagged(content, row.version).response()


@patch(
    "/{link_id:uuid}",
    policy=KEEP_LIBRARY,
    versioned=True,
    problems=(SignInNeeded, NotAllowed, NotFound, VersionNeeded, StaleVersion),
    operation_id="change_library_link",
    tags=["library"],
)
async def change(
    link_id: FromPath[UUID], data: JSONBody[LibraryLinkPatch], exchange: TheExchange
) -> Response[LibraryLinkOut]:
    """Changes a link; setting `ends_on` ends it. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await read_kept_link(unit, link_id)
        exchange.check_version(row.version)
        await change_link(unit, row, data)
        content = show_link(row, (await coverage_of(unit, [row.id]))[row.id], unit.today)
        answer = tagged(content, row.version)
    return answer.response()


library_links = Router("/v1/library-links", route_handlers=[show_links, add, read, change])
