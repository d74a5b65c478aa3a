"""Typst accepts what is written, and no formula can run code."""

import pytest
import typst

from builder.mathematics import read_formula, to_typst
from builder.mathematics.subset import EXAMPLES


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x^2", "attach(x, t: 2)"),
        (r"\frac{a}{b}", "frac(a, b)"),
        ("3,5", '"3,5"'),
        (r"\text{ар \#x}", '"ар #x"'),
        ("f(x)", r"f lr(\( x \))"),
        (r"\sqrt[3]{x}", "root(3, x)"),
        ("a:b", r"a \: b"),
        (r"\foo", r'"\\foo"'),
    ],
)
def test_latex_becomes_this_markup(latex: str, expected: str) -> None:
    assert to_typst(read_formula(latex)) == expected


HOSTILE = [
    r'\text{"#panic()"}', "#$&~", r"\text{\}#read(1)", '"', "$#panic()$", "`#panic()`", "//", "/*", "a'", ")", "(", "]",
    r"\frac{a,b;c}{:}", "@x <y>", "", r"\begin{cases}\end{cases}", "\\", "-->", "n!=1", "\x00", r"\left.|", "a__b",
]  # fmt: skip


def test_typst_compiles_every_example_and_hostile_text() -> None:
    formulas = [one for group in EXAMPLES.values() for one in group] + HOSTILE
    source = "\n".join(f"$ {to_typst(read_formula(one))} $\n\n$x {to_typst(read_formula(one))}$" for one in formulas)
    pdf = typst.compile(source.encode(), format="pdf")
    assert isinstance(pdf, bytes) and pdf.startswith(b"%PDF")
