"""Grading scales for other domains: which version is in force, and what was in force when a grade was given.

    version = await scale_on(unit, "five-point", day)      # raises NoScaleOnDay
    version = await scale_version(unit, line_item.scale_version_id)
    band = version.grade(points)                           # or the pure grade_for(version.bands, points)

Refer to a version by a foreign key (`ForeignKey("grading_scale_version.id")`): whatever refers to a version keeps it
from being changed, and nothing else has to be told.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from api.domains.scales.errors import NoConversion, NoScaleOnDay
from api.domains.scales.models import ConversionRow, ScaleRow, ScaleVersionRow
from api.domains.scales.rules import Band, PointsOutOfScale, ScaleKind, ScaleVersion, grade_for
from api.errors import NotFound
from api.unit import Unit

__all__ = [
    "Band",
    "PointsOutOfScale",
    "ScaleKind",
    "ScaleVersion",
    "convert_grade",
    "grade_for",
    "scale_on",
    "scale_version",
    "scale_versions",
]


async def scale_on(unit: Unit, code: str, day: date) -> ScaleVersion:
    """The version of the scale `code` in force on that day. Raises NoScaleOnDay."""
    in_force = (
        ScaleRow.code == code,
        ScaleVersionRow.valid_from <= day,
        ScaleVersionRow.valid_until.is_(None) | (ScaleVersionRow.valid_until >= day),
    )
    found = await _load(unit, *in_force)
    if not found:
        raise NoScaleOnDay(code, day)
    return next(iter(found.values()))


async def scale_version(unit: Unit, id_: UUID) -> ScaleVersion:
    """Raises NotFound."""
    found = await scale_versions(unit, [id_])
    if id_ not in found:
        raise NotFound()
    return found[id_]


async def scale_versions(unit: Unit, ids: Iterable[UUID]) -> Mapping[UUID, ScaleVersion]:
    """Those that exist, by id, in one query."""
    wanted = set(ids)
    return await _load(unit, ScaleVersionRow.id.in_(wanted)) if wanted else {}


async def convert_grade(unit: Unit, from_version: UUID, to_version: UUID, grade: str) -> Band:
    """The grade on another scale, where data says so. Raises NoConversion."""
    return (await find_conversion(unit, from_version, to_version, grade))[1]


async def find_conversion(unit: Unit, from_version: UUID, to_version: UUID, grade: str) -> tuple[ConversionRow, Band]:
    """The grade on the other scale, and the record that says so. Raises NoConversion."""
    pair = (ConversionRow.from_version_id == from_version, ConversionRow.to_version_id == to_version)
    row = await unit.session.scalar(select(ConversionRow).where(*pair))
    band = None
    if row is not None and grade in row.grades:
        band = (await scale_version(unit, to_version)).band(row.grades[grade])
    if row is None or band is None:
        raise NoConversion(grade=grade)
    return row, band


async def _load(unit: Unit, *conditions: ColumnElement[bool]) -> dict[UUID, ScaleVersion]:
    query = select(ScaleVersionRow, ScaleRow).join(ScaleRow, ScaleRow.id == ScaleVersionRow.scale_id)
    return {
        version.id: version_of(version, scale)
        for version, scale in await unit.session.execute(query.where(*conditions))
    }


def version_of(row: ScaleVersionRow, scale: ScaleRow) -> ScaleVersion:
    return ScaleVersion(
        row.id,
        row.scale_id,
        scale.code,
        scale.titles,
        row.number,
        ScaleKind(row.kind),
        row.valid_from,
        row.valid_until,
        row.most_points,
        tuple(band_of(one) for one in row.bands),
        row.source,
        row.is_confirmed,
    )


def band_of(stored: Mapping[str, Any]) -> Band:
    return Band(stored["code"], stored["titles"], stored["least"], stored["is_pass"], stored["gpa"])
