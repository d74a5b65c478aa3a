"""Integrity cases: from a suspicion to a decision that is final, each step by whom it may be taken.

A student is told in time, reads the evidence, writes and is heard before anybody decides; who reported never decides;
others than those decide on an appeal; a result is annulled by a second person, once nothing can be appealed any more
(clause 6.2). What is written in free words is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select

from api.domains.conditions import service as conditions
from api.domains.grading import service as grading
from api.domains.integrity.errors import (
    AppealOpen,
    AppealOver,
    CaseExists,
    HearingNotYet,
    NotToBeAnnulled,
    PartInCase,
)
from api.domains.integrity.models import IntegrityCaseRow
from api.domains.integrity.rules import (
    CLOSED,
    AppealOutcome,
    CaseMove,
    CaseState,
    Ground,
    Part,
    People,
    Sanction,
    WorkKind,
    allowed_moves,
    conflict_of_interest,
    earliest_hearing,
    end_of_appeal,
    may_annul,
    next_state,
)
from api.domains.integrity.sealing import opened, sealed_in_case
from api.domains.integrity.terms import terms_now
from api.domains.integrity.works import annulled_work
from api.domains.people.rules import UNITS_OF_ROLE, Grant
from api.domains.people.service import (
    end_roles_from,
    grant_role,
    grant_roles,
    holders_of,
    person_exists,
    unit_kind,
)
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotFound, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.identity import Role, Scope
from api.ids import new_id
from api.policy import Place
from api.unit import Unit

SUBJECT = "integrity-case"
COUNCILS = UNITS_OF_ROLE[Role.COMMISSION]
"""Kinds of unit whose members may decide a case."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that stand in the student's work and in another one, with their place (characters) in the student's."""

    start: int
    end: int
    words: int
    text: str
    other_text: str
    """The same passage as it stands in the other work."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a similarity report showed when it was reported. Evidence for people, not a verdict."""

    other_work_id: UUID
    shared_words: int
    words: int
    other_shared_words: int
    other_words: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class NewCase:
    task_id: UUID
    person_id: UUID
    work_kind: WorkKind
    work_id: UUID
    ground: Ground
    suspicion: str
    evidence: Evidence | None = None


async def report_case(unit: Unit, new: NewCase) -> IntegrityCaseRow:
    """The student learns of it by the notice, not before. Raises NotFound, CaseExists, PartInCase for one's own."""
    if new.person_id == unit.actor.person:
        raise PartInCase(kind=Part.ACCUSED.value)
    task = await conditions.find_task(unit, new.task_id, lock=True)  # who reports the same at once waits here
    taught = await class_brief(unit, task.class_id)
    running = await unit.session.scalar(
        select(IntegrityCaseRow.id).where(
            IntegrityCaseRow.person_id == new.person_id,
            IntegrityCaseRow.work_id == new.work_id,
            IntegrityCaseRow.state.not_in([one.value for one in CLOSED]),
        )
    )
    if running is not None:
        raise CaseExists()
    id_ = new_id()
    row = IntegrityCaseRow(
        id=id_,
        created_at=unit.now,
        task_id=task.id,
        class_id=taught.id,
        unit_id=taught.unit_id,
        programme_id=taught.programme_id,
        person_id=new.person_id,
        work_kind=new.work_kind.value,
        work_id=new.work_id,
        ground=new.ground.value,
        state=CaseState.REPORTED.value,
        reported_by=unit.actor.person,
        suspicion=sealed_in_case(unit, "suspicion", id_, new.suspicion),
        evidence=None
        if new.evidence is None
        else sealed_in_case(unit, "evidence", id_, msgspec.json.encode(new.evidence).decode()),
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("integrity-case.report", SUBJECT, id_, ground=new.ground.value)  # without the person, who reads the log
    await unit.emit(Event("integrity-case.reported", {"case": id_, "class": row.class_id}))
    return row


async def locked_case(unit: Unit, case_id: UUID) -> IntegrityCaseRow:
    """Raises NotFound."""
    row = await unit.session.scalar(
        select(IntegrityCaseRow)
        .where(IntegrityCaseRow.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


def place_of(row: IntegrityCaseRow) -> Place:
    """Where a case lies for those who read it: the student's only from the notice on, and whoever reported it."""
    persons = {row.reported_by} if row.state == CaseState.REPORTED else {row.reported_by, row.person_id}
    return Place(
        persons=frozenset(one for one in persons if one is not None),
        units=frozenset({row.unit_id}),
        programmes=frozenset() if row.programme_id is None else frozenset({row.programme_id}),
        cases=frozenset({row.id}),
    )


def evidence_of(unit: Unit, row: IntegrityCaseRow) -> Evidence | None:
    words = opened(unit, row, "evidence")
    return None if words is None else msgspec.json.decode(words, type=Evidence)


def people_of(row: IntegrityCaseRow) -> People:
    decided = {row.heard_by, row.decided_by, row.sanctioned_by}
    return People(
        row.person_id,
        row.reported_by,
        frozenset(one for one in decided if one is not None),
        frozenset() if row.appeal_decided_by is None else frozenset({row.appeal_decided_by}),
    )


async def appoint(unit: Unit, row: IntegrityCaseRow, person_id: UUID) -> None:
    """Makes somebody a member of the case's commission until it is closed. Raises InvalidFields, PartInCase,
    MoveNotAllowed for a closed case."""
    if CaseState(row.state) in CLOSED:
        raise MoveNotAllowed(row.state, [])
    if not await person_exists(unit, person_id):
        raise invalid("/person_id", "unknown-value")
    if person_id in {row.person_id, row.reported_by}:
        raise PartInCase(kind=(Part.ACCUSED if person_id == row.person_id else Part.REPORTED).value)
    await grant_role(unit, person_id, Role.COMMISSION, Scope.CASE, row.id, unit.today, origin=row.id)
    unit.record("integrity-case.appoint", SUBJECT, row.id, member=str(person_id))


async def assign(unit: Unit, row: IntegrityCaseRow, council_id: UUID) -> None:
    """Gives the case to a council: whoever sits in it today is a member of the case's commission until it is closed,
    without the student and whoever reported it. Raises InvalidFields, MoveNotAllowed for a closed case."""
    if CaseState(row.state) in CLOSED:
        raise MoveNotAllowed(row.state, [])
    if await unit_kind(unit, council_id) not in COUNCILS:
        raise invalid("/council_id", "no-such-council")
    sitting = await holders_of(unit, Role.COMMISSION, Scope.UNIT, council_id)
    members = [one for one in sitting if one not in {row.person_id, row.reported_by}]
    if not members:
        raise invalid("/council_id", "council-without-members")
    await grant_roles(
        unit,
        [Grant(one, Role.COMMISSION, Scope.CASE, row.id, unit.today, origin=row.id) for one in members],
    )
    unit.record("integrity-case.assign", SUBJECT, row.id, council=str(council_id), members=str(len(members)))


async def notify(unit: Unit, row: IntegrityCaseRow, hearing_at: datetime) -> None:
    """Tells the student, with the moment of the hearing. Raises InvalidFields when that is too soon."""
    _check(unit, row, CaseMove.NOTIFY)
    earliest = earliest_hearing(unit.now, await terms_now(unit))
    if hearing_at < earliest:
        raise invalid("/hearing_at", "hearing-too-soon", earliest=utc_text(earliest))
    row.notified_at, row.notified_by, row.hearing_at = unit.now, unit.actor.person, hearing_at
    await _go(unit, row, CaseMove.NOTIFY)


async def write_statement(unit: Unit, row: IntegrityCaseRow, words: str) -> None:
    """The student's own words, as often as wanted until the hearing. Raises MoveNotAllowed."""
    if CaseState(row.state) is not CaseState.NOTIFIED:
        raise MoveNotAllowed(row.state, [one.value for one in allowed_moves(CaseState(row.state))])
    row.statement, row.statement_at = sealed_in_case(unit, "statement", row.id, words), unit.now
    await unit.session.flush()
    unit.record("integrity-case.statement", SUBJECT, row.id, person=row.person_id)


async def hear(unit: Unit, row: IntegrityCaseRow, *, was_present: bool, protocol: str) -> None:
    """Not before the moment that the student was told. Who stays away was heard too. Raises HearingNotYet."""
    _check(unit, row, CaseMove.HEAR)
    if row.hearing_at is None or unit.now < row.hearing_at:
        raise HearingNotYet(hearing_at=None if row.hearing_at is None else utc_text(row.hearing_at))
    row.heard_at, row.heard_by, row.was_present = unit.now, unit.actor.person, was_present
    row.protocol = sealed_in_case(unit, "protocol", row.id, protocol)
    await _go(unit, row, CaseMove.HEAR)


async def decide(unit: Unit, row: IntegrityCaseRow, *, is_confirmed: bool, reason: str) -> None:
    move = CaseMove.CONFIRM if is_confirmed else CaseMove.DISMISS
    _check(unit, row, move)
    row.decided_at, row.decided_by = unit.now, unit.actor.person
    row.reason = sealed_in_case(unit, "reason", row.id, reason)
    await _go(unit, row, move)


async def sanction(unit: Unit, row: IntegrityCaseRow, what: Sanction, reason: str) -> None:
    """Annulment is only said here; it is done by a second person once the case is final."""
    _check(unit, row, CaseMove.SANCTION)
    row.sanction, row.sanctioned_at, row.sanctioned_by = what.value, unit.now, unit.actor.person
    row.sanction_reason = sealed_in_case(unit, "sanction_reason", row.id, reason)
    row.appeal_until = end_of_appeal(unit.now, await terms_now(unit))
    await _go(unit, row, CaseMove.SANCTION)


async def appeal(unit: Unit, row: IntegrityCaseRow, words: str) -> None:
    """By the student, in time. Raises AppealOver."""
    _check(unit, row, CaseMove.APPEAL)
    if row.appeal_until is None or unit.now >= row.appeal_until:
        raise AppealOver(until=None if row.appeal_until is None else utc_text(row.appeal_until))
    row.appealed_at = unit.now
    row.appeal = sealed_in_case(unit, "appeal", row.id, words)
    await _go(unit, row, CaseMove.APPEAL)


async def decide_appeal(unit: Unit, row: IntegrityCaseRow, outcome: AppealOutcome, reason: str) -> None:
    _check(unit, row, CaseMove.DECIDE_APPEAL)
    row.appeal_outcome, row.appeal_decided_at, row.appeal_decided_by = outcome.value, unit.now, unit.actor.person
    row.appeal_reason = sealed_in_case(unit, "appeal_reason", row.id, reason)
    await _go(unit, row, CaseMove.DECIDE_APPEAL)


async def finish(unit: Unit, row: IntegrityCaseRow) -> None:
    """When nobody has appealed in time. Raises AppealOpen."""
    _check(unit, row, CaseMove.FINISH)
    if row.appeal_until is not None and unit.now < row.appeal_until:
        raise AppealOpen(until=utc_text(row.appeal_until))
    await _go(unit, row, CaseMove.FINISH)


async def annul(unit: Unit, row: IntegrityCaseRow, reason: str) -> None:
    """The second person of clause 6.2: what came of the work is taken out of the journal, the domain that has the work
    annuls it when it hears of the event. Raises NotToBeAnnulled, PartInCase, SecondPersonNeeded (who gave the grade).
    """
    part = conflict_of_interest(people_of(row).parts_of(unit.actor.person), None)
    if part is not None:
        raise PartInCase(kind=part.value)
    told = None if row.sanction is None else Sanction(row.sanction)
    outcome = None if row.appeal_outcome is None else AppealOutcome(row.appeal_outcome)
    if row.annulled_at is not None or not may_annul(CaseState(row.state), told, outcome):
        raise NotToBeAnnulled()
    item = await grading.line_item_of_task(unit, row.task_id)
    if item is not None:
        work = await annulled_work(unit, WorkKind(row.work_kind), row.work_id)
        await grading.annul_work(unit, item.id, row.person_id, work, reason, row.id)
    row.annulled_at, row.annulled_by = unit.now, unit.actor.person
    row.annulment_reason = sealed_in_case(unit, "annulment_reason", row.id, reason)
    await unit.session.flush()
    unit.record("integrity-case.annul", SUBJECT, row.id, person=row.person_id)
    await unit.emit(
        Event(
            "integrity-case.annulled",
            {"case": row.id, "task": row.task_id, "work": row.work_id},
            row.person_id,
            {"work_kind": row.work_kind},
        )
    )


async def open_cases_of(unit: Unit, work_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the works about which a case runs."""
    rows = await unit.session.scalars(
        select(IntegrityCaseRow.work_id).where(
            IntegrityCaseRow.work_id.in_(work_ids),
            IntegrityCaseRow.state.not_in([one.value for one in CLOSED]),
        )
    )
    return frozenset(rows)


def _check(unit: Unit, row: IntegrityCaseRow, move: CaseMove) -> None:
    """Raises PartInCase, MoveNotAllowed."""
    part = conflict_of_interest(people_of(row).parts_of(unit.actor.person), move)
    if part is not None:
        raise PartInCase(kind=part.value)
    state = CaseState(row.state)
    if next_state(state, move) is None:
        raise MoveNotAllowed(state.value, [one.value for one in allowed_moves(state)])


async def _go(unit: Unit, row: IntegrityCaseRow, move: CaseMove) -> None:
    state = next_state(CaseState(row.state), move)
    if state is None:
        raise AssertionError(f"{move} was checked and is not possible from {row.state}")
    row.state = state.value
    if state in CLOSED:
        row.closed_at = unit.now
        await end_roles_from(unit, row.id, unit.today)
    await unit.session.flush()
    unit.record(f"integrity-case.{move.value}", SUBJECT, row.id, person=row.person_id, state=state.value)
    await unit.emit(Event(f"integrity-case.{state.value}", {"case": row.id, "task": row.task_id}, row.person_id))
