"""Accounts: opened for a person, lengthened, ended. An ended one stays ended, and its login stays taken."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.domains.access.errors import AccountEnded, AccountOfStaff, AccountPresent, LoginTaken, OwnAccount
from api.domains.access.guards import STAFF_ACCOUNT_WRITE
from api.domains.access.models import AccountRow, ApiTokenRow, ResetTokenRow
from api.domains.access.recovery import plan_mail
from api.domains.access.rules import INVITATION_LIVES, ResetKind, fold_login, is_login, is_open
from api.domains.access.sessions import end_sessions
from api.domains.people.service import chunks, person_exists, roles_of
from api.errors import NotFound, invalid
from api.events import Event
from api.identity import STAFF, AccountKind
from api.ids import new_id
from api.unit import Unit

CREATED = "account.created"


async def create_account(
    unit: Unit, person_id: UUID, login: str, kind: AccountKind, valid_until: datetime | None
) -> AccountRow:
    """An account without a password, and an invitation by mail. A temporary one has an end.

    Raises InvalidFields, LoginTaken, AccountPresent, AccountOfStaff.
    """
    folded = fold_login(login)
    if not is_login(folded):
        raise invalid("/login", "bad-login")
    if not await person_exists(unit, person_id):
        raise invalid("/person_id", "no-such-person")
    check_end(unit, kind, valid_until)
    await _refuse_staff(unit, person_id)
    if await unit.session.scalar(select(AccountRow.id).where(AccountRow.login == folded)):
        raise LoginTaken()
    table = AccountRow
    present = await unit.session.scalar(
        select(table).where(table.person_id == person_id, table.ended_at.is_(None)).with_for_update()
    )
    if present is not None:
        raise AccountPresent()
    try:
        (id_,) = await _open(unit, [_Opening(person_id, folded, kind, valid_until)])
    except IntegrityError:
        raise LoginTaken() from None
    return await unit.session.get_one(AccountRow, id_)


def check_end(unit: Unit, kind: AccountKind, valid_until: datetime | None) -> None:
    if kind is AccountKind.TEMPORARY and valid_until is None:
        raise invalid("/valid_until", "end-needed")
    if valid_until is not None and valid_until <= unit.now:
        raise invalid("/valid_until", "end-passed")


async def ensure_accounts(unit: Unit, persons: Iterable[UUID]) -> int:
    """A permanent account for everybody of these who has none that has not ended (clause 4.1 f); how many those were.
    The logins are numbers, which tell nothing about a person; the invitation says them."""
    table = AccountRow
    made = 0
    for chunk in chunks(sorted(set(persons))):
        present = set(
            await unit.session.scalars(
                select(table.person_id).where(table.person_id.in_(chunk), table.ended_at.is_(None))
            )
        )
        missing = [one for one in chunk if one not in present]
        logins = await _free_logins(unit, len(missing))
        await _open(unit, [_Opening(*pair, AccountKind.PERMANENT) for pair in zip(missing, logins, strict=True)])
        made += len(missing)
    return made


async def account_to_change(unit: Unit, account_id: UUID) -> AccountRow:
    """Locked. Raises NotFound, AccountOfStaff."""
    row = await unit.session.get(AccountRow, account_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    await _refuse_staff(unit, row.person_id)
    return row


async def change_end(unit: Unit, row: AccountRow, valid_until: datetime | None) -> None:
    """Raises AccountEnded, OwnAccount, InvalidFields."""
    _refuse_own(unit, row)
    if row.ended_at is not None:
        raise AccountEnded()
    check_end(unit, AccountKind(row.kind), valid_until)
    row.valid_until = valid_until
    await unit.session.flush()
    until = "-" if valid_until is None else valid_until.isoformat()
    unit.record("account.change-end", "account", row.id, person=row.person_id, valid_until=until)
    await unit.emit(Event("account.changed", {"account": row.id}, row.person_id))


async def end_account(unit: Unit, row: AccountRow, reason: str) -> None:
    """From now on nobody is let in; sessions, API tokens and reset tokens end. Raises AccountEnded, OwnAccount."""
    _refuse_own(unit, row)
    if row.ended_at is not None:
        raise AccountEnded()
    row.ended_at, row.end_reason = unit.now, reason
    await unit.session.flush()
    await end_sessions(unit, row.id)
    await unit.session.execute(
        update(ApiTokenRow)
        .where(ApiTokenRow.account_id == row.id, ApiTokenRow.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )
    await unit.session.execute(delete(ResetTokenRow).where(ResetTokenRow.account_id == row.id))
    unit.record("account.end", "account", row.id, person=row.person_id)
    await unit.emit(Event("account.ended", {"account": row.id}, row.person_id))


async def invite(unit: Unit, row: AccountRow) -> None:
    """Another invitation by mail; those before are worth nothing any more. Raises AccountEnded."""
    refuse_closed(unit, row)
    await unit.session.execute(delete(ResetTokenRow).where(ResetTokenRow.account_id == row.id))
    await plan_mail(unit, row.id, ResetKind.INVITATION, row.person_id)


def refuse_closed(unit: Unit, row: AccountRow) -> None:
    if not is_open(row.ended_at, row.valid_until, unit.now):
        raise AccountEnded()


def _refuse_own(unit: Unit, row: AccountRow) -> None:
    if row.id == unit.actor.account:
        raise OwnAccount()


async def _refuse_staff(unit: Unit, person_id: UUID) -> None:
    """Whoever can set the password of a member of staff anew has their rights: administrators alone may."""
    if unit.may(STAFF_ACCOUNT_WRITE):
        return
    if any(held.role in STAFF for held in await roles_of(unit.session, person_id, unit.today)):
        raise AccountOfStaff()


@dataclass(frozen=True, slots=True)
class _Opening:
    person_id: UUID
    login: str
    kind: AccountKind
    valid_until: datetime | None = None


async def _open(unit: Unit, openings: Sequence[_Opening]) -> list[UUID]:
    """The ids of new accounts, whose invitations are on their way."""
    ids = [new_id() for _ in openings]
    if not ids:
        return ids
    await unit.session.execute(
        insert(AccountRow),
        [
            {
                "id": id_,
                "created_at": unit.now,
                "version": 1,
                "person_id": one.person_id,
                "login": one.login,
                "kind": one.kind,
                "valid_until": one.valid_until,
                "ended_at": None,
                "end_reason": None,
                "password_hash": None,
                "password_changed_at": None,
            }
            for id_, one in zip(ids, openings, strict=True)
        ],
    )
    tokens = [new_id() for _ in openings]
    await unit.session.execute(
        insert(ResetTokenRow),
        [
            {
                "id": token_id,
                "created_at": unit.now,
                "account_id": id_,
                "kind": ResetKind.INVITATION,
                "token_digest": None,
                "expires_at": unit.now + INVITATION_LIVES,
                "used_at": None,
            }
            for token_id, id_ in zip(tokens, ids, strict=True)
        ],
    )
    for id_, token_id, one in zip(ids, tokens, openings, strict=True):
        unit.record("account.create", "account", id_, person=one.person_id, kind=one.kind)
        named = {"account": id_, "reset-token": token_id}
        await unit.emit(Event(CREATED, named, one.person_id, {"kind": one.kind}))
    return ids


async def _free_logins(unit: Unit, count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        wanted = {f"u{100_000_000 + secrets.randbelow(900_000_000)}" for _ in range(count - len(found))}
        found |= wanted - await _taken(unit, wanted)
    return sorted(found)


async def _taken(unit: Unit, logins: Collection[str]) -> set[str]:
    return set(await unit.session.scalars(select(AccountRow.login).where(AccountRow.login.in_(logins))))
