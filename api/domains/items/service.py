"""What other domains ask of items. Nothing here asks the policy: whoever calls has done so.

Pure types and functions stand in `content`, `scoring`, `presenting`, and are given again here.

Events: `item-rendition.ready`, `item-rendition.failed`, `item-rendition.needs-person` with the ids `item_version`,
`rendition` and the codes `language`, `format`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from api.domains.items.content import Answer, Content, ItemKind, Key
from api.unit import Unit


class RenditionFormat(StrEnum):
    """Words of AfA PNP 3.0, and large print."""

    SPOKEN = "spoken"
    BRAILLE = "braille"
    LARGE_PRINT = "large-print"
    LONG_DESCRIPTION = "long-description"
    SIMPLIFIED = "simplified-language-portions"
    SIGN_LANGUAGE = "sign-language"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """A version as it is shown and marked; without its key. `digest` changes with everything a student sees."""

    id: UUID
    item_id: UUID
    bank_id: UUID
    course_id: UUID
    code: str
    number: int
    kind: ItemKind
    points: Decimal
    languages: tuple[str, ...]
    content: Content
    digest: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be drawn, in its newest version."""

    item_id: UUID
    version_id: UUID
    kind: ItemKind
    points: Decimal
    languages: tuple[str, ...]
    tags: tuple[str, ...]


class Missing(StrEnum):
    """Why a rendition cannot be given."""

    NOT_ORDERED = "not-ordered"
    BEING_MADE = "being-made"
    FAILED = "failed"
    NEEDS_PERSON = "needs-person"
    NO_LANGUAGE = "no-language"
    """The version does not exist in this language at all; it cannot be ordered, only written."""


@dataclass(frozen=True, slots=True)
class MissingRendition:
    version_id: UUID
    language: str
    format: RenditionFormat
    why: Missing


@dataclass(frozen=True, slots=True)
class RenditionFile:
    """A rendition that counts. `file_id` is for `files.deliver`. `duration_ms` of what is heard or seen."""

    version_id: UUID
    language: str
    format: RenditionFormat
    file_id: UUID
    media_type: str
    duration_ms: int | None


async def versions(unit: Unit, ids: Iterable[UUID]) -> dict[UUID, ItemVersion]:
    """Those that exist, by id."""
    raise NotImplementedError


async def keys_of(unit: Unit, ids: Iterable[UUID]) -> dict[UUID, Key]:
    """By the id of the version. For marking and for what is shown after release, nothing else."""
    raise NotImplementedError


async def draw_candidates(
    unit: Unit,
    *,
    bank_ids: Iterable[UUID] = (),
    item_ids: Iterable[UUID] = (),
    kinds: Iterable[ItemKind] = (),
    tags: Iterable[str] = (),
    languages: Iterable[str] = (),
) -> list[Candidate]:
    """Active items of the banks and those named, in the order of their ids; with kinds: one of them; with tags: one of
    them; with languages: all of them."""
    raise NotImplementedError


async def mark_used(unit: Unit, version_ids: Iterable[UUID]) -> None:
    """From now on these versions never change. One statement; harmless when repeated."""
    raise NotImplementedError


async def missing_renditions(
    unit: Unit, version_ids: Iterable[UUID], language: str, formats: Iterable[RenditionFormat]
) -> list[MissingRendition]:
    """What a person who was promised these formats could not be given now. Formats that cannot apply to an item
    (captions without a recording, a long description without a picture) are not missing. One query."""
    raise NotImplementedError


async def order_renditions(unit: Unit, missing: Sequence[MissingRendition]) -> None:
    """Has them made: by a durable job where a machine can, else they stand in the list of the inclusion office and of
    the course's instructors. Harmless when repeated; what failed before is tried again."""
    raise NotImplementedError


async def rendition_files(
    unit: Unit, version_ids: Iterable[UUID], language: str, formats: Iterable[RenditionFormat]
) -> list[RenditionFile]:
    """The renditions that count, in one query."""
    raise NotImplementedError


__all__ = [
    "Answer",
    "Candidate",
    "Content",
    "ItemKind",
    "ItemVersion",
    "Key",
    "Missing",
    "MissingRendition",
    "RenditionFile",
    "RenditionFormat",
    "draw_candidates",
    "keys_of",
    "mark_used",
    "missing_renditions",
    "order_renditions",
    "rendition_files",
    "versions",
]
