"""Routes of the catalogue: courses, resources, their files and their history."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.domains.courses.catalogue import (
    change_course,
    change_resource,
    course_revisions,
    create_course,
    list_courses,
    list_renditions,
    list_resources,
    read_course,
    read_resource,
    resource_revisions,
    sees_everything_of,
    show_course,
    show_rendition,
    show_resource,
    show_revision,
)
from api.domains.courses.entitlement import reach_of_courses, require_course
from api.domains.courses.errors import CourseCodeTaken
from api.domains.courses.guards import KEEP_COURSES, READ_CATALOGUE
from api.domains.courses.library_routes import library_links
from api.domains.courses.package_routes import courses_packages, package_gates, packages
from api.domains.courses.rules import CourseState, Form, ResourceState
from api.domains.courses.schemas import (
    CourseIn,
    CourseOut,
    CoursePatch,
    RenditionOut,
    ResourceOut,
    ResourcePatch,
    RevisionOut,
)
from api.errors import NotAllowed, NotFound, SignInNeeded, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import END, PageOf
from api.unit import Unit
from builder.model.course import ResourceType

InLanguage = Annotated[
    str | None,
    QueryParameter(
        name="language",
        max_length=35,
        pattern=r"^[A-Za-z0-9-]+" + END,
        description="Of the material, e.g. `ky`",
    ),
]
OfType = Annotated[ResourceType | None, QueryParameter(name="type", description="Type of the resource (clause 1.3)")]
InForm = Annotated[Form | None, QueryParameter(name="form", description="What it is for a reader, e.g. `braille`")]
_CHANGES = (SignInNeeded, NotAllowed, NotFound, VersionNeeded, StaleVersion)


@get("/", policy=READ_CATALOGUE, operation_id="list_courses", tags=["catalogue"])
async def show_courses(
    exchange: TheExchange,
    language: InLanguage = None,
    type_: OfType = None,
    form: InForm = None,
    unit_id: Annotated[UUID | None, QueryParameter(name="unit_id", description="The responsible unit")] = None,
    without_unit: Annotated[
        bool | None, QueryParameter(name="without_unit", description="Whether no responsible unit is known yet")
    ] = None,
    course_state: Annotated[CourseState, QueryParameter(name="state")] = CourseState.OFFERED,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[CourseOut]]:
    """The catalogue, for everybody, in the order of codes. `form=braille&language=ky` asks which courses have braille
    in Kyrgyz: only public material counts."""
    async with exchange.reading() as unit:
        unit.require(READ_CATALOGUE)
        query, order = list_courses(
            language=language,
            type_=type_,
            form=form,
            unit_id=unit_id,
            without_unit=without_unit,
            state=course_state,
        )
        return (await page(exchange, unit, query, order, show_course, cursor, limit)).response()


@post(
    "/",
    policy=KEEP_COURSES,
    idempotent=True,
    problems=(SignInNeeded, NotAllowed, CourseCodeTaken),
    operation_id="add_course",
    tags=["catalogue"],
    status_code=201,
)
async def add(data: JSONBody[CourseIn], exchange: TheExchange) -> Response[CourseOut]:
    """Adds a course that the site does not have yet. By the registry, or by a department for itself. When the site's
    manifest brings a course with this code, its texts, languages and rights take over."""

    async def work(unit: Unit) -> Answer:
        row = await create_course(unit, data)
        return tagged(show_course(row), row.version, 201, {"Location": f"/v1/courses/{row.id}"})

    return await exchange.once(work)


@get(
    "/{course_id:uuid}",
    policy=READ_CATALOGUE,
    versioned=True,
    problems=(NotFound,),
    operation_id="read_course",
    tags=["catalogue"],
)
async def read(course_id: FromPath[UUID], exchange: TheExchange) -> Response[CourseOut]:
    """A course, for everybody. A withdrawn one is shown as withdrawn, because records refer to it."""
    async with exchange.reading() as unit:
        row = await read_course(unit, course_id)
        return tagged(show_course(row), row.version).response()


@patch(
    "/{course_id:uuid}",
    policy=KEEP_COURSES,
    versioned=True,
    problems=_CHANGES,
    operation_id="change_course",
    tags=["catalogue"],
)
async def change(course_id: FromPath[UUID], data: JSONBody[CoursePatch], exchange: TheExchange) -> Response[CourseOut]:
    """Assigns the responsible unit where the name in the manifest did not match, who answers for the course, and
    credits. By the registry, or by the head of the course's department. What was assigned by hand, no manifest
    changes. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await require_course(unit, course_id, await reach_of_courses(unit, KEEP_COURSES), lock=True)
        exchange.check_version(row.version)
        await change_course(unit, row, data)
        answer = tagged(show_course(row), row.version)
    return answer.response()


@get(
    "/{course_id:uuid}/revisions",
    policy=READ_CATALOGUE,
    problems=(NotFound,),
    operation_id="list_course_revisions",
    tags=["catalogue"],
)
async def show_course_revisions(
    course_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RevisionOut]]:
    """What was published of the course, and when (clause 5.2: every revision is kept). What was restricted at the time
    is shown without its content."""
    async with exchange.reading() as unit:
        await read_course(unit, course_id)
        query, order = course_revisions(course_id)
        answer = await page(exchange, unit, query, order, lambda row: show_revision(row, whole=False), cursor, limit)
    return answer.response()


@get("/", policy=READ_CATALOGUE, problems=(SignInNeeded, NotAllowed), operation_id="list_resources", tags=["catalogue"])
async def show_resources(
    exchange: TheExchange,
    course_id: Annotated[UUID | None, QueryParameter(name="course_id")] = None,
    language: InLanguage = None,
    type_: OfType = None,
    form: InForm = None,
    resource_state: Annotated[ResourceState, QueryParameter(name="state")] = ResourceState.PUBLISHED,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ResourceOut]]:
    """Typed resources with their rights. Public ones for everybody; restricted ones for students and instructors of a
    class of the course, and for the offices; withdrawn ones for the offices."""
    async with exchange.reading() as unit:
        query, order = await list_resources(
            unit, course_id=course_id, language=language, type_=type_, form=form, state=resource_state
        )
        answer = await page(exchange, unit, query, order, lambda row: show_resource(unit, row), cursor, limit)
    return answer.response()


@get(
    "/{resource_id:uuid}",
    policy=READ_CATALOGUE,
    versioned=True,
    problems=(NotFound,),
    operation_id="read_resource",
    tags=["catalogue"],
)
async def show_one_resource(resource_id: FromPath[UUID], exchange: TheExchange) -> Response[ResourceOut]:
    """A resource. What you may not see is not found."""
    async with exchange.reading() as unit:
        row = await read_resource(unit, resource_id)
        return tagged(show_resource(unit, row), row.version).response()


@patch(
    "/{resource_id:uuid}",
    policy=KEEP_COURSES,
    versioned=True,
    problems=_CHANGES,
    operation_id="change_resource",
    tags=["catalogue"],
)
async def change_one_resource(
    resource_id: FromPath[UUID], data: JSONBody[ResourcePatch], exchange: TheExchange
) -> Response[ResourceOut]:
    """Assigns the responsible unit of a resource where the name in the manifest did not match. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await read_resource(unit, resource_id)
        exchange.check_version(row.version)
        await change_resource(unit, row, data)
        answer = tagged(show_resource(unit, row), row.version)
    return answer.response()


@get(
    "/{resource_id:uuid}/renditions",
    policy=READ_CATALOGUE,
    problems=(NotFound,),
    operation_id="list_renditions",
    tags=["catalogue"],
)
async def show_renditions(
    resource_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RenditionOut]]:
    """The files of a resource, with form, language, size, digest, length and address."""
    async with exchange.reading() as unit:
        resource = await read_resource(unit, resource_id)
        query, order = list_renditions(resource)
        answer = await page(
            exchange, unit, query, order, lambda row: show_rendition(unit, resource, row), cursor, limit
        )
    return answer.response()


@get(
    "/{resource_id:uuid}/revisions",
    policy=READ_CATALOGUE,
    problems=(NotFound,),
    operation_id="list_resource_revisions",
    tags=["catalogue"],
)
async def show_resource_revisions(
    resource_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[RevisionOut]]:
    """What was published of the resource and its files, with digests and dates (clause 5.2)."""
    async with exchange.reading() as unit:
        resource = await read_resource(unit, resource_id)
        whole = await sees_everything_of(unit, resource)
        query, order = resource_revisions(resource_id)
        answer = await page(exchange, unit, query, order, lambda row: show_revision(row, whole=whole), cursor, limit)
    return answer.response()


routers: Sequence[Router] = (
    Router(
        "/v1/courses",
        route_handlers=[show_courses, add, read, change, show_course_revisions, *courses_packages],
    ),
    Router(
        "/v1/resources",
        route_handlers=[
            *(show_resources, show_one_resource, change_one_resource, show_renditions, show_resource_revisions)
        ],
    ),
    library_links,
    packages,
    package_gates,
)
