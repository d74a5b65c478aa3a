"""The application: all domains, put together. The only module of the API that knows them all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from api.clock import Clock, SystemClock
from api.db.session import Database
from api.events import Listener, Listeners
from api.http.exchange import Exchange
from api.http.problems import BODY_LIMIT_BYTES, answer_problem, preferred_language
from api.identity import VISITOR
from api.keys import KeyRing
from api.settings import Settings
from api.unit import Context


def all_listeners() -> Listeners:
    """Who hears of what inside the transaction, in this order. Domains list theirs here."""
    by_kind: Mapping[str, Sequence[Listener]] = {}
    return Listeners(by_kind)


def all_routes() -> list[ControllerRouterHandler]:
    """Every route of `/v1` and of operation."""
    return []


def create_context(settings: Settings, keys: KeyRing, clock: Clock | None = None, *, durable: bool = True) -> Context:
    """What the service and the commands work with."""
    return Context(
        settings, Database(settings.database_url, durable=durable), clock or SystemClock(), keys, all_listeners()
    )


def create_app(context: Context) -> Litestar:
    """The ASGI application over a context. It disposes of the database's connections when it ends."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await context.database.dispose()

    async def provide_exchange(request: Request[Any, Any, Any]) -> Exchange:
        language = preferred_language(request.headers.get("accept-language"))
        return Exchange(context, request.scope.get("user") or VISITOR, language, request)

    return Litestar(
        route_handlers=all_routes(),
        dependencies={"exchange": Provide(provide_exchange)},
        exception_handlers={Exception: answer_problem},
        cors_config=CORSConfig(
            allow_origins=list(context.settings.origins),
            allow_credentials=True,
            allow_headers=["content-type", "if-match", "idempotency-key", "x-csrf-token", "accept-language"],
            expose_headers=["etag", "link", "retry-after", "server-time", "idempotency-replayed"],
        ),
        request_max_body_size=BODY_LIMIT_BYTES,
        debug=False,
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
        pdb_on_exception=False,
    )
