"""Acts, specialities, closures and credit rules over HTTP. Everybody reads them; the registry keeps them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.programmes import catalogue
from api.domains.programmes.errors import AlreadyRecorded
from api.domains.programmes.guards import MANAGE_ACTS, VIEW_CATALOGUE
from api.domains.programmes.models import CreditRuleRow, LegalActRow, ProhibitedSpecialityRow, SpecialityRow
from api.domains.programmes.rules import CreditKind, Form, Level, Mode, Purpose
from api.domains.programmes.schemas import (
    ActChange,
    ActIn,
    ActOut,
    ClosedOut,
    ClosureChange,
    ClosureIn,
    ClosureOut,
    ConversionOut,
    CreditRuleIn,
    CreditRuleOut,
    SpecialityChange,
    SpecialityIn,
    SpecialityOut,
)
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

Amount = Annotated[float, QueryParameter(name="amount", ge=0, le=catalogue.LARGEST_CONVERSION)]


# Acts


@get(policy=VIEW_CATALOGUE, operation_id="list_legal_acts", tags=["catalogue"])
async def list_acts(exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50) -> Response[PageOf[ActOut]]:
    """Decrees and orders that rules here rest on, by date. Those that nobody has compared with their text say so."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        order = [LegalActRow.issued_on, LegalActRow.id]
        return (await page(exchange, unit, select(LegalActRow), order, catalogue.show_act, cursor, limit)).response()


@post(
    policy=MANAGE_ACTS, idempotent=True, problems=(AlreadyRecorded,), operation_id="add_legal_act", tags=["catalogue"]
)
async def add_act(data: JSONBody[ActIn], exchange: TheExchange) -> Response[ActOut]:
    """Enters an act: the registry. The same number, date and issuer is entered once."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_ACTS)
        row = await catalogue.add_act(unit, data)
        return tagged(catalogue.show_act(row), row.version, 201)

    return await exchange.once(work)


@get("/{act_id:uuid}", policy=VIEW_CATALOGUE, versioned=True, operation_id="get_legal_act", tags=["catalogue"])
async def get_act(act_id: FromPath[UUID], exchange: TheExchange) -> Response[ActOut]:
    """One act."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        row = await catalogue.find_act(unit, act_id)
        return tagged(catalogue.show_act(row), row.version).response()


@patch("/{act_id:uuid}", policy=MANAGE_ACTS, versioned=True, operation_id="change_legal_act", tags=["catalogue"])
async def change_act(act_id: FromPath[UUID], data: JSONBody[ActChange], exchange: TheExchange) -> Response[ActOut]:
    """Ends an act that was repealed, or corrects its words: the registry. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(MANAGE_ACTS)
        row = await catalogue.find_act(unit, act_id, to_change=True)
        exchange.check_version(row.version)
        await catalogue.change_act(unit, row, data)
        return tagged(catalogue.show_act(row), row.version).response()


# Specialities


@get(policy=VIEW_CATALOGUE, operation_id="list_specialities", tags=["catalogue"])
async def list_specialities(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[SpecialityOut]]:
    """The specialities of the national classifier that the university has, by code."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        order = [SpecialityRow.code, SpecialityRow.id]
        found = await page(exchange, unit, select(SpecialityRow), order, catalogue.show_speciality, cursor, limit)
        return found.response()


@post(
    policy=MANAGE_ACTS, idempotent=True, problems=(AlreadyRecorded,), operation_id="add_speciality", tags=["catalogue"]
)
async def add_speciality(data: JSONBody[SpecialityIn], exchange: TheExchange) -> Response[SpecialityOut]:
    """Enters a speciality: the registry. Its code is entered once."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_ACTS)
        row = await catalogue.add_speciality(unit, data)
        return tagged(catalogue.show_speciality(row), row.version, 201)

    return await exchange.once(work)


@get("/{speciality_id:uuid}", policy=VIEW_CATALOGUE, versioned=True, operation_id="get_speciality", tags=["catalogue"])
async def get_speciality(speciality_id: FromPath[UUID], exchange: TheExchange) -> Response[SpecialityOut]:
    """One speciality."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        row = await catalogue.find_speciality(unit, speciality_id)
        return tagged(catalogue.show_speciality(row), row.version).response()


@patch(
    "/{speciality_id:uuid}", policy=MANAGE_ACTS, versioned=True, operation_id="change_speciality", tags=["catalogue"]
)
async def change_speciality(
    speciality_id: FromPath[UUID], data: JSONBody[SpecialityChange], exchange: TheExchange
) -> Response[SpecialityOut]:
    """Corrects the titles of a speciality: the registry. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(MANAGE_ACTS)
        row = await catalogue.find_speciality(unit, speciality_id, to_change=True)
        exchange.check_version(row.version)
        await catalogue.change_speciality(unit, row, data)
        return tagged(catalogue.show_speciality(row), row.version).response()


@get("/{speciality_id:uuid}/closed", policy=VIEW_CATALOGUE, operation_id="is_speciality_closed", tags=["catalogue"])
async def is_closed(
    speciality_id: FromPath[UUID],
    level: FromQuery[Level],
    form: FromQuery[Form],
    mode: FromQuery[Mode],
    exchange: TheExchange,
    purpose: FromQuery[Purpose] = Purpose.TRAINING,
    on: FromQuery[date | None] = None,
) -> Response[ClosedOut]:
    """Whether an act forbids training or admission in that form and mode on a day (today): to ask before applying."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        found = await catalogue.closure_of(unit, speciality_id, level, form, mode, purpose, on or unit.today)
        shown = None if found is None else catalogue.show_closure(found)
        return Response(ClosedOut(is_closed=shown is not None, closure=shown))


# Closures


@get(policy=VIEW_CATALOGUE, operation_id="list_closed_specialities", tags=["catalogue"])
async def list_closures(
    exchange: TheExchange,
    on: FromQuery[date | None] = None,
    speciality_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ClosureOut]]:
    """Specialities closed to distance study or to admission, with the act, by the first day; those in force on a day,
    those of one speciality."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        query = catalogue.closures(on, speciality_id).add_columns(
            ProhibitedSpecialityRow.prohibited_from, ProhibitedSpecialityRow.id
        )
        order = [ProhibitedSpecialityRow.prohibited_from, ProhibitedSpecialityRow.id]
        found = await page(
            exchange,
            unit,
            query,
            order,
            lambda row: catalogue.show_closure((row[0], row[1], row[2])),
            cursor,
            limit,
        )
        return found.response()


@post(
    policy=MANAGE_ACTS,
    idempotent=True,
    problems=(AlreadyRecorded,),
    operation_id="close_speciality",
    tags=["catalogue"],
)
async def add_closure(data: JSONBody[ClosureIn], exchange: TheExchange) -> Response[ClosureOut]:
    """Closes a speciality by an act, for some days: the registry."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_ACTS)
        found = await catalogue.find_closure(unit, await catalogue.add_closure(unit, data))
        return tagged(catalogue.show_closure(found), found[0].version, 201)

    return await exchange.once(work)


@get(
    "/{closure_id:uuid}",
    policy=VIEW_CATALOGUE,
    versioned=True,
    operation_id="get_closed_speciality",
    tags=["catalogue"],
)
async def get_closure(closure_id: FromPath[UUID], exchange: TheExchange) -> Response[ClosureOut]:
    """One closure."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        found = await catalogue.find_closure(unit, closure_id)
        return tagged(catalogue.show_closure(found), found[0].version).response()


@patch("/{closure_id:uuid}", policy=MANAGE_ACTS, versioned=True, operation_id="end_closure", tags=["catalogue"])
async def end_closure(
    closure_id: FromPath[UUID], data: JSONBody[ClosureChange], exchange: TheExchange
) -> Response[ClosureOut]:
    """Sets or takes away the last day of a closure: the registry. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(MANAGE_ACTS)
        row = await catalogue.lock_closure(unit, closure_id)
        exchange.check_version(row.version)
        await catalogue.end_closure(unit, row, data.prohibited_to)
        found = await catalogue.find_closure(unit, closure_id)
        return tagged(catalogue.show_closure(found), found[0].version).response()


# Credits


@get(policy=VIEW_CATALOGUE, operation_id="list_credit_rules", tags=["catalogue"])
async def list_credit_rules(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[CreditRuleOut]]:
    """How many hours a credit has, by kind and first day. Where no rule is in force, a credit of either kind has 30
    hours."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        order = [CreditRuleRow.kind, CreditRuleRow.valid_from, CreditRuleRow.id]
        found = await page(exchange, unit, select(CreditRuleRow), order, catalogue.show_credit_rule, cursor, limit)
        return found.response()


@post(
    policy=MANAGE_ACTS, idempotent=True, problems=(AlreadyRecorded,), operation_id="add_credit_rule", tags=["catalogue"]
)
async def add_credit_rule(data: JSONBody[CreditRuleIn], exchange: TheExchange) -> Response[CreditRuleOut]:
    """Enters how many hours a credit has from a day on, with the source: the registry. What was counted before keeps
    its credits."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_ACTS)
        row = await catalogue.add_credit_rule(unit, data)
        return tagged(catalogue.show_credit_rule(row), row.version, 201)

    return await exchange.once(work)


@get("/convert", policy=VIEW_CATALOGUE, operation_id="convert_credits", tags=["catalogue"])
async def convert_credits(
    amount: Amount,
    from_kind: FromQuery[CreditKind],
    to_kind: FromQuery[CreditKind],
    exchange: TheExchange,
    on: FromQuery[date | None] = None,
) -> Response[ConversionOut]:
    """Credits of one kind in the other, by the hours that they stand for on a day (today)."""
    async with exchange.reading() as unit:
        unit.require(VIEW_CATALOGUE)
        return Response(await catalogue.convert(unit, amount, from_kind, to_kind, on or unit.today))


routers = [
    Router("/v1/legal-acts", route_handlers=[list_acts, add_act, get_act, change_act]),
    Router(
        "/v1/specialities",
        route_handlers=[list_specialities, add_speciality, get_speciality, change_speciality, is_closed],
    ),
    Router("/v1/closed-specialities", route_handlers=[list_closures, add_closure, get_closure, end_closure]),
    Router("/v1/credit-rules", route_handlers=[list_credit_rules, add_credit_rule, convert_credits]),
]
