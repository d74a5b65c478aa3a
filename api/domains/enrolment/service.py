"""What other domains may ask of enrolment. Nothing here asks the policy: whoever calls has done so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from api.domains.enrolment.models import EnrolmentRow
from api.domains.enrolment.rules import LIVE, EnrolmentState, StudyForm, StudyState
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one class."""

    enrolled: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class LiveEnrolment:
    """A person who has a place in a class or waits for one."""

    id: UUID
    class_id: UUID
    person_id: UUID
    study_id: UUID
    state: EnrolmentState
    turn: int


@dataclass(frozen=True, slots=True)
class Admission:
    """A row of an import: a person who studies in a programme."""

    person_id: UUID
    programme_id: UUID
    form: StudyForm
    intake_year: int
    state: StudyState = StudyState.ACTIVE


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A row of an import: a person in a class."""

    person_id: UUID
    class_id: UUID


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: `id` of the study or enrolment and its state, or the slug of the problem that refuses it.
    `is_new` is False when it was there already, so that an import may be replayed."""

    id: UUID | None
    state: str | None
    problem: str | None = None
    is_new: bool = False


async def enrolment_counts(unit: Unit, class_ids: Collection[UUID]) -> Mapping[UUID, Counts]:
    """Of every class asked for, with zeros for an empty one."""
    found: dict[UUID, dict[str, int]] = {one: {} for one in class_ids}
    rows = await unit.session.execute(
        select(EnrolmentRow.class_id, EnrolmentRow.state, func.count())
        .where(EnrolmentRow.class_id.in_(found), EnrolmentRow.state.in_(LIVE))
        .group_by(EnrolmentRow.class_id, EnrolmentRow.state)
    )
    for class_id, state, count in rows:
        found[class_id][state] = count
    return {one: Counts(by_state.get("enrolled", 0), by_state.get("waiting", 0)) for one, by_state in found.items()}


async def live_enrolments(unit: Unit, class_id: UUID) -> Sequence[LiveEnrolment]:
    """Who has a place in the class or waits for one, in the order of joining."""
    rows = await unit.session.execute(
        select(
            EnrolmentRow.id,
            EnrolmentRow.class_id,
            EnrolmentRow.person_id,
            EnrolmentRow.study_id,
            EnrolmentRow.state,
            EnrolmentRow.turn,
        )
        .where(EnrolmentRow.class_id == class_id, EnrolmentRow.state.in_(LIVE))
        .order_by(EnrolmentRow.turn)
    )
    return [
        LiveEnrolment(id_, class_, person, study, EnrolmentState(state), turn)
        for id_, class_, person, study, state, turn in rows
    ]


async def admit_many(unit: Unit, rows: Sequence[Admission], *, order_number: str, order_date: date) -> list[RowResult]:
    """Admits many at once, for imports; one result per row, in their order. Rows that are refused store nothing, so
    that the caller decides whether all are undone."""
    raise NotImplementedError


async def enrol_many(unit: Unit, rows: Sequence[Enrolling]) -> list[RowResult]:
    """Enrols many at once, for imports; one result per row, in their order. Capacity, closed specialities and one
    class of a course hold; windows, prerequisites and plans do not, because the roster was decided elsewhere."""
    raise NotImplementedError


async def enrol(unit: Unit, class_id: UUID, person_id: UUID, *, late_reason: str | None = None) -> LiveEnrolment:
    """Gives the person a place in the class, or a turn on its waiting list."""
    raise NotImplementedError


async def withdraw(unit: Unit, enrolment_id: UUID, reason: str) -> None:
    """Ends a live enrolment; whoever waits moves up in the same transaction."""
    raise NotImplementedError


async def complete(unit: Unit, enrolment_id: UUID, *, passed: bool) -> None:
    """The result of the course is known: enrolled -> passed or failed."""
    raise NotImplementedError


async def recognise_course(unit: Unit, person_id: UUID, course_id: UUID, source_id: UUID) -> None:
    """The course counts as passed from now on, by the decision `source_id` of another domain."""
    raise NotImplementedError
