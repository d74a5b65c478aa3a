"""A chunk of speech, coded by itself so that chunks can later be laid end to end without coding again.

How the joining works. A chunk is padded with silence to whole blocks of 2,880 samples: 6 Opus frames of 480 samples or
5 MP3 frames of 576. A coder answers late (Opus by 156 samples, MP3 by 1,105, AAC by 1,024), so the first N blocks'
worth of packets holds the chunk without its last few milliseconds. The chunk ends in silence, so nothing is missing
when the next chunk's packets follow at once: the stream of all chunks is late by one coder delay only, as if it had
been coded in one piece. The packets that the coder gives when it is emptied (`flush`) are kept too; the last chunk of
a lesson brings them along.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLE_RATE: Final = 24_000
BLOCK_SAMPLES: Final = 2_880
"""120 ms: the least common multiple of Opus' and MP3's frames."""
TAIL_SAMPLES: Final = 2_880
"""Silence that a chunk ends in, at least. MP3 needs the most: 1,105 samples of delay, then a window of 1,152 for the
last frame kept (36 subband samples of 32), then the polyphase filter's 512 taps: 2,769."""


@dataclass(frozen=True, slots=True)
class _Codec:
    encoder: str
    format: str
    bit_rate: int
    options: "Mapping[str, str]"
    frame_samples: int


CODECS: Final = ("opus", "mp3", "aac")
_CODECS: Final = {
    # 24 kbit/s and `voip`: RFC 7587, 3.1.1 names 16-20 kbit/s for wideband and 28-40 for full-band speech.
    # Level 5 costs a third more time than 3 and half of 10.
    "opus": _Codec("libopus", "s16", 24_000, {"application": "voip", "compression_level": "5"}, 480),
    # No reservoir: a frame then holds all its own data and can stand beside a frame of another chunk.
    "mp3": _Codec("libmp3lame", "s16p", 48_000, {"reservoir": "0", "compression_level": "7"}, 576),
    "aac": _Codec("aac", "fltp", 48_000, {"aac_coder": "fast"}, 1_024),
}

_MAGIC: Final = b"jetkipk1"
_HEAD: Final = struct.Struct(">8s4sIII")


@dataclass(frozen=True, slots=True)
class CodedChunk:
    """`samples` is the chunk's length in a lesson, with the silence that was added; `packets` by codec name."""

    samples: int
    packets: "Mapping[str, bytes]"


@dataclass(frozen=True, slots=True)
class Packets:
    """What one codec made of a chunk. `samples` is the chunk's padded length; `setup` is the codec's own description
    of itself (AAC needs it in an MP4 file); the last packets of `packets` are the flush."""

    codec: str
    samples: int
    setup: bytes
    packets: tuple[bytes, ...]

    @property
    def frame_samples(self) -> int:
        """Samples in one packet."""
        return _CODECS[self.codec].frame_samples

    @property
    def body(self) -> tuple[bytes, ...]:
        """The packets that stand for exactly the chunk's length, in whole frames."""
        return self.packets[: -(-self.samples // self.frame_samples)]


def encode_chunk(pcm: bytes, codecs: Sequence[str] = CODECS) -> CodedChunk:
    """Mono 16-bit little-endian samples at SAMPLE_RATE, coded by each of `codecs`.

    Silence is added at the end: to at least 120 ms of it, then to whole blocks of BLOCK_SAMPLES.
    """
    padded = _pad(pcm)
    samples = len(padded) // 2
    return CodedChunk(samples, {name: pack_packets(_encode(padded, name)) for name in codecs})


def pack_packets(one: Packets) -> bytes:
    """The internal container: a fixed head (magic, codec, samples, length of `setup`, number of packets), `setup`, the
    packets' lengths as 16-bit numbers, the packets. Big-endian."""
    head = _HEAD.pack(_MAGIC, one.codec.encode().ljust(4), one.samples, len(one.setup), len(one.packets))
    lengths = struct.pack(f">{len(one.packets)}H", *map(len, one.packets))
    return b"".join([head, one.setup, lengths, *one.packets])


def unpack_packets(data: bytes) -> Packets:
    """What `pack_packets` packed. Raises ValueError for anything else."""
    if len(data) < _HEAD.size:
        raise ValueError(data[:8])
    magic, codec, samples, setup_length, count = _HEAD.unpack_from(data)
    start = _HEAD.size + setup_length
    at = start + 2 * count
    name = codec.decode("ascii", "replace").strip()
    if magic != _MAGIC or name not in _CODECS or at > len(data):
        raise ValueError(data[:8])
    packets: list[bytes] = []
    for length in struct.unpack_from(f">{count}H", data, start):
        packets.append(data[at : at + length])
        at += length
    if at != len(data):
        raise ValueError(at)
    return Packets(name, samples, data[_HEAD.size : start], tuple(packets))


def _pad(pcm: bytes) -> bytes:
    import numpy

    samples = numpy.frombuffer(pcm, "<i2")
    loud = numpy.flatnonzero(numpy.abs(samples.astype("i4")) > _SILENT)
    spoken = int(loud[-1]) + 1 if len(loud) else 0
    wanted = max(len(samples), spoken + TAIL_SAMPLES)
    return pcm + bytes(2 * (-(-wanted // BLOCK_SAMPLES) * BLOCK_SAMPLES) - len(pcm))


_SILENT: Final = 33
"""-60 dBFS, our choice: what is below is inaudible beside speech at -16 LUFS."""


def _encode(pcm: bytes, name: str) -> Packets:
    import av
    import numpy

    codec = _CODECS[name]
    context: Any = av.CodecContext.create(codec.encoder, "w")
    context.sample_rate = SAMPLE_RATE
    context.layout = "mono"
    context.format = codec.format
    context.bit_rate = codec.bit_rate
    context.time_base = Fraction(1, SAMPLE_RATE)
    context.options = dict(codec.options)
    context.flags |= av.codec.context.Flags.bitexact
    context.open()
    samples = numpy.frombuffer(pcm, "<i2")
    if codec.format == "fltp":
        samples = (samples / 32_768).astype("f4")
    if name == "aac" and len(samples) % codec.frame_samples:
        samples = numpy.pad(samples, (0, codec.frame_samples - len(samples) % codec.frame_samples))
    packets: list[bytes] = []
    for at in range(0, len(samples), codec.frame_samples):
        frame = av.AudioFrame.from_ndarray(
            samples[at : at + codec.frame_samples].reshape(1, -1), format=codec.format, layout="mono"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.pts = at
        packets += [bytes(one) for one in context.encode(frame)]
    packets += [bytes(one) for one in context.encode(None)]
    return Packets(name, len(pcm) // 2, bytes(context.extradata or b""), tuple(packets))
