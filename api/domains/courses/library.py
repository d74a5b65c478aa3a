"""Licensed library links: kept by their unit, seen by those entitled, on the days of the licence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from api.domains.courses.entitlement import reach_of_courses, reached_courses
from api.domains.courses.guards import KEEP_LIBRARY, READ_ALL_MATERIAL, READ_CATALOGUE, READ_RESTRICTED, USE_LIBRARY
from api.domains.courses.models import CourseRow, LibraryLinkCourseRow, LibraryLinkRow, LibraryLinkUnitRow
from api.domains.courses.rules import in_force
from api.domains.courses.schemas import LibraryLinkIn, LibraryLinkOut, LibraryLinkPatch
from api.domains.people.service import unit_kind, units_above
from api.errors import FieldError, InvalidFields, NotAllowed, NotFound, SignInNeeded, invalid
from api.events import Event
from api.identity import VISITOR
from api.policy import place, reach
from api.unit import Unit
from builder.model.course import ResourceType

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a link covers."""

    courses: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()


def list_links(
    condition: ColumnElement[bool], course_id: UUID | None
) -> tuple[Select[Any], Sequence[InstrumentedAttribute[Any]]]:
    """`condition` is `seen_links`; with a course, those that name it or its unit, or cover all."""
    table = LibraryLinkRow
    query = select(table).where(condition)
    if course_id is not None:
        course, unit = LibraryLinkCourseRow, LibraryLinkUnitRow
        query = query.where(
            or_(
                table.covers_all,
                exists().where(course.link_id == table.id, course.course_id == course_id),
                exists().where(unit.link_id == table.id, unit.unit_id == CourseRow.unit_id, CourseRow.id == course_id),
            )
        )
    return query, (table.id,)


async def seen_links(unit: Unit) -> ColumnElement[bool]:
    """The condition of the links that the actor may see: one rule for a link and for the list of them.

    A link is seen on the days of its licence by members of classes of its courses, and by members of its units and of
    the units below them; its keepers see it always. Raises SignInNeeded, NotAllowed for who sees none ever.
    """
    table = LibraryLinkRow
    used, kept = unit.reach(USE_LIBRARY), reach(unit.actor, KEEP_LIBRARY)
    conditions: list[ColumnElement[bool]] = []
    if kept.everything:
        return true()
    if kept.units:
        conditions.append(table.unit_id.in_(kept.units))
    today = unit.today
    dated = and_(table.starts_on <= today, or_(table.ends_on.is_(None), table.ends_on >= today))
    if used.everything:
        return or_(dated, *conditions)
    within = await reach_of_courses(unit, USE_LIBRARY)
    units = await _units_covering(unit, within.courses, within.units)
    # a course's links are for the same people as its restricted material: being of its department is not enough
    entitled = await reach_of_courses(unit, READ_RESTRICTED, READ_ALL_MATERIAL)
    by_course = exists().where(
        LibraryLinkCourseRow.link_id == table.id, reached_courses(entitled, LibraryLinkCourseRow.course_id)
    )
    covered = [table.covers_all, by_course]
    if units:
        covered.append(exists().where(LibraryLinkUnitRow.link_id == table.id, LibraryLinkUnitRow.unit_id.in_(units)))
    return or_(and_(dated, or_(*covered)), *conditions)


async def _units_covering(unit: Unit, courses: Collection[UUID], units: Collection[UUID]) -> set[UUID]:
    """The units, those of the courses, and all above them."""
    found = set(units)
    if courses:
        rows = await unit.session.scalars(select(CourseRow.unit_id).where(CourseRow.id.in_(courses)).distinct())
        found |= {id_ for id_ in rows if id_ is not None}
    for id_ in sorted(found):
        found |= set(await units_above(unit, id_))
    return found


async def read_link(unit: Unit, link_id: UUID, *, lock: bool = False) -> LibraryLinkRow:
    """Raises NotFound for what the actor may not see."""
    if unit.actor == VISITOR:
        unit.require(READ_CATALOGUE)
        raise SignInNeeded()
    query = select(LibraryLinkRow).where(LibraryLinkRow.id == link_id, await seen_links(unit))
    row = await unit.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound()
    return row


async def read_kept_link(unit: Unit, link_id: UUID) -> LibraryLinkRow:
    """For changing it. Raises NotFound, NotAllowed."""
    row = await read_link(unit, link_id, lock=True)
    if not unit.may(KEEP_LIBRARY, place(unit=row.unit_id)):
        raise NotAllowed()
    return row


async def coverage_of(unit: Unit, links: Collection[UUID]) -> dict[UUID, Coverage]:
    """What each of the links covers, in two queries."""
    course, covered = LibraryLinkCourseRow, LibraryLinkUnitRow
    courses = await unit.session.execute(
        select(course.link_id, course.course_id).where(course.link_id.in_(links)).order_by(course.id)
    )
    units = await unit.session.execute(
        select(covered.link_id, covered.unit_id).where(covered.link_id.in_(links)).order_by(covered.id)
    )
    by_course, by_unit = courses.all(), units.all()
    return {
        id_: Coverage(
            tuple(course_id for link_id, course_id in by_course if link_id == id_),
            tuple(unit_id for link_id, unit_id in by_unit if link_id == id_),
        )
        for id_ in links
    }


async def add_link(unit: Unit, data: LibraryLinkIn) -> LibraryLinkRow:
    """Raises NotAllowed, InvalidFields."""
    unit.require(KEEP_LIBRARY, place(unit=data.unit_id), seen_by=READ_CATALOGUE)
    if await unit_kind(unit, data.unit_id) is None:
        raise invalid("/unit_id", "no-such-unit")
    _check_period(data.starts_on, data.ends_on)
    _check_coverage(data.covers_all, data.course_ids, data.unit_ids)
    row = LibraryLinkRow(
        created_at=unit.now,
        provider=data.provider,
        titles=data.titles,
        url=data.url,
        type=data.type,
        languages=data.languages,
        holder=data.holder,
        licence=data.licence,
        unit_id=data.unit_id,
        covers_all=data.covers_all,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
    )
    unit.session.add(row)
    await unit.session.flush()
    await _cover(unit, row, data.course_ids, data.unit_ids)
    await _note(unit, row, "added")
    return row


async def change_link(unit: Unit, row: LibraryLinkRow, data: LibraryLinkPatch) -> None:
    """The row was given by `read_kept_link`, and its version checked. Raises InvalidFields."""
    before = (await coverage_of(unit, [row.id]))[row.id]
    courses = _given(data.course_ids, list(before.courses))
    units = _given(data.unit_ids, list(before.units))
    row.provider, row.url = _given(data.provider, row.provider), _given(data.url, row.url)
    row.titles, row.licence = _given(data.titles, row.titles), _given(data.licence, row.licence)
    row.starts_on, row.ends_on = _given(data.starts_on, row.starts_on), _given(data.ends_on, row.ends_on)
    row.covers_all = _given(data.covers_all, row.covers_all)
    _check_period(row.starts_on, row.ends_on)
    _check_coverage(row.covers_all, courses, units)
    if (tuple(courses), tuple(units)) != (before.courses, before.units):
        await _cover(unit, row, courses, units)
        row.version += 1  # the coverage is part of what the tag stands for
    await _note(unit, row, "changed")
    await unit.session.flush()


def show_link(row: LibraryLinkRow, coverage: Coverage, today: date) -> LibraryLinkOut:
    return LibraryLinkOut(
        id=row.id,
        provider=row.provider,
        titles=row.titles,
        url=row.url,
        type=ResourceType(row.type),
        languages=row.languages,
        holder=row.holder,
        licence=row.licence,
        unit_id=row.unit_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_in_force=in_force(row.starts_on, row.ends_on, today),
        covers_all=row.covers_all,
        course_ids=list(coverage.courses),
        unit_ids=list(coverage.units),
        version=row.version,
    )


async def _cover(unit: Unit, row: LibraryLinkRow, courses: Sequence[UUID], units: Sequence[UUID]) -> None:
    known = set(await unit.session.scalars(select(CourseRow.id).where(CourseRow.id.in_(courses))))
    faults = [FieldError(f"/course_ids/{place}", "unknown-record", {}) for place, id_ in _unknown(courses, known)]
    known_units = {id_ for id_ in set(units) if await unit_kind(unit, id_) is not None}
    faults += [FieldError(f"/unit_ids/{place}", "no-such-unit", {}) for place, id_ in _unknown(units, known_units)]
    if faults:
        raise InvalidFields(fields=faults)
    await unit.session.execute(delete(LibraryLinkCourseRow).where(LibraryLinkCourseRow.link_id == row.id))
    await unit.session.execute(delete(LibraryLinkUnitRow).where(LibraryLinkUnitRow.link_id == row.id))
    for course_id in dict.fromkeys(courses):
        unit.session.add(LibraryLinkCourseRow(created_at=unit.now, link_id=row.id, course_id=course_id))
    for unit_id in dict.fromkeys(units):
        unit.session.add(LibraryLinkUnitRow(created_at=unit.now, link_id=row.id, unit_id=unit_id))
    await unit.session.flush()


async def _note(unit: Unit, row: LibraryLinkRow, what: str) -> None:
    unit.record(what, "library-link", row.id)
    await unit.emit(Event(f"library-link.{what}", {"library_link": row.id}))


def _unknown(ids: Iterable[UUID], known: Collection[UUID]) -> list[tuple[int, UUID]]:
    return [(place, id_) for place, id_ in enumerate(ids) if id_ not in known]


def _check_period(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise invalid("/ends_on", "end-before-start")


def _check_coverage(covers_all: bool, courses: Sequence[UUID], units: Sequence[UUID]) -> None:
    if covers_all and (courses or units):
        raise invalid("/covers_all", "covers-all-and-some")
    if not (covers_all or courses or units):
        raise invalid("/covers_all", "covers-nothing")


def _given(value: Any, otherwise: Thing) -> Thing:
    return otherwise if value is UNSET else value
