"""What a report of a technical failure goes through, until when it may be made, and when somebody is reminded.

Source: clause 5.5 of the regulation (a student reports a failure at once and with evidence).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final


class IncidentState(StrEnum):
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    GRANTED = "granted"
    REFUSED = "refused"
    CLOSED = "closed"


INCIDENT_MOVES: Final[Mapping[IncidentState, tuple[IncidentState, ...]]] = {
    IncidentState.SUBMITTED: (IncidentState.IN_REVIEW,),
    IncidentState.IN_REVIEW: (IncidentState.GRANTED, IncidentState.REFUSED),
    IncidentState.GRANTED: (IncidentState.CLOSED,),
    IncidentState.REFUSED: (IncidentState.CLOSED,),
    IncidentState.CLOSED: (),
}
"""State -> what may follow. There are no others."""


@dataclass(frozen=True, slots=True)
class ReminderTerms:
    """Dated data of the university; see `DEFAULT_TERMS`."""

    hours_before: tuple[int, ...]
    report_hours: int


DEFAULT_TERMS: Final = ReminderTerms(hours_before=(72, 24), report_hours=72)
"""Our choice, until the university has set its own: "at once" in clause 5.5 is no number, and whoever sits without
electricity or network has to reach both first."""


def may_report(began_at: datetime, closes_at: datetime, now: datetime, terms: ReminderTerms) -> bool:
    """Whether a failure that began then may still be reported: `closes_at` is the person's own end of the task."""
    return began_at <= now and now <= max(closes_at, began_at) + timedelta(hours=terms.report_hours)


def minutes_until(due_at: datetime, wanted: datetime) -> int:
    """How many minutes move the one moment to the other at least; never less than 0."""
    return max(0, ceil((wanted - due_at) / timedelta(minutes=1)))


def lead_to_remind(due_at: datetime, now: datetime, hours_before: Collection[int]) -> int | None:
    """Which of the leads has come, the shortest of them; None: it is too early, or too late.

    Who gets a task the day before it is due is reminded once, not for each lead that has passed.
    """
    if now >= due_at:
        return None
    passed = [hours for hours in hours_before if due_at - timedelta(hours=hours) <= now]
    return min(passed, default=None)
