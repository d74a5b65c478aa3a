"""Sound and video made for the tests: nothing here is recorded, so nothing has a licence of its own."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from media_pipeline.audio.rates import SAMPLE_RATE

Samples = npt.NDArray[np.float32]


def tone(seconds: float, hertz: float = 440.0, level: float = 0.25, rate: int = SAMPLE_RATE) -> Samples:
    """A sine."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype("f4")


def silence(seconds: float, rate: int = SAMPLE_RATE) -> Samples:
    """Zeros."""
    return np.zeros(round(seconds * rate), "f4")


def speech_like(seconds: float, seed: int, rate: int = SAMPLE_RATE, pitch: float = 120.0) -> Samples:
    """Pulses of a voice through three moving resonances, in syllables with pauses: the crest, spectrum and rhythm of
    speech, without words. Begins and ends in silence."""
    random = np.random.default_rng(seed)
    length = round(seconds * rate)
    time = np.arange(length) / rate
    phase = np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * time + seed))) / rate
    voice = np.zeros(length)
    for harmonic in range(1, int(0.45 * rate / pitch)):
        frequency = harmonic * pitch
        strength = sum(
            1 / (1 + ((frequency - peak) / width) ** 2) for peak, width in ((550, 90), (1500, 120), (2600, 200))
        )
        voice += strength / harmonic**0.3 * np.cos(2 * np.pi * harmonic * phase + random.uniform(0, 6.28))
    syllables = np.interp(
        time,
        np.arange(0, seconds + 1, 0.12),
        random.uniform(0.05, 1, int(seconds / 0.12) + 10)[: len(np.arange(0, seconds + 1, 0.12))],
    )
    voice = voice / np.abs(voice).max() * syllables + 0.02 * random.standard_normal(length) * syllables
    gate = (np.sin(2 * np.pi * time / 2.7 - 0.8) > -0.85).astype(float)
    gate[: rate // 5] = gate[-rate // 5 :] = 0
    smooth = np.convolve(gate, np.hanning(rate // 50) / np.hanning(rate // 50).sum(), "same")
    sound: Samples = (0.5 * voice * smooth).astype("f4")
    return sound


def pcm(samples: Samples) -> bytes:
    """16-bit little-endian."""
    return bytes(np.rint(np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def floats(data: bytes) -> Samples:
    """The reverse of `pcm`."""
    return (np.frombuffer(data, "<i2") / 32_767).astype("f4")


def decode(file: Any, rate: int = SAMPLE_RATE) -> Samples:
    """What FFmpeg's own demuxer and decoder make of a finished file, mono; nothing of ours takes part."""
    with av.open(file) as container:
        resampler: Any = av.AudioResampler(format="flt", layout="mono", rate=rate)
        parts = [one.to_ndarray()[0] for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        parts += [one.to_ndarray()[0] for one in resampler.resample(None)]
    joined: Samples = np.concatenate(parts)
    return joined


def write_audio(
    path: Path,
    blocks: Iterable[Samples],
    codec: str = "libmp3lame",
    rate: int = SAMPLE_RATE,
    channels: int = 1,
    kind: str | None = None,
) -> Path:
    """An audio file of mono blocks, the same in every channel; `kind` where the name does not tell it."""
    formats = {"mp3": "mp3", "ogg": "ogg", "m4a": "ipod", "wav": "wav", "flac": "flac", "webm": "webm"}
    with av.open(str(path), "w", format=formats[kind or path.suffix[1:]]) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono" if channels == 1 else "stereo")
        _write_sound(container, stream, blocks, rate, channels)
    return path


def write_video(
    path: Path,
    seconds: float,
    sound: Samples | None,
    size: tuple[int, int] = (320, 240),
    rate: int = 48_000,
    codec: str = "libx264",
    sound_from_s: float = 0,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """A moving grey ramp, ten pictures a second, with or without sound."""
    width, height = size
    with av.open(str(path), "w") as container:
        container.metadata.update(tags or {})
        picture: Any = container.add_stream(codec, rate=10)
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        track: Any = container.add_stream("aac", rate=rate, layout="mono") if sound is not None else None
        ramp = np.add.outer(np.arange(height), np.arange(width))
        for number in range(round(seconds * 10)):
            grey = ((ramp + 8 * number) % 256).astype("u1")
            frame = av.VideoFrame.from_ndarray(np.repeat(grey[:, :, None], 3, axis=2), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        if sound is not None:
            _write_sound(container, track, [sound], rate, 1, round(sound_from_s * rate))
    return path


def _write_sound(container: Any, stream: Any, blocks: Iterable[Samples], rate: int, channels: int, at: int = 0) -> None:
    layout = "mono" if channels == 1 else "stereo"
    resampler: Any = av.AudioResampler(
        format=stream.format.name, layout=layout, rate=rate, frame_size=stream.frame_size or 0
    )
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(np.repeat(block[None, :], channels, axis=0), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        at += len(block)
        for one in resampler.resample(frame):
            container.mux(stream.encode(one))
    for one in resampler.resample(None):
        container.mux(stream.encode(one))
    container.mux(stream.encode(None))


def onsets(samples: Samples, threshold: float, quiet_samples: int) -> npt.NDArray[np.intp]:
    """Where sound begins after at least so much quiet."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    found: npt.NDArray[np.intp] = loud[np.concatenate([[True], np.diff(loud) > quiet_samples])]
    return found


def patched(data: bytes, *pairs: Sequence[bytes]) -> bytes:
    """Bytes with some replaced, each of which must be there."""
    for old, new in pairs:
        assert old in data and len(old) == len(new)
        data = data.replace(old, new)
    return data
