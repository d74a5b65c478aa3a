"""Personal data over HTTP: export, special categories, retention."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from api.domains.people import service as people
from api.domains.people.guards import PERSON_SEE
from api.domains.privacy import service
from api.domains.privacy.errors import PeriodExists
from api.domains.privacy.guards import PERSON_EXPORT, RETENTION_READ, RETENTION_SET, SPECIAL_DATA
from api.domains.privacy.models import RetentionPeriodRow, RetentionRunRow, SpecialDataRow
from api.domains.privacy.rules import Period
from api.domains.privacy.schemas import (
    PersonExport,
    RetentionIn,
    RetentionOut,
    RetentionRunOut,
    SpecialDataIn,
    SpecialDataOut,
)
from api.errors import NotFound, StaleVersion, VersionNeeded, invalid, words_of
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.ids import new_id
from api.retention import RetentionRule
from api.unit import Unit


@get("/{person_id:uuid}/export", policy=PERSON_EXPORT, operation_id="export_person", tags=["privacy"])
async def export_person(person_id: FromPath[UUID], exchange: TheExchange) -> Response[PersonExport]:
    """Everything that is held about a person, from every table: for the person, and for the registry when the person
    asks there. What is sealed is opened for the person alone. Each export stands in the audit log."""
    is_own = exchange.actor.person == person_id
    async with exchange.reading() as unit:  # it may take a second, and nobody who writes has to wait for it
        unit.require(PERSON_EXPORT, await people.place_of_person(unit, person_id), seen_by=PERSON_SEE)
        if not await people.person_exists(unit, person_id):
            raise NotFound()
        content = await service.export_person(unit, person_id, open_sealed=is_own)
    async with exchange.writing() as unit:
        unit.require(PERSON_EXPORT, await people.place_of_person(unit, person_id), seen_by=PERSON_SEE)
        unit.record("person.export", "person", person_id, person=person_id, sealed="opened" if is_own else "withheld")
    headers = {"Content-Disposition": 'attachment; filename="person.json"', "Cache-Control": "no-store"}
    return Answer(content, headers=headers).response()


# Special categories


@get(
    "/{person_id:uuid}/special-data",
    policy=SPECIAL_DATA,
    versioned=True,
    operation_id="get_special_data",
    tags=["privacy"],
)
async def get_special_data(person_id: FromPath[UUID], exchange: TheExchange) -> Response[SpecialDataOut]:
    """What the inclusive-education office knows of a person's needs. For that office alone; each reading stands in the
    audit log, where the person can see it."""
    async with exchange.writing() as unit:
        row = await _find_special_data(unit, person_id)
        if row is None:
            raise NotFound()
        unit.record("special-data.read", "person", person_id, person=person_id)
        return _show_special_data(unit, row)


@put(
    "/{person_id:uuid}/special-data",
    policy=SPECIAL_DATA,
    versioned=True,
    problems=(VersionNeeded, StaleVersion),
    operation_id="write_special_data",
    tags=["privacy"],
)
async def write_special_data(
    person_id: FromPath[UUID], data: JSONBody[SpecialDataIn], exchange: TheExchange
) -> Response[SpecialDataOut]:
    """Writes it down, sealed. Needs If-Match when there is something already."""
    async with exchange.writing() as unit:
        row = await _find_special_data(unit, person_id, for_update=True)
        if row is None:
            if not await people.person_exists(unit, person_id):
                raise NotFound()
            row = SpecialDataRow(id=new_id(), created_at=unit.now, person_id=person_id)
            service.seal_special_data(unit, row, data.categories, data.details)
            unit.session.add(row)
        else:
            exchange.check_version(row.version)
            service.seal_special_data(unit, row, data.categories, data.details)
            flag_modified(row, "details")
        await unit.session.flush()
        unit.record("special-data.write", "person", person_id, person=person_id)
        return _show_special_data(unit, row)


@delete(
    "/{person_id:uuid}/special-data",
    policy=SPECIAL_DATA,
    versioned=True,
    problems=(VersionNeeded, StaleVersion),
    operation_id="delete_special_data",
    tags=["privacy"],
)
async def delete_special_data(person_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Deletes it, e.g. because the person withdrew the consent. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await _find_special_data(unit, person_id, for_update=True)
        if row is None:
            raise NotFound()
        exchange.check_version(row.version)
        await unit.session.delete(row)
        unit.record("special-data.delete", "person", person_id, person=person_id, reason="asked")


async def _find_special_data(unit: Unit, person_id: UUID, *, for_update: bool = False) -> SpecialDataRow | None:
    unit.require(SPECIAL_DATA, await people.place_of_person(unit, person_id), seen_by=PERSON_SEE)
    return await service.find_special_data(unit, person_id, for_update=for_update)


def _show_special_data(unit: Unit, row: SpecialDataRow) -> Response[SpecialDataOut]:
    categories, details = service.open_special_data(unit, row)
    content = SpecialDataOut(person_id=row.person_id, categories=categories, details=details)
    return tagged(content, row.version, headers={"Cache-Control": "no-store"}).response()


# Retention


def retention_router(rules: Sequence[RetentionRule]) -> Router:
    """The routes about periods, for the categories of all domains."""
    by_category = {rule.category: rule for rule in rules}

    @get("/periods", policy=RETENTION_READ, operation_id="list_retention_periods", tags=["privacy"])
    async def list_retention_periods(exchange: TheExchange) -> Response[PageOf[RetentionOut]]:
        """How long what is kept, and on which legal basis. All of it; there are as many as there are categories."""
        async with exchange.reading() as unit:
            unit.reach(RETENTION_READ)
            kept = await service.kept_categories(unit, rules)
            return Response(PageOf(items=[_show_period(one, exchange.language) for one in kept]))

    @post(
        "/periods",
        policy=RETENTION_SET,
        idempotent=True,
        problems=(PeriodExists,),
        operation_id="set_retention_period",
        tags=["privacy"],
    )
    async def set_retention_period(data: JSONBody[RetentionIn], exchange: TheExchange) -> Response[RetentionOut]:
        """Sets how long a category is kept, from today or a later day on. The periods before stay on record."""

        async def work(unit: Unit) -> Answer:
            unit.require(RETENTION_SET)
            rule = by_category.get(data.category)
            if rule is None:
                raise invalid("/category", "no-such-category", known=sorted(by_category))
            if data.starts_on < unit.today:
                raise invalid("/starts_on", "in-the-past")
            table = RetentionPeriodRow
            same = select(table.id).where(table.category == data.category, table.starts_on == data.starts_on)
            if await unit.session.scalar(same):
                raise PeriodExists(category=data.category)
            row = RetentionPeriodRow(
                id=new_id(),
                created_at=unit.now,
                category=data.category,
                days=data.days,
                legal_basis=data.legal_basis,
                starts_on=data.starts_on,
            )
            unit.session.add(row)
            await unit.session.flush()
            unit.record(
                "retention.set",
                "retention-period",
                row.id,
                category=row.category,
                days=str(row.days),
                starts_on=row.starts_on.isoformat(),
            )
            period = Period(row.days, row.starts_on, row.legal_basis)
            content = _show_period(service.Kept(rule, period), exchange.language)
            return Answer(content, 201)

        return await exchange.once(work)

    @get("/runs", policy=RETENTION_SET, operation_id="list_retention_runs", tags=["privacy"])
    async def list_retention_runs(
        exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
    ) -> Response[PageOf[RetentionRunOut]]:
        """What was taken away when, by category and number."""
        async with exchange.reading() as unit:
            unit.require(RETENTION_SET)
            query = select(RetentionRunRow)
            return (await page(exchange, unit, query, [RetentionRunRow.id], _show_run, cursor, limit)).response()

    handlers = [list_retention_periods, set_retention_period, list_retention_runs]
    return Router("/v1/retention", route_handlers=handlers)


def _show_period(one: service.Kept, language: str) -> RetentionOut:
    is_default = not one.period.legal_basis
    return RetentionOut(
        category=one.rule.category,
        title=words_of(f"retention-{one.rule.category}", "title", language, {}),
        effect=one.rule.effect,
        days=one.period.days,
        legal_basis=None if is_default else one.period.legal_basis,
        starts_on=None if is_default else one.period.starts_on,
    )


def _show_run(row: RetentionRunRow) -> RetentionRunOut:
    return RetentionRunOut(
        id=row.id, at=row.created_at, category=row.category, days=row.days, older_than=row.older_than, rows=row.rows
    )


def make_routers(rules: Sequence[RetentionRule]) -> Sequence[Router]:
    """All routes of the domain, over the retention rules of all domains."""
    persons = [export_person, get_special_data, write_special_data, delete_special_data]
    return (Router("/v1/persons", route_handlers=persons), retention_router(rules))
