"""Accounts, for those who keep them. What is one's own stands in `session_routes.py`."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import select

from api.domains.access import accounts, recovery, second_factor, session_routes
from api.domains.access.errors import (
    AccountEnded,
    AccountOfStaff,
    AccountPresent,
    LoginTaken,
    OwnAccount,
    SecondFactorAbsent,
)
from api.domains.access.guards import (
    ACCOUNT_HAND_OVER,
    ACCOUNT_READ,
    ACCOUNT_WRITE,
    STAFF_ACCOUNT_WRITE,
)
from api.domains.access.models import AccountRow
from api.domains.access.rules import INVITATION_LIVES
from api.domains.access.schemas import AccountChange, AccountEnd, AccountIn, AccountOut, HandedInvitation
from api.errors import InvalidFields, NotFound, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.identity import AccountKind
from api.unit import Unit


@get(policy=ACCOUNT_READ, operation_id="list_accounts", tags=["accounts"])
async def list_accounts(
    exchange: TheExchange,
    person_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[AccountOut]]:
    """All accounts in the order in which they were made, or those of one person. For the study office and
    administrators."""
    async with exchange.reading() as unit:
        unit.require(ACCOUNT_READ)
        query = select(AccountRow)
        if person_id is not None:
            query = query.where(AccountRow.person_id == person_id)
        return (await page(exchange, unit, query, [AccountRow.id], _show, cursor, limit)).response()


@post(
    policy=ACCOUNT_WRITE,
    idempotent=True,
    problems=(InvalidFields, LoginTaken, AccountPresent, AccountOfStaff),
    operation_id="create_account",
    tags=["accounts"],
    status_code=201,
)
async def create_account(data: JSONBody[AccountIn], exchange: TheExchange) -> Response[AccountOut]:
    """Opens an account for a person, who gets an invitation by mail and sets the password by it. Students and
    instructors get theirs by themselves when they are admitted or assigned; a temporary one, for incoming students, is
    opened here and has an end (clause 8.2 b)."""

    async def work(unit: Unit) -> Answer:
        unit.require(ACCOUNT_WRITE)
        kind = AccountKind(data.kind)
        row = await accounts.create_account(unit, data.person_id, data.login, kind, data.valid_until)
        return tagged(_show(row), row.version, 201)

    return await exchange.once(work)


@get(
    "/{account_id:uuid}",
    policy=ACCOUNT_READ,
    versioned=True,
    problems=(NotFound,),
    operation_id="get_account",
    tags=["accounts"],
)
async def show_account(account_id: FromPath[UUID], exchange: TheExchange) -> Response[AccountOut]:
    """One account, with its entity tag."""
    async with exchange.reading() as unit:
        unit.require(ACCOUNT_READ)
        row = await unit.session.get(AccountRow, account_id)
        if row is None:
            raise NotFound()
        return tagged(_show(row), row.version).response()


@patch(
    "/{account_id:uuid}",
    policy=ACCOUNT_WRITE,
    versioned=True,
    problems=(NotFound, InvalidFields, VersionNeeded, StaleVersion, AccountEnded, AccountOfStaff, OwnAccount),
    operation_id="change_account",
    tags=["accounts"],
)
async def change_account(
    account_id: FromPath[UUID], data: JSONBody[AccountChange], exchange: TheExchange
) -> Response[AccountOut]:
    """Changes until when the account lets in, null for without end; a temporary one keeps an end. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.require(ACCOUNT_WRITE)
        row = await accounts.account_to_change(unit, account_id)
        exchange.check_version(row.version)
        await accounts.change_end(unit, row, data.valid_until)
        return tagged(_show(row), row.version).response()


@post(
    "/{account_id:uuid}/end",
    policy=ACCOUNT_WRITE,
    idempotent=True,
    problems=(NotFound, InvalidFields, AccountEnded, AccountOfStaff, OwnAccount),
    operation_id="end_account",
    tags=["accounts"],
    status_code=200,
)
async def end_account(
    account_id: FromPath[UUID], data: JSONBody[AccountEnd], exchange: TheExchange
) -> Response[AccountOut]:
    """Ends an account for good: sessions, API tokens, reset tokens and webhooks of it stop at once. The person may get
    another one, with another login."""

    async def work(unit: Unit) -> Answer:
        unit.require(ACCOUNT_WRITE)
        row = await accounts.account_to_change(unit, account_id)
        await accounts.end_account(unit, row, data.reason)
        return tagged(_show(row), row.version)

    return await exchange.once(work)


@post(
    "/{account_id:uuid}/invite",
    policy=ACCOUNT_WRITE,
    problems=(NotFound, AccountEnded, AccountOfStaff),
    operation_id="invite_account",
    tags=["accounts"],
    status_code=204,
)
async def invite_account(account_id: FromPath[UUID], exchange: TheExchange) -> Response[None]:
    """Sends the invitation again; those before are worth nothing any more."""
    async with exchange.writing() as unit:
        unit.require(ACCOUNT_WRITE)
        await accounts.invite(unit, await accounts.account_to_change(unit, account_id))
    return Response(None, status_code=204)


@post(
    "/{account_id:uuid}/hand-over",
    policy=ACCOUNT_HAND_OVER,
    problems=(NotFound, AccountEnded, AccountOfStaff),
    operation_id="hand_over_account",
    tags=["accounts"],
    status_code=201,
)
async def hand_over_account(account_id: FromPath[UUID], exchange: TheExchange) -> Response[HandedInvitation]:
    """An invitation to be given to the person on paper, for people without e-mail. Whoever has it sets the password:
    look at a document first. The log keeps who asked for it. Never by an API token."""
    async with exchange.writing() as unit:
        unit.require(ACCOUNT_HAND_OVER)
        row = await accounts.account_to_change(unit, account_id)
        accounts.refuse_closed(unit, row)
        token = await recovery.hand_token(unit, row)
        return Response(HandedInvitation(login=row.login, token=token, days=INVITATION_LIVES.days), status_code=201)


@post(
    "/{account_id:uuid}/remove-second-factor",
    policy=STAFF_ACCOUNT_WRITE,
    problems=(NotFound, SecondFactorAbsent),
    operation_id="remove_second_factor_of",
    tags=["accounts"],
    status_code=204,
)
async def remove_second_factor_of(account_id: FromPath[UUID], exchange: TheExchange) -> Response[None]:
    """For who has lost the telephone and the recovery codes. Sessions and API tokens of the account end. For
    administrators; look at a document first."""
    async with exchange.writing() as unit:
        unit.require(STAFF_ACCOUNT_WRITE)
        row = await accounts.account_to_change(unit, account_id)
        await second_factor.remove(unit, row.id, row.person_id)
    return Response(None, status_code=204)


def _show(row: AccountRow) -> AccountOut:
    return AccountOut(
        id=row.id,
        person_id=row.person_id,
        login=row.login,
        kind=row.kind,  # type: ignore[arg-type]  # the column is checked
        created_at=row.created_at,
        valid_until=row.valid_until,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        has_password=row.password_hash is not None,
        version=row.version,
    )


routers: Sequence[Router] = (
    *session_routes.routers,
    Router(
        "/v1/accounts",
        route_handlers=[
            list_accounts,
            create_account,
            show_account,
            change_account,
            end_account,
            invite_account,
            hand_over_account,
            remove_second_factor_of,
        ],
    ),
)
