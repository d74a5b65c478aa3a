"""Hostile files over HTTP: taken as data, given back as attachments that no browser shows, never unpacked."""

import errno
import sys
from functools import partial
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import pytest

from api.domains.assignments import texts
from api.domains.assignments.pdf_words import joined
from api.domains.assignments.service import texts_of
from api.domains.assignments.texts import MOST_ENTRIES, Unreadable, words_in
from api.domains.files.rules import HARMLESS, TYPES
from tests.api.assignments.world import build, named
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.files import hostile, pdfs

pytestmark = pytest.mark.anyio


@pytest.fixture
def backend() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


async def test_hostile_files_are_data(university: University, clock: StandingClock, tmp_path: Path) -> None:
    world = await build(university)
    assignment = await world.assignment(most_files=50)
    student = world.students[0]
    clock.advance(days=2)
    draft, client = await world.draft(student, assignment), await world.client(student)
    sent = {}
    for name, data, kind in hostile.all_files().values():
        answer = await world.upload(student, draft, f"../../{name}", data, "text/html")
        assert answer.status_code == 201, answer.text
        shown = answer.json()
        assert (shown["name"], shown["media_type"]) == (name, kind)
        assert shown["is_mismatch"] is (kind != "text/html" or not name.endswith(".html"))
        sent[shown["number"]] = data, kind
    for number, (data, kind) in sent.items():
        answer = await client.get(f"/v1/submissions/{draft}/files/{number}")
        assert answer.content == data
        headers = answer.headers
        assert headers["content-disposition"].startswith("attachment; ")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        served = headers["content-type"].partition(";")[0]
        assert served == (kind if kind in HARMLESS else "application/octet-stream")
        assert served not in ("text/html", "image/svg+xml", "application/xml", "application/xhtml+xml")
        assert headers["content-length"] == str(len(data))
        assert [name for name in headers if headers.get_list(name) != [headers[name]]] == []  # none twice
    stored = [path for path in tmp_path.rglob("*") if path.is_file() and "files" in path.parts and path.name != ".lock"]
    assert sorted(path.read_bytes() for path in stored) == sorted(data for data, _ in sent.values())
    assert (await world.submit(student, draft)).status_code == 200
    (work,) = await texts_of(partial(university.context.reading, SETUP), UUID(assignment))
    assert work.text == hostile.GIF_OF_TEXT.decode()
    assert {reason for _, reason in work.unread} == {"type", "xml"}


async def test_hostile_names_are_names(university: University, clock: StandingClock) -> None:
    world = await build(university)
    assignment = await world.assignment(most_files=50)
    student = world.students[0]
    clock.advance(days=2)
    draft, client = await world.draft(student, assignment), await world.client(student)
    for number, (given, cleaned) in enumerate(hostile.NAMES.items(), 1):
        answer = await world.upload(student, draft, given, b"%PDF-1.7 " + str(number).encode())
        assert answer.status_code == 201, answer.text
        assert answer.json()["name"] == cleaned
        served = await client.get(f"/v1/submissions/{draft}/files/{number}")
        assert "set-cookie" not in served.headers
        assert unquote(served.headers["content-disposition"].rpartition("''")[2]) == cleaned
    for header in ("inline", "attachment", "attachment; filename*=UTF-8''%FF"):
        answer = await client.post(
            f"/v1/submissions/{draft}/files", content=b"x", headers={"Content-Disposition": header}
        )
        assert answer.json()["errors"][0] | {"message": ""} == {
            "pointer": "header:Content-Disposition",
            "code": "bad-file-name",
            "message": "",
        }
    form = await client.post(
        f"/v1/submissions/{draft}/files", files={"file": ("a.pdf", b"%PDF-1.7")}, headers=named("a.pdf")
    )
    assert (form.status_code, form.json()["type"]) == (415, "/problems/unknown-media-type")
    missing = await client.post(f"/v1/submissions/{draft}/files", content=b"x")
    assert missing.json()["errors"][0]["code"] == "missing"


async def test_types_and_sizes_are_those_of_the_bytes(
    university: University, clock: StandingClock, tmp_path: Path
) -> None:
    world = await build(university)
    assignment = await world.assignment(media_types=["application/pdf"], most_bytes=1000)
    student = world.students[0]
    clock.advance(days=2)
    draft = await world.draft(student, assignment)
    for data, name, type_, status, problem in (
        (hostile.HTML, "essay.pdf", "application/pdf", 422, "file-type-refused"),
        (hostile.PDF_AND_HTML, "essay.pdf", "application/pdf", 422, "file-type-refused"),
        (b"%PDF-1.7", "essay.html", "", 422, "file-type-refused"),
        (b"", "essay.pdf", "", 422, "file-empty"),
        (b"%PDF-1.7" + bytes(993), "essay.pdf", "", 413, "body-too-large"),
    ):
        answer = await world.upload(student, draft, name, data, type_)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file() and path.name != ".lock"] == []
    assert (await world.upload(student, draft, "essay.pdf", b"%PDF-1.7" + bytes(992))).status_code == 201


async def test_a_full_disk_is_said_and_changes_nothing(
    university: University, clock: StandingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await build(university)
    assignment = await world.assignment()
    student = world.students[0]
    clock.advance(days=2)
    draft = await world.draft(student, assignment)
    await world.upload(student, draft, "first.pdf")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("api.domains.files.storage.os.fsync", full)
        answer = await world.upload(student, draft, "second.pdf", b"%PDF-1.7 second")
    assert (answer.status_code, answer.json()["type"]) == (507, "/problems/storage-full")
    shown = (await world.get(student, f"/v1/submissions/{draft}")).json()
    assert [one["name"] for one in shown["files"]] == ["first.pdf"]
    assert list((tmp_path / "files" / "incoming").iterdir()) == []
    assert (await world.upload(student, draft, "second.pdf", b"%PDF-1.7 second")).status_code == 201


async def test_a_changed_file_breaks_off(university: University, clock: StandingClock, tmp_path: Path) -> None:
    world = await build(university)
    assignment = await world.assignment()
    student = world.students[0]
    clock.advance(days=2)
    draft = await world.draft(student, assignment)
    await world.upload(student, draft)
    (stored,) = tmp_path.glob("files/??/*")
    stored.write_bytes(b"%PDF-1.7 forged")
    with pytest.raises(Exception, match="after response started"):  # the server closes the connection
        await world.get(student, f"/v1/submissions/{draft}/files/1")


DOCX, ODT, PDF = TYPES["docx"], TYPES["odt"], TYPES["pdf"]


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        (DOCX, hostile.docx(hostile.XML_BOMB), "xml"),
        (DOCX, hostile.docx(b"<w:document"), "xml"),
        (DOCX, hostile.docx(b"<x>" + b"a" * 20_000_001), "too-large"),
        (DOCX, hostile.zipped({f"{number}": b"" for number in range(MOST_ENTRIES + 1)}), "too-large"),
        (DOCX, hostile.zipped({"a": b""}), "archive"),
        (DOCX, hostile.docx(hostile.paragraphs("x"))[:-30], "archive"),
        (ODT, b"PK\x03\x04", "archive"),
        ("text/plain", b"\xff\xfe", "encoding"),
        (PDF, b"%PDF-1.7", "broken"),
        (PDF, pdfs.page_of(b"q " * 100_000_000), "broken"),
        (PDF, pdfs.endless_pages(), "broken"),
        (PDF, pdfs.page_of(b"0 0 m 9 9 l S"), "no-text"),
        (PDF, pdfs.page_of(b"BT /F 9 Tf (\x01\x02\x03) Tj (\xf2\xe5\xea\xf1\xf2) Tj ET"), "no-letters"),
    ],
    ids=("bomb cut huge many no-document torn half encoding pdf pdf-bomb pdf-loop pdf-drawing pdf-letters".split()),
)
def test_what_cannot_be_read_is_said(kind: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        words_in(kind, data)
    assert refused.value.reason == reason


def test_words_are_read_as_people_read_them() -> None:
    assert words_in(DOCX, hostile.docx(hostile.paragraphs("Биринчи сап", "Экинчи"))).text == "Биринчи сап\nЭкинчи"
    assert words_in(ODT, hostile.odt("Биринчи сап", "Экинчи")).text == "Биринчи сап\nЭкинчи"
    assert words_in("text/markdown", "\ufeff# Тема".encode()).text == "# Тема"


def test_the_words_of_a_pdf_are_those_that_were_written() -> None:
    """Kyrgyz and Russian letters, words divided at the ends of lines, what a password for changes alone protects; a
    photograph of a page with the mark of a program is no text."""
    written = (
        "Өлкөбүздүн билим берүү тутумунда ар бир окуучунун өзгөчөлүктөрүн эске алуу маанилүү, көңүл буруу да. "
        "Достопримечательность Кыргызстана — высокогорное озеро Иссык-Куль, окружённое хребтами и ледниками."
    )
    made = pdfs.typeset(written)
    read = words_in(PDF, made)
    assert " ".join(read.text.split()) == written and not read.lacks_pages
    assert "\n" in read.text  # it was more than one line
    assert words_in(PDF, pdfs.locked(made, user="")).text == read.text
    with pytest.raises(Unreadable, match="encrypted"):
        words_in(PDF, pdfs.locked(made, user="сыр"))
    photographs = pdfs.typeset("", pictures=2)
    with pytest.raises(Unreadable, match="no-text"):
        words_in(PDF, photographs)
    assert words_in(PDF, pdfs.typeset(written, pictures=1)) == (read.text, True)


def test_division_of_words_is_undone() -> None:
    assert joined("уни-\nверситет, Иссык\u00ad \n Куль, кто\u00adто\r\nи \x00") == "университет, Иссык-Куль, кто-то\nи"
    assert joined("сөз\udc80") == "сөз?"


def test_a_pdf_that_takes_too_long_is_left_and_no_pdf_is_called_broken_where_the_reader_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end_itself = "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    for program, seconds in (("import time; time.sleep(60)", 0.1), (end_itself, 10)):
        monkeypatch.setattr(texts, "_PDF_PROGRAM", (sys.executable, "-I", "-S", "-c", program))
        monkeypatch.setattr(texts, "PDF_SECONDS", seconds)
        with pytest.raises(Unreadable, match="too-slow"):
            words_in(PDF, b"%PDF-1.7")
    without_packages = (sys.executable, "-I", "-S", str(Path(texts.__file__).with_name("pdf_words.py")))
    monkeypatch.setattr(texts, "_PDF_PROGRAM", without_packages)
    with pytest.raises(RuntimeError, match="cannot run"):
        words_in(PDF, b"%PDF-1.7")
