"""Which banks somebody reaches: those of the courses whose classes they teach, or of whose units they are."""

from uuid import UUID

from sqlalchemy import ColumnElement, true

from api.domains.courses import service as courses
from api.domains.items.errors import ItemBankClosed
from api.domains.items.models import ItemBankRow, ItemRow, ItemVersionRow
from api.domains.teaching import service as teaching
from api.errors import NotFound
from api.policy import Action, Place
from api.unit import Unit


async def place_of_course(unit: Unit, course_id: UUID) -> Place:
    """Raises NotFound."""
    brief = await courses.course_brief(unit, course_id)
    classes = await teaching.classes_of_course(unit, course_id)
    units = frozenset() if brief.unit_id is None else frozenset({brief.unit_id})
    return Place(units=units, classes=frozenset(classes))


async def require_bank(
    unit: Unit, bank_id: UUID, wanted: Action, seen_by: Action, *, lock: bool = False
) -> ItemBankRow:
    """The bank, when the actor may. Raises NotFound, NotAllowed."""
    row = await unit.session.get(ItemBankRow, bank_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        unit.reach(wanted)  # who may do it nowhere is told so, whether or not the id exists
        raise NotFound()
    unit.require(wanted, await place_of_course(unit, row.course_id), seen_by=seen_by)
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


async def reached_banks(unit: Unit, wanted: Action) -> ColumnElement[bool]:
    """The condition that a bank is reached, for lists across courses. Raises NotAllowed, SignInNeeded."""
    found = unit.reach(wanted)
    if found.everything:
        return true()
    ids = set((await teaching.courses_of_classes(unit, found.classes)).values())
    ids |= set(await courses.courses_of_units(unit, found.units))
    return ItemBankRow.course_id.in_(ids)


def check_open(bank: ItemBankRow) -> None:
    if bank.state != "open":
        raise ItemBankClosed()


__all__ = ["check_open", "place_of_course", "reached_banks", "require_bank", "require_item", "require_version"]
