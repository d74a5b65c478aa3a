"""Sounds and silences laid end to end: the only file that knows pydub.

pydub thinks in milliseconds and would round; here everything goes in and out as raw samples, so nothing is lost.
"""

import warnings
from collections.abc import Iterable

from media_pipeline.audio import SAMPLE_RATE


def join(pieces: Iterable[bytes]) -> bytes:
    """Mono 16 bit PCM pieces at our rate as one, to the sample."""
    with warnings.catch_warnings():
        # It looks for an ffmpeg program that is not needed here, and imports a module that Python 3.13 drops.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment  # type: ignore[import-untyped]  # it has no types

    whole = AudioSegment(data=b"", sample_width=2, frame_rate=SAMPLE_RATE, channels=1)
    for piece in pieces:
        one = AudioSegment(data=piece, sample_width=2, frame_rate=SAMPLE_RATE, channels=1)
        whole = whole.append(one, crossfade=0)
    return bytes(whole.raw_data)
