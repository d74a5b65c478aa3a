"""Where persons are: what policies and lists of persons go by."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from api.domains.people.models import PersonRow, RoleAssignmentRow
from api.identity import Role, Scope
from api.policy import Place, Reach
from api.unit import Unit

_PLACES: Final = {Scope.UNIT: "units", Scope.PROGRAMME: "programmes", Scope.CLASS: "classes", Scope.GROUP: "groups"}


async def place_of_person(unit: Unit, person_id: UUID) -> Place:
    """What the person belongs to now or soon: for `unit.require`. Of one who does not exist too, so that the answer
    tells nothing."""
    return await _place(unit, _PLACES_OF_PERSON, person_id)


async def place_of_student(unit: Unit, person_id: UUID) -> Place:
    """As `place_of_person`, by what the person studies alone: who also works somewhere is no student there."""
    return await _place(unit, _PLACES_OF_STUDENT, person_id)


async def _place(unit: Unit, query: Select[*tuple[Any, ...]], person_id: UUID) -> Place:
    rows = await unit.session.execute(query, {"person_id": person_id, "day": unit.today})
    found: dict[str, set[UUID]] = {name: set() for name in _PLACES.values()}
    for scope, scope_id in rows:
        if scope_id is not None:
            found[_PLACES[Scope(scope)]].add(scope_id)
    return Place(persons=frozenset({person_id}), **{name: frozenset(ids) for name, ids in found.items()})


def visible_students(reach: Reach, on: date, person: Any) -> ColumnElement[bool]:
    """As `visible_persons`, for lists of what is asked about by `place_of_student`."""
    return visible_persons(reach, on, person, Role.STUDENT)


def visible_persons(
    reach: Reach, on: date, person: Any = PersonRow.id, role: Role | None = None
) -> ColumnElement[bool]:
    """The condition that the place of a person (`person`: a column with the id) lies within the reach on that day.

    The same rule as `place_of_person` and `Reach.covers`, for lists. With `role`, places come from that role alone.
    """
    if reach.everything:
        return true()
    table = RoleAssignmentRow
    places = [
        and_(table.scope == scope, table.scope_id.in_(getattr(reach, name)))
        for scope, name in _PLACES.items()
        if getattr(reach, name)
    ]
    conditions = [person.in_(reach.persons)] if reach.persons else []
    if places:
        of_role = true() if role is None else table.role == role
        conditions.append(person.in_(select(table.person_id).where(or_(*places), of_role, _not_over(on))))
    return or_(*conditions) if conditions else ~true()


MOST_PLACES: Final = 100
"""Of an actor, that are asked one by one; SQLite takes 500 parts of a union."""


def visible_part(reach: Reach, on: date, after: UUID | None, count: int) -> ColumnElement[bool]:
    """As `visible_persons`, for the first `count` persons behind the one with the id `after`, in the order of ids. Of
    each place no more than these are read, however many persons belong to it."""
    places = [(scope, id_) for scope, name in _PLACES.items() for id_ in sorted(getattr(reach, name))]
    if reach.everything or not places or len(places) > MOST_PLACES:
        return visible_persons(reach, on)
    table, own = RoleAssignmentRow, aliased(PersonRow)
    parts = [select(own.id).where(own.id.in_(reach.persons))] if reach.persons else []
    for scope, id_ in places:
        found = select(table.person_id).where(table.scope == scope, table.scope_id == id_, _not_over(on))
        if after is not None:
            found = found.where(table.person_id > after)
        parts.append(select(found.distinct().order_by(table.person_id).limit(count).subquery().c.person_id))
    return PersonRow.id.in_(union_all(*parts))


def _not_over(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """A place is left when a role ends; who comes next month is there already, for those who prepare it."""
    return or_(RoleAssignmentRow.ends_on.is_(None), RoleAssignmentRow.ends_on >= on)


_PLACES_OF_PERSON: Final = (
    select(RoleAssignmentRow.scope, RoleAssignmentRow.scope_id)
    .where(
        RoleAssignmentRow.person_id == bindparam("person_id"),
        RoleAssignmentRow.scope.in_(list(_PLACES)),
        _not_over(bindparam("day", type_=Date)),
    )
    .distinct()
)
_PLACES_OF_STUDENT: Final = _PLACES_OF_PERSON.where(RoleAssignmentRow.role == Role.STUDENT)
