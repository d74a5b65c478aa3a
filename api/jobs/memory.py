"""Where the engine keeps what it knows beside its jobs: which processes are alive, and since when it remembers.

Lives in the jobs' own database, a file beside the application's or a schema of its own in the same PostgreSQL
database, and is as expendable as the jobs: whatever matters is derived from the application's database again.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from api.db.session import use_wal

SCHEMA: Final = "jetki_jobs"
BUSY_TIMEOUT_S: Final = 30
CONNECTIONS: Final = 5
_LOCK: Final = 7_359_424_711  # any number, the same in all processes

_metadata = sa.MetaData()
_workers = sa.Table(
    "worker", _metadata, sa.Column("id", sa.String, primary_key=True), sa.Column("seen_at", sa.Float, nullable=False)
)
_beginning = sa.Table(
    "beginning", _metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", sa.Float, nullable=False)
)


def jobs_database(database_url: str, data: Path) -> URL:
    """Where the jobs of this application are kept: `jobs.sqlite3` in the data folder, or the same PostgreSQL database,
    whose address is written here as psycopg wants it."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return URL.create("sqlite", database=str(data / "jobs.sqlite3"))
    # asyncpg says `ssl`, libpq `sslmode`, with the same values (documentation of both)
    query: Mapping[str, Any] = {"sslmode" if name == "ssl" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql+psycopg", query=query)


def open_engine(url: URL, *, durable: bool) -> Engine:
    """Connections to the jobs' database. `durable=False` saves the waiting for the disk, for tests only."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "jetki-jobs"},
        )
    engine = sa.create_engine(url, pool_size=CONNECTIONS, max_overflow=CONNECTIONS, hide_parameters=True)

    def on_connect(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS does for an engine of its own
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
        # Two processes at work: the slowest of 1000 enqueuings took 6-330 ms with WAL, 180-530 ms without
        use_wal(cursor)
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    sa.event.listen(engine, "connect", on_connect)
    return engine


def close_what_is_given_back(engine: Engine) -> None:
    """From now on the engine keeps no connection that somebody gives back. `Engine.dispose` closes only those that
    nobody uses in that moment."""
    sa.event.listen(engine, "checkin", lambda _, entry: entry.close())


def forget(url: URL) -> None:
    """Removes the jobs' database while nobody uses it, e.g. after the application's was restored from a backup. The
    relay hands over again what matters."""
    if url.get_backend_name() == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{url.database}{suffix}").unlink(missing_ok=True)
        return
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(SCHEMA, cascade=True, if_exists=True))
    engine.dispose()


@dataclass(frozen=True)
class Memory:
    """Blocking; called in threads. Times of life are the database's clock, so that machines need not agree."""

    engine: Engine

    @property
    def schema(self) -> str | None:
        return SCHEMA if self.engine.dialect.name == "postgresql" else None

    def prepare(self, now: datetime) -> None:
        """Makes what is missing. Several processes may do so at once."""
        with self.engine.begin() as connection:
            if self.schema:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                connection.execute(sa.schema.CreateSchema(self.schema, if_not_exists=True))
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection = self._in_schema(connection)
            _metadata.create_all(connection)
            if connection.scalar(sa.select(_beginning.c.at)) is None:
                connection.execute(_beginning.insert().values(id=1, at=now.timestamp()))

    def began_at(self) -> datetime:
        with self.engine.connect() as connection:
            return datetime.fromtimestamp(self._in_schema(connection).scalars(sa.select(_beginning.c.at)).one(), UTC)

    def beat(self, worker: str) -> None:
        """Says that this process is alive."""
        with self.engine.begin() as connection:
            connection = self._in_schema(connection)
            now = self._now(connection)
            if not connection.execute(_workers.update().where(_workers.c.id == worker).values(seen_at=now)).rowcount:
                connection.execute(_workers.insert().values(id=worker, seen_at=now))

    def leave(self, worker: str) -> None:
        """Says that this process does nothing any more."""
        with self.engine.begin() as connection:
            self._in_schema(connection).execute(_workers.delete().where(_workers.c.id == worker))

    def living(self, silence: timedelta) -> frozenset[str]:
        """The processes that have been silent for less than this; the others are forgotten."""
        with self.engine.begin() as connection:
            connection = self._in_schema(connection)
            oldest = self._now(connection) - silence.total_seconds()
            connection.execute(_workers.delete().where(_workers.c.seen_at < oldest))
            return frozenset(connection.scalars(sa.select(_workers.c.id)))

    def _in_schema(self, connection: Connection) -> Connection:
        return connection.execution_options(schema_translate_map={None: self.schema})

    def _now(self, connection: Connection) -> float:
        if not self.schema:
            return time.time()  # one file, one machine, one clock
        return float(connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")) or 0)
