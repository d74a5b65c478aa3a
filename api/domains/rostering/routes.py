"""Importing rosters, and what became of them."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy import select

from api.domains.rostering.errors import RosterRefused
from api.domains.rostering.guards import IMPORT_ROSTER, VIEW_IMPORTS
from api.domains.rostering.models import RosterImportRow, RosterRowRow
from api.domains.rostering.schemas import RosterImportOut, RosterReport, RosterRowOut
from api.domains.rostering.service import Report, carry_out, parse
from api.errors import NotFound
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import Language, PageOf
from api.unit import Unit

LARGEST_BODY: Final = 50_000_000
"""Bytes of a packed archive. Our choice."""
Trial = Annotated[bool, QueryParameter(name="trial", description="Carry everything out, report it, and store nothing")]
NameLanguage = Annotated[Language, QueryParameter(name="language", description="Of names and titles in the archive")]


class _TrialOver(Exception):
    """Ends the transaction of a trial."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


@post(
    "/",
    policy=IMPORT_ROSTER,
    problems=(RosterRefused,),
    operation_id="import_roster",
    tags=["rosters"],
    status_code=200,
    idempotent=True,
    accepts=("application/zip",),
    request_max_body_size=LARGEST_BODY,
)
async def import_roster(
    exchange: TheExchange, language: NameLanguage = "ky", trial: Trial = False
) -> Response[RosterReport]:
    """Imports a OneRoster 1.2 archive (a ZIP of CSV files): all of it, or nothing and a list of what is wrong with
    which row. The same archive again changes nothing."""
    async with exchange.reading() as unit:
        unit.require(IMPORT_ROSTER)
    parsed = parse(await exchange.request.body(), language)

    async def work(unit: Unit) -> Answer:
        unit.require(IMPORT_ROSTER)
        report = await carry_out(unit, parsed, language)
        if trial:
            raise _TrialOver(report)
        return Answer(_report(report))

    try:
        return await exchange.once(work)
    except _TrialOver as over:
        return Response(_report(over.report, stored=False))


@get("/", policy=VIEW_IMPORTS, operation_id="list_roster_imports", tags=["rosters"])
async def list_imports(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RosterImportOut]]:
    """The imports that were carried out, the oldest first."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_IMPORTS)
        found = await page(exchange, unit, select(RosterImportRow), [RosterImportRow.id], _import, cursor, limit)
        return found.response()


@get("/{import_id:uuid}/rows", policy=VIEW_IMPORTS, operation_id="list_roster_rows", tags=["rosters"])
async def list_rows(
    import_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RosterRowOut]]:
    """What became of each row of an import, in the order of files and lines."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_IMPORTS)
        if await unit.session.get(RosterImportRow, import_id) is None:
            raise NotFound()
        query = select(RosterRowRow).where(RosterRowRow.import_id == import_id)
        order = [RosterRowRow.file, RosterRowRow.line]
        return (await page(exchange, unit, query, order, _row, cursor, limit)).response()


def _report(report: Report, *, stored: bool = True) -> RosterReport:
    return RosterReport(
        id=report.id if stored else None, digest=report.digest, counts=report.counts, unread=list(report.unread)
    )


def _import(row: RosterImportRow) -> RosterImportOut:
    return RosterImportOut(id=row.id, imported_at=row.created_at, digest=row.digest, size=row.size, counts=row.counts)


def _row(row: RosterRowRow) -> RosterRowOut:
    return RosterRowOut(file=row.file, line=row.line, source_id=row.source_id, outcome=row.outcome)


routers: Sequence[Router] = (Router("/v1/rosters", route_handlers=[import_roster, list_imports, list_rows]),)
