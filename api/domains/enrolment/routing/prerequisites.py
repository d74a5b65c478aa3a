"""Prerequisites and waivers over HTTP."""

from typing import Final
from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.courses.service import course_brief
from api.domains.enrolment.errors import PrerequisiteCycle
from api.domains.enrolment.guards import SET_PREREQUISITE, VIEW_PREREQUISITES, VIEW_WAIVERS, WAIVE
from api.domains.enrolment.models import PrerequisiteWaiverRow
from api.domains.enrolment.prerequisites import (
    Prerequisite,
    drop_prerequisite,
    find_prerequisite,
    prerequisites_of,
    set_prerequisite,
    waive,
)
from api.domains.enrolment.schemas import PrerequisiteIn, PrerequisiteOut, PrerequisitesOut, WaiverIn, WaiverOut
from api.domains.people.service import person_exists
from api.errors import Conflict, invalid
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Place, place
from api.unit import Unit

_TAGS: Final = ["enrolment"]


async def _place_of_course(unit: Unit, course_id: UUID) -> Place:
    return place(unit=(await course_brief(unit, course_id)).unit_id)


def _show(one: Prerequisite) -> PrerequisiteOut:
    return PrerequisiteOut(id=one.id, course_id=one.course_id, any_of=list(one.any_of))


@get(
    "/courses/{course_id:uuid}/prerequisites", policy=VIEW_PREREQUISITES, operation_id="list_prerequisites", tags=_TAGS
)
async def list_prerequisites(course_id: FromPath[UUID], exchange: TheExchange) -> Response[PrerequisitesOut]:
    """What a course asks for; everybody may know. A course has a handful of them, so they come at once."""
    async with exchange.reading() as unit:
        unit.require(VIEW_PREREQUISITES)
        await course_brief(unit, course_id)
        return Response(PrerequisitesOut(items=[_show(one) for one in await prerequisites_of(unit, course_id)]))


@post(
    "/courses/{course_id:uuid}/prerequisites",
    policy=SET_PREREQUISITE,
    idempotent=True,
    problems=(PrerequisiteCycle,),
    operation_id="set_prerequisite",
    tags=_TAGS,
    status_code=201,
)
async def add_prerequisite(
    course_id: FromPath[UUID], data: JSONBody[PrerequisiteIn], exchange: TheExchange
) -> Response[PrerequisiteOut]:
    """Asks for one more: any one of the courses named. The head of the course's department, or the registry."""

    async def work(unit: Unit) -> Answer:
        unit.require(SET_PREREQUISITE, await _place_of_course(unit, course_id), seen_by=VIEW_PREREQUISITES)
        return Answer(_show(await set_prerequisite(unit, course_id, data.any_of)), 201)

    return await exchange.once(work)


@delete("/prerequisites/{prerequisite_id:uuid}", policy=SET_PREREQUISITE, operation_id="drop_prerequisite", tags=_TAGS)
async def remove_prerequisite(prerequisite_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Asks for it no longer. Those who waited because of it move up with the next place that becomes free."""
    async with exchange.writing() as unit:
        unit.reach(SET_PREREQUISITE)
        course_id = await find_prerequisite(unit, prerequisite_id)
        unit.require(SET_PREREQUISITE, await _place_of_course(unit, course_id), seen_by=VIEW_PREREQUISITES)
        await drop_prerequisite(unit, prerequisite_id, course_id)


@post(
    "/courses/{course_id:uuid}/prerequisite-waivers",
    policy=WAIVE,
    idempotent=True,
    problems=(Conflict,),
    operation_id="waive_prerequisites",
    tags=_TAGS,
    status_code=201,
)
async def waive_prerequisites(
    course_id: FromPath[UUID], data: JSONBody[WaiverIn], exchange: TheExchange
) -> Response[WaiverOut]:
    """Lets one person take the course without what it asks for, with a reason: the head of the course's department."""

    async def work(unit: Unit) -> Answer:
        unit.require(WAIVE, await _place_of_course(unit, course_id), seen_by=VIEW_PREREQUISITES)
        if not await person_exists(unit, data.person_id):
            raise invalid("/person_id", "no-such-object")
        return Answer(_show_waiver(await waive(unit, course_id, data.person_id, data.reason)), 201)

    return await exchange.once(work)


@get(
    "/courses/{course_id:uuid}/prerequisite-waivers",
    policy=VIEW_WAIVERS,
    operation_id="list_prerequisite_waivers",
    tags=_TAGS,
)
async def list_waivers(
    course_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[WaiverOut]]:
    """Who may take the course without its prerequisites, and why: for the head of its department and the offices."""
    async with exchange.reading() as unit:
        unit.require(VIEW_WAIVERS, await _place_of_course(unit, course_id), seen_by=VIEW_PREREQUISITES)
        query = select(PrerequisiteWaiverRow).where(PrerequisiteWaiverRow.course_id == course_id)
        answer = await page(exchange, unit, query, [PrerequisiteWaiverRow.id], _show_waiver, cursor, limit)
        return answer.response()


def _show_waiver(row: PrerequisiteWaiverRow) -> WaiverOut:
    return WaiverOut(
        id=row.id, course_id=row.course_id, person_id=row.person_id, reason=row.reason, granted_at=row.created_at
    )


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            add_prerequisite,
            list_prerequisites,
            list_waivers,
            remove_prerequisite,
            waive_prerequisites,
        ],
    ),
)
