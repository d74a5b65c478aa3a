"""A second factor by an authenticator application (TOTP, RFC 6238), and codes for the day on which it is lost."""

import hmac
from dataclasses import dataclass
from uuid import UUID

import pyotp
from sqlalchemy import delete, exists, select, update

from api.domains.access import passwords
from api.domains.access.authentication import SignedIn
from api.domains.access.digests import new_recovery_code, recovery_digest
from api.domains.access.errors import (
    SecondFactorAbsent,
    SecondFactorMandatory,
    SecondFactorPresent,
    SecondFactorRefused,
)
from api.domains.access.models import AccountRow, ApiTokenRow, RecoveryCodeRow, SessionRow, TotpRow
from api.domains.access.rules import (
    PASSWORD_AGAIN,
    RECOVERY_CODES,
    SECOND_FACTOR,
    TOTP_DRIFT,
    TOTP_STEP_S,
    fold_password,
    needs_second_factor,
)
from api.domains.access.sessions import Opened, end_sessions, open_session, replace_session
from api.domains.access.throttling import count_try, counted, forget_tries
from api.domains.people.service import roles_of
from api.errors import SignInNeeded, invalid
from api.identity import Actor, Method
from api.ids import new_id
from api.unit import Context, Unit

ISSUER = "Jetki"


@dataclass(frozen=True, slots=True, repr=False)
class Preparation:
    """What an authenticator application needs: the secret to type, or the same as an address for a QR code."""

    secret: str
    uri: str


async def confirm_password(context: Context, actor: Actor, password: str) -> None:
    """Makes sure that it is still the person who has signed in. Raises InvalidFields, TooManyRequests, Unavailable."""
    tries = [counted(context.keys, PASSWORD_AGAIN, str(actor.account))]
    await count_try(context, tries)
    async with context.reading(actor) as unit:
        stored = await unit.session.scalar(select(AccountRow.password_hash).where(AccountRow.id == actor.account))
    if not await passwords.current().verify(stored, fold_password(password)):
        async with context.writing(actor) as unit:
            _record(unit, "password.refuse", actor)
        raise invalid("/password", "wrong-password")
    async with context.writing(actor) as unit:
        await forget_tries(unit, tries)


async def prepare(unit: Unit) -> Preparation:
    """A new secret, which counts once a code of it was given. Raises SecondFactorPresent."""
    account = await _lock_account(unit)
    if await unit.session.scalar(select(TotpRow.confirmed_at).where(TotpRow.account_id == account.id)):
        raise SecondFactorPresent()
    await unit.session.execute(delete(TotpRow).where(TotpRow.account_id == account.id))
    secret, id_ = pyotp.random_base32(), new_id()
    unit.session.add(
        TotpRow(
            id=id_,
            created_at=unit.now,
            account_id=account.id,
            sealed_secret=unit.keys.seal(secret, "totp", "sealed_secret", id_),
            confirmed_at=None,
            last_step=-1,
        )
    )
    await unit.session.flush()
    return Preparation(secret, pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER))


async def confirm(context: Context, actor: Actor, code: str, client: str) -> tuple[Opened, list[str]]:
    """From now on the account needs the second factor. Every session of the account ends; the caller's goes on as a
    new one, in which it was given. Gives the recovery codes too, which are shown this once.

    Raises SecondFactorAbsent, SecondFactorPresent, SecondFactorRefused, TooManyRequests.
    """
    tries = [counted(context.keys, SECOND_FACTOR, str(actor.account))]
    await count_try(context, tries)
    async with context.writing(actor) as unit:
        account = await _lock_account(unit)
        row = await _load(unit, account.id)
        if row is None:
            raise SecondFactorAbsent()
        if row.confirmed_at is not None:
            raise SecondFactorPresent()
        if not await _take_code(unit, row, code):
            raise SecondFactorRefused()
        row.confirmed_at = unit.now
        codes = await _new_codes(unit, account.id)
        await end_sessions(unit, account.id)
        await forget_tries(unit, tries)
        _record(unit, "second-factor.set-up", actor)
        return await open_session(unit, account.id, client, is_strong=True), codes


async def give(context: Context, session: SignedIn, code: str, client: str) -> Opened:
    """The session goes on as another one, in which the second factor was given: by a code of the application, or by a
    recovery code, which then is used up. Raises SecondFactorRefused, SecondFactorAbsent, TooManyRequests, NotFound."""
    actor = Actor(account=session.account_id, person=session.person_id, method=Method.SESSION)
    tries = [counted(context.keys, SECOND_FACTOR, str(session.account_id))]
    await count_try(context, tries)
    try:
        async with context.writing(actor) as unit:
            row = await _load(unit, session.account_id)
            if row is None or row.confirmed_at is None:
                raise SecondFactorAbsent()
            kind = "application"
            if not await _take_code(unit, row, code):
                if not await _take_recovery_code(unit, session.account_id, code):
                    raise SecondFactorRefused()
                kind = "recovery-code"
            opened = await replace_session(unit, session.session_id, session.account_id, client, is_strong=True)
            await forget_tries(unit, tries)
            _record(unit, "second-factor.give", actor, kind=kind)
            return opened
    except SecondFactorRefused:
        async with context.writing(actor) as unit:
            _record(unit, "second-factor.refuse", actor)
        raise


async def renew_codes(unit: Unit) -> list[str]:
    """New recovery codes; the old ones are worth nothing any more. Raises SecondFactorAbsent."""
    account = await _lock_account(unit)
    row = await _load(unit, account.id)
    if row is None or row.confirmed_at is None:
        raise SecondFactorAbsent()
    _record(unit, "second-factor.renew-codes", unit.actor)
    return await _new_codes(unit, account.id)


async def count_codes(unit: Unit, account_id: UUID) -> int:
    """How many recovery codes are left."""
    rows = await unit.session.scalars(
        select(RecoveryCodeRow.id).where(RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.used_at.is_(None))
    )
    return len(rows.all())


async def remove_own(unit: Unit) -> None:
    """Raises SecondFactorAbsent, SecondFactorMandatory for staff in production."""
    account = await _lock_account(unit)
    roles = await roles_of(unit.session, account.person_id, unit.today)
    if needs_second_factor(roles, is_production=unit.settings.is_production):
        raise SecondFactorMandatory()
    await remove(unit, account.id, account.person_id)


async def remove(unit: Unit, account_id: UUID, person_id: UUID) -> None:
    """Takes it off the account, whose sessions and tokens end, except the actor's own. Raises SecondFactorAbsent."""
    gone = await unit.session.scalar(delete(TotpRow).where(TotpRow.account_id == account_id).returning(TotpRow.id))
    if gone is None:
        raise SecondFactorAbsent()
    await unit.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    others = SessionRow.id != unit.actor.session if unit.actor.session else SessionRow.id.is_not(None)
    await unit.session.execute(delete(SessionRow).where(SessionRow.account_id == account_id, others))
    if unit.actor.account != account_id:
        await unit.session.execute(
            update(ApiTokenRow)
            .where(ApiTokenRow.account_id == account_id, ApiTokenRow.revoked_at.is_(None))
            .values(revoked_at=unit.now)
        )
    unit.record("second-factor.remove", "account", account_id, person=person_id)


async def has_second_factor(unit: Unit, account_id: UUID) -> bool:
    one = select(TotpRow.id).where(TotpRow.account_id == account_id, TotpRow.confirmed_at.is_not(None))
    return bool(await unit.session.scalar(select(exists(one))))


async def _lock_account(unit: Unit) -> AccountRow:
    if unit.actor.account is None:
        raise SignInNeeded()
    return await unit.session.get_one(AccountRow, unit.actor.account, with_for_update=True, populate_existing=True)


async def _load(unit: Unit, account_id: UUID) -> TotpRow | None:
    found: TotpRow | None = await unit.session.scalar(
        select(TotpRow).where(TotpRow.account_id == account_id).with_for_update()
    )
    return found


async def _take_code(unit: Unit, row: TotpRow, code: str) -> bool:
    """Whether it is the code of one of the steps around now, later than the last one taken; then it is taken."""
    digits = "".join(one for one in code if not one.isspace())
    totp = pyotp.TOTP(unit.keys.open(row.sealed_secret, "totp", "sealed_secret", row.id), interval=TOTP_STEP_S)
    present = int(unit.now.timestamp()) // TOTP_STEP_S
    for step in range(present - TOTP_DRIFT, present + TOTP_DRIFT + 1):
        if step > row.last_step and hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            taken = await unit.session.scalar(
                update(TotpRow)
                .where(TotpRow.id == row.id, TotpRow.last_step < step)
                .values(last_step=step)
                .returning(TotpRow.id)
            )
            return taken is not None
    return False


async def _take_recovery_code(unit: Unit, account_id: UUID, code: str) -> bool:
    taken = await unit.session.scalar(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.account_id == account_id,
            RecoveryCodeRow.code_digest == recovery_digest(code),
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=unit.now)
        .returning(RecoveryCodeRow.id)
    )
    return taken is not None


async def _new_codes(unit: Unit, account_id: UUID) -> list[str]:
    await unit.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        row = RecoveryCodeRow(
            created_at=unit.now, account_id=account_id, code_digest=recovery_digest(code), used_at=None
        )
        unit.session.add(row)
    await unit.session.flush()
    return codes


def _record(unit: Unit, what: str, actor: Actor, **facts: str) -> None:
    if actor.account is not None:
        unit.record(what, "account", actor.account, person=actor.person, **facts)
