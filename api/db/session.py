"""Transactions on SQLite and PostgreSQL by the same code.

SQLite: one writer connection, queued in this process, whose transactions open with BEGIN IMMEDIATE, beside a pool of
readers. A deferred BEGIN that reads and then writes fails with "database is locked" whatever the busy timeout, and
several writers poll for the lock unfairly (both measured). PostgreSQL: one pool; READ COMMITTED, rows that decide are
locked with `with_for_update`, which SQLite needs not and SQLAlchemy leaves out there.
"""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy import Executable, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S: Final = 30
"""How long a writer waits for another process before it gives up (503)."""
SQLITE_READERS: Final = 5
POSTGRESQL_POOL: Final = 10
POOL_TIMEOUT_S: Final = 10


class Database:
    """The engines of one database. `durable=False` saves the waiting for the disk, for tests only."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, write=True, durable=durable)
            self._reader = _sqlite_engine(self.url, write=False, durable=durable)
        else:
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=POSTGRESQL_POOL,
                max_overflow=5,
                pool_timeout=POOL_TIMEOUT_S,
                connect_args={"timeout": 5, "server_settings": {"timezone": "UTC", "application_name": "jetki"}},
            )
            event.listen(self._writer.sync_engine, "checkout", _refuse_closed)
        # The same pool; on SQLite a statement has to wait for its turn, which the transaction sees to
        self._single = self._reader if self.is_sqlite else self._reader.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def writer(self) -> AsyncEngine:
        """For migrations and backup; handlers use `writing`."""
        return self._writer

    @property
    def reader(self) -> AsyncEngine:
        return self._reader

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database and writes nothing."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are stored when the block ends, all of them, or none when it raises."""
        async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[AsyncConnection]:
        """For a few readings by columns, without what an `AsyncSession` and the two ends of a transaction cost:
        a fifth of a short request. Each statement sees what is stored at its own moment."""
        async with self._single.connect() as connection:
            yield connection

    async def carry_out(self, statement: Executable) -> None:
        """One statement that is a transaction of its own."""
        engine = self._writer if self.is_sqlite else self._single
        async with engine.connect() as connection:
            await connection.execute(statement)
            await connection.commit()

    async def dispose(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _refuse_closed(connection: Any, *_: Any) -> None:
    """A connection that the server has closed is not used again, and those of the same age neither. Its driver knows:
    asking the server each time would cost a quarter of a short request."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError()


def use_wal(cursor: Any) -> None:
    """Switches a file to WAL unless it is. The switch needs the file for itself and, unlike other statements, does not
    wait for it: of several processes that start at once all but one are refused, and look again."""
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone()[0] == "wal":
                return
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _sqlite_engine(url: URL, *, write: bool, durable: bool) -> AsyncEngine:
    size = 1 if write else SQLITE_READERS
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=BUSY_TIMEOUT_S, connect_args={"timeout": BUSY_TIMEOUT_S}
    )

    def on_connect(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        use_wal(cursor)
        # FULL: an acknowledged write survives a power cut too, not only the end of this process
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        if not write:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine
