"""The keys that fields of special categories are encrypted with (clause 4.1 c), and how they change.

The end of the audit log is signed with them too.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the place of the field (table, column, row) is
authenticated, so that a value cannot be moved to another person. Sealed form: key id, a colon, base64 of nonce and
ciphertext.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class UnreadableField(Exception):
    """The key is not in the ring, or the value was changed or moved. Tells the place, never the value."""

    def __init__(self, place: str, key_id: str) -> None:
        super().__init__(f"{place}: sealed with the key {key_id!r}, which is unknown, or changed since")
        self.place = place
        self.key_id = key_id


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All keys that something may be sealed with; new values are sealed with `current`."""

    keys: Mapping[str, bytes]
    current: str

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError(f"the current key {self.current!r} is not in the ring")
        for name, key in self.keys.items():
            if len(key) != KEY_BYTES or not name.isalnum():
                raise ValueError(f"key {name!r}: an alphanumeric name and {KEY_BYTES} bytes are needed")

    def seal(self, value: str, table: str, column: str, row: UUID) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        place = f"{table}.{column}.{row}"
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, value.encode(), place.encode())
        return f"{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, table: str, column: str, row: UUID) -> str:
        """Raises UnreadableField."""
        place = f"{table}.{column}.{row}"
        key_id, _, text = sealed.partition(":")
        key = self.keys.get(key_id)
        if key is None:
            raise UnreadableField(place, key_id)
        try:
            raw = base64.b64decode(text, validate=True)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError) as changed:
            raise UnreadableField(place, key_id) from changed

    def seal_bytes(self, value: bytes, place: str) -> bytes:
        """A piece of a file, with the current key; `place` says which piece of which file it is."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._file_key(self.current)).encrypt(nonce, value, place.encode())

    def open_bytes(self, sealed: bytes, key_id: str, place: str) -> bytes:
        """What `seal_bytes` was given, with the key of that name. Raises UnreadableField."""
        if key_id not in self.keys:
            raise UnreadableField(place, key_id)
        try:
            cipher = AESGCM(self._file_key(key_id))
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as changed:
            raise UnreadableField(place, key_id) from changed

    def _file_key(self, key_id: str) -> bytes:
        return hmac.digest(self.keys[key_id], b"jetki files", hashlib.sha256)

    def is_current(self, sealed: str) -> bool:
        """Whether a value needs no new sealing after the keys have changed."""
        return sealed.partition(":")[0] == self.current

    def sign(self, text: str, purpose: str) -> str:
        """Key id, a colon, HMAC-SHA256 (RFC 2104) in hexadecimal: whoever cannot read the keys cannot make it."""
        return f"{self.current}:{self._mac(self.current, text, purpose)}"

    def is_signature(self, signature: str, text: str, purpose: str) -> bool:
        """Whether `sign` gave it for this text and purpose, with any key of the ring."""
        key_id, _, mac = signature.partition(":")
        return key_id in self.keys and hmac.compare_digest(mac, self._mac(key_id, text, purpose))

    def _mac(self, key_id: str, text: str, purpose: str) -> str:
        # a key of its own for each purpose: what signs one thing never signs another, and encrypts nothing
        key = hmac.digest(self.keys[key_id], f"jetki {purpose}".encode(), hashlib.sha256)
        return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)
