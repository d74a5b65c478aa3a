"""Tables of the domain. No token, code or password is stored in clear: what proves who somebody is stands here as a
digest, and the secret of a second factor is sealed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Row, VersionedRow
from api.domains.access.rules import LONGEST_LOGIN, LONGEST_TOKEN_NAME, ResetKind

DIGEST_LENGTH = 64


class AccountRow(VersionedRow):
    """A person's way in. Its login is never given to anybody else, also after its end."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('permanent', 'temporary')", name="kind"),
        CheckConstraint("kind = 'permanent' OR valid_until IS NOT NULL", name="temporary_ends"),
        Index(
            "uq_account_person_id_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_account_person_id", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    login: Mapped[str] = mapped_column(String(LONGEST_LOGIN), unique=True)
    """As `rules.fold_login` gives it."""
    kind: Mapped[str] = mapped_column(String(9))
    valid_until: Mapped[datetime | None]
    """From this moment on nobody is let in."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(2000))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """None until the invitation was used."""
    password_changed_at: Mapped[datetime | None]


class SessionRow(Row):
    """A browser that is signed in. The row is deleted when the session ends."""

    __tablename__ = "session"
    __table_args__ = (
        Index("ix_session_account_id_id", "account_id", "id"),
        Index("ix_session_expires_at", "expires_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    is_strong: Mapped[bool] = mapped_column(Boolean)
    """Whether the second factor was given."""
    last_seen_at: Mapped[datetime]
    """To some minutes (`rules.SEEN_EVERY`)."""
    expires_at: Mapped[datetime]
    client: Mapped[str] = mapped_column(String(200))
    """What the browser calls itself, so that its owner knows it in the list."""


class ApiTokenRow(Row):
    """What a program signs in with, in its owner's name."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_account_id_id", "account_id", "id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_TOKEN_NAME))
    token_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), unique=True)
    scopes: Mapped[list[Any]]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ResetTokenRow(Row):
    """The right to set a password once. `account_id` is None when somebody asked for a login that does not exist: the
    same is stored, and no mail follows."""

    __tablename__ = "reset_token"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in ResetKind)})", name="kind"),
        Index("ix_reset_token_account_id", "account_id"),
        Index("ix_reset_token_expires_at", "expires_at"),
    )

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    token_digest: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH), unique=True)
    """None until the mail with the token is composed; the token itself is in the mail alone."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TotpRow(Row):
    """A second factor by an authenticator application (RFC 6238)."""

    __tablename__ = "totp"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    sealed_secret: Mapped[str] = mapped_column(String(300), info={"sealed": True, "secret": True})
    confirmed_at: Mapped[datetime | None]
    """It counts from then on."""
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The 30-second step of the last code taken; only later ones are taken after it (RFC 6238, 5.2)."""


class RecoveryCodeRow(Row):
    """Lets in once when the telephone is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("uq_recovery_code_account_id_code_digest", "account_id", "code_digest", unique=True),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    code_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    used_at: Mapped[datetime | None]


class ThrottleRow(Base):
    """How often something was tried lately. The key is a keyed digest: neither a login nor an address can be read."""

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_forget_at", "forget_at"),)

    key: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    tries: Mapped[int]
    blocked_until: Mapped[datetime]
    forget_at: Mapped[datetime]
