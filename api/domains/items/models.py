"""Tables of item banks, items, their versions, keys and renditions."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow


class ItemBankRow(VersionedRow):
    """The questions of a course, or of a part of it."""

    __tablename__ = "item_bank"
    __table_args__ = (
        UniqueConstraint("course_id", "code"),
        CheckConstraint("state in ('open', 'closed')", name="state"),
        Index("ix_item_bank_course_id_id", "course_id", "id"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str] = mapped_column(String(64))
    titles: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    """closed: nothing is added or changed any more; tests that use it go on."""


class ItemRow(VersionedRow):
    """A question, whatever its versions say."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("bank_id", "code"),
        CheckConstraint(
            "kind in ('single-choice', 'multiple-choice', 'ordering', 'matching', 'numeric', 'short-text', 'essay', "
            "'file')",
            name="kind",
        ),
        CheckConstraint("state in ('active', 'retired')", name="state"),
        Index("ix_item_bank_id_id", "bank_id", "id"),
    )

    bank_id: Mapped[UUID] = mapped_column(ForeignKey("item_bank.id"))
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8))
    """retired: no new test draws it."""
    tags: Mapped[list[Any]]
    """Topics, by which tests draw."""
    newest: Mapped[int]
    """Number of the version that new tests take."""


class ItemVersionRow(VersionedRow):
    """What the question says. Once a student may have seen it (`used_at`) it never changes: a change is a new
    version."""

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("points_hundredths > 0", name="points"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    number: Mapped[int]
    points_hundredths: Mapped[int] = mapped_column(Integer)
    """A database that has no exact decimals keeps these whole."""
    languages: Mapped[list[Any]]
    content: Mapped[dict[str, Any]]
    """Of `content.Content`."""
    digest: Mapped[str] = mapped_column(String(64))
    """Over content and points: what a rendition was made of."""
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None]

    @property
    def points(self) -> Decimal:
        return Decimal(self.points_hundredths) / 100


class ItemKeyRow(Row):
    """The key, weights, feedback and hints of a version. Read by `service.keys_of` and by who keeps the bank."""

    __tablename__ = "item_key"
    __table_args__ = (UniqueConstraint("item_version_id"),)

    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_version.id"))
    content: Mapped[dict[str, Any]]
    """Of `content.Key`."""


class ItemBankFileRow(Row):
    """A picture or recording that was brought for the questions of a bank. Questions show files of their own bank
    alone: nobody gets at another's file by naming its id."""

    __tablename__ = "item_bank_file"
    __table_args__ = (
        UniqueConstraint("file_id"),
        CheckConstraint("kind in ('picture', 'audio', 'video')", name="kind"),
        Index("ix_item_bank_file_bank_id_id", "bank_id", "id"),
    )

    bank_id: Mapped[UUID] = mapped_column(ForeignKey("item_bank.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    kind: Mapped[str] = mapped_column(String(8))


class ItemRenditionRow(VersionedRow):
    """A version in one language and one form (clauses 6.6, 7.6)."""

    __tablename__ = "item_rendition"
    __table_args__ = (
        UniqueConstraint("item_version_id", "language", "format"),
        CheckConstraint("language in ('ky', 'ru', 'en')", name="language"),
        CheckConstraint(
            "format in ('spoken', 'braille', 'large-print', 'long-description', 'simplified-language-portions', "
            "'sign-language', 'captions', 'transcript')",
            name="format",
        ),
        CheckConstraint("state in ('ordered', 'making', 'ready', 'failed', 'needs-person')", name="state"),
        CheckConstraint("(state = 'ready') = (file_id is not null)", name="file"),
        Index("ix_item_rendition_state_id", "state", "id"),
    )

    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_version.id"))
    language: Mapped[str] = mapped_column(String(2))
    format: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why it failed or needs a person: a code."""
    digest: Mapped[str] = mapped_column(String(64))
    """`ItemVersionRow.digest` of what it was made of: a rendition of something else does not count."""
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    media_type: Mapped[str | None] = mapped_column(String(100))
    duration_ms: Mapped[int | None]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who delivered it; None for a machine."""
    orders: Mapped[int] = mapped_column(default=0)
    """How often it was ordered: part of the job's key."""
    made_at: Mapped[datetime | None]
