"""Whisper through the package openai-whisper, for those who have it: the only file that knows it.

It has no voice detection of its own, so it is given passages of speech only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from builder.model.language import LanguageTag, primary_language
from media_pipeline.captions import TimedWord
from media_pipeline.recognition.errors import RecognitionProblem
from media_pipeline.recognition.results import SPEECH_RATE, Samples, Transcription
from media_pipeline.recognition.voice_activity import VOICE_SAMPLES, speech_runs, voice_probabilities
from media_pipeline.recognition.whisper import PLAUSIBLE, SURE
from media_pipeline.recognition.windows import speech_windows

PREFIX: Final = "openai-whisper:"
_BEAM: Final = 5
_LONGEST: Final = 28 * SPEECH_RATE
_AROUND: Final = SPEECH_RATE // 5
"""Passages are joined up to 28 s (the model hears 30) and get a fifth of a second around them."""


@dataclass(frozen=True, slots=True)
class OpenaiWhisper:
    """A model by the name that `whisper.load_model` knows, or the path of its file."""

    model: str

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.model}"

    @property
    def languages(self) -> frozenset[LanguageTag]:
        return openai_languages()

    def transcribe(self, speech: Iterable[Samples], language: LanguageTag | None) -> Transcription:
        """The words; None for `language` writes the language of the first passage. Raises RecognitionProblem."""
        model = _load(self.model)
        wanted = primary_language(language) if language else None
        heard: LanguageTag | None = None
        probability = 0.0
        written = wanted
        words: list[TimedWord] = []
        samples = 0
        for offset, window in speech_windows(speech):
            samples = offset + len(window)
            for begin, passage in _passages(window):
                try:
                    if heard is None:
                        chances = _detect(model, passage)
                        heard, probability = max(chances.items(), key=lambda one: one[1])
                        is_other = wanted and chances.get(wanted, 0.0) < PLAUSIBLE and probability >= SURE
                        written = heard if wanted is None or is_other else wanted
                    found = model.transcribe(
                        passage,
                        language=written,
                        beam_size=_BEAM,
                        condition_on_previous_text=False,
                        word_timestamps=True,
                        temperature=0.0,
                        fp16=model.device.type == "cuda",
                        verbose=None,
                    )
                except (RuntimeError, ValueError) as error:
                    raise RecognitionProblem("recognition-failed", model=self.model, error=str(error)) from error
                words += _timed(found, (offset + begin) * 1000 // SPEECH_RATE)
        known = heard or wanted or LanguageTag("und")
        return Transcription(tuple(words), known, probability, written or known, samples * 1000 // SPEECH_RATE)


def openai_languages() -> frozenset[LanguageTag]:
    """What it can write. Raises RecognitionProblem where the package is missing."""
    return frozenset(LanguageTag(code) for code in _package().tokenizer.LANGUAGES)


def _package() -> Any:
    try:
        import whisper  # type: ignore[import-not-found, unused-ignore]  # an optional extra

        return whisper
    except ImportError as error:
        raise RecognitionProblem("recognition-package-missing", package="openai-whisper") from error


@lru_cache(maxsize=1)
def _load(model: str) -> Any:
    package = _package()
    try:
        return package.load_model(model)
    except (RuntimeError, OSError) as error:  # unknown names are a RuntimeError, a missing network a URLError
        raise RecognitionProblem("recognition-model-not-downloaded", model=model, error=str(error)) from error


def _detect(model: Any, passage: Samples) -> dict[LanguageTag, float]:
    """How likely each language is. A model of English alone knows no other."""
    if not model.is_multilingual:
        return {LanguageTag("en"): 1.0}
    package = _package()
    mel = package.log_mel_spectrogram(package.pad_or_trim(passage), n_mels=model.dims.n_mels).to(model.device)
    return {LanguageTag(code): float(chance) for code, chance in model.detect_language(mel)[1].items()}


def _passages(window: Samples) -> Iterator[tuple[int, Samples]]:
    """(first sample, samples) of passages with speech, neighbours together."""
    begin = end = -1
    for first, behind in speech_runs(voice_probabilities(window)):
        start, stop = max(0, first * VOICE_SAMPLES - _AROUND), min(len(window), behind * VOICE_SAMPLES + _AROUND)
        if begin >= 0 and stop - begin > _LONGEST:
            yield begin, window[begin:end]
            begin = -1
        begin, end = (start if begin < 0 else begin), stop
    if begin >= 0:
        yield begin, window[begin:end]


def _timed(found: dict[str, Any], begin_ms: int) -> Iterator[TimedWord]:
    for segment in found["segments"]:
        for word in segment.get("words", ()):
            if text := word["word"].strip():
                start_ms, end_ms = begin_ms + round(word["start"] * 1000), begin_ms + round(word["end"] * 1000)
                yield TimedWord(text, start_ms, end_ms, float(word["probability"]))
