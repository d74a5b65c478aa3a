"""Sounds of voices at the one rate that everything has."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.audio import SAMPLE_RATE, resample, resample_all


def tone(samples: int, rate: int, hertz: float = 440) -> bytes:
    return (np.sin(np.arange(samples) * 2 * np.pi * hertz / rate) * 8_000).astype("<i2").tobytes()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3_000), max_size=5), st.sampled_from([8_000, 16_000, 22_050, 24_000, 44_100, 48_000]))
def test_every_piece_has_exactly_its_length_and_the_sound_it_has_alone(lengths: list[int], rate: int) -> None:
    pieces = [tone(length, rate) for length in lengths]
    together = resample_all(pieces, rate)
    assert [len(one) // 2 for one in together] == [round(length * SAMPLE_RATE / rate) for length in lengths]
    for one, alone in zip(together, pieces, strict=True):
        difference = np.frombuffer(one, "<i2").astype(int) - np.frombuffer(resample(alone, rate), "<i2").astype(int)
        assert not difference.size or abs(difference).max() <= 1


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100])
def test_an_onset_stays_where_it_is(rate: int) -> None:
    silence = np.zeros(rate // 2, "<i2").tobytes()
    heard = np.abs(np.frombuffer(resample(silence + tone(rate // 2, rate), rate), "<i2").astype(int))
    assert abs(int(np.argmax(heard > 400)) - SAMPLE_RATE // 2) < SAMPLE_RATE // 1_000
