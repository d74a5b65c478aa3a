"""The tables of assignments and of what is handed in. `assignment.id` is the id of its row in `task`."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.assignments.rules import Forming, LateRule, SubmissionState, TextRule


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(one.value) for one in words)})", name=column)


class AssignmentRow(VersionedRow):
    """An assignment of a class. Its titles, window and number of versions stand in `task`."""

    __tablename__ = "assignment"
    __table_args__ = (
        _one_of("late", LateRule),
        _one_of("text", TextRule),
        _one_of("forming", Forming),
        CheckConstraint("penalty_percent BETWEEN 0 AND 100", name="penalty_percent"),
        CheckConstraint("most_files BETWEEN 0 AND 100", name="most_files"),
        CheckConstraint("most_bytes > 0", name="most_bytes"),
        CheckConstraint("group_size BETWEEN 1 AND 50", name="group_size"),
        CheckConstraint("(forming = 'none') = (group_size = 1)", name="groups"),
        CheckConstraint("most_files > 0 OR text <> 'none'", name="something"),
        Index("ix_assignment_class_id_id", "class_id", "id"),
        Index("ix_assignment_unit_id_id", "unit_id", "id"),
        Index("ix_assignment_programme_id_id", "programme_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), primary_key=True)
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """Unit and programme of the class, which never change: lists are filtered by them."""
    instructions: Mapped[dict[str, Any]]
    """Language -> what is to be done."""
    late: Mapped[str] = mapped_column(String(8))
    penalty_percent: Mapped[int]
    """Taken off for each day or part of one behind the person's own due moment."""
    most_files: Mapped[int]
    most_bytes: Mapped[int] = mapped_column(BigInteger)
    """Of one file."""
    media_types: Mapped[list[Any] | None]
    """By their bytes; None: anything, as data."""
    text: Mapped[str] = mapped_column(String(8))
    forming: Mapped[str] = mapped_column(String(10))
    group_size: Mapped[int]
    grading: Mapped[dict[str, Any]]
    """What its line item will be: category, weight, points, blind, second marker."""
    line_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("line_item.id"), index=True)
    created_by: Mapped[UUID | None]
    announced_at: Mapped[datetime | None]
    """As in `task`: lists are filtered by it."""
    changed_at: Mapped[datetime]
    """Written with every change, of its task too, so that its entity tag is another one."""


class AssignmentFileRow(Row):
    """A file that belongs to the assignment itself: data, a form, a recording."""

    __tablename__ = "assignment_file"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        Index("ix_assignment_file_file_id", "file_id"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    number: Mapped[int]
    language: Mapped[str | None] = mapped_column(String(2))
    """None: for everybody."""
    removed_at: Mapped[datetime | None]


class SubmissionGroupRow(VersionedRow):
    """Students who hand in one work together."""

    __tablename__ = "submission_group"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    number: Mapped[int]
    is_closed: Mapped[bool]
    """Formed by the instructor: nobody joins or leaves by themselves."""
    created_by: Mapped[UUID | None]


_PRESENT = text("left_at IS NULL")


class SubmissionGroupMemberRow(Row):
    __tablename__ = "submission_group_member"
    __table_args__ = (
        Index(
            "uq_submission_group_member_present",
            "assignment_id",
            "person_id",
            unique=True,
            sqlite_where=_PRESENT,
            postgresql_where=_PRESENT,
        ),
        Index("ix_submission_group_member_group_id", "group_id"),
        Index("ix_submission_group_member_person_id", "person_id", "id"),
    )

    group_id: Mapped[UUID] = mapped_column(ForeignKey("submission_group.id"))
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    left_at: Mapped[datetime | None]


_DRAFT = text("state = 'draft'")
_COUNTS = text("state = 'submitted'")


class SubmissionRow(VersionedRow):
    """One version of a work. Submitted ones are never changed and never deleted before their retention ends."""

    __tablename__ = "submission"
    __table_args__ = (
        _one_of("state", SubmissionState),
        UniqueConstraint("assignment_id", "holder_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("late_ms >= 0", name="late_ms"),
        CheckConstraint("deduction_percent BETWEEN 0 AND 100", name="deduction_percent"),
        CheckConstraint(
            "(submitted_at IS NULL) = (state IN ('draft', 'discarded')) AND (submitted_at IS NULL) = (receipt IS NULL)",
            name="submitted",
        ),
        Index(
            "uq_submission_draft",
            "assignment_id",
            "holder_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        Index(
            "uq_submission_counts",
            "assignment_id",
            "holder_id",
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
        Index("ix_submission_assignment_id_id", "assignment_id", "id"),
        Index("ix_submission_group_id", "group_id"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    holder_id: Mapped[UUID] = mapped_column(info={"person": "about"})
    """Whose work it is: a person, or a group."""
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("submission_group.id"))
    number: Mapped[int]
    """1, 2, 3 … for one holder."""
    state: Mapped[str] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(2))
    """Of the text, for screen readers."""
    text_version: Mapped[int]
    """Of the text that counts; 0: there is none."""
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), info={"person": "about"})
    late_ms: Mapped[int | None] = mapped_column(BigInteger)
    deduction_percent: Mapped[int | None]
    conditions: Mapped[dict[str, Any] | None]
    """The effective due moment and close when it was submitted, with their sources."""
    receipt: Mapped[str | None] = mapped_column(Text)
    """The canonical text that was signed."""
    receipt_seal: Mapped[str | None] = mapped_column(String(200))
    """What `KeyRing.sign` gave for it; the person may have it."""


class SubmissionPersonRow(Row):
    """Whose work a version is: written when it begins, and again for a group when it is submitted."""

    __tablename__ = "submission_person"
    __table_args__ = (
        UniqueConstraint("submission_id", "person_id"),
        Index("ix_submission_person_person_id", "person_id", "id"),
    )

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class SubmissionFileRow(Row):
    """A file of a version. One that was taken out of a draft stays on record without its file."""

    __tablename__ = "submission_file"
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        Index("ix_submission_file_file_id", "file_id"),
    )

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class SubmissionTextRow(Row):
    """A version of the text, as it was saved. Never changed; the last one counts."""

    __tablename__ = "submission_text"
    __table_args__ = (UniqueConstraint("submission_id", "version"),)

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    version: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
