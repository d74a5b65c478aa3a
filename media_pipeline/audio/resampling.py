"""Voices speak at their own sample rates; everything we make has one."""

from media_pipeline.audio.rates import SAMPLE_RATE


def resample(pcm: bytes, rate: int) -> bytes:
    """Mono 16-bit samples at `rate`, at SAMPLE_RATE: exactly ``round(samples * 24000 / rate)`` of them."""
    import av
    import numpy

    if rate == SAMPLE_RATE:
        return pcm
    samples = numpy.frombuffer(pcm, "<i2")
    wanted = round(len(samples) * SAMPLE_RATE / rate)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    parts = [one.to_ndarray().reshape(-1) for one in [*resampler.resample(frame), *resampler.resample(None)]]
    joined = numpy.concatenate(parts)[:wanted]
    return bytes(numpy.pad(joined, (0, wanted - len(joined))).astype("<i2").tobytes())
