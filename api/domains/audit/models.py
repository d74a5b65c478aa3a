"""The table of the audit log, and the head of its chain."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Index, String, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base
from api.domains.audit.rules import FIRST_DIGEST

HEAD: Final = 1
"""The id of the only row of `audit_head`."""


class AuditRow(Base):
    """One entry. `number` has no gaps; `digest` is SHA-256 over the entry and the digest before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject_id", "subject_id", "number"),
        Index("ix_audit_entry_person_number", "person", "number"),
        Index("ix_audit_entry_by_person_number", "by_person", "number"),
        Index("ix_audit_entry_what_number", "what", "number"),
        Index("ix_audit_entry_at", "at"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account: Mapped[UUID | None] = mapped_column(info={"person": "none"})  # `by_person` says it, and has an index
    """Who; None for the service itself and for visitors."""
    by_person: Mapped[UUID | None]
    """Whose account it was, so that the entry is readable after the account is gone."""
    service: Mapped[str]
    what: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    person: Mapped[UUID | None]
    """Whom it concerns."""
    facts: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: where the chain ends. Locked while entries are appended, so that the chain has one order."""

    __tablename__ = "audit_head"
    __table_args__ = ({"info": {"seeded": True}},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(200))
    """Of number and digest (`KeyRing.sign`): whoever changes the database without the keys cannot move the end. Empty
    as long as the log is."""


def _begin_chain(table: Table, connection: Connection, **_: Any) -> None:
    """The head is there from the beginning: two first writers would else both make it. Migrations do the same."""
    connection.execute(table.insert().values(id=HEAD, number=0, digest=FIRST_DIGEST, signature=""))


event.listen(AuditHead.__table__, "after_create", _begin_chain)


# Entries are never changed, not even by a fault of ours or a hand at the database's console. The owner of the database
# can take the triggers away; then the chain shows it. The migration that makes the table makes them too.
APPEND_ONLY: Final = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    ),
}
NOT_APPEND_ONLY: Final = {
    "sqlite": ("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"),
    "postgresql": (
        "DROP TRIGGER audit_entry_no_change ON audit_entry",
        "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
        "DROP FUNCTION refuse_audit_change()",
    ),
}
"""How the migration goes back."""


def _refuse_changes(table: Table, connection: Connection, **_: Any) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


event.listen(AuditRow.__table__, "after_create", _refuse_changes)
