"""Classes: sections of a course in a session, from the plan to the end, and who teaches them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update

from api.domains.courses import service as courses
from api.domains.people import service as people
from api.domains.people.errors import CodeTaken
from api.domains.programmes import service as programmes
from api.domains.teaching.briefs import NewClass, Outcome, RowRefusal, Saved, chunks
from api.domains.teaching.calendar import locked_session
from api.domains.teaching.errors import (
    AlreadyAssigned,
    ClassIsOver,
    ClassNotYet,
    CourseIsWithdrawn,
    InstructorNeeded,
    SessionClosed,
    SessionNotOpen,
    SessionOver,
    TermIsOver,
)
from api.domains.teaching.models import AcademicSessionRow, ClassInstructorRow, ClassRow
from api.domains.teaching.rules import (
    AT_A_DISTANCE,
    CLASS_MOVES,
    MARKING_DAYS,
    ClassState,
    Mode,
    Period,
    SessionState,
    Term,
    apply_end,
    end_of,
    holders_on,
)
from api.errors import FieldError, InvalidFields, NotFound, Problem, check_move, invalid
from api.events import Event
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Unit

_NEEDS_INSTRUCTOR = (ClassState.OPEN, ClassState.RUNNING)


async def locked_class(unit: Unit, class_id: UUID) -> ClassRow:
    """The row, which stays as it is until the transaction ends. Raises NotFound."""
    row = await unit.session.scalar(
        select(ClassRow).where(ClassRow.id == class_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


async def create_class(unit: Unit, new: NewClass) -> ClassRow:
    """A planned class. Raises InvalidFields, CodeTaken, SessionClosed, SessionOver, CourseIsWithdrawn, and what
    `programmes.require_distance_approved` raises: an unapproved module is not even planned at a distance (clause 3.1).
    """
    session = await unit.session.get(AcademicSessionRow, new.academic_session_id)
    if session is None:
        raise invalid("/academic_session_id", "no-such-object")
    session = await locked_session(unit, session.id, share=True)
    if session.state == SessionState.CLOSED:
        raise SessionClosed(session=session.code)
    if session.ends_on < unit.today:
        raise SessionOver(ends_on=session.ends_on.isoformat())
    await _check_references(unit, new)
    await _check_code(unit, session.id, new.code)
    await _check_mode(unit, new.course_id, new.programme_id, new.mode, session)
    row = ClassRow(id=new_id(), created_at=unit.now, version=1, state=ClassState.PLANNED, **_values(new))
    unit.session.add(row)
    await unit.session.flush()
    unit.record("create", "class", row.id, course=str(row.course_id), session=str(row.academic_session_id))
    return row


@dataclass(frozen=True, slots=True)
class ClassChange:
    """None stays as it is."""

    code: str | None = None
    language: str | None = None
    capacity: int | None = None
    mode: Mode | None = None


async def change_class(unit: Unit, row: ClassRow, change: ClassChange) -> None:
    """Of a class that is not over; `row` is locked.

    Who counts the enrolled refuses a capacity below their number (`class.capacity-changed`). Raises ClassIsOver,
    CodeTaken, CapacityBelowEnrolled, and what `programmes.require_distance_approved` raises.
    """
    _refuse_over(row)
    if change.code is not None and change.code != row.code:
        await _check_code(unit, row.academic_session_id, change.code)
        row.code = change.code
    if change.mode is not None and change.mode != row.mode:
        session = await unit.session.get_one(AcademicSessionRow, row.academic_session_id)
        await _check_mode(unit, row.course_id, row.programme_id, change.mode, session)
        row.mode = change.mode
    row.language = change.language or row.language
    is_new_capacity = change.capacity is not None and change.capacity != row.capacity
    row.capacity = change.capacity if change.capacity is not None else row.capacity
    await unit.session.flush()
    if is_new_capacity:
        ids = {"class": row.id, "course": row.course_id}
        await unit.emit(Event("class.capacity-changed", ids, codes={"capacity": str(row.capacity)}))
    unit.record("change", "class", row.id, capacity=str(row.capacity), mode=row.mode, language=row.language)


async def open_class(unit: Unit, class_id: UUID) -> ClassRow:
    """Lets students enrol: its session is open and not over, its course is offered, somebody teaches it on its first
    day, its mode is approved (clause 3.1) and its content package ready in its language (clause 5.2).

    Raises NotFound, MoveNotAllowed, SessionNotOpen, SessionOver, CourseIsWithdrawn, InstructorNeeded, and what
    `programmes.require_distance_approved` and `courses.require_package_ready` raise.
    """
    row = await locked_class(unit, class_id)
    check_move(CLASS_MOVES, ClassState(row.state), ClassState.OPEN)
    session = await locked_session(unit, row.academic_session_id, share=True)
    if session.state != SessionState.OPEN:
        raise SessionNotOpen(session=session.code)
    if session.ends_on < unit.today:
        raise SessionOver(ends_on=session.ends_on.isoformat())
    course = await courses.course_brief(unit, row.course_id)
    if course.is_withdrawn:
        raise CourseIsWithdrawn(course=course.code)
    first_day = max(unit.today, session.starts_on)
    _require_instructor(await _terms(unit, row.id), first_day)
    await _check_mode(unit, row.course_id, row.programme_id, Mode(row.mode), session)
    await courses.require_package_ready(unit, row.course_id, row.academic_session_id, language=row.language)
    await _move(unit, row, ClassState.OPEN, "class.opened")
    return row


async def start_class(unit: Unit, class_id: UUID) -> ClassRow:
    """Raises NotFound, MoveNotAllowed, ClassNotYet, InstructorNeeded."""
    row = await locked_class(unit, class_id)
    check_move(CLASS_MOVES, ClassState(row.state), ClassState.RUNNING)
    session = await unit.session.get_one(AcademicSessionRow, row.academic_session_id)
    if unit.today < session.starts_on:
        raise ClassNotYet(starts_on=session.starts_on.isoformat())
    _require_instructor(await _terms(unit, row.id), unit.today)
    await _move(unit, row, ClassState.RUNNING, "class.started")
    return row


async def end_class(unit: Unit, class_id: UUID) -> ClassRow:
    """Its instructors keep their role for `MARKING_DAYS`, where it would not have ended by itself. Raises NotFound,
    MoveNotAllowed."""
    row = await locked_class(unit, class_id)
    check_move(CLASS_MOVES, ClassState(row.state), ClassState.ENDED)
    await _end_terms(unit, row, unit.today + timedelta(days=MARKING_DAYS))
    await _move(unit, row, ClassState.ENDED, "class.ended")
    return row


async def cancel_class(unit: Unit, class_id: UUID, reason: str) -> ClassRow:
    """With a reason, which those who were enrolled will want to know. Raises NotFound, MoveNotAllowed."""
    row = await locked_class(unit, class_id)
    check_move(CLASS_MOVES, ClassState(row.state), ClassState.CANCELLED)
    await _end_terms(unit, row, unit.today)
    row.cancel_reason = reason  # with the state: the two are checked together
    await _move(unit, row, ClassState.CANCELLED, "class.cancelled")
    return row


async def _move(unit: Unit, row: ClassRow, to: ClassState, event: str) -> None:
    row.state, row.state_changed_at, row.state_changed_by = to, unit.now, unit.actor.person
    await unit.session.flush()
    ids = {"class": row.id, "course": row.course_id, "session": row.academic_session_id}
    unit.record(event.partition(".")[2], "class", row.id, state=to.value)
    await unit.emit(Event(event, ids, codes={"state": to.value}))


# Instructors


async def assign_instructor(
    unit: Unit, class_id: UUID, person_id: UUID, starts_on: date, ends_on: date | None = None
) -> ClassInstructorRow:
    """Gives the role of instructor of the class. After the class has ended too, e.g. for a retake, then with a last
    day. Raises NotFound, InvalidFields, ClassIsOver, AlreadyAssigned."""
    row = await locked_class(unit, class_id)
    if row.state == ClassState.CANCELLED or (row.state == ClassState.ENDED and ends_on is None):
        raise ClassIsOver(state=row.state)
    if ends_on is not None and ends_on < starts_on:
        raise invalid("/ends_on", "end-before-start")
    if not await people.person_exists(unit, person_id):
        raise invalid("/person_id", "no-such-person")
    period = Period(starts_on, ends_on)
    if any(term.person_id == person_id and term.period.overlaps(period) for term in await _terms(unit, row.id)):
        raise AlreadyAssigned()
    assignment = ClassInstructorRow(
        id=new_id(), created_at=unit.now, class_id=row.id, person_id=person_id, starts_on=starts_on, ends_on=ends_on
    )
    unit.session.add(assignment)
    await unit.session.flush()
    await people.grant_role(
        unit, person_id, Role.INSTRUCTOR, Scope.CLASS, row.id, starts_on, ends_on, origin=assignment.id
    )
    await unit.emit(Event("class.instructors-changed", {"class": row.id, "course": row.course_id}))
    unit.record("assign-instructor", "class", row.id, person=person_id, starts_on=starts_on.isoformat())
    return assignment


async def end_instructor(unit: Unit, class_id: UUID, assignment_id: UUID, last_day: date) -> ClassInstructorRow:
    """A class that is open or runs keeps one instructor at least, today and on its first day. Raises NotFound,
    TermIsOver, InstructorNeeded."""
    row = await locked_class(unit, class_id)
    found = await unit.session.scalar(
        select(ClassInstructorRow)
        .where(ClassInstructorRow.id == assignment_id, ClassInstructorRow.class_id == row.id)
        .execution_options(populate_existing=True)
    )
    if found is None or found.revoked_at is not None:
        raise NotFound()
    if found.ends_on is not None and found.ends_on <= last_day:
        raise TermIsOver(ends_on=found.ends_on.isoformat())
    terms = await _terms(unit, row.id)
    ended = end_of(Term(found.id, found.person_id, Period(found.starts_on, found.ends_on)), last_day)
    if row.state in _NEEDS_INSTRUCTOR:
        session = await unit.session.get_one(AcademicSessionRow, row.academic_session_id)
        left = apply_end(terms, ended)
        first_day = max(unit.today, session.starts_on)
        for day in {first_day, max(first_day, last_day + timedelta(days=1))}:
            if day <= session.ends_on:
                _require_instructor(left, day)
    if ended.ends_on is None:
        found.revoked_at = unit.now
    else:
        found.ends_on = ended.ends_on
    await unit.session.flush()
    await people.end_roles_from(unit, found.id, last_day)
    await unit.emit(Event("class.instructors-changed", {"class": row.id, "course": row.course_id}))
    unit.record("end-instructor", "class", row.id, person=found.person_id, ends_on=last_day.isoformat())
    return found


async def instructors_on(unit: Unit, class_ids: Sequence[UUID], day: date) -> dict[UUID, list[UUID]]:
    """Class -> the persons who teach it that day."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    table = ClassInstructorRow
    for ids in chunks(class_ids):
        rows = await unit.session.execute(
            select(table.class_id, table.person_id)
            .where(
                table.class_id.in_(ids),
                table.revoked_at.is_(None),
                table.starts_on <= day,
                or_(table.ends_on.is_(None), table.ends_on >= day),
            )
            .order_by(table.id)
        )
        for class_id, person_id in rows:
            found[class_id].append(person_id)
    return found


async def _terms(unit: Unit, class_id: UUID) -> list[Term]:
    table = ClassInstructorRow
    rows = await unit.session.execute(
        select(table.id, table.person_id, table.starts_on, table.ends_on)
        .where(table.class_id == class_id, table.revoked_at.is_(None))
        .order_by(table.id)
    )
    return [Term(id_, person_id, Period(starts_on, ends_on)) for id_, person_id, starts_on, ends_on in rows]


async def _end_terms(unit: Unit, row: ClassRow, last_day: date) -> None:
    for term in await _terms(unit, row.id):
        if term.period.ends_on is not None and term.period.ends_on <= last_day:
            continue
        ended = end_of(term, last_day)
        values: dict[str, Any] = {"revoked_at": unit.now} if ended.ends_on is None else {"ends_on": ended.ends_on}
        await unit.session.execute(update(ClassInstructorRow).where(ClassInstructorRow.id == term.id).values(**values))
        await people.end_roles_from(unit, term.id, last_day)


def _require_instructor(terms: Sequence[Term], day: date) -> None:
    if not holders_on(terms, day):
        raise InstructorNeeded(on=day.isoformat())


# Imports


async def save_classes(unit: Unit, classes: Sequence[NewClass]) -> Saved:
    """As `save_sessions`: the session, course, unit and programme of a class that is known stay; classes that are
    over are not changed."""
    known = await _known_classes(unit, classes)
    refusals = [*_repeated(classes, known), *await _unknown(unit, classes)]
    if refusals:
        return Saved(refusals=tuple(sorted(refusals, key=lambda one: one.index)))
    refusals = await _not_fitting(unit, classes, known)
    if refusals:
        return Saved(refusals=tuple(refusals))
    ids: list[UUID] = []
    fresh: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    for new, row in zip(classes, known, strict=True):
        if row is None:
            ids.append(new_id())
            outcomes.append(Outcome.CREATED)
            fresh.append(
                {"id": ids[-1], "created_at": unit.now, "version": 1, "state": ClassState.PLANNED, **_values(new)}
            )
            unit.record("create", "class", ids[-1], course=str(new.course_id), session=str(new.academic_session_id))
            continue
        ids.append(row.id)
        outcomes.append(Outcome.CHANGED if _differs(row, new) else Outcome.UNCHANGED)
        if outcomes[-1] is Outcome.CHANGED:
            await change_class(unit, row, ClassChange(new.code, new.language, new.capacity, new.mode))
            row.source_id = new.source_id or row.source_id
    if fresh:
        await unit.session.execute(insert(ClassRow), fresh)
    await unit.session.flush()
    return Saved(tuple(ids), tuple(outcomes))


async def _known_classes(unit: Unit, classes: Sequence[NewClass]) -> list[ClassRow | None]:
    """Each locked, so that nobody enrols while a capacity is lowered."""
    by_source: dict[str, ClassRow] = {}
    for sources in chunks(new.source_id for new in classes if new.source_id is not None):
        rows = await unit.session.scalars(_locked().where(ClassRow.source_id.in_(sources)))
        by_source |= {row.source_id: row for row in rows if row.source_id is not None}
    by_code: dict[tuple[UUID, str], ClassRow] = {}
    for codes in chunks(new.code for new in classes):
        rows = await unit.session.scalars(
            _locked().where(
                ClassRow.code.in_(codes), ClassRow.academic_session_id.in_({new.academic_session_id for new in classes})
            )
        )
        by_code |= {(row.academic_session_id, row.code): row for row in rows}
    return [by_source.get(new.source_id or "") or by_code.get((new.academic_session_id, new.code)) for new in classes]


def _locked() -> Any:
    return select(ClassRow).order_by(ClassRow.id).with_for_update().execution_options(populate_existing=True)


def _repeated(classes: Sequence[NewClass], known: Sequence[ClassRow | None]) -> list[RowRefusal]:
    found: list[RowRefusal] = []
    seen: set[object] = set()
    for index, (new, row) in enumerate(zip(classes, known, strict=True)):
        keys: set[object] = {(new.academic_session_id, new.code)}
        keys |= {new.source_id} if new.source_id is not None else set()
        if keys & seen:
            found.append(RowRefusal(index, "code", "listed-twice", {}))
        seen |= keys
        if row is None:
            continue
        if row.source_id is not None and new.source_id is not None and row.source_id != new.source_id:
            found.append(RowRefusal(index, "code", "code-twice", {"code": new.code}))
        found += [
            RowRefusal(index, field, "class-reference-stays", {})
            for field in ("course_id", "academic_session_id", "unit_id", "programme_id")
            if getattr(row, field) != getattr(new, field)
        ]
        if row.state in (ClassState.ENDED, ClassState.CANCELLED) and _differs(row, new):
            found.append(RowRefusal(index, "code", "class-over", {"state": row.state}))
    return found


async def _unknown(unit: Unit, classes: Sequence[NewClass]) -> list[RowRefusal]:
    sessions = {
        row.id: row
        for ids in chunks({new.academic_session_id for new in classes})
        for row in await unit.session.scalars(
            select(AcademicSessionRow).where(AcademicSessionRow.id.in_(ids)).with_for_update(read=True)
        )
    }
    known_courses = await courses.course_briefs(unit, {new.course_id for new in classes})
    known_programmes = await programmes.programme_briefs(
        unit, {new.programme_id for new in classes if new.programme_id is not None}
    )
    known_units = {id_ for id_ in {new.unit_id for new in classes} if await people.unit_kind(unit, id_) is not None}
    found: list[RowRefusal] = []
    for index, new in enumerate(classes):
        session = sessions.get(new.academic_session_id)
        if session is None:
            found.append(RowRefusal(index, "academic_session_id", "no-such-object", {}))
        elif session.state == SessionState.CLOSED:
            found.append(RowRefusal(index, "academic_session_id", "session-is-closed", {"code": session.code}))
        if new.course_id not in known_courses:
            found.append(RowRefusal(index, "course_id", "no-such-object", {}))
        if new.programme_id is not None and new.programme_id not in known_programmes:
            found.append(RowRefusal(index, "programme_id", "no-such-object", {}))
        if new.unit_id not in known_units:
            found.append(RowRefusal(index, "unit_id", "no-such-object", {}))
    return found


async def _not_fitting(unit: Unit, classes: Sequence[NewClass], known: Sequence[ClassRow | None]) -> list[RowRefusal]:
    """Modes without an approval: asked once for each course, programme and mode."""
    answers: dict[tuple[object, ...], Problem | None] = {}
    found: list[RowRefusal] = []
    for index, (new, row) in enumerate(zip(classes, known, strict=True)):
        if new.mode not in AT_A_DISTANCE or (row is not None and row.mode == new.mode):
            continue
        key = (new.course_id, new.programme_id, new.mode, new.academic_session_id)
        if key not in answers:
            session = await unit.session.get_one(AcademicSessionRow, new.academic_session_id)
            try:
                await _check_mode(unit, new.course_id, new.programme_id, new.mode, session)
                answers[key] = None
            except Problem as problem:
                answers[key] = problem
        refused = answers[key]
        if refused is not None:
            found.append(RowRefusal(index, "mode", "mode-not-approved", {"problem": refused.slug}))
    return found


def _differs(row: ClassRow, new: NewClass) -> bool:
    return (row.code, row.language, row.capacity, row.mode, row.source_id) != (
        new.code,
        new.language,
        new.capacity,
        new.mode,
        new.source_id or row.source_id,
    )


# Checks


async def _check_references(unit: Unit, new: NewClass) -> None:
    found: list[FieldError] = []
    course = (await courses.course_briefs(unit, {new.course_id})).get(new.course_id)
    if course is None:
        found.append(FieldError("/course_id", "no-such-object", {}))
    if new.programme_id is not None and not await programmes.programme_briefs(unit, {new.programme_id}):
        found.append(FieldError("/programme_id", "no-such-object", {}))
    if await people.unit_kind(unit, new.unit_id) is None:
        found.append(FieldError("/unit_id", "no-such-object", {}))
    if found:
        raise InvalidFields(fields=found)
    if course is not None and course.is_withdrawn:
        raise CourseIsWithdrawn(course=course.code)


async def _check_code(unit: Unit, session_id: UUID, code: str) -> None:
    taken = await unit.session.scalar(
        select(ClassRow.id).where(ClassRow.academic_session_id == session_id, ClassRow.code == code)
    )
    if taken is not None:
        raise CodeTaken(field="code")


async def _check_mode(
    unit: Unit, course_id: UUID, programme_id: UUID | None, mode: Mode, session: AcademicSessionRow
) -> None:
    """By what is in force on the class's first day and on its last."""
    first_day = max(unit.today, session.starts_on)
    await programmes.require_distance_approved(
        unit, course_id, programme_id, first_day, mode.value, until=session.ends_on
    )


def _refuse_over(row: ClassRow) -> None:
    if row.state in (ClassState.ENDED, ClassState.CANCELLED):
        raise ClassIsOver(state=row.state)


def _values(new: NewClass) -> dict[str, Any]:
    return {
        "code": new.code,
        "course_id": new.course_id,
        "academic_session_id": new.academic_session_id,
        "programme_id": new.programme_id,
        "unit_id": new.unit_id,
        "language": new.language,
        "capacity": new.capacity,
        "mode": new.mode.value,
        "source_id": new.source_id,
    }
