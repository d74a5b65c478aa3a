"""Which banks somebody reaches: those of the courses whose classes they teach, or of whose units they are.

Never those of a course that they study themselves (row 14 of the list of failures: a role by mixture). A bank belongs
to the course, so whoever teaches one class of it and studies in another would read the questions and keys of their own
examination. There is no exception, also not for the head of the department or the inclusive-education office: every
bank has other keepers, and an examination is worth nothing when its candidate may have seen it. Whoever has passed the
course is free again, and may assist in it.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from api.domains.courses import service as courses
from api.domains.enrolment.service import passed_courses
from api.domains.items.errors import CourseStudied, ItemBankClosed
from api.domains.items.guards import READ_KEYS
from api.domains.items.models import ItemBankRow, ItemRow, ItemVersionRow
from api.domains.teaching import service as teaching
from api.errors import NotFound
from api.identity import Role, Scope
from api.policy import Action, Place
from api.unit import Unit


async def place_of_course(unit: Unit, course_id: UUID) -> Place:
    """Raises NotFound."""
    brief = await courses.course_brief(unit, course_id)
    classes = await teaching.classes_of_course(unit, course_id)
    units = frozenset() if brief.unit_id is None else frozenset({brief.unit_id})
    return Place(units=units, classes=frozenset(classes))


async def courses_studied(unit: Unit, among: Iterable[UUID] | None = None) -> frozenset[UUID]:
    """Those that the actor is a student of now and has not passed; `among`: of these classes' courses alone."""
    held = (one for one in unit.actor.roles if (one.role, one.scope) == (Role.STUDENT, Scope.CLASS))
    classes = frozenset[UUID]().union(*(one.ids for one in held))
    if among is not None:
        classes &= frozenset(among)
    if not classes:
        return frozenset()
    found = frozenset((await teaching.courses_of_classes(unit, classes)).values())
    person_id = unit.actor.person
    return found if person_id is None else found - {one for _, one in await passed_courses(unit, [person_id], found)}


async def require_course(unit: Unit, course_id: UUID, wanted: Action, seen_by: Action) -> None:
    """That the actor may do it with the banks of the course. Raises NotFound, NotAllowed, CourseStudied."""
    where = await place_of_course(unit, course_id)
    unit.require(wanted, where, seen_by=seen_by)
    if await courses_studied(unit, where.classes):
        raise CourseStudied()


async def require_bank(
    unit: Unit, bank_id: UUID, wanted: Action, seen_by: Action, *, lock: bool = False
) -> ItemBankRow:
    """The bank, when the actor may. Raises NotFound, NotAllowed, CourseStudied."""
    row = await unit.session.get(ItemBankRow, bank_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        unit.reach(wanted)  # who may do it nowhere is told so, whether or not the id exists
        raise NotFound()
    await require_course(unit, row.course_id, wanted, seen_by)
    return row


async def require_item(
    unit: Unit, item_id: UUID, wanted: Action, seen_by: Action, *, lock: bool = False
) -> tuple[ItemBankRow, ItemRow]:
    row = await unit.session.get(ItemRow, item_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        unit.reach(wanted)
        raise NotFound()
    return await require_bank(unit, row.bank_id, wanted, seen_by), row


async def require_version(
    unit: Unit, version_id: UUID, wanted: Action, seen_by: Action, *, lock: bool = False
) -> tuple[ItemBankRow, ItemRow, ItemVersionRow]:
    row = await unit.session.get(ItemVersionRow, version_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        unit.reach(wanted)
        raise NotFound()
    return *await require_item(unit, row.item_id, wanted, seen_by), row


async def reads_keys(unit: Unit, bank: ItemBankRow) -> bool:
    """Whether the actor, who may read the bank, may read its keys too."""
    return unit.may(READ_KEYS, await place_of_course(unit, bank.course_id))


async def reached_banks(unit: Unit, wanted: Action) -> ColumnElement[bool]:
    """The condition that a bank is reached, for lists across courses. Raises NotAllowed, SignInNeeded."""
    found = unit.reach(wanted)
    others = ItemBankRow.course_id.not_in(await courses_studied(unit))
    if found.everything:
        return others
    ids = set((await teaching.courses_of_classes(unit, found.classes)).values())
    ids |= set(await courses.courses_of_units(unit, found.units))
    return and_(ItemBankRow.course_id.in_(ids), others)


def check_open(bank: ItemBankRow) -> None:
    if bank.state != "open":
        raise ItemBankClosed()


__all__ = [
    "check_open",
    "courses_studied",
    "place_of_course",
    "reached_banks",
    "reads_keys",
    "require_bank",
    "require_course",
    "require_item",
    "require_version",
]
