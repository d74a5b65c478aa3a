"""Mails leave as they should, and only then."""

import stat
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from api.events import Event, OutboxRow
from api.identity import system_actor
from api.ids import new_id
from api.jobs.consuming import event_job
from api.jobs.port import GiveUp, Retry
from api.jobs.relay import rows_job
from api.mail import (
    FileMailer,
    Mail,
    SmtpMailer,
    SmtpServer,
    UnfitMailSettings,
    create_mailer,
    mail_consumers,
    mail_job,
    parse_smtp_url,
)
from api.settings import Environment, Settings
from api.unit import Context, Unit
from tests.api.certificates import certify
from tests.api.jobs.fake_engine import attempt
from tests.api.mail_server import MailServer, mail_server

pytestmark = pytest.mark.anyio
ID = UUID("0198f6a0-0000-7000-8000-000000000001")
NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
SENDER = Address(addr_spec="dekanat@example.edu.kg")
MAIL = Mail("aigul@example.org", "Сырсөздү жаңыртуу", "Саламатсызбы!\n.\nШилтеме: https://example.edu.kg/?ө", "ky")


async def test_a_mail_becomes_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path / "mails", SENDER)
    for _ in range(2):  # a repeated one takes the place of the first
        await mailer.send(MAIL, ID, NOW)
    (file,) = (tmp_path / "mails").iterdir()
    assert file.name == f"{ID}.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert {name: message[name] for name in ("From", "To", "Subject", "Message-ID", "Content-Language", "Date")} == {
        "From": "dekanat@example.edu.kg",
        "To": "aigul@example.org",
        "Subject": "Сырсөздү жаңыртуу",
        "Message-ID": f"<{ID}@example.edu.kg>",
        "Content-Language": "ky",
        "Date": "Tue, 01 Sep 2026 04:00:00 +0000",
    }
    assert message.get_content().splitlines() == MAIL.text.splitlines()


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mails").touch()
    with pytest.raises(Retry, match="mail-folder"):
        await FileMailer(tmp_path / "mails", SENDER).send(MAIL, ID, NOW)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "aigul",
        "@example.org",
        "a@b@c",
        "aigul@example.org\r\nBcc: all@example.org",
        "a b@example.org",
        "ө@example.org",
    ],
)
async def test_an_address_that_is_none_is_given_up_without_showing_it(tmp_path: Path, address: str) -> None:
    with pytest.raises(GiveUp, match=r"^mail-address$"):
        await FileMailer(tmp_path, SENDER).send(Mail(address, "x", "y", "ky"), ID, NOW)
    assert list(tmp_path.iterdir()) == []


async def test_a_subject_cannot_smuggle_a_header(tmp_path: Path) -> None:
    mail = Mail("aigul@example.org", "Баа\r\nBcc: all@example.org", "y", "ky")
    await FileMailer(tmp_path, SENDER).send(mail, ID, NOW)
    message = message_from_bytes((tmp_path / f"{ID}.eml").read_bytes(), policy=policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Баа Bcc: all@example.org"


async def test_a_mail_reaches_a_server() -> None:
    async with mail_server(MailServer()) as server:
        await SmtpMailer(SmtpServer("127.0.0.1", server.port, False), SENDER).send(MAIL, ID, NOW)
    (message,) = server.mails
    assert (message["To"], message["Subject"]) == (MAIL.to, MAIL.subject)
    assert message.get_content().splitlines() == MAIL.text.splitlines()


@pytest.mark.parametrize("from_start", [False, True], ids=["starttls", "smtps"])
async def test_a_password_goes_through_tls_only(tmp_path: Path, from_start: bool) -> None:
    trust = certify("localhost", tmp_path)
    server = MailServer(tls=None if from_start else trust.server, offers_sign_in=True)
    async with mail_server(server, trust.server if from_start else None):
        to = SmtpServer("localhost", server.port, from_start, "dekanat", "s @:z")
        await SmtpMailer(to, SENDER, context=trust.client).send(MAIL, ID, NOW)
    assert server.was_secure is not from_start
    assert server.credentials == [("dekanat", "s @:z")]
    assert len(server.mails) == 1


@pytest.mark.parametrize("demands", [False, True], ids=["password", "production"])
async def test_without_tls_no_password_and_in_production_nothing_is_sent(demands: bool) -> None:
    to_sign_in = ("", "") if demands else ("dekanat", "word")
    async with mail_server(MailServer(offers_sign_in=True)) as server:
        mailer = SmtpMailer(SmtpServer("127.0.0.1", server.port, False, *to_sign_in), SENDER, demands)
        with pytest.raises(Retry, match="smtp-without-tls"):
            await mailer.send(MAIL, ID, NOW)
    assert (server.credentials, server.mails) == ([], [])


async def test_a_server_with_a_wrong_certificate_gets_nothing(tmp_path: Path) -> None:
    trust, other = certify("localhost", tmp_path), certify("other.example.org", tmp_path)
    async with mail_server(MailServer(tls=other.server)) as server:
        mailer = SmtpMailer(SmtpServer("localhost", server.port, False), SENDER, context=trust.client)
        with pytest.raises(Retry, match="smtp-away"):
            await mailer.send(MAIL, ID, NOW)
    assert server.mails == []


@pytest.mark.parametrize(
    ("refusals", "ending", "code"),
    [
        ({"RCPT": "550 no such user"}, GiveUp, "smtp-550"),
        ({"RCPT": "450 busy"}, Retry, "smtp-450"),
        ({"MAIL": "451 later"}, Retry, "smtp-451"),
        ({"DATA": "554 no"}, GiveUp, "smtp-554"),
        ({"EHLO": "421 closing", "HELO": "421 closing"}, Retry, "smtp-421"),
    ],
)
async def test_refusals_for_now_are_repeated_and_those_for_good_are_not(
    refusals: dict[str, str], ending: type[Exception], code: str
) -> None:
    async with mail_server(MailServer(refusals=refusals)) as server:
        with pytest.raises(ending, match=rf"^{code}$"):
            await SmtpMailer(SmtpServer("127.0.0.1", server.port, False), SENDER).send(MAIL, ID, NOW)
    assert server.mails == []


async def test_a_password_that_is_refused_can_still_be_corrected(tmp_path: Path) -> None:
    trust = certify("localhost", tmp_path)
    server = MailServer(tls=trust.server, offers_sign_in=True, refusals={"AUTH": "535 wrong"})
    async with mail_server(server):
        to = SmtpServer("localhost", server.port, False, "dekanat", "word")
        with pytest.raises(Retry, match="smtp-sign-in"):
            await SmtpMailer(to, SENDER, context=trust.client).send(MAIL, ID, NOW)


async def test_a_server_that_is_away_is_tried_again() -> None:
    async with mail_server(MailServer()) as server:
        pass
    with pytest.raises(Retry, match="smtp-away"):
        await SmtpMailer(SmtpServer("127.0.0.1", server.port, False), SENDER).send(MAIL, ID, NOW)


def test_the_address_of_a_server_is_read() -> None:
    assert parse_smtp_url("smtp://mail.example.kg") == SmtpServer("mail.example.kg", 587, False)
    assert parse_smtp_url("smtps://a%40b:%3A%2F@mail.example.kg:2465") == SmtpServer(
        "mail.example.kg", 2465, True, "a@b", ":/"
    )
    assert "secret" not in repr(parse_smtp_url("smtp://user:secret@mail.example.kg"))


@pytest.mark.parametrize(
    "url", ["mail.example.kg", "http://mail.example.kg", "smtp://", "smtp://a:99999", "smtp://a/x"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(UnfitMailSettings, match=r"^smtp-url$"):
        parse_smtp_url(url)


def test_a_password_that_cannot_be_sent_is_refused_at_the_start() -> None:
    with pytest.raises(UnfitMailSettings, match=r"^smtp-password$"):
        parse_smtp_url("smtp://dekanat:s%C3%B6z@mail.example.kg")


def test_settings_choose_the_way_out(tmp_path: Path) -> None:
    def mailer(**fields: str) -> object:
        chosen = {"mail_from": "a@b.kg", **fields}
        return create_mailer(Settings(tmp_path, "sqlite+aiosqlite://", Environment.PRODUCTION, **chosen))  # type: ignore[arg-type]  # texts all

    assert isinstance(mailer(), FileMailer)
    remote, local = mailer(smtp_url="smtp://mail.example.kg"), mailer(smtp_url="smtp://localhost:25")
    assert isinstance(remote, SmtpMailer)
    assert isinstance(local, SmtpMailer)
    assert (remote.demands_tls, local.demands_tls) == (True, False)
    with pytest.raises(UnfitMailSettings, match=r"^mail-from$"):
        mailer(mail_from="nobody")


class Outgoing:
    def __init__(self) -> None:
        self.sent: list[tuple[Mail, UUID]] = []
        self.fault: Exception | None = None

    async def send(self, mail: Mail, id_: UUID, now: datetime) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append((mail, id_))


async def test_an_event_becomes_a_mail_that_is_composed_anew_at_every_attempt(context: Context) -> None:
    actor, person, composed = system_actor("job:test"), new_id(), []

    async def compose(unit: Unit, event: OutboxRow) -> Mail | None:
        composed.append(event.person)
        return None if len(composed) == 3 else Mail("aigul@example.org", f"{len(composed)}", "", "ky")

    async with context.writing(actor) as unit:
        await unit.emit(Event("reset.asked", {"reset": new_id()}, person))
        await unit.emit(Event("class.closed", {"class": new_id()}))
    async with context.reading(actor) as unit:
        ids = (await unit.session.scalars(select(OutboxRow.id).order_by(OutboxRow.id))).all()
    outgoing, composers = Outgoing(), {"reset.asked": compose}
    events = event_job(context, mail_consumers(composers))
    (new,) = await events.run(attempt(events, rows_job(ids))) or ()
    assert dict(new.payload) == {"event": str(ids[0])}, "nothing personal lies with the jobs"
    job = mail_job(context, composers, outgoing)
    outgoing.fault = Retry("smtp-away")
    with pytest.raises(Retry):
        await job.run(attempt(job, new))
    outgoing.fault = None
    await job.run(attempt(job, new, 2))
    await job.run(attempt(job, new, 3))  # the account has ended meanwhile
    assert composed == [person] * 3
    assert [(mail.subject, id_) for mail, id_ in outgoing.sent] == [("2", ids[0])]
