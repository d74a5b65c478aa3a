"""A content-addressed store on disk, and the ledger of what each finished job made.

Whatever happens to its files (truncation, garbage, deletion), the store never gives wrong bytes: every blob is checked
against its digest when it is read, every ledger line against its own checksum. What is damaged is made again.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class BlobDamaged(Exception):
    """The store has no intact blobs of these digests (any more)."""

    def __init__(self, *digests: str) -> None:
        super().__init__(f"missing or damaged: {', '.join(digests)}")
        self.digests = digests


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


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


class Store:
    """Blobs by digest. Safe for several processes at once: a blob is written aside and renamed into place."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._blobs = root / "blobs"

    def put(self, data: bytes) -> Output:
        """Keeps the bytes. Raises OSError when the disk is full; nothing half-written is ever found afterwards."""
        digest = digest_of(data)
        path = self._path(digest)
        if not _holds(path, data):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        return Output(digest, len(data))

    def get(self, digest: str) -> bytes:
        """The bytes of that digest. Raises BlobDamaged, after removing what was damaged."""
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except OSError:
            raise BlobDamaged(digest) from None
        if digest_of(data) != digest:
            path.unlink(missing_ok=True)
            raise BlobDamaged(digest)
        return data

    def seems_to_hold(self, output: Output) -> bool:
        """Whether a file of the right name and size is there: cheap, for deciding what to run."""
        return _has_size(self._path(output.digest), output.size)

    def forget_all_but(self, digests: Iterable[str]) -> int:
        """Removes every other blob; gives back how many."""
        wanted, removed = set(digests), 0
        for path in self._blobs.glob("??/*"):
            if path.parent.name + path.name not in wanted:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
