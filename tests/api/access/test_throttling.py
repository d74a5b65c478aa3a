"""Guessing is slowed down, by all processes together, and nobody is locked out for ever by a stranger (row 13)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from api.app import create_app, create_context
from api.domains.access import recovery, sessions
from api.domains.access.models import ThrottleRow
from api.domains.access.rules import RESET_USE, SIGN_IN_ADDRESS, SIGN_IN_PAIR
from api.domains.access.service import purge_expired
from api.domains.access.throttling import count_try, counted
from api.errors import TooManyRequests
from api.unit import Context
from tests.api.access.world import PASSWORD, SETUP, Browser, add_member, browser_at, signed_in, token_in, written_mails
from tests.api.conftest import KEYS, StandingClock, University

pytestmark = pytest.mark.anyio


@pytest.fixture
async def second_process(context: Context, clock: StandingClock) -> AsyncIterator[Context]:
    """Another context on the same database: another process has nothing else in common."""
    other = create_context(context.settings, KEYS, clock, durable=False)
    yield other
    await other.database.dispose()


async def _fail(browser: Browser, login: str, times: int) -> list[int]:
    return [(await browser.sign_in(login, "wrong")).status_code for _ in range(times)]


async def test_waits_grow_and_say_how_long(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        assert await _fail(browser, member.login, 5) == [401] * 5
        waits = []
        for _ in range(11):
            answer = await browser.sign_in(member.login)  # the right one is no better while one has to wait
            assert answer.status_code == 429
            waits.append(int(answer.headers["retry-after"]))
            clock.advance(seconds=waits[-1])
            assert await _fail(browser, member.login, 1) == [401]
        assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
        clock.advance(seconds=899)
        assert (await browser.sign_in(member.login)).status_code == 429
        clock.advance(seconds=1)
        assert (await browser.sign_in(member.login)).status_code == 201


async def test_waiting_does_not_tell_whether_there_is_an_account(university: University) -> None:
    await add_member(university.context)
    told: list[tuple[int, str, bytes]] = []
    for login in ("bakyt.asanov", "nobody-here"):
        async with browser_at(university.app, address=f"10.0.2.{len(told)}") as browser:
            await _fail(browser, login, 5)
            answer = await browser.sign_in(login, "wrong")
            told.append((answer.status_code, answer.headers["retry-after"], answer.content))
    assert told[0] == told[1]
    assert told[0][0] == 429


async def test_two_processes_count_together(context: Context, second_process: Context, clock: StandingClock) -> None:
    member = await add_member(context)
    async with browser_at(create_app(context)) as one, browser_at(create_app(second_process)) as two:
        told = Counter([*await _fail(one, member.login, 3), *await _fail(two, member.login, 3)])
        assert told == {401: 5, 429: 1}
        assert (await one.sign_in(member.login)).status_code == 429


async def test_a_hundred_tries_at_once_are_a_hundred(context: Context, second_process: Context) -> None:
    """A burst gets no more guesses than the same tries one after another."""
    tries = [counted(context.keys, SIGN_IN_PAIR, "login", "address")]
    results = await asyncio.gather(
        *(count_try(one, tries) for one in [context, second_process] * 50), return_exceptions=True
    )
    assert Counter(type(one).__name__ for one in results) == {"NoneType": 5, "TooManyRequests": 95}
    assert all(one is None or isinstance(one, TooManyRequests) for one in results)


async def test_a_success_forgets_the_failures_before_it(university: University) -> None:
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        for _ in range(3):
            assert await _fail(browser, member.login, 4) == [401] * 4
            assert (await browser.sign_in(member.login)).status_code == 201
            browser.client.cookies.clear()


@pytest.fixture
def small_campus() -> Iterator[None]:
    """An address from which eight failures are free, so that tests need no hundred requests."""
    with patch.object(sessions, "SIGN_IN_ADDRESS", replace(SIGN_IN_ADDRESS, free=8)):
        yield


@pytest.mark.usefixtures("small_campus")
async def test_one_address_cannot_try_many_logins(university: University, clock: StandingClock) -> None:
    """Password spraying: one password, many logins."""
    async with browser_at(university.app) as browser:
        told = Counter([(await browser.sign_in(f"student{at}", "wrong")).status_code for at in range(11)])
    assert told == {401: 8, 429: 3}
    async with browser_at(university.app, address="10.0.0.2") as elsewhere:
        assert await _fail(elsewhere, "student0", 1) == [401]


@pytest.mark.usefixtures("small_campus")
async def test_a_class_that_signs_in_at_once_is_not_held_up(university: University) -> None:
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        for _ in range(10):
            assert (await browser.sign_in(member.login)).status_code == 201
            browser.client.cookies.clear()


async def test_strangers_cannot_lock_a_person_out(university: University, clock: StandingClock) -> None:
    """They go on from many addresses. A browser in which the person has been signed in before is not held up, nor one
    in which a mailed token has just been used."""
    member = await add_member(university.context)
    async with signed_in(university, member) as known, browser_at(university.app, address="10.7.7.7") as fresh:
        for at in range(25):
            async with browser_at(university.app, address=f"10.0.3.{at}") as stranger:
                await stranger.sign_in(member.login, "wrong")
        assert (await fresh.sign_in(member.login)).status_code == 429
        assert (await known.sign_in(member.login)).status_code == 201
        await fresh.post("/v1/password-resets", {"login": member.login})
        (mail,) = await written_mails(university.context, "password-reset.asked")
        body = {"token": token_in(mail), "password": "жаңы тоо жана көл"}
        assert (await fresh.post("/v1/password-resets/use", body)).status_code == 200
        assert (await fresh.sign_in(member.login, "жаңы тоо жана көл")).status_code == 201


async def test_a_known_browser_is_no_way_to_guess(university: University) -> None:
    member = await add_member(university.context)
    other = await add_member(university.context, "other")
    async with signed_in(university, member) as browser:
        await browser.delete("/v1/session")
        assert Counter(await _fail(browser, member.login, 12)) == {401: 8, 429: 4}
    async with signed_in(university, other) as browser:  # known for another account: counts as unknown here
        await browser.delete("/v1/session")
        browser.client.cookies.set("jetki-known", "9" * 150, domain="university.test")
        assert Counter(await _fail(browser, "third-login", 7)) == {401: 5, 429: 2}


async def test_an_address_of_a_header_counts_only_from_a_proxy_of_ours(context: Context) -> None:
    member = await add_member(context)
    async with browser_at(create_app(context)) as browser:
        told = [
            (await browser.sign_in(member.login, "wrong", x_forwarded_for=f"198.51.100.{at}")).status_code
            for at in range(7)
        ]
    assert told == [401] * 5 + [429] * 2
    settings = replace(context.settings, trusted_proxies=("10.0.0.9",))
    behind = Context(settings, context.database, context.clock, context.keys, context.listeners)
    async with browser_at(create_app(behind), address="10.0.0.9") as browser:
        told = [
            (await browser.sign_in("somebody", "wrong", x_forwarded_for=f"198.51.100.{at}")).status_code
            for at in range(7)
        ]
    assert told == [401] * 7


async def test_asking_for_resets_is_slowed_down_alike_for_everybody(
    university: University, clock: StandingClock
) -> None:
    await add_member(university.context)
    told: list[list[int]] = []
    for login in ("bakyt.asanov", "nobody-here"):
        async with browser_at(university.app, address=f"10.0.4.{len(told)}") as browser:
            told.append([(await browser.post("/v1/password-resets", {"login": login})).status_code for _ in range(5)])
    assert told[0] == told[1] == [204, 204, 204, 429, 429]
    assert len(await written_mails(university.context, "password-reset.asked")) == 3
    clock.advance(seconds=60)
    async with browser_at(university.app) as browser:
        assert (await browser.post("/v1/password-resets", {"login": "bakyt.asanov"})).status_code == 204


async def test_reset_tokens_cannot_be_guessed_for_long(university: University) -> None:
    told: Counter[int] = Counter()
    with patch.object(recovery, "RESET_USE", replace(RESET_USE, free=5)):
        async with browser_at(university.app) as browser:
            for at in range(8):
                body = {"token": f"{at:043}", "password": PASSWORD}
                told[(await browser.post("/v1/password-resets/use", body)).status_code] += 1
    assert told == {422: 5, 429: 3}


async def test_the_password_asked_again_is_throttled_too(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        told = [(await browser.post("/v1/second-factor", {"password": "no"})).status_code for _ in range(7)]
    assert told == [422] * 5 + [429] * 2


async def test_counts_hold_no_login_and_go_later(university: University, clock: StandingClock) -> None:
    async with browser_at(university.app) as browser:
        await _fail(browser, "somebody", 7)
    async with university.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(ThrottleRow))).all()
    assert len(rows) == 3
    assert all(len(row.key) == 64 and "somebody" not in row.key and "10.0.0.1" not in row.key for row in rows)
    clock.advance(hours=1)
    await purge_expired(university.context)
    async with university.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(ThrottleRow)) == 3
    clock.advance(hours=2)
    await purge_expired(university.context)
    async with university.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(ThrottleRow)) == 0
