"""The columns of a class's journal: made by hand, or for a test or an assignment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from api.domains.grading.errors import LineItemExists, SelfCheckNotGraded
from api.domains.grading.models import LineItemRow
from api.domains.grading.rules import Category, LineItemState, exact
from api.domains.teaching.service import class_brief
from api.errors import NotFound
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
    is_self_check: bool = False
    """Of the task: such a one is refused."""
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
_COLUMNS: Final = select(
    *(_TABLE.id, _TABLE.class_id, _TABLE.task_id, _TABLE.code, _TABLE.titles, _TABLE.category, _TABLE.weight),
    *(_TABLE.max_points, _TABLE.rubric_version_id, _TABLE.is_blind, _TABLE.second_marker, _TABLE.threshold),
    *(_TABLE.state, _TABLE.released_at, _TABLE.version),
)
_ONE: Final = _COLUMNS.where(_TABLE.id == bindparam("line_item_id"))
_KEPT: Final = _ONE.with_for_update(read=True, key_share=True)
_LOCKED: Final = _ONE.with_for_update()
_OF_TASK: Final = _COLUMNS.where(_TABLE.task_id == bindparam("task_id"))


def as_line_item(row: Row[*tuple[Any, ...]]) -> LineItem:
    values = row._asdict()
    return LineItem(
        **{**values, "category": Category(values["category"]), "state": LineItemState(values["state"])},
    )


async def create_line_item(unit: Unit, new: NewLineItem) -> UUID:
    """Adds a column to the journal of a class. Raises NotFound for a class that is not there, SelfCheckNotGraded,
    LineItemExists."""
    if new.is_self_check:
        raise SelfCheckNotGraded()
    await class_brief(unit, new.class_id, lock=True)
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
