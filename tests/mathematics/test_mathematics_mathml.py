"""MathML Core: right elements, right operators, words as alternative."""

import xml.etree.ElementTree as ET

import pytest

from builder.mathematics import read_formula, to_mathml
from builder.mathematics.subset import EXAMPLES
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
# MathML Core, elements and attributes that it defines.
ELEMENTS = {
    "math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mtable", "mtr", "mtd",
}  # fmt: skip
ATTRIBUTES = {
    "display", "alttext", "mathvariant", "form", "fence", "stretchy", "accent", "accentunder", "linethickness", "width",
    "style",
}  # fmt: skip


THIN = '<mspace width="0.17em"></mspace>'


def body(latex: str, display: bool = False) -> str:
    """Without the outer `math` element."""
    text = to_mathml(read_formula(latex), display=display)
    return text[text.index(">") + 1 : -len("</math>")]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x", "<mi>x</mi>"),
        ("2x", "<mrow><mn>2</mn><mo>\u2062</mo><mi>x</mi></mrow>"),
        ("a-b", "<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>"),
        ("a=-b", '<mrow><mi>a</mi><mo>=</mo><mo form="prefix">−</mo><mi>b</mi></mrow>'),
        (r"a\pm b", "<mrow><mi>a</mi><mo>±</mo><mi>b</mi></mrow>"),
        ("a<b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        (r"2\frac{1}{2}", "<mrow><mn>2</mn><mo>\u2064</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow>"),
        (r"\sqrt{x}", "<msqrt><mi>x</mi></msqrt>"),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        ("x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        (
            "f'(x)",
            "<mrow><msup><mi>f</mi><mo>′</mo></msup><mo>\u2061</mo><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow>",
        ),
        (r"\sin x", "<mrow><mi>sin</mi><mo>\u2061</mo>" + THIN + "<mi>x</mi></mrow>"),
        (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathbf{v}", "<mi>𝐯</mi>"),
        (r"\text{если }x", "<mrow><mtext>если\u00a0</mtext><mi>x</mi></mrow>"),
        (r"\vec{a}", '<mover accent="true"><mi>a</mi><mo>→</mo></mover>'),
        (r"\binom{n}{k}", '<mrow><mo>(</mo><mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>'),
        (
            "|x|",
            '<mrow><mo form="prefix" fence="true" stretchy="true">|</mo><mi>x</mi>'
            '<mo form="postfix" fence="true" stretchy="true">|</mo></mrow>',
        ),
        (
            r"\begin{pmatrix}a&b\end{pmatrix}",
            "<mrow><mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable><mo>)</mo></mrow>",
        ),
        (r"\foo<", r"<mrow><mtext>\foo</mtext><mo>&lt;</mo></mrow>"),
    ],
)
def test_latex_becomes_this_mathml(latex: str, expected: str) -> None:
    assert body(latex) == expected


def test_limits_stand_under_and_over_in_display_only() -> None:
    assert body(r"\sum_{i}^{n}", display=True).startswith("<munderover><mo>∑</mo>")
    assert body(r"\sum_{i}^{n}").startswith("<msubsup><mo>∑</mo>")
    assert body(r"\lim_{x}", display=True).startswith("<munder><mi>lim</mi>")
    assert body(r"\int_0^1", display=True).startswith("<msubsup><mo>∫</mo>")


def test_words_are_the_alternative_text() -> None:
    formula = read_formula("x<5")
    assert 'alttext="икс бештен кичине"' in to_mathml(formula, display=False, language=KYRGYZ)
    assert 'alttext="икс меньше 5"' in to_mathml(formula, display=True, language=RUSSIAN)
    assert "alttext" not in to_mathml(formula, display=True)
    assert 'display="block"' in to_mathml(formula, display=True)


@pytest.mark.parametrize("latex", [one for group in EXAMPLES.values() for one in group] + ["\x00<&>\"'", r'\text{"<&}'])
def test_only_mathml_core_is_written(latex: str) -> None:
    for display in (True, False):
        root = ET.fromstring(to_mathml(read_formula(latex), display=display, language=ENGLISH))
        for element in root.iter():
            assert element.tag.removeprefix(NAMESPACE) in ELEMENTS
            assert set(element.attrib) <= ATTRIBUTES
        for name, count in (("mfrac", 2), ("mroot", 2), ("msub", 2), ("msup", 2), ("munder", 2), ("mover", 2)):
            assert all(len(one) == count for one in root.iter(NAMESPACE + name))
        for name in ("msubsup", "munderover"):
            assert all(len(one) == 3 for one in root.iter(NAMESPACE + name))
