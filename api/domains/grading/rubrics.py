"""Rubrics of a class: criteria and levels, in versions that are unchangeable once somebody has marked by them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from api.domains.grading.models import RubricCriterionRow, RubricRow, RubricVersionRow
from api.domains.grading.rules import Criterion, Level, exact, rubric_faults
from api.errors import FieldError, InvalidFields, NotFound
from api.unit import Unit


async def create_rubric(
    unit: Unit, class_id: UUID, titles: Mapping[str, str], criteria: Sequence[Criterion]
) -> RubricVersionRow:
    """A rubric with its first version. Raises InvalidFields."""
    _refuse(criteria)
    rubric = RubricRow(created_at=unit.now, class_id=class_id)
    unit.session.add(rubric)
    await unit.session.flush()
    version = await _add_version(unit, rubric.id, 1, titles, criteria)
    unit.record("rubric.created", "rubric", rubric.id, class_=str(class_id))
    return version


async def rewrite_rubric(
    unit: Unit, newest: RubricVersionRow, titles: Mapping[str, str], criteria: Sequence[Criterion]
) -> RubricVersionRow:
    """Changes the newest version as long as nobody has marked by it; else there is a following one. Raises
    InvalidFields."""
    _refuse(criteria)
    if newest.used_at is not None:
        return await _add_version(unit, newest.rubric_id, newest.number + 1, titles, criteria)
    await unit.session.execute(delete(RubricCriterionRow).where(RubricCriterionRow.rubric_version_id == newest.id))
    newest.titles = dict(titles)
    newest.revision += 1
    await _add_criteria(unit, newest.id, criteria)
    return newest


async def _add_version(
    unit: Unit, rubric_id: UUID, number: int, titles: Mapping[str, str], criteria: Sequence[Criterion]
) -> RubricVersionRow:
    version = RubricVersionRow(created_at=unit.now, rubric_id=rubric_id, number=number, titles=dict(titles), revision=1)
    unit.session.add(version)
    await unit.session.flush()
    await _add_criteria(unit, version.id, criteria)
    return version


async def _add_criteria(unit: Unit, version_id: UUID, criteria: Sequence[Criterion]) -> None:
    unit.session.add_all(
        RubricCriterionRow(
            created_at=unit.now,
            rubric_version_id=version_id,
            position=position,
            code=one.code,
            titles=dict(one.titles),
            max_points=exact(one.max_points),
            levels=[
                {"code": level.code, "titles": dict(level.titles), "points": str(exact(level.points))}
                for level in one.levels
            ],
        )
        for position, one in enumerate(criteria)
    )
    await unit.session.flush()


async def find_rubric(unit: Unit, rubric_id: UUID) -> RubricRow:
    """Raises NotFound."""
    row = await unit.session.get(RubricRow, rubric_id)
    if row is None:
        raise NotFound()
    return row


async def newest_version(unit: Unit, rubric_id: UUID, *, lock: bool = False) -> RubricVersionRow:
    """Raises NotFound."""
    query = (
        select(RubricVersionRow)
        .where(RubricVersionRow.rubric_id == rubric_id)
        .order_by(RubricVersionRow.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound()
    return row


async def class_of_version(unit: Unit, version_id: UUID) -> UUID:
    """The class whose rubric it is. Raises NotFound."""
    found = await unit.session.scalar(
        select(RubricRow.class_id)
        .join(RubricVersionRow, RubricVersionRow.rubric_id == RubricRow.id)
        .where(RubricVersionRow.id == version_id)
    )
    if found is None:
        raise NotFound()
    return found


async def criteria_of(unit: Unit, version_id: UUID) -> Sequence[Criterion]:
    """In their order."""
    rows = await unit.session.scalars(
        select(RubricCriterionRow)
        .where(RubricCriterionRow.rubric_version_id == version_id)
        .order_by(RubricCriterionRow.position)
    )
    return [as_criterion(row) for row in rows]


def as_criterion(row: RubricCriterionRow) -> Criterion:
    levels: list[dict[str, Any]] = row.levels
    return Criterion(
        row.code,
        row.titles,
        row.max_points,
        tuple(Level(one["code"], one["titles"], Decimal(one["points"])) for one in levels),
    )


async def mark_used(unit: Unit, version_id: UUID) -> None:
    """From now on the version is unchangeable."""
    row = await unit.session.get_one(RubricVersionRow, version_id, with_for_update=True, populate_existing=True)
    if row.used_at is None:
        row.used_at = unit.now
        await unit.session.flush()


def _refuse(criteria: Sequence[Criterion]) -> None:
    faults = rubric_faults(criteria)
    if faults:
        raise InvalidFields(
            fields=[FieldError(f"/criteria/{one.place}/{one.field}", one.code, one.values) for one in faults]
        )
