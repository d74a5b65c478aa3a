"""Groups, their members and curators over HTTP."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET
from sqlalchemy import ColumnElement, or_, select, true

from api.domains.people import service as people
from api.domains.people.errors import CodeTaken
from api.domains.programmes import service as programmes
from api.domains.teaching import groups
from api.domains.teaching.briefs import NewGroup, as_group
from api.domains.teaching.class_routes import add_names
from api.domains.teaching.errors import (
    AlreadyAssigned,
    AlreadyInGroup,
    CuratorNeeded,
    GroupIsOver,
    NotInProgramme,
    OtherProgramme,
    TermIsOver,
)
from api.domains.teaching.guards import MANAGE_GROUPS, VIEW_GROUPS, VIEW_MEMBERS, VIEW_OWN_GROUP
from api.domains.teaching.models import CuratorAssignmentRow, GroupMemberRow, GroupRow
from api.domains.teaching.rules import GroupState
from api.domains.teaching.schemas import (
    CancelIn,
    Curator,
    GroupChangeIn,
    GroupIn,
    GroupOut,
    HandOverIn,
    MoveIn,
    TermEnd,
    TermIn,
    TermOut,
)
from api.errors import MoveNotAllowed, NotFound, SignInNeeded, StaleVersion, VersionNeeded, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Reach, place, reach
from api.unit import Unit

TAGS = ["student-groups"]


@get(policy=VIEW_GROUPS, operation_id="list_student_groups", tags=TAGS)
async def list_student_groups(
    exchange: TheExchange,
    programme_id: Annotated[UUID | None, QueryParameter(name="programme_id")] = None,
    intake_year: Annotated[int | None, QueryParameter(name="intake_year", ge=1950, le=2200)] = None,
    in_state: Annotated[GroupState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[GroupOut]]:
    """Groups with their curators of today, as far as the actor sees them: offices those of their units, curators their
    own, students theirs."""
    async with exchange.reading() as unit:
        found = _either(reach(unit.actor, VIEW_GROUPS), reach(unit.actor, VIEW_OWN_GROUP))
        if found.is_empty:
            unit.reach(VIEW_GROUPS)
        unit.asked = True
        query = select(GroupRow).where(_within(found))
        if programme_id is not None:
            query = query.where(GroupRow.programme_id == programme_id)
        if intake_year is not None:
            query = query.where(GroupRow.intake_year == intake_year)
        if in_state is not None:
            query = query.where(GroupRow.state == in_state)
        answer = await page(exchange, unit, query, [GroupRow.id], lambda row: row, cursor, limit)
        shown = PageOf(items=await _shown(unit, answer.content.items), next=answer.content.next)
        return Answer(shown, headers=answer.headers).response()


def _either(one: Reach, other: Reach) -> Reach:
    return Reach(
        everything=one.everything or other.everything,
        units=one.units | other.units,
        programmes=one.programmes | other.programmes,
        groups=one.groups | other.groups,
    )


def _within(found: Reach) -> ColumnElement[bool]:
    """The same as the place of a group, for lists."""
    if found.everything:
        return true()
    return or_(
        *(
            column.in_(ids)
            for column, ids in (
                (GroupRow.unit_id, found.units),
                (GroupRow.programme_id, found.programmes),
                (GroupRow.id, found.groups),
            )
            if ids
        )
    )


@get("/{group_id:uuid}", policy=VIEW_GROUPS, versioned=True, operation_id="get_student_group", tags=TAGS)
async def get_student_group(group_id: FromPath[UUID], exchange: TheExchange) -> Response[GroupOut]:
    """One group with its curators of today: whom its students turn to (clause 5.6)."""
    async with exchange.reading() as unit:
        row = await _found(unit, group_id)
        _require_seen(unit, row)
        return (await _answer(unit, row)).response()


@post(
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(CodeTaken,),
    operation_id="create_student_group",
    tags=TAGS,
    status_code=201,
)
async def create_student_group(data: JSONBody[GroupIn], exchange: TheExchange) -> Response[GroupOut]:
    """Plans a group of a programme and intake year: the dean's office of the programme's unit, the registry."""

    async def work(unit: Unit) -> Answer:
        unit.reach(MANAGE_GROUPS)
        programme = (await programmes.programme_briefs(unit, {data.programme_id})).get(data.programme_id)
        if programme is None:
            raise invalid("/programme_id", "no-such-object")
        unit.require(MANAGE_GROUPS, place(unit=programme.unit_id, programme=programme.id))
        row = await groups.create_group(
            unit, NewGroup(data.code, programme.id, programme.unit_id, data.intake_year, data.language)
        )
        return await _answer(unit, row, 201)

    return await exchange.once(work)


@patch(
    "/{group_id:uuid}",
    policy=MANAGE_GROUPS,
    versioned=True,
    problems=(VersionNeeded, StaleVersion, CodeTaken, GroupIsOver),
    operation_id="change_student_group",
    tags=TAGS,
)
async def change_student_group(
    group_id: FromPath[UUID], data: JSONBody[GroupChangeIn], exchange: TheExchange
) -> Response[GroupOut]:
    """Changes code or language. Needs If-Match."""
    async with exchange.writing() as unit:
        await _managed(unit, group_id)
        row = await groups.locked_group(unit, group_id)
        exchange.check_version(row.version)
        given = {name: getattr(data, name) for name in data.__struct_fields__ if getattr(data, name) is not UNSET}
        await groups.change_group(unit, row, **given)
        return (await _answer(unit, row)).response()


async def _move(
    exchange: TheExchange, group_id: UUID, move: Callable[[Unit], Awaitable[GroupRow]]
) -> Response[GroupOut]:
    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        return await _answer(unit, await move(unit))

    return await exchange.once(work)


@post(
    "/{group_id:uuid}/activate",
    policy=MANAGE_GROUPS,
    problems=(MoveNotAllowed, CuratorNeeded),
    operation_id="activate_student_group",
    tags=TAGS,
    status_code=200,
)
async def activate_student_group(group_id: FromPath[UUID], exchange: TheExchange) -> Response[GroupOut]:
    """Lets the group begin today. It must have a curator from today on, without an end; from then on it is never
    without one (clause 5.6)."""
    return await _move(exchange, group_id, lambda unit: groups.activate_group(unit, group_id))


@post(
    "/{group_id:uuid}/graduate",
    policy=MANAGE_GROUPS,
    problems=(MoveNotAllowed,),
    operation_id="graduate_student_group",
    tags=TAGS,
    status_code=200,
)
async def graduate_student_group(group_id: FromPath[UUID], exchange: TheExchange) -> Response[GroupOut]:
    """Says that the group has graduated. Today is the last day of its members and curators."""
    return await _move(exchange, group_id, lambda unit: groups.graduate_group(unit, group_id))


@post(
    "/{group_id:uuid}/dissolve",
    policy=MANAGE_GROUPS,
    problems=(MoveNotAllowed,),
    operation_id="dissolve_student_group",
    tags=TAGS,
    status_code=200,
)
async def dissolve_student_group(
    group_id: FromPath[UUID], data: JSONBody[CancelIn], exchange: TheExchange
) -> Response[GroupOut]:
    """Dissolves the group, with a reason. Today is the last day of its members and curators."""
    return await _move(exchange, group_id, lambda unit: groups.dissolve_group(unit, group_id, data.reason))


# Curators


@get("/{group_id:uuid}/curators", policy=VIEW_GROUPS, operation_id="list_curators", tags=TAGS)
async def list_curators(
    group_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[TermOut]]:
    """Who is, was and will be the group's curator."""
    async with exchange.reading() as unit:
        _require_seen(unit, await _found(unit, group_id))
        return await _list_terms(exchange, unit, CuratorAssignmentRow, group_id, cursor, limit)


@post(
    "/{group_id:uuid}/curators",
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(GroupIsOver, AlreadyAssigned),
    operation_id="assign_curator",
    tags=TAGS,
    status_code=201,
)
async def assign_curator(group_id: FromPath[UUID], data: JSONBody[TermIn], exchange: TheExchange) -> Response[TermOut]:
    """Names a curator from one day to another, beside those the group has. To replace one, hand over."""

    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        row = await groups.assign_curator(unit, group_id, data.person_id, data.starts_on, data.ends_on)
        return Answer(await _named(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{group_id:uuid}/curators/{assignment_id:uuid}/hand-over",
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(GroupIsOver, AlreadyAssigned, TermIsOver, CuratorNeeded),
    operation_id="hand_over_group",
    tags=TAGS,
    status_code=201,
)
async def hand_over_group(
    group_id: FromPath[UUID], assignment_id: FromPath[UUID], data: JSONBody[HandOverIn], exchange: TheExchange
) -> Response[TermOut]:
    """Replaces a curator by another from a day on, at once and together: no day is left between them. The answer is
    the successor's assignment."""

    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        row = await groups.hand_over(unit, group_id, assignment_id, data.person_id, data.starts_on)
        return Answer(await _named(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{group_id:uuid}/curators/{assignment_id:uuid}/end",
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(TermIsOver, CuratorNeeded),
    operation_id="end_curator",
    tags=TAGS,
    status_code=200,
)
async def end_curator(
    group_id: FromPath[UUID], assignment_id: FromPath[UUID], data: JSONBody[TermEnd], exchange: TheExchange
) -> Response[TermOut]:
    """Sets the last day of a curator. An active group needs another for every day after that."""

    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        row = await groups.end_curator(unit, group_id, assignment_id, data.ends_on)
        return Answer(await _named(unit, row))

    return await exchange.once(work)


# Members


@get("/{group_id:uuid}/members", policy=VIEW_MEMBERS, operation_id="list_group_members", tags=TAGS)
async def list_group_members(
    group_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[TermOut]]:
    """Who is, was and will be in the group: offices and curators; members do not see each other here."""
    async with exchange.reading() as unit:
        unit.require(VIEW_MEMBERS, as_group(await _found(unit, group_id)).place, seen_by=VIEW_OWN_GROUP)
        return await _list_terms(exchange, unit, GroupMemberRow, group_id, cursor, limit)


@post(
    "/{group_id:uuid}/members",
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(GroupIsOver, NotInProgramme, AlreadyInGroup),
    operation_id="add_group_member",
    tags=TAGS,
    status_code=201,
)
async def add_group_member(
    group_id: FromPath[UUID], data: JSONBody[TermIn], exchange: TheExchange
) -> Response[TermOut]:
    """Puts a student of the group's programme into the group. A student is in one group of a programme at a time."""

    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        row = await groups.add_member(unit, group_id, data.person_id, data.starts_on, data.ends_on)
        return Answer(await _named(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{group_id:uuid}/members/{member_id:uuid}/move",
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(GroupIsOver, OtherProgramme, TermIsOver, AlreadyInGroup),
    operation_id="move_group_member",
    tags=TAGS,
    status_code=201,
)
async def move_group_member(
    group_id: FromPath[UUID], member_id: FromPath[UUID], data: JSONBody[MoveIn], exchange: TheExchange
) -> Response[TermOut]:
    """Moves a student to another group of the programme from a day on. The answer is the new membership."""

    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        await _managed(unit, data.group_id)
        row = await groups.move_member(unit, group_id, member_id, data.group_id, data.starts_on)
        return Answer(await _named(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{group_id:uuid}/members/{member_id:uuid}/end",
    policy=MANAGE_GROUPS,
    idempotent=True,
    problems=(TermIsOver,),
    operation_id="end_group_member",
    tags=TAGS,
    status_code=200,
)
async def end_group_member(
    group_id: FromPath[UUID], member_id: FromPath[UUID], data: JSONBody[TermEnd], exchange: TheExchange
) -> Response[TermOut]:
    """Sets a student's last day in the group."""

    async def work(unit: Unit) -> Answer:
        await _managed(unit, group_id)
        row = await groups.end_member(unit, group_id, member_id, data.ends_on)
        return Answer(await _named(unit, row))

    return await exchange.once(work)


async def _found(unit: Unit, group_id: UUID) -> GroupRow:
    row = await unit.session.get(GroupRow, group_id)
    if row is None:
        raise NotFound() if unit.actor.is_signed_in else SignInNeeded()
    return row


def _require_seen(unit: Unit, row: GroupRow) -> None:
    where = as_group(row).place
    if not unit.may(VIEW_OWN_GROUP, where):
        unit.require(VIEW_GROUPS, where)


async def _managed(unit: Unit, group_id: UUID) -> None:
    where = as_group(await _found(unit, group_id)).place
    seen_by = VIEW_OWN_GROUP if unit.may(VIEW_OWN_GROUP, where) else VIEW_GROUPS
    unit.require(MANAGE_GROUPS, where, seen_by=seen_by)


async def _shown(unit: Unit, rows: Sequence[GroupRow]) -> list[GroupOut]:
    curators = await groups.curators_on(unit, [row.id for row in rows], unit.today)
    names = await people.full_names(unit, {person for persons in curators.values() for person in persons})
    return [
        GroupOut(
            id=row.id,
            code=row.code,
            programme_id=row.programme_id,
            unit_id=row.unit_id,
            intake_year=row.intake_year,
            language=row.language,
            state=GroupState(row.state),
            active_from=row.active_from,
            active_until=row.active_until,
            end_reason=row.end_reason,
            curators=[Curator(person_id=one, name=names.get(one, "")) for one in curators.get(row.id, ())],
        )
        for row in rows
    ]


async def _answer(unit: Unit, row: GroupRow, status: int = 200) -> Answer:
    headers: dict[str, Any] = {"Location": f"/v1/student-groups/{row.id}"} if status == 201 else {}
    (shown,) = await _shown(unit, [row])
    return tagged(shown, row.version, status, headers)


async def _list_terms(
    exchange: TheExchange,
    unit: Unit,
    table: type[CuratorAssignmentRow] | type[GroupMemberRow],
    group_id: UUID,
    cursor: str | None,
    limit: int,
) -> Response[PageOf[TermOut]]:
    query = select(table).where(table.group_id == group_id, table.revoked_at.is_(None))
    answer = await page(exchange, unit, query, [table.id], _show_term, cursor, limit)
    await add_names(unit, answer.content.items)
    return answer.response()


def _show_term(row: CuratorAssignmentRow | GroupMemberRow) -> TermOut:
    return TermOut(id=row.id, person_id=row.person_id, name="", starts_on=row.starts_on, ends_on=row.ends_on)


async def _named(unit: Unit, row: CuratorAssignmentRow | GroupMemberRow) -> TermOut:
    shown = _show_term(row)
    await add_names(unit, [shown])
    return shown


router = Router(
    "/v1/student-groups",
    route_handlers=[
        list_student_groups,
        get_student_group,
        create_student_group,
        change_student_group,
        activate_student_group,
        graduate_student_group,
        dissolve_student_group,
        list_curators,
        assign_curator,
        hand_over_group,
        end_curator,
        list_group_members,
        add_group_member,
        move_group_member,
        end_group_member,
    ],
)
