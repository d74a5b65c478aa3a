"""API tokens: no more than their owner, no longer than their owner (rows 15 and 16)."""

import pytest
from sqlalchemy import select, update

from api.domains.access.accounts import account_to_change, end_account
from api.domains.access.models import AccountRow, ApiTokenRow
from api.domains.access.service import account_may
from api.domains.audit.models import AuditRow
from api.domains.people.rules import Source
from api.domains.people.service import end_role
from api.identity import Role, Scope
from api.policy import action
from tests.api.access.world import SETUP, Browser, add_member, browser_at, signed_in
from tests.api.conftest import NOW, StandingClock, University

pytestmark = pytest.mark.anyio
REGISTRY = [(Role.REGISTRY, Scope.UNIVERSITY, None)]


async def _make(browser: Browser, *scopes: str, days: int = 30) -> tuple[str, dict[str, str]]:
    answer = await browser.post("/v1/api-tokens", {"name": "Деканат", "scopes": list(scopes), "days": days})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], {"authorization": f"Bearer {answer.json()['token']}"}


async def test_a_token_does_what_its_scopes_say(university: University) -> None:
    member = await add_member(university.context, roles=REGISTRY)
    async with signed_in(university, member) as browser, browser_at(university.app) as program:
        _, reads = await _make(browser, "accounts:read")
        assert (await program.client.get("/v1/accounts", headers=reads)).status_code == 200
        shown = (await program.client.get("/v1/session", headers=reads)).json()
        assert (shown["is_signed_in"], shown["token_scopes"]) == (True, ["accounts:read"])
        assert shown["csrf_token"] is None
        assert (await program.client.get("/v1/persons", headers=reads)).status_code == 403
        body = {"person_id": str(member.person), "login": "abc", "kind": "permanent"}
        assert (await program.client.post("/v1/accounts", json=body, headers=reads)).status_code == 403
        _, writes = await _make(browser, "accounts:write")
        made = await program.client.post("/v1/accounts", json=body, headers=writes)
        assert made.json()["type"] == "/problems/account-of-staff"  # it got as far, without a cookie's token


async def test_a_token_never_does_more_than_its_owner_now_may(university: University) -> None:
    context = university.context
    member = await add_member(context, roles=REGISTRY)
    async with signed_in(university, member) as browser, browser_at(university.app) as program:
        _, bearer = await _make(browser, "accounts:read")
        async with context.writing(SETUP) as unit:
            await end_role(unit, member.person, Role.REGISTRY, Scope.UNIVERSITY, None, source=Source.ASSIGNED)
        assert (await program.client.get("/v1/accounts", headers=bearer)).status_code == 403


async def test_a_token_stops_by_date_by_hand_and_with_the_account(university: University, clock: StandingClock) -> None:
    context = university.context
    member = await add_member(context, roles=REGISTRY)
    wanted = action("test.do", Role.REGISTRY)
    async with browser_at(university.app) as program:

        async def status(bearer: dict[str, str]) -> int:
            return (await program.client.get("/v1/accounts", headers=bearer)).status_code

        async with signed_in(university, member) as browser:
            id_, one = await _make(browser, "accounts:read")
            _, two = await _make(browser, "accounts:read", days=1)
            _, three = await _make(browser, "accounts:read", days=365)
            assert [await status(one), await status(two), await status(three)] == [200, 200, 200]
            assert (await browser.delete(f"/v1/api-tokens/{id_}")).status_code == 204
            assert (await browser.delete(f"/v1/api-tokens/{id_}")).status_code == 404
            assert await status(one) == 401
        clock.advance(days=1)
        assert [await status(two), await status(three)] == [401, 200]
        async with context.reading(SETUP) as unit:
            assert await account_may(unit, member.account, wanted)
        async with context.writing(SETUP) as unit:
            await end_account(unit, await account_to_change(unit, member.account), "left")
        assert await status(three) == 401
        async with context.reading(SETUP) as unit:
            assert not await account_may(unit, member.account, wanted)


async def test_a_token_stops_when_the_account_expires(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context, roles=REGISTRY)
    async with signed_in(university, member) as browser, browser_at(university.app) as program:
        _, bearer = await _make(browser, "accounts:read")
        async with university.context.writing(SETUP) as unit:
            await unit.session.execute(update(AccountRow).values(valid_until=NOW))
        assert (await program.client.get("/v1/accounts", headers=bearer)).status_code == 401
        async with university.context.reading(SETUP) as unit:
            assert not await account_may(unit, member.account, action("test.do", Role.REGISTRY))


async def test_a_token_is_no_way_to_its_owners_access(university: University) -> None:
    member = await add_member(university.context, roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    async with signed_in(university, member) as browser, browser_at(university.app) as program:
        scopes = (await browser.get("/v1/api-tokens/scopes")).json()["scopes"]
        assert {"accounts:read", "accounts:write", "people:read"} <= set(scopes)
        _, bearer = await _make(browser, *scopes)
        tries = [
            ("GET", "/v1/sessions", None),
            ("DELETE", "/v1/sessions", None),
            ("GET", "/v1/api-tokens", None),
            ("POST", "/v1/api-tokens", {"name": "x", "scopes": ["people:read"], "days": 1}),
            ("POST", "/v1/password", {"password": "x", "new_password": "y"}),
            ("POST", "/v1/second-factor", {"password": "x"}),
            ("GET", "/v1/second-factor", None),
            ("POST", f"/v1/accounts/{member.account}/hand-over", None),
            ("POST", f"/v1/accounts/{member.account}/remove-second-factor", None),
        ]
        for method, path, body in tries:
            answer = await program.client.request(method, path, headers=bearer, json=body)
            assert answer.status_code == 403, (method, path, answer.text)


async def test_wrong_tokens_are_no_visitors(university: University) -> None:
    """A program whose token has ended must not take the answers for visitors for its own."""
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        for token in ("", "x", "jetki_" + "x" * 43, "ключ".encode().decode("latin-1")):
            sent = {b"authorization": f"Bearer {token}".encode("latin-1")}
            answer = await browser.client.get("/v1/session", headers=sent)
            assert answer.status_code == 401, token
            assert answer.headers["www-authenticate"].startswith("Bearer")
        basic = await browser.client.get("/v1/session", headers={"authorization": "Basic eDp5"})
        assert basic.json()["is_signed_in"] is True


async def test_tokens_are_listed_without_themselves_and_belong_to_one(university: University) -> None:
    member = await add_member(university.context)
    other = await add_member(university.context, "other")
    async with signed_in(university, member) as browser, signed_in(university, other) as stranger:
        id_, bearer = await _make(browser, "people:read")
        listed = (await browser.get("/v1/api-tokens")).json()["items"]
        assert [(item["id"], item["name"], "token" in item) for item in listed] == [(id_, "Деканат", False)]
        assert (await stranger.get("/v1/api-tokens")).json()["items"] == []
        assert (await stranger.delete(f"/v1/api-tokens/{id_}")).status_code == 404
        token = bearer["authorization"].split()[1]
        assert token.startswith("jetki_")
        async with university.context.reading(SETUP) as unit:
            row = (await unit.session.scalars(select(ApiTokenRow))).one()
            facts = await unit.session.scalar(select(AuditRow.facts).where(AuditRow.what == "api-token.create"))
        assert token not in repr(vars(row))
        assert facts == {"scopes": "people:read", "expires_at": row.expires_at.isoformat()}


async def test_tokens_that_cannot_be(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser:
        good = {"name": "x", "scopes": ["people:read"], "days": 1}
        for change, pointer in (
            ({"scopes": ["people:read", "people:destroy"]}, "/scopes/1"),
            ({"scopes": []}, "/scopes"),
            ({"scopes": ["*"]}, "/scopes/0"),
            ({"days": 366}, "/days"),
            ({"days": 0}, "/days"),
            ({"name": ""}, "/name"),
            ({"account_id": str(member.account)}, "/account_id"),
        ):
            answer = await browser.post("/v1/api-tokens", good | change)
            assert answer.status_code == 422, change
            assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
        for _ in range(20):
            await _make(browser, "people:read")
        assert (await browser.post("/v1/api-tokens", good)).json()["type"] == "/problems/too-many-tokens"


async def test_that_a_token_is_in_use_is_noted_now_and_then(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as browser, browser_at(university.app) as program:
        _, bearer = await _make(browser, "people:read")

        async def used() -> str | None:
            items = (await browser.get("/v1/api-tokens")).json()["items"]
            found: str | None = items[0]["last_used_at"]
            return found

        assert await used() is None
        await program.client.get("/v1/session", headers=bearer)
        first = await used()
        assert first is not None
        clock.advance(minutes=4)
        await program.client.get("/v1/session", headers=bearer)
        assert await used() == first
        clock.advance(minutes=1)
        await program.client.get("/v1/session", headers=bearer)
        assert await used() != first
