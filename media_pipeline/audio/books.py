"""A course's audio: one M4B book, and a ZIP of MP3 files for simple players."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, Final

from builder.model.language import LanguageTag
from builder.model.narration import Chapter
from media_pipeline.audio.chunks import Packets, unpack_packets
from media_pipeline.audio.coding import CODECS
from media_pipeline.audio.id3 import iso_639_2
from media_pipeline.audio.rates import SAMPLE_RATE

_FRAME: Final = CODECS["aac"].frame_samples
_MOST_CHAPTERS: Final = 255
"""Nero's list of chapters, which simple players read, counts them in one byte."""
_FIRST_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_LONGEST_NAME: Final = 80
"""Our choice: players with small displays and FAT cards; a name has at most 255 bytes, a letter up to 4."""


@dataclass(frozen=True, slots=True)
class BookPart:
    """A lesson in a book. `chunks` are the packets of ``aac`` from `encode_chunk`, `chapters` those of the lesson's
    narration, times from the lesson's beginning."""

    title: str
    chunks: Sequence[bytes]
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True, slots=True)
class BookTags:
    """What a player shows for a course."""

    title: str
    language: LanguageTag
    authors: tuple[str, ...] = ()
    publisher: str = ""
    rights: str = ""
    comment: str = ""
    cover: bytes = b""
    cover_description: str = ""


def bind_m4b(parts: Sequence[BookPart], tags: BookTags) -> bytes:
    """One file with a chapter for every lesson and heading, as a QuickTime chapter track (Apple) and as Nero's list
    (others). Over 255 of them only the higher headings become chapters, in the end only the lessons.

    In a book a chunk is as long as its AAC frames, up to 43 ms longer than in its lesson: chapters are moved along.
    """
    import av

    unpacked = [[unpack_packets(one) for one in part.chunks] for part in parts]
    file = io.BytesIO()
    container: Any
    with av.open(file, "w", format="ipod") as container:
        container.flags |= av.container.Flags.bitexact.value  # no date and no version of the library
        stream: Any = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono", bit_rate=CODECS["aac"].bit_rate)
        stream.time_base = Fraction(1, SAMPLE_RATE)
        stream.metadata["language"] = iso_639_2(tags.language)
        container.metadata.update(_words(tags))
        chapters, samples = _place_chapters(parts, unpacked)
        container.set_chapters(
            [
                {
                    "id": number,
                    "start": start,
                    "end": end,
                    "time_base": Fraction(1, SAMPLE_RATE),
                    "metadata": {"title": title},
                }
                for number, ((title, start), (_, end)) in enumerate(pairwise([*chapters, ("", samples)]))
            ]
        )
        every = [packet for part in unpacked for chunk in part for packet in chunk.body]
        last = unpacked[-1][-1] if unpacked and unpacked[-1] else None
        every += last.packets[len(last.body) :] if last else ()
        for number, data in enumerate(every):
            packet = av.Packet(data)
            packet.pts = packet.dts = (number - 1) * _FRAME  # the first frame only wakes the decoder up
            packet.duration = _FRAME
            packet.time_base = Fraction(1, SAMPLE_RATE)
            packet.stream = stream
            packet.is_keyframe = True
            container.mux(packet)
    return _with_cover(file, tags.cover) if tags.cover else file.getvalue()


def playlist_zip(lessons: Sequence[tuple[str, bytes]], title: str) -> bytes:
    """A ZIP of (title, MP3 file) in order, named so that they sort, with a playlist. The same lessons give the same
    bytes: no dates, nothing compressed (MP3 already is)."""
    digits = max(2, len(str(len(lessons))))
    names = [f"{number:0{digits}} {_file_name(name)}.mp3" for number, (name, _) in enumerate(lessons, 1)]
    playlist = "".join(["#EXTM3U\n", *(f"{name}\n" for name in names)])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, (_, data) in zip(names, lessons, strict=True):
            archive.writestr(_entry(name), data)
        archive.writestr(_entry(f"{_file_name(title)}.m3u8"), playlist.encode())
    return file.getvalue()


def _words(tags: BookTags) -> dict[str, str]:
    named = {
        "title": tags.title,
        "album": tags.title,
        "artist": ", ".join(tags.authors),
        "album_artist": tags.publisher,
        "copyright": tags.rights,
        "comment": tags.comment,
        "genre": "Audiobook",
        "media_type": "2",  # iTunes' number for an audiobook
    }
    return {name: value for name, value in named.items() if value}


def _place_chapters(
    parts: Sequence[BookPart], unpacked: Sequence[Sequence[Packets]]
) -> tuple[list[tuple[str, int]], int]:
    """Titles with the sample at which they begin in the book, and the length of the book."""
    deepest = max((one.level for part in parts for one in part.chapters), default=1)
    while deepest > 1 and _count(parts, deepest) > _MOST_CHAPTERS:
        deepest -= 1
    placed: list[tuple[str, int]] = []
    begin = 0
    for part, chunks in zip(parts, unpacked, strict=True):
        in_lesson = [0, *accumulate(one.samples for one in chunks)]
        in_book = [begin, *accumulate((len(one.body) * _FRAME for one in chunks), initial=begin)][1:]
        placed.append((part.title, begin))
        for chapter in part.chapters:
            if 1 < chapter.level <= deepest:
                sample = round(chapter.start_ms * SAMPLE_RATE / 1_000)
                number = max((at for at, start in enumerate(in_lesson[:-1]) if start <= sample), default=0)
                placed.append((chapter.title, in_book[number] + sample - in_lesson[number]))
        begin = in_book[-1]
    return placed, begin


def _count(parts: Sequence[BookPart], deepest: int) -> int:
    return sum(1 + sum(1 < one.level <= deepest for one in part.chapters) for part in parts)


def _with_cover(file: io.BytesIO, cover: bytes) -> bytes:
    from mutagen.mp4 import MP4, MP4Cover

    file.seek(0)
    book: Any = MP4(file)  # type: ignore[no-untyped-call]  # mutagen has types for some functions only
    kind = MP4Cover.FORMAT_PNG if cover.startswith(b"\x89PNG") else MP4Cover.FORMAT_JPEG
    book.tags["covr"] = [MP4Cover(cover, imageformat=kind)]  # type: ignore[no-untyped-call]
    file.seek(0)
    book.save(file, padding=lambda _: 0)
    return file.getvalue()


def _file_name(title: str) -> str:
    """The title without what Windows and FAT do not allow in names, not too long."""
    clean = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", title)
    return " ".join(clean.split())[:_LONGEST_NAME].rstrip(" .") or "-"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_ZIP_DATE)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # the same on every system: zipfile would write the one it runs on
    return entry
