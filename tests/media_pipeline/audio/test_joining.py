"""Lessons joined from chunks: on time to the millisecond, without clicks, the same bytes every time."""

import base64
import hashlib
import io
import subprocess
import sys
from functools import cache
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Browser

from builder.model.language import RUSSIAN
from media_pipeline.audio import LessonAudio, LessonTags, encode_chunk, join_lesson
from tests.media_pipeline.audio.samples import Samples, decode, onsets, pcm, silence, tone

TAGS = LessonTags("Урок", "Курс", 1, 1, RUSSIAN)
CHUNKS = 40


def _chunk(number: int) -> Samples:
    """Three beeps at odd times. Every third chunk begins with sound at once, every fourth ends in it."""
    random = np.random.default_rng(number)
    parts = [silence(0 if number % 3 == 0 else 0.2)]
    for _ in range(3):
        parts += [tone(0.1 + 0.05 * random.random(), 500 + 300 * random.random()), silence(0.3 + 0.2 * random.random())]
    return np.concatenate(parts[:-1] if number % 4 == 0 else parts)


@cache
def _lesson() -> tuple[Samples, LessonAudio, list[int]]:
    """What was meant to be heard, the files, and where chunks meet."""
    sounds = [_chunk(number) for number in range(CHUNKS)]
    coded = [encode_chunk(pcm(one), ("opus", "mp3")) for one in sounds]
    meant = np.concatenate(
        [np.pad(one, (0, chunk.samples - len(one))) for one, chunk in zip(sounds, coded, strict=True)]
    )
    joints = list(np.cumsum([one.samples for one in coded])[:-1])
    return meant, join_lesson([one.packets for one in coded], TAGS), joints


@pytest.mark.parametrize("kind", ["opus", "mp3"])
def test_every_sound_of_forty_chunks_is_heard_when_it_should_be(kind: str) -> None:
    meant, lesson, _joints = _lesson()
    rate = 48_000  # finer than what we measure
    heard = decode(io.BytesIO(getattr(lesson, kind)), rate)
    wanted = onsets(meant, 0.12, 2_000) * 2
    found = onsets(heard, 0.12, 4_000)
    assert len(wanted) == 3 * CHUNKS == len(found)
    late_ms = (found - wanted) / rate * 1_000
    assert np.abs(late_ms).max() <= 1.0
    assert abs(late_ms[-10:].mean() - late_ms[:10].mean()) < 0.2, "no drift"


@pytest.mark.parametrize("kind", ["opus", "mp3"])
def test_a_file_is_as_long_as_its_chunks_together(kind: str) -> None:
    meant, lesson, _joints = _lesson()
    assert lesson.samples == len(meant)
    assert lesson.duration_ms == round(len(meant) / 24)
    assert len(decode(io.BytesIO(getattr(lesson, kind)))) == len(meant)


@pytest.mark.parametrize("kind", ["opus", "mp3"])
def test_nothing_is_heard_where_chunks_meet(kind: str) -> None:
    meant, lesson, joints = _lesson()
    heard = decode(io.BytesIO(getattr(lesson, kind)))
    before, after = [], []
    for joint in joints:
        # The last sound has ended 120 ms before the joint. MP3 lets a sound be heard, faintly, up to a frame of 24 ms
        # before it begins: that is looked at only where silence follows.
        assert not meant[joint - 2_640 : joint].any()
        before.append(np.abs(heard[joint - 1_680 : joint - 720]).max())
        if not meant[joint : joint + 4_000].any():
            after.append(np.abs(heard[joint - 720 : joint + 3_600]).max())
    assert max(before) < 10 ** (-60 / 20)
    assert len(after) > 20 and max(after) < 10 ** (-60 / 20)


@pytest.mark.parametrize("kind", ["opus", "mp3"])
def test_the_sound_itself_is_as_good_as_coded_in_one_piece(kind: str) -> None:
    meant, lesson, _joints = _lesson()
    heard = decode(io.BytesIO(getattr(lesson, kind)))
    whole = decode(io.BytesIO(getattr(_in_one_piece(), kind)))
    ours = float(np.sqrt(np.mean((heard - meant) ** 2)))
    theirs = float(np.sqrt(np.mean((whole - meant) ** 2)))
    assert ours < 1.05 * theirs


@cache
def _in_one_piece() -> LessonAudio:
    return join_lesson([encode_chunk(pcm(_lesson()[0]), ("opus", "mp3")).packets], TAGS)


def test_a_lesson_without_chunks_is_still_a_file() -> None:
    lesson = join_lesson([], TAGS)
    assert lesson.samples == 2_880 and lesson.opus.startswith(b"OggS") and lesson.mp3.startswith(b"ID3")


_SCRIPT = """
import hashlib, sys
from tests.media_pipeline.audio.samples import pcm, speech_like
from media_pipeline.audio import *
chunks = [encode_chunk(normalise_loudness(pcm(speech_like(2, seed)))).packets for seed in (1, 2)]
tags = LessonTags("a", "b", 1, 2, "ky", cover=draw_cover("b"))
lesson = join_lesson(chunks, tags)
book = bind_m4b([BookPart("a", [one["aac"] for one in chunks])], BookTags("b", "ky", cover=draw_cover("b")))
archive = playlist_zip([("a", lesson.mp3)], "b")
print(*(hashlib.sha256(one).hexdigest() for one in (lesson.opus, lesson.mp3, book, archive)))
"""


def test_another_process_makes_the_same_bytes() -> None:
    runs = [
        subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1] and len(runs[0].split()[0]) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize("kind", ["opus", "mp3"])
@pytest.mark.parametrize("second", [5.0, 17.3, 33.3, 60.0])
def test_a_player_that_computes_the_place_of_a_time_finds_it(kind: str, second: float) -> None:
    """With FFmpeg's fast way of seeking, which browsers use: by pages in Opus, by the bit rate in MP3."""
    _meant, lesson, _joints = _lesson()
    whole = decode(io.BytesIO(getattr(lesson, kind)))
    container: Any
    with av.open(io.BytesIO(getattr(lesson, kind)), options={"fflags": "+fastseek"}) as container:
        stream = container.streams.audio[0]
        begin = stream.start_time or 0
        container.seek(begin + int(second / stream.time_base), stream=stream)
        resampler: Any = av.AudioResampler(format="flt", layout="mono", rate=24_000)
        frames = [frame for _, frame in zip(range(130), container.decode(stream), strict=False)]
        said = round(float((frames[0].pts - begin) * stream.time_base) * 24_000)
        heard = np.concatenate([one.to_ndarray()[0] for frame in frames for one in resampler.resample(frame)])
    some = heard[3_000:60_000]
    around = whole[said + 3_000 - 2_400 : said + 60_000 + 2_400]
    late = int(np.correlate(around, some[: len(around) - 4_800], "valid").argmax()) - 2_400
    assert said / 24_000 <= second + 0.1
    assert abs(late) <= 600, "a frame of MP3 at most"


def test_a_browser_hears_every_sound_when_it_should(browser: Browser) -> None:
    meant, lesson, _joints = _lesson()
    wanted = onsets(meant, 0.12, 2_000) / 24_000
    page = browser.new_page()
    try:
        for data in (lesson.opus, lesson.mp3):
            found = page.evaluate(_DECODE, base64.b64encode(data).decode())
            assert found["seconds"] == pytest.approx(len(meant) / 24_000, abs=0.0005)
            assert len(found["onsets"]) == len(wanted)
            assert np.abs(np.array(found["onsets"]) - wanted).max() <= 0.001
    finally:
        page.close()


_DECODE = """async (data) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(bytes.buffer);
    const samples = sound.getChannelData(0), onsets = [];
    for (let at = 0, last = -1e9; at < samples.length; at++) {
        if (Math.abs(samples[at]) > 0.12) {
            if (at - last > 4000) onsets.push(at / 48000);
            last = at;
        }
    }
    return {seconds: sound.duration, onsets};
}"""
