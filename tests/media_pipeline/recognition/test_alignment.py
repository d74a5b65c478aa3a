"""A script is found again in recordings of another voice, with what real lectures do to it."""

import numpy as np
import pytest

from builder.model.language import KYRGYZ, RUSSIAN, LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.recognition import (
    MATCHING,
    SPEECH_RATE,
    UNSURE,
    Alignment,
    RecognitionProblem,
    align_script,
    find_speech,
)
from tests.media_pipeline.recognition.generated import (
    CONTRACT,
    Conditions,
    Lecture,
    lecture,
    sentences,
    start_errors_ms,
)


def _align(given: Lecture, language: str) -> Alignment:
    return align_script(given.blocks(), given.script, LanguageTag(language), SpeechSettings())


@pytest.mark.parametrize(("language", "seed", "variant"), [("ky", 1, "+f3"), ("ru", 2, "+m5")])
def test_sentences_are_found_in_noise_with_pauses_gaps_and_an_unscripted_beginning(
    language: str, seed: int, variant: str
) -> None:
    given = lecture(language, seed, CONTRACT, variant=variant)
    aligned = _align(given, language)
    errors = start_errors_ms([(one.start_ms, one.is_spoken) for one in aligned.sentences], given.truth)
    assert np.median(errors) <= 50
    assert np.percentile(errors, 95) <= 500
    left_out = [one for one, real in zip(aligned.sentences, given.truth, strict=True) if real is None]
    assert len(left_out) == 3
    assert all(one.confidence < UNSURE for one in left_out)
    assert sum(one.is_spoken for one in left_out) <= 1
    assert aligned.confidence >= MATCHING
    first = next(real[0] for real in given.truth if real)
    assert sum(min(end, first) - start for start, end in aligned.unscripted if start < first) > 10_000


def test_words_stand_in_order_inside_their_sentences() -> None:
    given = lecture("ky", 3, Conditions(), count=8)
    for one, text in zip(_align(given, "ky").sentences, given.script, strict=True):
        assert [word.text for word in one.words] == text.split()
        assert one.words[0].start_ms == one.start_ms
        assert one.words[-1].end_ms == one.end_ms
        for before, after in zip(one.words, one.words[1:], strict=False):
            assert before.start_ms < before.end_ms <= after.start_ms


def test_a_script_of_another_recording_has_low_confidence() -> None:
    given = lecture("ky", 4, Conditions(), count=15)
    right = _align(given, "ky").confidence
    other = align_script(given.blocks(), sentences("ky", 15, 99), KYRGYZ, SpeechSettings()).confidence
    foreign = align_script(given.blocks(), sentences("ru", 15, 98), RUSSIAN, SpeechSettings()).confidence
    assert right > 0.8
    assert max(other, foreign) < MATCHING / 2


def test_the_size_of_blocks_changes_nothing() -> None:
    given = lecture("ky", 5, Conditions(), count=5)
    whole = align_script([given.sound], given.script, KYRGYZ, SpeechSettings())
    parts = [given.sound[first : first + 777] for first in range(0, len(given.sound), 777)]
    assert align_script(parts, given.script, KYRGYZ, SpeechSettings()) == whole


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_nothing_is_aligned_where_nobody_speaks(noise: float) -> None:
    sound = np.random.default_rng(1).standard_normal(SPEECH_RATE * 5).astype(np.float32) * np.float32(noise)
    assert find_speech([sound]) == ()
    with pytest.raises(RecognitionProblem, match="recording-no-speech"):
        align_script([sound], ["Салам."], KYRGYZ, SpeechSettings())


def test_a_script_of_signs_alone_is_refused() -> None:
    given = lecture("ky", 5, Conditions(), count=2)
    with pytest.raises(RecognitionProblem, match="script-no-words"):
        align_script(given.blocks(), ["…", ""], KYRGYZ, SpeechSettings())


def test_speech_is_found_where_it_is() -> None:
    given = lecture("ru", 6, Conditions(), count=4)
    runs = find_speech(given.blocks())
    assert all(any(start - 100 <= real[0] <= end for start, end in runs) for real in given.truth if real)
