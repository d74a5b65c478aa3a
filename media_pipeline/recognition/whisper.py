"""Whisper through faster-whisper: the only file that knows it.

Settings that were measured (November 2026, base, int8): without conditioning on what was written before, runaway
repeats stay short; without voice detection, silence is written down as credits of subtitles that the model has read.
"""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from builder.model.language import LanguageTag, primary_language
from media_pipeline.captions import TimedWord
from media_pipeline.recognition.errors import RecognitionProblem
from media_pipeline.recognition.results import SPEECH_RATE, Samples, Transcription
from media_pipeline.recognition.voice_activity import VOICE_SAMPLES, speech_runs, voice_probabilities
from media_pipeline.recognition.windows import speech_windows

DEFAULT_MODEL: Final = "small"
"""Our choice: the smallest whose Russian can be read without guessing; `base` is three times as fast."""

_BEAM: Final = 5
_DETECTION_SECONDS: Final = 30
_DETECTION_PARTS: Final = 3
"""Whisper hears 30 s at a time; three of them, because some lectures begin with a greeting in another language."""
PLAUSIBLE: Final = 0.1
SURE: Final = 0.8
"""Our choice. Where the model gives the declared language less than a tenth and another one at least 0.8, the words
are written in that other one: forced into the declared language they would be invented."""


@dataclass(frozen=True, slots=True)
class WhisperModel:
    """A Whisper model in CTranslate2's format. `token` is the language under which it writes `language` where it was
    trained to do so under the name of another one: stock Whisper has no Kyrgyz, models that learned it borrow one."""

    folder: Path
    title: str
    language: LanguageTag
    token: str = ""

    @property
    def name(self) -> str:
        return f"whisper:{self.title}"

    @property
    def languages(self) -> frozenset[LanguageTag]:
        """What stock Whisper knows, and the language that this model was declared for."""
        own = frozenset({self.language}) if self.token else frozenset()
        return own | (whisper_languages() if _load(self.folder).model.is_multilingual else frozenset({_ENGLISH}))

    def transcribe(self, speech: Iterable[Samples], language: LanguageTag | None) -> Transcription:
        """The words; None for `language` writes what is heard. Raises RecognitionProblem."""
        model = _load(self.folder)
        wanted = primary_language(language) if language else None
        heard: LanguageTag | None = None
        probability = 0.0
        written = wanted
        words: list[TimedWord] = []
        samples = 0
        for offset, window in speech_windows(speech):
            samples = offset + len(window)
            if heard is None:
                voiced = _voiced(window)
                if not len(voiced):
                    continue
                chances = _detect(model, voiced)
                heard, probability = max(chances.items(), key=lambda one: one[1])
                written = self._choose(wanted, heard, chances)
            words += self._window_words(model, window, offset, written)
        return Transcription(
            tuple(words), heard or wanted or _NONE, probability, written or _NONE, samples * 1000 // SPEECH_RATE
        )

    def _choose(self, wanted: LanguageTag | None, heard: LanguageTag, chances: dict[LanguageTag, float]) -> LanguageTag:
        if wanted is None:
            return heard
        if self.token and wanted == self.language:
            return wanted  # what the model hears of it has another name
        if chances.get(wanted, 0.0) < PLAUSIBLE and chances[heard] >= SURE:
            return heard
        return wanted

    def _window_words(
        self, model: Any, window: Samples, offset: int, language: LanguageTag | None
    ) -> Iterable[TimedWord]:
        import ctranslate2  # type: ignore[import-untyped]  # it has no types

        ctranslate2.set_random_seed(0)  # hard passages are tried again with samples at random
        token = self.token if self.token and language == self.language else language
        try:
            segments, _ = model.transcribe(
                window,
                language=token,
                beam_size=_BEAM,
                condition_on_previous_text=False,
                vad_filter=True,
                word_timestamps=True,
            )
            found = [word for segment in segments for word in segment.words or ()]
        except (RuntimeError, ValueError) as error:
            raise RecognitionProblem("recognition-failed", model=self.title, error=str(error)) from error
        return _timed(found, offset)


def find_whisper(language: LanguageTag, model: str) -> WhisperModel:
    """The model by its name, its repository (``owner/name``) or its folder. A language that stock Whisper lacks needs
    ``folder@token``. Loads nothing. Raises RecognitionProblem."""
    plain, _, token = model.partition("@")
    own = primary_language(language)
    if token and token not in whisper_languages():
        raise RecognitionProblem("recognition-token-unknown", model=model, token=token)
    if not token and own not in whisper_languages():
        raise RecognitionProblem("recognition-language-unknown", language=own, model=plain)
    if token and plain in _names():
        raise RecognitionProblem("recognition-language-unknown", language=own, model=plain)
    return WhisperModel(_folder(plain), plain if plain in _names() else Path(plain).name, own, token)


def whisper_languages() -> frozenset[LanguageTag]:
    """What stock multilingual Whisper can write. (faster-whisper has no public list.)"""
    from faster_whisper.tokenizer import _LANGUAGE_CODES  # type: ignore[import-untyped]  # it has no types

    return frozenset(LanguageTag(code) for code in _LANGUAGE_CODES)


_ENGLISH: Final = LanguageTag("en")
_NONE: Final = LanguageTag("und")


def _names() -> tuple[str, ...]:
    try:
        from faster_whisper import available_models  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise RecognitionProblem("recognition-package-missing", package="faster-whisper") from error
    return tuple(available_models())


def _folder(model: str) -> Path:
    """Where the model lies; a name is looked for on this computer first and then downloaded. Always absolute: a folder
    of the name of a model is never taken for it."""
    names = _names()
    if model not in names:
        folder = Path(model).expanduser().resolve()
        if (folder / "model.bin").is_file():
            return folder
        if folder.is_dir() or model.startswith((".", "/", "~")) or model.count("/") != 1 or "\\" in model:
            raise RecognitionProblem("recognition-model-missing", model=model, names=", ".join(names))
    return Path(_downloaded(model)).resolve()


def _downloaded(model: str) -> str:
    from faster_whisper import download_model

    try:
        return str(download_model(model, local_files_only=True))
    except (OSError, ValueError):
        pass  # not on this computer yet
    try:
        return str(download_model(model))
    except (OSError, ValueError) as error:  # every error of huggingface_hub is one of the two
        raise RecognitionProblem("recognition-model-not-downloaded", model=model, error=_first_line(error)) from error


@lru_cache(maxsize=1)
def _load(folder: Path) -> Any:
    """One model for a process: it takes a second or more to load, and hundreds of megabytes."""
    import ctranslate2
    import faster_whisper
    from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, which outlives a worker that is stopped
    on_gpu = ctranslate2.get_cuda_device_count() > 0
    try:
        return faster_whisper.WhisperModel(
            str(folder),
            device="cuda" if on_gpu else "cpu",
            compute_type="float16" if on_gpu else "int8",
            cpu_threads=_cores(),
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise RecognitionProblem("recognition-model-broken", model=folder.name, error=_first_line(error)) from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _voiced(window: Samples) -> Samples:
    """The first speech of the window, without its pauses, as much as is needed to tell the language."""
    runs = speech_runs(voice_probabilities(window))
    parts = [window[start * VOICE_SAMPLES : end * VOICE_SAMPLES] for start, end in runs]
    return np.concatenate(parts)[: _DETECTION_SECONDS * _DETECTION_PARTS * SPEECH_RATE] if parts else window[:0]


def _detect(model: Any, voiced: Samples) -> dict[LanguageTag, float]:
    """How likely each language is: the mean over parts of 30 s."""
    size = _DETECTION_SECONDS * SPEECH_RATE
    parts = [voiced[first : first + size] for first in range(0, len(voiced), size)]
    if len(parts) > 1 and len(parts[-1]) < size // 3:
        parts.pop()
    chances: dict[LanguageTag, float] = {}
    for part in parts:
        for code, chance in model.detect_language(part)[2]:
            tag = LanguageTag(code)
            chances[tag] = chances.get(tag, 0.0) + chance / len(parts)
    return chances


def _timed(found: list[Any], offset: int) -> list[TimedWord]:
    """Words as they are written: what follows without a space belongs to the word before it."""
    words: list[TimedWord] = []
    begin_ms = offset * 1000 // SPEECH_RATE
    for word in found:
        text = word.word.strip()
        start_ms, end_ms = begin_ms + round(word.start * 1000), begin_ms + round(word.end * 1000)
        if not text:
            continue
        if words and not word.word.startswith(" ") and start_ms <= words[-1].end_ms + 1:
            before = words[-1]
            sure = min(before.confidence, float(word.probability))
            words[-1] = TimedWord(before.text + text, before.start_ms, max(end_ms, before.end_ms), sure)
        else:
            words.append(TimedWord(text, start_ms, end_ms, float(word.probability)))
    return words


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
