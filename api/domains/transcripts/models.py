"""The tables of transcripts. What was approved does not change, and the database itself refuses it."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Row, VersionedRow

_ONE_EACH: Final = {name: text(f"state = '{name}'") for name in ("draft", "approved", "issued")}


class TranscriptCounterRow(Base):
    """The last number given in a year; locked while one is given, so that numbers have no gaps."""

    __tablename__ = "transcript_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class TranscriptRow(VersionedRow):
    """One version of the transcript of a study for an academic session."""

    __tablename__ = "transcript"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'approved', 'issued', 'superseded')", name="state"),
        CheckConstraint("edition > 0", name="edition"),
        CheckConstraint("state <> 'issued' OR (code IS NOT NULL AND issued_on IS NOT NULL)", name="issued"),
        CheckConstraint("(code IS NULL) = (seal IS NULL)", name="seal"),
        CheckConstraint("(edition = 1) = (reason IS NULL)", name="reason"),
        UniqueConstraint("number", "edition"),
        UniqueConstraint("study_id", "academic_session_id", "edition"),
        UniqueConstraint("code"),
        *(
            Index(
                f"uq_transcript_{name}",
                "study_id",
                "academic_session_id",
                unique=True,
                sqlite_where=condition,
                postgresql_where=condition,
            )
            for name, condition in _ONE_EACH.items()
        ),
        Index("ix_transcript_person_id_id", "person_id", "id"),
        Index("ix_transcript_unit_id_id", "unit_id", "id"),
        Index("ix_transcript_programme_id_id", "programme_id", "id"),
        Index("ix_transcript_academic_session_id_id", "academic_session_id", "id"),
        Index("ix_transcript_replaces_id", "replaces_id"),
        Index("ix_transcript_drafted_by", "drafted_by"),
        Index("ix_transcript_approved_by", "approved_by"),
        Index("ix_transcript_issued_by", "issued_by"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id"))
    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    """The study's."""
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The study's: the dean's office that keeps the student."""
    number: Mapped[str] = mapped_column(String(16))
    """Of the transcript in all its editions, e.g. 2026-000017."""
    edition: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 …: what people call its version (`version` is the entity tag)."""
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("transcript.id"))
    reason: Mapped[str | None]
    """Why there is a new edition."""
    state: Mapped[str] = mapped_column(String(10))
    content: Mapped[dict[str, Any]]
    """`content.TranscriptContent`. Frozen with the approval."""
    gaps: Mapped[list[Any]]
    """`content.GapContent` each, as they were when the content was made."""
    digest: Mapped[str] = mapped_column(String(64), info={"secret": False})  # is printed on the document
    """SHA-256 of the content's canonical JSON."""
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """Who made the content as it is; None for the service itself."""
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approval_reason: Mapped[str | None]
    """Why it was approved with its gaps."""
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    code: Mapped[str | None] = mapped_column(String(32), info={"secret": False})
    """By which anybody verifies it. Not hashed: it is printed in every rendition, beside what it would open."""
    seal: Mapped[str | None] = mapped_column(info={"sealed": True})
    """Number, edition, digest, code and day, sealed by the key ring (`rules.sealed_text`): sealed again when the keys
    change, so it is the only column of an issued transcript that may be written."""
    superseded_at: Mapped[datetime | None]


class TranscriptFileRow(Row):
    """A rendition of a frozen transcript that was made and is kept."""

    __tablename__ = "transcript_file"
    __table_args__ = (
        UniqueConstraint("transcript_id", "language", "format"),
        Index("ix_transcript_file_file_id", "file_id"),
    )

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id"))
    language: Mapped[str] = mapped_column(String(2))
    format: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(String(64))


class TranscriptNoticeRow(Row):
    """Something happened to a grade after the transcript was frozen; for the office that keeps it."""

    __tablename__ = "transcript_notice"
    __table_args__ = (
        UniqueConstraint("transcript_id", "class_id"),
        Index("ix_transcript_notice_class_id", "class_id"),
        Index("ix_transcript_notice_id_transcript_id", "id", "transcript_id"),
    )

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    cause: Mapped[str] = mapped_column(String(32))
    """The kind of the last event."""
    noticed_at: Mapped[datetime]


# What was approved is not changed, not even by a fault of ours or a hand at the database's console. As for the audit
# log, the owner of the database can take the triggers away; then the seal shows it. The migration makes them too.
_ALWAYS: Final = frozenset({"state", "superseded_at", "version", "seal"})
_ON_ISSUE: Final = _ALWAYS | {"issued_by", "issued_at", "issued_on", "code"}
_COLUMNS: Final = tuple(column.name for column in TranscriptRow.__table__.columns)


def _differs(writable: frozenset[str], sign: str) -> str:
    return " OR ".join(f"NEW.{name} {sign} OLD.{name}" for name in _COLUMNS if name not in writable)


def _refused(sign: str) -> str:
    """The condition, in SQL, under which an update is refused."""
    return (
        f"(OLD.state = 'approved' AND (NEW.state = 'draft' OR {_differs(_ON_ISSUE, sign)} OR "
        f"(NEW.state <> 'issued' AND ({_differs(_ALWAYS, sign)})))) OR "
        f"(OLD.state = 'issued' AND (NEW.state NOT IN ('issued', 'superseded') OR {_differs(_ALWAYS, sign)})) OR "
        f"(OLD.state = 'superseded' AND (NEW.state <> 'superseded' OR {_differs(_ALWAYS, sign)} OR "
        f"NEW.superseded_at {sign} OLD.superseded_at))"
    )


_WORDS: Final = "a transcript that was approved is never changed"
IMMUTABLE: Final = {
    "sqlite": (
        f"CREATE TRIGGER transcript_no_update BEFORE UPDATE ON transcript WHEN {_refused('IS NOT')} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END",
        "CREATE TRIGGER transcript_no_delete BEFORE DELETE ON transcript WHEN OLD.state <> 'draft' "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_transcript_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_WORDS}'; END $$",
        "CREATE TRIGGER transcript_no_update BEFORE UPDATE ON transcript FOR EACH ROW "
        f"WHEN ({_refused('IS DISTINCT FROM')}) EXECUTE FUNCTION refuse_transcript_change()",
        "CREATE TRIGGER transcript_no_delete BEFORE DELETE ON transcript FOR EACH ROW "
        "WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_transcript_change()",
        "CREATE TRIGGER transcript_no_truncate BEFORE TRUNCATE ON transcript "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_transcript_change()",
    ),
}
"""For the migration too, together with MUTABLE."""
MUTABLE: Final = {
    "sqlite": ("DROP TRIGGER transcript_no_update", "DROP TRIGGER transcript_no_delete"),
    "postgresql": (
        "DROP TRIGGER transcript_no_update ON transcript",
        "DROP TRIGGER transcript_no_delete ON transcript",
        "DROP TRIGGER transcript_no_truncate ON transcript",
        "DROP FUNCTION refuse_transcript_change()",
    ),
}
"""How the migration goes back."""


def _refuse_changes(table: Table, connection: Connection, **_: Any) -> None:
    for statement in IMMUTABLE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


event.listen(TranscriptRow.__table__, "after_create", _refuse_changes)
