"""A backup that any of our databases can read: every row of every table, from one state of the database.

A gzip file of JSON lines: a head (format, revision, time), then for each table its name and columns and a line for
each row, then the bytes that columns refer to (files that were handed in), then an end with the number of rows and the
SHA-256 of all lines before it, so that a file that was cut off or changed is refused before anything is replaced. It
moves a university from SQLite to PostgreSQL and back. Keys are not in it: sealed fields and files stay sealed, and
whoever restores needs the key ring too.

Bytes stand under their own SHA-256 and never change, so those that the rows of one state refer to are still there when
the rows have been written: what is let go meanwhile is collected much later.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import JSON, Connection, Table, delete, insert, inspect, select, text
from sqlalchemy.types import TypeEngine

from api.db.base import BYTES, Base
from api.db.migrate import BASE, downgrade_connection, newest_revision, upgrade_connection
from api.db.session import Database

FORMAT: Final = "jetki-backup-2"
SEEDED: Final = "seeded"
"""Key in the `info` of tables into which migrations put rows of their own."""
_ROWS_AT_ONCE: Final = 500
_PIECE_BYTES: Final = 192 * 1024
_ADDRESS: Final = re.compile(r"[0-9a-f]{64}")


class UnusableBackup(Exception):
    """The file cannot be restored. `reason` is one of: unreadable, cut-off, changed, other-format, other-version."""

    def __init__(self, reason: str, found: str = "") -> None:
        super().__init__(f"{reason} {found}".strip())
        self.reason = reason
        self.found = found


class NotEmpty(Exception):
    """The database holds a university already; restoring over it has to be asked for."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tables, rows and stored files were written or read; `lost` are the addresses of bytes that are missing
    or changed, which no backup can hold."""

    tables: int
    rows: int
    files: int = 0
    lost: tuple[str, ...] = ()


async def write_backup(database: Database, file: Path, now: datetime, data: Path) -> Counted:
    """Of the database and of the bytes in the folder `data`. Writes the backup beside `file` and renames it: whoever
    sees the file sees all of it. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(prefix=file.name, dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
                counted = await _write_lines(database, _Digesting(packed), now, data)
            raw.flush()
            os.fsync(raw.fileno())
        Path(aside).replace(file)
    finally:
        Path(aside).unlink(missing_ok=True)
    return counted


class _Digesting:
    """Writes lines and keeps the digest of all that was written."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def line(self, value: Any) -> None:
        raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self.digest.update(raw)
        self._file.write(raw)


async def _write_lines(database: Database, out: _Digesting, now: datetime, data: Path) -> Counted:
    rows = 0
    outside: set[tuple[str, str]] = set()
    async with database.reader.connect() as connection:
        if not database.is_sqlite:  # in SQLite's WAL a transaction sees one state anyway
            connection = await connection.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("SELECT 1"))
        out.line({"format": FORMAT, "revision": newest_revision(), "at": now.isoformat()})
        for table in _tables():
            out.line({"table": table.name, "columns": [column.name for column in table.columns]})
            refers = [(number, str(one.info[BYTES])) for number, one in enumerate(table.columns) if BYTES in one.info]
            result = await connection.stream(select(table).order_by(*table.primary_key.columns))
            async for row in result:
                out.line([_plain(value) for value in row])
                outside.update((folder, row[number]) for number, folder in refers if row[number] is not None)
                rows += 1
    lost = [address for folder, address in sorted(outside) if not _write_bytes(out, data, folder, address)]
    out.line({"rows": rows, "sha256": out.digest.hexdigest()})
    return Counted(len(_tables()), rows, len(outside) - len(lost), tuple(lost))


def _write_bytes(out: _Digesting, data: Path, folder: str, address: str) -> bool:
    """False for bytes that are not what they were."""
    path = _path(data, folder, address)
    try:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != address:
                return False
            file.seek(0)
            out.line({"bytes": folder, "address": address})
            while piece := file.read(_PIECE_BYTES):
                out.line({"piece": base64.b64encode(piece).decode()})
    except FileNotFoundError:
        return False
    return True


def _path(data: Path, folder: str, address: str) -> Path:
    return data / folder / address[:2] / address[2:]


async def restore_backup(database: Database, file: Path, data: Path, *, replace: bool = False) -> Counted:
    """Makes the database what it was, in one transaction, and puts the bytes back into the folder `data`. Raises
    UnusableBackup, NotEmpty, OSError."""
    counted = check_backup(file)
    async with database.writer.begin() as connection:
        await connection.run_sync(_restore, file, data, replace)
    return counted


def check_backup(file: Path) -> Counted:
    """Reads a backup to its end and verifies its digest. Raises UnusableBackup, OSError."""
    tables = rows = files = 0
    digest = hashlib.sha256()
    content = _Content()
    end: Mapping[str, Any] | None = None
    for raw, value in _lines(file):
        if end is not None:
            raise UnusableBackup("changed")
        if isinstance(value, list):
            rows += 1
        elif "piece" in value:
            content.add(value)
        elif "bytes" in value:
            content.begin(value)
            files += 1
        elif "sha256" in value:
            content.end()
            end = value
            if value != {"rows": rows, "sha256": digest.hexdigest()}:
                raise UnusableBackup("changed")
        elif "table" in value:
            tables += 1
        elif value.get("format") != FORMAT:
            raise UnusableBackup("other-format", str(value.get("format", "")))
        elif value.get("revision") != newest_revision():
            raise UnusableBackup("other-version", str(value.get("revision", "")))
        digest.update(raw)
    if end is None:
        raise UnusableBackup("cut-off")
    return Counted(tables, rows, files)


class _Content:
    """The bytes of one file after the other, as the lines of a backup have them; each is verified when it ends, and,
    with a folder, put in its place."""

    def __init__(self, data: Path | None = None) -> None:
        self._data = data
        self._address = ""
        self._target = self._aside = Path()
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()

    def begin(self, line: Mapping[str, Any]) -> None:
        """Raises UnusableBackup, also for an address that is none: it becomes a path."""
        self.end()
        folder, self._address = str(line["bytes"]), str(line.get("address"))
        if folder not in _folders() or not _ADDRESS.fullmatch(self._address):
            raise UnusableBackup("changed")
        self._digest = hashlib.sha256()
        if self._data is not None:
            self._target = _path(self._data, folder, self._address)
            self._target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, aside = tempfile.mkstemp(dir=self._target.parent)
            self._file, self._aside = os.fdopen(descriptor, "wb"), Path(aside)

    def add(self, line: Mapping[str, Any]) -> None:
        if not self._address:
            raise UnusableBackup("changed")
        piece = base64.b64decode(line["piece"])
        self._digest.update(piece)
        if self._file is not None:
            self._file.write(piece)

    def end(self) -> None:
        """Raises UnusableBackup when what came was not what stands at the address."""
        if not self._address:
            return
        is_whole = self._digest.hexdigest() == self._address
        self._address = ""
        if self._file is not None:
            with self._file as file:
                file.flush()
                os.fsync(file.fileno())
            self._file = None
            if is_whole:
                self._aside.replace(self._target)
        if not is_whole:
            raise UnusableBackup("changed")


def _folders() -> set[str]:
    return {str(one.info[BYTES]) for table in _tables() for one in table.columns if BYTES in one.info}


def _lines(file: Path) -> Iterator[tuple[bytes, Any]]:
    try:
        with gzip.open(file, "rb") as packed:
            for number, raw in enumerate(packed):
                value = json.loads(raw)
                if not isinstance(value, list | dict) or (number == 0 and "format" not in value):
                    raise UnusableBackup("other-format")
                yield raw, value
    except (EOFError, gzip.BadGzipFile, ValueError, UnicodeDecodeError) as error:
        raise UnusableBackup("cut-off" if isinstance(error, EOFError) else "unreadable") from None


def _restore(connection: Connection, file: Path, data: Path, replace: bool) -> None:
    present = set(inspect(connection).get_table_names())
    held = [table for table in _tables() if table.name in present and not table.info.get(SEEDED)]
    if not replace and any(_holds_rows(connection, table) for table in held):
        raise NotEmpty
    if present:
        downgrade_connection(connection, BASE)
    upgrade_connection(connection)
    for table in _tables():
        if table.info.get(SEEDED):
            connection.execute(delete(table))
    tables = {table.name: table for table in _tables()}
    filling: _Filling | None = None
    content = _Content(data)
    for _, value in _lines(file):
        if isinstance(value, list):
            if filling is None:
                raise UnusableBackup("changed")
            filling.add(value)
            continue
        if filling is not None:
            filling.finish()
            filling = None
        if "piece" in value:
            content.add(value)
            continue
        content.end()
        if "bytes" in value:
            content.begin(value)
        elif "table" in value:
            found = tables.get(value["table"])
            if found is None or value.get("columns") != [column.name for column in found.columns]:
                raise UnusableBackup("other-version", str(value["table"]))
            filling = _Filling(connection, found)


class _Filling:
    """Rows on their way into one table."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._readers = [(column.name, _reader(column.type)) for column in table.columns]
        self._parents = [
            (column.name, key.column.name)
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table is table
        ]
        self._rows: list[dict[str, Any]] = []

    def add(self, cells: Sequence[Any]) -> None:
        self._rows.append({name: read(cell) for (name, read), cell in zip(self._readers, cells, strict=True)})
        if not self._parents and len(self._rows) >= _ROWS_AT_ONCE:
            self.finish()

    def finish(self) -> None:
        rows = _parents_first(self._rows, self._parents) if self._parents else self._rows
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._connection.execute(insert(self._table), rows[start : start + _ROWS_AT_ONCE])
        self._rows = []


def _parents_first(rows: Sequence[dict[str, Any]], parents: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Rows of a table that refers to itself, each behind the rows that it refers to."""
    column = parents[0][1]
    by_key = {row[column]: row for row in rows}
    done: dict[Any, dict[str, Any]] = {}
    for row in rows:
        path = [row]
        while path:
            one = path[-1]
            missing = [
                by_key[one[name]]
                for name, _ in parents
                if one[name] in by_key and one[name] not in done and one[name] != one[column]
            ]
            if missing:
                path.append(missing[0])
            else:
                done.setdefault(one[column], one)
                path.pop()
    return list(done.values())


def _holds_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None


def _tables() -> Sequence[Table]:
    """Every table, behind those that it refers to."""
    return Base.metadata.sorted_tables


def _plain(value: Any) -> Any:
    """A value as JSON has it; the values of JSON columns stay as they are."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a cell of this type becomes the value that was written."""
    if isinstance(kind, JSON):
        return lambda cell: cell
    known: Mapping[type, Callable[[str], Any]] = {
        bytes: base64.b64decode,
        datetime: datetime.fromisoformat,
        date: date.fromisoformat,
        time: time.fromisoformat,
        UUID: UUID,
        Decimal: Decimal,
    }
    read = known.get(kind.python_type)
    return (lambda cell: cell) if read is None else lambda cell: None if cell is None else read(cell)
