"""The voices of Windows and macOS through pyttsx3: the only file that knows it.

pyttsx3 loses audio (a call returns before the sound is written, and later files replace earlier ones), prints to the
terminal and keeps its engine in global variables. So every text is spoken in a process of its own, which ends only when
the file is whole; then the file is examined before a sample of it is used. On Linux it speaks through libespeak-ng, for
which this package has a better way; there it serves to test this file.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from builder.model.language import LanguageTag, primary_language
from media_pipeline.audio import SAMPLE_RATE
from media_pipeline.speech.voices.errors import VoiceFailed, VoiceMissing

ENGINE: Final = "pyttsx3"
LICENCE: Final = "the operating system's"

_PATIENCE_S: Final = 60.0
_BYTE_ORDERS: Final[Mapping[bytes, Literal["little", "big"]]] = {b"RIFF": "little", b"FORM": "big"}
_UNKNOWN_LENGTH: Final = 0x7000_0000
"""Of files. Streaming writers put 0x7FFFF000 or 0xFFFFFFFF into the header; no sentence is so long."""
_SETTLED_S: Final = 0.3
"""A file that has not grown for so long is taken for whole; its header must then agree."""
_FASTEST: Final = 45.0
"""Characters a second that no voice reaches at 450 words a minute, our choice: a shorter sound has lost words."""
_QUIETEST: Final = 66
"""-54 dB below full scale, our choice: what never gets louder is silence."""


@dataclass(frozen=True, slots=True)
class SystemVoice:
    """One voice of the operating system, ready to speak."""

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
        import platform

        return f"{ENGINE} {platform.system()} {platform.release()} {self.voice} {self.words_per_minute}"

    def speak(self, text: str) -> bytes:
        """Mono 16 bit PCM at 24,000 Hz; empty where there is nothing to say. Raises VoiceFailed."""
        plain = " ".join(text.replace("\0", " ").split())
        if not any(map(str.isalnum, plain)):
            return b""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "speech.wav"
            order: dict[str, str | int] = {
                "voice": self.voice,
                "rate": self.words_per_minute,
                "text": plain,
                "path": str(path),
            }
            _run(order, self.name)
            return read_speech_file(path, plain, self.name)

    def speak_all(self, texts: Sequence[str]) -> list[bytes]:
        """Each text on its own. Raises VoiceFailed."""
        return [self.speak(text) for text in texts]


def find_system_voice(language: LanguageTag, voice: str, words_per_minute: int) -> SystemVoice:
    """The voice by its id or name, or the first one of the language where `voice` is empty. Raises VoiceMissing."""
    for one in system_voices():
        if (
            voice.lower() in (one.id.lower(), one.name.lower())
            if voice
            else primary_language(language) in one.languages
        ):
            return SystemVoice(language, one.id, words_per_minute)
    raise VoiceMissing("voice-unknown", voice=f"{ENGINE}:{voice}", language=language)


@dataclass(frozen=True, slots=True)
class FoundVoice:
    """A voice as pyttsx3 lists it; `languages` are primary tags, as far as it tells them."""

    id: str
    name: str
    languages: tuple[LanguageTag, ...]


@lru_cache(maxsize=1)
def system_voices() -> tuple[FoundVoice, ...]:
    """All voices of the system. Raises VoiceMissing where pyttsx3 or its engine are not there."""
    try:
        listed = json.loads(_run({}, ENGINE))
        return tuple(
            FoundVoice(str(one), str(name), tuple(LanguageTag(tag) for tag in tags)) for one, name, tags in listed
        )
    except (VoiceFailed, ValueError) as error:
        raise VoiceMissing("voice-engine-missing", engine=ENGINE, hint="pip install pyttsx3") from error


def read_speech_file(path: Path, text: str, name: str) -> bytes:
    """The sound of a file that must hold this text. Raises VoiceFailed where it cannot be all of it."""
    import av
    import numpy as np

    pieces: list[bytes] = []
    try:
        if _is_cut_off(path):
            raise VoiceFailed("voice-failed", voice=name, error=f"{path.stat().st_size} bytes are not all of the file")
        with av.open(str(path)) as file:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            for frame in (*file.decode(audio=0), None):
                pieces += [bytes(one.to_ndarray().tobytes()) for one in resampler.resample(frame)]
    except (av.FFmpegError, OSError, IndexError) as error:
        raise VoiceFailed("voice-failed", voice=name, error=str(error)) from error
    pcm = b"".join(pieces)
    seconds = len(pcm) / 2 / SAMPLE_RATE
    if seconds * _FASTEST < len(text):
        raise VoiceFailed("voice-failed", voice=name, error=f"{len(text)} characters in {seconds:.2f} s")
    if np.abs(np.frombuffer(pcm, "<i2").astype("i4")).max() < _QUIETEST:
        raise VoiceFailed("voice-failed", voice=name, error="silence")
    return pcm


def _is_cut_off(path: Path) -> bool:
    """Whether the header of a WAV (RIFF) or AIFF (FORM) file says that there is more of it. A writer that does not know
    the length beforehand names an impossible one."""
    with path.open("rb") as file:
        kind, length = file.read(4), file.read(4)
    if kind not in _BYTE_ORDERS or len(length) < 4:
        return False
    whole = int.from_bytes(length, _BYTE_ORDERS[kind]) + 8
    return path.stat().st_size < whole < _UNKNOWN_LENGTH


def _run(order: Mapping[str, str | int], name: str) -> str:
    """What the child process answers. Raises VoiceFailed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"from {__name__} import run_child; run_child()"],
            input=json.dumps(order),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VoiceFailed("voice-failed", voice=name, error=str(error)) from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        raise VoiceFailed("voice-failed", voice=name, error=last)
    return (done.stdout.strip().splitlines() or [""])[-1]


# ---------------------------------------------------------------- in the child process


def run_child() -> None:
    """Reads an order from standard input: nothing to list the voices, or what to say in which file."""
    order = json.loads(sys.stdin.read())
    _lend_espeak()
    import pyttsx3  # type: ignore[import-untyped]  # it has no types

    engine = pyttsx3.init()
    if not order:
        listed = [[one.id, one.name, sorted(_tags(one.languages))] for one in engine.getProperty("voices")]
        print(json.dumps(listed))
        return
    engine.setProperty("voice", order["voice"])
    engine.setProperty("rate", order["rate"])
    engine.save_to_file(order["text"], order["path"])
    engine.runAndWait()
    _wait_until_whole(Path(order["path"]))
    sys.stdout.flush()
    # Its threads would keep the process alive, or end it with a fault after the work is done.
    os._exit(0)


def _lend_espeak() -> None:
    """On Linux: the library of espeakng-loader under the name that pyttsx3 asks for."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    try:
        import espeakng_loader  # type: ignore[import-untyped]  # it has no types

        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    except (ImportError, OSError):
        return


def _tags(languages: object) -> set[str]:
    """Primary tags from what drivers give: ``[b'\\x05ky']``, ``['ru_RU']``, ``['en-US']``."""
    found = set()
    for one in languages if isinstance(languages, list | tuple) else ():
        text = one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
        found.add(text.lstrip("".join(map(chr, range(32)))).replace("_", "-").split("-")[0].lower())
    return found


def _wait_until_whole(path: Path) -> None:
    """Returns when the file has stopped growing and has the length that its header names; the reader finds out whether
    it is sound."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < (_PATIENCE_S / 2 if size <= 44 or _is_cut_off(path) else _SETTLED_S):
        time.sleep(0.02)
        now = path.stat().st_size if path.exists() else -1
        if now != size:
            size, since = now, time.monotonic()
