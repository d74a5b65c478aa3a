"""Argon2id beside the event loop: a few hashes at once, the rest waits in line, and a line too long is refused.

A hash takes 64 MiB and a good part of a second of one core (argon2-cffi's defaults, RFC 9106's second choice), so that
guessing is dear. It must never be computed while a transaction is open.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import Unavailable
from api.ids import new_secret

AT_ONCE: Final = 2
LONGEST_LINE: Final = 60
"""At about a tenth of a second for each the last one waits some seconds. Our choice."""
RETRY_AFTER_S: Final = 5

_pool: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")


class Passwords:
    """Hashes and verifies with one set of parameters."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobodys: str | None = None
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Raises Unavailable when too many wait."""
        return str(await self._run(self._hasher.hash, password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; without a hash the same work is done and the answer is no. Raises Unavailable."""
        return bool(await self._run(self._verify, stored, password))

    def is_outdated(self, stored: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str | None, password: str) -> bool:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash(new_secret())
        try:
            return self._hasher.verify(stored or self._nobodys, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: object, *arguments: object) -> object:
        if self._waiting >= LONGEST_LINE:
            raise Unavailable(retry_after_s=RETRY_AFTER_S)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(_pool, work, *arguments)  # type: ignore[arg-type]  # callables above
        finally:
            self._waiting -= 1


passwords = Passwords(PasswordHasher())
"""Of this process. Tests put one with cheap parameters in its place."""


def current() -> Passwords:
    return passwords
