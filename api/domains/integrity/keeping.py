"""A work about which there is a case stays as it was handed in, and whoever decides the case can read it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from api.domains.assignments.errors import WorkLookedAt
from api.domains.integrity.cases import place_of
from api.domains.integrity.guards import DECIDE
from api.domains.integrity.models import IntegrityCaseRow
from api.domains.integrity.rules import CLOSED, AppealOutcome, CaseState, Sanction, may_annul
from api.events import Event
from api.unit import Unit


async def on_withdrawn(unit: Unit, event: Event) -> None:
    """Raises WorkLookedAt as long as a case runs, or what it has decided is not done yet. The words are the same before
    the student is told of the case and after."""
    for row in await _cases_about(unit, event.ids["submission"]):
        if CaseState(row.state) not in CLOSED or _is_to_be_annulled(row):
            raise WorkLookedAt()


def _is_to_be_annulled(row: IntegrityCaseRow) -> bool:
    told = None if row.sanction is None else Sanction(row.sanction)
    outcome = None if row.appeal_outcome is None else AppealOutcome(row.appeal_outcome)
    return row.annulled_at is None and may_annul(CaseState(row.state), told, outcome)


async def decides_about(unit: Unit, work_id: UUID) -> bool:
    """Whether the actor is one of those who decide a case about this work."""
    return any(unit.may(DECIDE, place_of(row)) for row in await _cases_about(unit, work_id))


async def _cases_about(unit: Unit, work_id: UUID) -> Sequence[IntegrityCaseRow]:
    return (await unit.session.scalars(select(IntegrityCaseRow).where(IntegrityCaseRow.work_id == work_id))).all()
