"""Tables of the grading scales."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import VersionedRow

LONGEST_CODE = 64
LONGEST_SOURCE = 2000


class ScaleRow(VersionedRow):
    """A scale, e.g. the university's five-point one. It lives in its versions."""

    __tablename__ = "grading_scale"
    __table_args__ = (UniqueConstraint("code"), Index("ix_grading_scale_code_id", "code", "id"))

    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    titles: Mapped[dict[str, Any]]


class ScaleVersionRow(VersionedRow):
    """A scale between two days. What a line item, a result or a transcript refers to is only followed."""

    __tablename__ = "grading_scale_version"
    __table_args__ = (
        UniqueConstraint("scale_id", "number"),
        UniqueConstraint("scale_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("most_points > 0", name="points"),
        CheckConstraint("kind IN ('five-point', '100-point', 'letter', 'ects')", name="kind"),
    )

    scale_id: Mapped[UUID] = mapped_column(ForeignKey("grading_scale.id"))
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … within the scale."""
    kind: Mapped[str] = mapped_column(String(24))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day."""
    most_points: Mapped[float]
    bands: Mapped[list[Any]]
    """`rules.Band` each, by rising points. Read and written whole."""
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE))
    is_confirmed: Mapped[bool] = mapped_column(Boolean)


class ConversionRow(VersionedRow):
    """What a grade of one version is in another, because an act or agreement says so. Where no row says it, nothing is
    converted."""

    __tablename__ = "scale_conversion"
    __table_args__ = (
        UniqueConstraint("from_version_id", "to_version_id"),
        CheckConstraint("from_version_id <> to_version_id", name="versions"),
        Index("ix_scale_conversion_to_version_id", "to_version_id"),
    )

    from_version_id: Mapped[UUID] = mapped_column(ForeignKey("grading_scale_version.id"))
    to_version_id: Mapped[UUID] = mapped_column(ForeignKey("grading_scale_version.id"))
    grades: Mapped[dict[str, Any]]
    """Code of a grade there -> code of the grade here; grades that it does not name are not converted."""
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE))
    is_confirmed: Mapped[bool] = mapped_column(Boolean)
