"""Banks as QTI packages: out of the database and into it. Nothing here asks the policy."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import select

from api.domains.files import service as files
from api.domains.items.banks import keep_medium, kind_of_media, receive_medium
from api.domains.items.checking import files_of, kind_of, languages_of, media_of
from api.domains.items.content import Content, ItemKind, Matching, Medium, MultipleChoice, Ordering, Part, SingleChoice
from api.domains.items.errors import QtiTooLarge
from api.domains.items.models import ItemBankRow, ItemKeyRow, ItemRow, ItemVersionRow
from api.domains.items.qti import LIMITS, Finding, PackageFile, QtiItem, QtiPackage, write_package
from api.domains.items.versions import NewVersion, add_item, read_content, read_key
from api.errors import Problem
from api.unit import Context, Unit


@dataclass(frozen=True, slots=True)
class Imported:
    """`id` is None in a trial."""

    id: UUID | None
    code: str
    kind: ItemKind
    languages: tuple[str, ...]


async def export_bank(unit: Unit, bank: ItemBankRow) -> bytes:
    """The active questions of a bank in their newest versions, with keys and media. Raises QtiTooLarge."""
    query = (
        select(ItemRow, ItemVersionRow, ItemKeyRow)
        .join(ItemVersionRow, (ItemVersionRow.item_id == ItemRow.id) & (ItemVersionRow.number == ItemRow.newest))
        .join(ItemKeyRow, ItemKeyRow.item_version_id == ItemVersionRow.id)
        .where(ItemRow.bank_id == bank.id, ItemRow.state == "active")
        .order_by(ItemRow.id)
    )
    items = [
        QtiItem(item.code, tuple(item.tags), row.points, read_content(row.content), read_key(key.content))
        for item, row, key in await unit.session.execute(query)
    ]
    wanted = {id_ for one in items for id_ in files_of(one.content).values()}
    described = await files.describe(unit, wanted)
    if sum(one.size for one in described.values()) > LIMITS.largest_whole or len(items) > LIMITS.most_files // 4:
        raise QtiTooLarge(limit_bytes=LIMITS.largest_whole, limit_items=LIMITS.most_files // 4)
    media = {
        id_: PackageFile(described[id_].name, await files.read_bytes(unit, id_, LIMITS.largest_file))
        for id_ in sorted(wanted)
    }
    unit.record("export", "item-bank", bank.id)
    return await asyncio.to_thread(write_package, items, media)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A package whose media stand on the disk; `items` can be stored as far as it alone tells."""

    items: tuple[QtiItem, ...]
    media: Mapping[UUID, files.Received]
    findings: tuple[Finding, ...]


async def prepare(context: Context, package: QtiPackage) -> Prepared:
    """Takes the media to the disk, before the unit of work. Questions whose media are of a kind that is not taken, or
    not what the question says they are, are left out and told."""
    received: dict[UUID, files.Received] = {}
    refused: dict[UUID, str] = {}
    for id_, file in package.media.items():
        try:
            received[id_] = await receive_medium(context, files.of_bytes(file.data), file.name, "")
        except Problem:  # too large, empty, infected, of a kind that is not taken
            refused[id_] = file.name
    findings = list(package.findings)
    items = []
    for item in package.items:
        bad = [one for one in media_of(item.content) if not _fits(one, received)]
        if bad:
            name = refused.get(bad[0].file_id, bad[0].id)
            findings.append(Finding(item.code, 0, "medium-refused", {"name": name}))
        else:
            items.append(item)
    return Prepared(tuple(items), received, tuple(findings))


def _fits(medium: Medium, received: Mapping[UUID, files.Received]) -> bool:
    file = received.get(medium.file_id)
    return file is not None and kind_of_media(file.media_type) is medium.kind


async def import_items(
    unit: Unit, bank: ItemBankRow, prepared: Prepared, *, is_trial: bool
) -> tuple[list[Imported], list[Finding]]:
    """Stores the questions whose code is free in the bank; says what became of each."""
    taken = set(await unit.session.scalars(select(ItemRow.code).where(ItemRow.bank_id == bank.id)))
    made: list[Imported] = []
    findings = list(prepared.findings)
    stored: dict[UUID, UUID] = {}
    for item in prepared.items:
        if item.code in taken:
            findings.append(Finding(item.code, 0, "code-taken", {"code": item.code}))
            continue
        taken.add(item.code)
        id_ = None
        if not is_trial:
            for file_id in files_of(item.content).values():
                if file_id not in stored:
                    stored[file_id] = (await keep_medium(unit, bank, prepared.media[file_id])).file_id
            content = _with_files(item.content, stored)
            row, _ = await add_item(unit, bank, item.code, item.tags, NewVersion(item.points, content, item.key))
            id_ = row.id
        made.append(Imported(id_, item.code, kind_of(item.content), languages_of(item.content)))
    if not is_trial:
        unit.record("import", "item-bank", bank.id, items=str(len(made)))
    return made, findings


def _with_files(content: Content, stored: Mapping[UUID, UUID]) -> Content:
    def medium(one: Medium) -> Medium:
        return replace(one, file_id=stored[one.file_id])

    def several(parts: Sequence[Part]) -> list[Any]:
        return [one if one.medium is None else replace(one, medium=medium(one.medium)) for one in parts]

    content = replace(content, media=[medium(one) for one in content.media])
    match content:
        case SingleChoice() | MultipleChoice():
            return replace(content, choices=several(content.choices))
        case Ordering():
            return replace(content, parts=several(content.parts))
        case Matching():
            return replace(content, sources=several(content.sources), targets=several(content.targets))
        case _:
            return content
