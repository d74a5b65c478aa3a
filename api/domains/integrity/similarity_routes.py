"""What works have in common: asked for and read by the instructors of the class, as evidence."""

from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.conditions import service as conditions
from api.domains.integrity import reports
from api.domains.integrity.errors import ReportOutdated
from api.domains.integrity.guards import COMPARE
from api.domains.integrity.models import SimilarityMarkRow, SimilarityPairRow, SimilarityRunRow
from api.domains.integrity.rules import RunState, WorkKind
from api.domains.integrity.schemas import (
    SimilarityMarkOut,
    SimilarityPairLine,
    SimilarityPairOut,
    SimilarityRunIn,
    SimilarityRunOut,
    SimilarPassage,
    UnreadFile,
)
from api.domains.integrity.similarity import as_percent
from api.domains.integrity.works import work_brief
from api.domains.teaching.service import class_brief
from api.errors import invalid, words_of
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import place
from api.unit import Unit

TAGS = ["integrity"]


def meaning_in(language: str) -> str:
    """That a report is evidence and no verdict, in the reader's language."""
    return words_of("similarity-is-evidence", "message", language, {})


def why_unread(reason: str, language: str) -> str:
    return words_of(f"unread-{reason}", "message", language, {})


@post(
    policy=COMPARE,
    idempotent=True,
    operation_id="compare_works",
    tags=TAGS,
    status_code=201,
)
async def compare_works(data: JSONBody[SimilarityRunIn], exchange: TheExchange) -> Response[SimilarityRunOut]:
    """Asks for a report of the passages that the works of an assignment have in common, with each other and, if wanted,
    with those of other classes of the course that one teaches or has taught. It is made in the background; it is
    evidence for a person, and decides nothing."""

    async def work(unit: Unit) -> Answer:
        unit.asked = True
        task = await conditions.find_task(unit, data.assignment_id)
        unit.require(COMPARE, place(class_=task.class_id))
        row = await reports.want_run(unit, data.assignment_id, data.common, await _also_with(unit, data, task.class_id))
        return Answer(_run(row, exchange.language), 201, {"Location": f"/v1/similarity-runs/{row.id}"})

    return await exchange.once(work)


async def _also_with(unit: Unit, data: SimilarityRunIn, class_id: UUID) -> list[UUID]:
    """Assignments that the actor may compare, of the same course. Raises InvalidFields, NotFound."""
    found: list[UUID] = []
    course = (await class_brief(unit, class_id)).course_id
    for number, one in enumerate(data.also_with):
        other = (await conditions.find_task(unit, one)).class_id
        unit.require(COMPARE, place(class_=other))
        if (await class_brief(unit, other)).course_id != course:
            raise invalid(f"/also_with/{number}", "course-differs")
        if one != data.assignment_id and one not in found:
            found.append(one)
    return found


@get(policy=COMPARE, operation_id="list_similarity_runs", tags=TAGS)
async def list_similarity_runs(
    exchange: TheExchange,
    assignment_id: Annotated[UUID | None, QueryParameter(name="assignment_id")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[SimilarityRunOut]]:
    """The reports of one's own classes."""
    async with exchange.reading() as unit:
        table = SimilarityRunRow
        query = select(table).where(table.class_id.in_(unit.reach(COMPARE).classes))
        if assignment_id is not None:
            query = query.where(table.assignment_id == assignment_id)
        language = exchange.language
        answer = await page(exchange, unit, query, [table.id], lambda row: _run(row, language), cursor, limit)
        return answer.response()


@get("/{run_id:uuid}", policy=COMPARE, operation_id="get_similarity_run", tags=TAGS)
async def get_similarity_run(run_id: FromPath[UUID], exchange: TheExchange) -> Response[SimilarityRunOut]:
    """How far a report is, how many works it compared, and which files it could not read."""
    async with exchange.reading() as unit:
        return Response(_run(await _seen(unit, run_id), exchange.language))


@get("/{run_id:uuid}/pairs", policy=COMPARE, operation_id="list_similarity_pairs", tags=TAGS)
async def list_similarity_pairs(
    run_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[SimilarityPairLine]]:
    """The pairs of works with passages in common, those with most first. At most 1,000 are listed."""
    async with exchange.reading() as unit:
        await _seen(unit, run_id)
        table = SimilarityPairRow
        query = select(table).where(table.run_id == run_id)
        return (await page(exchange, unit, query, [table.place, table.id], _pair, cursor, limit)).response()


@get("/{run_id:uuid}/marks", policy=COMPARE, operation_id="list_similarity_marks", tags=TAGS)
async def list_similarity_marks(
    run_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[SimilarityMarkOut]]:
    """Works with signs that hide words from programs. They were seen through when the works were compared."""
    async with exchange.reading() as unit:
        await _seen(unit, run_id)
        table = SimilarityMarkRow
        query = select(table).where(table.run_id == run_id)
        return (await page(exchange, unit, query, [table.id], _mark, cursor, limit)).response()


@get(
    "/pairs/{pair_id:uuid}",
    policy=COMPARE,
    problems=(ReportOutdated,),
    operation_id="get_similarity_pair",
    tags=TAGS,
)
async def get_similarity_pair(pair_id: FromPath[UUID], exchange: TheExchange) -> Response[SimilarityPairOut]:
    """Two works side by side: every passage that they have in common, as it stands in each. For
    who teaches the classes of both."""
    async with exchange.reading() as unit:
        unit.asked = True
        row, run = await reports.find_pair(unit, pair_id)
        unit.require(COMPARE, place(class_=run.class_id))
        works = [await work_brief(unit, WorkKind.SUBMISSION, one) for one in (row.first_work_id, row.second_work_id)]
        for work in works:  # others of the class see that there is a pair, not what stands in works of another class
            unit.require(COMPARE, place(class_=(await conditions.find_task(unit, work.task_id)).class_id))
    passages = [
        SimilarPassage(
            words=one.words,
            first_start=one.first[0],
            first_end=one.first[1],
            first_text=one.first_text,
            second_start=one.second[0],
            second_end=one.second[1],
            second_text=one.second_text,
        )
        for one in await reports.shared_passages(partial(exchange.context.reading, exchange.actor), row)
    ]
    return Response(
        SimilarityPairOut(
            pair=_pair(row),
            first_assignment_id=works[0].task_id,
            second_assignment_id=works[1].task_id,
            passages=passages,
            meaning=meaning_in(exchange.language),
        )
    )


async def _seen(unit: Unit, run_id: UUID) -> SimilarityRunRow:
    unit.asked = True
    row = await reports.find_run(unit, run_id)
    unit.require(COMPARE, place(class_=row.class_id))
    return row


def _run(row: SimilarityRunRow, language: str) -> SimilarityRunOut:
    return SimilarityRunOut(
        id=row.id,
        assignment_id=row.assignment_id,
        class_id=row.class_id,
        state=RunState(row.state),
        asked_at=row.created_at,
        finished_at=row.finished_at,
        texts=row.texts,
        cut=row.cut,
        pairs=row.pairs,
        unread=[
            UnreadFile(work_id=UUID(work), file=file, reason=reason, meaning=why_unread(reason, language))
            for work, file, reason in row.unread
        ],
        meaning=meaning_in(language),
    )


def _pair(row: SimilarityPairRow) -> SimilarityPairLine:
    return SimilarityPairLine(
        id=row.id,
        place=row.place,
        first_work_id=row.first_work_id,
        second_work_id=row.second_work_id,
        first_shared_words=row.first_shared,
        first_words=row.first_words,
        first_percent=as_percent(row.first_shared, row.first_words),
        second_shared_words=row.second_shared,
        second_words=row.second_words,
        second_percent=as_percent(row.second_shared, row.second_words),
    )


def _mark(row: SimilarityMarkRow) -> SimilarityMarkOut:
    return SimilarityMarkOut(
        id=row.id,
        work_id=row.work_id,
        mixed_words=row.mixed_words,
        invisible_signs=row.invisible_signs,
        places=[list(place) for place in row.places],
    )


router = Router(
    "/v1/similarity-runs",
    route_handlers=[
        compare_works,
        list_similarity_runs,
        get_similarity_run,
        list_similarity_pairs,
        list_similarity_marks,
        get_similarity_pair,
    ],
)
