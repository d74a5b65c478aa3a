"""An empty database for jobs, on SQLite and on PostgreSQL, and an engine over it that does everything soon."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import _workflow_commands
from sqlalchemy.engine import URL

from api.clock import SystemClock
from api.jobs.engine import DbosEngine, Pacing
from api.jobs.memory import jobs_database
from api.jobs.port import Job, Schedule
from tests.databases import Cluster

SOON = Pacing(
    pulse=timedelta(seconds=0.05),
    silence=timedelta(seconds=2),
    poll=timedelta(seconds=0.05),
    grace=timedelta(seconds=5),
)

assert _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC
vars(_workflow_commands)["_BACKGROUND_JOBS_INTERVAL_SEC"] = 0.25
"""DBOS looks every second, which cannot be configured, for what has waited long enough."""

StartEngine = Callable[..., AbstractAsyncContextManager[DbosEngine]]


@pytest.fixture
def jobs_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    if backend == "sqlite":
        yield jobs_database("sqlite+aiosqlite:///unused", tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"jobs_{abs(hash(str(tmp_path)))}"
    cluster.create_database(name)
    yield jobs_database(cluster.url(name), tmp_path)
    cluster.drop_database(name)


@pytest.fixture
def start_engine(jobs_url: URL) -> StartEngine:
    """`async with start_engine(job, …, schedules=[…]) as engine`."""

    @asynccontextmanager
    async def start(*jobs: Job, schedules: Sequence[Schedule] = (), pacing: Pacing = SOON) -> AsyncIterator[DbosEngine]:
        engine = DbosEngine(jobs_url, jobs, schedules, SystemClock(), pacing=pacing, durable=False)
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()

    return start
