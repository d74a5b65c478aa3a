"""Every number and every letter of the source is in every output: nothing is lost between the formats."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.mathematics import read_formula, speak_formula, to_braille, to_mathml, to_typst
from builder.mathematics.braille.cells import LATIN, LOWER_DIGITS, UPPER_DIGITS
from builder.mathematics.expression import Expression, Identifier, Number, Unknown, Words, child_expressions
from builder.mathematics.speech import READERS
from builder.mathematics.speech.kyrgyz import number_words
from builder.mathematics.subset import EXAMPLES
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN


def leaves(node: Expression) -> list[Expression]:
    children = child_expressions(node)
    return [one for child in children for one in leaves(child)] if children else [node]


def in_order(needles: list[str], haystack: str) -> bool:
    place = 0
    for needle in needles:
        place = haystack.find(needle, place)
        if place < 0:
            return False
        place += len(needle)
    return True


@pytest.mark.parametrize("latex", [one for group in EXAMPLES.values() for one in group])
def test_numbers_and_letters_are_in_every_output(latex: str) -> None:
    formula = read_formula(latex)
    mathml = unicodedata.normalize("NFKD", re.sub(r"<[^>]*>", " ", to_mathml(formula, display=True)))
    typst = to_typst(formula)
    cells = {
        "ru": to_braille(formula, "ru"),
        "ueb": to_braille(formula, "ueb"),
        "nemeth": to_braille(formula, "nemeth"),
    }
    for leaf in leaves(formula.expression):
        if isinstance(leaf, Number):
            assert unicodedata.normalize("NFKD", leaf.text) in mathml
            assert leaf.text in typst
            digits = [one for one in leaf.text if one.isdecimal()]
            assert in_order([UPPER_DIGITS[one] for one in digits], cells["ru"]) or in_order(
                [LOWER_DIGITS[one] for one in digits], cells["ru"]
            )
            assert in_order([UPPER_DIGITS[one] for one in digits], cells["ueb"])
            assert in_order([LOWER_DIGITS[one] for one in digits], cells["nemeth"])
        elif isinstance(leaf, Identifier):
            assert unicodedata.normalize("NFKD", leaf.name) in mathml
            assert leaf.name in typst
            for letter in leaf.name.lower():
                if letter in LATIN:
                    assert all(LATIN[letter] in one for one in cells.values())
        elif isinstance(leaf, Words | Unknown):
            assert leaf.text.strip() in mathml if isinstance(leaf, Words) else leaf.source in mathml


FACTORS = st.lists(
    st.one_of(
        st.integers(0, 9999).map(str), st.sampled_from("abcnpqxyz"), st.sampled_from(["\\alpha", "\\pi", "\\omega"])
    ),
    min_size=1,
    max_size=5,
)
SHAPES = st.sampled_from(
    ["{0}+{1}", r"\frac{{{0}}}{{{1}}}", "{{{0}}}^{{{1}}}", r"\sqrt{{{0}}}-{1}", "({0})={1}", r"x_{{{0}}}\le {1}"]
)


@settings(max_examples=100, deadline=None)
@given(SHAPES, FACTORS, FACTORS)
def test_generated_formulas_keep_everything_in_speech(shape: str, left: list[str], right: list[str]) -> None:
    latex = shape.format(r"\cdot ".join(left), r"\cdot ".join(right))
    formula = read_formula(latex)
    assert formula.problems == ()
    factors = [*left, *right]
    spoken = {language: speak_formula(formula, language) for language in (ENGLISH, RUSSIAN, KYRGYZ)}
    assert spoken == {language: speak_formula(read_formula(latex), language) for language in spoken}
    for factor in factors:
        if factor.isdecimal():
            continue
        for language, words in spoken.items():
            letter = {"\\alpha": "α", "\\pi": "π", "\\omega": "ω"}.get(factor, factor)
            assert READERS[language].letter(letter) in words
    times = latex.count(r"\cdot")
    assert spoken[ENGLISH].count("times") == times
    assert spoken[RUSSIAN].count("умножить на") == times
    assert spoken[KYRGYZ].count("көбөйтүү") == times


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 999_999))
def test_a_number_stays_itself(number: int) -> None:
    formula = read_formula(str(number))
    assert speak_formula(formula, KYRGYZ) == speak_formula(formula, ENGLISH) == str(number)
    assert to_braille(formula, "ru") == "⠼" + "".join(UPPER_DIGITS[one] for one in str(number))
    assert number_words(number) in speak_formula(read_formula(f"x<{number}"), KYRGYZ)
