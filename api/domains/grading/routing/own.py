"""What students see: their own grades, at once when they are released, in their own language (clauses 6.1, 6.5)."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery
from msgspec.structs import asdict
from sqlalchemy import Row, Select, and_, or_, select

from api.domains.enrolment.service import held_classes
from api.domains.files import service as files
from api.domains.grading import feedback
from api.domains.grading.access import own_person
from api.domains.grading.grades import grade_history
from api.domains.grading.guards import VIEW_OWN_GRADES
from api.domains.grading.models import JournalEntryRow, LineItemRow, RubricVersionRow
from api.domains.grading.rubrics import criteria_of
from api.domains.grading.rules import Category, EntryState, LineItemState
from api.domains.grading.schemas import OwnGrade, OwnGradeDetail, OwnRubric
from api.domains.grading.showing import in_language, show_criteria, show_feedback, show_history, word
from api.errors import NotFound
from api.http.exchange import TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

_TAGS: Final = ["own grades"]
_FILE_PATH: Final = "/v1/me/feedback/{feedback}/file"


async def _select_own(unit: Unit, person_id: UUID) -> Select[Any]:
    """All that counts or will count in one's classes, and what one has a released grade of anyway."""
    item, entry = LineItemRow, JournalEntryRow
    classes = await held_classes(unit, person_id)
    return (
        select(
            *(item.id, item.class_id, item.titles, item.category, item.weight, item.max_points, item.state),
            *(item.released_at, item.rubric_version_id, entry.state.label("entry_state"), entry.points),
            entry.graded_at,
        )
        .outerjoin(entry, and_(entry.line_item_id == item.id, entry.person_id == person_id))
        .where(
            item.state != LineItemState.CANCELLED,
            or_(item.class_id.in_(classes), and_(entry.id.is_not(None), item.state == LineItemState.RELEASED)),
        )
    )


def _show(row: Row[Any], language: str) -> OwnGrade:
    """Nothing of a grade that is not released: neither that it is there, nor when it was given."""
    is_released = row.state == LineItemState.RELEASED
    has_grade = is_released and row.entry_state is not None
    return OwnGrade(
        line_item_id=row.id,
        class_id=row.class_id,
        title=in_language(row.titles, language),
        category=Category(row.category),
        category_words=word(f"category-{row.category}", language),
        weight=str(row.weight),
        max_points=str(row.max_points),
        is_released=is_released,
        released_at=row.released_at if is_released else None,
        state=EntryState(row.entry_state) if has_grade else None,
        state_words=word(f"grade-{row.entry_state}", language) if has_grade else None,
        points=str(row.points) if has_grade and row.points is not None else None,
        graded_at=row.graded_at if has_grade else None,
    )


@get("/me/grades", policy=VIEW_OWN_GRADES, operation_id="list_own_grades", tags=_TAGS)
async def list_own(
    exchange: TheExchange, class_id: FromQuery[UUID | None] = None, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[OwnGrade]]:
    """One's own grades, and what will be graded in one's classes. Titles and words in the language that was asked for
    (Accept-Language). Points are there from the moment of release, for everybody at once."""
    async with exchange.reading() as unit:
        query = await _select_own(unit, own_person(unit, VIEW_OWN_GRADES))
        if class_id is not None:
            query = query.where(LineItemRow.class_id == class_id)
        answer = await page(
            exchange, unit, query, [LineItemRow.id], lambda row: _show(row, exchange.language), cursor, limit
        )
        return answer.response()


async def _own_row(unit: Unit, person_id: UUID, line_item_id: UUID) -> Row[Any]:
    """Raises NotFound."""
    query = (await _select_own(unit, person_id)).where(LineItemRow.id == line_item_id)
    row: Row[Any] | None = (await unit.session.execute(query)).one_or_none()
    if row is None:
        raise NotFound()
    return row


@get("/me/grades/{line_item_id:uuid}", policy=VIEW_OWN_GRADES, operation_id="get_own_grade", tags=_TAGS)
async def get_own(line_item_id: FromPath[UUID], exchange: TheExchange) -> Response[OwnGradeDetail]:
    """Everything of one's own grade: points, what happened to it with reason and author, comments, scores by the
    rubric, files. There is nothing here before the release."""
    async with exchange.reading() as unit:
        person_id = own_person(unit, VIEW_OWN_GRADES)
        row = await _own_row(unit, person_id, line_item_id)
        grade = _show(row, exchange.language)
        if not grade.is_released:
            raise NotFound()
        by = [] if row.rubric_version_id is None else await criteria_of(unit, row.rubric_version_id)
        events = await grade_history(unit, line_item_id, person_id)
        said = await feedback.feedback_for(unit, line_item_id, person_id)
        return Response(
            OwnGradeDetail(
                **asdict(grade),
                criteria=show_criteria(by),
                history=await show_history(unit, events, exchange.language),
                feedback=await show_feedback(unit, said, exchange.language, _FILE_PATH),
            )
        )


@get("/me/grades/{line_item_id:uuid}/rubric", policy=VIEW_OWN_GRADES, operation_id="get_own_rubric", tags=_TAGS)
async def get_own_rubric(line_item_id: FromPath[UUID], exchange: TheExchange) -> Response[OwnRubric]:
    """The criteria by which one's work will be judged, before and after."""
    async with exchange.reading() as unit:
        row = await _own_row(unit, own_person(unit, VIEW_OWN_GRADES), line_item_id)
        by = row.rubric_version_id
        version = None if by is None else await unit.session.get_one(RubricVersionRow, by)
        criteria = [] if by is None else await criteria_of(unit, by)
        return Response(
            OwnRubric(
                line_item_id=line_item_id,
                titles={} if version is None else dict(version.titles),
                criteria=show_criteria(criteria),
            )
        )


@get("/me/feedback/{feedback_id:uuid}/file", policy=VIEW_OWN_GRADES, operation_id="get_own_feedback_file", tags=_TAGS)
async def get_own_file(feedback_id: FromPath[UUID], exchange: TheExchange) -> Response[bytes]:
    """A file or recording that came with one's own released grade; as an attachment."""
    async with exchange.reading() as unit:
        person_id = own_person(unit, VIEW_OWN_GRADES)
        row = await feedback.find_feedback(unit, feedback_id)
        item = await unit.session.get_one(LineItemRow, row.line_item_id)
        if row.person_id != person_id or row.file_id is None or item.state != LineItemState.RELEASED:
            raise NotFound()
        return await files.deliver(unit, row.file_id)


routers: Final = (Router("/v1", route_handlers=[get_own, get_own_file, get_own_rubric, list_own]),)
