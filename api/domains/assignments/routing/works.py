"""Handing in over HTTP: drafts, files, texts, submit, receipts."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.assignments import handing_in
from api.domains.assignments.errors import (
    NothingToSubmit,
    NotInGroup,
    NoVersionsLeft,
    TooManyFiles,
    WorkIsBlind,
    WorkLookedAt,
    WorkMarked,
)
from api.domains.assignments.guards import READ_ONE_WORK, READ_WORK, TAKE, VERIFY, VIEW_OWN_WORK, VIEW_WORK
from api.domains.assignments.models import SubmissionRow, SubmissionTextRow
from api.domains.assignments.receipts import verify
from api.domains.assignments.roster import show_students, students_of
from api.domains.assignments.routing.definitions import SERVING, FileNumber
from api.domains.assignments.routing.showing import show_file, show_work
from api.domains.assignments.rules import SubmissionState
from api.domains.assignments.schemas import (
    ReasonIn,
    ReceiptIn,
    ReceiptOut,
    StudentLine,
    SubmissionOut,
    TextIn,
    TextOut,
    TextVersionLine,
    VerifiedOut,
    WorkFileOut,
)
from api.domains.assignments.seeing import (
    is_marked_blind,
    own_work,
    require_not_blind,
    require_staff,
    seen_work,
    sees_conditions,
    taken,
    works_of_person,
    works_within,
)
from api.domains.conditions.errors import TaskNotOpenYet, TaskOver
from api.domains.files import service as files
from api.domains.files.service import SentName
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page, page_of_ids
from api.http.wire import PageOf
from api.unit import Unit

TAGS: Final = ["submissions"]
WINDOW: Final = (TaskNotOpenYet, TaskOver)


@post(
    "/assignments/{assignment_id:uuid}/submissions",
    policy=TAKE,
    idempotent=True,
    problems=(*WINDOW, NotInGroup, NoVersionsLeft),
    operation_id="begin_submission",
    tags=TAGS,
    status_code=201,
)
async def begin_submission(assignment_id: FromPath[UUID], exchange: TheExchange) -> Response[SubmissionOut]:
    """Begins the draft of the next version, or gives the draft that there is: of the student, or of the group."""

    async def work(unit: Unit) -> Answer:
        one, person_id = await taken(unit, assignment_id)
        row, _ = await handing_in.begin_draft(unit, one, person_id)
        shown = show_work(unit, one, await handing_in.work_of(unit, row))
        return Answer(shown, 201, {"Location": f"/v1/submissions/{row.id}"})

    return await exchange.once(work)


@get(
    "/assignments/{assignment_id:uuid}/submissions",
    policy=READ_WORK,
    problems=(WorkIsBlind,),
    operation_id="list_submissions",
    tags=TAGS,
)
async def list_submissions(
    assignment_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[SubmissionOut]]:
    """The versions of the actor's own work, or, for who teaches the class, the ones that were handed in; not while
    they are marked blind."""
    async with exchange.reading() as unit:
        query = select(SubmissionRow).where(SubmissionRow.assignment_id == assignment_id)
        one, person_id = await works_within(unit, assignment_id)
        if person_id is None:
            await require_not_blind(unit, one)
            query = query.where(SubmissionRow.state.in_((SubmissionState.SUBMITTED, SubmissionState.SUPERSEDED)))
        else:
            query = query.where(works_of_person(person_id), SubmissionRow.state != SubmissionState.DISCARDED)
        rows: list[Any] = []
        order = [SubmissionRow.number, SubmissionRow.id]
        answer = await page(exchange, unit, query, order, rows.append, cursor, limit)
        answer.content.items = [show_work(unit, one, await handing_in.work_of(unit, row)) for row in rows]
        return answer.response()


@get(
    "/assignments/{assignment_id:uuid}/students",
    policy=VIEW_WORK,
    operation_id="list_assignment_students",
    tags=TAGS,
)
async def list_students(
    assignment_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[StudentLine]]:
    """Every student of the class and the assignment: what has come, and for who teaches the class until when each has
    time and what is done instead. While the works are marked blind nobody is told what has come."""
    async with exchange.reading() as unit:
        one = await require_staff(unit, assignment_id)
        shown, answer = page_of_ids(exchange, await students_of(unit, one), cursor, limit)
        is_blind = await is_marked_blind(unit, one)
        lines = await show_students(unit, one, shown, is_blind=is_blind, with_conditions=sees_conditions(unit, one))
        return answer(lines).response()


@get(
    "/submissions/{submission_id:uuid}",
    policy=READ_ONE_WORK,
    problems=(WorkIsBlind,),
    operation_id="get_submission",
    tags=TAGS,
)
async def get_submission(submission_id: FromPath[UUID], exchange: TheExchange) -> Response[SubmissionOut]:
    """One version with its files: for whose it is, and, unless it is marked blind, for who teaches the class. Whoever
    decides a case about it reads it too, also when it was taken back."""
    async with exchange.reading() as unit:
        row, one = await seen_work(unit, submission_id)
        return Response(show_work(unit, one, await handing_in.work_of(unit, row)))


@post(
    "/submissions/{submission_id:uuid}/files",
    policy=VIEW_OWN_WORK,
    accepts=files.ANYTHING,
    request_max_body_size=files.LARGEST_BYTES,
    problems=(*WINDOW, *files.UPLOAD_PROBLEMS, MoveNotAllowed, TooManyFiles),
    operation_id="upload_submission_file",
    tags=TAGS,
    status_code=201,
)
async def upload_file(
    submission_id: FromPath[UUID], disposition: SentName, exchange: TheExchange
) -> Response[WorkFileOut]:
    """Adds a file to a draft: it is the body of the request, its name stands in Content-Disposition. It is stored as
    what its bytes are, whatever its name says, never unpacked or shown; the same bytes under the same name are stored
    once. Refused as soon as it is larger than the assignment allows."""
    name = files.sent_name(disposition)
    async with exchange.reading() as unit:
        _, one = await own_work(unit, submission_id)
        await handing_in.open_draft(unit, one, submission_id)
    received = await files.receive(exchange, exchange.context, name, files.sent_type(exchange), one.file_rules)
    async with exchange.writing() as unit:
        _, one = await own_work(unit, submission_id)
        row, _ = await handing_in.open_draft(unit, one, submission_id)
        added, _ = await handing_in.add_file(unit, one, row, received)
        described = (await files.describe(unit, [added.file_id]))[added.file_id]
    path = f"/v1/submissions/{submission_id}/files/{added.number}"
    return Answer(show_file(added.number, described), 201, {"Location": path}).response()


@get(
    "/submissions/{submission_id:uuid}/files/{number:int}",
    policy=READ_ONE_WORK,
    media_type="*/*",
    problems=(*SERVING, WorkIsBlind),
    operation_id="get_submission_file",
    tags=TAGS,
)
async def get_work_file(
    submission_id: FromPath[UUID], number: FromPath[FileNumber], exchange: TheExchange
) -> Response[bytes]:
    """A file of a version, as an attachment that no browser shows: for whose it is, and, unless it is marked blind, for
    who teaches the class."""
    async with exchange.reading() as unit:
        await seen_work(unit, submission_id)
        return await files.deliver(unit, await handing_in.find_work_file(unit, submission_id, number))


@delete(
    "/submissions/{submission_id:uuid}/files/{number:int}",
    policy=VIEW_OWN_WORK,
    problems=(*WINDOW, MoveNotAllowed),
    operation_id="remove_submission_file",
    tags=TAGS,
    status_code=204,
)
async def remove_file(submission_id: FromPath[UUID], number: FromPath[FileNumber], exchange: TheExchange) -> None:
    """Takes a file out of a draft."""
    async with exchange.writing() as unit:
        _, one = await own_work(unit, submission_id)
        row, _ = await handing_in.open_draft(unit, one, submission_id)
        await handing_in.remove_file(unit, row, number)


@get(
    "/submissions/{submission_id:uuid}/text",
    policy=READ_ONE_WORK,
    versioned=True,
    problems=(WorkIsBlind,),
    operation_id="get_submission_text",
    tags=TAGS,
)
async def get_text(submission_id: FromPath[UUID], exchange: TheExchange) -> Response[TextOut]:
    """The text of a version, with its entity tag."""
    async with exchange.reading() as unit:
        row, _ = await seen_work(unit, submission_id)
        return (await _text_answer(unit, row)).response()


@put(
    "/submissions/{submission_id:uuid}/text",
    policy=VIEW_OWN_WORK,
    versioned=True,
    problems=(*WINDOW, MoveNotAllowed),
    operation_id="save_submission_text",
    tags=TAGS,
)
async def save_text(submission_id: FromPath[UUID], data: JSONBody[TextIn], exchange: TheExchange) -> Response[TextOut]:
    """Saves the text of a draft; every saved version is kept. The same text again changes nothing, also when the answer
    to the first save was lost. From another device somebody may have saved meanwhile: then 412, and both are there."""
    async with exchange.writing() as unit:
        _, one = await own_work(unit, submission_id)
        row, _ = await handing_in.open_draft(unit, one, submission_id)
        if not await handing_in.is_same_text(unit, row, data.content, data.language):
            exchange.check_version(row.text_version)
            await handing_in.save_text(unit, one, row, data.content, data.language)
        return (await _text_answer(unit, row)).response()


async def _text_answer(unit: Unit, row: SubmissionRow) -> Answer:
    saved = await handing_in.saved_text(unit, row)
    shown = TextOut(
        content="" if saved is None else saved.content,
        language=row.language,
        version=row.text_version,
        saved_at=None if saved is None else saved.created_at,
    )
    return tagged(shown, row.text_version)


@get(
    "/submissions/{submission_id:uuid}/text/versions",
    policy=VIEW_OWN_WORK,
    operation_id="list_submission_texts",
    tags=TAGS,
)
async def list_texts(
    submission_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[TextVersionLine]]:
    """When the text was saved, the first time first."""
    async with exchange.reading() as unit:
        row, _ = await own_work(unit, submission_id)
        query = select(SubmissionTextRow).where(SubmissionTextRow.submission_id == row.id)

        def show(saved: SubmissionTextRow) -> TextVersionLine:
            return TextVersionLine(version=saved.version, saved_at=saved.created_at, characters=len(saved.content))

        order = [SubmissionTextRow.version, SubmissionTextRow.id]
        return (await page(exchange, unit, query, order, show, cursor, limit)).response()


@get(
    "/submissions/{submission_id:uuid}/text/versions/{version:int}",
    policy=VIEW_OWN_WORK,
    operation_id="get_submission_text_version",
    tags=TAGS,
)
async def get_text_version(
    submission_id: FromPath[UUID], version: FromPath[FileNumber], exchange: TheExchange
) -> Response[TextOut]:
    """An earlier text of one's own, e.g. after something was deleted by mistake."""
    async with exchange.reading() as unit:
        row, _ = await own_work(unit, submission_id)
        saved = await handing_in.saved_text(unit, row, version)
        if saved is None:
            raise NotFound()
        return Response(
            TextOut(content=saved.content, language=row.language, version=saved.version, saved_at=saved.created_at)
        )


@post(
    "/submissions/{submission_id:uuid}/submit",
    policy=VIEW_OWN_WORK,
    idempotent=True,
    problems=(*WINDOW, MoveNotAllowed, NothingToSubmit, NoVersionsLeft),
    operation_id="submit",
    tags=TAGS,
    status_code=200,
)
async def submit(submission_id: FromPath[UUID], exchange: TheExchange) -> Response[SubmissionOut]:
    """Hands a draft in. It counts in place of the version before, and a receipt is given out. How late it is follows
    from the person's own due moment; at the own close and later nothing is taken. What was handed in already is
    answered the same."""

    async def work(unit: Unit) -> Answer:
        _, one = await own_work(unit, submission_id)
        row = await handing_in.submit(unit, one, submission_id)
        return Answer(show_work(unit, one, await handing_in.work_of(unit, row)))

    return await exchange.once(work)


@post(
    "/submissions/{submission_id:uuid}/withdraw",
    policy=VIEW_OWN_WORK,
    idempotent=True,
    problems=(*WINDOW, MoveNotAllowed, WorkLookedAt, WorkMarked),
    operation_id="withdraw_submission",
    tags=TAGS,
    status_code=200,
)
async def withdraw(
    submission_id: FromPath[UUID], data: JSONBody[ReasonIn], exchange: TheExchange
) -> Response[SubmissionOut]:
    """Takes the version that counts back, until the own close and while it is not marked or needed as it is: nobody
    marks it any more, and it is kept. It no longer counts among the versions that may be handed in."""

    async def work(unit: Unit) -> Answer:
        _, one = await own_work(unit, submission_id)
        row = await handing_in.withdraw(unit, one, submission_id, data.reason)
        return Answer(show_work(unit, one, await handing_in.work_of(unit, row)))

    return await exchange.once(work)


@post(
    "/submissions/{submission_id:uuid}/discard",
    policy=VIEW_OWN_WORK,
    idempotent=True,
    problems=(*WINDOW, MoveNotAllowed),
    operation_id="discard_submission",
    tags=TAGS,
    status_code=200,
)
async def discard(submission_id: FromPath[UUID], exchange: TheExchange) -> Response[SubmissionOut]:
    """Gives a draft up; another one can be begun."""

    async def work(unit: Unit) -> Answer:
        _, one = await own_work(unit, submission_id)
        row, _ = await handing_in.open_draft(unit, one, submission_id)
        await handing_in.discard(unit, row)
        return Answer(show_work(unit, one, await handing_in.work_of(unit, row)))

    return await exchange.once(work)


@get("/submissions/{submission_id:uuid}/receipt", policy=VIEW_OWN_WORK, operation_id="get_receipt", tags=TAGS)
async def get_receipt(submission_id: FromPath[UUID], exchange: TheExchange) -> Response[ReceiptOut]:
    """The receipt of a version: digests of all that was handed in, the moment, how late, signed by the service."""
    async with exchange.reading() as unit:
        row, _ = await own_work(unit, submission_id)
        if not row.receipt or not row.receipt_seal:
            raise NotFound()
        return Response(ReceiptOut(content=row.receipt, signature=row.receipt_seal))


@post("/receipts/verify", policy=VERIFY, operation_id="verify_receipt", tags=TAGS, status_code=200)
async def verify_receipt(data: JSONBody[ReceiptIn], exchange: TheExchange) -> Response[VerifiedOut]:
    """Says whether a receipt is genuine, to anybody who holds it. Nothing is said about other receipts."""
    async with exchange.reading() as unit:
        unit.require(VERIFY)
        genuine, recorded = await verify(unit, data.content, data.signature)
        return Response(VerifiedOut(is_genuine=genuine, is_on_record=recorded))


handlers: Final = (
    begin_submission,
    discard,
    get_receipt,
    get_submission,
    get_text,
    get_text_version,
    get_work_file,
    list_students,
    list_submissions,
    list_texts,
    remove_file,
    save_text,
    submit,
    upload_file,
    verify_receipt,
    withdraw,
)
