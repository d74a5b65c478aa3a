"""Class results over HTTP: proposed by who teaches, approved by the dean's office or the registry."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.grading.access import own_person, require_class, row_by_row, within
from api.domains.grading.errors import (
    GradesNotReleased,
    NotInClass,
    PlanIncomplete,
    ResultOutdated,
    ScaleNotSet,
    SecondPersonNeeded,
)
from api.domains.grading.guards import (
    APPROVE_RESULTS,
    PROPOSE_RESULTS,
    VIEW_OWN_GRADES,
    VIEW_RESULTS,
)
from api.domains.grading.models import ClassResultRow
from api.domains.grading.results import approve, compute, find_result, propose, required_scale, send_back
from api.domains.grading.rules import ResultState
from api.domains.grading.schemas import ApproveIn, GradingReasonIn, GradingRowsOut, ProposeIn, ResultOut
from api.domains.grading.showing import show_results
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotFound, StaleVersion
from api.http.exchange import Answer, TheExchange, entity_tag, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action, Place
from api.unit import Unit

IsOutdated = Annotated[
    bool | None, QueryParameter(name="outdated", description="Only approved ones of which a grade has changed since")
]
InState = Annotated[ResultState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["class results"]


def place_of_result(row: ClassResultRow) -> Place:
    """Of whoever teaches and runs the class, and of the programme and dean's office of the study. Students see theirs
    by a route of their own, when it is approved."""
    return Place(
        units=frozenset({row.unit_id, row.study_unit_id}),
        programmes=frozenset({row.programme_id}),
        classes=frozenset({row.class_id}),
    )


async def _require(unit: Unit, wanted: Action, id_: UUID, *, lock: bool = False) -> ClassResultRow:
    row = await find_result(unit, id_)
    unit.require(wanted, place_of_result(row), seen_by=VIEW_RESULTS)
    return await find_result(unit, id_, lock=True) if lock else row


async def _answer(unit: Unit, row: ClassResultRow, language: str) -> Answer:
    return tagged((await show_results(unit, [row], language))[0], row.version)


@post(
    "/classes/{class_id:uuid}/results/propose",
    policy=PROPOSE_RESULTS,
    idempotent=True,
    problems=(PlanIncomplete, GradesNotReleased, ScaleNotSet),
    operation_id="propose_class_results",
    tags=_TAGS,
    status_code=200,
)
async def propose_results(
    class_id: FromPath[UUID], data: JSONBody[ProposeIn], exchange: TheExchange
) -> Response[GradingRowsOut]:
    """Proposes the results of a class: the weighted totals of the released grades, as grades of the class's scale. Each
    student has their own row. An approved result is followed by another only with a reason."""

    async def work(unit: Unit) -> Answer:
        await require_class(unit, PROPOSE_RESULTS, class_id, seen_by=VIEW_RESULTS)
        await class_brief(unit, class_id, lock=True)
        scale = await required_scale(unit, class_id)
        computed = await compute(unit, class_id, data.person_ids)
        persons = data.person_ids or await _without_result(unit, class_id, [*computed])

        async def do(place: int) -> tuple[UUID, int]:
            one = computed.get(persons[place])
            if one is None:
                raise NotInClass()
            row = await propose(unit, one, scale, missing_as_zero=data.missing_as_zero, reason=data.reason)
            return row.id, row.version

        return Answer(await row_by_row(unit, persons, exchange.language, do))

    return await exchange.once(work)


async def _without_result(unit: Unit, class_id: UUID, persons: list[UUID]) -> list[UUID]:
    """Those for whom nothing is proposed or approved."""
    having = await unit.session.scalars(
        select(ClassResultRow.person_id).where(
            ClassResultRow.class_id == class_id,
            ClassResultRow.state.in_((ResultState.PROPOSED, ResultState.APPROVED)),
        )
    )
    known = set(having)
    return [one for one in persons if one not in known]


@post(
    "/classes/{class_id:uuid}/results/approve",
    policy=APPROVE_RESULTS,
    idempotent=True,
    operation_id="approve_class_results",
    tags=_TAGS,
    status_code=200,
)
async def approve_results(
    class_id: FromPath[UUID], data: JSONBody[ApproveIn], exchange: TheExchange
) -> Response[GradingRowsOut]:
    """Approves many proposals of a class, each with the version that was read; each row has its own result."""

    async def work(unit: Unit) -> Answer:
        await require_class(unit, APPROVE_RESULTS, class_id, seen_by=VIEW_RESULTS)
        await class_brief(unit, class_id, lock=True)
        ids = [one.id for one in data.results]
        table = ClassResultRow
        found = await unit.session.execute(
            select(table.id, table.person_id).where(table.id.in_(ids), table.class_id == class_id)
        )
        persons = {id_: person_id for id_, person_id in found.all()}  # noqa: C416 (rows are no pairs to mypy)
        if missing := [one for one in ids if one not in persons]:
            raise NotFound() from KeyError(missing[0])

        async def do(place: int) -> tuple[UUID, int]:
            wanted = data.results[place]
            row = await find_result(unit, wanted.id, lock=True)
            if row.version != wanted.version:
                raise StaleVersion(current=entity_tag(row.version))
            await approve(unit, row)
            return row.id, row.version

        return Answer(await row_by_row(unit, [persons[id_] for id_ in ids], exchange.language, do))

    return await exchange.once(work)


@get("/class-results", policy=VIEW_RESULTS, operation_id="list_class_results", tags=_TAGS)
async def list_results(
    exchange: TheExchange,
    class_id: FromQuery[UUID | None] = None,
    person_id: FromQuery[UUID | None] = None,
    academic_session_id: FromQuery[UUID | None] = None,
    in_state: InState = None,
    is_outdated: IsOutdated = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ResultOut]]:
    """Results that the actor may see, all versions, in the order in which they were proposed. Students:
    `/v1/me/class-results`."""
    async with exchange.reading() as unit:
        table = ClassResultRow
        query = select(table).where(
            within(
                unit.reach(VIEW_RESULTS),
                person=table.person_id,
                class_=table.class_id,
                units=[table.unit_id, table.study_unit_id],
                programme=table.programme_id,
            )
        )
        for column, wanted in (
            (table.class_id, class_id),
            (table.person_id, person_id),
            (table.academic_session_id, academic_session_id),
            (table.state, in_state),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        if is_outdated is not None:
            is_approved = table.state == ResultState.APPROVED
            query = query.where(is_approved, table.outdated_at.is_not(None) == is_outdated)
        answer = await page(exchange, unit, query, [table.id], lambda row: row, cursor, limit)
        answer.content.items = await show_results(unit, answer.content.items, exchange.language)
        return answer.response()


@get(
    "/class-results/{result_id:uuid}",
    policy=VIEW_RESULTS,
    versioned=True,
    operation_id="get_class_result",
    tags=_TAGS,
)
async def get_result(result_id: FromPath[UUID], exchange: TheExchange) -> Response[ResultOut]:
    """One result with its parts; with its entity tag."""
    async with exchange.reading() as unit:
        row = await _require(unit, VIEW_RESULTS, result_id)
        return (await _answer(unit, row, exchange.language)).response()


@post(
    "/class-results/{result_id:uuid}/approve",
    policy=APPROVE_RESULTS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, SecondPersonNeeded, ResultOutdated, PlanIncomplete, GradesNotReleased, NotInClass),
    operation_id="approve_class_result",
    tags=_TAGS,
    status_code=200,
)
async def approve_result(result_id: FromPath[UUID], exchange: TheExchange) -> Response[ResultOut]:
    """Puts a proposal in force, in place of the one before, and ends the enrolment with it: the dean's office or the
    registry, somebody else than who proposed. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, APPROVE_RESULTS, result_id)
        await class_brief(unit, row.class_id, lock=True)
        row = await find_result(unit, result_id, lock=True)
        exchange.check_version(row.version)
        await approve(unit, row)
        return await _answer(unit, row, exchange.language)

    return await exchange.once(work)


@post(
    "/class-results/{result_id:uuid}/return",
    policy=APPROVE_RESULTS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="return_class_result",
    tags=_TAGS,
    status_code=200,
)
async def return_result(
    result_id: FromPath[UUID], data: JSONBody[GradingReasonIn], exchange: TheExchange
) -> Response[ResultOut]:
    """Gives a proposal back with the reason. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        row = await _require(unit, APPROVE_RESULTS, result_id, lock=True)
        exchange.check_version(row.version)
        await send_back(unit, row, data.reason)
        return await _answer(unit, row, exchange.language)

    return await exchange.once(work)


@get("/me/class-results", policy=VIEW_OWN_GRADES, operation_id="list_own_class_results", tags=_TAGS)
async def list_own_results(
    exchange: TheExchange,
    academic_session_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ResultOut]]:
    """One's own approved results, and those that a later one replaced, with the grade in the language that was asked
    for."""
    async with exchange.reading() as unit:
        person_id = own_person(unit, VIEW_OWN_GRADES)
        table = ClassResultRow
        query = select(table).where(
            table.person_id == person_id, table.state.in_((ResultState.APPROVED, ResultState.SUPERSEDED))
        )
        if academic_session_id is not None:
            query = query.where(table.academic_session_id == academic_session_id)
        answer = await page(exchange, unit, query, [table.id], lambda row: row, cursor, limit)
        answer.content.items = await show_results(unit, answer.content.items, exchange.language)
        return answer.response()


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            approve_result,
            approve_results,
            get_result,
            list_own_results,
            list_results,
            propose_results,
            return_result,
        ],
    ),
)
