"""What is let go when somebody has left: words and files about works, and what was written in appeals. Grades, their
history and results are the academic record: they stay, and the person behind them is forgotten with the identity."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, select, update

from api.domains.files import service as files
from api.domains.grading.models import AppealRow, FeedbackRow, MarkingPersonRow, MarkingRow
from api.domains.people.service import has_left
from api.retention import Effect, RetentionRule
from api.unit import Unit


async def _sweep_feedback(unit: Unit, before: datetime, most: int) -> int:
    """Of persons who have left; what stands on a marking goes when nobody of the work is left."""
    day = before.astimezone(unit.settings.time_zone).date()
    given = await unit.session.execute(
        select(FeedbackRow.id, FeedbackRow.file_id)
        .where(
            FeedbackRow.person_id.is_not(None),
            FeedbackRow.created_at < before,
            has_left(day, FeedbackRow.person_id),
        )
        .order_by(FeedbackRow.id)
        .limit(most)
    )
    rows = given.all()
    someone_stays = exists().where(
        MarkingPersonRow.marking_work_id == MarkingRow.marking_work_id, ~has_left(day, MarkingPersonRow.person_id)
    )
    markings = (
        await unit.session.scalars(
            select(MarkingRow.id)
            .where(MarkingRow.finished_at < before, MarkingRow.comment != "", ~someone_stays)
            .order_by(MarkingRow.id)
            .limit(most)
        )
    ).all()
    on_markings = (
        await unit.session.execute(
            select(FeedbackRow.id, FeedbackRow.file_id).where(
                FeedbackRow.marking_id.in_(markings), FeedbackRow.person_id.is_(None)
            )
        )
    ).all()
    await _delete(unit, [row.id for row in (*rows, *on_markings)])
    await unit.session.execute(
        update(MarkingRow)
        .where(MarkingRow.id.in_(markings))
        .values(comment="", scores=[], version=MarkingRow.version + 1)
        .execution_options(synchronize_session=False)
    )
    await _release_files(unit, {row.file_id for row in (*rows, *on_markings) if row.file_id is not None})
    return len(rows) + len(markings)


async def _delete(unit: Unit, ids: Collection[UUID]) -> None:
    await unit.session.execute(delete(FeedbackRow).where(FeedbackRow.id.in_(ids)))


async def _release_files(unit: Unit, ids: Collection[UUID]) -> None:
    """Those to which no other row leads: a file for a group stays as long as one of the group does."""
    used = set(await unit.session.scalars(select(FeedbackRow.file_id).where(FeedbackRow.file_id.in_(ids))))
    await files.release(unit, [one for one in ids if one not in used])


async def _sweep_appeals(unit: Unit, before: datetime, most: int) -> int:
    day = before.astimezone(unit.settings.time_zone).date()
    ids = (
        await unit.session.scalars(
            select(AppealRow.id)
            .where(AppealRow.created_at < before, AppealRow.words != "", has_left(day, AppealRow.person_id))
            .order_by(AppealRow.id)
            .limit(most)
        )
    ).all()
    await unit.session.execute(
        update(AppealRow)
        .where(AppealRow.id.in_(ids))
        .values(words="", version=AppealRow.version + 1)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


RETENTION: Final[Sequence[RetentionRule]] = (
    RetentionRule("appeal-words", 3 * 365, Effect.ANONYMISED, _sweep_appeals),
    RetentionRule("grade-feedback", 3 * 365, Effect.DELETED, _sweep_feedback),
)
"""Days after the person's last role. Our defaults, to be confirmed by the university."""
