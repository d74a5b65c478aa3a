"""Voices speak at their own sample rates; everything we make has one."""

from media_pipeline.audio.rates import SAMPLE_RATE


def resample(pcm: bytes, rate: int) -> bytes:
    """Mono 16-bit samples at `rate`, at SAMPLE_RATE: exactly ``round(samples * 24000 / rate)`` of them."""
    import av
    import numpy

    if rate == SAMPLE_RATE:
        return pcm
    wanted = round(len(pcm) // 2 * SAMPLE_RATE / rate)
    # Silence behind it: the filter looks ahead, and gives nothing at all for less than its own length.
    samples = numpy.pad(numpy.frombuffer(pcm, "<i2"), (0, rate // 20))
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    parts = [one.to_ndarray().reshape(-1) for one in [*resampler.resample(frame), *resampler.resample(None)]]
    return bytes(numpy.concatenate(parts)[:wanted].astype("<i2").tobytes())
