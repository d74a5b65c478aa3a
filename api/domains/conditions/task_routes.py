"""What somebody has to do until when, and why: own tasks, effective conditions, late windows, reminders."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.conditions import own_tasks, reminders, service
from api.domains.conditions.errors import ReminderTermsExist
from api.domains.conditions.guards import (
    CHOOSE_REMINDERS,
    SET_TERMS,
    VIEW_CONDITIONS,
    VIEW_OWN,
    VIEW_SOURCES,
    VIEW_TERMS,
)
from api.domains.conditions.incident_models import ReminderTermsRow
from api.domains.conditions.incident_rules import ReminderTerms
from api.domains.conditions.own_tasks import WindowWarning
from api.domains.conditions.rules import Conditions, TaskState
from api.domains.conditions.schemas import (
    EffectiveConditionsOut,
    OwnTask,
    RemindersIn,
    RemindersOut,
    ReminderTermsIn,
    ReminderTermsOut,
    WindowWarningOut,
)
from api.domains.conditions.showing import in_seconds, show_conditions
from api.domains.enrolment.service import held_place
from api.domains.people.service import place_of_person
from api.domains.teaching.service import class_brief
from api.errors import NotAllowed, NotFound
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page, page_of_items
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["tasks"]
FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Where what is due never stands in an order by moments."""


@get("/{task_id:uuid}/effective-conditions", policy=VIEW_OWN, operation_id="get_own_conditions", tags=TAGS)
async def get_own_conditions(task_id: FromPath[UUID], exchange: TheExchange) -> Response[EffectiveConditionsOut]:
    """One's own conditions of a task that was announced: for each value what everybody has, what one has oneself, and
    the record it comes from. To be read before one starts."""
    async with exchange.reading() as unit:
        task = await _found(unit, task_id)
        unit.require(VIEW_OWN, (await class_brief(unit, task.class_id)).place)
        person_id = unit.actor.person
        if task.state is not TaskState.ANNOUNCED or person_id is None:
            raise NotFound()
        conditions = await service.effective_conditions(unit, person_id, task)
        return Response(show_conditions(conditions, person_id, with_sources=True))


@get(
    "/{task_id:uuid}/persons/{person_id:uuid}/effective-conditions",
    policy=VIEW_CONDITIONS,
    operation_id="get_conditions_of_person",
    tags=TAGS,
)
async def get_conditions_of_person(
    task_id: FromPath[UUID], person_id: FromPath[UUID], exchange: TheExchange
) -> Response[EffectiveConditionsOut]:
    """The conditions of a student of the class: the instructor sees what to do, the inclusive-education office also
    which records say so. Nobody else sees them."""
    async with exchange.reading() as unit:
        task = await _found(unit, task_id)
        is_office = unit.may(VIEW_SOURCES, await place_of_person(unit, person_id))
        if not is_office:
            unit.require(VIEW_CONDITIONS, (await class_brief(unit, task.class_id)).place)
        if await held_place(unit, task.class_id, person_id) is None:
            raise NotFound()
        conditions = await service.effective_conditions(unit, person_id, task)
        return Response(show_conditions(conditions, person_id, with_sources=is_office))


async def _found(unit: Unit, task_id: UUID) -> service.Task:
    unit.asked = True  # one that does not exist looks like one that may not be seen
    return await service.find_task(unit, task_id)


@get("/tasks", policy=VIEW_OWN, operation_id="list_own_tasks", tags=TAGS)
async def list_own_tasks(
    exchange: TheExchange,
    include_past: Annotated[bool, QueryParameter(name="include_past", description="Closed ones too")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[OwnTask]]:
    """The announced tasks of one's classes by one's own due moment; those without one come last."""
    async with exchange.reading() as unit:
        found = unit.reach(VIEW_OWN)
        person_id = unit.actor.person
        if person_id is None:
            raise NotAllowed()
        tasks = await own_tasks.announced_tasks(unit, found.classes)
        conditions = await own_tasks.conditions_of_tasks(unit, person_id, tasks)
        done = await own_tasks.handed_in(unit, person_id)
        shown = [
            _own_task(one, one.task.id in done)
            for one in conditions.values()
            if include_past or one.closes_at.adjusted is None or one.closes_at.adjusted > unit.now
        ]
        return page_of_items(exchange, shown, _task_key, cursor, limit).response()


def _own_task(one: Conditions, is_handed_in: bool) -> OwnTask:
    return OwnTask(
        id=one.task.id,
        kind=one.task.kind,
        class_id=one.task.class_id,
        titles=dict(one.task.titles),
        opens_at=one.opens_at,
        due_at=one.due_at.adjusted,
        closes_at=one.closes_at.adjusted,
        time_limit_s=in_seconds(one.time_limit.adjusted),
        is_self_check=one.task.is_self_check,
        is_handed_in=is_handed_in,
        is_adjusted=bool(one.sources),
    )


def _task_key(one: OwnTask) -> tuple[str, str]:
    return (one.due_at or FAR).astimezone(UTC).isoformat(timespec="microseconds"), str(one.id)


@get("/{class_id:uuid}/window-warnings", policy=VIEW_CONDITIONS, operation_id="list_window_warnings", tags=TAGS)
async def list_window_warnings(
    class_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[WindowWarningOut]]:
    """Windows of single students of the class that end after its semester, or after the results of the sitting were
    approved. For the class's instructors and the inclusive-education office."""
    async with exchange.reading() as unit:
        unit.asked = True
        taught = await class_brief(unit, class_id)
        unit.require(VIEW_CONDITIONS, taught.place)
        shown = [_warning(one) for one in await own_tasks.window_warnings(unit, class_id)]
        return page_of_items(exchange, shown, _warning_key, cursor, limit).response()


def _warning(one: WindowWarning) -> WindowWarningOut:
    return WindowWarningOut(
        task_id=one.task.id,
        person_id=one.person_id,
        closes_at=one.closes_at,
        limit_at=one.limit_at,
        kind=one.kind,
    )


def _warning_key(one: WindowWarningOut) -> tuple[str, str, str]:
    return str(one.task_id), str(one.person_id), one.kind.value


# Reminders ----------------------------------------------------------------------------------------------------------


@get("/reminders", policy=CHOOSE_REMINDERS, operation_id="get_reminders", tags=TAGS)
async def get_reminders(exchange: TheExchange) -> Response[RemindersOut]:
    """Whether one gets mails before one's own deadlines, and when."""
    async with exchange.reading() as unit:
        unit.require(CHOOSE_REMINDERS)
        return Response(await _reminders(unit))


@put("/reminders", policy=CHOOSE_REMINDERS, operation_id="choose_reminders", tags=TAGS)
async def choose_reminders(data: JSONBody[RemindersIn], exchange: TheExchange) -> Response[RemindersOut]:
    """Switches the mails before deadlines off or on, for oneself."""
    async with exchange.writing() as unit:
        unit.require(CHOOSE_REMINDERS)
        if unit.actor.person is None:
            raise NotAllowed()
        await reminders.choose_reminders(unit, unit.actor.person, is_wanted=data.is_wanted)
        return Response(await _reminders(unit))


async def _reminders(unit: Unit) -> RemindersOut:
    if unit.actor.person is None:
        raise NotAllowed()
    terms = await reminders.terms_now(unit)
    return RemindersOut(
        is_wanted=await reminders.wants_reminders(unit, unit.actor.person), hours_before=list(terms.hours_before)
    )


@get(policy=VIEW_TERMS, operation_id="list_reminder_terms", tags=TAGS)
async def list_reminder_terms(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ReminderTermsOut]]:
    """When is reminded, and how long a failure may be reported: from which day on."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_TERMS)
        table = ReminderTermsRow
        answer = await page(exchange, unit, select(table), [table.valid_from, table.id], _terms, cursor, limit)
        return answer.response()


@post(
    policy=SET_TERMS,
    idempotent=True,
    problems=(ReminderTermsExist,),
    operation_id="set_reminder_terms",
    tags=TAGS,
    status_code=201,
)
async def set_reminder_terms(data: JSONBody[ReminderTermsIn], exchange: TheExchange) -> Response[ReminderTermsOut]:
    """Sets the terms from a day on: the registry."""

    async def work(unit: Unit) -> Answer:
        unit.require(SET_TERMS)
        terms = ReminderTerms(tuple(data.hours_before), data.report_hours)
        return Answer(_terms(await reminders.set_terms(unit, data.valid_from, terms)), 201)

    return await exchange.once(work)


def _terms(row: ReminderTermsRow) -> ReminderTermsOut:
    return ReminderTermsOut(
        id=row.id, valid_from=row.valid_from, hours_before=list(row.hours_before), report_hours=row.report_hours
    )


task_router = Router("/v1/tasks", route_handlers=[get_own_conditions, get_conditions_of_person])
class_router = Router("/v1/classes", route_handlers=[list_window_warnings])
own_router = Router("/v1/me", route_handlers=[list_own_tasks, get_reminders, choose_reminders])
terms_router = Router("/v1/reminder-terms", route_handlers=[list_reminder_terms, set_reminder_terms])
