"""Retakes at a time of their own, for who was absent or failed (clause 6.5), by the rule of the scale's version."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from uuid import UUID

from sqlalchemy import func, select

from api.domains.enrolment.service import held_place
from api.domains.grading.errors import (
    GradesNotReleased,
    NotInClass,
    RetakeNotDue,
    RetakeNotHeld,
    RetakeOpen,
    RetakesUsedUp,
    RetakeWindowOver,
)
from api.domains.grading.grades import as_event, grade_history, journal_entry, retake_grade
from api.domains.grading.line_items import LineItem, line_item
from api.domains.grading.models import RetakeRow, RetakeRuleRow
from api.domains.grading.results import class_scale, required_scale
from api.domains.grading.rules import (
    RETAKE_MOVES,
    USUAL_RULE,
    WHOLE,
    Counts,
    RetakeCause,
    RetakeRule,
    RetakeState,
    SourceKind,
    exact,
    highest_points,
    on_scale,
    points_after_retake,
    points_of_results,
    results_in,
)
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.policy import Place
from api.unit import Unit


async def rule_of_class(unit: Unit, class_id: UUID) -> RetakeRule:
    """The rule of the class's scale; the usual one where nothing is stored."""
    scale = await class_scale(unit, class_id)
    if scale is None:
        return USUAL_RULE
    row = await unit.session.scalar(
        select(RetakeRuleRow).where(RetakeRuleRow.scale_version_id == scale.scale_version_id)
    )
    if row is None:
        return USUAL_RULE
    return RetakeRule(row.most, row.window_days, Counts(row.counts), row.highest_percent, row.appeal_days)


def place_of_retake(row: RetakeRow) -> Place:
    """Of the student, and of whoever teaches and runs the class."""
    programmes = frozenset[UUID]() if row.programme_id is None else frozenset({row.programme_id})
    return Place(
        persons=frozenset({row.person_id}),
        units=frozenset({row.unit_id}),
        programmes=programmes,
        classes=frozenset({row.class_id}),
    )


async def find_retake(unit: Unit, id_: UUID, *, lock: bool = False) -> RetakeRow:
    """Raises NotFound."""
    row = await unit.session.get(RetakeRow, id_, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


async def grant_retake(unit: Unit, line_item_id: UUID, person_id: UUID, cause: RetakeCause, reason: str) -> RetakeRow:
    """One more time, within the rule's number and window. Raises NotFound, GradesNotReleased, NotInClass, ScaleNotSet,
    RetakeNotDue, RetakeOpen, RetakesUsedUp, RetakeWindowOver."""
    one = await line_item(unit, line_item_id, lock=True)
    if one.released_at is None or not one.is_released:
        raise GradesNotReleased(codes=[one.code])
    if await held_place(unit, one.class_id, person_id) is None:
        raise NotInClass()
    since = await _since(unit, one, person_id, cause, one.released_at)
    rule = await rule_of_class(unit, one.class_id)
    number = await _next_number(unit, one.id, person_id, rule)
    closes_at = since + timedelta(days=rule.window_days)
    if closes_at <= unit.now:
        raise RetakeWindowOver(closes_at=utc_text(closes_at))
    brief = await class_brief(unit, one.class_id)
    row = RetakeRow(
        created_at=unit.now,
        line_item_id=one.id,
        class_id=one.class_id,
        unit_id=brief.unit_id,
        programme_id=brief.programme_id,
        person_id=person_id,
        number=number,
        cause=cause,
        reason=reason,
        state=RetakeState.GRANTED,
        opens_at=unit.now,
        closes_at=closes_at,
        counts=rule.counts,
        highest_points=highest_points(one.max_points, rule),
        granted_by=unit.actor.person,
    )
    unit.session.add(row)
    await _tell(unit, row, cause=cause.value)
    return row


async def _since(unit: Unit, one: LineItem, person_id: UUID, cause: RetakeCause, released_at: datetime) -> datetime:
    """From when the window counts. Who failed has a grade that does not pass by the scale, or an annulled one; who was
    absent has none."""
    entry = await journal_entry(unit, one.id, person_id)
    if cause is RetakeCause.ABSENT:
        if entry is not None:
            raise RetakeNotDue(kind=cause.value)
        return released_at
    if entry is None:
        raise RetakeNotDue(kind=cause.value)
    if entry.points is not None:
        scale = await required_scale(unit, one.class_id)
        percent = exact(entry.points * WHOLE / one.max_points)
        if scale.grade(on_scale(percent, Decimal(str(scale.most_points)))).is_pass:
            raise RetakeNotDue(kind=cause.value)
    return max(released_at, entry.graded_at)


async def _next_number(unit: Unit, line_item_id: UUID, person_id: UUID, rule: RetakeRule) -> int:
    mine = RetakeRow.line_item_id == line_item_id, RetakeRow.person_id == person_id
    open_one = await unit.session.scalar(
        select(RetakeRow.id).where(*mine, RetakeRow.state.in_((RetakeState.GRANTED, RetakeState.SCHEDULED)))
    )
    if open_one is not None:
        raise RetakeOpen(retake_id=str(open_one))
    used = await unit.session.scalar(select(func.count()).where(*mine, RetakeRow.state != RetakeState.CANCELLED))
    if (used or 0) >= rule.most:
        raise RetakesUsedUp(most=rule.most)
    last = await unit.session.scalar(select(func.max(RetakeRow.number)).where(*mine))
    return (last or 0) + 1


async def schedule_retake(unit: Unit, row: RetakeRow, held_at: datetime, pointer: str = "/held_at") -> None:
    """Sets, or moves, the separate time of a locked retake; `pointer` is where it was said. Raises MoveNotAllowed,
    InvalidFields."""
    check_move(RETAKE_MOVES, RetakeState(row.state), RetakeState.SCHEDULED)
    if not max(row.opens_at, unit.now) <= held_at < row.closes_at:
        raise invalid(pointer, "retake-outside-window", closes_at=utc_text(row.closes_at))
    row.state, row.held_at = RetakeState.SCHEDULED, held_at
    await _tell(unit, row)


async def grade_retake(
    unit: Unit, row: RetakeRow, points: Decimal, reason: str, *, is_held: bool = False, by_hand: bool = False
) -> None:
    """What a locked retake gave. The journal gets what counts by the rule under which it was granted. `is_held`: there
    is an attempt, whatever time was planned. `by_hand`: a person says so, not the sitting's column. Raises
    MoveNotAllowed, RetakeNotHeld, InvalidFields, what posting raises, and by hand what `end_retake` does."""
    if by_hand and row.state == RetakeState.MISSED:
        raise MoveNotAllowed(row.state, [])
    check_move(RETAKE_MOVES, RetakeState(row.state), RetakeState.GRADED)
    if not is_held and (row.held_at is None or unit.now < row.held_at):
        raise RetakeNotHeld(held_at=None if row.held_at is None else utc_text(row.held_at))
    if not points.is_finite() or not 0 <= points <= row.highest_points:
        raise invalid("/points", "points-out-of-range", max_points=str(row.highest_points))
    entry = await journal_entry(unit, row.line_item_id, row.person_id, lock=True)
    before = None if entry is None else entry.points
    counting = points_after_retake(before, exact(points), Counts(row.counts))
    await retake_grade(unit, row.line_item_id, row.person_id, counting, row.id, reason=reason)
    row.state, row.points = RetakeState.GRADED, exact(points)
    await _tell(unit, row, **({"source": SourceKind.HAND.value} if by_hand else {}))


async def regrade_retake(unit: Unit, row: RetakeRow, points: Decimal, reason: str) -> None:
    """Another result of a locked retake that is graded for the same reason: a second attempt, an appeal. What the
    journal had before the retake still counts by its rule; what came after it (an appeal, another retake) stays. A case
    that took the first result away said nothing of this one."""
    history = await grade_history(unit, row.line_item_id, row.person_id)
    last = next((one for one in reversed(history) if one.source_kind != SourceKind.CASE), None)
    if last is None or (last.source_id, last.reason) != (row.id, reason):
        return
    earlier = takewhile(lambda one: one.source_id != row.id, results_in(map(as_event, history)))
    counting = points_after_retake(points_of_results(earlier, {}), exact(points), Counts(row.counts))
    if (counting, row.id) != (history[-1].points, history[-1].source_id):
        await retake_grade(unit, row.line_item_id, row.person_id, counting, row.id, reason=reason)
    row.points = exact(points)
    await _tell(unit, row)


async def end_retake(unit: Unit, row: RetakeRow, to: RetakeState, reason: str) -> None:
    """A locked retake was missed (it counts among the rule's number) or is cancelled (it does not). Raises
    MoveNotAllowed, RetakeNotHeld, and of one that is taken in a sitting RetakeBegun, RetakeStillOpen."""
    check_move(RETAKE_MOVES, RetakeState(row.state), to)
    if to is RetakeState.MISSED and (row.held_at is None or unit.now < row.held_at):
        raise RetakeNotHeld(held_at=None if row.held_at is None else utc_text(row.held_at))
    row.state, row.ended_reason = to, reason
    await _tell(unit, row)


async def _tell(unit: Unit, row: RetakeRow, **codes: str) -> None:
    await unit.session.flush()
    unit.record(f"retake.{row.state}", "retake", row.id, person=row.person_id, number=str(row.number), **codes)
    ids = {"retake": row.id, "line-item": row.line_item_id, "class": row.class_id}
    await unit.emit(Event(f"retake.{row.state}", ids, row.person_id, codes))
