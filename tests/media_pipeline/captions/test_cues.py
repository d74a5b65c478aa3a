"""The rules of cues as laws over generated speech, and the breaks that readers see."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings

from builder.model.captions import Cue
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.captions import TimedWord, check_cues, make_cues
from media_pipeline.captions.breaks import NEVER, break_costs
from media_pipeline.captions.labels import shown_text
from media_pipeline.captions.timing import Span, place_spans
from media_pipeline.captions.tokens import HYPHEN, JOINER, clean_text, join_lines
from tests.media_pipeline.captions.speaking import LECTURES, any_words, said, speak

# Written down again from the contract, on purpose not imported.
MOST_CHARACTERS, MOST_LINES, SHORTEST, LONGEST, GAP, FASTEST = 42, 2, 1000, 7000, 80, 20

Words = tuple[list[TimedWord], LanguageTag]


def _characters_per_second(cue: Cue) -> float:
    return len(cue.text) * 1000 / (cue.end_ms - cue.start_ms)


def _shown(cues: tuple[Cue, ...]) -> list[list[str]]:
    return [shown_text(cue, before).split("\n") for before, cue in zip((None, *cues), cues, strict=False)]


@settings(max_examples=150, deadline=None)
@given(any_words())
def test_every_word_survives_in_order(speech: Words) -> None:
    words, language = speech
    text = join_lines("\n".join(cue.text for cue in make_cues(words, language)))
    expected = " ".join(clean_text(said(words)).replace(HYPHEN, "-").replace(JOINER, "").split())
    assert text == expected


@settings(max_examples=150, deadline=None)
@given(any_words())
def test_the_hard_limits_hold_whatever_is_said(speech: Words) -> None:
    cues = make_cues(*speech)
    for lines in _shown(cues):
        assert 1 <= len(lines) <= MOST_LINES
        assert max(map(len, lines)) <= MOST_CHARACTERS
    for cue in cues:
        assert cue.start_ms >= 0
        assert SHORTEST <= cue.end_ms - cue.start_ms <= LONGEST
        assert cue.text.strip()
    for before, after in pairwise(cues):
        assert after.start_ms - before.end_ms >= GAP


@settings(max_examples=150, deadline=None)
@given(any_words())
def test_a_cue_is_faster_than_people_read_only_without_any_free_time_around(speech: Words) -> None:
    cues = make_cues(*speech)
    for place, cue in enumerate(cues):
        if _characters_per_second(cue) <= FASTEST:
            continue
        assert not cue.is_sure
        assert place + 1 < len(cues) and cues[place + 1].start_ms - cue.end_ms == GAP
        assert cue.start_ms == 0 if place == 0 else cue.start_ms - cues[place - 1].end_ms == GAP


@settings(max_examples=50, deadline=None)
@given(any_words())
def test_the_same_words_give_the_same_cues(speech: Words) -> None:
    assert make_cues(*speech) == make_cues(*speech)


@settings(max_examples=80, deadline=None)
@given(any_words())
def test_only_haste_is_left_for_people_to_mend(speech: Words) -> None:
    assert {problem.rule for problem in check_cues(make_cues(*speech))} <= {"caption-too-fast"}


@pytest.mark.parametrize("language", LECTURES)
def test_a_calm_lecture_is_never_too_fast_and_in_step(language: LanguageTag) -> None:
    words = speak(LECTURES[language], 15)
    cues = make_cues(words, language)
    assert all(_characters_per_second(cue) <= 17 for cue in cues)
    assert all(cue.is_sure for cue in cues)
    starts = {word.start_ms for word in words}
    assert all(cue.start_ms in starts for cue in cues)


# Prepositions, conjunctions, articles; in Kyrgyz conjunctions and, before a break, what postpositions belong to.
NEVER_LAST = {
    KYRGYZ: "жана же бирок ошондуктан анткени эгер мисалы".split(),
    RUSSIAN: "и а но или что как о от из в на с для без между по чем если поэтому не".split(),
    ENGLISH: "a an the of on in for from and but or that if than without through between".split(),
}
NEVER_FIRST = {
    KYRGYZ: "менен үчүн жөнүндө боюнча эле эмес да".split(),
    RUSSIAN: "же ли бы".split(),
    ENGLISH: [],
}


@pytest.mark.parametrize("speed", [11, 15, 19])
@pytest.mark.parametrize("language", LECTURES)
def test_no_line_ends_after_a_preposition_conjunction_or_article(language: LanguageTag, speed: int) -> None:
    cues = make_cues(speak(LECTURES[language], speed), language)
    lines = [line for cue in cues for line in cue.text.split("\n")]
    last = [line.split()[-1].casefold() for line in lines]
    first = [line.split()[0].strip(",.").casefold() for line in lines]
    assert [word for word in last if word in NEVER_LAST[language]] == []
    assert [word for word in first if word in NEVER_FIRST[language]] == []


def _lines(text: str, language: LanguageTag, speed: float = 14) -> list[str]:
    return [line for cue in make_cues(speak(text, speed), language) for line in cue.text.split("\n")]


@pytest.mark.parametrize(
    ("language", "text", "together"),
    [
        (RUSSIAN, "Об этом подробно писал в своей последней книге А. С. Пушкин, великий русский поэт.", "А. С. Пушкин"),
        (RUSSIAN, "Длина этого совершенно нового и очень быстрого канала составляет 250 километров.", "250 километров"),
        (RUSSIAN, "Масса такого прибора без батареи и без крышки равна примерно 15 кг вместе с ручкой.", "15 кг"),
        (ENGLISH, "The idea was described for the very first time by Ada Lovelace in a long letter.", "Ada Lovelace"),
        (
            KYRGYZ,
            "Бул китептин алгачкы бөлүмүн белгилүү жазуучу Чыңгыз Айтматов жаш кезде жазган.",
            "Чыңгыз Айтматов",
        ),
        (KYRGYZ, "Бул жолу биз үйрөнө турган программанын жалпы көлөмү болжол менен 45 МБ болот экен.", "45 МБ"),
    ],
)
def test_what_belongs_together_stays_in_one_line(language: LanguageTag, text: str, together: str) -> None:
    assert any(together in line for line in _lines(text, language))


def test_cues_end_with_sentences_and_clauses() -> None:
    texts = [cue.text for cue in make_cues(speak(LECTURES[RUSSIAN], 14), RUSSIAN)]
    assert texts[:3] == [
        "Сегодня мы поговорим о том,",
        "как устроена память компьютера и почему\nот неё зависит скорость работы программ.",
        "Процессор читает команды\nиз оперативной памяти,",
    ]


def test_initials_and_abbreviations_end_no_sentence() -> None:
    lines = _lines("Об этом сказал проф. Иванов. Мы согласны.", RUSSIAN)
    assert lines[0] == "Об этом сказал проф. Иванов."


def test_a_silence_ends_a_cue() -> None:
    words = [*speak("Это первая мысль", 14), *speak("и её продолжение", 14, start_ms=4000)]
    assert [cue.text for cue in make_cues(words, RUSSIAN)] == ["Это первая мысль", "и её продолжение"]


def test_nothing_is_shown_long_before_it_is_said_not_even_what_belongs_together() -> None:
    words = [TimedWord("Это в", 0, 500, 0.9), TimedWord("Москве.", 2000, 2600, 0.9)]
    assert [cue.text for cue in make_cues(words, RUSSIAN)] == ["Это в", "Москве."]


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        (KYRGYZ, "китеп", "менен"),
        (KYRGYZ, "сабак", "үчүн"),
        (KYRGYZ, "ал", "да"),
        (KYRGYZ, "жана", "китеп"),
        (RUSSIAN, "он", "же"),
        (RUSSIAN, "если", "бы"),
        (RUSSIAN, "«в", "доме"),
        (ENGLISH, "The", "book"),
        (ENGLISH, "and,", "then"),
    ],
)
def test_a_break_between_these_is_the_last_thing_that_is_done(language: LanguageTag, before: str, after: str) -> None:
    assert break_costs([before, after], language) == [NEVER]


def test_a_cue_that_can_be_read_sooner_gives_its_time_to_a_hurried_neighbour() -> None:
    placed = place_spans([Span(0, 1000, 60), Span(3700, 4500, 60), Span(5000, 9000, 60)])
    first, hurried, _ = placed
    assert first == (0, 3000)
    assert hurried[0] == 3080


def test_text_stays_until_it_can_be_read() -> None:
    words = speak("Коротко, но сказано это было очень быстро", 40)
    (cue,) = make_cues(words, RUSSIAN)
    assert words[-1].end_ms < 1200
    assert _characters_per_second(cue) <= 17


def test_a_hurried_cue_takes_time_from_the_silence_before_it() -> None:
    text = "Осы сүйлөм ушунчалык тез айтылгандыктан, аны окуп чыгууга убакыт жетпейт"
    words = [*speak(text, 40, start_ms=9000), *speak("Кийинки сүйлөм кадимкидей айтылат.", 14, start_ms=10_900)]
    first, second = make_cues(words, KYRGYZ)
    assert _characters_per_second(first) <= FASTEST
    assert first.start_ms < 9000
    assert first.is_sure and second.is_sure


def test_a_cue_faster_than_people_read_keeps_its_words_and_is_marked() -> None:
    words = speak(LECTURES[ENGLISH], 40)
    cues = make_cues(words, ENGLISH)
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == LECTURES[ENGLISH]
    hurried = [cue for cue in cues if _characters_per_second(cue) > FASTEST]
    assert hurried and not any(cue.is_sure for cue in hurried)


def test_words_that_the_machine_doubts_are_shown_and_marked() -> None:
    words = [*speak("Бул ишенимдүү айтылды.", 14), *speak("Муну так уккан жок.", 14, 5000, confidence=0.4)]
    assert [(cue.text, cue.is_sure) for cue in make_cues(words, KYRGYZ)] == [
        ("Бул ишенимдүү айтылды.", True),
        ("Муну так уккан жок.", False),
    ]


def test_one_very_doubtful_word_marks_its_cue() -> None:
    words = [*speak("Бул жерде дээрлик баары", 14), TimedWord("түшүнүктүү.", 2000, 2600, 0.05)]
    assert [cue.is_sure for cue in make_cues(words, KYRGYZ)] == [False]


def test_speakers_have_cues_of_their_own_with_room_for_the_name() -> None:
    words = [
        *speak("Салам, бүгүн эмне жөнүндө сүйлөшөбүз?", 14, 0, "Айгүл Асанова"),
        *speak("Эс тутум жөнүндө.", 14, 4000, "Бакыт"),
    ]
    cues = make_cues(words, KYRGYZ)
    assert [cue.speaker for cue in cues] == ["Айгүл Асанова", "Бакыт"]
    assert _shown(cues)[0] == ["Айгүл Асанова:", "Салам, бүгүн эмне жөнүндө сүйлөшөбүз?"]
    assert _shown(cues)[1] == ["Бакыт: Эс тутум жөнүндө."]
    assert not cues[0].text.startswith("Айгүл")


def test_a_sound_stands_alone() -> None:
    words = [
        *speak("Баарыңыздарга рахмат.", 14),
        TimedWord("[кол чабуу]", 2000, 4500, 1.0, is_sound=True),
        *speak("Эми уланталы.", 14, 5000),
    ]
    assert [cue.text for cue in make_cues(words, KYRGYZ)] == ["Баарыңыздарга рахмат.", "[кол чабуу]", "Эми уланталы."]


def test_a_word_longer_than_a_line_is_divided_with_a_hyphen_that_can_be_taken_out() -> None:
    word = "электроэнцефалографиялоочулардыкындагыларданбысыздар"
    (cue,) = make_cues([TimedWord(word, 0, 4000, 0.9)], KYRGYZ)
    upper, lower = cue.text.split("\n")
    assert upper.endswith(HYPHEN) and len(upper) <= MOST_CHARACTERS
    assert upper[:-1] + lower == word


def test_an_address_is_divided_without_a_hyphen() -> None:
    address = "https://portal.example.kg/courses/informatics/lessons/04-memory"
    (cue,) = make_cues([TimedWord(address, 0, 4000, 0.9)], ENGLISH)
    upper, _lower = cue.text.split("\n")
    assert upper == f"https://portal.example.kg/courses/{JOINER}"
    assert join_lines(cue.text) == address


def test_no_words_give_no_cues() -> None:
    assert make_cues([], RUSSIAN) == ()
    assert make_cues([TimedWord(" \n", 0, 500, 0.9)], RUSSIAN) == ()


def test_another_language_is_cut_by_its_punctuation() -> None:
    words = speak("Heute sprechen wir über den Speicher. Er ist langsam, aber groß.", 14)
    assert make_cues(words, LanguageTag("de"))[-1].text.endswith("aber groß.")


def test_the_work_grows_with_the_number_of_words() -> None:
    """Ten times the words take about ten times as long, not a hundred: ten hours of speech are cut at once."""
    words = speak(f"{LECTURES[RUSSIAN]} " * 4, 15)
    longer = speak(f"{LECTURES[RUSSIAN]} " * 40, 15)
    took = []
    for some in (words, longer):
        begin = time.process_time()
        make_cues(some, RUSSIAN)
        took.append(time.process_time() - begin)
    assert took[1] < 40 * took[0]
