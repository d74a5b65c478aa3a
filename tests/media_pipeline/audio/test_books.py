"""A course's book with chapters, and its ZIP for simple players."""

import io
import zipfile
from functools import cache
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.mp4 import MP4

from builder.model.language import KYRGYZ
from builder.model.narration import Chapter
from media_pipeline.audio import BookPart, BookTags, bind_m4b, draw_cover, encode_chunk, playlist_zip
from tests.media_pipeline.audio.samples import decode, onsets, pcm, silence, tone

TAGS = BookTags(
    "Санариптик сабаттуулук", KYRGYZ, ("А. Осмонова",), "Университет", "CC BY", "Үн: X", draw_cover("d"), "c"
)


@cache
def _parts() -> tuple[BookPart, ...]:
    """Three lessons of seven chunks. Every chunk begins with a beep, and every chunk is a chapter."""
    parts = []
    for lesson in range(3):
        chunks, chapters, start = [], [], 0
        for number in range(7):
            beep = [tone(0.2, 600), silence(0.3 + 0.037 * (number + lesson)), tone(0.1, 900)]
            coded = encode_chunk(pcm(np.concatenate(beep)), ("aac",))
            chunks.append(coded.packets["aac"])
            chapters.append(Chapter(f"Бөлүк {number}", 2 if number else 1, round(start / 24)))
            start += coded.samples
        parts.append(BookPart(f"{lesson + 1}-сабак", chunks, tuple(chapters)))
    return tuple(parts)


def _chapters(book: bytes) -> list[tuple[float, str]]:
    with av.open(io.BytesIO(book)) as container:
        return [
            (float(one["start"] * (one["time_base"] or 0)), one["metadata"]["title"]) for one in container.chapters()
        ]


def test_every_chapter_of_a_book_begins_with_its_sound() -> None:
    book = bind_m4b(_parts(), TAGS)
    found = onsets(decode(io.BytesIO(book), 48_000), 0.12, 5_000)[::2] / 48_000
    chapters = _chapters(book)
    assert [title for _, title in chapters][:8] == [
        "1-сабак",
        *(f"Бөлүк {number}" for number in range(1, 7)),
        "2-сабак",
    ]
    assert len(chapters) == len(found) == 21
    assert np.abs(found - [start for start, _ in chapters]).max() < 0.002


def test_a_book_has_both_kinds_of_chapters_and_its_tags() -> None:
    book = bind_m4b(_parts(), TAGS)
    file: Any = MP4(io.BytesIO(book))  # type: ignore[no-untyped-call]  # mutagen has types for some functions only
    assert [one.title for one in file.chapters][:2] == ["1-сабак", "Бөлүк 1"], "Nero's list"
    assert file.tags["©nam"] == [TAGS.title] and file.tags["©ART"] == ["А. Осмонова"]
    assert file.tags["stik"] == [2] and file.tags["cprt"] == ["CC BY"]
    assert bytes(file.tags["covr"][0]) == TAGS.cover
    assert b"chap" in book and b"text" in book, "QuickTime's chapter track"
    with av.open(io.BytesIO(book)) as container:
        assert container.streams.audio[0].language == "kir"
        assert "creation_time" not in container.metadata and "encoder" not in container.metadata


def test_a_book_with_too_many_headings_keeps_the_higher_ones() -> None:
    chapters = tuple(Chapter(f"h{number}", 2 + number % 2, 2 * number) for number in range(100))
    parts = [BookPart(one.title, one.chunks, chapters) for one in _parts()]
    assert len(_chapters(bind_m4b(parts, TAGS))) == 3 * 51
    many = tuple(Chapter(f"h{number}", 2, number) for number in range(100))
    assert len(_chapters(bind_m4b([BookPart(one.title, one.chunks, many) for one in _parts()], TAGS))) == 3


def test_a_book_is_found_before_its_sound_has_arrived() -> None:
    book = bind_m4b(_parts(), TAGS)
    assert book.index(b"ftyp") == 4


def test_a_zip_sorts_as_the_course_does() -> None:
    lessons = [(f"Сабак {number}", bytes([number])) for number in range(1, 13)]
    with zipfile.ZipFile(io.BytesIO(playlist_zip(lessons, "Курс: диск"))) as archive:
        names = archive.namelist()
        assert names[:2] == ["01 Сабак 1.mp3", "02 Сабак 2.mp3"] and names[-1] == "Курс диск.m3u8"
        assert names[:-1] == sorted(names[:-1])
        assert archive.read("12 Сабак 12.mp3") == b"\x0c"
        assert archive.read(names[-1]).decode().split("\n")[1:-1] == names[:-1]
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


@settings(max_examples=80)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=5))
def test_names_in_a_zip_suit_every_system_and_none_gets_lost(titles: list[str]) -> None:
    data = playlist_zip([(one, b"x") for one in titles], titles[0])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    assert len(set(names)) == len(titles) + 1
    for name in names:
        assert not set(name) & set('<>:"/\\|?*\n\r\t\0') and len(name.encode()) <= 255
        assert name == name.strip()


@pytest.mark.parametrize("title", ["..", "CON", "", " . ", "a\n#EXTINF:b"])
def test_titles_that_are_no_names_become_some(title: str) -> None:
    with zipfile.ZipFile(io.BytesIO(playlist_zip([(title, b"x")], "k"))) as archive:
        assert archive.namelist()[0].startswith("01 ")
        assert len(archive.read("k.m3u8").decode().splitlines()) == 2
