"""An attempt, from start to review, as its student sees it. Nothing here holds a key before release."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post, put
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.response import Stream
from sqlalchemy import select

from api.domains.conditions.errors import TaskNotOpenYet, TaskOver
from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileInfected, FileQuarantined
from api.domains.files.service import FileRules, SentName
from api.domains.items.content import FileUpload, ItemKind
from api.domains.items.service import (
    RENDITION_FORMATS,
    RenditionFile,
    RenditionFormat,
    files_of,
    rendition_files,
)
from api.domains.tests import attempts, blocked, handing_in, watching
from api.domains.tests.attempts import AttemptRecord, Saved, run_of
from api.domains.tests.errors import (
    AttemptOnBreak,
    AttemptOver,
    IdentityNotChecked,
    LastPlace,
    NoAttemptLeft,
    NoBreakLeft,
    NotACandidate,
    NotOnBreak,
    PlaceGone,
    PlaceNotYet,
    RenditionMissing,
    SittingNotOpen,
    StaleResponse,
    TooManyUploads,
    WarningNotAcknowledged,
)
from api.domains.tests.frozen import promised_formats
from api.domains.tests.guards import OWN_ATTEMPT, TAKE
from api.domains.tests.models import AttemptFileRow
from api.domains.tests.papers import read_paper, show_place, used_versions
from api.domains.tests.reviewing import review_of
from api.domains.tests.routing import Handlers
from api.domains.tests.routing.definitions import points_of
from api.domains.tests.rules import Navigation, Place, Refusal, Refused, Run
from api.domains.tests.schemas import (
    AdvanceIn,
    AttemptOut,
    AttemptRendition,
    FileOut,
    MediumOut,
    PaperOut,
    PaperPlace,
    PlaceBrief,
    PlaceNumber,
    ResponseIn,
    ResponseOut,
    ReviewOut,
    StartIn,
)
from api.errors import NotFound
from api.http.exchange import Answer, Exchange, TheExchange
from api.identity import system_actor
from api.unit import Unit

TAGS = ["attempts"]
_MOVES = (AttemptOver, AttemptOnBreak)
SERVING = (FileDamaged, FileInfected, FileQuarantined)
SERVER = system_actor("attempt:deadline")
MOST_TRIES = 10
"""For each file that an answer may name: what was sent and is not named stays on the disk. Our choice."""


@post(
    "/{test_id:uuid}/attempts",
    policy=TAKE,
    idempotent=True,
    problems=(
        TaskNotOpenYet,
        TaskOver,
        NoAttemptLeft,
        RenditionMissing,
        IdentityNotChecked,
        WarningNotAcknowledged,
        SittingNotOpen,
        NotACandidate,
    ),
    operation_id="start_attempt",
    tags=TAGS,
    status_code=201,
)
async def start_attempt(
    test_id: FromPath[UUID], data: JSONBody[StartIn], exchange: TheExchange
) -> Response[AttemptOut]:
    """Begins an attempt in one of the test's languages, or gives the one that runs (200): a second tab is the same
    attempt. Questions, order, conditions and deadline are fixed now, by the server's clock. Refused when something that
    was promised to the student does not exist: it is ordered, and the inclusive-education office is told."""

    async def work(unit: Unit) -> Answer:
        started = await attempts.start(unit, test_id, data.language)
        run = run_of(started.row).touched(unit.now)
        if not started.is_new:
            return Answer(await _show(unit, started.row, run))
        shown = _attempt(unit, started.row, run, {})
        return Answer(shown, 201, {"Location": f"/v1/attempts/{shown.id}"})

    try:
        return await exchange.once(work)
    except RenditionMissing as missing:
        # The refused request leaves nothing behind, so this is a unit of its own
        async with exchange.context.writing(system_actor("attempt:blocked")) as unit:
            await blocked.note(unit, test_id, exchange.actor.person, data.language, missing.values["formats"])
        raise


@get("/{attempt_id:uuid}", policy=OWN_ATTEMPT, operation_id="get_attempt", tags=TAGS)
async def get_attempt(attempt_id: FromPath[UUID], exchange: TheExchange) -> Response[AttemptOut]:
    """How an attempt stands: its end, its places, which answers are saved. After a failure everything is as it was, and
    the clock has gone on."""
    await _settle(exchange, attempt_id)
    async with exchange.reading() as unit:
        row = await attempts.own_attempt(unit, attempt_id)
        return Response(await _show(unit, row, run_of(row).touched(unit.now)))


@get("/{attempt_id:uuid}/paper", policy=OWN_ATTEMPT, problems=_MOVES, operation_id="get_paper", tags=TAGS)
async def get_paper(attempt_id: FromPath[UUID], exchange: TheExchange) -> Response[PaperOut]:
    """The questions that may be read now, with one's answers: all of them, or the present one of a test that goes in
    order. None during a break or after the end."""
    await _settle(exchange, attempt_id)
    async with exchange.reading() as unit:
        row = await attempts.own_attempt(unit, attempt_id)
        run = run_of(row).touched(unit.now)
        places = _readable(unit, row, run)
        versions = await used_versions(unit, [place.version_id for place in places])
        answers = await handing_in.counting_responses(unit, attempt_id)
        given = await _renditions(unit, row, places)
        shown: list[PaperPlace] = []
        for place in places:
            version = versions[place.version_id]
            answer = answers.get(place.number)
            shown.append(
                PaperPlace(
                    number=place.number,
                    section=place.section,
                    points=Decimal(place.points) / 100,
                    question=show_place(place, version, row.seed, row.language, is_printed_order=row.is_printed_order),
                    media=[
                        MediumOut(id=id_, kind=medium.kind, file_id=medium.file_id)
                        for id_, medium in _media(version.content).items()
                    ],
                    renditions=[
                        AttemptRendition(
                            format=one.format.value,
                            media_type=one.media_type,
                            duration_ms=one.duration_ms,
                            file_id=one.file_id,
                        )
                        for one in given
                        if one.version_id == place.version_id
                    ],
                    version=0 if answer is None else answer.version,
                    answer=None if answer is None else handing_in.read_answer(answer.content),
                )
            )
        return Response(
            PaperOut(attempt_id=attempt_id, deadline_at=run.deadline_at, server_time=run.last_seen_at, places=shown)
        )


def _media(content: Any) -> dict[str, Any]:
    found = {one.id: one for one in content.media}
    for name in ("choices", "parts", "sources", "targets"):
        found |= {part.medium.id: part.medium for part in getattr(content, name, ()) if part.medium is not None}
    return found


def _readable(unit: Unit, row: AttemptRecord, run: Run) -> list[Place]:
    """Raises AttemptOver, AttemptOnBreak."""
    numbers = set(run.readable(unit.now))
    if not numbers:
        if not run.is_running:
            raise AttemptOver(state=run.state.value)
        raise attempts.problem_of(Refused(Refusal.ON_BREAK), run)
    return [place for place in read_paper(row.paper) if place.number in numbers]


async def _renditions(unit: Unit, row: AttemptRecord, places: list[Place]) -> list[RenditionFile]:
    """What was promised when it started, or by a later change."""
    known = [RenditionFormat(one) for one in sorted(promised_formats(row.conditions) & RENDITION_FORMATS)]
    if not known:
        return []
    return await rendition_files(unit, [place.version_id for place in places], row.language, known)


@get(
    "/{attempt_id:uuid}/files/{file_id:uuid}",
    policy=OWN_ATTEMPT,
    media_type="*/*",
    problems=(*_MOVES, *SERVING),
    operation_id="get_attempt_file",
    tags=TAGS,
)
async def get_attempt_file(
    attempt_id: FromPath[UUID], file_id: FromPath[UUID], exchange: TheExchange
) -> Response[bytes]:
    """A file of a question that may be read now: a picture, a recording, the question read aloud or in braille; or a
    file that one has handed in oneself."""
    async with exchange.reading() as unit:
        row = await attempts.own_attempt(unit, attempt_id)
        table = AttemptFileRow
        own = select(table.id).where(table.attempt_id == attempt_id, table.file_id == file_id)
        if await unit.session.scalar(own) is None:
            places = _readable(unit, row, run_of(row).touched(unit.now))
            versions = await used_versions(unit, [place.version_id for place in places])
            shown = {id_ for version in versions.values() for id_ in files_of(version.content).values()}
            shown |= {one.file_id for one in await _renditions(unit, row, places)}
            if file_id not in shown:
                raise NotFound()
        return await files.deliver(unit, file_id)


@put(
    "/{attempt_id:uuid}/responses/{place:int}",
    policy=OWN_ATTEMPT,
    problems=(*_MOVES, PlaceNotYet, PlaceGone, StaleResponse),
    operation_id="save_response",
    tags=TAGS,
)
async def save_response(
    attempt_id: FromPath[UUID],
    place: FromPath[PlaceNumber],
    data: JSONBody[ResponseIn],
    exchange: TheExchange,
) -> Response[ResponseOut]:
    """Saves an answer: `version` is one more than the last one at this place. The same version with the same answer
    again is the same; another answer under a version that exists was written in another tab, and is refused. What is
    acknowledged is stored. Until the deadline, by the server's clock."""

    async def work() -> Saved:
        async with exchange.writing() as unit:
            return await attempts.save(unit, attempt_id, place, data.version, data.answer)

    saved = await _until_the_end(exchange, attempt_id, work)
    return Response(
        ResponseOut(place=saved.place, version=saved.version, saved_at=saved.saved_at, deadline_at=saved.deadline_at)
    )


@post(
    "/{attempt_id:uuid}/places/{place:int}/files",
    policy=OWN_ATTEMPT,
    accepts=files.ANYTHING,
    request_max_body_size=files.LARGEST_BYTES,
    problems=(*_MOVES, PlaceNotYet, PlaceGone, TooManyUploads, *files.UPLOAD_PROBLEMS),
    operation_id="upload_attempt_file",
    tags=TAGS,
    status_code=201,
)
async def upload_attempt_file(
    attempt_id: FromPath[UUID],
    place: FromPath[PlaceNumber],
    disposition: SentName,
    exchange: TheExchange,
) -> Response[FileOut]:
    """Takes a file for a place that asks for files; the answer then names it. Its name stands in
    `Content-Disposition`. The same bytes under the same name again are the same file. Until the deadline: a file that
    arrives later is not kept."""
    name, claimed = files.sent_name(disposition), files.sent_type(exchange)
    async with exchange.reading() as unit:
        row = await attempts.own_attempt(unit, attempt_id)
        rules, most = await _file_rules(unit, row, place)
    received = await files.receive(exchange, exchange.context, name, claimed, rules)

    async def work() -> FileOut:
        async with exchange.writing() as unit:
            await attempts.touch(unit, attempt_id, place)
            file_id = await _sent_before(unit, attempt_id, place, received, most)
            if file_id is None:
                file_id = await files.keep(unit, received, owner=unit.actor.person)
                unit.session.add(
                    AttemptFileRow(created_at=unit.now, attempt_id=attempt_id, file_id=file_id, place=place)
                )
                await unit.session.flush()
            return FileOut(file_id=file_id, name=received.name, size=received.size, media_type=received.media_type)

    return Response(await _until_the_end(exchange, attempt_id, work), status_code=201)


async def _sent_before(unit: Unit, attempt_id: UUID, place: int, received: files.Received, most: int) -> UUID | None:
    """The same bytes under the same name, if they came already: the answer to that may have been lost. Raises
    TooManyUploads."""
    table = AttemptFileRow
    sent = select(table.file_id).where(table.attempt_id == attempt_id, table.place == place)
    known = await files.describe(unit, (await unit.session.scalars(sent)).all())
    for one in known.values():
        if (one.sha256, one.name) == (received.sha256, received.name):
            return one.id
    if len(known) >= most:
        raise TooManyUploads(most=most)
    return None


async def _file_rules(unit: Unit, row: AttemptRecord, number: int) -> tuple[FileRules, int]:
    """And how many may be sent. Raises what `problem_of` knows, NotFound for a question that wants no files."""
    run = run_of(row)
    try:
        run.saved(unit.now, number)
    except Refused as refused:
        raise attempts.problem_of(refused, run.touched(unit.now)) from None
    place = read_paper(row.paper)[number - 1]
    content = (await used_versions(unit, [place.version_id]))[place.version_id].content
    if not isinstance(content, FileUpload):
        raise NotFound()
    return FileRules(content.max_bytes, frozenset(content.media_types) or None), content.at_most * MOST_TRIES


@post(
    "/{attempt_id:uuid}/advance",
    policy=OWN_ATTEMPT,
    problems=(*_MOVES, PlaceNotYet, PlaceGone, LastPlace),
    operation_id="advance_attempt",
    tags=TAGS,
    status_code=200,
)
async def advance_attempt(
    attempt_id: FromPath[UUID], data: JSONBody[AdvanceIn], exchange: TheExchange
) -> Response[AttemptOut]:
    """Leaves a place of a test that goes in order for the next one. There is no way back. Pressed twice it is the
    same."""
    return await _moved(exchange, attempt_id, lambda unit: attempts.advance(unit, attempt_id, data.leaving))


@post(
    "/{attempt_id:uuid}/breaks",
    policy=OWN_ATTEMPT,
    problems=(*_MOVES, NoBreakLeft),
    operation_id="begin_break",
    tags=TAGS,
    status_code=200,
)
async def begin_break(attempt_id: FromPath[UUID], exchange: TheExchange) -> Response[AttemptOut]:
    """Stops the clock for as long as was agreed. Questions cannot be read meanwhile."""
    return await _moved(exchange, attempt_id, lambda unit: attempts.begin_break(unit, attempt_id))


@post(
    "/{attempt_id:uuid}/breaks/end",
    policy=OWN_ATTEMPT,
    problems=(AttemptOver, NotOnBreak),
    operation_id="end_break",
    tags=TAGS,
    status_code=200,
)
async def end_break(attempt_id: FromPath[UUID], exchange: TheExchange) -> Response[AttemptOut]:
    """Goes on after a break. It ends by itself when what was agreed is used up."""
    return await _moved(exchange, attempt_id, lambda unit: attempts.end_break(unit, attempt_id))


@post(
    "/{attempt_id:uuid}/submit",
    policy=OWN_ATTEMPT,
    idempotent=True,
    operation_id="submit_attempt",
    tags=TAGS,
    status_code=200,
)
async def submit_attempt(attempt_id: FromPath[UUID], exchange: TheExchange) -> Response[AttemptOut]:
    """Hands it in. Done once; again it is the same. From the deadline on the server has handed it in, with the answers
    saved before: then the state says so."""

    async def work(unit: Unit) -> Answer:
        await attempts.submit(unit, attempt_id)
        row = await attempts.own_attempt(unit, attempt_id)
        return Answer(await _show(unit, row, run_of(row)))

    return await exchange.once(work)


@get("/{attempt_id:uuid}/review", policy=OWN_ATTEMPT, operation_id="review_attempt", tags=TAGS)
async def review_attempt(attempt_id: FromPath[UUID], exchange: TheExchange) -> Response[ReviewOut]:
    """What the review rules of the test show now: points, answers, key, feedback. `shown` says which. Nothing before
    release."""
    await _settle(exchange, attempt_id)
    async with exchange.reading() as unit:
        row = await attempts.own_attempt(unit, attempt_id)
        return Response(await review_of(unit, row))


@get(
    "/{attempt_id:uuid}/events",
    policy=OWN_ATTEMPT,
    media_type="text/event-stream",
    operation_id="listen_to_attempt",
    tags=TAGS,
)
async def listen_to_attempt(
    attempt_id: FromPath[UUID],
    exchange: TheExchange,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", max_length=20)] = None,
) -> Response[str]:
    """Server-sent events of one's attempt (`text/event-stream`): `standing` at the beginning, `deadline` when there is
    more time, `formats` when questions are promised in another form too (then the paper has to be read again),
    `submitted` at the end. Each holds the moment of the end, `deadline_at`, and the state; there are no ticks.
    `Last-Event-ID` gives what was missed. Ends with the attempt or the session."""
    await _settle(exchange, attempt_id)
    async with exchange.reading() as unit:
        await attempts.own_attempt(unit, attempt_id)
    last = int(last_event_id) if last_event_id is not None and last_event_id.isdecimal() else None
    events: AsyncIterator[bytes] = watching.stream(exchange.context, attempt_id, exchange.actor.session, last)
    answer: Response[Any] = Stream(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
    return answer


async def _moved(exchange: Exchange, attempt_id: UUID, move: Any) -> Response[AttemptOut]:
    async def work() -> AttemptOut:
        async with exchange.writing() as unit:
            row, run = await move(unit)
            return await _show(unit, row, run)

    return Response(await _until_the_end(exchange, attempt_id, work))


async def _until_the_end(exchange: Exchange, attempt_id: UUID, work: Any) -> Any:
    """What is refused because the time is over leaves nothing behind; the attempt is handed in by a unit of its own."""
    try:
        return await work()
    except AttemptOver:
        await _settle(exchange, attempt_id)
        raise


async def _settle(exchange: Exchange, attempt_id: UUID) -> None:
    """Whatever touches an attempt whose time is over finds it handed in, as of its deadline."""
    async with exchange.reading() as unit:
        row = await attempts.own_attempt(unit, attempt_id)
        is_due = attempts.is_due(row, unit.now)
    if is_due:
        async with exchange.context.writing(SERVER) as unit:
            await attempts.finish_due(unit, attempt_id)


async def _show(unit: Unit, row: AttemptRecord, run: Run) -> AttemptOut:
    return _attempt(unit, row, run, await handing_in.saved_versions(unit, row.id))


def _attempt(unit: Unit, row: AttemptRecord, run: Run, answers: Mapping[int, Any]) -> AttemptOut:
    left = run.allowance.total - run.paused
    if run.break_began_at is not None:
        left -= min(unit.now - run.break_began_at, left)
    return AttemptOut(
        id=row.id,
        test_id=row.test_id,
        number=row.number,
        state=run.state,
        language=row.language,
        navigation=Navigation(row.navigation),
        started_at=row.started_at,
        deadline_at=run.deadline_at,
        submitted_at=run.submitted_at,
        server_time=run.last_seen_at if run.is_running else unit.now,
        reached=run.reached,
        places=[
            PlaceBrief(
                number=place.number,
                section=place.section,
                kind=ItemKind(place.kind),
                points=points_of(place.points) or Decimal(),
                version=answers[place.number].version if place.number in answers else 0,
                saved_at=answers[place.number].saved_at if place.number in answers else None,
            )
            for place in read_paper(row.paper)
        ],
        break_ends_at=run.break_ends_at,
        break_left_s=max(0, int(left / timedelta(seconds=1))),
        breaks_left=None if run.allowance.count is None else run.allowance.count - run.breaks_taken,
        changes=row.changes,
    )


HANDLERS: Final[Handlers] = {
    "/v1/tests": (start_attempt,),
    "/v1/attempts": (
        get_attempt,
        get_paper,
        get_attempt_file,
        save_response,
        upload_attempt_file,
        advance_attempt,
        begin_break,
        end_break,
        submit_attempt,
        review_attempt,
        listen_to_attempt,
    ),
}
