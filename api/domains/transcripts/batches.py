"""The transcripts of a whole programme at once."""

from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.enrolment import service as enrolment
from api.domains.grading import service as grading
from api.domains.programmes import service as programmes
from api.domains.teaching import service as teaching
from api.domains.transcripts import service
from api.domains.transcripts.models import TranscriptRow
from api.domains.transcripts.schemas import TranscriptDraftsOut
from api.policy import Place, place
from api.unit import Unit

MOST: Final = 100
"""Drafts in one request: each costs a dozen short queries. Our choice."""


async def study_place(unit: Unit, study_id: UUID) -> Place:
    """Where the transcripts of a study lie. Raises NotFound."""
    study = await enrolment.find_study(unit, study_id)
    return place(person=study.person_id, unit=study.unit_id, programme=study.programme_id)


async def programme_place(unit: Unit, programme_id: UUID) -> Place:
    """Raises NotFound."""
    programme = await programmes.programme_brief(unit, programme_id)
    return place(unit=programme.unit_id, programme=programme.id)


async def draft_many(unit: Unit, programme_id: UUID, academic_session_id: UUID) -> TranscriptDraftsOut:
    """First editions for the students of a programme who have approved results in the semester and no transcript yet;
    at most MOST. Raises NotFound."""
    await teaching.session_brief(unit, academic_session_id)
    studies = await enrolment.studies_in_session(unit, programme_id, academic_session_id)
    known = set(
        await unit.session.scalars(
            select(TranscriptRow.study_id).where(
                TranscriptRow.programme_id == programme_id, TranscriptRow.academic_session_id == academic_session_id
            )
        )
    )
    found = TranscriptDraftsOut(made=0, existing=0, without_results=0)
    for study_id, person_id in studies.items():
        if found.made == MOST:
            break
        if study_id in known:
            found.existing += 1
            continue
        results = await grading.class_results(unit, person_id, academic_session_id)
        if any(one.study_id == study_id for one in results):
            await service.draft(unit, study_id, academic_session_id)
            found.made += 1
        else:
            found.without_results += 1
    return found
