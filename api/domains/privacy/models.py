"""Tables of the domain."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow


class SpecialDataRow(VersionedRow):
    """What the inclusive-education office knows of a person's health or disability. Both fields are sealed: even the
    category is of a special kind."""

    __tablename__ = "person_special_data"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    categories: Mapped[str] = mapped_column(Text, info={"sealed": True})
    """Codes of `rules.SpecialCategory` with spaces between."""
    details: Mapped[str] = mapped_column(Text, info={"sealed": True})


class RetentionPeriodRow(Row):
    """How long a category is kept from a day on, and why. Never changed; a later one takes over."""

    __tablename__ = "retention_period"
    __table_args__ = (UniqueConstraint("category", "starts_on"), CheckConstraint("days > 0", name="days"))

    category: Mapped[str] = mapped_column(String(64))
    days: Mapped[int]
    legal_basis: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]


class RetentionRunRow(Row):
    """What one run took away of one category."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_category_id", "category", "id"),)

    category: Mapped[str] = mapped_column(String(64))
    days: Mapped[int]
    older_than: Mapped[datetime]
    rows: Mapped[int]
