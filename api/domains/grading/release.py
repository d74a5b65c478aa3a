"""The moment in which students see their grades of a line item: all of them, with comments, scores and files."""

from api.domains.grading.errors import MarkingUnfinished
from api.domains.grading.grades import announce_entry, as_entry, select_entries, tell_released
from api.domains.grading.line_items import line_item
from api.domains.grading.marking import count_unfinished, post_blind_works
from api.domains.grading.models import JournalEntryRow, LineItemRow
from api.domains.grading.rules import LINE_ITEM_MOVES, LineItemState
from api.errors import check_move
from api.events import Event
from api.unit import Unit


async def release(unit: Unit, row: LineItemRow) -> None:
    """Opens the grades of a locked line item to their students; what is posted later is seen at once. Blind works get
    their grades here, all in this transaction, and from here on are works of somebody. Raises MoveNotAllowed,
    MarkingUnfinished."""
    check_move(LINE_ITEM_MOVES, LineItemState(row.state), LineItemState.RELEASED)
    if row.is_blind and (unfinished := await count_unfinished(unit, row.id)):
        raise MarkingUnfinished(count=unfinished)
    row.state, row.released_at, row.released_by = LineItemState.RELEASED, unit.now, unit.actor.person
    await unit.session.flush()
    unit.record("line-item.released", "line-item", row.id, class_=str(row.class_id))
    await unit.emit(Event("line-item.released", {"line-item": row.id, "class": row.class_id}))
    one = await line_item(unit, row.id)
    entries = await unit.session.execute(
        select_entries().where(JournalEntryRow.line_item_id == row.id).order_by(JournalEntryRow.person_id)
    )
    for entry in map(as_entry, entries.all()):
        if row.is_blind:
            await announce_entry(unit, one, entry)
        await tell_released(unit, one, entry)
    if row.is_blind:
        await post_blind_works(unit, one)
