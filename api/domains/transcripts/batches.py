"""The transcripts of a whole programme at once."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy import select

from api.domains.enrolment import service as enrolment
from api.domains.grading import service as grading
from api.domains.programmes import service as programmes
from api.domains.teaching import service as teaching
from api.domains.transcripts import service
from api.domains.transcripts.models import TranscriptRow
from api.domains.transcripts.schemas import (
    MOST,
    TranscriptApprovalOut,
    TranscriptApprovalsOut,
    TranscriptDraftsOut,
    TranscriptToApprove,
)
from api.errors import Problem, problem_body
from api.policy import Place, place
from api.unit import Unit


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


async def approve_many(
    unit: Unit,
    wanted: Sequence[TranscriptToApprove],
    approve: Callable[[TranscriptRow, str], Awaitable[None]],
    language: str,
) -> TranscriptApprovalsOut:
    """Each by itself, in the order of their ids, so that two requests at once wait for each other: what a refused one
    had begun is undone with its events and audit entries, the others are approved. `approve` asks the policy first."""
    found = {}
    for one in sorted({one.id: one for one in wanted}.values(), key=lambda one: one.id):
        told, recorded, endings = len(unit.events), len(unit.entries), dict(unit.endings)
        try:
            async with unit.session.begin_nested():
                row = await service.find_transcript(unit, one.id, to_change=True)
                await approve(row, one.digest)
        except Problem as problem:
            del unit.events[told:], unit.entries[recorded:]
            unit.endings = endings
            body = problem_body(problem, language)
            found[one.id] = TranscriptApprovalOut(
                id=one.id,
                is_approved=False,
                problem=problem.slug,
                title=body["title"],
                detail=body["errors"][0]["message"] if problem.fields else body["detail"],
            )
        else:
            found[one.id] = TranscriptApprovalOut(id=row.id, is_approved=True, number=row.number, digest=row.digest)
    shown = [found[id_] for id_ in dict.fromkeys(one.id for one in wanted)]
    approved = sum(one.is_approved for one in shown)
    return TranscriptApprovalsOut(transcripts=shown, approved=approved, refused=len(shown) - approved)
