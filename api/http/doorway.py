"""The way in and out of the service: what holds for every request, whatever its route, and for every answer.

Outside of everything: refuses floods and oversized addresses, answers questions of browsers about foreign origins,
and gives each answer its number, the server's time and the headers that keep it from being misused.
"""

from collections.abc import Iterable
from typing import Any, Final

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.clock import Clock
from api.errors import AddressTooLong, HeadersTooLarge, OriginRefused, Problem, TooManyRequests
from api.http.exchange import utc_text
from api.http.limits import FLOOD_FACTOR, Buckets, client_address
from api.http.problems import preferred_language, problem_message
from api.identity import VISITOR
from api.ids import new_id
from api.settings import Settings

LONGEST_ADDRESS: Final = 8_000
"""Path and query together, in bytes: RFC 9110, 4.1 recommends to support as much."""
MOST_HEADER_BYTES: Final = 32_000
"""Our choice; servers in front of us usually stop at 8 or 16 kB."""
METHODS: Final = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
REQUEST_HEADERS: Final = (
    "accept-language",
    "authorization",
    "content-disposition",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-csrf-token",
)
ANSWER_HEADERS: Final = (
    "content-disposition",
    "content-language",
    "etag",
    "idempotency-replayed",
    "link",
    "location",
    "retry-after",
    "server-time",
    "x-request-id",
)
PREFLIGHT_S: Final = 600
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-site"),
)
"""Unless the handler says otherwise, e.g. for a page of HTML."""

Pair = tuple[bytes, bytes]


class Doorway:
    """One application's; counts requests in this process."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._origins = frozenset(one.encode("latin-1") for one in settings.origins)
        self._flood = Buckets(settings.requests_per_minute * FLOOD_FACTOR)
        self._clients = Buckets(settings.requests_per_minute)
        self._methods: dict[str, set[str]] = {}

    def stand_before(self, application: Litestar) -> None:
        """Lets no request into the application, and no answer out of it, but through here."""
        for route in application.routes:
            if isinstance(route, HTTPRoute):  # Litestar's own answers to OPTIONS know one of the handlers only
                self._methods.setdefault(route.path_format, set()).update(route.methods)
        application.asgi_handler = self._around(application.asgi_handler)

    def _around(self, app: ASGIApp) -> ASGIApp:
        async def pass_through(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                await self._handle(app, scope, receive, send)
            else:
                await app(scope, receive, send)

        return pass_through

    async def count_client(self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        """A guard of the whole application: who is signed in is counted by account, others by address. Raises
        TooManyRequests. Awaits nothing, but Litestar would send a plain function to another thread each time."""
        actor = connection.scope.get("user") or VISITOR
        wait = self._clients.take(actor.account or connection.scope["state"]["address"])
        if wait and not actor.is_system:
            raise TooManyRequests(retry_after_s=wait)

    async def _handle(self, app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send) -> None:
        number = str(new_id())
        state = scope["state"]
        state["request_id"] = number
        state["address"] = client_address(scope, self._settings.trusted_proxies)
        headers = Headers.from_scope(scope)
        origin = headers.get("origin", "").encode("latin-1")
        shared = self._shared_headers(origin)
        asked_for = {part.strip().removeprefix("W/") for part in headers.get("if-none-match", "").split(",")} - {""}
        is_head, is_silent = scope["method"] == "HEAD", False

        async def finish(message: Message) -> None:
            nonlocal is_silent
            if message["type"] == "http.response.start":
                present = list(message.get("headers", ()))
                if asked_for and scope["method"] == "GET" and message["status"] == 200:
                    is_silent = _is_unchanged(present, asked_for)
                if is_silent:
                    message["status"] = 304
                    present = [pair for pair in present if pair[0].lower() not in _OF_CONTENT]
                is_silent = is_silent or is_head
                message["headers"] = [
                    *(self._with_methods(pair, scope) for pair in present),
                    *self._additions(present, number, shared, scope),
                ]
            elif message["type"] == "http.response.body" and is_silent:
                message["body"] = b""
            await send(message)

        problem = self._refusal(scope, headers, state["address"])
        if problem is None and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            if origin in self._origins:
                await _send(finish, 204, self._preflight_headers(), b"")
                return
            problem = OriginRefused()
        if problem is not None:
            language = preferred_language(headers.get("accept-language"))
            await _send(finish, *problem_message(problem, language))
            return
        if is_head:
            scope["method"] = "GET"  # a HEAD is a GET whose content is not sent (RFC 9110, 9.3.2)
        try:
            await app(scope, receive, finish)
        finally:
            if is_head:
                scope["method"] = "HEAD"

    def _with_methods(self, pair: Pair, scope: HTTPScope) -> Pair:
        """`Allow` names all methods of the address, and HEAD wherever there is GET."""
        name, value = pair
        if name.lower() != b"allow":
            return pair
        template = scope.get("path_template")
        methods = {one.strip() for one in value.decode("latin-1").split(",")} | self._methods.get(template or "", set())
        return name, ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set()))).encode()

    def _refusal(self, scope: HTTPScope, headers: Headers, address: str) -> Problem | None:
        if wait := self._flood.take(address):
            return TooManyRequests(retry_after_s=wait)
        if len(scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return AddressTooLong(longest=LONGEST_ADDRESS)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
            return HeadersTooLarge(limit_bytes=MOST_HEADER_BYTES)
        return None

    def _shared_headers(self, origin: bytes) -> tuple[Pair, ...]:
        """That a page of another origin may read the answer; only pages of the installation's own sites may."""
        if origin not in self._origins:
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", ", ".join(ANSWER_HEADERS).encode()),
        )

    def _preflight_headers(self) -> dict[str, str]:
        return {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": ", ".join(REQUEST_HEADERS),
            "Access-Control-Max-Age": str(PREFLIGHT_S),
        }

    def _additions(self, present: list[Pair], number: str, shared: tuple[Pair, ...], scope: Scope) -> Iterable[Pair]:
        names = {name.lower() for name, _ in present}
        yield b"server-time", utc_text(self._clock.now()).encode()
        yield b"x-request-id", number.encode()
        yield from (pair for pair in _ALWAYS if pair[0] not in names)
        if b"cache-control" not in names:
            yield b"cache-control", _cache_control(scope)
        yield b"vary", b"Origin, Accept-Language, Authorization, Cookie"
        yield from shared


_OF_CONTENT: Final = frozenset({b"content-length", b"content-type"})


def _cache_control(scope: Scope) -> bytes:
    """Nothing is kept unless the handler says that its answer is the same for everybody: people share computers."""
    handler = scope.get("route_handler")
    seconds = handler.opt.get("cache_s") if handler is not None else None
    return b"no-store" if seconds is None else f"public, max-age={seconds}".encode()


def _is_unchanged(present: Iterable[Pair], asked_for: set[str]) -> bool:
    """RFC 9110, 13.1.2: for If-None-Match weak and strong tags count as the same."""
    tag = next((value.decode("latin-1") for name, value in present if name.lower() == b"etag"), None)
    return tag is not None and ("*" in asked_for or tag.removeprefix("W/") in asked_for)


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
