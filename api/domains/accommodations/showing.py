"""What is shown of cases and plans, and to whom how much."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from api.domains.accommodations.agreed import kinds_of, value_of
from api.domains.accommodations.cases import PLAN_TABLE, TABLE
from api.domains.accommodations.guards import VIEW_CASE, VIEW_PLAN, VIEW_PROPOSAL
from api.domains.accommodations.models import AccommodationRow, CaseRow, PlanRow
from api.domains.accommodations.plans import approvals_of, said_to
from api.domains.accommodations.proposals import NewAccommodation, accommodations_of
from api.domains.accommodations.rules import (
    PROPOSED,
    AgreedValue,
    CaseState,
    Decision,
    Feature,
    Party,
    PlanState,
    concerns_parties,
)
from api.domains.accommodations.schemas import (
    AccommodationCaseLine,
    AccommodationCaseOut,
    AccommodationIn,
    AccommodationOut,
    AccommodationPlanLine,
    AccommodationPlanOut,
    PlanApprovalOut,
)
from api.domains.accommodations.wording import word_accommodation
from api.domains.people import service as people
from api.errors import FieldError, InvalidFields, NotFound
from api.policy import Action, Place
from api.unit import Unit

# Who sees what


async def require_case(unit: Unit, wanted: Action, case: CaseRow) -> Place:
    """The student's place. Raises NotFound, NotAllowed."""
    where = await people.place_of_student(unit, case.person_id)
    unit.require(wanted, where, seen_by=VIEW_CASE)
    return where


async def require_plan(unit: Unit, row: PlanRow, case: CaseRow) -> Place:
    """The student's place, for those who may see this version of the plan. Raises NotFound."""
    where = await people.place_of_student(unit, case.person_id)
    concerns = concerns_parties(PlanState(row.state), row.effective_from, row.effective_until, unit.today)
    if not unit.may(VIEW_CASE, where) and not (concerns and unit.may(VIEW_PROPOSAL, where)):
        raise NotFound()
    return where


def concerning_parties(today: date) -> ColumnElement[bool]:
    """`rules.concerns_parties` for lists."""
    return or_(
        PlanRow.state.in_(PROPOSED),
        and_(PlanRow.effective_until >= today, PlanRow.effective_until >= PlanRow.effective_from),
    )


async def require_of_plan(unit: Unit, wanted: Action, row: PlanRow, case: CaseRow) -> None:
    """Raises NotFound for a plan that the actor may not see, NotAllowed for one that may be seen."""
    where = await require_plan(unit, row, case)
    unit.require(wanted, where, seen_by=VIEW_PLAN)


# What comes in


def read_accommodations(given: Iterable[AccommodationIn]) -> list[NewAccommodation]:
    """Raises InvalidFields."""
    found, faults = [], []
    for number, one in enumerate(given):
        at = f"/accommodations/{number}"
        multiplier = None if one.time_multiplier is None else Fraction(round(one.time_multiplier * 100), 100)
        if one.time_multiplier is not None and abs(one.time_multiplier - float(multiplier or 0)) > 1e-9:
            faults.append(FieldError(f"{at}/time_multiplier", "two-decimals", {}))
        value = AgreedValue(
            time_multiplier=multiplier,
            fixed_minutes=one.fixed_minutes,
            is_unlimited=one.is_unlimited,
            is_fixed_time=one.is_fixed_time,
            break_minutes=one.break_minutes,
            break_count=one.break_count,
            days=one.days,
            attempts=one.attempts,
            form=one.form,
            words=one.words,
            magnification_percent=one.magnification_percent,
        )
        kinds = frozenset(one.kinds)
        found.append(NewAccommodation(one.feature, value, kinds, one.class_id, one.fixed_time_reason))
    if faults:
        raise InvalidFields(fields=faults)
    return found


# What goes out


async def show_case_lines(unit: Unit, rows: Sequence[CaseRow]) -> list[AccommodationCaseLine]:
    names = await people.full_names(unit, {id_ for row in rows for id_ in (row.person_id, row.coordinator_id)})
    return [_case_line(row, names) for row in rows]


def _case_line(row: CaseRow, names: dict[UUID, str]) -> AccommodationCaseLine:
    return AccommodationCaseLine(
        id=row.id,
        person_id=row.person_id,
        person_name=names.get(row.person_id, ""),
        state=CaseState(row.state),
        coordinator_id=row.coordinator_id,
        coordinator_name=names.get(row.coordinator_id, ""),
        is_coordinated=row.coordinator_lost_at is None,
        opened_at=row.created_at,
        closed_at=row.closed_at,
    )


async def show_case(unit: Unit, row: CaseRow) -> AccommodationCaseOut:
    """For the student and the office."""
    (line,) = await show_case_lines(unit, [row])
    return AccommodationCaseOut(
        **{name: getattr(line, name) for name in AccommodationCaseLine.__struct_fields__},
        is_own_request=row.is_own_request,
        consent_given_on=row.consent_given_on,
        consent_document=row.consent_document,
        need=_opened(unit, row, TABLE, "need"),
        close_reason=_opened(unit, row, TABLE, "close_reason"),
    )


async def show_plan_lines(unit: Unit, rows: Sequence[tuple[PlanRow, CaseRow]]) -> list[AccommodationPlanLine]:
    names = await people.full_names(unit, {case.person_id for _, case in rows})
    return [_plan_line(row, case, names) for row, case in rows]


def _plan_line(row: PlanRow, case: CaseRow, names: dict[UUID, str]) -> AccommodationPlanLine:
    return AccommodationPlanLine(
        id=row.id,
        case_id=case.id,
        person_id=case.person_id,
        person_name=names.get(case.person_id, ""),
        number=row.number,
        state=PlanState(row.state),
        state_since=row.state_since,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
    )


async def show_plan(unit: Unit, row: PlanRow, case: CaseRow, language: str) -> AccommodationPlanOut:
    """The student's and the office's words are left out for the others. Who read it stands in the audit log."""
    unit.record("read", "accommodation-plan", row.id, person=case.person_id)
    is_whole = unit.may(VIEW_CASE, await people.place_of_student(unit, case.person_id))
    approvals = await approvals_of(unit, row.id)
    said = {one.party for one in said_to(row, approvals)}
    names = await people.full_names(unit, {case.person_id, *(one.decided_by for one in approvals)})
    line = _plan_line(row, case, names)
    return AccommodationPlanOut(
        **{name: getattr(line, name) for name in AccommodationPlanLine.__struct_fields__},
        round=row.round,
        previous_id=row.previous_id,
        accommodations=[show_accommodation(one, language) for one in await accommodations_of(unit, row.id)],
        approvals=[
            PlanApprovalOut(
                round=one.round,
                party=Party(one.party),
                decision=Decision(one.decision),
                reason=one.reason,
                decided_at=one.created_at,
                decided_by=one.decided_by,
                decided_by_name=names.get(one.decided_by, ""),
            )
            for one in approvals
        ],
        missing=[party for party in Party if party not in said] if row.state == PlanState.ASSESSED else [],
        wish=_opened(unit, row, PLAN_TABLE, "wish") if is_whole else None,
        assessment=_opened(unit, row, PLAN_TABLE, "assessment") if is_whole else None,
        return_reason=row.return_reason,
        revoke_reason=_opened(unit, row, PLAN_TABLE, "revoke_reason") if is_whole else None,
        document_number=row.document_number,
        document_date=row.document_date,
        has_document_file=row.document_file_id is not None,
        procedure_unit_id=row.procedure_unit_id,
        procedure_number=row.procedure_number,
        procedure_date=row.procedure_date,
    )


def _opened(unit: Unit, row: CaseRow | PlanRow, table: str, column: str) -> str | None:
    sealed: str | None = getattr(row, column)
    return None if sealed is None else unit.keys.open(sealed, table, column, row.id)


def show_accommodation(row: AccommodationRow, language: str) -> AccommodationOut:
    feature, value = Feature(row.feature), value_of(row)
    words = word_accommodation(feature, value, language)
    return AccommodationOut(
        id=row.id,
        feature=feature,
        title=words.title,
        instruction=words.instruction,
        kinds=sorted(kinds_of(row)),
        class_id=row.class_id,
        time_multiplier=None if value.time_multiplier is None else float(value.time_multiplier),
        fixed_minutes=value.fixed_minutes,
        is_unlimited=value.is_unlimited,
        is_fixed_time=value.is_fixed_time,
        fixed_time_reason=row.fixed_time_reason,
        break_minutes=value.break_minutes,
        break_count=value.break_count,
        days=value.days,
        attempts=value.attempts,
        form=value.form,
        words=value.words,
        magnification_percent=value.magnification_percent,
    )
