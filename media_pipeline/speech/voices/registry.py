"""Which voice speaks a language."""

from builder.model.language import LanguageTag, primary_language
from builder.model.settings import SpeechSettings
from media_pipeline.speech.voices import espeak
from media_pipeline.speech.voices.errors import VoiceMissing
from media_pipeline.speech.voices.synthesizer import Synthesizer


def find_synthesizer(language: LanguageTag, settings: SpeechSettings) -> Synthesizer:
    """The voice that the settings choose for the language, or libespeak-ng's. Raises VoiceMissing."""
    chosen = settings.voices.get(language) or settings.voices.get(primary_language(language)) or espeak.ENGINE
    engine, _, voice = chosen.partition(":")
    if engine != espeak.ENGINE:
        raise VoiceMissing("voice-engine-unknown", engine=engine)
    return espeak.find_espeak_voice(language, voice, settings.words_per_minute)
