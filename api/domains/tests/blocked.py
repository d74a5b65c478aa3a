"""Starts that a missing rendition prevented: what was promised is ordered, and the office is told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.accommodations.service import office_for
from api.domains.tests.definitions import find_test, order_missing
from api.domains.tests.models import BlockedStartRow
from api.domains.tests.papers import read_blueprint
from api.events import Event
from api.unit import Unit

BLOCKED: Final = "attempt-start.blocked"
TELL_AGAIN: Final = timedelta(hours=24)
"""Our choice: whoever presses ten times does not cause ten mails."""


async def note(unit: Unit, test_id: UUID, person_id: UUID | None, language: str, formats: Sequence[str]) -> None:
    """Orders what is missing, and tells every member of the office, once a day for each student and test."""
    if person_id is None:
        return
    test = await find_test(unit, test_id)
    ids = [item.version_id for section in read_blueprint(test.blueprint or []) for item in section.items]
    missing = await order_missing(unit, ids, language, formats)
    table = BlockedStartRow
    row = await unit.session.scalar(
        select(table).where(table.test_id == test_id, table.person_id == person_id).with_for_update()
    )
    is_news = row is None or row.resolved_at is not None or unit.now - row.told_at >= TELL_AGAIN
    if row is None:
        row = table(created_at=unit.now, test_id=test_id, person_id=person_id, tries=0, told_at=unit.now)
        unit.session.add(row)
    row.language, row.formats, row.missing = language, list(formats), missing
    row.tries, row.last_at, row.resolved_at = row.tries + 1, unit.now, None
    if is_news:
        row.told_at = unit.now
    await unit.session.flush()
    if not is_news:
        return
    unit.record("attempt.blocked", "test", test_id, person=person_id, language=language)
    for officer in sorted(await office_for(unit, person_id)):
        await unit.emit(Event(BLOCKED, {"blocked-start": row.id, "test": test_id}, officer))
