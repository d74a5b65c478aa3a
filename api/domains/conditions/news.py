"""Mails about what has changed for a student: a task was moved or cancelled, a deadline of one's own was given or taken
back. The words are of the moment when the mail is composed, so a second change before that makes no wrong mail. Nothing
in them tells why."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.conditions import service
from api.domains.conditions.concerned import concerned_students
from api.domains.conditions.incident_models import IncidentRow
from api.domains.conditions.letters import written
from api.domains.conditions.models import ExtensionRow, TaskRow
from api.domains.conditions.rules import TaskKind, TaskState
from api.events import Event, Listener, OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

TASK_NEWS: Final = "task.told"
_NEWS: Final = "news"
_MOVED: Final = "moved"
_CHANGED: Final = "changed"
_CANCELLED: Final = "cancelled"


async def _on_moved(unit: Unit, event: Event) -> None:
    """Another title is no news."""
    news = {"times": _MOVED, "conditions": _CHANGED}.get(event.codes["what"])
    if news is not None:
        await _tell(unit, event, news)


async def _on_cancelled(unit: Unit, event: Event) -> None:
    await _tell(unit, event, _CANCELLED)


async def _tell(unit: Unit, event: Event, news: str) -> None:
    """One event for each student whom it concerns; none of a task that nobody has heard of."""
    task_id = event.ids["task"]
    table = TaskRow
    row = (await unit.session.execute(select(table.kind, table.announced_at).where(table.id == task_id))).one()
    if row.announced_at is None:
        return
    for person_id in await concerned_students(unit, task_id, TaskKind(row.kind), event.ids["class"]):
        await unit.emit(Event(TASK_NEWS, {"task": task_id}, person_id, {_NEWS: news}))


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "task.cancelled": [_on_cancelled],
    "task.moved": [_on_moved],
}


async def compose_news(unit: Unit, event: OutboxRow) -> Mail | None:
    """None when a moved task was cancelled meanwhile: that has a mail of its own."""
    if event.person is None:
        return None
    task_id = UUID(event.ids["task"])
    if event.codes[_NEWS] == _CANCELLED:
        return await written(unit, "task-cancelled", event.person, task_id)
    if event.codes[_NEWS] == _CHANGED:
        return await _without_times(unit, event.person, task_id)
    return await _with_times(unit, "task-moved", event.person, task_id)


async def compose_extension(unit: Unit, event: OutboxRow) -> Mail | None:
    """None for one that is the answer to the student's own report, of which there is a mail; and of what was taken back
    again before the mail, the mail of that alone."""
    row = await unit.session.get(ExtensionRow, UUID(event.ids["extension"]))
    if row is None or (row.revoked_at is not None) != (event.kind == "extension.revoked"):
        return None
    if row.incident_id is not None and row.revoked_at is None:
        incident = await unit.session.get(IncidentRow, row.incident_id)
        if incident is not None and incident.person_id == row.person_id:
            return None
    if not (row.minutes or row.window_minutes or row.until):
        return await _without_times(unit, row.person_id, row.task_id)
    return await _with_times(unit, "own-times-changed", row.person_id, row.task_id)


async def _without_times(unit: Unit, person_id: UUID, task_id: UUID) -> Mail | None:
    """Of another time limit or number of attempts; which, is seen at the portal."""
    if (await service.find_task(unit, task_id)).state is not TaskState.ANNOUNCED:
        return None
    return await written(unit, "task-changed", person_id, task_id)


async def _with_times(unit: Unit, letter: str, person_id: UUID, task_id: UUID) -> Mail | None:
    """With the person's own times, as they are now."""
    conditions = await service.effective_conditions(unit, person_id, task_id)
    if conditions.task.state is not TaskState.ANNOUNCED:
        return None
    due = conditions.due_at.adjusted
    name = f"{letter}-endless" if due is None else letter
    return await written(unit, name, person_id, task_id, opens=conditions.opens_at, due=due)


MAILS: Final[Mapping[str, Composer]] = {
    TASK_NEWS: compose_news,
    "extension.granted": compose_extension,
    "extension.revoked": compose_extension,
}
