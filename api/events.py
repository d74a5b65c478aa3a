"""What has happened, told inside the transaction in which it happened.

Two kinds of listener: other domains (at once, in the same transaction: all of it is stored or none) and the world
outside (a row of the outbox, which is handed to the job engine after the commit and delivered at least once). Events
carry ids and codes only, never names, marks or reasons: whoever may know them reads them through the API.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base
from api.ids import new_id

if TYPE_CHECKING:
    from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is `<noun>.<past tense>`, e.g. `enrolment.withdrawn`; `ids` names the objects, e.g. {"class": …}."""

    kind: str
    ids: Mapping[str, UUID]
    person: UUID | None = None
    """Whom it concerns; webhooks and mails for ended accounts stop by it."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Words of closed lists, e.g. {"state": "waiting"}, and moments; never free text."""


class OutboxRow(Base):
    """An event for the world outside. `id` is its delivery id everywhere; `dispatched_at` when the engine has taken
    it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_dispatched_at_id", "dispatched_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    kind: Mapped[str]
    ids: Mapped[dict[str, Any]]
    person: Mapped[UUID | None]
    codes: Mapped[dict[str, Any]]
    dispatched_at: Mapped[datetime | None]


def outbox_values(event: Event, now: datetime) -> dict[str, Any]:
    """A new row for the event."""
    return {
        "id": new_id(),
        "created_at": now,
        "kind": event.kind,
        "ids": {name: str(id_) for name, id_ in event.ids.items()},
        "person": event.person,
        "codes": dict(event.codes),
        "dispatched_at": None,
    }


Listener = Callable[["Unit", Event], Awaitable[None]]


@dataclass(frozen=True)
class Listeners:
    """Who listens to which kind, in the order of subscription. Made once, in `api/app.py`."""

    by_kind: Mapping[str, Sequence[Listener]]

    async def tell(self, unit: "Unit", event: Event) -> None:
        for listener in self.by_kind.get(event.kind, ()):
            await listener(unit, event)
