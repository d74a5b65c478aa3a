"""Ids of everything that is stored: UUID version 7 (RFC 9562), 74 random bits, in the order of creation.

They cannot be guessed, but they tell when they were made: a secret is never one of them (see `new_secret`).
"""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

SECRET_BYTES = 32
"""Our choice: 256 bits, which no one guesses."""


def new_id() -> UUID:
    return uuid7()


def new_secret() -> str:
    """A token for a person or a machine, URL-safe; only its SHA-256 is ever stored."""
    return secrets.token_urlsafe(SECRET_BYTES)
