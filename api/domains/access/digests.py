"""Digests of what people and programs show us, and what is bound to it."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from api.domains.access.rules import KNOWN_BROWSER_LIVES
from api.keys import KeyRing

TOKEN_PREFIX: Final = "jetki_"
"""Of API tokens, so that programs which search for leaked secrets know them."""
_CODE_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look like others."""
_CODE_LENGTH: Final = 16
"""79 bits: a digest of it cannot be reversed by trying."""


def digest_of(token: str) -> str:
    """SHA-256 in hexadecimal; enough for what is random and long, and never used for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """What a page must send beside the session's cookie. It cannot be had without the session, nor the session from
    it."""
    return hmac.new(session_token.encode(), b"jetki csrf", hashlib.sha256).hexdigest()


def new_recovery_code() -> str:
    """Four groups of four, to be written down."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def recovery_digest(code: str) -> str:
    """However it was typed: case, spaces and hyphens do not count."""
    return digest_of("recovery:" + "".join(one for one in code.casefold() if one.isalnum()))


def throttle_key(keys: KeyRing, name: str, *parts: str) -> str:
    """Under which tries are counted; says nothing of login or address to whoever reads the table."""
    return _mac(keys.keys[keys.current], "throttle", name, *parts)


def known_browser(keys: KeyRing, account_id: UUID, now: datetime) -> str:
    """The value of a cookie by which a browser shows that the account has been signed in with there."""
    head = f"{int(now.timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{head}.{_mac(keys.keys[keys.current], 'browser', str(account_id), head)}"


def is_known_browser(keys: KeyRing, account_id: UUID, cookie: str, now: datetime) -> bool:
    head, _, mac = cookie.rpartition(".")
    at, _, _ = head.partition(".")
    if len(cookie) > 200 or not (cookie.isascii() and at.isdigit() and len(at) < 12):
        return False
    age = now.timestamp() - int(at)
    if not -60 <= age <= KNOWN_BROWSER_LIVES / timedelta(seconds=1):
        return False
    return any(hmac.compare_digest(mac, one) for one in _macs(keys, "browser", str(account_id), head))


def _macs(keys: KeyRing, *parts: str) -> Iterator[str]:
    for key in keys.keys.values():
        yield _mac(key, *parts)


def _mac(key: bytes, *parts: str) -> str:
    own = hmac.new(key, b"jetki access", hashlib.sha256).digest()
    text = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(own, text, hashlib.sha256).hexdigest()
