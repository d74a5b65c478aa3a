"""More time, a later window or another attempt for a person and a task of any kind, by decision (clause 5.5).

`grant` is what people do through the API; the row and its event are `service.grant_extension`'s. Nothing here shortens
anything: a moment that lies before the person's own due moment is refused, and so is the revocation of what is in use.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from api.domains.conditions import service
from api.domains.conditions.errors import NothingAdded, NotInTheClass, OwnDecision
from api.domains.conditions.incident_rules import minutes_until
from api.domains.conditions.models import ExtensionRow
from api.domains.conditions.rules import Conditions, Task
from api.domains.enrolment.service import held_place
from api.errors import NotFound, invalid
from api.http.exchange import utc_text
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be added. `until`: the person's own due moment is to be then."""

    minutes: int = 0
    until: datetime | None = None
    attempts: int = 0


async def grant(
    unit: Unit, task: Task, person_id: UUID, wanted: Wanted, reason: str, incident_id: UUID | None = None
) -> UUID:
    """Raises OwnDecision, NotInTheClass, NothingAdded, InvalidFields (`/until`), MoveNotAllowed (cancelled task), those
    of `errors.UNUSABLE`."""
    if person_id == unit.actor.person:
        raise OwnDecision()
    if await held_place(unit, task.class_id, person_id) is None:
        raise NotInTheClass()
    window_minutes = 0
    if wanted.until is not None:
        alone = await service.conditions_alone(unit, person_id, task)
        window_minutes = _postponed(alone, wanted.until, wanted.minutes)
    if not wanted.minutes + window_minutes + wanted.attempts:
        raise NothingAdded()
    return await service.grant_extension(
        unit,
        task.id,
        person_id,
        minutes=wanted.minutes,
        window_minutes=window_minutes,
        until=wanted.until,
        attempts=wanted.attempts,
        reason=reason,
        incident_id=incident_id,
    )


def _postponed(alone: Conditions, until: datetime, minutes: int) -> int:
    """What this person is given reaches the moment by itself, be there a group or not (any more)."""
    due_at = alone.due_at.adjusted
    if due_at is None:
        raise invalid("/until", "unlimited-already")
    if until <= due_at:
        raise invalid("/until", "not-later", due_at=utc_text(due_at))
    missing = max(0, minutes_until(due_at, until) - minutes)
    if missing > LONGEST_MINUTES:
        raise invalid("/until", "too-far-away", due_at=utc_text(due_at))
    return missing


LONGEST_MINUTES = 525_600
"""A year, as the table has it. Our choice."""


async def find_extension(unit: Unit, extension_id: UUID) -> ExtensionRow:
    """Raises NotFound."""
    row = await unit.session.get(ExtensionRow, extension_id)
    if row is None:
        raise NotFound()
    return row


async def extensions_by_incident(unit: Unit, incident_id: UUID) -> list[UUID]:
    """What an incident led to, revoked ones too."""
    rows = await unit.session.scalars(
        select(ExtensionRow.id).where(ExtensionRow.incident_id == incident_id).order_by(ExtensionRow.id)
    )
    return list(rows)
