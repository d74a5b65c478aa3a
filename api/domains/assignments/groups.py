"""Students who hand in one work together. Whoever calls has asked the policy.

Who leaves the class is no member as long as they have no place in it: the others hand in without them. The time that
they brought into the group stays, since the others were told by when they have to hand in (`companies`).
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from api.domains.assignments.definitions import Assignment, find_assignment
from api.domains.assignments.errors import (
    AlreadyInGroup,
    GroupClosed,
    GroupFull,
    GroupHasWork,
    NotAStudentHere,
)
from api.domains.assignments.models import (
    AssignmentRow,
    SubmissionGroupMemberRow,
    SubmissionGroupRow,
    SubmissionRow,
)
from api.domains.assignments.rules import HANDED_IN, Forming
from api.domains.conditions.service import Company
from api.domains.enrolment.service import held_place, who_hold_places
from api.errors import NotFound
from api.events import Event
from api.unit import Unit


async def group_of(unit: Unit, assignment_id: UUID, person_id: UUID) -> UUID | None:
    """The group in which the person is now."""
    found: UUID | None = await unit.session.scalar(
        select(SubmissionGroupMemberRow.group_id).where(
            SubmissionGroupMemberRow.assignment_id == assignment_id,
            SubmissionGroupMemberRow.person_id == person_id,
            SubmissionGroupMemberRow.left_at.is_(None),
        )
    )
    return found


async def members_of(unit: Unit, group_id: UUID) -> list[UUID]:
    """Who is in it now and has a place in the class, in the order of joining."""
    return (await members_of_many(unit, [group_id]))[group_id]


async def members_of_many(unit: Unit, group_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Group -> who is in it now and has a place in the class. Of groups of one assignment: in two statements."""
    found = await _joined(unit, group_ids)
    persons: dict[UUID, set[UUID]] = {}
    rows = await unit.session.execute(
        select(SubmissionGroupRow.id, AssignmentRow.class_id)
        .join(AssignmentRow, AssignmentRow.id == SubmissionGroupRow.assignment_id)
        .where(SubmissionGroupRow.id.in_(found))
    )
    classes: dict[UUID, UUID] = dict(rows.all())
    for id_, class_id in classes.items():
        persons.setdefault(class_id, set()).update(found[id_])
    placed = {class_id: await who_hold_places(unit, class_id, everybody) for class_id, everybody in persons.items()}
    return {id_: [one for one in found[id_] if one in placed[classes[id_]]] for id_ in classes}


async def _joined(unit: Unit, group_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Group -> who has joined it and not left it, whether or not they are in the class still."""
    found: dict[UUID, list[UUID]] = {id_: [] for id_ in group_ids}
    if found:
        rows = await unit.session.execute(
            select(SubmissionGroupMemberRow.group_id, SubmissionGroupMemberRow.person_id)
            .where(SubmissionGroupMemberRow.group_id.in_(found), SubmissionGroupMemberRow.left_at.is_(None))
            .order_by(SubmissionGroupMemberRow.id)
        )
        for group_id, person_id in rows:
            found[group_id].append(person_id)
    return found


async def companies(
    unit: Unit, assignment_ids: Collection[UUID], person_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], Company]:
    """For `conditions`: assignment and person -> whose time counts for all of them. Who has left the class counts too:
    nobody's time becomes less because somebody else goes."""
    table = SubmissionGroupMemberRow
    rows = await unit.session.execute(
        select(table.assignment_id, table.person_id, table.group_id).where(
            table.assignment_id.in_(assignment_ids), table.person_id.in_(person_ids), table.left_at.is_(None)
        )
    )
    joined = rows.all()
    members = await _joined(unit, {row.group_id for row in joined})
    return {(row.assignment_id, row.person_id): Company(row.group_id, tuple(members[row.group_id])) for row in joined}


async def find_group(unit: Unit, assignment_id: UUID, group_id: UUID, *, lock: bool = False) -> SubmissionGroupRow:
    """Raises NotFound."""
    row = await unit.session.get(SubmissionGroupRow, group_id, with_for_update=lock or None, populate_existing=True)
    if row is None or row.assignment_id != assignment_id:
        raise NotFound()
    return row


async def locked(unit: Unit, assignment_id: UUID) -> Assignment:
    """The assignment, so that two who form a group at once get two numbers. Raises NotFound."""
    return await find_assignment(unit, assignment_id, lock=True)


async def form_group(unit: Unit, one: Assignment, persons: Sequence[UUID], *, closed: bool) -> SubmissionGroupRow:
    """A new group of these students; `one` is locked. `closed`: nobody joins or leaves by themselves. Raises
    GroupClosed for an assignment without groups, GroupFull, AlreadyInGroup, NotAStudentHere."""
    if one.row.forming == Forming.NONE or (not closed and one.row.forming != Forming.STUDENTS):
        raise GroupClosed()
    if len(set(persons)) > one.row.group_size:
        raise GroupFull(most=one.row.group_size)
    last = await unit.session.scalar(
        select(func.max(SubmissionGroupRow.number)).where(SubmissionGroupRow.assignment_id == one.row.id)
    )
    group = SubmissionGroupRow(
        created_at=unit.now,
        assignment_id=one.row.id,
        number=(last or 0) + 1,
        is_closed=closed,
        created_by=unit.actor.person,
    )
    unit.session.add(group)
    await unit.session.flush()
    for person_id in dict.fromkeys(persons):
        await _add(unit, one, group, person_id)
    unit.record("submission-group.formed", "submission-group", group.id, assignment=str(one.row.id))
    return group


async def join(unit: Unit, one: Assignment, group: SubmissionGroupRow, person_id: UUID) -> None:
    """The group is locked. Raises GroupClosed, GroupFull, GroupHasWork, AlreadyInGroup, NotAStudentHere."""
    members = await members_of(unit, group.id)
    if person_id in members:
        return
    if group.is_closed:
        raise GroupClosed()
    await _require_no_work(unit, group)
    if len(members) >= one.row.group_size:
        raise GroupFull(most=one.row.group_size)
    await _add(unit, one, group, person_id)


async def leave(unit: Unit, one: Assignment, group: SubmissionGroupRow, person_id: UUID) -> None:
    """The group is locked. Raises NotFound, GroupClosed, GroupHasWork."""
    if group.is_closed:
        raise GroupClosed()
    await _require_no_work(unit, group)
    await _remove(unit, group, person_id)


async def set_members(unit: Unit, one: Assignment, group: SubmissionGroupRow, persons: Sequence[UUID]) -> None:
    """The instructor says who is in the locked group; from then on nobody joins or leaves by themselves. Raises
    GroupHasWork, GroupFull, AlreadyInGroup, NotAStudentHere."""
    members = await members_of(unit, group.id)
    if group.is_closed and set(persons) == set(members):
        return  # nothing changes, so nothing is told: a refusal would say while marking is blind that they handed in
    if len(set(persons)) > one.row.group_size:
        raise GroupFull(most=one.row.group_size)
    await _require_no_work(unit, group)
    for person_id in (await _joined(unit, [group.id]))[group.id]:
        if person_id not in persons:
            await _remove(unit, group, person_id)
    for person_id in dict.fromkeys(persons):
        if person_id not in members:
            await _add(unit, one, group, person_id)
    group.is_closed = True
    await unit.session.flush()


async def _add(unit: Unit, one: Assignment, group: SubmissionGroupRow, person_id: UUID) -> None:
    if await held_place(unit, one.row.class_id, person_id) is None:
        raise NotAStudentHere()
    other = await group_of(unit, one.row.id, person_id)
    if other is not None:
        raise AlreadyInGroup(group_id=other)
    unit.session.add(
        SubmissionGroupMemberRow(created_at=unit.now, group_id=group.id, assignment_id=one.row.id, person_id=person_id)
    )
    await unit.session.flush()
    unit.record("submission-group.joined", "submission-group", group.id, person=person_id)
    await unit.emit(Event("submission-group.joined", {"group": group.id, "assignment": one.row.id}, person_id))


async def _remove(unit: Unit, group: SubmissionGroupRow, person_id: UUID) -> None:
    row = await unit.session.scalar(
        select(SubmissionGroupMemberRow)
        .where(
            SubmissionGroupMemberRow.group_id == group.id,
            SubmissionGroupMemberRow.person_id == person_id,
            SubmissionGroupMemberRow.left_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound()
    row.left_at = unit.now
    await unit.session.flush()
    unit.record("submission-group.left", "submission-group", group.id, person=person_id)


async def _require_no_work(unit: Unit, group: SubmissionGroupRow) -> None:
    found = await unit.session.scalar(
        select(SubmissionRow.id).where(SubmissionRow.group_id == group.id, SubmissionRow.state.in_(HANDED_IN)).limit(1)
    )
    if found is not None:
        raise GroupHasWork()
