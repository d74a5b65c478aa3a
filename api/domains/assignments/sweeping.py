"""What is let go when somebody has left: files, texts and receipts of works. That a work was handed in, and when, is
part of the record that grades refer to, and stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, or_, select, update

from api.domains.assignments.models import (
    SubmissionFileRow,
    SubmissionPersonRow,
    SubmissionRow,
    SubmissionTextRow,
)
from api.domains.files import service as files
from api.domains.people.service import has_left
from api.retention import Effect, RetentionRule
from api.unit import Unit


async def _sweep(unit: Unit, before: datetime, most: int) -> int:
    """Of works none of whose persons is left."""
    day = before.astimezone(unit.settings.time_zone).date()
    table = SubmissionRow
    someone_stays = exists().where(
        SubmissionPersonRow.submission_id == table.id, ~has_left(day, SubmissionPersonRow.person_id)
    )
    holds = or_(
        table.receipt != "",
        table.text_version > 0,
        exists().where(SubmissionFileRow.submission_id == table.id),
    )
    query = select(table.id).where(table.created_at < before, holds, ~someone_stays).order_by(table.id).limit(most)
    ids = (await unit.session.scalars(query)).all()
    if not ids:
        return 0
    of_works = SubmissionFileRow.submission_id.in_(ids)
    file_ids = (await unit.session.scalars(select(SubmissionFileRow.file_id).where(of_works))).all()
    await unit.session.execute(delete(SubmissionFileRow).where(of_works))
    await files.release(unit, file_ids)
    await unit.session.execute(delete(SubmissionTextRow).where(SubmissionTextRow.submission_id.in_(ids)))
    values = {"text_version": 0, "version": table.version + 1}
    written = update(table).where(table.id.in_(ids)).execution_options(synchronize_session=False)
    await unit.session.execute(written.values(values))
    await unit.session.execute(written.where(table.receipt.is_not(None)).values(receipt="", receipt_seal=""))
    return len(ids)


RETENTION: Final[Sequence[RetentionRule]] = (RetentionRule("submissions", 365, Effect.DELETED, _sweep),)
"""Days after the last role of the last of its persons. Our default, to be confirmed by the university."""
