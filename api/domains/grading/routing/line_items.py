"""Line items and the plan of a class over HTTP."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get, patch, post, put
from litestar.params import FromPath, JSONBody
from msgspec import UNSET
from sqlalchemy import select

from api.domains.grading.access import points_in, require_class, require_line_item
from api.domains.grading.errors import (
    LineItemExists,
    LineItemInUse,
    MarkingUnfinished,
    PlanFixed,
    PlanIncomplete,
    ScaleFixed,
)
from api.domains.grading.guards import MANAGE_LINE_ITEMS, RELEASE, VIEW_LINE_ITEMS
from api.domains.grading.line_items import (
    NewLineItem,
    cancel_line_item,
    change_line_item,
    create_line_item,
    find_row,
    line_items_of_class,
    set_plan,
)
from api.domains.grading.models import LineItemRow
from api.domains.grading.release import release
from api.domains.grading.results import class_scale, set_class_scale
from api.domains.grading.rules import Category, LineItemState, is_whole, sum_of_weights
from api.domains.grading.schemas import (
    ClassScaleIn,
    GradingPlanIn,
    GradingPlanLine,
    GradingPlanOut,
    LineItemChange,
    LineItemIn,
    LineItemOut,
)
from api.domains.grading.showing import show_line_item
from api.domains.scales.errors import NoScaleOnDay
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.unit import Unit

_TAGS: Final = ["grading plan"]
_POINTS: Final = ("weight", "max_points", "threshold")


def _answer(row: LineItemRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/line-items/{row.id}"} if status == 201 else {}
    return tagged(show_line_item(row), row.version, status, headers)


@post(
    "/classes/{class_id:uuid}/line-items",
    policy=MANAGE_LINE_ITEMS,
    idempotent=True,
    problems=(LineItemExists,),
    operation_id="create_line_item",
    tags=_TAGS,
    status_code=201,
)
async def add_line_item(
    class_id: FromPath[UUID], data: JSONBody[LineItemIn], exchange: TheExchange
) -> Response[LineItemOut]:
    """Adds what is graded by hand to a class: its instructors, the department head. Tests and assignments add theirs by
    themselves."""

    async def work(unit: Unit) -> Answer:
        await require_class(unit, MANAGE_LINE_ITEMS, class_id, seen_by=VIEW_LINE_ITEMS)
        new = NewLineItem(
            class_id=class_id,
            code=data.code,
            titles=data.titles,
            category=data.category,
            weight=points_in(data.weight),
            max_points=points_in(data.max_points),
            rubric_version_id=data.rubric_version_id,
            is_blind=data.is_blind,
            second_marker=data.second_marker,
            threshold=points_in(data.threshold),
        )
        return _answer(await find_row(unit, await create_line_item(unit, new)), 201)

    return await exchange.once(work)


@get("/classes/{class_id:uuid}/line-items", policy=VIEW_LINE_ITEMS, operation_id="list_line_items", tags=_TAGS)
async def list_line_items(
    class_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[LineItemOut]]:
    """What is graded in a class, for its staff, in the order in which it was added. Students: `/v1/me/grades`."""
    async with exchange.reading() as unit:
        await require_class(unit, VIEW_LINE_ITEMS, class_id)
        query = select(LineItemRow).where(LineItemRow.class_id == class_id)
        return (await page(exchange, unit, query, [LineItemRow.id], show_line_item, cursor, limit)).response()


@get(
    "/line-items/{line_item_id:uuid}",
    policy=VIEW_LINE_ITEMS,
    versioned=True,
    operation_id="get_line_item",
    tags=_TAGS,
)
async def get_line_item(line_item_id: FromPath[UUID], exchange: TheExchange) -> Response[LineItemOut]:
    """One line item, with its entity tag."""
    async with exchange.reading() as unit:
        await require_line_item(unit, VIEW_LINE_ITEMS, line_item_id)
        return _answer(await find_row(unit, line_item_id)).response()


@patch(
    "/line-items/{line_item_id:uuid}",
    policy=MANAGE_LINE_ITEMS,
    versioned=True,
    problems=(LineItemInUse, PlanFixed),
    operation_id="change_line_item",
    tags=_TAGS,
)
async def alter_line_item(
    line_item_id: FromPath[UUID], data: JSONBody[LineItemChange], exchange: TheExchange
) -> Response[LineItemOut]:
    """Changes a line item. Needs If-Match. What grades are out of, and blindness, stay once there is a grade or a
    work."""
    async with exchange.writing() as unit:
        await require_line_item(unit, MANAGE_LINE_ITEMS, line_item_id, seen_by=VIEW_LINE_ITEMS)
        row = await find_row(unit, line_item_id, lock=True)
        exchange.check_version(row.version)
        fields: dict[str, Any] = {
            name: getattr(data, name) for name in data.__struct_fields__ if getattr(data, name) is not UNSET
        }
        fields |= {name: points_in(fields[name]) for name in _POINTS if name in fields}
        await change_line_item(unit, row, fields)
        return _answer(row).response()


@post(
    "/line-items/{line_item_id:uuid}/release",
    policy=RELEASE,
    idempotent=True,
    problems=(MoveNotAllowed, MarkingUnfinished),
    operation_id="release_line_item",
    tags=_TAGS,
    status_code=200,
)
async def open_to_students(line_item_id: FromPath[UUID], exchange: TheExchange) -> Response[LineItemOut]:
    """Shows all students of the class their grades, comments, scores and files at once; what is posted later is seen at
    once too. Blind works have to be finished, all of them, and become works of somebody now."""

    async def work(unit: Unit) -> Answer:
        await require_line_item(unit, RELEASE, line_item_id, seen_by=VIEW_LINE_ITEMS)
        row = await find_row(unit, line_item_id, lock=True)
        await release(unit, row)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/line-items/{line_item_id:uuid}/cancel",
    policy=MANAGE_LINE_ITEMS,
    idempotent=True,
    versioned=True,
    problems=(MoveNotAllowed, PlanFixed),
    operation_id="cancel_line_item",
    tags=_TAGS,
    status_code=200,
)
async def cancel(line_item_id: FromPath[UUID], exchange: TheExchange) -> Response[LineItemOut]:
    """It counts no longer, and takes no more grades; its history stays. Needs If-Match."""

    async def work(unit: Unit) -> Answer:
        await require_line_item(unit, MANAGE_LINE_ITEMS, line_item_id, seen_by=VIEW_LINE_ITEMS)
        row = await find_row(unit, line_item_id, lock=True)
        exchange.check_version(row.version)
        await cancel_line_item(unit, row)
        return _answer(row)

    return await exchange.once(work)


# The plan


async def _plan(unit: Unit, class_id: UUID) -> GradingPlanOut:
    items = [one for one in await line_items_of_class(unit, class_id) if one.state is not LineItemState.CANCELLED]
    scale = await class_scale(unit, class_id)
    weights = [one.weight for one in items]
    return GradingPlanOut(
        class_id=class_id,
        line_items=[
            GradingPlanLine(
                line_item_id=one.id,
                code=one.code,
                titles=dict(one.titles),
                category=Category(one.category),
                weight=str(one.weight),
                max_points=str(one.max_points),
                state=one.state,
            )
            for one in items
        ],
        sum=str(sum_of_weights(weights)),
        is_complete=is_whole(weights),
        scale_version_id=None if scale is None else scale.scale_version_id,
        version=1 + sum(one.version for one in items) + (0 if scale is None else scale.version),
    )


@get(
    "/classes/{class_id:uuid}/grading-plan",
    policy=VIEW_LINE_ITEMS,
    versioned=True,
    operation_id="get_grading_plan",
    tags=_TAGS,
)
async def get_plan(class_id: FromPath[UUID], exchange: TheExchange) -> Response[GradingPlanOut]:
    """What counts for how much in a class, what it adds to, and in which scale; with its entity tag."""
    async with exchange.reading() as unit:
        await require_class(unit, VIEW_LINE_ITEMS, class_id)
        plan = await _plan(unit, class_id)
        return tagged(plan, plan.version).response()


@put(
    "/classes/{class_id:uuid}/grading-plan",
    policy=MANAGE_LINE_ITEMS,
    versioned=True,
    problems=(PlanIncomplete, PlanFixed),
    operation_id="set_grading_plan",
    tags=_TAGS,
)
async def write_plan(
    class_id: FromPath[UUID], data: JSONBody[GradingPlanIn], exchange: TheExchange
) -> Response[GradingPlanOut]:
    """Sets all weights at once, so that they add to 100 before and after. They are never stretched by themselves: a
    test is worth what students were told. Until a result of the class is approved. Needs If-Match."""
    async with exchange.writing() as unit:
        await require_class(unit, MANAGE_LINE_ITEMS, class_id, seen_by=VIEW_LINE_ITEMS)
        await class_brief(unit, class_id, lock=True)
        exchange.check_version((await _plan(unit, class_id)).version)
        weights: dict[UUID, Decimal] = {one.line_item_id: points_in(one.weight) for one in data.weights}
        await set_plan(unit, class_id, weights)
        plan = await _plan(unit, class_id)
        return tagged(plan, plan.version).response()


@put(
    "/classes/{class_id:uuid}/grading-scale",
    policy=MANAGE_LINE_ITEMS,
    problems=(NoScaleOnDay, ScaleFixed),
    operation_id="set_class_scale",
    tags=_TAGS,
)
async def choose_scale(
    class_id: FromPath[UUID], data: JSONBody[ClassScaleIn], exchange: TheExchange
) -> Response[GradingPlanOut]:
    """Says in which scale the class is graded: by the version in force on the first day of its semester, which it keeps
    whatever comes later."""
    async with exchange.writing() as unit:
        await require_class(unit, MANAGE_LINE_ITEMS, class_id, seen_by=VIEW_LINE_ITEMS)
        await set_class_scale(unit, class_id, data.scale)
        return Response(await _plan(unit, class_id))


routers: Final = (
    Router(
        "/v1",
        route_handlers=[
            add_line_item,
            alter_line_item,
            cancel,
            choose_scale,
            get_line_item,
            get_plan,
            list_line_items,
            open_to_students,
            write_plan,
        ],
    ),
)
