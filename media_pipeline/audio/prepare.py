"""Recordings made ready for pages: small files that every browser plays. Originals are only read."""

from collections.abc import Callable
from pathlib import Path


def prepare_video(
    path: Path, small: Path, normal: Path, progress: Callable[[float], None] = lambda _share: None
) -> None:
    """Two MP4 files (H.264 and AAC, loudness -16 LUFS): at most 360 and at most 720 lines, never enlarged.

    `progress` is told the share that is done, 0 to 1. Raises MediaProblem; then, as after an interrupt, neither file
    is there.
    """
    raise NotImplementedError


def prepare_audio(path: Path, out: Path, progress: Callable[[float], None] = lambda _share: None) -> None:
    """One MP3 or M4A or Opus file, by the name of `out`, loudness -16 LUFS. As `prepare_video`."""
    raise NotImplementedError
