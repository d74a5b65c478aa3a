"""The columns of a class's journal: made by hand, or for a test or an assignment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select

from api.domains.conditions.service import TaskKind, find_task
from api.domains.grading.errors import LineItemExists, LineItemInUse, PlanFixed, PlanIncomplete, SelfCheckNotGraded
from api.domains.grading.models import ClassResultRow, JournalEntryRow, LineItemRow, MarkingWorkRow
from api.domains.grading.rubrics import class_of_version, criteria_of
from api.domains.grading.rules import (
    LINE_ITEM_MOVES,
    Category,
    LineItemState,
    ResultState,
    exact,
    is_whole,
    sum_of_weights,
)
from api.domains.teaching.service import class_brief
from api.errors import NotFound, check_move, invalid
from api.events import Event
from api.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLineItem:
    """A column of the journal. `weight` is its part of the class result, `max_points` what it is out of; both are
    rounded to hundredths. `threshold` is by how many points two markers may differ."""

    class_id: UUID
    code: str
    titles: Mapping[str, str]
    category: Category = Category.OTHER
    weight: Decimal = Decimal(0)
    max_points: Decimal = Decimal(100)
    task_id: UUID | None = None
    rubric_version_id: UUID | None = None
    is_blind: bool = False
    second_marker: bool = False
    threshold: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineItem:
    """What other domains may know of a line item."""

    id: UUID
    class_id: UUID
    task_id: UUID | None
    code: str
    titles: Mapping[str, str]
    category: Category
    weight: Decimal
    max_points: Decimal
    rubric_version_id: UUID | None
    is_blind: bool
    second_marker: bool
    threshold: Decimal
    state: LineItemState
    released_at: datetime | None
    version: int

    @property
    def is_released(self) -> bool:
        return self.state is LineItemState.RELEASED


_TABLE: Final = LineItemRow
_C: Final = LineItemRow.__table__.c
_COLUMNS: Final = select(
    *(_C.id, _C.class_id, _C.task_id, _C.code, _C.titles, _C.category, _C.weight, _C.max_points),
    *(_C.rubric_version_id, _C.is_blind, _C.second_marker, _C.threshold, _C.state, _C.released_at, _C.version),
)
_ONE: Final = _COLUMNS.where(_C.id == bindparam("line_item_id"))
_KEPT: Final = _ONE.with_for_update(read=True, key_share=True)
_LOCKED: Final = _ONE.with_for_update()
_OF_TASK: Final = _COLUMNS.where(_C.task_id == bindparam("task_id"))


def as_line_item(row: Row[*tuple[Any, ...]]) -> LineItem:
    values = row._asdict()
    return LineItem(
        **{**values, "category": Category(values["category"]), "state": LineItemState(values["state"])},
    )


async def create_line_item(unit: Unit, new: NewLineItem) -> UUID:
    """Adds a column to the journal of a class. Raises NotFound for a class or task that is not there,
    SelfCheckNotGraded, LineItemExists, InvalidFields."""
    await class_brief(unit, new.class_id, lock=True)
    await _check_task(unit, new)
    await check_rubric(unit, new.class_id, new.rubric_version_id, exact(new.max_points))
    known = await unit.session.scalar(
        select(_TABLE.id).where(
            (_TABLE.class_id == new.class_id) & (_TABLE.code == new.code)
            if new.task_id is None
            else (_TABLE.task_id == new.task_id) | ((_TABLE.class_id == new.class_id) & (_TABLE.code == new.code))
        )
    )
    if known is not None:
        raise LineItemExists(line_item_id=known)
    row = LineItemRow(
        created_at=unit.now,
        class_id=new.class_id,
        task_id=new.task_id,
        code=new.code,
        titles=dict(new.titles),
        category=new.category,
        weight=exact(new.weight),
        max_points=exact(new.max_points),
        rubric_version_id=new.rubric_version_id,
        is_blind=new.is_blind,
        second_marker=new.second_marker,
        threshold=exact(new.threshold),
        state=LineItemState.OPEN,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("line-item.created", "line-item", row.id, class_=str(new.class_id))
    await unit.emit(Event("line-item.created", {"line-item": row.id, "class": new.class_id}))
    return row.id


async def _check_task(unit: Unit, new: NewLineItem) -> None:
    if new.task_id is None:
        return
    task = await find_task(unit, new.task_id)
    if task.class_id != new.class_id:
        raise invalid("/task_id", "no-such-object")
    if task.is_self_check:
        raise SelfCheckNotGraded()


async def check_rubric(unit: Unit, class_id: UUID, version_id: UUID | None, max_points: Decimal) -> None:
    """A rubric of the class, whose criteria come to the line item's points. Raises InvalidFields."""
    if version_id is None:
        return
    if await class_of_version(unit, version_id) != class_id:
        raise invalid("/rubric_version_id", "no-such-object")
    whole = sum((one.max_points for one in await criteria_of(unit, version_id)), Decimal(0))
    if whole != max_points:
        raise invalid("/rubric_version_id", "rubric-sum", points=str(whole), max_points=str(max_points))


async def line_item(unit: Unit, line_item_id: UUID, *, keep: bool = False, lock: bool = False) -> LineItem:
    """`keep`: it stays as it is until the transaction ends, though others may keep it too; `lock`: for one who changes
    it. Raises NotFound."""
    query = _LOCKED if lock else _KEPT if keep else _ONE
    row = (await unit.session.execute(query, {"line_item_id": line_item_id})).one_or_none()
    if row is None:
        raise NotFound()
    return as_line_item(row)


async def line_item_of_task(unit: Unit, task_id: UUID) -> LineItem | None:
    """None for a task whose results are not in the journal."""
    row = (await unit.session.execute(_OF_TASK, {"task_id": task_id})).one_or_none()
    return None if row is None else as_line_item(row)


async def line_items_of_tasks(unit: Unit, task_ids: Iterable[UUID]) -> dict[UUID, LineItem]:
    """By task, of those that have one."""
    rows = await unit.session.execute(_COLUMNS.where(_TABLE.task_id.in_(list(task_ids))))
    return {row.task_id: as_line_item(row) for row in rows}


async def line_items_of_class(unit: Unit, class_id: UUID) -> list[LineItem]:
    """All columns of a class's journal, in the order in which they were made."""
    rows = await unit.session.execute(_COLUMNS.where(_TABLE.class_id == class_id).order_by(_TABLE.id))
    return [as_line_item(row) for row in rows]


async def is_blind(unit: Unit, line_item_id: UUID) -> bool:
    """Whether nobody who marks may learn whose works these are: blind, and not yet released. Raises NotFound."""
    one = await line_item(unit, line_item_id)
    return one.is_blind and not one.is_released


async def is_released(unit: Unit, line_item_id: UUID) -> bool:
    """Whether students see their grades of it. Raises NotFound."""
    return (await line_item(unit, line_item_id)).is_released


# Changing


async def find_row(unit: Unit, line_item_id: UUID, *, lock: bool = False) -> LineItemRow:
    """For those who change it. Raises NotFound."""
    row = await unit.session.get(LineItemRow, line_item_id, with_for_update=lock or None, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


_FREE: Final = frozenset({"titles", "category"})
"""What may change at any time: it says nothing of what grades are worth."""


async def change_line_item(unit: Unit, row: LineItemRow, fields: Mapping[str, Any]) -> None:
    """Writes some fields of a locked line item. What grades are out of, and how they come about, changes only as long
    as there are none; what a test is out of, its questions say. Raises LineItemInUse, PlanFixed, InvalidFields."""
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if "weight" in changed:
        await _refuse_fixed(unit, row.class_id)
    if changed.keys() - _FREE - {"weight"} and await is_in_use(unit, row.id):
        raise LineItemInUse()
    if "max_points" in changed and await _is_of_test(unit, row):
        raise invalid("/max_points", "points-of-test", max_points=str(row.max_points))
    for name, value in changed.items():
        setattr(row, name, value)
    if changed.keys() & {"rubric_version_id", "max_points"}:
        await check_rubric(unit, row.class_id, row.rubric_version_id, row.max_points)
    await unit.session.flush()
    unit.record("line-item.changed", "line-item", row.id, fields=" ".join(sorted(changed)))


async def _is_of_test(unit: Unit, row: LineItemRow) -> bool:
    return row.task_id is not None and (await find_task(unit, row.task_id)).kind is TaskKind.TEST


async def is_in_use(unit: Unit, line_item_id: UUID) -> bool:
    """Whether somebody has a grade or a work there."""
    for model in (JournalEntryRow, MarkingWorkRow):
        query = select(model.id).where(model.line_item_id == line_item_id).limit(1)
        if await unit.session.scalar(query) is not None:
            return True
    return False


async def _refuse_fixed(unit: Unit, class_id: UUID) -> None:
    query = select(func.count()).where(
        ClassResultRow.class_id == class_id, ClassResultRow.state == ResultState.APPROVED
    )
    if await unit.session.scalar(query):
        raise PlanFixed()


async def set_plan(unit: Unit, class_id: UUID, weights: Mapping[UUID, Decimal]) -> None:
    """The weights of all line items of a locked class at once; those that are not named weigh nothing. Raises
    PlanIncomplete, PlanFixed, InvalidFields."""
    await _refuse_fixed(unit, class_id)
    rows = await unit.session.scalars(
        select(LineItemRow)
        .where(LineItemRow.class_id == class_id, LineItemRow.state != LineItemState.CANCELLED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    items = {row.id: row for row in rows}
    for place, id_ in enumerate(weights):
        if id_ not in items:
            raise invalid(f"/weights/{place}/line_item_id", "no-such-object")
    if not is_whole(weights.values()):
        raise PlanIncomplete(sum=str(sum_of_weights(weights.values())))
    for id_, row in items.items():
        row.weight = exact(weights.get(id_, Decimal(0)))
    await unit.session.flush()
    unit.record("grading-plan.set", "class", class_id)


async def cancel_line_item(unit: Unit, row: LineItemRow) -> None:
    """It counts no longer; its history stays. Raises MoveNotAllowed, PlanFixed."""
    check_move(LINE_ITEM_MOVES, LineItemState(row.state), LineItemState.CANCELLED)
    await _refuse_fixed(unit, row.class_id)
    row.state = LineItemState.CANCELLED
    await unit.session.flush()
    unit.record("line-item.cancelled", "line-item", row.id, class_=str(row.class_id))
