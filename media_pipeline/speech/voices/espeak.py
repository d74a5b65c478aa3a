"""libespeak-ng inside our process: the only file that knows it.

Its C interface is that of speak_lib.h (https://github.com/espeak-ng/espeak-ng, 1.49 and later). Two habits of it are
dealt with here:

- It keeps state between calls (the phase of its vibrato, random numbers, what it has said before), so that the second
  of two equal sentences differs from the first by some samples, and no call resets all of it. Audio is stored by
  content, so equal words must give equal bytes: each call here has the library loaded anew. That costs 5 to 20 ms
  (a dictionary is read), so one call takes all texts that are wanted together.
- It holds its whole answer to one text in memory: long texts are given to it in pieces.
"""

import ctypes
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from builder.model.language import LanguageTag
from media_pipeline.audio import resample_all
from media_pipeline.speech.voices.errors import VoiceFailed, VoiceMissing

ENGINE: Final = "espeak-ng"
LICENCE: Final = "GPL-3.0-or-later"

# From speak_lib.h.
_SYNCHRONOUS: Final = 2
_DONT_EXIT: Final = 0x8000
_CHARACTER_POSITION: Final = 1
_UTF8: Final = 1
_PARAMETER_RATE: Final = 1
_SLOWEST, _FASTEST = 80, 450

_PIECE: Final = 2_000
"""Characters given to the engine at once, our choice: about two minutes of speech, 6 MB."""

_PREFERRED: Final[Mapping[str, str]] = {"en": "en-us"}
"""Our choice where the plain tag could mean several voices: American English, in which names of programs are heard."""

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """One voice of libespeak-ng, ready to speak."""

    language: LanguageTag
    voice: str
    words_per_minute: int

    @property
    def name(self) -> str:
        return f"{ENGINE}:{self.voice}"

    @property
    def licence(self) -> str:
        return LICENCE

    @property
    def identity(self) -> str:
        """Whatever the sound depends on, apart from the words."""
        return f"{ENGINE} {library().version} {self.voice} {self.words_per_minute}"

    def speak(self, text: str) -> bytes:
        """Mono 16 bit PCM at 24,000 Hz; empty where there is nothing to say. Raises VoiceFailed."""
        return self.speak_all((text,))[0]

    def speak_all(self, texts: Sequence[str]) -> list[bytes]:
        """Each text on its own; the same texts in the same order give the same bytes. Raises VoiceFailed."""
        base, *variant = self.voice.partition("+")
        with _engine() as engine:
            if engine.select("".join((library().voices[base], *variant))) != 0:
                raise VoiceFailed("voice-failed", voice=self.name, error="espeak_SetVoiceByName")
            engine.set_rate(self.words_per_minute)
            spoken = [b"".join(self._speak_piece(engine, piece) for piece in pieces(text, _PIECE)) for text in texts]
            return resample_all(spoken, engine.rate)

    def _speak_piece(self, engine: "_Engine", text: str) -> bytes:
        pcm = engine.speak(text)
        if pcm is None:
            raise VoiceFailed("voice-failed", voice=self.name, error="espeak_Synth")
        return pcm


def find_espeak_voice(language: LanguageTag, voice: str, words_per_minute: int) -> EspeakVoice:
    """The voice by its name, or the language's own where `voice` is empty. Raises VoiceMissing."""
    known = library()
    base, plus, variant = voice.partition("+")
    chosen = base or own_voice(language)
    if chosen.lower() not in known.voices or (plus and variant not in known.variants):
        raise VoiceMissing("voice-unknown", voice=f"{ENGINE}:{voice or language}", language=language)
    return EspeakVoice(language, chosen.lower() + plus + variant, words_per_minute)


def own_voice(language: LanguageTag) -> str:
    """The name of the engine's voice for the language, or for the language without its region; empty without one."""
    plain = language.split("-")[0]
    names = (language.lower(), plain) if plain != language else (_PREFERRED.get(plain, plain), plain)
    return next((name for name in names if name in library().voices), "")


@dataclass(frozen=True, slots=True)
class Library:
    """The library that was found, with its voices: language tag -> identifier."""

    path: str
    data: str
    version: str
    voices: Mapping[str, str]
    variants: frozenset[str]


@cache
def library() -> Library:
    """The library of the package espeakng-loader. Raises VoiceMissing where the package or its files are not there."""
    try:
        import espeakng_loader  # type: ignore[import-untyped]  # it has no types

        path, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
    except (ImportError, OSError) as error:
        raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint="pip install espeakng-loader") from error
    with _lock, _Engine.loaded(path, data) as engine:
        variants = frozenset(one.name for one in (Path(data) / "voices" / "!v").glob("*") if one.is_file())
        return Library(path, data, engine.version(), engine.voices(), variants)


def pieces(text: str, most: int) -> Iterator[str]:
    """The text in parts of at most `most` characters, cut at white space where there is any."""
    rest = text.replace("\0", " ").strip()
    while len(rest) > most:
        cut = rest.rfind(" ", 0, most + 1)
        cut = cut if cut > 0 else most
        yield rest[:cut]
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


# The library's state belongs to the process: one caller at a time.
_lock = threading.RLock()


@contextmanager
def _engine() -> Iterator["_Engine"]:
    known = library()
    with _lock, _Engine.loaded(known.path, known.data) as engine:
        yield engine


class _Engine:
    """The library as it is right after loading."""

    def __init__(self, dll: Any, rate: int) -> None:
        self.dll = dll
        self.rate = rate

    @classmethod
    @contextmanager
    def loaded(cls, path: str, data: str) -> Iterator["_Engine"]:
        try:
            dll = ctypes.CDLL(path)
        except OSError as error:
            raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint="pip install espeakng-loader") from error
        try:
            _declare(dll)
            rate = dll.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
            if rate <= 0:
                raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint="pip install espeakng-loader")
            yield cls(dll, rate)
            dll.espeak_Terminate()
        finally:
            _unload(dll)

    def version(self) -> str:
        return str(self.dll.espeak_Info(None).decode()).split()[0]

    def voices(self) -> dict[str, str]:
        """Identifiers by the language tags that the voices declare, the engine's favourite for each."""
        found: dict[str, tuple[int, str]] = {}
        rows = self.dll.espeak_ListVoices(None)
        index = 0
        while rows[index]:
            row = rows[index].contents
            for priority, tag in _language_list(row.languages):
                if tag not in found or priority < found[tag][0]:
                    found[tag] = (priority, row.identifier.decode())
            index += 1
        return {tag: identifier for tag, (_, identifier) in sorted(found.items())}

    def select(self, identifier: str) -> int:
        return int(self.dll.espeak_SetVoiceByName(identifier.encode()))

    def set_rate(self, words_per_minute: int) -> None:
        self.dll.espeak_SetParameter(_PARAMETER_RATE, min(max(words_per_minute, _SLOWEST), _FASTEST), 0)

    def speak(self, text: str) -> bytes | None:
        heard = bytearray()

        def take(samples: Any, count: int, _events: Any) -> int:
            if samples and count > 0:
                heard.extend(ctypes.string_at(samples, count * 2))
            return 0

        callback = _Callback(take)
        self.dll.espeak_SetSynthCallback(callback)
        data = text.encode("utf-8", "replace")
        status = self.dll.espeak_Synth(data, len(data) + 1, 0, _CHARACTER_POSITION, 0, _UTF8, None, None)
        return bytes(heard) if status == 0 else None


def _declare(dll: Any) -> None:
    dll.espeak_Initialize.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
    dll.espeak_Info.argtypes = (ctypes.c_void_p,)
    dll.espeak_Info.restype = ctypes.c_char_p
    dll.espeak_ListVoices.argtypes = (ctypes.c_void_p,)
    dll.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    dll.espeak_SetVoiceByName.argtypes = (ctypes.c_char_p,)
    dll.espeak_SetParameter.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int)
    dll.espeak_SetSynthCallback.argtypes = (_Callback,)
    dll.espeak_SetSynthCallback.restype = None
    dll.espeak_Synth.argtypes = (
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    )


def _language_list(address: int) -> Iterator[tuple[int, str]]:
    """(priority, tag) pairs: a byte and a C string each, ended by a zero byte."""
    while priority := ctypes.c_ubyte.from_address(address).value:
        tag = ctypes.string_at(address + 1)
        yield priority, tag.decode()
        address += 1 + len(tag) + 1


def _unload(dll: Any) -> None:
    """ctypes has no public way to unload a library."""
    import _ctypes

    unload = getattr(_ctypes, "FreeLibrary" if sys.platform == "win32" else "dlclose")
    unload(dll._handle)
