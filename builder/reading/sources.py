"""Source files as the reading sees them: a digest, and the few facts that do not need the whole lesson.

The caller may remember digests and facts by path, size and modification time: pass its own `SourceFiles`.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

INSPECTION_VERSION: Final = 2
"""Grows when an inspection gives other facts for the same bytes: remembered facts of another version are stale."""

Facts = Mapping[str, Any]
"""JSON values only, so that they can be remembered."""

Inspection = Callable[[bytes], Facts]


class Inspected(NamedTuple):
    """`digest` is the SHA-256 of the file in hexadecimal; `facts` is what the inspection said of its bytes."""

    digest: str
    facts: Facts


class SourceFiles(Protocol):
    """Where digests and facts come from."""

    def inspect(self, path: Path, inspection: Inspection) -> Inspected:
        """Digest and facts of a file. Each path is always asked with the same inspection. Raises OSError."""


class FreshSourceFiles:
    """Reads every file every time."""

    def inspect(self, path: Path, inspection: Inspection) -> Inspected:
        return inspect_file(path, inspection)


def inspect_file(path: Path, inspection: Inspection) -> Inspected:
    """Digest and facts of a file, which is not read into memory if only the digest matters. Raises OSError."""
    if inspection is inspect_nothing:
        with path.open("rb") as file:
            return Inspected(hashlib.file_digest(file, "sha256").hexdigest(), {})
    data = path.read_bytes()
    return Inspected(hashlib.sha256(data).hexdigest(), inspection(data))


def inspect_nothing(_data: bytes) -> Facts:
    """For files of which only the digest matters."""
    return {}
