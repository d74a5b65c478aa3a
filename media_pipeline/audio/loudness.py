"""Loudness as people hear it (ITU-R BS.1770-4), and bringing speech to one loudness."""

import math
from functools import cache
from typing import TYPE_CHECKING, Final

from media_pipeline.audio.rates import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy
    import numpy.typing

    Energies = numpy.typing.NDArray[numpy.float64]
    Places = numpy.typing.NDArray[numpy.intp]
    Samples = numpy.typing.NDArray[numpy.float32]

TARGET_LUFS: Final = -16.0
"""For speech on phones and small loudspeakers; AES TD1008 and Apple's and Google's podcast guides agree within 2 LU."""
PEAK_LIMIT_DBFS: Final = -4.0
"""Coding at 24 kbit/s lifts single peaks by up to 3 dB (measured); -1 is what is promised after it."""
CODING_LOSS: Final = 0.4
"""Coding at these bit rates takes 0.4 to 0.8 LU away (measured with espeak-ng in three languages)."""

_BINS_PER_SECOND: Final = 10
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0
_OFFSET: Final = -0.691  # BS.1770-4, annex 1: the filter's gain at 997 Hz
_FFT: Final = 65_536
_TAIL: Final = 8_192
"""The weighting rings less than this: its slowest part is a high pass at 38 Hz."""
_LOOK_AHEAD: Final = 120
"""5 ms each way, our choice. Longer is smoother and takes away more loudness, which more gain must then bring back."""
MOST_EXTRA_DB: Final = 9.0
"""What is added against the limiter's loss, at most: past it, more gain only flattens (our choice)."""
_ROUNDS: Final = 4


def measure_loudness(pcm: bytes) -> float:
    """Integrated loudness in LUFS of mono 16-bit samples at SAMPLE_RATE; minus infinity for silence."""
    return gate(energies(_floats(pcm)))


def normalise_loudness(pcm: bytes) -> bytes:
    """The same number of samples, such that they are at TARGET_LUFS after coding, true peaks under PEAK_LIMIT_DBFS
    before it. What is quieter than the absolute gate of -70 LUFS stays as it is: there is nothing to hear in it."""
    import numpy

    target = TARGET_LUFS + CODING_LOSS
    source = _floats(pcm)
    loudness = gate(energies(source))
    if loudness < _ABSOLUTE_GATE:
        return pcm
    # Hundredths of a decibel: the last bits of a sum may differ between processors, the samples must not.
    gain_db = round(target - loudness, 2)
    limited = source
    for _ in range(_ROUNDS):
        limited = limit_peaks(source * numpy.float32(10 ** (gain_db / 20)), PEAK_LIMIT_DBFS)
        missing = round(target - gate(energies(limited)), 1)
        if missing <= 0.1:
            break
        gain_db = min(target - loudness + MOST_EXTRA_DB, gain_db + 1.3 * missing)  # the limiter takes some of it back
    return bytes(numpy.rint(limited * 32_767).astype("<i2").tobytes())


def energies(samples: "Samples", rate: int = SAMPLE_RATE) -> "Energies":
    """K-weighted energy (sum of squares over the rate) of each tenth of a second; the last may be shorter."""
    import numpy

    if not len(samples):
        return numpy.zeros(0)
    response = _weighting(rate)
    hop = _FFT - _TAIL
    pieces = -(-len(samples) // hop)
    padded = numpy.pad(samples, (_TAIL, pieces * hop - len(samples)))
    weighted = numpy.empty(pieces * hop, "f4")
    for at in range(0, pieces * hop, hop):
        spectrum = numpy.fft.rfft(padded[at : at + _FFT]) * response
        weighted[at : at + hop] = numpy.fft.irfft(spectrum, _FFT)[_TAIL:]
    size = rate // _BINS_PER_SECOND
    bins = -(-len(samples) // size)
    squares = numpy.zeros(bins * size, "f4")
    numpy.square(weighted[: len(samples)], out=squares[: len(samples)])
    energy: Energies = squares.reshape(bins, size).sum(axis=1, dtype="f8") / size
    return energy


def gate(bins: "Energies") -> float:
    """Loudness from the energies of tenths of a second (BS.1770-4, annex 1): blocks of 400 ms every 100 ms, those
    under -70 LUFS left out, then those 10 LU under the loudness of the rest. Sound shorter than a block is one."""

    if not len(bins):
        return -math.inf
    is_short = len(bins) < 4
    blocks = bins.mean(keepdims=True) if is_short else (bins[:-3] + bins[1:-2] + bins[2:-1] + bins[3:]) / 4
    heard = blocks[blocks > _energy(_ABSOLUTE_GATE)]
    if not len(heard):
        return -math.inf
    heard = heard[heard > _energy(_loudness(float(heard.mean())) + _RELATIVE_GATE)]
    return _loudness(float(heard.mean()))


def limit_peaks(samples: "Samples", limit_dbfs: float) -> "Samples":
    """The samples with their gain turned down around every true peak over the limit, gently and ahead of time."""
    limit = 10 ** (limit_dbfs / 20)
    places, heights = find_peaks(samples, limit)
    return turn_down(samples, places, limit / heights)


def turn_down(samples: "Samples", places: "Places", gains: "Samples") -> "Samples":
    """The samples with the gain at each place at most what is given there, going there and back smoothly."""
    import numpy

    if not len(places):
        return samples
    curve = numpy.ones(len(samples) + 2 * _LOOK_AHEAD, "f4")
    # Whole 4096ths, rounded down: see normalise_loudness.
    numpy.minimum.at(curve, places + _LOOK_AHEAD, (numpy.floor(gains * 4_096) / 4_096).astype("f4"))
    lowest = _sliding_minimum(curve, _LOOK_AHEAD + 1)
    sums = numpy.concatenate([[0.0], numpy.cumsum(lowest, dtype="f8")])
    smooth = (sums[_LOOK_AHEAD + 1 :] - sums[: -_LOOK_AHEAD - 1]) / (_LOOK_AHEAD + 1)
    quieter: Samples = samples * smooth[: len(samples)].astype("f4")
    return quieter


def find_peaks(samples: "Samples", limit: float) -> "tuple[Places, Samples]":
    """The samples on both sides of each place where the wave passes the limit, and how high it goes there.

    Only places with a sample over half the limit are looked at: where both neighbours are lower, a wave reaches the
    limit between them only at frequencies over a third of the sample rate, where speech has nothing.
    """
    import numpy

    taps = _interpolator()
    half = len(taps) // 2
    near = numpy.abs(samples) > limit / 2
    near[:-1] |= near[1:]
    places = numpy.flatnonzero(near)
    rows = numpy.lib.stride_tricks.sliding_window_view(numpy.pad(samples, (half - 1, half)), 2 * half)
    found: list[Places] = [places[:0]]
    heights: list[Samples] = [samples[:0]]
    for start in range(0, len(places), 4_096):
        some = places[start : start + 4_096]
        highest = numpy.maximum(numpy.abs(rows[some] @ taps).max(axis=1), numpy.abs(samples[some]))
        over = highest > limit
        found += [some[over], numpy.minimum(some[over] + 1, len(samples) - 1)]
        heights += [highest[over], highest[over]]
    return numpy.concatenate(found), numpy.concatenate(heights)


@cache
def _interpolator() -> "Samples":
    """Columns give the wave at 1/4, 1/2 and 3/4 between two samples from the 12 samples on each side (BS.1770-4,
    annex 2 asks for four-fold oversampling)."""
    import numpy

    half = 12
    positions = numpy.arange(-half + 1, half + 1)[:, None] - numpy.array([0.25, 0.5, 0.75])[None, :]
    window = numpy.i0(6 * numpy.sqrt(numpy.maximum(0, 1 - (positions / half) ** 2))) / numpy.i0(6.0)
    taps: Samples = (numpy.sinc(positions) * window).astype("f4")
    return taps


def _sliding_minimum(values: "Samples", width: int) -> "Samples":
    """The least of `width` neighbours beginning at each place: minima of 1, 2, 4, … places, combined."""
    import numpy

    reach = 1
    while 2 * reach <= width:
        values = numpy.minimum(values[:-reach], values[reach:])
        reach *= 2
    rest = width - reach
    return numpy.minimum(values[: len(values) - rest], values[rest:]) if rest else values


@cache
def _weighting(rate: int) -> "numpy.typing.NDArray[numpy.complex64]":
    """The K weighting at every frequency of the transform.

    BS.1770-4 gives coefficients for 48 kHz only. These are its two filters as a high shelf and a high pass with the
    parameters that reproduce those coefficients (B. De Man, "Evaluation of implementations of the EBU R128 loudness
    measurement", AES 145, 2018), so that they can be had at other rates.
    """
    import numpy

    turn = numpy.exp(-2j * numpy.pi * numpy.arange(_FFT // 2 + 1) / _FFT)
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    below = 1 + k / q + k * k
    shelf = numpy.polyval([high - band * k / q + k * k, 2 * (k * k - high), high + band * k / q + k * k], turn)
    shelf /= numpy.polyval([1 - k / q + k * k, 2 * (k * k - 1), below], turn)
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    below = 1 + k / q + k * k
    high_pass = numpy.polyval([1.0, -2.0, 1.0], turn)
    high_pass /= numpy.polyval([(1 - k / q + k * k) / below, 2 * (k * k - 1) / below, 1.0], turn)
    return (shelf * high_pass).astype("c8")


def _floats(pcm: bytes) -> "Samples":
    import numpy

    return (numpy.frombuffer(pcm, "<i2").astype("f4") / 32_768).astype("f4", copy=False)


def _loudness(energy: float) -> float:
    return _OFFSET + 10 * math.log10(energy)


def _energy(loudness: float) -> float:
    return float(10 ** ((loudness - _OFFSET) / 10))
