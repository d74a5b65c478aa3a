"""API tokens: what programs sign in with in their owner's name. A token never does more than its owner now may."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from api.domains.access.digests import TOKEN_PREFIX, digest_of
from api.domains.access.errors import TemporaryAccount, TooManyTokens
from api.domains.access.models import AccountRow, ApiTokenRow
from api.domains.access.rules import MOST_TOKENS
from api.errors import NotFound, SignInNeeded
from api.identity import AccountKind
from api.ids import new_secret
from api.unit import Unit


async def create_token(unit: Unit, name: str, scopes: Sequence[str], days: int) -> tuple[ApiTokenRow, str]:
    """The row, and the token itself, which is shown this once. Raises TemporaryAccount, TooManyTokens."""
    account_id = unit.actor.account
    if account_id is None:
        raise SignInNeeded()
    if unit.actor.kind is not AccountKind.PERMANENT:
        raise TemporaryAccount()
    await unit.session.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update())
    valid = await unit.session.scalar(select(func.count()).select_from(living_tokens(unit, account_id).subquery()))
    if (valid or 0) >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    token = TOKEN_PREFIX + new_secret()
    row = ApiTokenRow(
        created_at=unit.now,
        account_id=account_id,
        name=name,
        token_digest=digest_of(token),
        scopes=sorted(set(scopes)),
        expires_at=unit.now + timedelta(days=days),
        last_used_at=None,
        revoked_at=None,
    )
    unit.session.add(row)
    await unit.session.flush()
    facts = {"scopes": " ".join(row.scopes), "expires_at": row.expires_at.isoformat()}
    unit.record("api-token.create", "api-token", row.id, person=unit.actor.person, **facts)
    return row, token


def living_tokens(unit: Unit, account_id: UUID) -> Select[ApiTokenRow]:
    """Those that count."""
    return select(ApiTokenRow).where(
        ApiTokenRow.account_id == account_id, ApiTokenRow.revoked_at.is_(None), ApiTokenRow.expires_at > unit.now
    )


async def revoke_token(unit: Unit, account_id: UUID, token_id: UUID) -> None:
    """Raises NotFound for what is no valid token of the account."""
    row = await unit.session.scalar(living_tokens(unit, account_id).where(ApiTokenRow.id == token_id).with_for_update())
    if row is None:
        raise NotFound()
    row.revoked_at = unit.now
    await unit.session.flush()
    unit.record("api-token.revoke", "api-token", row.id, person=unit.actor.person)
