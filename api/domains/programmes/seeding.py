"""Programmes, modules and curricula of a demonstration, entered by the service itself and approved at once.

The steps are those of `approvals`, with the same rules; only who takes them is the service, which the decisions say.
"""

from uuid import UUID

from api.domains.programmes import approvals, catalogue, curricula
from api.domains.programmes.approvals import Case, Step
from api.domains.programmes.models import ProgrammeRow
from api.domains.programmes.rules import Move
from api.domains.programmes.schemas import CurriculumIn, DocumentIn, ModuleIn, ProgrammeIn, SpecialityIn
from api.errors import NotAllowed, NotFound
from api.unit import Unit


async def add_speciality(unit: Unit, data: SpecialityIn) -> UUID:
    """Raises AlreadyRecorded."""
    _require_service(unit)
    return (await catalogue.add_speciality(unit, data)).id


async def add_approved_programme(unit: Unit, data: ProgrammeIn, paper: DocumentIn) -> UUID:
    """Raises what drafting and approving raise: AlreadyRecorded, SpecialityClosed, InvalidFields."""
    _require_service(unit)
    row = await approvals.add_programme(unit, data)
    await _approve(unit, row, paper)
    return row.id


async def add_approved_module(unit: Unit, data: ModuleIn, paper: DocumentIn) -> UUID:
    """Raises SpecialityClosed, InvalidFields."""
    _require_service(unit)
    row = await approvals.add_module(unit, data)
    await _approve(unit, row, paper)
    return row.id


async def write_curriculum(unit: Unit, programme_id: UUID, intake_year: int, data: CurriculumIn) -> None:
    """Of a year that students may follow already: a demonstration begins in the middle. Raises InvalidFields."""
    _require_service(unit)
    programme = await unit.session.get(ProgrammeRow, programme_id)
    if programme is None:
        raise NotFound()
    row = await curricula.lock_curriculum(unit, programme_id, intake_year)
    await curricula.write_curriculum(unit, programme, intake_year, row, data)


async def _approve(unit: Unit, row: Case, paper: DocumentIn) -> None:
    for step in (
        Step(Move.PROPOSE, [paper]),
        Step(Move.REVIEW, [paper], is_favourable=True),
        Step(Move.APPROVE, [paper]),
    ):
        await approvals.take_step(unit, row, step)


def _require_service(unit: Unit) -> None:
    if not unit.actor.is_system:
        raise NotAllowed()
