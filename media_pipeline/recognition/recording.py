"""A recording -> its words with times: who writes them down, and whether they can be trusted.

With a script: the words are the script's. Where Whisper knows the language and its model is there, it hears when they
are said; otherwise the script is aligned by its sound, which works for every language that a voice speaks.
Without a script: Whisper writes; for a language that it does not know, that is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from builder.model.language import ENGLISH, LanguageTag, primary_language
from builder.model.settings import SpeechSettings
from media_pipeline.audio import probe, read_speech
from media_pipeline.captions import TimedWord
from media_pipeline.recognition.alignment import MATCHING, UNSURE, align_script
from media_pipeline.recognition.errors import RecognitionProblem
from media_pipeline.recognition.marks import MarkedScript, put_marks, read_marks
from media_pipeline.recognition.matching import match_script
from media_pipeline.recognition.openai_whisper import PREFIX, OpenaiWhisper, openai_languages
from media_pipeline.recognition.results import (
    SPEECH_RATE,
    AlignedSentence,
    Alignment,
    RecordingFinding,
    RecordingWords,
    Samples,
    Transcriber,
    Transcription,
)
from media_pipeline.recognition.whisper import DEFAULT_MODEL, find_whisper, whisper_languages

Progress = Callable[[float], None]
"""Is told which share of the recording, 0 to 1, has been heard."""

MATCHING_WORDS: Final = 0.25
"""Below this a script is not what Whisper hears: our choice. Other texts share a few common words, 0.05 to 0.15."""
_DOUBTFUL: Final = 0.5
"""Below this the declared language is said to be another one."""


def find_transcriber(language: LanguageTag, model: str = "") -> Transcriber:
    """Who writes down speech in the language: a name of faster-whisper, a repository, a folder (``folder@token`` for a
    language that stock Whisper lacks), or ``openai-whisper:name``; empty for the default. Raises RecognitionProblem."""
    if model.startswith(PREFIX):
        if primary_language(language) not in openai_languages():
            raise RecognitionProblem("recognition-language-unknown", language=language, model=model)
        return OpenaiWhisper(model.removeprefix(PREFIX))
    return find_whisper(language, model or DEFAULT_MODEL)


def caption_recording(
    path: Path,
    language: LanguageTag | None,
    script: Sequence[str] | None,
    settings: SpeechSettings,
    progress: Progress = lambda _share: None,
) -> RecordingWords:
    """The words of a recording; none where nobody speaks. With None for `language` Whisper finds it out.

    Raises RecognitionProblem (a language without a model, a missing model, a script of another recording, a script
    without a language), MediaProblem for a file that cannot be heard, VoiceMissing for a script that no voice speaks.
    """
    duration_ms = probe(path).duration_ms
    speech = _watched(read_speech(path), duration_ms, progress)
    if script is None:
        transcriber = find_transcriber(language or ENGLISH, _model(language, settings))
        said = transcriber.transcribe(speech, language)
        findings = _heard_as(said, language)
        return RecordingWords(said.words, said.transcribed_as, transcriber.name, _mean(said.words), findings)
    if language is None:
        raise RecognitionProblem("recognition-language-needed")
    marked = read_marks(script)
    if not any(one.isalnum() for text in marked.texts for one in text):
        raise RecognitionProblem("script-no-words")
    return _with_script(speech, language, marked, settings)


def _with_script(
    speech: Iterable[Samples], language: LanguageTag, script: MarkedScript, settings: SpeechSettings
) -> RecordingWords:
    transcriber, findings = _script_transcriber(language, settings)
    if transcriber is None:
        aligned = align_script(speech, script.texts, language, settings)
        _demand_match(aligned.confidence, MATCHING)
        words, source = put_marks(script, aligned.sentences), "script"
        findings += tuple(_unscripted(aligned))
    else:
        said = transcriber.transcribe(speech, language)
        if not said.words:
            raise RecognitionProblem("recording-no-speech")
        aligned = match_script(said.words, script.texts, language)
        _demand_match(aligned.confidence, MATCHING_WORDS)
        words, source = _with_added(put_marks(script, aligned.sentences), aligned, said.words), transcriber.name
        findings += _heard_as(said, language)
    unsure = tuple(one for one in aligned.sentences if one.confidence < UNSURE and script.texts[one.index])
    missing = tuple(_not_heard(one, script.texts[one.index]) for one in unsure if not one.is_spoken)
    return RecordingWords(words, language, source, aligned.confidence, (*findings, *missing))


def _script_transcriber(
    language: LanguageTag, settings: SpeechSettings
) -> tuple[Transcriber | None, tuple[RecordingFinding, ...]]:
    """Whisper hears when a script is read out in a language that it knows. Without the default model the script is
    aligned by its sound, and that is told; a model that somebody chose has to be there."""
    model = _model(language, settings)
    if model:
        return find_transcriber(language, model), ()
    if primary_language(language) not in whisper_languages():
        return None, ()
    try:
        return find_transcriber(language), ()
    except RecognitionProblem as problem:
        if problem.rule not in ("recognition-model-not-downloaded", "recognition-package-missing"):
            raise
        return None, (RecordingFinding("recording-aligned-without-model", {"model": DEFAULT_MODEL}),)


def _model(language: LanguageTag | None, settings: SpeechSettings) -> str:
    if language is None:
        return next(iter(settings.models.values()), "")
    return settings.models.get(language) or settings.models.get(primary_language(language)) or ""


def _demand_match(confidence: float, least: float) -> None:
    if confidence < least:
        raise RecognitionProblem("script-of-another-recording", percent=_percent(confidence), least=_percent(least))


def _heard_as(said: Transcription, declared: LanguageTag | None) -> tuple[RecordingFinding, ...]:
    """Told where the recording is in another language than declared."""
    if declared is None or not said.words or said.language == primary_language(declared):
        return ()
    values = {"declared": primary_language(declared), "heard": said.language, "percent": _percent(said.probability)}
    if said.transcribed_as != primary_language(declared):
        return (RecordingFinding("recording-language-changed", values),)
    return (RecordingFinding("recording-other-language", values),) if said.probability >= _DOUBTFUL else ()


def _unscripted(aligned: Alignment) -> Iterator[RecordingFinding]:
    for start_ms, end_ms in aligned.unscripted:
        yield RecordingFinding("recording-unscripted", {"start": _time(start_ms), "end": _time(end_ms)}, start_ms)


def _not_heard(sentence: AlignedSentence, text: str) -> RecordingFinding:
    values = {"time": _time(sentence.start_ms), "sentence": text}
    return RecordingFinding("recording-sentence-not-heard", values, sentence.start_ms)


def _with_added(words: Sequence[TimedWord], aligned: Alignment, heard: Sequence[TimedWord]) -> tuple[TimedWord, ...]:
    """With what was said besides the script: viewers who do not hear shall have all of it."""
    added = [one for one in heard if any(start <= one.start_ms < end for start, end in aligned.unscripted)]
    return tuple(sorted([*words, *added], key=lambda one: one.start_ms))


def _watched(speech: Iterable[Samples], duration_ms: int, progress: Progress) -> Iterator[Samples]:
    heard = 0
    for block in speech:
        yield block
        heard += len(block)
        if duration_ms:
            progress(min(1.0, heard * 1000 / SPEECH_RATE / duration_ms))


def _mean(words: Sequence[TimedWord]) -> float:
    return round(sum(one.confidence for one in words) / len(words), 3) if words else 0.0


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"


def _time(moment_ms: int) -> str:
    seconds = moment_ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
