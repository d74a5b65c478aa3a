"""What other domains may ask of assignments. Nothing here asks the policy: whoever calls has done so.

Events, told in the transaction: `submission.submitted` and `submission.withdrawn` (ids `submission`, `assignment`; the
person, once for each member of a group; who hears of the latter may refuse it with `WorkLookedAt`),
`submission-group.joined` (ids `group`, `assignment`; the person). The marking of a work is opened in the transaction
that hands it in, and withdrawn in the one that replaces it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.assignments import extending
from api.domains.assignments.deciding import decided_by
from api.domains.assignments.definitions import (
    Assignment,
    Grading,
    NewAssignment,
    announce,
    create_assignment,
    find_assignment,
)
from api.domains.assignments.groups import companies
from api.domains.assignments.handing_in import (
    add_file,
    begin_draft,
    files_of,
    find_submission,
    open_draft,
    persons_of,
    save_text,
    submit,
    text_of,
)
from api.domains.assignments.lateness import on_extension, on_moved, on_plan
from api.domains.assignments.models import SubmissionRow
from api.domains.assignments.rules import Forming, LateRule, SubmissionState, TextRule
from api.domains.assignments.sweeping import RETENTION
from api.domains.assignments.texts import MOST_FILE_BYTES, READABLE, Unreadable, words_in
from api.domains.conditions.service import TaskKind, formed_by, in_use_by, usable_by
from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileInfected, FileQuarantined
from api.errors import BodyTooLarge
from api.events import Listener
from api.unit import Unit

__all__ = [
    "LISTENERS",
    "RETENTION",
    "Assignment",
    "Begin",
    "Forming",
    "Grading",
    "LateRule",
    "NewAssignment",
    "SubmissionBrief",
    "SubmissionState",
    "TextRule",
    "WorkText",
    "add_file",
    "announce",
    "begin_draft",
    "create_assignment",
    "decided_by",
    "find_assignment",
    "handed_in",
    "open_draft",
    "save_text",
    "submission_brief",
    "submit",
    "text_of_work",
    "texts_of",
]


# So that everybody of a group is shown, and reminded of, the moment by which their work is late
formed_by(TaskKind.ASSIGNMENT, companies)
# So that nobody is promised time that they cannot use, or loses time that they use
usable_by(TaskKind.ASSIGNMENT, extending.require_usable)
in_use_by(TaskKind.ASSIGNMENT, extending.is_in_use)

LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "accommodation-plan.activated": [on_plan],
    "accommodation-plan.changed": [on_plan],
    "extension.granted": [on_extension],
    "task.moved": [on_moved],
}


@dataclass(frozen=True, slots=True)
class SubmissionBrief:
    """What other domains need of a version.."""

    id: UUID
    assignment_id: UUID
    class_id: UUID
    number: int
    state: SubmissionState
    persons: Sequence[UUID]
    submitted_at: datetime | None
    late_ms: int | None
    deduction_percent: int | None


Begin = Callable[[], AbstractAsyncContextManager[Unit]]
"""A unit of work that reads, as often as one is needed."""
_READERS: Final = ThreadPoolExecutor(2, "work-words")
"""So many files are read at a time, however many are asked for: each may take `pdf_words.MEMORY_BYTES`, and a core."""


@dataclass(frozen=True, slots=True)
class WorkText:
    """The words of the version that counts: its text, then those of its files. `unread` are the numbers of files of
    which none could be taken, with the reason (of `Unreadable`, `not-served`), or not those of every page
    (`some-pages`), so that nobody takes silence for originality."""

    submission_id: UUID
    persons: Sequence[UUID]
    text: str
    unread: Sequence[tuple[int, str]]


async def submission_brief(unit: Unit, submission_id: UUID) -> SubmissionBrief:
    """Raises NotFound."""
    row = await find_submission(unit, submission_id)
    one = await find_assignment(unit, row.assignment_id)
    return SubmissionBrief(
        id=row.id,
        assignment_id=row.assignment_id,
        class_id=one.row.class_id,
        number=row.number,
        state=SubmissionState(row.state),
        persons=await persons_of(unit, row),
        submitted_at=row.submitted_at,
        late_ms=row.late_ms,
        deduction_percent=row.deduction_percent,
    )


async def texts_of(begin: Begin, assignment_id: UUID) -> list[WorkText]:
    """Of every work that was handed in, the version that counts, in the order of their ids. Takes long for many files:
    for jobs, not for requests."""
    async with begin() as unit:
        ids = await handed_in(unit, assignment_id)
    return [await text_of_work(begin, id_) for id_ in ids]


async def handed_in(unit: Unit, assignment_id: UUID) -> Sequence[UUID]:
    """The versions that count of all works that were handed in, in the order of their ids."""
    table = SubmissionRow
    is_counted = (table.assignment_id == assignment_id, table.state == SubmissionState.SUBMITTED)
    return (await unit.session.scalars(select(table.id).where(*is_counted).order_by(table.id))).all()


async def text_of_work(begin: Begin, submission_id: UUID) -> WorkText:
    """Of one version. Reading a file may take most of a minute, so nothing is held meanwhile: each unit of work that
    `begin` gives has ended by then. Raises NotFound."""
    parts: list[str] = []
    unread: list[tuple[int, str]] = []
    async with begin() as unit:
        row = await find_submission(unit, submission_id)
        persons, text, found = await persons_of(unit, row), await text_of(unit, row), await files_of(unit, row.id)
    if text is not None:
        parts.append(text)
    for one, described in found:
        try:
            if described.media_type not in READABLE:
                raise Unreadable("type")
            async with begin() as unit:
                data = await files.read_bytes(unit, one.file_id, MOST_FILE_BYTES)
            words = await asyncio.get_running_loop().run_in_executor(_READERS, words_in, described.media_type, data)
            parts.append(words.text)
            if words.lacks_pages:
                unread.append((one.number, "some-pages"))
        except Unreadable as error:
            unread.append((one.number, error.reason))
        except BodyTooLarge:
            unread.append((one.number, "too-large"))
        except (FileInfected, FileQuarantined, FileDamaged):
            unread.append((one.number, "not-served"))
    return WorkText(submission_id, persons, "\n\n".join(parts), unread)
