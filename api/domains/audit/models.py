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
        Index("ix_audit_entry_subject_id", "subject", "subject_id"),
        Index("ix_audit_entry_person", "person"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account: Mapped[UUID | None]
    """Who; None for the service itself and for visitors."""
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


def _begin_chain(table: Table, connection: Connection, **_: Any) -> None:
    """The head is there from the beginning: two first writers would else both make it. Migrations do the same."""
    connection.execute(table.insert().values(id=HEAD, number=0, digest=FIRST_DIGEST))


event.listen(AuditHead.__table__, "after_create", _begin_chain)
