"""How long what is kept. Both periods are our defaults, to be confirmed by the university."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select

from api.domains.accommodations.evidence import delete_evidence
from api.domains.accommodations.models import CaseRow, EvidenceRow, PlanRow
from api.domains.files import service as files
from api.domains.people import service as people
from api.retention import Effect, RetentionRule
from api.unit import Unit


def _is_over(unit: Unit, before: datetime) -> ColumnElement[bool]:
    """Closed before that moment, or of somebody who has left before it."""
    day = before.astimezone(unit.settings.time_zone).date()
    return or_(CaseRow.closed_at < before, and_(CaseRow.created_at < before, people.has_left(day, CaseRow.person_id)))


async def _sweep_evidence(unit: Unit, before: datetime, most: int) -> int:
    rows = (
        await unit.session.execute(
            select(EvidenceRow.id, CaseRow.person_id)
            .join(CaseRow, EvidenceRow.case_id == CaseRow.id)
            .where(_is_over(unit, before))
            .order_by(EvidenceRow.id)
            .limit(most)
        )
    ).all()
    for id_, person_id in rows:
        unit.record("delete", "accommodation-evidence", id_, person=person_id, reason="retention")
    await delete_evidence(unit, [id_ for id_, _ in rows])
    return len(rows)


async def _sweep_cases(unit: Unit, before: datetime, most: int) -> int:
    rows = (
        await unit.session.execute(
            select(CaseRow.id, CaseRow.person_id).where(_is_over(unit, before)).order_by(CaseRow.id).limit(most)
        )
    ).all()
    ids = [id_ for id_, _ in rows]
    await delete_evidence(
        unit, list(await unit.session.scalars(select(EvidenceRow.id).where(EvidenceRow.case_id.in_(ids))))
    )
    documents = await unit.session.scalars(
        select(PlanRow.document_file_id).where(PlanRow.case_id.in_(ids), PlanRow.document_file_id.is_not(None))
    )
    document_ids = [id_ for id_ in documents if id_ is not None]
    await unit.session.execute(delete(CaseRow).where(CaseRow.id.in_(ids)))  # with all that belongs to them
    await files.release(unit, document_ids)
    for id_, person_id in rows:
        unit.record("delete", "accommodation-case", id_, person=person_id, reason="retention")
    return len(rows)


RETENTION: Final[Sequence[RetentionRule]] = (
    RetentionRule("accommodation-evidence", 365, Effect.DELETED, _sweep_evidence),
    RetentionRule("accommodation-cases", 5 * 365, Effect.DELETED, _sweep_cases),
)
"""Days after the case was closed, or after the last role of a student who has left: a year in which a decision may be
contested, and five years for which reports are looked into."""
