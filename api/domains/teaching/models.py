"""The tables of teaching. All periods are days in the university's zone, and both ends count."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.teaching.rules import ClassState, GroupState, Mode, SessionKind, SessionState


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class AcademicSessionRow(VersionedRow):
    """An academic year, a semester of it, a session of that (OneRoster `academicSession`)."""

    __tablename__ = "academic_session"
    __table_args__ = (
        _one_of("kind", SessionKind),
        _one_of("state", SessionState),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("(kind = 'year') = (parent_id IS NULL)", name="parent"),
        Index("ix_academic_session_order", "starts_on", "id"),
        Index("ix_academic_session_state_ends_on", "state", "ends_on"),
    )

    code: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("academic_session.id"), index=True)
    titles: Mapped[dict[str, Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default=SessionState.PLANNED.value)
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[UUID | None]
    """A person; None for the service itself."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    source_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    """Of the system it was imported from (OneRoster `sourcedId`)."""


class ClassRow(VersionedRow):
    """A section of a course in a session. Its one content package is that of its course and session (clause 4.1 b)."""

    __tablename__ = "class"
    __table_args__ = (
        UniqueConstraint("academic_session_id", "code"),
        _one_of("mode", Mode),
        _one_of("state", ClassState),
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancel_reason"),
        Index("ix_class_academic_session_id_state", "academic_session_id", "state", "id"),
        Index("ix_class_academic_session_id_id", "academic_session_id", "id"),
        Index("ix_class_course_id", "course_id", "id"),
        Index("ix_class_programme_id", "programme_id", "id"),
        Index("ix_class_unit_id", "unit_id", "id"),
        Index("ix_class_state", "state", "id"),
    )

    code: Mapped[str] = mapped_column(String(64))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """For whom it is taught; None for a class that students of any programme may take."""
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The department that teaches it."""
    language: Mapped[str] = mapped_column(String(2))
    """Of teaching."""
    capacity: Mapped[int]
    mode: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(9), default=ClassState.PLANNED.value)
    state_changed_at: Mapped[datetime | None]
    state_changed_by: Mapped[UUID | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(String(255), unique=True)


class ClassInstructorRow(Row):
    """Who teaches a class from one day to another; gives the role (instructor, class)."""

    __tablename__ = "class_instructor"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        Index("ix_class_instructor_class_id", "class_id", "id"),
        Index("ix_class_instructor_person_id", "person_id", "id"),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    """Taken back before it began; it never counted."""


class GroupRow(VersionedRow):
    """Students of one programme and intake year who study together (`group` is a word of SQL)."""

    __tablename__ = "student_group"
    __table_args__ = (
        _one_of("state", GroupState),
        CheckConstraint("intake_year BETWEEN 1950 AND 2200", name="intake_year"),
        CheckConstraint("(state = 'planned') OR (state = 'dissolved') OR active_from IS NOT NULL", name="active_from"),
        Index("ix_student_group_programme_id", "programme_id", "id"),
        Index("ix_student_group_unit_id", "unit_id", "id"),
        Index("ix_student_group_state", "state", "id"),
    )

    code: Mapped[str] = mapped_column(String(64), unique=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """Whose dean's office keeps it."""
    intake_year: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(9), default=GroupState.PLANNED.value)
    active_from: Mapped[date | None]
    """From this day on it has a curator on every day, until `active_until`."""
    active_until: Mapped[date | None]
    state_changed_at: Mapped[datetime | None]
    state_changed_by: Mapped[UUID | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str | None] = mapped_column(String(255), unique=True)


class GroupMemberRow(Row):
    """A student in a group from one day to another; gives the role (student, group)."""

    __tablename__ = "group_member"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        Index(
            "uq_group_member_current",
            "person_id",
            "programme_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("ends_on IS NULL AND revoked_at IS NULL"),
        ),
        Index("ix_group_member_group_id", "group_id", "id"),
        Index("ix_group_member_person_id", "person_id", "id"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("student_group.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    """The group's, which never changes: a student is in one group of a programme at a time."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    """Taken back before it began; it never counted."""


class CuratorAssignmentRow(Row):
    """Who is a group's curator from one day to another (clause 5.6); gives the role (curator, group)."""

    __tablename__ = "curator_assignment"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        Index("ix_curator_assignment_group_id", "group_id", "id"),
        Index("ix_curator_assignment_person_id", "person_id", "id"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("student_group.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    assigned_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    """Taken back before it began; it never counted."""


class SupportAssignmentRow(VersionedRow):
    """Who supports a student, from one day to another (clause 7.4). That a student has a psychologist or a sign
    language interpreter tells about health: what kind of support it is and what was shared is sealed."""

    __tablename__ = "support_assignment"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        CheckConstraint("person_id <> supporter_id", name="not_oneself"),
        Index("ix_support_assignment_person_id", "person_id", "id"),
        Index("ix_support_assignment_supporter_id", "supporter_id", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    """The student."""
    supporter_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    terms: Mapped[str] = mapped_column(Text, info={"sealed": True})
    """Sealed: kind and what is shared."""
    is_outside: Mapped[bool]
    """From another organisation: gets no role, sees what was shared and nothing else."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    assigned_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    """Taken back before it began; it never counted."""
