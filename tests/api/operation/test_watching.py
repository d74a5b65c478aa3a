"""Health, readiness, metrics, and what the log may hold."""

import json
import logging

import httpx
import pytest

from api.app import create_service
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.logs import JsonLines
from api.unit import Context
from tests.api.conftest import University, acting_as

pytestmark = pytest.mark.anyio
ADMINISTRATOR = Actor(
    new_id(), new_id(), roles=(HeldRole(Role.ADMINISTRATOR, Scope.UNIVERSITY),), method=Method.SESSION
)


async def test_health_asks_nothing_of_the_database(university: University) -> None:
    await university.context.database.dispose()
    answer = await (await university.as_()).get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_ready_only_with_the_tables_of_this_version(university: University) -> None:
    answer = await (await university.as_()).get("/ready")
    assert answer.status_code == 503  # the test's tables were not made by migrations
    assert int(answer.headers["retry-after"]) > 0


async def test_metrics_are_for_administrators_and_count_by_route(context: Context) -> None:
    app = create_service(context)
    transport = httpx.ASGITransport(acting_as(ADMINISTRATOR, app))  # type: ignore[arg-type]  # same protocol, other names
    async with httpx.AsyncClient(transport=transport, base_url="http://university.test") as client:
        await client.get("/health")
        await client.get("/v1/no-such-thing/12345")
        text = (await client.get("/metrics")).text
    assert 'jetki_requests_total{method="GET",route="/health",status="200"} 1.0' in text
    assert "12345" not in text
    stranger = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=stranger, base_url="http://university.test") as client:
        assert (await client.get("/metrics")).status_code == 401


def test_the_log_quotes_nobody() -> None:
    try:
        raise ValueError("Айгүл Асанова, diagnosis")
    except ValueError as error:
        record = logging.LogRecord(
            "jetki.api", logging.ERROR, "", 0, "failed for %s", ("Айгүл",), (ValueError, error, error.__traceback__)
        )
    record.number = "17"
    record.person = "Айгүл"
    text = JsonLines().format(record)
    line = json.loads(text)
    assert (line["message"], line["number"], line["error"]) == ("failed for %s", "17", "ValueError")
    assert line["where"][-1].endswith("test_the_log_quotes_nobody")
    assert "Айгүл" not in text
    assert "diagnosis" not in text
