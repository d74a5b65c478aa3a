"""Banks and the files that were brought for their questions. Nothing here asks the policy."""

from collections.abc import AsyncIterator, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.files import service as files
from api.domains.items.content import MediumKind
from api.domains.items.errors import ItemCodeTaken
from api.domains.items.models import ItemBankFileRow, ItemBankRow
from api.errors import MoveNotAllowed
from api.unit import Context, Unit

MEDIA_TYPES: Final[Mapping[MediumKind, frozenset[str]]] = {
    MediumKind.PICTURE: frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"}),
    MediumKind.AUDIO: frozenset({"audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/flac", "audio/aac"}),
    MediumKind.VIDEO: frozenset({"video/mp4", "video/webm", "video/ogg"}),
}
"""No SVG: it is a program that a browser runs, and the files domain would serve it as bytes without a type."""
LARGEST_MEDIUM: Final = 500_000_000
"""Bytes, our choice: an hour of a lecture's video in 720 lines."""


async def add_bank(unit: Unit, course_id: UUID, code: str, titles: Mapping[str, str]) -> ItemBankRow:
    """Raises ItemCodeTaken."""
    await _refuse_taken(unit, course_id, code)
    row = ItemBankRow(created_at=unit.now, course_id=course_id, code=code, titles=dict(titles), state="open")
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "item-bank", row.id, code=code)
    return row


async def change_bank(unit: Unit, row: ItemBankRow, code: str, titles: Mapping[str, str]) -> None:
    """Raises ItemCodeTaken."""
    if code != row.code:
        await _refuse_taken(unit, row.course_id, code)
    row.code, row.titles = code, dict(titles)
    await unit.session.flush()
    unit.record("change", "item-bank", row.id, code=code)


async def move_bank(unit: Unit, row: ItemBankRow, to: str) -> None:
    """Closes an open bank or opens a closed one. Raises MoveNotAllowed."""
    other = "closed" if row.state == "open" else "open"
    if to != other:
        raise MoveNotAllowed(row.state, [other])
    row.state = to
    await unit.session.flush()
    unit.record("close" if to == "closed" else "open", "item-bank", row.id)


async def _refuse_taken(unit: Unit, course_id: UUID, code: str) -> None:
    query = select(ItemBankRow.id).where(ItemBankRow.course_id == course_id, ItemBankRow.code == code)
    if await unit.session.scalar(query) is not None:
        raise ItemCodeTaken(code)


# ---------------------------------------------------------------- files


def kind_of_media(media_type: str) -> MediumKind | None:
    return next((kind for kind, types in MEDIA_TYPES.items() if media_type in types), None)


async def receive_medium(
    context: Context, source: AsyncIterator[bytes], name: str, claimed_type: str
) -> files.Received:
    """Takes a picture or recording to the disk, before the unit of work. Raises what `files.receive` does."""
    allowed = frozenset[str]().union(*MEDIA_TYPES.values())
    return await files.receive(source, context, name, claimed_type, files.FileRules(LARGEST_MEDIUM, allowed))


async def keep_medium(unit: Unit, bank: ItemBankRow, received: files.Received) -> ItemBankFileRow:
    """Makes it a file of the bank, for `Medium.file_id`."""
    kind = kind_of_media(received.media_type)
    assert kind is not None, "receive_medium lets no other type through"
    file_id = await files.keep(unit, received, owner=unit.actor.person)
    row = ItemBankFileRow(created_at=unit.now, bank_id=bank.id, file_id=file_id, kind=kind)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "item-bank-file", row.id)
    return row


async def kinds_of_files(unit: Unit, bank_id: UUID) -> dict[UUID, MediumKind]:
    """The files of the bank."""
    query = select(ItemBankFileRow.file_id, ItemBankFileRow.kind).where(ItemBankFileRow.bank_id == bank_id)
    return {file_id: MediumKind(kind) for file_id, kind in await unit.session.execute(query)}
