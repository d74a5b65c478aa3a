"""Pressing twice, two editors, and a database that is away or full: nothing happens twice, half, or silently."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from api.http.exchange import IdempotencyRow
from api.http.problems import as_problem
from tests.api.conftest import StandingClock
from tests.api.http.conftest import Toys, person
from tests.api.http.toy import ThingRow
from tests.databases import Cluster

pytestmark = pytest.mark.anyio


async def count(toys: Toys, table: Any = ThingRow) -> int:
    async with toys.context.database.reading() as session:
        return (await session.scalar(select(func.count()).select_from(table))) or 0


def key(name: str) -> dict[str, str]:
    return {"idempotency-key": name}


async def test_the_same_request_again_gets_the_same_answer(toys: Toys, clock: StandingClock) -> None:
    client = await toys.as_(person())
    first = await client.post("/v1/things", json={"code": "a"}, headers=key("one"))
    clock.advance(hours=23)
    again = await client.post("/v1/things", json={"code": "a"}, headers=key("one"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("etag", "location", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["server-time"] != first.headers["server-time"]
    assert await count(toys) == 1


async def test_another_request_with_the_key_is_refused(toys: Toys) -> None:
    client = await toys.as_(person())
    await client.post("/v1/things", json={"code": "a"}, headers=key("one"))
    answer = await client.post("/v1/things", json={"code": "b"}, headers=key("one"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await count(toys) == 1


async def test_a_key_belongs_to_one_account(toys: Toys) -> None:
    for code in ("a", "b"):
        answer = await (await toys.as_(person())).post("/v1/things", json={"code": code}, headers=key("one"))
        assert (answer.status_code, answer.json()["code"]) == (201, code)
        assert "idempotency-replayed" not in answer.headers


async def test_a_refusal_is_not_kept(toys: Toys) -> None:
    client = await toys.as_(person())
    answer = await client.post("/v1/things", json={"code": "refused"}, headers=key("one"))
    assert answer.status_code == 409
    assert await count(toys, IdempotencyRow) == 0
    answer = await client.post("/v1/things", json={"code": "a"}, headers=key("one"))
    assert answer.status_code == 201


async def test_pressing_many_times_at_once_does_it_once(toys: Toys) -> None:
    client = await toys.as_(person())
    answers = await asyncio.gather(
        *(client.post("/v1/things", json={"code": "a"}, headers=key("one")) for _ in range(12))
    )
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert sum("idempotency-replayed" not in one.headers for one in answers) == 1
    assert (await count(toys), await count(toys, IdempotencyRow)) == (1, 1)


async def test_without_a_key_each_request_counts(toys: Toys) -> None:
    client = await toys.as_(person())
    assert (await client.post("/v1/things", json={"code": "a"})).status_code == 201
    answer = await client.post("/v1/things", json={"code": "a"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")


async def test_visitors_have_no_keys(toys: Toys) -> None:
    client = await toys.as_()
    assert (await client.post("/v1/things/open", json={"code": "a"}, headers=key("one"))).status_code == 201
    answer = await client.post("/v1/things/open", json={"code": "b"}, headers=key("one"))
    assert (answer.status_code, answer.json()["code"]) == (201, "b")
    assert await count(toys, IdempotencyRow) == 0


@pytest.mark.parametrize("name", ["", "x" * 129, "ключ", "a\tb"])
async def test_a_bad_key_is_refused(toys: Toys, name: str) -> None:
    client = await toys.as_(person())
    headers = [(b"idempotency-key", name.encode()), (b"content-type", b"application/json")]
    answer = await client.post("/v1/things", content=b'{"code": "a"}', headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "header:Idempotency-Key")
    assert await count(toys) == 0


async def test_a_large_answer_is_kept_whole(toys: Toys) -> None:
    client = await toys.as_(person())
    first = await client.post("/v1/things", json={"code": "long"}, headers=key("one"))
    again = await client.post("/v1/things", json={"code": "long"}, headers=key("one"))
    assert len(first.content) > 800_000
    assert again.content == first.content


async def test_of_two_editors_one_is_told_to_look_again(toys: Toys) -> None:
    client = await toys.as_(person())
    made = (await client.post("/v1/things", json={"code": "a"})).json()
    path = f"/v1/things/{made['id']}"
    answers = await asyncio.gather(
        *(client.patch(path, json={"code": code}, headers={"if-match": '"1"'}) for code in ("b", "c"))
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    winner = next(one for one in answers if one.status_code == 200)
    loser = next(one for one in answers if one.status_code == 412)
    assert loser.headers["etag"] == winner.headers["etag"] == '"2"'
    assert (await client.get(path)).json()["code"] == winner.json()["code"]


class TestDatabaseAway:
    """503 with the time to come back; afterwards everything is as before, and the same key does it once."""

    async def refused(self, client: httpx.AsyncClient) -> None:
        for answer in (
            await client.post("/v1/things", json={"code": "later"}, headers=key("later")),
            await client.get("/v1/things"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
            assert int(answer.headers["retry-after"]) > 0

    @pytest.mark.parametrize("backend", ["postgresql"])
    async def test_a_stopped_server(self, toys: Toys, cluster: Cluster) -> None:
        client = await toys.as_(person())
        assert (await client.post("/v1/things", json={"code": "before"})).status_code == 201
        for stop in (cluster.stop, cluster.kill):
            stop()
            try:
                await self.refused(client)
                await self.refused(client)
            finally:
                cluster.start()
        answer = await client.post("/v1/things", json={"code": "later"}, headers=key("later"))
        assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)
        assert (await count(toys), await count(toys, IdempotencyRow)) == (2, 1)

    @pytest.mark.parametrize("backend", ["postgresql"])
    async def test_a_server_that_dies_in_the_middle(self, toys: Toys) -> None:
        """The connection is cut between the write and the commit: nothing is stored, nothing is said to be."""
        client = await toys.as_(person())
        database = toys.context.database
        with pytest.raises(DBAPIError) as cut:
            async with database.writing() as session:
                session.add(ThingRow(code="half", created_at=toys.context.clock.now()))
                await session.flush()
                pid = await session.scalar(text("SELECT pg_backend_pid()"))
                async with database.writing() as other:
                    await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
                await session.execute(text("SELECT 1"))
        request: Any = None
        assert as_problem(request, cut.value).status == 503
        assert await count(toys) == 0
        assert (await client.post("/v1/things", json={"code": "whole"})).status_code == 201

    @pytest.mark.parametrize("backend", ["sqlite"])
    async def test_a_file_that_another_process_holds(
        self, toys: Toys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = await toys.as_(person())
        async with toys.context.database.writer.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(tmp_path / "university.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            answer = await client.post("/v1/things", json={"code": "later"}, headers=key("later"))
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert (await client.get("/v1/things")).status_code == 200  # readers do not wait for writers
        finally:
            other.execute("ROLLBACK")
            other.close()
        answer = await client.post("/v1/things", json={"code": "later"}, headers=key("later"))
        assert answer.status_code == 201
        assert (await count(toys), await count(toys, IdempotencyRow)) == (1, 1)


class TestStorageFull:
    """507, and nothing of the refused request is there."""

    @pytest.mark.parametrize("backend", ["sqlite"])
    async def test_a_full_disk(self, toys: Toys) -> None:
        client = await toys.as_(person())
        async with toys.context.database.writer.connect() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        answer = await client.post("/v1/things", json={"code": "long"}, headers=key("long"))
        assert (answer.status_code, answer.json()["type"]) == (507, "/problems/storage-full")
        assert (await count(toys), await count(toys, IdempotencyRow)) == (0, 0)
        assert (await client.get("/v1/things")).status_code == 200

    @pytest.mark.parametrize("backend", ["sqlite"])
    @pytest.mark.parametrize(
        ("sqlstate", "status"),
        [
            ("53100", 507),
            ("53200", 503),
            ("57P01", 503),
            ("08006", 503),
            ("40001", 503),
            ("40P01", 503),
            ("22003", 500),
        ],
    )
    async def test_postgresqls_words_for_it(self, toys: Toys, sqlstate: str, status: int) -> None:
        """PostgreSQL, appendix A: the classes of errors."""

        class Said(Exception):
            pass

        said = Said("no room")
        said.sqlstate = sqlstate  # type: ignore[attr-defined]
        client = await toys.as_()
        captured = await client.get("/v1/things")
        assert captured.status_code == 200
        request: Any = type("Request", (), {"scope": {"state": {}}})()
        assert as_problem(request, DBAPIError("INSERT", {}, said)).status == status
