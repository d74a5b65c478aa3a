"""The sound of recordings in a stream: on time, in little memory."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from media_pipeline.audio import MediaProblem, listen, read_speech, resample
from media_pipeline.audio.sound import clock
from tests.media_pipeline.audio.samples import floats, onsets, pcm, silence, speech_like, tone, write_audio, write_video


@pytest.mark.parametrize(
    ("codec", "suffix", "rate", "channels"),
    [
        ("libmp3lame", "mp3", 44_100, 2),
        ("aac", "m4a", 48_000, 1),
        ("libopus", "webm", 48_000, 2),
        ("flac", "flac", 22_050, 1),
    ],
)
def test_speech_is_read_at_its_time(tmp_path: Path, codec: str, suffix: str, rate: int, channels: int) -> None:
    beeps = [part for number in range(12) for part in (silence(0.9 + 0.03 * number, rate), tone(0.2, 700, 0.25, rate))]
    path = write_audio(tmp_path / f"a.{suffix}", beeps, codec, rate, channels)
    heard = np.concatenate(list(read_speech(path)))
    wanted = onsets(np.concatenate(beeps), 0.12, rate // 4) / rate
    found = onsets(heard, 0.12, 4_000) / 16_000
    assert len(found) == 12 and np.abs(found - wanted).max() < 0.003


def test_blocks_are_ten_seconds_of_floats(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", [speech_like(25, 1)], "pcm_s16le")
    blocks = list(read_speech(path))
    assert [len(one) for one in blocks] == [160_000, 160_000, 80_000]
    assert {one.dtype for one in blocks} == {np.dtype("f4")}
    assert max(np.abs(one).max() for one in blocks) <= 1


def test_sound_that_begins_after_the_pictures_keeps_its_place(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 4, tone(1, rate=48_000), (64, 48), sound_from_s=2.5)
    heard = np.concatenate(list(read_speech(path)))
    assert onsets(heard, 0.12, 4_000)[0] / 16_000 == pytest.approx(2.5, abs=0.05)


def test_a_damaged_middle_does_not_move_what_follows(tmp_path: Path) -> None:
    sound = np.concatenate([tone(4), silence(2), tone(1, 900)])
    path = write_audio(tmp_path / "a.m4a", [sound], "aac")
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4 + 6_000
    data[at : at + 4_000] = bytes(4_000)
    path.write_bytes(data)
    heard = np.concatenate(list(read_speech(path)))
    assert onsets(heard, 0.12, 16_000)[-1] / 16_000 == pytest.approx(6, abs=0.06)


def test_a_video_without_sound_is_refused_with_its_name(tmp_path: Path) -> None:
    path = write_video(tmp_path / "Сабак 1.mp4", 1, None, (64, 48))
    with pytest.raises(MediaProblem) as caught:
        list(read_speech(path))
    assert (caught.value.rule, caught.value.values) == ("media-without-sound", {"file": "Сабак 1.mp4"})


def test_the_loudness_of_two_channels_is_that_of_both(tmp_path: Path) -> None:
    mono = listen(write_audio(tmp_path / "m.wav", [speech_like(5, 1, 48_000)], "pcm_s16le", 48_000))
    both = listen(write_audio(tmp_path / "s.wav", [speech_like(5, 1, 48_000)], "pcm_s16le", 48_000, 2))
    assert mono.mono_lufs == mono.stereo_lufs
    assert both.mono_lufs == pytest.approx(mono.mono_lufs, abs=0.1)
    assert both.stereo_lufs == pytest.approx(mono.mono_lufs + 3.01, abs=0.1)
    assert mono.duration_ms == 5_000


_MEMORY = r"""
import re, sys
from pathlib import Path
from media_pipeline.audio import listen, read_speech
path = Path(sys.argv[1])
samples = sum(len(one) for one in read_speech(path))
facts = listen(path)
assert abs(samples / 16 - facts.duration_ms) < 100, (samples, facts)
# Not getrusage: its figure is at least that of the parent before exec.
print(facts.duration_ms, re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_longer_recording_needs_no_more_memory(tmp_path: Path) -> None:
    block = speech_like(10, 1, 16_000)
    used = []
    for minutes in (2, 12):
        path = write_audio(tmp_path / f"{minutes}.wav", [block] * (6 * minutes), "pcm_s16le", 16_000)
        done = subprocess.run([sys.executable, "-c", _MEMORY, path], capture_output=True, text=True, check=True)
        duration_ms, kilobytes = map(int, done.stdout.split())
        assert duration_ms == pytest.approx(minutes * 60_000, abs=100)
        used.append(kilobytes)
    assert used[1] - used[0] < 20_000, "10 minutes more would be over 100 MB at the rate of measuring"
    assert used[1] < 250_000


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("samples", [0, 1, 7, 1_000, 22_050, 99_991])
def test_resampling_gives_just_the_right_number_of_samples(rate: int, samples: int) -> None:
    given = pcm(speech_like(samples / rate, 1, rate)[:samples] if samples > 10_000 else tone(1, rate=rate)[:samples])
    assert len(resample(given, rate)) == 2 * round(len(given) // 2 * 24_000 / rate)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_resampling_moves_no_sound_and_keeps_its_strength(rate: int) -> None:
    beeps = np.concatenate([part for _ in range(20) for part in (silence(0.4, rate), tone(0.1, 500, 0.5, rate))])
    result = floats(resample(pcm(beeps), rate))
    wanted = onsets(beeps, 0.2, rate // 10) / rate
    found = onsets(result, 0.2, 2_400) / 24_000
    assert np.abs(found - wanted).max() < 0.0003
    assert np.abs(result).max() == pytest.approx(0.5, abs=0.05)
    assert all(gap == pytest.approx(0.5, abs=0.001) for gap in (second - first for first, second in pairwise(found)))


@pytest.mark.parametrize(("ms", "text"), [(0, "0:00:00"), (59_600, "0:01:00"), (36_000_000, "10:00:00")])
def test_durations_are_written_as_a_clock(ms: int, text: str) -> None:
    assert clock(ms) == text
