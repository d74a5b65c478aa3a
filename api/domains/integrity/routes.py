"""Similarity reports, integrity cases, oral checks, and the terms of cases."""

from collections.abc import Sequence

from litestar import Response, Router, get, post
from litestar.params import JSONBody
from sqlalchemy import select

from api.domains.integrity import case_routes, check_routes, similarity_routes
from api.domains.integrity.errors import TermsExist
from api.domains.integrity.guards import SET_TERMS, VIEW_TERMS
from api.domains.integrity.models import IntegrityTermsRow
from api.domains.integrity.rules import Terms
from api.domains.integrity.schemas import IntegrityTermsIn, IntegrityTermsOut
from api.domains.integrity.terms import set_terms
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["integrity"]


@get(policy=VIEW_TERMS, operation_id="list_integrity_terms", tags=TAGS)
async def list_integrity_terms(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[IntegrityTermsOut]]:
    """How many days a student has before a hearing and for an appeal, from which day on."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_TERMS)
        table = IntegrityTermsRow
        return (
            await page(exchange, unit, select(table), [table.valid_from, table.id], _shown, cursor, limit)
        ).response()


@post(
    policy=SET_TERMS,
    idempotent=True,
    problems=(TermsExist,),
    operation_id="set_integrity_terms",
    tags=TAGS,
    status_code=201,
)
async def set_integrity_terms(data: JSONBody[IntegrityTermsIn], exchange: TheExchange) -> Response[IntegrityTermsOut]:
    """Sets the terms from a day on: the registry. What was promised to a student before stays."""

    async def work(unit: Unit) -> Answer:
        unit.require(SET_TERMS)
        terms = Terms(data.hearing_days, data.appeal_days)
        return Answer(_shown(await set_terms(unit, data.valid_from, terms, data.act)), 201)

    return await exchange.once(work)


def _shown(row: IntegrityTermsRow) -> IntegrityTermsOut:
    return IntegrityTermsOut(
        id=row.id,
        valid_from=row.valid_from,
        hearing_days=row.hearing_days,
        appeal_days=row.appeal_days,
        act=row.act,
    )


terms_router = Router("/v1/integrity-terms", route_handlers=[list_integrity_terms, set_integrity_terms])
routers: Sequence[Router] = (
    case_routes.router,
    check_routes.router,
    similarity_routes.router,
    terms_router,
)
