"""Whisper writes down real speech, and nothing where nobody speaks."""

import re
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.recognition import SPEECH_RATE, RecognitionProblem, Samples, Transcriber, find_transcriber
from tests.media_pipeline.recognition.whisper_model import join_model

# Debian package pocketsphinx-testdata: read by volunteers of LibriVox, public domain.
DATA = Path("/usr/share/pocketsphinx/test/data/librivox")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Path]:
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield join_model(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="module")
def transcriber(model: Path) -> Transcriber:
    return find_transcriber(ENGLISH, str(model))


def test_real_speech_has_at_most_five_percent_wrong_words(transcriber: Transcriber) -> None:
    spoken, written = _librivox()
    said = transcriber.transcribe([spoken], ENGLISH)
    assert said.language == ENGLISH
    assert said.probability > 0.9
    heard = _plain(" ".join(word.text for word in said.words))
    wrong, count = _wrong_words(written, heard), len(written)
    assert count == 71
    assert wrong / count <= 0.05
    for before, after in zip(said.words, said.words[1:], strict=False):
        assert before.start_ms <= after.start_ms
    assert said.words[0].start_ms >= 0
    assert said.words[-1].end_ms <= said.duration_ms + 100


@pytest.mark.parametrize("sound", ["silence", "noise", "hum", "chord"])
def test_no_words_where_nobody_speaks(transcriber: Transcriber, sound: str) -> None:
    seconds = np.arange(15 * SPEECH_RATE) / SPEECH_RATE
    samples = {
        "silence": seconds * 0,
        "noise": np.random.default_rng(2).standard_normal(len(seconds)) * 0.1,
        "hum": 0.2 * np.sin(2 * np.pi * 50 * seconds) + 0.1 * np.sin(2 * np.pi * 100 * seconds),
        "chord": 0.1 * sum(np.sin(2 * np.pi * hertz * seconds) for hertz in (261.6, 329.6, 392.0)),
    }[sound]
    said = transcriber.transcribe([np.asarray(samples, np.float32)], RUSSIAN)
    assert said.words == ()
    assert said.duration_ms == 15_000


def test_a_wrongly_declared_language_is_heard(transcriber: Transcriber) -> None:
    said = transcriber.transcribe([_librivox()[0][: 7 * SPEECH_RATE]], RUSSIAN)
    assert (said.language, said.transcribed_as) == (ENGLISH, ENGLISH)
    assert said.words[0].text.lower().startswith("and")


def test_kyrgyz_is_refused_with_stock_whisper(model: Path) -> None:
    for name in ("base", str(model)):
        with pytest.raises(RecognitionProblem, match="recognition-language-unknown"):
            find_transcriber(KYRGYZ, name)


def test_a_model_that_learned_kyrgyz_under_another_name_is_taken(model: Path) -> None:
    assert KYRGYZ in find_transcriber(KYRGYZ, f"{model}@kk").languages
    with pytest.raises(RecognitionProblem, match="recognition-token-unknown"):
        find_transcriber(KYRGYZ, f"{model}@ky")


def test_a_missing_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("nowhere", "./nowhere", str(tmp_path / "nowhere"), str(tmp_path)):
        with pytest.raises(RecognitionProblem, match="recognition-model-missing"):
            find_transcriber(RUSSIAN, name)


def test_a_broken_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    with pytest.raises(RecognitionProblem, match="recognition-model-broken"):
        find_transcriber(RUSSIAN, str(tmp_path)).transcribe([_librivox()[0]], LanguageTag("ru"))


def _librivox() -> tuple[Samples, list[str]]:
    """All five recordings with a second of silence between them, and what is said."""
    if not DATA.is_dir():
        pytest.skip("the Debian package pocketsphinx-testdata is not installed: no real speech to recognise")
    sounds, words = [], []
    for line in (DATA / "transcription").read_text(encoding="utf-8").splitlines():
        text, _, name = line.strip().removesuffix(")").rpartition("(")
        with wave.open(str(DATA / f"{name}.wav")) as file:
            assert file.getframerate() == SPEECH_RATE
            pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        sounds += [pcm.astype(np.float32) / np.float32(32768), np.zeros(SPEECH_RATE, np.float32)]
        words += _plain(re.sub(r"</?s>", "", text))
    return np.concatenate(sounds), words


def _plain(text: str) -> list[str]:
    return ["mister" if word == "mr" else word for word in re.sub(r"[^a-z' ]", " ", text.lower()).split()]


def _wrong_words(wanted: list[str], heard: list[str]) -> int:
    """Words put in, left out or replaced (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        before, row[0] = row[:], number
        for place, other in enumerate(heard, 1):
            row[place] = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (word != other))
    return row[-1]
