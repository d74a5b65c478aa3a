"""Whatever an author may write, a voice gets only what it can say."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.speech.normalisation import Glossary, Words, normalise, spell
from media_pipeline.speech.normalisation.kyrgyz.tables import ABBREVIATIONS
from tests.media_pipeline.speech.normalisation.cases import all_cases

LANGUAGES = (KYRGYZ, RUSSIAN, ENGLISH)
LETTERS = {KYRGYZ: "А-Яа-яЁёҢңӨөҮү", RUSSIAN: "А-Яа-яЁё", ENGLISH: "A-Za-z"}
SAYABLE = {
    language: re.compile(
        rf"[{letters}]+(?:['-][{letters}]+)*[.,;:?!]?(?: (?:— )?[{letters}]+(?:['-][{letters}]+)*[.,;:?!]?)*"
    )
    for language, letters in LETTERS.items()
}
WRITTEN = [text for language in (KYRGYZ, ENGLISH) for text, _ in all_cases(language)]
PIECES = sorted({piece for text in WRITTEN for piece in text.split()})
SIGNS = "abzXIV АБвгңөү0123456789 .,:;!?-–—'’\"«»()[]{}/\\@#$%^&*+=<>№§€₽°²½π→≤👍_~`|\n\t\u00a0\u0301日αéßІQк"
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(SIGNS, max_size=25),
    st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=3).map("".join),
)
ORDINARY = st.text("абвгдежзийклмнңоөпрстуүфхчшыэюя", min_size=3, max_size=9)


@pytest.mark.parametrize("say", [normalise, spell])
@settings(max_examples=300)
@given(text=TEXTS, language=st.sampled_from(LANGUAGES))
@example(text="\ud800", language=KYRGYZ)
@example(text="٣ ३ 五 ⅷ ③", language=ENGLISH)
@example(text="1" * 400 + ",5%", language=KYRGYZ)
def test_a_voice_gets_nothing_but_words_and_punctuation(say: object, text: str, language: LanguageTag) -> None:
    said = normalise(text, language) if say is normalise else spell(text, language)
    for run in said:
        assert SAYABLE[run.language].fullmatch(run.text), run
    assert all(one.language != other.language for one, other in pairwise(said))


@settings(max_examples=200)
@given(words=st.lists(ORDINARY, min_size=1, max_size=8), mark=st.sampled_from([" ", ", ", "; ", " — ", ": ", "\n"]))
def test_ordinary_words_stand_as_they_are(words: list[str], mark: str) -> None:
    said = normalise(mark.join(words), KYRGYZ)
    heard = [word.strip(",;:") for run in said for word in run.text.split() if word != "—"]
    assert heard == words


@settings(max_examples=150)
@given(
    pieces=st.lists(
        st.one_of(ORDINARY, st.sampled_from("5-курс 2024-жылы 3,5 12:30 25% Word'до №5 XXI 10–15".split())),
        min_size=1,
        max_size=6,
    )
)
def test_what_was_said_is_said_alike_once_more(pieces: list[str]) -> None:
    for run in normalise(" ".join(pieces), KYRGYZ):
        assert normalise(run.text, run.language) == (run,)


@given(text=st.sampled_from([text for text, _ in all_cases(KYRGYZ)]), term=ORDINARY)
def test_the_glossary_wins(text: str, term: str) -> None:
    glossary = Glossary({KYRGYZ: {term: Words(KYRGYZ, "такыр башка сөз")}})
    assert "такыр башка сөз" in normalise(f"{term} {text}", KYRGYZ, glossary)[0].text


@pytest.mark.parametrize("abbreviation", ["ж.б.", "м.б.", "т.а.", "Wi-Fi", "USB", "№5", "2024-жылы", "25%"])
def test_the_glossary_wins_over_every_rule_of_the_language(abbreviation: str) -> None:
    glossary = Glossary({KYRGYZ: {abbreviation: Words(KYRGYZ, "өзгөчө")}})
    assert normalise(f"бул {abbreviation} сөз", KYRGYZ, glossary) == (Words(KYRGYZ, "бул өзгөчө сөз"),)


def test_abbreviations_stand_in_the_list_without_anything_to_say_again() -> None:
    for said in ABBREVIATIONS.values():
        assert normalise(said, KYRGYZ) == (Words(KYRGYZ, said),)


# One piece again and again: what could make a pattern try the same text over and over.
REPEATED = (
    "1", "1.", "1,", "1-", "12:", "1/", "123 ", "IVX", "a", "а", "a@", "a_", "a-", "а-", "аб ", "abc ", "А.", "5%",
    "+996 ", "01.09.2025-", "https://a/", ".txt", "½", "^1", "'", '"?"', "- ", "…", "👍", "👩\u200d", "aб", "(", "\n",
)  # fmt: skip


@pytest.mark.parametrize("language", [KYRGYZ, ENGLISH])
@pytest.mark.parametrize("say", [normalise, spell])
def test_work_grows_with_the_length_of_the_text_and_no_faster(say: object, language: LanguageTag) -> None:
    def effort(text: str) -> float:
        begin = time.process_time()
        normalise(text, language) if say is normalise else spell(text, language)
        return time.process_time() - begin

    for piece in REPEATED:
        short, long = piece * (600 // len(piece)), piece * (4800 // len(piece))
        # Eight times the text: a quadratic pattern takes 64 times as long. Below 30 ms the clock is not to be trusted.
        if effort(long) > 0.03:
            assert min(effort(long) for _ in range(3)) < 24 * max(effort(short) for _ in range(3)), piece


def test_a_hundred_kilobytes_of_lesson_text_are_said_whole() -> None:
    sentences = [text for text, _ in all_cases(KYRGYZ)]
    text = ". ".join(sentences * (100_000 // sum(map(len, sentences)) + 1))
    said = normalise(text, KYRGYZ)
    assert sum(len(run.text) for run in said) > 100_000
    assert sum(run.text.count("жыйырма биринчи кылым") for run in said) == text.count("XXI кылым") + text.count(
        "XXI-кылым"
    )
