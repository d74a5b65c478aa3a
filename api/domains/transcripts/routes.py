"""Transcripts and their verification over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter
from sqlalchemy import ColumnElement, and_, or_, select, true

from api.domains.transcripts import batches, renditions, service, verification
from api.domains.transcripts.content import GapContent, ResultContent, ScaleContent, TranscriptContent, gaps_of
from api.domains.transcripts.errors import (
    OwnDraft,
    OwnTranscript,
    RenditionUnavailable,
    TranscriptDamaged,
    TranscriptExists,
    TranscriptOutdated,
)
from api.domains.transcripts.guards import APPROVE, APPROVE_FOR_REGISTRY, PREPARE, READ, VERIFY
from api.domains.transcripts.models import TranscriptNoticeRow, TranscriptRow
from api.domains.transcripts.rendering import MEDIA_TYPES, Rendition, file_name
from api.domains.transcripts.rules import Format, Gap, Office, State
from api.domains.transcripts.schemas import (
    TranscriptApprovalIn,
    TranscriptApprovalsIn,
    TranscriptApprovalsOut,
    TranscriptDifferenceOut,
    TranscriptDifferencesOut,
    TranscriptDraftIn,
    TranscriptDraftsIn,
    TranscriptDraftsOut,
    TranscriptLine,
    TranscriptMarkOut,
    TranscriptNoticeOut,
    TranscriptOut,
    VerificationOut,
)
from api.domains.transcripts.service import place_of
from api.domains.transcripts.verification_page import PAGE_POLICY, PAGE_TYPE, make_page, make_problem_page
from api.errors import LANGUAGES, MoveNotAllowed, StaleVersion, problem_body
from api.http.exchange import Answer, Exchange, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.problems import answer_problem, as_problem, preferred_language, problem_message
from api.http.wire import Language, PageOf
from api.policy import Reach, reach
from api.unit import Unit

TAGS = ["transcripts"]
InState = Annotated[State | None, QueryParameter(name="state", description="Only those in this state")]
TheFormat = Annotated[Format, PathParameter(name="form", description="How it is handed out")]
CodeText = Annotated[
    str, PathParameter(name="code", max_length=64, description="24 digits as printed, with or without their groups")
]
TypedCode = Annotated[
    str | None, QueryParameter(name="code", max_length=64, description="As it stands on the transcript")
]


# Lists


@get(policy=READ, operation_id="list_transcripts", tags=TAGS)
async def list_transcripts(
    exchange: TheExchange,
    person_id: FromQuery[UUID | None] = None,
    study_id: FromQuery[UUID | None] = None,
    programme_id: FromQuery[UUID | None] = None,
    academic_session_id: FromQuery[UUID | None] = None,
    in_state: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[TranscriptLine]]:
    """Transcripts by age, without their marks: students see their own once they are issued; the registry and the dean's
    office those of their students, drafts too."""
    async with exchange.reading() as unit:
        issued = and_(_lies_in(unit.reach(READ)), TranscriptRow.code.is_not(None))
        query = select(TranscriptRow).where(or_(issued, _lies_in(reach(unit.actor, PREPARE))))
        for column, wanted in (
            (TranscriptRow.person_id, person_id),
            (TranscriptRow.study_id, study_id),
            (TranscriptRow.programme_id, programme_id),
            (TranscriptRow.academic_session_id, academic_session_id),
            (TranscriptRow.state, in_state),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        return (await page(exchange, unit, query, [TranscriptRow.id], _line, cursor, limit)).response()


@get("/changes", policy=PREPARE, operation_id="list_transcript_changes", tags=TAGS)
async def list_changes(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[TranscriptNoticeOut]]:
    """Grades that were touched after a transcript was approved or issued, for the registry and the dean's office. It
    leaves the list when a new version is issued. What differs is told by the transcript's `differences`."""
    async with exchange.reading() as unit:
        query = (
            select(TranscriptNoticeRow, TranscriptRow)
            .join(TranscriptRow, TranscriptRow.id == TranscriptNoticeRow.transcript_id)
            .where(_lies_in(unit.reach(PREPARE)), TranscriptRow.state.in_([State.APPROVED, State.ISSUED]))
            .add_columns(TranscriptNoticeRow.id)
        )
        found = await page(
            exchange, unit, query, [TranscriptNoticeRow.id], lambda row: _notice(row[0], row[1]), cursor, limit
        )
        return found.response()


# Preparing


@post(
    policy=PREPARE,
    idempotent=True,
    problems=(TranscriptExists,),
    operation_id="draft_transcript",
    tags=TAGS,
)
async def draft(data: JSONBody[TranscriptDraftIn], exchange: TheExchange) -> Response[TranscriptOut]:
    """Drafts the transcript of a study for a semester from the approved results: the registry or the dean's office of
    the study. From the second version on a reason is needed; the version before stays valid until the new one is
    issued."""

    async def work(unit: Unit) -> Answer:
        study = await batches.study_place(unit, data.study_id)
        unit.require(PREPARE, study)
        row = await service.draft(unit, data.study_id, data.academic_session_id, data.reason)
        return tagged(_show(unit, row), row.version, 201, {"Location": f"/v1/transcripts/{row.id}"})

    return await exchange.once(work)


@post(
    "/drafts",
    policy=PREPARE,
    idempotent=True,
    status_code=200,
    operation_id="draft_transcripts_of_programme",
    tags=TAGS,
)
async def draft_many(data: JSONBody[TranscriptDraftsIn], exchange: TheExchange) -> Response[TranscriptDraftsOut]:
    """Drafts the first transcripts of all students of a programme who have approved results in a semester, and none
    yet: the registry or the dean's office. At most a hundred at a time: call it again until `made` is 0."""

    async def work(unit: Unit) -> Answer:
        unit.require(PREPARE, await batches.programme_place(unit, data.programme_id))
        return Answer(await batches.draft_many(unit, data.programme_id, data.academic_session_id))

    return await exchange.once(work)


@get(
    "/{transcript_id:uuid}",
    policy=READ,
    versioned=True,
    problems=(TranscriptDamaged,),
    operation_id="get_transcript",
    tags=TAGS,
)
async def get_transcript(transcript_id: FromPath[UUID], exchange: TheExchange) -> Response[TranscriptOut]:
    """A transcript with its content: the student when it is issued, the registry and the dean's office at any time.
    Each reading is in the audit log (4.1 c)."""
    async with exchange.writing() as unit:
        row = await _readable(unit, transcript_id)
        unit.record("transcript.read", "transcript", row.id, person=row.person_id)
        return tagged(_show(unit, row), row.version).response()


@post(
    "/{transcript_id:uuid}/remake",
    policy=PREPARE,
    versioned=True,
    status_code=200,
    problems=(MoveNotAllowed,),
    operation_id="remake_transcript",
    tags=TAGS,
)
async def remake(transcript_id: FromPath[UUID], exchange: TheExchange) -> Response[TranscriptOut]:
    """Makes a draft again from what is known now: who prepares transcripts. Who does it does not approve it. Needs
    If-Match."""
    async with exchange.writing() as unit:
        row = await _to_change(unit, transcript_id, exchange)
        await service.remake(unit, row)
        return tagged(_show(unit, row), row.version).response()


@post(
    "/{transcript_id:uuid}/approve",
    policy=APPROVE,
    versioned=True,
    status_code=200,
    problems=(MoveNotAllowed, OwnDraft, OwnTranscript, TranscriptOutdated),
    operation_id="approve_transcript",
    tags=TAGS,
)
async def approve(
    transcript_id: FromPath[UUID], data: JSONBody[TranscriptApprovalIn], exchange: TheExchange
) -> Response[TranscriptOut]:
    """Approves a draft and freezes it (6.5): the registry or the dean's office, but not who made the draft. With gaps
    (titles or credits missing, results that are not approved, a scale that nobody confirmed) a reason is needed. Needs
    If-Match."""
    async with exchange.writing() as unit:
        row = await _to_change(unit, transcript_id, exchange)
        await _approve(unit, row, data.reason)
        return tagged(_show(unit, row), row.version).response()


async def _approve(unit: Unit, row: TranscriptRow, reason: str | None) -> None:
    unit.require(APPROVE, place_of(row), seen_by=PREPARE)
    is_registry = unit.may(APPROVE_FOR_REGISTRY, place_of(row))
    await service.approve(unit, row, Office.REGISTRY if is_registry else Office.DEANS_OFFICE, reason)


@post(
    "/approvals",
    policy=APPROVE,
    idempotent=True,
    status_code=200,
    operation_id="approve_transcripts",
    tags=TAGS,
)
async def approve_many(
    data: JSONBody[TranscriptApprovalsIn], exchange: TheExchange
) -> Response[TranscriptApprovalsOut]:
    """Approves several drafts at once, e.g. those of a programme, each as `approve` does: the answer says of each
    whether it was approved, and why not. `digest` is the one that the list of drafts shows; a draft that was made again
    since is refused."""

    async def work(unit: Unit) -> Answer:
        unit.reach(APPROVE)

        async def one(row: TranscriptRow, digest: str) -> None:
            unit.require(APPROVE, place_of(row), seen_by=PREPARE)
            if row.digest != digest:
                raise StaleVersion()
            await _approve(unit, row, data.reason)

        return Answer(await batches.approve_many(unit, data.transcripts, one, exchange.language))

    return await exchange.once(work)


@post(
    "/{transcript_id:uuid}/issue",
    policy=APPROVE,
    versioned=True,
    status_code=200,
    problems=(MoveNotAllowed, OwnTranscript, TranscriptOutdated, TranscriptDamaged),
    operation_id="issue_transcript",
    tags=TAGS,
)
async def issue(transcript_id: FromPath[UUID], exchange: TheExchange) -> Response[TranscriptOut]:
    """Hands an approved transcript out, with its verification code, and supersedes the version before: the registry or
    the dean's office. Refused when a grade has changed since the approval. Needs If-Match."""
    async with exchange.writing() as unit:
        row = await _to_change(unit, transcript_id, exchange)
        unit.require(APPROVE, place_of(row), seen_by=PREPARE)
        await service.issue(unit, row)
        return tagged(_show(unit, row), row.version).response()


@get(
    "/{transcript_id:uuid}/differences",
    policy=PREPARE,
    operation_id="compare_transcript",
    tags=TAGS,
)
async def compare(transcript_id: FromPath[UUID], exchange: TheExchange) -> Response[TranscriptDifferencesOut]:
    """What the journal says now where the transcript says something else: for who prepares transcripts. Each reading is
    in the audit log."""
    async with exchange.writing() as unit:
        row = await service.find_transcript(unit, transcript_id)
        unit.require(PREPARE, place_of(row))
        unit.record("transcript.compare", "transcript", row.id, person=row.person_id)
        found = await service.differences(unit, row)
        return Response(TranscriptDifferencesOut(differences=[_difference(one) for one in found]))


# Renditions


@get(
    "/{transcript_id:uuid}/renditions/{form:str}",
    policy=READ,
    problems=(TranscriptDamaged, RenditionUnavailable),
    operation_id="get_transcript_rendition",
    tags=TAGS,
    media_type="*/*",
)
async def get_rendition(
    transcript_id: FromPath[UUID], form: TheFormat, exchange: TheExchange, language: FromQuery[Language]
) -> Response[bytes]:
    """The transcript as a file: tagged PDF, large print of 18 and of 28 points, braille (BRF and PEF), plain text, or
    JSON for programs, in Kyrgyz, Russian or English. Who may read the transcript may have it; each one handed out is in
    the audit log. What is not issued says so on its face."""
    async with exchange.writing() as unit:
        row = await _readable(unit, transcript_id)
        unit.record("transcript.read", "transcript", row.id, person=row.person_id, form=form.value, language=language)
        content, known, owner = service.content_of(row), service.issue_of(unit, row), row.person_id
        is_issued = row.code is not None
        kept = await renditions.find_kept(unit, row.id, language, form) if is_issued else None
        if kept is not None:
            name = file_name(content, language, form)
            return renditions.as_attachment(Rendition(kept, MEDIA_TYPES[form], name, ()))
    made = await renditions.make_rendition(content, known, language, form)
    if is_issued:
        await renditions.keep_rendition(exchange.context, exchange.actor, transcript_id, owner, language, made, form)
    return renditions.as_attachment(made)


# Verification


@get("/{code:str}", policy=VERIFY, problems=(TranscriptDamaged,), operation_id="verify_transcript_code", tags=TAGS)
async def verify_code(code: CodeText, exchange: TheExchange) -> Response[VerificationOut]:
    """Says whether a transcript with this verification code was issued and is the latest version: anybody, without an
    account. Unknown codes are all answered alike, and whoever tries many has to wait."""
    return Response(await verification.verify_code(exchange, code))


def _show_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Who asks with a browser is told on the page, in the page's language."""
    accepted = request.headers.get("accept", "")
    if PAGE_TYPE not in accepted:
        return answer_problem(request, error)
    asked = request.query_params.get("language", "")
    language = asked if asked in LANGUAGES else preferred_language(request.headers.get("accept-language"))
    problem = as_problem(request, error)
    status, headers, _ = problem_message(problem, language)
    told = problem_body(problem, language)
    page = make_problem_page(language, request.query_params.get("code"), told["title"], told["detail"])
    del headers["Content-Type"]
    headers["Content-Security-Policy"] = PAGE_POLICY
    return Response(page, status_code=status, media_type=PAGE_TYPE, headers=headers)


@get(
    policy=VERIFY,
    problems=(TranscriptDamaged,),
    operation_id="show_verification_page",
    tags=TAGS,
    media_type=PAGE_TYPE,
    problems_on_page=True,
    exception_handlers={Exception: _show_problem},
)
async def verification_page(
    exchange: TheExchange, code: TypedCode = None, language: FromQuery[Language | None] = None
) -> Response[bytes]:
    """The same for people: a page on which a code is typed, and its answer read, in their language. Its address stands
    on every transcript."""
    spoken = language or exchange.language
    found = None if code is None else await verification.verify_on_page(exchange, code, spoken)
    headers = {"Content-Security-Policy": PAGE_POLICY, "Content-Language": spoken}
    return Response(make_page(spoken, code, found), media_type=PAGE_TYPE, headers=headers)


@post(
    policy=VERIFY,
    status_code=200,
    accepts=("application/json",),
    request_max_body_size=verification.LARGEST_FILE,
    problems=(TranscriptDamaged,),
    operation_id="verify_transcript_file",
    tags=TAGS,
)
async def verify_file(exchange: TheExchange) -> Response[VerificationOut]:
    """Says whether a transcript's JSON, as it was handed out, is what was issued under its code, to the last digit:
    anybody, without an account. Nothing of it is stored."""
    return Response(await verification.verify_file(exchange, await exchange.request.body()))


# Between the wire and the service


def _lies_in(found: Reach) -> ColumnElement[bool]:
    """The condition that a transcript lies within the reach: `service.place_of`, for lists."""
    if found.everything:
        return true()
    return or_(
        TranscriptRow.person_id.in_(found.persons),
        TranscriptRow.unit_id.in_(found.units),
        TranscriptRow.programme_id.in_(found.programmes),
    )


async def _readable(unit: Unit, transcript_id: UUID) -> TranscriptRow:
    """Raises NotFound, TranscriptDamaged."""
    row = await service.find_transcript(unit, transcript_id)
    if row.code is not None:
        unit.require(READ, place_of(row))
        service.check_seal(unit, row)
    else:
        unit.require(PREPARE, place_of(row))
    return row


async def _to_change(unit: Unit, transcript_id: UUID, exchange: Exchange) -> TranscriptRow:
    row = await service.find_transcript(unit, transcript_id, to_change=True)
    unit.require(PREPARE, place_of(row))
    exchange.check_version(row.version)
    return row


def _line(row: TranscriptRow) -> TranscriptLine:
    return TranscriptLine(
        id=row.id,
        person_id=row.person_id,
        study_id=row.study_id,
        programme_id=row.programme_id,
        academic_session_id=row.academic_session_id,
        number=row.number,
        version=row.edition,
        state=State(row.state),
        gaps=len(row.gaps),
        digest=row.digest,
        approved_at=row.approved_at,
        issued_on=row.issued_on,
        superseded_at=row.superseded_at,
    )


def _show(unit: Unit, row: TranscriptRow) -> TranscriptOut:
    content, known = service.content_of(row), service.issue_of(unit, row)
    shown = TranscriptOut(
        id=row.id,
        person_id=row.person_id,
        study_id=row.study_id,
        academic_session_id=row.academic_session_id,
        number=row.number,
        version=row.edition,
        state=State(row.state),
        replaces_id=row.replaces_id,
        content=content,
        digest=row.digest,
        issued_on=row.issued_on,
        superseded_at=row.superseded_at,
        code=row.code,
        verify_at=None if row.code is None else f"{known.address}{row.code}",
        languages=list(LANGUAGES),
        formats=list(Format),
        titles_missing=_lacking_languages(content),
    )
    if unit.may(PREPARE, place_of(row)):
        shown.reason = row.reason
        shown.gaps = msgspec.convert(row.gaps, list[GapContent])
        shown.drafted_by = row.drafted_by
        shown.approval_reason = row.approval_reason
    return shown


def _lacking_languages(content: TranscriptContent) -> list[str]:
    lacking = {one.language for one in gaps_of(content) if one.kind is Gap.TITLE_MISSING}
    return [one for one in LANGUAGES if one in lacking]


def _notice(row: TranscriptNoticeRow, transcript: TranscriptRow) -> TranscriptNoticeOut:
    return TranscriptNoticeOut(
        id=row.id,
        transcript_id=transcript.id,
        person_id=transcript.person_id,
        number=transcript.number,
        version=transcript.edition,
        state=State(transcript.state),
        class_id=row.class_id,
        cause=row.cause,
        noticed_at=row.noticed_at,
    )


def _difference(one: service.Difference) -> TranscriptDifferenceOut:
    return TranscriptDifferenceOut(
        class_code=one.class_code, was=_mark(one.was, one.was_scale), now=_mark(one.now, one.now_scale)
    )


def _mark(one: ResultContent | None, scale: ScaleContent | None) -> TranscriptMarkOut | None:
    if one is None or scale is None:
        return None
    return TranscriptMarkOut(
        points=one.points, grade=one.grade, is_pass=one.is_pass, scale=scale.code, scale_number=scale.number
    )


routers: Sequence[Router] = [
    Router(
        "/v1/transcripts",
        route_handlers=[
            *(list_transcripts, list_changes, draft, draft_many, get_transcript, remake, approve, approve_many),
            *(issue, compare),
            get_rendition,
        ],
    ),
    Router("/v1/verifications", route_handlers=[verify_code, verify_file]),
    Router(service.PAGE, route_handlers=[verification_page]),
]
