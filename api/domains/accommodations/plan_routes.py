"""Plans over HTTP: proposal, the three approvals, document, end (clauses 6.6 and 7.3)."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import and_, or_, select

from api.domains.accommodations import plans
from api.domains.accommodations.errors import (
    CaseIsClosed,
    OnePersonOneParty,
    OwnCase,
    PartyHasSpoken,
    PlanIsOver,
)
from api.domains.accommodations.guards import APPROVE, APPROVE_ANY, MANAGE, VIEW_CASE, VIEW_PLAN, VIEW_PROPOSAL
from api.domains.accommodations.models import CaseRow, PlanRow
from api.domains.accommodations.rules import NOTICE_DAYS, PlanState
from api.domains.accommodations.schemas import (
    AccommodationPlanLine,
    AccommodationPlanOut,
    PlanActivateIn,
    PlanApprovalIn,
    PlanAssessIn,
    PlanReturnIn,
    PlanRevokeIn,
)
from api.domains.accommodations.showing import (
    concerning_parties,
    read_accommodations,
    require_of_plan,
    require_plan,
    show_plan,
    show_plan_lines,
)
from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileInfected, FileQuarantined
from api.domains.people import service as people
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, Exchange, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action, reach
from api.unit import Unit

TAGS = ["accommodations"]
LARGEST_DOCUMENT = 20_000_000
DOCUMENTS = files.FileRules(LARGEST_DOCUMENT, frozenset({"application/pdf", "image/jpeg", "image/png"}))
"""Certificates and orders, scanned or made out: our choice."""
SERVING = (FileDamaged, FileInfected, FileQuarantined)
"""What serving one may refuse."""


@get(policy=VIEW_PLAN, operation_id="list_accommodation_plans", tags=TAGS)
async def list_accommodation_plans(
    exchange: TheExchange,
    in_state: Annotated[PlanState | None, QueryParameter(name="state", description="Of the plan")] = None,
    person_id: Annotated[UUID | None, QueryParameter(name="person_id", description="The student")] = None,
    case_id: Annotated[UUID | None, QueryParameter(name="case_id", description="All versions of a case")] = None,
    ends_soon: Annotated[
        bool, QueryParameter(name="ends_soon", description="Active plans whose last day is within 30 days")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[AccommodationPlanLine]]:
    """Plans without their content: one's own; those of its students for the inclusive-education office; for department
    head and dean's office, what they decide about and what is in force for students of their unit."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_PLAN)
        whole, proposed = reach(unit.actor, VIEW_CASE), reach(unit.actor, VIEW_PROPOSAL)
        query: Any = (
            select(PlanRow, CaseRow, PlanRow.id)
            .join(CaseRow, PlanRow.case_id == CaseRow.id)
            .where(
                or_(
                    people.visible_students(whole, unit.today, CaseRow.person_id),
                    and_(
                        concerning_parties(unit.today),
                        people.visible_students(proposed, unit.today, CaseRow.person_id),
                    ),
                )
            )
        )
        if in_state is not None:
            query = query.where(PlanRow.state == in_state)
        if person_id is not None:
            query = query.where(CaseRow.person_id == person_id)
        if case_id is not None:
            query = query.where(PlanRow.case_id == case_id)
        if ends_soon:
            last = unit.today + timedelta(days=NOTICE_DAYS)
            query = query.where(PlanRow.state == PlanState.ACTIVE, PlanRow.effective_until.between(unit.today, last))
        answer = await page(exchange, unit, query, [PlanRow.id], lambda row: (row[0], row[1]), cursor, limit)
        shown = PageOf(items=await show_plan_lines(unit, answer.content.items), next=answer.content.next)
        return Answer(shown, headers=answer.headers).response()


@get(
    "/{accommodation_plan_id:uuid}", policy=VIEW_PLAN, versioned=True, operation_id="get_accommodation_plan", tags=TAGS
)
async def get_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """A version of a plan with its accommodations and all approvals: the student, the office; department head and
    dean's office of the student's unit see what they decide about and what is in force, not the need. Each reading is
    in the audit log."""
    async with exchange.writing() as unit:
        row, case = await plans.find_plan(unit, accommodation_plan_id)
        await require_plan(unit, row, case)
        return await _answer(unit, row, case, exchange)


@post(
    "/{accommodation_plan_id:uuid}/assess",
    policy=MANAGE,
    versioned=True,
    problems=(CaseIsClosed, OwnCase, MoveNotAllowed),
    operation_id="assess_accommodation_plan",
    tags=TAGS,
    status_code=200,
)
async def assess_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], data: JSONBody[PlanAssessIn], exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """Proposes accommodations to department, dean's office and inclusive-education office, which all have to agree:
    the office. The student is told. Needs If-Match."""
    async with exchange.writing() as unit:
        row, case = await _locked(unit, accommodation_plan_id, MANAGE, exchange)
        found = plans.Assessment(
            data.valid_from, data.valid_until, read_accommodations(data.accommodations), data.assessment
        )
        await plans.assess(unit, row, case, found)
        return await _answer(unit, row, case, exchange)


@post(
    "/{accommodation_plan_id:uuid}/approvals",
    policy=APPROVE_ANY,
    versioned=True,
    problems=(CaseIsClosed, OwnCase, PartyHasSpoken, OnePersonOneParty, MoveNotAllowed),
    operation_id="decide_accommodation_plan",
    tags=TAGS,
    status_code=200,
)
async def decide_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], data: JSONBody[PlanApprovalIn], exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """Agrees to a proposal, or refuses it with a reason, for one of the three parties: head of the student's
    department, dean's office, inclusive-education office (clause 7.3). A refusal returns it. One person decides for one
    party, and never about themselves. Needs If-Match: one decides about what one has read."""
    async with exchange.writing() as unit:
        row, case = await _locked(unit, accommodation_plan_id, APPROVE[data.party], exchange)
        await plans.approve(unit, row, case, data.party, data.decision, data.reason)
        return await _answer(unit, row, case, exchange)


@post(
    "/{accommodation_plan_id:uuid}/return",
    policy=MANAGE,
    versioned=True,
    problems=(CaseIsClosed, OwnCase, MoveNotAllowed),
    operation_id="return_accommodation_plan",
    tags=TAGS,
    status_code=200,
)
async def return_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], data: JSONBody[PlanReturnIn], exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """Takes a proposal back that is not active yet, with a reason: the office. It needs all three again. Needs
    If-Match."""
    async with exchange.writing() as unit:
        row, case = await _locked(unit, accommodation_plan_id, MANAGE, exchange)
        await plans.return_plan(unit, row, case, data.reason)
        return await _answer(unit, row, case, exchange)


@post(
    "/{accommodation_plan_id:uuid}/activate",
    policy=MANAGE,
    versioned=True,
    problems=(CaseIsClosed, OwnCase, PlanIsOver, MoveNotAllowed),
    operation_id="activate_accommodation_plan",
    tags=TAGS,
    status_code=200,
)
async def activate_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], data: JSONBody[PlanActivateIn], exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """Puts what all three agreed to into force, by its official document: the office. From its first day on, or from
    today if that has passed, it holds for every task of the student. The version before ends on the day before. The
    student is told. Needs If-Match."""
    async with exchange.writing() as unit:
        row, case = await _locked(unit, accommodation_plan_id, MANAGE, exchange)
        document = plans.Documented(
            data.document_number,
            data.document_date,
            data.procedure_unit_id,
            data.procedure_number,
            data.procedure_date,
        )
        await plans.activate(unit, row, case, document)
        return await _answer(unit, row, case, exchange)


@post(
    "/{accommodation_plan_id:uuid}/revoke",
    policy=MANAGE,
    versioned=True,
    problems=(OwnCase, MoveNotAllowed),
    operation_id="revoke_accommodation_plan",
    tags=TAGS,
    status_code=200,
)
async def revoke_accommodation_plan(
    accommodation_plan_id: FromPath[UUID], data: JSONBody[PlanRevokeIn], exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """Ends an active plan, with a reason, after today or a later day: the office. The student is told. Needs
    If-Match."""
    async with exchange.writing() as unit:
        row, case = await _locked(unit, accommodation_plan_id, MANAGE, exchange)
        await plans.revoke(unit, row, case, data.reason, data.last_day)
        return await _answer(unit, row, case, exchange)


@post(
    "/{accommodation_plan_id:uuid}/document",
    policy=MANAGE,
    versioned=True,
    accepts=files.ANYTHING,
    request_max_body_size=LARGEST_DOCUMENT,
    problems=(OwnCase, *files.UPLOAD_PROBLEMS),
    operation_id="put_accommodation_document",
    tags=TAGS,
    status_code=200,
)
async def put_accommodation_document(
    accommodation_plan_id: FromPath[UUID], content_disposition: files.SentName, exchange: TheExchange
) -> Response[AccommodationPlanOut]:
    """Adds the official document as a file (PDF, JPEG or PNG, 20 MB), or another one in its place: the office. It is
    stored sealed. Needs If-Match."""
    async with exchange.reading() as unit:
        row, case = await plans.find_plan(unit, accommodation_plan_id)
        await require_of_plan(unit, MANAGE, row, case)
        exchange.check_version(row.version)
    received = await files.receive(
        exchange,
        exchange.context,
        files.sent_name(content_disposition),
        files.sent_type(exchange),
        DOCUMENTS,
        sealed=True,
    )
    async with exchange.writing() as unit:
        row, case = await _locked(unit, accommodation_plan_id, MANAGE, exchange)
        await plans.keep_document(unit, row, case, received)
        return await _answer(unit, row, case, exchange)


@get(
    "/{accommodation_plan_id:uuid}/document",
    policy=VIEW_CASE,
    media_type="*/*",
    problems=SERVING,
    operation_id="get_accommodation_document",
    tags=TAGS,
)
async def get_accommodation_document(accommodation_plan_id: FromPath[UUID], exchange: TheExchange) -> Response[bytes]:
    """The official document: the student and the office. Each reading is in the audit log."""
    async with exchange.writing() as unit:
        row, case = await plans.find_plan(unit, accommodation_plan_id)
        await require_of_plan(unit, VIEW_CASE, row, case)
        if row.document_file_id is None:
            raise NotFound()
        unit.record("read-document", "accommodation-plan", row.id, person=case.person_id)
        return await files.deliver(unit, row.document_file_id)


async def _locked(unit: Unit, plan_id: UUID, wanted: Action, exchange: Exchange) -> tuple[PlanRow, CaseRow]:
    row, case = await plans.find_plan(unit, plan_id)
    await require_of_plan(unit, wanted, row, case)
    row, case = await plans.lock_plan(unit, plan_id)
    exchange.check_version(row.version)
    return row, case


async def _answer(unit: Unit, row: PlanRow, case: CaseRow, exchange: Exchange) -> Response[AccommodationPlanOut]:
    return tagged(await show_plan(unit, row, case, exchange.language), row.version).response()


router = Router(
    "/v1/accommodation-plans",
    route_handlers=[
        list_accommodation_plans,
        get_accommodation_plan,
        assess_accommodation_plan,
        decide_accommodation_plan,
        return_accommodation_plan,
        activate_accommodation_plan,
        revoke_accommodation_plan,
        put_accommodation_document,
        get_accommodation_document,
    ],
)
