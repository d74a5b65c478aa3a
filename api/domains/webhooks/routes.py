"""Webhooks, for administrators."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, structs

from api.domains.webhooks.guards import MANAGE_WEBHOOKS, VIEW_WEBHOOKS
from api.domains.webhooks.models import WebhookDeliveryRow, WebhookRow
from api.domains.webhooks.schemas import DeliveryOut, SecretOut, WebhookChange, WebhookIn, WebhookOut
from api.domains.webhooks.service import (
    change_webhook,
    create_webhook,
    delete_webhook,
    find_deliveries,
    find_webhooks,
    get_delivery,
    get_webhook,
    redeliver,
    renew_secret,
    webhook_to_change,
)
from api.errors import InvalidFields, MoveNotAllowed, NotFound, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

State = Annotated[
    Literal["waiting", "delivered", "failed", "stopped"] | None,
    QueryParameter(name="state", description="Only deliveries in this state"),
]


def _shown(row: WebhookRow) -> WebhookOut:
    return WebhookOut(
        id=row.id,
        version=row.version,
        created_at=row.created_at,
        owner_account_id=row.owner_account_id,
        description=row.description,
        url=row.url,
        kinds=row.kinds,
        subjects={name: UUID(id_) for name, id_ in row.subjects.items()},
        state=row.state,  # type: ignore[arg-type]  # the column is checked
        old_secret_until=row.old_secret_until,
    )


def _shown_delivery(row: WebhookDeliveryRow) -> DeliveryOut:
    about = {name: UUID(id_) for name, id_ in row.ids.items()} | ({"person": row.person} if row.person else {})
    return DeliveryOut(
        id=row.id,
        created_at=row.created_at,
        event_id=row.event_id,
        kind=row.kind,
        happened_at=row.happened_at,
        ids=about,
        state=row.state,  # type: ignore[arg-type]  # the column is checked
        attempts=row.attempts,
        last_attempt_at=row.last_attempt_at,
        last_status=row.last_status,
        last_fault=row.last_fault,
    )


def _tagged(row: WebhookRow, status: int = 200) -> Answer:
    return tagged(_shown(row), row.version, status)


@get("/", policy=VIEW_WEBHOOKS, operation_id="list_webhooks", tags=["webhooks"])
async def list_webhooks(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[WebhookOut]]:
    """All webhooks of the university, the oldest first. For administrators."""
    async with exchange.reading() as unit:
        order = [WebhookRow.created_at, WebhookRow.id]
        return (await page(exchange, unit, find_webhooks(unit), order, _shown, cursor, limit)).response()


@post(
    "/",
    policy=MANAGE_WEBHOOKS,
    idempotent=True,
    problems=(InvalidFields,),
    operation_id="create_webhook",
    tags=["webhooks"],
    status_code=201,
)
async def create(data: JSONBody[WebhookIn], exchange: TheExchange) -> Response[WebhookOut]:
    """Makes a webhook: from now on events of these kinds are sent to this address, at least once each.

    Requests are signed as Standard Webhooks 1.0 says; ask for the secret at `…/secret`. In production the address must
    be https and lead to the public Internet. It stops when your account ends or loses the right to have webhooks.
    """

    async def work(unit: Unit) -> Answer:
        return _tagged(await create_webhook(unit, data.url, data.kinds, data.description, data.subjects), 201)

    return await exchange.once(work)


@get(
    "/{webhook_id:uuid}",
    policy=VIEW_WEBHOOKS,
    versioned=True,
    problems=(NotFound,),
    operation_id="get_webhook",
    tags=["webhooks"],
)
async def show(webhook_id: FromPath[UUID], exchange: TheExchange) -> Response[WebhookOut]:
    """One webhook, with its entity tag."""
    async with exchange.reading() as unit:
        return _tagged(await get_webhook(unit, webhook_id)).response()


@patch(
    "/{webhook_id:uuid}",
    policy=MANAGE_WEBHOOKS,
    versioned=True,
    problems=(NotFound, InvalidFields, VersionNeeded, StaleVersion),
    operation_id="change_webhook",
    tags=["webhooks"],
)
async def change(
    webhook_id: FromPath[UUID], data: JSONBody[WebhookChange], exchange: TheExchange
) -> Response[WebhookOut]:
    """Changes what is sent; needs If-Match. While its state is `paused` nothing is sent."""
    async with exchange.writing() as unit:
        row = await webhook_to_change(unit, webhook_id)
        exchange.check_version(row.version)
        changes: dict[str, Any] = {name: one for name, one in structs.asdict(data).items() if one is not UNSET}
        await change_webhook(unit, row, changes)
        return _tagged(row).response()


@delete(
    "/{webhook_id:uuid}",
    policy=MANAGE_WEBHOOKS,
    versioned=True,
    problems=(NotFound, VersionNeeded, StaleVersion),
    operation_id="delete_webhook",
    tags=["webhooks"],
    status_code=204,
)
async def remove(webhook_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Removes a webhook and the list of its deliveries; needs If-Match."""
    async with exchange.writing() as unit:
        row = await webhook_to_change(unit, webhook_id)
        exchange.check_version(row.version)
        await delete_webhook(unit, row)


@post(
    "/{webhook_id:uuid}/secret",
    policy=MANAGE_WEBHOOKS,
    problems=(NotFound,),
    operation_id="renew_webhook_secret",
    tags=["webhooks"],
    status_code=200,
)
async def renew(webhook_id: FromPath[UUID], exchange: TheExchange) -> Response[SecretOut]:
    """A new secret, shown this once. The one before stays valid for 24 hours. An Idempotency-Key has no effect here,
    because the answer is not stored."""
    async with exchange.writing() as unit:
        row = await webhook_to_change(unit, webhook_id)
        secret = await renew_secret(unit, row)
        assert row.old_secret_until is not None
        return Answer(
            SecretOut(secret=secret, old_secret_until=row.old_secret_until), headers={"Cache-Control": "no-store"}
        ).response()


@get(
    "/{webhook_id:uuid}/deliveries",
    policy=VIEW_WEBHOOKS,
    problems=(NotFound,),
    operation_id="list_webhook_deliveries",
    tags=["webhooks"],
)
async def list_deliveries(
    webhook_id: FromPath[UUID], exchange: TheExchange, in_state: State = None, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[DeliveryOut]]:
    """What was sent to a webhook, the oldest first; e.g. `?state=failed` for what did not arrive within a day."""
    async with exchange.reading() as unit:
        query = await find_deliveries(unit, webhook_id, in_state)
        order = [WebhookDeliveryRow.id]
        return (await page(exchange, unit, query, order, _shown_delivery, cursor, limit)).response()


@get(
    "/{webhook_id:uuid}/deliveries/{delivery_id:uuid}",
    policy=VIEW_WEBHOOKS,
    problems=(NotFound,),
    operation_id="get_webhook_delivery",
    tags=["webhooks"],
)
async def show_delivery(
    webhook_id: FromPath[UUID], delivery_id: FromPath[UUID], exchange: TheExchange
) -> Response[DeliveryOut]:
    """How far one delivery got."""
    async with exchange.reading() as unit:
        return Answer(_shown_delivery(await get_delivery(unit, webhook_id, delivery_id))).response()


@post(
    "/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/redeliver",
    policy=MANAGE_WEBHOOKS,
    idempotent=True,
    problems=(NotFound, MoveNotAllowed),
    operation_id="redeliver_webhook_delivery",
    tags=["webhooks"],
    status_code=200,
)
async def repeat_delivery(
    webhook_id: FromPath[UUID], delivery_id: FromPath[UUID], exchange: TheExchange
) -> Response[DeliveryOut]:
    """Sends it again, with the same event id, beginning a new day of attempts. Refused while it waits anyway."""

    async def work(unit: Unit) -> Answer:
        return Answer(_shown_delivery(await redeliver(unit, webhook_id, delivery_id)))

    return await exchange.once(work)


routers: Sequence[Router] = (
    Router(
        "/v1/webhooks",
        route_handlers=[
            list_webhooks,
            create,
            show,
            change,
            remove,
            renew,
            list_deliveries,
            show_delivery,
            repeat_delivery,
        ],
    ),
)
