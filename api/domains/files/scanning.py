"""Asks a ClamAV daemon about a stream, by its own protocol (clamd(8), INSTREAM)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from api.domains.files.models import Scan

CONNECT_S: Final = 5
ANSWER_S: Final = 300
"""clamd's own limit for one scan (MaxScanTime) is 120 s by default."""
_MOST_BYTES: Final = 1_000_000
"""Of one chunk; clamd has no limit but its StreamMaxLength for all of them."""


class ScannerAway(Exception):
    """The daemon does not answer, or not with a verdict. `is_too_large`: it never will, for this file."""

    def __init__(self, reason: str, *, is_too_large: bool = False) -> None:
        super().__init__(reason)
        self.is_too_large = is_too_large


async def scan(address: str, content: AsyncIterator[bytes]) -> Scan:
    """CLEAN or INFECTED. `address` is `host:port` or `unix:/path`. Raises ScannerAway."""
    try:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await _connect(address)
    except (OSError, TimeoutError) as error:
        raise ScannerAway(type(error).__name__) from error
    try:
        async with asyncio.timeout(ANSWER_S):
            return _verdict(await _ask(reader, writer, content))
    except (OSError, TimeoutError, EOFError) as error:
        raise ScannerAway(type(error).__name__) from error
    finally:
        writer.close()


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    kind, _, rest = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(rest)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: AsyncIterator[bytes]) -> bytes:
    writer.write(b"zINSTREAM\0")
    try:
        async for piece in content:
            for start in range(0, len(piece), _MOST_BYTES):
                part = piece[start : start + _MOST_BYTES]
                writer.write(len(part).to_bytes(4, "big") + part)
                await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    except ConnectionError:
        pass  # it has stopped listening because there is too much, and says so
    return (await reader.readuntil(b"\0")).rstrip(b"\0")


def _verdict(answer: bytes) -> Scan:
    if answer == b"stream: OK":
        return Scan.CLEAN
    if answer.endswith(b" FOUND"):
        return Scan.INFECTED
    raise ScannerAway("no verdict", is_too_large=b"size limit exceeded" in answer)
