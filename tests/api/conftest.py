"""A university of each test's own: an empty database, on SQLite and on PostgreSQL, a standing clock, clients."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

import httpx
import psycopg
import pytest
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from psycopg import sql
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool

from api import domains
from api.app import create_app, create_context
from api.db import session
from api.db.base import Base
from api.identity import Actor
from api.keys import KeyRing
from api.settings import Settings
from api.unit import Context
from tests.databases import Cluster, running_cluster

for _file in sorted(Path(domains.__path__[0]).glob("*/models.py")):  # domains whose routes come later have tables too
    import_module(f"api.domains.{_file.parent.name}.models")

NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
"""10 o'clock in Bishkek on the first day of the year's first semester."""
KEYS = KeyRing({"1": bytes(range(32))}, "1")
TEMPLATE = "jetki_template"
ANY_NUMBER = 1_000_000
"""Of requests in a minute: for tests that are not about limits."""


_MODELS: Final[dict[str, AsyncEngine]] = {}


def _make_knowing_engine(url: URL, **options: Any) -> AsyncEngine:
    """An engine that has the statements which earlier tests of this worker had compiled, of the same kind of database:
    each test has a database of its own, and compiling every statement anew took half of the time of many."""
    engine = create_async_engine(url, **options)
    model = _MODELS.get(url.drivername)
    if model is None:  # one that has met its database, and so knows its version
        event.listen(engine.sync_engine, "connect", lambda *_: _MODELS.setdefault(url.drivername, engine))
    else:
        engine.sync_engine.dialect = model.sync_engine.dialect
        engine.sync_engine._compiled_cache = model.sync_engine._compiled_cache
    return engine


vars(session)[create_async_engine.__name__] = _make_knowing_engine  # as `Database` knows it


@event.listens_for(Pool, "connect")
def _read_backwards(connection: Any, _: Any) -> None:
    """Without an ORDER BY, rows come in the order of the disk, which on PostgreSQL changes by itself: SQLite is made to
    give them the other way round, so that whoever relies on it fails here every time."""
    if hasattr(connection, "driver_connection") and "sqlite" in type(connection).__module__:
        connection.cursor().execute("PRAGMA reverse_unordered_selects = ON")


class StandingClock:
    """Time that passes only when a test says so."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        """E.g. `clock.advance(days=2)`."""
        self._now += timedelta(**by)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Every test that takes a database runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "university.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL server for this worker's tests, with a template of the empty university."""
    with running_cluster(tmp_path_factory.mktemp("postgresql")) as cluster:
        cluster.create_database(TEMPLATE)
        engine = create_engine(cluster.url(TEMPLATE, driver="psycopg"))
        Base.metadata.create_all(engine)
        engine.dispose()
        yield cluster


class KeptDatabase:
    """A database that tests of one worker use in turn. It is emptied after each: a copy of the template takes five
    times as long, and its first connection too. What a test leaves in another shape is made anew."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._name = f"kept_{os.getpid()}"
        self._shape = 0
        self._first: set[str] = set()
        """Tables that have rows from the beginning."""
        filled = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in Base.metadata.tables)
        self._filled = sql.SQL(" UNION ALL ".join(filled))

    def url(self) -> str:
        """The address of the empty database."""
        if self._connection is None:
            self._cluster.create_database(self._name, template=TEMPLATE)
            address = self._cluster.url(self._name, driver="psycopg").replace("+psycopg", "")
            self._connection = psycopg.connect(address, autocommit=True)
            self._connection.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
            self._connection.execute("CREATE SCHEMA first")
            self._first = {name for (name,) in self._connection.execute(self._filled).fetchall()}
            for name in self._first:
                copy = sql.SQL("CREATE TABLE first.{0} AS SELECT * FROM public.{0}").format(sql.Identifier(name))
                self._connection.execute(copy)
            self._shape = self._count_parts(self._connection)
        return self._cluster.url(self._name)

    def empty(self) -> None:
        """Throws out whoever is still connected, and brings back the rows of the beginning."""
        try:
            self._empty()
        except (psycopg.Error, _OtherShape):
            self.drop()

    def drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._cluster.drop_database(self._name)

    def _empty(self) -> None:
        connection = self._connection
        assert connection is not None
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if self._count_parts(connection) != self._shape:
            raise _OtherShape()
        for (name,) in connection.execute(self._filled).fetchall():
            table = sql.Identifier(name)
            connection.execute(sql.SQL("DELETE FROM {}").format(table))
            if any(one.autoincrement is True for one in Base.metadata.tables[name].primary_key):
                connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(table))
        for name in self._first:
            connection.execute(sql.SQL("INSERT INTO public.{0} SELECT * FROM first.{0}").format(sql.Identifier(name)))

    @staticmethod
    def _count_parts(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
        found = connection.execute(
            "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace OR relnamespace > 16383)"
            " + (SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'D') + (SELECT count(*) FROM pg_constraint)"
        ).fetchone()
        assert found is not None
        return int(found[0])


class _OtherShape(Exception):
    """The test has made or removed tables."""


@pytest.fixture(scope="session")
def kept_database(cluster: Cluster) -> Iterator[KeptDatabase]:
    kept = KeptDatabase(cluster)
    yield kept
    kept.drop()


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty university's database, with all tables."""
    if backend == "sqlite":
        path = tmp_path / "university.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    kept: KeptDatabase = request.getfixturevalue("kept_database")
    yield kept.url()
    kept.empty()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def context(
    anyio_backend: str, database_url: str, clock: StandingClock, tmp_path: Path
) -> AsyncIterator[Context]:
    """What services work with; tests of services use `context.writing(actor)`."""
    context = create_context(
        Settings(data=tmp_path, database_url=database_url, requests_per_minute=ANY_NUMBER), KEYS, clock, durable=False
    )
    yield context
    await context.database.dispose()


class _Stage:
    """The context of the test that runs now: an application takes a third of a second to make, so those of most tests
    of a worker are one, which is given another context each time."""

    def __init__(self, current: Context) -> None:
        self.current = current
        self.clock = self

    def now(self) -> datetime:
        return self.current.clock.now()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.current, name)


_STAGES: dict[Settings, tuple[_Stage, Litestar]] = {}


def app_for(context: Context) -> Litestar:
    """An application over the context; tests with the same settings take turns on one."""
    settings = replace(context.settings, data=Path(), database_url="")
    if settings not in _STAGES:
        stage = _Stage(context)
        _STAGES[settings] = stage, create_app(cast(Context, stage))
    stage, app = _STAGES[settings]
    stage.current = context
    return app


class University:
    """The API as its clients see it. `university.as_(actor)` is a client that is signed in as that actor."""

    def __init__(self, context: Context, stack: AsyncExitStack) -> None:
        self.context = context
        self._stack = stack
        self._app = app_for(context)
        self._clients: dict[Actor | None, httpx.AsyncClient] = {}

    @property
    def app(self) -> ASGIApp:
        """For clients that bring who they are themselves."""
        return self._app

    async def as_(self, actor: Actor | None = None) -> httpx.AsyncClient:
        if actor not in self._clients:
            transport = httpx.ASGITransport(acting_as(actor, self._app))  # type: ignore[arg-type]  # same protocol, other names
            client = httpx.AsyncClient(transport=transport, base_url="http://university.test")
            self._clients[actor] = await self._stack.enter_async_context(client)
        return self._clients[actor]


def acting_as(actor: Actor | None, app: ASGIApp) -> ASGIApp:
    """The app as if the actor had signed in: for tests that are not about signing in."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if actor is not None and scope["type"] == ScopeType.HTTP:
            scope["user"] = actor
        await app(scope, receive, send)

    return wrapped


@asynccontextmanager
async def running_university(context: Context) -> AsyncIterator[University]:
    async with AsyncExitStack() as stack:
        yield University(context, stack)


@pytest.fixture
async def university(context: Context) -> AsyncIterator[University]:
    async with running_university(context) as university:
        yield university
