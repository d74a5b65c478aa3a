"""Tags, chapters and covers of a lesson's files, read by other people's programs."""

import io
import struct
import zlib
from functools import cache
from typing import Any

import av
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.oggopus import OggOpus

from builder.model.language import KYRGYZ
from builder.model.narration import Chapter
from media_pipeline.audio import LessonAudio, LessonTags, draw_cover, encode_chunk, join_lesson
from media_pipeline.audio.ogg import _checksum
from tests.media_pipeline.audio.samples import pcm, speech_like

CHAPTERS = (Chapter("Диск деген эмне?", 1, 0), Chapter("Түрлөрү", 2, 1_500, "t"), Chapter("SSD & NVMe", 3, 2_250, "s"))
TAGS = LessonTags(
    "Диск деген эмне?",
    "Санариптик сабаттуулук",
    3,
    12,
    KYRGYZ,
    ("А. Осмонова", "Б. Иванов"),
    "Жеткиликтүү университет",
    "CC BY 4.0",
    "Синтездик үн: Nazgul",
    CHAPTERS,
    draw_cover("digital-literacy"),
    "Көк түстөгү оймо",
)


@cache
def _lesson() -> LessonAudio:
    return join_lesson([encode_chunk(pcm(speech_like(4, 1)), ("opus", "mp3")).packets], TAGS)


def test_an_mp3_tells_players_what_it_is() -> None:
    tags: Any = ID3(io.BytesIO(_lesson().mp3))  # type: ignore[no-untyped-call]  # mutagen has types for some only
    assert tags.version == (2, 3, 0)
    words = {name: tags[name].text[0] for name in ("TIT2", "TALB", "TRCK", "TLAN", "TPUB", "TCOP", "TPE1")}
    assert words == {
        "TIT2": TAGS.title,
        "TALB": TAGS.course,
        "TRCK": "3/12",
        "TLAN": "kir",
        "TPUB": TAGS.publisher,
        "TCOP": TAGS.rights,
        "TPE1": "А. Осмонова/Б. Иванов",
    }
    assert tags.getall("COMM")[0].text == [TAGS.comment]
    picture = tags.getall("APIC")[0]
    assert (picture.type, picture.mime, picture.desc, picture.data) == (
        3,
        "image/png",
        TAGS.cover_description,
        TAGS.cover,
    )


def test_an_mp3_has_a_table_of_its_chapters() -> None:
    tags: Any = ID3(io.BytesIO(_lesson().mp3))  # type: ignore[no-untyped-call]  # mutagen has types for some only
    (contents,) = tags.getall("CTOC")
    chapters = [tags[f"CHAP:{name}"] for name in contents.child_element_ids]
    assert [(one.start_time, one.end_time, one.sub_frames["TIT2"].text[0]) for one in chapters] == [
        (0, 1_500, "Диск деген эмне?"),
        (1_500, 2_250, "Түрлөрү"),
        (2_250, _lesson().duration_ms, "SSD & NVMe"),
    ]


def test_an_mp3_has_its_length_and_delay_in_its_first_frame() -> None:
    file: Any = MP3(io.BytesIO(_lesson().mp3))  # type: ignore[no-untyped-call]  # mutagen has types for some only
    assert file.info.length == pytest.approx(_lesson().samples / 24_000, abs=0.001)
    assert (file.info.bitrate, file.info.sample_rate, file.info.channels) == (48_000, 24_000, 1)
    assert file.info.encoder_info.startswith("LAME")


def test_an_opus_file_tells_players_what_it_is() -> None:
    file: Any = OggOpus(io.BytesIO(_lesson().opus))  # type: ignore[no-untyped-call]  # mutagen has types for some only
    assert file.info.length == pytest.approx(_lesson().samples / 24_000, abs=0.001)
    assert file["title"] == [TAGS.title]
    assert file["artist"] == list(TAGS.authors)
    assert file["language"] == ["ky"]
    assert file["tracknumber"] == ["3"] and file["tracktotal"] == ["12"]
    assert file["description"] == [TAGS.comment]
    assert file["chapter001"] == ["00:00:01.500"] and file["chapter001name"] == ["Түрлөрү"]


@pytest.mark.parametrize("kind", ["opus", "mp3"])
def test_ffmpeg_finds_chapters_and_cover(kind: str) -> None:
    container: Any
    with av.open(io.BytesIO(getattr(_lesson(), kind))) as container:
        found = [
            (float(one["start"] * (one["time_base"] or 0)), one["metadata"]["title"]) for one in container.chapters()
        ]
        assert found == [(one.start_ms / 1_000, one.title) for one in CHAPTERS]
        (picture,) = container.streams.video
        frame = next(container.decode(picture))
        assert (frame.width, frame.height) == (600, 600)


def test_every_page_of_an_opus_file_has_a_right_checksum() -> None:
    data, pages = _lesson().opus, 0
    while data:
        count = data[26]
        length = 27 + count + sum(data[27 : 27 + count])
        page = bytearray(data[:length])
        said = struct.unpack_from("<I", page, 22)[0]
        page[22:26] = bytes(4)
        assert page[:4] == b"OggS" and said == _crc_by_the_book(page) == _checksum(page)
        assert struct.unpack_from("<I", page, 18)[0] == pages
        data, pages = data[length:], pages + 1
    assert pages > 5


def _crc_by_the_book(page: bytes | bytearray) -> int:
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def test_a_lesson_with_the_least_of_tags_has_no_empty_ones() -> None:
    lesson = join_lesson([], LessonTags("a", "b", 1, 1, KYRGYZ))
    file: Any = OggOpus(io.BytesIO(lesson.opus))  # type: ignore[no-untyped-call]  # mutagen has types for some only
    assert set(file.keys()) == {"title", "album", "tracknumber", "tracktotal", "language", "genre"}
    tags: Any = ID3(io.BytesIO(lesson.mp3))  # type: ignore[no-untyped-call]  # mutagen has types for some only
    assert set(tags.keys()) == {"TIT2", "TALB", "TRCK", "TLAN", "TCON", "TLEN"}


@pytest.mark.parametrize("course", ["disk", "цифровая-грамотность", "", "a" * 300])
def test_a_cover_is_a_small_square_picture(course: str) -> None:
    cover = draw_cover(course)
    assert len(cover) < 20_000
    container: Any
    with av.open(io.BytesIO(cover)) as container:
        frame: Any = next(container.decode(video=0))
        assert (frame.width, frame.height) == (600, 600)
        colours = {tuple(pixel) for row in frame.to_ndarray(format="rgb24")[::10] for pixel in row[::10]}
        assert len(colours) == 2
    assert zlib.crc32(cover[12:29]) == struct.unpack_from(">I", cover, 29)[0]


def test_courses_have_different_covers_and_each_always_its_own() -> None:
    assert len({draw_cover(f"course-{number}") for number in range(50)}) == 50
    assert draw_cover("disk") == draw_cover("disk")
