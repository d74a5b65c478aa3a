"""The tables of tests, sittings and attempts. `test.id` is the id of its row in `task`."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Row, VersionedRow
from api.domains.tests.rules import (
    AttemptState,
    Counting,
    Navigation,
    SittingFormat,
    SittingKind,
    SittingState,
)


def _one_of(column: str, words: type[StrEnum], *, nullable: bool = False) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(
        f"{column} IS NULL OR {column} IN ({listed})" if nullable else f"{column} IN ({listed})", name=column
    )


class TestRow(VersionedRow):
    """A test of a class. Its titles, window, time limit and number of attempts stand in `task`."""

    __test__ = False  # pytest looks for names that begin so
    __tablename__ = "test"
    __table_args__ = (
        _one_of("navigation", Navigation),
        _one_of("counting", Counting),
        Index("ix_test_class_id", "class_id", "id"),
        Index("ix_test_unit_id", "unit_id", "id"),
        Index("ix_test_programme_id", "programme_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), primary_key=True)
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """Unit and programme of the class, which never change: lists are filtered by them."""
    navigation: Mapped[str] = mapped_column(String(10))
    languages: Mapped[list[Any]]
    """In which its items exist, in all of them."""
    is_self_check: Mapped[bool]
    """Its attempts never touch the journal."""
    is_exam: Mapped[bool]
    """Held in sittings."""
    is_proctored: Mapped[bool]
    warning: Mapped[dict[str, Any] | None]
    """Of a proctored test: what students acknowledge before they start (clause 6.2), by language."""
    warning_digest: Mapped[str | None] = mapped_column(String(64), info={"secret": False})
    """Of what was acknowledged; it is of public text."""
    review: Mapped[dict[str, Any]]
    """`ReviewPart` -> `Shown`."""
    counting: Mapped[str] = mapped_column(String(5))
    grading: Mapped[dict[str, Any]]
    """What its line item will be: category, weight, scale, blind, second marker."""
    blueprint: Mapped[list[Any] | None]
    """Sections with their items, frozen when it is announced: papers are drawn from it."""
    max_points: Mapped[int | None]
    """Hundredths."""
    line_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("line_item.id"), index=True)
    created_by: Mapped[UUID | None]


class TestSectionRow(Row):
    """A part of a test: `draw` of its items, in an order of their own for each attempt if it is shuffled."""

    __test__ = False
    __tablename__ = "test_section"
    __table_args__ = (
        UniqueConstraint("test_id", "number"),
        CheckConstraint("draw IS NULL OR draw > 0", name="draw"),
    )

    test_id: Mapped[UUID] = mapped_column(ForeignKey("test.id"))
    number: Mapped[int]
    titles: Mapped[dict[str, Any]]
    draw: Mapped[int | None]
    """How many of the items; None takes all."""
    shuffle_items: Mapped[bool]
    shuffle_choices: Mapped[bool]


class TestSectionItemRow(Row):
    __test__ = False
    __tablename__ = "test_section_item"
    __table_args__ = (
        UniqueConstraint("section_id", "number"),
        UniqueConstraint("section_id", "item_version_id"),
        Index("ix_test_section_item_item_version_id", "item_version_id"),
    )

    section_id: Mapped[UUID] = mapped_column(ForeignKey("test_section.id"))
    number: Mapped[int]
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_version.id"))


class SittingRow(VersionedRow):
    """An exam as it is held (`AssessmentSession`): planned, announced with its format, open, closed, approved."""

    __tablename__ = "sitting"
    __table_args__ = (
        _one_of("kind", SittingKind),
        _one_of("state", SittingState),
        _one_of("format", SittingFormat, nullable=True),
        CheckConstraint("state = 'planned' OR format IS NOT NULL", name="format_known"),
        CheckConstraint("(kind = 'retake') = (previous_id IS NOT NULL)", name="previous"),
        CheckConstraint("previous_id IS NULL OR previous_id <> id", name="not_itself"),
        Index("ix_sitting_previous_id", "previous_id"),
        Index("ix_sitting_state", "state", "id"),
    )

    test_id: Mapped[UUID] = mapped_column(ForeignKey("test.id"), unique=True)
    """Each sitting is a test of its own, with its own window: conditions are computed for it like for any other."""
    kind: Mapped[str] = mapped_column(String(6))
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("sitting.id"))
    """The sitting that is taken again."""
    state: Mapped[str] = mapped_column(String(16), default=SittingState.PLANNED.value)
    format: Mapped[str | None] = mapped_column(String(16))
    place: Mapped[str | None] = mapped_column(String(300))
    """Where, when it is held in the university's rooms."""
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[UUID | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]


class SittingCandidateRow(Row):
    """Who may take a retake sitting; a main one is for the whole class."""

    __tablename__ = "sitting_candidate"
    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id"),
        Index("ix_sitting_candidate_person_id", "person_id", "id"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    retake_id: Mapped[UUID | None] = mapped_column(ForeignKey("retake.id"), index=True)
    """The retake that grading granted: the result of this sitting goes there."""
    added_by: Mapped[UUID | None]


class IdentityCheckRow(Row):
    """That somebody made sure who the student is, before a proctored test (clauses 4.1 a, 5.5)."""

    __tablename__ = "identity_check"
    __table_args__ = (
        Index("ix_identity_check_test_id_person_id", "test_id", "person_id", "id"),
        Index("ix_identity_check_person_id", "person_id", "id"),
    )

    test_id: Mapped[UUID] = mapped_column(ForeignKey("test.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    method: Mapped[str] = mapped_column(String(16))
    checked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None] = mapped_column(Text)


class WarningAcknowledgementRow(Row):
    """That the student has read the warning of a proctored test: the very words, by their digest."""

    __tablename__ = "warning_acknowledgement"
    __table_args__ = (
        UniqueConstraint("test_id", "person_id", "warning_digest"),
        Index("ix_warning_acknowledgement_person_id", "person_id", "id"),
    )

    test_id: Mapped[UUID] = mapped_column(ForeignKey("test.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    warning_digest: Mapped[str] = mapped_column(String(64), info={"secret": False})


class AttemptRow(Row):
    """A student's attempt. What it is measured by (paper, conditions, deadline) is fixed when it starts; the deadline
    changes only by an event that is recorded, and only to a later one."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("test_id", "person_id", "number"),
        _one_of("state", AttemptState),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(state = 'in-progress') = (submitted_at IS NULL)", name="submitted_at"),
        CheckConstraint("submitted_at IS NULL OR submitted_at >= started_at", name="after_start"),
        CheckConstraint("submitted_at IS NULL OR deadline_at IS NULL OR submitted_at <= deadline_at", name="in_time"),
        CheckConstraint("break_began_at IS NULL OR state = 'in-progress'", name="break"),
        Index(
            "uq_attempt_running",
            "test_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'in-progress'"),
            postgresql_where=text("state = 'in-progress'"),
        ),
        Index(
            "ix_attempt_due",
            "deadline_at",
            sqlite_where=text("state = 'in-progress'"),
            postgresql_where=text("state = 'in-progress'"),
        ),
        Index("ix_attempt_test_id", "test_id", "id"),
        Index("ix_attempt_blind_order", "test_id", "blind_order"),
        Index("ix_attempt_person_id", "person_id", "id"),
    )

    test_id: Mapped[UUID] = mapped_column(ForeignKey("test.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(String(32), info={"secret": True})
    """The paper follows from it and from the test's blueprint."""
    blind_order: Mapped[UUID] = mapped_column(info={"person": "none"})  # random
    """Random: the order of lists that must tell neither who nor when."""
    paper: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(14))
    navigation: Mapped[str] = mapped_column(String(10))
    reached: Mapped[int]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    """See `rules.Run`; None for unlimited time."""
    last_seen_at: Mapped[datetime]
    """The latest moment at which the student did something: time never goes back behind it."""
    boot: Mapped[str] = mapped_column(String(36))
    """With `boot_s`: when it began by a clock that nobody sets, see `steady`."""
    boot_s: Mapped[float] = mapped_column(Float)
    submitted_at: Mapped[datetime | None]
    conditions: Mapped[dict[str, Any]]
    """The effective conditions at the start, with their sources, and every later change."""
    breaks_s: Mapped[int]
    breaks_count: Mapped[int | None]
    breaks_taken: Mapped[int]
    paused_ms: Mapped[int] = mapped_column(BigInteger)
    break_began_at: Mapped[datetime | None]
    is_printed_order: Mapped[bool]
    """Choices stand as in the renditions that the student was promised."""
    proctoring: Mapped[dict[str, Any] | None]
    """Of a proctored test: the identity check and the warning, or the exception and where it comes from."""
    changes: Mapped[int]
    """How many changes were told; see `attempt_change`."""
    scores: Mapped[list[Any] | None] = mapped_column(info={"secret": True})
    """What the service could score when it was handed in: place, hundredths, whether a person has to look."""
    points: Mapped[int | None] = mapped_column(info={"secret": True})
    """Of all places together in hundredths, once they are complete. Students learn them from the journal and the
    review, when they are released; an export of their data must not be the way around."""
    graded_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    annulled_at: Mapped[datetime | None]
    case_id: Mapped[UUID | None] = mapped_column(info={"person": "none"})  # of an integrity case
    """The case of academic integrity by which it was annulled."""


class ResponseRow(Row):
    """A version of the answer at a place. Never changed, never deleted: the last one counts."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("attempt_id", "place", "version"),
        CheckConstraint("place > 0 AND version > 0", name="numbers"),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    place: Mapped[int]
    version: Mapped[int]
    content: Mapped[dict[str, Any]]
    content_digest: Mapped[str] = mapped_column(String(64), info={"secret": False})
    saved_at: Mapped[datetime]


class AttemptBreakRow(Row):
    """A break: the clock stood from `began_at` to `ended_at`."""

    __tablename__ = "attempt_break"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="period"),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AttemptFileRow(Row):
    """A file that the student uploaded during the attempt, to be named in an answer."""

    __tablename__ = "attempt_file"
    __table_args__ = (UniqueConstraint("attempt_id", "file_id"), Index("ix_attempt_file_file_id", "file_id"))

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    place: Mapped[int]


class AttemptChangeRow(Base):
    """What a student who has the attempt open is told at once: a later deadline, more formats, the end. Read by the
    watchers of all processes about once a second."""

    __tablename__ = "attempt_change"
    __table_args__ = (UniqueConstraint("attempt_id", "number"), Index("ix_attempt_change_created_at", "created_at"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    created_at: Mapped[datetime]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    """The event's id within its attempt."""
    kind: Mapped[str] = mapped_column(String(16))
    deadline_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(14))


class BlockedStartRow(Row):
    """A student who was promised a rendition that does not exist could not start (clause 6.6): for the inclusive
    education office, which is told once a day until it exists."""

    __tablename__ = "blocked_start"
    __table_args__ = (
        UniqueConstraint("test_id", "person_id"),
        Index("ix_blocked_start_person_id", "person_id", "id"),
        Index("ix_blocked_start_resolved_at", "resolved_at", "id"),
    )

    test_id: Mapped[UUID] = mapped_column(ForeignKey("test.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(String(2))
    formats: Mapped[list[Any]]
    missing: Mapped[int]
    """How many renditions."""
    tries: Mapped[int]
    last_at: Mapped[datetime]
    told_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    """When the student could start."""
