"""Whether a receipt is genuine."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from api.domains.assignments.models import SubmissionRow
from api.domains.assignments.rules import RECEIPT_PURPOSE
from api.unit import Unit


class _Said(msgspec.Struct):
    submission: UUID


async def verify(unit: Unit, content: str, signature: str) -> tuple[bool, bool]:
    """Whether this service has given the receipt out, and whether the version is on record with this very receipt. A
    receipt on record is genuine although its key has left the ring since."""
    signed = unit.keys.is_signature(signature, content, RECEIPT_PURPOSE)
    try:
        said = msgspec.json.decode(content, type=_Said)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return signed, False
    row = (
        await unit.session.execute(
            select(SubmissionRow.receipt, SubmissionRow.receipt_seal).where(SubmissionRow.id == said.submission)
        )
    ).one_or_none()
    recorded = row is not None and row.receipt == content and row.receipt_seal == signature
    return signed or recorded, recorded
