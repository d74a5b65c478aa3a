"""The catalogue: courses and resources as lists and one by one, and what people change of them by hand."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from api.domains.courses.entitlement import reach_of_courses, reached_courses, require_course
from api.domains.courses.errors import CourseCodeTaken
from api.domains.courses.guards import KEEP_COURSES, READ_ALL_MATERIAL, READ_CATALOGUE, READ_RESTRICTED
from api.domains.courses.models import (
    CourseFacetRow,
    CourseRevisionRow,
    CourseRow,
    RenditionRow,
    ResourceFacetRow,
    ResourceRevisionRow,
    ResourceRow,
)
from api.domains.courses.rules import ANY, CourseState, Form, ResourceState, type_facet
from api.domains.courses.schemas import (
    CourseIn,
    CourseOut,
    CoursePatch,
    CoursePerson,
    RenditionOut,
    ResourceOut,
    ResourcePatch,
    RevisionOut,
    Rights,
)
from api.domains.courses.service import add_course, find_course_by_code
from api.domains.people.service import person_exists, unit_kind
from api.errors import NotFound, invalid
from api.events import Event
from api.policy import place
from api.unit import Unit
from builder.model.course import Access, ResourceType

Order = Sequence[InstrumentedAttribute[Any]]


# Courses


def list_courses(
    *,
    language: str | None,
    type_: ResourceType | None,
    form: Form | None,
    unit_id: UUID | None,
    without_unit: bool | None,
    state: CourseState,
) -> tuple[Select[Any], Order]:
    """The courses that have public material of the type, in the form, in the language; in the order of their codes.

    `form` and `type_` together ask for courses that have both, each in the language.
    """
    wanted = [facet for facet in (form, type_ and type_facet(type_)) if facet]
    conditions: list[ColumnElement[bool]] = [CourseRow.state == state]
    if unit_id is not None:
        conditions.append(CourseRow.unit_id == unit_id)
    if without_unit is not None:
        conditions.append(CourseRow.unit_id.is_(None) if without_unit else CourseRow.unit_id.is_not(None))
    if not wanted and language is None:
        return select(CourseRow).where(*conditions), (CourseRow.code, CourseRow.id)
    first, *others = wanted or [ANY]
    for facet in others:
        other = aliased(CourseFacetRow)
        conditions.append(
            exists().where(other.course_id == CourseRow.id, other.facet == facet, other.language == (language or ANY))
        )
    found = CourseFacetRow
    query: Any = (
        select(CourseRow, found.code, found.course_id)
        .join(found, found.course_id == CourseRow.id)
        .where(found.facet == first, found.language == (language or ANY), *conditions)
    )
    order: Order = (found.code, found.course_id)
    return query, order


def show_course(found: Any) -> CourseOut:
    row: CourseRow = found if isinstance(found, CourseRow) else found[0]
    return CourseOut(
        id=row.id,
        code=row.code,
        titles=row.titles,
        descriptions=row.descriptions,
        languages=row.languages,
        type=None if row.type is None else ResourceType(row.type),
        state=CourseState(row.state),
        unit_id=row.unit_id,
        unit_names=row.unit_names,
        ects=row.ects,
        national_credits=row.national_credits,
        rights=Rights(holder=row.holder, licence=row.licence, access=Access(row.access)),
        people=[CoursePerson(**one) for one in row.people],
        withdrawn_at=row.withdrawn_at,
        version=row.version,
    )


async def read_course(unit: Unit, course_id: UUID) -> CourseRow:
    """Raises NotFound. Withdrawn courses are shown too, as withdrawn: records refer to them."""
    unit.require(READ_CATALOGUE)
    row = await unit.session.get(CourseRow, course_id)
    if row is None:
        raise NotFound()
    return row


async def create_course(unit: Unit, data: CourseIn) -> CourseRow:
    """Raises CourseCodeTaken, InvalidFields."""
    unit.require(KEEP_COURSES, place(unit=data.unit_id), seen_by=READ_CATALOGUE)
    await _require_unit(unit, data.unit_id)
    if await find_course_by_code(unit, data.code) is not None:
        raise CourseCodeTaken(data.code)
    id_ = await add_course(unit, data.code, data.titles, data.unit_id, data.ects, data.national_credits)
    return await unit.session.get_one(CourseRow, id_)


async def change_course(unit: Unit, row: CourseRow, data: CoursePatch) -> None:
    """The row was given by `require_course`, and its version checked. Raises InvalidFields."""
    facts: dict[str, Any] = {}
    if isinstance(data.unit_id, UUID):
        await _require_unit(unit, data.unit_id)
        row.unit_id, row.unit_by_hand = data.unit_id, True
        facts["unit_id"] = str(data.unit_id)
        await unit.session.execute(
            update(ResourceRow)
            .where(
                ResourceRow.course_id == row.id,
                ResourceRow.unit_by_hand.is_(False),
                ResourceRow.unit_name.in_(list(row.unit_names.values())),
            )
            .values(unit_id=data.unit_id, version=ResourceRow.version + 1)
            .execution_options(synchronize_session=False)
        )
    if data.responsible_id is None or isinstance(data.responsible_id, UUID):
        if data.responsible_id is not None and not await person_exists(unit, data.responsible_id):
            raise invalid("/responsible_id", "unknown-record")
        row.responsible_id = data.responsible_id
        facts["responsible_id"] = str(data.responsible_id)
    for name in ("ects", "national_credits"):
        value = getattr(data, name)
        if isinstance(value, float):
            setattr(row, name, value)
            facts[name] = str(value)
    if facts:
        unit.record("change", "course", row.id, **facts)
        await unit.emit(Event("course.changed", {"course": row.id}, codes={"change": "by-hand"}))
    await unit.session.flush()


async def _require_unit(unit: Unit, unit_id: UUID | None) -> None:
    if unit_id is not None and await unit_kind(unit, unit_id) is None:
        raise invalid("/unit_id", "no-such-unit")


# Resources


async def list_resources(
    unit: Unit,
    *,
    course_id: UUID | None,
    language: str | None,
    type_: ResourceType | None,
    form: Form | None,
    state: ResourceState,
) -> tuple[Select[Any], Order]:
    """The resources that the actor may see. Restricted ones are found by those entitled alone."""
    table = ResourceRow
    conditions = [table.state == state, await _visible(unit)]
    if course_id is not None:
        conditions.append(table.course_id == course_id)
    wanted = [facet for facet in (form, type_ and type_facet(type_)) if facet]
    wanted = wanted or ([ANY] if language is not None else [])
    first = wanted.pop(0) if wanted and course_id is None else None
    for facet in wanted:
        other = aliased(ResourceFacetRow)
        conditions.append(
            exists().where(other.resource_id == table.id, other.facet == facet, other.language == (language or ANY))
        )
    if course_id is not None:
        return select(table).where(*conditions), (table.place, table.id)
    if first is None:
        return select(table).where(*conditions), (table.id,)
    found = ResourceFacetRow  # in the order of its index: the cost does not grow with the number of resources
    query: Any = (
        select(table, found.resource_id)
        .join(found, found.resource_id == table.id)
        .where(found.facet == first, found.language == (language or ANY), *conditions)
    )
    return query, (found.resource_id,)


async def _visible(unit: Unit) -> ColumnElement[bool]:
    """What the actor may see: published public material is everybody's, restricted material is for those entitled by a
    class of the course (clause 5.2), withdrawn material is for offices."""
    table = ResourceRow
    unit.require(READ_CATALOGUE)
    entitled = await reach_of_courses(unit, READ_RESTRICTED)
    staff = await reach_of_courses(unit, READ_ALL_MATERIAL)
    is_public = and_(table.state == ResourceState.PUBLISHED, table.access == Access.PUBLIC)
    conditions = [is_public]
    if not entitled.is_empty:
        conditions.append(
            and_(table.state == ResourceState.PUBLISHED, reached_courses(entitled, table.course_id, table.unit_id))
        )
    if not staff.is_empty:
        conditions.append(reached_courses(staff, table.course_id, table.unit_id))
    return or_(*conditions)


async def read_resource(unit: Unit, resource_id: UUID) -> ResourceRow:
    """Raises NotFound for what the actor may not see, as for what does not exist."""
    row = await unit.session.scalar(select(ResourceRow).where(ResourceRow.id == resource_id, await _visible(unit)))
    if row is None:
        raise NotFound()
    return row


async def change_resource(unit: Unit, row: ResourceRow, data: ResourcePatch) -> None:
    """The row was given by `read_resource`. Raises SignInNeeded, NotAllowed, InvalidFields."""
    await require_course(unit, row.course_id, await reach_of_courses(unit, KEEP_COURSES))
    await _require_unit(unit, data.unit_id)
    row.unit_id, row.unit_by_hand = data.unit_id, True
    unit.record("change", "resource", row.id, unit_id=str(data.unit_id))
    ids = {"course": row.course_id, "resource": row.id}
    await unit.emit(Event("resource.changed", ids, codes={"change": "by-hand"}))
    await unit.session.flush()


def show_resource(unit: Unit, found: Any) -> ResourceOut:
    row: ResourceRow = found if isinstance(found, ResourceRow) else found[0]
    return ResourceOut(
        id=row.id,
        course_id=row.course_id,
        kind=row.kind,  # type: ignore[arg-type]  # the same word; msgspec writes both alike
        name=row.name,
        titles=row.titles,
        type=ResourceType(row.type),
        languages=row.languages,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        rights=Rights(holder=row.holder, licence=row.licence, access=Access(row.access)),
        state=ResourceState(row.state),
        url=_address(unit, row, row.path),
        digest=row.file_digest,
        withdrawn_at=row.withdrawn_at,
        version=row.version,
    )


def list_renditions(row: ResourceRow) -> tuple[Select[Any], Order]:
    table = RenditionRow
    query = select(table).where(table.resource_id == row.id, table.withdrawn_at.is_(None))
    return query, (table.path, table.id)


def show_rendition(unit: Unit, resource: ResourceRow, row: RenditionRow) -> RenditionOut:
    return RenditionOut(
        id=row.id,
        resource_id=row.resource_id,
        form=Form(row.form),
        format=row.format,
        language=row.language,
        variant=row.variant,
        profile=row.profile,
        url=_address(unit, resource, row.path),
        media_type=row.media_type,
        size=row.size,
        digest=row.digest,
        pages=row.pages,
        words=row.words,
        duration_ms=row.duration_ms,
        reviewed=row.reviewed,
    )


def _address(unit: Unit, resource: ResourceRow, path: str | None) -> str | None:
    """Restricted material is kept out of the site (clause 5.2), and withdrawn material is there no more."""
    if path is None or resource.access != Access.PUBLIC or resource.state != ResourceState.PUBLISHED:
        return None
    return f"{unit.settings.site_url}/{quote(path)}"


# History


def course_revisions(course_id: UUID) -> tuple[Select[Any], Order]:
    table = CourseRevisionRow
    return select(table).where(table.course_id == course_id), (table.number, table.id)


def resource_revisions(resource_id: UUID) -> tuple[Select[Any], Order]:
    table = ResourceRevisionRow
    return select(table).where(table.resource_id == resource_id), (table.number, table.id)


def show_revision(row: CourseRevisionRow | ResourceRevisionRow, *, whole: bool) -> RevisionOut:
    """`whole`: also what was restricted at the time."""
    return RevisionOut(
        number=row.number,
        change=row.change,  # type: ignore[arg-type]  # the same word
        recorded_at=row.created_at,
        digest=row.digest,
        content=row.content if whole or row.access == Access.PUBLIC else None,
    )


async def sees_everything_of(unit: Unit, row: ResourceRow) -> bool:
    """Whether the actor may read what was restricted in earlier revisions."""
    within = await reach_of_courses(unit, READ_RESTRICTED, READ_ALL_MATERIAL)
    condition = reached_courses(within, ResourceRow.course_id, ResourceRow.unit_id)
    found = await unit.session.scalar(select(ResourceRow.id).where(ResourceRow.id == row.id, condition))
    return found is not None
