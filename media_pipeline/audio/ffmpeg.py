"""The ffmpeg program: found, run, watched, and stopped. The only file that starts it."""

import functools
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from media_pipeline.audio.errors import MediaProblem

_NEEDED: Final = ("libx264", "libmp3lame", "libopus")
_DISK_FULL: Final = "No space left on device"  # strerror of ENOSPC, which ffmpeg prints in English
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


@functools.cache
def find_ffmpeg() -> str:
    """The system's program if it has the coders we need, else the one of the package imageio-ffmpeg. Raises
    MediaProblem when there is neither."""
    system = shutil.which("ffmpeg")
    if system and _has_coders(system):
        return system
    try:
        import imageio_ffmpeg  # type: ignore[import-untyped]  # it has no types

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise MediaProblem("media-no-ffmpeg") from error


def run_ffmpeg(arguments: Sequence[str], path: Path, duration_ms: int, progress: Callable[[float], None]) -> None:
    """Runs the program on the file at `path` until it is done, telling the share that is. Raises MediaProblem when it
    fails. However this function is left, the program no longer runs."""
    command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-y", "-loglevel", "error", "-progress", "pipe:1", *arguments]
    program = _start(command)
    complaints: deque[str] = deque(maxlen=20)
    try:
        assert program.stdout is not None and program.stderr is not None
        reader = threading.Thread(target=_collect, args=(program.stderr, complaints), daemon=True)
        reader.start()
        for line in program.stdout:
            name, _, value = line.strip().partition("=")
            if name == "out_time_us" and value.isdecimal() and duration_ms:
                progress(min(1.0, int(value) / 1_000 / duration_ms))
        code = program.wait()
        reader.join()
    finally:
        _stop(program)
    if code:
        if any(_DISK_FULL in one for one in complaints):
            raise MediaProblem("media-disk-full", file=path.name)
        raise MediaProblem("media-not-converted", file=path.name, error=complaints[-1] if complaints else str(code))


def file_argument(path: Path) -> str:
    """The path such that it is nothing but a path: not an option, an address or a pattern."""
    return f"file:{path}"


def _start(command: Sequence[str]) -> "subprocess.Popen[str]":
    # A session of its own: an interrupt from the keyboard reaches us, and we end it with all it has started.
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        preexec_fn=_prepare_dying() if sys.platform == "linux" else None,
    )


def _prepare_dying() -> Callable[[], None]:
    """On Linux the program is also killed when this process is, even by a signal that cannot be caught."""
    import ctypes

    library = ctypes.CDLL(None)
    return lambda: library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _stop(program: "subprocess.Popen[str]") -> None:
    if program.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(program.pid, signal.SIGKILL)
        else:
            program.kill()
        program.wait()
    for stream in (program.stdout, program.stderr):
        if stream is not None:
            stream.close()


def _collect(stream: IO[str], lines: "deque[str]") -> None:
    try:
        lines.extend(line.strip() for line in stream if line.strip())
    except ValueError:  # closed while we were reading: the program has been stopped
        return


def _has_coders(program: str) -> bool:
    try:
        done = subprocess.run(
            [program, "-hide_banner", "-encoders"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return all(f" {one} " in done.stdout for one in _NEEDED)
