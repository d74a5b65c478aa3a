"""Words, files and recordings for the student, on a marking or on a grade."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select, update

from api.domains.files import service as files
from api.domains.files.service import FileRules, Received
from api.domains.grading.line_items import LineItem
from api.domains.grading.models import FeedbackRow, MarkingRow
from api.errors import NotFound
from api.unit import Unit

FEEDBACK_FILES = FileRules(
    50_000_000,
    frozenset(
        {
            "application/pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.oasis.opendocument.text",
            "audio/mpeg",
            "audio/mp4",
            "audio/ogg",
            "audio/wav",
            "audio/webm",
            "image/jpeg",
            "image/png",
            "text/plain",
            "video/mp4",
            "video/webm",
        }
    ),
)
"""Annotated work, a spoken comment, a comment in sign language. Our choice of size: ten minutes of video."""


async def add_words(unit: Unit, one: LineItem, person_id: UUID, words: str) -> FeedbackRow:
    """A comment on a grade, or on the lack of one."""
    return await _add(unit, one, person_id=person_id, words=words)


async def add_file(
    unit: Unit,
    one: LineItem,
    received: Received,
    *,
    person_id: UUID | None = None,
    marking_id: UUID | None = None,
) -> FeedbackRow:
    """A file for one student, or on a marking for all persons of the work."""
    file_id = await files.keep(unit, received, owner=None)
    return await _add(unit, one, person_id=person_id, marking_id=marking_id, file_id=file_id)


async def _add(
    unit: Unit,
    one: LineItem,
    *,
    person_id: UUID | None = None,
    marking_id: UUID | None = None,
    words: str = "",
    file_id: UUID | None = None,
) -> FeedbackRow:
    row = FeedbackRow(
        created_at=unit.now,
        line_item_id=one.id,
        person_id=person_id,
        marking_id=marking_id,
        author_id=unit.actor.person,
        words=words,
        scores=[],
        file_id=file_id,
    )
    unit.session.add(row)
    await unit.session.flush()
    return row


async def give_feedback(unit: Unit, one: LineItem, markings: Sequence[MarkingRow], person_id: UUID) -> None:
    """What the markers wrote and recorded becomes the person's, with the grade."""
    files_of = await _files_of(unit, [marking.id for marking in markings])
    for marking in markings:
        if marking.comment or marking.scores:
            unit.session.add(
                FeedbackRow(
                    created_at=unit.now,
                    line_item_id=one.id,
                    person_id=person_id,
                    marking_id=marking.id,
                    author_id=marking.marker_id,
                    words=marking.comment,
                    scores=marking.scores,
                    rubric_version_id=one.rubric_version_id if marking.scores else None,
                )
            )
    for row in files_of:
        unit.session.add(
            FeedbackRow(
                created_at=unit.now,
                line_item_id=one.id,
                person_id=person_id,
                marking_id=row.marking_id,
                author_id=row.author_id,
                words="",
                scores=[],
                file_id=row.file_id,
            )
        )
    await unit.session.flush()


async def _files_of(unit: Unit, marking_ids: Collection[UUID]) -> Sequence[FeedbackRow]:
    rows = await unit.session.scalars(
        select(FeedbackRow)
        .where(
            FeedbackRow.marking_id.in_(marking_ids),
            FeedbackRow.person_id.is_(None),
            FeedbackRow.withdrawn_at.is_(None),
        )
        .order_by(FeedbackRow.id)
    )
    return rows.all()


async def feedback_for(unit: Unit, line_item_id: UUID, person_id: UUID) -> Sequence[FeedbackRow]:
    """All that a person gets with the grade of a line item, in the order in which it was given."""
    rows = await unit.session.scalars(
        select(FeedbackRow)
        .where(
            FeedbackRow.line_item_id == line_item_id,
            FeedbackRow.person_id == person_id,
            FeedbackRow.withdrawn_at.is_(None),
        )
        .order_by(FeedbackRow.id)
    )
    return rows.all()


async def files_on_marking(unit: Unit, marking_id: UUID) -> Sequence[FeedbackRow]:
    """The files that the marker has added."""
    return await _files_of(unit, [marking_id])


async def find_feedback(unit: Unit, feedback_id: UUID) -> FeedbackRow:
    """One that is not withdrawn. Raises NotFound."""
    row = await unit.session.get(FeedbackRow, feedback_id, populate_existing=True)
    if row is None or row.withdrawn_at is not None:
        raise NotFound()
    return row


async def withdraw_feedback(unit: Unit, row: FeedbackRow) -> None:
    """Nobody sees it any more; that it was there stays known."""
    row.withdrawn_at = unit.now
    await unit.session.flush()
    unit.record("grade-feedback.withdrawn", "grade-feedback", row.id, person=row.person_id)


async def withdraw_feedback_of(unit: Unit, marking_id: UUID) -> None:
    """Of a marking that is given back."""
    await unit.session.execute(
        update(FeedbackRow)
        .where(FeedbackRow.marking_id == marking_id, FeedbackRow.withdrawn_at.is_(None))
        .values(withdrawn_at=unit.now)
        .execution_options(synchronize_session=False)
    )
