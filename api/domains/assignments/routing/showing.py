"""How assignments and works are shown."""

from collections.abc import Sequence
from uuid import UUID

from api.domains.assignments.definitions import Assignment
from api.domains.assignments.handing_in import Work
from api.domains.assignments.models import SubmissionGroupRow
from api.domains.assignments.rules import Forming, LateRule, SubmissionState, TextRule
from api.domains.assignments.schemas import (
    AssignmentLine,
    AssignmentOut,
    GradingOut,
    MemberOut,
    MineOut,
    OwnFileOut,
    SourceOut,
    SubmissionGroupOut,
    SubmissionOut,
    WorkFileOut,
)
from api.domains.assignments.seeing import Mine, is_staff, mine, sees_conditions, takes
from api.domains.conditions.service import TaskState
from api.domains.files import service as files
from api.domains.files.service import Described
from api.domains.grading.service import Category
from api.domains.people.service import full_names
from api.unit import Unit


async def show_assignment(unit: Unit, one: Assignment) -> AssignmentOut:
    """As the actor may see it."""
    staff = is_staff(unit, one)
    own = await mine(unit, one, unit.actor.person) if takes(unit, one) and unit.actor.person is not None else None
    is_open = own is not None and one.task.state is TaskState.ANNOUNCED and own.window.is_open(unit.now)
    row, task = one.row, one.task
    return AssignmentOut(
        id=row.id,
        class_id=row.class_id,
        titles=dict(task.titles),
        instructions=row.instructions if staff or is_open or _is_past(unit, own) else {},
        state=task.state,
        opens_at=task.opens_at,
        due_at=task.due_at,
        closes_at=task.closes_at,
        late=LateRule(row.late),
        penalty_percent=row.penalty_percent,
        versions=task.attempts,
        most_files=row.most_files,
        most_bytes=row.most_bytes,
        media_types=row.media_types,
        text=TextRule(row.text),
        forming=Forming(row.forming),
        group_size=row.group_size,
        files=await _own_files(unit, one) if staff or is_open else [],
        grading=_show_grading(one) if staff and row.grading else None,
        mine=None if own is None else show_mine(unit, one, own),
        version=row.version,
    )


def _is_past(unit: Unit, own: Mine | None) -> bool:
    """What was asked may be read after the end too."""
    return own is not None and unit.now >= own.window.opens_at


async def _own_files(unit: Unit, one: Assignment) -> list[OwnFileOut]:
    described = await files.describe(unit, [row.file_id for row in one.files])
    return [
        OwnFileOut(
            number=row.number,
            name=described[row.file_id].name,
            media_type=described[row.file_id].media_type,
            size=described[row.file_id].size,
            language=row.language,
        )
        for row in one.files
    ]


def _show_grading(one: Assignment) -> GradingOut:
    values = one.row.grading
    return GradingOut(
        line_item_id=one.row.line_item_id,
        code=values["code"],
        category=Category(values["category"]),
        weight=values["weight"],
        max_points=values["max_points"],
        is_blind=values["is_blind"],
        second_marker=values["second_marker"],
    )


def show_line(unit: Unit, one: Assignment, own: Mine | None) -> AssignmentLine:
    return AssignmentLine(
        id=one.row.id,
        class_id=one.row.class_id,
        titles=dict(one.task.titles),
        state=one.task.state,
        opens_at=one.task.opens_at,
        due_at=one.task.due_at,
        closes_at=one.task.closes_at,
        mine=None if own is None else show_mine(unit, one, own),
    )


def show_mine(unit: Unit, one: Assignment, own: Mine) -> MineOut:
    """Of others' records in a group nothing is shown but the moments that follow from them."""
    latest = own.latest
    form = own.own.alternative_form.adjusted
    return MineOut(
        opens_at=own.window.opens_at,
        due_at=own.window.due_at,
        closes_at=own.window.closes_at,
        is_open=one.task.state is TaskState.ANNOUNCED and own.window.is_open(unit.now),
        versions=own.window.versions,
        versions_used=own.versions_used,
        state=None if latest is None else SubmissionState(latest.state),
        standing=own.standing,
        submission_id=None if latest is None else latest.id,
        submitted_at=None if latest is None else latest.submitted_at,
        group_id=None if own.holder is None else own.holder.group_id,
        needs_group=own.holder is None,
        alternative_task=own.own.alternative_task.adjusted,
        alternative_form=None if form is None else form.value,
        sources=[SourceOut(kind=source.kind.value, id=source.id) for source in own.own.sources],
    )


def show_work(unit: Unit, one: Assignment, work: Work) -> SubmissionOut:
    row, is_late_shown = work.row, sees_conditions(unit, one, work.persons)
    return SubmissionOut(
        id=row.id,
        assignment_id=row.assignment_id,
        number=row.number,
        state=SubmissionState(row.state),
        persons=list(work.persons),
        group_id=row.group_id,
        files=[show_file(each.number, described) for each, described in work.files],
        text_version=row.text_version,
        language=row.language,
        begun_at=row.created_at,
        submitted_at=row.submitted_at,
        late_ms=row.late_ms if is_late_shown else None,
        deduction_percent=row.deduction_percent if is_late_shown else None,
        has_receipt=bool(row.receipt),
    )


def show_file(number: int, one: Described) -> WorkFileOut:
    return WorkFileOut(
        number=number,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        sha256=one.sha256,
        is_mismatch=one.is_mismatch,
        scan=one.scan,
        is_served=one.is_served,
    )


async def show_groups(
    unit: Unit, rows: Sequence[tuple[SubmissionGroupRow, Sequence[UUID]]]
) -> list[SubmissionGroupOut]:
    names = await full_names(unit, [person for _, persons in rows for person in persons])
    return [
        SubmissionGroupOut(
            id=row.id,
            number=row.number,
            is_closed=row.is_closed,
            members=[MemberOut(person_id=person, name=names[person]) for person in persons],
            version=row.version,
        )
        for row, persons in rows
    ]
