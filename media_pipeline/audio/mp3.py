"""MP3 files: ID3 tags, an Info frame that tells players what to cut off, then the packets."""

import io
import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from media_pipeline.audio.chunks import Packets

if TYPE_CHECKING:
    from media_pipeline.audio.lessons import LessonTags

_FRAME_SAMPLES: Final = 576
_FRAME_BYTES: Final = 144
"""48 kbit/s at 24 kHz."""
_ENCODER_DELAY: Final = 576
_DECODER_DELAY: Final = 529
"""Every MPEG Layer III decoder is late by this; players add it to the delay that the Info frame names."""


def write_mp3(chunks: Sequence[Packets], tags: "LessonTags") -> bytes:
    """One file of all chunks' packets. A player that reads the Info frame plays exactly the chunks' length."""
    samples = sum(one.samples for one in chunks)
    packets = [packet for one in chunks for packet in one.body]
    packets += chunks[-1].packets[len(chunks[-1].body) :] if chunks else ()
    head = packets[0][:4] if packets else b"\xff\xf3\x64\xc4"
    return b"".join([_id3(tags, samples), _info_frame(head, len(packets), samples), *packets])


def _info_frame(head: bytes, frames: int, samples: int) -> bytes:
    """A silent frame with the same header as the others, holding LAME's extension of the Xing tag
    (gabriel.mp3-tech.org/mp3infotag.html).

    "Info" says constant bit rate. There is no table of contents on purpose: with one, players seek to the nearest
    hundredth of the file; without one they compute the place from the bit rate, which is exact here.
    """
    end_padding = frames * _FRAME_SAMPLES - _ENCODER_DELAY - samples
    size = (frames + 1) * _FRAME_BYTES
    tag = b"Info" + struct.pack(">III", 0b0011, frames, size)
    lame = bytearray(36)
    lame[0:9] = b"LAME3.100"
    lame[9] = 0x01  # tag revision 0, constant bit rate
    lame[20] = 48  # kbit/s
    lame[21:24] = (_ENCODER_DELAY << 12 | end_padding).to_bytes(3, "big")
    lame[28:32] = struct.pack(">I", size)
    frame = bytearray(_FRAME_BYTES)
    frame[:4] = head
    start = 4 + 9  # side information of a mono frame at 24 kHz (ISO/IEC 13818-3)
    frame[start : start + len(tag)] = tag
    frame[start + len(tag) : start + len(tag) + 36] = lame
    crc = _crc16(bytes(frame[: start + len(tag) + 34]))
    frame[start + len(tag) + 34 : start + len(tag) + 36] = crc.to_bytes(2, "big")
    return bytes(frame)


def _crc16(data: bytes) -> int:
    """CRC-16 with the polynomial 0x8005, reflected, beginning with 0: as LAME counts it over its tag."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def _id3(tags: "LessonTags", samples: int) -> bytes:
    """ID3v2.3, not 2.4: older hardware players and Windows read only that; the words are UTF-16 there.

    Chapters as in the ID3v2 Chapter Frame Addendum 1.0, times in ms, byte offsets unused.
    """
    from mutagen import id3

    frames: Any = id3.ID3()  # type: ignore[no-untyped-call]  # mutagen has types for some functions only
    words = {
        "TIT2": [tags.title],
        "TALB": [tags.course],
        "TPE1": ["/".join(tags.authors)],
        "TRCK": [f"{tags.number}/{tags.total}"],
        "TLAN": [iso_639_2(tags.language)],
        "TPUB": [tags.publisher],
        "TCOP": [tags.rights],
        "TCON": ["Speech"],
        "TLEN": [str(round(samples / 24))],
    }
    for name, text in words.items():
        if text[0]:
            frames.add(getattr(id3, name)(encoding=1, text=text))
    if tags.comment:
        frames.add(id3.COMM(encoding=1, lang=iso_639_2(tags.language), desc="", text=[tags.comment]))  # type: ignore[no-untyped-call]
    if tags.cover:
        kind = "image/png" if tags.cover.startswith(b"\x89PNG") else "image/jpeg"
        picture = id3.APIC(encoding=1, mime=kind, type=3, desc=tags.cover_description[:64], data=tags.cover)  # type: ignore[no-untyped-call]
        frames.add(picture)
    _add_chapters(frames, tags, round(samples / 24))
    file = io.BytesIO()
    frames.save(file, v1=0, v2_version=3, padding=lambda _: 0)
    return file.getvalue()


def _add_chapters(frames: Any, tags: "LessonTags", duration_ms: int) -> None:
    from mutagen import id3

    names = [f"c{number}" for number in range(len(tags.chapters))]
    times = pairwise([*(one.start_ms for one in tags.chapters), duration_ms])
    for name, chapter, (start_ms, end_ms) in zip(names, tags.chapters, times, strict=True):
        title = id3.TIT2(encoding=1, text=[chapter.title])  # type: ignore[no-untyped-call]
        frames.add(
            id3.CHAP(  # type: ignore[no-untyped-call]
                element_id=name,
                start_time=start_ms,
                end_time=end_ms,
                start_offset=0xFFFFFFFF,
                end_offset=0xFFFFFFFF,
                sub_frames=[title],
            )
        )
    if names:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        frames.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=[]))  # type: ignore


def iso_639_2(language: str) -> str:
    """The three-letter code that ID3 and MP4 want; ``und`` for a language that has none here."""
    return _THREE_LETTERS.get(language.split("-")[0], "und")


_THREE_LETTERS: Final = {"ky": "kir", "ru": "rus", "en": "eng", "kk": "kaz", "uz": "uzb", "tg": "tgk", "de": "deu"}
