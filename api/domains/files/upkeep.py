"""For the command line: whether every file is what it was, and sealing with another key."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from api.domains.files import storage
from api.domains.files.models import StoredFileRow
from api.domains.files.storage import DamagedBytes, Seal
from api.identity import system_actor
from api.unit import Context

ACTOR: Final = system_actor("command:rotate-keys")
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file whose bytes are `missing`, `changed`, or `sealed`: not to be opened with the keys there are."""

    id: UUID
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    whole: int
    damaged: Sequence[Damaged]


@dataclass(frozen=True, slots=True)
class SealedAgain:
    sealed: int
    damaged: Sequence[Damaged]


@dataclass(frozen=True, slots=True)
class _File:
    id: UUID
    address: str
    key_name: str | None


async def check_files(context: Context) -> Checked:
    """Reads every stored file to its end, opens the sealed ones, and forgets it at once."""
    whole, damaged = 0, []
    after: UUID | None = None
    while files := await _part(context, after):
        for one in files:
            try:
                await asyncio.to_thread(_read, context, one)
                whole += 1
            except DamagedBytes as error:
                damaged.append(Damaged(one.id, one.address, error.reason))
        after = files[-1].id
    return Checked(whole, damaged)


def _read(context: Context, one: _File) -> None:
    seal = None if one.key_name is None else Seal(context.keys, one.id)
    path = storage.path_of(context.settings.data, one.address)
    for _ in storage.pieces(path, one.address, seal):
        pass


async def seal_files_again(context: Context) -> SealedAgain:
    """Seals every sealed file with the current key; again it finds nothing to do, so that what was broken off goes on.
    What was sealed with the older key is collected a day later: somebody may be reading it. Raises StorageFull."""
    sealed, damaged = 0, []
    after: UUID | None = None
    while files := await _part(context, after, not_with=context.keys.current):
        for one in files:
            try:
                sealed += await _seal_again(context, one)
            except DamagedBytes as error:
                damaged.append(Damaged(one.id, one.address, error.reason))
        after = files[-1].id
    return SealedAgain(sealed, damaged)


async def _seal_again(context: Context, one: _File) -> bool:
    data, seal = context.settings.data, Seal(context.keys, one.id)
    parts = storage.in_threads(storage.pieces(storage.path_of(data, one.address), one.address, seal))
    most = await _size_of(data, one.address)
    async with storage.incoming(data, parts, most, seal) as written:
        await storage.on_disk(storage.put_in_place, data, written.path, written.address)
    async with context.writing(ACTOR) as unit:
        changed = await unit.session.execute(
            update(StoredFileRow)
            .where(StoredFileRow.id == one.id, StoredFileRow.address == one.address)
            .values(address=written.address, key_name=context.keys.current)
            .returning(StoredFileRow.id)
        )
        if changed.scalar_one_or_none() is None:  # let go, or sealed by another process meanwhile
            return False
        unit.record("keys.rotate", "stored-file", one.id, key=context.keys.current)
    await asyncio.to_thread(storage.touch, data, one.address)
    return True


async def _size_of(data: Path, address: str) -> int:
    """More than the content, which is sealed in it."""
    path = storage.check_present(data, address)
    return (await asyncio.to_thread(path.stat)).st_size


async def _part(context: Context, after: UUID | None, *, not_with: str | None = None) -> Sequence[_File]:
    table = StoredFileRow
    query = select(table.id, table.address, table.key_name)
    if not_with is not None:
        query = query.where(table.key_name.is_not(None), table.key_name != not_with)
    if after is not None:
        query = query.where(table.id > after)
    async with context.database.reading() as session:
        rows = await session.execute(query.order_by(table.id).limit(_AT_ONCE))
        return [_File(row.id, row.address, row.key_name) for row in rows]
