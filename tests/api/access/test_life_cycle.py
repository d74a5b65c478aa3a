"""No sequence of requests lets an ended account in, or takes a used token or code a second time.

A Hypothesis state machine drives one account through the services, beside a model of a few lines.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import pyotp
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, precondition, rule
from sqlalchemy import create_engine, update

from api.app import create_context
from api.db.base import Base
from api.domains.access import accounts, recovery, second_factor, sessions
from api.domains.access.authentication import SignedIn, find_session
from api.domains.access.models import AccountRow
from api.domains.access.rules import NextStep
from api.domains.access.service import purge_expired
from api.domains.access.sessions import Caller, Opened
from api.errors import Problem
from api.identity import Actor, Method
from api.settings import Settings
from tests.api.access.world import PASSWORD, SETUP, add_member, cheap_passwords, token_in, written_mails
from tests.api.conftest import KEYS, StandingClock
from tests.thorough import examples

Result = TypeVar("Result")
PASSWORDS = (PASSWORD, "жаңы тоо жана көл", "үчүнчү сырсөз эмес")
LONG_ENOUGH = 14
"""Steps before the account may end: little happens after it."""
THROTTLED = (sessions, recovery, second_factor)
_template: list[Path] = []


async def _never_wait(*_: object) -> None:
    """Waits are tested elsewhere; here they would only keep sequences short."""


def _fresh_database(folder: Path) -> str:
    if not _template:
        path = Path(tempfile.mkdtemp()) / "template.sqlite3"
        engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine)
        engine.dispose()
        _template.append(path)
    shutil.copy(_template[0], folder / "university.sqlite3")
    return f"sqlite+aiosqlite:///{folder}/university.sqlite3"


class Account(RuleBasedStateMachine):
    """One account's life."""

    opened = Bundle("opened")
    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = StandingClock()
        self.context = create_context(
            Settings(self.folder, _fresh_database(self.folder)), KEYS, self.clock, durable=False
        )
        self.patches = [cheap_passwords(), *(patch.object(one, "count_try", _never_wait) for one in THROTTLED)]
        for one in self.patches:
            one.start()
        self.member = self.run(add_member(self.context))
        self.steps = 0
        # what must be so
        self.password = PASSWORD
        self.ended = False
        self.valid_until: datetime | None = None
        self.secret: str | None = None
        self.last_step = -1
        self.codes: set[str] = set()
        self.used: set[str] = set()
        self.alive: dict[str, datetime] = {}
        self.strong: set[str] = set()
        self.usable: dict[str, datetime] = {}

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.context.database.dispose())
        self.runner.close()
        for one in self.patches:
            one.stop()
        shutil.rmtree(self.folder)

    @property
    def is_open(self) -> bool:
        return not self.ended and (self.valid_until is None or self.clock.now() < self.valid_until)

    def lives(self, token: str) -> bool:
        return self.is_open and token in self.alive and self.clock.now() < self.alive[token]

    def attempt(self, work: Coroutine[Any, Any, Result]) -> Result | str:
        """What came of it, or the slug of the refusal."""
        self.clock.advance(seconds=1)
        try:
            return self.run(work)
        except Problem as problem:
            return problem.slug

    def remember(self, one: Opened, *, strong: bool) -> str:
        self.alive[one.token] = self.clock.now() + timedelta(hours=2)
        if strong:
            self.strong.add(one.token)
        return one.token

    def actor(self, found: SignedIn) -> Actor:
        return Actor(
            self.member.account,
            self.member.person,
            method=Method.SESSION,
            session=found.session_id,
            is_strong=found.actor.is_strong,
        )

    def find(self, token: str) -> SignedIn | None:
        return self.run(find_session(self.context, token))

    @rule(target=opened)
    def sign_in_rightly(self) -> Any:
        return self.sign_in_with(self.password)

    @rule(target=opened, is_right=st.sampled_from([True, True, True, False]))
    def sign_in(self, is_right: bool) -> Any:
        return self.sign_in_with(self.password if is_right else next(one for one in PASSWORDS if one != self.password))

    def sign_in_with(self, password: str) -> Any:
        result = self.attempt(sessions.sign_in(self.context, "bakyt.asanov", password, Caller("10.0.0.1", "t")))
        if isinstance(result, str):
            assert result == "sign-in-failed"
            assert not self.is_open or password != self.password
            return multiple()
        assert self.is_open
        assert password == self.password
        return self.remember(result, strong=False)

    @rule(target=tokens)
    def ask_reset(self) -> Any:
        before = self.is_open
        self.run(recovery.ask_reset(self.context, "bakyt.asanov", Caller("10.0.0.2", "t")))
        mails = self.run(written_mails(self.context, "password-reset.asked"))
        assert bool(mails) == before
        if not mails:
            return multiple()
        for old in list(self.usable):  # composing again makes the older ones worthless
            del self.usable[old]
        token = token_in(mails[-1])
        for mail in mails:
            self.usable[token_in(mail)] = self.clock.now() + timedelta(hours=1)
        return token

    @rule(token=st.one_of(consumes(tokens), tokens), password=st.sampled_from(PASSWORDS))
    def use_reset(self, token: str, password: str) -> None:
        result = self.attempt(recovery.use_token(self.context, token, password, Caller("10.0.0.3", "t")))
        may = self.is_open and token in self.usable and self.clock.now() < self.usable[token]
        assert isinstance(result, str) != may, result
        if may:
            self.password = password
            self.usable.clear()
            self.alive.clear()

    @rule(token=opened, new=st.sampled_from(PASSWORDS))
    def change_password(self, token: str, new: str) -> None:
        found = self.find(token)
        if found is None or found.next_step is NextStep.GIVE_SECOND_FACTOR:
            return
        result = self.attempt(recovery.change_password(self.context, self.actor(found), self.password, new, "t"))
        if isinstance(result, str):
            assert new == self.password or not self.is_open
            return
        was_strong = token in self.strong
        self.password = new
        self.usable.clear()
        self.alive.clear()
        self.remember(result, strong=was_strong)

    @rule(target=opened, token=opened)
    def set_up_factor(self, token: str) -> Any:
        found = self.find(token)
        if found is None or not found.actor.is_signed_in or self.secret is not None:
            return multiple()
        actor = self.actor(found)

        async def prepare() -> second_factor.Preparation:
            async with self.context.writing(actor) as unit:
                return await second_factor.prepare(unit)

        made = self.run(prepare())
        code = pyotp.TOTP(made.secret).at(self.clock.now())
        opened, codes = self.run(second_factor.confirm(self.context, actor, code, "t"))
        self.secret, self.codes = made.secret, set(codes)
        self.last_step = int(self.clock.now().timestamp()) // 30
        self.alive.clear()
        return self.remember(opened, strong=True)

    @precondition(lambda self: self.secret is not None)
    @rule(
        target=opened,
        token=opened,
        kind=st.sampled_from(["now", "again", "recovery", "recovery again", "wrong"]),
        data=st.data(),
    )
    def give_factor(self, token: str, kind: str, data: st.DataObject) -> Any:
        found = self.find(token)
        if found is None or found.next_step is not NextStep.GIVE_SECOND_FACTOR or self.secret is None:
            return multiple()
        present = int(self.clock.now().timestamp()) // 30
        totp = pyotp.TOTP(self.secret)
        code, may = "000000", False
        used = sorted(self.used)
        if kind == "now":
            code, may = totp.generate_otp(present), present > self.last_step
        elif kind == "again":
            code = totp.generate_otp(self.last_step)
        elif kind == "recovery again" and used:
            code = data.draw(st.sampled_from(used))
        elif kind == "recovery" and self.codes:
            code = data.draw(st.sampled_from(sorted(self.codes)))
            may = True
        try:
            result: Opened | str = self.run(second_factor.give(self.context, found, code, "t"))
        except Problem as problem:
            result = problem.slug
        assert isinstance(result, str) != may, (kind, result)
        if isinstance(result, str):
            return multiple()
        if kind == "now":
            self.last_step = present
        if code in self.codes:
            self.codes.discard(code)
            self.used.add(code)
        del self.alive[token]
        return self.remember(result, strong=True)

    @rule(token=opened)
    def look(self, token: str) -> None:
        """A session is alive exactly when the model says so, and strong only if the factor was given in it."""
        found = self.find(token)
        assert (found is not None) == self.lives(token)
        if found is None:
            return
        if self.secret is not None and token not in self.strong:
            assert found.next_step is NextStep.GIVE_SECOND_FACTOR
            assert not found.actor.is_signed_in
        else:
            assert found.actor.is_signed_in

    @rule(token=opened)
    def sign_out(self, token: str) -> None:
        found = self.find(token)
        if found is None:
            return

        async def end() -> None:
            async with self.context.writing(self.actor(found)) as unit:
                await sessions.end_session(unit, found.account_id, found.session_id)

        self.run(end())
        del self.alive[token]

    @rule(minutes=st.sampled_from([1, 1, 45, 130]))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule()
    def purge(self) -> None:
        self.run(purge_expired(self.context))

    @precondition(lambda self: self.is_open and self.steps >= LONG_ENOUGH)
    @rule(minutes=st.sampled_from([0, 1, 30]))
    def limit(self, minutes: int) -> None:
        async def change() -> None:
            self.valid_until = self.clock.now() + timedelta(minutes=minutes)
            async with self.context.writing(SETUP) as unit:
                await unit.session.execute(update(AccountRow).values(valid_until=self.valid_until))

        self.run(change())

    @precondition(lambda self: not self.ended and self.steps >= LONG_ENOUGH)
    @rule()
    def end(self) -> None:
        async def end() -> None:
            async with self.context.writing(SETUP) as unit:
                row = await accounts.account_to_change(unit, self.member.account)
                await accounts.end_account(unit, row, "left")

        self.run(end())
        self.ended = True
        self.alive.clear()
        self.usable.clear()

    @invariant()
    def nobody_is_in_who_must_be_out(self) -> None:
        self.steps += 1
        if not self.is_open:
            for token in list(self.alive):
                assert self.find(token) is None


Account.TestCase.settings = settings(
    max_examples=examples(30), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAccount = Account.TestCase
