"""Persons, units, roles. Other domains call these functions; they never touch the tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import flag_modified

from api.domains.people.errors import (
    CodeTaken,
    LastAdministrator,
    OwnRights,
    RoleFollows,
    RoleIsOver,
    RoleNotYours,
    UnitClosed,
    UnitCycle,
    UnitHasOpenParts,
    UnitTooDeep,
    UniversityStays,
)
from api.domains.people.guards import PERSON_SEE, ROLE_GIVE, STAFF_EMAIL_CORRECT
from api.domains.people.models import PersonNameRow, PersonRow, PersonSearchRow, RoleAssignmentRow, UnitRow
from api.domains.people.rules import (
    DEEPEST_UNIT,
    UNITS_OF_ROLE,
    Grant,
    Name,
    Source,
    UnitKind,
    merged_period,
    prefix_end,
    search_keys,
)
from api.errors import NotFound, invalid
from api.events import Event
from api.identity import STAFF, HeldRole, Role, Scope
from api.ids import new_id
from api.policy import Place, Reach, place
from api.retention import Effect, RetentionRule
from api.unit import Unit

Item = TypeVar("Item")
NAMELESS: Final = "—"
"""Stands for a name that was taken away."""
CHUNK: Final = 500
"""Ids in one statement; SQLite takes 32,766 parameters, and a plan for a short list is the better one."""


# Roles


def in_force(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that a role assignment counts on that day."""
    ends_on = RoleAssignmentRow.ends_on
    return and_(RoleAssignmentRow.starts_on <= on, or_(ends_on.is_(None), ends_on >= on))


def _select_held_roles() -> Select[*tuple[Any, ...]]:
    """Of `person_id` on `day`."""
    held = (
        select(RoleAssignmentRow.role, RoleAssignmentRow.scope, RoleAssignmentRow.scope_id)
        .where(RoleAssignmentRow.person_id == bindparam("person_id"), in_force(bindparam("day", type_=Date)))
        .distinct()
        .cte("held")
    )
    below = (
        select(held.c.scope_id.label("root"), held.c.scope_id.label("id"))
        .where(held.c.scope == Scope.UNIT)
        .cte("below", recursive=True)
    )
    below = below.union(select(below.c.root, UnitRow.id).where(UnitRow.parent_id == below.c.id))
    return select(held.c.role, held.c.scope, held.c.scope_id, below.c.id).join_from(
        held, below, and_(held.c.scope == Scope.UNIT, below.c.root == held.c.scope_id), isouter=True
    )


_HELD_ROLES: Final = _select_held_roles()
"""Asked with every request: building it costs more than carrying it out."""


async def roles_of(session: AsyncSession, person_id: UUID, on: date) -> tuple[HeldRole, ...]:
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


# Where persons are


_PLACES: Final = {Scope.UNIT: "units", Scope.PROGRAMME: "programmes", Scope.CLASS: "classes", Scope.GROUP: "groups"}


async def place_of_person(unit: Unit, person_id: UUID) -> Place:
    """What the person belongs to now or soon: for `unit.require`. Of one who does not exist too, so that the answer
    tells nothing."""
    rows = await unit.session.execute(_PLACES_OF_PERSON, {"person_id": person_id, "day": unit.today})
    found: dict[str, set[UUID]] = {name: set() for name in _PLACES.values()}
    for scope, scope_id in rows:
        if scope_id is not None:
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


MOST_PLACES: Final = 100
"""Of an actor, that are asked one by one; SQLite takes 500 parts of a union."""


def visible_part(reach: Reach, on: date, after: UUID | None, count: int) -> ColumnElement[bool]:
    """As `visible_persons`, for the first `count` persons behind the one with the id `after`, in the order of ids. Of
    each place no more than these are read, however many persons belong to it."""
    places = [(scope, id_) for scope, name in _PLACES.items() for id_ in sorted(getattr(reach, name))]
    if reach.everything or not places or len(places) > MOST_PLACES:
        return visible_persons(reach, on)
    table, own = RoleAssignmentRow, aliased(PersonRow)
    parts = [select(own.id).where(own.id.in_(reach.persons))] if reach.persons else []
    for scope, id_ in places:
        found = select(table.person_id).where(table.scope == scope, table.scope_id == id_, _not_over(on))
        if after is not None:
            found = found.where(table.person_id > after)
        parts.append(select(found.distinct().order_by(table.person_id).limit(count).subquery().c.person_id))
    return PersonRow.id.in_(union_all(*parts))


def _not_over(on: date | ColumnElement[date]) -> ColumnElement[bool]:
    """A place is left when a role ends; who comes next month is there already, for those who prepare it."""
    return or_(RoleAssignmentRow.ends_on.is_(None), RoleAssignmentRow.ends_on >= on)


_PLACES_OF_PERSON: Final = (
    select(RoleAssignmentRow.scope, RoleAssignmentRow.scope_id)
    .where(
        RoleAssignmentRow.person_id == bindparam("person_id"),
        RoleAssignmentRow.scope.in_(list(_PLACES)),
        _not_over(bindparam("day", type_=Date)),
    )
    .distinct()
)


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


async def may_change_emails(unit: Unit, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of these persons whose e-mail the actor may change; of staff only an administrator may, also of those who
    become staff on a later day."""
    if unit.may(STAFF_EMAIL_CORRECT):
        return frozenset(persons)
    staff: set[UUID] = set()
    table = RoleAssignmentRow
    for chunk in chunks(persons):
        staff |= set(
            await unit.session.scalars(
                select(table.person_id).where(table.person_id.in_(chunk), table.role.in_(STAFF), _not_over(unit.today))
            )
        )
    return frozenset(persons) - staff


async def correct_person(unit: Unit, row: PersonRow, fields: Mapping[str, Any]) -> None:
    """Writes the fields of `PersonRow`; `name` is a Name, `other_names` all of them. The audit log gets the fields'
    names, not what stood in them."""
    for field, value in fields.items():
        if field == "name":
            row.name_tag, row.family_name = value.tag, value.family_name
            row.given_name, row.patronymic = value.given_name, value.patronymic
        elif field == "other_names":
            await unit.session.execute(delete(PersonNameRow).where(PersonNameRow.person_id == row.id))
            if value:
                rows = [_name_values(unit, row.id, name) for name in value]
                await unit.session.execute(insert(PersonNameRow), rows)
        else:
            setattr(row, field, value)
    flag_modified(row, "family_name")  # a name in another script changes the person's version too
    await unit.session.flush()
    if not fields.keys().isdisjoint({"name", "other_names", "preferred_name"}):
        await _write_search_keys(unit, row)
    unit.record("person.correct", "person", row.id, person=row.id, fields=",".join(sorted(fields)))
    await unit.emit(Event("person.corrected", {"person": row.id}, row.id))


async def other_names_of(unit: Unit, person_id: UUID) -> list[Name]:
    """By tag."""
    rows = await unit.session.scalars(
        select(PersonNameRow).where(PersonNameRow.person_id == person_id).order_by(PersonNameRow.tag)
    )
    return [Name(row.tag, row.family_name, row.given_name, row.patronymic) for row in rows]


async def _write_search_keys(unit: Unit, row: PersonRow) -> None:
    names = [Name(row.name_tag, row.family_name, row.given_name, row.patronymic)]
    keys = search_keys(names + await other_names_of(unit, row.id), row.preferred_name)
    await unit.session.execute(delete(PersonSearchRow).where(PersonSearchRow.person_id == row.id))
    await unit.session.execute(
        insert(PersonSearchRow),
        [{"id": new_id(), "created_at": unit.now, "person_id": row.id, "key": key} for key in sorted(keys)],
    )


def starting_with(prefix: str) -> ColumnElement[bool]:
    """The condition on `PersonSearchRow` that its person is found under the prefix; each person once, under the first
    of its names that matches."""
    key = PersonSearchRow.key
    end = prefix_end(prefix)
    earlier = aliased(PersonSearchRow)
    within = [key >= prefix] if end is None else [key >= prefix, key < end]
    first = ~(
        select(earlier.id)
        .where(earlier.person_id == PersonSearchRow.person_id, earlier.key >= prefix, earlier.key < key)
        .exists()
    )
    return and_(*within, first)


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
        found |= {
            id_: Name(tag, family_name, given_name, patronymic).full
            for id_, tag, family_name, given_name, patronymic in rows
        }
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


# Leaving


def has_left(before: date, person: Any = PersonRow.id) -> ColumnElement[bool]:
    """The condition that every role of the person ended before that day; also of one who never had any."""
    table = RoleAssignmentRow
    staying = select(table.person_id).where(or_(table.ends_on.is_(None), table.ends_on >= before))
    condition: ColumnElement[bool] = person.not_in(staying)
    return condition


async def _left_persons(unit: Unit, before: datetime, most: int, *conditions: ColumnElement[bool]) -> list[PersonRow]:
    day = before.astimezone(unit.settings.time_zone).date()
    query = select(PersonRow).where(PersonRow.created_at < before, has_left(day), *conditions)
    return list(await unit.session.scalars(query.order_by(PersonRow.id).limit(most).with_for_update()))


async def _forget_contacts(unit: Unit, before: datetime, most: int) -> int:
    held = or_(PersonRow.email.is_not(None), PersonRow.phone.is_not(None))
    rows = await _left_persons(unit, before, most, held)
    for row in rows:
        row.email = row.phone = None
        unit.record("person.forget-contacts", "person", row.id, person=row.id, reason="retention")
    await unit.session.flush()
    return len(rows)


async def _forget_identity(unit: Unit, before: datetime, most: int) -> int:
    rows = await _left_persons(unit, before, most, PersonRow.is_anonymised.is_(False))
    for row in rows:
        row.family_name = row.given_name = NAMELESS
        row.patronymic = row.preferred_name = row.birth_date = row.email = row.phone = row.source_id = None
        row.is_anonymised = True
        unit.record("person.anonymise", "person", row.id, person=row.id, reason="retention")
    ids = [row.id for row in rows]
    for table in (PersonNameRow, PersonSearchRow):
        await unit.session.execute(delete(table).where(table.person_id.in_(ids)))
    await unit.session.flush()
    return len(rows)


RETENTION: Final[Sequence[RetentionRule]] = (
    RetentionRule("contacts", 3 * 365, Effect.ANONYMISED, _forget_contacts),
    RetentionRule("identity", 75 * 365 + 18, Effect.ANONYMISED, _forget_identity),
)
"""Days after the last role. Our defaults, to be confirmed by the university: three years, in which a graduate may still
ask for something, and the 75 years for which archives of this region keep personal files."""


# Units


async def units_above(unit: Unit, unit_id: UUID) -> tuple[UUID, ...]:
    """The unit itself, then its parents up to the university. Empty when there is no such unit."""
    above = select(UnitRow.id, UnitRow.parent_id).where(UnitRow.id == unit_id).cte("above", recursive=True)
    above = above.union(select(UnitRow.id, UnitRow.parent_id).where(UnitRow.id == above.c.parent_id))
    rows = await unit.session.execute(select(above.c.id, above.c.parent_id))
    parents: Mapping[UUID, UUID | None] = dict(rows.all())
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


async def create_unit(
    unit: Unit, code: str, kind: UnitKind, parent_id: UUID | None, titles: Mapping[str, str]
) -> UnitRow:
    """A new part of the university, or the university. Raises CodeTaken, UniversityStays, UnitClosed, UnitTooDeep,
    InvalidFields."""
    await _lock_tree(unit)
    if (kind is UnitKind.UNIVERSITY) != (parent_id is None):
        raise invalid("/parent_id", "parent-needed" if parent_id is None else "parent-of-university")
    if await unit.session.scalar(select(UnitRow.id).where(UnitRow.code == code)):
        raise CodeTaken(field="code")
    if parent_id is None:
        if await unit.session.scalar(select(UnitRow.id).where(UnitRow.kind == UnitKind.UNIVERSITY)):
            raise UniversityStays()
    else:
        await _check_parent(unit, parent_id, depth_below=0)
    row = UnitRow(created_at=unit.now, code=code, kind=kind, parent_id=parent_id, titles=dict(titles), closed_on=None)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("unit.create", "unit", row.id, kind=kind)
    return row


async def move_unit(unit: Unit, row: UnitRow, parent_id: UUID) -> None:
    """Puts a unit, with all below it, under another one. Raises UnitCycle, UniversityStays, UnitClosed, UnitTooDeep."""
    await _lock_tree(unit)
    if row.kind == UnitKind.UNIVERSITY:
        raise UniversityStays()
    below = await _units_below(unit, row.id)
    if parent_id in below:
        raise UnitCycle()
    await _check_parent(unit, parent_id, depth_below=max(below.values()))
    row.parent_id = parent_id


async def close_unit(unit: Unit, row: UnitRow, closed_on: date | None) -> None:
    """Ends a unit's work, or takes the end back (None). Raises UniversityStays, UnitHasOpenParts, UnitClosed."""
    await _lock_tree(unit)
    if row.kind == UnitKind.UNIVERSITY and closed_on is not None:
        raise UniversityStays()
    if closed_on is None:
        if row.parent_id is not None:
            await _check_parent(unit, row.parent_id, depth_below=0)
    else:
        last_days = await unit.session.scalars(select(UnitRow.closed_on).where(UnitRow.parent_id == row.id))
        if any(day is None or day > closed_on for day in last_days):
            raise UnitHasOpenParts()
    row.closed_on = closed_on


async def _lock_tree(unit: Unit) -> None:
    """Whoever changes the tree's shape waits for the root: two moves at once could make a cycle together."""
    await unit.session.execute(select(UnitRow.id).where(UnitRow.kind == UnitKind.UNIVERSITY).with_for_update())


async def _check_parent(unit: Unit, parent_id: UUID, depth_below: int) -> None:
    above = await units_above(unit, parent_id)
    if not above:
        raise invalid("/parent_id", "no-such-unit")
    if len(above) + depth_below >= DEEPEST_UNIT:
        raise UnitTooDeep(deepest=DEEPEST_UNIT)
    parent = await unit.session.get_one(UnitRow, parent_id, populate_existing=True)
    if parent.closed_on is not None:
        raise UnitClosed(code=parent.code)


async def _units_below(unit: Unit, unit_id: UUID) -> dict[UUID, int]:
    """The unit and all below it -> how far below."""
    below = select(UnitRow.id, literal(0).label("depth")).where(UnitRow.id == unit_id).cte("below", recursive=True)
    below = below.union_all(select(UnitRow.id, below.c.depth + 1).where(UnitRow.parent_id == below.c.id))
    return dict((await unit.session.execute(select(below.c.id, below.c.depth))).all())


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in parts that one statement can take."""
    listed = list(items)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
