"""The sound of a recording, in a stream: a long file never needs more memory than a short one."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from media_pipeline.audio.errors import MediaProblem
from media_pipeline.audio.loudness import energies, gate
from media_pipeline.audio.opening import find_stream, open_media
from media_pipeline.audio.probing import VERY_LONG_MS, MediaFacts
from media_pipeline.audio.rates import SPEECH_RATE

if TYPE_CHECKING:
    import numpy
    import numpy.typing

    Energies = numpy.typing.NDArray[numpy.float64]
    Samples = numpy.typing.NDArray[numpy.float32]

_BLOCK_S: Final = 10
_MEASURE_RATE: Final = 48_000
_SILENT: Final = 10 ** (-60 / 20)
"""-60 dBFS in no tenth of a second, our choice: under the noise of any room."""
_FULL_SCALE: Final = 0.9985
_CLIPPED_RUNS_PER_MINUTE: Final = 10
"""Our choice: single touches of full scale are not heard, several a minute are."""
_RUN: Final = 3
_SHORT_SHARE: Final = 0.9
_GAP_S: Final = 0.1
_LONGEST_GAP_S: Final = 24 * 3_600
_DAMAGED_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What one pass over all sound tells. Not reasons to refuse, but a person should know. Loudness is that of the
    file mixed to one and to at most two channels; minus infinity for silence."""

    duration_ms: int
    peak_dbfs: float
    mono_lufs: float
    stereo_lufs: float
    is_silent: bool
    is_clipped: bool


def read_speech(path: Path) -> "Iterator[Samples]":
    """Blocks of mono samples, full scale 1, at SPEECH_RATE, ten seconds each, the last one shorter.

    Times are those a player shows: where the sound begins later than the pictures, or has a hole, there is silence.
    Raises MediaProblem, for a video without sound too.
    """
    with open_media(path) as container:
        for block in _blocks(container, path, 1, SPEECH_RATE):
            yield block[0]


def listen(path: Path) -> SoundFacts:
    """One pass over the sound of a file. Raises MediaProblem."""
    import numpy

    mono: list[Energies] = []
    stereo: list[Energies] = []
    peak, loudest, runs, samples = 0.0, 0.0, 0, 0
    with open_media(path) as container:
        for block in _blocks(container, path, min(2, _channels(container, path)), _MEASURE_RATE):
            height = numpy.abs(block).max(axis=0)
            samples += len(height)
            peak = max(peak, float(height.max(initial=0.0)))
            runs += _count_runs(height >= _FULL_SCALE)
            mixed = block.mean(axis=0, dtype="f4")
            mono.append(energies(mixed, _MEASURE_RATE))
            stereo.append(_energies(block))
            loudest = max(loudest, _loudest_tenth(mixed))
    minutes = samples / _MEASURE_RATE / 60
    return SoundFacts(
        round(samples * 1_000 / _MEASURE_RATE),
        20 * math.log10(peak) if peak else -math.inf,
        gate(numpy.concatenate(mono)) if mono else -math.inf,
        gate(numpy.concatenate(stereo)) if stereo else -math.inf,
        loudest < _SILENT,
        runs >= max(3, _CLIPPED_RUNS_PER_MINUTE * minutes),
    )


def measure_limited(path: Path, channels: int, gain_db: float, limit: float) -> float:
    """Loudness of the file at another gain, its peaks held under `limit` (1 is full scale) by FFmpeg's limiter: what
    `limiter_filters` will make of it."""
    import numpy

    with open_media(path) as container:
        pieces = _limited(_pieces(container, path, channels, _MEASURE_RATE), channels, gain_db, limit)
        tenths = [_energies(block) for block in _regroup(pieces, _BLOCK_S * _MEASURE_RATE)]
    return gate(numpy.concatenate(tenths)) if tenths else -math.inf


def limiter_filters(gain_db: float, limit: float) -> tuple[tuple[str, str], ...]:
    """FFmpeg's filters, as name and options, that turn sound up or down and hold its peaks."""
    return ("volume", f"{gain_db:.2f}dB"), ("alimiter", f"limit={limit:.4f}:attack=5:release=50:level=disabled")


def find_doubts(path: Path, facts: MediaFacts, sound: SoundFacts | None) -> tuple[MediaProblem, ...]:
    """What a person should know of a file that can be used: warnings, not refusals. `sound` is None where there is
    none, or where nobody listened."""
    doubts: list[MediaProblem] = []
    if not facts.has_audio:
        doubts.append(MediaProblem("media-without-sound", file=path.name))
    if facts.duration_ms > VERY_LONG_MS:
        hours = f"{facts.duration_ms / 3_600_000:.1f}"
        doubts.append(MediaProblem("media-very-long", file=path.name, hours=hours))
    if sound is not None:
        if sound.is_silent:
            doubts.append(MediaProblem("media-silent", file=path.name))
        if sound.is_clipped:
            doubts.append(MediaProblem("media-clipped", file=path.name))
        if sound.duration_ms < _SHORT_SHARE * facts.duration_ms:
            said, heard = clock(facts.duration_ms), clock(sound.duration_ms)
            doubts.append(MediaProblem("media-cut-short", file=path.name, said=said, heard=heard))
    return tuple(doubts)


def clock(duration_ms: int) -> str:
    """``1:02:03``, hours, minutes and seconds."""
    minutes, seconds = divmod(round(duration_ms / 1_000), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _blocks(container: Any, path: Path, channels: int, rate: int) -> "Iterator[Samples]":
    """Arrays of (channels, samples), ten seconds each."""
    return _regroup(_pieces(container, path, channels, rate), _BLOCK_S * rate)


def _regroup(pieces: "Iterator[Samples]", size: int) -> "Iterator[Samples]":
    import numpy

    parts: list[Samples] = []
    waiting = 0
    for part in pieces:
        parts.append(part)
        waiting += part.shape[1]
        while waiting >= size:
            joined = numpy.concatenate(parts, axis=1)
            yield joined[:, :size]
            parts, waiting = [joined[:, size:].copy()], waiting - size
    if waiting:
        yield numpy.concatenate(parts, axis=1)


def _pieces(container: Any, path: Path, channels: int, rate: int) -> "Iterator[Samples]":
    """Arrays of (channels, samples) as the decoder gives them. One channel is the mean of the two that stereo has."""
    import av
    import numpy

    stream = _audio_stream(container, path)
    begin_s = (container.start_time or 0) / 1_000_000
    mixer = _Mixer(channels, rate)
    good, bad = 0, 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            bad += 1
            continue
        good += 1
        for frame in frames:
            gap = 0.0 if frame.time is None else frame.time - begin_s - mixer.given / rate
            if _GAP_S < gap < _LONGEST_GAP_S:
                for seconds in _steps(gap):
                    silence = numpy.zeros((channels, round(seconds * rate)), "f4")
                    mixer.given += silence.shape[1]
                    yield silence
            frame.pts = None  # gaps were filled above, the resampler must not do it again
            yield from mixer.mix(frame)
    yield from mixer.mix(None)
    if bad > _DAMAGED_SHARE * (good + bad) or not mixer.given:
        raise MediaProblem("media-damaged", file=path.name, error=f"{bad} of {good + bad} packets")


class _Mixer:
    """Brings frames of any kind to the rate and number of channels that are wanted; the kind may change midway."""

    def __init__(self, channels: int, rate: int) -> None:
        self.given = 0
        self._channels = channels
        self._rate = rate
        self._kind: tuple[object, ...] = ()
        self._resampler: Any = None

    def mix(self, frame: Any) -> "Iterator[Samples]":
        """What is ready; with None, the rest."""
        import av

        kind = () if frame is None else (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            if self._resampler is not None:
                yield from self._converted(None)
            self._kind = kind
            if frame is None:
                return
            layout = "mono" if self._channels == 1 and frame.layout.nb_channels == 1 else "stereo"
            self._resampler = av.AudioResampler(format="fltp", layout=layout, rate=self._rate)
        yield from self._converted(frame)

    def _converted(self, frame: Any) -> "Iterator[Samples]":
        for one in self._resampler.resample(frame):
            self.given += one.samples
            samples = one.to_ndarray()
            # Not FFmpeg's own way to mono: its weights depend on the sample format.
            yield samples.mean(axis=0, keepdims=True, dtype="f4") if len(samples) > self._channels else samples


def _limited(pieces: "Iterator[Samples]", channels: int, gain_db: float, limit: float) -> "Iterator[Samples]":
    import av
    import av.filter

    layout = "mono" if channels == 1 else "stereo"
    graph: Any = av.filter.Graph()
    nodes = [graph.add_abuffer(format="fltp", sample_rate=_MEASURE_RATE, layout=layout)]
    nodes += [graph.add(name, options) for name, options in limiter_filters(gain_db, limit)]
    nodes += [graph.add("aformat", "sample_fmts=fltp"), graph.add("abuffersink")]
    graph.link_nodes(*nodes).configure()
    for piece in pieces:
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate = _MEASURE_RATE
        graph.push(frame)
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _pulled(graph: Any) -> "Iterator[Samples]":
    import av

    while True:
        try:
            yield graph.pull().to_ndarray()
        except (av.error.BlockingIOError, av.error.EOFError):
            return


def _steps(seconds: float) -> Iterator[float]:
    while seconds > 0:
        yield min(seconds, _BLOCK_S)
        seconds -= _BLOCK_S


def _audio_stream(container: Any, path: Path) -> Any:
    stream = find_stream(container, "audio")
    if stream is None:
        raise MediaProblem("media-without-sound", file=path.name)
    if stream.codec_context is None:
        raise MediaProblem("media-unknown-codec", file=path.name, codec=stream.type)
    return stream


def _channels(container: Any, path: Path) -> int:
    return int(_audio_stream(container, path).codec_context.layout.nb_channels)


def _energies(block: "Samples") -> "Energies":
    """Those of all channels together: left and right weigh the same (BS.1770-4, table 3)."""
    return sum((energies(one, _MEASURE_RATE) for one in block[1:]), energies(block[0], _MEASURE_RATE))


def _count_runs(full: "numpy.typing.NDArray[numpy.bool_]") -> int:
    """How often at least three neighbours touch full scale."""
    import numpy

    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[False], full, [False]])))
    return int((edges[1::2] - edges[::2] >= _RUN).sum())


def _loudest_tenth(samples: "Samples") -> float:
    import numpy

    size = _MEASURE_RATE // 10
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    rest = samples[len(samples) // size * size :]
    squares = [numpy.square(one).mean(axis=-1).max(initial=0.0) for one in (whole, rest[None, :]) if one.size]
    return math.sqrt(max(map(float, squares), default=0.0))
