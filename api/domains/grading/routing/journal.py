"""The journal over HTTP: posting and amending grades, for a student, for many, and reading it as a table."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy import select

from api.domains.enrolment.service import HELD_PLACES_ORDER, held_place, select_held_places
from api.domains.files import service as files
from api.domains.grading import feedback
from api.domains.grading.access import points_in, require_class, require_line_item, row_by_row
from api.domains.grading.errors import AlreadyGraded, GradedBlind, LineItemNotOpen, NotGraded, NotInClass, OwnWork
from api.domains.grading.grades import (
    JournalEntry,
    amend_grade,
    as_entry,
    grade_history,
    journal_entry,
    post_grade,
    select_entries,
)
from api.domains.grading.guards import GRADE, VIEW_JOURNAL
from api.domains.grading.line_items import LineItem, line_items_of_class
from api.domains.grading.models import JournalEntryRow
from api.domains.grading.rules import EntryState, LineItemState, Part, safe_cell, sum_of_weights, weighted_total
from api.domains.grading.schemas import (
    BulkGradesIn,
    EntryDetail,
    EntryOut,
    FeedbackOut,
    GradeChange,
    GradeIn,
    GradingRowsOut,
    JournalCell,
    JournalRow,
    WordsIn,
)
from api.domains.grading.showing import in_language, show_entry, show_feedback, show_history
from api.domains.people.service import full_names
from api.errors import MoveNotAllowed, NotFound, StaleVersion, invalid
from api.http.exchange import Answer, TheExchange, entity_tag, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

_TAGS: Final = ["journal"]
_REFUSALS: Final = (GradedBlind, LineItemNotOpen, NotInClass, OwnWork)
CSV_TYPE: Final = "text/csv"
_FILE_PATH: Final = "/v1/line-items/{line_item}/feedback/{{feedback}}/file"


def _refuse_blind(one: LineItem) -> None:
    """Whoever marks blind works must not see, nor say, whose points are which."""
    if one.is_blind and not one.is_released:
        raise GradedBlind()


def _refuse_own(unit: Unit, person_id: UUID) -> None:
    """Nobody grades themselves, whatever they are in the class."""
    if unit.actor.person == person_id:
        raise OwnWork()


def _tagged(one: JournalEntry, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/line-items/{one.line_item_id}/grades/{one.person_id}"} if status == 201 else {}
    return tagged(show_entry(one), one.version, status, headers)


@post(
    "/line-items/{line_item_id:uuid}/grades",
    policy=GRADE,
    idempotent=True,
    problems=(*_REFUSALS, AlreadyGraded, MoveNotAllowed),
    operation_id="post_grade",
    tags=_TAGS,
    status_code=201,
)
async def add_grade(line_item_id: FromPath[UUID], data: JSONBody[GradeIn], exchange: TheExchange) -> Response[EntryOut]:
    """Posts the first grade of a student: an instructor of the class, for somebody who has a place in it. It is in the
    journal with this answer."""

    async def work(unit: Unit) -> Answer:
        one = await require_line_item(unit, GRADE, line_item_id, seen_by=VIEW_JOURNAL)
        _refuse_blind(one)
        _refuse_own(unit, data.person_id)
        entry = await post_grade(unit, line_item_id, data.person_id, points_in(data.points), reason=data.reason)
        return _tagged(entry, 201)

    return await exchange.once(work)


@post(
    "/line-items/{line_item_id:uuid}/grades/bulk",
    policy=GRADE,
    idempotent=True,
    problems=(GradedBlind,),
    operation_id="post_grades",
    tags=_TAGS,
    status_code=200,
)
async def add_grades(
    line_item_id: FromPath[UUID], data: JSONBody[BulkGradesIn], exchange: TheExchange
) -> Response[GradingRowsOut]:
    """Posts, or amends, many grades. Each row has its own result; a refused row stores nothing and stops no other."""

    async def work(unit: Unit) -> Answer:
        _refuse_blind(await require_line_item(unit, GRADE, line_item_id, seen_by=VIEW_JOURNAL))

        async def do(place: int) -> tuple[UUID, int]:
            row = data.grades[place]
            _refuse_own(unit, row.person_id)
            points = points_in(row.points)
            if row.version is None:
                entry = await post_grade(unit, line_item_id, row.person_id, points, reason=row.reason)
                return entry.id, entry.version
            if row.reason is None:
                raise invalid(f"/grades/{place}/reason", "reason-needed")
            known = await _known(unit, line_item_id, row.person_id)
            if known.version != row.version:
                raise StaleVersion(current=entity_tag(known.version))
            entry = await amend_grade(unit, line_item_id, row.person_id, points, reason=row.reason)
            return entry.id, entry.version

        persons = [one.person_id for one in data.grades]
        return Answer(await row_by_row(unit, persons, exchange.language, do))

    return await exchange.once(work)


async def _known(unit: Unit, line_item_id: UUID, person_id: UUID) -> JournalEntry:
    known = await journal_entry(unit, line_item_id, person_id, lock=True)
    if known is None:
        raise NotGraded()
    return known


@post(
    "/line-items/{line_item_id:uuid}/grades/{person_id:uuid}/amend",
    policy=GRADE,
    idempotent=True,
    versioned=True,
    problems=(*_REFUSALS, NotGraded, MoveNotAllowed),
    operation_id="amend_grade",
    tags=_TAGS,
    status_code=200,
)
async def change_grade(
    line_item_id: FromPath[UUID], person_id: FromPath[UUID], data: JSONBody[GradeChange], exchange: TheExchange
) -> Response[EntryOut]:
    """Changes a grade, with the reason; the author and what was there stay in its history. Needs If-Match: who has not
    read the last change is refused (412), and nothing is written over."""

    async def work(unit: Unit) -> Answer:
        one = await require_line_item(unit, GRADE, line_item_id, seen_by=VIEW_JOURNAL)
        _refuse_blind(one)
        _refuse_own(unit, person_id)
        if data.person_id != person_id:
            raise invalid("/person_id", "not-this-person")
        exchange.check_version((await _known(unit, line_item_id, person_id)).version)
        return _tagged(await amend_grade(unit, line_item_id, person_id, points_in(data.points), reason=data.reason))

    return await exchange.once(work)


@get("/line-items/{line_item_id:uuid}/grades", policy=VIEW_JOURNAL, operation_id="list_grades", tags=_TAGS)
async def list_grades(
    line_item_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[EntryOut]]:
    """The grades of a line item, in the order in which they were first posted. Of a blind one there are none before the
    release, for nobody."""
    async with exchange.reading() as unit:
        one = await require_line_item(unit, VIEW_JOURNAL, line_item_id)
        table = JournalEntryRow
        query = select_entries().where(table.line_item_id == line_item_id)
        if one.is_blind and not one.is_released:
            query = query.where(table.id.is_(None))
        return (
            await page(exchange, unit, query, [table.id], lambda row: show_entry(as_entry(row)), cursor, limit)
        ).response()


@get(
    "/line-items/{line_item_id:uuid}/grades/{person_id:uuid}",
    policy=VIEW_JOURNAL,
    versioned=True,
    operation_id="get_grade",
    tags=_TAGS,
)
async def get_grade(
    line_item_id: FromPath[UUID], person_id: FromPath[UUID], exchange: TheExchange
) -> Response[EntryDetail]:
    """One grade with all that happened to it, and what the student gets with it; with its entity tag."""
    async with exchange.reading() as unit:
        one = await require_line_item(unit, VIEW_JOURNAL, line_item_id)
        entry = None if one.is_blind and not one.is_released else await journal_entry(unit, line_item_id, person_id)
        if entry is None:
            raise NotFound()
        events = await grade_history(unit, line_item_id, person_id)
        rows = await feedback.feedback_for(unit, line_item_id, person_id)
        path = _FILE_PATH.format(line_item=line_item_id)
        detail = EntryDetail(
            entry=show_entry(entry),
            history=await show_history(unit, events, exchange.language),
            feedback=await show_feedback(unit, rows, exchange.language, path),
        )
        return tagged(detail, entry.version).response()


# Feedback


@post(
    "/line-items/{line_item_id:uuid}/grades/{person_id:uuid}/feedback",
    policy=GRADE,
    idempotent=True,
    problems=_REFUSALS,
    operation_id="add_feedback",
    tags=_TAGS,
    status_code=201,
)
async def add_words(
    line_item_id: FromPath[UUID], person_id: FromPath[UUID], data: JSONBody[WordsIn], exchange: TheExchange
) -> Response[FeedbackOut]:
    """Adds words for the student, who sees them with the grade."""

    async def work(unit: Unit) -> Answer:
        one = await _for_feedback(unit, line_item_id, person_id)
        row = await feedback.add_words(unit, one, person_id, data.words)
        return Answer((await show_feedback(unit, [row], exchange.language, ""))[0], 201)

    return await exchange.once(work)


@post(
    "/line-items/{line_item_id:uuid}/grades/{person_id:uuid}/feedback-files",
    policy=GRADE,
    accepts=files.ANYTHING,
    request_max_body_size=files.LARGEST_BYTES,
    problems=(*_REFUSALS, *files.UPLOAD_PROBLEMS),
    operation_id="add_feedback_file",
    tags=_TAGS,
    status_code=201,
)
async def add_file(
    line_item_id: FromPath[UUID],
    person_id: FromPath[UUID],
    content_disposition: files.SentName,
    exchange: TheExchange,
) -> Response[FeedbackOut]:
    """Adds a file for the student: an annotated work, a spoken comment, one in sign language (50 MB at most)."""
    async with exchange.reading() as unit:
        await _for_feedback(unit, line_item_id, person_id)
    received = await files.receive(
        exchange,
        exchange.context,
        files.sent_name(content_disposition),
        files.sent_type(exchange),
        feedback.FEEDBACK_FILES,
    )
    async with exchange.writing() as unit:
        one = await _for_feedback(unit, line_item_id, person_id)
        row = await feedback.add_file(unit, one, received, person_id=person_id)
        path = _FILE_PATH.format(line_item=line_item_id)
        return Answer((await show_feedback(unit, [row], exchange.language, path))[0], 201).response()


async def _for_feedback(unit: Unit, line_item_id: UUID, person_id: UUID) -> LineItem:
    one = await require_line_item(unit, GRADE, line_item_id, seen_by=VIEW_JOURNAL)
    _refuse_blind(one)
    _refuse_own(unit, person_id)
    if one.state is LineItemState.CANCELLED:
        raise LineItemNotOpen(state=one.state.value)
    if await held_place(unit, one.class_id, person_id) is None:
        raise NotInClass()
    return one


@get(
    "/line-items/{line_item_id:uuid}/feedback/{feedback_id:uuid}/file",
    policy=VIEW_JOURNAL,
    operation_id="get_feedback_file",
    tags=_TAGS,
)
async def get_file(line_item_id: FromPath[UUID], feedback_id: FromPath[UUID], exchange: TheExchange) -> Response[bytes]:
    """A file of the feedback, for the staff of the class; as an attachment."""
    async with exchange.reading() as unit:
        one = await require_line_item(unit, VIEW_JOURNAL, line_item_id)
        row = await feedback.find_feedback(unit, feedback_id)
        hidden = one.is_blind and not one.is_released
        if row.line_item_id != line_item_id or row.person_id is None or row.file_id is None or hidden:
            raise NotFound()
        return await files.deliver(unit, row.file_id)


@delete(
    "/line-items/{line_item_id:uuid}/feedback/{feedback_id:uuid}",
    policy=GRADE,
    operation_id="withdraw_feedback",
    tags=_TAGS,
)
async def take_back(line_item_id: FromPath[UUID], feedback_id: FromPath[UUID], exchange: TheExchange) -> None:
    """Takes feedback back that stood on the wrong place: whoever wrote it."""
    async with exchange.writing() as unit:
        await require_line_item(unit, GRADE, line_item_id, seen_by=VIEW_JOURNAL)
        row = await feedback.find_feedback(unit, feedback_id)
        if row.line_item_id != line_item_id or row.author_id is None or row.author_id != unit.actor.person:
            raise NotFound()
        await feedback.withdraw_feedback(unit, row)


# The journal of a class


@get("/classes/{class_id:uuid}/journal", policy=VIEW_JOURNAL, operation_id="list_journal", tags=_TAGS)
async def list_journal(
    class_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[JournalRow]]:
    """The journal of a class: its students in the order of joining, each with their grades. Blind line items have no
    column before their release."""
    async with exchange.reading() as unit:
        await require_class(unit, VIEW_JOURNAL, class_id)
        query = select_held_places(class_id)
        answer = await page(exchange, unit, query, HELD_PLACES_ORDER, lambda row: row, cursor, limit)
        items = await _visible_items(unit, class_id)
        answer.content.items = await _rows(unit, class_id, items, answer.content.items)
        return answer.response()


@get(
    "/classes/{class_id:uuid}/journal/export",
    policy=VIEW_JOURNAL,
    media_type=CSV_TYPE,
    operation_id="export_journal",
    tags=_TAGS,
)
async def export_journal(class_id: FromPath[UUID], exchange: TheExchange) -> Response[bytes]:
    """The whole journal of a class as CSV (RFC 4180, UTF-8 with a mark, so that spreadsheets read Cyrillic). No cell of
    it is taken for a formula. Blind line items are left out before their release."""
    async with exchange.writing() as unit:
        await require_class(unit, VIEW_JOURNAL, class_id)
        items = await _visible_items(unit, class_id)
        places = (await unit.session.execute(select_held_places(class_id).order_by(*HELD_PLACES_ORDER))).all()
        rows = await _rows(unit, class_id, items, places)
        unit.record("journal.exported", "class", class_id, rows=str(len(rows)))
    text = StringIO(newline="")
    writer = csv.writer(text)
    head = ["person_id", "name", *(f"{one.code} {in_language(one.titles, exchange.language)}" for one in items)]
    writer.writerow([safe_cell(cell) for cell in [*head, "total", "of"]])
    for row in rows:
        points = {cell.line_item_id: cell.points or "" for cell in row.cells}
        cells = [str(row.person_id), row.name, *(points.get(one.id, "") for one in items), row.total, row.of]
        writer.writerow([safe_cell(cell) for cell in cells])
    headers = {"Content-Disposition": f'attachment; filename="journal-{class_id}.csv"'}
    return Response(b"\xef\xbb\xbf" + text.getvalue().encode(), media_type=CSV_TYPE, headers=headers)


async def _visible_items(unit: Unit, class_id: UUID) -> list[LineItem]:
    return [
        one
        for one in await line_items_of_class(unit, class_id)
        if one.is_released or (not one.is_blind and one.state is not LineItemState.CANCELLED)
    ]


async def _rows(unit: Unit, class_id: UUID, items: Sequence[LineItem], places: Sequence[Any]) -> list[JournalRow]:
    persons = [place.person_id for place in places]
    names = await full_names(unit, persons)
    by_id = {one.id: one for one in items}
    table = JournalEntryRow
    entries = await unit.session.execute(
        select(table.person_id, table.line_item_id, table.state, table.points, table.version)
        .where(table.class_id == class_id, table.person_id.in_(persons), table.line_item_id.in_(by_id))
        .order_by(table.line_item_id)
    )
    cells: dict[UUID, list[JournalCell]] = {}
    parts: dict[UUID, list[Part]] = {}
    for person_id, line_item_id, entry_state, points, version in entries:
        one = by_id[line_item_id]
        shown = None if points is None else str(points)
        cells.setdefault(person_id, []).append(
            JournalCell(line_item_id=line_item_id, state=EntryState(entry_state), points=shown, version=version)
        )
        if one.is_released:
            parts.setdefault(person_id, []).append(Part(one.weight, one.max_points, points))
    of = str(sum_of_weights(one.weight for one in items if one.is_released))
    return [
        JournalRow(
            enrolment_id=place.id,
            person_id=place.person_id,
            name=names.get(place.person_id, ""),
            cells=cells.get(place.person_id, []),
            total=str(weighted_total(parts.get(place.person_id, []))),
            of=of,
        )
        for place in places
    ]


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            add_file,
            add_grade,
            add_grades,
            add_words,
            change_grade,
            export_journal,
            get_file,
            get_grade,
            list_grades,
            list_journal,
            take_back,
        ],
    ),
)
