"""The server that other tests rely on: it starts, copies, crashes and recovers, and leaves nothing behind."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import databases
from tests.databases import Cluster, PostgresqlMissing, running_cluster

ROOT = Path(__file__).parent.parent

_HOLDER = """
import sys
from pathlib import Path
from typing import Any
from tests.databases import running_cluster
with running_cluster(Path(sys.argv[1])) as cluster:
    print(cluster.data, (cluster.data / "postmaster.pid").read_text().split()[0], flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as one:
        yield one


def connect(cluster: Cluster, database: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(cluster.url(database, driver="").replace("+", ""), autocommit=True)


def rows(cluster: Cluster, database: str, query: str) -> list[tuple[object, ...]]:
    with connect(cluster, database) as connection:
        return connection.execute(query.encode()).fetchall()


def make_lessons(cluster: Cluster, database: str) -> None:
    with connect(cluster, database) as connection:
        connection.execute("CREATE TABLE lesson (name text PRIMARY KEY)")
        connection.execute("INSERT INTO lesson VALUES ('Үй-бүлө')")


def in_thread(work: Coroutine[Any, Any, int]) -> int:
    """A browser's driver that other tests of this worker have started keeps this thread's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_the_address_serves_sqlalchemy(cluster: Cluster) -> None:
    async def version(url: str) -> int:
        engine = create_async_engine(url)
        try:
            async with engine.connect() as connection:
                return int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
        finally:
            await engine.dispose()

    cluster.create_database("a name / with ? signs")
    assert in_thread(version(cluster.url("a name / with ? signs"))) >= 15_00_00


def test_a_copy_has_the_rows_and_leaves_the_template_alone(cluster: Cluster) -> None:
    cluster.create_database("template")
    make_lessons(cluster, "template")
    cluster.create_database("copy", "template")
    with connect(cluster, "copy") as connection:
        connection.execute("INSERT INTO lesson VALUES ('Тоо')")
    assert rows(cluster, "copy", "SELECT name FROM lesson ORDER BY name") == [("Тоо",), ("Үй-бүлө",)]
    assert rows(cluster, "template", "SELECT name FROM lesson") == [("Үй-бүлө",)]


def test_letters_are_unicode_and_order_is_that_of_code_points(cluster: Cluster) -> None:
    query = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'postgres'"
    assert rows(cluster, "postgres", query) == [("UTF8", "C")]


def test_dropping_throws_out_whoever_is_connected(cluster: Cluster) -> None:
    cluster.create_database("busy")
    with connect(cluster, "busy"):
        cluster.drop_database("busy")
    assert rows(cluster, "postgres", "SELECT FROM pg_database WHERE datname = 'busy'") == []
    cluster.drop_database("busy")


def test_the_address_outlives_a_stop(cluster: Cluster) -> None:
    cluster.create_database("stopped")
    make_lessons(cluster, "stopped")
    cluster.stop("fast")
    cluster.stop("fast")
    with pytest.raises(psycopg.OperationalError):
        connect(cluster, "stopped")
    cluster.start()
    cluster.start()
    assert rows(cluster, "stopped", "SELECT name FROM lesson") == [("Үй-бүлө",)]


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with running_cluster(tmp_path, durable=True) as cluster:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert rows(cluster, "postgres", f"SHOW {setting}") == [("on",)]
        cluster.create_database("crashed")
        make_lessons(cluster, "crashed")
        with connect(cluster, "crashed") as connection:
            cluster.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT")
        assert not cluster.is_running
        cluster.start()
        assert rows(cluster, "crashed", "SELECT name FROM lesson") == [("Үй-бүлө",)]
        cluster.kill()
        data = cluster.data
    assert not data.parent.exists()
    assert not list(tmp_path.iterdir())


def test_the_packaged_binaries_do_where_the_system_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "system_binaries", list)
    program = tmp_path / "program"  # in a folder that is closed to others, as a virtual environment may be
    program.mkdir(mode=0o700)
    binaries = databases._copy_binaries(databases.find_binaries(), program)
    with running_cluster(tmp_path, binaries=binaries) as cluster:
        cluster.create_database("copy", "template1")
        assert rows(cluster, "copy", "SELECT 1") == [(1,)]


def test_without_binaries_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "system_binaries", list)
    monkeypatch.setattr(databases, "packaged_binaries", list)
    with pytest.raises(PostgresqlMissing, match=r"sh requirements/install.sh test.*system package postgresql"):
        running_cluster(tmp_path).__enter__()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as cluster:
        cluster.stop()
        (cluster.data / "PG_VERSION").write_text("7\n")
        with pytest.raises(databases.ServerFailed, match="did not start"):
            cluster.start()


def test_nothing_is_left_when_the_tests_are_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-B", "-c", _HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        data, server = holder.stdout.readline().split()
        holder.kill()
    end = time.monotonic() + 20
    while Path(data).parent.exists() and time.monotonic() < end:
        time.sleep(0.02)  # whoever could be waited for has been killed
    assert not Path(data).parent.exists()
    assert databases._is_dead(server)
