"""Which courses somebody reaches. One condition serves a single object and lists alike, so they cannot disagree."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true

from api.domains.courses.guards import READ_PACKAGES, SIT_ON_COUNCIL
from api.domains.courses.models import CourseRow
from api.domains.courses.rules import CourseReach
from api.domains.people.rules import UnitKind
from api.domains.people.service import unit_kind
from api.domains.teaching.service import courses_of_classes
from api.errors import NotAllowed, NotFound, SignInNeeded
from api.policy import Action, reach
from api.unit import Unit

COUNCILS = frozenset({UnitKind.METHODICAL_COUNCIL, UnitKind.ACADEMIC_COUNCIL})
"""Their members see the packages of the whole university."""


async def reach_of_courses(unit: Unit, *actions: Action) -> CourseReach:
    """The courses that the actor reaches by any of the actions: of the classes, of the units, or answered for."""
    unit.asked = True
    found = [reach(unit.actor, one) for one in actions]
    if any(one.everything for one in found):
        return CourseReach(everything=True)
    classes = frozenset[UUID]().union(*(one.classes for one in found))
    return CourseReach(
        courses=frozenset((await courses_of_classes(unit, sorted(classes))).values()) if classes else frozenset(),
        units=frozenset[UUID]().union(*(one.units for one in found)),
        persons=frozenset[UUID]().union(*(one.persons for one in found)),
    )


async def reach_of_packages(unit: Unit) -> CourseReach:
    """The courses whose packages the actor may see."""
    if await sits_on_council(unit):
        return CourseReach(everything=True)
    return await reach_of_courses(unit, READ_PACKAGES)


async def sits_on_council(unit: Unit) -> bool:
    """Whether the actor is a member of a council of the university now, and is no API token."""
    unit.asked = True
    seats = reach(unit.actor, SIT_ON_COUNCIL)
    return any([await unit_kind(unit, id_) in COUNCILS for id_ in sorted(seats.units)])


def reached_courses(within: CourseReach, course_id: Any, *units: Any) -> ColumnElement[bool]:
    """The condition that a course is reached. `course_id` is a column; `units` are columns of material that has a
    responsible unit of its own."""
    if within.everything:
        return true()
    own = []
    if within.units:
        own.append(CourseRow.unit_id.in_(within.units))
    if within.persons:
        own.append(CourseRow.responsible_id.in_(within.persons))
    conditions = [column.in_(within.units) for column in units if within.units]
    if within.courses:
        conditions.append(course_id.in_(within.courses))
    if own:
        conditions.append(course_id.in_(select(CourseRow.id).where(or_(*own))))
    return or_(false(), *conditions)


async def require_course(unit: Unit, course_id: UUID, within: CourseReach, *, lock: bool = False) -> CourseRow:
    """The course, when the actor reaches it. Courses are public: who may not is told so.

    Raises NotFound, SignInNeeded, NotAllowed.
    """
    if not unit.actor.is_signed_in and not unit.actor.is_system:
        raise SignInNeeded()
    row = await unit.session.get(CourseRow, course_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound()
    is_reached = select(CourseRow.id).where(CourseRow.id == course_id, reached_courses(within, CourseRow.id))
    if await unit.session.scalar(is_reached) is None:
        raise NotAllowed()
    return row
