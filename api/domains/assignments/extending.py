"""What an extension means for works: whether it can be used, and whether something rests on it.

While works are marked blind no answer depends on what has come: whoever grants and revokes would else learn of a single
student whether, and how late, they have handed in.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select

from api.domains.assignments.groups import group_of
from api.domains.assignments.handing_in import window_of
from api.domains.assignments.models import AssignmentRow, SubmissionPersonRow, SubmissionRow
from api.domains.assignments.rules import COUNTED, SubmissionState
from api.domains.conditions.service import ExtensionEffect
from api.domains.grading import service as grading
from api.unit import Unit


async def require_usable(unit: Unit, effect: ExtensionEffect) -> None:
    """Something can be handed in with it, or was handed in late and is less late by it. Raises ExtensionOver."""
    if not effect.is_over(unit.now):
        return
    is_later = effect.having.due_at.adjusted != effect.without.due_at.adjusted
    task_id = effect.having.task.id
    if is_later and (await _is_blind(unit, task_id) or await _has_late_work(unit, task_id, effect.person_id)):
        return
    effect.require_not_over(unit.now)


async def is_in_use(unit: Unit, effect: ExtensionEffect) -> bool:
    """Without it a moment has passed, or a version is one too many, and by then something was begun or handed in."""
    without, having = window_of(effect.without), window_of(effect.having)
    moments = ((without.due_at, having.due_at), (without.closes_at, having.closes_at))
    passed = [one for one, later in moments if one is not None and one != later and one <= unit.now]
    most = without.versions if without.versions != having.versions else None
    if not passed and most is None:
        return False
    task_id = effect.having.task.id
    if await _is_blind(unit, task_id):
        return bool(passed) or having.opens_at <= unit.now
    works = await _works(unit, task_id, effect.person_id)
    if most is not None and len(works) > most:
        return True
    return bool(passed) and any(row.submitted_at is None or row.submitted_at >= min(passed) for row in works)


async def _is_blind(unit: Unit, task_id: UUID) -> bool:
    row = await unit.session.get(AssignmentRow, task_id)
    return row is not None and row.line_item_id is not None and await grading.is_blind(unit, row.line_item_id)


async def _has_late_work(unit: Unit, task_id: UUID, person_id: UUID) -> bool:
    works = await _works(unit, task_id, person_id)
    return any(row.state == SubmissionState.SUBMITTED and row.late_ms for row in works)


async def _works(unit: Unit, task_id: UUID, person_id: UUID) -> Sequence[SubmissionRow]:
    """What was handed in for the person and not withdrawn, and the draft of the person or of their present group."""
    table = SubmissionRow
    theirs = select(SubmissionPersonRow.submission_id).where(SubmissionPersonRow.person_id == person_id)
    holders = [one for one in (person_id, await group_of(unit, task_id, person_id)) if one is not None]
    rows = await unit.session.scalars(
        select(table)
        .where(
            table.assignment_id == task_id,
            or_(
                and_(table.state.in_(COUNTED), table.id.in_(theirs)),
                and_(table.state == SubmissionState.DRAFT, table.holder_id.in_(holders)),
            ),
        )
        .order_by(table.id)
    )
    return rows.all()
