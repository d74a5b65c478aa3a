"""Recordings made ready for pages: small files that every browser plays. Originals are only read."""

import errno
import math
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from media_pipeline.audio.errors import MediaProblem
from media_pipeline.audio.ffmpeg import file_argument, run_ffmpeg
from media_pipeline.audio.loudness import MOST_EXTRA_DB, TARGET_LUFS
from media_pipeline.audio.probing import MediaFacts, MediaKind, probe
from media_pipeline.audio.sound import SoundFacts, limiter_filters, listen, measure_limited

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Size:
    """`lines` bounds the shorter side. Rates in kbit/s, our choice: readable slides at `normal`, an hour in 150 MB at
    `small`."""

    lines: int
    quality: int
    most_kbps: int
    audio_kbps: int
    channels: int
    profile: str


_SMALL: Final = _Size(360, 27, 280, 48, 1, "main")
_NORMAL: Final = _Size(720, 23, 1_500, 96, 2, "high")
_LISTENING_SHARE: Final = 0.1
_MOST_GAIN_DB: Final = 30.0
"""Our choice: what is quieter than -46 LUFS is mostly the noise of a microphone."""
_LIMIT: Final = 10 ** (-4 / 20)
"""As for our own speech: coding lifts peaks again."""
_ROUNDS: Final = 4
_CLOSE_ENOUGH_LU: Final = 0.3

# AAC, not Opus, beside H.264: Safari plays Opus in MP4 only in its newest versions, phones' own players mostly not.
_AUDIO_BY_SUFFIX: Final[Mapping[str, tuple[str, ...]]] = {
    ".mp3": ("-c:a", "libmp3lame", "-b:a", "64k", "-ar", "44100"),
    ".m4a": ("-c:a", "aac", "-b:a", "64k", "-ar", "48000", "-movflags", "+faststart"),
    ".opus": ("-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-ar", "48000"),
}
# No dates, versions, places or names from the original, which may be private (a telephone writes where it was).
_NEUTRAL: Final = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")


def prepare_video(path: Path, small: Path, normal: Path, progress: Progress = lambda _share: None) -> None:
    """Two MP4 files (H.264 and AAC, sound at -16 LUFS): the shorter side at most 360 and at most 720 pixels, never
    enlarged, upright. A video without sound stays without.

    `progress` is told the share that is done, 0 to 1. Raises MediaProblem; then, as after an interrupt, neither file
    is there.
    """
    facts = probe(path)
    if facts.kind is not MediaKind.VIDEO:
        raise MediaProblem("media-no-picture", file=path.name)
    gains = _find_gains(path, facts, progress)
    sizes = {small: _SMALL, normal: _NORMAL}
    with _written_aside(path, (small, normal)) as aside:
        graph = [f"[0:v:0]split={len(sizes)}" + "".join(f"[v{number}]" for number in range(len(sizes)))]
        outputs: list[str] = []
        for number, (out, size) in enumerate(sizes.items()):
            width, height = fit_size(facts.width, facts.height, size.lines)
            graph.append(f"[v{number}]scale={width}:{height}:flags=lanczos,setsar=1,format=yuv420p[w{number}]")
            outputs += ["-map", f"[w{number}]", *_NEUTRAL, *_picture(size)]
            if facts.has_audio:
                channels = min(size.channels, max(1, facts.channels))
                outputs += ["-map", "0:a:0", *_sound(facts, gains, channels)]
                outputs += ["-c:a", "aac", "-b:a", f"{size.audio_kbps}k", "-ar", "48000"]
            outputs += ["-movflags", "+faststart", "-f", "mp4", file_argument(aside[out])]
        arguments = [*_input(path), "-filter_complex", ";".join(graph), *outputs]
        run_ffmpeg(arguments, path, facts.duration_ms, _after_listening(facts, progress))


def prepare_audio(path: Path, out: Path, progress: Progress = lambda _share: None) -> None:
    """One MP3, M4A or Opus file, by the name of `out`, mono, at -16 LUFS. As `prepare_video`; the pictures of a video
    are left out."""
    facts = probe(path)
    if not facts.has_audio:
        raise MediaProblem("media-without-sound", file=path.name)
    gains = _find_gains(path, facts, progress)
    with _written_aside(path, (out,)) as aside:
        output = ["-map", "0:a:0", "-vn", *_NEUTRAL, *_sound(facts, gains, 1), *_AUDIO_BY_SUFFIX[out.suffix.lower()]]
        arguments = [*_input(path), *output, "-flags:a", "+bitexact", file_argument(aside[out])]
        run_ffmpeg(arguments, path, facts.duration_ms, _after_listening(facts, progress))


def fit_size(width: int, height: int, lines: int) -> tuple[int, int]:
    """The size with the shorter side at most `lines`, both even (H.264 with 4:2:0 needs that), same shape."""
    scale = min(1.0, lines / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _find_gains(path: Path, facts: MediaFacts, progress: Progress) -> Mapping[int, float]:
    """Decibels that bring the file to the target, by number of channels."""
    if not facts.has_audio:
        return {}
    sound = listen(path)
    progress(_LISTENING_SHARE / 2)
    lufs = {1: sound.mono_lufs, 2: sound.stereo_lufs}
    gains = {channels: _find_gain(path, channels, lufs[channels], sound) for channels in {1, min(2, facts.channels)}}
    progress(_LISTENING_SHARE)
    return gains


def _find_gain(path: Path, channels: int, lufs: float, sound: SoundFacts) -> float:
    """The limiter takes loudness away where it works, so then the outcome is measured and the gain raised."""
    if not math.isfinite(lufs):
        return 0.0
    gain_db = min(_MOST_GAIN_DB, TARGET_LUFS - lufs)
    most_db = min(_MOST_GAIN_DB, gain_db + MOST_EXTRA_DB)
    if sound.peak_dbfs + gain_db <= 20 * math.log10(_LIMIT):
        return gain_db
    for _ in range(_ROUNDS):
        missing = TARGET_LUFS - measure_limited(path, channels, gain_db, _LIMIT)
        if missing < _CLOSE_ENOUGH_LU or gain_db >= most_db:
            break
        gain_db = min(most_db, gain_db + 1.3 * missing)
    return gain_db


def _input(path: Path) -> list[str]:
    return ["-protocol_whitelist", "file,pipe", "-i", file_argument(path.absolute()), "-sn", "-dn"]


def _picture(size: _Size) -> list[str]:
    """x264 gives the same bytes only for the same number of threads, so that number is fixed. A key picture every two
    seconds lets a player jump to a cue at once."""
    return [
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", size.profile, "-crf", str(size.quality)),
        *("-maxrate", f"{size.most_kbps}k", "-bufsize", f"{2 * size.most_kbps}k", "-threads:v", "2"),
        *("-force_key_frames", "expr:gte(t,n_forced*2)", "-flags:v", "+bitexact"),
    ]


def _sound(facts: MediaFacts, gains: Mapping[int, float], channels: int) -> list[str]:
    """Filters; mixing as `listen` does it."""
    filters = [
        f"aformat=sample_fmts=fltp:channel_layouts={'mono' if facts.channels == 1 else 'stereo'}",
        *(["pan=mono|c0=0.5*c0+0.5*c1"] if channels < facts.channels and channels == 1 else []),
        *(f"{name}={options}" for name, options in limiter_filters(gains[channels], _LIMIT)),
        "aresample=async=1:first_pts=0",
    ]
    return ["-af", ",".join(filters), "-flags:a", "+bitexact"]


def _after_listening(facts: MediaFacts, progress: Progress) -> Progress:
    start = _LISTENING_SHARE if facts.has_audio else 0.0
    return lambda share: progress(start + (1 - start) * share)


@contextmanager
def _written_aside(path: Path, outputs: tuple[Path, ...]) -> Iterator[Mapping[Path, Path]]:
    """Where to write each output. They get their names only when all are finished."""
    folder: Path | None = None
    try:
        folder = Path(mkdtemp(prefix=".unfinished-", dir=outputs[0].absolute().parent))
        aside = {out: folder / f"{number}{out.suffix}" for number, out in enumerate(outputs)}
        yield aside
        for out, written in aside.items():
            written.replace(out)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MediaProblem("media-disk-full", file=path.name) from error
        raise
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
