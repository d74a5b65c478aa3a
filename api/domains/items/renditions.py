"""Renditions of versions: which are missing, having them made, giving them out. Nothing here asks the policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.files import service as files
from api.domains.items.checking import media_of
from api.domains.items.content import Content, MediumKind
from api.domains.items.models import ItemRenditionRow, ItemVersionRow
from api.domains.items.versions import read_content
from api.errors import NotFound
from api.events import Event
from api.ids import new_id
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


BY_MACHINE: Final = frozenset({RenditionFormat.SPOKEN, RenditionFormat.BRAILLE, RenditionFormat.LARGE_PRINT})
"""The others are judgements: what a picture shows, what may be left out, how it is said with hands. A machine's
captions need a person's eye before an examination too."""


class RenditionState(StrEnum):
    ORDERED = "ordered"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    NEEDS_PERSON = "needs-person"


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

    id: UUID
    version_id: UUID
    language: str
    format: RenditionFormat
    file_id: UUID
    media_type: str
    duration_ms: int | None


_WHY: Final = {
    RenditionState.ORDERED: Missing.BEING_MADE,
    RenditionState.MAKING: Missing.BEING_MADE,
    RenditionState.FAILED: Missing.FAILED,
    RenditionState.NEEDS_PERSON: Missing.NEEDS_PERSON,
}


def applies(rendition: RenditionFormat, content: Content) -> bool:
    """Whether the format can apply to the question at all. A long description that the author wrote into the question
    is there already."""
    media = media_of(content)
    match rendition:
        case RenditionFormat.CAPTIONS | RenditionFormat.TRANSCRIPT:
            return any(one.kind is not MediumKind.PICTURE for one in media)
        case RenditionFormat.LONG_DESCRIPTION:
            return any(
                one.kind is MediumKind.PICTURE and not one.text_says_all and one.long_description is None
                for one in media
            )
        case _:
            return True


async def missing_renditions(
    unit: Unit, version_ids: Iterable[UUID], language: str, formats: Iterable[RenditionFormat]
) -> list[MissingRendition]:
    """What a person who was promised these formats could not be given now. Formats that cannot apply to an item
    (captions without a recording, a long description without a picture) are not missing. In the order of ids. Raises
    NotFound for a version that does not exist."""
    wanted = sorted(set(map(RenditionFormat, formats)))
    ids = sorted(set(version_ids))
    if not wanted or not ids:
        return []
    query = (
        select(
            ItemVersionRow.id,
            ItemVersionRow.content,
            ItemVersionRow.languages,
            ItemVersionRow.digest,
            ItemRenditionRow.format,
            ItemRenditionRow.state,
            ItemRenditionRow.digest.label("made_of"),
        )
        .outerjoin(
            ItemRenditionRow,
            (ItemRenditionRow.item_version_id == ItemVersionRow.id)
            & (ItemRenditionRow.language == language)
            & ItemRenditionRow.format.in_(wanted),
        )
        .where(ItemVersionRow.id.in_(ids))
    )
    states: dict[tuple[UUID, str], RenditionState] = {}
    contents: dict[UUID, tuple[Content, list[str]]] = {}
    for row in await unit.session.execute(query):
        if row.id not in contents:
            contents[row.id] = read_content(row.content), row.languages
        if row.format is not None and row.made_of == row.digest:
            states[row.id, row.format] = RenditionState(row.state)
    if len(contents) < len(ids):
        raise NotFound()
    found = []
    for id_ in ids:
        content, languages = contents[id_]
        for one in wanted:
            state = states.get((id_, one))
            if state is RenditionState.READY or not applies(one, content):
                continue
            why = Missing.NOT_ORDERED if state is None else _WHY[state]
            if language not in languages:
                why = Missing.NO_LANGUAGE
            found.append(MissingRendition(id_, language, one, why))
    return found


async def order_renditions(unit: Unit, missing: Sequence[MissingRendition]) -> None:
    """Has them made: by a durable job where a machine can, else they stand in the list of the inclusion office and of
    the course's instructors. Harmless when repeated; what failed before is tried again.

    The order is part of this unit of work: whoever refuses something because of what is missing must not order it in
    the unit that the refusal undoes.
    """
    able = [one for one in missing if one.why in (Missing.NOT_ORDERED, Missing.FAILED)]
    if not able:
        return
    # Two who order the same wait here for each other. KEY SHARE: those who refer to the versions do not.
    locked = (
        select(ItemVersionRow)
        .where(ItemVersionRow.id.in_({one.version_id for one in able}))
        .order_by(ItemVersionRow.id)
        .with_for_update(key_share=True)
    )
    versions = {row.id: row for row in await unit.session.scalars(locked)}
    query = select(ItemRenditionRow).where(ItemRenditionRow.item_version_id.in_(versions))
    rows = {
        (row.item_version_id, row.language, row.format): row
        for row in await unit.session.scalars(query.execution_options(populate_existing=True))
    }
    for one in able:
        version = versions.get(one.version_id)
        if version is None or one.language not in version.languages:
            continue
        row = rows.get((one.version_id, one.language, one.format))
        if row is None:
            row = ItemRenditionRow(
                id=new_id(),
                created_at=unit.now,
                item_version_id=version.id,
                language=one.language,
                format=one.format,
                orders=0,
                digest="",
            )
            unit.session.add(row)
        elif row.digest == version.digest and row.state not in (RenditionState.FAILED,):
            continue  # somebody else has ordered it meanwhile
        await _order(unit, row, version)


async def _order(unit: Unit, row: ItemRenditionRow, version: ItemVersionRow) -> None:
    old = row.file_id
    row.digest, row.file_id, row.media_type, row.duration_ms = version.digest, None, None, None
    row.made_by = row.made_at = None
    row.orders += 1
    if row.format in BY_MACHINE:
        row.state, row.reason = RenditionState.ORDERED, None
    else:
        row.state, row.reason = RenditionState.NEEDS_PERSON, "person-needed"
    await unit.session.flush()
    if old is not None:
        await files.release(unit, [old])
    unit.record("order", "item-rendition", row.id, language=row.language, format=row.format)
    kind = "item-rendition.ordered" if row.state == RenditionState.ORDERED else "item-rendition.needs-person"
    await unit.emit(event_of(kind, row, order=str(row.orders)))


def event_of(kind: str, row: ItemRenditionRow, **codes: str) -> Event:
    ids = {"item_version": row.item_version_id, "rendition": row.id}
    return Event(kind, ids, codes={"language": row.language, "format": row.format, **codes})


async def store_rendition(
    unit: Unit,
    row: ItemRenditionRow,
    version: ItemVersionRow,
    received: files.Received,
    *,
    duration_ms: int | None = None,
    media_type: str | None = None,
) -> None:
    """Makes a received file the rendition of the version as it is now. Whoever calls has compared, with the version
    locked, that the file was made of this very text. What was there before is let go."""
    old = row.file_id
    row.file_id = await files.keep(unit, received, owner=unit.actor.person)
    row.state, row.reason, row.digest = RenditionState.READY, None, version.digest
    row.media_type, row.duration_ms = media_type or received.media_type, duration_ms
    row.made_by, row.made_at = unit.actor.person, unit.now
    await unit.session.flush()
    if old is not None:
        await files.release(unit, [old])
    unit.record("deliver", "item-rendition", row.id, language=row.language, format=row.format)
    await unit.emit(event_of("item-rendition.ready", row))


async def rendition_files(
    unit: Unit, version_ids: Iterable[UUID], language: str, formats: Iterable[RenditionFormat]
) -> list[RenditionFile]:
    """The renditions that count, in one query."""
    query = (
        select(ItemRenditionRow)
        .join(ItemVersionRow, ItemVersionRow.id == ItemRenditionRow.item_version_id)
        .where(
            ItemRenditionRow.item_version_id.in_(set(version_ids)),
            ItemRenditionRow.language == language,
            ItemRenditionRow.format.in_(set(map(RenditionFormat, formats))),
            ItemRenditionRow.state == RenditionState.READY,
            ItemRenditionRow.digest == ItemVersionRow.digest,
        )
        .order_by(ItemRenditionRow.item_version_id, ItemRenditionRow.format)
    )
    return [
        RenditionFile(
            row.id,
            row.item_version_id,
            row.language,
            RenditionFormat(row.format),
            row.file_id,
            row.media_type or "application/octet-stream",
            row.duration_ms,
        )
        for row in await unit.session.scalars(query)
        if row.file_id is not None
    ]
