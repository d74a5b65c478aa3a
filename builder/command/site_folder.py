"""The site folder: brought to hold exactly what was built, one whole file after the other."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.jobs.store import BlobDamaged, Blobs, Output, digest_of_file, write_whole
from builder.model.manifest import MANIFEST_PATH


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written and removed, and how many were right already."""

    written: int
    removed: int
    kept: int


class SiteFolder:
    """`record` is a file outside the site that remembers size and time of each file as it was written.

    A file that somebody else put into the site is left alone; a file of ours that was changed or cut off is written
    again.
    """

    def __init__(self, root: Path, record: Path) -> None:
        self._root = root
        self._record = record
        self._known: dict[str, list[Any]] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            self._known = dict(json.loads(record.read_text(encoding="utf-8")))
        if not self._known:  # the record was lost: the site's own manifest still says what is ours
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                manifest = json.loads((root / MANIFEST_PATH).read_text(encoding="utf-8"))
                self._known = {str(one["path"]): [-1, -1, ""] for one in manifest["artefacts"]}

    def update(self, files: Mapping[str, Output], store: Blobs) -> Written:
        """Writes what differs, removes what was ours and is no longer wanted.

        Raises BlobDamaged when the store lost blobs (after writing the others), OSError when the disk refuses.
        """
        now: dict[str, list[Any]] = {}
        damaged: list[str] = []
        written = 0
        store.prefetch(output for path, output in files.items() if self._known.get(path, [""])[-1] != output.digest)
        try:
            for path, output in files.items():
                target = self._root / path
                mark = _mark(target)
                known = self._known.get(path)
                if known is not None and mark == known[:2] and known[2] == output.digest:
                    now[path] = known
                    continue
                if mark is None or mark[0] != output.size or digest_of_file(target) != output.digest:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    try:
                        store.copy_to(output.digest, target)
                    except BlobDamaged:
                        damaged.append(output.digest)
                        continue
                    written += 1
                now[path] = [*(_mark(target) or []), output.digest]
        finally:
            left = {path: known for path, known in self._known.items() if path not in files and path not in now}
            self._remember({**left, **now})
        if damaged:
            raise BlobDamaged(*damaged)
        for path in left:
            self._remove(self._root / path)
        self._remember(now)
        return Written(written, len(left), len(files) - written)

    def _remember(self, known: Mapping[str, list[Any]]) -> None:
        if dict(known) != self._known:
            self._known = dict(known)
            self._record.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._record, json.dumps(self._known, ensure_ascii=False).encode())

    def _remove(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self._root.resolve()):
            return  # a record that somebody tampered with must not delete anything elsewhere
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # stops at the first folder that holds something else
            for folder in path.relative_to(self._root).parents:
                if str(folder) != ".":
                    (self._root / folder).rmdir()


def _mark(path: Path) -> list[int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns]
