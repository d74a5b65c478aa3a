"""Programmes, modules at a distance, curricula and shares over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter
from sqlalchemy import select

from api.domains.programmes import approvals, catalogue_routes, curricula
from api.domains.programmes.approvals import Step
from api.domains.programmes.errors import (
    AlreadyRecorded,
    CurriculumFrozen,
    DecidedAtAnotherLevel,
    EditionOpen,
    NotADraft,
    SpecialityClosed,
)
from api.domains.programmes.guards import DECIDE, EDIT, PROPOSE, REVIEW, VIEW_CATALOGUE, VIEW_UNAPPROVED
from api.domains.programmes.models import DecisionRow, ModuleApprovalRow, ProgrammeRow
from api.domains.programmes.rules import Form, Level, Mode, Move, State
from api.domains.programmes.schemas import (
    CurriculumIn,
    CurriculumOut,
    DecisionOut,
    ModuleChange,
    ModuleIn,
    ModuleOut,
    ProgrammeChange,
    ProgrammeDeviationOut,
    ProgrammeIn,
    ProgrammeOut,
    ProgrammeShareOut,
    RefusalIn,
    ReviewIn,
    StepIn,
)
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, Exchange, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Code, PageOf
from api.policy import place
from api.unit import Unit

Year = Annotated[int, PathParameter(name="intake_year", ge=1990, le=2100, description="The year of intake")]
InState = Annotated[State | None, QueryParameter(name="state", description="Of the approval")]
STEP_PROBLEMS = (MoveNotAllowed, DecidedAtAnotherLevel)


# Programmes


@get(policy=VIEW_CATALOGUE, operation_id="list_programmes", tags=["programmes"])
async def list_programmes(
    exchange: TheExchange,
    code: FromQuery[Code | None] = None,
    level: FromQuery[Level | None] = None,
    form: FromQuery[Form | None] = None,
    mode: FromQuery[Mode | None] = None,
    in_state: InState = None,
    unit_id: FromQuery[UUID | None] = None,
    speciality_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ProgrammeOut]]:
    """Programmes by code and edition. Everybody sees those that are or were in force; drafts, proposals and rejected
    ones, those concerned: the unit, the registry, and from the proposal on the councils."""
    async with exchange.reading() as unit:
        query = select(ProgrammeRow).where(approvals.visible(unit, ProgrammeRow, await approvals.load_councils(unit)))
        wanted = {
            ProgrammeRow.code: code,
            ProgrammeRow.level: level,
            ProgrammeRow.form: form,
            ProgrammeRow.mode: mode,
            ProgrammeRow.state: in_state,
            ProgrammeRow.unit_id: unit_id,
            ProgrammeRow.speciality_id: speciality_id,
        }
        for column, value in wanted.items():
            if value is not None:
                query = query.where(column == value)
        order = [ProgrammeRow.code, ProgrammeRow.edition, ProgrammeRow.id]
        return (await page(exchange, unit, query, order, approvals.show_programme, cursor, limit)).response()


@post(policy=EDIT, idempotent=True, problems=(AlreadyRecorded,), operation_id="draft_programme", tags=["programmes"])
async def draft_programme(data: JSONBody[ProgrammeIn], exchange: TheExchange) -> Response[ProgrammeOut]:
    """Begins a programme as a draft: dean's office, head of department or registry of its unit."""

    async def work(unit: Unit) -> Answer:
        unit.require(EDIT, place(unit=data.unit_id))
        row = await approvals.add_programme(unit, data)
        return tagged(approvals.show_programme(row), row.version, 201)

    return await exchange.once(work)


@get("/{programme_id:uuid}", policy=VIEW_CATALOGUE, versioned=True, operation_id="get_programme", tags=["programmes"])
async def get_programme(programme_id: FromPath[UUID], exchange: TheExchange) -> Response[ProgrammeOut]:
    """One programme, for those who see it in the list."""
    async with exchange.reading() as unit:
        row = await _seen_programme(unit, programme_id)
        return tagged(approvals.show_programme(row), row.version).response()


@patch(
    "/{programme_id:uuid}",
    policy=EDIT,
    versioned=True,
    problems=(NotADraft,),
    operation_id="change_programme",
    tags=["programmes"],
)
async def change_programme(
    programme_id: FromPath[UUID], data: JSONBody[ProgrammeChange], exchange: TheExchange
) -> Response[ProgrammeOut]:
    """Changes a draft: dean's office, head of department or registry of its unit. Needs If-Match. What was proposed is
    changed by the next edition."""
    async with exchange.writing() as unit:
        row = await approvals.lock_programme(unit, programme_id)
        await approvals.require_edit(unit, row)
        exchange.check_version(row.version)
        await approvals.change_programme(unit, row, data)
        return tagged(approvals.show_programme(row), row.version).response()


@post(
    "/{programme_id:uuid}/editions",
    policy=EDIT,
    idempotent=True,
    problems=(EditionOpen,),
    operation_id="draft_programme_edition",
    tags=["programmes"],
)
async def draft_edition(programme_id: FromPath[UUID], exchange: TheExchange) -> Response[ProgrammeOut]:
    """Begins the next edition as a draft, with everything of this one: dean's office, head of department or registry
    of its unit. Its approval supersedes the edition in force; students who began with that keep it."""

    async def work(unit: Unit) -> Answer:
        row = await approvals.lock_programme(unit, programme_id)
        await approvals.require_edit(unit, row)
        new = await approvals.add_edition(unit, row)
        return tagged(approvals.show_programme(new), new.version, 201)

    return await exchange.once(work)


@post(
    "/{programme_id:uuid}/propose",
    policy=PROPOSE,
    problems=(*STEP_PROBLEMS, SpecialityClosed),
    operation_id="propose_programme",
    tags=["programmes"],
    status_code=200,
)
async def propose_programme(
    programme_id: FromPath[UUID], data: JSONBody[StepIn], exchange: TheExchange
) -> Response[ProgrammeOut]:
    """The institute proposes a draft: dean's office or head of department of its unit. Needs If-Match. Refused for a
    speciality that is closed to distance study."""
    return await _programme_step(exchange, programme_id, Step(Move.PROPOSE, data.documents, data.reason))


@post(
    "/{programme_id:uuid}/review",
    policy=REVIEW,
    problems=STEP_PROBLEMS,
    operation_id="review_programme",
    tags=["programmes"],
    status_code=200,
)
async def review_programme(
    programme_id: FromPath[UUID], data: JSONBody[ReviewIn], exchange: TheExchange
) -> Response[ProgrammeOut]:
    """The methodical council gives its opinion: a member. Needs If-Match. Refused for who proposed it."""
    step = Step(Move.REVIEW, data.documents, data.reason, data.is_favourable)
    return await _programme_step(exchange, programme_id, step)


@post(
    "/{programme_id:uuid}/approve",
    policy=DECIDE,
    problems=(*STEP_PROBLEMS, SpecialityClosed),
    operation_id="approve_programme",
    tags=["programmes"],
    status_code=200,
)
async def approve_programme(
    programme_id: FromPath[UUID], data: JSONBody[StepIn], exchange: TheExchange
) -> Response[ProgrammeOut]:
    """The academic council approves: a member who took no step before. Needs If-Match, and a reason when the opinion
    was not favourable. Supersedes the edition in force."""
    return await _programme_step(exchange, programme_id, Step(Move.APPROVE, data.documents, data.reason))


@post(
    "/{programme_id:uuid}/reject",
    policy=DECIDE,
    problems=STEP_PROBLEMS,
    operation_id="reject_programme",
    tags=["programmes"],
    status_code=200,
)
async def reject_programme(
    programme_id: FromPath[UUID], data: JSONBody[RefusalIn], exchange: TheExchange
) -> Response[ProgrammeOut]:
    """The academic council rejects, with a reason: a member who took no step before. Needs If-Match."""
    return await _programme_step(exchange, programme_id, Step(Move.REJECT, data.documents, data.reason))


@post(
    "/{programme_id:uuid}/suspend",
    policy=DECIDE,
    problems=STEP_PROBLEMS,
    operation_id="suspend_programme",
    tags=["programmes"],
    status_code=200,
)
async def suspend_programme(
    programme_id: FromPath[UUID], data: JSONBody[RefusalIn], exchange: TheExchange
) -> Response[ProgrammeOut]:
    """The academic council suspends a programme in force, with a reason: a member. Needs If-Match. It is taken up again
    by approving its next edition."""
    return await _programme_step(exchange, programme_id, Step(Move.SUSPEND, data.documents, data.reason))


@get(
    "/{programme_id:uuid}/decisions",
    policy=VIEW_UNAPPROVED,
    operation_id="list_programme_decisions",
    tags=["programmes"],
)
async def list_programme_decisions(
    programme_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[DecisionOut]]:
    """Every step that was taken: which body, who, when, why, on which papers; for those concerned."""
    async with exchange.reading() as unit:
        row = await _seen_programme(unit, programme_id)
        return (await _decisions(exchange, unit, row, cursor, limit)).response()


async def _programme_step(exchange: Exchange, programme_id: UUID, step: Step) -> Response[ProgrammeOut]:
    async def work(unit: Unit) -> Answer:
        row = await approvals.lock_programme(unit, programme_id)
        await approvals.require_step(unit, row, step.move)
        exchange.check_version(row.version)
        await approvals.take_step(unit, row, step)
        return tagged(approvals.show_programme(row), row.version)

    return await exchange.once(work)


async def _seen_programme(unit: Unit, programme_id: UUID) -> ProgrammeRow:
    row = await unit.session.get(ProgrammeRow, programme_id)
    if row is None:
        raise NotFound()
    approvals.require_view(unit, row, await approvals.load_councils(unit))
    return row


async def _decisions(exchange: Exchange, unit: Unit, row: approvals.Case, cursor: str | None, limit: int) -> Answer:
    councils = await approvals.load_councils(unit)
    approvals.require_of_case(unit, VIEW_UNAPPROVED, row, councils, approvals.place_of_case(row, councils))
    query = select(DecisionRow).where(approvals.decisions_of(row))
    order = [DecisionRow.number, DecisionRow.id]
    return await page(exchange, unit, query, order, approvals.show_decision, cursor, limit)


# Curricula and shares


@get(
    "/{programme_id:uuid}/curricula/{intake_year:int}",
    policy=VIEW_CATALOGUE,
    versioned=True,
    operation_id="get_curriculum",
    tags=["programmes"],
)
async def get_curriculum(
    programme_id: FromPath[UUID], intake_year: Year, exchange: TheExchange
) -> Response[CurriculumOut]:
    """The curriculum that students of an intake follow: their year's, or the last one before. `intake_year` of the
    answer says which."""
    async with exchange.reading() as unit:
        await _seen_programme(unit, programme_id)
        row = await curricula.find_curriculum(unit, programme_id, intake_year)
        return tagged(await curricula.show_curriculum(unit, row), row.version).response()


@put(
    "/{programme_id:uuid}/curricula/{intake_year:int}",
    policy=EDIT,
    versioned=True,
    problems=(CurriculumFrozen,),
    operation_id="put_curriculum",
    tags=["programmes"],
)
async def put_curriculum(
    programme_id: FromPath[UUID], intake_year: Year, data: JSONBody[CurriculumIn], exchange: TheExchange
) -> Response[CurriculumOut]:
    """Writes the whole curriculum of a year of intake: dean's office, head of department or registry of its unit. Needs
    If-Match when there is one already. Of a programme in force, only years that have not begun."""
    async with exchange.writing() as unit:
        programme = await approvals.lock_programme(unit, programme_id)
        await approvals.require_edit(unit, programme)
        row = await curricula.lock_curriculum(unit, programme_id, intake_year)
        if row is not None:
            exchange.check_version(row.version)
        row = await curricula.put_curriculum(unit, programme, intake_year, row, data)
        return tagged(await curricula.show_curriculum(unit, row), row.version).response()


@get(
    "/{programme_id:uuid}/distance-share/{intake_year:int}",
    policy=VIEW_UNAPPROVED,
    operation_id="get_distance_share",
    tags=["programmes"],
)
async def get_distance_share(
    programme_id: FromPath[UUID], intake_year: Year, exchange: TheExchange, on: FromQuery[date | None] = None
) -> Response[ProgrammeShareOut]:
    """The share at a distance approved for a day (today) and the actual one of an intake's curriculum, of the programme
    and of its courses, with every deviation; for those concerned."""
    async with exchange.reading() as unit:
        row = await _seen_programme(unit, programme_id)
        councils = await approvals.load_councils(unit)
        approvals.require_of_case(unit, VIEW_UNAPPROVED, row, councils, approvals.place_of_case(row, councils))
        return Response(await curricula.programme_share(unit, row, intake_year, on or unit.today))


@get(policy=VIEW_UNAPPROVED, operation_id="list_distance_shares", tags=["programmes"])
async def list_distance_shares(
    intake_year: Annotated[int, QueryParameter(name="intake_year", ge=1990, le=2100)],
    exchange: TheExchange,
    on: FromQuery[date | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ProgrammeDeviationOut]]:
    """The approved and the actual share of every approved programme, for an intake, by code; a deviation where they
    differ. Those concerned see their own unit's."""
    async with exchange.reading() as unit:
        reach = unit.reach(VIEW_UNAPPROVED)
        query = select(ProgrammeRow).where(ProgrammeRow.state == State.APPROVED)
        councils = await approvals.load_councils(unit)
        if not reach.everything and reach.units.isdisjoint(councils.both):
            query = query.where(ProgrammeRow.unit_id.in_(reach.units) | ProgrammeRow.id.in_(reach.programmes))
        order = [ProgrammeRow.code, ProgrammeRow.edition, ProgrammeRow.id]
        answer = await page(exchange, unit, query, order, lambda row: row, cursor, limit)
        shown = await curricula.deviations(unit, answer.content.items, intake_year, on or unit.today)
        return Answer(PageOf(items=shown, next=answer.content.next), headers=answer.headers).response()


# Modules at a distance


@get(policy=VIEW_CATALOGUE, operation_id="list_module_approvals", tags=["programmes"])
async def list_modules(
    exchange: TheExchange,
    course_id: FromQuery[UUID | None] = None,
    programme_id: FromQuery[UUID | None] = None,
    in_state: InState = None,
    unit_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ModuleOut]]:
    """Cases of courses at a distance, in the order in which they were begun. Everybody sees those that are or were in
    force, the rest those concerned."""
    async with exchange.reading() as unit:
        query = select(ModuleApprovalRow).where(
            approvals.visible(unit, ModuleApprovalRow, await approvals.load_councils(unit))
        )
        wanted = {
            ModuleApprovalRow.course_id: course_id,
            ModuleApprovalRow.programme_id: programme_id,
            ModuleApprovalRow.state: in_state,
            ModuleApprovalRow.unit_id: unit_id,
        }
        for column, value in wanted.items():
            if value is not None:
                query = query.where(column == value)
        return (
            await page(exchange, unit, query, [ModuleApprovalRow.id], approvals.show_module, cursor, limit)
        ).response()


@post(policy=EDIT, idempotent=True, operation_id="draft_module_approval", tags=["programmes"])
async def draft_module(data: JSONBody[ModuleIn], exchange: TheExchange) -> Response[ModuleOut]:
    """Begins the case of a course at a distance, or of a programme's whole share: dean's office, head of department or
    registry of the unit that proposes it."""

    async def work(unit: Unit) -> Answer:
        unit.require(EDIT, place(unit=data.unit_id))
        row = await approvals.add_module(unit, data)
        return tagged(approvals.show_module(row), row.version, 201)

    return await exchange.once(work)


@get(
    "/{module_id:uuid}", policy=VIEW_CATALOGUE, versioned=True, operation_id="get_module_approval", tags=["programmes"]
)
async def get_module(module_id: FromPath[UUID], exchange: TheExchange) -> Response[ModuleOut]:
    """One case, for those who see it in the list."""
    async with exchange.reading() as unit:
        row = await _seen_module(unit, module_id)
        return tagged(approvals.show_module(row), row.version).response()


@patch(
    "/{module_id:uuid}",
    policy=EDIT,
    versioned=True,
    problems=(NotADraft,),
    operation_id="change_module_approval",
    tags=["programmes"],
)
async def change_module(
    module_id: FromPath[UUID], data: JSONBody[ModuleChange], exchange: TheExchange
) -> Response[ModuleOut]:
    """Changes a draft: dean's office, head of department or registry of its unit. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await approvals.lock_module(unit, module_id)
        await approvals.require_edit(unit, row)
        exchange.check_version(row.version)
        await approvals.change_module(unit, row, data)
        return tagged(approvals.show_module(row), row.version).response()


@post(
    "/{module_id:uuid}/propose",
    policy=PROPOSE,
    problems=(*STEP_PROBLEMS, SpecialityClosed),
    operation_id="propose_module",
    tags=["programmes"],
    status_code=200,
)
async def propose_module(
    module_id: FromPath[UUID], data: JSONBody[StepIn], exchange: TheExchange
) -> Response[ModuleOut]:
    """The institute proposes to hold a course at a distance (clause 3.1): dean's office or head of department of the
    unit. Needs If-Match."""
    return await _module_step(exchange, module_id, Step(Move.PROPOSE, data.documents, data.reason))


@post(
    "/{module_id:uuid}/review",
    policy=REVIEW,
    problems=STEP_PROBLEMS,
    operation_id="review_module",
    tags=["programmes"],
    status_code=200,
)
async def review_module(
    module_id: FromPath[UUID], data: JSONBody[ReviewIn], exchange: TheExchange
) -> Response[ModuleOut]:
    """The methodical council gives its opinion: a member. Needs If-Match. Refused for who proposed it."""
    return await _module_step(exchange, module_id, Step(Move.REVIEW, data.documents, data.reason, data.is_favourable))


@post(
    "/{module_id:uuid}/approve",
    policy=DECIDE,
    problems=(*STEP_PROBLEMS, SpecialityClosed),
    operation_id="approve_module",
    tags=["programmes"],
    status_code=200,
)
async def approve_module(
    module_id: FromPath[UUID], data: JSONBody[StepIn], exchange: TheExchange
) -> Response[ModuleOut]:
    """The academic council approves: a member who took no step before. Needs If-Match, and a reason when the opinion
    was not favourable. Supersedes an earlier approval of the same from its first day on."""
    return await _module_step(exchange, module_id, Step(Move.APPROVE, data.documents, data.reason))


@post(
    "/{module_id:uuid}/reject",
    policy=DECIDE,
    problems=STEP_PROBLEMS,
    operation_id="reject_module",
    tags=["programmes"],
    status_code=200,
)
async def reject_module(
    module_id: FromPath[UUID], data: JSONBody[RefusalIn], exchange: TheExchange
) -> Response[ModuleOut]:
    """The academic council rejects, with a reason: a member who took no step before. Needs If-Match."""
    return await _module_step(exchange, module_id, Step(Move.REJECT, data.documents, data.reason))


@post(
    "/{module_id:uuid}/suspend",
    policy=DECIDE,
    problems=STEP_PROBLEMS,
    operation_id="suspend_module",
    tags=["programmes"],
    status_code=200,
)
async def suspend_module(
    module_id: FromPath[UUID], data: JSONBody[RefusalIn], exchange: TheExchange
) -> Response[ModuleOut]:
    """The academic council suspends an approval from today on, with a reason: a member. Needs If-Match."""
    return await _module_step(exchange, module_id, Step(Move.SUSPEND, data.documents, data.reason))


@get(
    "/{module_id:uuid}/decisions",
    policy=VIEW_UNAPPROVED,
    operation_id="list_module_decisions",
    tags=["programmes"],
)
async def list_module_decisions(
    module_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[DecisionOut]]:
    """Every step that was taken: which body, who, when, why, on which papers; for those concerned."""
    async with exchange.reading() as unit:
        row = await _seen_module(unit, module_id)
        return (await _decisions(exchange, unit, row, cursor, limit)).response()


async def _module_step(exchange: Exchange, module_id: UUID, step: Step) -> Response[ModuleOut]:
    async def work(unit: Unit) -> Answer:
        row = await approvals.lock_module(unit, module_id)
        await approvals.require_step(unit, row, step.move)
        exchange.check_version(row.version)
        await approvals.take_step(unit, row, step)
        return tagged(approvals.show_module(row), row.version)

    return await exchange.once(work)


async def _seen_module(unit: Unit, module_id: UUID) -> ModuleApprovalRow:
    row = await unit.session.get(ModuleApprovalRow, module_id)
    if row is None:
        raise NotFound()
    approvals.require_view(unit, row, await approvals.load_councils(unit))
    return row


routers: Sequence[Router] = [
    *catalogue_routes.routers,
    Router(
        "/v1/programmes",
        route_handlers=[
            *(list_programmes, draft_programme, get_programme, change_programme, draft_edition),
            *(propose_programme, review_programme, approve_programme, reject_programme, suspend_programme),
            *(list_programme_decisions, get_curriculum, put_curriculum, get_distance_share),
        ],
    ),
    Router("/v1/distance-shares", route_handlers=[list_distance_shares]),
    Router(
        "/v1/module-approvals",
        route_handlers=[
            *(list_modules, draft_module, get_module, change_module),
            *(propose_module, review_module, approve_module, reject_module, suspend_module, list_module_decisions),
        ],
    ),
]
