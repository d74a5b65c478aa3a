"""Reports over HTTP: for the office of the whole university."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.accommodations import reports
from api.domains.accommodations.errors import PeriodNotOver, ReportIsSigned
from api.domains.accommodations.guards import REPORT
from api.domains.accommodations.models import ReportRow
from api.domains.accommodations.rules import Feature
from api.domains.accommodations.schemas import AccommodationCount, AccommodationReportIn, AccommodationReportOut
from api.domains.people import service as people
from api.errors import NotFound, words_of
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["accommodations"]


@get(policy=REPORT, operation_id="list_accommodation_reports", tags=TAGS)
async def list_accommodation_reports(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[AccommodationReportOut]]:
    """The reports that were made, in their order."""
    async with exchange.reading() as unit:
        unit.reach(REPORT)
        answer = await page(exchange, unit, select(ReportRow), [ReportRow.id], lambda row: row, cursor, limit)
        shown = [await _show(unit, row, exchange.language) for row in answer.content.items]
        return Answer(PageOf(items=shown, next=answer.content.next), headers=answer.headers).response()


@post(
    policy=REPORT,
    idempotent=True,
    operation_id="make_accommodation_report",
    tags=TAGS,
    status_code=201,
)
async def make_accommodation_report(
    data: JSONBody[AccommodationReportIn], exchange: TheExchange
) -> Response[AccommodationReportOut]:
    """Counts cases, plans and objections of some days, without names; what fewer than five have is not told. The report
    does not change any more."""

    async def work(unit: Unit) -> Answer:
        unit.require(REPORT)
        row = await reports.store_report(unit, data.starts_on, data.ends_on)
        shown = await _show(unit, row, exchange.language)
        return Answer(shown, 201, {"Location": f"/v1/accommodation-reports/{row.id}"})

    return await exchange.once(work)


@get("/{accommodation_report_id:uuid}", policy=REPORT, operation_id="get_accommodation_report", tags=TAGS)
async def get_accommodation_report(
    accommodation_report_id: FromPath[UUID], exchange: TheExchange
) -> Response[AccommodationReportOut]:
    """A report, and whether its signature is that of what it says."""
    async with exchange.reading() as unit:
        unit.require(REPORT)
        return Response(await _show(unit, await _found(unit, accommodation_report_id), exchange.language))


@post(
    "/{accommodation_report_id:uuid}/sign",
    policy=REPORT,
    problems=(ReportIsSigned, PeriodNotOver),
    operation_id="sign_accommodation_report",
    tags=TAGS,
    status_code=200,
)
async def sign_accommodation_report(
    accommodation_report_id: FromPath[UUID], exchange: TheExchange
) -> Response[AccommodationReportOut]:
    """Signs a report with one's name, once its days are over: a member of the office. What was signed stays."""
    async with exchange.writing() as unit:
        unit.require(REPORT)
        await _found(unit, accommodation_report_id)
        return Response(await _show(unit, await reports.sign_report(unit, accommodation_report_id), exchange.language))


async def _found(unit: Unit, report_id: UUID) -> ReportRow:
    row = await unit.session.get(ReportRow, report_id)
    if row is None:
        raise NotFound()
    return row


async def _show(unit: Unit, row: ReportRow, language: str) -> AccommodationReportOut:
    names = {} if row.signed_by is None else await people.full_names(unit, {row.signed_by})
    counts = dict(row.counts)
    features = counts.pop("features")
    return AccommodationReportOut(
        id=row.id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        made_at=row.created_at,
        **counts,
        features=[
            AccommodationCount(
                feature=one, title=words_of(f"feature-{one}", "title", language, {}), plans=features[one]
            )
            for one in Feature
        ],
        content_sha256=row.content_sha256,
        signed_at=row.signed_at,
        signed_by_name=None if row.signed_by is None else names.get(row.signed_by, ""),
        is_signature_valid=reports.is_signature_valid(unit, row),
    )


router = Router(
    "/v1/accommodation-reports",
    route_handlers=[
        list_accommodation_reports,
        make_accommodation_report,
        get_accommodation_report,
        sign_accommodation_report,
    ],
)
