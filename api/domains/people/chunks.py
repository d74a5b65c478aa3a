"""Long lists in parts that one statement takes."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

Item = TypeVar("Item")
CHUNK: Final = 500
"""Ids in one statement; SQLite takes 32,766 parameters, and a plan for a short list is the better one."""


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in parts that one statement can take."""
    listed = list(items)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
