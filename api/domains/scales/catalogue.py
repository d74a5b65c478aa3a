"""The registry's work on grading scales: new ones, new versions, conversions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import exists, func, select

from api.db.base import Base
from api.domains.scales.errors import ScaleInUse, ScaleRecorded
from api.domains.scales.models import ConversionRow, ScaleRow, ScaleVersionRow
from api.domains.scales.rules import Band, Fault, Period, ScaleKind, faults, follow
from api.domains.scales.schemas import (
    BandIn,
    BandOut,
    ScaleConversionIn,
    ScaleConversionOut,
    ScaleIn,
    ScaleOut,
    ScaleVersionChange,
    ScaleVersionIn,
    ScaleVersionOut,
)
from api.domains.scales.service import band_of, scale_versions
from api.errors import FieldError, InvalidFields, NotFound, invalid
from api.unit import Unit

ALWAYS_OPEN = frozenset({"source", "is_confirmed"})
"""They say where a version is written, not what a grade means."""


# Scales


async def add_scale(unit: Unit, data: ScaleIn) -> ScaleRow:
    """Raises ScaleRecorded."""
    if await unit.session.scalar(select(ScaleRow.id).where(ScaleRow.code == data.code)) is not None:
        raise ScaleRecorded(code=data.code)
    row = ScaleRow(created_at=unit.now, code=data.code, titles=data.titles)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "scale", row.id, code=data.code)
    return row


async def find_scale(unit: Unit, scale_id: UUID, *, to_change: bool = False) -> ScaleRow:
    row = await unit.session.get(ScaleRow, scale_id, with_for_update=to_change or None)
    if row is None:
        raise NotFound()
    return row


async def change_scale(unit: Unit, row: ScaleRow, titles: Mapping[str, str]) -> None:
    row.titles = dict(titles)
    await unit.session.flush()
    unit.record("change", "scale", row.id, fields="titles")


# Versions


async def add_version(unit: Unit, scale: ScaleRow, data: ScaleVersionIn) -> ScaleVersionRow:
    """The scale from a day on; a version without an end before it ends the day before. The scale is locked. Raises
    InvalidFields."""
    bands = _checked(data.bands, data.most_points)
    if data.valid_until is not None and data.valid_until < data.valid_from:
        raise invalid("/valid_until", "last-day-before-first")
    known = list(await unit.session.scalars(select(ScaleVersionRow).where(ScaleVersionRow.scale_id == scale.id)))
    periods = follow(
        [Period(one.valid_from, one.valid_until) for one in known], Period(data.valid_from, data.valid_until)
    )
    if periods is None:
        raise invalid("/valid_from", "scale-versions-overlap")
    for one, period in zip(known, periods[:-1], strict=True):
        one.valid_until = period.last
    await unit.session.flush()
    number = await unit.session.scalar(
        select(func.coalesce(func.max(ScaleVersionRow.number), 0) + 1).where(ScaleVersionRow.scale_id == scale.id)
    )
    row = ScaleVersionRow(
        created_at=unit.now,
        scale_id=scale.id,
        number=number,
        kind=data.kind,
        valid_from=data.valid_from,
        valid_until=data.valid_until,
        most_points=data.most_points,
        bands=bands,
        source=data.source,
        is_confirmed=data.is_confirmed,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "scale-version", row.id, code=scale.code, number=str(row.number), since=str(row.valid_from))
    return row


async def find_version(unit: Unit, version_id: UUID, *, to_change: bool = False) -> ScaleVersionRow:
    row = await unit.session.get(ScaleVersionRow, version_id, with_for_update=to_change or None)
    if row is None:
        raise NotFound()
    return row


async def change_version(unit: Unit, row: ScaleVersionRow, data: ScaleVersionChange) -> None:
    """The row and its scale are locked. Raises ScaleInUse, InvalidFields."""
    changes = {name: value for name in data.__struct_fields__ if (value := getattr(data, name)) is not UNSET}
    if not changes.keys() <= ALWAYS_OPEN and await is_in_use(unit, row.id):
        raise ScaleInUse(number=row.number)
    if "bands" in changes or "most_points" in changes:
        given = changes.get("bands")
        bands = [BandIn(**one) for one in row.bands] if given is None else given
        changes["bands"] = _checked(bands, changes.get("most_points", row.most_points))
    if "valid_until" in changes:
        await _check_end(unit, row, changes["valid_until"])
    for name, value in changes.items():
        setattr(row, name, value)
    await unit.session.flush()
    unit.record("change", "scale-version", row.id, fields=" ".join(sorted(changes)))


async def is_in_use(unit: Unit, version_id: UUID) -> bool:
    """Whether anything refers to the version: every foreign key of every table that leads to it is asked, so no domain
    has to tell. With the version locked, PostgreSQL lets nobody refer to it anew in the meantime."""
    target = ScaleVersionRow.__table__.c.id
    leading = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column is target for key in column.foreign_keys)
    ]
    for column in leading:
        if await unit.session.scalar(select(exists().where(column == version_id))):
            return True
    return False


async def _check_end(unit: Unit, row: ScaleVersionRow, last: Any) -> None:
    if last is not None and last < row.valid_from:
        raise invalid("/valid_until", "last-day-before-first")
    others = await unit.session.scalars(
        select(ScaleVersionRow).where(ScaleVersionRow.scale_id == row.scale_id, ScaleVersionRow.id != row.id)
    )
    period = Period(row.valid_from, last)
    if any(period.overlaps(Period(one.valid_from, one.valid_until)) for one in others):
        raise invalid("/valid_until", "scale-versions-overlap")


def _checked(bands: Sequence[BandIn], most_points: float) -> list[Any]:
    """As they are stored. Raises InvalidFields with every fault."""
    pure = [Band(one.code, one.titles, one.least, one.is_pass, one.gpa) for one in bands]
    found = faults(pure, most_points)
    if found:
        raise InvalidFields(fields=[FieldError(_pointer(place, fault), fault.value, {}) for place, fault in found])
    return [msgspec.to_builtins(one) for one in bands]


_FIELD = {
    Fault.SAME_CODE: "code",
    Fault.PASS_BELOW_FAIL: "is_pass",
    Fault.GPA_FALLS: "gpa",
}


def _pointer(place: int, fault: Fault) -> str:
    return "/bands" if fault is Fault.NO_BANDS else f"/bands/{place}/{_FIELD.get(fault, 'least')}"


# Conversions


async def add_conversion(unit: Unit, data: ScaleConversionIn) -> ConversionRow:
    """Raises ScaleRecorded, InvalidFields."""
    if data.from_version_id == data.to_version_id:
        raise invalid("/to_version_id", "scale-to-itself")
    known = await scale_versions(unit, [data.from_version_id, data.to_version_id])
    wrong = [
        FieldError(pointer, "no-such-scale-version", {})
        for pointer, id_ in (("/from_version_id", data.from_version_id), ("/to_version_id", data.to_version_id))
        if id_ not in known
    ]
    if wrong:
        raise InvalidFields(fields=wrong)
    source, target = known[data.from_version_id], known[data.to_version_id]
    for here, there in data.grades.items():
        for version, code in ((source, here), (target, there)):
            if version.band(code) is None:
                wrong.append(FieldError("/grades", "no-such-grade", {"grade": code}))
    if wrong:
        raise InvalidFields(fields=wrong)
    pair = (ConversionRow.from_version_id == source.id, ConversionRow.to_version_id == target.id)
    if await unit.session.scalar(select(ConversionRow.id).where(*pair)) is not None:
        raise ScaleRecorded(code=f"{source.code} {source.number} > {target.code} {target.number}")
    row = ConversionRow(
        created_at=unit.now,
        from_version_id=source.id,
        to_version_id=target.id,
        grades=dict(data.grades),
        source=data.source,
        is_confirmed=data.is_confirmed,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "scale-conversion", row.id, of=str(source.id), into=str(target.id))
    return row


# What is shown


def show_scale(row: ScaleRow) -> ScaleOut:
    return ScaleOut(id=row.id, code=row.code, titles=row.titles)


def show_band(band: Band) -> BandOut:
    return BandOut(code=band.code, titles=dict(band.titles), least=band.least, is_pass=band.is_pass, gpa=band.gpa)


def show_version(row: ScaleVersionRow) -> ScaleVersionOut:
    return ScaleVersionOut(
        id=row.id,
        scale_id=row.scale_id,
        number=row.number,
        kind=ScaleKind(row.kind),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        most_points=row.most_points,
        bands=[show_band(band_of(one)) for one in row.bands],
        source=row.source,
        is_confirmed=row.is_confirmed,
    )


def show_conversion(row: ConversionRow) -> ScaleConversionOut:
    return ScaleConversionOut(
        id=row.id,
        from_version_id=row.from_version_id,
        to_version_id=row.to_version_id,
        grades=row.grades,
        source=row.source,
        is_confirmed=row.is_confirmed,
    )
