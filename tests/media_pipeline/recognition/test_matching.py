"""The script has the words, the model the times; marks of the author are kept."""

import numpy as np
import pytest

from builder.model.language import ENGLISH, RUSSIAN
from media_pipeline.captions import TimedWord
from media_pipeline.recognition import SPEECH_RATE, match_script
from media_pipeline.recognition.marks import put_marks, read_marks
from media_pipeline.recognition.windows import speech_windows


def _heard(text: str) -> list[TimedWord]:
    return [TimedWord(word, 1000 * n, 1000 * n + 900, 0.9) for n, word in enumerate(text.split())]


def test_words_of_the_script_get_the_times_of_what_is_heard() -> None:
    aligned = match_script(
        _heard("ещё раз добрый день мы начинаем"), ["Еще раз, добрый день!", "Мы начинаем."], RUSSIAN
    )
    assert [word.text for word in aligned.words] == "Еще раз, добрый день! Мы начинаем.".split()
    assert [word.start_ms for word in aligned.words] == [0, 1000, 2000, 3000, 4000, 5000]
    assert aligned.confidence == pytest.approx(0.9)


def test_a_sentence_left_out_is_not_spoken_and_talk_besides_is_told() -> None:
    heard = _heard("one two three four well now let us open a window five six seven eight")
    aligned = match_script(heard, ["One two three four.", "Never said at all.", "Five six seven eight."], ENGLISH)
    assert [one.is_spoken for one in aligned.sentences] == [True, False, True]
    assert aligned.sentences[2].start_ms == 11_000
    assert aligned.unscripted == ((4000, 10_900),)


def test_added_talk_is_unscripted() -> None:
    heard = _heard("one two three four well now let us open a window five six seven eight")
    aligned = match_script(heard, ["One two three four.", "Five six seven eight."], ENGLISH)
    assert aligned.unscripted == ((4000, 10_900),)


def test_a_misheard_word_keeps_the_word_of_the_script_with_less_confidence() -> None:
    aligned = match_script(_heard("the cat sad on the mat"), ["The cat sat on the mat."], ENGLISH)
    assert [word.text for word in aligned.words][2] == "sat"
    assert aligned.words[2].confidence < 0.5 < aligned.words[1].confidence


def test_another_text_hardly_matches() -> None:
    assert match_script(_heard("the cat sat on the mat"), ["Where shall we go tomorrow?"], ENGLISH).confidence == 0


def test_marks_are_not_said_but_kept() -> None:
    script = read_marks(["[Aigul:] Good day [laughter] everybody.", "[applause]", "[Azamat:] See [1] here."])
    assert script.texts == ("Good day everybody.", "", "See [1] here.")
    aligned = match_script(_heard("good day everybody see 1 here"), script.texts, ENGLISH)
    words = put_marks(script, aligned.sentences)
    assert [word.text for word in words] == "Good day [laughter] everybody. [applause] See [1] here.".split()
    assert [word.text for word in words if word.is_sound] == ["[laughter]", "[applause]"]
    assert [word.speaker for word in words] == ["Aigul"] * 5 + ["Azamat"] * 3
    assert all(word.start_ms < word.end_ms for word in words)


def test_windows_are_the_whole_recording_and_end_in_pauses() -> None:
    chance = np.random.default_rng(1)
    sound = chance.standard_normal(50 * SPEECH_RATE).astype(np.float32)
    parts = list(speech_windows(np.array_split(sound, 13), seconds=20, search=5))
    assert len(parts) == 3
    assert np.array_equal(np.concatenate([samples for _, samples in parts]), sound)
    assert [offset for offset, _ in parts] == [0, *np.cumsum([len(samples) for _, samples in parts[:-1]]).tolist()]
