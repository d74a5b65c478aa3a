"""Persons from other systems, thousands at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.domains.people.models import PersonRow
from api.domains.people.service import NewPerson, chunks, correct_person, create_persons, may_change_emails
from api.unit import Unit


class Saving(StrEnum):
    """What became of a person of the list."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SavedPersons:
    """In the order of the list."""

    ids: tuple[UUID, ...]
    outcomes: tuple[Saving, ...]


async def save_persons(unit: Unit, persons: Sequence[NewPerson]) -> SavedPersons:
    """Creates persons, or corrects the names and e-mail of those whose `source_id` is known; every one has a source
    id, and each its own. What a roster does not say (an empty e-mail) is left as it is, and so is the e-mail of staff,
    unless an administrator imports it. The same again changes nothing."""
    known: dict[str, PersonRow] = {}
    for part in chunks(one.source_id for one in persons):
        rows = await unit.session.scalars(select(PersonRow).where(PersonRow.source_id.in_(part)))
        known |= {row.source_id: row for row in rows if row.source_id is not None}
    new = [one for one in persons if one.source_id not in known]
    created = dict(zip((one.source_id for one in new), await create_persons(unit, new), strict=True))
    moved = {row.id for one in persons if (row := known.get(str(one.source_id))) and _has_moved(row, one)}
    movable = await may_change_emails(unit, moved)
    ids: list[UUID] = []
    outcomes: list[Saving] = []
    for one in persons:
        if one.source_id in created:
            ids.append(created[one.source_id])
            outcomes.append(Saving.CREATED)
            continue
        row = known[str(one.source_id)]
        changes = _changes(row, one, may_move=row.id in movable)
        if changes:
            await correct_person(unit, row, changes)
        ids.append(row.id)
        outcomes.append(Saving.CHANGED if changes else Saving.UNCHANGED)
    return SavedPersons(tuple(ids), tuple(outcomes))


def _has_moved(row: PersonRow, one: NewPerson) -> bool:
    return bool(one.email) and row.email != one.email


def _changes(row: PersonRow, one: NewPerson, *, may_move: bool) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    stored = (row.family_name, row.given_name, row.patronymic)
    if stored != (one.name.family_name, one.name.given_name, one.name.patronymic):
        changes["name"] = one.name
    if may_move and _has_moved(row, one):
        changes["email"] = one.email
    return changes
