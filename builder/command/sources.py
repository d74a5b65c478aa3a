"""Remembers the digests and facts of source files, so that an unchanged file is not read."""

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from builder.jobs.store import write_whole
from builder.reading.sources import INSPECTION_VERSION, Inspected, Inspection, inspect_file

_UNSURE_NS: Final = 2_000_000_000
"""A file written less than this before it was inspected may change again without a new time: some file systems count
in steps of up to two seconds (FAT)."""


class RememberedSourceFiles:
    """A `SourceFiles` that keeps what it learned in one JSON file, by path, size, time and inode."""

    def __init__(self, path: Path, version: str, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._path = path
        self._version = f"{version}/{INSPECTION_VERSION}"
        self._clock_ns = clock_ns
        self._known: dict[str, list[Any]] = {}
        self._seen: dict[str, list[Any]] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            remembered = json.loads(path.read_text(encoding="utf-8"))
            if remembered["version"] == self._version:
                self._known = dict(remembered["files"])

    def inspect(self, path: Path, inspection: Inspection) -> Inspected:
        """Digest and facts of the file. Raises OSError."""
        stat = path.stat()
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        name = str(path)
        known = self._known.get(name)
        if known is not None and known[:3] == mark:
            self._seen[name] = known
            return Inspected(known[3], known[4])
        found = inspect_file(path, inspection)
        if self._clock_ns() - stat.st_mtime_ns > _UNSURE_NS:
            self._seen[name] = [*mark, found.digest, dict(found.facts)]
        return found

    def remember(self) -> None:
        """Writes what was seen in this scan. A cache that cannot be written only costs time."""
        text = json.dumps({"version": self._version, "files": self._seen}, ensure_ascii=False)
        if self._seen != self._known:
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._path, text.encode())
