"""Tables of the domain. Rights come from `role_assignment` alone; nothing else says who may what where."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.people.rules import Source, UnitKind
from api.identity import Role, Scope

_CODE_POINTS = String(400).with_variant(String(400, collation="C"), "postgresql")
"""Compared by code points, as SQLite does by itself, so that a prefix is a range of the index."""


def _one_of(column: str, words: type[UnitKind] | type[Source] | type[Role] | type[Scope]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class PersonRow(VersionedRow):
    """Anybody whom the university holds data about. The name here is the one on its documents."""

    __tablename__ = "person"

    name_tag: Mapped[str] = mapped_column(String(35))
    """Language and script of the name (BCP 47), e.g. `ky-Cyrl`."""
    family_name: Mapped[str] = mapped_column(String(300))
    given_name: Mapped[str] = mapped_column(String(300))
    patronymic: Mapped[str | None] = mapped_column(String(300))
    preferred_name: Mapped[str | None] = mapped_column(String(300))
    """How the person wants to be addressed."""
    birth_date: Mapped[date | None]
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2), default="ky")
    """Of mails and messages: ky, ru, en."""
    source_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    """The person's `sourcedId` in the system that rosters come from (OneRoster 1.2)."""
    is_anonymised: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the retention period has taken name and contacts away; the row stays, because records refer to it."""


class PersonNameRow(Row):
    """The name in another script or language, e.g. in Latin letters as in the passport."""

    __tablename__ = "person_name"
    __table_args__ = (Index("uq_person_name_person_id_tag", "person_id", "tag", unique=True),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    tag: Mapped[str] = mapped_column(String(35))
    family_name: Mapped[str] = mapped_column(String(300))
    given_name: Mapped[str] = mapped_column(String(300))
    patronymic: Mapped[str | None] = mapped_column(String(300))


class PersonSearchRow(Row):
    """One text under which a person is found (`rules.search_keys`). Replaced, never updated, when a name changes."""

    __tablename__ = "person_search"
    __table_args__ = (
        Index("ix_person_search_key_id", "key", "id"),
        Index("ix_person_search_person_id_key", "person_id", "key"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(_CODE_POINTS)


class UnitRow(VersionedRow):
    """A part of the university. The tree has one root, the university itself."""

    __tablename__ = "unit"
    __table_args__ = (
        _one_of("kind", UnitKind),
        CheckConstraint("(kind = 'university') = (parent_id IS NULL)", name="root"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="own_parent"),
        Index(
            "uq_unit_university",
            "kind",
            unique=True,
            postgresql_where=text("kind = 'university'"),
            sqlite_where=text("kind = 'university'"),
        ),
    )

    code: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    titles: Mapped[dict[str, Any]]
    """Language -> title."""
    closed_on: Mapped[date | None]
    """The last day of its work; a unit with history is closed, not deleted."""


class RoleAssignmentRow(Row):
    """A role of a person, for one thing, from one day to another. Ended, never deleted."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        _one_of("role", Role),
        _one_of("scope", Scope),
        _one_of("source", Source),
        CheckConstraint("(scope = 'university') = (scope_id IS NULL)", name="scope_id"),
        CheckConstraint("ends_on IS NULL OR ended_at IS NOT NULL OR ends_on >= starts_on", name="period"),
        Index("ix_role_assignment_person_id_ends_on", "person_id", "ends_on"),
        Index("ix_role_assignment_person_id_id", "person_id", "id"),
        Index("ix_role_assignment_scope_scope_id_role", "scope", "scope_id", "role"),
        Index("ix_role_assignment_scope_id_person_id", "scope", "scope_id", "person_id", "ends_on"),
        Index("ix_role_assignment_origin_id", "origin_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(12))
    scope_id: Mapped[UUID | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day on which it is in force. Earlier than `starts_on` when it was ended before it began."""
    source: Mapped[str] = mapped_column(String(8))
    origin_id: Mapped[UUID | None]
    """What it follows from."""
    ended_at: Mapped[datetime | None]
    """When somebody ended it before its day, or gave it an end."""
    end_reason: Mapped[str | None] = mapped_column(Text)
