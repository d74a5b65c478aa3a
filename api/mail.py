"""Mails: what one is, and two ways out, SMTP or a folder of files.

A mail is never stored before it is sent: the event that causes it is, and the mail is composed at every attempt anew
(`mail_job`). So nothing personal and no secret lies in the outbox or with the jobs, and what has changed meanwhile is
heeded: a composer that finds an ended account gives None.
"""

import asyncio
import os
import smtplib
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.consuming import Consumer
from api.jobs.port import Backoff, GiveUp, Job, JobRun, NewJob, Retry
from api.settings import Settings
from api.unit import Context, Unit

MAIL_JOB: Final = "mail.send"
MAILS_FOLDER: Final = "mails"
TIMEOUT_S: Final = 20.0
PACE: Final = Backoff(timedelta(seconds=10), 2.0, timedelta(hours=1), 20)
"""Nineteen pauses, 10.1 hours together. Our choice: a link in a mail that is older has mostly expired."""
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
_PORTS: Final = {"smtp": 587, "smtps": 465}  # RFC 8314, 3.3: submission with STARTTLS, and within TLS


class UnfitMailSettings(Exception):
    """`code` says what is wrong with JETKI_SMTP_URL or JETKI_MAIL_FROM; the value itself may hold a password."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnfitAddress(Exception):
    """No mail can be sent to this address, e.g. because it holds a line break. The address is not shown."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Plain text, so that every mail program and every screen reader shows it. `language` is ky, ru or en."""

    to: str
    subject: str
    text: str
    language: str


class Mailer(Protocol):
    async def send(self, mail: Mail, id_: UUID, now: datetime) -> None:
        """Returns when the mail is out of our hands. The same id gives the same Message-ID, by which mail servers and
        programs know a repeated one. Raises Retry, GiveUp."""


def create_mailer(settings: Settings) -> Mailer:
    """SMTP if an address of a server was set, otherwise files. Raises UnfitMailSettings."""
    sender = _parse_address(settings.mail_from)
    if sender is None:
        raise UnfitMailSettings("mail-from")
    if not settings.smtp_url:
        return FileMailer(settings.data / MAILS_FOLDER, sender)
    server = parse_smtp_url(settings.smtp_url)
    return SmtpMailer(server, sender, demands_tls=settings.is_production and server.host not in _THIS_MACHINE)


@dataclass(frozen=True, slots=True, repr=False)
class SmtpServer:
    """`is_tls_from_start` is smtps. Without it STARTTLS is used where the server offers it, and demanded before a
    password is sent."""

    host: str
    port: int
    is_tls_from_start: bool
    user: str = ""
    password: str = ""


def parse_smtp_url(url: str) -> SmtpServer:
    """From `smtp[s]://user:password@host:port`, user and password percent-encoded, in ASCII as smtplib wants them.
    Raises UnfitMailSettings."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnfitMailSettings("smtp-url") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UnfitMailSettings("smtp-url")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise UnfitMailSettings("smtp-password")
    return SmtpServer(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def compose_message(mail: Mail, sender: Address, id_: UUID, now: datetime) -> EmailMessage:
    """The message of RFC 5322. Raises UnfitAddress."""
    receiver = _parse_address(mail.to)
    if receiver is None:
        raise UnfitAddress()
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = receiver
    message["Subject"] = " ".join(mail.subject.split())  # a line break would begin another header
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{id_}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message.set_content(mail.text)
    message["Content-Language"] = mail.language  # after the content, which takes the place of what describes it
    return message


def _parse_address(text: str) -> Address | None:
    try:
        address = Address(addr_spec=text)
        ascii_domain = address.domain.encode("idna").decode("ascii")
    except (MessageError, ValueError, IndexError):
        return None
    if not address.username or not ascii_domain or not text.isprintable() or not address.username.isascii():
        return None  # a non-ASCII part before the @ would need SMTPUTF8 (RFC 6531) all the way; not offered
    return Address(username=address.username, domain=ascii_domain)


@dataclass(frozen=True, slots=True)
class FileMailer:
    """Writes `<id>.eml` into a folder, for installations without a mail server and for whoever tries it out. The file
    is there as a whole or not at all, and only its owner may read it."""

    folder: Path
    sender: Address

    async def send(self, mail: Mail, id_: UUID, now: datetime) -> None:
        message = _message(mail, self.sender, id_, now)
        try:
            await asyncio.to_thread(self._write, bytes(message), id_)
        except OSError as fault:
            raise Retry("mail-folder") from fault

    def _write(self, raw: bytes, id_: UUID) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=self.folder, suffix=".part")  # made with mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(self.folder / f"{id_}.eml")
        finally:
            Path(aside).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands mails to a server, each over a connection of its own. `demands_tls`: a server that offers no STARTTLS gets
    nothing. `context` is the system's trust unless given."""

    server: SmtpServer
    sender: Address
    demands_tls: bool = False
    context: ssl.SSLContext | None = None
    timeout_s: float = TIMEOUT_S

    async def send(self, mail: Mail, id_: UUID, now: datetime) -> None:
        message = _message(mail, self.sender, id_, now)
        try:
            await asyncio.to_thread(self._submit, message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _as_code(*(code for code, _ in refused.recipients.values())) from refused
        except smtplib.SMTPResponseException as refused:  # a password that is refused is repeated: it can be corrected
            if isinstance(refused, smtplib.SMTPAuthenticationError):
                raise Retry("smtp-sign-in") from refused
            raise _as_code(refused.smtp_code) from refused
        except smtplib.SMTPNotSupportedError as refused:
            raise Retry("smtp-without-tls") from refused
        except (smtplib.SMTPException, OSError) as fault:
            raise Retry("smtp-away") from fault

    def _submit(self, message: EmailMessage) -> None:
        server, tls = self.server, self.context or ssl.create_default_context()
        if server.is_tls_from_start:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self.timeout_s, context=tls)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self.timeout_s)
        try:
            if not server.is_tls_from_start:
                connection.ehlo_or_helo_if_needed()
                if connection.has_extn("starttls"):
                    connection.starttls(context=tls)
                elif server.user or self.demands_tls:
                    raise smtplib.SMTPNotSupportedError("no TLS")
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
        finally:  # however the farewell goes, the mail was taken, or what was raised says why not
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()


def _message(mail: Mail, sender: Address, id_: UUID, now: datetime) -> EmailMessage:
    try:
        return compose_message(mail, sender, id_, now)
    except UnfitAddress as unfit:
        raise GiveUp("mail-address") from unfit


def _as_code(*codes: int) -> Retry | GiveUp:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1)."""
    worst = max(codes)
    return GiveUp(f"smtp-{worst}") if worst >= 500 else Retry(f"smtp-{worst}")


Composer = Callable[[Unit, OutboxRow], Awaitable[Mail | None]]
"""Makes the mail of an event, in a writing unit: it may store what it promises, e.g. the digest of a token that only
the mail holds. Called again when the mail could not be sent, and then stores the newer one. None: no mail."""


def mail_consumers(composers: Mapping[str, Composer]) -> Mapping[str, Sequence[Consumer]]:
    """The consumers that ask for a mail for every event of these kinds."""

    async def ask(_: Context, event: OutboxRow) -> Sequence[NewJob]:
        return (NewJob(MAIL_JOB, str(event.id), {"event": str(event.id)}),)

    return dict.fromkeys(composers, (ask,))


def mail_job(context: Context, composers: Mapping[str, Composer], mailer: Mailer) -> Job:
    """The job that composes and sends. `composers` by the event's kind."""

    async def send(run: JobRun) -> None:
        id_ = UUID(run.payload["event"])
        async with context.writing(system_actor("job:mail")) as unit:
            event = await unit.session.get(OutboxRow, id_)
            if event is None:
                raise GiveUp("event-gone")
            composer = composers.get(event.kind)
            mail = await composer(unit, event) if composer else None
        if mail is not None:
            await mailer.send(mail, id_, context.clock.now())

    return Job(MAIL_JOB, send, PACE)
