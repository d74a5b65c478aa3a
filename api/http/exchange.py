"""One request and its answer, as a handler sees them: who asks, in which language, and how to read and write.

A handler is `async def f(..., exchange: TheExchange)`. It opens `exchange.reading()` or `exchange.writing()`, asks the
policy of the unit, calls a service, and gives back a struct. Where a person may press twice, `exchange.once(...)`
does it all.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from sqlalchemy import LargeBinary, String, Table, UniqueConstraint, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row
from api.errors import KeyReused, StaleVersion, VersionNeeded, invalid
from api.identity import Actor
from api.ids import new_id
from api.policy import Action
from api.unit import Context, Unit

KEY_HEADER: Final = "idempotency-key"
LONGEST_KEY: Final = 128
TRIES: Final = 3
"""How often a unit is tried again after a deadlock or a race for the same key; each try begins with nothing stored."""


class PolicyNotAsked(RuntimeError):
    """A unit of work of a request ended without having asked who may: a fault of ours, and nothing is stored."""


class IdempotencyRow(Row):
    """An answer that was given to a request with a key. The body is kept for 24 hours (`retention`)."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("account", "key"),)

    account: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)


# Carried out with every request that has a key: built once, and without the work of keeping objects in step.
_ROWS: Final = cast(Table, IdempotencyRow.__table__)
_STORED: Final = select(*(_ROWS.c[name] for name in ("request_digest", "status", "headers", "body"))).where(
    _ROWS.c.account == bindparam("account_"), _ROWS.c.key == bindparam("key_")
)
_BEGIN: Final = {
    "postgresql": postgresql.insert(_ROWS).on_conflict_do_nothing().returning(_ROWS.c.id),
    "sqlite": sqlite.insert(_ROWS).on_conflict_do_nothing().returning(_ROWS.c.id),
}
"""Gives nothing for a key that is known; waits for a transaction that has just used it."""
_END: Final = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("id_"))
    .values(status=bindparam("status_"), headers=bindparam("headers_"), body=bindparam("body_"))
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back when a struct alone is not enough."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response[Any]:
        return Response(self.content, status_code=self.status, headers=dict(self.headers))


class Exchange:
    """Made for each request by `provide_exchange`. Not a dataclass: those are taken apart when a handler is called."""

    def __init__(self, context: Context, actor: Actor, language: str, request: Request[Any, Any, Any]) -> None:
        self.context = context
        self.actor = actor
        self.language = language
        self.request = request

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        async with self.context.reading(self.actor) as unit:
            yield unit
            _refuse_unasked(unit)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Unit]:
        async with self.context.writing(self.actor) as unit:
            yield unit
            _refuse_unasked(unit)

    async def once(self, work: Callable[[Unit], Awaitable[Answer]]) -> Response[Any]:
        """Does `work` in one transaction, and for one `Idempotency-Key` only once: the same request again gets the
        stored answer, another request with that key is refused (422). Without a key the work is simply done.

        Answers that refuse are not stored: what was wrong may be right the next time.
        """
        key = self._key()
        for attempt in range(TRIES):
            try:
                async with self.writing() as unit:
                    return await self._do(unit, key, work)
            except IntegrityError:
                if key is None or attempt == TRIES - 1:
                    raise
            except DBAPIError as error:
                if not _is_transient(error) or attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def _do(self, unit: Unit, key: str | None, work: Callable[[Unit], Awaitable[Answer]]) -> Response[Any]:
        if key is None or self.actor.account is None:
            return (await work(unit)).response()
        digest = await self._digest()
        row = {
            "id": new_id(),
            "created_at": unit.now,
            "account": self.actor.account,
            "key": key,
            "request_digest": digest,
            "status": 0,
            "headers": {},
            "body": b"",
        }
        begin = _BEGIN[unit.session.get_bind().dialect.name]
        if (await unit.session.execute(begin, row)).one_or_none() is None:
            given = {"account_": self.actor.account, "key_": key}
            stored = (await unit.session.execute(_STORED, given)).one()
            wanted = self.request.route_handler.opt.get("policy")
            if isinstance(wanted, Action):  # who may no longer do this anywhere is not told what was answered then
                unit.reach(wanted)
            unit.asked = True  # for this very account, when the answer was made
            if stored.request_digest != digest:
                raise KeyReused()
            return Response(
                stored.body,
                status_code=stored.status,
                media_type="application/json",
                headers={**stored.headers, "Idempotency-Replayed": "true"},
            )
        answer = await work(unit)
        body = b"" if answer.content is None else msgspec.json.encode(answer.content)
        given = {"id_": row["id"], "status_": answer.status, "headers_": dict(answer.headers), "body_": body}
        await unit.session.execute(_END, given)
        return answer.response()

    def _key(self) -> str | None:
        key = self.request.headers.get(KEY_HEADER)
        if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise invalid("header:Idempotency-Key", "bad-key", longest=LONGEST_KEY)
        return key

    async def _digest(self) -> str:
        url = self.request.url
        head = f"{self.request.method} {url.path}?{url.query}\n".encode()
        return hashlib.sha256(head + await self.request.body()).hexdigest()

    def check_version(self, version: int) -> None:
        """Refuses to write over what the client has not read. Raises VersionNeeded, StaleVersion."""
        sent = self.request.headers.get("if-match")
        if sent is None:
            raise VersionNeeded()
        tag = entity_tag(version)
        if sent.strip() != "*" and tag not in (part.strip() for part in sent.split(",")):
            raise StaleVersion(current=tag)


TheExchange = NamedDependency[Exchange]
"""How a handler asks for its exchange: `exchange: TheExchange`."""


def entity_tag(version: int) -> str:
    """A strong entity tag (RFC 9110, 8.8.3). Tags are compared for one address only, so the version is enough."""
    return f'"{version}"'


def tagged(content: Any, version: int, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with its entity tag."""
    return Answer(content, status, {"ETag": entity_tag(version), **(headers or {})})


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refuse_unasked(unit: Unit) -> None:
    if not unit.asked:
        raise PolicyNotAsked("nobody asked the policy whether this may be done")


def _is_transient(error: DBAPIError) -> bool:
    """A deadlock or a serialisation failure of PostgreSQL (classes 40001 and 40P01): trying again is the cure."""
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}
