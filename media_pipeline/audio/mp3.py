"""MP3 files: ID3 tags, an Info frame that tells players what to cut off, then the packets."""

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from media_pipeline.audio.chunks import Packets
from media_pipeline.audio.id3 import write_id3

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
    packets += chunks[-1].packets[len(chunks[-1].body) :]
    return b"".join(
        [write_id3(tags, round(samples / 24)), _info_frame(packets[0][:4], len(packets), samples), *packets]
    )


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
