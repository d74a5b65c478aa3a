"""Many at once, for imports: the same invariants in a few statements, and a result for every row.

A roster was decided elsewhere: windows, prerequisites and plans are not asked. Capacity, closed specialities, one
class of a course, and that only students of a programme study hold here as everywhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select

from api.domains.enrolment.admission import roles_of_study, tell_of_study
from api.domains.enrolment.enrolling import Enrolment, count_places, move_up, store_enrolments
from api.domains.enrolment.errors import AlreadyInCourse, ClassNotOpen, NotAStudent, ProgrammeNotOpen
from api.domains.enrolment.models import EnrolmentRow, StudyMoveRow, StudyRow
from api.domains.enrolment.rules import LIVE, LIVE_STUDY, EnrolmentState, StudyState, state_of_newcomer
from api.domains.people.service import grant_roles
from api.domains.programmes.errors import SpecialityClosed
from api.domains.programmes.rules import PUBLIC_STATES, Purpose
from api.domains.programmes.service import closed_programmes, programme_briefs
from api.domains.teaching.rules import ClassState, Mode
from api.domains.teaching.service import ClassBrief, class_brief, class_briefs
from api.errors import NotFound
from api.ids import new_id
from api.unit import Unit

CHUNK: Final = 500
"""Ids in one statement; our choice, as in `people`."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A person who studies in a programme since that year."""

    person_id: UUID
    programme_id: UUID
    intake_year: int


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A person in a class."""

    person_id: UUID
    class_id: UUID


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: the id and state of the study or enrolment, or the slug of the problem that refuses it.
    `is_new` is False for what was there already, so that an import may be replayed."""

    id: UUID | None
    state: str | None
    is_new: bool = False
    problem: str | None = None


async def admit_many(unit: Unit, rows: Sequence[Admission], *, order_number: str, order_date: date) -> list[RowResult]:
    """Active studies, by one order; results in the order of the rows. A refused row stores nothing: the caller decides
    whether all is undone. Persons have to exist."""
    programmes = await programme_briefs(unit, {row.programme_id for row in rows})
    closed: set[UUID] = set()
    for purpose in (Purpose.ADMISSION, Purpose.TRAINING):
        closed |= set(await closed_programmes(unit, programmes, purpose=purpose))
    known: dict[tuple[UUID, UUID], tuple[UUID, str]] = {}
    for chunk in _chunks({row.person_id for row in rows}):
        found = await unit.session.execute(
            select(StudyRow.person_id, StudyRow.programme_id, StudyRow.id, StudyRow.state).where(
                StudyRow.person_id.in_(chunk), StudyRow.state.in_(LIVE_STUDY)
            )
        )
        known |= {(person_id, programme_id): (id_, state) for person_id, programme_id, id_, state in found}
    results: list[RowResult] = []
    fresh: list[dict[str, Any]] = []
    for row in rows:
        key = row.person_id, row.programme_id
        programme = programmes.get(row.programme_id)
        if programme is None:
            results.append(RowResult(None, None, problem=NotFound.slug))
        elif row.programme_id in closed:
            results.append(RowResult(None, None, problem=SpecialityClosed.slug))
        elif programme.state not in PUBLIC_STATES:
            results.append(RowResult(None, None, problem=ProgrammeNotOpen.slug))
        elif key in known:
            results.append(RowResult(*known[key]))
        else:
            study: dict[str, Any] = {
                "id": new_id(),
                "created_at": unit.now,
                "version": 1,
                "person_id": row.person_id,
                "programme_id": row.programme_id,
                "unit_id": programme.unit_id,
                "form": programme.form.value,
                "intake_year": row.intake_year,
                "state": StudyState.ACTIVE.value,
            }
            fresh.append(study)
            known[key] = study["id"], study["state"]
            results.append(RowResult(study["id"], study["state"], is_new=True))
    if fresh:
        await _store_studies(unit, fresh, order_number, order_date)
    return results


async def _store_studies(unit: Unit, studies: Sequence[dict[str, Any]], order_number: str, order_date: date) -> None:
    await unit.session.execute(insert(StudyRow), list(studies))
    await unit.session.execute(
        insert(StudyMoveRow),
        [
            {
                "id": new_id(),
                "created_at": unit.now,
                "study_id": one["id"],
                "state": one["state"],
                "reason": None,
                "order_number": order_number,
                "order_date": order_date,
                "account_id": unit.actor.account,
            }
            for one in studies
        ],
    )
    await grant_roles(
        unit,
        [
            grant
            for one in studies
            for grant in roles_of_study(unit, one["id"], one["person_id"], one["programme_id"], one["unit_id"])
        ],
    )
    for one in studies:
        for state in (StudyState.ADMITTED, StudyState.ACTIVE):
            await tell_of_study(unit, one["id"], one["programme_id"], one["person_id"], state, order_number)


async def enrol_many(unit: Unit, rows: Sequence[Enrolling]) -> list[RowResult]:
    """Places, or turns on the waiting list, in the order of the rows. Classes that are still planned are filled too.

    Of several studies that fit, the oldest counts. A refused row stores nothing.
    """
    roster = await _Roster.lock(unit, rows)
    results = [roster.add(row) for row in rows]
    if roster.fresh:
        await store_enrolments(unit, roster.fresh)
    return results


class _Roster:
    """What is known of persons and classes while rows are added one by one, without a query for each."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.fresh: list[Enrolment] = []
        self._studies: dict[UUID, list[tuple[UUID, UUID, UUID]]] = defaultdict(list)
        self._classes: dict[UUID, ClassBrief] = {}
        self._live: dict[tuple[UUID, UUID], tuple[UUID, UUID, str]] = {}
        self._places: dict[UUID, list[int]] = {}
        self._closed: dict[Mode, set[UUID]] = {}

    @classmethod
    async def lock(cls, unit: Unit, rows: Sequence[Enrolling]) -> "_Roster":
        """In the order of `enrolling`: studies, then classes."""
        roster = cls(unit)
        programmes: set[UUID] = set()
        for chunk in _chunks({row.person_id for row in rows}):
            studies = await unit.session.execute(
                select(StudyRow.person_id, StudyRow.id, StudyRow.programme_id, StudyRow.unit_id)
                .where(StudyRow.person_id.in_(chunk), StudyRow.state == StudyState.ACTIVE)
                .order_by(StudyRow.person_id, StudyRow.id)
                .with_for_update(key_share=True)
            )
            for person_id, *study in studies:
                roster._studies[person_id].append((study[0], study[1], study[2]))
                programmes.add(study[1])
        existing = await class_briefs(unit, {row.class_id for row in rows})
        for class_id in sorted(existing):
            one = roster._classes[class_id] = await class_brief(unit, class_id, lock=True)
            await move_up(unit, one)
            roster._places[class_id] = list(await count_places(unit, class_id))
        for chunk in _chunks({row.person_id for row in rows}):
            live = await unit.session.execute(
                select(
                    EnrolmentRow.person_id,
                    EnrolmentRow.course_id,
                    EnrolmentRow.id,
                    EnrolmentRow.class_id,
                    EnrolmentRow.state,
                ).where(EnrolmentRow.person_id.in_(chunk), EnrolmentRow.state.in_(LIVE))
            )
            for person_id, course_id, id_, class_id, state in live:
                roster._live[person_id, course_id] = id_, class_id, state
        for mode in {one.mode for one in roster._classes.values()}:
            closed = await closed_programmes(unit, programmes, purpose=Purpose.TRAINING, mode=mode)
            roster._closed[mode] = set(closed)
        return roster

    def add(self, row: Enrolling) -> RowResult:
        one = self._classes.get(row.class_id)
        if one is None:
            return RowResult(None, None, problem=NotFound.slug)
        known = self._live.get((row.person_id, one.course_id))
        if known is not None and known[1] == one.id:
            return RowResult(known[0], known[2])
        if known is not None:
            return RowResult(None, None, problem=AlreadyInCourse.slug)
        if one.state in (ClassState.ENDED, ClassState.CANCELLED):
            return RowResult(None, None, problem=ClassNotOpen.slug)
        fitting = [study for study in self._studies[row.person_id] if one.programme_id in (None, study[1])]
        if not fitting:
            return RowResult(None, None, problem=NotAStudent.slug)
        if fitting[0][1] in self._closed[one.mode]:
            return RowResult(None, None, problem=SpecialityClosed.slug)
        return self._add(row.person_id, one, *fitting[0])

    def _add(
        self, person_id: UUID, one: ClassBrief, study_id: UUID, programme_id: UUID, study_unit_id: UUID
    ) -> RowResult:
        places = self._places[one.id]
        taken, _, last_turn = places
        state = state_of_newcomer(one.capacity, taken, 0)
        is_in = state is EnrolmentState.ENROLLED
        places[0 if is_in else 1] += 1
        places[2] = last_turn + 1
        enrolment = Enrolment(
            id=new_id(),
            created_at=self.unit.now,
            version=1,
            class_id=one.id,
            person_id=person_id,
            study_id=study_id,
            course_id=one.course_id,
            academic_session_id=one.academic_session_id,
            programme_id=programme_id,
            unit_id=one.unit_id,
            study_unit_id=study_unit_id,
            state=state,
            turn=last_turn + 1,
            enrolled_at=self.unit.now if is_in else None,
            ended_at=None,
            reason=None,
            cause=None,
            late_reason=None,
            position=None if is_in else places[1],
        )
        self.fresh.append(enrolment)
        self._live[person_id, one.course_id] = enrolment.id, one.id, state.value
        return RowResult(enrolment.id, state.value, is_new=True)


def _chunks(ids: Iterable[UUID]) -> Iterator[Collection[UUID]]:
    """Sorted, so that two imports lock in the same order."""
    listed = sorted(ids)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
