"""Assignments as instructors define them. Whoever calls has asked the policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from api.domains.assignments.errors import FixedOnceAnnounced, TooManyFiles
from api.domains.assignments.models import AssignmentFileRow, AssignmentRow
from api.domains.assignments.rules import Forming, LateRule, TextRule
from api.domains.conditions import service as conditions
from api.domains.conditions.service import NewTask, Task, TaskKind, TaskState
from api.domains.files import service as files
from api.domains.files.service import FileRules, Received
from api.domains.grading import service as grading
from api.domains.teaching.service import ClassBrief
from api.errors import NotFound, invalid
from api.policy import Place
from api.unit import Unit

MOST_OWN_FILES: Final = 50
MOST_POINTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Grading:
    """What the line item of an assignment will be."""

    code: str
    category: grading.Category = grading.Category.ASSIGNMENT
    weight: Decimal = Decimal(0)
    max_points: Decimal = Decimal(100)
    rubric_version_id: UUID | None = None
    is_blind: bool = False
    second_marker: bool = False
    threshold: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """`grading` None: practice, which never touches the journal. `due_at` None: the close."""

    class_id: UUID
    titles: Mapping[str, str]
    instructions: Mapping[str, str]
    opens_at: datetime
    closes_at: datetime
    due_at: datetime | None = None
    late: LateRule = LateRule.REFUSED
    penalty_percent: int = 0
    versions: int | None = None
    most_files: int = 5
    most_bytes: int = 20_000_000
    media_types: Sequence[str] | None = None
    text: TextRule = TextRule.OPTIONAL
    forming: Forming = Forming.NONE
    group_size: int = 1
    grading: Grading | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment with its task."""

    row: AssignmentRow
    task: Task
    files: Sequence[AssignmentFileRow] = field(default=())

    @property
    def place(self) -> Place:
        """For `unit.require`: that of the class."""
        programmes = frozenset[UUID]() if self.row.programme_id is None else frozenset({self.row.programme_id})
        return Place(units=frozenset({self.row.unit_id}), programmes=programmes, classes=frozenset({self.row.class_id}))

    @property
    def is_for_groups(self) -> bool:
        return self.row.forming != Forming.NONE

    @property
    def file_rules(self) -> FileRules:
        types = self.row.media_types
        return FileRules(self.row.most_bytes, None if types is None else frozenset(types))


async def create_assignment(unit: Unit, brief: ClassBrief, new: NewAssignment) -> UUID:
    """A draft. Raises WindowInvalid, InvalidFields."""
    _check(new)
    task_id = await conditions.create_task(
        unit,
        NewTask(
            TaskKind.ASSIGNMENT,
            brief.id,
            new.titles,
            new.opens_at,
            new.closes_at,
            new.due_at,
            attempts=new.versions,
            is_self_check=new.grading is None,
        ),
    )
    row = AssignmentRow(
        id=task_id,
        created_at=unit.now,
        class_id=brief.id,
        unit_id=brief.unit_id,
        programme_id=brief.programme_id,
        instructions=dict(new.instructions),
        late=new.late,
        penalty_percent=new.penalty_percent,
        most_files=new.most_files,
        most_bytes=new.most_bytes,
        media_types=None if new.media_types is None else sorted(set(new.media_types)),
        text=new.text,
        forming=new.forming,
        group_size=new.group_size,
        grading={} if new.grading is None else _plain(new.grading),
        created_by=unit.actor.person,
        changed_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("assignment.created", "assignment", row.id, class_=str(brief.id))
    return row.id


def _check(new: NewAssignment) -> None:
    due_at = new.due_at or new.closes_at
    if new.late is LateRule.REFUSED and due_at != new.closes_at:
        raise invalid("/due_at", "late-refused-closes-when-due")
    if new.late is LateRule.REFUSED and new.penalty_percent:
        raise invalid("/penalty_percent", "no-penalty-without-late")
    if new.grading is not None and not 0 < new.grading.max_points <= MOST_POINTS:
        raise invalid("/grading/max_points", "no-points")
    if new.most_files == 0 and new.text is TextRule.NONE:
        raise invalid("/text", "nothing-asked-for")
    if (new.forming is Forming.NONE) != (new.group_size == 1):
        raise invalid("/group_size", "group-size-and-forming")
    for place, one in enumerate(new.media_types or ()):
        if one not in files.KNOWN_TYPES:
            raise invalid(f"/media_types/{place}", "unknown-file-type")


def _plain(one: Grading) -> dict[str, Any]:
    return {
        "code": one.code,
        "category": one.category.value,
        "weight": str(one.weight),
        "max_points": str(one.max_points),
        "rubric_version_id": None if one.rubric_version_id is None else str(one.rubric_version_id),
        "is_blind": one.is_blind,
        "second_marker": one.second_marker,
        "threshold": str(one.threshold),
    }


async def find_assignment(unit: Unit, assignment_id: UUID, *, lock: bool = False) -> Assignment:
    """Raises NotFound."""
    row = await unit.session.get(AssignmentRow, assignment_id, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return Assignment(row, await conditions.find_task(unit, assignment_id), await own_files(unit, assignment_id))


async def own_files(unit: Unit, assignment_id: UUID) -> Sequence[AssignmentFileRow]:
    rows = await unit.session.scalars(
        select(AssignmentFileRow)
        .where(AssignmentFileRow.assignment_id == assignment_id, AssignmentFileRow.removed_at.is_(None))
        .order_by(AssignmentFileRow.number)
    )
    return rows.all()


FIXED: Final = ("late", "text", "forming", "group_size", "grading")
"""What students rely on. The penalty may still become smaller."""
_LOOSE: Final = frozenset({"instructions", "penalty_percent", "most_files", "most_bytes", "media_types"})
"""May be changed after the assignment was announced: more help, not other work."""


async def change_assignment(unit: Unit, one: Assignment, changes: Mapping[str, Any], reason: str) -> None:
    """Writes the fields of NewAssignment that are in `changes` into the locked assignment. Other times move everybody's
    window with it. Raises WindowInvalid, InvalidFields, FixedOnceAnnounced, MoveNotAllowed."""
    row, task = one.row, one.task
    if task.state is not TaskState.DRAFT:
        for name in changes:
            if name in FIXED:
                raise FixedOnceAnnounced(part=name)
        if changes.get("penalty_percent", 0) > row.penalty_percent:
            raise FixedOnceAnnounced(part="penalty_percent")
    new = NewAssignment(
        **{
            "class_id": row.class_id,
            "titles": task.titles,
            "instructions": row.instructions,
            "opens_at": task.opens_at,
            "closes_at": task.closes_at,
            "due_at": None if row.late == LateRule.REFUSED and "due_at" not in changes else task.due_at,
            "late": LateRule(row.late),
            "penalty_percent": row.penalty_percent,
            "versions": task.attempts,
            "most_files": row.most_files,
            "most_bytes": row.most_bytes,
            "media_types": row.media_types,
            "text": TextRule(row.text),
            "forming": Forming(row.forming),
            "group_size": row.group_size,
            **changes,
        }
    )
    _check(new)
    if {"titles", "opens_at", "due_at", "closes_at", "versions"} & set(changes):
        await conditions.move_task(
            unit,
            row.id,
            reason=reason,
            titles=changes.get("titles"),
            opens_at=changes.get("opens_at"),
            due_at=new.due_at or new.closes_at,
            closes_at=changes.get("closes_at"),
            attempts=changes.get("versions"),
        )
    for name in (*_LOOSE, "late", "text", "forming", "group_size"):
        value = getattr(new, name)
        setattr(row, name, sorted(set(value)) if name == "media_types" and value is not None else value)
    row.instructions = dict(new.instructions)
    if "grading" in changes:
        row.grading = {} if new.grading is None else _plain(new.grading)
    _touch(row, unit.now)
    await unit.session.flush()
    unit.record("assignment.changed", "assignment", row.id, fields=" ".join(sorted(changes)), reason=reason)


async def announce(unit: Unit, one: Assignment) -> None:
    """Students see it from now on; its column of the journal is made. Raises MoveNotAllowed, LineItemExists."""
    await conditions.announce_task(unit, one.row.id)
    if one.row.grading:
        values = one.row.grading
        rubric = values["rubric_version_id"]
        one.row.line_item_id = await grading.create_line_item(
            unit,
            grading.NewLineItem(
                class_id=one.row.class_id,
                code=values["code"],
                titles=one.task.titles,
                category=grading.Category(values["category"]),
                weight=Decimal(values["weight"]),
                max_points=Decimal(values["max_points"]),
                task_id=one.row.id,
                rubric_version_id=None if rubric is None else UUID(rubric),
                is_blind=values["is_blind"],
                second_marker=values["second_marker"],
                threshold=Decimal(values["threshold"]),
            ),
        )
    one.row.announced_at = unit.now
    _touch(one.row, unit.now)
    await unit.session.flush()


async def cancel(unit: Unit, one: Assignment, reason: str) -> None:
    """Nothing more is taken. What was handed in stays. Raises MoveNotAllowed."""
    await conditions.cancel_task(unit, one.row.id, reason)
    _touch(one.row, unit.now)
    await unit.session.flush()


def _touch(row: AssignmentRow, now: datetime) -> None:
    """Its entity tag changes, also when only the task did, or twice at one moment."""
    row.changed_at = now
    flag_modified(row, "changed_at")


async def attach(unit: Unit, one: Assignment, received: Received, language: str | None) -> AssignmentFileRow:
    """A file of the assignment itself. Raises TooManyFiles, MoveNotAllowed."""
    if len(one.files) >= MOST_OWN_FILES:
        raise TooManyFiles(most=MOST_OWN_FILES)
    last = await unit.session.scalar(
        select(AssignmentFileRow.number)
        .where(AssignmentFileRow.assignment_id == one.row.id)
        .order_by(AssignmentFileRow.number.desc())
        .limit(1)
    )
    file_id = await files.keep(unit, received, owner=None)
    row = AssignmentFileRow(
        created_at=unit.now, assignment_id=one.row.id, file_id=file_id, number=(last or 0) + 1, language=language
    )
    unit.session.add(row)
    _touch(one.row, unit.now)
    await unit.session.flush()
    unit.record("assignment.file-added", "assignment", one.row.id, file=str(file_id))
    return row


async def detach(unit: Unit, one: Assignment, number: int) -> None:
    """Nobody gets the file any more; it stays on record. Raises NotFound."""
    row = find_file(one, number)
    row.removed_at = unit.now
    _touch(one.row, unit.now)
    await unit.session.flush()
    unit.record("assignment.file-removed", "assignment", one.row.id, file=str(row.file_id))


def find_file(one: Assignment, number: int) -> AssignmentFileRow:
    """Raises NotFound."""
    for row in one.files:
        if row.number == number:
            return row
    raise NotFound()
