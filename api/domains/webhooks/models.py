"""Tables of the domain. A delivery holds all that is sent, because the event itself is not kept for ever."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.webhooks.rules import DeliveryState, WebhookState


def _one_of(column: str, words: type[DeliveryState] | type[WebhookState]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class WebhookRow(VersionedRow):
    """An address that is told of events of some kinds."""

    __tablename__ = "webhook"
    __table_args__ = (_one_of("state", WebhookState), Index("ix_webhook_owner_account_id", "owner_account_id"))

    owner_account_id: Mapped[UUID]
    """Whoever made it. It is told nothing any more when this account has ended or lost its right."""
    description: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(2000))
    kinds: Mapped[list[Any]]
    """E.g. `enrolment.withdrawn`, or `enrolment.*`."""
    subjects: Mapped[dict[str, Any]]
    """Only events about these objects, e.g. {"programme": id}; all when empty."""
    sealed_secret: Mapped[str] = mapped_column(String(200), info={"sealed": True})
    sealed_old_secret: Mapped[str | None] = mapped_column(String(200), info={"sealed": True})
    old_secret_until: Mapped[datetime | None]
    """Requests are signed with the secret before as well until then."""
    state: Mapped[str] = mapped_column(String(8))


class WebhookDeliveryRow(Row):
    """One event for one webhook, and how far it got."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        _one_of("state", DeliveryState),
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
        Index("ix_webhook_delivery_state_created_at", "state", "created_at"),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime]
    ids: Mapped[dict[str, Any]]
    person: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(9))
    round: Mapped[int]
    """How often it was begun: 1, and one more for every redelivery by hand."""
    attempts: Mapped[int]
    """In all rounds."""
    last_attempt_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    """The HTTP status of the last answer; None when there was none."""
    last_fault: Mapped[str | None] = mapped_column(String(40))
    """A code: see `rules.Fault`."""
