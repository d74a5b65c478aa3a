"""Voices: what is chosen, what is refused, and that each engine bears any text."""

import io
import os
import shutil
import subprocess
import sys
import threading
import types
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.messages.finding_text import rule_texts
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.audio import SAMPLE_RATE
from media_pipeline.speech.voices import (
    ENGINES,
    VoiceFailed,
    VoiceMissing,
    find_synthesizer,
    list_voices,
    make_sample,
    registry,
)
from media_pipeline.speech.voices import espeak as espeak_engine
from media_pipeline.speech.voices import piper as piper_engine
from media_pipeline.speech.voices import rhvoice as rhvoice_engine
from media_pipeline.speech.voices import system as system_engine
from media_pipeline.speech.voices.languages import ESPEAK_LANGUAGES

_QUIET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
_FAKE = Path(__file__).with_name("fake_rhvoice.c")


def _choose(language: LanguageTag, voice: str) -> SpeechSettings:
    return SpeechSettings({language: voice})


@pytest.fixture(autouse=True)
def _fresh_choices() -> Iterator[None]:
    registry.forget_voices()
    yield
    registry.forget_voices()


# ---------------------------------------------------------------- choosing


def test_without_a_setting_espeak_speaks_every_site_language() -> None:
    names = [find_synthesizer(language, SpeechSettings()).name for language in SITE_LANGUAGES]
    assert names == ["espeak-ng:ky", "espeak-ng:ru", "espeak-ng:en-us"]


def test_a_region_has_the_setting_of_its_language_unless_it_has_its_own() -> None:
    tag = LanguageTag("en-GB")
    assert find_synthesizer(tag, SpeechSettings()).name == "espeak-ng:en-gb"
    assert find_synthesizer(tag, _choose(ENGLISH, "espeak-ng:en-us")).name == "espeak-ng:en-us"
    both = SpeechSettings({ENGLISH: "espeak-ng:en-us", tag: "espeak-ng:en-gb-scotland"})
    assert find_synthesizer(tag, both).name == "espeak-ng:en-gb-scotland"


def test_a_variant_of_a_voice_sounds_different() -> None:
    plain = find_synthesizer(KYRGYZ, _choose(KYRGYZ, "espeak-ng:ky"))
    other = find_synthesizer(KYRGYZ, _choose(KYRGYZ, "espeak-ng:ky+Alicia"))
    assert plain.speak("Саламатсызбы") != other.speak("Саламатсызбы")
    assert plain.identity != other.identity


@pytest.mark.parametrize(
    ("voice", "rule"),
    [
        ("espeak-ng:kyrgyz", "voice-unknown"),
        ("espeak-ng:ky+nobody", "voice-unknown"),
        ("festival:ky", "voice-engine-unknown"),
        ("", ""),
    ],
)
def test_an_unknown_voice_is_refused_by_its_rule(voice: str, rule: str) -> None:
    if not rule:
        assert find_synthesizer(KYRGYZ, _choose(KYRGYZ, voice)).name == "espeak-ng:ky"
        return
    with pytest.raises(VoiceMissing) as caught:
        find_synthesizer(KYRGYZ, _choose(KYRGYZ, voice))
    assert caught.value.rule == rule
    for text in rule_texts()[rule].values():
        text.format(**caught.value.values)


def test_an_error_travels_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(VoiceFailed("voice-failed", voice="v", error="e")))
    assert (type(error), error.rule, error.values) == (VoiceFailed, "voice-failed", {"voice": "v", "error": "e"})


def test_the_list_has_every_engine_and_tells_what_is_missing() -> None:
    voices = list_voices()
    assert {one.engine for one in voices} == set(ENGINES)
    assert {one.language for one in voices if one.engine == "rhvoice"} == set(SITE_LANGUAGES)
    assert {"rhvoice:Azamat", "rhvoice:Nazgul"} <= {one.name for one in voices if one.language == KYRGYZ}
    for one in voices:
        assert one.licence
        assert one.is_found == (one.rule == "")
        assert one.command.startswith(f"jetki voices --say {one.language} --voice {one.engine}")
        for text in rule_texts()[one.rule].values() if one.rule else ():
            assert "{" not in text.format(**dict(one.values))
    assert [one.is_found for one in voices if one.engine == "espeak-ng"] == [True, True, True]


def test_a_sample_is_a_wav_file_in_which_something_is_heard() -> None:
    with wave.open(io.BytesIO(make_sample("espeak-ng", KYRGYZ))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        assert file.getnframes() > 2 * SAMPLE_RATE
        assert np.abs(np.frombuffer(file.readframes(file.getnframes()), "<i2")).max() > 3_000


# ---------------------------------------------------------------- libespeak-ng


def test_the_languages_that_scripts_count_on_are_those_of_the_library() -> None:
    assert {tag.split("-")[0] for tag in espeak_engine.library().voices} == ESPEAK_LANGUAGES


@_QUIET
@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=3),
    st.sampled_from(SITE_LANGUAGES),
)
def test_espeak_bears_any_text_and_says_it_the_same_again(texts: list[str], language: LanguageTag) -> None:
    voice = find_synthesizer(language, SpeechSettings())
    sounds = voice.speak_all(texts)
    assert len(sounds) == len(texts)
    assert all(len(one) % 2 == 0 for one in sounds)
    assert voice.speak_all(texts) == sounds


@pytest.mark.parametrize(
    "text", ["", "   ", "\0", "...", "«»—!?", "\ud800", "[[h@]] <b>&amp;</b> <voice>", "\U0001f600"]
)
def test_espeak_bears_texts_without_words(text: str) -> None:
    for language in SITE_LANGUAGES:
        assert len(find_synthesizer(language, SpeechSettings()).speak(text)) < 30 * SAMPLE_RATE * 2


def test_a_very_long_text_is_spoken_in_pieces() -> None:
    word = "узун "
    assert list(espeak_engine.pieces(word * 1_000, 2_000)) == [("узун " * 400).strip()] * 2 + [("узун " * 200).strip()]
    assert list(espeak_engine.pieces("а" * 5_000, 2_000)) == ["а" * 2_000, "а" * 2_000, "а" * 1_000]
    voice = find_synthesizer(KYRGYZ, SpeechSettings(words_per_minute=450))
    short, long = (len(voice.speak(word * count)) for count in (400, 2_000))
    assert long == pytest.approx(5 * short, rel=0.1)


def test_espeak_may_be_called_from_several_threads() -> None:
    voice = find_synthesizer(RUSSIAN, SpeechSettings())
    expected = voice.speak("Проверка голоса")
    heard: list[bytes] = []
    threads = [threading.Thread(target=lambda: heard.append(voice.speak("Проверка голоса"))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert heard == [expected] * 4


def test_without_the_package_espeak_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    espeak_engine.library.cache_clear()
    try:
        with pytest.raises(VoiceMissing) as caught:
            find_synthesizer(KYRGYZ, SpeechSettings())
    finally:
        espeak_engine.library.cache_clear()
    assert caught.value.rule == "voice-engine-missing"


# ---------------------------------------------------------------- RHVoice, against a library that checks its callers


@pytest.fixture(scope="session")
def fake_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform == "win32":
        pytest.skip("no C compiler: the interface of RHVoice cannot be checked")
    path = tmp_path_factory.mktemp("rhvoice") / "libRHVoice.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", path, _FAKE], check=True)
    return path


@pytest.fixture
def _rhvoice(fake_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("voices", "languages"):
        (tmp_path / "data" / name).mkdir(parents=True)
    monkeypatch.setenv(rhvoice_engine.LIBRARY_VARIABLE, str(fake_library))
    monkeypatch.setenv(rhvoice_engine.DATA_VARIABLE, str(tmp_path / "data"))
    rhvoice_engine.forget_engine()
    yield
    rhvoice_engine.forget_engine()


@pytest.mark.usefixtures("_rhvoice")
def test_rhvoice_speaks_through_its_c_interface() -> None:
    voice = find_synthesizer(KYRGYZ, _choose(KYRGYZ, "rhvoice"))
    assert (voice.name, voice.licence) == ("rhvoice:Azamat", "GPL-3.0-or-later")
    assert "1.14.0" in voice.identity
    text = "Саламатсызбы"
    assert len(voice.speak(text)) == len(text.encode()) * 100 * 2
    assert voice.speak_all([text, "", text]) == [voice.speak(text), b"", voice.speak(text)]


@pytest.mark.usefixtures("_rhvoice")
def test_rhvoice_samples_at_another_rate_are_brought_to_ours() -> None:
    voice = find_synthesizer(KYRGYZ, _choose(KYRGYZ, "rhvoice:nazgul"))
    assert voice.name == "rhvoice:Nazgul"
    assert len(voice.speak("абв")) == 6 * 100 * 2 * 24_000 // 16_000


@pytest.mark.usefixtures("_rhvoice")
def test_rhvoice_takes_the_pace_of_the_settings() -> None:
    quick = find_synthesizer(RUSSIAN, SpeechSettings({RUSSIAN: "rhvoice"}, words_per_minute=300))
    assert len(quick.speak("абвг")) == 4 * 100 * 2


@pytest.mark.usefixtures("_rhvoice")
@pytest.mark.parametrize("text", ["refuse message", "refuse speech"])
def test_rhvoice_that_does_not_speak_has_failed(text: str) -> None:
    with pytest.raises(VoiceFailed) as caught:
        find_synthesizer(KYRGYZ, _choose(KYRGYZ, "rhvoice")).speak(text)
    assert caught.value.rule == "voice-failed"


@pytest.mark.usefixtures("_rhvoice")
def test_rhvoice_knows_which_voices_it_has() -> None:
    with pytest.raises(VoiceMissing):
        find_synthesizer(KYRGYZ, _choose(KYRGYZ, "rhvoice:Talgat"))
    found = {one.name: one.is_found for one in list_voices() if one.engine == "rhvoice"}
    assert found["rhvoice:Azamat"] and found["rhvoice:Anna"] and not found["rhvoice:Slt"]


def test_without_its_library_or_data_rhvoice_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "libRHVoice.so"
    broken.write_bytes(b"no library")
    (tmp_path / "data" / "voices").mkdir(parents=True)
    for library, data in ((tmp_path / "none.so", tmp_path), (broken, tmp_path / "data"), (broken, tmp_path)):
        (tmp_path / "data" / "languages").mkdir(exist_ok=True)
        monkeypatch.setenv(rhvoice_engine.LIBRARY_VARIABLE, str(library))
        monkeypatch.setenv(rhvoice_engine.DATA_VARIABLE, str(data))
        rhvoice_engine.forget_engine()
        with pytest.raises(VoiceMissing) as caught:
            find_synthesizer(KYRGYZ, _choose(KYRGYZ, "rhvoice"))
        assert caught.value.rule == "voice-engine-missing"
    rhvoice_engine.forget_engine()


# ---------------------------------------------------------------- Piper, with a small stand-in for the package


class _Loaded:
    """As piper.PiperVoice: two chunks, 22,050 Hz; the length scale decides the length."""

    @classmethod
    def load(cls, model: str) -> "_Loaded":
        if Path(model).read_bytes() != b"model":
            raise RuntimeError("not a model")
        return cls()

    def synthesize(self, text: str, manner: types.SimpleNamespace) -> Iterator[types.SimpleNamespace]:
        assert (manner.noise_scale, manner.noise_w_scale) == (0.0, 0.0)
        if "fail" in text:
            raise ValueError(text)
        sound = b"\1\2" * int(2_205 * manner.length_scale)
        for _ in range(2 if text.strip() else 0):
            yield types.SimpleNamespace(audio_int16_bytes=sound, sample_rate=22_050)


@pytest.fixture
def piper_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    stand_in = types.ModuleType("piper")
    stand_in.PiperVoice = _Loaded  # type: ignore[attr-defined]
    stand_in.SynthesisConfig = types.SimpleNamespace  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "piper", stand_in)
    monkeypatch.setattr(piper_engine, "_version", lambda: "1.8.0")
    for cache in (piper_engine._load, piper_engine._digest):
        cache.cache_clear()
    model = tmp_path / "үн.onnx"
    model.write_bytes(b"model")
    (tmp_path / "үн.onnx.json").write_text("{}", encoding="utf-8")
    return model


def test_piper_speaks_from_a_file(piper_model: Path) -> None:
    settings = SpeechSettings({RUSSIAN: f"piper:{piper_model}"}, words_per_minute=205)
    voice = find_synthesizer(RUSSIAN, settings)
    assert voice.name == "piper:үн"
    assert voice.speak_all(["Раз. Два.", " "]) == [voice.speak("Раз. Два."), b""]
    assert len(voice.speak("Раз. Два.")) == 2 * 2_400 * 2
    before = voice.identity
    piper_model.write_bytes(b"model, improved")
    piper_engine._digest.cache_clear()
    assert voice.identity != before


def test_piper_that_does_not_speak_has_failed(piper_model: Path) -> None:
    voice = find_synthesizer(RUSSIAN, _choose(RUSSIAN, f"piper:{piper_model}"))
    with pytest.raises(VoiceFailed):
        voice.speak("fail")
    piper_model.write_bytes(b"rubbish")
    piper_engine._load.cache_clear()
    with pytest.raises(VoiceFailed):
        voice.speak("Раз")


@pytest.mark.usefixtures("piper_model")
def test_a_missing_piper_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VoiceMissing) as caught:
        find_synthesizer(RUSSIAN, _choose(RUSSIAN, f"piper:{tmp_path / 'no.onnx'}"))
    assert caught.value.rule == "voice-file-missing"
    with pytest.raises(VoiceMissing) as caught:
        find_synthesizer(KYRGYZ, _choose(KYRGYZ, "piper"))
    assert caught.value.rule == "voice-unknown"


def test_without_its_package_piper_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.metadata.version", _no_package)
    with pytest.raises(VoiceMissing) as caught:
        find_synthesizer(ENGLISH, _choose(ENGLISH, f"piper:{tmp_path}"))
    assert caught.value.values["hint"] == "pip install piper-tts"


def _no_package(name: str) -> str:
    from importlib.metadata import PackageNotFoundError

    raise PackageNotFoundError(name)


# ---------------------------------------------------------------- pyttsx3


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="lends pyttsx3 the library of espeakng-loader")
def test_pyttsx3_speaks_all_of_a_text_in_a_process_of_its_own() -> None:
    voice = find_synthesizer(RUSSIAN, _choose(RUSSIAN, "pyttsx3"))
    assert voice.name == "pyttsx3:zle/ru"
    short, long = voice.speak_all(["Одно предложение.", "Одно предложение. " * 10])
    assert len(long) > 8 * len(short) > 0
    assert voice.speak("...") == b""


def _write_wav(path: Path, seconds: float, loudness: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", ""))
        file.writeframes((np.sin(np.arange(int(22_050 * seconds)) / 9) * loudness).astype("<i2").tobytes())


@pytest.mark.parametrize(
    ("seconds", "loudness", "text"), [(0.2, 9_000, "word " * 20), (0.0, 0, "word"), (2.0, 3, "word"), (-1, 0, "word")]
)
def test_a_file_that_cannot_hold_the_text_is_refused(tmp_path: Path, seconds: float, loudness: int, text: str) -> None:
    path = tmp_path / "speech.wav"
    if seconds >= 0:
        _write_wav(path, seconds, loudness)
    with pytest.raises(VoiceFailed):
        system_engine.read_speech_file(path, text, "pyttsx3:a")


def test_a_file_that_is_cut_off_or_no_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"no sound at all")
    with pytest.raises(VoiceFailed):
        system_engine.read_speech_file(path, "word", "pyttsx3:a")
    _write_wav(path, 2.0, 9_000)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(VoiceFailed):
        system_engine.read_speech_file(path, "word " * 10, "pyttsx3:a")
    _write_wav(path, 2.0, 9_000)
    path.write_bytes(path.read_bytes()[:-2])  # enough for the text, and yet not all
    with pytest.raises(VoiceFailed, match="not all"):
        system_engine.read_speech_file(path, "word", "pyttsx3:a")
    path.write_bytes(b"FORM" + (2_000).to_bytes(4, "big") + bytes(1_000))
    with pytest.raises(VoiceFailed, match="not all"):
        system_engine.read_speech_file(path, "word", "pyttsx3:a")


def test_a_file_of_a_writer_that_does_not_know_its_length_is_read(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    _write_wav(path, 2.0, 9_000)
    whole = bytearray(path.read_bytes())
    for place in (4, 40):  # the lengths of the file and of its samples, as a streaming writer leaves them
        whole[place : place + 4] = (0x7FFFF000).to_bytes(4, "little")
    path.write_bytes(whole)
    assert len(system_engine.read_speech_file(path, "word", "pyttsx3:a")) == pytest.approx(2 * 24_000 * 2, abs=8)


def test_a_whole_file_is_read_at_our_rate(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    _write_wav(path, 2.0, 9_000)
    assert len(system_engine.read_speech_file(path, "word " * 5, "pyttsx3:a")) == pytest.approx(2 * 24_000 * 2, abs=8)


def test_a_child_process_that_fails_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(Path(os.sep, "no", "such", "python")))
    with pytest.raises(VoiceFailed):
        system_engine.SystemVoice(RUSSIAN, "zle/ru", 150).speak("Раз")
    system_engine.system_voices.cache_clear()
    with pytest.raises(VoiceMissing):
        system_engine.system_voices()


def test_languages_of_system_voices_are_understood() -> None:
    assert system_engine._tags([b"\x05ky"]) == {"ky"}
    assert system_engine._tags(["ru_RU", "en-US"]) == {"ru", "en"}
    assert system_engine._tags(None) == set()
