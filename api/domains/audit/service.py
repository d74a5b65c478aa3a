"""Appending to the log, and verifying it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.domains.audit.models import HEAD, AuditHead, AuditRow
from api.domains.audit.rules import FIRST_DIGEST, Entry, entry_digest
from api.identity import Actor


async def append_entries(session: AsyncSession, actor: Actor, now: datetime, entries: Sequence[Entry]) -> None:
    """The last thing a transaction does: from here to the commit others wait for the head of the chain."""
    head = await session.get_one(AuditHead, HEAD, with_for_update=True, populate_existing=True)
    rows = []
    number, digest = head.number, head.digest
    for entry in entries:
        number += 1
        digest = entry_digest(digest, number, now, actor.account, actor.name, entry)
        rows.append(
            {
                "number": number,
                "at": now,
                "account": actor.account,
                "service": actor.name,
                "what": entry.what,
                "subject": entry.subject,
                "subject_id": entry.subject_id,
                "person": entry.person,
                "facts": dict(entry.facts),
                "digest": digest,
            }
        )
    await session.execute(insert(AuditRow), rows)
    head.number, head.digest = number, digest
    await session.flush()


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """Where the log was changed: the first number whose digest is not what its content says, or that is missing."""

    number: int


async def find_broken_link(session: AsyncSession) -> BrokenChain | None:
    """Reads the whole log. None when every entry is what was written."""
    digest, expected = FIRST_DIGEST, 1
    rows = await session.stream_scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000))
    async for row in rows:
        entry = Entry(row.what, row.subject, row.subject_id, row.person, row.facts)
        digest = entry_digest(digest, row.number, row.at, row.account, row.service, entry)
        if row.number != expected or row.digest != digest:
            return BrokenChain(expected)
        expected += 1
    head = await session.get(AuditHead, HEAD)
    if (head.number, head.digest) != (expected - 1, digest) if head else expected != 1:
        return BrokenChain(expected)
    return None
