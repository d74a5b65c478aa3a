"""What other domains may ask of tasks and conditions, and do. Nothing here asks the policy: whoever calls has done so.

`effective_conditions` is the one function for whatever looks at time, deadline or format of a person's task.

Events, told in the transaction, with the ids `task` and `class`: `task.announced`, `task.moved` (code `what`:
times, conditions or titles; `opened_at`: when it would have opened),
`task.cancelled`; `task.told` to each student (code `news`); with `extension`, `task` and the person:
`extension.granted`, `extension.revoked`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from api.domains.accommodations.rules import Agreed, Feature
from api.domains.accommodations.service import agreed_for, agreed_in_class
from api.domains.conditions.companies import Company, companies_of, formed_by
from api.domains.conditions.concerned import concerned_by
from api.domains.conditions.errors import ExtensionInUse, TaskNotOpenYet, TaskOver, WindowInvalid
from api.domains.conditions.models import ExtensionRow, TaskRow
from api.domains.conditions.rules import (
    RENDITIONS,
    TASK_MOVES,
    Adjusted,
    Breaks,
    Conditions,
    Extension,
    Source,
    SourceKind,
    Task,
    TaskKind,
    TaskState,
)
from api.domains.conditions.rules import effective_conditions as _conditions
from api.domains.conditions.rules import joint as _joint
from api.domains.conditions.usable import ExtensionEffect, in_use_by, is_in_use, require_usable, usable_by
from api.errors import NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.ids import new_id
from api.unit import Unit

__all__ = [
    "RENDITIONS",
    "Adjusted",
    "Agreed",
    "Breaks",
    "Company",
    "Conditions",
    "ExtensionEffect",
    "Feature",
    "NewTask",
    "Source",
    "SourceKind",
    "Task",
    "TaskKind",
    "TaskState",
    "announce_task",
    "cancel_task",
    "concerned_by",
    "conditions_alone",
    "conditions_of_many",
    "create_task",
    "effective_conditions",
    "find_task",
    "find_tasks",
    "formed_by",
    "grant_extension",
    "granted_time",
    "in_use_by",
    "move_task",
    "require_open",
    "revoke_extension",
    "tasks_of_class",
    "usable_by",
]


FARTHEST: Final = timedelta(days=3653)
"""From now, of a window's ends: ten times the time, which somebody may have, leads out of the calendar when a year was
mistyped. Our choice."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """`id` is that of the test or assignment, too."""

    kind: TaskKind
    class_id: UUID
    titles: Mapping[str, str]
    opens_at: datetime
    closes_at: datetime
    due_at: datetime | None = None
    """None: the close."""
    time_limit: timedelta | None = None
    attempts: int | None = None
    is_self_check: bool = False


_TASK: Final = select(TaskRow.__table__).where(TaskRow.__table__.c.id == bindparam("task_id"))
_LOCKED_TASK: Final = _TASK.with_for_update(key_share=True)
"""Not against rows that only refer to the task: what is handed in meanwhile writes one under the lock of its attempt,
and whoever holds this goes on to lock the attempts."""
_KEPT_TASK: Final = _TASK.with_for_update(read=True)
_GRANTED: Final = ExtensionRow.__table__.c
_EXTENSIONS: Final = (
    select(_GRANTED.id, _GRANTED.minutes, _GRANTED.attempts, _GRANTED.window_minutes, _GRANTED.until)
    .where(
        _GRANTED.task_id == bindparam("task_id"),
        _GRANTED.person_id == bindparam("person_id"),
        _GRANTED.revoked_at.is_(None),
    )
    .order_by(_GRANTED.id)
)


async def create_task(unit: Unit, new: NewTask) -> UUID:
    """A draft. Raises WindowInvalid, InvalidFields."""
    due_at = new.due_at or new.closes_at
    _check_window(unit, new.opens_at, due_at, new.closes_at)
    row = TaskRow(
        created_at=unit.now,
        kind=new.kind,
        class_id=new.class_id,
        titles=dict(new.titles),
        state=TaskState.DRAFT,
        announced_at=None,
        opens_at=new.opens_at,
        due_at=due_at,
        closes_at=new.closes_at,
        time_limit_s=None if new.time_limit is None else int(new.time_limit.total_seconds()),
        attempts=new.attempts,
        is_self_check=new.is_self_check,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("task.created", "task", row.id, kind=new.kind)
    return row.id


async def find_task(unit: Unit, task_id: UUID, *, lock: bool = False, keep: bool = False) -> Task:
    """`lock`: it stays as it is until the transaction ends. `keep`: so do its extensions, while others may keep it too;
    for who fixes what follows from the conditions. Raises NotFound."""
    query = _LOCKED_TASK if lock else _KEPT_TASK if keep else _TASK
    row = (await unit.session.execute(query, {"task_id": task_id})).one_or_none()
    if row is None:
        raise NotFound()
    return _as_task(row)


async def find_tasks(unit: Unit, task_ids: Collection[UUID]) -> dict[UUID, Task]:
    """Those that exist."""
    table = TaskRow.__table__
    rows = await unit.session.execute(select(table).where(table.c.id.in_(task_ids)))
    return {row.id: _as_task(row) for row in rows}


async def tasks_of_class(unit: Unit, class_id: UUID) -> Sequence[Task]:
    """Drafts and cancelled ones too, in the order of creation."""
    table = TaskRow.__table__
    rows = await unit.session.execute(select(table).where(table.c.class_id == class_id).order_by(table.c.id))
    return [_as_task(row) for row in rows]


async def move_task(
    unit: Unit,
    task_id: UUID,
    *,
    reason: str,
    titles: Mapping[str, str] | None = None,
    opens_at: datetime | None = None,
    due_at: datetime | None = None,
    closes_at: datetime | None = None,
    time_limit: timedelta | None = None,
    attempts: int | None = None,
) -> Task:
    """Other base conditions; what is None stays. Whoever keeps deadlines of what has begun listens to `task.moved`.

    Raises NotFound, WindowInvalid, InvalidFields, MoveNotAllowed for a cancelled task.
    """
    old = await find_task(unit, task_id, lock=True)
    if old.state is TaskState.CANCELLED:
        check_move(TASK_MOVES, old.state, TaskState.ANNOUNCED)
    closes = closes_at or old.closes_at
    due = due_at or (closes if old.due_at == old.closes_at else old.due_at)
    opens = opens_at or old.opens_at
    _check_window(unit, opens, due, closes)
    values: dict[str, Any] = {"opens_at": opens, "due_at": due, "closes_at": closes}
    if titles is not None:
        values["titles"] = dict(titles)
    if time_limit is not None:
        values["time_limit_s"] = int(time_limit.total_seconds())
    if attempts is not None:
        values["attempts"] = attempts
    await _write(unit, task_id, values)
    unit.record("task.moved", "task", task_id, reason=reason)
    new = await find_task(unit, task_id)
    if (new.opens_at, new.due_at, new.closes_at) != (old.opens_at, old.due_at, old.closes_at):
        what = "times"
    else:
        what = "titles" if (new.time_limit, new.attempts) == (old.time_limit, old.attempts) else "conditions"
    codes = {"what": what, "opened_at": utc_text(old.opens_at)}
    await unit.emit(Event("task.moved", {"task": task_id, "class": old.class_id}, codes=codes))
    return new


async def announce_task(unit: Unit, task_id: UUID) -> None:
    """Students see it from now on. Raises NotFound, MoveNotAllowed."""
    await _move(unit, task_id, TaskState.ANNOUNCED, "task.announced", announced_at=unit.now)


async def cancel_task(unit: Unit, task_id: UUID, reason: str) -> None:
    """It will not take place, or no longer counts. Raises NotFound, MoveNotAllowed."""
    await _move(unit, task_id, TaskState.CANCELLED, "task.cancelled", reason=reason)


async def effective_conditions(unit: Unit, person_id: UUID, task: Task | UUID) -> Conditions:
    """Of one person and one task, with base, adjusted value and source of everything; of who hands in with others, as
    it is for all of them. Raises NotFound."""
    one = task if isinstance(task, Task) else await find_task(unit, task)
    if await companies_of(unit, [one], [person_id]):
        return (await conditions_of_many(unit, one, [person_id]))[person_id]
    return await conditions_alone(unit, person_id, one)


async def conditions_alone(
    unit: Unit, person_id: UUID, task: Task, *, more: Extension | None = None, without: UUID | None = None
) -> Conditions:
    """As `effective_conditions` would be if the person did it alone: for whoever gives this person something. `more`,
    `without`: if they had that extension too, or had it not."""
    agreed = await agreed_for(unit, person_id)
    rows = await unit.session.execute(_EXTENSIONS, {"task_id": task.id, "person_id": person_id})
    held = [one for one in (Extension(*row) for row in rows) if one.id != without]
    return _conditions(task, agreed, held if more is None else [*held, more], unit.settings.time_zone)


async def _conditions_if(
    unit: Unit, person_id: UUID, task: Task, *, more: Extension | None = None, without: UUID | None = None
) -> Conditions:
    """As `effective_conditions` would be if the person had one extension more, or had it not."""
    own = await conditions_alone(unit, person_id, task, more=more, without=without)
    company = (await companies_of(unit, [task], [person_id])).get((task.id, person_id))
    if company is None:
        return own
    others = [await conditions_alone(unit, one, task) for one in company.persons if one != person_id]
    return _joint(own, company.id, others)


async def conditions_of_many(unit: Unit, task: Task | UUID, person_ids: Iterable[UUID]) -> Mapping[UUID, Conditions]:
    """Of every person asked for, in a fixed number of statements. Raises NotFound."""
    one = task if isinstance(task, Task) else await find_task(unit, task)
    persons = list(dict.fromkeys(person_ids))
    companies = await companies_of(unit, [one], persons)
    everybody = list(dict.fromkeys([*persons, *(other for each in companies.values() for other in each.persons)]))
    agreed = await agreed_in_class(unit, one.class_id, everybody)
    extensions: dict[UUID, list[Extension]] = {}
    table = ExtensionRow
    rows = await unit.session.execute(
        select(table.person_id, table.id, table.minutes, table.attempts, table.window_minutes, table.until)
        .where(table.task_id == one.id, table.revoked_at.is_(None))
        .order_by(table.id)
    )
    for person_id, id_, minutes, attempts, window_minutes, until in rows:
        extensions.setdefault(person_id, []).append(Extension(id_, minutes, attempts, window_minutes, until))
    zone = unit.settings.time_zone
    alone = {each: _conditions(one, agreed.get(each, ()), extensions.get(each, ()), zone) for each in everybody}
    return {person: _in_company(alone, person, companies.get((one.id, person))) for person in persons}


def _in_company(alone: Mapping[UUID, Conditions], person_id: UUID, company: Company | None) -> Conditions:
    own = alone[person_id]
    return own if company is None else _joint(own, company.id, [alone[other] for other in company.persons])


def require_open(unit: Unit, conditions: Conditions) -> None:
    """Raises NotFound for a task that is not announced, TaskNotOpenYet, TaskOver: by the server's clock, for this
    person."""
    if conditions.task.state is not TaskState.ANNOUNCED:
        raise NotFound()
    if unit.now < conditions.opens_at:
        raise TaskNotOpenYet(opens_at=utc_text(conditions.opens_at))
    if not conditions.is_open(unit.now):
        raise TaskOver()


async def grant_extension(
    unit: Unit,
    task_id: UUID,
    person_id: UUID,
    *,
    minutes: int = 0,
    window_minutes: int = 0,
    until: datetime | None = None,
    attempts: int = 0,
    reason: str,
    incident_id: UUID | None = None,
) -> UUID:
    """More time or attempts for one person; `until`: the moment that is promised, up to which `window_minutes` reach.
    What has begun is lengthened by listeners of `extension.granted`.

    Raises NotFound, MoveNotAllowed for a cancelled task, those of `errors.UNUSABLE`.
    """
    task = await find_task(unit, task_id, lock=True)  # what begins in this moment is waited for, and lengthened too
    if task.state is TaskState.CANCELLED:
        check_move(TASK_MOVES, task.state, TaskState.ANNOUNCED)
    new = Extension(new_id(), minutes, attempts, window_minutes, until)
    without = await effective_conditions(unit, person_id, task)
    having = await _conditions_if(unit, person_id, task, more=new)
    await require_usable(unit, ExtensionEffect(person_id, new, without, having))
    row = ExtensionRow(
        id=new.id,
        created_at=unit.now,
        task_id=task_id,
        person_id=person_id,
        minutes=minutes,
        window_minutes=window_minutes,
        until=until,
        attempts=attempts,
        granted_by=unit.actor.person,
        reason=reason,
        incident_id=incident_id,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("extension.granted", "task", task_id, person=person_id, extension=str(row.id), minutes=str(minutes))
    await unit.emit(Event("extension.granted", {"extension": row.id, "task": task_id}, person_id))
    return row.id


async def granted_time(unit: Unit, extension_ids: Collection[UUID]) -> timedelta:
    """What these extensions add together to the time of what runs."""
    if not extension_ids:
        return timedelta()
    query = select(func.sum(ExtensionRow.minutes)).where(ExtensionRow.id.in_(extension_ids))
    return timedelta(minutes=int(await unit.session.scalar(query) or 0))


async def revoke_extension(unit: Unit, extension_id: UUID, reason: str) -> None:
    """For what has not begun yet; an attempt that runs keeps its deadline. Raises NotFound, ExtensionInUse."""
    row = await unit.session.get(ExtensionRow, extension_id, with_for_update=True)
    if row is None or row.revoked_at is not None:
        raise NotFound()
    task = await find_task(unit, row.task_id)
    held = Extension(row.id, row.minutes, row.attempts, row.window_minutes, row.until)
    without = await _conditions_if(unit, row.person_id, task, without=row.id)
    having = await effective_conditions(unit, row.person_id, task)
    if await is_in_use(unit, ExtensionEffect(row.person_id, held, without, having)):
        raise ExtensionInUse()
    row.revoked_at, row.revoked_by, row.revoked_for = unit.now, unit.actor.person, reason
    await unit.session.flush()
    unit.record("extension.revoked", "task", row.task_id, person=row.person_id, extension=str(row.id))
    await unit.emit(Event("extension.revoked", {"extension": row.id, "task": row.task_id}, row.person_id))


def _check_window(unit: Unit, opens_at: datetime, due_at: datetime, closes_at: datetime) -> None:
    if not opens_at < due_at <= closes_at:
        raise WindowInvalid()
    for name, moment in (("opens_at", opens_at), ("closes_at", closes_at)):
        if abs(moment - unit.now) > FARTHEST:
            raise invalid(f"/{name}", "too-far-from-now", years=10)


async def _move(unit: Unit, task_id: UUID, to: TaskState, event: str, reason: str = "", **values: object) -> None:
    task = await find_task(unit, task_id, lock=True)
    check_move(TASK_MOVES, task.state, to)
    await _write(unit, task_id, {"state": to, **values})
    unit.record(event, "task", task_id, person=None, **({"reason": reason} if reason else {}))
    await unit.emit(Event(event, {"task": task_id, "class": task.class_id}))


async def _write(unit: Unit, task_id: UUID, values: Mapping[str, Any]) -> None:
    await unit.session.execute(
        update(TaskRow)
        .where(TaskRow.id == task_id)
        .values(version=TaskRow.version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def _as_task(row: Any) -> Task:
    return Task(
        row.id,
        TaskKind(row.kind),
        row.class_id,
        row.titles,
        TaskState(row.state),
        row.opens_at,
        row.due_at,
        row.closes_at,
        None if row.time_limit_s is None else timedelta(seconds=row.time_limit_s),
        row.attempts,
        row.is_self_check,
        row.version,
    )
