"""Oral checks of authorship (clause 6.1): scheduled, held, with what the examiner found.

The form is the one agreed for the student (written instead of oral, clauses 6.6 and 7.3), computed by the one function
that knows it. A check changes a grade only through the journal's own amendment, with reason and author.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from api.domains.conditions import service as conditions
from api.domains.grading import service as grading
from api.domains.integrity.errors import CheckNotYet, NothingToChange, PartInCase
from api.domains.integrity.models import OralCheckRow
from api.domains.integrity.rules import CHECK_MOVES, CheckForm, CheckOutcome, CheckState, Part, WorkKind, form_of_check
from api.domains.integrity.sealing import sealed_in_check
from api.domains.teaching.service import class_brief
from api.errors import NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.ids import new_id
from api.policy import Place
from api.unit import Unit

SUBJECT = "oral-check"


@dataclass(frozen=True, slots=True)
class NewCheck:
    task_id: UUID
    person_id: UUID
    work_kind: WorkKind
    work_id: UUID | None
    begins_at: datetime
    venue: str
    examiner_id: UUID


async def form_for(unit: Unit, person_id: UUID, task_id: UUID) -> CheckForm:
    """Oral, unless something else was agreed for this person and this task."""
    agreed = (await conditions.effective_conditions(unit, person_id, task_id)).alternative_form.adjusted
    return form_of_check(() if agreed is None else (agreed.value,))


async def schedule_check(unit: Unit, new: NewCheck) -> OralCheckRow:
    """The student is told by mail. Raises NotFound, InvalidFields, PartInCase for one's own work."""
    if new.person_id in {new.examiner_id, unit.actor.person}:
        raise PartInCase(kind=Part.ACCUSED.value)
    if new.begins_at <= unit.now:
        raise invalid("/begins_at", "begins-in-the-past")
    task = await conditions.find_task(unit, new.task_id)
    taught = await class_brief(unit, task.class_id)
    row = OralCheckRow(
        id=new_id(),
        created_at=unit.now,
        task_id=task.id,
        class_id=taught.id,
        unit_id=taught.unit_id,
        programme_id=taught.programme_id,
        person_id=new.person_id,
        work_kind=new.work_kind.value,
        work_id=new.work_id,
        state=CheckState.SCHEDULED.value,
        form=(await form_for(unit, new.person_id, task.id)).value,
        begins_at=new.begins_at,
        venue=new.venue,
        examiner_id=new.examiner_id,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("oral-check.schedule", SUBJECT, row.id, person=row.person_id)
    await unit.emit(Event("oral-check.scheduled", {"check": row.id, "task": row.task_id}, row.person_id))
    return row


async def locked_check(unit: Unit, check_id: UUID) -> OralCheckRow:
    """Raises NotFound."""
    row = await unit.session.scalar(
        select(OralCheckRow)
        .where(OralCheckRow.id == check_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


def place_of(row: OralCheckRow) -> Place:
    return Place(
        persons=frozenset({row.person_id}),
        units=frozenset({row.unit_id}),
        programmes=frozenset() if row.programme_id is None else frozenset({row.programme_id}),
        classes=frozenset({row.class_id}),
    )


async def hold(unit: Unit, row: OralCheckRow, outcome: CheckOutcome, notes: str) -> None:
    """What the examiner found, in the form that was agreed meanwhile. Raises CheckNotYet, MoveNotAllowed."""
    check_move(CHECK_MOVES, CheckState(row.state), CheckState.HELD)
    if unit.now < row.begins_at:
        raise CheckNotYet(begins_at=utc_text(row.begins_at))
    row.form = (await form_for(unit, row.person_id, row.task_id)).value
    row.outcome = outcome.value
    row.notes = sealed_in_check(unit, "notes", row.id, notes)
    await _close(unit, row, CheckState.HELD)


async def miss(unit: Unit, row: OralCheckRow) -> None:
    """The student did not come. Says nothing about authorship. Raises CheckNotYet, MoveNotAllowed."""
    check_move(CHECK_MOVES, CheckState(row.state), CheckState.MISSED)
    if unit.now < row.begins_at:
        raise CheckNotYet(begins_at=utc_text(row.begins_at))
    await _close(unit, row, CheckState.MISSED)


async def cancel(unit: Unit, row: OralCheckRow) -> None:
    """Raises MoveNotAllowed."""
    check_move(CHECK_MOVES, CheckState(row.state), CheckState.CANCELLED)
    await _close(unit, row, CheckState.CANCELLED)


async def change_grade(unit: Unit, row: OralCheckRow, points: Decimal, reason: str) -> None:
    """Once, after it was held, by an amendment in the journal. Raises NothingToChange, PartInCase, and what the
    journal refuses."""
    if unit.actor.person == row.person_id:
        raise PartInCase(kind=Part.ACCUSED.value)
    item = await grading.line_item_of_task(unit, row.task_id)
    if item is None or row.state != CheckState.HELD or row.grade_changed_at is not None:
        raise NothingToChange()
    await grading.amend_grade(
        unit, item.id, row.person_id, points, grading.SourceKind.ORAL_CHECK, row.id, reason=reason
    )
    row.grade_changed_at, row.grade_changed_by = unit.now, unit.actor.person
    await unit.session.flush()
    unit.record("oral-check.change-grade", SUBJECT, row.id, person=row.person_id)


async def _close(unit: Unit, row: OralCheckRow, state: CheckState) -> None:
    row.state, row.closed_at, row.closed_by = state.value, unit.now, unit.actor.person
    await unit.session.flush()
    unit.record(f"oral-check.{state.value}", SUBJECT, row.id, person=row.person_id)
    await unit.emit(Event(f"oral-check.{state.value}", {"check": row.id, "task": row.task_id}, row.person_id))
