"""Signing in and out. Argon2 works while no transaction is open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from api.domains.access import passwords
from api.domains.access.digests import digest_of, is_known_browser, known_browser
from api.domains.access.errors import SignInFailed
from api.domains.access.models import AccountRow, SessionRow
from api.domains.access.rules import (
    IDLE,
    MOST_SESSIONS,
    SIGN_IN_ADDRESS,
    SIGN_IN_KNOWN,
    SIGN_IN_LOGIN,
    SIGN_IN_PAIR,
    fold_login,
    fold_password,
    is_open,
    is_session_alive,
)
from api.domains.access.throttling import Counted, count_try, counted, forget_tries, take_back
from api.errors import NotFound
from api.identity import VISITOR, Actor, Method
from api.ids import new_id, new_secret
from api.unit import Context, Unit


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from, as far as it says."""

    address: str
    client: str
    """What the browser calls itself."""
    browser: str = ""
    """The cookie that tells a browser in which somebody has signed in before; see `digests.known_browser`."""
    session_token: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A session that was just opened, with what the browser keeps of it."""

    session_id: UUID
    token: str
    expires_at: datetime
    browser: str


async def sign_in(context: Context, login: str, password: str, caller: Caller) -> Opened:
    """Opens a session; one that this browser had ends. Raises SignInFailed, TooManyRequests, Unavailable.

    The second factor, if the account has one, is still to be given in the session.
    """
    folded = fold_login(login)
    async with context.reading(VISITOR) as unit:
        account = await unit.session.scalar(select(AccountRow).where(AccountRow.login == folded))
    mine, shared = _tries(context, folded, account, caller)
    await count_try(context, [*mine, *shared])
    stored = account.password_hash if account is not None else None
    is_right = await passwords.current().verify(stored, fold_password(password))
    if account is None or not is_right or not is_open(account.ended_at, account.valid_until, context.clock.now()):
        await _record_failure(context, account)
        raise SignInFailed()
    better = None
    if stored is not None and passwords.current().is_outdated(stored):
        better = await passwords.current().hash(fold_password(password))
    async with context.writing(acting(account)) as unit:
        locked = await unit.session.get_one(AccountRow, account.id, with_for_update=True, populate_existing=True)
        if locked.password_hash != stored or not is_open(locked.ended_at, locked.valid_until, unit.now):
            raise SignInFailed()  # it was changed while we counted
        if better is not None:
            await unit.session.execute(
                update(AccountRow).where(AccountRow.id == account.id).values(password_hash=better)
            )
        await forget_tries(unit, mine)
        await take_back(unit, shared)
        await unit.session.execute(delete(SessionRow).where(SessionRow.token_digest == digest_of(caller.session_token)))
        unit.record("session.begin", "account", account.id, person=account.person_id)
        return await open_session(unit, account.id, caller.client, is_strong=False)


def acting(account: AccountRow) -> Actor:
    """The account's person, for what they do by proving who they are; holds no roles."""
    return Actor(account=account.id, person=account.person_id, method=Method.SESSION)


def _tries(
    context: Context, login: str, account: AccountRow | None, caller: Caller
) -> tuple[list[Counted], list[Counted]]:
    """What a success clears, and from what it takes back one."""
    keys, now = context.keys, context.clock.now()
    if account is not None and is_known_browser(keys, account.id, caller.browser, now):
        return [counted(keys, SIGN_IN_KNOWN, str(account.id), caller.browser)], []
    mine = [counted(keys, SIGN_IN_PAIR, login, caller.address)]
    shared = [counted(keys, SIGN_IN_LOGIN, login), counted(keys, SIGN_IN_ADDRESS, caller.address)]
    return mine, shared


async def _record_failure(context: Context, account: AccountRow | None) -> None:
    """The same work whoever it was: an entry that holds no login."""
    async with context.writing(VISITOR) as unit:
        if account is None:
            unit.record("session.refuse", "account", new_id(), cause="unknown-login")
        else:
            closed = not is_open(account.ended_at, account.valid_until, unit.now)
            cause = "account-over" if closed else "wrong-password"
            unit.record("session.refuse", "account", account.id, person=account.person_id, cause=cause)


async def open_session(unit: Unit, account_id: UUID, client: str, *, is_strong: bool) -> Opened:
    """A new session; the account's dead ones go, and the oldest when there are too many."""
    table = SessionRow
    await unit.session.execute(
        delete(table).where(
            table.account_id == account_id,
            (table.expires_at <= unit.now) | (table.last_seen_at <= unit.now - IDLE),
        )
    )
    surplus = select(table.id).where(table.account_id == account_id).order_by(table.id.desc()).offset(MOST_SESSIONS - 1)
    ids = (await unit.session.scalars(surplus)).all()
    await unit.session.execute(delete(table).where(table.id.in_(ids)))
    token, id_ = new_secret(), new_id()
    expires_at = unit.now + timedelta(hours=unit.settings.session_hours)
    unit.session.add(
        SessionRow(
            id=id_,
            created_at=unit.now,
            account_id=account_id,
            token_digest=digest_of(token),
            is_strong=is_strong,
            last_seen_at=unit.now,
            expires_at=expires_at,
            client=client[:200],
        )
    )
    await unit.session.flush()
    return Opened(id_, token, expires_at, known_browser(unit.keys, account_id, unit.now))


async def replace_session(unit: Unit, session_id: UUID, account_id: UUID, client: str, *, is_strong: bool) -> Opened:
    """Another session in the place of this one, with another token, so that whoever knew the old one knows nothing.
    Raises NotFound when the old one has ended meanwhile: of two that replace it, one succeeds."""
    ended = await unit.session.scalar(
        delete(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.account_id == account_id)
        .returning(SessionRow.id)
    )
    if ended is None:
        raise NotFound()
    return await open_session(unit, account_id, client, is_strong=is_strong)


async def end_session(unit: Unit, account_id: UUID, session_id: UUID) -> None:
    """Raises NotFound for what is not a session of the account."""
    ended = await unit.session.scalar(
        delete(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.account_id == account_id)
        .returning(SessionRow.id)
    )
    if ended is None:
        raise NotFound()
    unit.record("session.end", "account", account_id, person=unit.actor.person)


async def living_sessions(unit: Unit, session_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the sessions that still let somebody in: for answers that go on longer than a request."""
    rows = await unit.session.execute(
        select(
            SessionRow.id, SessionRow.expires_at, SessionRow.last_seen_at, AccountRow.ended_at, AccountRow.valid_until
        )
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .where(SessionRow.id.in_(session_ids))
    )
    return frozenset(
        id_
        for id_, expires_at, last_seen_at, ended_at, valid_until in rows
        if is_session_alive(expires_at, last_seen_at, unit.now) and is_open(ended_at, valid_until, unit.now)
    )


async def end_sessions(unit: Unit, account_id: UUID) -> Sequence[UUID]:
    """All of the account's; gives which."""
    ended = await unit.session.scalars(
        delete(SessionRow).where(SessionRow.account_id == account_id).returning(SessionRow.id)
    )
    return ended.all()
