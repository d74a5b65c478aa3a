"""How late a work is, reckoned again when something has changed after it came: it only ever becomes less."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.domains.assignments.definitions import find_assignment
from api.domains.assignments.handing_in import Holder, persons_of, plain_window, window_for
from api.domains.assignments.models import SubmissionPersonRow, SubmissionRow
from api.domains.assignments.rules import SubmissionState, Window, deduction, in_ms
from api.domains.conditions import service as conditions
from api.domains.grading import service as grading
from api.events import Event
from api.unit import Unit


async def on_extension(unit: Unit, event: Event) -> None:
    """An extension that was granted after the work had come."""
    if event.person is not None:
        await _reckon_again(unit, event.person, event.ids["task"], event.ids["extension"])


async def on_plan(unit: Unit, event: Event) -> None:
    """What was agreed for a person holds for the works of these days too."""
    if event.person is not None:
        await _reckon_again(unit, event.person)


async def on_moved(unit: Unit, event: Event) -> None:
    """Other times for everybody."""
    await _reckon_again(unit, None, event.ids["task"])


async def reckon_again(unit: Unit, assignment_id: UUID) -> None:
    """Less is taken off for lateness, from everybody."""
    await _reckon_again(unit, None, assignment_id)


async def _reckon_again(
    unit: Unit, person_id: UUID | None, task_id: UUID | None = None, extension_id: UUID | None = None
) -> None:
    """The lateness of works that came late and count, by the window and the penalty of now: it only ever becomes less,
    and by the minutes of a new extension at least, also when the window of now is a smaller one than the work was
    measured by. The receipt stays as it was given out."""
    query = select(SubmissionRow.id).where(SubmissionRow.state == SubmissionState.SUBMITTED, SubmissionRow.late_ms > 0)
    if task_id is not None:
        query = query.where(SubmissionRow.assignment_id == task_id)
    if person_id is not None:
        theirs = select(SubmissionPersonRow.submission_id).where(SubmissionPersonRow.person_id == person_id)
        query = query.where(SubmissionRow.id.in_(theirs))
    for submission_id in (await unit.session.scalars(query.order_by(SubmissionRow.id))).all():
        row = await unit.session.get_one(SubmissionRow, submission_id, with_for_update=True, populate_existing=True)
        one = await find_assignment(unit, row.assignment_id)
        window, sources = await window_for(unit, one, Holder(row.holder_id, row.group_id, await persons_of(unit, row)))
        if row.submitted_at is None or row.late_ms is None or row.deduction_percent is None:
            continue
        granted = timedelta()
        if extension_id is not None and row.group_id is None and not _is_counted(row, extension_id):
            granted = await conditions.granted_time(unit, [extension_id])
        window = _not_less(window, row.conditions or {}, granted)
        lateness = window.lateness(row.submitted_at)
        late_ms = min(row.late_ms, in_ms(lateness))
        percent = min(row.deduction_percent, deduction(lateness, one.row.penalty_percent))
        if (late_ms, percent) == (row.late_ms, row.deduction_percent):
            continue
        reason = grading.SMALLER_PENALTY
        if late_ms < row.late_ms:
            row.late_ms, row.conditions = late_ms, plain_window(window, sources)
            reason = grading.LATER_DEADLINE
        row.deduction_percent = percent
        await unit.session.flush()
        await grading.lessen_deduction(unit, row.id, Decimal(row.deduction_percent), reason)
        unit.record("submission.reckoned-again", "submission", row.id, assignment=str(row.assignment_id))


def _is_counted(row: SubmissionRow, extension_id: UUID) -> bool:
    """Whether the moments that a work is measured by hold the extension already."""
    sources = (row.conditions or {}).get("sources", ())
    return any(source["id"] == str(extension_id) for source in sources)


def _not_less(window: Window, kept: Mapping[str, Any], granted: timedelta) -> Window:
    """With the later of the window's moments and of those that a work was measured by, and what was granted since."""

    def later(moment: datetime | None, before: str | None) -> datetime | None:
        return moment if moment is None or before is None else max(moment, datetime.fromisoformat(before) + granted)

    return replace(
        window,
        due_at=later(window.due_at, kept.get("due_at")),
        closes_at=later(window.closes_at, kept.get("closes_at")),
    )
