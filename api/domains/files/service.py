"""What other domains do with files: `receive` before the unit of work, `keep` inside it, `deliver` to serve.

    received = await files.receive(exchange, context, name, claimed_type, FileRules(20_000_000, frozenset({...})))
    async with exchange.writing() as unit:
        file_id = await files.keep(unit, received, owner=person_id)

`receive` takes the stream to the disk while no transaction is open; what is not kept afterwards is collected. Refer to
a file by a column with a foreign key to `stored_file.id`; when the last row that refers to it goes, call `release`.
A file is served by `deliver` alone: as an attachment, never to be shown by a browser on our origin.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from litestar import Response
from litestar.params import HeaderParameter
from litestar.response import Stream
from sqlalchemy import delete, select

from api.domains.files import scanning, storage
from api.domains.files.errors import (
    FileDamaged,
    FileEmpty,
    FileInfected,
    FileQuarantined,
    FileTypeRefused,
)
from api.domains.files.models import Scan, StoredFileRow
from api.domains.files.rules import (
    HARMLESS,
    TYPES,
    UNKNOWN,
    FileRules,
    clean_name,
    disposition,
    is_allowed,
    is_mismatch,
    name_in,
    numbered_name,
    plain_type,
)
from api.domains.files.sniffing import sniff
from api.domains.files.storage import DamagedBytes, Seal, Written
from api.errors import BodyTooLarge, NotFound, invalid
from api.events import Event
from api.http.exchange import Exchange
from api.http.intake import ANYTHING
from api.unit import Context, Unit

__all__ = [
    "ANYTHING",
    "KNOWN_TYPES",
    "LARGEST_BYTES",
    "UPLOAD_PROBLEMS",
    "Described",
    "FileRules",
    "Received",
    "Scan",
    "SentName",
    "deliver",
    "describe",
    "keep",
    "numbered_name",
    "of_bytes",
    "open_content",
    "read_bytes",
    "receive",
    "release",
    "sent_name",
    "sent_type",
]

LARGEST_BYTES: Final = 4_000_000_000
"""Of a request that carries a file, for `request_max_body_size`; what is allowed at a place is in its FileRules."""
KNOWN_TYPES: Final = frozenset(TYPES.values())
"""What FileRules may name."""
UPLOAD_PROBLEMS: Final = (FileEmpty, FileInfected, FileTypeRefused)
"""What `receive` may refuse, besides BodyTooLarge and StorageFull."""
SCAN_WANTED: Final = "file.waits-for-scan"
INFECTED: Final = "file.infected"
SentName = Annotated[
    str,
    HeaderParameter(
        name="Content-Disposition",
        max_length=2_000,
        description="The file's name: attachment; filename*=UTF-8''… (RFC 6266, RFC 8187)",
    ),
]
"""How a handler that takes a file asks for its name; see `sent_name`."""
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class _Attachment(Stream):
    """A stream that keeps its own type: Litestar would put that of the handler first."""

    def to_asgi_response(self, *positional: Any, **named: Any) -> Any:
        return super().to_asgi_response(*positional, **{**named, "media_type": self.media_type})


@dataclass(frozen=True, slots=True)
class Received:
    """A file that stands on the disk, which nobody refers to yet. `sha256` is of the content."""

    id: UUID
    name: str
    media_type: str
    claimed_type: str
    is_mismatch: bool
    size: int
    sha256: str
    address: str
    key_name: str | None
    scan: Scan

    @property
    def is_sealed(self) -> bool:
        return self.key_name is not None


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a kept file. `sha256` is None for a sealed one; `is_served` says whether it can be fetched."""

    id: UUID
    name: str
    media_type: str
    is_mismatch: bool
    size: int
    sha256: str | None
    scan: Scan
    is_sealed: bool
    is_served: bool
    owner: UUID | None


async def receive(
    source: Exchange | AsyncIterator[bytes],
    context: Context,
    name: str,
    claimed_type: str,
    rules: FileRules,
    *,
    sealed: bool = False,
) -> Received:
    """Takes a stream to the disk; with a scanner, scanned. Call it while no unit of work is open.

    Raises BodyTooLarge while streaming, StorageFull, FileEmpty, FileTypeRefused, FileInfected; then nothing is
    left of it.
    """
    stream = source.request.stream() if isinstance(source, Exchange) else source
    # of no moment: a blind marker sees the ids of files, and the moment would say whose they are
    id_, called, claimed = uuid4(), clean_name(name), plain_type(claimed_type)
    data = context.settings.data
    seal = Seal(context.keys, id_) if sealed else None
    async with storage.incoming(data, stream, rules.max_bytes, seal) as written:
        if not written.size:
            raise FileEmpty()
        found = sniff(written.head, written.tail, called, is_text=written.is_text)
        differs = is_mismatch(found, called, claimed)
        if not is_allowed(rules, found, mismatch=differs):
            raise FileTypeRefused(found=found, allowed=sorted(rules.media_types or ()))
        scan = await _scan_now(context, written, seal)
        if scan is Scan.INFECTED:
            raise FileInfected()
        await storage.on_disk(storage.put_in_place, data, written.path, written.address)
    key = context.keys.current if sealed else None
    return Received(id_, called, found, claimed, differs, written.size, written.sha256, written.address, key, scan)


async def _scan_now(context: Context, written: Written, seal: Seal | None) -> Scan:
    if not context.settings.clamav:
        return Scan.NOT_SCANNED
    parts = storage.pieces(written.path, written.address, seal)
    try:
        return await scanning.scan(context.settings.clamav, storage.in_threads(parts))
    except scanning.ScannerAway:
        return Scan.NOT_SCANNED


async def keep(unit: Unit, received: Received, *, owner: UUID | None) -> UUID:
    """Makes a received file one of ours, in this transaction. `owner` is the person whose file it is, None for what
    the service has made."""
    row = StoredFileRow(
        id=received.id,
        created_at=unit.now,
        person_id=owner,
        name=unit.keys.seal(received.name, "stored_file", "name", received.id),
        media_type=received.media_type,
        claimed_type=received.claimed_type,
        is_mismatch=received.is_mismatch,
        size=received.size,
        sha256=None if received.is_sealed else received.sha256,
        address=received.address,
        key_name=received.key_name,
        scan=received.scan,
        scanned_at=None if received.scan is Scan.NOT_SCANNED else unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    if received.scan is Scan.NOT_SCANNED and unit.settings.clamav:
        await unit.emit(Event(SCAN_WANTED, {"file": row.id}))
    return row.id


async def describe(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Described]:
    """By id; what is not there is missing. Ask the policy first: names are personal data."""
    if not ids:
        return {}
    rows = await unit.session.scalars(select(StoredFileRow).where(StoredFileRow.id.in_(ids)))
    return {row.id: _described(unit, row) for row in rows}


def _described(unit: Unit, row: StoredFileRow) -> Described:
    return Described(
        id=row.id,
        name=unit.keys.open(row.name, "stored_file", "name", row.id),
        media_type=row.media_type,
        is_mismatch=row.is_mismatch,
        size=row.size,
        sha256=row.sha256,
        scan=Scan(row.scan),
        is_sealed=row.key_name is not None,
        is_served=_refusal(unit, row) is None,
        owner=row.person_id,
    )


def _refusal(unit: Unit, row: StoredFileRow) -> FileInfected | FileQuarantined | None:
    if row.scan == Scan.INFECTED:
        return FileInfected()
    return FileQuarantined() if row.scan == Scan.NOT_SCANNED and unit.settings.clamav else None


async def deliver(unit: Unit, file_id: UUID, *, name: str | None = None) -> Response[Any]:
    """The file as an attachment under a sandbox policy, streamed after the unit has ended. `name` instead of its own,
    e.g. where work is marked blind. Ask the policy first. Raises NotFound, FileQuarantined, FileInfected, FileDamaged.

    A file that is found to be changed while it is sent breaks the connection off: nobody takes it for whole.
    """
    row = await _find(unit, file_id)
    called = unit.keys.open(row.name, "stored_file", "name", row.id) if name is None else name
    parts = _parts(unit, row)
    media_type = row.media_type if row.media_type in HARMLESS else UNKNOWN
    headers = {**_HEADERS, "Content-Disposition": disposition(called), "Content-Length": str(row.size)}
    return _Attachment(storage.in_threads(parts), media_type=media_type, headers=headers)


async def open_content(unit: Unit, file_id: UUID) -> AsyncIterator[bytes]:
    """The content in pieces, opened now and to be read whenever; refuses as `deliver` does."""
    return storage.in_threads(_parts(unit, await _find(unit, file_id)))


async def read_bytes(unit: Unit, file_id: UUID, most_bytes: int) -> bytes:
    """The whole content of a small file. Raises BodyTooLarge, and what `deliver` raises."""
    row = await _find(unit, file_id)
    if row.size > most_bytes:
        raise BodyTooLarge(limit_bytes=most_bytes)
    parts = _parts(unit, row)
    try:
        return await asyncio.to_thread(b"".join, parts)
    except DamagedBytes as damaged:
        raise FileDamaged() from damaged


async def release(unit: Unit, ids: Collection[UUID]) -> None:
    """Lets files go that nothing refers to any more; their bytes are collected after the grace period. The database
    refuses (IntegrityError) while a foreign key leads to one of them, so delete or clear that first."""
    if not ids:
        return
    await unit.session.flush()
    addresses = list(await unit.session.scalars(select(StoredFileRow.address).where(StoredFileRow.id.in_(ids))))
    await unit.session.execute(delete(StoredFileRow).where(StoredFileRow.id.in_(ids)))
    for address in addresses:
        storage.touch(unit.settings.data, address)  # the grace period begins now: a backup may be reading it


async def of_bytes(data: bytes) -> AsyncIterator[bytes]:
    """A stream of what the service has made itself, for `receive`."""
    yield data


def sent_name(disposition: str) -> str:
    """The name of the file in a request's Content-Disposition. Raises InvalidFields."""
    name = name_in(disposition)
    if name is None:
        raise invalid("header:Content-Disposition", "bad-file-name")
    return name


def sent_type(exchange: Exchange) -> str:
    """What the sender says the file is."""
    return exchange.request.headers.get("content-type", "")


async def _find(unit: Unit, file_id: UUID) -> StoredFileRow:
    row = await unit.session.get(StoredFileRow, file_id)
    if row is None:
        raise NotFound()
    refusal = _refusal(unit, row)
    if refusal is not None:
        raise refusal
    return row


def _parts(unit: Unit, row: StoredFileRow) -> Iterator[bytes]:
    try:
        path = storage.check_present(unit.settings.data, row.address)
    except DamagedBytes as damaged:
        raise FileDamaged() from damaged
    return storage.pieces(path, row.address, None if row.key_name is None else Seal(unit.keys, row.id))
