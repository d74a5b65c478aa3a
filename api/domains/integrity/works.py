"""The works that integrity is about, as the domains that have them show them."""

from dataclasses import dataclass
from uuid import UUID

from api.domains.assignments import service as assignments
from api.domains.integrity.errors import SeveralAuthors
from api.domains.integrity.rules import WorkKind
from api.errors import NotFound, invalid
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Authored:
    """Whose work it is, of which task."""

    task_id: UUID
    person_id: UUID


async def find_author(unit: Unit, kind: WorkKind, work_id: UUID, person_id: UUID | None) -> Authored:
    """`person_id` is asked for where several have worked together. Raises NotFound, SeveralAuthors, InvalidFields for
    somebody whose work it is not."""
    if kind is WorkKind.ATTEMPT:
        raise NotFound()
    work = await assignments.submission_brief(unit, work_id)
    task_id, persons = work.assignment_id, list(work.persons)
    if person_id is None:
        if len(persons) != 1:
            raise SeveralAuthors()
        return Authored(task_id, persons[0])
    if person_id not in persons:
        raise invalid("/person_id", "not-the-author")
    return Authored(task_id, person_id)


async def words_of_task(unit: Unit, assignment_id: UUID) -> list[str]:
    """What everybody was given to read: the instructions, in every language. Raises NotFound."""
    return [str(words) for words in (await assignments.find_assignment(unit, assignment_id)).row.instructions.values()]
