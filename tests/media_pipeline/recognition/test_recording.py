"""Who writes a recording down, and what is told about it."""

import wave
from pathlib import Path

import numpy as np
import pytest

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from builder.model.settings import SpeechSettings
from media_pipeline.captions import TimedWord
from media_pipeline.recognition import RecognitionProblem, Transcription, caption_recording, recording
from tests.media_pipeline.recognition.generated import Conditions, Lecture, lecture, sentences

PLAIN = SpeechSettings()


def _file(given: Lecture, folder: Path) -> Path:
    path = folder / "үн жазуу.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((given.sound * 32767).astype("<i2").tobytes())
    return path


def test_a_kyrgyz_recording_with_its_script_needs_no_model(tmp_path: Path) -> None:
    given = lecture("ky", 7, Conditions(intro_s=8), count=8)
    shares: list[float] = []
    words = caption_recording(_file(given, tmp_path), KYRGYZ, [*given.script, "[күлкү]"], PLAIN, shares.append)
    assert words.source == "script"
    assert [word.text for word in words.words] == [*" ".join(given.script).split(), "[күлкү]"]
    assert [one.rule for one in words.findings] == ["recording-unscripted"]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0, abs=0.01)


def test_a_script_of_another_recording_is_refused_with_the_figure(tmp_path: Path) -> None:
    given = lecture("ky", 8, Conditions(), count=8)
    with pytest.raises(RecognitionProblem, match="script-of-another-recording") as refusal:
        caption_recording(_file(given, tmp_path), KYRGYZ, sentences("ky", 8, 77), PLAIN)
    assert int(refusal.value.values["percent"]) < int(refusal.value.values["least"])


def test_kyrgyz_without_a_script_and_a_script_without_a_language_are_refused(tmp_path: Path) -> None:
    path = _file(lecture("ky", 9, Conditions(), count=1), tmp_path)
    with pytest.raises(RecognitionProblem, match="recognition-language-unknown"):
        caption_recording(path, KYRGYZ, None, PLAIN)
    with pytest.raises(RecognitionProblem, match="recognition-language-needed"):
        caption_recording(path, None, ["Салам."], PLAIN)


class _FakeWhisper:
    """Hears what it is told to."""

    name = "whisper:fake"
    languages = frozenset({RUSSIAN, ENGLISH})

    def __init__(self, said: Transcription) -> None:
        self.said = said

    def transcribe(self, speech: object, language: object) -> Transcription:
        return self.said


def test_with_a_model_what_is_said_besides_the_script_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = "один два три а теперь откроем окно пожалуйста четыре пять"
    words = tuple(TimedWord(word, n * 500, n * 500 + 400, 0.9) for n, word in enumerate(heard.split()))
    said = Transcription(words, RUSSIAN, 0.9, RUSSIAN, 6000)
    monkeypatch.setattr(recording, "find_transcriber", lambda *_: _FakeWhisper(said))
    path = _file(Lecture(np.zeros(16_000, np.float32), (), ()), tmp_path)
    found = caption_recording(path, RUSSIAN, ["Один, два, три.", "Четыре, пять."], PLAIN)
    expected = "Один, два, три. а теперь откроем окно пожалуйста Четыре, пять."
    assert [word.text for word in found.words] == expected.split()
    assert found.source == "whisper:fake"


@pytest.mark.parametrize(
    ("probability", "written", "rule"),
    [(0.6, RUSSIAN, "recording-other-language"), (0.95, ENGLISH, "recording-language-changed")],
)
def test_another_language_than_declared_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probability: float, written: str, rule: str
) -> None:
    language = RUSSIAN if written == RUSSIAN else ENGLISH
    said = Transcription((TimedWord("hello", 0, 400, 0.9),), ENGLISH, probability, language, 1000)
    monkeypatch.setattr(recording, "find_transcriber", lambda *_: _FakeWhisper(said))
    path = _file(Lecture(np.zeros(16_000, np.float32), (), ()), tmp_path)
    found = caption_recording(path, RUSSIAN, None, PLAIN)
    assert [(one.rule, one.values["heard"]) for one in found.findings] == [(rule, "en")]
    assert found.language == language
