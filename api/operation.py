"""Routes for those who run the service: is it alive, may it be given requests, what does it count."""

from collections.abc import Sequence
from typing import Literal

from litestar import Response, Router, get
from litestar.di import NamedDependency
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text

from api.db.migrate import current_revision, newest_revision
from api.errors import Unavailable
from api.http.exchange import TheExchange
from api.http.wire import Output
from api.identity import Role, Scope
from api.metrics import Metrics
from api.policy import Anyone, action

ASK_HEALTH = action("service.health", Anyone.EVERYBODY)
READ_METRICS = action("service.metrics", Role.ADMINISTRATOR, token_scope="metrics:read", within={Scope.UNIVERSITY})
RETRY_AFTER_S = 5


class Health(Output):
    status: Literal["alive", "ready"]


@get("/health", policy=ASK_HEALTH, operation_id="health", tags=["operation"])
async def health() -> Health:
    """Whether the process answers at all; asks nothing else. For whoever restarts it."""
    return Health(status="alive")


@get("/ready", policy=ASK_HEALTH, problems=(Unavailable,), operation_id="ready", tags=["operation"])
async def ready(exchange: TheExchange) -> Health:
    """Whether requests may be sent here: the database answers and has the tables of this version."""
    async with exchange.reading() as unit:
        unit.require(ASK_HEALTH)
        await unit.session.execute(text("SELECT 1"))
    if await current_revision(exchange.context.database) != newest_revision():
        raise Unavailable(retry_after_s=RETRY_AFTER_S)
    return Health(status="ready")


@get("/metrics", policy=READ_METRICS, operation_id="metrics", tags=["operation"], media_type=CONTENT_TYPE_LATEST)
async def show_metrics(exchange: TheExchange, metrics: NamedDependency[Metrics]) -> Response[bytes]:
    """Counts and times for Prometheus; needs an API token with the scope `metrics:read`."""
    async with exchange.reading() as unit:
        unit.require(READ_METRICS)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


routers: Sequence[Router] = (Router("/", route_handlers=[health, ready, show_metrics]),)
