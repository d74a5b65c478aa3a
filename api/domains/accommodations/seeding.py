"""Plans of a demonstration or a measurement, entered by the service itself through the same rules as every other plan:
three persons approve, a document is named."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.domains.accommodations import cases, plans
from api.domains.accommodations.proposals import NewAccommodation
from api.domains.accommodations.rules import Decision, Party
from api.errors import NotAllowed
from api.identity import Actor, Method
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
    if not unit.actor.is_system:
        raise NotAllowed()
    office = new.deciders[Party.SERVICE]
    with _acting_as(unit, office):
        case = await cases.open_case(
            unit, cases.NewCase(new.person_id, is_own_request=False, consent_given_on=unit.today, need=new.need)
        )
        (plan,) = await plans.versions_of(unit, case.id)
        proposed = plans.Assessment(new.valid_from, new.valid_until, new.accommodations, None)
        await plans.assess(unit, plan, case, proposed)
    for party, person_id in new.deciders.items():
        with _acting_as(unit, person_id):
            await plans.approve(unit, plan, case, party, Decision.AGREED, None)
    with _acting_as(unit, office):
        document = plans.Documented(new.document_number, unit.today, new.procedure_unit_id, "1", unit.today)
        await plans.activate(unit, plan, case, document)
    return plan.id


@contextmanager
def _acting_as(unit: Unit, person_id: UUID) -> Iterator[None]:
    """The person answers for the step; the audit log names the service, which did it."""
    service, unit.actor = unit.actor, Actor(person=person_id, method=Method.SYSTEM, name=unit.actor.name)
    try:
        yield
    finally:
        unit.actor = service
