"""Computer text is exact in both notations."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.exports import liblouis
from builder.exports.braille.computer import RUSSIAN_SIGNS, UEB_SIGNS, UnreadableCode, read_code, write_code

_ASCII = [one for one in string.printable if " " <= one <= "~"]


def _none(text: str) -> str:
    raise AssertionError(f"not known: {text!r}")


@given(st.text(st.sampled_from([*_ASCII, *"абёңөүЯҢЪщ"]), max_size=30))
@settings(max_examples=300, deadline=None)
def test_russian_notation_can_be_read_back_exactly(text: str) -> None:
    assert read_code(write_code(text, ueb=False, other=_none), ueb=False) == text


@given(st.text(st.sampled_from(_ASCII), max_size=30))
@settings(max_examples=300, deadline=None)
def test_ueb_notation_can_be_read_back_exactly(text: str) -> None:
    assert read_code(write_code(text, ueb=True, other=_none), ueb=True) == text


@pytest.mark.parametrize(
    ("text", "russian", "ueb"),
    [
        ("dir", "⠠⠙⠊⠗", "⠙⠊⠗"),
        ("readMe.TXT", "⠠⠗⠑⠁⠙⠨⠍⠠⠑⠲⠨⠞⠭⠞", "⠗⠑⠁⠙⠠⠍⠑⠲⠠⠞⠠⠭⠞".replace("⠠⠭⠞", "⠠⠭⠠⠞")),
        ("x1 = 10", "⠠⠭⠼⠁ ⠶ ⠼⠁⠚", "⠭⠼⠁ ⠐⠶ ⠼⠁⠚"),
        ("2b", "⠼⠃⠠⠃", "⠼⠃⠰⠃"),
        ("файл", "⠐⠋⠁⠯⠇", None),
        ("a`d$", "⠠⠁⠈⠠⠙⠈⠙", "⠁⠘⠡⠙⠈⠎"),
    ],
)
def test_notations_by_example(text: str, russian: str, ueb: str | None) -> None:
    assert write_code(text, ueb=False, other=_none) == russian
    if ueb is not None:
        assert write_code(text, ueb=True, other=_none) == ueb


def test_signs_agree_with_the_tables_of_liblouis() -> None:
    for sign, cells in UEB_SIGNS.items():
        if sign not in " \"`'?":  # liblouis writes these by what stands around
            assert liblouis.translate(sign, "en-ueb-g1.ctb") == cells, sign
    ours = set(' "<>~?')  # said in the module
    for sign, cells in RUSSIAN_SIGNS.items():
        if sign not in ours:
            assert liblouis.translate_back(cells, "ru-litbrl.ctb") in (sign, ""), sign


def test_foreign_cells_are_refused_and_not_guessed() -> None:
    with pytest.raises(UnreadableCode):
        read_code("⠿⠿", ueb=False)
    with pytest.raises(UnreadableCode):
        read_code("⠿⠿", ueb=True)
