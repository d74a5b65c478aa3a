"""Persons, units, roles. Other domains call these functions; they never touch the tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domains.people.models import PersonNameRow, PersonRow, PersonSearchRow, RoleAssignmentRow, UnitRow
from api.domains.people.rules import Grant, Name, Source, merged_period, search_keys
from api.errors import NotFound
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from api.policy import Place, Reach
from api.unit import Unit

Item = TypeVar("Item")
CHUNK: Final = 500
"""Ids in one statement; SQLite takes 32,766 parameters, and a plan for a short list is the better one."""


# Roles


def in_force(on: date) -> ColumnElement[bool]:
    """The condition that a role assignment counts on that day."""
    ends_on = RoleAssignmentRow.ends_on
    return and_(RoleAssignmentRow.starts_on <= on, or_(ends_on.is_(None), ends_on >= on))


async def roles_of(session: AsyncSession, person_id: UUID, on: date) -> tuple[HeldRole, ...]:
    """What the person may be, where, on that day, in one query; a role for a unit holds for the units below too."""
    held = (
        select(RoleAssignmentRow.role, RoleAssignmentRow.scope, RoleAssignmentRow.scope_id)
        .where(RoleAssignmentRow.person_id == person_id, in_force(on))
        .distinct()
        .cte("held")
    )
    below = (
        select(held.c.scope_id.label("root"), held.c.scope_id.label("id"))
        .where(held.c.scope == Scope.UNIT)
        .cte("below", recursive=True)
    )
    below = below.union(select(below.c.root, UnitRow.id).where(UnitRow.parent_id == below.c.id))
    query = select(held.c.role, held.c.scope, held.c.scope_id, below.c.id).join_from(
        held, below, and_(held.c.scope == Scope.UNIT, below.c.root == held.c.scope_id), isouter=True
    )
    found: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for role, scope, scope_id, lower_id in await session.execute(query):
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
        await unit.session.execute(insert(RoleAssignmentRow), list(fresh.values()))
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
    for row in rows:
        row.ends_on, row.ended_at = last_day, unit.now
        if row.source == Source.ASSIGNED:
            unit.record("role.end", "role-assignment", row.id, person=person_id, ends_on=last_day.isoformat())
    await unit.session.flush()
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


async def _live_assignments(unit: Unit, persons: Collection[UUID]) -> dict[tuple[object, ...], list[_Stored]]:
    """Assignments that nobody has ended, by `Grant.key`."""
    found: dict[tuple[object, ...], list[_Stored]] = defaultdict(list)
    table = RoleAssignmentRow
    for chunk in chunks(persons):
        rows = await unit.session.execute(
            select(
                *(table.person_id, table.role, table.scope, table.scope_id, table.source, table.origin_id),
                *(table.id, table.starts_on, table.ends_on),
            )
            .where(table.person_id.in_(chunk), table.ended_at.is_(None))
            .with_for_update()
        )
        for person_id, role, scope, scope_id, source, origin, *rest in rows:
            key = (person_id, Role(role), Scope(scope), scope_id, Source(source), origin)
            found[key].append(_Stored(*rest))
    return found


# Where persons are


_PLACES: Final = {Scope.UNIT: "units", Scope.PROGRAMME: "programmes", Scope.CLASS: "classes", Scope.GROUP: "groups"}


async def place_of_person(unit: Unit, person_id: UUID) -> Place:
    """What the person belongs to now or soon: for `unit.require`. Of one who does not exist too, so that the answer
    tells nothing."""
    rows = await unit.session.execute(
        select(RoleAssignmentRow.scope, RoleAssignmentRow.scope_id)
        .where(RoleAssignmentRow.person_id == person_id, RoleAssignmentRow.scope.in_(_PLACES), _not_over(unit.today))
        .distinct()
    )
    found: dict[str, set[UUID]] = {name: set() for name in _PLACES.values()}
    for scope, scope_id in rows:
        found[_PLACES[Scope(scope)]].add(scope_id)
    return Place(persons=frozenset({person_id}), **{name: frozenset(ids) for name, ids in found.items()})


def visible_persons(reach: Reach, on: date, person: Any = PersonRow.id) -> ColumnElement[bool]:
    """The condition that the place of a person (`person`: a column with the id) lies within the reach on that day.

    The same rule as `place_of_person` and `Reach.covers`, for lists.
    """
    if reach.everything:
        return true()
    table = RoleAssignmentRow
    places = [
        and_(table.scope == scope, table.scope_id.in_(getattr(reach, name)))
        for scope, name in _PLACES.items()
        if getattr(reach, name)
    ]
    conditions = [person.in_(reach.persons)] if reach.persons else []
    if places:
        conditions.append(person.in_(select(table.person_id).where(or_(*places), _not_over(on))))
    return or_(*conditions) if conditions else ~true()


def _not_over(on: date) -> ColumnElement[bool]:
    """A place is left when a role ends; who comes next month is there already, for those who prepare it."""
    return or_(RoleAssignmentRow.ends_on.is_(None), RoleAssignmentRow.ends_on >= on)


# Persons


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a person at the beginning."""

    name: Name
    other_names: tuple[Name, ...] = ()
    preferred_name: str | None = None
    birth_date: date | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "ky"
    source_id: str | None = None


async def create_person(unit: Unit, person: NewPerson) -> UUID:
    (id_,) = await create_persons(unit, [person])
    return id_


async def create_persons(unit: Unit, persons: Sequence[NewPerson]) -> list[UUID]:
    """The ids of new persons, in order, thousands at once. A `source_id` that is taken is an IntegrityError."""
    ids = [new_id() for _ in persons]
    rows = [
        {
            "id": id_,
            "created_at": unit.now,
            "version": 1,
            "name_tag": one.name.tag,
            "family_name": one.name.family_name,
            "given_name": one.name.given_name,
            "patronymic": one.name.patronymic,
            "preferred_name": one.preferred_name,
            "birth_date": one.birth_date,
            "email": one.email,
            "phone": one.phone,
            "language": one.language,
            "source_id": one.source_id,
            "is_anonymised": False,
        }
        for id_, one in zip(ids, persons, strict=True)
    ]
    if not rows:
        return []
    await unit.session.execute(insert(PersonRow), rows)
    names = [(id_, name) for id_, one in zip(ids, persons, strict=True) for name in one.other_names]
    if names:
        await unit.session.execute(insert(PersonNameRow), [_name_values(unit, id_, name) for id_, name in names])
    keys = [
        {"id": new_id(), "created_at": unit.now, "person_id": id_, "key": key}
        for id_, one in zip(ids, persons, strict=True)
        for key in sorted(search_keys((one.name, *one.other_names), one.preferred_name))
    ]
    if keys:
        await unit.session.execute(insert(PersonSearchRow), keys)
    for id_ in ids:
        unit.record("person.create", "person", id_, person=id_)
    return ids


def _name_values(unit: Unit, person_id: UUID, name: Name) -> dict[str, Any]:
    return {
        "id": new_id(),
        "created_at": unit.now,
        "person_id": person_id,
        "tag": name.tag,
        "family_name": name.family_name,
        "given_name": name.given_name,
        "patronymic": name.patronymic,
    }


async def persons_by_source(unit: Unit, source_ids: Iterable[str]) -> dict[str, UUID]:
    """OneRoster's `sourcedId` -> id, of those that are known."""
    found: dict[str, UUID] = {}
    for chunk in chunks(set(source_ids)):
        rows = await unit.session.execute(
            select(PersonRow.source_id, PersonRow.id).where(PersonRow.source_id.in_(chunk))
        )
        found |= {source_id: id_ for source_id, id_ in rows if source_id is not None}
    return found


async def full_names(unit: Unit, persons: Iterable[UUID]) -> dict[UUID, str]:
    """Id -> family name, given name, patronymic, for lists of other domains that may show them."""
    found: dict[UUID, str] = {}
    table = PersonRow
    for chunk in chunks(set(persons)):
        rows = await unit.session.execute(
            select(table.id, table.name_tag, table.family_name, table.given_name, table.patronymic).where(
                table.id.in_(chunk)
            )
        )
        found |= {id_: Name(*name).full for id_, *name in rows}
    return found


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person is reached, in which language."""

    email: str | None
    language: str
    address: str
    """How the person is addressed."""


async def contact_of(unit: Unit, person_id: UUID) -> Contact:
    """For mails. Raises NotFound."""
    row = await unit.session.get(PersonRow, person_id)
    if row is None:
        raise NotFound()
    return Contact(row.email, row.language, row.preferred_name or row.given_name)


async def person_exists(unit: Unit, person_id: UUID) -> bool:
    return await unit.session.scalar(select(PersonRow.id).where(PersonRow.id == person_id)) is not None


# Units


async def units_above(unit: Unit, unit_id: UUID) -> tuple[UUID, ...]:
    """The unit itself, then its parents up to the university. Empty when there is no such unit."""
    above = select(UnitRow.id, UnitRow.parent_id).where(UnitRow.id == unit_id).cte("above", recursive=True)
    above = above.union(select(UnitRow.id, UnitRow.parent_id).where(UnitRow.id == above.c.parent_id))
    rows = await unit.session.execute(select(above.c.id, above.c.parent_id))
    parents: Mapping[UUID, UUID | None] = {id_: parent_id for id_, parent_id in rows}
    found: list[UUID] = []
    following: UUID | None = unit_id
    while following is not None and following in parents and following not in found:
        found.append(following)
        following = parents[following]
    return tuple(found)


async def unit_kind(unit: Unit, unit_id: UUID) -> str | None:
    """`rules.UnitKind`, None when there is no such unit."""
    return await unit.session.scalar(select(UnitRow.kind).where(UnitRow.id == unit_id))


async def units_of_kind(unit: Unit, kind: str) -> frozenset[UUID]:
    """The units of a `rules.UnitKind` that are not closed, e.g. the academic council."""
    still_open = or_(UnitRow.closed_on.is_(None), UnitRow.closed_on >= unit.today)
    return frozenset(await unit.session.scalars(select(UnitRow.id).where(UnitRow.kind == kind, still_open)))


@dataclass(frozen=True, slots=True)
class UnitNames:
    """How a unit is called."""

    id: UUID
    code: str
    titles: Mapping[str, str]


async def unit_names(unit: Unit) -> tuple[UnitNames, ...]:
    """Of every unit that is not closed, for those who match names from elsewhere."""
    rows = await unit.session.execute(
        select(UnitRow.id, UnitRow.code, UnitRow.titles)
        .where(or_(UnitRow.closed_on.is_(None), UnitRow.closed_on >= unit.today))
        .order_by(UnitRow.code)
    )
    return tuple(UnitNames(*row) for row in rows)


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in parts that one statement can take."""
    listed = list(items)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
