"""What a student sees of a question: one language, choices in an order of their own, no key. Pure.

The order follows from a seed: a part's place is the rank of SHA-256 over the seed, the version and the part's id. So
every order is as likely as any other, the same seed always gives the same order on every machine and version of this
program, and nobody has to store it.

Renditions (spoken, braille, large print, signed) are made in one order for everybody, the printed one, which follows
from the version alone. Who is given a rendition is shown the question in that order too, so that «answer B» is the
same everywhere: `printed_order`.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from api.domains.items.content import (
    Choice,
    Content,
    Essay,
    FileUpload,
    Matching,
    Medium,
    MediumKind,
    MultipleChoice,
    Numeric,
    Ordering,
    Part,
    ShortText,
    SingleChoice,
)

LETTERS: Final = {
    "ky": "АБВГДЕЖИКЛМНПРСТУФХЦШЩЭЮЯ",
    "ru": "АБВГДЕЖИКЛМНПРСТУФХЦШЩЭЮЯ",
    "en": "ABCDEFGHIJKLMNOPQRSTUVWXY",
}
"""Labels of choices. Cyrillic: the letters that GOST R 2.105-2019 numbers items with, without those that are easily
mistaken for others (ё, з, й, о, ч, ъ, ы, ь)."""

OnePart = TypeVar("OnePart", bound=Part)


class LanguageAbsent(Exception):
    """The question does not exist in this language; `available` are those in which it does."""

    def __init__(self, language: str, available: Sequence[str]) -> None:
        super().__init__(language)
        self.language = language
        self.available = tuple(available)


class ShownMedium(Struct, kw_only=True):
    """`id` names the file: the route of the test delivers it."""

    id: str
    kind: MediumKind
    text: str
    long_description: str | None


class ShownPart(Struct, kw_only=True):
    """`label` is a letter, or a number for what is matched."""

    id: str
    label: str
    text: str
    medium: ShownMedium | None = None


class _Shown(Struct, kw_only=True, tag_field="kind"):
    language: str
    prompt: str
    media: list[ShownMedium]


class ShownSingleChoice(_Shown, tag="single-choice", kw_only=True):
    choices: list[ShownPart]


class ShownMultipleChoice(_Shown, tag="multiple-choice", kw_only=True):
    choices: list[ShownPart]
    at_most: int | None


class ShownOrdering(_Shown, tag="ordering", kw_only=True):
    parts: list[ShownPart]


class ShownMatching(_Shown, tag="matching", kw_only=True):
    sources: list[ShownPart]
    targets: list[ShownPart]
    targets_once: bool


class ShownNumeric(_Shown, tag="numeric", kw_only=True):
    unit: str | None


class ShownShortText(_Shown, tag="short-text", kw_only=True):
    longest: int


class ShownEssay(_Shown, tag="essay", kw_only=True):
    words_at_least: int | None
    words_at_most: int | None


class ShownFileUpload(_Shown, tag="file", kw_only=True):
    at_most: int
    max_bytes: int
    media_types: list[str]


Shown = (
    ShownSingleChoice
    | ShownMultipleChoice
    | ShownOrdering
    | ShownMatching
    | ShownNumeric
    | ShownShortText
    | ShownEssay
    | ShownFileUpload
)
"""A question on the wire, told apart by `kind`."""


Order = Mapping[str, tuple[str, ...]]
"""Group of parts -> ids in the order in which they are shown: `choices`, `parts`, or `sources` and `targets`. Empty for
questions without parts."""


def seed_for(seed: int | str, version_id: UUID) -> str:
    """The seed of one question of an attempt, from the attempt's."""
    return f"{seed}/{version_id}"


def printed_order(content: Content, version_id: UUID) -> Order:
    """The order in which renditions are made."""
    return order_of(content, f"printed/{version_id}")


def order_of(content: Content, seed: str, *, shuffle: bool = True) -> Order:
    """The order that this seed gives. What the author has fixed keeps its place, and choices are shuffled only where
    both the author and the test (`shuffle`) have them so. What is to be ordered, and targets, always are: the author's
    order of those may be the key."""
    match content:
        case SingleChoice(choices=choices) | MultipleChoice(choices=choices):
            return {"choices": _ids(_shuffled(choices, seed) if shuffle and content.shuffle else choices)}
        case Ordering(parts=parts):
            return {"parts": _ids(_shuffled(parts, seed))}
        case Matching(sources=sources, targets=targets):
            rows = _shuffled(sources, seed) if shuffle and content.shuffle else sources
            return {"sources": _ids(rows), "targets": _ids(_shuffled(targets, seed))}
        case _:
            return {}


def rearranged(content: Content, order: Order) -> Content:
    """With its parts in this order, for readers who get no key: the author's order may be the key."""
    groups = {
        group: sorted(getattr(content, group), key=lambda part: ids.index(part.id)) for group, ids in order.items()
    }
    return replace(content, **groups)


def present(content: Content, language: str, order: Order) -> Shown:
    """The question in this language. Raises LanguageAbsent: there is no other language to fall back to."""
    if language not in content.prompt:
        raise LanguageAbsent(language, sorted(content.prompt))
    prompt = content.prompt[language]
    media = [_medium(one, language) for one in content.media]
    match content:
        case SingleChoice(choices=choices):
            shown = _lettered(choices, order["choices"], language)
            return ShownSingleChoice(language=language, prompt=prompt, media=media, choices=shown)
        case MultipleChoice(choices=choices, at_most=most):
            shown = _lettered(choices, order["choices"], language)
            return ShownMultipleChoice(language=language, prompt=prompt, media=media, choices=shown, at_most=most)
        case Ordering(parts=parts):
            shown = _lettered(parts, order["parts"], language)
            return ShownOrdering(language=language, prompt=prompt, media=media, parts=shown)
        case Matching(sources=sources, targets=targets, targets_once=once):
            return ShownMatching(
                language=language,
                prompt=prompt,
                media=media,
                sources=_numbered(sources, order["sources"], language),
                targets=_lettered(targets, order["targets"], language),
                targets_once=once,
            )
        case Numeric(unit=unit):
            name = None if unit is None else unit[language]
            return ShownNumeric(language=language, prompt=prompt, media=media, unit=name)
        case ShortText(longest=longest):
            return ShownShortText(language=language, prompt=prompt, media=media, longest=longest)
        case Essay(words_at_least=least, words_at_most=most):
            return ShownEssay(language=language, prompt=prompt, media=media, words_at_least=least, words_at_most=most)
        case FileUpload(at_most=files, max_bytes=size, media_types=types):
            return ShownFileUpload(
                language=language, prompt=prompt, media=media, at_most=files, max_bytes=size, media_types=types
            )


def _shuffled(parts: Sequence[OnePart], seed: str) -> Sequence[OnePart]:
    def rank(one: OnePart) -> bytes:
        return sha256(f"{seed}/{one.id}".encode()).digest()

    moving = iter(sorted((one for one in parts if not _stays(one)), key=rank))
    return [one if _stays(one) else next(moving) for one in parts]


def _stays(part: Part) -> bool:
    return isinstance(part, Choice) and part.stays


def _ids(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(one.id for one in parts)


def _lettered(parts: Sequence[Part], order: Sequence[str], language: str) -> list[ShownPart]:
    return _labelled(parts, order, language, LETTERS[language])


def _numbered(parts: Sequence[Part], order: Sequence[str], language: str) -> list[ShownPart]:
    return _labelled(parts, order, language, [str(number + 1) for number in range(len(order))])


def _labelled(parts: Sequence[Part], order: Sequence[str], language: str, labels: Sequence[str]) -> list[ShownPart]:
    by_id = {one.id: one for one in parts}
    return [
        ShownPart(
            id=one,
            label=labels[place],
            text=by_id[one].text[language],
            medium=None if (medium := by_id[one].medium) is None else _medium(medium, language),
        )
        for place, one in enumerate(order)
    ]


def _medium(one: Medium, language: str) -> ShownMedium:
    described = None if one.long_description is None else one.long_description[language]
    return ShownMedium(id=one.id, kind=one.kind, text=one.text[language], long_description=described)


__all__ = [
    "LETTERS",
    "LanguageAbsent",
    "Order",
    "Shown",
    "ShownMedium",
    "ShownPart",
    "order_of",
    "present",
    "printed_order",
    "seed_for",
]
