"""A chunk as sound, with the place of every utterance in it to the sample."""

from dataclasses import dataclass
from typing import Final

from builder.model.settings import SpeechSettings
from media_pipeline.speech.script import Chunk, Utterance
from media_pipeline.speech.voices import find_synthesizer
from media_pipeline.speech.voices.resampling import RATE

LEAD_IN_MS: Final = 60
"""Silence before the first word of a chunk: coders and loudness filters start from rest."""
_LEAD: Final = RATE * 10 // 1000
_TAIL: Final = RATE * 30 // 1000
_JOIN_MS: Final = 40
_WINDOW: Final = RATE * 2 // 1000
_FLOOR: Final = 0.01
"""Sound begins where it first reaches a hundredth (-40 dB) of the loudest moment of the words."""


@dataclass(frozen=True, slots=True)
class SpokenChunk:
    """Mono 16 bit PCM at 24,000 Hz. `sentences` has (start, end) in samples for each utterance: the first and the last
    moment at which it is heard; an utterance that says nothing has start = end."""

    pcm: bytes
    sentences: tuple[tuple[int, int], ...]
    voices: tuple[str, ...]


def speak_chunk(chunk: Chunk, settings: SpeechSettings) -> SpokenChunk:
    """The chunk spoken by the voices that the settings choose. Raises VoiceMissing, VoiceFailed."""
    sound = bytearray(_silence(LEAD_IN_MS))
    sentences = []
    for one in chunk.utterances:
        spoken = _speak(one, settings)
        begin, end = find_sound(spoken)
        start = len(sound) // 2
        sound += spoken
        sentences.append((start + begin, start + end))
        sound += _silence(one.pause_after_ms)
    return SpokenChunk(bytes(sound), tuple(sentences), voices_of(chunk, settings))


def voices_of(chunk: Chunk, settings: SpeechSettings) -> tuple[str, ...]:
    """The names of the voices that speak in the chunk, each once. Raises VoiceMissing."""
    languages = dict.fromkeys(part.language for one in chunk.utterances for part in one.parts)
    return tuple(dict.fromkeys(find_synthesizer(language, settings).name for language in languages))


def voice_identities(chunk: Chunk, settings: SpeechSettings) -> tuple[str, ...]:
    """Whatever the chunk's sound depends on besides its words: part of its job's key. Raises VoiceMissing."""
    languages = dict.fromkeys(part.language for one in chunk.utterances for part in one.parts)
    return tuple(f"{language} {find_synthesizer(language, settings).identity}" for language in languages)


def _speak(utterance: Utterance, settings: SpeechSettings) -> bytes:
    parts = [trim(find_synthesizer(one.language, settings).speak(one.text)) for one in utterance.parts]
    return _silence(_JOIN_MS).join(part for part in parts if part)


def trim(pcm: bytes) -> bytes:
    """The sound with a known little silence around it, whatever the engine left there."""
    begin, end = find_sound(pcm)
    return pcm[max(begin - _LEAD, 0) * 2 : (end + _TAIL) * 2] if end > begin else b""


def find_sound(pcm: bytes) -> tuple[int, int]:
    """First and last moment of sound, in samples; (0, 0) for silence."""
    import numpy as np

    samples = np.abs(np.frombuffer(pcm, np.int16).astype(np.int32))
    if not samples.size or not samples.max():
        return 0, 0
    loud = np.flatnonzero(samples >= max(samples.max() * _FLOOR, 1))
    return int(loud[0]), int(loud[-1]) + 1


def _silence(duration_ms: int) -> bytes:
    return bytes(RATE * duration_ms // 1000 * 2)
