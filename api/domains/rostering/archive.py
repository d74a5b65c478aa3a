"""A OneRoster archive (a ZIP of CSV files) as rows of text, with everything that is wrong with its form.

Format: 1EdTech OneRoster 1.2, CSV binding: UTF-8, RFC 4180, a header line, `manifest.csv` with one line for each file.
What we read of it stands in `COLUMNS`; other columns are the sender's affair, other files are named in the report.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.archives import ArchiveRefused, Limits, unpack

MANIFEST: Final = "manifest.csv"
VERSIONS: Final = ("1.2", "1.1")
"""1.1 has no roles.csv; the role stands in users.csv."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "orgs.csv": ("sourcedId", "name", "type"),
    "academicSessions.csv": ("sourcedId", "title", "type", "startDate", "endDate"),
    "courses.csv": ("sourcedId", "title", "courseCode", "orgSourcedId"),
    "classes.csv": ("sourcedId", "title", "courseSourcedId", "classCode", "schoolSourcedId", "termSourcedIds"),
    "users.csv": ("sourcedId", "givenName", "familyName"),
    "roles.csv": ("sourcedId", "userSourcedId", "role", "orgSourcedId"),
    "enrollments.csv": ("sourcedId", "classSourcedId", "userSourcedId", "role"),
}
"""File -> the columns it must have, in the order in which files are carried out."""

MOST_FILES: Final = 40
LARGEST_FILE: Final = 100_000_000
"""Bytes after unpacking. Our choice: 10,000 students with 8 classes each are 12 MB."""
LARGEST_ARCHIVE: Final = 200_000_000
MOST_ROWS: Final = 500_000
MOST_FAULTS: Final = 500
"""A report is for a person; a file of another kind would else fill it with one complaint for each line."""
LONGEST_CELL: Final = 1_000
_REFUSALS: Final = frozenset({"too-many-files", "file-too-large", "file-twice"})
"""Of `ArchiveRefused`, those that have words of their own here; any other is no archive for us."""
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: file, line (from 1, the header's), column, code of the message, and its values."""

    file: str
    line: int
    column: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file: column -> text without blanks around it."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def source_id(self) -> str:
        return self["sourcedId"]

    @property
    def is_deleted(self) -> bool:
        return self["status"] == "tobedeleted"


class Faults:
    """Collects what is wrong, up to `MOST_FAULTS`."""

    def __init__(self) -> None:
        self.found: list[RowFault] = []
        self.count = 0

    def add(self, file: str, line: int, column: str, code: str, **values: str) -> None:
        self.count += 1
        if len(self.found) < MOST_FAULTS:
            self.found.append(RowFault(file, line, column, code, values))

    def add_row(self, row: Row, column: str, code: str, **values: str) -> None:
        self.add(row.file, row.line, column, code, **values)


@dataclass(frozen=True, slots=True)
class Archive:
    """The files that we read, each with its rows in the order of the file, and the names of those we do not."""

    files: Mapping[str, Sequence[Row]]
    unread: tuple[str, ...]

    def rows(self, file: str) -> Sequence[Row]:
        return self.files.get(file, ())


def read_archive(data: bytes) -> tuple[Archive, Faults]:
    """Reads as much as can be read. The archive is empty when it is no archive at all, which the faults then say."""
    faults = Faults()
    contents = _unpack(data, faults)
    if faults.count:
        return Archive({}, ()), faults
    if MANIFEST not in contents:
        faults.add(MANIFEST, 0, "", "no-manifest")
    present = _present_files(contents, faults)
    files = {name: _read_rows(name, contents[name], columns, faults) for name, columns in present.items()}
    unread = tuple(sorted(name for name in contents if name not in files and name != MANIFEST))
    return Archive(files, unread), faults


def _unpack(data: bytes, faults: Faults) -> dict[str, bytes]:
    """Name without folders -> bytes."""
    try:
        unpacked = unpack(data, Limits(MOST_FILES, LARGEST_FILE, LARGEST_ARCHIVE))
    except ArchiveRefused as refused:
        code = refused.code if refused.code in _REFUSALS else "not-an-archive"
        faults.add(refused.file.rpartition("/")[2], 0, "", code, **refused.values)
        return {}
    found: dict[str, bytes] = {}
    for path, raw in unpacked.items():
        name = path.rpartition("/")[2]
        if name in found:
            faults.add(name, 0, "", "file-twice")
        found[name] = raw
    return found


def _present_files(contents: Mapping[str, bytes], faults: Faults) -> Mapping[str, tuple[str, ...]]:
    """The files to read: those the manifest does not call absent. A file it names and that is missing is a fault:
    part of a roster must not pass for the whole."""
    said: dict[str, str] = {}
    version = ""
    for row in _read_rows(MANIFEST, contents.get(MANIFEST, b"propertyName,value\n"), ("propertyName", "value"), faults):
        name, value = row["propertyName"], row["value"]
        if name == "oneroster.version":
            version = value
        elif name.startswith("file."):
            said[f"{name.removeprefix('file.')}.csv"] = value
            if value not in ("absent", "bulk", "delta"):
                faults.add_row(row, "value", "unknown-mode", value=value)
    if MANIFEST in contents and version not in VERSIONS:
        faults.add(MANIFEST, 0, "oneroster.version", "unknown-version", found=version or "-", known=", ".join(VERSIONS))
    for name in COLUMNS:
        if said.get(name, "absent") != "absent" and name not in contents:
            faults.add(name, 0, "", "file-missing")
    return {
        name: columns
        for name, columns in COLUMNS.items()
        if name in contents and said.get(name, "bulk" if MANIFEST not in contents else "absent") != "absent"
    }


def _read_rows(name: str, raw: bytes, columns: Sequence[str], faults: Faults) -> list[Row]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(name, raw.count(b"\n", 0, error.start) + 1, "", "not-utf8")
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    try:
        header = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in columns if column not in header]
        for column in missing:
            faults.add(name, 1, column, "column-missing")
        if len(set(header)) != len(header):
            faults.add(name, 1, "", "column-twice")
        if missing or len(set(header)) != len(header):
            return []
        for line, cells in _lines(reader):
            if len(rows) >= MOST_ROWS:
                faults.add(name, line, "", "too-many-rows", largest=str(MOST_ROWS))
                break
            if len(cells) != len(header):
                faults.add(name, line, "", "cell-count", expected=str(len(header)), found=str(len(cells)))
                continue
            row = Row(name, line, {column: cell.strip() for column, cell in zip(header, cells, strict=True) if cell})
            if name == MANIFEST or _is_sound(row, columns, seen, faults):
                rows.append(row)
    except csv.Error:
        faults.add(name, reader.line_num, "", "broken-line")
    return rows


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not blank, with the number at which it begins; quoted cells may go on over several."""
    line = 2
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1  # type: ignore[attr-defined]  # of csv's reader


def _is_sound(row: Row, columns: Sequence[str], seen: dict[str, int], faults: Faults) -> bool:
    before = faults.count
    for column in columns:
        if not row[column]:
            faults.add_row(row, column, "cell-empty")
    for column, cell in row.cells.items():
        if len(cell) > LONGEST_CELL:
            faults.add_row(row, column, "cell-too-long", largest=str(LONGEST_CELL))
        elif _CONTROLS.search(cell):
            faults.add_row(row, column, "control-characters")
    if len(row.source_id) > 255:
        faults.add_row(row, "sourcedId", "cell-too-long", largest="255")
    if row["status"] not in ("", "active", "tobedeleted"):
        faults.add_row(row, "status", "unknown-word", value=row["status"][:50])
    if row.source_id and row.source_id in seen:
        faults.add_row(row, "sourcedId", "source-twice", first=str(seen[row.source_id]))
    seen.setdefault(row.source_id, row.line)
    return faults.count == before
