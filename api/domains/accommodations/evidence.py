"""What shows the need: stored apart from everything else, sealed, for the office and the student whose it is."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from api.domains.accommodations.cases import refuse_closed
from api.domains.accommodations.models import CaseRow, EvidenceRow
from api.domains.files import service as files
from api.errors import NotFound
from api.ids import new_id
from api.unit import Unit

TABLE: Final = "accommodation_evidence"


async def find_evidence(unit: Unit, evidence_id: UUID, *, lock: bool = False) -> tuple[EvidenceRow, CaseRow]:
    """Raises NotFound."""
    row = await unit.session.get(EvidenceRow, evidence_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise NotFound()
    return row, await unit.session.get_one(CaseRow, row.case_id)


async def add_evidence(unit: Unit, case: CaseRow, note: str) -> EvidenceRow:
    """`case` is locked. Raises CaseIsClosed."""
    refuse_closed(case)
    id_ = new_id()
    row = EvidenceRow(
        id=id_,
        created_at=unit.now,
        case_id=case.id,
        received_by=unit.actor.person,
        note=unit.keys.seal(note, TABLE, "note", id_),
        file_id=None,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "accommodation-evidence", row.id, person=case.person_id)
    return row


async def keep_file(unit: Unit, row: EvidenceRow, case: CaseRow, received: files.Received) -> None:
    """The certificate itself, sealed, instead of the one before. `row` is locked. Raises CaseIsClosed."""
    refuse_closed(case)
    before, row.file_id = row.file_id, await files.keep(unit, received, owner=case.person_id)
    await unit.session.flush()
    if before is not None:
        await files.release(unit, [before])
    unit.record("add-file", "accommodation-evidence", row.id, person=case.person_id)


async def delete_evidence(unit: Unit, ids: Collection[UUID]) -> None:
    """With their files."""
    kept = await unit.session.scalars(
        select(EvidenceRow.file_id).where(EvidenceRow.id.in_(ids), EvidenceRow.file_id.is_not(None))
    )
    file_ids = [id_ for id_ in kept if id_ is not None]
    await unit.session.execute(delete(EvidenceRow).where(EvidenceRow.id.in_(ids)))
    await files.release(unit, file_ids)


def open_note(unit: Unit, row: EvidenceRow) -> str:
    return unit.keys.open(row.note, TABLE, "note", row.id)
