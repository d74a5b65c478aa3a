"""Appeals: a student asks that a grade be looked at again, and somebody who did not give it decides."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from api.domains.grading.errors import AppealExists, AppealTimeOver, NotGraded, SecondPersonNeeded
from api.domains.grading.grades import amend_grade, authors_of, journal_entry
from api.domains.grading.line_items import line_item
from api.domains.grading.models import AppealRow, MarkingPersonRow, MarkingRow, MarkingWorkRow
from api.domains.grading.retakes import rule_of_class
from api.domains.grading.rules import APPEAL_MOVES, AppealState, SourceKind, exact
from api.domains.teaching.service import class_brief
from api.errors import NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.policy import Place
from api.unit import Unit

_OPEN = (AppealState.SUBMITTED, AppealState.IN_REVIEW)


async def find_appeal(unit: Unit, id_: UUID, *, lock: bool = False) -> AppealRow:
    """Raises NotFound."""
    row = await unit.session.get(AppealRow, id_, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def place_of_appeal(row: AppealRow) -> Place:
    """Of the student, and of whoever runs the class."""
    programmes = frozenset[UUID]() if row.programme_id is None else frozenset({row.programme_id})
    return Place(
        persons=frozenset({row.person_id}),
        units=frozenset({row.unit_id}),
        programmes=programmes,
        classes=frozenset({row.class_id}),
    )


async def submit_appeal(unit: Unit, line_item_id: UUID, person_id: UUID, words: str) -> AppealRow:
    """Within the days that the rule of the scale gives, once for each state of a grade. Raises NotFound for what
    the student cannot see, AppealExists, AppealTimeOver."""
    one = await line_item(unit, line_item_id, keep=True)
    entry = await journal_entry(unit, line_item_id, person_id, lock=True)
    if not one.is_released or one.released_at is None or entry is None:
        raise NotFound()
    known = await unit.session.scalar(
        select(AppealRow.id)
        .where(
            AppealRow.line_item_id == line_item_id,
            AppealRow.person_id == person_id,
            or_(
                AppealRow.state.in_(_OPEN),
                (AppealRow.entry_sequence == entry.sequence) & AppealRow.decided_at.is_not(None),
            ),
        )
        .limit(1)
    )
    if known is not None:
        raise AppealExists(appeal_id=str(known))
    rule = await rule_of_class(unit, one.class_id)
    closes_at = max(one.released_at, entry.graded_at) + timedelta(days=rule.appeal_days)
    if unit.now >= closes_at:
        raise AppealTimeOver(closes_at=utc_text(closes_at))
    brief = await class_brief(unit, one.class_id)
    row = AppealRow(
        created_at=unit.now,
        line_item_id=one.id,
        class_id=one.class_id,
        unit_id=brief.unit_id,
        programme_id=brief.programme_id,
        person_id=person_id,
        words=words,
        state=AppealState.SUBMITTED,
        entry_sequence=entry.sequence,
    )
    unit.session.add(row)
    await _tell(unit, row)
    return row


async def review_appeal(unit: Unit, row: AppealRow) -> None:
    """Somebody takes a locked appeal on. Raises MoveNotAllowed, SecondPersonNeeded."""
    check_move(APPEAL_MOVES, AppealState(row.state), AppealState.IN_REVIEW)
    await _require_other(unit, row)
    row.state, row.reviewer_id = AppealState.IN_REVIEW, unit.actor.person
    await _tell(unit, row)


async def grant_appeal(unit: Unit, row: AppealRow, points: Decimal, reason: str) -> None:
    """Other points for a locked appeal, as an amendment with this reason. Raises MoveNotAllowed, SecondPersonNeeded,
    InvalidFields."""
    check_move(APPEAL_MOVES, AppealState(row.state), AppealState.GRANTED)
    await _require_other(unit, row)
    entry = await journal_entry(unit, row.line_item_id, row.person_id, lock=True)
    if entry is None:
        raise NotGraded()
    if entry.points == exact(points):
        raise invalid("/points", "points-unchanged")
    await amend_grade(unit, row.line_item_id, row.person_id, points, SourceKind.APPEAL, row.id, reason=reason)
    row.points = exact(points)
    await _decide(unit, row, AppealState.GRANTED, reason)


async def refuse_appeal(unit: Unit, row: AppealRow, reason: str) -> None:
    """The grade of a locked appeal stays. Raises MoveNotAllowed, SecondPersonNeeded."""
    check_move(APPEAL_MOVES, AppealState(row.state), AppealState.REFUSED)
    await _require_other(unit, row)
    await _decide(unit, row, AppealState.REFUSED, reason)


async def close_appeal(unit: Unit, row: AppealRow) -> None:
    """A locked appeal is taken back before anybody looked at it, or its decision has been read. Raises
    MoveNotAllowed."""
    check_move(APPEAL_MOVES, AppealState(row.state), AppealState.CLOSED)
    row.state = AppealState.CLOSED
    await _tell(unit, row)


async def _decide(unit: Unit, row: AppealRow, to: AppealState, reason: str) -> None:
    row.state, row.decision_reason, row.decided_at = to, reason, unit.now
    row.reviewer_id = unit.actor.person
    await _tell(unit, row)


async def _require_other(unit: Unit, row: AppealRow) -> None:
    """Nobody decides on a grade of their own giving, marking or getting."""
    markers = await unit.session.scalars(
        select(MarkingRow.marker_id)
        .join(MarkingWorkRow, MarkingWorkRow.id == MarkingRow.marking_work_id)
        .join(MarkingPersonRow, MarkingPersonRow.marking_work_id == MarkingWorkRow.id)
        .where(MarkingWorkRow.line_item_id == row.line_item_id, MarkingPersonRow.person_id == row.person_id)
    )
    involved = {row.person_id, *await authors_of(unit, row.line_item_id, row.person_id), *markers}
    if unit.actor.person is None or unit.actor.person in involved:
        raise SecondPersonNeeded()


async def _tell(unit: Unit, row: AppealRow) -> None:
    await unit.session.flush()
    unit.record(f"appeal.{row.state}", "appeal", row.id, person=row.person_id)
    ids = {"appeal": row.id, "line-item": row.line_item_id, "class": row.class_id}
    await unit.emit(Event(f"appeal.{row.state}", ids, row.person_id))
