"""Enrolling, withdrawing, and the waiting list that moves by itself.

Locks, always in this order so that nobody waits in a circle: the person's studies, classes by id, roles. The lock of a
class makes one order of all that happens to its places; on SQLite there is one writer anyway.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, case, func, insert, select, update
from sqlalchemy.orm import aliased

from api.domains.courses.service import course_briefs
from api.domains.enrolment.access import may_for_person
from api.domains.enrolment.errors import (
    AlreadyEnrolled,
    AlreadyInCourse,
    ClassFull,
    ClassNotOpen,
    EnrolmentClosed,
    EnrolmentNotOpen,
    NotAStudent,
    NotInPlan,
    PrerequisitesMissing,
    WithdrawalClosed,
)
from api.domains.enrolment.guards import ENROL_LATE, WITHDRAW_LATE
from api.domains.enrolment.models import EnrolmentRow, StudyRow
from api.domains.enrolment.plans import who_has_planned
from api.domains.enrolment.prerequisites import missing_prerequisites
from api.domains.enrolment.rules import (
    ENROLMENT_MOVES,
    HOLDING_A_PLACE,
    LIVE,
    Cause,
    EnrolmentState,
    StudyState,
    Waiting,
    find_opening,
    may_withdraw_alone,
    state_of_newcomer,
    who_moves_up,
)
from api.domains.enrolment.windows import find_ruling_windows
from api.domains.people.rules import Grant
from api.domains.people.service import end_roles_from, grant_roles
from api.domains.programmes.rules import Purpose
from api.domains.programmes.service import closed_programmes, refuse_if_closed
from api.domains.teaching.rules import ClassState
from api.domains.teaching.service import ClassBrief, class_brief
from api.errors import NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.identity import Role, Scope
from api.ids import new_id
from api.policy import Place
from api.unit import Unit

_TABLE: Final = EnrolmentRow
TAKING_STUDENTS: Final = (ClassState.OPEN, ClassState.RUNNING)
_OVER: Final = (ClassState.ENDED, ClassState.CANCELLED)

# Statements of every enrolment are built once: building one costs as much as the database takes to answer it.
_ACTIVE_STUDIES: Final = (
    select(StudyRow.id, StudyRow.programme_id, StudyRow.unit_id, StudyRow.form)
    .where(StudyRow.person_id == bindparam("person_id"), StudyRow.state == StudyState.ACTIVE)
    .order_by(StudyRow.id)
    .with_for_update(key_share=True)
)
_LIVE_IN_COURSE: Final = select(_TABLE.id, _TABLE.class_id).where(
    _TABLE.person_id == bindparam("person_id"), _TABLE.course_id == bindparam("course_id"), _TABLE.state.in_(LIVE)
)
_PLACES: Final = select(
    func.count(case((_TABLE.state.in_(HOLDING_A_PLACE), 1))),
    func.count(case((_TABLE.state == EnrolmentState.WAITING, 1))),
    func.coalesce(func.max(_TABLE.turn), 0),
).where(_TABLE.class_id == bindparam("class_id"))
_INSERT: Final = insert(_TABLE)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person in a class. `position` is the place on the waiting list, from 1; None for who does not wait."""

    id: UUID
    created_at: datetime
    version: int
    class_id: UUID
    person_id: UUID
    study_id: UUID
    course_id: UUID
    academic_session_id: UUID
    programme_id: UUID
    unit_id: UUID
    study_unit_id: UUID
    state: EnrolmentState
    turn: int
    enrolled_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    cause: str | None
    late_reason: str | None
    position: int | None

    @property
    def place(self) -> Place:
        """For `unit.require`: of the person, of the class, and of the programme and dean's office of the study."""
        return Place(
            persons=frozenset({self.person_id}),
            units=frozenset({self.unit_id, self.study_unit_id}),
            programmes=frozenset({self.programme_id}),
            classes=frozenset({self.class_id}),
        )


def select_enrolments() -> Select[*tuple[Any, ...]]:
    """Rows for `as_enrolment`."""
    ahead = aliased(_TABLE)
    position = (
        select(func.count())
        .where(ahead.class_id == _TABLE.class_id, ahead.state == EnrolmentState.WAITING, ahead.turn <= _TABLE.turn)
        .scalar_subquery()
    )
    return select(
        *(_TABLE.id, _TABLE.created_at, _TABLE.version, _TABLE.class_id, _TABLE.person_id, _TABLE.study_id),
        *(_TABLE.course_id, _TABLE.academic_session_id, _TABLE.programme_id, _TABLE.unit_id, _TABLE.study_unit_id),
        *(_TABLE.state, _TABLE.turn, _TABLE.enrolled_at, _TABLE.ended_at),
        *(_TABLE.reason, _TABLE.cause, _TABLE.late_reason),
        case((_TABLE.state == EnrolmentState.WAITING, position)).label("position"),
    )


def as_enrolment(row: Row[*tuple[Any, ...]]) -> Enrolment:
    values = row._asdict()
    return Enrolment(**{**values, "state": EnrolmentState(values["state"])})


async def find_enrolment(unit: Unit, enrolment_id: UUID) -> Enrolment:
    """Raises NotFound."""
    row = (await unit.session.execute(select_enrolments().where(_TABLE.id == enrolment_id))).one_or_none()
    if row is None:
        raise NotFound()
    return as_enrolment(row)


# Enrolling


@dataclass(frozen=True, slots=True)
class _Study:
    id: UUID
    programme_id: UUID
    unit_id: UUID
    form: str


async def enrol(
    unit: Unit,
    class_id: UUID,
    person_id: UUID,
    *,
    study_id: UUID | None = None,
    late_reason: str | None = None,
    may_wait: bool = True,
) -> Enrolment:
    """Gives the person a place in the class, or a turn on its waiting list.

    `study_id` is needed from who studies in several programmes. `late_reason` lets the dean's office enrol after the
    window has closed. Raises NotFound for a class that is not there, InvalidFields, and the problems of `errors`.
    """
    studies = await _lock_active_studies(unit, person_id)
    one = await class_brief(unit, class_id, lock=True)
    if one.state not in TAKING_STUDENTS:
        raise ClassNotOpen(state=one.state.value)
    study = _fitting_study(studies, one, study_id)
    await _refuse_second(unit, person_id, one)
    await refuse_if_closed(unit, programme_id=study.programme_id, form=study.form, mode=one.mode)
    late_reason = await _check_window(unit, one, study, person_id, late_reason)
    await _check_prerequisites(unit, one.course_id, person_id)
    if study.id not in await who_has_planned(unit, one, {study.id: study.programme_id}):
        raise NotInPlan()
    taken, waiting, last_turn = await count_places(unit, class_id)
    if waiting and taken < one.capacity:
        # somebody became entitled without anything having moved the list: they were first
        moved = len(await move_up(unit, one))
        taken, waiting = taken + moved, waiting - moved
    state = state_of_newcomer(one.capacity, taken, 0)
    if state is EnrolmentState.WAITING and not may_wait:
        raise ClassFull(capacity=one.capacity)
    enrolment = Enrolment(
        id=new_id(),
        created_at=unit.now,
        version=1,
        class_id=class_id,
        person_id=person_id,
        study_id=study.id,
        course_id=one.course_id,
        academic_session_id=one.academic_session_id,
        programme_id=study.programme_id,
        unit_id=one.unit_id,
        study_unit_id=study.unit_id,
        state=state,
        turn=last_turn + 1,
        enrolled_at=unit.now if state is EnrolmentState.ENROLLED else None,
        ended_at=None,
        reason=None,
        cause=None,
        late_reason=late_reason,
        position=waiting + 1 if state is EnrolmentState.WAITING else None,
    )
    await store_enrolments(unit, [enrolment])
    return enrolment


async def store_enrolments(unit: Unit, enrolments: Sequence[Enrolment]) -> None:
    """New ones, with the roles of those who have a place, events and audit entries."""
    await unit.session.execute(_INSERT, [_values(one) for one in enrolments])
    await _let_in(unit, [(one.id, one.person_id, one.class_id) for one in enrolments if one.enrolled_at is not None])
    for one in enrolments:
        facts = {"late": "yes"} if one.late_reason is not None else {}
        await _tell(unit, one.state.value, one.id, one.class_id, one.person_id, **facts)


def _values(one: Enrolment) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in Enrolment.__slots__}
    del values["position"]
    return values


async def _lock_active_studies(unit: Unit, person_id: UUID) -> list[_Study]:
    """So that one person's enrolments happen one after the other, and not while a study ends."""
    rows = await unit.session.execute(_ACTIVE_STUDIES, {"person_id": person_id})
    return [_Study(*row) for row in rows]


def _fitting_study(studies: Sequence[_Study], one: ClassBrief, study_id: UUID | None) -> _Study:
    fitting = [study for study in studies if one.programme_id in (None, study.programme_id)]
    if study_id is not None:
        fitting = [study for study in fitting if study.id == study_id]
    if not fitting:
        raise NotAStudent()
    if len(fitting) > 1:
        raise invalid("/study_id", "which-study")
    return fitting[0]


async def _refuse_second(unit: Unit, person_id: UUID, one: ClassBrief) -> None:
    given = {"person_id": person_id, "course_id": one.course_id}
    found = (await unit.session.execute(_LIVE_IN_COURSE, given)).one_or_none()
    if found is not None and found.class_id == one.id:
        raise AlreadyEnrolled(enrolment_id=found.id)
    if found is not None:
        raise AlreadyInCourse(class_id=found.class_id)


async def _check_window(
    unit: Unit, one: ClassBrief, study: _Study, person_id: UUID, late_reason: str | None
) -> str | None:
    """The reason for being late, None when it is not."""
    ruling = await find_ruling_windows(unit, one.academic_session_id, one.course_id, study.programme_id, person_id)
    opening = find_opening(ruling, unit.now)
    if opening.is_open:
        return None
    if opening.has_closed and await may_for_person(unit, ENROL_LATE, person_id):
        if late_reason is None:
            raise invalid("/late_reason", "late-reason")
        return late_reason
    if opening.opens_at is not None or not opening.has_closed:
        raise EnrolmentNotOpen(opens_at=None if opening.opens_at is None else utc_text(opening.opens_at))
    raise EnrolmentClosed()


async def _check_prerequisites(unit: Unit, course_id: UUID, person_id: UUID) -> None:
    missing = (await missing_prerequisites(unit, course_id, [person_id])).get(person_id)
    if missing:
        courses = await course_briefs(unit, {one for options in missing for one in options})
        raise PrerequisitesMissing(courses=[" / ".join(courses[one].code for one in options) for options in missing])


async def count_places(unit: Unit, class_id: UUID) -> tuple[int, int, int]:
    """Places taken, persons waiting, the last turn given. Under the lock of the class."""
    row = (await unit.session.execute(_PLACES, {"class_id": class_id})).one()
    return row[0], row[1], row[2]


async def _let_in(unit: Unit, persons: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """Gives the role of a student in the class; (enrolment, person, class) each."""
    if persons:
        await grant_roles(
            unit,
            [
                Grant(person_id, Role.STUDENT, Scope.CLASS, class_id, unit.today, origin=enrolment_id)
                for enrolment_id, person_id, class_id in persons
            ],
        )


async def _tell(unit: Unit, what: str, id_: UUID, class_id: UUID, person_id: UUID, **codes: str) -> None:
    unit.record(f"enrolment.{what}", "enrolment", id_, person=person_id, class_=str(class_id), **codes)
    await unit.emit(Event(f"enrolment.{what}", {"enrolment": id_, "class": class_id}, person_id, codes))


# Moving up


async def move_up(unit: Unit, one: ClassBrief) -> list[UUID]:
    """Gives the free places of a locked class to those who wait, in the order of joining; who is no longer entitled is
    passed over and stays on the list. The enrolments that moved."""
    if one.state in _OVER:
        return []
    taken, waiting, _ = await count_places(unit, one.id)
    if not waiting or taken >= one.capacity:
        return []
    rows = (
        await unit.session.execute(
            select(
                *(_TABLE.id, _TABLE.person_id, _TABLE.study_id, _TABLE.turn),
                *(StudyRow.programme_id, StudyRow.state.label("study_state")),
            )
            .join(StudyRow, StudyRow.id == _TABLE.study_id)
            .where(_TABLE.class_id == one.id, _TABLE.state == EnrolmentState.WAITING)
            .order_by(_TABLE.turn)
        )
    ).all()
    entitled = await _entitled(unit, one, rows)
    chosen = who_moves_up(one.capacity, taken, (Waiting(row.id, row.turn, row.id in entitled) for row in rows))
    if not chosen:
        return []
    ids = [moved.id for moved in chosen]
    await unit.session.execute(
        update(_TABLE)
        .where(_TABLE.id.in_(ids))
        .values(state=EnrolmentState.ENROLLED, enrolled_at=unit.now, version=_TABLE.version + 1)
        .execution_options(synchronize_session=False)
    )
    persons = {row.id: row.person_id for row in rows}
    await _let_in(unit, [(id_, persons[id_], one.id) for id_ in ids])
    for id_ in ids:
        await _tell(unit, "moved-up", id_, one.id, persons[id_])
    return ids


async def _entitled(unit: Unit, one: ClassBrief, rows: Sequence[Row[*tuple[Any, ...]]]) -> set[UUID]:
    """The enrolments of those who may still get a place: they study, nothing closed their speciality, and what the
    course and the plan ask for holds."""
    studying = [row for row in rows if row.study_state == StudyState.ACTIVE]
    closed = await closed_programmes(
        unit, {row.programme_id for row in studying}, purpose=Purpose.TRAINING, mode=one.mode
    )
    missing = await missing_prerequisites(unit, one.course_id, {row.person_id for row in studying})
    planned = await who_has_planned(unit, one, {row.study_id: row.programme_id for row in studying})
    return {
        row.id
        for row in studying
        if row.programme_id not in closed and row.person_id not in missing and row.study_id in planned
    }


async def reconsider(unit: Unit, person_id: UUID) -> None:
    """What the person is entitled to has changed: moves the lists on which the person waits."""
    waiting = await unit.session.scalars(
        select(_TABLE.class_id).where(_TABLE.person_id == person_id, _TABLE.state == EnrolmentState.WAITING)
    )
    for one in await _lock_classes(unit, waiting):
        await move_up(unit, one)


# Withdrawing


async def withdraw(unit: Unit, enrolment_id: UUID, reason: str, *, decided_elsewhere: bool = False) -> Enrolment:
    """Ends a live enrolment, and lets the next one in. After the deadline only for who may, or when a roster says what
    was decided elsewhere; who still waits may leave at any time. The enrolment as it is then. Raises NotFound,
    MoveNotAllowed, WithdrawalClosed."""
    found = await find_enrolment(unit, enrolment_id)
    one = await class_brief(unit, found.class_id, lock=True)
    found = await find_enrolment(unit, enrolment_id)  # as it is under the lock
    check_move(ENROLMENT_MOVES, found.state, EnrolmentState.WITHDRAWN)
    if found.state is EnrolmentState.ENROLLED and not decided_elsewhere:
        ruling = await find_ruling_windows(
            unit, one.academic_session_id, one.course_id, found.programme_id, found.person_id
        )
        if not may_withdraw_alone(ruling, unit.now) and not unit.may(WITHDRAW_LATE, found.place):
            raise WithdrawalClosed()
    cause = Cause.STUDENT if unit.actor.person == found.person_id else Cause.OFFICE
    await _end(unit, [found], cause, reason)
    await move_up(unit, one)
    return await find_enrolment(unit, enrolment_id)


async def leave_study(unit: Unit, study_id: UUID) -> None:
    """The study goes on no longer: ends all its live enrolments and lets the next ones in. The caller has locked the
    study and changed its state."""
    mine = select_enrolments().where(_TABLE.study_id == study_id, _TABLE.state.in_(LIVE)).order_by(_TABLE.id)
    rows = (await unit.session.execute(mine)).all()
    classes = await _lock_classes(unit, [row.class_id for row in rows])
    await _end(unit, [as_enrolment(row) for row in await unit.session.execute(mine)], Cause.STUDY_LEFT, None)
    for one in classes:
        await move_up(unit, one)


async def empty_class(unit: Unit, class_id: UUID) -> None:
    """The class is cancelled: withdraws everybody. Each of them is told by an event."""
    await class_brief(unit, class_id, lock=True)
    await _end_all(unit, class_id, LIVE, Cause.CLASS_CANCELLED)


async def close_waiting_list(unit: Unit, class_id: UUID) -> None:
    """The class has ended: whoever still waits is withdrawn."""
    await class_brief(unit, class_id, lock=True)
    await _end_all(unit, class_id, [EnrolmentState.WAITING], Cause.CLASS_ENDED)


async def _end_all(unit: Unit, class_id: UUID, states: Collection[EnrolmentState], cause: Cause) -> None:
    rows = await unit.session.execute(
        select_enrolments().where(_TABLE.class_id == class_id, _TABLE.state.in_(states)).order_by(_TABLE.turn)
    )
    await _end(unit, [as_enrolment(row) for row in rows], cause, None)


async def _end(unit: Unit, enrolments: Sequence[Enrolment], cause: Cause, reason: str | None) -> None:
    if not enrolments:
        return
    await unit.session.execute(
        update(_TABLE)
        .where(_TABLE.id.in_([one.id for one in enrolments]))
        .values(
            state=EnrolmentState.WITHDRAWN,
            ended_at=unit.now,
            cause=cause,
            reason=reason,
            version=_TABLE.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    for one in enrolments:
        if one.state is EnrolmentState.ENROLLED:
            await end_roles_from(unit, one.id)
        await _tell(unit, "withdrawn", one.id, one.class_id, one.person_id, cause=cause.value)


async def complete(unit: Unit, enrolment_id: UUID, *, passed: bool) -> None:
    """The result of the course is known: enrolled -> passed or failed. Raises NotFound, MoveNotAllowed."""
    found = await find_enrolment(unit, enrolment_id)
    await class_brief(unit, found.class_id, lock=True)
    found = await find_enrolment(unit, enrolment_id)
    to = EnrolmentState.PASSED if passed else EnrolmentState.FAILED
    check_move(ENROLMENT_MOVES, found.state, to)
    await unit.session.execute(
        update(_TABLE)
        .where(_TABLE.id == enrolment_id)
        .values(state=to, ended_at=unit.now, version=_TABLE.version + 1)
        .execution_options(synchronize_session=False)
    )
    await _tell(unit, to.value, found.id, found.class_id, found.person_id)
    if passed:
        await reconsider(unit, found.person_id)


async def correct_completion(unit: Unit, enrolment_id: UUID, *, passed: bool) -> None:
    """An approved result was replaced by another, e.g. after a retake or an appeal: passed <-> failed. No move that
    anybody makes here, but the correction of one. Raises NotFound, MoveNotAllowed."""
    found = await find_enrolment(unit, enrolment_id)
    await class_brief(unit, found.class_id, lock=True)
    found = await find_enrolment(unit, enrolment_id)
    to = EnrolmentState.PASSED if passed else EnrolmentState.FAILED
    if found.state not in (EnrolmentState.PASSED, EnrolmentState.FAILED):
        check_move(ENROLMENT_MOVES, found.state, to)
    if found.state is to:
        return
    await unit.session.execute(
        update(_TABLE)
        .where(_TABLE.id == enrolment_id)
        .values(state=to, ended_at=unit.now, version=_TABLE.version + 1)
        .execution_options(synchronize_session=False)
    )
    await _tell(unit, to.value, found.id, found.class_id, found.person_id)
    if passed:
        await reconsider(unit, found.person_id)


async def _lock_classes(unit: Unit, class_ids: Iterable[UUID]) -> list[ClassBrief]:
    return [await class_brief(unit, id_, lock=True) for id_ in sorted(set(class_ids))]
