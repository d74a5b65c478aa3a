"""Cases: opened, coordinated, closed (clause 7.1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from api.domains.access import service as access
from api.domains.accommodations.errors import CaseIsClosed, CaseIsOpen, NobodyCoordinates, OwnCase, PlanIsActive
from api.domains.accommodations.models import CaseRow, PlanRow
from api.domains.accommodations.proposals import NewAccommodation, check_proposal, write_accommodations
from api.domains.accommodations.rules import CaseState, PlanState, least_burdened
from api.domains.people import service as people
from api.errors import NotFound, invalid
from api.events import Event
from api.identity import Role
from api.ids import new_id
from api.unit import Unit

TABLE: Final = "accommodation_case"
PLAN_TABLE: Final = "accommodation_plan"
TO_DO: Final = "accommodation-case.to-do"
"""Told to the coordinator: there is something to do in a case."""
WITHOUT_COORDINATOR: Final = "accommodation-case.without-coordinator"
"""Told to everybody of the office."""
DECISION_WANTED: Final = "accommodation-case.decision-wanted"
"""Told to those who decide for department and dean's office."""


async def find_case(unit: Unit, case_id: UUID) -> CaseRow:
    """Raises NotFound."""
    row = await unit.session.get(CaseRow, case_id)
    if row is None:
        raise NotFound()
    return row


async def lock_case(unit: Unit, case_id: UUID) -> CaseRow:
    """As it is now; whoever changes anything of a case waits for it here."""
    return await unit.session.get_one(CaseRow, case_id, with_for_update=True, populate_existing=True)


def refuse_closed(row: CaseRow) -> None:
    if row.state == CaseState.CLOSED:
        raise CaseIsClosed()


def refuse_own(unit: Unit, row: CaseRow) -> None:
    """Nobody of the office works on their own case."""
    if unit.actor.person == row.person_id:
        raise OwnCase()


# Opening ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewCase:
    person_id: UUID
    is_own_request: bool
    consent_given_on: date
    need: str | None = None
    consent_document: str | None = None
    wishes: Sequence[NewAccommodation] = field(default_factory=tuple)


async def open_case(unit: Unit, new: NewCase) -> CaseRow:
    """The case with its coordinator, and the first version of its plan, requested. Raises CaseIsOpen,
    NobodyCoordinates, InvalidFields."""
    place = await people.place_of_student(unit, new.person_id)
    if not (place.units or place.programmes or place.classes):
        raise invalid("/person_id", "not-a-student")
    if new.consent_given_on > unit.today:
        raise invalid("/consent_given_on", "not-yet")
    if new.wishes:
        await check_proposal(unit, new.wishes)
    if await unit.session.scalar(_open_case_of(new.person_id)):
        raise CaseIsOpen()
    row = CaseRow(
        id=new_id(),
        created_at=unit.now,
        person_id=new.person_id,
        state=CaseState.OPEN,
        coordinator_id=await _choose_coordinator(unit, new),
        coordinator_lost_at=None,
        is_own_request=new.is_own_request,
        consent_given_on=new.consent_given_on,
        consent_document=new.consent_document,
        opened_by=unit.actor.person,
        closed_at=None,
        closed_by=None,
        close_reason=None,
    )
    row.need = None if new.need is None else unit.keys.seal(new.need, TABLE, "need", row.id)
    try:
        async with unit.session.begin_nested():
            unit.session.add(row)
    except IntegrityError:
        if await unit.session.scalar(_open_case_of(new.person_id)):
            raise CaseIsOpen() from None  # another request got there first
        raise
    await create_plan(unit, row, 1, None, None, new.wishes)
    ids = {"case": row.id}
    await unit.emit(Event("accommodation-case.opened", ids, row.person_id, {"by": _by(new)}))
    unit.record("open", "accommodation-case", row.id, person=row.person_id, by=_by(new))
    await tell_coordinator(unit, row)
    return row


def _by(new: NewCase) -> str:
    return "student" if new.is_own_request else "office"


def _open_case_of(person_id: UUID) -> Select[UUID]:
    return select(CaseRow.id).where(CaseRow.person_id == person_id, CaseRow.state == CaseState.OPEN)


async def create_plan(
    unit: Unit, case: CaseRow, number: int, previous: UUID | None, wish: str | None, wishes: Sequence[NewAccommodation]
) -> PlanRow:
    plan = PlanRow(
        id=new_id(),
        created_at=unit.now,
        case_id=case.id,
        number=number,
        state=PlanState.REQUESTED,
        state_since=unit.now,
        round=0,
        previous_id=previous,
        requested_by=unit.actor.person,
    )
    plan.wish = None if wish is None else unit.keys.seal(wish, PLAN_TABLE, "wish", plan.id)
    unit.session.add(plan)
    await unit.session.flush()
    await write_accommodations(unit, plan.id, wishes)
    unit.record("request", "accommodation-plan", plan.id, person=case.person_id, number=str(number))
    return plan


# Coordinators -------------------------------------------------------------------------------------------------------


async def staff_for(unit: Unit, person_id: UUID, role: Role) -> frozenset[UUID]:
    """Who holds the role for the student's units today and can sign in, without the student."""
    place = await people.place_of_student(unit, person_id)
    found = await people.holders_above(unit, role, place.units)
    return found - {person_id} - await access.locked_out(unit, found)


async def office_for(unit: Unit, person_id: UUID) -> frozenset[UUID]:
    return await staff_for(unit, person_id, Role.INCLUSION_OFFICE)


async def _choose_coordinator(unit: Unit, new: NewCase) -> UUID:
    office = await office_for(unit, new.person_id)
    if unit.actor.person in office and not new.is_own_request:
        return unit.actor.person
    chosen = least_burdened(await _open_cases(unit, office), new.person_id)
    if chosen is None:
        raise NobodyCoordinates()
    return chosen


async def _open_cases(unit: Unit, persons: Collection[UUID]) -> dict[UUID, int]:
    rows = await unit.session.execute(
        select(CaseRow.coordinator_id, func.count())
        .where(CaseRow.state == CaseState.OPEN, CaseRow.coordinator_id.in_(persons))
        .group_by(CaseRow.coordinator_id)
    )
    return dict.fromkeys(sorted(persons), 0) | dict(rows.all())


async def name_coordinator(unit: Unit, case: CaseRow, person_id: UUID) -> None:
    """`case` is locked. Raises CaseIsClosed, OwnCase, InvalidFields."""
    refuse_closed(case)
    refuse_own(unit, case)
    if person_id not in await office_for(unit, case.person_id):
        raise invalid("/person_id", "not-of-the-office")
    case.coordinator_id, case.coordinator_lost_at = person_id, None
    await unit.session.flush()
    unit.record("name-coordinator", "accommodation-case", case.id, person=case.person_id, coordinator=str(person_id))
    await tell_coordinator(unit, case)


async def tell_coordinator(unit: Unit, case: CaseRow) -> None:
    """That there is something to do; not what, nor for whom. Not of one's own doing."""
    if case.coordinator_lost_at is None and case.coordinator_id != unit.actor.person:
        await unit.emit(Event(TO_DO, {"case": case.id}, case.coordinator_id))


async def lose_coordinator(unit: Unit, person_id: UUID) -> int:
    """The open cases of somebody who has left have no coordinator any more, and the office is told; how many that
    were. Nothing for somebody who has left nothing behind."""
    rows = (
        await unit.session.scalars(
            select(CaseRow)
            .where(
                CaseRow.coordinator_id == person_id,
                CaseRow.state == CaseState.OPEN,
                CaseRow.coordinator_lost_at.is_(None),
            )
            .order_by(CaseRow.id)
            .with_for_update()
        )
    ).all()
    told: set[UUID] = set()
    for row in rows:
        row.coordinator_lost_at = unit.now
        unit.record("lose-coordinator", "accommodation-case", row.id, person=row.person_id)
        for one in sorted(await office_for(unit, row.person_id) - {person_id} - told):
            told.add(one)
            await unit.emit(Event(WITHOUT_COORDINATOR, {"case": row.id}, one))
    await unit.session.flush()
    return len(rows)


async def is_of_the_office(unit: Unit, person_id: UUID) -> bool:
    """Whether somebody holds the role today and can sign in."""
    held = await people.roles_of(unit.session, person_id, unit.today)
    return any(one.role is Role.INCLUSION_OFFICE for one in held) and not await access.locked_out(unit, [person_id])


async def on_leaving(unit: Unit, event: Event) -> None:
    """Hears that an account or a role ended. What ends on a later day is found by `jobs`."""
    if event.person is not None and not await is_of_the_office(unit, event.person):
        await lose_coordinator(unit, event.person)


# Closing ------------------------------------------------------------------------------------------------------------


async def close_case(unit: Unit, case: CaseRow, reason: str) -> None:
    """What is in preparation stays where it is and goes no further; what is active has to be revoked before, or to
    expire. `case` is locked. Raises CaseIsClosed, PlanIsActive."""
    refuse_closed(case)
    if await unit.session.scalar(
        select(PlanRow.id).where(PlanRow.case_id == case.id, PlanRow.state == PlanState.ACTIVE)
    ):
        raise PlanIsActive()
    case.state, case.closed_at, case.closed_by = CaseState.CLOSED, unit.now, unit.actor.person
    case.close_reason = unit.keys.seal(reason.strip(), TABLE, "close_reason", case.id)
    await unit.session.flush()
    await unit.emit(Event("accommodation-case.closed", {"case": case.id}, case.person_id))
    unit.record("close", "accommodation-case", case.id, person=case.person_id)
    await tell_coordinator(unit, case)
