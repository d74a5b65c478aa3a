"""How Russian is heard: written cases and laws over generated text."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model.language import RUSSIAN
from media_pipeline.speech.normalisation import normalise

CASES: Final[dict[str, dict[str, str]]] = tomllib.loads(
    (Path(__file__).parent / "russian.cases.toml").read_text(encoding="utf-8")
)
CLASSES: Final = frozenset(
    """cardinals genitive accusative ordinals compounds decimals_and_fractions grouped_thousands dates years times
    ranges percent currencies units numbers_of_things roman abbreviations initials_and_acronyms
    foreign_words addresses signs_and_emoji""".split()
)


def hear(text: str) -> str:
    """What is said, with words of another voice in braces after its language."""
    runs = normalise(text, RUSSIAN)
    said = " ".join(one.text if one.language == RUSSIAN else f"{{{one.language} {one.text}}}" for one in runs)
    return re.sub(r" ([,.;:?!])", r"\1", said)


ALL: Final = [(name, written, said) for name, group in CASES.items() for written, said in group.items()]


@pytest.mark.parametrize(("written", "said"), [pytest.param(*one[1:], id=" ".join(one[:2])) for one in ALL])
def test_written_case(written: str, said: str) -> None:
    assert hear(written) == said


def test_every_class_of_the_contract_has_cases() -> None:
    assert set(CASES) >= CLASSES
    assert all(len(group) >= 5 for group in CASES.values())
    assert sum(map(len, CASES.values())) >= 150


def test_what_is_heard_is_heard_the_same_when_said_again() -> None:
    for _, written, _ in ALL:
        for one in normalise(written, RUSSIAN):
            if one.language == RUSSIAN:
                assert " ".join(again.text for again in normalise(one.text, RUSSIAN)) == one.text


numbers = st.one_of(
    st.integers(0, 10**15).map(str),
    st.integers(0, 99).map(str),
    st.integers(1000, 10**9).map(lambda one: f"{one:,}".replace(",", " ")),
    st.decimals(0, 1000, places=2).map(lambda one: str(one).replace(".", ",")),
)
words = st.sampled_from(
    """в на с до к по за из от около более между при о студентов студентам курсе классе г. году мая сентября МБ кг
    % $ сом руб. ₽ № § п. рис. стр. т. е. и т. д. часов раза века XX IV I в. гг. – - , . ( ) : / × = + → 👍
    5-го 90-х 20-летний 10–15 9:00 01.09.2025 31.02.2025 24/7 3-2-1 1/2 ½ Word'ом PDF ң өнөр USB-порт ЦГ-1
    тыс. млн −5 ±3 ≤ x² 2025/26 уч. лист проф. ул. КНУ А. С. Пётр http://a.kg a@b.kg 0312 +996 1-я""".split()
)


@given(st.lists(numbers | words, min_size=1, max_size=12), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_row_of_numbers_and_words_becomes_words_alone(parts: list[str], spaced: bool) -> None:
    for one in normalise((" " if spaced else "").join(parts), RUSSIAN):
        assert one.text
        assert not re.search(r"[^A-Za-zА-Яа-яЁёҢңӨөҮү.,;:?!—'\- ]", one.text), one
        assert "  " not in one.text
        if one.language == RUSSIAN:
            assert not re.search("[A-Za-z]", one.text), one


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    assert not any(letter.isdigit() for one in normalise(text, RUSSIAN) for letter in one.text)


@given(st.integers(2, 10**9), st.sampled_from(["студентов", "книг", "минут", "окон", "сомов"]))
@settings(max_examples=200, deadline=None)
def test_preposition_of_the_genitive_puts_every_number_in_the_genitive(number: int, noun: str) -> None:
    said = hear(f"около {number} {noun}")
    nominative = {"пять", "шесть", "два", "две", "три", "четыре", "двадцать", "сорок", "сто", "триста", "пятьсот"}
    assert not nominative & set(said.split())
    assert said.endswith(f" {noun}")
