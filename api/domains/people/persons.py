"""Persons, their names and contacts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    insert,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import flag_modified

from api.domains.people.chunks import chunks
from api.domains.people.guards import STAFF_EMAIL_CORRECT
from api.domains.people.models import PersonNameRow, PersonRow, PersonSearchRow, RoleAssignmentRow
from api.domains.people.places import _not_over
from api.domains.people.rules import (
    Name,
    prefix_end,
    search_keys,
)
from api.errors import NotFound
from api.events import Event
from api.identity import STAFF
from api.ids import new_id
from api.unit import Unit

NAMELESS: Final = "—"
"""Stands for a name that was taken away."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a person at the beginning."""

    name: Name
    other_names: tuple[Name, ...] = ()
    preferred_name: str | None = None
    birth_date: date | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "ky"
    source_id: str | None = None


async def create_person(unit: Unit, person: NewPerson) -> UUID:
    (id_,) = await create_persons(unit, [person])
    return id_


async def create_persons(unit: Unit, persons: Sequence[NewPerson]) -> list[UUID]:
    """The ids of new persons, in order, thousands at once. A `source_id` that is taken is an IntegrityError."""
    ids = [new_id() for _ in persons]
    rows = [
        {
            "id": id_,
            "created_at": unit.now,
            "version": 1,
            "name_tag": one.name.tag,
            "family_name": one.name.family_name,
            "given_name": one.name.given_name,
            "patronymic": one.name.patronymic,
            "preferred_name": one.preferred_name,
            "birth_date": one.birth_date,
            "email": one.email,
            "phone": one.phone,
            "language": one.language,
            "source_id": one.source_id,
            "is_anonymised": False,
        }
        for id_, one in zip(ids, persons, strict=True)
    ]
    if not rows:
        return []
    await unit.session.execute(insert(PersonRow), rows)
    names = [(id_, name) for id_, one in zip(ids, persons, strict=True) for name in one.other_names]
    if names:
        await unit.session.execute(insert(PersonNameRow), [_name_values(unit, id_, name) for id_, name in names])
    keys = [
        {"id": new_id(), "created_at": unit.now, "person_id": id_, "key": key}
        for id_, one in zip(ids, persons, strict=True)
        for key in sorted(search_keys((one.name, *one.other_names), one.preferred_name))
    ]
    if keys:
        await unit.session.execute(insert(PersonSearchRow), keys)
    for id_ in ids:
        unit.record("person.create", "person", id_, person=id_)
    return ids


def _name_values(unit: Unit, person_id: UUID, name: Name) -> dict[str, Any]:
    return {
        "id": new_id(),
        "created_at": unit.now,
        "person_id": person_id,
        "tag": name.tag,
        "family_name": name.family_name,
        "given_name": name.given_name,
        "patronymic": name.patronymic,
    }


async def may_change_emails(unit: Unit, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of these persons whose e-mail the actor may change; of staff only an administrator may, also of those who
    become staff on a later day."""
    if unit.may(STAFF_EMAIL_CORRECT):
        return frozenset(persons)
    staff: set[UUID] = set()
    table = RoleAssignmentRow
    for chunk in chunks(persons):
        staff |= set(
            await unit.session.scalars(
                select(table.person_id).where(table.person_id.in_(chunk), table.role.in_(STAFF), _not_over(unit.today))
            )
        )
    return frozenset(persons) - staff


async def correct_person(unit: Unit, row: PersonRow, fields: Mapping[str, Any]) -> None:
    """Writes the fields of `PersonRow`; `name` is a Name, `other_names` all of them. The audit log gets the fields'
    names, not what stood in them."""
    for field, value in fields.items():
        if field == "name":
            row.name_tag, row.family_name = value.tag, value.family_name
            row.given_name, row.patronymic = value.given_name, value.patronymic
        elif field == "other_names":
            await unit.session.execute(delete(PersonNameRow).where(PersonNameRow.person_id == row.id))
            if value:
                rows = [_name_values(unit, row.id, name) for name in value]
                await unit.session.execute(insert(PersonNameRow), rows)
        else:
            setattr(row, field, value)
    flag_modified(row, "family_name")  # a name in another script changes the person's version too
    await unit.session.flush()
    if not fields.keys().isdisjoint({"name", "other_names", "preferred_name"}):
        await _write_search_keys(unit, row)
    unit.record("person.correct", "person", row.id, person=row.id, fields=",".join(sorted(fields)))
    await unit.emit(Event("person.corrected", {"person": row.id}, row.id))


async def other_names_of(unit: Unit, person_id: UUID) -> list[Name]:
    """By tag."""
    rows = await unit.session.scalars(
        select(PersonNameRow).where(PersonNameRow.person_id == person_id).order_by(PersonNameRow.tag)
    )
    return [Name(row.tag, row.family_name, row.given_name, row.patronymic) for row in rows]


async def _write_search_keys(unit: Unit, row: PersonRow) -> None:
    names = [Name(row.name_tag, row.family_name, row.given_name, row.patronymic)]
    keys = search_keys(names + await other_names_of(unit, row.id), row.preferred_name)
    await unit.session.execute(delete(PersonSearchRow).where(PersonSearchRow.person_id == row.id))
    await unit.session.execute(
        insert(PersonSearchRow),
        [{"id": new_id(), "created_at": unit.now, "person_id": row.id, "key": key} for key in sorted(keys)],
    )


def starting_with(prefix: str) -> ColumnElement[bool]:
    """The condition on `PersonSearchRow` that its person is found under the prefix; each person once, under the first
    of its names that matches."""
    key = PersonSearchRow.key
    end = prefix_end(prefix)
    earlier = aliased(PersonSearchRow)
    within = [key >= prefix] if end is None else [key >= prefix, key < end]
    first = ~(
        select(earlier.id)
        .where(earlier.person_id == PersonSearchRow.person_id, earlier.key >= prefix, earlier.key < key)
        .exists()
    )
    return and_(*within, first)


async def persons_by_source(unit: Unit, source_ids: Iterable[str]) -> dict[str, UUID]:
    """OneRoster's `sourcedId` -> id, of those that are known."""
    found: dict[str, UUID] = {}
    for chunk in chunks(set(source_ids)):
        rows = await unit.session.execute(
            select(PersonRow.source_id, PersonRow.id).where(PersonRow.source_id.in_(chunk))
        )
        found |= {source_id: id_ for source_id, id_ in rows if source_id is not None}
    return found


async def full_names(unit: Unit, persons: Iterable[UUID]) -> dict[UUID, str]:
    """Id -> family name, given name, patronymic, for lists of other domains that may show them."""
    found: dict[UUID, str] = {}
    table = PersonRow
    for chunk in chunks(set(persons)):
        rows = await unit.session.execute(
            select(table.id, table.name_tag, table.family_name, table.given_name, table.patronymic).where(
                table.id.in_(chunk)
            )
        )
        found |= {
            id_: Name(tag, family_name, given_name, patronymic).full
            for id_, tag, family_name, given_name, patronymic in rows
        }
    return found


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is on a document: the name there first, then the names in other scripts, by tag."""

    names: tuple[Name, ...]
    birth_date: date | None


async def identity_of(unit: Unit, person_id: UUID) -> Identity:
    """For documents of other domains. Raises NotFound."""
    row = await unit.session.get(PersonRow, person_id)
    if row is None:
        raise NotFound()
    name = Name(row.name_tag, row.family_name, row.given_name, row.patronymic)
    return Identity((name, *await other_names_of(unit, person_id)), row.birth_date)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person is reached, in which language."""

    email: str | None
    language: str
    address: str
    """How the person is addressed."""


async def contact_of(unit: Unit, person_id: UUID) -> Contact:
    """For mails. Raises NotFound."""
    row = await unit.session.get(PersonRow, person_id)
    if row is None:
        raise NotFound()
    return Contact(row.email, row.language, row.preferred_name or row.given_name)


async def person_exists(unit: Unit, person_id: UUID) -> bool:
    return await unit.session.scalar(select(PersonRow.id).where(PersonRow.id == person_id)) is not None
