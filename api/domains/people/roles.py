"""Who holds which role where, and since when: given, ended, asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.domains.people.chunks import chunks
from api.domains.people.errors import (
    LastAdministrator,
    OwnRights,
    RoleFollows,
    RoleIsOver,
    RoleNotYours,
    UnitClosed,
)
from api.domains.people.guards import PERSON_SEE, ROLE_GIVE
from api.domains.people.models import RoleAssignmentRow, UnitRow
from api.domains.people.places import place_of_person
from api.domains.people.rules import (
    UNITS_OF_ROLE,
    Grant,
    Source,
    merged_period,
)
from api.domains.people.units import units_above
from api.errors import NotFound, invalid
from api.events import Event
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from api.policy import place
from api.unit import Unit


def in_force(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a role assignment counts on that day."""
    ends_on = RoleAssignmentRow.ends_on
    return and_(RoleAssignmentRow.starts_on <= on, or_(ends_on.is_(None), ends_on >= on))


def _select_held_roles() -> Select[*tuple[Any, ...]]:
    """Of `person_id` on `day`."""
    given, units = cast(Table, RoleAssignmentRow.__table__).c, cast(Table, UnitRow.__table__).c
    day = bindparam("day", type_=Date)
    held = (
        select(given.role, given.scope, given.scope_id)
        .where(
            given.person_id == bindparam("person_id"),
            given.starts_on <= day,
            or_(given.ends_on.is_(None), given.ends_on >= day),
        )
        .distinct()
        .cte("held")
    )
    below = (
        select(held.c.scope_id.label("root"), held.c.scope_id.label("id"))
        .where(held.c.scope == Scope.UNIT)
        .cte("below", recursive=True)
    )
    below = below.union(select(below.c.root, units.id).where(units.parent_id == below.c.id))
    return select(held.c.role, held.c.scope, held.c.scope_id, below.c.id).join_from(
        held, below, and_(held.c.scope == Scope.UNIT, below.c.root == held.c.scope_id), isouter=True
    )


_HELD_ROLES: Final = _select_held_roles()
"""Asked with every request: building it costs more than carrying it out; of columns, which spares the work on
objects."""


async def roles_of(session: AsyncSession | AsyncConnection, person_id: UUID, on: date) -> tuple[HeldRole, ...]:
    """What the person may be, where, on that day, in one query; a role for a unit holds for the units below too."""
    found: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    rows = await session.execute(_HELD_ROLES, {"person_id": person_id, "day": on})
    for role, scope, scope_id, lower_id in rows:
        found[role, scope] |= {id_ for id_ in (scope_id, lower_id) if id_ is not None}
    return tuple(HeldRole(Role(role), Scope(scope), frozenset(ids)) for (role, scope), ids in sorted(found.items()))


async def grant_role(
    unit: Unit,
    person_id: UUID,
    role: Role,
    scope: Scope,
    scope_id: UUID | None,
    starts_on: date,
    ends_on: date | None = None,
    source: Source | str = Source.DERIVED,
    origin: UUID | None = None,
) -> UUID:
    """The id of the assignment by which the person holds the role now; see `rules.Grant`. Raises ValueError for a role
    that is never held for such a scope."""
    (id_,) = await grant_roles(
        unit, [Grant(person_id, role, scope, scope_id, starts_on, ends_on, Source(source), origin)]
    )
    return id_


async def grant_roles(unit: Unit, grants: Sequence[Grant]) -> list[UUID]:
    """The assignments of all of them, in their order. The same again changes nothing: a period that overlaps a stored
    one, or follows it the next day, lengthens it."""
    stored = await _live_assignments(unit, {grant.person_id for grant in grants})
    ids: list[UUID] = []
    fresh: dict[UUID, dict[str, Any]] = {}
    changed: dict[UUID, dict[str, Any]] = {}
    for grant in grants:
        mine = stored[grant.key]
        for known in mine:
            period = merged_period((known.starts_on, known.ends_on), (grant.starts_on, grant.ends_on))
            if period is not None:
                if period != (known.starts_on, known.ends_on):
                    known.starts_on, known.ends_on = period
                    values = {"starts_on": period[0], "ends_on": period[1]}
                    if known.id in fresh:
                        fresh[known.id].update(values)
                    else:
                        changed[known.id] = {"id": known.id, **values}
                ids.append(known.id)
                break
        else:
            id_ = new_id()
            mine.append(_Stored(id_, grant.starts_on, grant.ends_on))
            fresh[id_] = {
                "id": id_,
                "created_at": unit.now,
                "person_id": grant.person_id,
                "role": grant.role,
                "scope": grant.scope,
                "scope_id": grant.scope_id,
                "starts_on": grant.starts_on,
                "ends_on": grant.ends_on,
                "source": grant.source,
                "origin_id": grant.origin,
                "ended_at": None,
            }
            ids.append(id_)
        if grant.source is Source.ASSIGNED:
            _record_role(unit, "role.grant", ids[-1], grant)
    if fresh:
        await unit.session.execute(_INSERT_ROLES, list(fresh.values()))
    if changed:
        await unit.session.execute(update(RoleAssignmentRow), list(changed.values()))
    return ids


async def end_role(
    unit: Unit,
    person_id: UUID,
    role: Role,
    scope: Scope,
    scope_id: UUID | None,
    ends_on: date | None = None,
    *,
    source: Source | str = Source.DERIVED,
    origin: UUID | None = None,
) -> int:
    """Lets the person's role end: `ends_on` is its last day, None means at once. Gives how many assignments that
    changed; those that end earlier anyway stay as they are. Names the same source and origin as the grant did."""
    last_day = unit.today - timedelta(days=1) if ends_on is None else ends_on
    await _lock_administrators(unit, role)
    rows = (
        await unit.session.scalars(
            select(RoleAssignmentRow)
            .where(
                RoleAssignmentRow.person_id == person_id,
                RoleAssignmentRow.role == role,
                RoleAssignmentRow.scope == scope,
                RoleAssignmentRow.scope_id.is_not_distinct_from(scope_id),
                RoleAssignmentRow.source == Source(source),
                RoleAssignmentRow.origin_id.is_not_distinct_from(origin),
                or_(RoleAssignmentRow.ends_on.is_(None), RoleAssignmentRow.ends_on > last_day),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()
    await _end(unit, rows, last_day)
    return len(rows)


async def end_roles_from(unit: Unit, origin: UUID, ends_on: date | None = None) -> int:
    """Ends every role that follows from `origin`, e.g. when an admission ends. As `end_role`."""
    last_day = unit.today - timedelta(days=1) if ends_on is None else ends_on
    result = await unit.session.execute(
        update(RoleAssignmentRow)
        .where(
            RoleAssignmentRow.origin_id == origin,
            or_(RoleAssignmentRow.ends_on.is_(None), RoleAssignmentRow.ends_on > last_day),
        )
        .values(ends_on=last_day, ended_at=unit.now)
        .returning(RoleAssignmentRow.id)
    )
    return len(result.all())


async def holders_of(
    unit: Unit, role: Role, scope: Scope, scope_id: UUID | None, on: date | None = None
) -> tuple[UUID, ...]:
    """The persons who hold the role for exactly this on that day (today), e.g. the curators of a group."""
    found = await unit.session.scalars(
        select(RoleAssignmentRow.person_id)
        .where(
            RoleAssignmentRow.role == role,
            RoleAssignmentRow.scope == scope,
            RoleAssignmentRow.scope_id.is_not_distinct_from(scope_id),
            in_force(on or unit.today),
        )
        .distinct()
        .order_by(RoleAssignmentRow.person_id)
    )
    return tuple(found)


async def holders_above(unit: Unit, role: Role, unit_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Who holds the role today for one of these units, for a unit above it, or for the whole university: whoever an
    affair of these units concerns."""
    found = set(await holders_of(unit, role, Scope.UNIVERSITY, None))
    above = {one for id_ in unit_ids for one in await units_above(unit, id_)}
    for one in sorted(above):
        found |= set(await holders_of(unit, role, Scope.UNIT, one))
    return frozenset(found)


async def give_role(unit: Unit, grant: Grant) -> UUID:
    """A role given by hand (`Source.ASSIGNED`), by whoever the policy lets.

    Raises OwnRights, RoleFollows, RoleNotYours, UnitClosed, InvalidFields.
    """
    if grant.person_id == unit.actor.person:
        raise OwnRights()
    _require_giver(unit, grant.role, grant.scope, grant.scope_id)
    if grant.scope is Scope.UNIT:
        target = await unit.session.get(UnitRow, grant.scope_id)
        if target is None:
            raise invalid("/scope_id", "no-such-unit")
        if target.closed_on is not None and target.closed_on < max(grant.starts_on, unit.today):
            raise UnitClosed(code=target.code)
        kinds = UNITS_OF_ROLE.get(grant.role)
        if kinds is not None and target.kind not in kinds:
            raise invalid("/scope_id", "wrong-kind-of-unit", kinds=sorted(kinds))
    (id_,) = await grant_roles(unit, [grant])
    await unit.emit(Event("role.granted", {"role-assignment": id_}, grant.person_id, {"role": grant.role}))
    return id_


async def end_assignment(unit: Unit, id_: UUID, ends_on: date | None, reason: str) -> RoleAssignmentRow:
    """Takes a role away that was given by hand: `ends_on` is its last day, None means at once. Raises NotFound,
    RoleFollows, RoleNotYours, RoleIsOver, LastAdministrator."""
    role = await unit.session.scalar(select(RoleAssignmentRow.role).where(RoleAssignmentRow.id == id_))
    if role is None:
        raise NotFound()
    await _lock_administrators(unit, Role(role))
    row = await unit.session.get_one(RoleAssignmentRow, id_, with_for_update=True, populate_existing=True)
    unit.require(PERSON_SEE, await place_of_person(unit, row.person_id))
    if row.source != Source.ASSIGNED:
        raise RoleFollows(role=row.role)
    _require_giver(unit, Role(row.role), Scope(row.scope), row.scope_id)
    last_day = unit.today - timedelta(days=1) if ends_on is None else ends_on
    if row.ends_on is not None and row.ends_on <= last_day:
        raise RoleIsOver()
    await _end(unit, [row], last_day)
    row.end_reason = reason
    await unit.session.flush()
    await unit.emit(Event("role.ended", {"role-assignment": id_}, row.person_id, {"role": row.role}))
    return row


def _require_giver(unit: Unit, role: Role, scope: Scope, scope_id: UUID | None) -> None:
    giving = ROLE_GIVE.get(role)
    if giving is None or scope not in {Scope.UNIVERSITY, Scope.UNIT}:
        raise RoleFollows(role=role)
    if not unit.may(giving, place(unit=scope_id)):
        raise RoleNotYours(role=role, scope=scope)


async def _end(unit: Unit, rows: Sequence[RoleAssignmentRow], last_day: date) -> None:
    if any(row.role == Role.ADMINISTRATOR for row in rows):
        await _keep_an_administrator(unit, {row.id for row in rows})
    for row in rows:
        row.ends_on, row.ended_at = last_day, unit.now
        if row.source == Source.ASSIGNED:
            unit.record("role.end", "role-assignment", row.id, person=row.person_id, ends_on=last_day.isoformat())
    await unit.session.flush()


async def _lock_administrators(unit: Unit, ending: Role) -> None:
    """Whoever ends an administrator's role waits for all of them, in one order, before the row itself is locked: two
    could else remove each other, or wait for each other."""
    if ending is Role.ADMINISTRATOR:
        locked = select(RoleAssignmentRow.id).where(_is_lasting_administrator(unit.today))
        await unit.session.execute(locked.order_by(RoleAssignmentRow.id).with_for_update())


async def _keep_an_administrator(unit: Unit, ending: Collection[UUID]) -> None:
    lasting = await unit.session.scalars(select(RoleAssignmentRow.id).where(_is_lasting_administrator(unit.today)))
    if not set(lasting) - set(ending):
        raise LastAdministrator()


def _is_lasting_administrator(on: date) -> ColumnElement[bool]:
    table = RoleAssignmentRow
    return and_(table.role == Role.ADMINISTRATOR, table.starts_on <= on, table.ends_on.is_(None))


def _record_role(unit: Unit, what: str, id_: UUID, grant: Grant) -> None:
    facts = {"role": grant.role.value, "scope": grant.scope.value, "starts_on": grant.starts_on.isoformat()}
    if grant.scope_id is not None:
        facts["scope_id"] = str(grant.scope_id)
    if grant.ends_on is not None:
        facts["ends_on"] = grant.ends_on.isoformat()
    unit.record(what, "role-assignment", id_, person=grant.person_id, **facts)


@dataclass(slots=True)
class _Stored:
    id: UUID
    starts_on: date
    ends_on: date | None


_INSERT_ROLES: Final = insert(cast(Table, RoleAssignmentRow.__table__))
_LIVE_ASSIGNMENTS: Final[Select[*tuple[Any, ...]]] = (
    select(
        *(RoleAssignmentRow.person_id, RoleAssignmentRow.role, RoleAssignmentRow.scope, RoleAssignmentRow.scope_id),
        *(RoleAssignmentRow.source, RoleAssignmentRow.origin_id),
        *(RoleAssignmentRow.id, RoleAssignmentRow.starts_on, RoleAssignmentRow.ends_on),
    )
    .where(RoleAssignmentRow.person_id.in_(bindparam("persons", expanding=True)), RoleAssignmentRow.ended_at.is_(None))
    .with_for_update()
)


async def _live_assignments(unit: Unit, persons: Collection[UUID]) -> dict[tuple[object, ...], list[_Stored]]:
    """Assignments that nobody has ended, by `Grant.key`."""
    found: dict[tuple[object, ...], list[_Stored]] = defaultdict(list)
    for chunk in chunks(persons):
        rows = await unit.session.execute(_LIVE_ASSIGNMENTS, {"persons": chunk})
        for person_id, role, scope, scope_id, source, origin, id_, starts_on, ends_on in rows:
            key = (person_id, Role(role), Scope(scope), scope_id, Source(source), origin)
            found[key].append(_Stored(id_, starts_on, ends_on))
    return found
