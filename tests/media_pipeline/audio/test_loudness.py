"""Loudness, by our own measure and by an independent one."""

import io
import math

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly  # type: ignore[import-untyped]  # it has no types

from builder.model.language import KYRGYZ
from media_pipeline.audio import LessonTags, encode_chunk, join_lesson, measure_loudness, normalise_loudness
from media_pipeline.audio.loudness import PEAK_LIMIT_DBFS, energies, gate, limit_peaks
from tests.media_pipeline.audio.samples import Samples, decode, floats, pcm, silence, speech_like, tone

METER = pyloudnorm.Meter(24_000)

SPEECH = {
    "low voice": speech_like(5, 1, pitch=90),
    "high voice": speech_like(5, 2, pitch=220),
    "very quiet": 0.01 * speech_like(5, 3),
    "too loud": np.clip(6 * speech_like(5, 4), -1, 1),
    "quiet, then loud": np.concatenate([0.05 * speech_like(3, 5), speech_like(3, 6)]),
    "long pauses": np.concatenate([speech_like(3, 7), silence(8), speech_like(3, 8)]),
}


def _true_peak(samples: Samples) -> float:
    return float(20 * np.log10(np.abs(resample_poly(samples, 8, 1)).max()))


@pytest.mark.parametrize("name", SPEECH)
def test_our_measure_agrees_with_an_independent_meter(name: str) -> None:
    assert measure_loudness(pcm(SPEECH[name])) == pytest.approx(METER.integrated_loudness(SPEECH[name]), abs=0.15)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
def test_the_measure_knows_the_reference_tone_at_every_rate(rate: int) -> None:
    # BS.1770-4, annex 1: a full-scale sine of 997 Hz in one channel is -3.01 LUFS.
    assert gate(energies(tone(5, 997, 1.0, rate), rate)) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("name", SPEECH)
def test_finished_files_have_the_loudness_and_peaks_that_are_promised(name: str) -> None:
    normal = normalise_loudness(pcm(SPEECH[name]))
    assert len(normal) == 2 * len(SPEECH[name])
    lesson = join_lesson([encode_chunk(normal, ("opus", "mp3")).packets], LessonTags("a", "b", 1, 1, KYRGYZ))
    for file in (lesson.opus, lesson.mp3):
        heard = decode(io.BytesIO(file), 48_000)
        assert pyloudnorm.Meter(48_000).integrated_loudness(heard) == pytest.approx(-16, abs=1)
        assert _true_peak(heard) <= -1


def test_a_lesson_of_several_chunks_has_the_loudness_of_each() -> None:
    names = ("very quiet", "too loud", "high voice")
    chunks = [encode_chunk(normalise_loudness(pcm(SPEECH[one])), ("opus", "mp3")).packets for one in names]
    lesson = join_lesson(chunks, LessonTags("a", "b", 1, 1, KYRGYZ))
    for file in (lesson.opus, lesson.mp3):
        assert METER.integrated_loudness(decode(io.BytesIO(file))) == pytest.approx(-16, abs=1)


@pytest.mark.parametrize("samples", [silence(0), silence(0.001), silence(3), 0.00003 * tone(2)])
def test_silence_stays_as_it_is(samples: Samples) -> None:
    assert normalise_loudness(pcm(samples)) == pcm(samples)
    assert measure_loudness(pcm(samples)) == -math.inf


@pytest.mark.parametrize("seconds", [0.00005, 0.001, 0.05, 0.3, 0.4, 0.5])
def test_very_short_sounds_are_brought_to_the_same_loudness(seconds: float) -> None:
    normal = normalise_loudness(pcm(tone(seconds, 1_000)))
    assert len(normal) == 2 * round(seconds * 24_000)
    if seconds >= 0.05:
        assert measure_loudness(normal) == pytest.approx(-15.6, abs=1)


def test_peaks_between_samples_are_seen() -> None:
    # A quarter of the sample rate, 45 degrees off: samples reach 0.707 of a wave that reaches 1.
    wave = np.sin(2 * np.pi * np.arange(24_000) / 4 + np.pi / 4).astype("f4")
    assert np.abs(wave).max() < 0.71
    assert _true_peak(limit_peaks(wave, PEAK_LIMIT_DBFS)[2_000:-2_000]) == pytest.approx(PEAK_LIMIT_DBFS, abs=0.15)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1_000), st.floats(0.1, 30), st.floats(-12, -1))
def test_limiting_holds_every_peak_and_leaves_quiet_places_alone(seed: int, gain: float, limit_dbfs: float) -> None:
    sound = np.concatenate([speech_like(1, seed) * np.float32(gain), 0.01 * speech_like(1, seed + 1)])
    limited = limit_peaks(sound, limit_dbfs)
    assert _true_peak(limited) <= limit_dbfs + 0.2
    assert np.array_equal(limited[-20_000:], sound[-20_000:])
    assert np.abs(limited).max() <= np.abs(sound).max()


def test_normalising_twice_changes_little() -> None:
    once = normalise_loudness(pcm(SPEECH["low voice"]))
    assert np.abs(floats(normalise_loudness(once)) - floats(once)).max() < 0.03
