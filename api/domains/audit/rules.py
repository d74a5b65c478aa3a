"""How entries are chained. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

FIRST_DIGEST = "0" * 64
"""What the first entry is chained to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a unit of work leaves: see `Unit.record`."""

    what: str
    subject: str
    subject_id: UUID
    person: UUID | None
    facts: Mapping[str, str]


def entry_digest(before: str, number: int, at: datetime, account: UUID | None, service: str, entry: Entry) -> str:
    """SHA-256 in hexadecimal over the canonical JSON of the entry and the digest before it."""
    text = msgspec.json.encode(
        [
            before,
            number,
            at.isoformat(timespec="microseconds"),
            account and str(account),
            service,
            entry.what,
            entry.subject,
            str(entry.subject_id),
            entry.person and str(entry.person),
            sorted(entry.facts.items()),
        ]
    )
    return hashlib.sha256(text).hexdigest()
