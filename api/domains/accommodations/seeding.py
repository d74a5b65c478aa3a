"""Plans of a demonstration or a measurement, entered by the service itself through the same rules as every other plan:
three persons approve, a document is named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.acting import acting_as
from api.domains.accommodations import cases, plans
from api.domains.accommodations.models import CaseRow, PlanRow
from api.domains.accommodations.proposals import NewAccommodation
from api.domains.accommodations.rules import Decision, Party
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class NewPlan:
    person_id: UUID
    deciders: Mapping[Party, UUID]
    """Who decides for whom; the one for the service assesses and activates too."""
    accommodations: Sequence[NewAccommodation]
    valid_from: date
    valid_until: date
    document_number: str
    procedure_unit_id: UUID
    """A commission or a methodical council."""
    need: str | None = None


async def add_active_plan(unit: Unit, new: NewPlan) -> UUID:
    """The plan's id. Somebody has to hold the office's role already. Raises what the steps raise."""
    plan, case = await _propose(unit, new)
    await _approve(unit, plan, case, new.deciders)
    with acting_as(unit, new.deciders[Party.SERVICE]):
        document = plans.Documented(new.document_number, unit.today, new.procedure_unit_id, "1", unit.today)
        await plans.activate(unit, plan, case, document)
    return plan.id


async def add_waiting_plan(unit: Unit, new: NewPlan, agreed: Collection[Party]) -> UUID:
    """The id of a plan to which only these parties have agreed so far. Raises what the steps raise."""
    plan, case = await _propose(unit, new)
    await _approve(unit, plan, case, {party: new.deciders[party] for party in Party if party in agreed})
    return plan.id


async def _propose(unit: Unit, new: NewPlan) -> tuple[PlanRow, CaseRow]:
    """Requested by the student, assessed by the office."""
    with acting_as(unit, new.person_id):
        wanted = cases.NewCase(
            new.person_id, is_own_request=True, consent_given_on=unit.today, need=new.need, wishes=new.accommodations
        )
        case = await cases.open_case(unit, wanted)
        (plan,) = await plans.versions_of(unit, case.id)
    with acting_as(unit, new.deciders[Party.SERVICE]):
        proposed = plans.Assessment(new.valid_from, new.valid_until, new.accommodations, None)
        await plans.assess(unit, plan, case, proposed)
    return plan, case


async def _approve(unit: Unit, plan: PlanRow, case: CaseRow, deciders: Mapping[Party, UUID]) -> None:
    for party, person_id in deciders.items():
        with acting_as(unit, person_id):
            await plans.approve(unit, plan, case, party, Decision.AGREED, None)
