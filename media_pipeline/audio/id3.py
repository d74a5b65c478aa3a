"""ID3v2.3 tags (id3.org, id3v2.3.0) with chapters (ID3v2 Chapter Frame Addendum 1.0).

2.3, not 2.4: older hardware players and Windows read only that; words are UTF-16 there. Written here because players
such as FFmpeg take chapters in the order of the file, and mutagen writes frames in the order of their size.
"""

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from media_pipeline.audio.lessons import LessonTags

_UTF_16: Final = b"\x01"
_TOP_LEVEL_AND_ORDERED: Final = 0b11
_MOST_IN_CONTENTS: Final = 255
_NO_OFFSET: Final = 0xFFFFFFFF
_LONGEST_PICTURE_WORDS: Final = 64  # id3v2.3.0, 4.15


def write_id3(tags: "LessonTags", duration_ms: int) -> bytes:
    """The tag that stands before the sound. Empty words get no frame."""
    language = iso_639_2(tags.language)
    words = {
        "TIT2": tags.title,
        "TPE1": "/".join(tags.authors),
        "TALB": tags.course,
        "TRCK": f"{tags.number}/{tags.total}",
        "TCON": "Speech",
        "TLAN": language,
        "TPUB": tags.publisher,
        "TCOP": tags.rights,
        "TLEN": str(duration_ms),
    }
    frames = [_text(name, text) for name, text in words.items() if text]
    if tags.comment:
        frames.append(_frame("COMM", _UTF_16 + language.encode() + _ended("") + _string(tags.comment)))
    frames += _chapters(tags, duration_ms)
    if tags.cover:
        kind = b"image/png" if tags.cover.startswith(b"\x89PNG") else b"image/jpeg"
        description = _ended(tags.cover_description[:_LONGEST_PICTURE_WORDS])
        frames.append(_frame("APIC", _UTF_16 + kind + b"\0\x03" + description + tags.cover))  # 3: front cover
    body = b"".join(frames)
    return b"ID3\x03\0\0" + _seven_bits(len(body)) + body


def iso_639_2(language: str) -> str:
    """The three-letter code that ID3 and MP4 want; ``und`` for a language that has none here."""
    return _THREE_LETTERS.get(language.split("-")[0], "und")


_THREE_LETTERS: Final = {"ky": "kir", "ru": "rus", "en": "eng", "kk": "kaz", "uz": "uzb", "tg": "tgk", "de": "deu"}


def _chapters(tags: "LessonTags", duration_ms: int) -> list[bytes]:
    if not tags.chapters:
        return []
    names = [f"c{number}".encode() + b"\0" for number in range(len(tags.chapters))]
    listed = names[:_MOST_IN_CONTENTS]
    contents = b"toc\0" + bytes([_TOP_LEVEL_AND_ORDERED, len(listed)]) + b"".join(listed)
    frames = [_frame("CTOC", contents)]
    times = pairwise([*(one.start_ms for one in tags.chapters), duration_ms])
    for name, chapter, (start_ms, end_ms) in zip(names, tags.chapters, times, strict=True):
        place = struct.pack(">IIII", start_ms, end_ms, _NO_OFFSET, _NO_OFFSET)
        frames.append(_frame("CHAP", name + place + _text("TIT2", chapter.title)))
    return frames


def _text(name: str, text: str) -> bytes:
    return _frame(name, _UTF_16 + _string(text))


def _frame(name: str, body: bytes) -> bytes:
    return struct.pack(">4sIH", name.encode(), len(body), 0) + body


def _string(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le", "replace")


def _ended(text: str) -> bytes:
    return _string(text) + b"\0\0"


def _seven_bits(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
