"""Who has left the university, and what is forgotten of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    delete,
    or_,
    select,
)

from api.domains.people.models import PersonNameRow, PersonRow, PersonSearchRow, RoleAssignmentRow
from api.domains.people.persons import NAMELESS
from api.retention import Effect, RetentionRule
from api.unit import Unit


def has_left(before: date, person: Any = PersonRow.id) -> ColumnElement[bool]:
    """The condition that every role of the person ended before that day; also of one who never had any."""
    table = RoleAssignmentRow
    staying = select(table.person_id).where(or_(table.ends_on.is_(None), table.ends_on >= before))
    condition: ColumnElement[bool] = person.not_in(staying)
    return condition


async def _left_persons(unit: Unit, before: datetime, most: int, *conditions: ColumnElement[bool]) -> list[PersonRow]:
    day = before.astimezone(unit.settings.time_zone).date()
    query = select(PersonRow).where(PersonRow.created_at < before, has_left(day), *conditions)
    return list(await unit.session.scalars(query.order_by(PersonRow.id).limit(most).with_for_update()))


async def _forget_contacts(unit: Unit, before: datetime, most: int) -> int:
    held = or_(PersonRow.email.is_not(None), PersonRow.phone.is_not(None))
    rows = await _left_persons(unit, before, most, held)
    for row in rows:
        row.email = row.phone = None
        unit.record("person.forget-contacts", "person", row.id, person=row.id, reason="retention")
    await unit.session.flush()
    return len(rows)


async def _forget_identity(unit: Unit, before: datetime, most: int) -> int:
    rows = await _left_persons(unit, before, most, PersonRow.is_anonymised.is_(False))
    for row in rows:
        row.family_name = row.given_name = NAMELESS
        row.patronymic = row.preferred_name = row.birth_date = row.email = row.phone = row.source_id = None
        row.is_anonymised = True
        unit.record("person.anonymise", "person", row.id, person=row.id, reason="retention")
    ids = [row.id for row in rows]
    for table in (PersonNameRow, PersonSearchRow):
        await unit.session.execute(delete(table).where(table.person_id.in_(ids)))
    await unit.session.flush()
    return len(rows)


RETENTION: Final[Sequence[RetentionRule]] = (
    RetentionRule("contacts", 3 * 365, Effect.ANONYMISED, _forget_contacts),
    RetentionRule("identity", 75 * 365 + 18, Effect.ANONYMISED, _forget_identity),
)
"""Days after the last role. Our defaults, to be confirmed by the university: three years, in which a graduate may still
ask for something, and the 75 years for which archives of this region keep personal files."""
