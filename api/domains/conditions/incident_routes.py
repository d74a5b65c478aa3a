"""Technical failures (clause 5.5): reported with evidence, decided with reason and author; outages of a class."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import ColumnElement, false, or_, select, true

from api.domains.conditions import incidents, service
from api.domains.conditions.errors import (
    UNUSABLE,
    IncidentClosed,
    NothingAdded,
    NotInHand,
    NotInTheClass,
    OwnDecision,
    ReportTooLate,
    TooMuchEvidence,
)
from api.domains.conditions.extension_routes import wanted_of
from api.domains.conditions.extensions import extensions_by_incident
from api.domains.conditions.guards import (
    ADD_EVIDENCE,
    DECIDE_INCIDENT,
    EXTEND,
    REPORT_INCIDENT,
    VIEW_INCIDENT,
)
from api.domains.conditions.incident_models import IncidentEvidenceRow, IncidentRow
from api.domains.conditions.incident_rules import IncidentState
from api.domains.conditions.incidents import Failure, Result
from api.domains.conditions.schemas import (
    DecisionReason,
    EvidenceOut,
    GrantIn,
    IncidentIn,
    IncidentLine,
    IncidentOut,
    OutageIn,
    OutageOut,
    OutageRow,
)
from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileInfected, FileQuarantined
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, Exchange, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action, Reach
from api.unit import Unit

TAGS = ["incidents"]


@post(
    policy=REPORT_INCIDENT,
    idempotent=True,
    problems=(NotInTheClass, ReportTooLate),
    operation_id="report_incident",
    tags=TAGS,
    status_code=201,
)
async def report_incident(data: JSONBody[IncidentIn], exchange: TheExchange) -> Response[IncidentOut]:
    """Reports a technical failure at a task of one's class: at once, at the latest some hours after the task has closed
    for oneself. Evidence follows as files. Whether anything comes of it a person decides."""

    async def work(unit: Unit) -> Answer:
        unit.asked = True
        task = await service.find_task(unit, data.task_id)
        unit.require(REPORT_INCIDENT, (await class_brief(unit, task.class_id)).place)
        failure = Failure(data.began_at, data.ended_at, data.story)
        row = await incidents.report(unit, task, failure)
        return tagged(await _shown(unit, row), row.version, 201, {"Location": f"/v1/incidents/{row.id}"})

    return await exchange.once(work)


@get(policy=VIEW_INCIDENT, operation_id="list_incidents", tags=TAGS)
async def list_incidents(
    exchange: TheExchange,
    task_id: Annotated[UUID | None, QueryParameter(name="task_id")] = None,
    class_id: Annotated[UUID | None, QueryParameter(name="class_id")] = None,
    in_state: Annotated[IncidentState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[IncidentLine]]:
    """One's own reports, and those of the classes for which one decides."""
    async with exchange.reading() as unit:
        table = IncidentRow
        query = select(table).where(_within(unit.reach(VIEW_INCIDENT)))
        if task_id is not None:
            query = query.where(table.task_id == task_id)
        if class_id is not None:
            query = query.where(table.class_id == class_id)
        if in_state is not None:
            query = query.where(table.state == in_state.value)
        return (await page(exchange, unit, query, [table.id], _line, cursor, limit)).response()


def _within(reach: Reach) -> ColumnElement[bool]:
    """The same rule as `incidents.place_of`, for lists."""
    if reach.everything:
        return true()
    table = IncidentRow
    found = [
        column.in_(ids)
        for column, ids in (
            (table.person_id, reach.persons),
            (table.unit_id, reach.units),
            (table.programme_id, reach.programmes),
            (table.class_id, reach.classes),
        )
        if ids
    ]
    return or_(*found) if found else false()


@get("/{incident_id:uuid}", policy=VIEW_INCIDENT, versioned=True, operation_id="get_incident", tags=TAGS)
async def get_incident(incident_id: FromPath[UUID], exchange: TheExchange) -> Response[IncidentOut]:
    """One report: its state and its times for whoever may decide it; with its words, its evidence and what it led to
    for the student and whoever has taken it in hand."""
    async with exchange.reading() as unit:
        row = await _seen(unit, incident_id, VIEW_INCIDENT)
        return tagged(await _shown(unit, row), row.version).response()


@post(
    "/{incident_id:uuid}/evidence",
    policy=ADD_EVIDENCE,
    accepts=files.ANYTHING,
    request_max_body_size=incidents.EVIDENCE.max_bytes,
    problems=(*files.UPLOAD_PROBLEMS, IncidentClosed, TooMuchEvidence),
    operation_id="add_evidence",
    tags=TAGS,
    status_code=201,
)
async def add_evidence(
    incident_id: FromPath[UUID], content_disposition: files.SentName, exchange: TheExchange
) -> Response[EvidenceOut]:
    """Adds a file to one's own report until it is decided: a picture of the screen, a film, a letter. The body is the
    file, its name stands in Content-Disposition."""
    async with exchange.reading() as unit:
        await _seen(unit, incident_id, ADD_EVIDENCE)
    name, claimed = files.sent_name(content_disposition), files.sent_type(exchange)
    received = await files.receive(exchange, exchange.context, name, claimed, incidents.EVIDENCE, sealed=True)
    async with exchange.writing() as unit:
        row = await _seen(unit, incident_id, ADD_EVIDENCE, lock=True)
        evidence = await incidents.add_evidence(unit, row, received)
        (shown,) = await _evidence(unit, [evidence])
        return Answer(shown, 201, {"Location": f"/v1/incidents/{row.id}/evidence/{evidence.id}"}).response()


@get(
    "/{incident_id:uuid}/evidence/{evidence_id:uuid}",
    policy=VIEW_INCIDENT,
    problems=(NotInHand, FileDamaged, FileInfected, FileQuarantined),
    operation_id="get_incident_evidence",
    tags=TAGS,
)
async def get_incident_evidence(
    incident_id: FromPath[UUID], evidence_id: FromPath[UUID], exchange: TheExchange
) -> Response[bytes]:
    """The file, as an attachment: for the student and whoever has taken the report in hand."""
    async with exchange.reading() as unit:
        row = await _seen(unit, incident_id, VIEW_INCIDENT)
        incidents.require_in_hand(unit, row)
        found = await unit.session.get(IncidentEvidenceRow, evidence_id)
        if found is None or found.incident_id != row.id:
            raise NotFound()
        return await files.deliver(unit, found.file_id)


@post(
    "/{incident_id:uuid}/review",
    policy=DECIDE_INCIDENT,
    versioned=True,
    problems=(OwnDecision, MoveNotAllowed),
    operation_id="review_incident",
    tags=TAGS,
    status_code=200,
)
async def review_incident(incident_id: FromPath[UUID], exchange: TheExchange) -> Response[IncidentOut]:
    """Takes a report in hand, also from a colleague, and answers with its words: from now on one may read them, which
    is recorded. Nobody decides about their own."""
    async with exchange.writing() as unit:
        row = await _decided(exchange, unit, incident_id)
        await incidents.review(unit, row)
        return tagged(await _shown(unit, row), row.version).response()


@post(
    "/{incident_id:uuid}/grant",
    policy=DECIDE_INCIDENT,
    versioned=True,
    problems=(OwnDecision, MoveNotAllowed, NotInHand, NotInTheClass, NothingAdded, *UNUSABLE),
    operation_id="grant_incident",
    tags=TAGS,
    status_code=200,
)
async def grant_incident(
    incident_id: FromPath[UUID], data: JSONBody[GrantIn], exchange: TheExchange
) -> Response[IncidentOut]:
    """Accepts a report, with a reason; gives the student what the failure has cost, if it has. An attempt that runs is
    lengthened at once."""
    async with exchange.writing() as unit:
        seen = await _seen(unit, incident_id, DECIDE_INCIDENT)
        await service.find_task(unit, seen.task_id, lock=True)  # before the report, as who grants for a whole class
        row = await _decided(exchange, unit, incident_id)
        incidents.check_decider(unit, row, IncidentState.GRANTED)
        wanted = None if data.adding is None else wanted_of(data.adding)
        await incidents.grant_report(unit, row, wanted, data.reason)
        return tagged(await _shown(unit, row), row.version).response()


@post(
    "/{incident_id:uuid}/refuse",
    policy=DECIDE_INCIDENT,
    versioned=True,
    problems=(OwnDecision, MoveNotAllowed, NotInHand),
    operation_id="refuse_incident",
    tags=TAGS,
    status_code=200,
)
async def refuse_incident(
    incident_id: FromPath[UUID], data: JSONBody[DecisionReason], exchange: TheExchange
) -> Response[IncidentOut]:
    """Refuses a report, with the reason that the student reads."""
    async with exchange.writing() as unit:
        row = await _decided(exchange, unit, incident_id)
        incidents.check_decider(unit, row, IncidentState.REFUSED)
        await incidents.refuse_report(unit, row, data.reason)
        return tagged(await _shown(unit, row), row.version).response()


@post(
    "/{incident_id:uuid}/close",
    policy=DECIDE_INCIDENT,
    versioned=True,
    problems=(OwnDecision, MoveNotAllowed),
    operation_id="close_incident",
    tags=TAGS,
    status_code=200,
)
async def close_incident(incident_id: FromPath[UUID], exchange: TheExchange) -> Response[IncidentOut]:
    """Puts a decided report away."""
    async with exchange.writing() as unit:
        row = await _decided(exchange, unit, incident_id)
        await incidents.close_report(unit, row)
        return tagged(await _shown(unit, row), row.version).response()


@post(
    policy=EXTEND,
    idempotent=True,
    problems=(MoveNotAllowed,),
    operation_id="grant_for_outage",
    tags=TAGS,
    status_code=201,
)
async def grant_for_outage(data: JSONBody[OutageIn], exchange: TheExchange) -> Response[OutageOut]:
    """The service itself was down: gives every student of the class, or those named, what that has cost them at one
    task. Says of each what became of it; who was helped for the same failure already gets what is missing to it, and
    waiting reports of that time are granted by it."""

    async def work(unit: Unit) -> Answer:
        unit.asked = True
        task = await service.find_task(unit, data.task_id, lock=True)
        unit.require(EXTEND, (await class_brief(unit, task.class_id)).place)
        failure = Failure(data.began_at, data.ended_at, data.story)
        row, results = await incidents.grant_for_outage(
            unit, task, failure, wanted_of(data.adding), data.reason, data.person_ids
        )
        rows = [
            OutageRow(person_id=one.person_id, result=one.result, extension_id=one.extension_id, refusal=one.refusal)
            for one in results
        ]
        counts = {result: sum(one.result is result for one in results) for result in Result}
        shown = OutageOut(
            incident_id=row.id,
            granted=counts[Result.GRANTED],
            already=counts[Result.ALREADY],
            refused=counts[Result.REFUSED],
            rows=rows,
        )
        return Answer(shown, 201, {"Location": f"/v1/incidents/{row.id}"})

    return await exchange.once(work)


async def _seen(unit: Unit, incident_id: UUID, wanted: Action, *, lock: bool = False) -> IncidentRow:
    unit.asked = True
    row = await incidents.find_incident(unit, incident_id, lock=lock)
    unit.require(wanted, incidents.place_of(row), seen_by=VIEW_INCIDENT)
    return row


async def _decided(exchange: Exchange, unit: Unit, incident_id: UUID) -> IncidentRow:
    """One that the actor may decide, as the client has read it."""
    row = await _seen(unit, incident_id, DECIDE_INCIDENT, lock=True)
    exchange.check_version(row.version)
    return row


def _line(row: IncidentRow) -> IncidentLine:
    return IncidentLine(
        id=row.id,
        task_id=row.task_id,
        class_id=row.class_id,
        person_id=row.person_id,
        state=IncidentState(row.state),
        began_at=row.began_at,
        reported_at=row.created_at,
    )


async def _shown(unit: Unit, row: IncidentRow) -> IncidentOut:
    is_read = incidents.is_in_hand(unit, row)
    return IncidentOut(
        id=row.id,
        task_id=row.task_id,
        class_id=row.class_id,
        person_id=row.person_id,
        state=IncidentState(row.state),
        began_at=row.began_at,
        ended_at=row.ended_at,
        reported_at=row.created_at,
        story=incidents.words_of(unit, row, "story") if is_read else None,
        was_granted=row.was_granted,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=incidents.words_of(unit, row, "reason") if is_read else None,
        extension_ids=await extensions_by_incident(unit, row.id) if is_read and row.person_id is not None else [],
        evidence=await _evidence(unit, await incidents.evidence_of(unit, row.id)) if is_read else [],
    )


async def _evidence(unit: Unit, rows: Sequence[IncidentEvidenceRow]) -> list[EvidenceOut]:
    known = await files.describe(unit, [row.file_id for row in rows])
    return [
        EvidenceOut(
            id=row.id,
            name=known[row.file_id].name,
            media_type=known[row.file_id].media_type,
            size=known[row.file_id].size,
            added_at=row.created_at,
        )
        for row in rows
        if row.file_id in known
    ]


incident_router = Router(
    "/v1/incidents",
    route_handlers=[
        report_incident,
        list_incidents,
        get_incident,
        add_evidence,
        get_incident_evidence,
        review_incident,
        grant_incident,
        refuse_incident,
        close_incident,
    ],
)
outage_router = Router("/v1/outages", route_handlers=[grant_for_outage])
