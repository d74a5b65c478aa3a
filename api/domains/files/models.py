"""What is known of a stored file. The bytes stand in the folder `files` of the data, under their own digest."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import BYTES, Row


class Scan(StrEnum):
    NOT_SCANNED = "not-scanned"
    CLEAN = "clean"
    INFECTED = "infected"


class StoredFileRow(Row):
    """A file. `person_id` is its owner, None for what the service has made itself.

    It stays as long as nobody calls `service.release`; a column of another table that refers to it is a foreign key,
    so that it cannot be released while it is needed.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("scan IN ('not-scanned', 'clean', 'infected')", name="scan"),
        CheckConstraint("(sha256 IS NULL) = (key_name IS NOT NULL)", name="sealed"),
        Index("ix_stored_file_scan_id", "scan", "id"),
    )

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(info={"sealed": True})
    """As it was given, cleaned. Names of files tell names of people and of illnesses."""
    media_type: Mapped[str] = mapped_column(String(100))
    """What the bytes are."""
    claimed_type: Mapped[str] = mapped_column(String(100))
    """What the sender said."""
    is_mismatch: Mapped[bool]
    """Whether the name or the sender said something else than the bytes."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Of the content, in bytes."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the content; None for a sealed file, since the digest of a short one gives it away."""
    address: Mapped[str] = mapped_column(String(64), index=True, info={BYTES: "files"})
    """SHA-256 of the bytes as they stand in the folder, which is their name there."""
    key_name: Mapped[str | None] = mapped_column(String(64), index=True)
    """The key's name, of a sealed file."""
    scan: Mapped[str] = mapped_column(String(12))
    scanned_at: Mapped[datetime | None]
