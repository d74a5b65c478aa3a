"""Speech at our one rate."""

from fractions import Fraction
from typing import Final

RATE: Final = 24_000
"""Samples per second of all speech, mono, 16 bit: a rate that Opus, MP3 and AAC know."""


def resample(pcm: bytes, rate: int, to_rate: int = RATE) -> bytes:
    """Mono 16 bit PCM at another rate, with exactly as many samples as the duration asks for, rounded up."""
    if rate == to_rate or len(pcm) < 2:
        return pcm
    import av
    import numpy as np

    frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, np.int16).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=to_rate)
    made = b"".join(one.to_ndarray().tobytes() for given in (frame, None) for one in resampler.resample(given))
    wanted = -(-len(pcm) // 2 * to_rate // rate) * 2
    return made[:wanted].ljust(wanted, b"\0")
