"""How a request gets its actor: from a browser's session or a program's token, with two readings of the database.

What has expired counts as expired by the clock. A cookie alone moves nothing: with it, a request that changes
something must come from a page of ours and carry the session's token (CSRF). A token in `Authorization` is never sent
by a browser of itself and needs neither.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final, cast
from uuid import UUID

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from sqlalchemy import Row, Table, bindparam, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.domains.access.digests import csrf_token, digest_of
from api.domains.access.errors import CrossSiteRequest
from api.domains.access.models import AccountRow, ApiTokenRow, SessionRow, TotpRow
from api.domains.access.rules import (
    SEEN_EVERY,
    NextStep,
    granted_roles,
    is_open,
    is_own_origin,
    is_session_alive,
    needs_second_factor,
    origin_of,
)
from api.domains.access.sessions import Caller
from api.domains.people.service import roles_of
from api.errors import SignInNeeded
from api.identity import VISITOR, AccountKind, Actor, HeldRole, Method, Role
from api.settings import Settings
from api.unit import Context, Unit

LOG: Final = logging.getLogger("jetki.api")
OPEN: Final = "proves_itself"
"""Option of routes to which nobody's cookie matters, because the request itself proves who asks: signing in, resets."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_STATE: Final = "signed_in"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is alive, and what it lacks. While the second factor of the account is to be given, the actor is a
    visitor: a password alone opens nothing."""

    session_id: UUID
    account_id: UUID
    person_id: UUID
    expires_at: datetime
    next_step: NextStep | None
    withheld: tuple[Role, ...]
    actor: Actor
    last_seen_at: datetime


def session_cookie(settings: Settings) -> str:
    """The cookie's name. `__Host-` (RFC 6265bis, 4.1.3.2) lets no other host of the domain set it, and needs Secure."""
    return "__Host-jetki" if settings.secure_cookies else "jetki"


def browser_cookie(settings: Settings) -> str:
    return "__Host-jetki-known" if settings.secure_cookies else "jetki-known"


def signed_in(scope: Any) -> SignedIn | None:
    """The session of a request, also one that still lacks its second factor."""
    found = scope["state"].get(_STATE)
    return found if isinstance(found, SignedIn) else None


def caller_of(scope: Any, settings: Settings) -> Caller:
    headers = Headers.from_scope(scope)
    cookies = _cookies(headers)
    client = "".join(one for one in headers.get("user-agent", "") if one.isprintable())[:200]
    return Caller(
        address=scope["state"]["address"],
        client=client,
        browser=cookies.get(browser_cookie(settings), ""),
        session_token=cookies.get(session_cookie(settings), ""),
    )


class Authentication:
    """The middleware of one application."""

    def __init__(self, context: Context) -> None:
        self._context = context
        settings = context.settings
        self._origins = frozenset({*settings.origins, origin_of(settings.public_url)})
        self._cookie = session_cookie(settings)
        self._noting: set[UUID] = set()

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def authenticate(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or "user" in scope:
                await app(scope, receive, send)
                return
            seen = await self._identify(scope)
            await app(scope, receive, send)
            if seen is not None:  # the answer is out: nobody waits for this
                await self._note(*seen)

        return authenticate

    async def _identify(self, scope: HTTPScope) -> tuple[type[SessionRow] | type[ApiTokenRow], UUID] | None:
        """Sets the actor; gives what was used, when that should be noted. Raises SignInNeeded, CrossSiteRequest."""
        headers = Headers.from_scope(scope)
        scope["user"] = VISITOR
        token = _bearer(headers)
        if token is not None:
            return await self._by_token(scope, token)
        is_ours = is_own_origin(
            headers.get("origin"),
            headers.get("sec-fetch-site"),
            headers.get("host", ""),
            self._origins,
            is_production=self._context.settings.is_production,
        )
        is_safe = scope["method"] in _SAFE
        if not is_safe and scope["route_handler"].opt.get(OPEN):
            if is_ours is False:  # somebody else's page would sign its visitor in as somebody else
                raise CrossSiteRequest()
            return None
        secret = _cookies(headers).get(self._cookie)
        if not secret:
            return None
        found = await find_session(self._context, secret)
        if found is None:
            return None
        sent = headers.get("x-csrf-token", "")
        if not is_safe and not (is_ours and compare_digest(sent.encode(), csrf_token(secret).encode())):
            raise CrossSiteRequest()
        scope["state"][_STATE] = found
        scope["user"] = found.actor
        is_due = self._context.clock.now() - found.last_seen_at >= SEEN_EVERY
        return (SessionRow, found.session_id) if is_due else None

    async def _by_token(self, scope: HTTPScope, token: str) -> tuple[type[ApiTokenRow], UUID] | None:
        found = await _find_token(self._context, token)
        if found is None:
            raise SignInNeeded()
        row, scope["user"] = found
        is_due = row.last_used_at is None or self._context.clock.now() - row.last_used_at >= SEEN_EVERY
        return (ApiTokenRow, row.id) if is_due else None

    async def _note(self, table: type[SessionRow] | type[ApiTokenRow], id_: UUID) -> None:
        """That it was in use: at most once in some minutes, and never in anybody's way."""
        if id_ in self._noting:
            return
        self._noting.add(id_)
        now = self._context.clock.now()
        change = (
            update(SessionRow)
            .where(SessionRow.id == id_, SessionRow.last_seen_at <= now - SEEN_EVERY)
            .values(last_seen_at=now)
            if table is SessionRow
            else update(ApiTokenRow)
            .where(
                ApiTokenRow.id == id_,
                or_(ApiTokenRow.last_used_at.is_(None), ApiTokenRow.last_used_at <= now - SEEN_EVERY),
            )
            .values(last_used_at=now)
        )
        try:
            await self._context.database.carry_out(change)
        except (SQLAlchemyError, OSError) as fault:
            LOG.warning("that a session is in use was not noted", extra={"cause": type(fault).__name__})
        finally:
            self._noting.discard(id_)


# Asked with every request: of columns, which spares the work on objects.
_ACCOUNTS: Final = cast(Table, AccountRow.__table__).c
_SESSIONS: Final = cast(Table, SessionRow.__table__).c
_TOKENS: Final = cast(Table, ApiTokenRow.__table__).c
_FACTORS: Final = cast(Table, TotpRow.__table__).c
_OF_ACCOUNT: Final = (
    *(_ACCOUNTS.id.label("account_id"), _ACCOUNTS.person_id, _ACCOUNTS.kind, _ACCOUNTS.ended_at, _ACCOUNTS.valid_until),
    _FACTORS.confirmed_at,
)
_SESSION_BY_DIGEST: Final = (
    select(_SESSIONS.id, _SESSIONS.expires_at, _SESSIONS.last_seen_at, _SESSIONS.is_strong, *_OF_ACCOUNT)
    .join_from(SessionRow.__table__, AccountRow.__table__, _ACCOUNTS.id == _SESSIONS.account_id)
    .outerjoin(TotpRow.__table__, _FACTORS.account_id == _ACCOUNTS.id)
    .where(_SESSIONS.token_digest == bindparam("digest"))
)
_TOKEN_BY_DIGEST: Final = (
    select(
        *(_TOKENS.id, _TOKENS.expires_at, _TOKENS.revoked_at, _TOKENS.last_used_at, _TOKENS.scopes),
        *_OF_ACCOUNT,
    )
    .join_from(ApiTokenRow.__table__, AccountRow.__table__, _ACCOUNTS.id == _TOKENS.account_id)
    .outerjoin(TotpRow.__table__, _FACTORS.account_id == _ACCOUNTS.id)
    .where(_TOKENS.token_digest == bindparam("digest"))
)


async def find_session(context: Context, token: str) -> SignedIn | None:
    """The session that a browser shows, with the roles of today. None when it does not count, whatever the reason."""
    async with context.database.glancing() as connection:
        row = (await connection.execute(_SESSION_BY_DIGEST, {"digest": digest_of(token)})).one_or_none()
        if row is None:
            return None
        now = context.clock.now()
        if not is_session_alive(row.expires_at, row.last_seen_at, now):
            return None
        if not is_open(row.ended_at, row.valid_until, now):
            return None
        common = (row.id, row.account_id, row.person_id, row.expires_at)
        has_one = row.confirmed_at is not None
        if has_one and not row.is_strong:
            return SignedIn(*common, NextStep.GIVE_SECOND_FACTOR, (), VISITOR, row.last_seen_at)
        roles = await _roles(connection, context, row.person_id)
    actor = _actor(context.settings, row.account_id, row, roles, has_second_factor=has_one)
    actor = replace(actor, method=Method.SESSION, session=row.id, is_strong=row.is_strong)
    kept = {held.role for held in actor.roles}
    is_lacking = (
        not has_one
        and actor.kind is AccountKind.PERMANENT
        and needs_second_factor(roles, is_production=context.settings.is_production)
    )
    withheld = tuple(sorted({held.role for held in roles} - kept)) if is_lacking else ()
    return SignedIn(*common, NextStep.SET_UP_SECOND_FACTOR if is_lacking else None, withheld, actor, row.last_seen_at)


async def _find_token(context: Context, token: str) -> tuple[Row[*tuple[Any, ...]], Actor] | None:
    async with context.database.glancing() as connection:
        row = (await connection.execute(_TOKEN_BY_DIGEST, {"digest": digest_of(token)})).one_or_none()
        if row is None:
            return None
        now = context.clock.now()
        if row.revoked_at is not None or row.expires_at <= now:
            return None
        if not is_open(row.ended_at, row.valid_until, now) or row.kind == AccountKind.TEMPORARY:
            return None
        roles = await _roles(connection, context, row.person_id)
    actor = _actor(context.settings, row.account_id, row, roles, has_second_factor=row.confirmed_at is not None)
    return row, replace(actor, method=Method.TOKEN, token_scopes=frozenset(row.scopes))


async def find_actor(unit: Unit, account_id: UUID) -> Actor:
    """What the account's person may be now, without having signed in; a visitor when the account lets nobody in. For
    what goes on in somebody's name, e.g. webhooks."""
    row = (
        await unit.session.execute(
            select(AccountRow, TotpRow.confirmed_at)
            .outerjoin(TotpRow, TotpRow.account_id == AccountRow.id)
            .where(AccountRow.id == account_id)
        )
    ).one_or_none()
    if row is None or not is_open(row[0].ended_at, row[0].valid_until, unit.now):
        return VISITOR
    account, confirmed_at = row
    roles = await roles_of(unit.session, account.person_id, unit.today)
    actor = _actor(unit.settings, account.id, account, roles, has_second_factor=confirmed_at is not None)
    return replace(actor, method=Method.SESSION)


async def _roles(connection: AsyncConnection, context: Context, person_id: UUID) -> tuple[HeldRole, ...]:
    today = context.clock.now().astimezone(context.settings.time_zone).date()
    return await roles_of(connection, person_id, today)


def _actor(
    settings: Settings, account_id: UUID, account: Any, roles: tuple[HeldRole, ...], *, has_second_factor: bool
) -> Actor:
    kind = AccountKind(account.kind)
    counting = granted_roles(roles, kind, has_second_factor=has_second_factor, is_production=settings.is_production)
    return Actor(account_id, account.person_id, kind, counting)


def _bearer(headers: Headers) -> str | None:
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else None


def _cookies(headers: Headers) -> dict[str, str]:
    """By name; of two with one name the first, as browsers send the one of the longer path first."""
    found: dict[str, str] = {}
    for pair in headers.get("cookie", "").split(";"):
        name, separator, value = pair.strip().partition("=")
        if separator:
            found.setdefault(name, value)
    return found
