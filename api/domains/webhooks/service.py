"""Webhooks and their deliveries, in units of work."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select

from api.domains.webhooks.guards import MANAGE_WEBHOOKS, VIEW_WEBHOOKS
from api.domains.webhooks.models import WebhookDeliveryRow, WebhookRow
from api.domains.webhooks.rules import (
    OLD_SECRET_LIVES,
    SECRET_BYTES,
    DeliveryState,
    UnfitUrl,
    WebhookState,
    check_url,
    is_told,
    show_secret,
)
from api.errors import MoveNotAllowed, NotFound, SignInNeeded, invalid
from api.events import Event, OutboxRow
from api.ids import new_id
from api.retention import Effect, RetentionRule, deletes_rows
from api.unit import Unit

RETENTION: Final = (
    RetentionRule(
        "webhook-deliveries", 90, Effect.DELETED, deletes_rows(WebhookDeliveryRow, WebhookDeliveryRow.created_at)
    ),
)
"""Days after the delivery was planned, which is tried for one. Our default, to be confirmed by the university."""
REDELIVERY: Final = "webhook.redelivery-asked"
SUBJECT: Final = "webhook"


async def create_webhook(
    unit: Unit, url: str, kinds: Sequence[str], description: str, subjects: Mapping[str, UUID]
) -> WebhookRow:
    """A webhook of the actor's. Raises NotAllowed, InvalidFields."""
    unit.require(MANAGE_WEBHOOKS)
    if unit.actor.account is None:
        raise SignInNeeded()
    _refuse_unfit(unit, url)
    id_ = new_id()
    row = WebhookRow(
        id=id_,
        created_at=unit.now,
        owner_account_id=unit.actor.account,
        description=description,
        url=url,
        kinds=sorted(set(kinds)),
        subjects={name: str(one) for name, one in subjects.items()},
        sealed_secret=_seal(unit, "sealed_secret", id_, secrets.token_bytes(SECRET_BYTES)),
        sealed_old_secret=None,
        old_secret_until=None,
        state=WebhookState.ACTIVE,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("create", SUBJECT, id_)
    return row


async def get_webhook(unit: Unit, id_: UUID) -> WebhookRow:
    """Raises NotFound, NotAllowed."""
    unit.require(VIEW_WEBHOOKS)
    return await _load(unit, id_)


async def webhook_to_change(unit: Unit, id_: UUID) -> WebhookRow:
    """Locked until the end of the unit. Raises NotFound, NotAllowed."""
    unit.require(MANAGE_WEBHOOKS)
    return await _load(unit, id_, locked=True)


async def change_webhook(unit: Unit, row: WebhookRow, changes: Mapping[str, Any]) -> None:
    """Changes url, kinds, description, subjects, state. Raises InvalidFields."""
    if "url" in changes:
        _refuse_unfit(unit, changes["url"])
    for name, value in changes.items():
        if name == "subjects":
            value = {key: str(one) for key, one in value.items()}
        elif name == "kinds":
            value = sorted(set(value))
        setattr(row, name, value)
    await unit.session.flush()
    unit.record("change", SUBJECT, row.id, fields=" ".join(sorted(changes)))


async def delete_webhook(unit: Unit, row: WebhookRow) -> None:
    """Removes it and its deliveries; the audit log keeps that it was there."""
    await unit.session.delete(row)
    await unit.session.flush()
    unit.record("delete", SUBJECT, row.id)


async def renew_secret(unit: Unit, row: WebhookRow) -> str:
    """The new secret, in the form for receivers. The one before stays valid for a day."""
    old = unit.keys.open(row.sealed_secret, SUBJECT, "sealed_secret", row.id)
    new = secrets.token_bytes(SECRET_BYTES)
    row.sealed_old_secret = unit.keys.seal(old, SUBJECT, "sealed_old_secret", row.id)
    row.old_secret_until = unit.now + OLD_SECRET_LIVES
    row.sealed_secret = _seal(unit, "sealed_secret", row.id, new)
    await unit.session.flush()
    unit.record("renew-secret", SUBJECT, row.id)
    return show_secret(new)


def valid_secrets(unit: Unit, row: WebhookRow) -> list[bytes]:
    """What a request is signed with now: the secret, and for a day the one before."""
    sealed = [("sealed_secret", row.sealed_secret)]
    if row.sealed_old_secret and row.old_secret_until and row.old_secret_until > unit.now:
        sealed.append(("sealed_old_secret", row.sealed_old_secret))
    return [bytes.fromhex(unit.keys.open(value, SUBJECT, column, row.id)) for column, value in sealed]


def find_webhooks(unit: Unit) -> Select[Any]:
    """All of them, to be paged. Raises NotAllowed."""
    unit.require(VIEW_WEBHOOKS)
    return select(WebhookRow)


async def find_deliveries(unit: Unit, webhook_id: UUID, state: str | None) -> Select[Any]:
    """Those of one webhook, to be paged. Raises NotFound, NotAllowed."""
    await get_webhook(unit, webhook_id)
    query = select(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook_id)
    return query if state is None else query.where(WebhookDeliveryRow.state == state)


async def get_delivery(unit: Unit, webhook_id: UUID, id_: UUID) -> WebhookDeliveryRow:
    """Raises NotFound, NotAllowed."""
    unit.require(VIEW_WEBHOOKS)
    row = await unit.session.get(WebhookDeliveryRow, id_)
    if row is None or row.webhook_id != webhook_id:
        raise NotFound()
    return row


async def redeliver(unit: Unit, webhook_id: UUID, id_: UUID) -> WebhookDeliveryRow:
    """Sends it again, also when it had arrived. Raises NotFound, NotAllowed, MoveNotAllowed while it waits anyway."""
    unit.require(MANAGE_WEBHOOKS)
    row = await unit.session.get(WebhookDeliveryRow, id_, with_for_update=True)
    if row is None or row.webhook_id != webhook_id:
        raise NotFound()
    if row.state == DeliveryState.WAITING:
        raise MoveNotAllowed(row.state, [])
    row.state, row.round = DeliveryState.WAITING, row.round + 1
    await unit.emit(Event(REDELIVERY, {"delivery": row.id}))
    unit.record("redeliver", SUBJECT, webhook_id, delivery=str(id_))
    await unit.session.flush()
    return row


async def webhooks_for(unit: Unit, event: OutboxRow) -> list[WebhookRow]:
    """Those that are to be told of an event. None is told of what was before it, also not when an old event is handed
    over once more."""
    about = {**event.ids, **({"person": str(event.person)} if event.person else {})}
    active = select(WebhookRow).where(WebhookRow.state == WebhookState.ACTIVE).order_by(WebhookRow.id)
    return [
        one
        for one in await unit.session.scalars(active)
        if one.created_at <= event.created_at and is_told(one.kinds, one.subjects, event.kind, about)
    ]


async def plan_deliveries(unit: Unit, event: OutboxRow) -> list[WebhookDeliveryRow]:
    """The deliveries of an event, made now unless they are there already."""
    there = select(WebhookDeliveryRow).where(WebhookDeliveryRow.event_id == event.id)
    planned = list(await unit.session.scalars(there.order_by(WebhookDeliveryRow.id)))
    served = {one.webhook_id for one in planned}
    for webhook in await webhooks_for(unit, event):
        if webhook.id in served:
            continue
        planned.append(
            WebhookDeliveryRow(
                id=new_id(),
                created_at=unit.now,
                webhook_id=webhook.id,
                event_id=event.id,
                kind=event.kind,
                happened_at=event.created_at,
                ids=event.ids,
                person=event.person,
                state=DeliveryState.WAITING,
                round=1,
                attempts=0,
                last_attempt_at=None,
                last_status=None,
                last_fault=None,
            )
        )
        unit.session.add(planned[-1])
    await unit.session.flush()
    return planned


async def _load(unit: Unit, id_: UUID, *, locked: bool = False) -> WebhookRow:
    row = await unit.session.get(WebhookRow, id_, with_for_update=locked or None)
    if row is None:
        raise NotFound()
    return row


def _seal(unit: Unit, column: str, id_: UUID, secret: bytes) -> str:
    return unit.keys.seal(secret.hex(), SUBJECT, column, id_)


def _refuse_unfit(unit: Unit, url: str) -> None:
    try:
        check_url(url, production=unit.settings.is_production)
    except UnfitUrl as unfit:
        raise invalid("/url", unfit.code) from None
