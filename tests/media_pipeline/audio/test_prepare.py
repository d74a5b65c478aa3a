"""Recordings made ready for pages, and what is left when that fails: nothing."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media_pipeline.audio import MediaProblem, ffmpeg, listen, prepare, prepare_audio, prepare_video, probe
from media_pipeline.audio.prepare import fit_size
from tests.media_pipeline.audio.samples import decode, onsets, silence, speech_like, tone, write_audio, write_video

posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for ffmpeg is a script with a first line")


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds, wider than the small size, much too quiet, with a name that wants to be misunderstood."""
    path = tmp_path_factory.mktemp("lecture") / "-i Сабак 1\n%03d 'a'.mp4"
    return write_video(path, 4, 0.05 * speech_like(4, 1, 48_000), (960, 540))


@pytest.fixture(scope="module")
def prepared(lecture: Path) -> tuple[Path, Path]:
    """The lecture, small and normal."""
    small, normal = lecture.with_name("Кичине -y.mp4"), lecture.with_name("-нормалдуу.mp4")
    prepare_video(lecture, small, normal)
    return small, normal


def test_a_video_comes_in_two_sizes_that_every_browser_plays(prepared: tuple[Path, Path]) -> None:
    sizes = []
    for path in prepared:
        facts = probe(path)
        assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
        assert facts.duration_ms == pytest.approx(4_000, abs=60)
        sizes.append((facts.width, facts.height))
        data = path.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat"), "it plays before it has arrived"
        with av.open(str(path.parent / path.name)) as container:
            assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
    assert sizes == [(640, 360), (960, 540)]
    assert prepared[0].stat().st_size < prepared[1].stat().st_size


def test_a_video_is_heard_at_the_common_loudness(prepared: tuple[Path, Path]) -> None:
    for path in prepared:
        facts = listen(path)
        assert facts.stereo_lufs == pytest.approx(-16, abs=1)
        assert facts.peak_dbfs < -1


def test_the_original_stays_as_it_was_and_nothing_else_is_left(lecture: Path, prepared: tuple[Path, Path]) -> None:
    before = lecture.read_bytes(), lecture.stat().st_mtime_ns
    prepare_audio(lecture, lecture.with_name("a.opus"))
    assert (lecture.read_bytes(), lecture.stat().st_mtime_ns) == before
    assert {one.name for one in lecture.parent.iterdir()} == {lecture.name, "a.opus", *(one.name for one in prepared)}


def test_the_same_video_gives_the_same_bytes(lecture: Path, prepared: tuple[Path, Path], tmp_path: Path) -> None:
    prepare_video(lecture, tmp_path / "s.mp4", tmp_path / "n.mp4")
    assert [(tmp_path / name).read_bytes() for name in ("s.mp4", "n.mp4")] == [one.read_bytes() for one in prepared]


def test_nothing_private_is_taken_over(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, None, (64, 48), tags={"title": "Ички", "comment": "51.1N 71.4E"})
    assert b"51.1N" in path.read_bytes()
    prepare_video(path, tmp_path / "s.mp4", tmp_path / "n.mp4")
    for name in ("s.mp4", "n.mp4"):
        data = (tmp_path / name).read_bytes()
        assert b"51.1N" not in data and "Ички".encode() not in data


def test_a_video_without_sound_stays_without(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, None, (64, 48))
    prepare_video(path, tmp_path / "s.mp4", tmp_path / "n.mp4")
    assert not probe(tmp_path / "s.mp4").has_audio
    assert (probe(tmp_path / "n.mp4").width, probe(tmp_path / "n.mp4").height) == (64, 48), "never enlarged"


def test_an_upright_video_stays_upright(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, None, (160, 120))
    turned = tmp_path / "turned.mp4"
    rotate: list[str | Path] = [
        ffmpeg.find_ffmpeg(),
        "-loglevel",
        "error",
        "-display_rotation",
        "90",
        "-i",
        path,
        "-c",
        "copy",
        turned,
    ]
    subprocess.run(rotate, check=True)
    assert (probe(turned).width, probe(turned).height) == (120, 160)
    prepare_video(turned, tmp_path / "s.mp4", tmp_path / "n.mp4")
    assert (probe(tmp_path / "n.mp4").width, probe(tmp_path / "n.mp4").height) == (120, 160)


@pytest.mark.parametrize(
    ("given", "lines", "expected"),
    [
        ((1920, 1080), 360, (640, 360)),
        ((1920, 1080), 720, (1280, 720)),
        ((1080, 1920), 360, (360, 640)),
        ((1024, 768), 720, (960, 720)),
        ((320, 240), 360, (320, 240)),
        ((321, 241), 360, (320, 240)),
        ((1, 1), 360, (2, 2)),
        ((5000, 100), 360, (5000, 100)),
    ],
)
def test_sizes_keep_their_shape_and_never_grow(given: tuple[int, int], lines: int, expected: tuple[int, int]) -> None:
    assert fit_size(*given, lines) == expected


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".opus"])
@pytest.mark.parametrize("level", [0.05, 1.0])
def test_a_sound_recording_is_brought_to_the_common_loudness(tmp_path: Path, suffix: str, level: float) -> None:
    path = write_audio(tmp_path / "a.wav", [level * speech_like(6, 1, 44_100)], "pcm_s16le", 44_100, 2)
    shares: list[float] = []
    prepare_audio(path, tmp_path / f"b{suffix}", shares.append)
    facts = listen(tmp_path / f"b{suffix}")
    assert facts.mono_lufs == pytest.approx(-16, abs=1) and facts.peak_dbfs < -1
    assert shares == sorted(shares) and shares[0] > 0 and shares[-1] == pytest.approx(1)


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".opus"])
def test_a_prepared_recording_keeps_its_times(tmp_path: Path, suffix: str) -> None:
    beeps = np.concatenate([part for _ in range(20) for part in (silence(0.7, 48_000), tone(0.2, 700, 0.2, 48_000))])
    path = write_audio(tmp_path / "a.wav", [beeps], "pcm_s16le", 48_000)
    prepare_audio(path, tmp_path / f"b{suffix}")
    found = onsets(decode(str(tmp_path / f"b{suffix}"), 48_000), 0.1, 10_000)
    assert len(found) == 20
    assert np.abs(found - onsets(beeps, 0.1, 10_000)).max() / 48 < 15


def test_silence_is_not_turned_up(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", [silence(2)], "pcm_s16le")
    prepare_audio(path, tmp_path / "b.mp3")
    assert listen(tmp_path / "b.mp3").is_silent


def test_what_cannot_be_prepared_is_told(tmp_path: Path) -> None:
    sound = write_audio(tmp_path / "a.wav", [tone(1)], "pcm_s16le")
    with pytest.raises(MediaProblem) as caught:
        prepare_video(sound, tmp_path / "s.mp4", tmp_path / "n.mp4")
    assert caught.value.rule == "media-no-picture"
    mute = write_video(tmp_path / "v.mp4", 1, None, (64, 48))
    with pytest.raises(MediaProblem) as caught:
        prepare_audio(mute, tmp_path / "b.mp3")
    assert caught.value.rule == "media-without-sound"


def _stand_in(folder: Path, body: str) -> str:
    """A program that is called as ffmpeg would be; the file to write is its last argument."""
    program = folder / "stand-in"
    program.write_text(f"#!{sys.executable}\nimport os, sys\nout = sys.argv[-1].removeprefix('file:')\n{body}\n")
    program.chmod(0o755)
    return str(program)


_HALF_WRITTEN = "open(out, 'wb').write(bytes(1000))\n"


@posix
@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("print('x.mp4: No space left on device', file=sys.stderr); sys.exit(228)", "media-disk-full"),
        ("print('Conversion failed!', file=sys.stderr); sys.exit(1)", "media-not-converted"),
        ("os.kill(os.getpid(), 9)", "media-not-converted"),
        ("sys.stderr.write('x' * 1_000_000 + '\\n'); sys.exit(1)", "media-not-converted"),
    ],
)
def test_a_failed_conversion_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, rule: str
) -> None:
    path = write_audio(tmp_path / "Үн 1.wav", [tone(1)], "pcm_s16le")
    (tmp_path / "out").mkdir()
    program = _stand_in(tmp_path, _HALF_WRITTEN + body)
    monkeypatch.setattr(ffmpeg, "find_ffmpeg", lambda: program)
    with pytest.raises(MediaProblem) as caught:
        prepare_audio(path, tmp_path / "out" / "a.mp3")
    assert (caught.value.rule, caught.value.values["file"]) == (rule, "Үн 1.wav")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["mkdtemp", "replace"])
def test_a_full_disk_is_told_wherever_it_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = write_audio(tmp_path / "a.wav", [tone(1)], "pcm_s16le")
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(prepare if name == "mkdtemp" else Path, name, fail)
    with pytest.raises(MediaProblem) as caught:
        prepare_audio(path, tmp_path / "out" / "a.mp3")
    assert caught.value.rule == "media-disk-full"
    assert list((tmp_path / "out").iterdir()) == []


_CHILD = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job, like the tests in one, ignores it
from pathlib import Path
from media_pipeline.audio import ffmpeg, prepare_audio
ffmpeg.find_ffmpeg = lambda: sys.argv[1]
prepare_audio(Path(sys.argv[2]), Path(sys.argv[3]), lambda share: share > 0.2 and print("running", flush=True))
"""
_ENDLESS = _HALF_WRITTEN + (
    "open(os.path.dirname(out) + '/../pid', 'w').write(str(os.getpid()))\n"
    "print('out_time_us=500000', flush=True)\n"
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); signal.pause()\n"
)


def _has_ended(process: int) -> bool:
    """Whether there is no such process, or only its entry in the table."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        os.sched_yield()
    return condition()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_ends_the_program_within_two_seconds(tmp_path: Path, number: signal.Signals) -> None:
    path = write_audio(tmp_path / "a.wav", [tone(1)], "pcm_s16le")
    out = tmp_path / "out"
    out.mkdir()
    command: list[Any] = [sys.executable, "-c", _CHILD, _stand_in(tmp_path, _ENDLESS), path, out / "a.mp3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "running\n"
        program = int((out / "pid").read_text())
        assert not _has_ended(program)
        child.send_signal(number)
        try:
            child.wait(2)
        finally:
            child.kill()
    assert _wait_for(lambda: _has_ended(program), 2)
    if number == signal.SIGINT:
        assert [one.name for one in out.iterdir()] == ["pid"]
    assert not (out / "a.mp3").exists()


def test_the_program_of_the_system_is_used_only_if_it_has_the_coders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: str(tmp_path / "ffmpeg"))
    ffmpeg.find_ffmpeg.cache_clear()
    try:
        assert ffmpeg.find_ffmpeg() != str(tmp_path / "ffmpeg")
        monkeypatch.setattr(ffmpeg, "_has_coders", lambda _program: True)
        ffmpeg.find_ffmpeg.cache_clear()
        assert ffmpeg.find_ffmpeg() == str(tmp_path / "ffmpeg")
    finally:
        ffmpeg.find_ffmpeg.cache_clear()


def test_a_machine_without_the_program_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    ffmpeg.find_ffmpeg.cache_clear()
    with pytest.raises(MediaProblem) as caught:
        ffmpeg.find_ffmpeg()
    assert caught.value.rule == "media-no-ffmpeg"
