"""liblouis through ctypes: text to Unicode braille and back. The only file that knows the library.

liblouis keeps compiled tables in global memory and is not made for threads, so every call takes one lock. The search
path for tables is the variable LOUIS_TABLEPATH, which replaces the built-in path instead of adding to it (measured with
3.24): it is set here once, before the first call, to what the reader had set, our folder, and the library's own folder.
"""

import ctypes
import ctypes.util
import os
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from builder.exports.unavailable import ProgramMissing

TABLE_FOLDER: Final = Path(__file__).parent / "braille" / "tables"

ITALIC: Final = 1
BOLD: Final = 4
"""Bits of a typeform, as in liblouis.h (`typeforms`)."""

_DOTS_AS_UNICODE: Final = 4 | 64
"""liblouis.h `dotsIO | ucBrl`: the result is U+2800 to U+28FF whatever the table displays."""

_LIBRARY_NAMES: Final = ("liblouis.so.20", "liblouis.so", "liblouis.20.dylib", "liblouis.dylib", "liblouis.dll")
_LIBRARY_FOLDERS: Final = ("", "/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib")
_SYSTEM_TABLES: Final = (
    "/usr/share/liblouis/tables",
    "/usr/local/share/liblouis/tables",
    "/opt/homebrew/share/liblouis/tables",
    "/opt/local/share/liblouis/tables",
)


class LiblouisMissing(ProgramMissing):
    """The library or its tables are not installed; `program` names which of the two."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "sudo apt-get install liblouis20 liblouis-data")


class UnusableBrailleTable(RuntimeError):
    """liblouis refused a table list; `log` is what it said."""

    def __init__(self, tables: str, log: Sequence[str]) -> None:
        super().__init__(f"liblouis cannot use {tables}: " + ("; ".join(log) or "no reason given"))
        self.tables = tables
        self.log = tuple(log)


def liblouis_version() -> str:
    """The library's own version, e.g. ``3.24.0``. Raises LiblouisMissing."""
    return str(_library().lou_version().decode())


def system_tables() -> Path:
    """The folder of the tables that came with the library. Raises LiblouisMissing."""
    return _system_tables(_library())


def translate(text: str, tables: str, typeforms: Sequence[int] | None = None) -> str:
    """The braille cells for `text`, as Unicode braille patterns.

    `tables` is a comma-separated list of table names. `typeforms` gives ITALIC and BOLD bits for every character.
    Characters that the table does not know come out as an escape with 8-dot cells. Raises LiblouisMissing and
    UnusableBrailleTable.
    """
    return _call("lou_translateString", text, tables, typeforms, _DOTS_AS_UNICODE)


def translate_back(cells: str, tables: str) -> str:
    """The text that these Unicode braille cells stand for. Raises as `translate` does."""
    # Mode 0: with dotsIO the library takes Unicode cells for something else here and answers with noise.
    return _call("lou_backTranslateString", cells, tables, None, 0)


_LOCK: Final = threading.Lock()
_log: list[str] = []


def _call(function: str, text: str, tables: str, typeforms: Sequence[int] | None, mode: int) -> str:
    if not text:
        return ""
    library = _library()
    width, encoding = _characters()
    given = text.encode(encoding)
    length = len(given) // width
    with _LOCK:
        _log.clear()
        room = length * 4 + 64
        while True:
            into = ctypes.create_string_buffer(room * width)
            taken, made = ctypes.c_int(length), ctypes.c_int(room)
            forms = (ctypes.c_ushort * room)(*typeforms) if typeforms is not None else None
            done = getattr(library, function)(
                tables.encode(), given, ctypes.byref(taken), into, ctypes.byref(made), forms, None, mode
            )
            if not done:
                raise UnusableBrailleTable(tables, _log)
            if taken.value >= length or room > length * 64 + 4096:
                return ctypes.string_at(into, made.value * width).decode(encoding, "replace")
            room *= 4


@cache
def _characters() -> tuple[int, str]:
    """Bytes of one of the library's characters (it is built for 2 or 4), and their encoding."""
    width = int(_library().lou_charSize())
    return width, f"utf-{width * 8}-{'le' if sys.byteorder == 'little' else 'be'}"


@cache
def _library() -> Any:
    loaded = _load()
    own, system = TABLE_FOLDER, _system_tables(loaded)
    chosen = [one for one in os.environ.get("LOUIS_TABLEPATH", "").split(",") if one]
    os.environ["LOUIS_TABLEPATH"] = ",".join(dict.fromkeys([*chosen, str(own), str(system)]))
    loaded.lou_version.restype = ctypes.c_char_p
    loaded.lou_registerLogCallback(_LISTENER)
    return loaded


def _load() -> Any:
    found = ctypes.util.find_library("louis")
    names = [*([found] if found else []), *_LIBRARY_NAMES]
    for folder in _LIBRARY_FOLDERS:
        for name in names:
            try:
                return ctypes.CDLL(str(Path(folder, name)) if folder else name)
            except OSError:
                continue
    raise LiblouisMissing("liblouis")


def _system_tables(library: Any) -> Path:
    beside = Path(str(library._name)).resolve().parent.parent / "share" / "liblouis" / "tables"
    chosen = [Path(one) for one in os.environ.get("LOUIS_TABLEPATH", "").split(",") if one]
    programs = [
        Path(os.environ[name], "liblouis/share/liblouis/tables") for name in ("ProgramFiles",) if name in os.environ
    ]
    for folder in [*chosen, *map(Path, _SYSTEM_TABLES), beside, *programs]:
        if (folder / "ru-litbrl.ctb").is_file():
            return folder
    raise LiblouisMissing("liblouis tables")


def _listen(level: int, message: bytes) -> None:
    """Keeps what liblouis would print to standard error, for the exception."""
    if level >= 30000:  # LOU_LOG_WARN in liblouis.h
        _log.append(message.decode(errors="replace"))


_LISTENER: Final = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p)(_listen)
