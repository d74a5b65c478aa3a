"""Coding samples to packets and back, frame by frame, with the coders inside PyAV."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from media_pipeline.audio.rates import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy
    import numpy.typing

    Samples = numpy.typing.NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Codec:
    """A coder and how we set it. `delay_samples` is how late what was coded is heard again, at SAMPLE_RATE;
    `decoded_rate` is what its decoder gives."""

    encoder: str
    decoder: str
    format: str
    bit_rate: int
    options: Mapping[str, str]
    frame_samples: int
    delay_samples: int
    decoded_rate: int = SAMPLE_RATE
    other_options: tuple[Mapping[str, str], ...] = ()
    """Settings to code with instead where the usual ones put a noise into the sound."""


CODECS: Final[Mapping[str, Codec]] = {
    # 24 kbit/s: RFC 7587, 3.1.1 names 16-20 kbit/s for wideband and 28-40 for full-band speech; ours is between.
    # At some levels libopus answers a rare plosive with a crack 6 dB louder than the speech; at others it does not.
    "opus": Codec(
        "libopus",
        "opus",
        "s16",
        24_000,
        {"application": "voip", "compression_level": "5"},
        480,
        156,
        48_000,
        tuple({"application": "voip", "compression_level": level} for level in ("6", "8", "3")),
    ),
    # No reservoir: a frame then holds all its own data and can stand beside a frame of another chunk.
    "mp3": Codec("libmp3lame", "mp3float", "s16p", 48_000, {"reservoir": "0", "compression_level": "7"}, 576, 1_105),
    "aac": Codec("aac", "aac", "fltp", 48_000, {"aac_coder": "fast"}, 1_024, 1_024),
}


def encode(samples: "Samples", name: str, setting: int = 0) -> tuple[bytes, tuple[bytes, ...]]:
    """The codec's own description of itself, and its packets; the last frame is filled up with silence. `setting`
    counts the codec's options: 0 the usual ones, then the others."""
    import av
    import numpy

    codec = CODECS[name]
    context: Any = av.CodecContext.create(codec.encoder, "w")
    context.sample_rate = SAMPLE_RATE
    context.layout = "mono"
    context.format = codec.format
    context.bit_rate = codec.bit_rate
    context.time_base = Fraction(1, SAMPLE_RATE)
    context.options = dict((codec.options, *codec.other_options)[setting])
    context.flags |= av.codec.context.Flags.bitexact  # no version of the coder in the stream
    context.open()
    size = codec.frame_samples
    frames = numpy.pad(samples, (0, -len(samples) % size)).reshape(-1, 1, size)
    if codec.format != "fltp":
        frames = numpy.rint(frames * 32_767).astype("i2")
    packets: list[bytes] = []
    for number, one in enumerate(frames):
        frame = av.AudioFrame.from_ndarray(one, format=codec.format, layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = number * size
        packets += [bytes(packet) for packet in context.encode(frame)]
    packets += [bytes(packet) for packet in context.encode(None)]
    return bytes(context.extradata or b""), tuple(packets)


def decode(name: str, setup: bytes, packets: tuple[bytes, ...]) -> "Samples":
    """What a player hears, at the codec's `decoded_rate`, still late by `delay_samples`. Whatever goes over full scale
    is kept."""
    import av
    import numpy

    codec = CODECS[name]
    context: Any = av.CodecContext.create(codec.decoder, "r")
    context.sample_rate = SAMPLE_RATE
    context.layout = "mono"
    if setup:
        context.extradata = setup
    context.open()
    parts = [frame.to_ndarray().reshape(-1) for one in packets for frame in context.decode(av.Packet(one))]
    parts += [frame.to_ndarray().reshape(-1) for frame in context.decode(None)]
    return numpy.concatenate(parts).astype("f4")
