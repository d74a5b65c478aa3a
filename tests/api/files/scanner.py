"""A daemon that speaks ClamAV's protocol on loopback, finds the EICAR test string, and can be away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
"""Put together here, so that no scanner takes this file for an infected one."""


class Daemon:
    """`scanned` are the streams that came; `largest` is its StreamMaxLength."""

    def __init__(self, largest: int = 10_000_000) -> None:
        self.scanned: list[bytes] = []
        self.largest = largest

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        got = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            got += await reader.readexactly(length)
            if len(got) > self.largest:
                writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                await writer.drain()
                # to the end: closing over what was not read may reset the connection, and the answer with it
                while await reader.read(100_000):
                    pass
                writer.close()
                return
        self.scanned.append(got)
        writer.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in got else b"stream: OK\0")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def daemon(port: int = 0, largest: int = 10_000_000) -> AsyncIterator[tuple[Daemon, int]]:
    one = Daemon(largest)
    server = await asyncio.start_server(one.talk, "127.0.0.1", port)
    async with server:
        yield one, server.sockets[0].getsockname()[1]
