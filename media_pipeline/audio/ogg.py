"""Ogg Opus: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), and the Vorbis comments it uses for tags."""

import base64
import struct
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from media_pipeline.audio.chunks import Packets

if TYPE_CHECKING:
    from media_pipeline.audio.lessons import LessonTags

_SERIAL: Final = 0x4A65746B
"""RFC 3533 wants it unique among the streams of one file; there is one. Fixed, so that same input gives same bytes."""
_PRE_SKIP: Final = 312
"""libopus' look-ahead of 6.5 ms, in samples at 48 kHz, as its own header says it (RFC 7845, 4.2)."""
_PAGE_PACKETS: Final = 50
"""One second a page: RFC 7845, 5 asks for no more. Players seek by pages."""


def write_ogg_opus(chunks: Sequence[Packets], tags: "LessonTags") -> bytes:
    """One file of all chunks' packets. Its decoded length is exactly that of the chunks."""
    samples = sum(one.samples for one in chunks)
    packets = [packet for one in chunks for packet in one.body]
    packets += chunks[-1].packets[len(chunks[-1].body) :]
    end = _PRE_SKIP + 2 * samples
    pages = _Pages()
    pages.add([_head()], granule=0, first=True)
    pages.add([_comments(tags)], granule=0)
    for at in range(0, len(packets), _PAGE_PACKETS):
        some = packets[at : at + _PAGE_PACKETS]
        is_last = at + _PAGE_PACKETS >= len(packets)
        pages.add(some, granule=end if is_last else 960 * (at + len(some)), last=is_last)
    return pages.data()


def _head() -> bytes:
    return struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, _PRE_SKIP, 24_000, 0, 0)  # RFC 7845, 5.1


def _comments(tags: "LessonTags") -> bytes:
    fields = list(_fields(tags))
    parts = [b"OpusTags", _string("Jetki"), struct.pack("<I", len(fields))]
    return b"".join([*parts, *(_string(f"{name}={value}") for name, value in fields)])


def _fields(tags: "LessonTags") -> Iterable[tuple[str, str]]:
    """Names from the Vorbis comment specification and the usual extensions to it (xiph.org, ChapterExtension and
    METADATA_BLOCK_PICTURE)."""
    named = (
        ("TITLE", tags.title),
        ("ALBUM", tags.course),
        *(("ARTIST", one) for one in tags.authors),
        ("TRACKNUMBER", str(tags.number)),
        ("TRACKTOTAL", str(tags.total)),
        ("LANGUAGE", tags.language),
        ("ORGANIZATION", tags.publisher),
        ("COPYRIGHT", tags.rights),
        ("DESCRIPTION", tags.comment),
        ("GENRE", "Speech"),
    )
    yield from ((name, value) for name, value in named if value)
    for number, chapter in enumerate(tags.chapters):
        hours, rest = divmod(chapter.start_ms, 3_600_000)
        minutes, rest = divmod(rest, 60_000)
        seconds, ms = divmod(rest, 1_000)
        yield f"CHAPTER{number:03}", f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"
        yield f"CHAPTER{number:03}NAME", chapter.title
    if tags.cover:
        yield "METADATA_BLOCK_PICTURE", base64.b64encode(_picture(tags.cover, tags.cover_description)).decode()


def _picture(image: bytes, description: str) -> bytes:
    """A FLAC picture block (RFC 9639, 8.8): 3 is the front cover; sizes 0 mean unknown."""
    is_png = image.startswith(b"\x89PNG")
    width, height = struct.unpack_from(">II", image, 16) if is_png else (0, 0)
    kind = b"image/png" if is_png else b"image/jpeg"
    words = description.encode()
    return b"".join(
        [
            struct.pack(">II", 3, len(kind)),
            kind,
            struct.pack(">I", len(words)),
            words,
            struct.pack(">IIII", width, height, 24 if is_png else 0, 0),
            struct.pack(">I", len(image)),
            image,
        ]
    )


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data


class _Pages:
    """Ogg pages with their checksums."""

    def __init__(self) -> None:
        self._pages: list[bytes] = []

    def add(self, packets: Sequence[bytes], granule: int, *, first: bool = False, last: bool = False) -> None:
        """Whole packets on a page of their own, or, when a packet is too long for one, on as many as it needs."""
        lacing = b"".join(_lacing(len(one)) for one in packets)
        body = b"".join(packets)
        continued = False
        while True:
            segments, lacing = lacing[:255], lacing[255:]
            length = sum(segments)
            flags = continued | first << 1 | (last and not lacing) << 2
            ends_packet = any(one < 255 for one in segments)
            self._write(flags, granule if ends_packet else -1, segments, body[:length])
            body, continued = body[length:], segments[-1:] == b"\xff"
            if not lacing:
                return

    def _write(self, flags: int, granule: int, segments: bytes, body: bytes) -> None:
        head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, _SERIAL, len(self._pages), 0)
        page = bytearray(head + bytes([len(segments)]) + segments + body)
        struct.pack_into("<I", page, 22, _checksum(page))
        self._pages.append(bytes(page))

    def data(self) -> bytes:
        """The file."""
        return b"".join(self._pages)


def _lacing(length: int) -> bytes:
    return b"\xff" * (length // 255) + bytes([length % 255])


def _checksum(page: bytes | bytearray) -> int:
    """RFC 3533, 6: CRC-32 with the polynomial 0x04c11db7, not reflected, beginning with 0, nothing inverted.

    `zlib.crc32` is the same polynomial reflected. Reflecting every byte, starting zlib at its own inversion and
    inverting and reflecting the answer gives the same number several times faster than a loop in Python.
    """
    import zlib

    reflected = zlib.crc32(bytes(page).translate(_REVERSED_BYTES), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reflected:032b}"[::-1], 2)


_REVERSED_BYTES: Final = bytes(int(f"{one:08b}"[::-1], 2) for one in range(256))
