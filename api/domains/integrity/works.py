"""The works that integrity is about, as the domains that have them show them."""

from dataclasses import dataclass
from uuid import UUID

from api.domains.assignments import service as assignments
from api.domains.grading import service as grading
from api.domains.integrity.errors import SeveralAuthors
from api.domains.integrity.rules import WorkKind
from api.domains.tests import service as tests
from api.errors import NotFound, invalid
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class WorkBrief:
    """Of which task it is, and whose."""

    task_id: UUID
    persons: tuple[UUID, ...]

    def author(self, person_id: UUID | None) -> UUID:
        """`person_id` is needed where several have worked together. Raises SeveralAuthors, InvalidFields for somebody
        whose work it is not."""
        if person_id is None:
            if len(self.persons) != 1:
                raise SeveralAuthors()
            return self.persons[0]
        if person_id not in self.persons:
            raise invalid("/person_id", "not-the-author")
        return person_id


async def work_brief(unit: Unit, kind: WorkKind, work_id: UUID) -> WorkBrief:
    """Raises NotFound, also for what was not handed in: a draft is nobody's business."""
    if kind is WorkKind.ATTEMPT:
        attempt = await tests.attempt_brief(unit, work_id)
        return WorkBrief(attempt.test_id, (attempt.person_id,))
    work = await assignments.submission_brief(unit, work_id)
    if work.submitted_at is None:
        raise NotFound()
    return WorkBrief(work.assignment_id, tuple(work.persons))


async def annulled_work(unit: Unit, kind: WorkKind, work_id: UUID) -> grading.AnnulledWork:
    """As the journal has to know it."""
    instead = await tests.result_without(unit, work_id) if kind is WorkKind.ATTEMPT else None
    return grading.AnnulledWork(grading.WorkKind(kind.value), work_id, instead)


async def words_of_task(unit: Unit, assignment_id: UUID) -> list[str]:
    """What everybody was given to read: the instructions, in every language. Raises NotFound."""
    return [str(words) for words in (await assignments.find_assignment(unit, assignment_id)).row.instructions.values()]
