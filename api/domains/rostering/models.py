"""What was imported, and what became of each row."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Row
from api.domains.rostering.outcome import Outcome


class RosterImportRow(Row):
    """One archive that was carried out. `digest` is SHA-256 of its bytes."""

    __tablename__ = "roster_import"

    account: Mapped[UUID | None]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    counts: Mapped[dict[str, Any]]
    """File -> outcome -> how many rows."""


class RosterRowRow(Base):
    """What became of one row of an archive."""

    __tablename__ = "roster_row"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({', '.join(repr(one.value) for one in Outcome)})", name="outcome"),
        Index("ix_roster_row_order", "import_id", "file", "line"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("roster_import.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str] = mapped_column(String(32), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_id: Mapped[str] = mapped_column(String(255))
    outcome: Mapped[str] = mapped_column(String(16))


class RosterOrgRow(Row):
    """Which unit an organisation of the other system is."""

    __tablename__ = "roster_org"
    __table_args__ = (UniqueConstraint("source_id"),)

    source_id: Mapped[str] = mapped_column(String(255))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
