"""The questions of a test: frozen into its blueprint when it is announced, drawn from it when an attempt starts, shown
in one language, without their keys."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from api.domains.items.content import Key
from api.domains.items.presenting import Order, Shown, order_of, present, printed_order, seed_for
from api.domains.items.service import ItemVersion, keys_of, versions
from api.domains.tests.rules import DrawableItem, Place, Section
from api.unit import Unit

MOST_KEPT: Final = 5_000
"""Versions that this process remembers: a version that is used never changes, so nothing has to be forgotten but for
room. Our choice: about 10 MB."""
_KEPT: Final[OrderedDict[UUID, ItemVersion]] = OrderedDict()
_KEPT_KEYS: Final[OrderedDict[UUID, Key]] = OrderedDict()
Kept = TypeVar("Kept")


async def used_versions(unit: Unit, ids: Iterable[UUID]) -> dict[UUID, ItemVersion]:
    """Versions of announced tests, by id; from this process's memory where it has them."""
    return await _remembered(_KEPT, [*ids], lambda unknown: versions(unit, unknown))


async def used_keys(unit: Unit, ids: Iterable[UUID]) -> dict[UUID, Key]:
    """Their keys, in the same way. For marking and for what is shown after release, nothing else."""
    return await _remembered(_KEPT_KEYS, [*ids], lambda unknown: keys_of(unit, unknown))


async def _remembered(
    kept: OrderedDict[UUID, Kept],
    wanted: Sequence[UUID],
    find: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Kept]]],
) -> dict[UUID, Kept]:
    unknown = [one for one in wanted if one not in kept]
    if unknown:
        kept.update(await find(unknown))
        while len(kept) > max(MOST_KEPT, len(wanted)):
            kept.popitem(last=False)
    return {id_: kept[id_] for id_ in wanted}


def as_blueprint(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """As it is stored."""
    return [
        {
            "draw": one.draw,
            "shuffle_items": one.shuffle_items,
            "shuffle_choices": one.shuffle_choices,
            "items": [[str(item.version_id), item.kind, item.points] for item in one.items],
        }
        for one in sections
    ]


def read_blueprint(stored: Sequence[Mapping[str, Any]]) -> list[Section]:
    return [
        Section(
            number,
            tuple(DrawableItem(UUID(id_), kind, points) for id_, kind, points in one["items"]),
            one["draw"],
            one["shuffle_items"],
            one["shuffle_choices"],
        )
        for number, one in enumerate(stored, 1)
    ]


def as_paper(places: Sequence[Place]) -> list[list[Any]]:
    """As it is stored: a row for each place."""
    return [[one.section, str(one.version_id), one.kind, one.points, one.shuffle_choices] for one in places]


def read_paper(stored: Sequence[Sequence[Any]]) -> list[Place]:
    return [
        Place(number, section, UUID(id_), kind, points, shuffle)
        for number, (section, id_, kind, points, shuffle) in enumerate(stored, 1)
    ]


def read_place(stored: Sequence[Sequence[Any]], number: int) -> Place:
    section, id_, kind, points, shuffle = stored[number - 1]
    return Place(number, section, UUID(id_), kind, points, shuffle)


def show_place(place: Place, version: ItemVersion, seed: str, language: str, *, is_printed_order: bool) -> Shown:
    """The question as the student sees it. With renditions the choices stand as in those."""
    return present(version.content, language, choices_of(place, version, seed, is_printed_order=is_printed_order))


def choices_of(place: Place, version: ItemVersion, seed: str, *, is_printed_order: bool) -> Order:
    """The order of the choices at this place, for this attempt."""
    if is_printed_order:
        return printed_order(version.content, version.id)
    return order_of(version.content, seed_for(seed, version.id), shuffle=place.shuffle_choices)
