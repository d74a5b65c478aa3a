"""Voices speak at their own sample rates; everything we make has one."""

from collections.abc import Sequence
from math import gcd

from media_pipeline.audio.rates import SAMPLE_RATE


def resample(pcm: bytes, rate: int) -> bytes:
    """Mono 16-bit samples at `rate`, at SAMPLE_RATE: exactly ``round(samples * 24000 / rate)`` of them."""
    return resample_all([pcm], rate)[0]


def resample_all(pieces: Sequence[bytes], rate: int) -> list[bytes]:
    """`resample` for many short pieces at once: making the filter takes longer than a sentence needs."""
    import av
    import numpy

    if rate == SAMPLE_RATE:
        return list(pieces)
    # Each piece begins where a whole number of samples has gone by at both rates, after silence that is longer than
    # the filter looks around: so no piece hears another, and none the beginning, which the filter mirrors.
    step = rate // gcd(rate, SAMPLE_RATE)
    silence = -(-rate // 20 // step) * step
    sounds, places = [numpy.zeros(silence, "<i2")], []
    position = silence
    for one in pieces:
        samples = numpy.frombuffer(one, "<i2")
        places.append((position * SAMPLE_RATE // rate, round(len(samples) * SAMPLE_RATE / rate)))
        sounds.append(numpy.pad(samples, (0, silence + -len(samples) % step)))
        position += len(sounds[-1])
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    frame = av.AudioFrame.from_ndarray(numpy.concatenate(sounds).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    parts = [one.to_ndarray().reshape(-1) for one in [*resampler.resample(frame), *resampler.resample(None)]]
    made = numpy.concatenate(parts).astype("<i2")
    return [made[start : start + length].tobytes() for start, length in places]
