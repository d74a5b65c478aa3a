"""Drafts, files, texts, and the moment of handing in. Whoever calls has asked the policy.

Every change of a draft asks for the window of its holder at the moment of writing: from the close on nothing changes.
Rows are locked in one order: the group, then the works of the holder.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from api.domains.assignments.definitions import Assignment
from api.domains.assignments.errors import (
    NothingToSubmit,
    NotInGroup,
    NoVersionsLeft,
    TooManyFiles,
    WorkMarked,
)
from api.domains.assignments.groups import find_group, group_of, members_of
from api.domains.assignments.models import (
    SubmissionFileRow,
    SubmissionPersonRow,
    SubmissionRow,
    SubmissionTextRow,
)
from api.domains.assignments.rules import (
    COUNTED,
    MOVES,
    RECEIPT_FORMAT,
    RECEIPT_PURPOSE,
    SubmissionState,
    TextRule,
    Window,
    content_digest,
    deduction,
    in_ms,
    joint_window,
    receipt_text,
    text_digest,
)
from api.domains.conditions import service as conditions
from api.domains.conditions.errors import TaskNotOpenYet, TaskOver
from api.domains.conditions.service import Conditions, TaskState
from api.domains.files import service as files
from api.domains.files.service import Described, Received
from api.domains.grading import service as grading
from api.domains.grading.service import WorkKind
from api.errors import NotAllowed, NotFound, check_move, invalid
from api.events import Event
from api.http.exchange import utc_text
from api.unit import Unit

CONTENT_PATH = "/v1/markings/{marking}/submission"
"""Where a marker reads a work."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose work it is: `persons` are one, or the members of a group."""

    id: UUID
    group_id: UUID | None
    persons: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Work:
    """A version with its files; `text` is None where there is none."""

    row: SubmissionRow
    persons: Sequence[UUID]
    files: Sequence[tuple[SubmissionFileRow, Described]]
    text: str | None


async def holder_of(unit: Unit, one: Assignment, person_id: UUID, *, lock: bool = False) -> Holder:
    """Raises NotInGroup."""
    if not one.is_for_groups:
        return Holder(person_id, None, [person_id])
    group_id = await group_of(unit, one.row.id, person_id)
    if group_id is None:
        raise NotInGroup()
    return await holder_by_group(unit, one, group_id, lock=lock)


async def holder_by_group(unit: Unit, one: Assignment, group_id: UUID, *, lock: bool = False) -> Holder:
    if lock:
        await find_group(unit, one.row.id, group_id, lock=True)
    return Holder(group_id, group_id, await members_of(unit, group_id))


def window_of(found: Conditions) -> Window:
    """What of one person's conditions matters for handing in."""
    return Window(
        found.opens_at,
        found.due_at.adjusted,
        found.closes_at.adjusted,
        found.attempts.adjusted,
    )


async def window_for(unit: Unit, one: Assignment, holder: Holder) -> tuple[Window, Mapping[UUID, Conditions]]:
    """The window of a work, and the conditions that it comes from. Of a group: the latest of its members'."""
    if len(holder.persons) == 1:
        person_id = holder.persons[0]
        found: Mapping[UUID, Conditions] = {person_id: await conditions.effective_conditions(unit, person_id, one.task)}
    else:
        found = await conditions.conditions_of_many(unit, one.task, holder.persons)
    return joint_window([window_of(each) for each in found.values()]), found


def require_open(unit: Unit, one: Assignment, window: Window) -> None:
    """Raises NotFound for one that students do not see, TaskNotOpenYet, TaskOver."""
    if one.task.state is TaskState.CANCELLED:
        raise TaskOver()
    if one.task.state is not TaskState.ANNOUNCED:
        raise NotFound()
    if unit.now < window.opens_at:
        raise TaskNotOpenYet(opens_at=utc_text(window.opens_at))
    if not window.is_open(unit.now):
        raise TaskOver()


async def begin_draft(unit: Unit, one: Assignment, person_id: UUID) -> tuple[SubmissionRow, bool]:
    """The draft of the person's next version, and whether it is new. Raises NotInGroup, TaskNotOpenYet, TaskOver,
    NoVersionsLeft."""
    holder = await holder_of(unit, one, person_id, lock=True)
    works = await _locked_works(unit, one.row.id, holder.id)
    window, _ = await window_for(unit, one, holder)
    require_open(unit, one, window)
    for row in works:
        if row.state == SubmissionState.DRAFT:
            return row, False
    _require_versions_left(works, window)
    row = SubmissionRow(
        id=uuid4(),  # similarity reports name works while marking is blind: the moment would say whose they are
        created_at=unit.now,
        assignment_id=one.row.id,
        holder_id=holder.id,
        group_id=holder.group_id,
        number=len(works) + 1,
        state=SubmissionState.DRAFT,
        text_version=0,
    )
    try:
        async with unit.session.begin_nested():
            unit.session.add(row)
    except IntegrityError:  # there was nothing to lock: another request has begun the draft in this moment
        for known in await _locked_works(unit, one.row.id, holder.id):
            if known.state == SubmissionState.DRAFT:
                return known, False
        raise
    await _write_persons(unit, row.id, holder.persons)
    unit.record("submission.begun", "submission", row.id, assignment=str(one.row.id))
    return row, True


async def _locked_works(unit: Unit, assignment_id: UUID, holder_id: UUID) -> Sequence[SubmissionRow]:
    rows = await unit.session.scalars(
        select(SubmissionRow)
        .where(SubmissionRow.assignment_id == assignment_id, SubmissionRow.holder_id == holder_id)
        .order_by(SubmissionRow.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


def _require_versions_left(works: Sequence[SubmissionRow], window: Window) -> None:
    if window.versions is not None and sum(row.state in COUNTED for row in works) >= window.versions:
        raise NoVersionsLeft(most=window.versions)


async def _write_persons(unit: Unit, submission_id: UUID, persons: Collection[UUID]) -> None:
    await unit.session.execute(delete(SubmissionPersonRow).where(SubmissionPersonRow.submission_id == submission_id))
    unit.session.add_all(
        SubmissionPersonRow(created_at=unit.now, submission_id=submission_id, person_id=person_id)
        for person_id in sorted(persons)
    )
    await unit.session.flush()


async def find_submission(unit: Unit, submission_id: UUID) -> SubmissionRow:
    """Raises NotFound."""
    row = await unit.session.get(SubmissionRow, submission_id)
    if row is None:
        raise NotFound()
    return row


async def persons_of(unit: Unit, row: SubmissionRow) -> list[UUID]:
    """Whose work it is: of a draft the members of the group as they are now, of a version that was handed in those of
    that moment, whoever has left since."""
    if row.group_id is not None and row.state == SubmissionState.DRAFT:
        return await members_of(unit, row.group_id)
    found = await unit.session.scalars(
        select(SubmissionPersonRow.person_id)
        .where(SubmissionPersonRow.submission_id == row.id)
        .order_by(SubmissionPersonRow.person_id)
    )
    return list(found)


async def open_draft(unit: Unit, one: Assignment, submission_id: UUID) -> tuple[SubmissionRow, Window]:
    """The draft, locked, while it may be changed. Raises NotFound, TaskNotOpenYet, TaskOver, MoveNotAllowed for what is
    no draft (any more)."""
    row = await find_submission(unit, submission_id)
    holder = await _holder_of_row(unit, one, row, lock=True)
    locked = await unit.session.get(SubmissionRow, submission_id, with_for_update=True, populate_existing=True)
    if locked is None:
        raise NotFound()
    check_move(MOVES, SubmissionState(locked.state), SubmissionState.SUBMITTED)
    window, _ = await window_for(unit, one, holder)
    require_open(unit, one, window)
    return locked, window


async def _holder_of_row(unit: Unit, one: Assignment, row: SubmissionRow, *, lock: bool) -> Holder:
    if row.group_id is None:
        return Holder(row.holder_id, None, [row.holder_id])
    return await holder_by_group(unit, one, row.group_id, lock=lock)


async def add_file(
    unit: Unit, one: Assignment, row: SubmissionRow, received: Received
) -> tuple[SubmissionFileRow, bool]:
    """Puts a received file into the open draft, and says whether it is new: the same bytes under the same name are
    there once, so that an upload that was repeated changes nothing. Raises TooManyFiles."""
    present = await files_of(unit, row.id)
    for known, described in present:
        if (described.sha256, described.name) == (received.sha256, received.name):
            return known, False
    if len(present) >= one.row.most_files:
        raise TooManyFiles(most=one.row.most_files)
    last = max((known.number for known, _ in present), default=0)
    file_id = await files.keep(unit, received, owner=unit.actor.person)
    added = SubmissionFileRow(
        created_at=unit.now,
        submission_id=row.id,
        number=last + 1,
        file_id=file_id,
        added_by=unit.actor.person,
    )
    unit.session.add(added)
    await unit.session.flush()
    unit.record("submission.file-added", "submission", row.id, file=str(file_id))
    return added, True


async def remove_file(unit: Unit, row: SubmissionRow, number: int) -> None:
    """Takes a file out of the open draft. Raises NotFound."""
    found = await unit.session.scalar(
        select(SubmissionFileRow).where(SubmissionFileRow.submission_id == row.id, SubmissionFileRow.number == number)
    )
    if found is None:
        raise NotFound()
    await unit.session.delete(found)
    await files.release(unit, [found.file_id])
    unit.record("submission.file-removed", "submission", row.id, file=str(found.file_id))


async def files_of(unit: Unit, submission_id: UUID) -> list[tuple[SubmissionFileRow, Described]]:
    """In the order in which they were added."""
    rows = await unit.session.scalars(
        select(SubmissionFileRow)
        .where(SubmissionFileRow.submission_id == submission_id)
        .order_by(SubmissionFileRow.number)
    )
    found = rows.all()
    described = await files.describe(unit, [row.file_id for row in found])
    return [(row, described[row.file_id]) for row in found]


async def find_work_file(unit: Unit, submission_id: UUID, number: int) -> UUID:
    """The id of the file. Raises NotFound."""
    found = await unit.session.scalar(
        select(SubmissionFileRow.file_id).where(
            SubmissionFileRow.submission_id == submission_id, SubmissionFileRow.number == number
        )
    )
    if found is None:
        raise NotFound()
    return UUID(str(found))


async def is_same_text(unit: Unit, row: SubmissionRow, content: str, language: str | None) -> bool:
    """Whether this very text is the one that counts."""
    return row.text_version > 0 and row.language == language and await text_of(unit, row) == content


async def save_text(unit: Unit, one: Assignment, row: SubmissionRow, content: str, language: str | None) -> None:
    """Stores another version of the text of the open draft. Raises InvalidFields where no text is asked for."""
    if one.row.text == TextRule.NONE:
        raise invalid("/content", "no-text-asked-for")
    row.text_version += 1
    row.language = language
    unit.session.add(
        SubmissionTextRow(
            created_at=unit.now,
            submission_id=row.id,
            version=row.text_version,
            content=content,
            saved_by=unit.actor.person,
        )
    )
    await unit.session.flush()


async def saved_text(unit: Unit, row: SubmissionRow, version: int | None = None) -> SubmissionTextRow | None:
    """The text as it was saved; the last one unless another version is asked for."""
    found: SubmissionTextRow | None = await unit.session.scalar(
        select(SubmissionTextRow).where(
            SubmissionTextRow.submission_id == row.id,
            SubmissionTextRow.version == (row.text_version if version is None else version),
        )
    )
    return found


async def text_of(unit: Unit, row: SubmissionRow) -> str | None:
    """The text that counts; None where there is none."""
    saved = await saved_text(unit, row) if row.text_version else None
    return None if saved is None else saved.content


async def work_of(unit: Unit, row: SubmissionRow) -> Work:
    """A version with all that belongs to it."""
    return Work(row, await persons_of(unit, row), await files_of(unit, row.id), await text_of(unit, row))


async def submit(unit: Unit, one: Assignment, submission_id: UUID) -> SubmissionRow:
    """Hands a draft in: it counts from now on, in place of the version before. A version that is handed in already
    stays as it is. Raises NotFound, TaskNotOpenYet, TaskOver, NoVersionsLeft, NothingToSubmit, MoveNotAllowed."""
    found = await find_submission(unit, submission_id)
    holder = await _holder_of_row(unit, one, found, lock=True)
    works = await _locked_works(unit, one.row.id, holder.id)
    row = next(work for work in works if work.id == submission_id)
    if row.state == SubmissionState.SUBMITTED:
        return row
    check_move(MOVES, SubmissionState(row.state), SubmissionState.SUBMITTED)
    window, sources = await window_for(unit, one, holder)
    require_open(unit, one, window)
    _require_versions_left(works, window)
    content, text = await files_of(unit, row.id), await text_of(unit, row)
    _require_content(one, content, text)
    for before in works:
        if before.state == SubmissionState.SUBMITTED:
            before.state = SubmissionState.SUPERSEDED
            await unit.session.flush()
            if one.row.line_item_id is not None:
                await grading.withdraw_marking(unit, before.id)
    lateness = window.lateness(unit.now)
    row.state = SubmissionState.SUBMITTED
    row.submitted_at, row.submitted_by = unit.now, unit.actor.person
    row.late_ms, row.deduction_percent = in_ms(lateness), deduction(lateness, one.row.penalty_percent)
    row.conditions = plain_window(window, sources)
    row.receipt = _receipt(unit, one, row, holder, content, text)
    row.receipt_seal = unit.keys.sign(row.receipt, RECEIPT_PURPOSE)
    await unit.session.flush()
    await _write_persons(unit, row.id, holder.persons)
    if one.row.line_item_id is not None:
        await grading.open_marking(
            unit,
            one.row.line_item_id,
            holder.persons,
            WorkKind.SUBMISSION,
            row.id,
            CONTENT_PATH,
            deduction_percent=Decimal(row.deduction_percent),
        )
    unit.record("submission.submitted", "submission", row.id, assignment=str(one.row.id), number=str(row.number))
    for person_id in holder.persons:
        await unit.emit(Event("submission.submitted", {"submission": row.id, "assignment": one.row.id}, person_id))
    return row


def _require_content(one: Assignment, content: Sequence[tuple[SubmissionFileRow, Described]], text: str | None) -> None:
    has_text = text is not None and bool(text.strip())
    if not (content or has_text) or (one.row.text == TextRule.REQUIRED and not has_text):
        raise NothingToSubmit()


def plain_window(window: Window, sources: Mapping[UUID, Conditions]) -> dict[str, Any]:
    """As it is kept with a work: moments as text, and the records that they come from."""
    records = {source.id: source.kind.value for each in sources.values() for source in each.sources}
    return {
        "due_at": None if window.due_at is None else utc_text(window.due_at),
        "closes_at": None if window.closes_at is None else utc_text(window.closes_at),
        "sources": [{"kind": kind, "id": str(id_)} for id_, kind in sorted(records.items())],
    }


def _receipt(
    unit: Unit,
    one: Assignment,
    row: SubmissionRow,
    holder: Holder,
    content: Sequence[tuple[SubmissionFileRow, Described]],
    text: str | None,
) -> str:
    digests = [described.sha256 or "" for _, described in content]
    return receipt_text(
        {
            "format": RECEIPT_FORMAT,
            "assignment": str(one.row.id),
            "submission": str(row.id),
            "number": row.number,
            "persons": sorted(str(person_id) for person_id in holder.persons),
            "submitted_at": utc_text(unit.now),
            "late_ms": row.late_ms,
            "files": [
                {"number": each.number, "name": described.name, "size": described.size, "sha256": described.sha256}
                for each, described in content
            ],
            "text_sha256": None if text is None else text_digest(text),
            "sha256": content_digest(digests, text),
        }
    )


async def withdraw(unit: Unit, one: Assignment, submission_id: UUID, reason: str) -> SubmissionRow:
    """Takes the version that counts back while the window is open: it is kept, and nobody marks it. Raises NotFound,
    NotAllowed for who has left the group's class, TaskOver, WorkMarked, MoveNotAllowed."""
    found = await find_submission(unit, submission_id)
    holder = await _holder_of_row(unit, one, found, lock=True)
    if unit.actor.person not in holder.persons:
        raise NotAllowed()
    works = await _locked_works(unit, one.row.id, holder.id)
    row = next(work for work in works if work.id == submission_id)
    check_move(MOVES, SubmissionState(row.state), SubmissionState.WITHDRAWN)
    window, _ = await window_for(unit, one, holder)
    require_open(unit, one, window)
    if one.row.line_item_id is not None and not await grading.withdraw_marking(unit, row.id):
        raise WorkMarked()
    row.state = SubmissionState.WITHDRAWN
    await unit.session.flush()
    unit.record("submission.withdrawn", "submission", row.id, reason=reason)
    for person_id in await persons_of(unit, row):
        await unit.emit(Event("submission.withdrawn", {"submission": row.id, "assignment": one.row.id}, person_id))
    return row


async def discard(unit: Unit, row: SubmissionRow) -> None:
    """Gives the open draft up."""
    row.state = SubmissionState.DISCARDED
    await unit.session.flush()
    unit.record("submission.discarded", "submission", row.id)
