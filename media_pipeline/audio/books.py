"""A course's audio: one M4B book, and a ZIP of MP3 files for simple players."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.model.language import LanguageTag
from builder.model.narration import Chapter


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
    """One file with a chapter for every heading."""
    raise NotImplementedError


def playlist_zip(lessons: Sequence[tuple[str, bytes]], title: str) -> bytes:
    """A ZIP of (title, MP3 file) in order, with a playlist: ``01 Title.mp3``, ``02 …``, ``<course>.m3u8``."""
    raise NotImplementedError
