"""Measures how long it takes until lessons can be heard."""

import json
import re
import subprocess
import sys
import time
import wave
from pathlib import Path
from typing import Any

from tests.bench.project import write_project

_JETKI = str(Path(sys.executable).with_name("jetki"))
_FORMATS = "opus,mp3,sync"
_HOUR_MS = 3_600_000


def measure_sound(root: Path) -> None:
    """About an hour of text in three languages to finished Opus and MP3; again with one sentence edited."""
    root.mkdir()
    write_project(root, courses=1)
    _keep_an_hour(root)
    seconds = _build(root)
    hours = _duration_ms(root) / _HOUR_MS
    told = (
        f"{hours:.2f} h of text to Opus and MP3: {seconds:.1f} s, {seconds / hours:.1f} s an hour (asked: at most 90 s)"
    )
    print(told, flush=True)
    print(f"nothing changed: {_build(root):.2f} s", flush=True)
    lesson = sorted((root / "content/course-01/ky").glob("*.md"))[0]
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(re.sub(r"\. ", ". Бул жаңы сүйлөм. ", text, count=1), encoding="utf-8")
    print(f"one sentence edited, Opus and MP3: {_build(root):.2f} s (asked: at most 2 s)", flush=True)


def measure_words(folder: Path, minutes: int = 15) -> None:
    """Recognition against faster-whisper called directly, and a long script aligned; each in a process of its own, so
    that memory is its own."""
    folder.mkdir()
    for call in (
        f"measure_recognition(join_model(Path({str(folder)!r})), real_speech({minutes}))",
        "measure_long_alignment()",
        "measure_alignment()",
        "measure_audio()",
    ):
        subprocess.run([sys.executable, "-c", f"{_IMPORTS}\n{call}"], check=False)


_IMPORTS = """
from pathlib import Path
from tests.bench.recognition import measure_alignment, measure_long_alignment, measure_recognition
from tests.bench.sound import real_speech
from tests.media_pipeline.audio.measure import measure_audio
from tests.media_pipeline.recognition.whisper_model import join_model
"""
_REAL = Path("/usr/share/pocketsphinx/test/data/librivox")


def real_speech(minutes: int) -> Any:
    """Readers of LibriVox (Debian package pocketsphinx-testdata, public domain), one after the other for so long."""
    import numpy as np

    parts: list[Any] = []
    for path in sorted(_REAL.glob("*.wav")):
        with wave.open(str(path)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        parts += [pcm.astype(np.float32) / 32768, np.zeros(8_000, np.float32)]
    if not parts:
        sys.exit("the Debian package pocketsphinx-testdata is not installed: no real speech to recognise")
    once = np.concatenate(parts)
    return np.tile(once, -(-minutes * 60 * 16_000 // len(once)))[: minutes * 60 * 16_000]


def _keep_an_hour(root: Path) -> None:
    """The first lessons of each language, about 20 minutes each by their words (our estimate: 90 words a minute)."""
    for folder in (root / "content/course-01").iterdir():
        words = 0
        for lesson in sorted(folder.glob("*.md")) if folder.is_dir() else ():
            if words > 20 * 90:
                lesson.unlink()
            else:
                words += len(lesson.read_text(encoding="utf-8").split())


def _build(root: Path) -> float:
    started = time.perf_counter()
    command = [_JETKI, "--plain", "build", "--only", _FORMATS]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - started


def _duration_ms(root: Path) -> int:
    artefacts = json.loads((root / "site/manifest.json").read_text(encoding="utf-8"))["artefacts"]
    return sum(one["duration_ms"] for one in artefacts if one["format"] == "opus")


if __name__ == "__main__":
    measure_sound(Path(sys.argv[1]))
