"""Links that lead nowhere lose their target and keep their words."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from builder.model.document import Link, Target

NodeT = TypeVar("NodeT")


def cut_broken_links(nodes: Sequence[NodeT], is_broken: Callable[[Target], bool]) -> tuple[NodeT, ...]:
    """The same nodes, with the words of each broken link in its place."""
    return tuple(_cut(tuple(nodes), is_broken))


def _cut(nodes: tuple[Any, ...], is_broken: Callable[[Target], bool]) -> tuple[Any, ...]:
    kept: list[Any] = []
    for node in nodes:
        if isinstance(node, Link) and is_broken(node.target):
            kept.extend(_cut(node.children, is_broken))
        elif isinstance(node, tuple):
            kept.append(_cut(node, is_broken))
        elif dataclasses.is_dataclass(node) and not isinstance(node, type):
            changes = {
                one.name: _cut(value, is_broken)
                for one in dataclasses.fields(node)
                if isinstance(value := getattr(node, one.name), tuple)
            }
            kept.append(dataclasses.replace(node, **changes) if changes else node)
        else:
            kept.append(node)
    return tuple(kept)
