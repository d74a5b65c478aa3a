"""Laws of names, prefixes and periods."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.domains.people.rules import (
    Name,
    has_foreign_letters,
    is_in_force,
    merged_period,
    prefix_end,
    search_key,
    search_keys,
)

TEXTS = st.text(max_size=8)
LETTERS = st.text("АаБбЁёЕеҢңӨөҮүAaZzÉéĞğ -'’ ", max_size=12)
DAYS = st.integers(0, 40).map(lambda day: date(2026, 9, 1) + timedelta(days=day))
PERIODS = st.tuples(DAYS, st.none() | DAYS).filter(lambda one: one[1] is None or one[0] <= one[1])


@given(TEXTS)
def test_a_search_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(LETTERS)
def test_case_never_matters(text: str) -> None:
    assert search_key(text.upper()) == search_key(text.lower()) == search_key(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ёлкин-Палкин", "елкин палкин"),
        ("  Үсөнбекова   Айгүл ", "үсөнбекова айгүл"),
        ("Ңйөү", "ңйөү"),  # Kyrgyz letters stay what they are, й among them
        ("Müller José", "muller jose"),
        ("O’Brien", "o brien"),
    ],
)
def test_names_are_compared_as_lists_of_names_are(text: str, key: str) -> None:
    assert search_key(text) == key


@given(TEXTS, TEXTS.filter(bool))
def test_the_range_of_a_prefix_holds_what_begins_with_it_and_nothing_else(text: str, prefix: str) -> None:
    assume(not any("\ud800" <= letter <= "\udfff" for letter in text + prefix))
    end = prefix_end(prefix)
    within = prefix <= text and (end is None or text < end)
    assert within == text.startswith(prefix)
    if end is not None:
        end.encode()  # can be stored


@given(LETTERS, LETTERS, st.integers(1, 12))
def test_a_person_is_found_by_every_beginning_of_the_names(family: str, given_name: str, length: int) -> None:
    assume(search_key(family))
    assume(search_key(given_name))
    keys = search_keys([Name("ky-Cyrl", family, given_name)])
    for typed in (f"{family} {given_name}", f"{given_name} {family}"):
        prefix = search_key(typed)[:length]
        assert any(key.startswith(prefix) for key in keys)


@given(PERIODS, PERIODS)
def test_a_merged_period_covers_exactly_the_days_of_both(
    one: tuple[date, date | None], other: tuple[date, date | None]
) -> None:
    merged = merged_period(one, other)
    assert merged == merged_period(other, one)
    days = [date(2026, 8, 1) + timedelta(days=day) for day in range(100)]
    covered = [is_in_force(*one, day) or is_in_force(*other, day) for day in days]
    if merged is not None:
        assert [is_in_force(*merged, day) for day in days] == covered
    else:  # a day between them is free
        first, last = covered.index(True), len(covered) - covered[::-1].index(True)
        assert not all(covered[first:last])


def test_the_end_of_time_is_a_day_too() -> None:
    assert merged_period((date.min, date.max), (date.max, None)) == (date.min, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (Name("ky-Cyrl", "Асанов", "Бакыт"), False),
        (Name("ky-Cyrl", "Aсанов", "Бакыт"), True),  # a Latin A
        (Name("und-Latn", "O’Brien-Öz", "José", "Jr. 2"), False),
        (Name("und-Latn", "Аsanov", "Bakyt"), True),  # a Cyrillic А
        (Name("und-Hani", "王", "Wang"), False),  # not a script that we know
    ],
)
def test_letters_that_only_look_right_are_seen(name: Name, expected: bool) -> None:
    assert has_foreign_letters(name) is expected
