"""Signing in and out, and everything that is one's own: sessions, password, second factor, API tokens."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from litestar import Litestar, Response, Router, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.access import recovery, second_factor, tokens
from api.domains.access import sessions as signing
from api.domains.access.authentication import (
    browser_cookie,
    caller_of,
    find_session,
    session_cookie,
    signed_in,
)
from api.domains.access.digests import csrf_token
from api.domains.access.errors import (
    SecondFactorAbsent,
    SecondFactorMandatory,
    SecondFactorPresent,
    SecondFactorRefused,
    SessionNeeded,
    SignInFailed,
    TemporaryAccount,
    TokenNotValid,
    TooManyTokens,
)
from api.domains.access.guards import (
    OWN_ACCESS,
    PASSWORD_RESET,
    SECOND_FACTOR_GIVE,
    SESSION_END,
    SESSION_READ,
    SIGN_IN,
)
from api.domains.access.models import ApiTokenRow, SessionRow
from api.domains.access.rules import IDLE, KNOWN_BROWSER_LIVES, needs_second_factor
from api.domains.access.schemas import (
    ApiTokenIn,
    ApiTokenMade,
    ApiTokenOut,
    CodeIn,
    PasswordChangeIn,
    PasswordIn,
    PasswordWasSet,
    RecoveryCodes,
    ResetIn,
    RoleShown,
    SecondFactorPrepared,
    SecondFactorState,
    SessionListed,
    SessionOut,
    SignInIn,
    TokenScopes,
    TokenUse,
)
from api.domains.access.sessions import Opened
from api.domains.people.service import roles_of
from api.errors import FieldError, InvalidFields, NotFound, SignInNeeded, TooManyRequests, Unavailable
from api.http.exchange import Answer, Exchange, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.identity import Actor, Method
from api.policy import Action
from api.settings import Settings
from api.unit import Unit

# Signing in and out


@get(policy=SESSION_READ, operation_id="get_session", tags=["access"])
async def show_session(exchange: TheExchange) -> Response[SessionOut]:
    """Who the service takes you for, what is still to be done, and the token that has to be sent with every change."""
    async with exchange.reading() as unit:
        unit.require(SESSION_READ)
    return Response(_show_current(exchange))


@post(
    policy=SIGN_IN,
    problems=(SignInFailed, InvalidFields, TooManyRequests, Unavailable),
    operation_id="sign_in",
    tags=["access"],
    status_code=201,
    proves_itself=True,
)
async def sign_in(data: JSONBody[SignInIn], exchange: TheExchange) -> Response[SessionOut]:
    """Opens a session and sets its cookie; a session that this browser had ends.

    Unknown login, wrong password and ended account get one and the same answer. After several failures one has to wait,
    longer each time; a browser in which the account has been signed in before waits for its own failures alone. When
    `next_step` is `give-second-factor`, nothing else is answered until a code was sent.
    """
    opened = await signing.sign_in(exchange.context, data.login, data.password, _caller(exchange))
    return await _answer_opened(exchange, opened, 201)


@delete(policy=SESSION_END, operation_id="sign_out", tags=["access"], status_code=204)
async def sign_out(exchange: TheExchange) -> Response[None]:
    """Ends this session, also one that lacks its second factor. Nothing happens without one."""
    found = signed_in(exchange.request.scope)
    if found is not None:
        actor = Actor(account=found.account_id, person=found.person_id, method=Method.SESSION)
        async with exchange.context.writing(actor) as unit:
            await signing.end_session(unit, found.account_id, found.session_id)
    response = Response(None, status_code=204)
    _forget(response, exchange.context.settings)
    return response


@post(
    "/second-factor",
    policy=SECOND_FACTOR_GIVE,
    problems=(SignInNeeded, SecondFactorRefused, SecondFactorAbsent, NotFound, InvalidFields, TooManyRequests),
    operation_id="give_second_factor",
    tags=["access"],
    status_code=200,
)
async def give_second_factor(data: JSONBody[CodeIn], exchange: TheExchange) -> Response[SessionOut]:
    """Gives the second factor: a code of the application, or a recovery code. The session goes on under another
    cookie."""
    found = signed_in(exchange.request.scope)
    if found is None:
        raise SignInNeeded()
    opened = await second_factor.give(exchange.context, found, data.code, _caller(exchange).client)
    return await _answer_opened(exchange, opened, 200)


# Sessions


@get(policy=OWN_ACCESS, problems=(SessionNeeded,), operation_id="list_sessions", tags=["access"])
async def list_sessions(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[SessionListed]]:
    """Where you are signed in."""
    async with exchange.reading() as unit:
        account_id = _own_account(unit)
        query = select(SessionRow).where(
            SessionRow.account_id == account_id,
            SessionRow.expires_at > unit.now,
            SessionRow.last_seen_at > unit.now - IDLE,
        )

        def show(row: SessionRow) -> SessionListed:
            return SessionListed(
                id=row.id,
                created_at=row.created_at,
                last_seen_at=row.last_seen_at,
                expires_at=row.expires_at,
                client=row.client,
                is_second_factor_given=row.is_strong,
                is_this=row.id == unit.actor.session,
            )

        return (await page(exchange, unit, query, [SessionRow.id], show, cursor, limit)).response()


@delete(
    "/{session_id:uuid}",
    policy=OWN_ACCESS,
    problems=(NotFound, SessionNeeded),
    operation_id="end_session",
    tags=["access"],
    status_code=204,
)
async def end_session(session_id: FromPath[UUID], exchange: TheExchange) -> Response[None]:
    """Ends one of your sessions, wherever it is."""
    async with exchange.writing() as unit:
        await signing.end_session(unit, _own_account(unit), session_id)
        is_this = session_id == unit.actor.session
    response = Response(None, status_code=204)
    if is_this:
        _forget(response, exchange.context.settings)
    return response


@delete(policy=OWN_ACCESS, problems=(SessionNeeded,), operation_id="end_sessions", tags=["access"], status_code=204)
async def end_sessions(exchange: TheExchange) -> Response[None]:
    """Ends all of your sessions, this one too. API tokens stay."""
    async with exchange.writing() as unit:
        account_id = _own_account(unit)
        await signing.end_sessions(unit, account_id)
        unit.record("session.end-all", "account", account_id, person=unit.actor.person)
    response = Response(None, status_code=204)
    _forget(response, exchange.context.settings)
    return response


# Passwords


@post(
    policy=PASSWORD_RESET,
    problems=(InvalidFields, TooManyRequests),
    operation_id="ask_password_reset",
    tags=["access"],
    status_code=204,
    proves_itself=True,
)
async def ask_password_reset(data: JSONBody[ResetIn], exchange: TheExchange) -> Response[None]:
    """Has a mail sent with a token that sets a new password, once and within an hour. The answer is the same whether
    there is such an account or not; without a mail, ask technical support or the study office."""
    await recovery.ask_reset(exchange.context, data.login, _caller(exchange))
    return Response(None, status_code=204)


@post(
    "/use",
    policy=PASSWORD_RESET,
    problems=(TokenNotValid, InvalidFields, TooManyRequests, Unavailable),
    operation_id="use_password_reset",
    tags=["access"],
    status_code=200,
    proves_itself=True,
)
async def use_password_reset(data: JSONBody[TokenUse], exchange: TheExchange) -> Response[PasswordWasSet]:
    """Sets a password by the token of a mail or of an invitation. All sessions and API tokens of the account end.

    A password has 12 characters or more, of any kind; the login and passwords that everybody tries first are refused,
    and the token stays usable then.
    """
    done = await recovery.use_token(exchange.context, data.token, data.password, _caller(exchange))
    response = Response(PasswordWasSet(login=done.login))
    _set_cookie(
        response, exchange.context.settings, browser_cookie, done.browser, int(KNOWN_BROWSER_LIVES.total_seconds())
    )
    return response


@post(
    policy=OWN_ACCESS,
    problems=(InvalidFields, SessionNeeded, TooManyRequests, Unavailable),
    operation_id="change_password",
    tags=["access"],
    status_code=200,
)
async def change_password(data: JSONBody[PasswordChangeIn], exchange: TheExchange) -> Response[SessionOut]:
    """Changes your password. All your sessions end; this one goes on under a new cookie."""
    await _own(exchange)
    opened = await recovery.change_password(
        exchange.context, exchange.actor, data.password, data.new_password, _caller(exchange).client
    )
    return await _answer_opened(exchange, opened, 200)


# Second factor


@get(policy=OWN_ACCESS, problems=(SessionNeeded,), operation_id="get_second_factor", tags=["access"])
async def show_second_factor(exchange: TheExchange) -> Response[SecondFactorState]:
    """Whether you have a second factor, and whether you must."""
    async with exchange.reading() as unit:
        account_id = _own_account(unit)
        assert unit.actor.person is not None
        roles = await roles_of(unit.session, unit.actor.person, unit.today)
        return Response(
            SecondFactorState(
                is_set_up=await second_factor.has_second_factor(unit, account_id),
                is_mandatory=needs_second_factor(roles, is_production=unit.settings.is_production),
                recovery_codes_left=await second_factor.count_codes(unit, account_id),
            )
        )


@post(
    policy=OWN_ACCESS,
    problems=(InvalidFields, SecondFactorPresent, SessionNeeded, TooManyRequests, Unavailable),
    operation_id="prepare_second_factor",
    tags=["access"],
    status_code=201,
)
async def prepare_second_factor(data: JSONBody[PasswordIn], exchange: TheExchange) -> Response[SecondFactorPrepared]:
    """Begins to set up a second factor; asks for the password again. Put the secret into an authenticator application,
    then send one of its codes to `/v1/second-factor/confirm`; until then nothing changes."""
    await _own(exchange)
    await second_factor.confirm_password(exchange.context, exchange.actor, data.password)
    async with exchange.writing() as unit:
        _own_account(unit)
        made = await second_factor.prepare(unit)
    return Response(SecondFactorPrepared(secret=made.secret, uri=made.uri), status_code=201)


@post(
    "/confirm",
    policy=OWN_ACCESS,
    problems=(
        *(InvalidFields, SecondFactorAbsent, SecondFactorPresent, SecondFactorRefused, SessionNeeded),
        TooManyRequests,
    ),
    operation_id="confirm_second_factor",
    tags=["access"],
    status_code=200,
)
async def confirm_second_factor(data: JSONBody[CodeIn], exchange: TheExchange) -> Response[RecoveryCodes]:
    """Makes the second factor count. Your other sessions end, this one goes on under a new cookie (ask `/v1/session`
    for its token), and you get ten recovery codes, shown this once."""
    await _own(exchange)
    opened, codes = await second_factor.confirm(exchange.context, exchange.actor, data.code, _caller(exchange).client)
    response = Response(RecoveryCodes(recovery_codes=codes))
    _keep(response, exchange.context.settings, opened)
    return response


@post(
    "/recovery-codes",
    policy=OWN_ACCESS,
    problems=(InvalidFields, SecondFactorAbsent, SessionNeeded, TooManyRequests, Unavailable),
    operation_id="renew_recovery_codes",
    tags=["access"],
    status_code=201,
)
async def renew_recovery_codes(data: JSONBody[PasswordIn], exchange: TheExchange) -> Response[RecoveryCodes]:
    """Ten new recovery codes; the old ones are worth nothing any more. Asks for the password again."""
    await _own(exchange)
    await second_factor.confirm_password(exchange.context, exchange.actor, data.password)
    async with exchange.writing() as unit:
        _own_account(unit)
        codes = await second_factor.renew_codes(unit)
    return Response(RecoveryCodes(recovery_codes=codes), status_code=201)


@post(
    "/remove",
    policy=OWN_ACCESS,
    problems=(InvalidFields, SecondFactorAbsent, SecondFactorMandatory, SessionNeeded, TooManyRequests, Unavailable),
    operation_id="remove_second_factor",
    tags=["access"],
    status_code=200,
)
async def remove_second_factor(data: JSONBody[PasswordIn], exchange: TheExchange) -> Response[SecondFactorState]:
    """Removes your second factor, e.g. to move to another telephone; asks for the password again. Staff cannot be
    without one: an administrator removes it, and they set up a new one."""
    await _own(exchange)
    await second_factor.confirm_password(exchange.context, exchange.actor, data.password)
    async with exchange.writing() as unit:
        _own_account(unit)
        await second_factor.remove_own(unit)
    return Response(SecondFactorState(is_set_up=False, is_mandatory=False, recovery_codes_left=0))


# API tokens


@get(policy=OWN_ACCESS, problems=(SessionNeeded,), operation_id="list_api_tokens", tags=["access"])
async def list_api_tokens(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ApiTokenOut]]:
    """Your tokens that are valid. The tokens themselves are never shown again."""
    async with exchange.reading() as unit:
        query = tokens.living_tokens(unit, _own_account(unit))
        return (await page(exchange, unit, query, [ApiTokenRow.id], _show_token, cursor, limit)).response()


@post(
    policy=OWN_ACCESS,
    problems=(InvalidFields, SessionNeeded, TemporaryAccount, TooManyTokens),
    operation_id="create_api_token",
    tags=["access"],
    status_code=201,
)
async def create_api_token(data: JSONBody[ApiTokenIn], exchange: TheExchange) -> Response[ApiTokenMade]:
    """A token with which a program acts in your name: within these scopes, and never beyond what you may yourself at
    that moment. It is shown this once. Not repeatable with Idempotency-Key, because no answer with a secret is kept."""
    known = token_scopes(exchange.request.app)
    unknown = [at for at, scope in enumerate(data.scopes) if scope not in known]
    if unknown:
        raise InvalidFields(fields=[FieldError(f"/scopes/{at}", "unknown-value", {}) for at in unknown])
    async with exchange.writing() as unit:
        _own_account(unit)
        row, token = await tokens.create_token(unit, data.name, data.scopes, data.days)
    shown = _show_token(row)
    return Answer(
        ApiTokenMade(
            token=token,
            id=shown.id,
            name=shown.name,
            scopes=shown.scopes,
            created_at=shown.created_at,
            expires_at=shown.expires_at,
            last_used_at=shown.last_used_at,
        ),
        201,
    ).response()


@delete(
    "/{token_id:uuid}",
    policy=OWN_ACCESS,
    problems=(NotFound, SessionNeeded),
    operation_id="revoke_api_token",
    tags=["access"],
    status_code=204,
)
async def revoke_api_token(token_id: FromPath[UUID], exchange: TheExchange) -> Response[None]:
    """Ends one of your tokens at once."""
    async with exchange.writing() as unit:
        await tokens.revoke_token(unit, _own_account(unit), token_id)
    return Response(None, status_code=204)


@get("/scopes", policy=SESSION_READ, operation_id="list_token_scopes", tags=["access"])
async def list_token_scopes(exchange: TheExchange) -> Response[TokenScopes]:
    """What a token can be allowed."""
    async with exchange.reading() as unit:
        unit.require(SESSION_READ)
    return Response(TokenScopes(scopes=sorted(token_scopes(exchange.request.app))))


def token_scopes(app: Litestar) -> frozenset[str]:
    """The scopes that the routes' actions ask for."""
    handlers: Iterable[Any] = (one for route in app.routes for one in getattr(route, "route_handlers", ()))
    policies = (one.opt.get("policy") for one in handlers if isinstance(one, HTTPRouteHandler))
    return frozenset(one.token_scope for one in policies if isinstance(one, Action)) - {""}


# What they share


def _caller(exchange: Exchange) -> signing.Caller:
    return caller_of(exchange.request.scope, exchange.context.settings)


def _own_account(unit: Unit) -> UUID:
    """Asks the policy; the account of who has signed in. Raises SessionNeeded for a program."""
    if unit.actor.method is Method.TOKEN:
        unit.asked = True
        raise SessionNeeded()
    unit.require(OWN_ACCESS)
    if unit.actor.account is None:
        raise SignInNeeded()
    return unit.actor.account


async def _own(exchange: Exchange) -> None:
    async with exchange.reading() as unit:
        _own_account(unit)


async def _answer_opened(exchange: Exchange, opened: Opened, status: int) -> Response[SessionOut]:
    found = await find_session(exchange.context, opened.token)
    if found is None:  # the account was ended at this very moment
        raise SignInNeeded()
    exchange.request.scope["state"]["signed_in"] = found
    content = _show_session(exchange, found.actor, opened.token)
    response = Response(content, status_code=status)
    _keep(response, exchange.context.settings, opened)
    return response


def _show_current(exchange: Exchange) -> SessionOut:
    return _show_session(exchange, exchange.actor, _caller(exchange).session_token)


def _show_session(exchange: Exchange, actor: Actor, token: str) -> SessionOut:
    found = signed_in(exchange.request.scope)
    return SessionOut(
        is_signed_in=actor.is_signed_in,
        next_step=found.next_step if found else None,
        withheld_roles=list(found.withheld) if found else [],
        csrf_token=csrf_token(token) if found else None,
        session_id=found.session_id if found else None,
        account_id=actor.account,
        person_id=actor.person,
        account_kind=actor.kind if actor.is_signed_in else None,
        is_second_factor_given=actor.is_strong,
        roles=[RoleShown(role=one.role, scope=one.scope, ids=sorted(one.ids)) for one in actor.roles],
        expires_at=found.expires_at if found else None,
        idle_minutes=int(IDLE.total_seconds()) // 60 if found else None,
        token_scopes=sorted(actor.token_scopes),
    )


def _show_token(row: ApiTokenRow) -> ApiTokenOut:
    return ApiTokenOut(
        id=row.id,
        name=row.name,
        scopes=[str(one) for one in row.scopes],
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def _keep(response: Response[Any], settings: Settings, opened: Opened) -> None:
    """Without Max-Age the browser forgets the session when it is closed: people share computers."""
    _set_cookie(response, settings, session_cookie, opened.token, None)
    lives = int(KNOWN_BROWSER_LIVES.total_seconds())
    _set_cookie(response, settings, browser_cookie, opened.browser, lives)


def _forget(response: Response[Any], settings: Settings) -> None:
    _set_cookie(response, settings, session_cookie, "", 0)


def _set_cookie(response: Response[Any], settings: Settings, name: Any, value: str, max_age: int | None) -> None:
    response.set_cookie(
        key=name(settings),
        value=value,
        max_age=max_age,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


routers: Sequence[Router] = (
    Router("/v1/session", route_handlers=[show_session, sign_in, sign_out, give_second_factor]),
    Router("/v1/sessions", route_handlers=[list_sessions, end_session, end_sessions]),
    Router("/v1/password-resets", route_handlers=[ask_password_reset, use_password_reset]),
    Router("/v1/password", route_handlers=[change_password]),
    Router(
        "/v1/second-factor",
        route_handlers=[
            show_second_factor,
            prepare_second_factor,
            confirm_second_factor,
            renew_recovery_codes,
            remove_second_factor,
        ],
    ),
    Router("/v1/api-tokens", route_handlers=[list_api_tokens, create_api_token, revoke_api_token, list_token_scopes]),
)
