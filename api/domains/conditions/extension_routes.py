"""Extensions: granted by a person with a reason, read by whom they concern, revoked for what has not begun."""

from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.conditions import extensions, service
from api.domains.conditions.errors import UNUSABLE, ExtensionInUse, NothingAdded, NotInTheClass, OwnDecision
from api.domains.conditions.extensions import Wanted
from api.domains.conditions.guards import EXTEND, VIEW_EXTENSIONS
from api.domains.conditions.models import ExtensionRow, TaskRow
from api.domains.conditions.schemas import Adding, DecisionReason, ExtensionIn, ExtensionOut
from api.domains.teaching.service import class_brief, class_briefs
from api.errors import MoveNotAllowed
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.identity import Role
from api.policy import Place
from api.unit import Unit

TAGS = ["extensions"]


def wanted_of(adding: Adding) -> Wanted:
    return Wanted(adding.minutes, adding.until, adding.attempts)


@post(
    policy=EXTEND,
    idempotent=True,
    problems=(OwnDecision, NotInTheClass, NothingAdded, MoveNotAllowed, *UNUSABLE),
    operation_id="grant_extension",
    tags=TAGS,
    status_code=201,
)
async def grant_extension(data: JSONBody[ExtensionIn], exchange: TheExchange) -> Response[ExtensionOut]:
    """Gives a student of the class more time, a later window or more attempts at a task of any kind, with a reason.
    Never less than before. What runs already is lengthened at once. What the student could not use is refused: time
    alone when every attempt is handed in, a moment that has passed, anything once the exam's sitting is closed."""

    async def work(unit: Unit) -> Answer:
        unit.asked = True
        task = await service.find_task(unit, data.task_id)
        unit.require(EXTEND, (await class_brief(unit, task.class_id)).place)
        id_ = await extensions.grant(unit, task, data.person_id, wanted_of(data.adding), data.reason)
        row = await extensions.find_extension(unit, id_)
        return Answer(_shown(unit, row), 201, {"Location": f"/v1/extensions/{id_}"})

    return await exchange.once(work)


@get(policy=VIEW_EXTENSIONS, operation_id="list_extensions", tags=TAGS)
async def list_extensions(
    exchange: TheExchange,
    task_id: Annotated[UUID | None, QueryParameter(name="task_id")] = None,
    class_id: Annotated[UUID | None, QueryParameter(name="class_id")] = None,
    person_id: Annotated[UUID | None, QueryParameter(name="person_id")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ExtensionOut]]:
    """One's own extensions; whoever may grant in a class sees all of it by `task_id` or `class_id`."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_EXTENSIONS)
        query = select(ExtensionRow)
        if not await _sees_all(unit, task_id, class_id):
            query = query.where(ExtensionRow.person_id == unit.actor.person)
        if task_id is not None:
            query = query.where(ExtensionRow.task_id == task_id)
        if class_id is not None:
            query = query.where(ExtensionRow.task_id.in_(select(TaskRow.id).where(TaskRow.class_id == class_id)))
        if person_id is not None:
            query = query.where(ExtensionRow.person_id == person_id)
        return (await page(exchange, unit, query, [ExtensionRow.id], partial(_shown, unit), cursor, limit)).response()


async def _sees_all(unit: Unit, task_id: UUID | None, class_id: UUID | None) -> bool:
    """Of the task and of the class that are asked for; without any of them nobody does."""
    asked = [] if class_id is None else [class_id]
    if task_id is not None:
        asked += [one.class_id for one in (await service.find_tasks(unit, [task_id])).values()]
    known = await class_briefs(unit, asked)
    return bool(asked) and all(one in known and unit.may(VIEW_EXTENSIONS, known[one].place) for one in asked)


@get("/{extension_id:uuid}", policy=VIEW_EXTENSIONS, operation_id="get_extension", tags=TAGS)
async def get_extension(extension_id: FromPath[UUID], exchange: TheExchange) -> Response[ExtensionOut]:
    """One extension, with its reason and who granted it."""
    async with exchange.reading() as unit:
        unit.asked = True
        row = await extensions.find_extension(unit, extension_id)
        unit.require(VIEW_EXTENSIONS, await _place(unit, row))
        return Response(_shown(unit, row))


@post(
    "/{extension_id:uuid}/revoke",
    policy=EXTEND,
    idempotent=True,
    problems=(OwnDecision, ExtensionInUse),
    operation_id="revoke_extension",
    tags=TAGS,
    status_code=200,
)
async def revoke_extension(
    extension_id: FromPath[UUID], data: JSONBody[DecisionReason], exchange: TheExchange
) -> Response[ExtensionOut]:
    """Takes back what was granted, for what has not begun yet: an attempt that runs keeps its deadline. Refused when a
    work was begun or handed in by it, and, while works are marked blind, when one could have been."""

    async def work(unit: Unit) -> Answer:
        unit.asked = True
        row = await extensions.find_extension(unit, extension_id)
        unit.require(EXTEND, await _place(unit, row), seen_by=VIEW_EXTENSIONS)
        if row.person_id == unit.actor.person:
            raise OwnDecision()
        await service.revoke_extension(unit, extension_id, data.reason)
        return Answer(_shown(unit, await extensions.find_extension(unit, extension_id)))

    return await exchange.once(work)


async def _place(unit: Unit, row: ExtensionRow) -> Place:
    task = await service.find_task(unit, row.task_id)
    where = (await class_brief(unit, task.class_id)).place
    return Place(frozenset({row.person_id}), where.units, where.programmes, where.classes)


def _shown(unit: Unit, row: ExtensionRow) -> ExtensionOut:
    """Reasons may be about health: an instructor sees those that they wrote, and of others what to do."""
    actor = unit.actor
    sees_why = actor.person in {row.person_id, row.granted_by} or actor.holds(Role.DEANS_OFFICE)
    return ExtensionOut(
        id=row.id,
        task_id=row.task_id,
        person_id=row.person_id,
        minutes=row.minutes,
        window_minutes=row.window_minutes,
        until=row.until,
        attempts=row.attempts,
        reason=row.reason if sees_why else None,
        granted_by=row.granted_by,
        granted_at=row.created_at,
        incident_id=row.incident_id,
        revoked_at=row.revoked_at,
        revoked_for=row.revoked_for if sees_why else None,
    )


router = Router("/v1/extensions", route_handlers=[grant_extension, list_extensions, get_extension, revoke_extension])
