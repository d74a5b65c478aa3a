"""Mails before a deadline: before the person's own one, as the one function says it.

Whoever has handed in is left alone, whoever has more time is reminded of that time, a deadline that moves is another
deadline. A reminder is stored with its event in one transaction, so nobody gets the same one twice; the mail looks
again before it is sent. Nothing in it tells why somebody's deadline differs, nor that it does.

What was handed in is told by the domains that take it (`submission.submitted`, `.withdrawn`, `attempt.submitted`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from api.domains.accommodations.service import Feature, agreed_in_class
from api.domains.conditions import service
from api.domains.conditions.companies import companies_of
from api.domains.conditions.concerned import concerned_students
from api.domains.conditions.errors import ReminderTermsExist
from api.domains.conditions.incident_models import (
    ReminderChoiceRow,
    ReminderRow,
    ReminderTermsRow,
    ResultsApprovedRow,
    TaskDoneRow,
)
from api.domains.conditions.incident_rules import DEFAULT_TERMS, ReminderTerms, lead_to_remind
from api.domains.conditions.letters import written
from api.domains.conditions.models import ExtensionRow, TaskRow
from api.domains.conditions.rules import Task, TaskKind, TaskState
from api.domains.people.service import holders_of
from api.events import Event, Listener, OutboxRow
from api.identity import Role, Scope, system_actor
from api.ids import new_id
from api.jobs.port import Job, JobRun, Schedule
from api.mail import Composer, Mail
from api.retention import Effect, RetentionRule, deletes_rows
from api.unit import Context, Unit

REMIND_JOB: Final = "conditions.remind"
REMINDED: Final = "reminder.made"
RETENTION: Final = (RetentionRule("reminders", 365, Effect.DELETED, deletes_rows(ReminderRow, ReminderRow.created_at)),)
"""Our choice: a year after, nobody asks any more whether somebody was reminded."""
SCHEDULES: Final = (Schedule(REMIND_JOB, every=timedelta(minutes=30)),)
LONGEST_MORE_TIME: Final = timedelta(days=366)
"""Behind the deadline of all, so long is still looked for those who have more time: as long as an extended deadline of
a plan, or an extension, may be."""
_MORE_TIME: Final = frozenset({Feature.ADDITIONAL_TESTING_TIME, Feature.EXTENDED_DEADLINE})
_JOB: Final = system_actor("job:reminders")


# Terms and choices --------------------------------------------------------------------------------------------------


async def terms_now(unit: Unit) -> ReminderTerms:
    """Those that count today."""
    row = await unit.session.scalar(
        select(ReminderTermsRow)
        .where(ReminderTermsRow.valid_from <= unit.today)
        .order_by(ReminderTermsRow.valid_from.desc())
        .limit(1)
    )
    return DEFAULT_TERMS if row is None else ReminderTerms(tuple(row.hours_before), row.report_hours)


async def set_terms(unit: Unit, valid_from: date, terms: ReminderTerms) -> ReminderTermsRow:
    """Raises ReminderTermsExist."""
    known = await unit.session.scalar(select(ReminderTermsRow.id).where(ReminderTermsRow.valid_from == valid_from))
    if known is not None:
        raise ReminderTermsExist()
    row = ReminderTermsRow(
        created_at=unit.now,
        valid_from=valid_from,
        hours_before=sorted(set(terms.hours_before), reverse=True),
        report_hours=terms.report_hours,
        set_by=unit.actor.person,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("reminder-terms.set", "reminder-terms", row.id, valid_from=valid_from.isoformat())
    return row


async def wants_reminders(unit: Unit, person_id: UUID) -> bool:
    """Yes, unless the person has said no."""
    found = await unit.session.scalar(
        select(ReminderChoiceRow.is_wanted).where(ReminderChoiceRow.person_id == person_id)
    )
    return True if found is None else found


async def choose_reminders(unit: Unit, person_id: UUID, *, is_wanted: bool) -> None:
    row = await unit.session.scalar(
        select(ReminderChoiceRow).where(ReminderChoiceRow.person_id == person_id).with_for_update()
    )
    if row is None:
        row = ReminderChoiceRow(created_at=unit.now, person_id=person_id, is_wanted=is_wanted, changed_at=unit.now)
        unit.session.add(row)
    row.is_wanted, row.changed_at = is_wanted, unit.now
    await unit.session.flush()
    unit.record("reminder.choose", "person", person_id, person=person_id, wanted=str(is_wanted).lower())


# Making them --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reminder:
    person_id: UUID
    due_at: datetime
    hours_before: int


def remind_job(context: Context) -> Job:
    """Every half hour. Each task is a transaction of its own: what was done stays done."""

    async def run(_: JobRun) -> None:
        await make_reminders(context)

    return Job(REMIND_JOB, run)


async def make_reminders(context: Context) -> int:
    """How many were made."""
    async with context.reading(_JOB) as unit:
        terms = await terms_now(unit)
        tasks = await _tasks_with_deadlines(unit, terms)
        waiting = [(task, await _persons(unit, task, own)) for task, own in tasks]
    made = 0
    for task, persons in waiting:
        if not persons:
            continue
        async with context.reading(_JOB) as unit:
            is_needed = bool(await _wanted(unit, task, persons, terms))
        if is_needed:  # most tasks at most times need nothing: no transaction that writes is opened for them
            async with context.writing(_JOB) as unit:
                made += await _make(unit, task.id, persons, terms)
    return made


async def _tasks_with_deadlines(unit: Unit, terms: ReminderTerms) -> list[tuple[Task, frozenset[UUID] | None]]:
    """The tasks that somebody may have to be reminded of, and of whom: None for the whole class. Behind the deadline of
    all only those count who have an extension or an accommodation, or hand in with somebody who has."""
    if not terms.hours_before:
        return []
    soon = unit.now + timedelta(hours=max(terms.hours_before))
    ids = await unit.session.scalars(
        select(TaskRow.id)
        .where(
            TaskRow.state == TaskState.ANNOUNCED.value,
            TaskRow.due_at > unit.now - LONGEST_MORE_TIME,
            TaskRow.due_at <= soon,
        )
        .order_by(TaskRow.id)
    )
    tasks = sorted((await _find(unit, list(ids))).values(), key=lambda one: one.id)
    passed = [task for task in tasks if task.due_at <= unit.now]
    extended = await _extended(unit, [task.id for task in passed])
    accommodated = await _accommodated(unit, {task.class_id for task in passed})
    found: list[tuple[Task, frozenset[UUID] | None]] = []
    for task in tasks:
        own = None
        if task.due_at <= unit.now:
            own = extended[task.id] | accommodated[task.class_id]
            own |= {other for one in (await companies_of(unit, [task], own)).values() for other in one.persons}
        found.append((task, None if own is None else frozenset(own)))
    return found


async def _find(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, Task]:
    found: dict[UUID, Task] = {}
    for start in range(0, len(ids), 500):
        found |= await service.find_tasks(unit, ids[start : start + 500])
    return found


async def _extended(unit: Unit, task_ids: Sequence[UUID]) -> Mapping[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for start in range(0, len(task_ids), 500):
        rows = await unit.session.execute(
            select(ExtensionRow.task_id, ExtensionRow.person_id).where(
                ExtensionRow.task_id.in_(task_ids[start : start + 500]), ExtensionRow.revoked_at.is_(None)
            )
        )
        for task_id, person_id in rows:
            found[task_id].add(person_id)
    return found


async def _accommodated(unit: Unit, class_ids: Iterable[UUID]) -> Mapping[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for class_id in sorted(class_ids):
        students = await holders_of(unit, Role.STUDENT, Scope.CLASS, class_id)
        agreed = await agreed_in_class(unit, class_id, students)
        found[class_id] = {
            person for person, several in agreed.items() if any(one.feature in _MORE_TIME for one in several)
        }
    return found


async def _persons(unit: Unit, task: Task, own: frozenset[UUID] | None) -> Sequence[UUID]:
    if own is not None and not own:
        return ()
    students = await concerned_students(unit, task.id, task.kind, task.class_id)
    return [one for one in students if own is None or one in own]


async def _wanted(unit: Unit, task: Task, persons: Sequence[UUID], terms: ReminderTerms) -> list[Reminder]:
    """What has to be made now, and was not."""
    conditions = await service.conditions_of_many(unit, task, persons)
    due: list[Reminder] = []
    for person_id, one in conditions.items():
        due_at = one.due_at.adjusted
        if due_at is None:
            continue
        hours = lead_to_remind(due_at, unit.now, terms.hours_before)
        if hours is not None:
            due.append(Reminder(person_id, due_at, hours))
    if not due:
        return []
    stored = await unit.session.execute(
        select(ReminderRow.person_id, ReminderRow.due_at, ReminderRow.hours_before).where(
            ReminderRow.task_id == task.id
        )
    )
    made = {(person_id, due_at, hours) for person_id, due_at, hours in stored}
    left = [one for one in due if (one.person_id, one.due_at, one.hours_before) not in made]
    if not left:
        return []
    refused = await _refused(unit, [one.person_id for one in left])
    done = await _done(unit, task.id, [one.person_id for one in left])
    return [one for one in left if one.person_id not in refused and one.person_id not in done]


async def _make(unit: Unit, task_id: UUID, persons: Sequence[UUID], terms: ReminderTerms) -> int:
    task = await service.find_task(unit, task_id, lock=True)  # another process that does the same waits here
    if task.state is not TaskState.ANNOUNCED:
        return 0
    wanted = await _wanted(unit, task, persons, terms)
    for one in wanted:
        id_ = new_id()
        await unit.session.execute(
            insert(ReminderRow).values(
                id=id_,
                created_at=unit.now,
                task_id=task_id,
                person_id=one.person_id,
                due_at=one.due_at,
                hours_before=one.hours_before,
            )
        )
        await unit.emit(Event(REMINDED, {"reminder": id_, "task": task_id}, one.person_id))
    return len(wanted)


async def _refused(unit: Unit, persons: Collection[UUID]) -> frozenset[UUID]:
    rows = await unit.session.scalars(
        select(ReminderChoiceRow.person_id).where(
            ReminderChoiceRow.person_id.in_(persons), ReminderChoiceRow.is_wanted.is_(False)
        )
    )
    return frozenset(rows)


async def _done(unit: Unit, task_id: UUID, persons: Collection[UUID]) -> frozenset[UUID]:
    table = TaskDoneRow
    rows = await unit.session.scalars(
        select(table.person_id).where(table.task_id == task_id, table.person_id.in_(persons))
    )
    return frozenset(rows)


# What others tell ---------------------------------------------------------------------------------------------------

_DONE_TABLE: Final = cast(Table, TaskDoneRow.__table__)
_ADD_DONE: Final = {
    "postgresql": postgresql.insert(_DONE_TABLE).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(_DONE_TABLE).on_conflict_do_nothing(),
}
"""One statement with every submission, also when two submit at once."""


async def _on_handed_in(unit: Unit, event: Event) -> None:
    task_id = event.ids.get("assignment") or event.ids.get("test")
    if task_id is None or event.person is None:
        return
    values = {"id": new_id(), "created_at": unit.now, "task_id": task_id, "person_id": event.person}
    await unit.session.execute(_ADD_DONE[unit.session.get_bind().dialect.name], values)


async def _on_withdrawn(unit: Unit, event: Event) -> None:
    table = TaskDoneRow
    await unit.session.execute(
        delete(table).where(table.task_id == event.ids["assignment"], table.person_id == event.person)
    )


async def _on_results_approved(unit: Unit, event: Event) -> None:
    row = ResultsApprovedRow(id=new_id(), created_at=unit.now, task_id=event.ids["test"], approved_at=unit.now)
    unit.session.add(row)


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "attempt.submitted": [_on_handed_in],
    "sitting.results-approved": [_on_results_approved],
    "submission.submitted": [_on_handed_in],
    "submission.withdrawn": [_on_withdrawn],
}


# The mail -----------------------------------------------------------------------------------------------------------


async def compose_reminder(unit: Unit, event: OutboxRow) -> Mail | None:
    """None for what has changed since: handed in, another deadline, cancelled, not wanted, too late."""
    row = await unit.session.get(ReminderRow, UUID(event.ids["reminder"]))
    if row is None or unit.now >= row.due_at:
        return None
    task = await service.find_task(unit, row.task_id)
    conditions = await service.effective_conditions(unit, row.person_id, task)
    if task.state is not TaskState.ANNOUNCED or conditions.due_at.adjusted != row.due_at:
        return None
    if not await wants_reminders(unit, row.person_id) or await _done(unit, task.id, [row.person_id]):
        return None
    letter = "reminder-of-assignment" if task.kind is TaskKind.ASSIGNMENT else "reminder"
    return await written(unit, letter, row.person_id, task.id, due=row.due_at)


MAILS: Final[Mapping[str, Composer]] = {REMINDED: compose_reminder}
