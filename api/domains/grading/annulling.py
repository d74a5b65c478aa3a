"""What an annulment takes away: what has come of one work, wherever it went, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from api.domains.grading.grades import (
    GradeSource,
    annul_grade,
    as_event,
    grade_history,
    journal_entry,
    leave_points,
    reinstate_grade,
)
from api.domains.grading.line_items import line_item
from api.domains.grading.marking import OTHER_ATTEMPT, withdraw_annulled
from api.domains.grading.models import RetakeRow
from api.domains.grading.retakes import find_retake
from api.domains.grading.rules import (
    Counts,
    EntryState,
    EventKind,
    Result,
    SourceKind,
    WorkKind,
    points_of_results,
    results_in,
)
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class AnnulledWork:
    """What a case is about. `instead`: the attempt, with its points, that counts when this one does not."""

    kind: WorkKind
    id: UUID
    instead: tuple[UUID, Decimal] | None = None

    def is_source_of(self, result: Result) -> bool:
        """All versions of a submission are one work; attempts are one each. What a hand gave, it gave for the work."""
        is_other = self.kind is WorkKind.ATTEMPT and result.source_kind is SourceKind.ATTEMPT
        return result.source_kind is not SourceKind.RETAKE and not (is_other and result.source_id != self.id)

    def left_of(self, results: Sequence[Result]) -> Sequence[Result]:
        """Retakes always; an attempt as long as it counts."""
        own = [one for one in results if one.source_kind is not SourceKind.RETAKE]
        if not own or not self.is_source_of(own[-1]):
            return results
        retakes = [one for one in results if one.source_kind is SourceKind.RETAKE]
        return [*([Result(SourceKind.ATTEMPT, *self.instead)] if self.instead else ()), *retakes]


async def annul_work(
    unit: Unit, line_item_id: UUID, person_id: UUID, work: AnnulledWork, reason: str, case_id: UUID
) -> None:
    """Takes away what a person has, or would get, of a work: by a confirmed integrity case, whose domain alone calls
    this, and by who gave no part of it. Of a submission nothing counts later either. The others of a group keep theirs.
    Raises NotFound, SecondPersonNeeded."""
    one = await line_item(unit, line_item_id, keep=True)
    is_submission = work.kind is WorkKind.SUBMISSION
    await withdraw_annulled(unit, one, person_id, None if is_submission else [work.id])
    if is_submission and await journal_entry(unit, line_item_id, person_id, lock=True) is None:
        await annul_grade(unit, line_item_id, person_id, reason, case_id, beforehand=True)
        return
    await _take_away(unit, line_item_id, person_id, work.left_of, reason, case_id)


async def annul_retake(unit: Unit, retake_id: UUID, reason: str, case_id: UUID) -> None:
    """Takes a retake's points out of the grade that it changed: what stood before stands again. Raises NotFound,
    SecondPersonNeeded."""
    row = await find_retake(unit, retake_id, lock=True)
    source = (SourceKind.RETAKE, row.id)

    def left_of(results: Sequence[Result]) -> Sequence[Result]:
        return [one for one in results if (one.source_kind, one.source_id) != source]

    await _take_away(unit, row.line_item_id, row.person_id, left_of, reason, case_id)


async def reinstate_retake(unit: Unit, retake_id: UUID, reason: str, case_id: UUID) -> None:
    """Brings back what `annul_retake` took away by this case, unless something came after it. Raises as
    `reinstate_grade`."""
    row = await find_retake(unit, retake_id, lock=True)
    history = await grade_history(unit, row.line_item_id, row.person_id)
    if history and (history[-1].source_kind, history[-1].source_id) == (SourceKind.CASE, case_id):
        await reinstate_grade(unit, row.line_item_id, row.person_id, reason, case_id)


async def _take_away(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    left_of: Callable[[Sequence[Result]], Sequence[Result]],
    reason: str,
    case_id: UUID,
) -> None:
    known = await journal_entry(unit, line_item_id, person_id, lock=True)
    if known is None or known.state is EntryState.ANNULLED:
        return
    history = await grade_history(unit, line_item_id, person_id)
    results = results_in(map(as_event, history))
    left = left_of(results)
    if left == results:
        return
    points = points_of_results(left, await _own_points(unit, left))
    if points is None:
        await annul_grade(unit, line_item_id, person_id, reason, case_id)
        return
    source, kind = GradeSource(SourceKind.CASE, case_id), EventKind.AMENDED
    if left[-1] not in results:  # another attempt counts now
        source, reason = GradeSource(left[-1].source_kind, left[-1].source_id), OTHER_ATTEMPT
    elif left[-1] == results[-1]:  # a retake stays, and what was before it does not
        kind = EventKind.RETAKEN
    await leave_points(unit, line_item_id, person_id, points, source, kind, reason=reason)


async def _own_points(unit: Unit, results: Sequence[Result]) -> dict[UUID | None, tuple[Decimal, Counts]]:
    ids = [one.source_id for one in results if one.source_kind is SourceKind.RETAKE]
    rows = await unit.session.execute(
        select(RetakeRow.id, RetakeRow.points, RetakeRow.counts).where(
            RetakeRow.id.in_(ids), RetakeRow.points.is_not(None)
        )
    )
    return {id_: (points, Counts(counts)) for id_, points, counts in rows if points is not None}
