"""The result of a class: the weighted total as a grade of the class's scale, proposed by who teaches, approved by the
dean's office or the registry. An approved one is replaced only by another, with a reason and a new approval."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from api.domains.enrolment.service import Enrolment, complete, correct_completion, held_places
from api.domains.grading.errors import (
    GradesMissing,
    GradesNotReleased,
    NotInClass,
    PlanIncomplete,
    ResultOpen,
    ResultOutdated,
    ResultUnchanged,
    ScaleFixed,
    ScaleNotSet,
    SecondPersonNeeded,
)
from api.domains.grading.line_items import LineItem, line_items_of_class
from api.domains.grading.models import ClassResultRow, ClassScaleRow, JournalEntryRow
from api.domains.grading.rules import (
    RESULT_MOVES,
    LineItemState,
    Part,
    ResultState,
    is_whole,
    on_scale,
    sum_of_weights,
    weighted_total,
)
from api.domains.people.service import holders_of
from api.domains.scales.service import ScaleVersion, scale_on, scale_version
from api.domains.teaching.service import class_brief, session_brief
from api.errors import NotFound, check_move, invalid
from api.events import Event
from api.identity import Role, Scope
from api.unit import Unit

_TABLE: Final = ClassResultRow


@dataclass(frozen=True, slots=True)
class ClassResult:
    """An approved result, for transcripts. `points` is out of 100; `grade_code` is a grade of the scale's version."""

    id: UUID
    class_id: UUID
    person_id: UUID
    enrolment_id: UUID
    study_id: UUID
    course_id: UUID
    academic_session_id: UUID
    number: int
    points: Decimal
    scale_version_id: UUID
    grade_code: str
    is_pass: bool
    approved_at: datetime


async def class_results(unit: Unit, person_id: UUID, academic_session_id: UUID) -> Sequence[ClassResult]:
    """The approved results of a person in the classes of a semester, by course and class."""
    rows = await unit.session.scalars(
        select(_TABLE)
        .where(
            _TABLE.person_id == person_id,
            _TABLE.academic_session_id == academic_session_id,
            _TABLE.state == ResultState.APPROVED,
        )
        .order_by(_TABLE.course_id, _TABLE.class_id)
        .execution_options(populate_existing=True)
    )
    return [as_result(row) for row in rows]


def as_result(row: ClassResultRow) -> ClassResult:
    assert row.decided_at is not None  # approved ones have it
    return ClassResult(
        row.id,
        row.class_id,
        row.person_id,
        row.enrolment_id,
        row.study_id,
        row.course_id,
        row.academic_session_id,
        row.number,
        row.points,
        row.scale_version_id,
        row.grade_code,
        row.is_pass,
        row.decided_at,
    )


# The scale of a class


async def class_scale(unit: Unit, class_id: UUID, *, lock: bool = False) -> ClassScaleRow | None:
    query = select(ClassScaleRow).where(ClassScaleRow.class_id == class_id).execution_options(populate_existing=True)
    return await unit.session.scalar(query.with_for_update() if lock else query)


async def set_class_scale(unit: Unit, class_id: UUID, code: str) -> ClassScaleRow:
    """The version of the scale that is in force when the class's semester begins; whatever comes later, the class keeps
    it. Raises NotFound, NoScaleOnDay, ScaleFixed."""
    one = await class_brief(unit, class_id, lock=True)
    session = await session_brief(unit, one.academic_session_id)
    version = await scale_on(unit, code, session.starts_on)
    row = await class_scale(unit, class_id, lock=True)
    if row is None:
        row = ClassScaleRow(created_at=unit.now, class_id=class_id, scale_version_id=version.id)
        unit.session.add(row)
    elif row.scale_version_id != version.id:
        in_use = select(func.count()).where(
            _TABLE.class_id == class_id, _TABLE.state.in_((ResultState.PROPOSED, ResultState.APPROVED))
        )
        if await unit.session.scalar(in_use):
            raise ScaleFixed()
        row.scale_version_id = version.id
    await unit.session.flush()
    unit.record("class-scale.set", "class", class_id, scale_version=str(version.id))
    return row


# Proposing


@dataclass(frozen=True, slots=True)
class Computed:
    """What the grades of a person come to, now."""

    enrolment: Enrolment
    total: Decimal
    parts: list[dict[str, Any]]
    """As stored: line item, code, weight, most points, points (text; None for no grade)."""
    missing: list[str]
    """Codes of the line items without a grade."""


async def compute(unit: Unit, class_id: UUID, persons: Collection[UUID] | None = None) -> Mapping[UUID, Computed]:
    """Of all who have a place in the class, or of those asked for. Raises PlanIncomplete, GradesNotReleased."""
    items = [one for one in await line_items_of_class(unit, class_id) if one.state is not LineItemState.CANCELLED]
    weights = [one.weight for one in items]
    if not is_whole(weights):
        raise PlanIncomplete(sum=str(sum_of_weights(weights)))
    counting = _counting(items)
    hidden = [one.code for one in counting if not one.is_released]
    if hidden:
        raise GradesNotReleased(codes=hidden)
    points = await _points(unit, class_id)
    return {
        one.person_id: _computed(one, counting, points)
        for one in await held_places(unit, class_id)
        if persons is None or one.person_id in persons
    }


def _counting(items: Iterable[LineItem]) -> list[LineItem]:
    return [one for one in items if one.weight and one.state is not LineItemState.CANCELLED]


Points = Mapping[tuple[UUID, UUID], Decimal | None]
"""Person and line item -> the grade."""


async def _points(unit: Unit, class_id: UUID, person_id: UUID | None = None) -> Points:
    """Of all, or of one person."""
    table = JournalEntryRow
    query = select(table.person_id, table.line_item_id, table.points).where(table.class_id == class_id)
    rows = await unit.session.execute(query if person_id is None else query.where(table.person_id == person_id))
    return {(person, line_item_id): points for person, line_item_id, points in rows}


def _computed(enrolment: Enrolment, items: Iterable[LineItem], points: Points) -> Computed:
    given = [(one, points.get((enrolment.person_id, one.id))) for one in items]
    total = weighted_total(Part(one.weight, one.max_points, value) for one, value in given)
    return Computed(enrolment, total, _stored(given), [one.code for one, value in given if value is None])


def _stored(given: Iterable[tuple[LineItem, Decimal | None]]) -> list[dict[str, Any]]:
    return [
        {
            "line_item_id": str(one.id),
            "code": one.code,
            "weight": str(one.weight),
            "max_points": str(one.max_points),
            "points": None if value is None else str(value),
        }
        for one, value in given
    ]


async def required_scale(unit: Unit, class_id: UUID) -> ScaleVersion:
    """Raises ScaleNotSet."""
    row = await class_scale(unit, class_id)
    if row is None:
        raise ScaleNotSet()
    return await scale_version(unit, row.scale_version_id)


async def propose(
    unit: Unit,
    one: Computed,
    scale: ScaleVersion,
    *,
    missing_as_zero: bool,
    reason: str | None = None,
) -> ClassResultRow:
    """Proposes what the grades come to. A proposal that was returned is followed by the next; an approved result by one
    with a reason. Raises GradesMissing, ResultOpen, ResultUnchanged, InvalidFields (`reason`)."""
    if one.missing and not missing_as_zero:
        raise GradesMissing(codes=one.missing)
    enrolment = one.enrolment
    known = await _newest(unit, enrolment.class_id, enrolment.person_id)
    approved = await _in_state(unit, enrolment.class_id, enrolment.person_id, ResultState.APPROVED)
    if known is not None and known.state == ResultState.PROPOSED:
        raise ResultOpen(class_result_id=str(known.id))
    band = scale.grade(on_scale(one.total, Decimal(str(scale.most_points))))
    if approved is not None:
        if (approved.points, approved.grade_code, approved.parts) == (one.total, band.code, one.parts):
            raise ResultUnchanged()
        if reason is None:
            raise invalid("/reason", "reason-needed")
    row = ClassResultRow(
        created_at=unit.now,
        class_id=enrolment.class_id,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        study_id=enrolment.study_id,
        course_id=enrolment.course_id,
        academic_session_id=enrolment.academic_session_id,
        programme_id=enrolment.programme_id,
        unit_id=enrolment.unit_id,
        study_unit_id=enrolment.study_unit_id,
        number=1 if known is None else known.number + 1,
        points=one.total,
        scale_version_id=scale.id,
        grade_code=band.code,
        is_pass=band.is_pass,
        parts=one.parts,
        reason=reason,
        previous_id=None if approved is None else approved.id,
        state=ResultState.PROPOSED,
        proposed_by=unit.actor.person,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("class-result.proposed", "class-result", row.id, person=row.person_id, number=str(row.number))
    return row


async def compute_one(unit: Unit, class_id: UUID, person_id: UUID) -> Computed:
    """As `compute`, of one person. Raises NotInClass too."""
    found = (await compute(unit, class_id, [person_id])).get(person_id)
    if found is None:
        raise NotInClass()
    return found


async def _newest(unit: Unit, class_id: UUID, person_id: UUID) -> ClassResultRow | None:
    return await unit.session.scalar(
        select(_TABLE)
        .where(_TABLE.class_id == class_id, _TABLE.person_id == person_id)
        .order_by(_TABLE.number.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def _in_state(unit: Unit, class_id: UUID, person_id: UUID, state: ResultState) -> ClassResultRow | None:
    return await unit.session.scalar(
        select(_TABLE)
        .where(_TABLE.class_id == class_id, _TABLE.person_id == person_id, _TABLE.state == state)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


# Deciding


async def find_result(unit: Unit, id_: UUID, *, lock: bool = False) -> ClassResultRow:
    """Raises NotFound."""
    row = await unit.session.get(ClassResultRow, id_, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


async def approve(unit: Unit, row: ClassResultRow) -> None:
    """Puts a locked proposal in force: in place of the one before, and as the end of the enrolment. Raises
    MoveNotAllowed, SecondPersonNeeded, ResultOutdated, and what `compute` raises."""
    check_move(RESULT_MOVES, ResultState(row.state), ResultState.APPROVED)
    actor = unit.actor.person
    if actor is not None and actor in (row.proposed_by, row.person_id):
        raise SecondPersonNeeded()
    now = await compute_one(unit, row.class_id, row.person_id)
    if (now.total, now.parts) != (row.points, row.parts):
        raise ResultOutdated()
    before = await _in_state(unit, row.class_id, row.person_id, ResultState.APPROVED)
    if before is not None:
        before.state = ResultState.SUPERSEDED
        await unit.session.flush()  # only one is approved at a time
    row.state, row.decided_by, row.decided_at = ResultState.APPROVED, actor, unit.now
    await unit.session.flush()
    if before is None:
        await complete(unit, row.enrolment_id, passed=row.is_pass)
    else:
        await correct_completion(unit, row.enrolment_id, passed=row.is_pass)
    unit.record("class-result.approved", "class-result", row.id, person=row.person_id, number=str(row.number))
    ids = {
        "class-result": row.id,
        "class": row.class_id,
        "course": row.course_id,
        "academic-session": row.academic_session_id,
    }
    await unit.emit(Event("class-result.approved", ids, row.person_id, {"number": str(row.number)}))


async def send_back(unit: Unit, row: ClassResultRow, reason: str) -> None:
    """Gives a locked proposal back to who teaches. Raises MoveNotAllowed."""
    check_move(RESULT_MOVES, ResultState(row.state), ResultState.RETURNED)
    row.state, row.returned_reason = ResultState.RETURNED, reason
    row.decided_by, row.decided_at = unit.actor.person, unit.now
    await unit.session.flush()
    unit.record("class-result.returned", "class-result", row.id, person=row.person_id, number=str(row.number))


# Grades that change after that


OUTDATED: Final = "class-result.outdated"
_COLUMNS: Final = ClassResultRow.__table__.c
_APPROVED: Final = select(_COLUMNS.id).where(
    _COLUMNS.class_id == bindparam("class_id"),
    _COLUMNS.person_id == bindparam("person_id"),
    _COLUMNS.state == ResultState.APPROVED,
)
"""Asked with every grade, of which there are thousands in the minute of an exam's end."""


async def outdated_results(unit: Unit, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these results whose grades are others now than those of which they were made: one was annulled, amended,
    retaken, or given where there was none."""
    rows = await unit.session.execute(
        select(_TABLE.id, _TABLE.class_id, _TABLE.person_id, _TABLE.parts).where(_TABLE.id.in_(ids))
    )
    found = set()
    for id_, class_id, person_id, parts in rows.all():
        points = await _points(unit, class_id, person_id)
        items = _counting(await line_items_of_class(unit, class_id))
        if _stored((one, points.get((person_id, one.id))) for one in items) != parts:
            found.add(id_)
    return frozenset(found)


async def on_grade(unit: Unit, event: Event) -> None:
    """Notes that an approved result is no longer what the grades come to, and tells whoever teaches the class, who may
    propose another, and whoever approved it. It stays in force until another is approved."""
    if event.person is None or "class" not in event.ids:
        return
    given = {"class_id": event.ids["class"], "person_id": event.person}
    id_ = (await unit.session.execute(_APPROVED, given)).scalar_one_or_none()
    if id_ is None:
        return
    row = await find_result(unit, id_, lock=True)
    is_outdated = id_ in await outdated_results(unit, [id_])
    if row.state != ResultState.APPROVED or is_outdated == (row.outdated_at is not None):
        return
    row.outdated_at = unit.now if is_outdated else None
    await unit.session.flush()
    if not is_outdated:
        return
    unit.record(OUTDATED, "class-result", row.id, person=row.person_id, cause=event.kind)
    teaching = await holders_of(unit, Role.INSTRUCTOR, Scope.CLASS, row.class_id)
    told = dict.fromkeys([*teaching, *([] if row.decided_by is None else [row.decided_by])])
    for person_id in told:
        await unit.emit(Event(OUTDATED, {"class-result": row.id, "class": row.class_id}, person_id))
