"""Which voice speaks a language, and which voices there are.

To add an engine: a file beside this one with a class that is a `Synthesizer` and a function that finds one of its
voices or raises VoiceMissing; an entry in `_FINDERS`; its voices in `list_voices`.
"""

import io
import sys
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from builder.model.language import SITE_LANGUAGES, LanguageTag, primary_language
from builder.model.settings import SpeechSettings
from builder.model.spoken_labels import SPOKEN_LABELS
from media_pipeline.audio import SAMPLE_RATE
from media_pipeline.speech.voices import espeak, piper, rhvoice, system
from media_pipeline.speech.voices.errors import VoiceMissing
from media_pipeline.speech.voices.synthesizer import Synthesizer

_FINDERS: Final[Mapping[str, Callable[[LanguageTag, str, int], Synthesizer]]] = {
    espeak.ENGINE: espeak.find_espeak_voice,
    rhvoice.ENGINE: rhvoice.find_rhvoice,
    piper.ENGINE: piper.find_piper_voice,
    system.ENGINE: system.find_system_voice,
}
ENGINES: Final = tuple(_FINDERS)


def find_synthesizer(language: LanguageTag, settings: SpeechSettings) -> Synthesizer:
    """The voice that the settings choose for the language, or libespeak-ng's. Raises VoiceMissing."""
    chosen = settings.voices.get(language) or settings.voices.get(primary_language(language)) or espeak.ENGINE
    return _find(language, chosen, settings.words_per_minute)


@lru_cache(maxsize=128)
def _find(language: LanguageTag, chosen: str, words_per_minute: int) -> Synthesizer:
    engine, _, voice = chosen.partition(":")
    if engine not in _FINDERS:
        raise VoiceMissing("voice-engine-unknown", engine=engine, engines=", ".join(ENGINES))
    return _FINDERS[engine](language, voice, words_per_minute)


def forget_voices() -> None:
    """Looks for voices anew when they are next needed."""
    _find.cache_clear()


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice for a listing. `name` is what the setting says. A voice that is not found has the rule and the values
    that tell why. `command` makes a sample of it."""

    engine: str
    name: str
    language: LanguageTag
    licence: str
    is_found: bool
    rule: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def command(self) -> str:
        quoted = f'"{self.name}"' if " " in self.name or "\\" in self.name else self.name
        return f"jetki voices --say {self.language} --voice {quoted} -o {self.language}-{self.engine}.wav"


def list_voices() -> tuple[VoiceInfo, ...]:
    """The voices of every engine for the languages of sites, found or not, in the order of engines and languages."""
    return tuple(_examine(engine, name, language, licence) for engine, name, language, licence in _candidates())


def _candidates() -> Iterator[tuple[str, str, LanguageTag, str]]:
    for language in SITE_LANGUAGES:
        yield espeak.ENGINE, espeak.ENGINE, language, espeak.LICENCE
    for language in SITE_LANGUAGES:
        for voice in rhvoice.KNOWN_VOICES[language]:
            yield rhvoice.ENGINE, f"{rhvoice.ENGINE}:{voice}", language, rhvoice.licence_of(voice)
    for language in SITE_LANGUAGES:
        if language == "en":
            yield piper.ENGINE, piper.ENGINE, language, piper.LICENCE
    try:
        voices = system.system_voices()
    except VoiceMissing:
        voices = ()
    for language in SITE_LANGUAGES:
        named = [one for one in voices if language in one.languages]
        if sys.platform.startswith("linux"):
            # There it speaks with libespeak-ng's voices, which are listed above.
            named = named[:1]
        for one in named:
            yield system.ENGINE, f"{system.ENGINE}:{one.id}", language, system.LICENCE
        if not named:
            yield system.ENGINE, system.ENGINE, language, system.LICENCE


def _examine(engine: str, name: str, language: LanguageTag, licence: str) -> VoiceInfo:
    try:
        _find(language, name, SpeechSettings().words_per_minute)
    except VoiceMissing as missing:
        return VoiceInfo(engine, name, language, licence, False, missing.rule, tuple(sorted(missing.values.items())))
    return VoiceInfo(engine, name, language, licence, True)


def make_sample(name: str, language: LanguageTag, text: str = "", words_per_minute: int = 0) -> bytes:
    """A WAV file in which the voice says `text`, or a sentence of ours in a site language.

    Raises VoiceMissing, VoiceFailed.
    """
    settings = SpeechSettings()
    voice = _find(language, name, words_per_minute or settings.words_per_minute)
    labels = SPOKEN_LABELS.get(primary_language(language))
    pcm = voice.speak(text or (labels.sample if labels else language))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        writer.writeframes(pcm)
    return file.getvalue()
