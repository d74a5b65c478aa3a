"""A chunk of speech, coded by itself so that chunks can later be laid end to end without coding again.

How the joining works. A chunk is padded with silence to whole blocks of 2,880 samples: 6 Opus frames of 480 samples or
5 MP3 frames of 576. A coder answers late (Opus by 156 samples, MP3 by 1,105, AAC by 1,024), so the first N blocks'
worth of packets holds the chunk without its last few milliseconds. The chunk ends in silence, so nothing is missing
when the next chunk's packets follow at once: the stream of all chunks is late by one coder delay only, as if it had
been coded in one piece. The packets that the coder gives when it is emptied (`flush`) are kept too; the last chunk of
a lesson brings them along.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from media_pipeline.audio.coding import CODECS, decode, encode
from media_pipeline.audio.loudness import CODING_LOSS, energies, find_peaks, gate, turn_down
from media_pipeline.audio.rates import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy
    import numpy.typing

    Samples = numpy.typing.NDArray[numpy.float32]

BLOCK_SAMPLES: Final = 2_880
"""120 ms: the least common multiple of the frames of Opus (480) and MP3 (576)."""
_TAIL_SAMPLES: Final = 2_880
"""Silence that a chunk ends in, at least. MP3 needs the most: 1,105 samples of delay, then a window of 1,152 for the
last frame kept (36 subband samples of 32), then the polyphase filter's 512 taps: 2,769."""
_SILENT: Final = 33
"""-60 dBFS, our choice: what is below is inaudible beside speech at -16 LUFS."""
_CEILING: Final = 10 ** (-1.2 / 20)
"""What no true peak passes after coding; -1 dBFS is promised, meters may differ by a tenth."""
_MARGIN: Final = 0.94
_MOST_MISSING_LU: Final = 0.6
_MOST_LOST_LU: Final = 6.0
"""A coder that takes more away was given something that it cannot code, such as a tone over its pass band."""
_ROUNDS: Final = 8


_MAGIC: Final = b"jetkipk1"
_HEAD: Final = struct.Struct(">8s4sIII")


@dataclass(frozen=True, slots=True)
class CodedChunk:
    """`samples` is the chunk's length in a lesson, with the silence that was added; `packets` by codec name."""

    samples: int
    packets: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Packets:
    """What one codec made of a chunk. `samples` is the chunk's padded length; `setup` is the codec's own description
    of itself (AAC needs it in an MP4 file); the last packets of `packets` are the flush."""

    codec: str
    samples: int
    setup: bytes
    packets: tuple[bytes, ...]

    @property
    def body(self) -> tuple[bytes, ...]:
        """The packets that stand for exactly the chunk's length, in whole frames."""
        return self.packets[: -(-self.samples // CODECS[self.codec].frame_samples)]


def encode_chunk(pcm: bytes, codecs: Sequence[str] = tuple(CODECS)) -> CodedChunk:
    """Mono 16-bit little-endian samples at SAMPLE_RATE, coded by each of `codecs`.

    Silence is added at the end: to at least 120 ms of it, then to whole blocks of BLOCK_SAMPLES. Where decoding would
    give a true peak over -1 dBFS, the sound around it is coded more quietly.
    """
    padded = _pad(pcm)
    return CodedChunk(len(padded), {name: pack_packets(_encode(padded, name)) for name in codecs})


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
    if magic != _MAGIC or name not in CODECS or at > len(data):
        raise ValueError(data[:8])
    packets: list[bytes] = []
    for length in struct.unpack_from(f">{count}H", data, start):
        packets.append(data[at : at + length])
        at += length
    if at != len(data):
        raise ValueError(at)
    return Packets(name, samples, data[_HEAD.size : start], tuple(packets))


def _pad(pcm: bytes) -> "Samples":
    import numpy

    samples = numpy.frombuffer(pcm, "<i2")
    loud = numpy.flatnonzero((samples > _SILENT) | (samples < -_SILENT))
    spoken = int(loud[-1]) + 1 if len(loud) else 0
    wanted = max(len(samples), spoken + _TAIL_SAMPLES)
    silence = -(-wanted // BLOCK_SAMPLES) * BLOCK_SAMPLES - len(samples)
    return (numpy.pad(samples, (0, silence)).astype("f4") / 32_767).astype("f4", copy=False)


def _encode(samples: "Samples", name: str) -> Packets:
    """Coded so that it is heard as it should be: decoded, compared and coded again where that is needed.

    Most speech needs no second round. Some voices lose up to 2 LU in Opus, and some coders lift single peaks by 3 dB.
    A peak over full scale is no peak of the speech, which is limited well below it, but a noise of the coder: other
    settings are tried before anything is made quieter.
    """
    codec = CODECS[name]
    wanted = gate(energies(samples)) - CODING_LOSS
    source, loudest, setting = samples, 0.0, 0
    for number in range(_ROUNDS):
        setup, packets = encode(source, name, setting)
        heard = decode(name, setup, packets)
        missing = wanted - gate(energies(heard, codec.decoded_rate)) if math.isfinite(wanted) else 0.0
        places, heights = find_peaks(heard, _CEILING)
        if number == 0 and _MOST_MISSING_LU < missing < _MOST_LOST_LU:
            source = source * 10 ** (round(missing, 1) / 20)
        elif len(places) and heights.max() > 1 and setting < len(codec.other_options):
            setting += 1
        elif len(places):
            sources = places * SAMPLE_RATE // codec.decoded_rate - codec.delay_samples
            source = turn_down(source, sources.clip(0, len(samples) - 1), _MARGIN * _CEILING / heights)
            loudest = float(heights.max())
        else:
            return Packets(name, len(samples), setup, packets)
    setup, packets = encode((_MARGIN * _CEILING / max(loudest, _CEILING)) * source, name, setting)
    return Packets(name, len(samples), setup, packets)
