"""Marking over HTTP: the queue of a line item, what a marker writes, the head's decision."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import func, select

from api.domains.files import service as files
from api.domains.grading import feedback
from api.domains.grading.access import points_in, require_line_item
from api.domains.grading.errors import MarkerTaken, OwnWork, SecondPersonNeeded
from api.domains.grading.guards import GIVE_BACK, MARK, MODERATE, VIEW_MARKING
from api.domains.grading.line_items import LineItem
from api.domains.grading.marking import (
    decide_dispute,
    find_marking,
    find_work,
    finish_marking,
    free_marking,
    give_back,
    markings_of,
    persons_of_works,
    require_taken,
    save_marking,
    take,
)
from api.domains.grading.models import MarkingRow, MarkingWorkRow
from api.domains.grading.rules import MarkerRole, MarkingState, Score, WorkKind, WorkState
from api.domains.grading.schemas import (
    MarkingChange,
    MarkingFile,
    MarkingOut,
    MarkScore,
    PointsDecisionIn,
    WorkMarking,
    WorkOut,
)
from api.domains.grading.showing import text_of
from api.domains.people.service import full_names
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action
from api.unit import Unit

InState = Annotated[WorkState | None, QueryParameter(name="state", description="Only those in this state")]
_TAGS: Final = ["marking"]


def _is_blind(one: LineItem) -> bool:
    return one.is_blind and not one.is_released


# The queue


async def _show_works(unit: Unit, one: LineItem, rows: Sequence[MarkingWorkRow]) -> list[WorkOut]:
    is_blind = _is_blind(one)
    ids = [row.id for row in rows]
    persons: Mapping[UUID, list[UUID]] = {} if is_blind else await persons_of_works(unit, ids)
    names = await full_names(unit, {person for several in persons.values() for person in several})
    free = await unit.session.execute(
        select(MarkingRow.marking_work_id, func.count().label("free"))
        .where(MarkingRow.marking_work_id.in_(ids), MarkingRow.state == MarkingState.OPEN)
        .group_by(MarkingRow.marking_work_id)
    )
    places = {row.marking_work_id: row.free for row in free}
    return [
        WorkOut(
            id=row.id,
            line_item_id=row.line_item_id,
            code=row.code,
            work_kind=WorkKind(row.work_kind),
            state=WorkState(row.state),
            max_points=str(row.max_points),
            is_blind=is_blind,
            person_ids=None if is_blind else persons.get(row.id, []),
            names=None if is_blind else [names.get(person, "") for person in persons.get(row.id, [])],
            work_id=None if is_blind else row.work_id,
            free_places=places.get(row.id, 0) if row.state == WorkState.WAITING else 0,
            points=text_of(row.points),
            decision_reason=row.decision_reason,
            markings=[],
            version=row.version,
        )
        for row in rows
    ]


@get("/line-items/{line_item_id:uuid}/works", policy=VIEW_MARKING, operation_id="list_works", tags=_TAGS)
async def list_works(
    line_item_id: FromPath[UUID],
    exchange: TheExchange,
    in_state: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[WorkOut]]:
    """The queue of a line item, in a random order that stays. Blind works are known by their codes alone."""
    async with exchange.reading() as unit:
        one = await require_line_item(unit, VIEW_MARKING, line_item_id)
        query = select(MarkingWorkRow).where(MarkingWorkRow.line_item_id == line_item_id)
        if in_state is not None:
            query = query.where(MarkingWorkRow.state == in_state)
        answer = await page(exchange, unit, query, [MarkingWorkRow.id], lambda row: row, cursor, limit)
        answer.content.items = await _show_works(unit, one, answer.content.items)
        return answer.response()


async def _require_work(
    unit: Unit, wanted: Action, work_id: UUID, *, lock: bool = False
) -> tuple[LineItem, MarkingWorkRow]:
    work = await find_work(unit, work_id)
    one = await require_line_item(unit, wanted, work.line_item_id, seen_by=VIEW_MARKING)
    return one, await find_work(unit, work_id, lock=True) if lock else work


@get("/marking-works/{work_id:uuid}", policy=VIEW_MARKING, versioned=True, operation_id="get_work", tags=_TAGS)
async def get_work(work_id: FromPath[UUID], exchange: TheExchange) -> Response[WorkOut]:
    """One work of a queue, with its entity tag."""
    async with exchange.reading() as unit:
        one, work = await _require_work(unit, VIEW_MARKING, work_id)
        return (await _show_work(unit, one, work)).response()


async def _show_work(unit: Unit, one: LineItem, work: MarkingWorkRow) -> Answer:
    """With what both markers gave, for the head who has to decide between them: not before both are done, and never
    who they are. Who has taken it is said as long as it is not finished: for the head who has to give it back."""
    (content,) = await _show_works(unit, one, [work])
    is_head = unit.may(MODERATE, (await class_brief(unit, one.class_id)).place)
    if is_head and work.state in (WorkState.DISPUTED, WorkState.FINISHED):
        content.markings = [_given(work, marking) for marking in await markings_of(unit, work.id)]
    elif is_head and work.state == WorkState.WAITING:
        taken = [each for each in await markings_of(unit, work.id) if each.state == MarkingState.TAKEN]
        names = await full_names(unit, {each.marker_id for each in taken if each.marker_id is not None})
        content.markings = [
            WorkMarking(
                id=marking.id,
                role=MarkerRole(marking.role),
                state=MarkingState(marking.state),
                marker_name=None if marking.marker_id is None else names.get(marking.marker_id, ""),
                version=marking.version,
                points=None,
                scores=[],
                comment="",
                content_path=_content_path(work, marking),
            )
            for marking in taken
        ]
    return tagged(content, work.version)


def _given(work: MarkingWorkRow, marking: MarkingRow) -> WorkMarking:
    return WorkMarking(
        id=marking.id,
        role=MarkerRole(marking.role),
        state=MarkingState(marking.state),
        marker_name=None,
        version=marking.version,
        points=text_of(marking.points),
        scores=[MarkScore(**score) for score in marking.scores],
        comment=marking.comment,
        content_path=_content_path(work, marking),
    )


def _content_path(work: MarkingWorkRow, marking: MarkingRow) -> str | None:
    return None if work.content_path is None else work.content_path.format(marking=marking.id)


@post(
    "/marking-works/{work_id:uuid}/take",
    policy=MARK,
    idempotent=True,
    problems=(MoveNotAllowed, MarkerTaken, OwnWork),
    operation_id="take_work",
    tags=_TAGS,
    status_code=200,
)
async def take_work(work_id: FromPath[UUID], exchange: TheExchange) -> Response[MarkingOut]:
    """Takes a work on as its first or second marker: an instructor of the class. Who has it gets it again."""

    async def work(unit: Unit) -> Answer:
        person_id = own_person_who_marks(unit)
        one, row = await _require_work(unit, MARK, work_id, lock=True)
        return await _show(unit, one, row, await take(unit, row, person_id))

    return await exchange.once(work)


@post(
    "/marking-works/{work_id:uuid}/decide",
    policy=MODERATE,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, SecondPersonNeeded, OwnWork),
    operation_id="decide_disputed_work",
    tags=_TAGS,
    status_code=200,
)
async def decide(work_id: FromPath[UUID], data: JSONBody[PointsDecisionIn], exchange: TheExchange) -> Response[WorkOut]:
    """Says what a work is worth whose two markers differ by more than the line item allows: the department head, who
    marked neither time, with a reason. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        one, row = await _require_work(unit, MODERATE, work_id, lock=True)
        exchange.check_version(row.version)
        await decide_dispute(unit, one, row, points_in(data.points), data.reason, unit.actor.person)
        return await _show_work(unit, one, row)

    return await exchange.once(work)


# One marking


def own_person_who_marks(unit: Unit) -> UUID:
    unit.reach(MARK)
    if unit.actor.person is None:
        raise NotFound()
    return unit.actor.person


async def _require_marking(
    unit: Unit, marking_id: UUID, *, lock: bool = False
) -> tuple[LineItem, MarkingWorkRow, MarkingRow]:
    """A marking of one's own: nobody else reads it, neither the other marker before both are done, nor the head."""
    person_id = own_person_who_marks(unit)
    marking = await find_marking(unit, marking_id)
    one, work = await _require_work(unit, MARK, marking.marking_work_id, lock=lock)
    marking = await find_marking(unit, marking_id)
    if marking.marker_id != person_id:
        raise NotFound()
    return one, work, marking


async def _show(unit: Unit, one: LineItem, work: MarkingWorkRow, marking: MarkingRow) -> Answer:
    rows = await feedback.files_on_marking(unit, marking.id)
    described = await files.describe(unit, [row.file_id for row in rows if row.file_id is not None])
    content = MarkingOut(
        id=marking.id,
        work_id=work.id,
        line_item_id=one.id,
        code=work.code,
        role=MarkerRole(marking.role),
        state=MarkingState(marking.state),
        max_points=str(work.max_points),
        content_path=_content_path(work, marking),
        scores=[MarkScore(**score) for score in marking.scores],
        points=text_of(marking.points),
        comment=marking.comment,
        files=[_file(row.id, described[row.file_id]) for row in rows if row.file_id is not None],
        work_state=WorkState(work.state),
        other=await _other(unit, marking),
        version=marking.version,
    )
    return tagged(content, marking.version)


def _file(id_: UUID, one: files.Described) -> MarkingFile:
    return MarkingFile(id=id_, file_name=one.name, media_type=one.media_type, size=one.size)


async def _other(unit: Unit, marking: MarkingRow) -> str | None:
    """What the other marker gave, for who is finished too."""
    if marking.state != MarkingState.FINISHED:
        return None
    for other in await markings_of(unit, marking.marking_work_id):
        if other.id != marking.id and other.state == MarkingState.FINISHED:
            return text_of(other.points)
    return None


@get("/me/markings", policy=MARK, operation_id="list_own_markings", tags=_TAGS)
async def list_own_markings(
    exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[MarkingOut]]:
    """The works that one has taken and not finished, in a random order that stays."""
    async with exchange.reading() as unit:
        person_id = own_person_who_marks(unit)
        query = (
            select(MarkingRow)
            .join(MarkingWorkRow, MarkingWorkRow.id == MarkingRow.marking_work_id)
            .where(
                MarkingRow.marker_id == person_id,
                MarkingRow.state == MarkingState.TAKEN,
                MarkingWorkRow.state == WorkState.WAITING,
            )
        )
        answer = await page(exchange, unit, query, [MarkingRow.id], lambda row: row, cursor, limit)
        shown = []
        for marking in answer.content.items:
            try:
                one, work = await _require_work(unit, MARK, marking.marking_work_id)
            except NotFound:  # of a class in which one teaches no longer
                continue
            shown.append((await _show(unit, one, work, marking)).content)
        answer.content.items = shown
        return answer.response()


@get("/markings/{marking_id:uuid}", policy=MARK, versioned=True, operation_id="get_marking", tags=_TAGS)
async def get_marking(marking_id: FromPath[UUID], exchange: TheExchange) -> Response[MarkingOut]:
    """What one has written about a work so far; with its entity tag."""
    async with exchange.reading() as unit:
        return (await _show(unit, *await _require_marking(unit, marking_id))).response()


@patch(
    "/markings/{marking_id:uuid}",
    policy=MARK,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="save_marking",
    tags=_TAGS,
)
async def write_marking(
    marking_id: FromPath[UUID], data: JSONBody[MarkingChange], exchange: TheExchange
) -> Response[MarkingOut]:
    """Keeps scores, points and comment as they are now. Needs If-Match: two windows do not write over each other."""
    async with exchange.writing() as unit:
        one, work, marking = await _require_marking(unit, marking_id, lock=True)
        exchange.check_version(marking.version)
        await save_marking(
            unit,
            one,
            work,
            marking,
            scores=[
                Score(score.criterion, points_in(score.points), score.level, score.comment) for score in data.scores
            ],
            points=None if data.points is None else points_in(data.points),
            comment=data.comment,
        )
        return (await _show(unit, one, work, marking)).response()


@post(
    "/markings/{marking_id:uuid}/finish",
    policy=MARK,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="finish_marking",
    tags=_TAGS,
    status_code=200,
)
async def finish(marking_id: FromPath[UUID], exchange: TheExchange) -> Response[MarkingOut]:
    """Says that one is done. With the last marker the grade is posted; of a blind work at the release. Two who differ
    by too much leave it to the head. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        one, row, marking = await _require_marking(unit, marking_id, lock=True)
        exchange.check_version(marking.version)
        await finish_marking(unit, one, row, marking)
        return await _show(unit, one, row, marking)

    return await exchange.once(work)


@post(
    "/markings/{marking_id:uuid}/give-back",
    policy=GIVE_BACK,
    versioned=True,
    problems=(MoveNotAllowed,),
    operation_id="give_back_marking",
    tags=_TAGS,
    status_code=204,
)
async def leave(marking_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Leaves a work to somebody else; what one had written is gone. The department head gives back what a marker has
    taken and does not finish: what was written is kept, for whoever takes it on. Needs If-Match."""
    async with exchange.writing() as unit:
        unit.reach(GIVE_BACK)
        found = await find_marking(unit, marking_id)
        if found.marker_id == unit.actor.person:
            _, _, marking = await _require_marking(unit, marking_id, lock=True)
            exchange.check_version(marking.version)
            await give_back(unit, marking)
            return
        work = await find_work(unit, found.marking_work_id)
        await require_line_item(unit, MODERATE, work.line_item_id)
        work = await find_work(unit, work.id, lock=True)
        marking = await find_marking(unit, marking_id)
        exchange.check_version(marking.version)
        await free_marking(unit, work, marking)


# Files on a marking


@post(
    "/markings/{marking_id:uuid}/files",
    policy=MARK,
    accepts=files.ANYTHING,
    request_max_body_size=files.LARGEST_BYTES,
    problems=(MoveNotAllowed, *files.UPLOAD_PROBLEMS),
    operation_id="add_marking_file",
    tags=_TAGS,
    status_code=201,
)
async def add_file(
    marking_id: FromPath[UUID], content_disposition: files.SentName, exchange: TheExchange
) -> Response[MarkingFile]:
    """Adds a file or a recording for the student: an annotated work, a spoken comment (50 MB at most)."""
    async with exchange.reading() as unit:
        _, work, marking = await _require_marking(unit, marking_id)
        require_taken(marking, work)
    received = await files.receive(
        exchange,
        exchange.context,
        files.sent_name(content_disposition),
        files.sent_type(exchange),
        feedback.FEEDBACK_FILES,
    )
    async with exchange.writing() as unit:
        one, work, marking = await _require_marking(unit, marking_id, lock=True)
        require_taken(marking, work)
        row = await feedback.add_file(unit, one, received, marking_id=marking.id)
        described = await files.describe(unit, [received.id])
        return Answer(_file(row.id, described[received.id]), 201).response()


@delete(
    "/markings/{marking_id:uuid}/files/{feedback_id:uuid}",
    policy=MARK,
    problems=(MoveNotAllowed,),
    operation_id="withdraw_marking_file",
    tags=_TAGS,
)
async def take_file_back(marking_id: FromPath[UUID], feedback_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Takes a file back as long as one is not finished."""
    async with exchange.writing() as unit:
        _, work, marking = await _require_marking(unit, marking_id, lock=True)
        require_taken(marking, work)
        row = await feedback.find_feedback(unit, feedback_id)
        if row.marking_id != marking.id:
            raise NotFound()
        await feedback.withdraw_feedback(unit, row)


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            add_file,
            decide,
            finish,
            get_marking,
            get_work,
            leave,
            list_own_markings,
            list_works,
            take_file_back,
            take_work,
            write_marking,
        ],
    ),
)
