"""Migrations: up, down and up again with data in the tables, on both databases; they make what the models say."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from api.app import create_context
from api.db.base import Base
from api.db.migrate import BASE, NewerDatabase, current_revision, downgrade, newest_revision, upgrade
from api.domains.audit.models import AuditRow
from api.identity import system_actor
from api.ids import new_id
from api.seeding import seed_university
from api.settings import Settings
from api.unit import Context
from tests.api.conftest import KEYS, StandingClock
from tests.databases import Cluster

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bare(
    anyio_backend: str, backend: str, request: pytest.FixtureRequest, clock: StandingClock, tmp_path: Path
) -> AsyncIterator[Context]:
    """A database without tables."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'bare.sqlite3'}"
    if backend == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        name = f"bare_{abs(hash(str(tmp_path)))}"
        cluster.create_database(name)
        url = cluster.url(name)
    context = create_context(Settings(data=tmp_path, database_url=url), KEYS, clock, durable=False)
    yield context
    await context.database.dispose()
    if backend == "postgresql":
        cluster.drop_database(name)


async def test_revisions_make_what_the_models_say(bare: Context) -> None:
    await upgrade(bare.database)
    async with bare.database.writer.begin() as connection:
        found: list[Any] = await connection.run_sync(
            lambda one: compare_metadata(MigrationContext.configure(one, opts={"compare_type": True}), Base.metadata)
        )
    assert found == []
    assert await current_revision(bare.database) == newest_revision()


async def test_up_down_and_up_again_with_data(bare: Context) -> None:
    await upgrade(bare.database)
    await seed_university(bare, 8)
    assert await _rows(bare) > 100
    before, after = await downgrade(bare.database, BASE)
    assert (before, after) == (newest_revision(), None)
    async with bare.database.reader.connect() as connection:
        left = await connection.run_sync(lambda one: inspect(one).get_table_names())
    assert set(left) <= {"alembic_version"}
    await upgrade(bare.database)
    assert await _rows(bare) == 1  # the head of the audit log
    await seed_university(bare, 8)
    assert await _rows(bare) > 100


async def test_the_audit_log_of_a_migrated_database_cannot_be_changed(bare: Context) -> None:
    await upgrade(bare.database)
    async with bare.writing(system_actor("test")) as unit:
        unit.record("make", "thing", new_id())
    for statement in ("UPDATE audit_entry SET what = 'steal'", "DELETE FROM audit_entry"):
        with pytest.raises(Exception, match="append-only"):
            async with bare.database.writing() as session:
                await session.execute(text(statement))
    async with bare.database.reading() as session:
        assert await session.scalar(select(AuditRow.what)) == "make"


async def test_upgrading_twice_changes_nothing(bare: Context) -> None:
    await upgrade(bare.database)
    assert await upgrade(bare.database) == (newest_revision(), newest_revision())


async def test_the_database_of_a_newer_program_is_left_alone(bare: Context, clock: StandingClock) -> None:
    await upgrade(bare.database)
    async with bare.database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    settings = Settings(data=bare.settings.data, database_url=bare.settings.database_url)
    other = create_context(settings, KEYS, clock, durable=False)
    with pytest.raises(NewerDatabase, match="9999"):
        await upgrade(other.database)
    await other.database.dispose()


async def _rows(context: Context) -> int:
    async with context.database.reading() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables
        ]
    return sum(counts)
