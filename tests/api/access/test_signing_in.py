"""Signing in, sessions, and what intruders try with them."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from api.app import create_app
from api.domains.access import passwords, sessions
from api.domains.access.accounts import account_to_change, end_account
from api.domains.access.authentication import find_session
from api.domains.access.digests import digest_of
from api.domains.access.models import AccountRow, SessionRow
from api.domains.access.passwords import LONGEST_LINE, Passwords
from api.domains.access.service import purge_expired
from api.domains.audit.models import AuditRow
from api.identity import AccountKind, Role, Scope
from api.ids import new_id
from api.settings import Settings
from api.unit import Context
from tests.api.access.world import (
    CHEAP,
    ORIGIN,
    PASSWORD,
    SETUP,
    add_member,
    browser_at,
    signed_in,
)
from tests.api.conftest import NOW, StandingClock, University

pytestmark = pytest.mark.anyio
REGISTRY = [(Role.REGISTRY, Scope.UNIVERSITY, None)]


async def test_who_signs_in_is_who_they_are(university: University) -> None:
    member = await add_member(university.context, roles=REGISTRY)
    async with browser_at(university.app) as browser:
        assert (await browser.session())["is_signed_in"] is False
        answer = await browser.sign_in(" Bakyt.ASANOV ")
        assert answer.status_code == 201
        shown = await browser.session()
        assert shown == answer.json()
        assert (shown["account_id"], shown["person_id"]) == (str(member.account), str(member.person))
        assert shown["roles"] == [{"role": "registry", "scope": "university", "ids": []}]
        assert (await browser.get("/v1/accounts")).status_code == 200
        assert (await browser.delete("/v1/session")).status_code == 204
        assert (await browser.get("/v1/accounts")).status_code == 401


async def test_the_password_is_the_same_however_it_was_typed(university: University) -> None:
    await add_member(university.context, password="й" + "тоо жана көл")
    async with browser_at(university.app) as browser:
        assert (await browser.sign_in("bakyt.asanov", "й" + "тоо жана көл")).status_code == 201


async def test_unknown_login_wrong_password_and_ended_account_look_the_same(
    university: University, clock: StandingClock
) -> None:
    context = university.context
    await add_member(context, "known")
    ended = await add_member(context, "ended")
    await add_member(context, "temporary", kind=AccountKind.TEMPORARY, valid_until=NOW + timedelta(days=1))
    await add_member(context, "invited", password=None)
    async with context.writing(SETUP) as unit:
        await end_account(unit, await account_to_change(unit, ended.account), "left")
    clock.advance(days=1)
    answers: list[tuple[int, bytes, str]] = []
    worked = _CountingPasswords()
    for login in ("unknown", "known", "ended", "temporary", "invited", "zz", "not a login"):
        async with browser_at(university.app, address=f"10.0.1.{len(answers)}") as browser:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(passwords, "passwords", worked)
                answer = await browser.sign_in(login, "wrong" if login == "known" else PASSWORD)
        assert "set-cookie" not in answer.headers
        answers.append((answer.status_code, answer.content, answer.headers["content-type"]))
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 401
    assert worked.verified == 7


class _CountingPasswords(Passwords):
    """Counts how often the work was done."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.verified = 0

    async def verify(self, stored: str | None, password: str) -> bool:
        self.verified += 1
        return await super().verify(stored, password)


async def test_failures_are_logged_without_what_was_typed(university: University) -> None:
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        await browser.sign_in("somebody-secret")
        await browser.sign_in(member.login, "my other password")
        await browser.sign_in(member.login)
    async with university.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(AuditRow).order_by(AuditRow.number))).all()
    told = [(row.what, row.person, row.facts) for row in rows if row.what.startswith("session.")]
    assert told == [
        ("session.refuse", None, {"cause": "unknown-login"}),
        ("session.refuse", member.person, {"cause": "wrong-password"}),
        ("session.begin", member.person, {}),
    ]


async def test_the_cookie_is_closed_to_scripts_and_other_sites(context: Context) -> None:
    await add_member(context)
    secure = Settings(context.settings.data, context.settings.database_url, secure_cookies=True)
    for settings, name in ((context.settings, "jetki"), (secure, "__Host-jetki")):
        app = create_app(_with(context, settings))
        async with browser_at(app) as browser:
            answer = await browser.sign_in("bakyt.asanov")
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}="))
        parts = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert {"httponly", "path=/", "samesite=lax"} <= parts
        assert ("secure" in parts) == settings.secure_cookies
        assert not any(part.startswith("domain") for part in parts)


def _with(context: Context, settings: Settings) -> Context:
    return Context(settings, context.database, context.clock, context.keys, context.listeners)


async def test_only_a_digest_of_the_session_is_stored(university: University) -> None:
    await add_member(university.context)
    async with browser_at(university.app) as browser:
        await browser.sign_in("bakyt.asanov")
        token = browser.client.cookies["jetki"]
    async with university.context.reading(SETUP) as unit:
        row = (await unit.session.scalars(select(SessionRow))).one()
    assert row.token_digest == digest_of(token)
    assert token not in repr(vars(row))


async def test_signing_in_gives_a_new_session_and_ends_the_old(university: University) -> None:
    """A session that somebody else has put into the browser is worth nothing after signing in (fixation)."""
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        old = browser.client.cookies["jetki"]
        await browser.sign_in(member.login)
        assert browser.client.cookies["jetki"] != old
        assert await find_session(university.context, old) is None
        async with university.context.reading(SETUP) as unit:
            assert await unit.session.scalar(select(func.count()).select_from(SessionRow)) == 1


async def test_a_session_ends_when_it_is_not_used_and_when_its_time_is_over(
    university: University, clock: StandingClock
) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        clock.advance(minutes=119)
        assert (await browser.session())["is_signed_in"]
        clock.advance(minutes=119)
        assert (await browser.session())["is_signed_in"]
        clock.advance(minutes=120)
        assert not (await browser.session())["is_signed_in"]
    async with signed_in(university, member) as browser:
        for _ in range(11):
            clock.advance(hours=1)
            assert (await browser.session())["is_signed_in"]
        clock.advance(hours=1)
        assert not (await browser.session())["is_signed_in"]


async def test_a_request_with_a_session_costs_two_readings_and_no_writing(
    university: University, clock: StandingClock
) -> None:
    member = await add_member(university.context, roles=REGISTRY)
    database = university.context.database
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    async with signed_in(university, member) as browser:
        for engine in {database.reader, database.writer}:
            event.listen(engine.sync_engine, "before_cursor_execute", note)
        await browser.session()
        assert len([one for one in statements if one.startswith(("SELECT", "WITH"))]) == 2
        assert not [one for one in statements if one.startswith(("UPDATE", "INSERT", "DELETE", "BEGIN IMMEDIATE"))]
        statements.clear()
        clock.advance(minutes=5)
        await browser.session()
        await browser.session()
        assert len([one for one in statements if one.startswith("UPDATE session")]) == 1


async def test_a_member_sees_and_ends_their_sessions(university: University) -> None:
    member = await add_member(university.context)
    stranger = await add_member(university.context, "stranger")
    async with (
        signed_in(university, member) as one,
        signed_in(university, member) as two,
        signed_in(university, stranger) as other,
    ):
        listed = (await one.get("/v1/sessions")).json()["items"]
        assert sorted(item["is_this"] for item in listed) == [False, True]
        theirs = next(item["id"] for item in listed if not item["is_this"])
        assert (await other.delete(f"/v1/sessions/{theirs}")).status_code == 404
        assert (await one.delete(f"/v1/sessions/{theirs}")).status_code == 204
        assert not (await two.session())["is_signed_in"]
        assert (await one.session())["is_signed_in"]
        assert (await one.delete("/v1/sessions")).status_code == 204
        assert not (await one.session())["is_signed_in"]
        assert (await other.session())["is_signed_in"]


async def test_an_account_has_so_many_sessions_and_no_more(university: University) -> None:
    member = await add_member(university.context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "MOST_SESSIONS", 3)
        async with signed_in(university, member) as first, signed_in(university, member) as second:
            for _ in range(2):
                async with signed_in(university, member):
                    pass
            assert not (await first.session())["is_signed_in"]
            assert (await second.session())["is_signed_in"]
    async with university.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(SessionRow)) == 3


async def test_an_account_that_ends_by_date_loses_its_sessions_at_that_moment(
    university: University, clock: StandingClock
) -> None:
    member = await add_member(university.context, kind=AccountKind.TEMPORARY, valid_until=NOW + timedelta(minutes=30))
    async with signed_in(university, member) as browser:
        clock.advance(minutes=29, seconds=59)
        assert (await browser.session())["is_signed_in"]
        clock.advance(seconds=1)
        assert not (await browser.session())["is_signed_in"]
        assert (await browser.get("/v1/sessions")).status_code == 401
        assert (await browser.sign_in(member.login)).status_code == 401


async def test_an_ended_account_is_out_at_once(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        async with university.context.writing(SETUP) as unit:
            await end_account(unit, await account_to_change(unit, member.account), "left")
        assert not (await browser.session())["is_signed_in"]


async def test_a_temporary_account_holds_a_students_rights_and_no_more(university: University) -> None:
    member = await add_member(
        university.context,
        roles=[*REGISTRY, (Role.STUDENT, Scope.UNIT, new_id())],
        kind=AccountKind.TEMPORARY,
        valid_until=NOW + timedelta(days=90),
    )
    async with signed_in(university, member) as browser:
        assert (await browser.session())["roles"] == []
        assert (await browser.get("/v1/accounts")).status_code == 403
        token = await browser.post("/v1/api-tokens", {"name": "x", "scopes": ["people:read"], "days": 1})
        assert token.json()["type"] == "/problems/temporary-account"


async def test_argon2_works_while_nobody_holds_the_database(university: University) -> None:
    """While a password is verified, another writer gets through."""
    member = await add_member(university.context)
    entered, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Passwords):
        async def verify(self, stored: str | None, password: str) -> bool:
            entered.set()
            await go_on.wait()
            return await super().verify(stored, password)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "passwords", Slow(CHEAP))
        async with browser_at(university.app) as browser:
            signing = asyncio.create_task(browser.sign_in(member.login))
            await entered.wait()
            async with asyncio.timeout(5), university.context.writing(SETUP) as unit:
                unit.record("work", "test", member.account)
            assert not signing.done()
            go_on.set()
            assert (await signing).status_code == 201


async def test_a_line_of_waiting_passwords_has_an_end(anyio_backend: str) -> None:
    line = Passwords(CHEAP)
    results = await asyncio.gather(*(line.verify(None, "x") for _ in range(LONGEST_LINE + 5)), return_exceptions=True)
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 5
    assert {getattr(one, "slug", None) for one in refused} == {"unavailable"}
    assert await line.verify(None, "x") is False


async def test_a_password_is_hashed_anew_when_the_parameters_have_changed(university: University) -> None:
    from argon2 import PasswordHasher

    member = await add_member(university.context)
    before = await _stored(university.context)
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "passwords", Passwords(dearer))
        async with signed_in(university, member):
            pass
        after = await _stored(university.context)
        assert after != before
        assert "m=16,t=2" in after
        async with signed_in(university, member):
            pass
        assert await _stored(university.context) == after


async def _stored(context: Context) -> str:
    async with context.reading(SETUP) as unit:
        found: str | None = await unit.session.scalar(select(AccountRow.password_hash))
        assert found is not None
        return found


async def test_a_changed_password_ends_the_other_sessions(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as one, signed_in(university, member) as two:
        old = one.client.cookies["jetki"]
        wrong = await one.post("/v1/password", {"password": "not it", "new_password": "жаңы тоо жана көл"})
        assert wrong.json()["errors"][0]["code"] == "wrong-password"
        same = await one.post("/v1/password", {"password": PASSWORD, "new_password": PASSWORD})
        assert same.json()["errors"][0]["code"] == "password-as-before"
        weak = await one.post("/v1/password", {"password": PASSWORD, "new_password": "bakyt.asanov1"})
        assert weak.json()["errors"] == [
            {"pointer": "/new_password", "code": "password-is-login", "message": weak.json()["errors"][0]["message"]}
        ]
        done = await one.post("/v1/password", {"password": PASSWORD, "new_password": "жаңы тоо жана көл"})
        assert done.status_code == 200, done.text
        assert (await one.session())["is_signed_in"]
        assert one.client.cookies["jetki"] != old
        assert await find_session(university.context, old) is None
        assert not (await two.session())["is_signed_in"]
        assert (await two.sign_in(member.login)).status_code == 401
        assert (await two.sign_in(member.login, "жаңы тоо жана көл")).status_code == 201


async def test_dead_sessions_are_removed_later(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member):
        assert await purge_expired(university.context) == 0
        clock.advance(hours=3)
        assert await purge_expired(university.context) >= 1
    async with university.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(SessionRow)) == 0


# Requests that other people's pages make (row 12)


async def test_a_cookie_alone_changes_nothing(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        body = {"name": "x", "scopes": ["people:read"], "days": 1}
        csrf = browser.csrf
        holes: list[dict[str, str]] = [
            {"x_csrf_token": ""},
            {"x_csrf_token": "0" * 64},
            {"x_csrf_token": "ы"},
            {"origin": ""},
            {"origin": "null"},
            {"origin": "https://evil.example"},
            {"origin": "http://university.test.evil.example"},
            {"origin": "http://university.test:81"},
            {"origin": "", "sec_fetch_site": "cross-site"},
            {"origin": "", "sec_fetch_site": "same-site"},
            {"origin": "https://evil.example", "sec_fetch_site": "same-origin"},
        ]
        for hole in holes:
            named = {name.replace("_", "-"): value.encode() for name, value in hole.items()}
            headers = {b"origin": ORIGIN.encode(), b"x-csrf-token": csrf.encode()}
            headers |= {name.encode(): value for name, value in named.items()}
            sent = [(name, value) for name, value in headers.items() if value]
            for method, path, content in (("POST", "/v1/api-tokens", body), ("DELETE", "/v1/sessions", None)):
                answer = await browser.client.request(method, path, headers=sent, json=content)
                assert (answer.status_code, answer.json()["type"]) == (403, "/problems/cross-site-request"), hole
        assert (await browser.session())["is_signed_in"]
        fetched = await browser.post("/v1/api-tokens", body, origin="", sec_fetch_site="same-origin")
        assert fetched.status_code == 201
        assert (await browser.post("/v1/api-tokens", body)).status_code == 201


async def test_the_token_of_another_session_does_not_fit(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as one, signed_in(university, member) as two:
        answer = await one.post("/v1/password", {"password": "x", "new_password": "y"}, x_csrf_token=two.csrf)
        assert answer.status_code == 403


async def test_a_strangers_page_cannot_sign_its_visitor_in(university: University) -> None:
    """Whoever is signed in as somebody else without knowing writes into that account (sign-in CSRF)."""
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        for headers in ({"origin": "https://evil.example"}, {"origin": "", "sec_fetch_site": "cross-site"}):
            answer = await browser.sign_in(member.login, **headers)
            assert answer.json()["type"] == "/problems/cross-site-request"
            assert "set-cookie" not in answer.headers
        form = await browser.client.post(
            "/v1/session", content='{"login": "bakyt.asanov"}', headers={"content-type": "text/plain"}
        )
        assert form.status_code == 415
        for path in ("/v1/password-resets", "/v1/password-resets/use"):
            body = {"login": member.login} if path.endswith("resets") else {"token": "x" * 43, "password": "y"}
            assert (await browser.post(path, body, origin="https://evil.example")).status_code == 403


async def test_a_dead_cookie_does_not_keep_anybody_from_signing_in(
    university: University, clock: StandingClock
) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        clock.advance(hours=20)
        browser.csrf = ""
        assert (await browser.sign_in(member.login)).status_code == 201


async def test_in_production_only_pages_of_the_portal_count(context: Context) -> None:
    member = await add_member(context)
    from dataclasses import replace

    from api.settings import Environment

    settings = replace(
        context.settings,
        environment=Environment.PRODUCTION,
        public_url="https://api.university.kg",
        origins=("https://portal.university.kg",),
    )
    async with browser_at(create_app(_with(context, settings))) as browser:
        assert (await browser.sign_in(member.login, origin="http://university.test")).status_code == 403
        assert (await browser.sign_in(member.login, origin="https://portal.university.kg")).status_code == 201
        body = {"password": "x", "new_password": "y"}
        assert (await browser.post("/v1/password", body, origin="http://portal.university.kg")).status_code == 403
        assert (await browser.post("/v1/password", body, origin="https://api.university.kg")).status_code == 422


async def test_an_actor_that_is_there_already_stays(university: University) -> None:
    """Tests of other domains act as whoever they construct."""
    from api.identity import Actor, HeldRole, Method

    actor = Actor(new_id(), new_id(), roles=(HeldRole(Role.REGISTRY, Scope.UNIVERSITY),), method=Method.SESSION)
    client = await university.as_(actor)
    assert (await client.get("/v1/accounts")).status_code == 200
