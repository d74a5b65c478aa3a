"""Grades as people read them: words of the reader's language, points as text, and never more than may be seen."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.domains.files import service as files
from api.domains.grading.grades import JournalEntry
from api.domains.grading.line_items import LineItem
from api.domains.grading.models import ClassResultRow, FeedbackRow, GradeEventRow, LineItemRow
from api.domains.grading.rubrics import criteria_of
from api.domains.grading.rules import (
    Category,
    Criterion,
    EventKind,
    Level,
    LineItemState,
    ResultState,
    SourceKind,
)
from api.domains.grading.schemas import (
    CriterionIn,
    CriterionOut,
    EntryOut,
    FeedbackOut,
    GradeEventOut,
    LevelOut,
    LineItemOut,
    ResultOut,
    ResultPartOut,
    ScoreOut,
)
from api.domains.people.service import full_names
from api.domains.scales.service import scale_versions
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, load_texts
from api.unit import Unit


def text_of(points: Decimal | None) -> str | None:
    return None if points is None else str(points)


def in_language(titles: Mapping[str, str], language: str) -> str:
    """The title in that language; else in the first of ours that there is."""
    for one in (language, DEFAULT_LANGUAGE, *LANGUAGES, *titles):
        if one in titles:
            return titles[one]
    return ""


def word(code: str, language: str) -> str:
    """The word for a code, as people read it."""
    return str(load_texts()[f"word-{code}"][language]["word"])


def readable_reason(reason: str | None, language: str) -> str | None:
    """What a person wrote, as it is; what the service wrote, in the reader's language."""
    if reason is not None and reason.startswith("@") and (words := load_texts().get(f"word-{reason[1:]}")) is not None:
        return str(words[language]["word"])
    return reason


def show_line_item(row: LineItemRow | LineItem) -> LineItemOut:
    return LineItemOut(
        id=row.id,
        class_id=row.class_id,
        task_id=row.task_id,
        code=row.code,
        titles=dict(row.titles),
        category=Category(row.category),
        weight=str(row.weight),
        max_points=str(row.max_points),
        rubric_version_id=row.rubric_version_id,
        is_blind=row.is_blind,
        second_marker=row.second_marker,
        threshold=str(row.threshold),
        state=LineItemState(row.state),
        released_at=row.released_at,
        version=row.version,
    )


def show_entry(one: JournalEntry) -> EntryOut:
    return EntryOut(
        id=one.id,
        line_item_id=one.line_item_id,
        class_id=one.class_id,
        person_id=one.person_id,
        state=one.state,
        points=text_of(one.points),
        sequence=one.sequence,
        graded_at=one.graded_at,
        version=one.version,
    )


async def show_history(unit: Unit, events: Sequence[GradeEventRow], language: str) -> list[GradeEventOut]:
    names = await full_names(unit, {one.author_id for one in events if one.author_id is not None})
    return [
        GradeEventOut(
            sequence=one.sequence,
            kind=EventKind(one.kind),
            kind_words=word(f"grade-{one.kind}", language),
            points=text_of(one.points),
            reason=readable_reason(one.reason, language),
            author_id=one.author_id,
            author=None if one.author_id is None else names.get(one.author_id),
            source=SourceKind(one.source_kind),
            source_id=one.source_id,
            at=one.created_at,
        )
        for one in events
    ]


async def show_feedback(unit: Unit, rows: Sequence[FeedbackRow], language: str, path: str) -> list[FeedbackOut]:
    """`path`: where a file is fetched, with `{feedback}` for its id."""
    described = await files.describe(unit, [row.file_id for row in rows if row.file_id is not None])
    versions = {row.rubric_version_id for row in rows if row.rubric_version_id is not None}
    criteria = {id_: await criteria_of(unit, id_) for id_ in versions}
    shown = []
    for row in rows:
        one = None if row.file_id is None else described[row.file_id]
        by = [] if row.rubric_version_id is None else criteria[row.rubric_version_id]
        shown.append(
            FeedbackOut(
                id=row.id,
                at=row.created_at,
                words=row.words,
                scores=show_scores(row.scores, by, language),
                file_name=None if one is None else one.name,
                media_type=None if one is None else one.media_type,
                size=None if one is None else one.size,
                file_path=None if one is None else path.format(feedback=row.id),
            )
        )
    return shown


def show_scores(scores: Iterable[Mapping[str, Any]], criteria: Sequence[Criterion], language: str) -> list[ScoreOut]:
    """In the order of the rubric."""
    by_code = {score["criterion"]: score for score in scores}
    shown = []
    for one in criteria:
        score = by_code.get(one.code)
        if score is None:
            continue
        level = next((level for level in one.levels if level.code == score["level"]), None)
        shown.append(
            ScoreOut(
                criterion=one.code,
                title=in_language(one.titles, language),
                level=score["level"],
                level_title=None if level is None else in_language(level.titles, language),
                points=score["points"],
                max_points=str(one.max_points),
                comment=score["comment"],
            )
        )
    return shown


def show_criteria(criteria: Iterable[Criterion]) -> list[CriterionOut]:
    return [
        CriterionOut(
            code=one.code,
            titles=dict(one.titles),
            max_points=str(one.max_points),
            levels=[
                LevelOut(code=level.code, titles=dict(level.titles), points=str(level.points)) for level in one.levels
            ],
        )
        for one in criteria
    ]


def read_criteria(criteria: Iterable[CriterionIn]) -> list[Criterion]:
    return [
        Criterion(
            one.code,
            one.titles,
            Decimal(one.max_points),
            tuple(Level(level.code, level.titles, Decimal(level.points)) for level in one.levels),
        )
        for one in criteria
    ]


async def show_results(unit: Unit, rows: Sequence[ClassResultRow], language: str) -> list[ResultOut]:
    scales = await scale_versions(unit, {row.scale_version_id for row in rows})
    shown = []
    for row in rows:
        band = scales[row.scale_version_id].band(row.grade_code)
        shown.append(
            ResultOut(
                id=row.id,
                class_id=row.class_id,
                person_id=row.person_id,
                course_id=row.course_id,
                academic_session_id=row.academic_session_id,
                number=row.number,
                points=str(row.points),
                scale_version_id=row.scale_version_id,
                grade_code=row.grade_code,
                grade=row.grade_code if band is None else in_language(band.titles, language),
                is_pass=row.is_pass,
                parts=[ResultPartOut(**{**part, "line_item_id": UUID(part["line_item_id"])}) for part in row.parts],
                state=ResultState(row.state),
                reason=row.reason,
                returned_reason=row.returned_reason,
                proposed_by=row.proposed_by,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
                outdated_at=row.outdated_at,
                version=row.version,
            )
        )
    return shown
