"""Every student of a class and one assignment, as staff see them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from api.domains.assignments.definitions import Assignment
from api.domains.assignments.handing_in import window_of
from api.domains.assignments.models import SubmissionGroupMemberRow, SubmissionRow
from api.domains.assignments.rules import COUNTED, SubmissionState, joint_window
from api.domains.assignments.schemas import StudentLine
from api.domains.conditions import service as conditions
from api.domains.enrolment.service import held_places
from api.domains.people.service import full_names
from api.unit import Unit


async def students_of(unit: Unit, one: Assignment) -> set[UUID]:
    """Everybody who has a place in the class."""
    return {place.person_id for place in await held_places(unit, one.row.class_id)}


async def show_students(
    unit: Unit, one: Assignment, persons: Sequence[UUID], *, is_blind: bool, with_conditions: bool
) -> list[StudentLine]:
    """A line for each, in a fixed number of statements. `is_blind`: nothing of what has come."""
    groups = await _groups(unit, one)
    members: dict[UUID, list[UUID]] = {}
    for person, own in groups.items():
        members.setdefault(own, []).append(person)
    concerned = {*persons, *(each for person in persons if person in groups for each in members[groups[person]])}
    found = await conditions.conditions_of_many(unit, one.task, sorted(concerned))
    works = {} if is_blind else await _works(unit, one)
    names = await full_names(unit, persons)
    lines = []
    for person in persons:
        group = groups.get(person)
        holders = [person] if group is None else members[group]
        window = joint_window([window_of(found[each]) for each in holders])
        versions = works.get(group or person, [])
        latest = versions[-1] if versions else None
        form = found[person].alternative_form.adjusted
        lines.append(
            StudentLine(
                person_id=person,
                name=names[person],
                group_id=group,
                due_at=window.due_at if with_conditions else one.task.due_at,
                closes_at=window.closes_at if with_conditions else one.task.closes_at,
                alternative_task=found[person].alternative_task.adjusted if with_conditions else None,
                alternative_form=form.value if with_conditions and form is not None else None,
                is_blind=is_blind,
                state=None if latest is None else SubmissionState(latest.state),
                versions_used=None if is_blind else sum(row.state in COUNTED for row in versions),
                submitted_at=None if latest is None else latest.submitted_at,
                late_ms=latest.late_ms if with_conditions and latest is not None else None,
            )
        )
    return lines


async def _groups(unit: Unit, one: Assignment) -> Mapping[UUID, UUID]:
    """Person -> group."""
    if not one.is_for_groups:
        return {}
    rows = await unit.session.execute(
        select(SubmissionGroupMemberRow.person_id, SubmissionGroupMemberRow.group_id).where(
            SubmissionGroupMemberRow.assignment_id == one.row.id, SubmissionGroupMemberRow.left_at.is_(None)
        )
    )
    return {row.person_id: row.group_id for row in rows}


async def _works(unit: Unit, one: Assignment) -> Mapping[UUID, list[SubmissionRow]]:
    """Holder -> versions in their order, without drafts that were given up."""
    rows = await unit.session.scalars(
        select(SubmissionRow)
        .where(SubmissionRow.assignment_id == one.row.id, SubmissionRow.state != SubmissionState.DISCARDED)
        .order_by(SubmissionRow.number)
    )
    found: dict[UUID, list[SubmissionRow]] = {}
    for row in rows:
        found.setdefault(row.holder_id, []).append(row)
    return found
