"""Routes of roles: who holds which where; given and ended."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.people import places, roles
from api.domains.people.errors import (
    LastAdministrator,
    OwnRights,
    RoleFollows,
    RoleIsOver,
    RoleNotYours,
    UnitClosed,
)
from api.domains.people.guards import (
    PERSON_SEE,
    ROLE_GIVE_ANY,
    ROLES_READ,
    UNIT_READ,
)
from api.domains.people.models import RoleAssignmentRow
from api.domains.people.routing.persons import find_person
from api.domains.people.routing.units import find_unit
from api.domains.people.rules import Grant, Source, is_in_force
from api.domains.people.schemas import (
    RoleEnd,
    RoleIn,
    RoleOut,
)
from api.errors import invalid
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.identity import Role, Scope
from api.policy import place
from api.unit import Unit


@get("/{person_id:uuid}/roles", policy=ROLES_READ, operation_id="list_roles_of_person", tags=["roles"])
async def list_roles_of_person(
    person_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RoleOut]]:
    """All roles that a person holds, will hold and has held."""
    async with exchange.reading() as unit:
        unit.require(ROLES_READ, await places.place_of_person(unit, person_id), seen_by=PERSON_SEE)
        await find_person(unit, person_id)
        query = select(RoleAssignmentRow).where(RoleAssignmentRow.person_id == person_id)
        answer = await page(
            exchange, unit, query, [RoleAssignmentRow.id], lambda row: _show_role(unit, row), cursor, limit
        )
        return answer.response()


@post(
    "/{person_id:uuid}/roles",
    policy=ROLE_GIVE_ANY,
    idempotent=True,
    problems=(OwnRights, RoleNotYours, RoleFollows, UnitClosed),
    operation_id="give_role",
    tags=["roles"],
)
async def give_role(person_id: FromPath[UUID], data: JSONBody[RoleIn], exchange: TheExchange) -> Response[RoleOut]:
    """Gives a person a role. Administrators give every role that does not follow from teaching or admission; a dean's
    office makes department heads and members of commissions in its own units, the registry members of councils.
    Nobody gives themselves anything."""

    async def work(unit: Unit) -> Answer:
        unit.reach(ROLE_GIVE_ANY)
        unit.require(PERSON_SEE, await places.place_of_person(unit, person_id))
        await find_person(unit, person_id)
        if data.ends_on is not None and data.ends_on < data.starts_on:
            raise invalid("/ends_on", "end-before-start")
        try:
            grant = Grant(
                person_id,
                data.role,
                Scope(data.scope),
                data.scope_id,
                data.starts_on,
                data.ends_on,
                Source.ASSIGNED,
            )
        except ValueError:
            raise invalid("/scope", "no-such-scope", role=data.role) from None
        row = await unit.session.get_one(RoleAssignmentRow, await roles.give_role(unit, grant))
        return Answer(_show_role(unit, row), 201)

    return await exchange.once(work)


@post(
    "/{assignment_id:uuid}/end",
    policy=ROLE_GIVE_ANY,
    idempotent=True,
    problems=(RoleNotYours, RoleFollows, RoleIsOver, LastAdministrator),
    operation_id="end_role",
    tags=["roles"],
    status_code=200,
)
async def end_role(assignment_id: FromPath[UUID], data: JSONBody[RoleEnd], exchange: TheExchange) -> Response[RoleOut]:
    """Takes a role away, at once or after a day, with the reason. Whoever may give the role may take it; the last
    administrator stays. The record of the role is kept."""

    async def work(unit: Unit) -> Answer:
        unit.reach(ROLE_GIVE_ANY)
        if data.ends_on is not None and data.ends_on < unit.today:
            raise invalid("/ends_on", "in-the-past")
        row = await roles.end_assignment(unit, assignment_id, data.ends_on, data.reason)
        return Answer(_show_role(unit, row))

    return await exchange.once(work)


def _show_role(unit: Unit, row: RoleAssignmentRow) -> RoleOut:
    return RoleOut(
        id=row.id,
        person_id=row.person_id,
        role=Role(row.role),
        scope=Scope(row.scope),
        scope_id=row.scope_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        source=Source(row.source),
        is_in_force=is_in_force(row.starts_on, row.ends_on, unit.today),
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )


@get("/{unit_id:uuid}/roles", policy=ROLES_READ, operation_id="list_roles_in_unit", tags=["roles"])
async def list_roles_in_unit(
    unit_id: FromPath[UUID],
    exchange: TheExchange,
    in_force_on: Annotated[
        date | None, QueryParameter(name="in_force_on", description="Only roles of that day")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[RoleOut]]:
    """Who holds which role for exactly this unit: its head, its office, the members of a council."""
    async with exchange.reading() as unit:
        await find_unit(unit, unit_id)
        unit.require(ROLES_READ, place(unit=unit_id), seen_by=UNIT_READ)
        table = RoleAssignmentRow
        query = select(table).where(table.scope == Scope.UNIT, table.scope_id == unit_id)
        if in_force_on is not None:
            query = query.where(roles.in_force(in_force_on))
        answer = await page(exchange, unit, query, [table.id], lambda row: _show_role(unit, row), cursor, limit)
        return answer.response()
