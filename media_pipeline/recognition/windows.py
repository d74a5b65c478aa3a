"""A recording in windows of some minutes, cut where nobody speaks: models want sound in memory, lectures are long."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from media_pipeline.recognition.results import SPEECH_RATE, Samples
from media_pipeline.recognition.voice_activity import VOICE_SAMPLES, voice_probabilities

WINDOW_SECONDS: Final = 300
_SEARCH_SECONDS: Final = 45
"""Our choice: five minutes, 19 MB; a speaker who makes no pause in the last 45 s of them is cut where speech is least
likely."""
_PAUSE_STEPS: Final = 10
"""The quietest third of a second is looked for."""


def speech_windows(
    speech: Iterable[Samples], seconds: int = WINDOW_SECONDS, search: int = _SEARCH_SECONDS
) -> Iterator[tuple[int, Samples]]:
    """(first sample of the window in the recording, its samples); together they are the whole recording."""
    limit, reach = seconds * SPEECH_RATE, search * SPEECH_RATE
    held: list[Samples] = []
    size = offset = 0
    for part in speech:
        held.append(np.asarray(part, np.float32))
        size += len(part)
        while size >= limit:
            joined = np.concatenate(held)
            cut = limit - reach + _quietest(joined[limit - reach : limit])
            yield offset, joined[:cut]
            rest = joined[cut:].copy()
            held, size, offset = [rest], len(rest), offset + cut
    if size:
        yield offset, np.concatenate(held)


def _quietest(samples: Samples) -> int:
    """Where a third of a second is least likely to be speech: its middle. Of equals, the latest."""
    likely = np.convolve(voice_probabilities(samples), np.ones(_PAUSE_STEPS) / _PAUSE_STEPS, "valid")
    first = len(likely) - 1 - int(np.argmin(likely[::-1]))
    return min((first + _PAUSE_STEPS // 2) * VOICE_SAMPLES, len(samples))
