"""Archives from strangers, unpacked safely: how much there is was counted while unpacking, since what an archive says
of itself may be a lie; names are paths below a folder and nothing else."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_JUNK: Final = ("__MACOSX/",)
LONGEST_PATH: Final = 400
ENCRYPTED: Final = 1
"""Of the flags of a member."""


class ArchiveRefused(Exception):
    """`code` is one of `not-an-archive`, `too-many-files`, `file-too-large`, `bad-path`, `file-twice`, `encrypted`;
    `file` is its name in the archive, shortened, or empty."""

    def __init__(self, code: str, file: str = "", **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.file = _CONTROLS.sub("?", file[-120:])
        self.values = values


@dataclass(frozen=True, slots=True)
class Limits:
    """`largest_file` and `largest_whole` in bytes after unpacking."""

    most_files: int
    largest_file: int
    largest_whole: int


def unpack(data: bytes, limits: Limits) -> Mapping[str, bytes]:
    """Path with forward slashes -> content, in the order of the archive. Raises ArchiveRefused.

    Refused: paths that lead out of the folder, links, encrypted members, two members of one name (which of them a
    reader takes differs from reader to reader; capitals do not tell names apart, as on most desktops).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _unpack(packed, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as fault:
        raise ArchiveRefused("not-an-archive") from fault


def _unpack(packed: zipfile.ZipFile, limits: Limits) -> Mapping[str, bytes]:
    members = [one for one in packed.infolist() if not one.is_dir() and not one.filename.startswith(_JUNK)]
    if len(members) > limits.most_files:
        raise ArchiveRefused("too-many-files", largest=str(limits.most_files))
    found: dict[str, bytes] = {}
    names: set[str] = set()
    total = 0
    for member in members:
        path = safe_path(member.filename)
        if path is None or stat.S_ISLNK(member.external_attr >> 16):
            raise ArchiveRefused("bad-path", member.filename)
        if path.casefold() in names:
            raise ArchiveRefused("file-twice", path)
        names.add(path.casefold())
        if member.flag_bits & ENCRYPTED:
            raise ArchiveRefused("encrypted", path)
        most = min(limits.largest_file, limits.largest_whole - total)
        with packed.open(member) as stream:
            raw = stream.read(most + 1)
        if len(raw) > most:
            raise ArchiveRefused("file-too-large", path, largest=str(limits.largest_file))
        total += len(raw)
        found[path] = raw
    return found


def safe_path(name: str) -> str | None:
    """The path below the folder that an archive is unpacked to; None when it leads elsewhere or is no name."""
    path = name.replace("\\", "/")
    parts = path.split("/")
    if not path or len(path) > LONGEST_PATH or _CONTROLS.search(path) or ":" in parts[0]:
        return None
    return None if any(part in ("", ".", "..") for part in parts) else path
