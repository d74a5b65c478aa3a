"""The tree of the university's units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    literal,
    or_,
    select,
)

from api.domains.people.errors import (
    CodeTaken,
    UnitClosed,
    UnitCycle,
    UnitHasOpenParts,
    UnitTooDeep,
    UniversityStays,
)
from api.domains.people.models import UnitRow
from api.domains.people.rules import (
    DEEPEST_UNIT,
    UnitKind,
)
from api.errors import invalid
from api.unit import Unit


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


async def unit_titles(unit: Unit, unit_ids: Iterable[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Language -> title of each unit that exists, of closed ones too."""
    rows = await unit.session.execute(select(UnitRow.id, UnitRow.titles).where(UnitRow.id.in_(set(unit_ids))))
    return {row.id: row.titles for row in rows}


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
