"""Codes that people can read to each other, digests that programs agree on, moves that there are."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.transcripts.content import exact, gaps_of, initials, plain, read_content, total, totals_of
from api.domains.transcripts.rules import (
    CODES,
    DIGITS,
    MOVES,
    Gap,
    State,
    canonical_json,
    chain_number,
    check_move,
    content_digest,
    make_code,
    read_code,
)
from api.errors import MoveNotAllowed
from tests.api.transcripts.samples import CONTENT, RESULTS

codes = st.integers(0, CODES - 1).map(make_code)


@given(codes)
def test_a_code_is_read_however_it_is_grouped(code: str) -> None:
    assert [len(group) for group in code.split("-")] == [4] * 6
    for written in (code, code.replace("-", " "), code.replace("-", ""), f" {code.replace('-', ' – ')} "):
        assert read_code(written) == code


@given(codes, st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_every_wrong_digit_is_found(code: str, place: int, more: int) -> None:
    digits = list(code.replace("-", ""))
    digits[place] = str((int(digits[place]) + more) % 10)
    assert read_code("".join(digits)) is None


@given(codes, st.integers(0, DIGITS - 2))
def test_every_exchange_of_neighbours_is_found(code: str, place: int) -> None:
    digits = list(code.replace("-", ""))
    if digits[place] != digits[place + 1]:
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
        assert read_code("".join(digits)) is None


@pytest.mark.parametrize("text", ["", "0", "1" * 23, "1" * 25, "a" * 24, "٤" * 24, "-" * 64, "9" * 24])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_code(text) is None


@given(st.text(max_size=40))
def test_reading_a_code_never_fails(text: str) -> None:
    assert read_code(text) is None or make_code(int(read_code(text).replace("-", "")[:22])) == read_code(text)  # type: ignore[union-attr]  # not None here


def test_check_digits_of_every_remainder_are_two_digits() -> None:
    assert all(len(make_code(number).replace("-", "")) == DIGITS for number in range(200))
    assert all(read_code(make_code(number)) for number in range(200))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_the_digest_does_not_depend_on_how_json_was_written(value: object) -> None:
    """Any program that reads the JSON and writes it canonically gets the same digest."""
    try:
        written = json.dumps(value, indent=3, ensure_ascii=True)
        assert content_digest(json.loads(written)) == content_digest(value)
    except UnicodeEncodeError:  # a single surrogate is no text
        with pytest.raises(ValueError):
            canonical_json(value)


def test_the_canonical_form_is_what_it_says() -> None:
    assert (
        canonical_json({"ү": "Ж\n", "a": [1, None, True], "A": {}}) == '{"A":{},"a":[1,null,true],"ү":"Ж\\n"}'.encode()
    )
    with pytest.raises(ValueError):
        canonical_json({"amount": float("nan")})


def test_content_survives_being_stored_and_holds_no_fractions() -> None:
    stored = json.loads(canonical_json(plain(CONTENT)))
    assert read_content(stored) == CONTENT
    assert content_digest(stored) == content_digest(plain(CONTENT))

    def leaves(value: object) -> list[object]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return [value] if inner is None else [leaf for one in inner for leaf in leaves(one)]

    assert not any(isinstance(leaf, float) for leaf in leaves(stored))


@pytest.mark.parametrize(
    ("number", "text"),
    [(5.0, "5"), (4.5, "4.5"), (Decimal("87.50"), "87.5"), (0, "0"), (0.0, "0"), (Decimal("1E+2"), "100"), (30, "30")],
)
def test_amounts_lose_nothing(number: float | Decimal, text: str) -> None:
    assert exact(number) == text


@given(st.lists(st.decimals(0, 1000, places=2), max_size=8))
def test_sums_are_exact(amounts: list[Decimal]) -> None:
    assert Decimal(total(exact(one) for one in amounts)) == sum(amounts, Decimal())


def test_credits_of_failed_courses_are_not_earned() -> None:
    totals = totals_of(RESULTS)
    assert (totals.courses, totals.passed, totals.ects, totals.ects_earned) == (5, 4, "22.5", "16.5")


def test_gaps_are_named() -> None:
    assert [(one.kind, one.what, one.language) for one in gaps_of(CONTENT)] == [
        (Gap.TITLE_MISSING, "course:history", "ky"),
        (Gap.SCALE_UNCONFIRMED, "scale:five-point/1", None),
    ]


def test_initials_do_not_name_anybody() -> None:
    assert initials(CONTENT) == "Ү. Ж. Ө."


def test_numbers_are_digits_in_every_script() -> None:
    assert chain_number(2026, 17) == "2026-000017"


def test_there_is_no_way_back() -> None:
    order = list(State)
    for state, targets in MOVES.items():
        assert all(order.index(to) > order.index(state) for to in targets)
        for to in order:
            if to not in targets:
                with pytest.raises(MoveNotAllowed):
                    check_move(state, to)
