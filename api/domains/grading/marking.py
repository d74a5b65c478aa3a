"""Works that persons mark: the queue of a line item, first and second marker, the head's decision, blindness.

While a line item is blind nothing here gives out a person: works are known by a random code and listed in no order of
time, no grade is posted and no event told until all of them are finished and released together.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Row, func, insert, select

from api.domains.enrolment.service import held_place
from api.domains.grading.errors import (
    LineItemNotOpen,
    MarkerTaken,
    NotInClass,
    OwnWork,
    SecondPersonNeeded,
)
from api.domains.grading.feedback import give_feedback, withdraw_feedback_of
from api.domains.grading.grades import amend_grade, grade_history, journal_entry, post_grade, replace_annulled
from api.domains.grading.line_items import LineItem, line_item
from api.domains.grading.models import MarkingPersonRow, MarkingRow, MarkingWorkRow
from api.domains.grading.rubrics import criteria_of, mark_used
from api.domains.grading.rules import (
    Criterion,
    EntryState,
    LineItemState,
    MarkerRole,
    MarkingState,
    Score,
    SourceKind,
    WorkKind,
    WorkState,
    agree,
    exact,
    grade_of_work,
    score_faults,
)
from api.errors import FieldError, InvalidFields, MoveNotAllowed, NotFound, invalid
from api.events import Event
from api.unit import Unit

CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for one another when read aloud or in braille."""
CODE_LENGTH: Final = 8
LATER_WORK: Final = "@later-work"
"""Reason of an amendment by a work that came after the graded one; its words are in the reader's language."""
OTHER_ATTEMPT: Final = "@other-attempt"
"""As it, of attempts at a test: which one counts is for the test to say, and a machine may have scored it."""
LATER_DEADLINE: Final = "@later-deadline"
"""Reason of an amendment because the work is less late than it was."""
SMALLER_PENALTY: Final = "@smaller-penalty"
"""Because less is taken off for every day."""
_UNFINISHED: Final = (WorkState.WAITING, WorkState.DISPUTED)
_UNPOSTED: Final = (*_UNFINISHED, WorkState.FINISHED)
"""While marking is blind."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What whoever serves a work to its marker needs to know. `marker_id` has taken it; None: nobody yet."""

    id: UUID
    marking_work_id: UUID
    line_item_id: UUID
    class_id: UUID
    work_kind: WorkKind
    work_id: UUID
    code: str
    role: MarkerRole
    state: MarkingState
    marker_id: UUID | None
    is_blind: bool
    """Now: nothing of the answer may tell whose work it is, nor its id."""


_ROLES: Final = (MarkerRole.FIRST, MarkerRole.SECOND)


async def open_marking(
    unit: Unit,
    line_item_id: UUID,
    persons: Collection[UUID],
    work_kind: WorkKind,
    work_id: UUID,
    content_path: str | None = None,
    *,
    max_points: Decimal | None = None,
    base_points: Decimal = Decimal(0),
    deduction_percent: Decimal = Decimal(0),
    keeps_better: bool = False,
) -> UUID:
    """Puts a work into the queue of its line item, and gives the id of its place there; the same work again is the
    same place.

    `persons`: whose it is, several for a group. `content_path`: where a marker reads it, with `{marking}` for the id
    of the marking. `max_points`: the most that markers may give, unless that is the line item's less `base_points`,
    which the service scored itself. `deduction_percent`: what lateness takes off. `keeps_better`: a grade that is
    better stays, whichever is marked first. Raises NotFound, LineItemNotOpen, NotInClass.
    """
    one = await line_item(unit, line_item_id, keep=True)
    known = await unit.session.scalar(select(MarkingWorkRow.id).where(MarkingWorkRow.work_id == work_id))
    if known is not None:
        return known
    if one.state is LineItemState.CANCELLED:
        raise LineItemNotOpen(state=one.state.value)
    if not persons:
        raise ValueError("a work is somebody's")
    for person_id in persons:
        if await held_place(unit, one.class_id, person_id) is None:
            raise NotInClass()
    base = exact(base_points)
    most = one.max_points - base if max_points is None else exact(max_points)
    if base < 0 or most < 0 or base + most > one.max_points or not 0 <= deduction_percent <= 100:
        raise ValueError("points of a work lie between 0 and those of its line item")
    id_ = uuid4()
    await unit.session.execute(
        insert(MarkingWorkRow).values(
            id=id_,
            created_at=unit.now,
            version=1,
            line_item_id=line_item_id,
            work_kind=work_kind,
            work_id=work_id,
            code=await _new_code(unit, line_item_id),
            content_path=content_path,
            max_points=most,
            base_points=base,
            deduction=exact(deduction_percent),
            keeps_better=keeps_better,
            state=WorkState.WAITING,
        )
    )
    await unit.session.execute(
        insert(MarkingPersonRow),
        [
            {"id": uuid4(), "created_at": unit.now, "marking_work_id": id_, "person_id": person_id}
            for person_id in sorted(set(persons))
        ],
    )
    roles = _ROLES if one.second_marker else _ROLES[:1]
    await unit.session.execute(
        insert(MarkingRow),
        [
            {
                "id": uuid4(),
                "created_at": unit.now,
                "version": 1,
                "marking_work_id": id_,
                "role": role,
                "state": MarkingState.OPEN,
                "scores": [],
                "comment": "",
            }
            for role in roles
        ],
    )
    return id_


async def _new_code(unit: Unit, line_item_id: UUID) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        taken = select(MarkingWorkRow.id).where(
            MarkingWorkRow.line_item_id == line_item_id, MarkingWorkRow.code == code
        )
        if await unit.session.scalar(taken) is None:
            return code


async def withdraw_marking(unit: Unit, work_id: UUID) -> bool:
    """Takes a work out of the queue: a later version takes its place. False when it is finished already, or was never
    there: then the grade of the later one amends this one's."""
    found = await unit.session.scalar(select(MarkingWorkRow.id).where(MarkingWorkRow.work_id == work_id))
    if found is None:
        return False
    work = await find_work(unit, found, lock=True)
    if work.state not in _UNFINISHED:
        return False
    work.state = WorkState.WITHDRAWN
    await unit.session.flush()
    return True


async def withdraw_annulled(unit: Unit, one: LineItem, person_id: UUID, work_ids: Collection[UUID] | None) -> None:
    """Takes works of a person whose result is annulled out of the queue (None: all of this line item), also those that
    are marked and wait for the release; not those of a group of which somebody still gets a grade."""
    mine = (
        select(MarkingWorkRow)
        .join(MarkingPersonRow, MarkingPersonRow.marking_work_id == MarkingWorkRow.id)
        .where(
            MarkingWorkRow.line_item_id == one.id,
            MarkingPersonRow.person_id == person_id,
            MarkingWorkRow.state.in_(_UNFINISHED if one.is_released or not one.is_blind else _UNPOSTED),
        )
    )
    if work_ids is not None:
        mine = mine.where(MarkingWorkRow.work_id.in_(work_ids))
    locked = mine.order_by(MarkingWorkRow.id).with_for_update(of=MarkingWorkRow)
    works = (await unit.session.scalars(locked.execution_options(populate_existing=True))).all()
    persons = await persons_of_works(unit, [work.id for work in works])
    for work in works:
        others = [await journal_entry(unit, one.id, other) for other in persons[work.id] if other != person_id]
        if all(other is not None and other.state is EntryState.ANNULLED for other in others):
            work.state = WorkState.WITHDRAWN
    await unit.session.flush()


async def lessen_deduction(unit: Unit, work_id: UUID, deduction_percent: Decimal, reason: str) -> None:
    """Less is taken off for lateness, because the person's deadline became a later one after the work had come, or the
    penalty a smaller one: the grade that was posted for it is amended. Never takes off more."""
    found = await unit.session.scalar(select(MarkingWorkRow.id).where(MarkingWorkRow.work_id == work_id))
    if found is None:
        return
    work = await find_work(unit, found, lock=True)
    if work.state == WorkState.WITHDRAWN or deduction_percent >= work.deduction:
        return
    work.deduction = exact(deduction_percent)
    await unit.session.flush()
    one = await line_item(unit, work.line_item_id, keep=True)
    if work.state != WorkState.FINISHED or work.points is None or (one.is_blind and not one.is_released):
        return
    points = grade_of_work(work.base_points, work.points, work.deduction, one.max_points)
    source = SourceKind(work.work_kind)
    for person_id in (await persons_of_works(unit, [work.id]))[work.id]:
        if await held_place(unit, one.class_id, person_id) is None:
            continue
        history = await grade_history(unit, one.id, person_id)
        if history and history[-1].source_id == work.work_id:  # no appeal, retake or other work has spoken since
            await amend_grade(unit, one.id, person_id, points, source, work.work_id, reason=reason)
    unit.record("marking.deduction-lessened", "marking-work", work.id, line_item=str(one.id))


async def points_of_work(unit: Unit, work_id: UUID) -> Decimal | None:
    """What a submission or attempt is worth by its markers, whichever grade counts. None as long as nobody has finished
    it."""
    found = await unit.session.scalar(select(MarkingWorkRow.id).where(MarkingWorkRow.work_id == work_id))
    if found is None:
        return None
    work = await find_work(unit, found)
    if work.state != WorkState.FINISHED or work.points is None:
        return None
    most = (await line_item(unit, work.line_item_id)).max_points
    return grade_of_work(work.base_points, work.points, work.deduction, most)


async def marking_of(unit: Unit, marking_id: UUID) -> Marking:
    """Raises NotFound. Whether the actor may see it, the caller asks: `marker_id` has taken it."""
    row = (await unit.session.execute(_select_markings().where(MarkingRow.id == marking_id))).one_or_none()
    if row is None:
        raise NotFound()
    return await _as_marking(unit, row)


async def marking_of_work(unit: Unit, work_id: UUID) -> Sequence[Marking]:
    """The markings of a submission or attempt, the first marker's first. Empty for one that nobody marks."""
    rows = await unit.session.execute(
        _select_markings().where(MarkingWorkRow.work_id == work_id).order_by(MarkingRow.role)
    )
    return [await _as_marking(unit, row) for row in rows]


def _select_markings() -> Any:
    return select(
        *(MarkingRow.id, MarkingRow.marking_work_id, MarkingWorkRow.line_item_id, MarkingWorkRow.work_kind),
        *(MarkingWorkRow.work_id, MarkingWorkRow.code, MarkingRow.role, MarkingRow.state, MarkingRow.marker_id),
    ).join(MarkingWorkRow, MarkingWorkRow.id == MarkingRow.marking_work_id)


async def _as_marking(unit: Unit, row: Row[*tuple[Any, ...]]) -> Marking:
    one = await line_item(unit, row.line_item_id)
    return Marking(
        id=row.id,
        marking_work_id=row.marking_work_id,
        line_item_id=one.id,
        class_id=one.class_id,
        work_kind=WorkKind(row.work_kind),
        work_id=row.work_id,
        code=row.code,
        role=MarkerRole(row.role),
        state=MarkingState(row.state),
        marker_id=row.marker_id,
        is_blind=one.is_blind and not one.is_released,
    )


async def find_work(unit: Unit, marking_work_id: UUID, *, lock: bool = False) -> MarkingWorkRow:
    """Raises NotFound."""
    row = await unit.session.get(MarkingWorkRow, marking_work_id, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


async def find_marking(unit: Unit, marking_id: UUID) -> MarkingRow:
    """Raises NotFound."""
    row = await unit.session.get(MarkingRow, marking_id, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


async def persons_of_works(unit: Unit, work_ids: Iterable[UUID]) -> Mapping[UUID, list[UUID]]:
    """Whose the works are, by place in the queue. Never shown while the line item is blind."""
    found: dict[UUID, list[UUID]] = {}
    rows = await unit.session.execute(
        select(MarkingPersonRow.marking_work_id, MarkingPersonRow.person_id)
        .where(MarkingPersonRow.marking_work_id.in_(list(work_ids)))
        .order_by(MarkingPersonRow.person_id)
    )
    for work_id, person_id in rows:
        found.setdefault(work_id, []).append(person_id)
    return found


# What a marker does


async def take(unit: Unit, work: MarkingWorkRow, marker_id: UUID) -> MarkingRow:
    """The next free marking of the locked work: the first, then the second, which somebody else has to take. Who has
    it already gets it again. Raises MoveNotAllowed, OwnWork, MarkerTaken."""
    if work.state != WorkState.WAITING:
        raise MoveNotAllowed(work.state, [])
    if marker_id in (await persons_of_works(unit, [work.id]))[work.id]:
        raise OwnWork()
    markings = await markings_of(unit, work.id)
    for one in markings:
        if one.marker_id == marker_id:
            return one
    for one in markings:
        if one.state == MarkingState.OPEN:
            one.marker_id, one.state = marker_id, MarkingState.TAKEN
            await unit.session.flush()
            return one
    raise MarkerTaken()


async def markings_of(unit: Unit, marking_work_id: UUID) -> Sequence[MarkingRow]:
    rows = await unit.session.scalars(
        select(MarkingRow)
        .where(MarkingRow.marking_work_id == marking_work_id)
        .order_by(MarkingRow.role)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def give_back(unit: Unit, marking: MarkingRow) -> None:
    """Somebody else may take it; what was written is gone. Raises MoveNotAllowed."""
    require_taken(marking)
    marking.marker_id, marking.state = None, MarkingState.OPEN
    marking.scores, marking.points, marking.comment = [], None, ""
    await withdraw_feedback_of(unit, marking.id)
    await unit.session.flush()
    unit.record("marking.given-back", "marking", marking.id)


async def free_marking(unit: Unit, work: MarkingWorkRow, marking: MarkingRow) -> None:
    """Puts a marking of the locked work that its marker does not finish back into the queue. What is written is kept
    for whoever takes it on. Raises MoveNotAllowed."""
    require_taken(marking, work)
    unit.record("marking.freed", "marking", marking.id, person=marking.marker_id, line_item=str(work.line_item_id))
    marking.marker_id, marking.state = None, MarkingState.OPEN
    await unit.session.flush()


async def save_marking(
    unit: Unit,
    one: LineItem,
    work: MarkingWorkRow,
    marking: MarkingRow,
    *,
    scores: Sequence[Score],
    points: Decimal | None,
    comment: str,
) -> None:
    """Keeps what the marker has so far. With a rubric the points are the sum of its scores. Raises MoveNotAllowed,
    InvalidFields."""
    require_taken(marking, work)
    criteria = await _criteria(unit, one, work)
    if criteria:
        _refuse(score_faults(criteria, scores, all_needed=False))
        if points is not None:
            raise invalid("/points", "points-by-rubric")
        points = sum((score.points for score in scores), Decimal(0)) if scores else None
        if one.rubric_version_id is not None and scores:
            await mark_used(unit, one.rubric_version_id)
    elif scores:
        raise invalid("/scores", "no-rubric")
    if points is not None and not 0 <= points <= work.max_points:
        raise invalid("/points", "points-out-of-range", max_points=str(work.max_points))
    marking.scores = [
        {"criterion": score.criterion, "points": str(score.points), "level": score.level, "comment": score.comment}
        for score in scores
    ]
    marking.points = None if points is None else exact(points)
    marking.comment = comment
    await unit.session.flush()


async def finish_marking(unit: Unit, one: LineItem, work: MarkingWorkRow, marking: MarkingRow) -> None:
    """The marker is done. The last one finishes the work, or opens a dispute. Raises MoveNotAllowed, InvalidFields."""
    require_taken(marking, work)
    criteria = await _criteria(unit, one, work)
    if criteria:
        _refuse(score_faults(criteria, scores_of(marking), all_needed=True))
    if marking.points is None:
        raise invalid("/points", "points-missing")
    marking.state, marking.finished_at = MarkingState.FINISHED, unit.now
    await unit.session.flush()
    markings = await markings_of(unit, work.id)
    if any(other.state != MarkingState.FINISHED for other in markings):
        return
    agreement = agree([other.points for other in markings if other.points is not None], one.threshold)
    if agreement.points is None:
        work.state = WorkState.DISPUTED
        await unit.session.flush()
        unit.record("marking.disputed", "marking-work", work.id, line_item=str(one.id))
        return
    await _finish_work(unit, one, work, agreement.points, markings[0].marker_id)


async def decide_dispute(
    unit: Unit, one: LineItem, work: MarkingWorkRow, points: Decimal, reason: str, decider: UUID | None
) -> None:
    """The head says what the work is worth. Raises MoveNotAllowed, InvalidFields, SecondPersonNeeded, OwnWork."""
    if work.state != WorkState.DISPUTED:
        raise MoveNotAllowed(work.state, [])
    markers = {other.marker_id for other in await markings_of(unit, work.id)}
    if decider is None or decider in markers:
        raise SecondPersonNeeded()
    if decider in (await persons_of_works(unit, [work.id]))[work.id]:
        raise OwnWork()
    if not 0 <= points <= work.max_points:
        raise invalid("/points", "points-out-of-range", max_points=str(work.max_points))
    work.decision_reason = reason
    await _finish_work(unit, one, work, exact(points), decider)


async def _finish_work(
    unit: Unit, one: LineItem, work: MarkingWorkRow, points: Decimal, decided_by: UUID | None
) -> None:
    work.state, work.points, work.decided_by, work.finished_at = WorkState.FINISHED, points, decided_by, unit.now
    await unit.session.flush()
    if not one.is_blind or one.is_released:
        await _post_work(unit, one, work)


async def post_blind_works(unit: Unit, one: LineItem) -> None:
    """Called by the release of a blind line item, after it is released: now the grades of all works are posted."""
    works = await unit.session.scalars(
        select(MarkingWorkRow)
        .where(MarkingWorkRow.line_item_id == one.id, MarkingWorkRow.state == WorkState.FINISHED)
        .order_by(MarkingWorkRow.finished_at, MarkingWorkRow.id)
    )
    for work in works.all():
        await _post_work(unit, one, work)


async def count_unfinished(unit: Unit, line_item_id: UUID) -> int:
    """Works that are still to be marked or decided."""
    found = await unit.session.scalar(
        select(func.count()).where(MarkingWorkRow.line_item_id == line_item_id, MarkingWorkRow.state.in_(_UNFINISHED))
    )
    return found or 0


async def _post_work(unit: Unit, one: LineItem, work: MarkingWorkRow) -> None:
    """Posts the grade of each of the work's persons. Who has left the class in the meantime gets none, nor does who has
    an annulled one."""
    assert work.points is not None  # finished works have points
    points = grade_of_work(work.base_points, work.points, work.deduction, one.max_points)
    source = SourceKind(work.work_kind)
    persons = (await persons_of_works(unit, [work.id]))[work.id]
    markings = await markings_of(unit, work.id)
    for person_id in persons:
        known = await journal_entry(unit, one.id, person_id, lock=True)
        is_annulled = known is not None and known.points is None
        if is_annulled and source is not SourceKind.ATTEMPT:  # all versions are one work; attempts are one each
            continue
        await give_feedback(unit, one, markings, person_id)
        if await held_place(unit, one.class_id, person_id) is None:
            continue
        if known is None:
            await post_grade(unit, one.id, person_id, points, source, work.work_id, author_id=work.decided_by)
        elif known.points is None or not (work.keeps_better and known.points >= points):
            reason = OTHER_ATTEMPT if source is SourceKind.ATTEMPT else LATER_WORK
            change = replace_annulled if is_annulled else amend_grade
            await change(
                unit, one.id, person_id, points, source, work.work_id, reason=reason, author_id=work.decided_by
            )
    unit.record("marking.finished", "marking-work", work.id, line_item=str(one.id))
    ids = {"work": work.work_id, "line-item": one.id}
    await unit.emit(Event("marking.finished", ids, codes={"work_kind": work.work_kind}))


def scores_of(marking: MarkingRow) -> list[Score]:
    return [Score(one["criterion"], Decimal(one["points"]), one["level"], one["comment"]) for one in marking.scores]


async def _criteria(unit: Unit, one: LineItem, work: MarkingWorkRow) -> Sequence[Criterion]:
    """None of them for a work of which the service has scored a part: the rubric is for the whole."""
    if one.rubric_version_id is None or work.max_points != one.max_points:
        return ()
    return await criteria_of(unit, one.rubric_version_id)


def require_taken(marking: MarkingRow, work: MarkingWorkRow | None = None) -> None:
    """It is still being written, and its work was not withdrawn meanwhile. Raises MoveNotAllowed."""
    if marking.state != MarkingState.TAKEN:
        raise MoveNotAllowed(marking.state, [])
    if work is not None and work.state != WorkState.WAITING:
        raise MoveNotAllowed(work.state, [])


def _refuse(faults: Sequence[Any]) -> None:
    if faults:
        raise InvalidFields(
            fields=[FieldError(f"/scores/{one.place}/{one.field}", one.code, one.values) for one in faults]
        )
