"""Accounts of a demonstration, with one password that is made up at the time and shown once."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update

from api.domains.access import passwords
from api.domains.access.accounts import create_account
from api.domains.access.models import AccountRow, ResetTokenRow
from api.errors import NotAllowed
from api.identity import AccountKind
from api.unit import Unit


async def open_accounts(unit: Unit, logins: Mapping[UUID, str], hashed: str) -> None:
    """Person -> login. All get the password whose hash it is; their invitations are taken back. For the service itself,
    never in production."""
    if not unit.actor.is_system or unit.settings.is_production:
        raise NotAllowed()
    for person_id, login in logins.items():
        row = await unit.session.scalar(
            select(AccountRow).where(AccountRow.person_id == person_id, AccountRow.ended_at.is_(None))
        )
        if row is None:
            row = await create_account(unit, person_id, login, AccountKind.PERMANENT, None)
        row.login, row.password_hash, row.password_changed_at = login, hashed, unit.now
        await unit.session.execute(
            update(ResetTokenRow).where(ResetTokenRow.account_id == row.id).values(used_at=unit.now)
        )
    await unit.session.flush()


async def hash_password(password: str) -> str:
    """Slow on purpose; do it before a transaction begins."""
    return await passwords.current().hash(password)
