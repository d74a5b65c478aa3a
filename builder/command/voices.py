"""`jetki voices`: which voices there are, and how each of them sounds."""

import shlex
from dataclasses import replace
from pathlib import Path

from builder.command.composition import Media
from builder.command.console import Talk
from builder.messages import describe_finding
from builder.model.finding import Finding, Severity
from builder.model.language import SITE_LANGUAGES, LanguageTag
from builder.model.settings import SpeechSettings


def list_voices(talk: Talk, media: Media) -> int:
    """Every voice by language, with its licence and a command that lets it speak, or why it cannot. Exit code 0."""
    wording = talk.wording
    voices = media.list_voices()
    for language in SITE_LANGUAGES:
        talk.say("voices-title", language=wording(f"language-{language}"))
        for one in voices:
            if one.language != language:
                continue
            if one.is_found:
                sample = shlex.join(
                    [
                        "jetki",
                        "voices",
                        "--language",
                        language,
                        "--voice",
                        one.name,
                        "--say",
                        sample_of(language),
                    ]
                )
                talk.say("voice-line", name=one.name, licence=one.licence, sample=sample)
            else:
                reason = describe_finding(Finding("", 0, one.rule, values=dict(one.values)), wording.language)
                talk.say("voice-missing-line", name=one.name, licence=one.licence, reason=reason)
    talk.say("voices-how-to-choose")
    return 0


def sample_of(language: LanguageTag) -> str:
    """A sentence that shows a voice's vowels and a number, in its language."""
    return {
        "ky": "Бүгүн 3-сабакта өзүбүздүн үнүбүздү угабыз.",
        "ru": "Сегодня на 3-м занятии мы слушаем этот голос.",
        "en": "Today, in lesson 3, we listen to this voice.",
    }[language]


def say_sample(
    text: str, language: LanguageTag, voice: str, out: Path, settings: SpeechSettings, media: Media, talk: Talk
) -> int:
    """A WAV file with this text. Exit code 0, or 1 where the voice cannot speak or the file not be written."""
    if voice:
        settings = replace(settings, voices={**settings.voices, language: voice})
    try:
        problem = media.say(text, language, settings, out)
    except OSError as error:
        values = {"file": out.name, "error": error.strerror or str(error)}
        problem = Finding(str(out), 0, "captions-not-written", Severity.ERROR, values)
    if problem is not None:
        talk.complain(describe_finding(problem, talk.wording.language))
        return 1
    talk.say("voice-sample-written", path=out)
    return 0
