"""Integrity cases: reported, told, heard, decided, appealed, each step by whom it may be taken."""

from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import ColumnElement, false, or_, select, true

from api.domains.conditions import service as conditions
from api.domains.grading import service as grading
from api.domains.grading.errors import NotGraded, SecondPersonNeeded
from api.domains.integrity import cases, reports
from api.domains.integrity.errors import (
    AppealOpen,
    AppealOver,
    CaseExists,
    HearingNotYet,
    NotToBeAnnulled,
    PartInCase,
    ReportOutdated,
    SeveralAuthors,
    StillBlind,
)
from api.domains.integrity.guards import ANSWER, APPOINT, DECIDE, REPORT, VIEW
from api.domains.integrity.models import IntegrityCaseRow
from api.domains.integrity.rules import AppealOutcome, CaseState, Ground, Sanction, WorkKind
from api.domains.integrity.schemas import (
    CaseAppealDecision,
    CaseEvidence,
    CaseIn,
    CaseLine,
    CaseMemberIn,
    CaseOut,
    CaseReason,
    EvidencePassage,
    HearingIn,
    NoticeIn,
    SanctionIn,
    StatementIn,
)
from api.domains.integrity.sealing import opened
from api.domains.integrity.similarity_routes import meaning_in
from api.domains.integrity.works import WorkBrief, work_brief
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotFound, invalid
from api.http.exchange import Answer, Exchange, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action, Reach, place
from api.unit import Unit

TAGS = ["integrity"]
REFUSED = (PartInCase, MoveNotAllowed)


@post(
    policy=REPORT,
    idempotent=True,
    problems=(SeveralAuthors, CaseExists, PartInCase, ReportOutdated, StillBlind),
    operation_id="report_case",
    tags=TAGS,
    status_code=201,
)
async def report_case(data: JSONBody[CaseIn], exchange: TheExchange) -> Response[CaseOut]:
    """Reports that a work in one's class may not be the student's own. The student learns of it by the notice. Whoever
    reports decides nothing in the case."""

    evidence = None
    if data.pair_id is not None:  # before the unit of work that stores it: reading the works may take a minute
        async with exchange.reading() as unit:
            brief, _ = await _reported(unit, data)
            pair, run = await reports.find_pair(unit, data.pair_id)
            if run.assignment_id != brief.task_id:
                raise NotFound()
        begin = partial(exchange.context.reading, exchange.actor)
        evidence = await reports.evidence_for(begin, pair, data.work_id)

    async def work(unit: Unit) -> Answer:
        brief, person_id = await _reported(unit, data)
        new = cases.NewCase(
            brief.task_id, person_id, data.work_kind, data.work_id, data.ground, data.suspicion, evidence
        )
        row = await cases.report_case(unit, new)
        return await _answer(unit, row, 201)

    return await exchange.once(work)


async def _reported(unit: Unit, data: CaseIn) -> tuple[WorkBrief, UUID]:
    """The work and whose it is. Raises NotFound, NotAllowed, StillBlind, SeveralAuthors, InvalidFields."""
    unit.asked = True
    brief = await work_brief(unit, data.work_kind, data.work_id)
    where = (await class_brief(unit, (await conditions.find_task(unit, brief.task_id)).class_id)).place
    unit.require(REPORT, where)
    if data.person_id is not None and not unit.may(DECIDE, where) and await is_still_blind(unit, brief.task_id):
        raise StillBlind()  # whether the named person is the author would say whose the work is
    return brief, brief.author(data.person_id)


async def is_still_blind(unit: Unit, task_id: UUID) -> bool:
    """Whether nobody who marks may know yet whose the works are."""
    item = await grading.line_item_of_task(unit, task_id)
    return item is not None and item.is_blind and not item.is_released


@get(policy=VIEW, operation_id="list_cases", tags=TAGS)
async def list_cases(
    exchange: TheExchange,
    in_state: Annotated[CaseState | None, QueryParameter(name="state")] = None,
    task_id: Annotated[UUID | None, QueryParameter(name="task_id")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[CaseLine]]:
    """Cases that one was told of, has reported, or decides."""
    async with exchange.reading() as unit:
        table = IntegrityCaseRow
        query = select(table).where(_within(unit.reach(VIEW)))
        if in_state is not None:
            query = query.where(table.state == in_state.value)
        if task_id is not None:
            query = query.where(table.task_id == task_id)
        answer = await page(exchange, unit, query, [table.id], lambda row: row, cursor, limit)
        blind = {one: await is_still_blind(unit, one) for one in {row.task_id for row in answer.content.items}}
        lines = [_line(unit, row, blind[row.task_id]) for row in answer.content.items]
        return Answer(PageOf(items=lines, next=answer.content.next), headers=answer.headers).response()


def _within(reach: Reach) -> ColumnElement[bool]:
    """The same rule as `cases.place_of`, for lists."""
    if reach.everything:
        return true()
    table = IntegrityCaseRow
    told = table.person_id.in_(reach.persons) & (table.state != CaseState.REPORTED.value)
    found = [told, table.reported_by.in_(reach.persons)] if reach.persons else []
    found += [
        column.in_(ids)
        for column, ids in (
            (table.unit_id, reach.units),
            (table.programme_id, reach.programmes),
            (table.id, reach.cases),
        )
        if ids
    ]
    return or_(*found) if found else false()


@get("/{case_id:uuid}", policy=VIEW, versioned=True, operation_id="get_case", tags=TAGS)
async def get_case(case_id: FromPath[UUID], exchange: TheExchange) -> Response[CaseOut]:
    """One case, as much of it as one may see."""
    async with exchange.reading() as unit:
        return (await _answer(unit, await _seen(unit, case_id))).response()


@get("/{case_id:uuid}/evidence", policy=VIEW, operation_id="get_case_evidence", tags=TAGS)
async def get_case_evidence(case_id: FromPath[UUID], exchange: TheExchange) -> Response[CaseEvidence]:
    """What the similarity report showed: evidence, not a verdict. The student reads it from the notice on, and is not
    told whose the other work is."""
    async with exchange.reading() as unit:
        row = await _seen(unit, case_id)
        found = cases.evidence_of(unit, row)
        if found is None:
            raise NotFound()
        shown = CaseEvidence(
            shared_words=found.shared_words,
            words=found.words,
            other_shared_words=found.other_shared_words,
            other_words=found.other_words,
            other_work_id=found.other_work_id if _decides(unit, row) else None,
            passages=[
                EvidencePassage(start=one.start, end=one.end, words=one.words, text=one.text, other_text=one.other_text)
                for one in found.passages
            ],
            meaning=meaning_in(exchange.language),
        )
        return Response(shown)


@post(
    "/{case_id:uuid}/members",
    policy=APPOINT,
    problems=REFUSED,
    operation_id="appoint_case_member",
    tags=TAGS,
    status_code=200,
)
async def appoint_case_member(
    case_id: FromPath[UUID], data: JSONBody[CaseMemberIn], exchange: TheExchange
) -> Response[CaseOut]:
    """Gives this one case a commission until it is closed: a person, or everybody who sits in a council now; those
    decide as the department head and the dean's office do. Not the student, not whoever reported it: of a council they
    are left out."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, APPOINT)
        if data.person_id is not None and data.council_id is None:
            await cases.appoint(unit, row, data.person_id)
        elif data.council_id is not None and data.person_id is None:
            await cases.assign(unit, row, data.council_id)
        else:
            raise invalid("/council_id", "person-or-council")
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/notify",
    policy=DECIDE,
    versioned=True,
    problems=REFUSED,
    operation_id="notify_student",
    tags=TAGS,
    status_code=200,
)
async def notify_student(case_id: FromPath[UUID], data: JSONBody[NoticeIn], exchange: TheExchange) -> Response[CaseOut]:
    """Tells the student, with the moment of the hearing: in so many days at least as the terms say. From now on the
    student reads the case and its evidence, and may write."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.notify(unit, row, data.hearing_at)
        return (await _answer(unit, row)).response()


@put(
    "/{case_id:uuid}/statement",
    policy=ANSWER,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="write_statement",
    tags=TAGS,
)
async def write_statement(
    case_id: FromPath[UUID], data: JSONBody[StatementIn], exchange: TheExchange
) -> Response[CaseOut]:
    """The student's own words, until the hearing. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await _locked_own(unit, case_id, exchange)
        await cases.write_statement(unit, row, data.words)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/hear",
    policy=DECIDE,
    versioned=True,
    problems=(*REFUSED, HearingNotYet),
    operation_id="hear_student",
    tags=TAGS,
    status_code=200,
)
async def hear_student(case_id: FromPath[UUID], data: JSONBody[HearingIn], exchange: TheExchange) -> Response[CaseOut]:
    """The hearing took place, at the moment that the student was told or later; not by whoever reported the case."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.hear(unit, row, was_present=data.was_present, protocol=data.protocol)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/confirm",
    policy=DECIDE,
    versioned=True,
    problems=REFUSED,
    operation_id="confirm_violation",
    tags=TAGS,
    status_code=200,
)
async def confirm_violation(
    case_id: FromPath[UUID], data: JSONBody[CaseReason], exchange: TheExchange
) -> Response[CaseOut]:
    """The violation is proven, with the reason. Not by whoever reported it."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.decide(unit, row, is_confirmed=True, reason=data.reason)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/dismiss",
    policy=DECIDE,
    versioned=True,
    problems=REFUSED,
    operation_id="dismiss_case",
    tags=TAGS,
    status_code=200,
)
async def dismiss_case(case_id: FromPath[UUID], data: JSONBody[CaseReason], exchange: TheExchange) -> Response[CaseOut]:
    """The violation is not proven, with the reason. The case ends, and nothing follows from it."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.decide(unit, row, is_confirmed=False, reason=data.reason)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/sanction",
    policy=DECIDE,
    versioned=True,
    problems=REFUSED,
    operation_id="sanction_violation",
    tags=TAGS,
    status_code=200,
)
async def sanction_violation(
    case_id: FromPath[UUID], data: JSONBody[SanctionIn], exchange: TheExchange
) -> Response[CaseOut]:
    """What follows from a confirmed violation. The student may appeal from now on; an annulment is carried out by a
    second person when the case is final."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.sanction(unit, row, data.sanction, data.reason)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/appeal",
    policy=ANSWER,
    versioned=True,
    problems=(*REFUSED, AppealOver),
    operation_id="appeal_sanction",
    tags=TAGS,
    status_code=200,
)
async def appeal_sanction(
    case_id: FromPath[UUID], data: JSONBody[StatementIn], exchange: TheExchange
) -> Response[CaseOut]:
    """The student appeals, in the time that the terms give. Nothing is annulled meanwhile."""
    async with exchange.writing() as unit:
        row = await _locked_own(unit, case_id, exchange)
        await cases.appeal(unit, row, data.words)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/decide-appeal",
    policy=DECIDE,
    versioned=True,
    problems=REFUSED,
    operation_id="decide_case_appeal",
    tags=TAGS,
    status_code=200,
)
async def decide_case_appeal(
    case_id: FromPath[UUID], data: JSONBody[CaseAppealDecision], exchange: TheExchange
) -> Response[CaseOut]:
    """Decides an appeal: nobody who reported, heard, decided or sanctioned."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.decide_appeal(unit, row, data.outcome, data.reason)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/finish",
    policy=DECIDE,
    versioned=True,
    problems=(*REFUSED, AppealOpen),
    operation_id="finish_case",
    tags=TAGS,
    status_code=200,
)
async def finish_case(case_id: FromPath[UUID], exchange: TheExchange) -> Response[CaseOut]:
    """Makes a sanction final when nobody has appealed in time."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.finish(unit, row)
        return (await _answer(unit, row)).response()


@post(
    "/{case_id:uuid}/annul",
    policy=DECIDE,
    versioned=True,
    problems=(PartInCase, NotToBeAnnulled, SecondPersonNeeded, NotGraded, MoveNotAllowed),
    operation_id="annul_result",
    tags=TAGS,
    status_code=200,
)
async def annul_result(case_id: FromPath[UUID], data: JSONBody[CaseReason], exchange: TheExchange) -> Response[CaseOut]:
    """Annuls the result, if the case is final and its sanction says so: a second person, who neither reported nor
    decided nor gave the grade (clause 6.2)."""
    async with exchange.writing() as unit:
        row = await _locked(unit, case_id, DECIDE, exchange)
        await cases.annul(unit, row, data.reason)
        return (await _answer(unit, row)).response()


async def _seen(unit: Unit, case_id: UUID) -> IntegrityCaseRow:
    unit.asked = True
    row = await unit.session.get(IntegrityCaseRow, case_id)
    if row is None:
        raise NotFound()
    unit.require(VIEW, cases.place_of(row))
    return row


async def _locked(unit: Unit, case_id: UUID, wanted: Action, exchange: Exchange | None = None) -> IntegrityCaseRow:
    """One that the actor may do this with, as the client has read it."""
    unit.asked = True
    row = await cases.locked_case(unit, case_id)
    unit.require(wanted, cases.place_of(row), seen_by=VIEW)
    if exchange is not None:
        exchange.check_version(row.version)
    return row


async def _locked_own(unit: Unit, case_id: UUID, exchange: Exchange) -> IntegrityCaseRow:
    """Of the student whom it is about, from the notice on."""
    unit.asked = True
    row = await cases.locked_case(unit, case_id)
    unit.require(VIEW, cases.place_of(row))
    unit.require(ANSWER, place(person=row.person_id), seen_by=VIEW)
    exchange.check_version(row.version)
    return row


def _decides(unit: Unit, row: IntegrityCaseRow) -> bool:
    """Whether the actor is one of those who decide, and not the one whom it is about."""
    return row.person_id != unit.actor.person and unit.may(DECIDE, cases.place_of(row))


def _line(unit: Unit, row: IntegrityCaseRow, is_blind: bool) -> CaseLine:
    return CaseLine(
        id=row.id,
        task_id=row.task_id,
        class_id=row.class_id,
        person_id=_person(unit, row, is_blind),
        ground=Ground(row.ground),
        state=CaseState(row.state),
        reported_at=row.created_at,
        hearing_at=row.hearing_at,
    )


def _person(unit: Unit, row: IntegrityCaseRow, is_blind: bool) -> UUID | None:
    """Hidden from whoever reported it while their marking is blind."""
    is_hidden = is_blind and row.person_id != unit.actor.person and not _decides(unit, row)
    return None if is_hidden else row.person_id


async def _answer(unit: Unit, row: IntegrityCaseRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/integrity-cases/{row.id}"} if status == 201 else {}
    return tagged(await _shown(unit, row), row.version, status, headers)


async def _shown(unit: Unit, row: IntegrityCaseRow) -> CaseOut:
    decides, is_own = _decides(unit, row), row.person_id == unit.actor.person
    is_full = decides or is_own
    blind = await is_still_blind(unit, row.task_id)
    return CaseOut(
        id=row.id,
        task_id=row.task_id,
        class_id=row.class_id,
        person_id=_person(unit, row, blind),
        work_kind=WorkKind(row.work_kind),
        work_id=row.work_id,
        ground=Ground(row.ground),
        state=CaseState(row.state),
        reported_at=row.created_at,
        reported_by=None if is_own else row.reported_by,
        suspicion=opened(unit, row, "suspicion") or "",
        has_evidence=row.evidence is not None,
        notified_at=row.notified_at,
        hearing_at=row.hearing_at,
        statement=opened(unit, row, "statement") if is_full else None,
        statement_at=row.statement_at,
        heard_at=row.heard_at,
        was_present=row.was_present,
        protocol=opened(unit, row, "protocol") if is_full else None,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=opened(unit, row, "reason"),
        sanction=None if row.sanction is None else Sanction(row.sanction),
        sanction_reason=opened(unit, row, "sanction_reason"),
        sanctioned_at=row.sanctioned_at,
        appeal_until=row.appeal_until,
        appealed_at=row.appealed_at,
        appeal=opened(unit, row, "appeal") if is_full else None,
        appeal_outcome=None if row.appeal_outcome is None else AppealOutcome(row.appeal_outcome),
        appeal_reason=opened(unit, row, "appeal_reason") if is_full else None,
        appeal_decided_by=row.appeal_decided_by,
        closed_at=row.closed_at,
        annulled_at=row.annulled_at,
        annulled_by=row.annulled_by,
    )


router = Router(
    "/v1/integrity-cases",
    route_handlers=[
        report_case,
        list_cases,
        get_case,
        get_case_evidence,
        appoint_case_member,
        notify_student,
        write_statement,
        hear_student,
        confirm_violation,
        dismiss_case,
        sanction_violation,
        appeal_sanction,
        decide_case_appeal,
        finish_case,
        annul_result,
    ],
)
