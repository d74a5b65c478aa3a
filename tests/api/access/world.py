"""People with accounts, and signing in as they do: over HTTP, with cookies and tokens.

Other tests use `signed_in(university, …)` for a client that has really signed in.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
import pyotp
from argon2 import PasswordHasher
from sqlalchemy import select, update

from api.domains.access import passwords
from api.domains.access.accounts import create_account
from api.domains.access.mails import MAILS
from api.domains.access.models import AccountRow
from api.domains.access.passwords import Passwords
from api.domains.people.rules import Grant, Name, Source
from api.domains.people.service import NewPerson, create_person, grant_roles
from api.events import OutboxRow
from api.identity import AccountKind, Role, Scope, system_actor
from api.mail import Mail
from api.unit import Context
from tests.api.conftest import NOW, StandingClock

SETUP = system_actor("test:setup")
ORIGIN = "http://university.test"
PASSWORD = "тоо жана көл 1864"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id with so little work that a test can sign in a hundred times."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person with an account."""

    person: UUID
    account: UUID
    login: str


def cheap_passwords() -> Any:
    """A patch: argon2 with little work."""
    return patch.object(passwords, "passwords", Passwords(CHEAP))


async def add_member(
    context: Context,
    login: str = "bakyt.asanov",
    *,
    password: str | None = PASSWORD,
    roles: Sequence[tuple[Role, Scope, UUID | None]] = (),
    kind: AccountKind = AccountKind.PERMANENT,
    valid_until: datetime | None = None,
    email: str | None = "b.asanov@university.test",
) -> Member:
    """A person with these roles and an account, whose password is set unless it is None."""
    async with context.writing(SETUP) as unit:
        person_id = await create_person(unit, NewPerson(Name("ky-Cyrl", "Асанов", "Бакыт"), email=email))
        grants = [Grant(person_id, role, scope, id_, NOW.date(), source=Source.ASSIGNED) for role, scope, id_ in roles]
        await grant_roles(unit, grants)
        row = await create_account(unit, person_id, login, kind, valid_until)
        if password is not None:
            hashed = await passwords.current().hash(password)
            await unit.session.execute(update(AccountRow).where(AccountRow.id == row.id).values(password_hash=hashed))
        return Member(person_id, row.id, row.login)


class Browser:
    """A client that keeps cookies, says where its page is from, and sends the session's token with every change."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = ""

    async def sign_in(self, login: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
        answer = await self.send("POST", "/v1/session", {"login": login, "password": password}, **headers)
        if answer.status_code == 201:
            self.csrf = answer.json()["csrf_token"]
        return answer

    async def give_code(self, code: str) -> httpx.Response:
        answer = await self.post("/v1/session/second-factor", {"code": code})
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf_token"]
        return answer

    async def session(self) -> dict[str, Any]:
        """What the service says of the session; the token for changes is taken from it."""
        answer = await self.client.get("/v1/session")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.csrf = found["csrf_token"] or ""
        return found

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.send("POST", path, body, **headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.send("DELETE", path)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """`headers` with _ for -; one that is empty is not sent."""
        named = {"origin": ORIGIN, "x-csrf-token": self.csrf}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        present = {name: value for name, value in named.items() if value}
        extra = {} if body is None else {"json": body}
        return await self.client.request(method, path, headers=present, **extra)


@asynccontextmanager
async def browser_at(app: Any, *, address: str = "10.0.0.1") -> AsyncIterator[Browser]:
    """A browser of its own, at an address."""
    transport = httpx.ASGITransport(app, client=(address, 40000))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Browser(client)


@asynccontextmanager
async def signed_in(
    university: Any, member: Member, password: str = PASSWORD, *, secret: str | None = None
) -> AsyncIterator[Browser]:
    """A browser in which the member has signed in over HTTP; with the second factor when its `secret` is given."""
    async with browser_at(university.app) as browser:
        answer = await browser.sign_in(member.login, password)
        assert answer.status_code == 201, answer.text
        if secret is not None:
            code = pyotp.TOTP(secret).at(university.context.clock.now())
            given = await browser.give_code(code)
            assert given.status_code == 200, given.text
        yield browser


async def set_up_second_factor(
    browser: Browser, clock: StandingClock, password: str = PASSWORD
) -> tuple[str, list[str]]:
    """The secret and the recovery codes. The clock moves on, so that the next code is a new one."""
    prepared = await browser.post("/v1/second-factor", {"password": password})
    assert prepared.status_code == 201, prepared.text
    secret = prepared.json()["secret"]
    confirmed = await browser.post("/v1/second-factor/confirm", {"code": pyotp.TOTP(secret).at(clock.now())})
    assert confirmed.status_code == 200, confirmed.text
    await browser.session()
    clock.advance(seconds=60)
    return secret, confirmed.json()["recovery_codes"]


async def written_mails(context: Context, kind: str) -> list[Mail]:
    """The mails of all events of the kind, composed as the job does it."""
    async with context.writing(system_actor("job:mail")) as unit:
        events = await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        mails = [await MAILS[kind](unit, event) for event in events]
    return [mail for mail in mails if mail is not None]


def token_in(mail: Mail) -> str:
    """The token that a mail brings."""
    return mail.text.partition("#token=")[2].split()[0]
