"""Where somebody speaks: the Silero VAD that is bundled with faster-whisper (MIT), which needs no download.

The only file that knows it.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from media_pipeline.recognition.blocks import overlapping_blocks
from media_pipeline.recognition.errors import RecognitionProblem
from media_pipeline.recognition.results import SPEECH_RATE, Samples

VOICE_SAMPLES: Final = 512
"""The model gives one probability for 512 samples, 32 ms."""

_LIKELY: Final = 0.4
"""Our choice, measured on synthetic speech in noise: the usual 0.5 loses a tenth of it, 0.3 takes noise for speech."""
_SHORTEST_PAUSE: Final = 3
_SHORTEST_SPEECH: Final = 3
"""In steps of 32 ms, our choice: the closure of a stop consonant is shorter than a pause, a click than a syllable."""


def find_speech(speech: Iterable[Samples]) -> tuple[tuple[int, int], ...]:
    """Passages in which somebody speaks, (start, end) in ms. Holds a minute of sound at a time."""
    parts = [voice_probabilities(block)[before:after] for block, before, after in voice_blocks(speech)]
    probabilities = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    step_ms = VOICE_SAMPLES * 1000 // SPEECH_RATE
    return tuple((start * step_ms, end * step_ms) for start, end in speech_runs(probabilities))


def voice_blocks(speech: Iterable[Samples]) -> Iterable[tuple[Samples, int, int]]:
    """Blocks with the range of steps in them that counts: the model needs a second to find its feet."""
    for block, before, after in overlapping_blocks(speech, VOICE_SAMPLES):
        yield block, before // VOICE_SAMPLES, -(-after // VOICE_SAMPLES)


def voice_probabilities(block: Samples) -> npt.NDArray[np.float32]:
    """How likely a voice is, for every 512 samples."""
    try:
        from faster_whisper.vad import get_vad_model  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise RecognitionProblem("recognition-package-missing", package="faster-whisper") from error
    padded = np.pad(block, (0, -len(block) % VOICE_SAMPLES))
    return np.asarray(get_vad_model()(padded), np.float32).reshape(-1)


def speech_runs(probabilities: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """Steps (first, behind last) in which there is speech; neither pauses nor runs are shorter than a syllable."""
    runs: list[tuple[int, int]] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], probabilities > _LIKELY, [0]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():
        if runs and start - runs[-1][1] < _SHORTEST_PAUSE:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [(start, end) for start, end in runs if end - start >= _SHORTEST_SPEECH]
