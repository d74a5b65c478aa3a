"""Groups of students, their members, and their curators: no active group is without a curator on any day (clause 5.6).

Whatever touches a group's curators or state locks the group's row first, and then reads its terms: two at once cannot
both take away the other one.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select

from api.domains.people import service as people
from api.domains.people.errors import CodeTaken
from api.domains.people.rules import Grant
from api.domains.programmes import service as programmes
from api.domains.teaching.briefs import NewGroup, Outcome, RowRefusal, Saved, chunks
from api.domains.teaching.errors import (
    AlreadyAssigned,
    AlreadyInGroup,
    CuratorNeeded,
    GroupIsOver,
    NotInProgramme,
    OtherProgramme,
    TermIsOver,
)
from api.domains.teaching.models import CuratorAssignmentRow, GroupMemberRow, GroupRow
from api.domains.teaching.rules import (
    GROUP_MOVES,
    GroupState,
    Period,
    Term,
    apply_end,
    curator_gap,
    end_of,
)
from api.errors import FieldError, InvalidFields, NotFound, check_move, invalid
from api.events import Event, Listener
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Unit

_LIVE_STATES = (GroupState.PLANNED, GroupState.ACTIVE)


async def locked_group(unit: Unit, group_id: UUID) -> GroupRow:
    """The row, which stays as it is until the transaction ends. Raises NotFound."""
    row = await unit.session.scalar(
        select(GroupRow).where(GroupRow.id == group_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


async def create_group(unit: Unit, new: NewGroup) -> GroupRow:
    """A planned group. Raises InvalidFields, CodeTaken."""
    found: list[FieldError] = []
    if not await programmes.programme_briefs(unit, {new.programme_id}):
        found.append(FieldError("/programme_id", "no-such-object", {}))
    if await people.unit_kind(unit, new.unit_id) is None:
        found.append(FieldError("/unit_id", "no-such-object", {}))
    if found:
        raise InvalidFields(fields=found)
    await _check_code(unit, new.code)
    row = GroupRow(id=new_id(), created_at=unit.now, version=1, state=GroupState.PLANNED, **_values(new))
    unit.session.add(row)
    await unit.session.flush()
    unit.record("create", "student-group", row.id, programme=str(row.programme_id))
    return row


async def change_group(unit: Unit, row: GroupRow, *, code: str | None = None, language: str | None = None) -> None:
    """Of a group that is planned or active; `row` is locked. Raises GroupIsOver, CodeTaken."""
    _refuse_over(row)
    if code is not None and code != row.code:
        await _check_code(unit, code)
        row.code = code
    row.language = language or row.language
    await unit.session.flush()
    unit.record("change", "student-group", row.id, language=row.language)


async def activate_group(unit: Unit, group_id: UUID) -> GroupRow:
    """From today on it has a curator on every day. Raises NotFound, MoveNotAllowed, CuratorNeeded."""
    row = await locked_group(unit, group_id)
    check_move(GROUP_MOVES, GroupState(row.state), GroupState.ACTIVE)
    _require_curator(await _terms(unit, row.id), unit.today)
    row.active_from = unit.today
    await _move(unit, row, GroupState.ACTIVE, "group.activated")
    return row


async def graduate_group(unit: Unit, group_id: UUID) -> GroupRow:
    """Today is the last day of its curators and members. Raises NotFound, MoveNotAllowed."""
    return await _end_group(unit, group_id, GroupState.GRADUATED, None)


async def dissolve_group(unit: Unit, group_id: UUID, reason: str) -> GroupRow:
    """Today is the last day of its curators and members. Raises NotFound, MoveNotAllowed."""
    return await _end_group(unit, group_id, GroupState.DISSOLVED, reason)


async def _end_group(unit: Unit, group_id: UUID, to: GroupState, reason: str | None) -> GroupRow:
    row = await locked_group(unit, group_id)
    check_move(GROUP_MOVES, GroupState(row.state), to)
    if row.state == GroupState.ACTIVE:
        row.active_until = unit.today
    row.end_reason = reason
    for term in await _lasting(unit, CuratorAssignmentRow, row):
        await _end_term(unit, term, unit.today)
    for member in await _lasting(unit, GroupMemberRow, row):
        await _end_term(unit, member, unit.today)
    await _move(unit, row, to, "group.ended")
    return row


TermRow = TypeVar("TermRow", CuratorAssignmentRow, GroupMemberRow)


async def _lasting(unit: Unit, table: type[TermRow], row: GroupRow) -> Sequence[TermRow]:
    """The terms of a group that end after today or do not end."""
    found = await unit.session.scalars(
        select(table)
        .where(table.group_id == row.id, table.revoked_at.is_(None), _later_than(table, unit.today))
        .order_by(table.id)
    )
    return found.all()


async def _move(unit: Unit, row: GroupRow, to: GroupState, event: str) -> None:
    row.state, row.state_changed_at, row.state_changed_by = to, unit.now, unit.actor.person
    await unit.session.flush()
    unit.record(to.value, "student-group", row.id)
    await unit.emit(Event(event, {"group": row.id, "programme": row.programme_id}, codes={"state": to.value}))


# Curators


async def assign_curator(
    unit: Unit, group_id: UUID, person_id: UUID, starts_on: date, ends_on: date | None = None
) -> CuratorAssignmentRow:
    """Gives the role of curator of the group, beside those it has. Raises NotFound, InvalidFields, GroupIsOver,
    AlreadyAssigned."""
    row = await locked_group(unit, group_id)
    _refuse_over(row)
    if ends_on is not None and ends_on < starts_on:
        raise invalid("/ends_on", "end-before-start")
    assignment = await _add_curator(unit, row, person_id, Period(starts_on, ends_on))
    await _tell_curators(unit, row)
    return assignment


async def hand_over(
    unit: Unit, group_id: UUID, assignment_id: UUID, successor_id: UUID, starts_on: date
) -> CuratorAssignmentRow:
    """The successor's assignment, from that day to the day on which the predecessor's would have ended; the
    predecessor's last day is the one before. Raises NotFound, InvalidFields, GroupIsOver, TermIsOver, AlreadyAssigned.
    """
    row = await locked_group(unit, group_id)
    _refuse_over(row)
    before = await _assignment(unit, row.id, assignment_id)
    ends_on = before.ends_on
    if ends_on is not None and ends_on < starts_on:
        raise TermIsOver(ends_on=ends_on.isoformat())
    if starts_on < before.starts_on:
        raise invalid("/starts_on", "before-predecessor", starts_on=before.starts_on.isoformat())
    if before.person_id == successor_id:
        raise AlreadyAssigned()
    await _end_term(unit, before, starts_on - timedelta(days=1))
    assignment = await _add_curator(unit, row, successor_id, Period(starts_on, ends_on))
    await _check_invariant(unit, row)
    await _tell_curators(unit, row)
    return assignment


async def end_curator(unit: Unit, group_id: UUID, assignment_id: UUID, last_day: date) -> CuratorAssignmentRow:
    """An active group must have another for every day after. Raises NotFound, TermIsOver, CuratorNeeded."""
    row = await locked_group(unit, group_id)
    assignment = await _assignment(unit, row.id, assignment_id)
    if assignment.ends_on is not None and assignment.ends_on <= last_day:
        raise TermIsOver(ends_on=assignment.ends_on.isoformat())
    ended = end_of(_as_term(assignment), last_day)
    gap = curator_gap(apply_end(await _terms(unit, row.id), ended), _active_from(row))
    if gap is not None:
        raise CuratorNeeded(gap_from=gap.isoformat())
    await _end_term(unit, assignment, last_day)
    await _tell_curators(unit, row)
    return assignment


async def _add_curator(unit: Unit, row: GroupRow, person_id: UUID, period: Period) -> CuratorAssignmentRow:
    if not await people.person_exists(unit, person_id):
        raise invalid("/person_id", "no-such-person")
    if any(term.person_id == person_id and term.period.overlaps(period) for term in await _terms(unit, row.id)):
        raise AlreadyAssigned()
    assignment = CuratorAssignmentRow(
        id=new_id(),
        created_at=unit.now,
        group_id=row.id,
        person_id=person_id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        assigned_by=unit.actor.person,
    )
    unit.session.add(assignment)
    await unit.session.flush()
    await people.grant_role(
        unit, person_id, Role.CURATOR, Scope.GROUP, row.id, period.starts_on, period.ends_on, origin=assignment.id
    )
    unit.record("assign-curator", "student-group", row.id, person=person_id, starts_on=period.starts_on.isoformat())
    return assignment


async def _assignment(unit: Unit, group_id: UUID, assignment_id: UUID) -> CuratorAssignmentRow:
    row = await unit.session.scalar(
        select(CuratorAssignmentRow)
        .where(
            CuratorAssignmentRow.id == assignment_id,
            CuratorAssignmentRow.group_id == group_id,
            CuratorAssignmentRow.revoked_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


async def _terms(unit: Unit, group_id: UUID) -> list[Term]:
    table = CuratorAssignmentRow
    rows = await unit.session.execute(
        select(table.id, table.person_id, table.starts_on, table.ends_on)
        .where(table.group_id == group_id, table.revoked_at.is_(None))
        .order_by(table.id)
    )
    return [Term(id_, person_id, Period(starts_on, ends_on)) for id_, person_id, starts_on, ends_on in rows]


def _as_term(row: CuratorAssignmentRow) -> Term:
    return Term(row.id, row.person_id, Period(row.starts_on, row.ends_on))


def _active_from(row: GroupRow) -> date | None:
    return row.active_from if row.state == GroupState.ACTIVE else None


def _require_curator(terms: Sequence[Term], active_from: date | None) -> None:
    gap = curator_gap(terms, active_from)
    if gap is not None:
        raise CuratorNeeded(gap_from=gap.isoformat())


async def _check_invariant(unit: Unit, row: GroupRow) -> None:
    _require_curator(await _terms(unit, row.id), _active_from(row))


async def _tell_curators(unit: Unit, row: GroupRow) -> None:
    await unit.emit(Event("group.curators-changed", {"group": row.id}))


async def _end_term(unit: Unit, term: CuratorAssignmentRow | GroupMemberRow, last_day: date) -> None:
    """A term that would end before its first day has never been."""
    if last_day < term.starts_on:
        term.revoked_at = unit.now
    else:
        term.ends_on = last_day
    await unit.session.flush()
    await people.end_roles_from(unit, term.id, last_day)
    what = "end-curator" if isinstance(term, CuratorAssignmentRow) else "end-member"
    unit.record(what, "student-group", term.group_id, person=term.person_id, ends_on=last_day.isoformat())


def _later_than(table: type[CuratorAssignmentRow] | type[GroupMemberRow], day: date) -> ColumnElement[bool]:
    return or_(table.ends_on.is_(None), table.ends_on > day)


async def curators_on(unit: Unit, group_ids: Collection[UUID], day: date) -> dict[UUID, list[UUID]]:
    """Group -> its curators of that day."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    table = CuratorAssignmentRow
    for ids in chunks(group_ids):
        rows = await unit.session.execute(
            select(table.group_id, table.person_id)
            .where(table.group_id.in_(ids), table.revoked_at.is_(None), _counts_on(table, day))
            .order_by(table.id)
        )
        for group_id, person_id in rows:
            found[group_id].append(person_id)
    return found


def _counts_on(table: type[CuratorAssignmentRow] | type[GroupMemberRow], day: date) -> ColumnElement[bool]:
    return and_(table.starts_on <= day, or_(table.ends_on.is_(None), table.ends_on >= day))


# Members


async def add_member(
    unit: Unit, group_id: UUID, person_id: UUID, starts_on: date, ends_on: date | None = None
) -> GroupMemberRow:
    """Of a student of the group's programme, who is in no other group of it in that time. Raises NotFound,
    InvalidFields, GroupIsOver, NotInProgramme, AlreadyInGroup."""
    row = await locked_group(unit, group_id)
    _refuse_over(row)
    if ends_on is not None and ends_on < starts_on:
        raise invalid("/ends_on", "end-before-start")
    if not await people.person_exists(unit, person_id):
        raise invalid("/person_id", "no-such-person")
    students = await people.holders_of(unit, Role.STUDENT, Scope.PROGRAMME, row.programme_id, starts_on)
    if person_id not in students:
        raise NotInProgramme()
    member = await _join(unit, row, person_id, Period(starts_on, ends_on))
    await _tell_member(unit, "group.member-joined", member)
    return member


async def move_member(
    unit: Unit, group_id: UUID, member_id: UUID, other_group_id: UUID, starts_on: date
) -> GroupMemberRow:
    """The membership in the other group from that day on; the last day in this one is the day before. Raises NotFound,
    InvalidFields, GroupIsOver, OtherProgramme, TermIsOver, AlreadyInGroup."""
    if other_group_id == group_id:
        raise invalid("/group_id", "same-group")
    rows = {id_: await locked_group(unit, id_) for id_ in sorted((group_id, other_group_id))}
    member = await _member(unit, group_id, member_id)
    other = rows[other_group_id]
    _refuse_over(other)
    if other.programme_id != member.programme_id:
        raise OtherProgramme()
    ends_on = member.ends_on
    if ends_on is not None and ends_on < starts_on:
        raise TermIsOver(ends_on=ends_on.isoformat())
    if starts_on < member.starts_on:
        raise invalid("/starts_on", "before-predecessor", starts_on=member.starts_on.isoformat())
    await _end_term(unit, member, starts_on - timedelta(days=1))
    moved = await _join(unit, other, member.person_id, Period(starts_on, ends_on))
    await _tell_member(unit, "group.member-left", member)
    await _tell_member(unit, "group.member-joined", moved)
    return moved


async def end_member(unit: Unit, group_id: UUID, member_id: UUID, last_day: date) -> GroupMemberRow:
    """Raises NotFound, TermIsOver."""
    await locked_group(unit, group_id)
    member = await _member(unit, group_id, member_id)
    if member.ends_on is not None and member.ends_on <= last_day:
        raise TermIsOver(ends_on=member.ends_on.isoformat())
    await _end_term(unit, member, last_day)
    await _tell_member(unit, "group.member-left", member)
    return member


async def end_memberships(unit: Unit, person_id: UUID, programme_id: UUID, last_day: date) -> int:
    """When a study ends: the student leaves the groups of that programme. How many memberships ended."""
    table = GroupMemberRow
    rows = (
        await unit.session.scalars(
            select(table)
            .where(
                table.person_id == person_id,
                table.programme_id == programme_id,
                table.revoked_at.is_(None),
                _later_than(table, last_day),
            )
            .order_by(table.id)
            .with_for_update()
        )
    ).all()
    for row in rows:
        await _end_term(unit, row, last_day)
        await _tell_member(unit, "group.member-left", row)
    return len(rows)


async def _join(unit: Unit, row: GroupRow, person_id: UUID, period: Period) -> GroupMemberRow:
    table = GroupMemberRow
    others = await unit.session.execute(
        select(table.starts_on, table.ends_on, GroupRow.code)
        .join(GroupRow, GroupRow.id == table.group_id)
        .where(table.person_id == person_id, table.programme_id == row.programme_id, table.revoked_at.is_(None))
    )
    for starts_on, ends_on, code in others:
        if Period(starts_on, ends_on).overlaps(period):
            raise AlreadyInGroup(group=code)
    member = GroupMemberRow(
        id=new_id(),
        created_at=unit.now,
        group_id=row.id,
        programme_id=row.programme_id,
        person_id=person_id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
    )
    unit.session.add(member)
    await unit.session.flush()
    await people.grant_role(
        unit, person_id, Role.STUDENT, Scope.GROUP, row.id, period.starts_on, period.ends_on, origin=member.id
    )
    unit.record("add-member", "student-group", row.id, person=person_id, starts_on=period.starts_on.isoformat())
    return member


async def _member(unit: Unit, group_id: UUID, member_id: UUID) -> GroupMemberRow:
    row = await unit.session.scalar(
        select(GroupMemberRow)
        .where(GroupMemberRow.id == member_id, GroupMemberRow.group_id == group_id, GroupMemberRow.revoked_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


async def _tell_member(unit: Unit, kind: str, member: GroupMemberRow) -> None:
    await unit.emit(Event(kind, {"group": member.group_id, "programme": member.programme_id}, member.person_id))


# Imports


async def save_groups(unit: Unit, groups: Sequence[NewGroup]) -> Saved:
    """As `save_sessions`: programme, unit and intake year of a group that is known stay; groups that are over are not
    changed."""
    known = await _known_groups(unit, groups)
    refusals = await _group_refusals(unit, groups, known)
    if refusals:
        return Saved(refusals=tuple(refusals))
    ids: list[UUID] = []
    fresh: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    for new, row in zip(groups, known, strict=True):
        if row is None:
            ids.append(new_id())
            outcomes.append(Outcome.CREATED)
            fresh.append(
                {"id": ids[-1], "created_at": unit.now, "version": 1, "state": GroupState.PLANNED, **_values(new)}
            )
            unit.record("create", "student-group", ids[-1], programme=str(new.programme_id))
            continue
        ids.append(row.id)
        outcomes.append(Outcome.CHANGED if _differs(row, new) else Outcome.UNCHANGED)
        if outcomes[-1] is Outcome.CHANGED:
            await change_group(unit, row, code=new.code, language=new.language)
            row.source_id = new.source_id or row.source_id
    if fresh:
        await unit.session.execute(insert(GroupRow), fresh)
    await unit.session.flush()
    return Saved(tuple(ids), tuple(outcomes))


async def _known_groups(unit: Unit, groups: Sequence[NewGroup]) -> list[GroupRow | None]:
    by_source: dict[str, GroupRow] = {}
    by_code: dict[str, GroupRow] = {}
    locked = select(GroupRow).order_by(GroupRow.id).with_for_update().execution_options(populate_existing=True)
    for sources in chunks(new.source_id for new in groups if new.source_id is not None):
        rows = await unit.session.scalars(locked.where(GroupRow.source_id.in_(sources)))
        by_source |= {row.source_id: row for row in rows if row.source_id is not None}
    for codes in chunks(new.code for new in groups):
        rows = await unit.session.scalars(locked.where(GroupRow.code.in_(codes)))
        by_code |= {row.code: row for row in rows}
    return [by_source.get(new.source_id or "") or by_code.get(new.code) for new in groups]


async def _group_refusals(unit: Unit, groups: Sequence[NewGroup], known: Sequence[GroupRow | None]) -> list[RowRefusal]:
    known_programmes = await programmes.programme_briefs(unit, {new.programme_id for new in groups})
    known_units = {id_ for id_ in {new.unit_id for new in groups} if await people.unit_kind(unit, id_) is not None}
    found: list[RowRefusal] = []
    seen: set[tuple[str, str]] = set()
    for index, (new, row) in enumerate(zip(groups, known, strict=True)):
        keys = {("code", new.code)} | ({("source_id", new.source_id)} if new.source_id is not None else set())
        if keys & seen:
            found.append(RowRefusal(index, "code", "listed-twice", {}))
        seen |= keys
        if new.programme_id not in known_programmes:
            found.append(RowRefusal(index, "programme_id", "no-such-object", {}))
        if new.unit_id not in known_units:
            found.append(RowRefusal(index, "unit_id", "no-such-object", {}))
        if row is None:
            continue
        if row.source_id is not None and new.source_id is not None and row.source_id != new.source_id:
            found.append(RowRefusal(index, "code", "code-twice", {"code": new.code}))
        found += [
            RowRefusal(index, field, "group-reference-stays", {})
            for field in ("programme_id", "unit_id", "intake_year")
            if getattr(row, field) != getattr(new, field)
        ]
        if row.state not in _LIVE_STATES and _differs(row, new):
            found.append(RowRefusal(index, "code", "group-over", {"state": row.state}))
    return found


def _differs(row: GroupRow, new: NewGroup) -> bool:
    return (row.code, row.language, row.source_id) != (new.code, new.language, new.source_id or row.source_id)


async def add_members(unit: Unit, members: Sequence[tuple[UUID, UUID]], starts_on: date) -> Saved:
    """Makes persons members of groups from that day on: (group, person), thousands at once; all, or nothing when a row
    is refused. Those who are members of the group on that day stay so, which counts as unchanged."""
    groups = await _locked_groups(unit, {group_id for group_id, _ in members})
    current = await _current_memberships(unit, {person_id for _, person_id in members}, starts_on)
    students: dict[UUID, frozenset[UUID]] = {}
    for programme_id in {row.programme_id for row in groups.values()}:
        holders = await people.holders_of(unit, Role.STUDENT, Scope.PROGRAMME, programme_id, starts_on)
        students[programme_id] = frozenset(holders)
    ids: list[UUID] = []
    outcomes: list[Outcome] = []
    fresh: list[dict[str, Any]] = []
    refusals: list[RowRefusal] = []
    for index, (group_id, person_id) in enumerate(members):
        row = groups.get(group_id)
        if row is None:
            refusals.append(RowRefusal(index, "group_id", "no-such-object", {}))
            continue
        held = current.get((person_id, row.programme_id))
        if held is not None and held[0] == group_id:
            ids.append(held[1])
            outcomes.append(Outcome.UNCHANGED)
        elif held is not None:
            refusals.append(RowRefusal(index, "group_id", "in-other-group", {}))
        elif row.state not in _LIVE_STATES:
            refusals.append(RowRefusal(index, "group_id", "group-over", {"state": row.state}))
        elif person_id not in students[row.programme_id]:
            refusals.append(RowRefusal(index, "person_id", "not-in-programme", {}))
        else:
            ids.append(new_id())
            outcomes.append(Outcome.CREATED)
            current[person_id, row.programme_id] = (group_id, ids[-1])
            fresh.append(
                {
                    "id": ids[-1],
                    "created_at": unit.now,
                    "group_id": group_id,
                    "programme_id": row.programme_id,
                    "person_id": person_id,
                    "starts_on": starts_on,
                    "ends_on": None,
                    "revoked_at": None,
                }
            )
    if refusals:
        return Saved(refusals=tuple(refusals))
    if fresh:
        await unit.session.execute(insert(GroupMemberRow), fresh)
        await people.grant_roles(
            unit,
            [
                Grant(one["person_id"], Role.STUDENT, Scope.GROUP, one["group_id"], starts_on, origin=one["id"])
                for one in fresh
            ],
        )
    for one in fresh:
        ids_ = {"group": one["group_id"], "programme": one["programme_id"]}
        unit.record("add-member", "student-group", one["group_id"], person=one["person_id"])
        await unit.emit(Event("group.member-joined", ids_, one["person_id"]))
    return Saved(tuple(ids), tuple(outcomes))


async def _locked_groups(unit: Unit, group_ids: Collection[UUID]) -> dict[UUID, GroupRow]:
    found: dict[UUID, GroupRow] = {}
    for ids in chunks(sorted(group_ids)):
        rows = await unit.session.scalars(
            select(GroupRow)
            .where(GroupRow.id.in_(ids))
            .order_by(GroupRow.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found |= {row.id: row for row in rows}
    return found


async def _current_memberships(
    unit: Unit, person_ids: Collection[UUID], from_day: date
) -> dict[tuple[UUID, UUID], tuple[UUID, UUID]]:
    """(person, programme) -> (group, membership), of memberships that count on that day or later."""
    found: dict[tuple[UUID, UUID], tuple[UUID, UUID]] = {}
    table = GroupMemberRow
    for ids in chunks(person_ids):
        rows = await unit.session.execute(
            select(table.person_id, table.programme_id, table.group_id, table.id).where(
                table.person_id.in_(ids),
                table.revoked_at.is_(None),
                or_(table.ends_on.is_(None), table.ends_on >= from_day),
            )
        )
        found |= {(person, programme): (group, id_) for person, programme, group, id_ in rows}
    return found


# Checks


async def _check_code(unit: Unit, code: str) -> None:
    if await unit.session.scalar(select(GroupRow.id).where(GroupRow.code == code)) is not None:
        raise CodeTaken(field="code")


def _refuse_over(row: GroupRow) -> None:
    if row.state not in _LIVE_STATES:
        raise GroupIsOver(state=row.state)


def _values(new: NewGroup) -> dict[str, Any]:
    return {
        "code": new.code,
        "programme_id": new.programme_id,
        "unit_id": new.unit_id,
        "intake_year": new.intake_year,
        "language": new.language,
        "source_id": new.source_id,
    }


async def _on_study_ended(unit: Unit, event: Event) -> None:
    """Whoever does not study in the programme any more is in no group of it."""
    if event.person is not None:
        await end_memberships(unit, event.person, event.ids["programme"], unit.today - timedelta(days=1))


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "study.expelled": [_on_study_ended],
    "study.graduated": [_on_study_ended],
}
