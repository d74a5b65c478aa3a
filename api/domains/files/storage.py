"""Bytes on the disk: received without ever being held in memory, durable before anybody hears of them, named by digest.

`files/ab/cdef…` is the SHA-256 of what stands there. A file that is being received stands in `files/incoming`. Nothing
here knows the database.

Sealed files: a first line `jetki-sealed-1 <key>`, then pieces of at most PIECE_BYTES, each with its length in four
bytes and authenticated with the file's id, its number and whether it is the last one. So no piece can be left out,
moved, added, or taken from another file.
"""

import asyncio
import errno
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, ParamSpec, TypeVar
from uuid import UUID

from api.domains.files.sniffing import HEAD_BYTES, TAIL_BYTES, TextWatch
from api.errors import BodyTooLarge, StorageFull
from api.keys import KeyRing, UnreadableField

FOLDER: Final = "files"
INCOMING: Final = "incoming"
PIECE_BYTES: Final = 256 * 1024
"""How much is read, written and sealed at once."""
_MAGIC: Final = b"jetki-sealed-1 "
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
Digest = Any
"""One of hashlib's; its type has no public name."""
Given = ParamSpec("Given")
Result = TypeVar("Result")


class DamagedBytes(Exception):
    """What stands at an address is missing, is not what was put there, or cannot be opened with the keys there are."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that are safely on the disk at `path`, and may be moved to their address. `sha256` and `size` are of the
    content, `head` and `tail` its ends."""

    path: Path
    address: str
    sha256: str
    size: int
    head: bytes
    tail: bytes
    is_text: bool


@dataclass(frozen=True, slots=True)
class Seal:
    """How a file is sealed: it can be opened as this file only."""

    keys: KeyRing
    file_id: UUID

    def place(self, number: int, *, last: bool) -> str:
        return f"stored_file.bytes.{self.file_id}.{number}.{'last' if last else 'more'}"


def path_of(data: Path, address: str) -> Path:
    return data / FOLDER / address[:2] / address[2:]


@asynccontextmanager
async def incoming(
    data: Path, source: AsyncIterator[bytes], most_bytes: int, seal: Seal | None
) -> AsyncIterator[Written]:
    """Takes the stream to the disk; within the block it can be judged, and moved by `put_in_place`. What was not moved
    is gone after it. Raises BodyTooLarge as soon as there is too much, StorageFull, and whatever the stream raises."""
    writing = await on_disk(_Writing, data, seal)
    try:
        pending = bytearray()
        async for part in source:
            if writing.size + len(pending) + len(part) > most_bytes:
                raise BodyTooLarge(limit_bytes=most_bytes)
            pending += part
            while len(pending) > PIECE_BYTES:
                piece = bytes(pending[:PIECE_BYTES])
                del pending[:PIECE_BYTES]
                await on_disk(writing.add, piece)
        yield await on_disk(writing.finish, bytes(pending))
    finally:
        writing.abandon()


async def on_disk(work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """Does the work in another thread. Raises StorageFull."""
    try:
        return await asyncio.to_thread(work, *given, **named)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull() from error
        raise


class _Writing:
    """A file on its way. Called in threads, one call after the other."""

    def __init__(self, data: Path, seal: Seal | None) -> None:
        incoming = data / FOLDER / INCOMING
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._path = Path(name)
        self._data = data
        self._seal = seal
        self._digest = hashlib.sha256()
        self._address = hashlib.sha256()
        self._watch = TextWatch()
        self._number = 0
        self._head = self._tail = b""
        self.size = 0
        if seal is not None:
            self._write(_MAGIC + seal.keys.current.encode() + b"\n")

    def add(self, piece: bytes, *, last: bool = False) -> None:
        self._digest.update(piece)
        self._watch.feed(piece, last=last)
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + piece)[-TAIL_BYTES:]
        self.size += len(piece)
        if self._seal is None:
            self._write(piece)
            return
        sealed = self._seal.keys.seal_bytes(piece, self._seal.place(self._number, last=last))
        self._number += 1
        self._write(len(sealed).to_bytes(4, "big") + sealed)

    def finish(self, piece: bytes) -> Written:
        """Everything is on the disk when this returns."""
        self.add(piece, last=True)
        os.fsync(self._file.fileno())
        self._file.close()
        return Written(
            self._path,
            self._address.hexdigest(),
            self._digest.hexdigest(),
            self.size,
            self._head,
            self._tail,
            self._watch.is_text,
        )

    def abandon(self) -> None:
        """Nothing is left of what was not put in place."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _write(self, raw: bytes) -> None:
        self._address.update(raw)
        view = memoryview(raw)
        while view:
            view = view[self._file.write(view) :]


def put_in_place(data: Path, written: Path, address: str) -> None:
    """Moves bytes that are on the disk to their address, also when they are there already: their age begins anew, so
    that nobody collects what somebody is about to keep."""
    target = path_of(data, address)
    with _lock(data, fcntl.LOCK_SH):
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync_folder(target.parent.parent)
        written.replace(target)
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _lock(data: Path, kind: int) -> Iterator[None]:
    """Between those who put in place and the one who collects; in all processes of the machine."""
    with (data / FOLDER / ".lock").open("ab") as file:
        fcntl.flock(file, kind)
        yield


# Reading


def check_present(data: Path, address: str) -> Path:
    """Where the bytes stand. Raises DamagedBytes."""
    path = path_of(data, address)
    if not path.is_file():
        raise DamagedBytes(address, "missing")
    return path


def pieces(path: Path, address: str, seal: Seal | None) -> Iterator[bytes]:
    """The content of a file, piece by piece. The last piece is given only when the whole file is known to be what was
    stored. Raises DamagedBytes."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise DamagedBytes(address, "missing") from None
    with file:
        digest = hashlib.sha256()
        raw = _digesting(file, digest) if seal is None else _opened(file, address, seal, digest)
        held = b""
        for piece in raw:
            if held:
                yield held
            held = piece
        if digest.hexdigest() != address:
            raise DamagedBytes(address, "changed")
        if held:
            yield held


def _digesting(file: IO[bytes], digest: Digest) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
        yield piece


def _opened(file: IO[bytes], address: str, seal: Seal, digest: Digest) -> Iterator[bytes]:
    head = file.readline(len(_MAGIC) + 100)
    digest.update(head)
    if not head.startswith(_MAGIC) or not head.endswith(b"\n"):
        raise DamagedBytes(address, "changed")
    key_id = head[len(_MAGIC) : -1].decode("ascii", "replace")
    number, following = 0, _sealed_piece(file, address, digest)
    while following:
        sealed, following = following, _sealed_piece(file, address, digest)
        try:
            yield seal.keys.open_bytes(sealed, key_id, seal.place(number, last=not following))
        except UnreadableField as error:
            raise DamagedBytes(address, "sealed") from error
        number += 1
    if not number:
        raise DamagedBytes(address, "changed")


def _sealed_piece(file: IO[bytes], address: str, digest: Digest) -> bytes:
    """Empty at the end."""
    head = file.read(4)
    if not head:
        return b""
    length = int.from_bytes(head, "big")
    if not 0 < length <= PIECE_BYTES + 64:
        raise DamagedBytes(address, "changed")
    sealed = file.read(length)
    if len(head) < 4 or len(sealed) < length:
        raise DamagedBytes(address, "changed")
    digest.update(head + sealed)
    return sealed


async def in_threads(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The parts, each read in another thread, so that the disk holds nobody up."""
    while part := await asyncio.to_thread(next, parts, b""):
        yield part


# Collecting


def addresses_in(data: Path) -> Iterator[str]:
    """Every address at which something stands."""
    folder = data / FOLDER
    if folder.is_dir():
        for part in sorted(folder.iterdir()):
            if len(part.name) == 2 and part.is_dir():
                yield from (part.name + one.name for one in sorted(part.iterdir()))


def is_old(path: Path, grace_s: float) -> bool:
    try:
        return path.stat().st_mtime < time.time() - grace_s
    except FileNotFoundError:
        return False


def touch(data: Path, address: str) -> None:
    """The age of the bytes begins anew."""
    path = path_of(data, address)
    if path.exists():
        os.utime(path)


def remove_old(data: Path, address: str, grace_s: float) -> bool:
    """Takes bytes away that nobody refers to, unless somebody has put them there (again) within the grace period."""
    with _lock(data, fcntl.LOCK_EX):
        path = path_of(data, address)
        if not is_old(path, grace_s):
            return False
        path.unlink()
    return True


def remove_abandoned(data: Path, grace_s: float) -> int:
    """Takes away what was never received to its end because the process died; how many files."""
    incoming = data / FOLDER / INCOMING
    old = [one for one in incoming.iterdir() if is_old(one, grace_s)] if incoming.is_dir() else []
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)
