"""Exam sittings: planned, announced with their format, open, closed, approved (clause 6.2); retakes (clause 6.5); and
what a proctored exam needs before a student may begin."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from api.domains.conditions import service as conditions
from api.domains.conditions.service import TaskState
from api.domains.enrolment.service import held_places
from api.domains.grading.errors import RetakeBegun, RetakeStillOpen
from api.domains.grading.rules import exact
from api.domains.grading.service import (
    LineItemState,
    RetakeState,
    SourceKind,
    annul_retake,
    find_retake,
    grade_history,
    grade_retake,
    journal_entry,
    line_item,
    regrade_retake,
    reinstate_retake,
    schedule_retake,
)
from api.domains.people.rules import Grant, Source, UnitKind
from api.domains.people.service import end_roles_from, grant_roles, holders_of, person_exists, unit_kind
from api.domains.teaching.service import class_brief
from api.domains.tests.definitions import (
    announce_test,
    conditions_of_class,
    find_test,
    require_control_at_distance,
)
from api.domains.tests.errors import (
    NotACandidate,
    ResultsIncomplete,
    SittingAnnouncedLate,
    SittingStillRunning,
)
from api.domains.tests.frozen import as_scored
from api.domains.tests.models import (
    AttemptRow,
    IdentityCheckRow,
    SittingCandidateRow,
    SittingRow,
    TestRow,
    WarningAcknowledgementRow,
)
from api.domains.tests.rules import (
    HANDED_IN,
    SITTING_MOVES,
    AttemptState,
    Counting,
    SittingFormat,
    SittingKind,
    SittingState,
)
from api.errors import Conflict, MoveNotAllowed, NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.identity import Role, Scope
from api.unit import Unit

RETAKEN: Final = "@retake-sitting"
"""The reason in the journal; its words are in the reader's language."""


async def find_sitting(unit: Unit, sitting_id: UUID, *, lock: bool = False) -> SittingRow:
    """Raises NotFound."""
    row = await unit.session.get(SittingRow, sitting_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound()
    return row


async def plan_sitting(
    unit: Unit, test: TestRow, format: SittingFormat | None, place: str | None, retakes_id: UUID | None
) -> SittingRow:
    """The sitting of an exam that is a draft yet. Raises InvalidFields, Conflict when it has one."""
    if not test.is_exam:
        raise invalid("/test_id", "not-an-exam")
    if await unit.session.scalar(select(SittingRow.id).where(SittingRow.test_id == test.id)):
        raise Conflict()
    if retakes_id is not None:
        previous = await unit.session.get(SittingRow, retakes_id)
        if previous is None or (await find_test(unit, previous.test_id)).class_id != test.class_id:
            raise invalid("/retakes_id", "no-such-sitting")
        if previous.state not in (SittingState.CLOSED, SittingState.RESULTS_APPROVED):
            raise invalid("/retakes_id", "sitting-not-over")
        if test.grading.get("weight"):
            raise invalid("/retakes_id", "retake-weighs-nothing")
    row = SittingRow(
        created_at=unit.now,
        test_id=test.id,
        kind=SittingKind.MAIN if retakes_id is None else SittingKind.RETAKE,
        previous_id=retakes_id,
        state=SittingState.PLANNED,
        format=format,
        place=place,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("sitting.planned", "sitting", row.id, test=str(test.id))
    return row


async def announce_sitting(unit: Unit, row: SittingRow, format: SittingFormat) -> None:
    """With its format, before it begins (clause 6.2); the test is announced with it. Raises MoveNotAllowed,
    SittingAnnouncedLate, ControlInPersonOnly, and what `announce_test` raises."""
    check_move(SITTING_MOVES, SittingState(row.state), SittingState.ANNOUNCED)
    test = await find_test(unit, row.test_id, lock=True)
    task = await conditions.find_task(unit, test.id)
    if unit.now >= task.opens_at:
        raise SittingAnnouncedLate(opens_at=utc_text(task.opens_at))
    if (format is SittingFormat.ONLINE_PROCTORED) != test.is_proctored:
        raise invalid("/format", "format-and-proctoring")
    if format is not SittingFormat.COMPUTER_CLASS:
        await require_control_at_distance(unit, await class_brief(unit, test.class_id))
    row.state, row.format = SittingState.ANNOUNCED, format
    row.announced_at, row.announced_by = unit.now, unit.actor.person
    await announce_test(unit, test, by_sitting=True)
    await _tell(unit, row, "announced")


async def open_sitting(unit: Unit, row: SittingRow) -> None:
    """Nobody has to: the first start opens it too. The window of the test counts either way. Raises MoveNotAllowed."""
    check_move(SITTING_MOVES, SittingState(row.state), SittingState.OPEN)
    row.state, row.opened_at = SittingState.OPEN, unit.now
    await _tell(unit, row, "opened")


async def close_sitting(unit: Unit, row: SittingRow) -> None:
    """When nobody writes any more and nobody may still begin, whatever was agreed for them. Raises MoveNotAllowed,
    SittingStillRunning."""
    check_move(SITTING_MOVES, SittingState(row.state), SittingState.CLOSED)
    table = AttemptRow
    running = await unit.session.scalars(
        select(table.person_id).where(table.test_id == row.test_id, table.submitted_at.is_(None))
    )
    waiting = set(running)
    begun = await unit.session.execute(
        select(table.person_id, func.count()).where(table.test_id == row.test_id).group_by(table.person_id)
    )
    used: dict[UUID, int] = dict(begun.all())
    everybody = await conditions_of_class(unit, await find_test(unit, row.test_id))
    named = None if row.kind == SittingKind.MAIN else await candidates_of(unit, row.id)
    for person, one in everybody.items():
        # whoever has unlimited time has at least the window of all others to begin in
        closes_at, most = one.closes_at.adjusted or one.task.closes_at, one.attempts.adjusted
        has_attempt_left = most is None or used.get(person, 0) < most
        if has_attempt_left and unit.now < closes_at and (named is None or person in named):
            waiting.add(person)
    if waiting:
        raise SittingStillRunning(count=len(waiting))
    row.state, row.closed_at, row.closed_by = SittingState.CLOSED, unit.now, unit.actor.person
    await _tell(unit, row, "closed")


async def assign_commission(unit: Unit, row: SittingRow, commission_id: UUID) -> None:
    """Gives the sitting to an exam commission: whoever sits in it today may see the sitting and approve its results,
    until that is done or another commission is named; without those who study in the class. Raises InvalidFields,
    MoveNotAllowed for one whose results are approved."""
    if row.state == SittingState.RESULTS_APPROVED:
        raise MoveNotAllowed(row.state, [])
    if await unit_kind(unit, commission_id) != UnitKind.COMMISSION:
        raise invalid("/commission_id", "no-such-commission")
    test = await find_test(unit, row.test_id)
    students = {one.person_id for one in await held_places(unit, test.class_id)}
    members = set(await holders_of(unit, Role.COMMISSION, Scope.UNIT, commission_id)) - students
    if not members:
        raise invalid("/commission_id", "commission-without-members")
    await end_roles_from(unit, row.id)
    grants = [
        Grant(one, Role.COMMISSION, Scope.CASE, row.id, unit.today, origin=row.id, source=Source.DERIVED)
        for one in sorted(members)
    ]
    await grant_roles(unit, grants)
    unit.record("sitting.commission-assigned", "sitting", row.id, commission=str(commission_id))


async def approve_results(unit: Unit, row: SittingRow) -> None:
    """When every attempt has its grade; a commission that was given the sitting is done with it. Raises MoveNotAllowed,
    ResultsIncomplete."""
    check_move(SITTING_MOVES, SittingState(row.state), SittingState.RESULTS_APPROVED)
    count = await _count_waiting(unit, await find_test(unit, row.test_id))
    if count:
        raise ResultsIncomplete(count=count)
    row.state, row.approved_at, row.approved_by = SittingState.RESULTS_APPROVED, unit.now, unit.actor.person
    await end_roles_from(unit, row.id)
    await _tell(unit, row, "results-approved")


async def _count_waiting(unit: Unit, test: TestRow) -> int:
    """Attempts that are to be marked. Where the last one counts, nobody marks those of everybody's before it."""
    table = AttemptRow
    waiting = select(table.person_id).where(table.test_id == test.id, table.state.in_(HANDED_IN))
    rows = await unit.session.execute(
        select(table.id, table.person_id, table.number, table.points, table.state, table.conditions)
        .where(table.test_id == test.id, table.person_id.in_(waiting))
        .order_by(table.person_id, table.number)
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    count = 0
    for several in found.values():
        to_mark = several
        if test.counting == Counting.LAST:
            of_everybody = [row for row in several if not as_scored(row).is_granted]
            to_mark = [row for row in several if row not in of_everybody[:-1]]
        count += sum(row.state in HANDED_IN for row in to_mark)
    return count


async def _tell(unit: Unit, row: SittingRow, what: str) -> None:
    await unit.session.flush()
    unit.record(f"sitting.{what}", "sitting", row.id, format=row.format or "")
    await unit.emit(Event(f"sitting.{what}", {"sitting": row.id, "test": row.test_id}))


async def concerned(unit: Unit, test_id: UUID) -> frozenset[UUID] | None:
    """Of a retake its candidates; any other test concerns the whole class."""
    query = select(SittingRow.id).where(SittingRow.test_id == test_id, SittingRow.kind == SittingKind.RETAKE)
    id_ = await unit.session.scalar(query)
    return None if id_ is None else frozenset(await candidates_of(unit, id_))


async def candidates_of(unit: Unit, sitting_id: UUID) -> set[UUID]:
    """Who was named for a retake."""
    table = SittingCandidateRow
    return set(await unit.session.scalars(select(table.person_id).where(table.sitting_id == sitting_id)))


async def add_candidate(
    unit: Unit, row: SittingRow, person_id: UUID, reason: str, retake_id: UUID | None = None
) -> SittingCandidateRow:
    """Somebody who failed, or was absent. The same again changes nothing; a retake that was granted meanwhile is filled
    in. Raises InvalidFields, MoveNotAllowed for a retake that is over."""
    if row.kind != SittingKind.RETAKE:
        raise invalid("/person_id", "retakes-alone")
    everybody = await conditions_of_class(unit, await find_test(unit, row.test_id))
    if person_id not in everybody:
        raise invalid("/person_id", "no-such-person")
    table = SittingCandidateRow
    known = await unit.session.scalar(select(table).where(table.sitting_id == row.id, table.person_id == person_id))
    if known is not None:
        if retake_id is not None and known.retake_id != retake_id:
            await _fill_in(unit, row, known, retake_id)
        return known
    if retake_id is not None:
        await _schedule(unit, row, person_id, retake_id)
    added = table(
        created_at=unit.now,
        sitting_id=row.id,
        person_id=person_id,
        reason=reason,
        retake_id=retake_id,
        added_by=unit.actor.person,
    )
    unit.session.add(added)
    await unit.session.flush()
    unit.record("sitting.candidate-added", "sitting", row.id, person=person_id)
    return added


async def _fill_in(unit: Unit, row: SittingRow, known: SittingCandidateRow, retake_id: UUID) -> None:
    """The retake was granted after the student had been named; what has its result already gives it to the retake."""
    if known.retake_id is not None:
        raise invalid("/retake_id", "candidate-has-retake")
    await _schedule(unit, row, known.person_id, retake_id)
    known.retake_id = retake_id
    await unit.session.flush()
    unit.record("sitting.candidate-changed", "sitting", row.id, person=known.person_id, retake=str(retake_id))
    test = await find_test(unit, row.test_id)
    if test.line_item_id is None:
        return
    own = await line_item(unit, test.line_item_id)
    history = await grade_history(unit, own.id, known.person_id)
    if history and (own.is_released or not own.is_blind):
        await _pass_on(unit, own.id, known.person_id, history[-1].source_kind)


async def _schedule(unit: Unit, row: SittingRow, person_id: UUID, retake_id: UUID) -> None:
    try:
        retake = await find_retake(unit, retake_id, lock=True)
    except NotFound:
        raise invalid("/retake_id", "no-such-retake") from None
    if retake.person_id != person_id or retake.line_item_id not in await _retaken(unit, row):
        raise invalid("/retake_id", "no-such-retake")
    opens_at = (await conditions.find_task(unit, row.test_id)).opens_at
    is_over = row.state in (SittingState.CLOSED, SittingState.RESULTS_APPROVED)
    await schedule_retake(unit, retake, opens_at if is_over else max(opens_at, unit.now), "/retake_id")


async def _retaken(unit: Unit, row: SittingRow) -> list[UUID]:
    """The columns of the exam that is taken again, and of those that it was a retake of."""
    found: list[UUID] = []
    while row.previous_id is not None:
        row = await find_sitting(unit, row.previous_id)
        line_item_id = (await find_test(unit, row.test_id)).line_item_id
        found += [] if line_item_id is None else [line_item_id]
    return found


async def on_retake_ended(unit: Unit, event: Event) -> None:
    """Somebody says that a retake was missed, is cancelled, or what it gave, while a sitting may say otherwise. Raises
    RetakeBegun for one that the student has begun, RetakeStillOpen for one that may be begun yet; of a cancelled one
    the student is taken off the list."""
    is_cancelled = event.kind == "retake.cancelled"
    if event.kind == "retake.graded" and event.codes.get("source") != SourceKind.HAND:
        return
    table = SittingCandidateRow
    several = await unit.session.scalars(select(table).where(table.retake_id == event.ids["retake"]))
    for named in several.all():
        row = await find_sitting(unit, named.sitting_id, lock=True)  # whoever begins in this moment is waited for
        attempt = AttemptRow
        begun = select(attempt.id).where(attempt.test_id == row.test_id, attempt.person_id == named.person_id)
        if not is_cancelled:
            begun = begun.where(attempt.state != AttemptState.ANNULLED)
        if await unit.session.scalar(begun.limit(1)):
            raise RetakeBegun()
        if row.state in (SittingState.CLOSED, SittingState.RESULTS_APPROVED):
            continue
        if is_cancelled:
            await unit.session.delete(named)
            unit.record("sitting.candidate-removed", "sitting", row.id, person=named.person_id)
            continue
        effective = await conditions.effective_conditions(unit, named.person_id, row.test_id)
        closes_at = effective.closes_at.adjusted
        may_begin = row.state != SittingState.PLANNED and effective.task.state is TaskState.ANNOUNCED
        if may_begin and (closes_at is None or unit.now < closes_at):
            raise RetakeStillOpen(closes_at=None if closes_at is None else utc_text(closes_at))
    await unit.session.flush()


async def on_moved(unit: Unit, event: Event) -> None:
    """The separate time of those who retake it moves along with its opening; another hour that somebody was given
    stays. Raises InvalidFields when it would leave the time within which somebody may retake."""
    if event.codes["what"] != "times":
        return
    retakes = (
        await unit.session.scalars(
            select(_CANDIDATES.retake_id)
            .join_from(SittingCandidateRow.__table__, SittingRow.__table__, _SITTINGS.id == _CANDIDATES.sitting_id)
            .where(_SITTINGS.test_id == event.ids["task"], _CANDIDATES.retake_id.is_not(None))
            .order_by(_CANDIDATES.retake_id)
        )
    ).all()
    if not retakes:
        return
    opens_at = (await conditions.find_task(unit, event.ids["task"])).opens_at
    for id_ in retakes:
        retake = await find_retake(unit, id_, lock=True)
        held_at = retake.held_at
        is_own = held_at is not None and utc_text(held_at) != event.codes["opened_at"] and held_at > unit.now
        is_same = held_at == opens_at or (held_at is not None and max(held_at, opens_at) <= unit.now)
        if retake.state == RetakeState.SCHEDULED and not is_own and not is_same:
            await schedule_retake(unit, retake, max(opens_at, unit.now), "/opens_at")


_CANDIDATES, _SITTINGS, _TESTS = (row.__table__.c for row in (SittingCandidateRow, SittingRow, TestRow))
_RETAKE_OF: Final = (
    select(_CANDIDATES.retake_id, _TESTS.max_points)
    .join_from(SittingCandidateRow.__table__, SittingRow.__table__, _SITTINGS.id == _CANDIDATES.sitting_id)
    .join(TestRow.__table__, _TESTS.id == _SITTINGS.test_id)
    .where(
        _TESTS.line_item_id == bindparam("line_item_id"),
        _CANDIDATES.person_id == bindparam("person_id"),
        _CANDIDATES.retake_id.is_not(None),
    )
)
"""Asked with every grade of a test, of which there are thousands in the minute of an exam's end."""
_RESULTS: Final = (
    *(SourceKind.ATTEMPT, SourceKind.HAND, SourceKind.APPEAL, SourceKind.ORAL_CHECK),
    *(SourceKind.RETAKE, SourceKind.CASE),
)
"""What a retake sitting may have its result from, and by what it may be corrected: a retake of itself, too."""


async def on_graded(unit: Unit, event: Event) -> None:
    """A retake sitting has its result: it goes to the retake that grading granted, in proportion to what each is out
    of. Which of both results counts is for the rule under which it was granted."""
    source = event.codes.get("source")
    if source is not None and event.person is not None:
        await _pass_on(unit, event.ids["line-item"], event.person, source)


async def _pass_on(unit: Unit, line_item_id: UUID, person_id: UUID, source: str) -> None:
    if source not in _RESULTS:
        return
    given = {"line_item_id": line_item_id, "person_id": person_id}
    row = (await unit.session.execute(_RETAKE_OF, given)).one_or_none()
    if row is None or not row.max_points:
        return
    entry = await journal_entry(unit, line_item_id, person_id)
    retake = await find_retake(unit, row.retake_id, lock=True)
    exam = await line_item(unit, retake.line_item_id)
    if entry is None or entry.points is None or exam.state is LineItemState.CANCELLED:
        return
    points = min(exact(entry.points * exam.max_points / (Decimal(row.max_points) / 100)), retake.highest_points)
    was_taken = source in (SourceKind.ATTEMPT, SourceKind.RETAKE)
    # a grade by hand in the column is no attempt: that a retake is held without one is said of the retake itself
    may_begin = retake.state == RetakeState.SCHEDULED and source != SourceKind.HAND
    if may_begin or (retake.state == RetakeState.MISSED and was_taken):
        await grade_retake(unit, retake, points, RETAKEN, is_held=source == SourceKind.ATTEMPT)
    elif retake.state == RetakeState.GRADED:
        await regrade_retake(unit, retake, points, RETAKEN)


async def on_annulled(unit: Unit, event: Event) -> None:
    """The result of a retake sitting is annulled: nothing of it stays in the exam."""
    given = {"line_item_id": event.ids["line-item"], "person_id": event.person}
    row = (await unit.session.execute(_RETAKE_OF, given)).one_or_none()
    if row is None or event.person is None:
        return
    case = (await grade_history(unit, event.ids["line-item"], event.person))[-1]
    if case.source_id is not None:
        await annul_retake(unit, row.retake_id, case.reason or "", case.source_id)


async def on_reinstated(unit: Unit, event: Event) -> None:
    """As it was before."""
    given = {"line_item_id": event.ids["line-item"], "person_id": event.person}
    row = (await unit.session.execute(_RETAKE_OF, given)).one_or_none()
    if row is None or event.person is None:
        return
    *_, annulled, back = await grade_history(unit, event.ids["line-item"], event.person)
    if annulled.source_id is not None:
        await reinstate_retake(unit, row.retake_id, back.reason or "", annulled.source_id)


# Proctoring


async def record_identity(unit: Unit, test: TestRow, person_id: UUID, method: str) -> IdentityCheckRow:
    """That the actor made sure who the student is. Raises InvalidFields."""
    if not test.is_proctored:
        raise invalid("/person_id", "not-proctored")
    if person_id == unit.actor.person or not await person_exists(unit, person_id):
        raise invalid("/person_id", "no-such-person")
    row = IdentityCheckRow(
        created_at=unit.now, test_id=test.id, person_id=person_id, method=method, checked_by=unit.actor.person
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("identity.checked", "test", test.id, person=person_id, method=method)
    return row


async def revoke_identity(unit: Unit, row: IdentityCheckRow, reason: str) -> None:
    """It was somebody else after all; what has begun goes on, and a case may follow."""
    if row.revoked_at is None:
        row.revoked_at, row.revoke_reason = unit.now, reason
        await unit.session.flush()
        unit.record("identity.revoked", "test", row.test_id, person=row.person_id, reason=reason)


async def acknowledge_warning(unit: Unit, test: TestRow) -> WarningAcknowledgementRow:
    """That the actor has read the warning as it stands. The same again changes nothing. Raises InvalidFields,
    NotACandidate for who is no person."""
    person_id = unit.actor.person
    if person_id is None:
        raise NotACandidate()
    if test.warning_digest is None:
        raise invalid("", "not-proctored")
    table = WarningAcknowledgementRow
    known = await acknowledgement_of(unit, test, person_id)
    if known is not None:
        return known
    row = table(created_at=unit.now, test_id=test.id, person_id=person_id, warning_digest=test.warning_digest)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("warning.acknowledged", "test", test.id, person=person_id, digest=test.warning_digest)
    return row


async def acknowledgement_of(unit: Unit, test: TestRow, person_id: UUID) -> WarningAcknowledgementRow | None:
    """Of the words as they stand now."""
    table = WarningAcknowledgementRow
    return await unit.session.scalar(
        select(table).where(
            table.test_id == test.id, table.person_id == person_id, table.warning_digest == test.warning_digest
        )
    )
