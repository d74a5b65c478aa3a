"""A first or a new password by a token that is mailed or handed over."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from api.domains.access.accounts import account_to_change, end_account
from api.domains.access.digests import digest_of
from api.domains.access.models import ApiTokenRow, ResetTokenRow
from api.domains.access.recovery import use_token
from api.domains.access.service import create_administrator, has_administrator, purge_expired
from api.domains.access.sessions import Caller
from api.domains.audit.models import AuditRow
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_person
from api.errors import InvalidFields, Problem
from api.events import Event, OutboxRow
from api.identity import AccountKind, Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.mail import FileMailer, _parse_address
from api.unit import Context
from tests.api.access.world import (
    PASSWORD,
    SETUP,
    add_member,
    browser_at,
    signed_in,
    token_in,
    written_mails,
)
from tests.api.conftest import NOW, StandingClock, University

pytestmark = pytest.mark.anyio
NEW = "жаңы тоо жана көл"
ASKED = "password-reset.asked"
CALLER = Caller("10.9.9.9", "test")


async def test_a_forgotten_password_is_set_anew_by_mail(university: University) -> None:
    member = await add_member(university.context)
    async with signed_in(university, member) as elsewhere:
        made = await elsewhere.post("/v1/api-tokens", {"name": "x", "scopes": ["people:read"], "days": 9})
        bearer = {"authorization": f"Bearer {made.json()['token']}"}
        assert (await elsewhere.client.get("/v1/session", headers=bearer)).status_code == 200
        async with browser_at(university.app) as browser:
            assert (await browser.post("/v1/password-resets", {"login": "BAKYT.asanov"})).status_code == 204
            (mail,) = await written_mails(university.context, ASKED)
            assert mail.to == "b.asanov@university.test"
            assert mail.language == "ky"
            done = await browser.post("/v1/password-resets/use", {"token": token_in(mail), "password": NEW})
            assert (done.status_code, done.json()) == (200, {"login": member.login})
            assert (await browser.sign_in(member.login)).status_code == 401
            assert (await browser.sign_in(member.login, NEW)).status_code == 201
        assert not (await elsewhere.session())["is_signed_in"]
        assert (await elsewhere.client.get("/v1/session", headers=bearer)).status_code == 401
    assert len(await written_mails(university.context, "account.password-set")) == 1


async def test_the_answer_does_not_tell_whether_there_is_an_account(university: University) -> None:
    context = university.context
    member = await add_member(context)
    ended = await add_member(context, "ended")
    await add_member(context, "no-address", email=None)
    async with context.writing(SETUP) as unit:
        await end_account(unit, await account_to_change(unit, ended.account), "left")
    answers, stored = [], []
    for login in (member.login, "ended", "no-address", "nobody", "not a login"):
        before = await _counts(context)
        async with browser_at(university.app) as browser:
            answer = await browser.post("/v1/password-resets", {"login": login})
        answers.append((answer.status_code, answer.content, set(answer.headers)))
        stored.append(await _counts(context) - before)
    assert all(one == answers[0] for one in answers)
    assert answers[0][:2] == (204, b"")
    assert all(one == stored[0] for one in stored)
    assert stored[0] == Counter(outbox=1, reset_token=1, audit_entry=1)
    assert [mail.to for mail in await written_mails(context, ASKED)] == ["b.asanov@university.test"]


async def _counts(context: Context) -> Counter[str]:
    async with context.reading(SETUP) as unit:
        found = {}
        for table in (OutboxRow, ResetTokenRow, AuditRow):
            found[table.__tablename__] = await unit.session.scalar(select(func.count()).select_from(table)) or 0
        return Counter(found)


async def test_the_outbox_and_the_log_hold_neither_token_nor_login(university: University) -> None:
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        await browser.post("/v1/password-resets", {"login": member.login})
        (mail,) = await written_mails(university.context, ASKED)
        await browser.post("/v1/password-resets/use", {"token": token_in(mail), "password": NEW})
    async with university.context.reading(SETUP) as unit:
        outbox = [(row.kind, row.ids, row.codes) for row in await unit.session.scalars(select(OutboxRow))]
        audit = [(row.what, row.facts) for row in await unit.session.scalars(select(AuditRow))]
        tokens = (await unit.session.scalars(select(ResetTokenRow.token_digest))).all()
    text = msgspec.json.encode([outbox, audit]).decode()
    for secret in (token_in(mail), member.login, digest_of(token_in(mail)), "b.asanov", NEW):
        assert secret not in text
    assert token_in(mail) not in tokens


async def test_a_token_works_once_and_for_an_hour(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context)
    async with browser_at(university.app) as browser:
        await browser.post("/v1/password-resets", {"login": member.login})
        await browser.post("/v1/password-resets", {"login": member.login})
        first, second = await written_mails(university.context, ASKED)
        weak = await browser.post("/v1/password-resets/use", {"token": token_in(first), "password": "short"})
        assert weak.json()["errors"][0]["code"] == "password-too-short"
        used = await browser.post("/v1/password-resets/use", {"token": token_in(first), "password": NEW})
        assert used.status_code == 200
        answers = []
        for token in (token_in(first), token_in(second), "x" * 43):
            answer = await browser.post("/v1/password-resets/use", {"token": token, "password": NEW + "!"})
            answers.append((answer.status_code, answer.content))
        assert set(answers) == {answers[0]}
        assert answers[0][0] == 422
        await browser.post("/v1/password-resets", {"login": member.login})
        third = (await written_mails(university.context, ASKED))[-1]
        clock.advance(hours=1)
        late = await browser.post("/v1/password-resets/use", {"token": token_in(third), "password": NEW + "!"})
        assert late.json()["type"] == "/problems/token-not-valid"
        assert (await browser.sign_in(member.login, NEW)).status_code == 201


async def test_a_repeated_mail_brings_the_token_that_counts(university: University) -> None:
    """The job composes again when the mail server was away; what was composed before is worth nothing."""
    await add_member(university.context)
    async with browser_at(university.app) as browser:
        await browser.post("/v1/password-resets", {"login": "bakyt.asanov"})
        (first,) = await written_mails(university.context, ASKED)
        (again,) = await written_mails(university.context, ASKED)
        old = await browser.post("/v1/password-resets/use", {"token": token_in(first), "password": NEW})
        assert old.status_code == 422
        new = await browser.post("/v1/password-resets/use", {"token": token_in(again), "password": NEW})
        assert new.status_code == 200
        assert await written_mails(university.context, ASKED) == []


async def test_a_mail_that_waited_too_long_is_not_written(university: University, clock: StandingClock) -> None:
    await add_member(university.context)
    async with browser_at(university.app) as browser:
        await browser.post("/v1/password-resets", {"login": "bakyt.asanov"})
        clock.advance(hours=12)
        assert await written_mails(university.context, ASKED) == []


async def test_an_account_that_ended_meanwhile_gets_no_mail_and_takes_no_token(university: University) -> None:
    context = university.context
    member = await add_member(context)
    async with browser_at(university.app) as browser:
        await browser.post("/v1/password-resets", {"login": member.login})
        (mail,) = await written_mails(context, ASKED)
        async with context.writing(SETUP) as unit:
            await end_account(unit, await account_to_change(unit, member.account), "left")
        answer = await browser.post("/v1/password-resets/use", {"token": token_in(mail), "password": NEW})
        assert answer.json()["type"] == "/problems/token-not-valid"
    assert await written_mails(context, ASKED) == []


async def test_of_twenty_that_use_a_token_at_once_one_succeeds(context: Context) -> None:
    await add_member(context)
    from api.domains.access.recovery import ask_reset

    await ask_reset(context, "bakyt.asanov", CALLER)
    (mail,) = await written_mails(context, ASKED)
    results = await asyncio.gather(
        *(use_token(context, token_in(mail), f"{NEW} {at}", Caller(f"10.1.1.{at}", "t")) for at in range(20)),
        return_exceptions=True,
    )
    told = Counter(one.slug if isinstance(one, Problem) else type(one).__name__ for one in results)
    assert told == {"PasswordSet": 1, "token-not-valid": 19}


async def test_every_mail_is_written_in_every_language(university: University, context: Context) -> None:
    sender = _parse_address("jetki@localhost")
    assert sender is not None
    for language in ("ky", "ru", "en"):
        async with context.writing(SETUP) as unit:
            person = NewPerson(Name("ky-Cyrl", "Асанов", "Бакыт"), email="a@b.test", language=language)
            person_id = await create_person(unit, person)
            from api.domains.access.accounts import create_account

            await create_account(unit, person_id, f"login-{language}", AccountKind.PERMANENT, None)
        mail = (await written_mails(context, "account.created"))[-1]
        assert mail.language == language
        assert "Бакыт" in mail.text
        assert f"login-{language}" in mail.text
        assert "{" not in mail.text + mail.subject
        await FileMailer(context.settings.data / "mails", sender).send(mail, new_id(), NOW)


# Invitations and accounts


def _acting(role: Role) -> Actor:
    return Actor(new_id(), new_id(), roles=(HeldRole(role, Scope.UNIVERSITY),), method=Method.SESSION)


async def _person(context: Context, email: str | None = "b@university.test") -> UUID:
    async with context.writing(SETUP) as unit:
        return await create_person(unit, NewPerson(Name("ky-Cyrl", "Асанов", "Бакыт"), email=email))


async def test_whoever_is_invited_sets_the_first_password(university: University, clock: StandingClock) -> None:
    person = await _person(university.context)
    registry = await university.as_(_acting(Role.REGISTRY))
    made = await registry.post("/v1/accounts", json={"person_id": str(person), "login": "Aida", "kind": "permanent"})
    assert made.status_code == 201, made.text
    assert (made.json()["login"], made.json()["has_password"]) == ("aida", False)
    (mail,) = await written_mails(university.context, "account.created")
    clock.advance(days=13)
    async with browser_at(university.app) as browser:
        assert (await browser.sign_in("aida", NEW)).status_code == 401
        used = await browser.post("/v1/password-resets/use", {"token": token_in(mail), "password": NEW})
        assert used.json() == {"login": "aida"}
        assert (await browser.sign_in("aida", NEW)).status_code == 201


async def test_an_invitation_can_be_repeated_or_handed_over(university: University) -> None:
    member = await add_member(university.context, password=None, email=None)
    registry = await university.as_(_acting(Role.REGISTRY))
    assert (await registry.post(f"/v1/accounts/{member.account}/invite")).status_code == 204
    assert await written_mails(university.context, "account.invited") == []
    handed = await registry.post(f"/v1/accounts/{member.account}/hand-over")
    assert handed.status_code == 201
    async with browser_at(university.app) as browser:
        body = {"token": handed.json()["token"], "password": NEW}
        assert (await browser.post("/v1/password-resets/use", body)).status_code == 200
        assert (await browser.post("/v1/password-resets/use", body)).status_code == 422
    async with university.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(AuditRow.what).where(AuditRow.what == "account.hand-over"))


async def test_only_administrators_touch_the_accounts_of_staff(university: University) -> None:
    """Otherwise the study office would hand itself the account of an administrator."""
    boss = await add_member(university.context, "boss", roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    registry = await university.as_(_acting(Role.REGISTRY))
    administrator = await university.as_(_acting(Role.ADMINISTRATOR))
    for verb, body in (("hand-over", None), ("invite", None), ("end", {"reason": "x"})):
        answer = await registry.post(f"/v1/accounts/{boss.account}/{verb}", json=body)
        assert answer.json()["type"] == "/problems/account-of-staff", verb
    answer = await registry.post(f"/v1/accounts/{boss.account}/remove-second-factor")
    assert answer.status_code == 403
    assert (await administrator.post(f"/v1/accounts/{boss.account}/hand-over")).status_code == 201


async def test_accounts_that_cannot_be(university: University) -> None:
    context = university.context
    member = await add_member(context)
    other = await _person(context)
    registry = await university.as_(_acting(Role.REGISTRY))
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    cases: list[tuple[dict[str, object], int, str]] = [
        ({"person_id": str(other), "login": "BAKYT.asanov", "kind": "permanent"}, 409, "login-taken"),
        ({"person_id": str(member.person), "login": "second", "kind": "permanent"}, 409, "account-present"),
        ({"person_id": str(new_id()), "login": "third", "kind": "permanent"}, 422, "no-such-person"),
        ({"person_id": str(other), "login": "a b", "kind": "permanent"}, 422, "bad-login"),
        ({"person_id": str(other), "login": "fourth", "kind": "temporary"}, 422, "end-needed"),
        ({"person_id": str(other), "login": "x", "kind": "temporary", "valid_until": tomorrow}, 422, "bad-login"),
        (
            {"person_id": str(other), "login": "fifth", "kind": "temporary", "valid_until": NOW.isoformat()},
            422,
            "end-passed",
        ),
        ({"person_id": str(other), "login": "sixth", "kind": "system"}, 422, "unknown-value"),
        ({"person_id": str(other), "login": "x1", "kind": "permanent", "password_hash": "x"}, 422, "unknown"),
    ]
    for body, status, code in cases:
        answer = await registry.post("/v1/accounts", json=body)
        told = answer.json()
        assert answer.status_code == status, (body, told)
        assert code in {told["type"].rpartition("/")[2], *(one["code"] for one in told.get("errors", ()))}, told
    student = await university.as_(_acting(Role.STUDENT))
    answer = await student.post("/v1/accounts", json={"person_id": str(other), "login": "abc", "kind": "permanent"})
    assert answer.status_code == 403
    assert (await student.get(f"/v1/accounts/{member.account}")).status_code == 403


async def test_an_end_is_changed_by_one_of_two_editors(university: University, clock: StandingClock) -> None:
    member = await add_member(university.context, kind=AccountKind.TEMPORARY, valid_until=NOW + timedelta(days=1))
    path = f"/v1/accounts/{member.account}"
    registry = await university.as_(_acting(Role.REGISTRY))
    tag = (await registry.get(path)).headers["etag"]
    later = (NOW + timedelta(days=30)).isoformat()
    assert (await registry.patch(path, json={"valid_until": later})).status_code == 428
    assert (await registry.patch(path, json={"valid_until": later}, headers={"if-match": tag})).status_code == 200
    assert (await registry.patch(path, json={"valid_until": later}, headers={"if-match": tag})).status_code == 412
    clock.advance(days=2)
    async with browser_at(university.app) as browser:
        assert (await browser.sign_in(member.login)).status_code == 201


async def test_an_ended_account_stays_ended_and_its_login_taken(university: University) -> None:
    member = await add_member(university.context)
    registry = await university.as_(_acting(Role.REGISTRY))
    ended = await registry.post(f"/v1/accounts/{member.account}/end", json={"reason": "Окуудан чыгарылды"})
    assert ended.json()["end_reason"] == "Окуудан чыгарылды"
    again = await registry.post(f"/v1/accounts/{member.account}/end", json={"reason": "x"})
    assert again.json()["type"] == "/problems/account-ended"
    for verb in ("invite", "hand-over"):
        answer = await registry.post(f"/v1/accounts/{member.account}/{verb}")
        assert answer.json()["type"] == "/problems/account-ended"
    body = {"person_id": str(member.person), "login": member.login, "kind": "permanent"}
    assert (await registry.post("/v1/accounts", json=body)).json()["type"] == "/problems/login-taken"
    body["login"] = "another"
    assert (await registry.post("/v1/accounts", json=body)).status_code == 201


async def test_nobody_ends_their_own_account(university: University) -> None:
    boss = await add_member(university.context, roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    async with signed_in(university, boss) as browser:
        answer = await browser.post(f"/v1/accounts/{boss.account}/end", {"reason": "x"})
        assert answer.json()["type"] == "/problems/own-account"


async def test_every_admitted_student_gets_an_account(context: Context) -> None:
    """Clause 4.1 f. Together, at the end of the transaction that admits; the same again makes none."""
    persons = [await _person(context) for _ in range(30)]
    member = await add_member(context, "has-one")
    for _ in range(2):
        async with context.writing(system_actor("test:admission")) as unit:
            for person in [*persons, member.person]:
                await unit.emit(Event("study.admitted", {"study": new_id(), "programme": new_id()}, person))
    from api.domains.access.models import AccountRow

    async with context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(AccountRow))).all()
    assert Counter(row.person_id for row in rows) == Counter([*persons, member.person])
    assert len({row.login for row in rows}) == 31
    assert len(await written_mails(context, "account.created")) == 31


async def test_an_admission_that_fails_leaves_no_account(context: Context) -> None:
    person = await _person(context)
    with pytest.raises(RuntimeError):
        async with context.writing(system_actor("test:admission")) as unit:
            await unit.emit(Event("study.admitted", {"study": new_id(), "programme": new_id()}, person))
            raise RuntimeError
    assert await written_mails(context, "account.created") == []


async def test_the_first_administrator_is_made_from_the_command_line(university: University) -> None:
    context = university.context
    assert not await has_administrator(context)
    for login, password, code in (
        ("a b", PASSWORD, "bad-login"),
        ("admin", "short", "password-too-short"),
        ("admin.osh", "Admin.Osh2026", "password-is-login"),
    ):
        with pytest.raises(InvalidFields) as refused:
            await create_administrator(context, login, password, "Айгүл", "Токтосунова")
        assert [one.code for one in refused.value.fields] == [code]
    account = await create_administrator(context, "Admin", PASSWORD, "Айгүл", "Токтосунова")
    assert await has_administrator(context)
    with pytest.raises(Problem, match="login-taken"):
        await create_administrator(context, "admin", PASSWORD, "Айгүл", "Токтосунова")
    async with browser_at(university.app) as browser:
        answer = await browser.sign_in("admin")
        assert answer.json()["account_id"] == str(account)
        assert [one["role"] for one in answer.json()["roles"]] == ["administrator"]


async def test_old_tokens_are_removed_later(context: Context, clock: StandingClock) -> None:
    await add_member(context)
    clock.advance(days=15)
    await purge_expired(context)
    async with context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(ResetTokenRow)) == 0
        assert await unit.session.scalar(select(func.count()).select_from(ApiTokenRow)) == 0
