"""What machines invent is taken out and told; what people say stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.captions import Removed, TimedWord, guard_words, tell_removed
from tests.media_pipeline.captions.speaking import any_words, said, speak


def _guarded(words: list[TimedWord], language: LanguageTag) -> tuple[str, list[tuple[str, str]]]:
    kept, removed = guard_words(words, language)
    return said(kept), [(one.text, one.reason) for one in removed]


def test_the_credits_that_silence_gave_in_our_own_measurement_are_removed() -> None:
    words = speak("Редактор субтитров А.Синецкая Корректор А.Егорова", 14)
    assert _guarded(words, RUSSIAN) == ("", [(said(words), "known-phrase")])


def test_credits_are_removed_from_the_midst_of_speech_and_in_any_language() -> None:
    words = speak("Бул сабак бүттү. Субтитры сделал DimaTorzok Эми тапшырма.", 14)
    kept, removed = _guarded(words, KYRGYZ)
    assert kept == "Бул сабак бүттү. Эми тапшырма."
    assert removed == [("Субтитры сделал DimaTorzok", "known-phrase")]


def test_initials_apart_from_the_name_are_credits_too() -> None:
    assert _guarded(speak("Редактор субтитров Н. Закомолдина Корректор А. Е. Егорова", 14), RUSSIAN)[0] == ""


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        (RUSSIAN, "Продолжение следует..."),
        (RUSSIAN, "Спасибо за просмотр!"),
        (ENGLISH, "Thanks for watching!"),
        (ENGLISH, "Don't forget to like and subscribe."),
        (KYRGYZ, "Көргөнүңүздөр үчүн рахмат!"),
        (KYRGYZ, "Каналга жазылыңыздар."),
        (KYRGYZ, "Продолжение следует..."),
    ],
)
def test_a_known_phrase_alone_beside_a_silence_is_removed(language: LanguageTag, phrase: str) -> None:
    words = [*speak("Алгачкы сүйлөм айтылды.", 14), *speak(phrase, 14, start_ms=9000)]
    assert _guarded(words, language) == ("Алгачкы сүйлөм айтылды.", [(phrase, "known-phrase")])


@pytest.mark.parametrize(
    "text",
    [
        "В конце серии написано: продолжение следует, и все ждут.",
        "Потом на экране появилась надпись. Продолжение следует. Так кончается фильм.",
        "Спасибо за внимание!",
        "Редактор субтитров проверяет каждую строку.",
        "Он сказал мне спасибо за просмотр его работы.",
    ],
)
def test_what_people_say_stays(text: str) -> None:
    assert _guarded(speak(text, 14), RUSSIAN) == (text, [])


def test_a_loop_is_cut_to_its_first_round() -> None:
    words = speak("Итак, " + "мы начинаем работу " * 6 + "сегодня.", 14)
    kept, removed = _guarded(words, RUSSIAN)
    assert kept == "Итак, мы начинаем работу сегодня."
    assert removed == [(" ".join(["мы начинаем работу"] * 5), "repeat")]


def test_a_loop_that_differs_only_in_letter_case_and_signs_is_a_loop() -> None:
    kept, _ = _guarded(speak("Всё ясно. все ясно, Все ясно! всё ясно. Дальше.", 14), RUSSIAN)
    assert kept == "Всё ясно. Дальше."


@pytest.mark.parametrize(
    "text",
    [
        "Да, да, да, да, да.",
        "Записываем: память бывает разной. Память бывает разной.",
        "0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0",
        "Раз два, раз два, раз два.",
    ],
)
def test_what_a_teacher_repeats_stays(text: str) -> None:
    assert _guarded(speak(text, 14), RUSSIAN) == (text, [])


def test_doubtful_words_without_any_duration_are_removed_and_a_certain_one_stays() -> None:
    words = [
        TimedWord("бул", 0, 300, 0.9),
        TimedWord("эмес", 300, 300, 0.9),
        TimedWord("шум", 400, 400, 0.2),
        TimedWord("сөз", 500, 900, 0.9),
    ]
    assert _guarded(words, KYRGYZ) == ("бул эмес сөз", [("шум", "zero-duration")])


def test_a_heap_of_words_on_one_moment_is_removed() -> None:
    words = [TimedWord("сөз", 0, 500, 0.9), *(TimedWord(one, 700, 700, 0.9) for one in ("а", "б", "в"))]
    assert _guarded(words, KYRGYZ) == ("сөз", [("а б в", "zero-duration")])


@settings(max_examples=100, deadline=None)
@given(any_words(), st.integers(1, 6))
def test_words_are_kept_or_told_and_never_changed(speech: tuple[list[TimedWord], LanguageTag], copies: int) -> None:
    words, language = speech
    words = [
        TimedWord(word.text, word.start_ms, word.end_ms, word.confidence)
        for word in words
        for _ in range(copies if len(word.text) < 4 else 1)
    ]
    kept, removed = guard_words(words, language)
    remaining = iter(words)
    assert all(any(word is one for one in remaining) for word in kept), "kept words are a part of the input, in order"
    told = " ".join(one.text for one in removed).split()
    assert sorted(said(words).split()) == sorted([*said(kept).split(), *told])
    assert guard_words(kept, language) == (kept, ())


def test_what_was_removed_is_told_with_its_time() -> None:
    (finding,) = tell_removed([Removed(61_500, 63_000, "Продолжение следует...", "known-phrase")], "media/lecture.mp4")
    assert finding.rule == "caption-removed-phrase"
    assert finding.severity is Severity.NOTE
    assert finding.values == {"time": "00:01:01.500", "text": "Продолжение следует..."}
