"""A mail server as far as one client needs it (RFC 5321), which refuses what the test wants refused."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """`refusals`: the first word of a command -> the answer it gets instead. `tls` is offered as STARTTLS."""

    tls: ssl.SSLContext | None = None
    offers_sign_in: bool = False
    refusals: dict[str, str] = field(default_factory=dict)
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    credentials: list[tuple[str, str]] = field(default_factory=list)
    was_secure: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        try:
            while line := (await reader.readline()).decode().strip():
                word = line.split(":")[0].split(" ")[0].upper()
                self.commands.append(word)
                if word == "STARTTLS":
                    writer.write(b"220 go\r\n")
                    await writer.start_tls(self.tls)  # type: ignore[arg-type]  # offered only with it
                    self.was_secure = True
                    continue
                writer.write((await self._answer(word, line, reader, writer) + "\r\n").encode())
                await writer.drain()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, word: str, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if word in self.refusals:
            return self.refusals[word]
        if word == "EHLO":
            offers = ["mail.test", *(["STARTTLS"] if self.tls and not self.was_secure else [])]
            offers += ["AUTH PLAIN"] if self.offers_sign_in else []
            return "\r\n".join([*(f"250-{one}" for one in offers), "250 8BITMIME"])
        if word == "AUTH":
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            self.credentials.append((user, password))
            return "235 ok"
        if word == "DATA":
            writer.write(b"354 go on\r\n")
            raw = await reader.readuntil(b"\r\n.\r\n")
            self.mails.append(message_from_bytes(raw[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default))
        return "250 ok"


@asynccontextmanager
async def mail_server(server: MailServer, from_start: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=from_start)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
