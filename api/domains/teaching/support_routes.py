"""Support of single students over HTTP (clause 7.4)."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import or_, select

from api.domains.courses import service as courses
from api.domains.people import service as people
from api.domains.teaching import groups, support
from api.domains.teaching.briefs import class_briefs, groups_of_person
from api.domains.teaching.errors import AlreadyAssigned, TermIsOver
from api.domains.teaching.guards import MANAGE_SUPPORT, NARROW_SUPPORT, SEE_SHARED, VIEW_SUPPORT
from api.domains.teaching.models import SupportAssignmentRow
from api.domains.teaching.rules import Period, Share
from api.domains.teaching.schemas import (
    Curator,
    SharedClass,
    SharedContact,
    SharedGroup,
    SharedOut,
    ShareIn,
    SupportIn,
    SupportOut,
    TermEnd,
)
from api.errors import NotAllowed, NotFound, SignInNeeded, StaleVersion, VersionNeeded
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.identity import Role, Scope
from api.policy import Place, place
from api.unit import Unit

TAGS = ["support"]


@get(policy=VIEW_SUPPORT, operation_id="list_support_assignments", tags=TAGS)
async def list_support_assignments(
    exchange: TheExchange,
    person_id: Annotated[UUID | None, QueryParameter(name="person_id", description="The student")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[SupportOut]]:
    """Who supports whom (clause 7.4): one's own supporters, whom one supports, the students of one's groups as their
    curator, and all for the inclusive-education office."""
    async with exchange.reading() as unit:
        reach = unit.reach(VIEW_SUPPORT)
        table = SupportAssignmentRow
        query = select(table).where(
            table.revoked_at.is_(None),
            or_(people.visible_persons(reach, unit.today, table.person_id), table.supporter_id == unit.actor.person),
        )
        if person_id is not None:
            query = query.where(table.person_id == person_id)
        answer = await page(exchange, unit, query, [table.id], lambda row: row, cursor, limit)
        shown = PageOf(items=await _shown(unit, answer.content.items), next=answer.content.next)
        return Answer(shown, headers=answer.headers).response()


@get("/{assignment_id:uuid}", policy=VIEW_SUPPORT, versioned=True, operation_id="get_support_assignment", tags=TAGS)
async def get_support_assignment(assignment_id: FromPath[UUID], exchange: TheExchange) -> Response[SupportOut]:
    """One assignment."""
    async with exchange.reading() as unit:
        row = await _found(unit, assignment_id)
        unit.require(VIEW_SUPPORT, await _place(unit, row))
        return (await _answer(unit, row)).response()


@post(
    policy=MANAGE_SUPPORT,
    idempotent=True,
    problems=(AlreadyAssigned,),
    operation_id="assign_support",
    tags=TAGS,
    status_code=201,
)
async def assign_support(data: JSONBody[SupportIn], exchange: TheExchange) -> Response[SupportOut]:
    """Assigns a psychologist, a tutor, a curator or a specialist to a student: the inclusive-education office. Somebody
    from outside gets no role and sees what is shared, until a last day."""

    async def work(unit: Unit) -> Answer:
        unit.require(MANAGE_SUPPORT, await people.place_of_person(unit, data.person_id), seen_by=VIEW_SUPPORT)
        row = await support.assign_support(
            unit,
            support.NewSupport(
                data.person_id,
                data.supporter_id,
                data.kind,
                data.is_outside,
                frozenset(data.shares),
                data.starts_on,
                data.ends_on,
            ),
        )
        return await _answer(unit, row, 201)

    return await exchange.once(work)


@put(
    "/{assignment_id:uuid}/shares",
    policy=NARROW_SUPPORT,
    versioned=True,
    problems=(VersionNeeded, StaleVersion, TermIsOver),
    operation_id="share_with_specialist",
    tags=TAGS,
)
async def share_with_specialist(
    assignment_id: FromPath[UUID], data: JSONBody[ShareIn], exchange: TheExchange
) -> Response[SupportOut]:
    """Sets what a specialist from outside sees from now on. The office shares more or less; the student may share less
    at any time. Needs If-Match."""
    async with exchange.writing() as unit:
        where = await _require_narrowing(unit, await _found(unit, assignment_id))
        row = await support.locked_support(unit, assignment_id)
        exchange.check_version(row.version)
        if not set(data.shares) <= set(support.read_terms(unit, row).shares):
            unit.require(MANAGE_SUPPORT, where, seen_by=NARROW_SUPPORT)
        await support.share(unit, row, data.shares)
        return (await _answer(unit, row)).response()


@post(
    "/{assignment_id:uuid}/end",
    policy=NARROW_SUPPORT,
    idempotent=True,
    problems=(TermIsOver,),
    operation_id="end_support",
    tags=TAGS,
    status_code=200,
)
async def end_support(
    assignment_id: FromPath[UUID], data: JSONBody[TermEnd], exchange: TheExchange
) -> Response[SupportOut]:
    """Sets the last day: the office, or the student."""

    async def work(unit: Unit) -> Answer:
        await _require_narrowing(unit, await _found(unit, assignment_id))
        row = await support.locked_support(unit, assignment_id)
        await support.end_support(unit, row, data.ends_on)
        return await _answer(unit, row)

    return await exchange.once(work)


@get("/{assignment_id:uuid}/shared", policy=SEE_SHARED, operation_id="see_shared", tags=TAGS)
async def see_shared(assignment_id: FromPath[UUID], exchange: TheExchange) -> Response[SharedOut]:
    """What was shared of the student with the one who asks, today, and nothing else. Each reading is in the audit log,
    which the student can read."""
    async with exchange.writing() as unit:
        row = await _found(unit, assignment_id)
        unit.require(SEE_SHARED, place(person=row.supporter_id))
        if not row.is_outside or unit.today not in Period(row.starts_on, row.ends_on):
            raise NotFound()
        unit.record("read-shared", "support-assignment", row.id, person=row.person_id)
        return Response(await _share(unit, row.person_id, frozenset(support.read_terms(unit, row).shares)))


async def _share(unit: Unit, person_id: UUID, shares: frozenset[Share]) -> SharedOut:
    names = await people.full_names(unit, {person_id})
    return SharedOut(
        person_id=person_id,
        name=names.get(person_id, ""),
        contact=await _contact(unit, person_id) if Share.CONTACT in shares else None,
        groups=await _groups(unit, person_id) if Share.GROUPS in shares else None,
        classes=await _classes(unit, person_id) if Share.CLASSES in shares else None,
    )


async def _contact(unit: Unit, person_id: UUID) -> SharedContact:
    contact = await people.contact_of(unit, person_id)
    return SharedContact(email=contact.email, language=contact.language)


async def _groups(unit: Unit, person_id: UUID) -> list[SharedGroup]:
    found = await groups_of_person(unit, person_id)
    curators = await groups.curators_on(unit, [one.id for one in found], unit.today)
    names = await people.full_names(unit, {person for persons in curators.values() for person in persons})
    return [
        SharedGroup(
            code=one.code,
            curators=[Curator(person_id=id_, name=names.get(id_, "")) for id_ in curators.get(one.id, ())],
        )
        for one in found
    ]


async def _classes(unit: Unit, person_id: UUID) -> list[SharedClass]:
    """By the student's roles: a place in a class gives one."""
    roles = await people.roles_of(unit.session, person_id, unit.today)
    ids = {id_ for held in roles if held.role is Role.STUDENT and held.scope is Scope.CLASS for id_ in held.ids}
    found = await class_briefs(unit, sorted(ids))
    known = await courses.course_briefs(unit, {one.course_id for one in found.values()})
    return [
        SharedClass(
            id=one.id,
            code=one.code,
            course_titles=dict(known[one.course_id].titles),
            language=one.language,
            mode=one.mode,
        )
        for one in found.values()
    ]


async def _found(unit: Unit, assignment_id: UUID) -> SupportAssignmentRow:
    row = await unit.session.get(SupportAssignmentRow, assignment_id)
    if row is None or row.revoked_at is not None:
        raise NotFound() if unit.actor.is_signed_in else SignInNeeded()
    return row


async def _require_narrowing(unit: Unit, row: SupportAssignmentRow) -> Place:
    """The student's place. Whoever supports sees the assignment and may not change it."""
    where = await _students_place(unit, row)
    if not unit.may(NARROW_SUPPORT, where) and unit.may(VIEW_SUPPORT, await _place(unit, row)):
        raise NotAllowed()
    unit.require(NARROW_SUPPORT, where)
    return where


async def _students_place(unit: Unit, row: SupportAssignmentRow) -> Place:
    return await people.place_of_person(unit, row.person_id)


async def _place(unit: Unit, row: SupportAssignmentRow) -> Place:
    """Where the student is, and whoever supports: the same as the list's condition."""
    where = await _students_place(unit, row)
    return Place(
        persons=where.persons | {row.supporter_id},
        units=where.units,
        programmes=where.programmes,
        classes=where.classes,
        groups=where.groups,
    )


async def _shown(unit: Unit, rows: list[SupportAssignmentRow]) -> list[SupportOut]:
    names = await people.full_names(unit, {row.supporter_id for row in rows})
    found: list[SupportOut] = []
    for row in rows:
        terms = support.read_terms(unit, row)
        found.append(
            SupportOut(
                id=row.id,
                person_id=row.person_id,
                supporter_id=row.supporter_id,
                supporter_name=names.get(row.supporter_id, ""),
                kind=terms.kind,
                is_outside=row.is_outside,
                shares=list(terms.shares),
                starts_on=row.starts_on,
                ends_on=row.ends_on,
            )
        )
    return found


async def _answer(unit: Unit, row: SupportAssignmentRow, status: int = 200) -> Answer:
    headers: dict[str, Any] = {"Location": f"/v1/support-assignments/{row.id}"} if status == 201 else {}
    (shown,) = await _shown(unit, [row])
    return tagged(shown, row.version, status, headers)


router = Router(
    "/v1/support-assignments",
    route_handlers=[
        list_support_assignments,
        get_support_assignment,
        assign_support,
        share_with_specialist,
        end_support,
        see_shared,
    ],
)
