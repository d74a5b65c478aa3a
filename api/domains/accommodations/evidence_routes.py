"""Evidence over HTTP. Each reading of it is in the audit log."""

from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.accommodations import cases, evidence
from api.domains.accommodations.errors import CaseIsClosed, OwnCase
from api.domains.accommodations.guards import MANAGE, OPEN, VIEW_CASE
from api.domains.accommodations.models import EvidenceRow
from api.domains.accommodations.plan_routes import DOCUMENTS, LARGEST_DOCUMENT, SERVING
from api.domains.accommodations.schemas import (
    AccommodationEvidenceIn,
    AccommodationEvidenceLine,
    AccommodationEvidenceOut,
    EvidenceFile,
)
from api.domains.accommodations.showing import require_case
from api.domains.files import service as files
from api.errors import NotFound
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["accommodations"]


@get("/{accommodation_case_id:uuid}/evidence", policy=VIEW_CASE, operation_id="list_accommodation_evidence", tags=TAGS)
async def list_accommodation_evidence(
    accommodation_case_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[AccommodationEvidenceLine]]:
    """What was handed in for a case, by its days alone: the student and the office."""
    async with exchange.reading() as unit:
        await require_case(unit, VIEW_CASE, await cases.find_case(unit, accommodation_case_id))
        query = select(EvidenceRow).where(EvidenceRow.case_id == accommodation_case_id)
        return (await page(exchange, unit, query, [EvidenceRow.id], _line, cursor, limit)).response()


@post(
    "/{accommodation_case_id:uuid}/evidence",
    policy=OPEN,
    idempotent=True,
    problems=(CaseIsClosed,),
    operation_id="add_accommodation_evidence",
    tags=TAGS,
    status_code=201,
)
async def add_accommodation_evidence(
    accommodation_case_id: FromPath[UUID], data: JSONBody[AccommodationEvidenceIn], exchange: TheExchange
) -> Response[AccommodationEvidenceLine]:
    """Hands something in that shows the need, as a sealed note; a file is added to it afterwards. The student, the
    office."""

    async def work(unit: Unit) -> Answer:
        await require_case(unit, OPEN, await cases.find_case(unit, accommodation_case_id))
        row = await evidence.add_evidence(unit, await cases.lock_case(unit, accommodation_case_id), data.note)
        return Answer(_line(row), 201, {"Location": f"/v1/accommodation-evidence/{row.id}"})

    return await exchange.once(work)


@get("/{accommodation_evidence_id:uuid}", policy=VIEW_CASE, operation_id="get_accommodation_evidence", tags=TAGS)
async def get_accommodation_evidence(
    accommodation_evidence_id: FromPath[UUID], exchange: TheExchange
) -> Response[AccommodationEvidenceOut]:
    """One piece of evidence, opened: the office, and the student whose it is."""
    async with exchange.writing() as unit:
        row, case = await evidence.find_evidence(unit, accommodation_evidence_id)
        await require_case(unit, VIEW_CASE, case)
        unit.record("read", "accommodation-evidence", row.id, person=case.person_id)
        return Response(await _opened(unit, row))


@post(
    "/{accommodation_evidence_id:uuid}/file",
    policy=OPEN,
    accepts=files.ANYTHING,
    request_max_body_size=LARGEST_DOCUMENT,
    problems=(CaseIsClosed, *files.UPLOAD_PROBLEMS),
    operation_id="put_accommodation_evidence_file",
    tags=TAGS,
    status_code=200,
)
async def put_accommodation_evidence_file(
    accommodation_evidence_id: FromPath[UUID], content_disposition: files.SentName, exchange: TheExchange
) -> Response[AccommodationEvidenceLine]:
    """Adds the certificate itself (PDF, JPEG or PNG, 20 MB), or another one in its place; it is stored sealed. The
    student, the office."""
    async with exchange.reading() as unit:
        _, case = await evidence.find_evidence(unit, accommodation_evidence_id)
        await require_case(unit, OPEN, case)
        cases.refuse_closed(case)
    received = await files.receive(
        exchange,
        exchange.context,
        files.sent_name(content_disposition),
        files.sent_type(exchange),
        DOCUMENTS,
        sealed=True,
    )
    async with exchange.writing() as unit:
        row, case = await evidence.find_evidence(unit, accommodation_evidence_id, lock=True)
        await require_case(unit, OPEN, case)
        await evidence.keep_file(unit, row, case, received)
        return Response(_line(row))


@get(
    "/{accommodation_evidence_id:uuid}/file",
    policy=VIEW_CASE,
    media_type="*/*",
    problems=SERVING,
    operation_id="get_accommodation_evidence_file",
    tags=TAGS,
)
async def get_accommodation_evidence_file(
    accommodation_evidence_id: FromPath[UUID], exchange: TheExchange
) -> Response[bytes]:
    """The certificate itself: the office, and the student whose it is."""
    async with exchange.writing() as unit:
        row, case = await evidence.find_evidence(unit, accommodation_evidence_id)
        await require_case(unit, VIEW_CASE, case)
        if row.file_id is None:
            raise NotFound()
        unit.record("read-file", "accommodation-evidence", row.id, person=case.person_id)
        return await files.deliver(unit, row.file_id)


@delete(
    "/{accommodation_evidence_id:uuid}",
    policy=MANAGE,
    problems=(OwnCase,),
    operation_id="delete_accommodation_evidence",
    tags=TAGS,
)
async def delete_accommodation_evidence(accommodation_evidence_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Takes evidence away with its file, e.g. when it was looked at and is not needed any more: the office."""
    async with exchange.writing() as unit:
        row, case = await evidence.find_evidence(unit, accommodation_evidence_id, lock=True)
        await require_case(unit, MANAGE, case)
        cases.refuse_own(unit, case)
        await evidence.delete_evidence(unit, [row.id])
        unit.record("delete", "accommodation-evidence", row.id, person=case.person_id)


def _line(row: EvidenceRow) -> AccommodationEvidenceLine:
    return AccommodationEvidenceLine(id=row.id, received_at=row.created_at, has_file=row.file_id is not None)


async def _opened(unit: Unit, row: EvidenceRow) -> AccommodationEvidenceOut:
    described = await files.describe(unit, [] if row.file_id is None else [row.file_id])
    one = None if row.file_id is None else described[row.file_id]
    return AccommodationEvidenceOut(
        id=row.id,
        received_at=row.created_at,
        has_file=row.file_id is not None,
        note=evidence.open_note(unit, row),
        file=None if one is None else EvidenceFile(name=one.name, media_type=one.media_type, size=one.size),
    )


routers = (
    Router("/v1/accommodation-cases", route_handlers=[list_accommodation_evidence, add_accommodation_evidence]),
    Router(
        "/v1/accommodation-evidence",
        route_handlers=[
            get_accommodation_evidence,
            put_accommodation_evidence_file,
            get_accommodation_evidence_file,
            delete_accommodation_evidence,
        ],
    ),
)
