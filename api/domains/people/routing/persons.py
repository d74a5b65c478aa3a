"""Routes of persons: found, shown, corrected."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from sqlalchemy import select, tuple_

from api.domains.people import persons, places
from api.domains.people.errors import (
    CodeTaken,
    EmailOfStaff,
)
from api.domains.people.guards import (
    PERSON_CORRECT,
    PERSON_CORRECT_OWN,
    PERSON_CREATE,
    PERSON_FILE,
    PERSON_REACH,
    PERSON_SEE,
)
from api.domains.people.models import PersonRow, PersonSearchRow
from api.domains.people.rules import Name, has_foreign_letters, search_key
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
)
from api.errors import NotAllowed, NotFound, StaleVersion, VersionNeeded, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page, read_cursor
from api.http.wire import PageOf
from api.unit import Unit
from builder.model.language import UnknownLanguageTag, parse_language_tag

OLDEST_BIRTH = date(1900, 1, 1)


@get(policy=PERSON_SEE, operation_id="list_persons", tags=["people"])
async def list_persons(exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50) -> Response[PageOf[PersonName]]:
    """The persons whom the actor may see, by name alone, in the order in which they were entered."""
    async with exchange.reading() as unit:
        reach = unit.reach(PERSON_SEE)
        (after,) = (None,) if cursor is None else read_cursor(cursor, [PersonRow.id])
        query = select(PersonRow).where(places.visible_part(reach, unit.today, after, limit + 1))
        return (await page(exchange, unit, query, [PersonRow.id], _show_name, cursor, limit)).response()


@post("/search", policy=PERSON_SEE, operation_id="search_persons", tags=["people"], status_code=200)
async def search_persons(data: JSONBody[PersonSearch], exchange: TheExchange) -> Response[PageOf[PersonName]]:
    """Persons by the beginning of a name, in any of its scripts, family name or given name first, without regard to
    case; or by their number in the system that rosters come from. Only those whom the actor may see."""
    if (data.name_starts is None) == (data.source_id is None):
        raise invalid("/name_starts", "one-of-two")
    async with exchange.reading() as unit:
        visible = places.visible_persons(unit.reach(PERSON_SEE), unit.today)
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
        .where(persons.starting_with(prefix), visible)
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
        id_ = await persons.create_person(
            unit,
            persons.NewPerson(
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
        where = await places.place_of_person(unit, person_id)
        unit.require(PERSON_SEE, where)
        row = await find_person(unit, person_id)
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
        where = await places.place_of_person(unit, person_id)
        unit.require(PERSON_CORRECT, where, seen_by=PERSON_SEE)
        row = await find_person(unit, person_id, for_update=True)
        exchange.check_version(row.version)
        fields = _given(data)
        sees_file = unit.may(PERSON_FILE, where)
        if not sees_file and fields.keys() - {"email"}:
            raise NotAllowed()
        if fields.get("email", row.email) != row.email and not await persons.may_change_emails(unit, [row.id]):
            raise EmailOfStaff()
        if "name" in fields:
            fields["name"] = _checked_name(fields["name"], "/name")
        if "other_names" in fields:
            fields["other_names"] = _checked_names(fields["other_names"])
        _check_birth(unit, fields.get("birth_date"))
        if fields.get("source_id") != row.source_id:
            await _check_source_id(unit, fields.get("source_id"))
        if fields:
            await persons.correct_person(unit, row, fields)
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
        where = await places.place_of_person(unit, person_id)
        unit.require(PERSON_CORRECT_OWN, where, seen_by=PERSON_SEE)
        row = await find_person(unit, person_id, for_update=True)
        exchange.check_version(row.version)
        fields = _given(data)
        if fields:
            await persons.correct_person(unit, row, fields)
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
    if source_id is not None and await persons.persons_by_source(unit, [source_id]):
        raise CodeTaken(field="source_id")


async def find_person(unit: Unit, person_id: UUID, *, for_update: bool = False) -> PersonRow:
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
    others = await persons.other_names_of(unit, row.id)
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
