"""openai-whisper behind the same interface: what it is asked for, on a stand-in with the package's own signatures."""

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.recognition import SPEECH_RATE, RecognitionProblem, Transcriber, find_transcriber, openai_whisper
from tests.media_pipeline.recognition.generated import Conditions, lecture


class _Mel:
    def to(self, device: object) -> "_Mel":
        return self


class _Model:
    """Says one word for every passage, half a second after its beginning; hears Russian at the given odds."""

    is_multilingual = True
    device = SimpleNamespace(type="cpu")
    dims = SimpleNamespace(n_mels=80)

    def __init__(self, chances: dict[str, float]) -> None:
        self.chances = chances
        self.asked: list[dict[str, Any]] = []
        self.seconds: list[float] = []

    def detect_language(self, mel: _Mel) -> tuple[None, dict[str, float]]:
        return None, self.chances

    def transcribe(self, passage: Any, **options: Any) -> dict[str, Any]:
        self.asked.append(options)
        self.seconds.append(len(passage) / SPEECH_RATE)
        word = {"word": " слово", "start": 0.5, "end": 0.9, "probability": 0.8}
        return {"language": options["language"], "segments": [{"words": [word, {**word, "word": " "}]}]}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> _Model:
    made = _Model({"ru": 0.9, "en": 0.06})

    def load_model(name: str) -> _Model:
        if name != "small":
            raise RuntimeError(f"Model {name} not found")
        return made

    package = SimpleNamespace(
        load_model=load_model,
        tokenizer=SimpleNamespace(LANGUAGES={"ru": "russian", "en": "english"}),
        pad_or_trim=lambda passage: passage,
        log_mel_spectrogram=lambda passage, n_mels: _Mel(),
    )
    monkeypatch.setitem(sys.modules, "whisper", package)
    openai_whisper._load.cache_clear()
    return made


def _find(language: LanguageTag = RUSSIAN, name: str = "small") -> Transcriber:
    return find_transcriber(language, f"openai-whisper:{name}")


def test_only_passages_with_speech_are_given_to_it_with_the_measured_settings(model: _Model) -> None:
    given = lecture("ru", 11, Conditions(longest_pause_s=8), count=6)
    said = _find().transcribe(given.blocks(), RUSSIAN)
    assert len(said.words) == len(model.asked) >= 1
    assert sum(model.seconds) < len(given.sound) / SPEECH_RATE
    assert all(seconds <= 30 for seconds in model.seconds)
    for options in model.asked:
        assert options["word_timestamps"] and options["language"] == RUSSIAN
        assert not options["condition_on_previous_text"] and not options["fp16"]
    first = next(real[0] for real in given.truth if real)
    assert said.words[0].start_ms == pytest.approx(first + 500, abs=400)
    assert said.duration_ms == len(given.sound) * 1000 // SPEECH_RATE


def test_silence_is_never_given_to_it(model: _Model) -> None:
    said = _find().transcribe([np.zeros(5 * SPEECH_RATE, np.float32)], RUSSIAN)
    assert (said.words, model.asked) == ((), [])


@pytest.mark.parametrize(
    ("chances", "declared", "written"),
    [
        ({"ru": 0.9, "en": 0.06}, ENGLISH, RUSSIAN),
        ({"ru": 0.7, "en": 0.06}, ENGLISH, ENGLISH),
        ({"ru": 0.85, "en": 0.12}, ENGLISH, ENGLISH),
        ({"ru": 0.9, "en": 0.06}, None, RUSSIAN),
    ],
)
def test_another_language_than_declared_is_heard(
    model: _Model, chances: dict[str, float], declared: LanguageTag | None, written: LanguageTag
) -> None:
    model.chances = chances
    said = _find().transcribe(lecture("ru", 12, Conditions(), count=1).blocks(), declared)
    assert (said.language, said.probability) == (RUSSIAN, chances["ru"])
    assert said.transcribed_as == written
    assert model.asked[0]["language"] == written


def test_a_model_of_english_alone_is_not_asked_for_the_language(model: _Model) -> None:
    model.is_multilingual = False
    model.chances = {}
    assert _find(ENGLISH).transcribe(lecture("ru", 12, Conditions(), count=1).blocks(), None).language == ENGLISH


def test_what_it_cannot_do_is_told(model: _Model, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecognitionProblem, match="recognition-language-unknown"):
        _find(KYRGYZ)
    with pytest.raises(RecognitionProblem, match="recognition-model-not-downloaded"):
        _find(name="nothing").transcribe([], RUSSIAN)
    monkeypatch.setitem(sys.modules, "whisper", None)
    with pytest.raises(RecognitionProblem, match="recognition-package-missing"):
        _find()
