"""A second factor: who needs one, what it opens, and that no code is taken twice."""

import asyncio
from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import select

from api.app import create_app
from api.domains.access.authentication import find_session
from api.domains.access.models import RecoveryCodeRow, TotpRow
from api.domains.access.second_factor import give
from api.domains.access.service import account_may
from api.errors import Problem
from api.identity import Role, Scope
from api.ids import new_id
from api.policy import action
from api.settings import Environment
from api.unit import Context
from tests.api.access.world import (
    PASSWORD,
    SETUP,
    Member,
    add_member,
    browser_at,
    set_up_second_factor,
    signed_in,
)
from tests.api.conftest import StandingClock, University

pytestmark = pytest.mark.anyio
REGISTRY = [(Role.REGISTRY, Scope.UNIVERSITY, None)]


@pytest.fixture
def production(context: Context) -> Context:
    settings = replace(
        context.settings, environment=Environment.PRODUCTION, public_url="http://university.test", site_url=""
    )
    return Context(settings, context.database, context.clock, context.keys, context.listeners)


async def test_setting_it_up_gives_recovery_codes_and_a_strong_session(
    university: University, clock: StandingClock
) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser, signed_in(university, member) as other:
        assert (await browser.post("/v1/second-factor", {"password": "wrong"})).status_code == 422
        prepared = (await browser.post("/v1/second-factor", {"password": PASSWORD})).json()
        uri = urlsplit(prepared["uri"])
        assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
        assert parse_qs(uri.query)["secret"] == [prepared["secret"]]
        assert (await browser.get("/v1/second-factor")).json()["is_set_up"] is False
        wrong = await browser.post("/v1/second-factor/confirm", {"code": "000 000"})
        assert wrong.json()["type"] == "/problems/second-factor-refused"
        old = browser.client.cookies["jetki"]
        clock.advance(seconds=10)
        code = pyotp.TOTP(prepared["secret"]).at(clock.now())
        confirmed = await browser.post("/v1/second-factor/confirm", {"code": f"{code[:3]} {code[3:]}"})
        assert len(set(confirmed.json()["recovery_codes"])) == 10
        shown = await browser.session()
        assert (shown["is_signed_in"], shown["is_second_factor_given"]) == (True, True)
        assert browser.client.cookies["jetki"] != old
        assert await find_session(university.context, old) is None
        assert not (await other.session())["is_signed_in"]
        again = await browser.post("/v1/second-factor", {"password": PASSWORD})
        assert again.json()["type"] == "/problems/second-factor-present"


async def test_neither_secret_nor_codes_are_stored_in_clear(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        secret, codes = await set_up_second_factor(browser, clock)
    async with university.context.reading(SETUP) as unit:
        row = (await unit.session.scalars(select(TotpRow))).one()
        digests = (await unit.session.scalars(select(RecoveryCodeRow.code_digest))).all()
    assert secret not in row.sealed_secret
    assert unit.keys.open(row.sealed_secret, "totp", "sealed_secret", row.id) == secret
    assert not set(codes) & set(digests)


async def test_a_password_alone_opens_nothing_then(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context, roles=REGISTRY)
    async with signed_in(university, member) as browser:
        secret, _ = await set_up_second_factor(browser, clock)
    async with signed_in(university, member) as browser:
        shown = await browser.session()
        assert (shown["is_signed_in"], shown["next_step"]) == (False, "give-second-factor")
        assert (shown["account_id"], shown["person_id"], shown["roles"]) == (None, None, [])
        for path in ("/v1/accounts", "/v1/sessions", "/v1/second-factor", "/v1/api-tokens"):
            assert (await browser.get(path)).status_code == 401
        assert (await browser.post("/v1/second-factor/remove", {"password": PASSWORD})).status_code == 401
        assert (await browser.post("/v1/password", {"password": PASSWORD, "new_password": "x"})).status_code == 401
        hole = await browser.post("/v1/session/second-factor", {"code": "123456"}, x_csrf_token="")
        assert hole.json()["type"] == "/problems/cross-site-request"
        old = browser.client.cookies["jetki"]
        given = await browser.give_code(pyotp.TOTP(secret).at(clock.now()))
        assert given.status_code == 200
        assert given.json()["is_second_factor_given"] is True
        assert browser.client.cookies["jetki"] != old
        assert await find_session(university.context, old) is None
        assert (await browser.get("/v1/accounts")).status_code == 200


async def test_a_code_is_never_taken_twice(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        secret, _ = await set_up_second_factor(browser, clock)
    code = pyotp.TOTP(secret).at(clock.now())
    before = pyotp.TOTP(secret).at(clock.now(), counter_offset=-1)
    async with signed_in(university, member) as browser:
        assert (await browser.give_code(code)).status_code == 200
    async with signed_in(university, member) as browser:
        assert (await browser.give_code(code)).status_code == 422
        assert (await browser.give_code(before)).status_code == 422
        clock.advance(seconds=30)
        assert (await browser.give_code(pyotp.TOTP(secret).at(clock.now()))).status_code == 200


async def test_a_telephone_may_be_half_a_minute_wrong_and_no_more(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        secret, _ = await set_up_second_factor(browser, clock)
    clock.advance(minutes=10)
    async with signed_in(university, member) as browser:
        for steps, status in ((-2, 422), (2, 422), (-1, 200)):
            code = pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)
            assert (await browser.give_code(code)).status_code == status, steps
    async with signed_in(university, member) as browser:
        assert (await browser.give_code(pyotp.TOTP(secret).at(clock.now(), counter_offset=1))).status_code == 200


async def test_a_recovery_code_lets_in_once_however_it_is_typed(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        _, codes = await set_up_second_factor(browser, clock)
    async with signed_in(university, member) as browser:
        assert (await browser.give_code(codes[3].upper().replace("-", " "))).status_code == 200
        assert (await browser.get("/v1/second-factor")).json()["recovery_codes_left"] == 9
    async with signed_in(university, member) as browser:
        assert (await browser.give_code(codes[3])).status_code == 422
        assert (await browser.give_code(codes[4])).status_code == 200
        renewed = await browser.post("/v1/second-factor/recovery-codes", {"password": PASSWORD})
        assert len(renewed.json()["recovery_codes"]) == 10
    async with signed_in(university, member) as browser:
        assert (await browser.give_code(codes[5])).status_code == 422
        assert (await browser.give_code(renewed.json()["recovery_codes"][0])).status_code == 200


@pytest.mark.parametrize("kind", ["application", "recovery"])
async def test_of_twenty_that_use_a_code_at_once_one_succeeds(
    university: University, clock: StandingClock, kind: str
) -> None:
    context = university.context
    member = await add_member(context)
    async with signed_in(university, member) as browser:
        secret, codes = await set_up_second_factor(browser, clock)
    code = codes[0] if kind == "recovery" else pyotp.TOTP(secret).at(clock.now())
    sessions = []
    for _ in range(20):
        async with signed_in(university, member) as browser:
            found = await find_session(context, browser.client.cookies["jetki"])
            assert found is not None
            sessions.append(found)
    with pytest.MonkeyPatch.context() as patch:  # not about waiting
        from datetime import timedelta

        from api.domains.access import second_factor
        from api.domains.access.rules import SECOND_FACTOR

        patch.setattr(second_factor, "SECOND_FACTOR", replace(SECOND_FACTOR, free=100, first_wait=timedelta()))
        results = await asyncio.gather(
            *(give(context, session, code, "test") for session in sessions), return_exceptions=True
        )
    told = Counter(one.slug if isinstance(one, Problem) else type(one).__name__ for one in results)
    assert told == {"Opened": 1, "second-factor-refused": 19}


async def test_guessing_codes_takes_ever_longer(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        secret, _ = await set_up_second_factor(browser, clock)
    async with signed_in(university, member) as browser:
        waits = []
        for _ in range(9):
            answer = await browser.give_code("000000")
            if answer.status_code == 429:
                waits.append(int(answer.headers["retry-after"]))
                clock.advance(seconds=waits[-1])
        assert waits == [4, 8]
        right = pyotp.TOTP(secret)
        assert (await browser.give_code(right.at(clock.now()))).status_code == 429
        clock.advance(seconds=16)
        assert (await browser.give_code(right.at(clock.now()))).status_code == 200


# Mandatory for staff in production


async def test_staff_without_one_have_no_rights_of_staff_in_production(
    production: Context, clock: StandingClock
) -> None:
    member = await add_member(production, roles=[*REGISTRY, (Role.STUDENT, Scope.CLASS, new_id())])
    app = create_app(production)
    wanted = action("test.do", Role.REGISTRY)
    async with browser_at(app) as browser:
        await browser.sign_in(member.login)
        shown = await browser.session()
        assert shown["is_signed_in"] is True
        assert (shown["next_step"], shown["withheld_roles"]) == ("set-up-second-factor", ["registry"])
        assert [one["role"] for one in shown["roles"]] == ["student"]
        assert (await browser.get("/v1/accounts")).status_code == 403
        assert (await browser.get("/v1/second-factor")).json()["is_mandatory"] is True
        made = await browser.post("/v1/api-tokens", {"name": "x", "scopes": ["accounts:read"], "days": 1})
        bearer = {"authorization": f"Bearer {made.json()['token']}"}
        async with browser_at(app) as program:
            assert (await program.client.get("/v1/accounts", headers=bearer)).status_code == 403
            async with production.reading(SETUP) as unit:
                assert not await account_may(unit, member.account, wanted)
            await set_up_second_factor(browser, clock)
            shown = await browser.session()
            assert (shown["next_step"], shown["withheld_roles"]) == (None, [])
            assert (await browser.get("/v1/accounts")).status_code == 200
            assert (await program.client.get("/v1/accounts", headers=bearer)).status_code == 200
        async with production.reading(SETUP) as unit:
            assert await account_may(unit, member.account, wanted)
        kept = await browser.post("/v1/second-factor/remove", {"password": PASSWORD})
        assert kept.json()["type"] == "/problems/second-factor-mandatory"


async def test_an_administrator_takes_a_lost_second_factor_off(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    boss = await add_member(university.context, "boss", roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    async with signed_in(university, member) as browser, signed_in(university, boss) as office:
        await set_up_second_factor(browser, clock)
        path = f"/v1/accounts/{member.account}/remove-second-factor"
        assert (await browser.post(path)).status_code == 403
        assert (await office.post(path)).status_code == 204
        assert (await office.post(path)).json()["type"] == "/problems/second-factor-absent"
        assert not (await browser.session())["is_signed_in"]
        assert (await browser.sign_in(member.login)).json()["is_signed_in"] is True


async def test_a_member_takes_their_own_off_with_the_password(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        assert (await browser.post("/v1/second-factor/confirm", {"code": "123456"})).status_code == 409
        await set_up_second_factor(browser, clock)
        assert (await browser.post("/v1/second-factor/remove", {"password": "wrong"})).status_code == 422
        assert (await browser.post("/v1/second-factor/remove", {"password": PASSWORD})).status_code == 200
        assert (await browser.session())["is_signed_in"] is True


async def test_a_new_password_does_not_take_the_second_factor_off(university: University, clock: StandingClock) -> None:
    from tests.api.access.world import token_in, written_mails

    member: Member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        await set_up_second_factor(browser, clock)
        await browser.post("/v1/password-resets", {"login": member.login})
        (mail,) = await written_mails(university.context, "password-reset.asked")
        await browser.post("/v1/password-resets/use", {"token": token_in(mail), "password": "жаңы тоо жана көл"})
        answer = await browser.sign_in(member.login, "жаңы тоо жана көл")
        assert answer.json()["next_step"] == "give-second-factor"
