"""The rules of handing in. Pure: moments, lateness, versions and receipts as functions of what is known."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

DAY: Final = timedelta(days=1)
FULL: Final = 100
RECEIPT_FORMAT: Final = "jetki-receipt-1"
RECEIPT_PURPOSE: Final = "receipt"


class LateRule(StrEnum):
    """What happens behind the due moment."""

    REFUSED = "refused"
    """Nothing is taken: the task closes when it is due."""
    ACCEPTED = "accepted"
    """Taken until the close, with so many per cent off for each day or part of one."""


class TextRule(StrEnum):
    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Forming(StrEnum):
    """Who forms groups."""

    NONE = "none"
    """Everybody works alone."""
    INSTRUCTOR = "instructor"
    STUDENTS = "students"


class SubmissionState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    """The version that counts."""
    SUPERSEDED = "superseded"
    """A later version counts."""
    WITHDRAWN = "withdrawn"
    """Taken back by the student before the close: kept, and shown to nobody who marks."""
    DISCARDED = "discarded"
    """A draft that was given up."""


MOVES: Final[Mapping[SubmissionState, tuple[SubmissionState, ...]]] = {
    SubmissionState.DRAFT: (SubmissionState.SUBMITTED, SubmissionState.DISCARDED),
    SubmissionState.SUBMITTED: (SubmissionState.SUPERSEDED, SubmissionState.WITHDRAWN),
    SubmissionState.SUPERSEDED: (),
    SubmissionState.WITHDRAWN: (),
    SubmissionState.DISCARDED: (),
}
HANDED_IN: Final = (SubmissionState.SUBMITTED, SubmissionState.SUPERSEDED, SubmissionState.WITHDRAWN)
"""States of versions that were submitted once."""
COUNTED: Final = (SubmissionState.SUBMITTED, SubmissionState.SUPERSEDED)
"""Those that count against the number of versions: what was withdrawn is kept, and there is another in its place."""


class Standing(StrEnum):
    """How a student stands with an assignment."""

    NOTHING = "nothing"
    """Nothing has been begun, and there is or will be time for it."""
    DRAFT = "draft"
    """Begun and not handed in: a draft is never handed in by itself."""
    HANDED_IN = "handed-in"
    """A version counts. A later draft counts for nothing until it is handed in."""
    NOT_HANDED_IN = "not-handed-in"
    """The time is over and no version counts; a draft has stayed a draft."""


def standing(versions: Collection[SubmissionState], *, is_over: bool) -> Standing:
    """By the versions of a work, of which at most one counts. `is_over`: nothing can be handed in any more."""
    if SubmissionState.SUBMITTED in versions:
        return Standing.HANDED_IN
    if is_over:
        return Standing.NOT_HANDED_IN
    return Standing.DRAFT if SubmissionState.DRAFT in versions else Standing.NOTHING


@dataclass(frozen=True, slots=True)
class Window:
    """When a work may be handed in, and how often; None: without end. The close itself is outside."""

    opens_at: datetime
    due_at: datetime | None
    closes_at: datetime | None
    versions: int | None

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now and (self.closes_at is None or now < self.closes_at)

    def lateness(self, at: datetime) -> timedelta:
        """How late something handed in at this moment is; zero in time, and at the due moment itself."""
        return timedelta() if self.due_at is None else max(at - self.due_at, timedelta())


def joint_window(windows: Sequence[Window]) -> Window:
    """Of a group: the latest of its members' moments and the most of their versions, so that nobody loses by working
    with others. At least one window is needed."""
    return Window(
        min(one.opens_at for one in windows),
        _latest([one.due_at for one in windows]),
        _latest([one.closes_at for one in windows]),
        None if any(one.versions is None for one in windows) else max(one.versions or 0 for one in windows),
    )


def _latest(moments: Sequence[datetime | None]) -> datetime | None:
    known = [one for one in moments if one is not None]
    return max(known) if len(known) == len(moments) else None


def deduction(lateness: timedelta, percent_a_day: int) -> int:
    """Per cent taken off: for each day, and each part of one, behind the due moment; never more than all."""
    return min(FULL, -(-lateness // DAY) * percent_a_day)


def in_ms(duration: timedelta) -> int:
    """Whole milliseconds, rounded up: what is late by less is late all the same."""
    return -(-duration // timedelta(milliseconds=1))


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def receipt_text(content: Mapping[str, Any]) -> str:
    """A receipt as the very text that is signed: members in alphabetical order, no spaces (as RFC 8785 has it for
    texts and whole numbers)."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def content_digest(file_digests: Sequence[str], text: str | None) -> str:
    """One digest of all that was handed in: of the digests of the files in their order, and of the text."""
    parts = [*file_digests, "-" if text is None else text_digest(text)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
