"""Rows of a OneRoster archive as what they mean, checked against each other. Pure.

What OneRoster has no word for stands in columns that the standard leaves to the sender (`metadata.<name>`):
`metadata.capacity`, `metadata.mode` and `metadata.language` of a class; `metadata.programmeCode` and
`metadata.intakeYear` of a student.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from api.domains.rostering.archive import Archive, Faults, Row

UNIT_KINDS: Final = {"department": "department", "school": "institute", "district": "institute"}
"""OneRoster's kinds of organisation; `local`, `state` and `national` are above a university."""
SESSION_KINDS: Final = {
    "schoolYear": "year",
    "semester": "semester",
    "term": "semester",
    "gradingPeriod": "session",
}
MODES: Final = ("in-person", "distance", "blended")
LANGUAGES: Final = ("ky", "ru", "en")
DEFAULT_CAPACITY: Final = 30
"""Our choice, where the roster says none; a class with more students in the roster gets as many places."""
LARGEST_CAPACITY: Final = 10_000
TEACHING: Final = ("teacher",)
STUDYING: Final = ("student",)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CODE: Final = re.compile(r"[\w][\w.\-/+ ]{0,63}")


@dataclass(frozen=True, slots=True)
class Org:
    row: Row
    code: str
    kind: str
    title: str
    parent: str


@dataclass(frozen=True, slots=True)
class Session:
    row: Row
    kind: str
    title: str
    starts_on: date
    ends_on: date
    parent: str


@dataclass(frozen=True, slots=True)
class Course:
    row: Row
    code: str
    title: str
    org: str


@dataclass(frozen=True, slots=True)
class SchoolClass:
    row: Row
    code: str
    course: str
    session: str
    org: str
    capacity: int | None
    mode: str
    language: str


@dataclass(frozen=True, slots=True)
class User:
    """`programme` is empty for somebody who is not admitted by this roster."""

    row: Row
    family_name: str
    given_name: str
    patronymic: str
    email: str
    programme: str
    intake_year: int


@dataclass(frozen=True, slots=True)
class UnitRole:
    row: Row
    user: str
    role: str
    org: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Enrollment:
    row: Row
    class_: str
    user: str
    role: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Roster:
    """What an archive says, each list in the order of source ids, so that the order of lines in a file means
    nothing."""

    orgs: tuple[Org, ...]
    sessions: tuple[Session, ...]
    courses: tuple[Course, ...]
    classes: tuple[SchoolClass, ...]
    users: tuple[User, ...]
    roles: tuple[UnitRole, ...]
    enrollments: tuple[Enrollment, ...]


Read = TypeVar("Read", Org, Session, Course, SchoolClass, User, UnitRole, Enrollment)


def read_roster(archive: Archive, language: str, faults: Faults) -> Roster:
    """The rows as what they mean; what cannot be read is named in the faults and left out."""

    def each(file: str, read: Callable[[Row, Faults], Read]) -> tuple[Read, ...]:
        found = []
        for row in sorted(archive.rows(file), key=lambda one: one.source_id):
            before = faults.count
            one = read(row, faults)
            if faults.count == before:
                found.append(one)
        return tuple(found)

    roster = Roster(
        each("orgs.csv", _read_org),
        each("academicSessions.csv", _read_session),
        each("courses.csv", _read_course),
        each("classes.csv", lambda row, faults: _read_class(row, language, faults)),
        each("users.csv", _read_user),
        each("roles.csv", _read_role),
        each("enrollments.csv", _read_enrollment),
    )
    _refuse_cycles([(one.row, one.parent) for one in roster.orgs], "parentSourcedId", faults)
    _refuse_cycles([(one.row, one.parent) for one in roster.sessions], "parentSourcedId", faults)
    return roster


def find_missing(
    rows: Sequence[tuple[Row, str, str]], in_file: frozenset[str], stored: Mapping[str, object], faults: Faults
) -> None:
    """Names every reference (row, column, source id) that neither this archive nor the university has."""
    for row, column, wanted in rows:
        if wanted and wanted not in in_file and wanted not in stored:
            faults.add_row(row, column, "unknown-reference", value=wanted)


def parents_first(items: Sequence[Read], parent_of: Callable[[Read], str]) -> list[Read]:
    """Each behind the one it belongs to; the items hold no cycle."""
    by_id = {one.row.source_id: one for one in items}
    done: dict[str, Read] = {}
    for one in items:
        path = [one]
        while path:
            above = by_id.get(parent_of(path[-1]))
            if above is not None and above.row.source_id not in done:
                path.append(above)
            else:
                last = path.pop()
                done.setdefault(last.row.source_id, last)
    return list(done.values())


def _refuse_cycles(rows: Sequence[tuple[Row, str]], column: str, faults: Faults) -> None:
    parents = {row.source_id: parent for row, parent in rows}
    lines = {row.source_id: row for row, _ in rows}
    clear: set[str] = set()
    for start in parents:
        path: list[str] = []
        one = start
        while one in parents and one not in clear and one not in path:
            path.append(one)
            one = parents[one]
        if one in path:
            faults.add_row(lines[one], column, "cycle", value=one)
        clear.update(path)


def _read_org(row: Row, faults: Faults) -> Org:
    kind = _word(row, "type", UNIT_KINDS, faults)
    code = row["identifier"] or row.source_id
    _check_code(row, "identifier" if row["identifier"] else "sourcedId", code, faults)
    return Org(row, code, UNIT_KINDS.get(kind, ""), _text(row["name"]), row["parentSourcedId"])


def _read_session(row: Row, faults: Faults) -> Session:
    kind = _word(row, "type", SESSION_KINDS, faults)
    starts_on = _date(row, "startDate", faults) or date.min
    ends_on = _date(row, "endDate", faults) or date.max
    if ends_on < starts_on:
        faults.add_row(row, "endDate", "ends-before-start")
    _check_code(row, "sourcedId", row.source_id, faults)
    return Session(row, SESSION_KINDS.get(kind, ""), _text(row["title"]), starts_on, ends_on, row["parentSourcedId"])


def _read_course(row: Row, faults: Faults) -> Course:
    _check_code(row, "courseCode", row["courseCode"], faults)
    return Course(row, row["courseCode"], _text(row["title"]), row["orgSourcedId"])


def _read_class(row: Row, language: str, faults: Faults) -> SchoolClass:
    _check_code(row, "classCode", row["classCode"], faults)
    terms = [part.strip() for part in row["termSourcedIds"].split(",") if part.strip()]
    if len(terms) != 1:
        faults.add_row(row, "termSourcedIds", "one-term", found=str(len(terms)))
    capacity = _number(row, "metadata.capacity", 1, LARGEST_CAPACITY, faults) if row["metadata.capacity"] else None
    mode = _word(row, "metadata.mode", MODES, faults) if row["metadata.mode"] else MODES[0]
    spoken = _word(row, "metadata.language", LANGUAGES, faults) if row["metadata.language"] else language
    session = terms[0] if terms else ""
    return SchoolClass(
        row, row["classCode"], row["courseSourcedId"], session, row["schoolSourcedId"], capacity, mode, spoken
    )


def _read_user(row: Row, faults: Faults) -> User:
    email = row["email"]
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        faults.add_row(row, "email", "not-an-email")
    programme = row["metadata.programmeCode"]
    year = 0
    if programme:
        year = _number(row, "metadata.intakeYear", 1950, 2200, faults)
    for column in ("familyName", "givenName", "middleName"):
        if len(row[column]) > 100:
            faults.add_row(row, column, "cell-too-long", largest="100")
    return User(
        row,
        _text(row["familyName"]),
        _text(row["givenName"]),
        _text(row["middleName"]),
        email,
        programme,
        year,
    )


def _read_role(row: Row, faults: Faults) -> UnitRole:
    starts_on, ends_on = _period(row, faults)
    return UnitRole(row, row["userSourcedId"], row["role"], row["orgSourcedId"], starts_on, ends_on)


def _read_enrollment(row: Row, faults: Faults) -> Enrollment:
    starts_on, ends_on = _period(row, faults)
    return Enrollment(row, row["classSourcedId"], row["userSourcedId"], row["role"], starts_on, ends_on)


def _period(row: Row, faults: Faults) -> tuple[date | None, date | None]:
    starts_on = _date(row, "beginDate", faults) if row["beginDate"] else None
    ends_on = _date(row, "endDate", faults) if row["endDate"] else None
    if starts_on and ends_on and ends_on < starts_on:
        faults.add_row(row, "endDate", "ends-before-start")
    return starts_on, ends_on


def _text(cell: str) -> str:
    return unicodedata.normalize("NFC", cell)


def _word(row: Row, column: str, known: Mapping[str, str] | Sequence[str], faults: Faults) -> str:
    if row[column] not in known:
        faults.add_row(row, column, "unknown-word", value=row[column][:50])
    return row[column]


def _date(row: Row, column: str, faults: Faults) -> date | None:
    text = row[column]
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    faults.add_row(row, column, "not-a-day", value=text[:50])
    return None


def _number(row: Row, column: str, smallest: int, largest: int, faults: Faults) -> int:
    text = row[column]
    if re.fullmatch(r"\d{1,6}", text, re.ASCII) and smallest <= int(text) <= largest:
        return int(text)
    faults.add_row(row, column, "not-in-range", smallest=str(smallest), largest=str(largest))
    return smallest


def _check_code(row: Row, column: str, code: str, faults: Faults) -> None:
    if not _CODE.fullmatch(code):
        faults.add_row(row, column, "not-a-code", value=code[:50])
