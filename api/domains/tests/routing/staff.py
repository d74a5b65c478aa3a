"""Attempts as staff see them: a list, the work that a marker reads, starts that were prevented."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import select

from api.domains.files import service as files
from api.domains.grading import service as grading
from api.domains.grading.guards import MODERATE
from api.domains.items.content import FileUploadAnswer
from api.domains.items.service import courses_studied, files_of, keys_of
from api.domains.people.service import full_names
from api.domains.teaching.service import class_brief
from api.domains.tests import definitions, handing_in
from api.domains.tests.guards import MARK_ATTEMPTS, VIEW_ATTEMPTS, VIEW_BLOCKED, VIEW_CONDITIONS, VIEW_RESULTS
from api.domains.tests.models import AttemptFileRow, AttemptRow, BlockedStartRow
from api.domains.tests.papers import read_paper, show_place, used_versions
from api.domains.tests.routing import Handlers
from api.domains.tests.routing.attempts import SERVING
from api.domains.tests.routing.definitions import place_of_exam, place_of_test, points_of
from api.domains.tests.rules import AttemptState
from api.domains.tests.schemas import AttemptWork, AttemptWorkPlace, BlockedStartOut, StaffAttemptOut
from api.errors import NotFound
from api.http.exchange import TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

TAGS = ["attempts"]


@get("/{test_id:uuid}/attempts", policy=VIEW_ATTEMPTS, operation_id="list_attempts", tags=TAGS)
async def list_attempts(
    test_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[StaffAttemptOut]]:
    """The attempts at a test. While its results are blind: states alone, without whose they are or when they were
    written. When somebody wrote is shown to who sees to it, the class's instructors, and to nobody else: more time than
    others have tells about health."""
    async with exchange.reading() as unit:
        test = await definitions.find_test(unit, test_id)
        where = await place_of_exam(unit, test)
        if not unit.may(VIEW_RESULTS, where):
            unit.require(VIEW_ATTEMPTS, where)
        is_blind = test.line_item_id is not None and await grading.is_blind(unit, test.line_item_id)
        table = AttemptRow
        query = select(table).where(table.test_id == test_id)
        if is_blind:  # ids tell the order in which attempts were begun, cursors hold what is ordered by
            return (await page(exchange, unit, query, [table.blind_order], _blind, cursor, limit)).response()
        answer = await page(exchange, unit, query, [table.id], _staff_attempt, cursor, limit)
        names = await full_names(unit, [one.person_id for one in answer.content.items])
        sees_time = unit.may(VIEW_CONDITIONS, place_of_test(test))
        for one in answer.content.items:
            one.name = names.get(one.person_id, "")
            if not sees_time:  # nor when it came: of what the server hands in that is the deadline
                one.started_at = one.deadline_at = one.submitted_at = None
        return answer.response()


def _blind(row: AttemptRow) -> StaffAttemptOut:
    return StaffAttemptOut(
        id=None,
        person_id=None,
        name=None,
        number=None,
        state=AttemptState(row.state),
        started_at=None,
        deadline_at=None,
        submitted_at=None,
        points=None,
    )


def _staff_attempt(row: AttemptRow) -> StaffAttemptOut:
    return StaffAttemptOut(
        id=row.id,
        person_id=row.person_id,
        name=None,
        number=row.number,
        state=AttemptState(row.state),
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        points=points_of(row.points),
    )


@get("/{marking_id:uuid}", policy=MARK_ATTEMPTS, operation_id="get_marking_attempt", tags=TAGS)
async def get_marking_attempt(marking_id: FromPath[UUID], exchange: TheExchange) -> Response[AttemptWork]:
    """The answers of an attempt as its marker reads them: by the code of the marking, without a name, an id or a time.
    For who has taken the marking, and the head who decides a dispute; to a marker who studies the course in another
    class the hints, which are a part of the key, are not shown."""
    async with exchange.reading() as unit:
        marking, row = await _marked(unit, marking_id)
        paper = read_paper(row.paper)
        ids = [place.version_id for place in paper]
        versions = await used_versions(unit, ids)
        taught = await class_brief(unit, marking.class_id)
        keys = {} if taught.course_id in await courses_studied(unit) else await keys_of(unit, ids)
        answers = await handing_in.counting_responses(unit, row.id)
        scores = {number: (points, needs) for number, points, needs in row.scores or ()}
        places = [
            AttemptWorkPlace(
                number=place.number,
                question=show_place(
                    place, versions[place.version_id], row.seed, row.language, is_printed_order=row.is_printed_order
                ),
                points=Decimal(place.points) / 100,
                needs_person=scores[place.number][1],
                scored=points_of(scores[place.number][0]),
                answer=handing_in.read_answer(answers[place.number].content) if place.number in answers else None,
                hints=keys[place.version_id].hints if keys else None,
            )
            for place in paper
        ]
        return Response(AttemptWork(code=marking.code, places=places))


@get(
    "/{marking_id:uuid}/files/{file_id:uuid}",
    policy=MARK_ATTEMPTS,
    media_type="*/*",
    problems=SERVING,
    operation_id="get_marking_attempt_file",
    tags=TAGS,
)
async def get_marking_attempt_file(
    marking_id: FromPath[UUID], file_id: FromPath[UUID], exchange: TheExchange
) -> Response[bytes]:
    """A file of a question, or one that was handed in; while marking is blind without the name that its author gave
    it."""
    async with exchange.reading() as unit:
        marking, row = await _marked(unit, marking_id)
        answers = await handing_in.counting_responses(unit, row.id)
        table = AttemptFileRow
        uploaded = await unit.session.scalar(
            select(table.id).where(table.attempt_id == row.id, table.file_id == file_id)
        )
        if uploaded is not None:
            named: set[UUID] = set()
            for one in answers.values():
                answer = handing_in.read_answer(one.content)
                named |= set(answer.file_ids) if isinstance(answer, FileUploadAnswer) else set()
            if file_id not in named:
                raise NotFound()
            return await files.deliver(unit, file_id, name=marking.code if marking.is_blind else None)
        versions = await used_versions(unit, [place.version_id for place in read_paper(row.paper)])
        if file_id not in {id_ for version in versions.values() for id_ in files_of(version.content).values()}:
            raise NotFound()
        return await files.deliver(unit, file_id)


async def _marked(unit: Unit, marking_id: UUID) -> tuple[grading.Marking, Any]:
    marking = await grading.marking_of(unit, marking_id)
    one = await class_brief(unit, marking.class_id)
    unit.require(MARK_ATTEMPTS, one.place)
    row = await unit.session.get(AttemptRow, marking.work_id)
    if marking.work_kind is not grading.WorkKind.ATTEMPT or row is None:
        raise NotFound()
    if marking.marker_id != unit.actor.person and not unit.may(MODERATE, one.place):
        raise NotFound()
    return marking, row


@get(policy=VIEW_BLOCKED, operation_id="list_blocked_starts", tags=TAGS)
async def list_blocked_starts(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[BlockedStartOut]]:
    """Students who could not start because something they were promised does not exist yet, and what it is."""
    async with exchange.reading() as unit:
        unit.require(VIEW_BLOCKED)
        table = BlockedStartRow
        answer = await page(exchange, unit, select(table), [table.id], _show_blocked, cursor, limit)
        names = await full_names(unit, [one.person_id for one in answer.content.items])
        for one in answer.content.items:
            one.name = names.get(one.person_id, "")
        return answer.response()


def _show_blocked(row: BlockedStartRow) -> BlockedStartOut:
    return BlockedStartOut(
        id=row.id,
        test_id=row.test_id,
        person_id=row.person_id,
        name="",
        language=row.language,
        formats=list(row.formats),
        missing=row.missing,
        tries=row.tries,
        last_at=row.last_at,
        resolved_at=row.resolved_at,
    )


HANDLERS: Final[Handlers] = {
    "/v1/tests": (list_attempts,),
    "/v1/marking-attempts": (
        get_marking_attempt,
        get_marking_attempt_file,
    ),
    "/v1/blocked-starts": (list_blocked_starts,),
}
