"""Plans: versions of what is agreed, from the request to their end. Every move is one of `rules.MOVES`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from api.domains.accommodations.agreed import kinds_of, value_of
from api.domains.accommodations.cases import (
    DECISION_WANTED,
    PLAN_TABLE,
    create_plan,
    lock_case,
    refuse_closed,
    refuse_own,
    staff_for,
    tell_coordinator,
)
from api.domains.accommodations.errors import (
    OnePersonOneParty,
    OwnCase,
    PartyHasSpoken,
    PlanInPreparation,
    PlanIsOver,
)
from api.domains.accommodations.models import AccommodationRow, ApprovalRow, CaseRow, PlanRow
from api.domains.accommodations.proposals import (
    NewAccommodation,
    accommodations_of,
    check_proposal,
    write_accommodations,
)
from api.domains.accommodations.rules import (
    IN_PREPARATION,
    LONGEST_PLAN_DAYS,
    ROLE_OF,
    Bar,
    Decision,
    Feature,
    Party,
    Period,
    PlanMove,
    PlanState,
    Said,
    after,
    allowed_states,
    bar,
    effective_from,
    is_over,
    last_days,
    move_of,
)
from api.domains.files import service as files
from api.domains.people import service as people
from api.errors import MoveNotAllowed, NotAllowed, NotFound, Problem, invalid
from api.events import Event
from api.unit import Unit

PROCEDURE_BODIES: Final = frozenset({"commission", "methodical-council"})
"""Kinds of unit that set the procedure of adapted assessment (clause 6.6)."""
_BARS: Final[dict[Bar, type[Problem]]] = {
    Bar.OWN: OwnCase,
    Bar.PARTY_HAS_SPOKEN: PartyHasSpoken,
    Bar.SPOKE_FOR_ANOTHER: OnePersonOneParty,
}


async def find_plan(unit: Unit, plan_id: UUID) -> tuple[PlanRow, CaseRow]:
    """Raises NotFound."""
    row = await unit.session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound()
    return row, await unit.session.get_one(CaseRow, row.case_id)


async def lock_plan(unit: Unit, plan_id: UUID) -> tuple[PlanRow, CaseRow]:
    """As both are now; the case first, for which everybody waits who changes anything of it."""
    row, case = await find_plan(unit, plan_id)
    case = await lock_case(unit, case.id)
    row = await unit.session.get_one(PlanRow, plan_id, with_for_update=True, populate_existing=True)
    return row, case


def _require_move(row: PlanRow, move: PlanMove) -> PlanState:
    state = after(PlanState(row.state), move)
    if state is None:
        raise MoveNotAllowed(row.state, allowed_states(PlanState(row.state)))
    return state


async def _move(unit: Unit, row: PlanRow, case: CaseRow, move: PlanMove, event: str, **facts: str) -> None:
    row.state, row.state_since = _require_move(row, move), unit.now
    await unit.session.flush()
    await _tell(unit, row, case, event)
    unit.record(move, "accommodation-plan", row.id, person=case.person_id, state=row.state, **facts)


async def _tell(unit: Unit, row: PlanRow, case: CaseRow, event: str) -> None:
    await unit.emit(Event(f"accommodation-plan.{event}", {"plan": row.id, "case": case.id}, case.person_id))


# Versions -----------------------------------------------------------------------------------------------------------


async def request_version(
    unit: Unit, case: CaseRow, wish: str | None, wishes: Sequence[NewAccommodation] | None
) -> PlanRow:
    """Another version of the plan, to renew or to change it; the one in force stays. Without `wishes` it begins as the
    version before. `case` is locked. Raises CaseIsClosed, PlanInPreparation, InvalidFields."""
    refuse_closed(case)
    versions = await versions_of(unit, case.id)
    if any(one.state in IN_PREPARATION for one in versions):
        raise PlanInPreparation()
    last = versions[-1]
    if wishes is None:
        wishes = [_again(one) for one in await accommodations_of(unit, last.id)]
    else:
        await check_proposal(unit, wishes)
    row = await create_plan(unit, case, last.number + 1, last.id, wish, wishes)
    await tell_coordinator(unit, case)
    return row


async def versions_of(unit: Unit, case_id: UUID) -> Sequence[PlanRow]:
    """The first one first."""
    return (
        await unit.session.scalars(select(PlanRow).where(PlanRow.case_id == case_id).order_by(PlanRow.number))
    ).all()


def _again(row: AccommodationRow) -> NewAccommodation:
    return NewAccommodation(Feature(row.feature), value_of(row), kinds_of(row), row.class_id, row.fixed_time_reason)


# Proposal and approvals ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assessment:
    valid_from: date
    valid_until: date
    accommodations: Sequence[NewAccommodation]
    words: str | None


async def assess(unit: Unit, row: PlanRow, case: CaseRow, found: Assessment) -> None:
    """Proposes it to the three parties. Both rows are locked. Raises CaseIsClosed, OwnCase, MoveNotAllowed,
    InvalidFields."""
    refuse_closed(case)
    refuse_own(unit, case)
    _require_move(row, PlanMove.ASSESS)
    _check_days(unit, found.valid_from, found.valid_until)
    agreed_until = await _agreed_beyond(unit, case, found.valid_until)
    if agreed_until is not None:
        raise invalid("/valid_until", "ends-before-agreed", agreed_until=agreed_until.isoformat())
    await check_proposal(unit, found.accommodations)
    await write_accommodations(unit, row.id, found.accommodations)
    row.valid_from, row.valid_until = found.valid_from, found.valid_until
    row.assessment = None if found.words is None else unit.keys.seal(found.words, PLAN_TABLE, "assessment", row.id)
    row.round += 1
    row.return_reason = None
    await _move(unit, row, case, PlanMove.ASSESS, "proposed", round=str(row.round))
    deciding = [await staff_for(unit, case.person_id, ROLE_OF[party]) for party in (Party.DEPARTMENT, Party.DEAN)]
    for person in sorted(frozenset[UUID]().union(*deciding)):
        await unit.emit(Event(DECISION_WANTED, {"case": case.id, "plan": row.id}, person))


def _check_days(unit: Unit, first: date, last: date) -> None:
    if last < first:
        raise invalid("/valid_until", "end-before-start")
    if last < unit.today:
        raise invalid("/valid_until", "in-the-past")
    if last - first > timedelta(days=LONGEST_PLAN_DAYS):
        raise invalid("/valid_until", "plan-too-long", years=6)


async def approvals_of(unit: Unit, plan_id: UUID) -> Sequence[ApprovalRow]:
    """Of all rounds, in their order."""
    return (
        await unit.session.scalars(
            select(ApprovalRow).where(ApprovalRow.plan_id == plan_id).order_by(ApprovalRow.round, ApprovalRow.id)
        )
    ).all()


def said_to(row: PlanRow, approvals: Sequence[ApprovalRow]) -> list[Said]:
    """What was said to the present proposal."""
    return [
        Said(Party(one.party), Decision(one.decision), one.decided_by) for one in approvals if one.round == row.round
    ]


async def approve(
    unit: Unit, row: PlanRow, case: CaseRow, party: Party, decision: Decision, reason: str | None
) -> None:
    """One of the three decides (clause 7.3); who may for which party, the policy has been asked. Both rows are locked.
    Raises CaseIsClosed, MoveNotAllowed, OwnCase, PartyHasSpoken, OnePersonOneParty, InvalidFields."""
    refuse_closed(case)
    if unit.actor.person is None:
        raise NotAllowed()  # somebody answers for it with their name
    if row.state != PlanState.ASSESSED:
        raise MoveNotAllowed(row.state, allowed_states(PlanState(row.state)))
    said = said_to(row, await approvals_of(unit, row.id))
    stands = bar(said, party, unit.actor.person, case.person_id)
    if stands is not None:
        raise _BARS[stands]()
    if decision is Decision.REFUSED and reason is None:
        raise invalid("/reason", "reason-needed")
    approval = ApprovalRow(
        created_at=unit.now,
        plan_id=row.id,
        round=row.round,
        party=party,
        decided_by=unit.actor.person,
        decision=decision,
        reason=None if reason is None else reason.strip(),
    )
    unit.session.add(approval)
    flag_modified(row, "state")  # the plan's version changes with each decision
    await unit.session.flush()
    unit.record(
        "approve" if decision is Decision.AGREED else "refuse",
        "accommodation-plan",
        row.id,
        person=case.person_id,
        party=party,
        round=str(row.round),
    )
    move = move_of([*said, Said(party, decision, unit.actor.person)])
    if move is PlanMove.RETURN:
        row.return_reason = approval.reason
        await _move(unit, row, case, move, "returned", party=party)
        await tell_coordinator(unit, case)
    elif move is PlanMove.AGREE:
        await _move(unit, row, case, move, "agreed")
        await tell_coordinator(unit, case)


async def return_plan(unit: Unit, row: PlanRow, case: CaseRow, reason: str) -> None:
    """The office takes a proposal back before it is active; it needs all three again. Both rows are locked. Raises
    CaseIsClosed, OwnCase, MoveNotAllowed."""
    refuse_closed(case)
    refuse_own(unit, case)
    _require_move(row, PlanMove.RETURN)
    row.return_reason = reason.strip()
    await _move(unit, row, case, PlanMove.RETURN, "returned", party=Party.SERVICE)


# In force -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Documented:
    """The official document, and the act that set the procedure of adapted assessment (clauses 6.6, 7.3)."""

    number: str
    dated: date
    procedure_unit_id: UUID | None
    procedure_number: str | None
    procedure_date: date | None


async def activate(unit: Unit, row: PlanRow, case: CaseRow, document: Documented) -> None:
    """In force from its first day on, or from today if that has passed; the version before ends on the day before. Both
    rows are locked. Raises CaseIsClosed, OwnCase, MoveNotAllowed, PlanIsOver, InvalidFields."""
    refuse_closed(case)
    refuse_own(unit, case)
    _require_move(row, PlanMove.ACTIVATE)
    assert row.valid_from is not None and row.valid_until is not None  # of every plan that was proposed
    if is_over(row.valid_until, unit.today):
        raise PlanIsOver(valid_until=row.valid_until.isoformat())
    await _check_document(unit, row, document)
    first = effective_from(row.valid_from, unit.today)
    moved = await _supersede(unit, case, Period(first, row.valid_until))
    row.effective_from, row.effective_until = first, row.valid_until
    row.document_number, row.document_date = document.number, document.dated
    row.procedure_unit_id, row.procedure_number = document.procedure_unit_id, document.procedure_number
    row.procedure_date = document.procedure_date
    row.activated_at, row.activated_by = unit.now, unit.actor.person
    await _move(
        unit, row, case, PlanMove.ACTIVATE, "activated", first=first.isoformat(), last=row.valid_until.isoformat()
    )
    for one in moved:
        await _tell(unit, one, case, "changed")


async def _agreed_beyond(unit: Unit, case: CaseRow, last: date) -> date | None:
    """The last day of what is or will be in force, if it is after this one. A version ends those before it, so a
    shorter one would leave the student with nothing for days that three parties have agreed on (clause 7.3); who means
    that revokes the other first, which the student is told. Nothing that is put into force, revoked or reinstated
    after the proposal can end later than it: one version at a time is in preparation."""
    ends = [row.effective_until for row in await _put_into_force(unit, case) if _period(row).takes_effect]
    latest = max((one for one in ends if one is not None), default=None)
    return latest if latest is not None and latest > last and not is_over(latest, unit.today) else None


async def _check_document(unit: Unit, row: PlanRow, document: Documented) -> None:
    if document.dated > unit.today:
        raise invalid("/document_date", "not-yet")
    parts = {
        "procedure_unit_id": document.procedure_unit_id,
        "procedure_number": document.procedure_number,
        "procedure_date": document.procedure_date,
    }
    given = {name for name, part in parts.items() if part is not None}
    is_needed = any(one.for_tests for one in await accommodations_of(unit, row.id))
    if (is_needed or given) and len(given) < len(parts):
        raise invalid(f"/{min(set(parts) - given)}", "procedure-needed")
    if document.procedure_unit_id is None or document.procedure_date is None:
        return
    kind = await people.unit_kind(unit, document.procedure_unit_id)
    if kind is None:
        raise invalid("/procedure_unit_id", "no-such-unit")
    if kind not in PROCEDURE_BODIES:
        raise invalid("/procedure_unit_id", "procedure-body")
    if document.procedure_date > unit.today:
        raise invalid("/procedure_date", "not-yet")


async def _supersede(unit: Unit, case: CaseRow, coming: Period) -> Sequence[PlanRow]:
    """The version in force ends on the day before the one that is coming, and so does one before it that was to be in
    force until then. Told when the next one is in force, so that nobody who hears of it finds neither."""
    put = await _put_into_force(unit, case)
    old = next((one for one in put if one.state == PlanState.ACTIVE), None)
    if old is not None:
        old.state, old.state_since = _require_move(old, PlanMove.SUPERSEDE), unit.now
    moved = await _fit_last_days(unit, put, coming)
    for one in moved:
        if one is not old:
            unit.record("move-end", "accommodation-plan", one.id, person=case.person_id, last=_last_day(one))
    if old is None:
        return moved
    unit.record(
        *(PlanMove.SUPERSEDE, "accommodation-plan", old.id),
        person=case.person_id,
        state=old.state,
        last=_last_day(old),
    )
    return [old, *(one for one in moved if one is not old)]


async def _put_into_force(unit: Unit, case: CaseRow) -> Sequence[PlanRow]:
    """The versions that ever were, in the order in which they were; locked."""
    query = select(PlanRow).where(PlanRow.case_id == case.id, PlanRow.effective_from.is_not(None))
    return (await unit.session.scalars(query.order_by(PlanRow.number).with_for_update())).all()


def _period(row: PlanRow) -> Period:
    last = row.effective_until if row.state == PlanState.REVOKED else row.valid_until
    assert row.effective_from is not None and last is not None  # of every plan that was put into force
    return Period(row.effective_from, last)


def _last_day(row: PlanRow) -> str:
    assert row.effective_until is not None  # of every plan that was put into force
    return row.effective_until.isoformat()


async def _fit_last_days(unit: Unit, put: Sequence[PlanRow], *coming: Period) -> list[PlanRow]:
    """Those whose last day is another one now. A revoked version keeps the day that its revocation named."""
    ends = last_days([*map(_period, put), *coming])
    moved = []
    for row, last in zip(put, ends, strict=False):
        if row.state != PlanState.REVOKED and row.effective_until != last:
            row.effective_until = last
            moved.append(row)
    await unit.session.flush()
    return moved


async def revoke(unit: Unit, row: PlanRow, case: CaseRow, reason: str, last_day: date | None) -> None:
    """Its last day is today unless said. If that is before its first, the version that it was to take the place of is
    in force as if it had never been. Both rows are locked. Raises OwnCase, MoveNotAllowed, InvalidFields."""
    refuse_own(unit, case)
    _require_move(row, PlanMove.REVOKE)
    assert row.effective_until is not None  # of every active plan
    last = unit.today if last_day is None else last_day
    if last < unit.today:
        raise invalid("/last_day", "in-the-past")
    row.effective_until = min(last, row.effective_until)
    row.revoke_reason = unit.keys.seal(reason.strip(), PLAN_TABLE, "revoke_reason", row.id)
    row.revoked_by = unit.actor.person
    await _move(unit, row, case, PlanMove.REVOKE, "revoked", last=row.effective_until.isoformat())
    if not _period(row).takes_effect:
        await _reinstate(unit, case)


async def _reinstate(unit: Unit, case: CaseRow) -> None:
    """After a revocation before the first day: versions before get back their last days, and the last of them that
    takes effect is active again unless its days are over."""
    put = await _put_into_force(unit, case)
    moved = await _fit_last_days(unit, put)
    last = next((one for one in reversed(put) if _period(one).takes_effect), None)
    if (
        last is not None
        and last.state == PlanState.SUPERSEDED
        and not is_over(date.fromisoformat(_last_day(last)), unit.today)
    ):
        await _move(unit, last, case, PlanMove.REINSTATE, "reinstated", last=_last_day(last))
    for one in moved:
        if one is not last:
            unit.record("move-end", "accommodation-plan", one.id, person=case.person_id, last=_last_day(one))
        await _tell(unit, one, case, "changed")


async def expire(unit: Unit, row: PlanRow, case: CaseRow) -> None:
    """Both rows are locked. Raises MoveNotAllowed."""
    await _move(unit, row, case, PlanMove.EXPIRE, "expired")


async def notify_end(unit: Unit, row: PlanRow, case: CaseRow) -> None:
    """Tells the student and the coordinator that it ends soon, so that another version can be agreed in time."""
    row.notice_at = unit.now
    await unit.session.flush()
    await _tell(unit, row, case, "expiring")
    unit.record("announce-end", "accommodation-plan", row.id, person=case.person_id)
    await tell_coordinator(unit, case)


async def keep_document(unit: Unit, row: PlanRow, case: CaseRow, received: files.Received) -> None:
    """The official document as a file, instead of the one before. Both rows are locked. Raises OwnCase."""
    refuse_own(unit, case)
    before, row.document_file_id = row.document_file_id, await files.keep(unit, received, owner=case.person_id)
    await unit.session.flush()
    if before is not None:
        await files.release(unit, [before])
    unit.record("add-document", "accommodation-plan", row.id, person=case.person_id)
