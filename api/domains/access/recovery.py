"""Setting a password by a token that was mailed or handed over, and changing it by who knows the old one.

The token of a mail is made when the mail is composed, and is nowhere but in the mail; the database has its digest. A
request for a login that does not exist stores the same and does the same, except that no mail follows.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from api.domains.access import passwords
from api.domains.access.digests import digest_of, known_browser
from api.domains.access.errors import TokenNotValid
from api.domains.access.models import AccountRow, ApiTokenRow, ResetTokenRow
from api.domains.access.rules import (
    INVITATION_LIVES,
    RESET_ADDRESS,
    RESET_LIVES,
    RESET_LOGIN,
    RESET_USE,
    RESET_WAITS_FOR_MAIL,
    SECOND_FACTOR,
    ResetKind,
    fold_login,
    fold_password,
    is_open,
    password_fault,
)
from api.domains.access.second_factor import confirm_password, has_second_factor
from api.domains.access.sessions import Caller, Opened, acting, end_sessions, open_session
from api.domains.access.throttling import count_try, counted, forget_tries, take_back
from api.errors import SignInNeeded, invalid
from api.events import Event
from api.identity import VISITOR, Actor
from api.ids import new_id, new_secret
from api.unit import Context, Unit

RESET_ASKED = "password-reset.asked"
INVITED = "account.invited"
PASSWORD_SET = "account.password-set"


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """Whose password was set, and what lets the browser in past a crowd of strangers who try the login."""

    login: str
    browser: str


async def ask_reset(context: Context, login: str, caller: Caller) -> None:
    """Has a mail sent, if there is an open account and an address. Raises TooManyRequests, by login and address of the
    caller alone."""
    folded = fold_login(login)
    keys = context.keys
    await count_try(context, [counted(keys, RESET_LOGIN, folded), counted(keys, RESET_ADDRESS, caller.address)])
    async with context.writing(VISITOR) as unit:
        found = (
            await unit.session.execute(
                select(AccountRow.id, AccountRow.ended_at, AccountRow.valid_until).where(AccountRow.login == folded)
            )
        ).one_or_none()
        is_somebodys = found is not None and is_open(found.ended_at, found.valid_until, unit.now)
        await plan_mail(unit, found.id if found is not None and is_somebodys else None, ResetKind.RESET)


async def plan_mail(unit: Unit, account_id: UUID | None, kind: ResetKind, person_id: UUID | None = None) -> None:
    """A token that a mail is going to bring. The event of a reset says nothing of whether there is an account."""
    id_ = new_id()
    unit.session.add(
        ResetTokenRow(
            id=id_,
            created_at=unit.now,
            account_id=account_id,
            kind=kind,
            token_digest=None,
            expires_at=unit.now + RESET_WAITS_FOR_MAIL,
            used_at=None,
        )
    )
    await unit.emit(Event(RESET_ASKED if kind is ResetKind.RESET else INVITED, {"reset-token": id_}, person_id))
    unit.record("password.token-ask", "reset-token", id_, kind=kind)


async def give_token(unit: Unit, row: ResetTokenRow) -> str:
    """The token, made now; one that an earlier mail brought for the same request is worth nothing any more."""
    token = new_secret()
    row.token_digest = digest_of(token)
    row.expires_at = unit.now + lifetime(ResetKind(row.kind))
    await unit.session.flush()
    return token


def lifetime(kind: ResetKind) -> timedelta:
    return INVITATION_LIVES if kind is ResetKind.INVITATION else RESET_LIVES


async def hand_token(unit: Unit, account: AccountRow) -> str:
    """An invitation to be handed over on paper. Earlier ones are worth nothing any more."""
    await unit.session.execute(delete(ResetTokenRow).where(ResetTokenRow.account_id == account.id))
    row = ResetTokenRow(
        id=new_id(),
        created_at=unit.now,
        account_id=account.id,
        kind=ResetKind.INVITATION,
        token_digest=None,
        expires_at=unit.now,
        used_at=None,
    )
    unit.session.add(row)
    unit.record("account.hand-over", "account", account.id, person=account.person_id)
    return await give_token(unit, row)


async def use_token(context: Context, token: str, password: str, caller: Caller) -> PasswordSet:
    """Sets the password; all sessions and API tokens of the account end, all other reset tokens too.

    Raises TokenNotValid, InvalidFields for an unfit password (the token stays usable), TooManyRequests, Unavailable.
    """
    tries = [counted(context.keys, RESET_USE, caller.address)]
    await count_try(context, tries)
    digest = digest_of(token)
    usable = (
        ResetTokenRow.token_digest == digest,
        ResetTokenRow.used_at.is_(None),
        ResetTokenRow.account_id == AccountRow.id,
    )
    async with context.reading(VISITOR) as unit:
        account = await unit.session.scalar(select(AccountRow).where(*usable, ResetTokenRow.expires_at > unit.now))
        if account is None or not is_open(account.ended_at, account.valid_until, unit.now):
            raise TokenNotValid()
    folded = fit_password(password, account.login, "/password")
    hashed = await passwords.current().hash(folded)
    async with context.writing(acting(account)) as unit:
        locked = await unit.session.get_one(AccountRow, account.id, with_for_update=True, populate_existing=True)
        used = await unit.session.scalar(
            update(ResetTokenRow)
            .where(
                ResetTokenRow.token_digest == digest,
                ResetTokenRow.used_at.is_(None),
                ResetTokenRow.account_id == account.id,
                ResetTokenRow.expires_at > unit.now,
            )
            .values(used_at=unit.now)
            .returning(ResetTokenRow.id)
        )
        if used is None or not is_open(locked.ended_at, locked.valid_until, unit.now):
            raise TokenNotValid()
        await _store_password(unit, locked, hashed)
        await unit.session.execute(
            update(ApiTokenRow)
            .where(ApiTokenRow.account_id == account.id, ApiTokenRow.revoked_at.is_(None))
            .values(revoked_at=unit.now)
        )
        await forget_tries(unit, [counted(context.keys, SECOND_FACTOR, str(account.id))])
        await take_back(unit, tries)
        return PasswordSet(account.login, known_browser(unit.keys, account.id, unit.now))


async def change_password(context: Context, actor: Actor, old: str, new: str, client: str) -> Opened:
    """All sessions end; the caller's goes on as a new one. API tokens stay. Raises InvalidFields, TooManyRequests,
    Unavailable, SignInNeeded."""
    await confirm_password(context, actor, old)
    async with context.reading(actor) as unit:
        account = await unit.session.get(AccountRow, actor.account)
    if account is None:
        raise SignInNeeded()
    folded = fit_password(new, account.login, "/new_password")
    if folded == old:
        raise invalid("/new_password", "password-as-before")
    hashed = await passwords.current().hash(folded)
    async with context.writing(actor) as unit:
        locked = await unit.session.get_one(AccountRow, account.id, with_for_update=True, populate_existing=True)
        if locked.password_hash != account.password_hash or not is_open(locked.ended_at, locked.valid_until, unit.now):
            raise SignInNeeded()
        is_strong = actor.is_strong and await has_second_factor(unit, account.id)
        await _store_password(unit, locked, hashed)
        return await open_session(unit, account.id, client, is_strong=is_strong)


def fit_password(password: str, login: str, pointer: str) -> str:
    """As it is hashed. Raises InvalidFields."""
    folded = fold_password(password)
    fault = password_fault(folded, login)
    if fault is not None:
        raise invalid(pointer, fault)
    return folded


async def _store_password(unit: Unit, account: AccountRow, hashed: str) -> None:
    await unit.session.execute(
        update(AccountRow)
        .where(AccountRow.id == account.id)
        .values(password_hash=hashed, password_changed_at=unit.now)
        .execution_options(synchronize_session=False)
    )
    await end_sessions(unit, account.id)
    await unit.session.execute(
        delete(ResetTokenRow).where(ResetTokenRow.account_id == account.id, ResetTokenRow.used_at.is_(None))
    )
    unit.record("password.set", "account", account.id, person=account.person_id)
    await unit.emit(Event(PASSWORD_SET, {"account": account.id}, account.person_id))
