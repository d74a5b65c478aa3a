"""What other domains may ask of enrolment. Nothing here asks the policy whether it may be done: whoever calls has.

`enrol` and `withdraw` ask it for one thing alone: whether the actor may do it outside the window. Events, told in the
transaction, with the ids `enrolment`, `class`, or `study`, `programme`, or `plan`, `study`, `session`, and the person:
`enrolment.enrolled`, `.waiting`, `.moved-up`, `.withdrawn` (code `cause`), `.passed`, `.failed`; `study.applied`,
`.refused`, `.admitted`, `.active`, `.on-leave`, `.graduated`, `.expelled`; `study-plan.proposed`, `.returned`,
`.approved`, `.superseded`; `prerequisite.waived`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from api.domains.enrolment.admission import Decision, admit, apply, find_study, move_study
from api.domains.enrolment.bulk import Admission, Enrolling, RowResult, admit_many, enrol_many
from api.domains.enrolment.enrolling import (
    Enrolment,
    as_enrolment,
    close_waiting_list,
    complete,
    correct_completion,
    empty_class,
    enrol,
    find_enrolment,
    move_up,
    reconsider,
    select_enrolments,
    withdraw,
)
from api.domains.enrolment.models import EnrolmentRow, StudyRow
from api.domains.enrolment.prerequisites import passed_courses
from api.domains.enrolment.prerequisites import recognise_course as _store_recognition
from api.domains.enrolment.rules import HOLDING_A_PLACE, LIVE, EnrolmentState, StudyState
from api.domains.enrolment.windows import add_window
from api.domains.teaching.errors import CapacityBelowEnrolled
from api.domains.teaching.service import class_brief
from api.events import Event, Listener
from api.unit import Unit

__all__ = [
    "HELD_PLACES_ORDER",
    "LISTENERS",
    "Admission",
    "Counts",
    "Decision",
    "Enrolling",
    "Enrolment",
    "LiveEnrolment",
    "RowResult",
    "active_studies",
    "add_window",
    "admit",
    "admit_many",
    "apply",
    "classes_of_study",
    "complete",
    "correct_completion",
    "enrol",
    "enrol_many",
    "enrolment_counts",
    "find_enrolment",
    "find_study",
    "held_classes",
    "held_place",
    "held_places",
    "live_enrolments",
    "move_study",
    "passed_courses",
    "recognise_course",
    "select_held_places",
    "studies_in_session",
    "who_hold_places",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one class. `enrolled` counts every place that is taken, of those who have passed or failed too."""

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
class ActiveStudy:
    """A programme in which a person studies now."""

    id: UUID
    programme_id: UUID
    unit_id: UUID
    intake_year: int


async def enrolment_counts(unit: Unit, class_ids: Collection[UUID]) -> Mapping[UUID, Counts]:
    """Of every class asked for, with zeros for an empty one."""
    found = dict.fromkeys(class_ids, Counts())
    rows = await unit.session.execute(
        select(
            EnrolmentRow.class_id,
            func.count().filter(EnrolmentRow.state.in_(HOLDING_A_PLACE)),
            func.count().filter(EnrolmentRow.state == EnrolmentState.WAITING),
        )
        .where(EnrolmentRow.class_id.in_(found))
        .group_by(EnrolmentRow.class_id)
    )
    return found | {class_id: Counts(enrolled, waiting) for class_id, enrolled, waiting in rows}


async def live_enrolments(unit: Unit, class_id: UUID) -> Sequence[LiveEnrolment]:
    """Who has a place in the class or waits for one, in the order of joining."""
    table = EnrolmentRow
    rows = await unit.session.execute(
        select(table.id, table.class_id, table.person_id, table.study_id, table.state, table.turn)
        .where(table.class_id == class_id, table.state.in_(LIVE))
        .order_by(table.turn)
    )
    return [LiveEnrolment(*row[:4], EnrolmentState(row.state), row.turn) for row in rows]


_ENROLMENTS: Final = EnrolmentRow.__table__.c
_HELD_PLACE: Final = (
    select(_ENROLMENTS.id)
    .where(
        _ENROLMENTS.class_id == bindparam("class_id"),
        _ENROLMENTS.person_id == bindparam("person_id"),
        _ENROLMENTS.state.in_(HOLDING_A_PLACE),
    )
    .order_by(_ENROLMENTS.id.desc())
    .limit(1)
)


async def held_place(unit: Unit, class_id: UUID, person_id: UUID) -> UUID | None:
    """The enrolment by which the person has a place in the class, also after having passed or failed; None without."""
    given = {"class_id": class_id, "person_id": person_id}
    return (await unit.session.execute(_HELD_PLACE, given)).scalar_one_or_none()


async def who_hold_places(unit: Unit, class_id: UUID, person_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these persons who have a place in the class, also after having passed or failed."""
    table = EnrolmentRow
    return frozenset(
        await unit.session.scalars(
            select(table.person_id).where(
                table.class_id == class_id, table.person_id.in_(person_ids), table.state.in_(HOLDING_A_PLACE)
            )
        )
    )


async def held_places(unit: Unit, class_id: UUID) -> Sequence[Enrolment]:
    """Who has a place in the class, also those who have passed or failed, in the order of joining; of several
    enrolments of one person the last."""
    table = EnrolmentRow
    rows = await unit.session.execute(
        select_enrolments().where(table.class_id == class_id, table.state.in_(HOLDING_A_PLACE)).order_by(table.turn)
    )
    last = {one.person_id: one for one in map(as_enrolment, rows)}
    return sorted(last.values(), key=lambda one: one.turn)


async def classes_of_study(unit: Unit, study_id: UUID, academic_session_id: UUID) -> frozenset[UUID]:
    """The classes of a semester in which a place was taken for this study, finished ones too."""
    table = EnrolmentRow
    return frozenset(
        await unit.session.scalars(
            select(table.class_id).where(
                table.study_id == study_id,
                table.academic_session_id == academic_session_id,
                table.state.in_(HOLDING_A_PLACE),
            )
        )
    )


HELD_PLACES_ORDER: Final = (EnrolmentRow.id,)
"""Of lists by `select_held_places`."""


def select_held_places(class_id: UUID) -> Select[*tuple[Any, ...]]:
    """`id` and `person_id` of `held_places`, for paged lists of other domains."""
    later = aliased(EnrolmentRow)
    is_last = ~exists().where(
        later.class_id == EnrolmentRow.class_id,
        later.person_id == EnrolmentRow.person_id,
        later.state.in_(HOLDING_A_PLACE),
        later.id > EnrolmentRow.id,
    )
    return select(EnrolmentRow.id, EnrolmentRow.person_id).where(
        EnrolmentRow.class_id == class_id, EnrolmentRow.state.in_(HOLDING_A_PLACE), is_last
    )


async def held_classes(unit: Unit, person_id: UUID) -> Sequence[UUID]:
    """The classes in which the person has a place, also those passed or failed."""
    found = await unit.session.scalars(
        select(EnrolmentRow.class_id)
        .where(EnrolmentRow.person_id == person_id, EnrolmentRow.state.in_(HOLDING_A_PLACE))
        .distinct()
    )
    return found.all()


async def studies_in_session(unit: Unit, programme_id: UUID, academic_session_id: UUID) -> Mapping[UUID, UUID]:
    """Study -> person, of those of a programme who took a place in a class of the semester."""
    table = EnrolmentRow
    rows = await unit.session.execute(
        select(table.study_id, table.person_id)
        .where(
            table.programme_id == programme_id,
            table.academic_session_id == academic_session_id,
            table.state.in_(HOLDING_A_PLACE),
        )
        .distinct()
        .order_by(table.study_id)
    )
    return {row.study_id: row.person_id for row in rows}


async def active_studies(unit: Unit, person_id: UUID) -> Sequence[ActiveStudy]:
    """The oldest first."""
    table = StudyRow
    rows = await unit.session.execute(
        select(table.id, table.programme_id, table.unit_id, table.intake_year)
        .where(table.person_id == person_id, table.state == StudyState.ACTIVE)
        .order_by(table.id)
    )
    return [ActiveStudy(*row) for row in rows]


async def recognise_course(unit: Unit, person_id: UUID, course_id: UUID, source_id: UUID) -> None:
    """The course counts as passed from now on, by the decision `source_id` of another domain (clause 8.4). Whoever
    waited for a place and becomes entitled by it moves up."""
    await _store_recognition(unit, person_id, course_id, source_id)
    await reconsider(unit, person_id)


async def _on_capacity(unit: Unit, event: Event) -> None:
    """Told while the class is locked. Refuses less room than there are students; more room lets the next ones in."""
    one = await class_brief(unit, event.ids["class"])
    enrolled = (await enrolment_counts(unit, [one.id]))[one.id].enrolled
    if one.capacity < enrolled:
        raise CapacityBelowEnrolled(enrolled=enrolled)
    await move_up(unit, one)


async def _on_cancelled(unit: Unit, event: Event) -> None:
    await empty_class(unit, event.ids["class"])


async def _on_ended(unit: Unit, event: Event) -> None:
    await close_waiting_list(unit, event.ids["class"])


async def _on_entitled(unit: Unit, event: Event) -> None:
    """A waiver or an approved plan may let in who has waited."""
    if event.person is not None:
        await reconsider(unit, event.person)


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "class.cancelled": [_on_cancelled],
    "class.capacity-changed": [_on_capacity],
    "class.ended": [_on_ended],
    "prerequisite.waived": [_on_entitled],
    "study-plan.approved": [_on_entitled],
}
