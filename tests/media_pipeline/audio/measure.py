"""What the audio of lessons and recordings costs, for `make bench`: call `measure_audio()`."""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from builder.model.language import KYRGYZ
from media_pipeline.audio import LessonTags, encode_chunk, join_lesson, normalise_loudness
from tests.media_pipeline.audio.samples import pcm, speech_like

_CHUNK_S = 36
_CHUNKS = 100


def measure_audio(recording_hours: float = 2) -> None:
    """Prints one figure a line. Needs about a minute and a half for the default."""
    _measure_lesson()
    _measure_recording(recording_hours)


def _measure_lesson() -> None:
    """An hour of samples to finished Opus and MP3: all that comes after the voices."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        sounds = list(pool.map(_sound, range(10)))
        list(pool.map(_code, sounds[: os.cpu_count()]))  # start-up and import are not counted
        started = time.perf_counter()
        chunks = list(pool.map(_code, sounds * (_CHUNKS // len(sounds))))
        coded = time.perf_counter() - started
    started = time.perf_counter()
    lesson = join_lesson(chunks, LessonTags("a", "b", 1, 1, KYRGYZ))
    joined = time.perf_counter() - started
    minutes = lesson.samples / 24_000 / 60
    print(
        f"{minutes:.0f} minutes of samples to Opus and MP3, {os.cpu_count()} processes: {coded + joined:.1f} s, of it "
        f"joining {joined:.2f} s (asked, with the voices: at most 90 s an hour on 2 cores)",
        flush=True,
    )


def _sound(seed: int) -> bytes:
    return pcm(speech_like(_CHUNK_S, seed))


def _code(sound: bytes) -> dict[str, bytes]:
    return dict(encode_chunk(normalise_loudness(sound), ("opus", "mp3")).packets)


_READ = r"""
import re, sys, time
from pathlib import Path
from media_pipeline.audio import find_doubts, listen, probe, read_speech
path = Path(sys.argv[1])
started = time.perf_counter()
if sys.argv[2] == "read":
    seconds = sum(map(len, read_speech(path))) / 16_000
else:
    sound = listen(path)
    seconds = sound.duration_ms / 1_000
peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(f"{seconds / 3600:.2f} hours: {time.perf_counter() - started:.1f} s, peak memory {peak} MB")
"""


def _measure_recording(hours: float) -> None:
    """A long recording, read for recognition and listened to for faults, each in a process of its own."""
    if not re.match("linux", sys.platform):
        return
    with tempfile.TemporaryDirectory(prefix="jetki-bench-") as name:
        path = Path(name) / "recording.opus"
        chunk = encode_chunk(_sound(1), ("opus", "mp3")).packets
        path.write_bytes(
            join_lesson([chunk] * round(hours * 3_600 / _CHUNK_S), LessonTags("a", "b", 1, 1, KYRGYZ)).opus
        )
        for how, what in (("read", "read for recognition"), ("listen", "listened to")):
            done = subprocess.run([sys.executable, "-c", _READ, path, how], capture_output=True, text=True, check=True)
            print(f"recording {what}, {done.stdout.strip()} (asked of 2 hours: at most 500 MB)", flush=True)


if __name__ == "__main__":
    measure_audio()
