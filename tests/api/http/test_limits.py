"""How much one client may ask, and who that client is."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.types import Scope

from api.http.limits import FLOOD_FACTOR, Buckets, client_address
from tests.api.http.conftest import Toys, person


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_holds_a_minutes_worth_and_fills_evenly() -> None:
    time = Seconds()
    buckets = Buckets(60, seconds=time)
    assert [buckets.take("a") for _ in range(61)] == [0] * 60 + [1]
    time.now = 0.5
    assert buckets.take("a") == 1
    time.now = 1.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 1]
    time.now = 3600.0
    assert [buckets.take("a") for _ in range(61)] == [0] * 60 + [1]


def test_clients_do_not_take_from_one_another() -> None:
    buckets = Buckets(1, seconds=Seconds())
    assert [buckets.take("a"), buckets.take("b"), buckets.take("a")] == [0, 0, 60]


@given(st.integers(1, 100), st.lists(st.floats(0, 30), max_size=300))
def test_no_client_passes_more_often_than_its_share(per_minute: int, pauses: list[float]) -> None:
    time = Seconds()
    buckets = Buckets(per_minute, seconds=time)
    passed = 0
    for pause in pauses:
        time.now += pause
        wait = buckets.take("a")
        passed += wait == 0
        assert wait >= 0
    assert passed <= per_minute + time.now * per_minute / 60 + 1e-6


def test_who_waits_as_told_passes() -> None:
    time = Seconds()
    buckets = Buckets(7, seconds=time)
    for _ in range(100):
        wait = buckets.take("a")
        if wait:
            time.now += wait
            assert buckets.take("a") == 0


def test_the_memory_is_bounded() -> None:
    buckets = Buckets(10, most=100, seconds=Seconds())
    for number in range(10_000):
        buckets.take(number)
    assert len(buckets) == 100


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, evil"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", [], "2001:db8:1:2::"),
        ("::ffff:198.51.100.7", [], "198.51.100.7"),
        (None, [], "unknown"),
    ],
)
def test_an_address_is_believed_from_trusted_proxies_alone(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    scope: dict[str, Any] = {
        "client": None if peer is None else (peer, 1),
        "headers": [(b"x-forwarded-for", one.encode()) for one in forwarded],
    }
    assert client_address(cast("Scope", scope), ("10.0.0.1", "10.0.0.2")) == expected


pytestmark_http = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.mark.anyio
@pytestmark_http
async def test_too_many_requests_are_told_when_to_come_back(toys: Toys) -> None:
    client = await toys.as_(requests_per_minute=3)
    answers = [await client.get("/v1/things", headers={"accept-language": "en"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    last = answers[-1]
    assert last.json()["type"] == "/problems/too-many-requests"
    assert 1 <= int(last.headers["retry-after"]) <= 20
    assert last.json()["detail"] == f"Wait {last.headers['retry-after']} seconds and try again."


@pytest.mark.anyio
@pytestmark_http
async def test_people_behind_one_address_are_counted_by_account(toys: Toys) -> None:
    """A campus has one address; nobody there is kept out by the others."""
    for _ in range(3):
        client = await toys.as_(person(), requests_per_minute=2)
        assert [(await client.get("/v1/things")).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.anyio
@pytestmark_http
async def test_a_flood_is_refused_before_it_is_looked_at(toys: Toys) -> None:
    client = await toys.as_(requests_per_minute=1)
    answers = [await client.get("/no-such") for _ in range(FLOOD_FACTOR + 1)]
    assert {one.status_code for one in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
