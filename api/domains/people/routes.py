"""Persons, units and roles over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select, tuple_

from api.domains.people import service
from api.domains.people.errors import (
    CodeTaken,
    EmailOfStaff,
    LastAdministrator,
    OwnRights,
    RoleFollows,
    RoleIsOver,
    RoleNotYours,
    UnitClosed,
    UnitCycle,
    UnitHasOpenParts,
    UnitTooDeep,
    UniversityStays,
)
from api.domains.people.guards import (
    PERSON_CORRECT,
    PERSON_CORRECT_OWN,
    PERSON_CREATE,
    PERSON_FILE,
    PERSON_REACH,
    PERSON_SEE,
    ROLE_GIVE_ANY,
    ROLES_READ,
    UNIT_READ,
    UNIT_WRITE,
)
from api.domains.people.models import PersonRow, PersonSearchRow, RoleAssignmentRow, UnitRow
from api.domains.people.rules import Grant, Name, Source, UnitKind, has_foreign_letters, is_in_force, search_key
from api.domains.people.schemas import (
    NameIn,
    NameOut,
    PersonChange,
    PersonContacts,
    PersonFile,
    PersonIn,
    PersonName,
    PersonOut,
    PersonPreferences,
    PersonSearch,
    RoleEnd,
    RoleIn,
    RoleOut,
    UnitChange,
    UnitIn,
    UnitOut,
)
from api.errors import LANGUAGES, NotAllowed, NotFound, StaleVersion, VersionNeeded, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page, read_cursor
from api.http.wire import PageOf
from api.identity import Role, Scope
from api.policy import place
from api.unit import Unit
from builder.model.language import UnknownLanguageTag, parse_language_tag

OLDEST_BIRTH = date(1900, 1, 1)


# Persons


@get(policy=PERSON_SEE, operation_id="list_persons", tags=["people"])
async def list_persons(exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50) -> Response[PageOf[PersonName]]:
    """The persons whom the actor may see, by name alone, in the order in which they were entered."""
    async with exchange.reading() as unit:
        reach = unit.reach(PERSON_SEE)
        (after,) = (None,) if cursor is None else read_cursor(cursor, [PersonRow.id])
        query = select(PersonRow).where(service.visible_part(reach, unit.today, after, limit + 1))
        return (await page(exchange, unit, query, [PersonRow.id], _show_name, cursor, limit)).response()


@post("/search", policy=PERSON_SEE, operation_id="search_persons", tags=["people"], status_code=200)
async def search_persons(data: JSONBody[PersonSearch], exchange: TheExchange) -> Response[PageOf[PersonName]]:
    """Persons by the beginning of a name, in any of its scripts, family name or given name first, without regard to
    case; or by their number in the system that rosters come from. Only those whom the actor may see."""
    if (data.name_starts is None) == (data.source_id is None):
        raise invalid("/name_starts", "one-of-two")
    async with exchange.reading() as unit:
        visible = service.visible_persons(unit.reach(PERSON_SEE), unit.today)
        if data.source_id is not None:
            found = await unit.session.scalars(select(PersonRow).where(PersonRow.source_id == data.source_id, visible))
            return Response(PageOf(items=[_show_name(row) for row in found]))
        return Response(await _search_by_name(unit, data, visible))


async def _search_by_name(unit: Unit, data: PersonSearch, visible: Any) -> PageOf[PersonName]:
    prefix = search_key(data.name_starts or "")
    if not prefix:
        raise invalid("/name_starts", "no-letters")
    table = PersonSearchRow
    query = (
        select(PersonRow, table.id)
        .join_from(table, PersonRow, PersonRow.id == table.person_id)
        .where(service.starting_with(prefix), visible)
    )
    if data.cursor is not None:  # the id of a key: the key itself would put a name into the cursor
        last = await _cursor_key(unit, data.cursor)
        query = query.where(tuple_(table.key, table.id) > tuple_(last.key, last.id))
    rows = (await unit.session.execute(query.order_by(table.key, table.id).limit(data.limit + 1))).all()
    shown = rows[: data.limit]
    following = str(shown[-1][1]) if len(rows) > data.limit else None
    return PageOf(items=[_show_name(row) for row, _ in shown], next=following)


async def _cursor_key(unit: Unit, cursor: str) -> PersonSearchRow:
    try:
        row = await unit.session.get(PersonSearchRow, UUID(cursor))
    except ValueError:
        row = None
    if row is None:
        raise invalid("/cursor", "bad-cursor")
    return row


@post(policy=PERSON_CREATE, idempotent=True, problems=(CodeTaken,), operation_id="create_person", tags=["people"])
async def create_person(data: JSONBody[PersonIn], exchange: TheExchange) -> Response[PersonFile]:
    """Enters a person: the registry or an administrator. Whoever is in the system already is not entered twice; search
    first."""

    async def work(unit: Unit) -> Answer:
        unit.require(PERSON_CREATE)
        name = _checked_name(data.name, "/name")
        others = _checked_names(data.other_names)
        _check_birth(unit, data.birth_date)
        await _check_source_id(unit, data.source_id)
        id_ = await service.create_person(
            unit,
            service.NewPerson(
                name,
                others,
                data.preferred_name,
                data.birth_date,
                data.email,
                data.phone,
                data.language,
                data.source_id,
            ),
        )
        row = await unit.session.get_one(PersonRow, id_)
        answer = tagged(await _show_file(unit, row), row.version, 201)
        return Answer(answer.content, 201, {**answer.headers, "Location": f"/v1/persons/{id_}"})

    return await exchange.once(work)


@get("/{person_id:uuid}", policy=PERSON_SEE, versioned=True, operation_id="get_person", tags=["people"])
async def get_person(person_id: FromPath[UUID], exchange: TheExchange) -> Response[PersonOut]:
    """One person, as much as the actor may see of them; `view` says which. Whoever sees more than the name of somebody
    else leaves an entry in the audit log, which that person can read."""
    opening = exchange.reading() if exchange.actor.person == person_id else exchange.writing()
    async with opening as unit:
        where = await service.place_of_person(unit, person_id)
        unit.require(PERSON_SEE, where)
        row = await _find_person(unit, person_id)
        shown: PersonOut
        if unit.may(PERSON_FILE, where):
            shown = await _show_file(unit, row)
        elif unit.may(PERSON_REACH, where):
            shown = _show_contacts(row)
        else:
            return tagged(_show_name(row), row.version).response()
        if exchange.actor.person != person_id:
            unit.record("person.read", "person", row.id, person=row.id, view=str(shown.__struct_config__.tag))
        return tagged(shown, row.version).response()


@patch(
    "/{person_id:uuid}",
    policy=PERSON_CORRECT,
    versioned=True,
    problems=(VersionNeeded, StaleVersion, CodeTaken, EmailOfStaff),
    operation_id="correct_person",
    tags=["people"],
)
async def correct_person(
    person_id: FromPath[UUID], data: JSONBody[PersonChange], exchange: TheExchange
) -> Response[PersonOut]:
    """Corrects what is held about a person (clause 4.1 c): the registry, from documents. New passwords are mailed, so
    the e-mail of members of staff is changed by administrators, who change nothing else here. Needs If-Match. The audit
    log keeps which fields were changed, when and by whom, not what stood in them."""
    async with exchange.writing() as unit:
        where = await service.place_of_person(unit, person_id)
        unit.require(PERSON_CORRECT, where, seen_by=PERSON_SEE)
        row = await _find_person(unit, person_id, for_update=True)
        exchange.check_version(row.version)
        fields = _given(data)
        sees_file = unit.may(PERSON_FILE, where)
        if not sees_file and fields.keys() - {"email"}:
            raise NotAllowed()
        if fields.get("email", row.email) != row.email and not await service.may_change_emails(unit, [row.id]):
            raise EmailOfStaff()
        if "name" in fields:
            fields["name"] = _checked_name(fields["name"], "/name")
        if "other_names" in fields:
            fields["other_names"] = _checked_names(fields["other_names"])
        _check_birth(unit, fields.get("birth_date"))
        if fields.get("source_id") != row.source_id:
            await _check_source_id(unit, fields.get("source_id"))
        if fields:
            await service.correct_person(unit, row, fields)
        shown: PersonOut = await _show_file(unit, row) if sees_file else _show_contacts(row)
        return tagged(shown, row.version).response()


@patch(
    "/{person_id:uuid}/preferences",
    policy=PERSON_CORRECT_OWN,
    versioned=True,
    problems=(VersionNeeded, StaleVersion),
    operation_id="change_own_preferences",
    tags=["people"],
)
async def change_own_preferences(
    person_id: FromPath[UUID], data: JSONBody[PersonPreferences], exchange: TheExchange
) -> Response[PersonFile]:
    """Changes how one is addressed, called and written to. Names, birth date and e-mail are the registry's: documents
    and the way back into a lost account hang on them. Needs If-Match."""
    async with exchange.writing() as unit:
        where = await service.place_of_person(unit, person_id)
        unit.require(PERSON_CORRECT_OWN, where, seen_by=PERSON_SEE)
        row = await _find_person(unit, person_id, for_update=True)
        exchange.check_version(row.version)
        fields = _given(data)
        if fields:
            await service.correct_person(unit, row, fields)
        return tagged(await _show_file(unit, row), row.version).response()


def _given(data: PersonChange | PersonPreferences) -> dict[str, Any]:
    found = {name: getattr(data, name) for name in data.__struct_fields__}
    return {name: value for name, value in found.items() if value is not msgspec.UNSET}


def _checked_name(name: NameIn, pointer: str) -> Name:
    try:
        parse_language_tag(name.tag.split("-")[0])  # kg alone is refused, whatever the script
        tag = parse_language_tag(name.tag)
    except UnknownLanguageTag:
        raise invalid(f"{pointer}/tag", "unknown-language") from None
    checked = Name(tag, name.family_name.strip(), name.given_name.strip(), name.patronymic and name.patronymic.strip())
    if has_foreign_letters(checked):
        raise invalid(pointer, "foreign-letters", tag=tag)
    return checked


def _checked_names(names: Sequence[NameIn]) -> tuple[Name, ...]:
    checked = tuple(_checked_name(name, f"/other_names/{place_}") for place_, name in enumerate(names))
    tags = [name.tag for name in checked]
    for place_, tag in enumerate(tags):
        if tag in tags[:place_]:
            raise invalid(f"/other_names/{place_}/tag", "tag-twice", tag=tag)
    return checked


def _check_birth(unit: Unit, birth_date: date | None) -> None:
    if birth_date is not None and not OLDEST_BIRTH <= birth_date < unit.today:
        raise invalid("/birth_date", "no-birth-date", earliest=OLDEST_BIRTH.isoformat())


async def _check_source_id(unit: Unit, source_id: str | None) -> None:
    if source_id is not None and await service.persons_by_source(unit, [source_id]):
        raise CodeTaken(field="source_id")


async def _find_person(unit: Unit, person_id: UUID, *, for_update: bool = False) -> PersonRow:
    row = await unit.session.get(PersonRow, person_id, with_for_update=for_update or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def _name(row: PersonRow) -> NameOut:
    return NameOut(tag=row.name_tag, family_name=row.family_name, given_name=row.given_name, patronymic=row.patronymic)


def _show_name(row: PersonRow) -> PersonName:
    return PersonName(id=row.id, name=_name(row), preferred_name=row.preferred_name)


def _show_contacts(row: PersonRow) -> PersonContacts:
    return PersonContacts(
        id=row.id,
        name=_name(row),
        preferred_name=row.preferred_name,
        email=row.email,
        phone=row.phone,
        language=row.language,
    )


async def _show_file(unit: Unit, row: PersonRow) -> PersonFile:
    others = await service.other_names_of(unit, row.id)
    return PersonFile(
        id=row.id,
        name=_name(row),
        other_names=[
            NameOut(tag=one.tag, family_name=one.family_name, given_name=one.given_name, patronymic=one.patronymic)
            for one in others
        ],
        preferred_name=row.preferred_name,
        birth_date=row.birth_date,
        email=row.email,
        phone=row.phone,
        language=row.language,
        source_id=row.source_id,
        is_anonymised=row.is_anonymised,
    )


# Roles


@get("/{person_id:uuid}/roles", policy=ROLES_READ, operation_id="list_roles_of_person", tags=["roles"])
async def list_roles_of_person(
    person_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RoleOut]]:
    """All roles that a person holds, will hold and has held."""
    async with exchange.reading() as unit:
        unit.require(ROLES_READ, await service.place_of_person(unit, person_id), seen_by=PERSON_SEE)
        await _find_person(unit, person_id)
        query = select(RoleAssignmentRow).where(RoleAssignmentRow.person_id == person_id)
        answer = await page(
            exchange, unit, query, [RoleAssignmentRow.id], lambda row: _show_role(unit, row), cursor, limit
        )
        return answer.response()


@post(
    "/{person_id:uuid}/roles",
    policy=ROLE_GIVE_ANY,
    idempotent=True,
    problems=(OwnRights, RoleNotYours, RoleFollows, UnitClosed),
    operation_id="give_role",
    tags=["roles"],
)
async def give_role(person_id: FromPath[UUID], data: JSONBody[RoleIn], exchange: TheExchange) -> Response[RoleOut]:
    """Gives a person a role. Administrators give every role that does not follow from teaching or admission; a dean's
    office makes department heads and members of commissions in its own units, the registry members of councils.
    Nobody gives themselves anything."""

    async def work(unit: Unit) -> Answer:
        unit.reach(ROLE_GIVE_ANY)
        unit.require(PERSON_SEE, await service.place_of_person(unit, person_id))
        await _find_person(unit, person_id)
        if data.ends_on is not None and data.ends_on < data.starts_on:
            raise invalid("/ends_on", "end-before-start")
        try:
            grant = Grant(
                person_id,
                data.role,
                Scope(data.scope),
                data.scope_id,
                data.starts_on,
                data.ends_on,
                Source.ASSIGNED,
            )
        except ValueError:
            raise invalid("/scope", "no-such-scope", role=data.role) from None
        row = await unit.session.get_one(RoleAssignmentRow, await service.give_role(unit, grant))
        return Answer(_show_role(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{assignment_id:uuid}/end",
    policy=ROLE_GIVE_ANY,
    idempotent=True,
    problems=(RoleNotYours, RoleFollows, RoleIsOver, LastAdministrator),
    operation_id="end_role",
    tags=["roles"],
    status_code=200,
)
async def end_role(assignment_id: FromPath[UUID], data: JSONBody[RoleEnd], exchange: TheExchange) -> Response[RoleOut]:
    """Takes a role away, at once or after a day, with the reason. Whoever may give the role may take it; the last
    administrator stays. The record of the role is kept."""

    async def work(unit: Unit) -> Answer:
        unit.reach(ROLE_GIVE_ANY)
        if data.ends_on is not None and data.ends_on < unit.today:
            raise invalid("/ends_on", "in-the-past")
        row = await service.end_assignment(unit, assignment_id, data.ends_on, data.reason)
        return Answer(_show_role(unit, row))

    return await exchange.once(work)


def _show_role(unit: Unit, row: RoleAssignmentRow) -> RoleOut:
    return RoleOut(
        id=row.id,
        person_id=row.person_id,
        role=Role(row.role),
        scope=Scope(row.scope),
        scope_id=row.scope_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        source=Source(row.source),
        is_in_force=is_in_force(row.starts_on, row.ends_on, unit.today),
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )


# Units


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
        row = await service.create_unit(unit, data.code, data.kind, data.parent_id, data.titles)
        answer = tagged(_show_unit(row), row.version, 201)
        return Answer(answer.content, 201, {**answer.headers, "Location": f"/v1/units/{row.id}"})

    return await exchange.once(work)


@get("/{unit_id:uuid}", policy=UNIT_READ, versioned=True, operation_id="get_unit", tags=["units"])
async def get_unit(unit_id: FromPath[UUID], exchange: TheExchange) -> Response[UnitOut]:
    """One part of the university. Public."""
    async with exchange.reading() as unit:
        unit.reach(UNIT_READ)
        row = await _find_unit(unit, unit_id)
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
        row = await _find_unit(unit, unit_id, for_update=True)
        exchange.check_version(row.version)
        if data.titles is not msgspec.UNSET:
            _check_titles(data.titles)
            row.titles = dict(data.titles)
        if data.parent_id is not msgspec.UNSET and data.parent_id != row.parent_id:
            await service.move_unit(unit, row, data.parent_id)
        if data.closed_on is not msgspec.UNSET and data.closed_on != row.closed_on:
            await service.close_unit(unit, row, data.closed_on)
        await unit.session.flush()
        fields = [name for name in data.__struct_fields__ if getattr(data, name) is not msgspec.UNSET]
        unit.record("unit.change", "unit", row.id, fields=",".join(fields))
        return tagged(_show_unit(row), row.version).response()


@get("/{unit_id:uuid}/roles", policy=ROLES_READ, operation_id="list_roles_in_unit", tags=["roles"])
async def list_roles_in_unit(
    unit_id: FromPath[UUID],
    exchange: TheExchange,
    in_force_on: Annotated[
        date | None, QueryParameter(name="in_force_on", description="Only roles of that day")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[RoleOut]]:
    """Who holds which role for exactly this unit: its head, its office, the members of a council."""
    async with exchange.reading() as unit:
        await _find_unit(unit, unit_id)
        unit.require(ROLES_READ, place(unit=unit_id), seen_by=UNIT_READ)
        table = RoleAssignmentRow
        query = select(table).where(table.scope == Scope.UNIT, table.scope_id == unit_id)
        if in_force_on is not None:
            query = query.where(service.in_force(in_force_on))
        answer = await page(exchange, unit, query, [table.id], lambda row: _show_role(unit, row), cursor, limit)
        return answer.response()


def _check_titles(titles: dict[str, str]) -> None:
    missing = [language for language in LANGUAGES if language not in titles]
    if missing:
        raise invalid("/titles", "title-missing", languages=missing)


async def _find_unit(unit: Unit, unit_id: UUID, *, for_update: bool = False) -> UnitRow:
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


routers: Sequence[Router] = (
    Router(
        "/v1/persons",
        route_handlers=[
            list_persons,
            search_persons,
            create_person,
            get_person,
            correct_person,
            change_own_preferences,
            list_roles_of_person,
            give_role,
        ],
    ),
    Router("/v1/role-assignments", route_handlers=[end_role]),
    Router("/v1/units", route_handlers=[list_units, create_unit, get_unit, change_unit, list_roles_in_unit]),
)
