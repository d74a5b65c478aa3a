"""How the policy is asked about a person, and how lists are cut to what it allows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true

from api.domains.people.service import place_of_person, visible_persons
from api.policy import Action, Place, Reach, place
from api.unit import Unit


async def require_for_person(unit: Unit, wanted: Action, person_id: UUID, *, seen_by: Action | None = None) -> None:
    """As `unit.require`, at the place of a person. For oneself no query is needed."""
    if not unit.may(wanted, place(person=person_id)):
        unit.require(wanted, await place_of_person(unit, person_id), seen_by=seen_by)


async def may_for_person(unit: Unit, wanted: Action, person_id: UUID) -> bool:
    """As `unit.may`. A grant to the person does not count: it is asked for what an office may do beyond that."""
    return unit.may(wanted, await place_of_person(unit, person_id))


async def place_of_study(unit: Unit, person_id: UUID, unit_id: UUID, programme_id: UUID) -> Place:
    """Of what belongs to one study: the student, the student's groups (for their curators), and the institute and
    programme of this study. Another institute where the person studies, works or sits in a council has no say in it."""
    person = await place_of_person(unit, person_id)
    return Place(
        persons=person.persons,
        units=frozenset({unit_id}),
        programmes=frozenset({programme_id}),
        groups=person.groups,
    )


def within(
    unit: Unit,
    reach: Reach,
    *,
    person: ColumnElement[Any] | Any,
    units: Sequence[Any] = (),
    programme: Any | None = None,
    class_: Any | None = None,
) -> ColumnElement[bool]:
    """The condition that a row lies in the reach, by its columns; the same rule as `Reach.covers` for its
    `place_of_study`."""
    if reach.everything:
        return true()
    found = [person.in_(reach.persons)] if reach.persons else []
    if reach.groups:
        found.append(visible_persons(Reach(groups=reach.groups), unit.today, person))
    if reach.units:
        found += [one.in_(reach.units) for one in units]
    if reach.programmes and programme is not None:
        found.append(programme.in_(reach.programmes))
    if reach.classes and class_ is not None:
        found.append(class_.in_(reach.classes))
    return or_(*found) if found else false()
