"""Who sees which assignment and which work, and what of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from api.domains.assignments.deciding import decides_about
from api.domains.assignments.definitions import Assignment, find_assignment
from api.domains.assignments.errors import WorkIsBlind
from api.domains.assignments.groups import group_of, members_of
from api.domains.assignments.guards import (
    MANAGE,
    READ_ANY,
    TAKE,
    VIEW,
    VIEW_CONDITIONS,
    VIEW_OWN_WORK,
    VIEW_WORK,
)
from api.domains.assignments.handing_in import Holder, find_submission, persons_of, window_of
from api.domains.assignments.models import AssignmentRow, SubmissionPersonRow, SubmissionRow
from api.domains.assignments.rules import COUNTED, HANDED_IN, Standing, SubmissionState, Window, standing
from api.domains.conditions.own_tasks import conditions_of_tasks
from api.domains.conditions.service import Conditions, TaskState
from api.domains.grading import service as grading
from api.errors import NotAllowed, NotFound, SignInNeeded
from api.policy import Place, Reach, reach
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Mine:
    """What holds for one student: the window, the student's own conditions, and the latest version."""

    holder: Holder | None
    """None: a group is needed and there is none yet."""
    window: Window
    own: Conditions
    latest: SubmissionRow | None
    versions_used: int
    standing: Standing


def is_staff(unit: Unit, one: Assignment) -> bool:
    return unit.may(VIEW, one.place)


def takes(unit: Unit, one: Assignment) -> bool:
    """Whether the actor is a student of the class, to whom the assignment is known."""
    return one.row.announced_at is not None and unit.may(TAKE, one.place) and unit.actor.person is not None


async def readable(unit: Unit, assignment_id: UUID) -> Assignment:
    """An assignment that the actor may read. Raises NotFound, SignInNeeded."""
    unit.asked = True
    one = await find_assignment(unit, assignment_id)
    if not is_staff(unit, one) and not takes(unit, one):
        raise NotFound() if unit.actor.is_signed_in else SignInNeeded()
    return one


async def taken(unit: Unit, assignment_id: UUID) -> tuple[Assignment, UUID]:
    """An assignment that the actor does as a student, and the actor's person. Raises NotFound, NotAllowed."""
    one = await readable(unit, assignment_id)
    person_id = unit.actor.person
    if not takes(unit, one) or person_id is None:
        raise NotAllowed()
    return one, person_id


async def managed(unit: Unit, assignment_id: UUID, *, lock: bool = False) -> Assignment:
    """One that the actor may change. Raises NotFound, NotAllowed."""
    one = await find_assignment(unit, assignment_id, lock=lock)
    if not unit.may(MANAGE, one.place):
        await readable(unit, assignment_id)
        raise NotAllowed()
    return one


def visible(unit: Unit) -> ColumnElement[bool]:
    """The condition of lists: all that staff reach, and what is announced in a student's classes."""
    unit.asked = True
    staff, student = reach(unit.actor, VIEW), reach(unit.actor, TAKE)
    if staff.is_empty and student.is_empty:
        raise NotAllowed() if unit.actor.is_signed_in else SignInNeeded()
    return or_(_within(staff), and_(AssignmentRow.announced_at.is_not(None), _within(student)))


def _within(found: Reach) -> ColumnElement[bool]:
    if found.everything:
        return true()
    conditions = [
        column.in_(ids)
        for column, ids in (
            (AssignmentRow.unit_id, found.units),
            (AssignmentRow.programme_id, found.programmes),
            (AssignmentRow.class_id, found.classes),
        )
        if ids
    ]
    return or_(*conditions) if conditions else false()


async def mine(unit: Unit, one: Assignment, person_id: UUID) -> Mine:
    """Of a student. Who still needs a group sees the window that would be their own."""
    return (await mine_of_many(unit, [one], person_id))[one.row.id]


async def mine_of_many(unit: Unit, ones: Sequence[Assignment], person_id: UUID) -> Mapping[UUID, Mine]:
    """As `mine`, by assignment; in a fixed number of statements, and four more for each that is done in a group."""
    own = await conditions_of_tasks(unit, person_id, [one.task for one in ones])
    holders = {one.row.id: await _holder(unit, one, person_id) for one in ones}
    works: dict[UUID, list[SubmissionRow]] = {}
    rows = await unit.session.scalars(
        select(SubmissionRow)
        .where(
            SubmissionRow.assignment_id.in_(holders),
            SubmissionRow.holder_id.in_({holder.id for holder in holders.values() if holder is not None}),
            SubmissionRow.state != SubmissionState.DISCARDED,
        )
        .order_by(SubmissionRow.number)
    )
    for row in rows:
        works.setdefault(row.assignment_id, []).append(row)
    found = {}
    for one in ones:
        id_, holder = one.row.id, holders[one.row.id]
        window = window_of(own[id_])
        versions = works.get(id_, [])
        latest = versions[-1] if versions else None
        states = [SubmissionState(row.state) for row in versions]
        is_over = window.closes_at is not None and unit.now >= window.closes_at
        found[id_] = Mine(
            holder,
            window,
            own[id_],
            latest,
            sum(state in COUNTED for state in states),
            standing(states, is_over=is_over and one.task.state is not TaskState.CANCELLED),
        )
    return found


async def _holder(unit: Unit, one: Assignment, person_id: UUID) -> Holder | None:
    if not one.is_for_groups:
        return Holder(person_id, None, [person_id])
    group_id = await group_of(unit, one.row.id, person_id)
    return None if group_id is None else Holder(group_id, group_id, await members_of(unit, group_id))


# Works


async def own_work(unit: Unit, submission_id: UUID) -> tuple[SubmissionRow, Assignment]:
    """A version of the actor's own, or of the actor's group. Raises NotFound, SignInNeeded."""
    row, one, persons = await _found_work(unit, submission_id)
    unit.require(VIEW_OWN_WORK, Place(persons=frozenset(persons)))
    return row, one


async def seen_work(unit: Unit, submission_id: UUID) -> tuple[SubmissionRow, Assignment]:
    """A version that the actor may see: an own one, or, where marking is not blind, one that was handed in in a class
    of the actor's; one about which the actor decides, also when it was taken back. Raises NotFound, WorkIsBlind,
    SignInNeeded."""
    row, one, persons = await _found_work(unit, submission_id)
    if unit.may(VIEW_OWN_WORK, Place(persons=frozenset(persons))):
        return row, one
    if row.state in HANDED_IN and await decides_about(unit, row.id):
        return row, one
    unit.require(VIEW_WORK, one.place)
    if row.state != SubmissionState.SUBMITTED and row.state != SubmissionState.SUPERSEDED:
        raise NotFound()
    await require_not_blind(unit, one)
    return row, one


async def _found_work(unit: Unit, submission_id: UUID) -> tuple[SubmissionRow, Assignment, Sequence[UUID]]:
    unit.asked = True
    if not unit.actor.is_signed_in and not unit.actor.is_system:
        raise SignInNeeded()
    row = await find_submission(unit, submission_id)
    return row, await find_assignment(unit, row.assignment_id), await persons_of(unit, row)


async def require_not_blind(unit: Unit, one: Assignment) -> None:
    """Raises WorkIsBlind."""
    if await is_marked_blind(unit, one):
        raise WorkIsBlind()


async def is_marked_blind(unit: Unit, one: Assignment) -> bool:
    """Whether nobody of the class's staff may learn yet whose the works are."""
    return one.row.line_item_id is not None and await grading.is_blind(unit, one.row.line_item_id)


def sees_conditions(unit: Unit, one: Assignment, persons: Collection[UUID] = ()) -> bool:
    """Of works of these persons: their own, and those of a class that the actor teaches."""
    is_own = bool(persons) and unit.may(VIEW_OWN_WORK, Place(persons=frozenset(persons)))
    return is_own or unit.may(VIEW_CONDITIONS, one.place)


async def works_within(unit: Unit, assignment_id: UUID) -> tuple[Assignment, UUID | None]:
    """For the list of works: None for who sees those of the class, otherwise the person who sees their own. Raises
    NotFound."""
    one = await readable(unit, assignment_id)
    if unit.may(VIEW_WORK, one.place):
        return one, None
    if unit.actor.person is None or not takes(unit, one):
        raise NotAllowed()
    return one, unit.actor.person


async def require_staff(unit: Unit, assignment_id: UUID) -> Assignment:
    """Raises NotFound, NotAllowed."""
    one = await readable(unit, assignment_id)
    unit.require(VIEW_WORK, one.place, seen_by=READ_ANY)
    return one


def works_of_person(person_id: UUID) -> ColumnElement[bool]:
    """The condition that a version is (also) the person's."""
    return SubmissionRow.id.in_(
        select(SubmissionPersonRow.submission_id).where(SubmissionPersonRow.person_id == person_id)
    )
