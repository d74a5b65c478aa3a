"""What other domains may know of sessions, classes and groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Row, bindparam, or_, select

from api.domains.teaching.models import AcademicSessionRow, ClassRow, GroupMemberRow, GroupRow
from api.domains.teaching.rules import ClassState, GroupState, Mode, SessionKind, SessionState
from api.errors import NotFound
from api.policy import Place
from api.unit import Unit

Item = TypeVar("Item")
CHUNK = 500
"""Ids in one statement."""


@dataclass(frozen=True, slots=True)
class SessionBrief:
    """An academic year, semester or session. Both days count."""

    id: UUID
    code: str
    kind: SessionKind
    parent_id: UUID | None
    titles: Mapping[str, str]
    starts_on: date
    ends_on: date
    state: SessionState


@dataclass(frozen=True, slots=True)
class ClassBrief:
    """What other domains need of a class."""

    id: UUID
    code: str
    course_id: UUID
    academic_session_id: UUID
    programme_id: UUID | None
    unit_id: UUID
    language: str
    capacity: int
    mode: Mode
    state: ClassState
    version: int

    @property
    def place(self) -> Place:
        """For `unit.require`."""
        programmes = frozenset[UUID]() if self.programme_id is None else frozenset({self.programme_id})
        return Place(units=frozenset({self.unit_id}), programmes=programmes, classes=frozenset({self.id}))


@dataclass(frozen=True, slots=True)
class GroupBrief:
    id: UUID
    code: str
    programme_id: UUID
    unit_id: UUID
    intake_year: int
    language: str
    state: GroupState

    @property
    def place(self) -> Place:
        return Place(
            units=frozenset({self.unit_id}), programmes=frozenset({self.programme_id}), groups=frozenset({self.id})
        )


_CLASSES: Final = ClassRow.__table__.c
_CLASS: Final = select(
    *(_CLASSES.id, _CLASSES.code, _CLASSES.course_id, _CLASSES.academic_session_id, _CLASSES.programme_id),
    *(_CLASSES.unit_id, _CLASSES.language, _CLASSES.capacity, _CLASSES.mode, _CLASSES.state, _CLASSES.version),
).where(_CLASSES.id == bindparam("class_id"))
_LOCKED_CLASS: Final = _CLASS.with_for_update()


async def class_brief(unit: Unit, class_id: UUID, *, lock: bool = False) -> ClassBrief:
    """`lock`: the row stays as it is until the transaction ends, and other lockers wait. Raises NotFound."""
    found = await unit.session.execute(_LOCKED_CLASS if lock else _CLASS, {"class_id": class_id})
    row = found.one_or_none()
    if row is None:
        raise NotFound()
    return as_class(row)


async def class_briefs(unit: Unit, class_ids: Iterable[UUID]) -> dict[UUID, ClassBrief]:
    """Those that exist."""
    found: dict[UUID, ClassBrief] = {}
    for ids in chunks(class_ids):
        rows = await unit.session.scalars(select(ClassRow).where(ClassRow.id.in_(ids)))
        found |= {row.id: as_class(row) for row in rows}
    return found


async def classes_of_course(unit: Unit, course_id: UUID, *, academic_session_id: UUID | None = None) -> list[UUID]:
    """Cancelled ones too."""
    query = select(ClassRow.id).where(ClassRow.course_id == course_id)
    if academic_session_id is not None:
        query = query.where(ClassRow.academic_session_id == academic_session_id)
    return list(await unit.session.scalars(query.order_by(ClassRow.id)))


async def courses_of_classes(unit: Unit, class_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Class -> its course, of those that exist."""
    found: dict[UUID, UUID] = {}
    for ids in chunks(class_ids):
        rows = await unit.session.execute(select(ClassRow.id, ClassRow.course_id).where(ClassRow.id.in_(ids)))
        found |= dict(rows.all())
    return found


async def courses_in_session(unit: Unit, academic_session_id: UUID) -> list[UUID]:
    """The courses that have a class in the session which was not cancelled."""
    found = await unit.session.scalars(
        select(ClassRow.course_id)
        .where(ClassRow.academic_session_id == academic_session_id, ClassRow.state != ClassState.CANCELLED)
        .distinct()
        .order_by(ClassRow.course_id)
    )
    return list(found)


async def find_class_by_code(unit: Unit, code: str, academic_session_id: UUID) -> ClassBrief | None:
    """A class's code is its own within one session."""
    row = await unit.session.scalar(
        select(ClassRow).where(ClassRow.academic_session_id == academic_session_id, ClassRow.code == code)
    )
    return None if row is None else as_class(row)


async def classes_by_source(unit: Unit, source_ids: Iterable[str]) -> dict[str, UUID]:
    """OneRoster's `sourcedId` -> id, of those that are known."""
    found: dict[str, UUID] = {}
    for ids in chunks(source_ids):
        rows = await unit.session.execute(select(ClassRow.source_id, ClassRow.id).where(ClassRow.source_id.in_(ids)))
        found |= {source_id: id_ for source_id, id_ in rows if source_id is not None}
    return found


async def session_brief(unit: Unit, session_id: UUID, *, lock: bool = False) -> SessionBrief:
    """Raises NotFound."""
    row = await unit.session.get(AcademicSessionRow, session_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound()
    return as_session(row)


async def session_briefs(unit: Unit, session_ids: Iterable[UUID]) -> dict[UUID, SessionBrief]:
    """Those that exist."""
    found: dict[UUID, SessionBrief] = {}
    for ids in chunks(session_ids):
        rows = await unit.session.scalars(select(AcademicSessionRow).where(AcademicSessionRow.id.in_(ids)))
        found |= {row.id: as_session(row) for row in rows}
    return found


async def find_session_by_code(unit: Unit, code: str) -> SessionBrief | None:
    row = await unit.session.scalar(select(AcademicSessionRow).where(AcademicSessionRow.code == code))
    return None if row is None else as_session(row)


async def sessions_by_source(unit: Unit, source_ids: Iterable[str]) -> dict[str, UUID]:
    """OneRoster's `sourcedId` -> id, of those that are known."""
    found: dict[str, UUID] = {}
    table = AcademicSessionRow
    for ids in chunks(source_ids):
        rows = await unit.session.execute(select(table.source_id, table.id).where(table.source_id.in_(ids)))
        found |= {source_id: id_ for source_id, id_ in rows if source_id is not None}
    return found


async def current_sessions(unit: Unit, on: date | None = None) -> list[SessionBrief]:
    """Open years, semesters and sessions in which the day (today) lies, the year first."""
    day = on or unit.today
    table = AcademicSessionRow
    rows = await unit.session.scalars(
        select(table)
        .where(table.state == SessionState.OPEN, table.starts_on <= day, table.ends_on >= day)
        .order_by(table.starts_on, table.ends_on.desc(), table.id)
    )
    return [as_session(row) for row in rows]


async def group_brief(unit: Unit, group_id: UUID) -> GroupBrief:
    """Raises NotFound."""
    row = await unit.session.get(GroupRow, group_id)
    if row is None:
        raise NotFound()
    return as_group(row)


async def groups_of_person(unit: Unit, person_id: UUID, on: date | None = None) -> list[GroupBrief]:
    """The groups the person is a member of on that day (today)."""
    day = on or unit.today
    table = GroupMemberRow
    rows = await unit.session.scalars(
        select(GroupRow)
        .join(table, table.group_id == GroupRow.id)
        .where(
            table.person_id == person_id,
            table.revoked_at.is_(None),
            table.starts_on <= day,
            or_(table.ends_on.is_(None), table.ends_on >= day),
        )
        .order_by(GroupRow.id)
    )
    return [as_group(row) for row in rows]


# Creation, for imports and the demonstration university


@dataclass(frozen=True, slots=True)
class NewSession:
    """`parent` is an id that is stored, or the code of a session in the same list or stored."""

    code: str
    kind: SessionKind
    parent: UUID | str | None
    titles: Mapping[str, str]
    starts_on: date
    ends_on: date
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewClass:
    """The session and course exist."""

    code: str
    course_id: UUID
    academic_session_id: UUID
    unit_id: UUID
    language: str
    capacity: int
    mode: Mode
    programme_id: UUID | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewGroup:
    code: str
    programme_id: UUID
    unit_id: UUID
    intake_year: int
    language: str
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """What is wrong with a row of a list: its place (from 0), the field, the code of the message, its values."""

    index: int
    field: str
    code: str
    values: Mapping[str, str | int]


class Outcome(StrEnum):
    """What became of a row of a list."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a list: ids and outcomes in its order, or refusals and nothing stored."""

    ids: tuple[UUID, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    refusals: tuple[RowRefusal, ...] = ()


def as_session(row: AcademicSessionRow) -> SessionBrief:
    return SessionBrief(
        row.id,
        row.code,
        SessionKind(row.kind),
        row.parent_id,
        row.titles,
        row.starts_on,
        row.ends_on,
        SessionState(row.state),
    )


def as_class(row: ClassRow | Row[*tuple[Any, ...]]) -> ClassBrief:
    return ClassBrief(
        row.id,
        row.code,
        row.course_id,
        row.academic_session_id,
        row.programme_id,
        row.unit_id,
        row.language,
        row.capacity,
        Mode(row.mode),
        ClassState(row.state),
        row.version,
    )


def as_group(row: GroupRow) -> GroupBrief:
    return GroupBrief(
        row.id, row.code, row.programme_id, row.unit_id, row.intake_year, row.language, GroupState(row.state)
    )


def chunks(items: Iterable[Item]) -> Iterable[list[Item]]:
    listed = list(dict.fromkeys(items))
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))
