"""Both sides of an alignment: what is heard in the recording, and what the script sounds like."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.recognition.blocks import overlapping_blocks
from media_pipeline.recognition.results import SPEECH_RATE, Samples
from media_pipeline.recognition.spectrum import HOP_MS, Rows, mel_power
from media_pipeline.recognition.voice_activity import VOICE_SAMPLES, speech_runs, voice_probabilities
from media_pipeline.speech.normalisation import normalise
from media_pipeline.speech.voices import VoiceMissing, find_synthesizer

_HOP: Final = SPEECH_RATE * HOP_MS // 1000
_VOICE_RATE: Final = 24_000
_WORDS_PER_MINUTE: Final = 160
_QUIET: Final = 10**-3.5
"""Of a sentence's loudest moment, in power (-35 dB): what is below is silence in a clean voice."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording without its pauses. `rows` are the powers of its speech, `times` the number of the 40 ms step of
    each; `noise` is the mean power of the pauses; `runs` are the passages of speech in ms."""

    rows: Rows
    times: npt.NDArray[np.int64]
    noise: Rows
    runs: tuple[tuple[int, int], ...]
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Script:
    """What a script sounds like without its pauses: powers, and the row at which each sentence begins. A sentence that
    nobody can say (signs only) has no rows and stands in `silent`."""

    rows: Rows
    starts: npt.NDArray[np.int32]
    numbers: tuple[int, ...]
    silent: frozenset[int]


def hear(speech: Iterable[Samples]) -> Heard:
    """One pass over a recording; keeps 128 bytes for every 40 ms."""
    powers, voices, samples = [], [], 0
    for block, before, after in overlapping_blocks(speech, math.lcm(VOICE_SAMPLES, _HOP)):
        power = mel_power(block, SPEECH_RATE)
        powers.append(power[before // _HOP : after // _HOP])
        voices.append(voice_probabilities(block)[before // VOICE_SAMPLES : -(-after // VOICE_SAMPLES)])
        samples += after - before
    rows = np.concatenate(powers) if powers else np.zeros((0, 32), np.float32)
    probabilities = np.concatenate(voices) if voices else np.zeros(0, np.float32)
    step_ms = VOICE_SAMPLES * 1000 // SPEECH_RATE
    runs = tuple((start * step_ms, end * step_ms) for start, end in speech_runs(probabilities))
    is_speech = np.zeros(len(rows), bool)
    for start_ms, end_ms in runs:
        is_speech[start_ms // HOP_MS : -(-end_ms // HOP_MS)] = True
    noise = _noise(rows, is_speech)
    times = np.flatnonzero(is_speech)
    return Heard(rows[times], times, noise, runs, samples * 1000 // SPEECH_RATE)


def say(sentences: Sequence[str], language: LanguageTag, settings: SpeechSettings) -> Script:
    """The sentences spoken, one by one. Raises VoiceMissing, VoiceFailed."""
    plain = replace(settings, voices={}, words_per_minute=_WORDS_PER_MINUTE)
    parts: list[Rows] = []
    starts, numbers, silent, size = [], [], [], 0
    for number, sentence in enumerate(sentences):
        sound = b"".join(_speak(one.text, one.language, plain, settings) for one in normalise(sentence, language))
        power = mel_power(np.frombuffer(sound, np.int16).astype(np.float32) / np.float32(32768), _VOICE_RATE)
        loudness = power.sum(1)
        rows = power[loudness > loudness.max() * _QUIET] if len(power) else power
        if len(rows) < 2:
            silent.append(number)
            continue
        parts.append(rows)
        starts.append(size)
        numbers.append(number)
        size += len(rows)
    rows = np.concatenate(parts) if parts else np.zeros((0, 32), np.float32)
    return Script(rows, np.array(starts, np.int32), tuple(numbers), frozenset(silent))


def _speak(text: str, language: LanguageTag, plain: SpeechSettings, settings: SpeechSettings) -> bytes:
    """The default voice is the quickest, and a clear one; a voice from the settings where it lacks the language."""
    try:
        return find_synthesizer(language, plain).speak(text)
    except VoiceMissing:
        return find_synthesizer(language, settings).speak(text)


def _noise(rows: Rows, is_speech: npt.NDArray[np.bool_]) -> Rows:
    """Mean power in pauses; where there are less than two seconds of them, what is seldom undercut."""
    pauses = rows[~is_speech]
    if len(pauses) * HOP_MS >= 2_000:
        return np.asarray(pauses.mean(0) + 1e-12, np.float32)
    if not len(rows):
        return np.full(rows.shape[1], 1e-12, np.float32)
    return np.asarray(np.percentile(rows, 5, axis=0) + 1e-12, np.float32)
