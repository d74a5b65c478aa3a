"""Migrations: bringing a database to the tables that this version of the code expects, and back.

All revisions of a run are one transaction on both databases; a second process that starts at the same moment waits,
and then finds nothing left to do.
"""

from importlib import resources
from typing import Any, Final, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp, MigrationScript
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, TypeDecorator, text

from api.db.base import UtcDateTime
from api.db.session import Database

HEAD: Final = "head"
BASE: Final = "base"
_LOCK: Final = 7_306_941_020
"""Of PostgreSQL's advisory locks; any number that nobody else uses."""


class NewerDatabase(Exception):
    """The database was made by a newer version of this program. `revision` is what it is at."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


async def upgrade(database: Database, revision: str = HEAD) -> tuple[str | None, str | None]:
    """Brings the tables up to a revision. Gives back the revisions before and after. Raises NewerDatabase."""
    return await _run(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, revision: str) -> tuple[str | None, str | None]:
    """Takes revisions back, down to and without `revision`, or to an empty database with `base`."""
    return await _run(database, lambda config: command.downgrade(config, revision))


async def current_revision(database: Database) -> str | None:
    """None for a database without tables."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_revision_of)


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def upgrade_connection(connection: Connection) -> None:
    """The same as `upgrade`, for an open connection of SQLAlchemy's synchronous kind."""
    command.upgrade(_config(connection), HEAD)


def downgrade_connection(connection: Connection, revision: str) -> None:
    command.downgrade(_config(connection), revision)


def make_revision(connection: Connection, message: str, number: str) -> None:
    """Writes a new revision file from what the models say and the database lacks; for developers."""

    def without_notes(_: object, __: object, directives: list[MigrationScript]) -> None:
        # `info` of tables and columns is for the code that reads models; it is no part of the database
        for script in directives:
            for upgrade in script.upgrade_ops_list:
                for one in upgrade.ops:
                    if isinstance(one, CreateTableOp):
                        one.info.clear()
                        one.kw.pop("info", None)

    command.revision(
        _config(connection),
        message=message,
        rev_id=number,
        autogenerate=True,
        process_revision_directives=without_notes,
    )


def render_type(kind: str, what: Any, _: Any) -> str | Literal[False]:
    """Revisions name SQLAlchemy's own types, so that old ones still run when ours change."""
    if kind == "type" and isinstance(what, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(what, JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(what, TypeDecorator):
        return f"sa.{type(what.impl_instance).__name__}()"
    return False


async def _run(database: Database, step: Any) -> tuple[str | None, str | None]:
    def run(connection: Connection) -> tuple[str | None, str | None]:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = _revision_of(connection)
        config = _config(connection)
        known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
        if before is not None and before not in known:
            raise NewerDatabase(before)
        step(config)
        return before, _revision_of(connection)

    async with database.writer.begin() as connection:
        return await connection.run_sync(run)


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("api.db") / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
