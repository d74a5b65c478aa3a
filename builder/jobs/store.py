"""A content-addressed store on disk, and the ledger of what each finished job made.

Whatever happens to its files (truncation, garbage, deletion), the store never gives wrong bytes: every blob is checked
against its digest when it is read, every ledger line against its own checksum. What is damaged is made again.
"""

import contextlib
import hashlib
import json
import os
import shutil
import socket
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Protocol

_PIECE: Final = 1 << 20
"""Files are read and copied in pieces of this many bytes; our choice."""


class BlobDamaged(Exception):
    """The store has no intact blobs of these digests (any more)."""

    def __init__(self, *digests: str) -> None:
        super().__init__(f"missing or damaged: {', '.join(digests)}")
        self.digests = digests


class Unreachable(Exception):
    """A store or a cluster cannot be used. `rule` and `values` choose the message, as in a Finding."""

    def __init__(self, rule: str, **values: str) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _unreachable, (self.rule, self.values)


def _unreachable(rule: str, values: Mapping[str, str]) -> Unreachable:
    return Unreachable(rule, **values)


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file of any size, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Output:
    """One file that a job made: SHA-256 and size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a job made: its outputs by name, and facts (JSON values) that other jobs and reports read."""

    outputs: Mapping[str, Output]
    facts: Mapping[str, object] = field(default_factory=dict)


class Blobs(Protocol):
    """Blobs by digest, wherever they are kept: whole or not at all, checked whenever they are read, safe for several
    writers at once."""

    @property
    def address(self) -> str:
        """How `open_store` finds it again, in another process."""

    def put(self, data: bytes) -> Output:
        """Keeps the bytes. Raises OSError when they cannot be written; nothing half-written is ever found."""

    def put_file(self, path: Path, *, move: bool = False) -> Output:
        """Keeps a file of any size without reading it into memory; `move` may take the file away. Raises OSError."""

    def get(self, digest: str) -> bytes:
        """The bytes of that digest. Raises BlobDamaged, after removing what was damaged."""

    def path_of(self, digest: str) -> Path:
        """A file on this machine with those bytes, not to be written to. Raises BlobDamaged."""

    def copy_to(self, digest: str, target: Path) -> None:
        """Puts a copy at `target`, which is replaced whole or not at all. Raises BlobDamaged, OSError."""

    def seems_to_hold(self, output: Output) -> bool:
        """Whether a blob of the right name and size is there: cheap, for deciding what to run."""

    def expect(self, outputs: Iterable[Output]) -> None:
        """Somebody else has just put these."""

    def doubt(self, digests: Iterable[str]) -> None:
        """Somebody else found that these are missing or damaged."""

    def prefetch(self, outputs: Iterable[Output]) -> None:
        """All of these will be read soon."""

    def forget_all_but(self, digests: Iterable[str]) -> int:
        """Removes other blobs that nobody can be using; gives back how many."""

    def scratch(self) -> contextlib.AbstractContextManager[Path]:
        """An empty folder near the blobs, which is removed afterwards."""

    def clear_scratch(self) -> None:
        """Removes what killed processes of this machine left behind."""


class Store:
    """Blobs on this machine's disk. A blob is written aside and renamed into place."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._blobs = root / "blobs"
        self._scratch = root / "scratch"

    @property
    def address(self) -> str:
        return str(self.root)

    def put(self, data: bytes) -> Output:
        digest = digest_of(data)
        path = self._path(digest)
        if not _holds(path, data):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        return Output(digest, len(data))

    def put_file(self, path: Path, *, move: bool = False) -> Output:
        output = Output(digest_of_file(path), path.stat().st_size)
        kept = self._path(output.digest)
        if _has_size(kept, output.size) and digest_of_file(kept) == output.digest:
            return output
        kept.parent.mkdir(parents=True, exist_ok=True)
        if move:
            with contextlib.suppress(OSError):  # another disk: it is copied
                path.replace(kept)
                kept.chmod(0o644)
                return output
        with path.open("rb") as source, replacing(kept) as target:
            if (copied := _copy(source, target)) != output.digest:
                raise OSError(f"{path} was changed while it was copied ({copied})")
        return output

    def get(self, digest: str) -> bytes:
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except OSError:
            raise BlobDamaged(digest) from None
        if digest_of(data) != digest:
            path.unlink(missing_ok=True)
            raise BlobDamaged(digest)
        return data

    def path_of(self, digest: str) -> Path:
        path = self._path(digest)
        try:
            found = digest_of_file(path)
        except OSError:
            raise BlobDamaged(digest) from None
        if found != digest:
            path.unlink(missing_ok=True)
            raise BlobDamaged(digest)
        return path

    def copy_to(self, digest: str, target: Path) -> None:
        path = self._path(digest)
        try:
            source = path.open("rb")
        except OSError:
            raise BlobDamaged(digest) from None
        with source, replacing(target) as file:
            if _copy(source, file) != digest:
                path.unlink(missing_ok=True)
                raise BlobDamaged(digest)

    def seems_to_hold(self, output: Output) -> bool:
        return _has_size(self._path(output.digest), output.size)

    def expect(self, outputs: Iterable[Output]) -> None:
        """Nothing to do: the disk knows."""

    def doubt(self, digests: Iterable[str]) -> None:
        """Nothing to do: the disk knows."""

    def prefetch(self, outputs: Iterable[Output]) -> None:
        """Nothing to do: they are here."""

    def forget_all_but(self, digests: Iterable[str]) -> int:
        wanted, removed = set(digests), 0
        for path in self._blobs.glob("??/*"):
            if path.parent.name + path.name not in wanted:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def touch(self, digest: str) -> None:
        """The blob was used now: `trim` takes it last."""
        with contextlib.suppress(OSError):
            os.utime(self._path(digest))

    def trim(self, limit: int, used_before: float) -> None:
        """Brings the store below a size, by removing what was not used for the longest time; never what was used after
        `used_before` (seconds since 1970)."""
        found: list[tuple[float, int, Path]] = []
        for path in self._blobs.glob("??/*"):
            with contextlib.suppress(OSError):
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        size = sum(one[1] for one in found)
        for used, length, path in sorted(found):
            if size <= limit or used >= used_before:
                break
            path.unlink(missing_ok=True)
            size -= length

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._scratch, prefix=f"{_machine()}-{os.getpid()}-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear_scratch(self) -> None:
        for folder in self._scratch.glob(f"{_machine()}-*"):
            owner = folder.name.removeprefix(f"{_machine()}-").partition("-")[0]
            if owner.isdecimal() and not _is_running(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)

    def _path(self, digest: str) -> Path:
        return self._blobs / digest[:2] / digest[2:]


class Ledger:
    """Job key -> Result, as lines appended to one file. A damaged line is as if it had never been written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._results: dict[str, Result] = {}
        self._torn = False
        self._recorded = self._load()

    def find(self, key: str) -> Result | None:
        return self._results.get(key)

    def record(self, key: str, result: Result) -> None:
        """Remembers the result; it survives the process as soon as this returns."""
        self._results[key] = result
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" * self._torn + _checked(key, result))
        self._torn = False
        self._recorded += 1

    def forget(self, key: str) -> None:
        """The result no longer counts; the file says so at the next `keep_only`, or when the job is recorded again."""
        self._results.pop(key, None)

    def keep_only(self, keys: Iterable[str]) -> None:
        """Rewrites the file with these results alone."""
        wanted = set(keys)
        if self._recorded == len(self._results) and wanted >= self._results.keys():
            return
        self._results = {key: result for key, result in self._results.items() if key in wanted}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(_checked(key, result) for key, result in self._results.items())
        write_whole(self._path, text.encode())
        self._recorded = len(self._results)

    def digests(self) -> set[str]:
        """Digests of all outputs that any remembered result has."""
        return {output.digest for result in self._results.values() for output in result.outputs.values()}

    def _load(self) -> int:
        count = 0
        with contextlib.suppress(OSError):
            text = self._path.read_text(encoding="utf-8", errors="replace")
            self._torn = not text.endswith("\n")
            for line in text.split("\n"):
                count += bool(line)
                with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
                    checksum, key, value = line.split(" ", 2)
                    if int(checksum, 16) == zlib.crc32(f"{key} {value}".encode()):
                        self._results[key] = _parse(value)
        return count


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file so that a reader sees the old bytes or the new ones, never a part. Raises OSError."""
    with replacing(path) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well, and is gone when it does not."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _copy(source: BinaryIO, target: BinaryIO) -> str:
    """Copies to the end; the digest of what was copied."""
    digest = hashlib.sha256()
    while piece := source.read(_PIECE):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _machine() -> str:
    return socket.gethostname().replace("-", "_")


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _line(result: Result) -> str:
    outputs = {name: [output.digest, output.size] for name, output in result.outputs.items()}
    return json.dumps([outputs, dict(result.facts)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _parse(text: str) -> Result:
    outputs, facts = json.loads(text)
    return Result({name: Output(digest, size) for name, (digest, size) in outputs.items()}, facts)


def _checked(key: str, result: Result) -> str:
    text = _line(result)
    return f"{zlib.crc32(f'{key} {text}'.encode()):08x} {key} {text}\n"
