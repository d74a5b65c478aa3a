"""What becomes of names, and what bytes are taken for."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.files.rules import (
    LONGEST_NAME,
    TYPES,
    clean_name,
    disposition,
    is_mismatch,
    name_in,
    numbered_name,
    plain_type,
)
from api.domains.files.sniffing import HEAD_BYTES, TAIL_BYTES, TextWatch, sniff
from tests.api.files import hostile


def kind_of(data: bytes, name: str = "") -> str:
    watch = TextWatch()
    watch.feed(data, last=True)
    return sniff(data[:HEAD_BYTES], data[-TAIL_BYTES:], name, is_text=watch.is_text)


@pytest.mark.parametrize(("given_", "cleaned"), hostile.NAMES.items())
def test_a_name_is_a_name_and_nothing_else(given_: str, cleaned: str) -> None:
    assert clean_name(given_) == cleaned


@given(st.text(max_size=400))
def test_every_name_is_harmless_and_stays_what_it_is(text: str) -> None:
    name = clean_name(text)
    assert 0 < len(name) <= LONGEST_NAME
    assert not re.search(r'[\x00-\x1f\x7f-\x9f/\\<>:"|?*\u202a-\u202e\u2066-\u2069\u200e\u200f]', name)
    assert name not in (".", "..") and name == name.strip()
    assert clean_name(name) == name


@given(st.text(max_size=400))
def test_a_header_holds_one_name_and_no_other_header(text: str) -> None:
    name = clean_name(text)
    header = disposition(name)
    assert header.isascii() and header.isprintable()
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
    assert unquote(header.rpartition("''")[2]) == name
    assert name_in(header) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''%D0%B8%D1%88.pdf", "иш.pdf"),
        ("attachment; filename=\"a.pdf\"; filename*=UTF-8''b.pdf", "b.pdf"),
        ('attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
        ("attachment; filename=plain.pdf", "plain.pdf"),
        ("attachment", None),
        ("attachment; filename*=UTF-8''%FF", None),
        ("attachment; filename*=UTF-16''a", None),
        ("attachment; filename*=broken", None),
        ('attachment; filename="Ð¸.pdf"', None),
        ('attachment; filename="a"; filename="b"', None),
    ],
)
def test_names_are_read_as_the_standard_has_them(header: str, name: str | None) -> None:
    assert name_in(header) == name


@pytest.mark.parametrize("what", hostile.all_files())
def test_hostile_files_are_known_for_what_they_are(what: str) -> None:
    name, data, kind = hostile.all_files()[what]
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        ("Салам, дүйнө".encode(), "a.txt", "text/plain"),
        ("Салам, дүйнө".encode(), "a.md", "text/markdown"),
        ("Салам, дүйнө".encode(), "a.pdf", "text/plain"),
        (b"# x\n\n<b>markdown may hold tags</b>", "a.md", "text/markdown"),
        (b"# x\n<script>alert(1)</script>", "a.md", "text/html"),
        (b"\xef\xbb\xbf  <!doctype HTML>", "a.txt", "text/html"),
        ("иш".encode("utf-16"), "a.txt", "application/octet-stream"),
        ("иш".encode("cp1251"), "a.txt", "application/octet-stream"),
        (b"a\x00b", "a.txt", "application/octet-stream"),
        (b"%PDF-1.4\n%ascii only", "a.pdf", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a.png", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "a.jpg", "image/jpeg"),
        (b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(20), "a.wav", "audio/wav"),
        (b"ID3\x03" + bytes(20), "a.mp3", "audio/mpeg"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(20), "a.mp4", "video/mp4"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(9), "a.webm", "video/webm"),
        (b"MZ" + bytes(40), "essay.docx", TYPES["exe"]),
        (hostile.docx(hostile.paragraphs("иш")), "a.docx", TYPES["docx"]),
        (hostile.odt("иш"), "a.odt", TYPES["odt"]),
        (hostile.zipped({"a.txt": b"x"}), "a.docx", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", TYPES["doc"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.pdf", "application/x-ole-storage"),
    ],
)
def test_bytes_are_known_by_themselves(data: bytes, name: str, kind: str) -> None:
    assert kind_of(data, name) == kind


@given(st.binary(min_size=1, max_size=200), st.text(max_size=20))
def test_any_bytes_are_something(data: bytes, name: str) -> None:
    assert plain_type(kind_of(data, clean_name(name))) != ""


@given(st.binary(max_size=100), st.integers(0, 100))
def test_text_is_text_wherever_it_is_cut(data: bytes, at: int) -> None:
    whole, parts = TextWatch(), TextWatch()
    whole.feed(data, last=True)
    parts.feed(data[:at])
    parts.feed(data[at:], last=True)
    assert whole.is_text == parts.is_text


@pytest.mark.parametrize(
    ("found", "name", "claimed", "differs"),
    [
        ("application/pdf", "a.pdf", "application/pdf", False),
        ("text/html", "a.pdf", "application/pdf", True),
        ("application/pdf", "a", "", False),
        ("application/pdf", "a.pdf", "image/png", True),
        ("text/plain", "a.py", "text/x-python", False),
        ("text/html", "a.txt", "text/plain", True),
        ("audio/wav", "a.wav", "audio/x-wav", False),
    ],
)
def test_a_mismatch_is_what_name_or_sender_say_otherwise(found: str, name: str, claimed: str, differs: bool) -> None:
    assert is_mismatch(found, name, plain_type(claimed)) is differs


def test_a_numbered_name_tells_the_kind_alone() -> None:
    assert (numbered_name(3, TYPES["docx"]), numbered_name(1, "application/x-elf")) == ("3.docx", "1.bin")
