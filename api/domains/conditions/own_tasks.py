"""The tasks of one person with the person's own moments, and windows that end too late for the semester."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from api.domains.accommodations.service import agreed_for_many
from api.domains.conditions import service
from api.domains.conditions.companies import companies_of
from api.domains.conditions.incident_models import ResultsApprovedRow, TaskDoneRow
from api.domains.conditions.models import ExtensionRow, TaskRow
from api.domains.conditions.rules import Conditions, Extension, Task, TaskState, effective_conditions, joint
from api.domains.enrolment.service import held_places
from api.domains.teaching.service import class_brief, session_brief
from api.unit import Unit

CHUNK = 500


async def announced_tasks(unit: Unit, class_ids: Collection[UUID]) -> Sequence[Task]:
    """Of these classes, by id."""
    found: dict[UUID, Task] = {}
    ids = sorted(class_ids)
    for start in range(0, len(ids), CHUNK):
        wanted = select(TaskRow.id).where(
            TaskRow.class_id.in_(ids[start : start + CHUNK]), TaskRow.state == TaskState.ANNOUNCED.value
        )
        task_ids = list(await unit.session.scalars(wanted))
        for at in range(0, len(task_ids), CHUNK):
            found |= await service.find_tasks(unit, task_ids[at : at + CHUNK])
    return sorted(found.values(), key=lambda one: one.id)


async def conditions_of_tasks(unit: Unit, person_id: UUID, tasks: Sequence[Task]) -> Mapping[UUID, Conditions]:
    """Of one person, of many tasks, in a fixed number of statements: the same as asking for each."""
    companies = await companies_of(unit, tasks, [person_id])
    everybody = {person_id, *(other for one in companies.values() for other in one.persons)}
    agreed = await agreed_for_many(unit, everybody)
    table = ExtensionRow
    rows = await unit.session.execute(
        select(
            *(table.person_id, table.task_id, table.id, table.minutes, table.attempts),
            *(table.window_minutes, table.until),
        )
        .where(table.person_id.in_(everybody), table.revoked_at.is_(None))
        .order_by(table.id)
    )
    extensions: dict[tuple[UUID, UUID], list[Extension]] = {}
    for other, task_id, id_, minutes, attempts, window_minutes, until in rows:
        extensions.setdefault((other, task_id), []).append(Extension(id_, minutes, attempts, window_minutes, until))

    def alone(task: Task, person: UUID) -> Conditions:
        given = extensions.get((person, task.id), ())
        return effective_conditions(task, agreed.get(person, ()), given, unit.settings.time_zone)

    found = {task.id: alone(task, person_id) for task in tasks}
    for task in tasks:
        if (company := companies.get((task.id, person_id))) is not None:
            found[task.id] = joint(found[task.id], company.id, [alone(task, other) for other in company.persons])
    return found


async def handed_in(unit: Unit, person_id: UUID) -> frozenset[UUID]:
    """The tasks that the person has handed in."""
    rows = await unit.session.scalars(select(TaskDoneRow.task_id).where(TaskDoneRow.person_id == person_id))
    return frozenset(rows)


class LimitKind(StrEnum):
    SEMESTER_END = "semester-end"
    """The class's session is over before the person's window."""
    RESULTS_APPROVED = "results-approved"
    """The results of the sitting were approved before the person's window has ended."""


@dataclass(frozen=True, slots=True)
class WindowWarning:
    """The window is not cut; somebody has to see to it that it can be kept. `closes_at` None: unlimited."""

    task: Task
    person_id: UUID
    closes_at: datetime | None
    limit_at: datetime
    kind: LimitKind


async def window_warnings(unit: Unit, class_id: UUID) -> list[WindowWarning]:
    """Of all announced tasks of a class, for those whose window differs from that of all; by task and person."""
    taught = await class_brief(unit, class_id)
    session = await session_brief(unit, taught.academic_session_id)
    next_day = session.ends_on + timedelta(days=1)
    behind = datetime.combine(next_day, time(), unit.settings.time_zone).astimezone(UTC)
    tasks = await announced_tasks(unit, [class_id])
    approved = await _approved(unit, [task.id for task in tasks])
    persons = [one.person_id for one in await held_places(unit, class_id)]
    found: list[WindowWarning] = []
    for task in tasks:
        limits = [(behind, LimitKind.SEMESTER_END)]
        if task.id in approved:
            limits.append((approved[task.id], LimitKind.RESULTS_APPROVED))
        for person_id, conditions in (await service.conditions_of_many(unit, task, persons)).items():
            closes_at = conditions.closes_at.adjusted
            if closes_at == task.closes_at:
                continue
            found += [
                WindowWarning(task, person_id, closes_at, limit_at, kind)
                for limit_at, kind in limits
                if closes_at is None or closes_at > limit_at
            ]
    return sorted(found, key=lambda one: (one.task.id, one.person_id, one.kind))


async def _approved(unit: Unit, task_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    table = ResultsApprovedRow
    rows = await unit.session.execute(select(table.task_id, table.approved_at).where(table.task_id.in_(task_ids)))
    return dict(rows.all())
