"""Psychologists, tutors, curators and outside specialists of single students (clause 7.4).

What kind of support somebody gets is data about health: the kind and what is shared are stored sealed and shown to the
student, the one who supports, the inclusive-education office and the student's curator. Why the support is needed is
not stored here at all. Somebody from outside (society of the blind, sign language interpreter) gets no role: the
assignment lists what was shared, and `shared_with` is what everything about that student asks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from api.domains.people import service as people
from api.domains.teaching.errors import AlreadyAssigned, TermIsOver
from api.domains.teaching.models import SupportAssignmentRow
from api.domains.teaching.rules import Period, Share, SupportKind
from api.errors import NotFound, invalid
from api.events import Event
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Unit

TABLE = "support_assignment"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is sealed."""

    kind: SupportKind
    shares: tuple[Share, ...] = ()


def read_terms(unit: Unit, row: SupportAssignmentRow) -> Terms:
    return msgspec.json.decode(unit.keys.open(row.terms, TABLE, "terms", row.id), type=Terms)


def _seal(unit: Unit, terms: Terms, id_: UUID) -> str:
    return unit.keys.seal(msgspec.json.encode(terms).decode(), TABLE, "terms", id_)


async def locked_support(unit: Unit, assignment_id: UUID) -> SupportAssignmentRow:
    """Raises NotFound."""
    row = await unit.session.scalar(
        select(SupportAssignmentRow)
        .where(SupportAssignmentRow.id == assignment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


@dataclass(frozen=True, slots=True)
class NewSupport:
    person_id: UUID
    supporter_id: UUID
    kind: SupportKind
    is_outside: bool
    shares: frozenset[Share]
    starts_on: date
    ends_on: date | None


async def assign_support(unit: Unit, new: NewSupport) -> SupportAssignmentRow:
    """Whoever belongs to the university gets the role (support, person); whoever comes from outside gets a last day and
    sees what was shared, nothing else. Raises InvalidFields, AlreadyAssigned."""
    _check(new)
    for pointer, person_id in (("/person_id", new.person_id), ("/supporter_id", new.supporter_id)):
        if not await people.person_exists(unit, person_id):
            raise invalid(pointer, "no-such-person")
    if any(
        read_terms(unit, row).kind is new.kind and Period(row.starts_on, row.ends_on).overlaps(_period(new))
        for row in await _live_rows(unit, new.person_id, new.supporter_id)
    ):
        raise AlreadyAssigned()
    id_ = new_id()
    row = SupportAssignmentRow(
        id=id_,
        created_at=unit.now,
        person_id=new.person_id,
        supporter_id=new.supporter_id,
        terms=_seal(unit, Terms(new.kind, tuple(sorted(new.shares))), id_),
        is_outside=new.is_outside,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        assigned_by=unit.actor.person,
    )
    unit.session.add(row)
    await unit.session.flush()
    if not new.is_outside:
        await people.grant_role(
            unit, new.supporter_id, Role.SUPPORT, Scope.PERSON, new.person_id, new.starts_on, new.ends_on, origin=id_
        )
    await unit.emit(Event("support.assigned", {"assignment": id_}, new.person_id))
    unit.record("assign", "support-assignment", id_, person=new.person_id, starts_on=new.starts_on.isoformat())
    return row


def _check(new: NewSupport) -> None:
    if new.ends_on is not None and new.ends_on < new.starts_on:
        raise invalid("/ends_on", "end-before-start")
    if new.supporter_id == new.person_id:
        raise invalid("/supporter_id", "not-oneself")
    if new.is_outside and new.ends_on is None:
        raise invalid("/ends_on", "outside-needs-end")
    if not new.is_outside and new.shares:
        raise invalid("/shares", "shares-for-outside")


def _period(new: NewSupport) -> Period:
    return Period(new.starts_on, new.ends_on)


async def share(unit: Unit, row: SupportAssignmentRow, shares: Collection[Share]) -> None:
    """What is shared from now on; `row` is locked. Raises InvalidFields, TermIsOver."""
    if not row.is_outside:
        raise invalid("/shares", "shares-for-outside")
    if row.revoked_at is not None or (row.ends_on is not None and row.ends_on < unit.today):
        raise TermIsOver(ends_on=None if row.ends_on is None else str(row.ends_on))
    terms = read_terms(unit, row)
    row.terms = _seal(unit, Terms(terms.kind, tuple(sorted(set(shares)))), row.id)
    await unit.session.flush()
    await unit.emit(Event("support.changed", {"assignment": row.id}, row.person_id))
    unit.record("share", "support-assignment", row.id, person=row.person_id)


async def end_support(unit: Unit, row: SupportAssignmentRow, last_day: date) -> None:
    """`row` is locked. Raises TermIsOver."""
    if row.revoked_at is not None or (row.ends_on is not None and row.ends_on <= last_day):
        raise TermIsOver(ends_on=None if row.ends_on is None else str(row.ends_on))
    if last_day < row.starts_on:
        row.revoked_at = unit.now
    else:
        row.ends_on = last_day
    await unit.session.flush()
    await people.end_roles_from(unit, row.id, last_day)
    await unit.emit(Event("support.ended", {"assignment": row.id}, row.person_id))
    unit.record("end", "support-assignment", row.id, person=row.person_id, ends_on=last_day.isoformat())


async def shared_with(unit: Unit, supporter_id: UUID, person_id: UUID) -> frozenset[Share]:
    """What of the student somebody from outside may see today."""
    found: set[Share] = set()
    for row in await _live_rows(unit, person_id, supporter_id):
        if row.is_outside and unit.today in Period(row.starts_on, row.ends_on):
            found |= set(read_terms(unit, row).shares)
    return frozenset(found)


async def _live_rows(unit: Unit, person_id: UUID, supporter_id: UUID) -> list[SupportAssignmentRow]:
    table = SupportAssignmentRow
    rows = await unit.session.scalars(
        select(table)
        .where(
            table.person_id == person_id,
            table.supporter_id == supporter_id,
            table.revoked_at.is_(None),
            or_(table.ends_on.is_(None), table.ends_on >= unit.today),
        )
        .order_by(table.id)
    )
    return list(rows)
