"""Lists in parts, by cursor: the cost of a part does not grow with its place in the list.

A list is ordered by columns that never change and end in the id. The cursor is the last row's values, as base64url of
JSON: opaque to clients, and worth nothing to those who change it, because a list is filtered by what the actor may
see anyway.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar.params import QueryParameter
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from api.errors import invalid
from api.http.exchange import Answer, Exchange
from api.http.wire import PageOf
from api.unit import Unit

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200

Cursor = Annotated[str | None, QueryParameter(name="cursor", max_length=1000, description="`next` of the part before")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=LARGEST_LIMIT, description="How many items at most")]
Found = TypeVar("Found")
Shown = TypeVar("Shown")
Key = InstrumentedAttribute[Any]


async def page(
    exchange: Exchange,
    unit: Unit,
    query: Select[Any],
    order: Sequence[Key],
    show: Callable[[Any], Shown],
    cursor: str | None,
    limit: int,
) -> Answer:
    """A part of the list `query`, each row (an entity, or a Row of several columns that holds the order's) shown by
    `show`."""
    if cursor is not None:
        query = query.where(_after(order, cursor))
    rows = (await unit.session.execute(query.order_by(*order).limit(limit + 1))).all()
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        entity = last[0] if len(last) == 1 else last
        following = _encode([getattr(entity, column.key) for column in order])
    content = PageOf(items=[show(row[0] if len(row) == 1 else row) for row in shown], next=following)
    return Answer(content, headers=_links(exchange, following))


def page_of_ids(
    exchange: Exchange, ids: Iterable[UUID], cursor: str | None, limit: int
) -> tuple[list[UUID], Callable[[list[Shown]], Answer]]:
    """A part of a list whose ids are known, in their order; and what makes the answer of what is shown for them. For
    lists of other domains' rows, e.g. all students of a class."""
    listed = sorted(ids)
    if cursor is not None:
        (last,) = _decode(cursor, [UUID])
        listed = [one for one in listed if one > last]
    shown = listed[:limit]
    following = _encode([shown[-1]]) if len(listed) > limit else None
    return shown, lambda items: Answer(PageOf(items=items, next=following), headers=_links(exchange, following))


def page_of_items(
    exchange: Exchange, items: Iterable[Shown], key: Callable[[Shown], tuple[str, ...]], cursor: str | None, limit: int
) -> Answer:
    """A part of a list that was computed, e.g. in the order of each person's own deadlines. `key` says in text where an
    item stands and ends in its id; what moves between two parts may be seen twice or not at all."""
    placed = sorted(((key(item), item) for item in items), key=lambda one: one[0])
    if cursor is not None and placed:
        last = tuple(_decode(cursor, [str] * len(placed[0][0])))
        placed = [one for one in placed if one[0] > last]
    shown = placed[:limit]
    following = _encode(list(shown[-1][0])) if len(placed) > limit else None
    return Answer(PageOf(items=[item for _, item in shown], next=following), headers=_links(exchange, following))


def _after(order: Sequence[Key], cursor: str) -> ColumnElement[bool]:
    values = [literal(value, column.type) for value, column in zip(read_cursor(cursor, order), order, strict=True)]
    return tuple_(*order) > tuple_(*values)


def _links(exchange: Exchange, following: str | None) -> dict[str, str]:
    if following is None:
        return {}
    url = exchange.request.url
    kept = [(name, value) for name, value in exchange.request.query_params.multi_items() if name != "cursor"]
    return {"Link": f'<{url.path}?{urlencode([*kept, ("cursor", following)])}>; rel="next"'}


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def read_cursor(cursor: str, order: Sequence[Key]) -> list[Any]:
    """The values of the last row of the part before. Raises InvalidFields."""
    return _decode(cursor, [column.type.python_type for column in order])


def _decode(cursor: str, types: Sequence[type[Any]]) -> list[Any]:
    try:
        raw = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[str | int])
        if len(raw) != len(types):
            raise ValueError
        return [
            msgspec.convert(value, kind, strict=True, builtin_types=())
            if kind in (UUID, datetime, date, int, str)
            else value
            for value, kind in zip(raw, types, strict=True)
        ]
    except (msgspec.MsgspecError, binascii.Error, ValueError, UnicodeError):
        raise invalid("?cursor", "bad-cursor") from None
