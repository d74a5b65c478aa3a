"""A similarity report of a demonstration, made at once instead of by its job, which then finds it done."""

from collections.abc import Sequence
from contextlib import nullcontext

from sqlalchemy import select

from api.domains.assignments import service as assignments
from api.domains.integrity.models import SimilarityPairRow, SimilarityRunRow
from api.domains.integrity.reports import store_findings
from api.domains.integrity.similarity import find_common_passages
from api.domains.integrity.works import words_of_task
from api.errors import NotAllowed
from api.unit import Unit


async def compare_now(unit: Unit, run: SimilarityRunRow) -> Sequence[SimilarityPairRow]:
    """The pairs, those with most in common first."""
    if not unit.actor.is_system:
        raise NotAllowed()
    works = await assignments.texts_of(lambda: nullcontext(unit), run.assignment_id)
    common = [*run.common, *await words_of_task(unit, run.assignment_id)]
    await store_findings(unit, run.id, works, find_common_passages([one.text for one in works], common))
    table = SimilarityPairRow
    return (await unit.session.scalars(select(table).where(table.run_id == run.id).order_by(table.place))).all()
