"""A chunk as sound, with the place of every utterance in it to the sample."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from builder.model.language import ENGLISH, LanguageTag, primary_language
from builder.model.settings import SpeechSettings
from builder.model.spoken_labels import SPOKEN_LABELS
from media_pipeline.audio import SAMPLE_RATE
from media_pipeline.speech.joining import join
from media_pipeline.speech.script import Chunk, Part, Utterance
from media_pipeline.speech.voices import Synthesizer, find_synthesizer

if TYPE_CHECKING:
    import numpy

# Our choice, all of it, tried on libespeak-ng: short enough that a change of voice inside a sentence leaves no hole.
_LEAD_IN_MS: Final = 60
"""Before the first word of a chunk: a chunk begins in silence."""
_LEAD_MS: Final = 12
"""Kept of what an engine gives before the first sound, so that soft consonants are whole."""
_TAIL_MS: Final = 30
_JOIN_MS: Final = 35
_JOIN_AT_COMMA_MS: Final = 140
_JOIN_AT_STOP_MS: Final = 260
_FADE_MS: Final = 3

_SOUND: Final = 0.01
"""A hundredth (-40 dB) of the loudest moment: where sound begins and ends."""
_FRAME_MS: Final = 20
_LEVEL: Final = 0.1
"""Root mean square of a voice while it speaks, -20 dB below full scale: all voices are equally loud."""
_MOST_GAIN: Final = 4.0


@dataclass(frozen=True, slots=True)
class SpokenChunk:
    """Mono 16 bit PCM at 24,000 Hz. `sentences` has (start, end) in samples for each utterance: the first and the last
    moment at which it is heard; an utterance that no sound came from has start = end. `voices` by their names."""

    pcm: bytes
    sentences: tuple[tuple[int, int], ...]
    voices: tuple[str, ...]


def speak_chunk(chunk: Chunk, settings: SpeechSettings) -> SpokenChunk:
    """The chunk spoken by the voices that the settings choose. Raises VoiceMissing, VoiceFailed."""
    voices = {language: find_synthesizer(language, settings) for language in _languages(chunk)}
    sounds = {language: _sounds(voice, _texts(chunk, language)) for language, voice in voices.items()}
    pieces = [silence(_LEAD_IN_MS)]
    position = len(pieces[0]) // 2
    sentences = []
    for one in chunk.utterances:
        spoken = _speak(one, sounds)
        begin, end = find_sound(spoken)
        sentences.append((position + begin, position + end))
        pieces += (spoken, silence(one.pause_after_ms))
        position += len(spoken) // 2 + len(pieces[-1]) // 2
    names = tuple(dict.fromkeys(one.name for one in voices.values()))
    return SpokenChunk(join(pieces), tuple(sentences), names)


def voices_of(chunk: Chunk, settings: SpeechSettings) -> tuple[str, ...]:
    """The names of the voices that speak in the chunk, each once. Raises VoiceMissing."""
    return tuple(dict.fromkeys(find_synthesizer(language, settings).name for language in _languages(chunk)))


def voice_identities(chunk: Chunk, settings: SpeechSettings) -> tuple[str, ...]:
    """Whatever the chunk's sound depends on besides its own content: part of its job's key. Raises VoiceMissing."""
    return tuple(f"{language}: {find_synthesizer(language, settings).identity}" for language in _languages(chunk))


def _languages(chunk: Chunk) -> Iterator[LanguageTag]:
    return iter(dict.fromkeys(part.language for one in chunk.utterances for part in one.parts))


def _texts(chunk: Chunk, language: LanguageTag) -> tuple[str, ...]:
    return tuple(part.text for one in chunk.utterances for part in one.parts if part.language == language)


def _sounds(voice: Synthesizer, texts: tuple[str, ...]) -> Iterator[bytes]:
    """The texts, spoken in one go, trimmed and made as loud as other voices."""
    return iter([trim(_level(sound, _gain(voice))) for sound in voice.speak_all(texts)])


def _speak(utterance: Utterance, sounds: dict[LanguageTag, Iterator[bytes]]) -> bytes:
    """The next parts of the sounds of each language, joined."""
    pieces: list[bytes] = []
    before: Part | None = None
    for part in utterance.parts:
        sound = next(sounds[part.language])
        if sound:
            pieces += (_gap(before), sound) if before else (sound,)
            before = part
    return join(pieces)


def _gap(before: Part) -> bytes:
    """The pause that the last sign of the words asks for."""
    last = before.text.rstrip()[-1:]
    return silence(_JOIN_AT_STOP_MS if last in ".!?…" else _JOIN_AT_COMMA_MS if last in ",;:—" else _JOIN_MS)


def silence(duration_ms: int) -> bytes:
    return bytes(_samples(duration_ms) * 2)


def trim(pcm: bytes) -> bytes:
    """The sound with a known little silence around it, whatever the engine left there, faded at both ends."""
    import numpy as np

    begin, end = find_sound(pcm)
    if begin == end:
        return b""
    first, last = max(begin - _samples(_LEAD_MS), 0), min(end + _samples(_TAIL_MS), len(pcm) // 2)
    samples = np.frombuffer(pcm, "<i2")[first:last].astype("f8")
    length = min(_samples(_FADE_MS), len(samples) // 2)
    ramp = np.arange(length) / max(length, 1)
    samples[:length] *= ramp
    samples[len(samples) - length :] *= ramp[::-1]
    return bytes(samples.round().astype("<i2").tobytes())


def find_sound(pcm: bytes) -> tuple[int, int]:
    """First and last moment of sound, in samples; equal for silence."""
    import numpy as np

    samples = np.abs(np.frombuffer(pcm, "<i2").astype("i4"))
    if not samples.size or not samples.max():
        return 0, 0
    loud = np.flatnonzero(samples >= max(samples.max() * _SOUND, 1))
    return int(loud[0]), int(loud[-1]) + 1


def _level(pcm: bytes, gain: float) -> bytes:
    import numpy as np

    samples = np.frombuffer(pcm, "<i2").astype("f8")
    return bytes((samples * gain).round().clip(-32_768, 32_767).astype("<i2").tobytes())


@lru_cache(maxsize=64)
def _gain(voice: Synthesizer) -> float:
    """What makes the voice as loud as all others, measured on a sentence."""
    import numpy as np

    labels = SPOKEN_LABELS.get(primary_language(voice.language)) or SPOKEN_LABELS[ENGLISH]
    samples = np.frombuffer(voice.speak(labels.sample), "<i2").astype("f8") / 32_768
    loudness = _loudness(samples)
    return min(_LEVEL / loudness, _MOST_GAIN) if loudness else 1.0


def _loudness(samples: "numpy.ndarray[tuple[int], numpy.dtype[numpy.float64]]") -> float:
    """Root mean square over the frames in which the voice speaks."""
    import numpy as np

    length = _samples(_FRAME_MS)
    frames = samples[: len(samples) // length * length].reshape(-1, length)
    power = (frames**2).mean(axis=1)
    spoken = power[power > power.max() * _SOUND] if power.size else power
    return float(np.sqrt(spoken.mean())) if spoken.size else 0.0


def _samples(duration_ms: int) -> int:
    return SAMPLE_RATE * duration_ms // 1000
