"""Universities to measure: on SQLite and PostgreSQL, with people who are signed in, and asked without a client's cost.

The application is the one that is served, with its counting and logging; it is called as a server calls it, so that
the time of a client is no part of what is measured.
"""

import io
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar.types import ASGIApp
from sqlalchemy import create_engine, insert, select

from api.app import create_context, create_service
from api.db.base import Base
from api.domains.access.digests import csrf_token, digest_of
from api.domains.access.models import AccountRow, SessionRow
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons, grant_role
from api.identity import Role, Scope
from api.ids import new_id, new_secret
from api.logs import JsonLines
from api.settings import Settings
from api.unit import Context
from tests.api.conftest import ANY_NUMBER, KEYS, NOW, StandingClock
from tests.api.enrolment.world import DAY, SETUP
from tests.databases import Cluster

HOST = "university.test"
_ACCOUNT = {"created_at": NOW, "version": 1, "kind": "permanent"}
_SESSION = {
    "created_at": NOW,
    "is_strong": True,
    "last_seen_at": NOW,
    "expires_at": NOW + DAY,
    "client": "Firefox",
}
Headers = Sequence[tuple[str, str]]


class Databases:
    """Databases of one kind, in a temporary folder or a cluster."""

    def __init__(self, kind: str, folder: Path, cluster: Cluster | None) -> None:
        self.kind = kind
        self.folder = folder
        self._cluster = cluster

    def create(self, name: str, template: str | None = None) -> str:
        """The address of a new database: with empty tables, or a copy of another one to which nobody is connected."""
        if self._cluster is not None:
            self._cluster.create_database(name, template)
            url, sync = self._cluster.url(name), self._cluster.url(name, driver="psycopg")
        else:
            path = self.folder / f"{name}.sqlite3"
            if template is not None:
                shutil.copy(self.folder / f"{template}.sqlite3", path)
            url, sync = f"sqlite+aiosqlite:///{path}", f"sqlite:///{path}"
        if template is None:
            engine = create_engine(sync)
            Base.metadata.create_all(engine)
            engine.dispose()
        return url

    def settle(self, name: str) -> None:
        """After much was stored: what PostgreSQL does by itself a minute later."""
        if self._cluster is not None:
            engine = create_engine(self._cluster.url(name, driver="psycopg"), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
            engine.dispose()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Context, ASGIApp]]:
    """The context and the service over a database, at the moment of `StandingClock`."""
    with tempfile.TemporaryDirectory(prefix="jetki-bench-") as data:
        settings = Settings(data=Path(data), database_url=url, requests_per_minute=ANY_NUMBER)
        context = create_context(settings, KEYS, StandingClock(), durable=False)
        try:
            yield context, create_service(context)
        finally:
            await context.database.dispose()


@contextmanager
def logging_as_served() -> Iterator[None]:
    """Each answer makes its line in the log, which nobody reads here."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonLines())
    log = logging.getLogger("jetki")
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody who is signed in."""

    person_id: UUID
    token: str

    @property
    def headers(self) -> Headers:
        return (
            ("cookie", f"jetki={self.token}"),
            ("x-csrf-token", csrf_token(self.token)),
            ("origin", f"http://{HOST}"),
            ("accept-language", "ky"),
        )


async def sign_in(context: Context, persons: Sequence[UUID]) -> list[Browser]:
    """Sessions for these persons, without passwords; accounts for those who were given none when they came."""
    browsers = [Browser(person_id, new_secret()) for person_id in persons]
    async with context.writing(SETUP) as unit:
        known = await unit.session.execute(select(AccountRow.person_id, AccountRow.id))
        accounts = dict(known.tuples().all())
        fresh = {one: new_id() for one in persons if one not in accounts}
        if fresh:
            values = [{"id": id_, "person_id": one, "login": f"login-{id_}", **_ACCOUNT} for one, id_ in fresh.items()]
            await unit.session.execute(insert(AccountRow), values)
        accounts |= fresh
        sessions = [
            {
                "id": new_id(),
                "account_id": accounts[one.person_id],
                "token_digest": digest_of(one.token),
                **_SESSION,
            }
            for one in browsers
        ]
        await unit.session.execute(insert(SessionRow), sessions)
    return browsers


async def employ(context: Context, role: Role, scope: Scope, scope_id: UUID | None = None) -> Browser:
    """A new person with this role, signed in."""
    async with context.writing(SETUP) as unit:
        (person_id,) = await create_persons(unit, [NewPerson(Name("ky-Cyrl", "Осмонова", "Жылдыз"))])
        await grant_role(unit, person_id, role, scope, scope_id, unit.today, source="assigned")
    return (await sign_in(context, [person_id]))[0]


async def ask(
    app: ASGIApp, method: str, path: str, headers: Headers = (), body: bytes = b"", query: str = ""
) -> tuple[int, bytes]:
    """Status and body of one answer."""
    pairs = [(b"host", HOST.encode()), *((name.encode(), value.encode()) for name, value in headers)]
    if body:
        pairs.append((b"content-length", str(len(body)).encode()))
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": pairs,
        "client": ("127.0.0.1", 40_000),
        "server": (HOST, 80),
    }
    parts: list[bytes] = []
    status = 0

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return status, b"".join(parts)
