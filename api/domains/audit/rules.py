"""How entries are chained. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

FIRST_DIGEST = "0" * 64
"""What the first entry is chained to."""
HEAD_PURPOSE = "audit-head"
SHOWN_PURPOSE = "audit-entry"
"""What is shown of a digest is signed for this. The digest itself is over all that the entry says: with the entries
around it, it would tell whoever tries one person after the other whom a hidden one is about."""
HEALTH_SUBJECTS: Final = ("accommodation-",)
HEALTH_ACTIONS: Final = ("attempt.blocked", "attempt.formats-", "attempt.lengthened", "read-class", "special-data.")
"""Beginnings of the subjects and of what was done that tell of the health of whom an entry is about: that somebody has
an accommodation is such data (clause 4.1 c), and administrators have no part in it (clause 7.3). The entry of an
attempt that goes on longer stands beside that of the plan by which it does."""


class Break(StrEnum):
    """In which way the log is not what was written."""

    CHANGED = "changed"
    """The entry's content or its place is another: changed, exchanged with others, or put in between."""
    REMOVED = "removed"
    """There is a gap before this number."""
    CUT_OFF = "cut-off"
    """The log ends before the end that its head knows."""
    ADDED = "added"
    """The log goes on behind the end that its head knows."""
    HEAD = "head"
    """The head is gone, or was written by somebody without the keys."""
    UNKNOWN_KEY = "unknown-key"
    """The head is signed with a key that is not in the ring: a backup was restored without its keys, or worse."""


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """`number` is the entry where it shows."""

    number: int
    kind: Break


def tells_of_health(what: str, subject: str) -> bool:
    """Whether an entry about a person says something of their health."""
    return subject.startswith(HEALTH_SUBJECTS) or what.startswith(HEALTH_ACTIONS)


def head_text(number: int, digest: str) -> str:
    """What is signed."""
    return f"{number}:{digest}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a unit of work leaves: see `Unit.record`."""

    what: str
    subject: str
    subject_id: UUID
    person: UUID | None
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it: an account and its person, or the service itself under a name, or a visitor (all of them empty)."""

    account: UUID | None = None
    person: UUID | None = None
    service: str = ""


def entry_digest(before: str, number: int, at: datetime, author: Author, entry: Entry) -> str:
    """SHA-256 in hexadecimal over the canonical JSON of the entry and the digest before it."""
    text = msgspec.json.encode(
        [
            before,
            number,
            at.isoformat(timespec="microseconds"),
            author.account and str(author.account),
            author.person and str(author.person),
            author.service,
            entry.what,
            entry.subject,
            str(entry.subject_id),
            entry.person and str(entry.person),
            sorted(entry.facts.items()),
        ]
    )
    return hashlib.sha256(text).hexdigest()
