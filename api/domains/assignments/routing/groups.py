"""Groups that hand in one work, over HTTP."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.assignments import groups
from api.domains.assignments.errors import (
    AlreadyInGroup,
    GroupClosed,
    GroupFull,
    GroupHasWork,
    NotAStudentHere,
)
from api.domains.assignments.guards import MANAGE, READ_ANY, TAKE
from api.domains.assignments.handing_in import require_open
from api.domains.assignments.models import SubmissionGroupRow
from api.domains.assignments.routing.showing import show_groups
from api.domains.assignments.schemas import MembersIn, SubmissionGroupIn, SubmissionGroupOut
from api.domains.assignments.seeing import managed, mine, readable, taken
from api.domains.conditions.errors import TaskNotOpenYet, TaskOver
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS: Final = ["assignments"]
JOINING: Final = (AlreadyInGroup, GroupClosed, GroupFull, GroupHasWork, NotAStudentHere)


@get("/assignments/{assignment_id:uuid}/groups", policy=READ_ANY, operation_id="list_submission_groups", tags=TAGS)
async def list_groups(
    assignment_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[SubmissionGroupOut]]:
    """The groups of an assignment with their members: students of the class choose one to join."""
    async with exchange.reading() as unit:
        one = await readable(unit, assignment_id)
        query = select(SubmissionGroupRow).where(SubmissionGroupRow.assignment_id == one.row.id)
        rows: list[Any] = []
        answer = await page(exchange, unit, query, [SubmissionGroupRow.id], rows.append, cursor, limit)
        members = await groups.members_of_many(unit, [row.id for row in rows])
        answer.content.items = await show_groups(unit, [(row, members[row.id]) for row in rows])
        return answer.response()


@post(
    "/assignments/{assignment_id:uuid}/groups",
    policy=READ_ANY,
    idempotent=True,
    problems=(AlreadyInGroup, GroupClosed, GroupFull, NotAStudentHere, TaskNotOpenYet, TaskOver),
    operation_id="form_submission_group",
    tags=TAGS,
    status_code=201,
)
async def form_group(
    assignment_id: FromPath[UUID], data: JSONBody[SubmissionGroupIn], exchange: TheExchange
) -> Response[SubmissionGroupOut]:
    """Forms a group: an instructor names its members, and nobody joins or leaves it without one; a student founds a
    group of their own, which others join, where students form the groups themselves."""

    async def work(unit: Unit) -> Answer:
        if data.persons is not None:
            one = await managed(unit, assignment_id, lock=True)
            group = await groups.form_group(unit, one, data.persons, closed=True)
        else:
            _, person_id = await taken(unit, assignment_id)
            one = await groups.locked(unit, assignment_id)
            require_open(unit, one, (await mine(unit, one, person_id)).window)
            group = await groups.form_group(unit, one, [person_id], closed=False)
        return await _answer(unit, group, 201)

    return await exchange.once(work)


@post(
    "/assignments/{assignment_id:uuid}/groups/{group_id:uuid}/join",
    policy=TAKE,
    idempotent=True,
    problems=(*JOINING, TaskNotOpenYet, TaskOver),
    operation_id="join_submission_group",
    tags=TAGS,
    status_code=200,
)
async def join_group(
    assignment_id: FromPath[UUID], group_id: FromPath[UUID], exchange: TheExchange
) -> Response[SubmissionGroupOut]:
    """Joins a group that is open, while the task is. The group's deadline is the latest of its members'."""

    async def work(unit: Unit) -> Answer:
        one, person_id = await taken(unit, assignment_id)
        group = await groups.find_group(unit, assignment_id, group_id, lock=True)
        require_open(unit, one, (await mine(unit, one, person_id)).window)
        await groups.join(unit, one, group, person_id)
        return await _answer(unit, group)

    return await exchange.once(work)


@post(
    "/assignments/{assignment_id:uuid}/groups/{group_id:uuid}/leave",
    policy=TAKE,
    idempotent=True,
    problems=(GroupClosed, GroupHasWork, TaskNotOpenYet, TaskOver),
    operation_id="leave_submission_group",
    tags=TAGS,
    status_code=200,
)
async def leave_group(
    assignment_id: FromPath[UUID], group_id: FromPath[UUID], exchange: TheExchange
) -> Response[SubmissionGroupOut]:
    """Leaves the own group, as long as it has handed nothing in."""

    async def work(unit: Unit) -> Answer:
        one, person_id = await taken(unit, assignment_id)
        group = await groups.find_group(unit, assignment_id, group_id, lock=True)
        require_open(unit, one, (await mine(unit, one, person_id)).window)
        await groups.leave(unit, one, group, person_id)
        return await _answer(unit, group)

    return await exchange.once(work)


@put(
    "/assignments/{assignment_id:uuid}/groups/{group_id:uuid}/members",
    policy=MANAGE,
    problems=(AlreadyInGroup, GroupFull, GroupHasWork, NotAStudentHere),
    operation_id="set_submission_group_members",
    tags=TAGS,
)
async def set_members(
    assignment_id: FromPath[UUID], group_id: FromPath[UUID], data: JSONBody[MembersIn], exchange: TheExchange
) -> Response[SubmissionGroupOut]:
    """The instructor says who is in the group; from then on nobody joins or leaves it by themselves."""
    async with exchange.writing() as unit:
        one = await managed(unit, assignment_id)
        group = await groups.find_group(unit, assignment_id, group_id, lock=True)
        await groups.set_members(unit, one, group, data.persons)
        return (await _answer(unit, group)).response()


async def _answer(unit: Unit, group: SubmissionGroupRow, status: int = 200) -> Answer:
    shown = (await show_groups(unit, [(group, await groups.members_of(unit, group.id))]))[0]
    return tagged(shown, group.version, status)


handlers: Final = (form_group, join_group, leave_group, list_groups, set_members)
