"""Technical failures: a student reports with evidence, a person decides, with reason and author (clause 5.5).

An outage of the service itself is reported once for a task and decided for the whole class at once; each student's
outcome is said by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from api.domains.conditions import service
from api.domains.conditions.errors import (
    IncidentClosed,
    NotInHand,
    NotInTheClass,
    OwnDecision,
    ReportTooLate,
    TooMuchEvidence,
)
from api.domains.conditions.extensions import Wanted, grant
from api.domains.conditions.incident_models import IncidentEvidenceRow, IncidentRow
from api.domains.conditions.incident_rules import INCIDENT_MOVES, IncidentState, may_report
from api.domains.conditions.letters import written
from api.domains.conditions.models import ExtensionRow
from api.domains.conditions.reminders import terms_now
from api.domains.conditions.rules import Task, TaskState
from api.domains.enrolment.service import held_place, held_places
from api.domains.files import service as files
from api.domains.files.rules import FileRules
from api.domains.files.service import Received
from api.domains.teaching.service import class_brief
from api.errors import NotFound, Problem, check_move, invalid
from api.events import Event, OutboxRow
from api.http.exchange import utc_text
from api.ids import new_id
from api.mail import Composer, Mail
from api.policy import Place
from api.retention import Effect, RetentionRule
from api.unit import Unit

SUBJECT: Final = "incident"
TABLE: Final = "incident"
MOST_EVIDENCE: Final = 20
EVIDENCE: Final = FileRules(
    20_000_000,
    frozenset(
        {
            *("image/png", "image/jpeg", "image/webp", "image/heic"),
            *("application/pdf", "text/plain", "video/mp4", "video/webm", "audio/mpeg", "audio/mp4"),
        }
    ),
)
"""A picture of the screen, a film of it, a letter of the provider. Our choice of size."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What happened, when, in words."""

    began_at: datetime
    ended_at: datetime | None
    story: str


async def report(unit: Unit, task: Task, failure: Failure) -> IncidentRow:
    """By a student, about their own task. Raises NotFound for what is not announced, NotInTheClass, ReportTooLate,
    InvalidFields."""
    person_id = unit.actor.person
    if task.state is not TaskState.ANNOUNCED or person_id is None:
        raise NotFound()
    if await held_place(unit, task.class_id, person_id) is None:
        raise NotInTheClass()
    _check_moments(unit, failure)
    closes_at = (await service.effective_conditions(unit, person_id, task)).closes_at.adjusted
    terms = await terms_now(unit)
    if not may_report(failure.began_at, closes_at or failure.began_at, unit.now, terms):
        last = max(closes_at or failure.began_at, failure.began_at) + timedelta(hours=terms.report_hours)
        raise ReportTooLate(until=utc_text(last))
    row = await _add(unit, task, failure, person_id, IncidentState.SUBMITTED)
    unit.record("incident.report", SUBJECT, row.id, person=person_id)
    await unit.emit(Event("incident.submitted", {"incident": row.id, "task": task.id}, person_id))
    return row


def _check_moments(unit: Unit, failure: Failure) -> None:
    if failure.began_at > unit.now:
        raise invalid("/began_at", "in-the-future")
    if failure.ended_at is not None and failure.ended_at < failure.began_at:
        raise invalid("/ended_at", "ends-before-beginning")
    if failure.ended_at is not None and failure.ended_at > unit.now:
        raise invalid("/ended_at", "in-the-future")


async def _add(unit: Unit, task: Task, failure: Failure, person_id: UUID | None, state: IncidentState) -> IncidentRow:
    taught = await class_brief(unit, task.class_id)
    id_ = new_id()
    row = IncidentRow(
        id=id_,
        created_at=unit.now,
        task_id=task.id,
        class_id=task.class_id,
        unit_id=taught.unit_id,
        programme_id=taught.programme_id,
        person_id=person_id,
        state=state.value,
        began_at=failure.began_at,
        ended_at=failure.ended_at,
        reported_by=unit.actor.person,
        story=unit.keys.seal(failure.story, TABLE, "story", id_),
    )
    unit.session.add(row)
    await unit.session.flush()
    return row


async def find_incident(unit: Unit, incident_id: UUID, *, lock: bool = False) -> IncidentRow:
    """Raises NotFound."""
    row = await unit.session.get(IncidentRow, incident_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound()
    return row


def place_of(row: IncidentRow) -> Place:
    return Place(
        persons=frozenset() if row.person_id is None else frozenset({row.person_id}),
        units=frozenset({row.unit_id}),
        programmes=frozenset() if row.programme_id is None else frozenset({row.programme_id}),
        classes=frozenset({row.class_id}),
    )


def words_of(unit: Unit, row: IncidentRow, column: str) -> str | None:
    """What was written sealed."""
    value: str | None = getattr(row, column)
    return None if value is None else unit.keys.open(value, TABLE, column, row.id)


async def add_evidence(unit: Unit, row: IncidentRow, received: Received) -> IncidentEvidenceRow:
    """The row is locked by the caller. Raises IncidentClosed, TooMuchEvidence."""
    if IncidentState(row.state) not in {IncidentState.SUBMITTED, IncidentState.IN_REVIEW}:
        raise IncidentClosed()
    table = IncidentEvidenceRow
    count = await unit.session.scalar(select(func.count()).select_from(table).where(table.incident_id == row.id))
    if (count or 0) >= MOST_EVIDENCE:
        raise TooMuchEvidence(most=MOST_EVIDENCE)
    file_id = await files.keep(unit, received, owner=row.person_id)
    evidence = table(id=new_id(), created_at=unit.now, incident_id=row.id, file_id=file_id, added_by=unit.actor.person)
    unit.session.add(evidence)
    await unit.session.flush()
    unit.record("incident.add-evidence", SUBJECT, row.id, person=row.person_id, evidence=str(evidence.id))
    return evidence


async def evidence_of(unit: Unit, incident_id: UUID) -> Sequence[IncidentEvidenceRow]:
    """In the order in which it came."""
    table = IncidentEvidenceRow
    rows = await unit.session.scalars(select(table).where(table.incident_id == incident_id).order_by(table.id))
    return rows.all()


async def review(unit: Unit, row: IncidentRow) -> None:
    """Somebody has taken it in hand, from somebody else if need be. Raises OwnDecision, MoveNotAllowed."""
    if row.state == IncidentState.IN_REVIEW and row.reviewed_by != unit.actor.person:
        _check_own(unit, row)
        row.reviewed_by, row.reviewed_at = unit.actor.person, unit.now
        await unit.session.flush()
        unit.record("incident.taken-over", SUBJECT, row.id, person=row.person_id)
        return
    _check(unit, row, IncidentState.IN_REVIEW)
    row.reviewed_by, row.reviewed_at = unit.actor.person, unit.now
    await _go(unit, row, IncidentState.IN_REVIEW)


def is_in_hand(unit: Unit, row: IncidentRow) -> bool:
    """Whether the actor may read what was written and shown: the student who reported, and who has taken it in hand.
    The words on an outage of the service are of staff and about nobody."""
    if unit.actor.is_system or row.person_id is None:
        return True
    return unit.actor.person is not None and unit.actor.person in {row.person_id, row.reviewed_by}


def require_in_hand(unit: Unit, row: IncidentRow) -> None:
    """Raises NotInHand."""
    if not is_in_hand(unit, row):
        raise NotInHand()


def check_decider(unit: Unit, row: IncidentRow, to: IncidentState) -> None:
    """Nobody decides on what they have not read. Raises OwnDecision, MoveNotAllowed, NotInHand."""
    _check(unit, row, to)
    require_in_hand(unit, row)


async def grant_report(unit: Unit, row: IncidentRow, wanted: Wanted | None, reason: str) -> UUID | None:
    """The id of the extension, if there is one: not every failure cost time. Raises OwnDecision, MoveNotAllowed, and
    what `extensions.grant` raises."""
    _check(unit, row, IncidentState.GRANTED)
    extension_id = None
    if wanted is not None and row.person_id is not None:
        task = await service.find_task(unit, row.task_id)
        extension_id = await grant(unit, task, row.person_id, wanted, reason, row.id)
    _decide(unit, row, reason, was_granted=True)
    await _go(unit, row, IncidentState.GRANTED)
    return extension_id


async def refuse_report(unit: Unit, row: IncidentRow, reason: str) -> None:
    """Raises OwnDecision, MoveNotAllowed."""
    _check(unit, row, IncidentState.REFUSED)
    _decide(unit, row, reason, was_granted=False)
    await _go(unit, row, IncidentState.REFUSED)


async def close_report(unit: Unit, row: IncidentRow) -> None:
    """Raises OwnDecision, MoveNotAllowed."""
    _check(unit, row, IncidentState.CLOSED)
    row.closed_at, row.closed_by = unit.now, unit.actor.person
    await _go(unit, row, IncidentState.CLOSED)


def _check(unit: Unit, row: IncidentRow, to: IncidentState) -> None:
    _check_own(unit, row)
    check_move(INCIDENT_MOVES, IncidentState(row.state), to)


def _check_own(unit: Unit, row: IncidentRow) -> None:
    """Whoever reported does not decide, be it in another role."""
    if unit.actor.person is not None and unit.actor.person in {row.person_id, row.reported_by}:
        raise OwnDecision()


def _decide(unit: Unit, row: IncidentRow, reason: str, *, was_granted: bool) -> None:
    row.decided_by, row.decided_at, row.was_granted = unit.actor.person, unit.now, was_granted
    row.reason = unit.keys.seal(reason, TABLE, "reason", row.id)


async def _go(unit: Unit, row: IncidentRow, to: IncidentState) -> None:
    row.state = to.value
    await unit.session.flush()
    unit.record(f"incident.{to.value}", SUBJECT, row.id, person=row.person_id)
    await unit.emit(Event(f"incident.{to.value}", {"incident": row.id, "task": row.task_id}, row.person_id))


class Result(StrEnum):
    """Of one student, when a whole class is given an extension."""

    GRANTED = "granted"
    ALREADY = "already"
    """They have as much as the others get now: for a failure at that time, which is not made good twice, or because
    their own deadline is later anyway."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """`refusal` is the slug of the problem."""

    person_id: UUID
    result: Result
    extension_id: UUID | None = None
    refusal: str | None = None


async def grant_for_outage(
    unit: Unit, task: Task, failure: Failure, wanted: Wanted, reason: str, persons: Sequence[UUID] | None
) -> tuple[IncidentRow, list[RowResult]]:
    """The service itself was down: an extension for every student of the class, or for those that are named. Who was
    given something for a failure of that time gets the difference, so that nobody ends with less than the others. Their
    own reports of that time which wait for a decision are granted by it. Raises InvalidFields, MoveNotAllowed."""
    _check_moments(unit, failure)
    row = await _add(unit, task, failure, None, IncidentState.IN_REVIEW)
    row.reviewed_by, row.reviewed_at = unit.actor.person, unit.now
    _decide(unit, row, reason, was_granted=True)
    await _go(unit, row, IncidentState.GRANTED)
    wanted_persons = persons
    if wanted_persons is None:
        wanted_persons = [one.person_id for one in await held_places(unit, task.class_id)]
    given = await _given(unit, task, failure)
    results: list[RowResult] = []
    for person_id in dict.fromkeys(wanted_persons):
        before = given.get(person_id, Given())
        missing = await _missing(unit, task, person_id, wanted, before)
        if wanted != missing == Wanted():
            results.append(RowResult(person_id, Result.ALREADY, before.extension_id))
            continue
        try:
            extension_id = await grant(unit, task, person_id, missing, reason, row.id)
        except Problem as refusal:  # said of this one; the others get theirs
            results.append(RowResult(person_id, Result.REFUSED, None, refusal.slug))
            continue
        results.append(RowResult(person_id, Result.GRANTED, extension_id))
    await _grant_waiting(unit, task, failure, reason, [one.person_id for one in results if one.extension_id])
    unit.record("incident.outage", SUBJECT, row.id, rows=str(len(results)))
    return row, results


def _overlapping(failure: Failure) -> ColumnElement[bool]:
    """The condition that an incident is of that time. One without an end lasted until it was reported."""
    table = IncidentRow
    ends = failure.ended_at or failure.began_at
    return and_(table.began_at <= ends, func.coalesce(table.ended_at, table.created_at) >= failure.began_at)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody was given for failures of one time; `extension_id` is the last."""

    minutes: int = 0
    attempts: int = 0
    extension_id: UUID | None = None


async def _given(unit: Unit, task: Task, failure: Failure) -> dict[UUID, Given]:
    """By person."""
    rows = await unit.session.execute(
        select(ExtensionRow.person_id, ExtensionRow.id, ExtensionRow.minutes, ExtensionRow.attempts)
        .join(IncidentRow, ExtensionRow.incident_id == IncidentRow.id)
        .where(
            ExtensionRow.task_id == task.id,
            ExtensionRow.revoked_at.is_(None),
            IncidentRow.task_id == task.id,
            _overlapping(failure),
        )
        .order_by(ExtensionRow.id)
    )
    found: dict[UUID, Given] = {}
    for person_id, id_, minutes, attempts in rows:
        known = found.get(person_id, Given())
        found[person_id] = Given(known.minutes + minutes, known.attempts + attempts, id_)
    return found


async def _missing(unit: Unit, task: Task, person_id: UUID, wanted: Wanted, given: Given) -> Wanted:
    """What the others of a group have does not count: whoever brings it may leave."""
    until = wanted.until
    if until is not None:
        due_at = (await service.conditions_alone(unit, person_id, task)).due_at.adjusted
        until = None if due_at is None or until <= due_at else until
    return Wanted(max(0, wanted.minutes - given.minutes), until, max(0, wanted.attempts - given.attempts))


async def _grant_waiting(unit: Unit, task: Task, failure: Failure, reason: str, persons: Sequence[UUID]) -> None:
    rows = await unit.session.scalars(
        select(IncidentRow)
        .where(
            IncidentRow.task_id == task.id,
            IncidentRow.person_id.in_(persons),
            IncidentRow.state.in_([IncidentState.SUBMITTED.value, IncidentState.IN_REVIEW.value]),
            _overlapping(failure),
        )
        .order_by(IncidentRow.id)
        .with_for_update()
    )
    for waiting in rows.all():
        if waiting.state == IncidentState.SUBMITTED:
            await review(unit, waiting)
        await grant_report(unit, waiting, None, reason)


# Keeping and telling ------------------------------------------------------------------------------------------------


async def forget_incidents(unit: Unit, before: datetime, most: int) -> int:
    """For `retention`: decided ones with their evidence. The extensions that they led to stay, with their reasons."""
    table, evidence = IncidentRow, IncidentEvidenceRow
    ids = list(
        await unit.session.scalars(select(table.id).where(table.decided_at < before).order_by(table.id).limit(most))
    )
    if not ids:
        return 0
    file_ids = list(await unit.session.scalars(select(evidence.file_id).where(evidence.incident_id.in_(ids))))
    await unit.session.execute(delete(evidence).where(evidence.incident_id.in_(ids)))
    await files.release(unit, file_ids)
    await unit.session.execute(update(ExtensionRow).where(ExtensionRow.incident_id.in_(ids)).values(incident_id=None))
    await unit.session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


async def compose_decision(unit: Unit, event: OutboxRow) -> Mail | None:
    """That a report was decided; what was decided is read at the portal. None for an outage: its students hear of the
    extension when they look."""
    row = await unit.session.get(IncidentRow, UUID(event.ids["incident"]))
    if row is None or row.person_id is None:
        return None
    return await written(unit, "incident-decided", row.person_id, row.task_id)


MAILS: Final[Mapping[str, Composer]] = {"incident.granted": compose_decision, "incident.refused": compose_decision}
RETENTION: Final = (RetentionRule("incidents", 730, Effect.DELETED, forget_incidents),)
"""Two years after the decision: our choice until the university sets its own."""
