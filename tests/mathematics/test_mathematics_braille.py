"""Braille cell by cell.

The expected cells are the codes' own examples: for Russian those that liblouis and MathCAT give for the 1982 system,
for UEB those of the Guidelines for Technical Material (by way of MathCAT's tests), for Nemeth those of the 1972 code.
"""

import pytest

from builder.mathematics import read_formula, to_braille
from builder.mathematics.braille import nemeth, russian, ueb
from builder.mathematics.braille.cells import cells
from builder.mathematics.speech import READERS
from builder.model.language import ENGLISH

RUSSIAN = [
    (r"5+12=17", "⠼⠑⠀⠖⠼⠁⠃⠀⠶⠼⠁⠛"),
    (r"a^x", "⠠⠁⠌⠭⠱"),
    (r"x^{10}", "⠠⠭⠌⠂⠴"),
    (r"a^{-2}", "⠠⠁⠌⠤⠆"),
    (r"a^{x+1}", "⠠⠁⠌⠭⠀⠖⠼⠁⠱"),
    (r"x^2y", "⠠⠭⠌⠆⠽"),
    (r"\frac{1}{2}", "⠼⠁⠆"),
    (r"\frac{a}{3}", "⠠⠁⠳⠒"),
    (r"b_7", "⠠⠃⠡⠶"),
    (r"\sqrt[3]{x}", "⠩⠒⠱⠠⠭⠹"),
    (r"x^2+\sqrt{y}", "⠠⠭⠌⠆⠀⠖⠩⠱⠽⠹"),
    (r"\frac{x+1}{y}", "⠆⠠⠭⠀⠖⠼⠁⠀⠳⠠⠽⠰"),
    (r"3\cdot\frac{x+y}{z}", "⠼⠉⠄⠆⠠⠭⠀⠖⠽⠀⠳⠵⠰"),
    (r"\frac{x}{y}\cdot z", "⠠⠭⠳⠽⠄⠵"),
    (r"x^{\frac{a+b}{a-b}}", "⠠⠭⠌⠐⠆⠁⠀⠖⠃⠀⠳⠁⠀⠤⠃⠰⠱"),
    (r"a_{2k}^{n+1}", "⠠⠁⠡⠼⠃⠠⠅⠱⠌⠝⠀⠖⠼⠁⠱"),
    (r"D_{1, 3}", "⠨⠙⠡⠼⠁⠠⠂⠼⠉⠱"),
    (r"P_{s,1}", "⠨⠏⠡⠠⠎⠠⠂⠼⠁⠱"),
    (r"24\cdot 81=1944", "⠼⠃⠙⠄⠼⠓⠁⠀⠶⠼⠁⠊⠙⠙"),
    (r"783:9=87", "⠼⠛⠓⠉⠀⠲⠼⠊⠀⠶⠼⠓⠛"),
    (r"12\times 35=420", "⠼⠁⠃⠀⠦⠼⠉⠑⠀⠶⠼⠙⠃⠚"),
    (r"5\frac{3}{8}", "⠼⠑⠼⠉⠦"),
    (r"x+A+y+B=x+y+A+B", "⠠⠭⠀⠖⠨⠁⠀⠖⠠⠽⠀⠖⠨⠃⠀⠶⠠⠭⠀⠖⠽⠀⠖⠨⠁⠀⠖⠃"),
    (r"L=2\pi r", "⠨⠇⠀⠶⠼⠃⠰⠏⠠⠗"),
    (r"\cos\alpha", "⠫⠉⠰⠁"),
    (r"\sin^2x", "⠫⠎⠌⠆⠠⠭"),
    (r"\log_x y\cdot\log_y x=1", "⠫⠇⠡⠠⠭⠱⠽⠄⠫⠇⠡⠠⠽⠱⠭⠀⠶⠼⠁"),
    (r"y'(x)=f(x)", "⠠⠽⠔⠣⠭⠜⠀⠶⠋⠣⠭⠜"),
    (r"y'(x)=\lim_{x\to x_0}\frac{y(x)-y(x_0)}{x-x_0}", "⠠⠽⠔⠣⠭⠜⠀⠶⠫⠇⠍⠨⠡⠠⠭⠀⠒⠕⠭⠡⠴⠱⠆⠽⠣⠭⠜⠀⠤⠽⠣⠭⠡⠴⠜⠀⠳⠭⠀⠤⠭⠡⠴⠰"),
    (r"\int_1^4x^2dx", "⠮⠡⠂⠌⠲⠠⠭⠌⠆⠙⠭"),
    (r"\sum_{i=1}^n a_i", "⠸⠎⠨⠡⠠⠊⠀⠶⠼⠁⠱⠨⠌⠠⠝⠱⠁⠡⠊⠱"),
    (r"\triangle A_1B_1C_1", "⠸⠙⠨⠁⠡⠂⠃⠡⠂⠉⠡⠂"),
    (r"\triangle KLM\sim\triangle PQR", "⠸⠙⠨⠅⠇⠍⠀⠢⠸⠙⠨⠏⠟⠗"),
    (r"a\perp b", "⠠⠁⠼⠄⠃"),
    (r"AB\parallel CD", "⠨⠁⠃⠸⠸⠨⠉⠙"),
    (r"\vec a=2", "⠠⠁⠒⠂⠀⠶⠼⠃"),
    (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "⠣⠠⠁⠀⠃⠨⠳⠉⠀⠙⠜"),
    (
        r"\begin{cases}x+y+z=1\\x+2y+3z=2\\x+3y+2z=5\end{cases}",
        "⠏⠀⠠⠭⠀⠖⠽⠀⠖⠵⠀⠶⠼⠁⠨⠳⠇⠀⠠⠭⠀⠖⠼⠃⠠⠽⠀⠖⠼⠉⠠⠵⠀⠶⠼⠃⠨⠳⠧⠀⠠⠭⠀⠖⠼⠉⠠⠽⠀⠖⠼⠃⠠⠵⠀⠶⠼⠑",
    ),
    (r"H_2O", "⠨⠓⠡⠆⠕"),
    (r"x\in A", "⠠⠭⠀⠐⠪⠀⠨⠁"),
    (r"A\subset B", "⠨⠁⠀⠯⠀⠃"),
    (r"A\cup B\setminus C\cap D", "⠨⠁⠀⠰⠴⠃⠀⠰⠤⠉⠀⠰⠲⠙"),
    (r"(3, 5]\cap[7,\infty)=\emptyset", "⠣⠼⠉⠠⠂⠼⠑⠾⠀⠰⠲⠷⠼⠛⠠⠂⠻⠜⠀⠶⠈⠴"),
    (r"0{,}56", "⠼⠚⠂⠑⠋"),
    (r"\forall x", "⠫⠄⠠⠭"),
    (r"A\Rightarrow B", "⠨⠁⠀⠶⠜⠃"),
    (r"x\le 1\le y", "⠠⠭⠀⠪⠶⠼⠁⠀⠪⠶⠠⠽"),
    (r"\partial f/\partial x", "⠹⠠⠋⠠⠌⠹⠭"),
    (r"\angle ABC=15^\circ 30'", "⠸⠪⠨⠁⠃⠉⠀⠶⠼⠁⠑⠨⠴⠼⠉⠚⠨⠔"),
    (r"Z_{+\infty}", "⠨⠵⠡⠐⠀⠖⠻⠱"),
    (r"\sqrt{10000}<101", "⠩⠱⠼⠁⠚⠚⠚⠚⠹⠀⠪⠀⠼⠁⠚⠁"),
]

UEB = [
    (r"3+5=8", "⠼⠉⠐⠖⠼⠑⠀⠐⠶⠀⠼⠓"),
    (r"3\times5=5\times 3=15", "⠼⠉⠐⠦⠼⠑⠀⠐⠶⠀⠼⠑⠐⠦⠼⠉⠀⠐⠶⠀⠼⠁⠑"),
    (r"15\pm0.5", "⠼⠁⠑⠸⠖⠼⠚⠲⠑"),
    (r"5-3\ne3-5", "⠼⠑⠐⠤⠼⠉⠀⠐⠶⠈⠱⠀⠼⠉⠐⠤⠼⠑"),
    (r"\frac58", "⠼⠑⠌⠓"),
    (r"\frac{a}{b}+\frac{c}{d}", "⠰⠰⠷⠁⠨⠌⠃⠾⠐⠖⠷⠉⠨⠌⠙⠾"),
    (r"a^n\times a^m=a^{n+m}", "⠰⠰⠰⠁⠔⠝⠐⠦⠁⠔⠍⠀⠐⠶⠀⠁⠔⠣⠝⠐⠖⠍⠜⠰⠄"),
    (r"3x-4y+y^2=x^2", "⠰⠰⠰⠼⠉⠭⠐⠤⠼⠙⠽⠐⠖⠽⠔⠼⠃⠀⠐⠶⠀⠭⠔⠼⠃⠰⠄"),
    (r"\sqrt{(y-x^2)}", "⠰⠰⠩⠐⠣⠽⠐⠤⠭⠔⠼⠃⠐⠜⠬"),
    (r"y=\frac x2", "⠰⠰⠰⠽⠀⠐⠶⠀⠷⠭⠨⠌⠼⠃⠾⠰⠄"),
    (r"x^{2y}", "⠰⠰⠭⠔⠣⠼⠃⠽⠜"),
    (r"x^{y+1}+3", "⠰⠰⠭⠔⠣⠽⠐⠖⠼⠁⠜⠐⠖⠼⠉"),
    (r"x^{\frac ab}y=x", "⠰⠰⠰⠭⠔⠷⠁⠨⠌⠃⠾⠽⠀⠐⠶⠀⠭⠰⠄"),
    (r"e^{x^2}", "⠰⠰⠑⠔⠣⠭⠔⠼⠃⠜"),
    (r"P_{x_i}", "⠰⠰⠠⠏⠢⠣⠭⠢⠊⠜"),
    (r"a^{-2b}", "⠰⠰⠁⠔⠣⠐⠤⠼⠃⠰⠃⠜"),
    (r"x_1^2=y_2^3", "⠰⠰⠰⠭⠢⠼⠁⠔⠼⠃⠀⠐⠶⠀⠽⠢⠼⠃⠔⠼⠉⠰⠄"),
    (r"\sum_{x=1}^n x_i^2", "⠰⠰⠠⠨⠎⠨⠢⠣⠭⠐⠶⠼⠁⠜⠨⠔⠝⠭⠢⠊⠔⠼⠃"),
    (r"r=\sqrt{x^2+y^2}", "⠰⠰⠰⠗⠀⠐⠶⠀⠩⠭⠔⠼⠃⠐⠖⠽⠔⠼⠃⠬⠰⠄"),
    (r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}", "⠰⠰⠰⠭⠀⠐⠶⠀⠷⠐⠤⠃⠸⠖⠩⠃⠔⠼⠃⠐⠤⠼⠙⠰⠁⠉⠬⠨⠌⠼⠃⠰⠁⠾⠰⠄"),
    (r"\sqrt[mn]{xy}", "⠰⠰⠩⠔⠣⠍⠝⠜⠭⠽⠬"),
    (r"\frac{dy}{dx}", "⠰⠰⠷⠙⠽⠨⠌⠙⠭⠾"),
    (r"\int_2^3(2x+1)dx=6", "⠰⠰⠰⠮⠢⠼⠃⠔⠼⠉⠐⠣⠼⠃⠭⠐⠖⠼⠁⠐⠜⠙⠭⠀⠐⠶⠀⠼⠋⠰⠄"),
    (r"\frac{n!}{r!(n-r)!}", "⠰⠰⠷⠝⠖⠨⠌⠗⠖⠐⠣⠝⠐⠤⠗⠐⠜⠖⠾"),
    (r"\bar x", "⠰⠰⠭⠱"),
    (r"V=IR", "⠰⠰⠰⠠⠧⠀⠐⠶⠀⠠⠠⠊⠗⠰⠄"),
    (r"\log_x y", "⠰⠰⠇⠕⠛⠢⠭⠽"),
    (r"5\,000\,000", "⠼⠑⠐⠚⠚⠚⠐⠚⠚⠚"),
    (r"2\frac12", "⠼⠃⠼⠁⠌⠃"),
    (r"\vec x", "⠰⠰⠭⠘⠱"),
    (r"A\cap B\subset A\cup B", "⠰⠰⠰⠠⠁⠨⠦⠠⠃⠀⠘⠣⠀⠠⠁⠨⠖⠠⠃⠰⠄"),
    (r"x", "⠰⠭"),
    (r"\binom nr", "⠰⠰⠐⠣⠝⠻⠗⠐⠜"),
    (r"\{(x, y)\mid x+y=6\}", "⠰⠰⠰⠸⠣⠐⠣⠭⠂⠀⠽⠐⠜⠀⠸⠳⠀⠭⠐⠖⠽⠀⠐⠶⠀⠼⠋⠸⠜⠰⠄"),
    (r"\lim_{x\to a}f(x)=1", "⠰⠰⠰⠇⠊⠍⠨⠢⠣⠭⠳⠕⠁⠜⠋⠐⠣⠭⠐⠜⠀⠐⠶⠀⠼⠁⠰⠄"),
    (r"81^{\frac34}", "⠰⠰⠼⠓⠁⠔⠼⠉⠌⠙"),
]

NEMETH = [
    (r"y=2\sin x", "⠽⠀⠨⠅⠀⠼⠆⠎⠊⠝⠀⠭"),
    (r"\sin1", "⠎⠊⠝⠀⠼⠂"),
    (r"-1", "⠤⠼⠂"),
    (r"(1, 2, 3)", "⠷⠂⠠⠀⠆⠠⠀⠒⠾"),
    (r"(-1, -2, -3)", "⠷⠤⠂⠠⠀⠤⠆⠠⠀⠤⠒⠾"),
    (r"65-75", "⠼⠖⠢⠤⠶⠢"),
    (r"r5", "⠗⠐⠢"),
    (r"\triangle ABC", "⠫⠞⠀⠠⠁⠠⠃⠠⠉"),
    (r"\alpha", "⠨⠁"),
    (r"\frac{a+b}{c}", "⠹⠁⠬⠃⠌⠉⠼"),
    (r"4\frac38", "⠼⠲⠸⠹⠒⠌⠦⠸⠼"),
    (r"\frac{\frac38}{5}", "⠠⠹⠹⠒⠌⠦⠼⠠⠌⠢⠠⠼"),
    (r"n^{x^y}", "⠝⠘⠭⠘⠘⠽"),
    (r"n_{x_y}", "⠝⠰⠭⠰⠰⠽"),
    (r"\log_2 x", "⠇⠕⠛⠆⠀⠭"),
    (r"x_{i_1}", "⠭⠰⠊⠰⠰⠂"),
    (r"x_a+y^2", "⠭⠰⠁⠐⠬⠽⠘⠆"),
    (r"\frac{e^{x^2}}{2}", "⠹⠑⠘⠭⠘⠘⠆⠐⠌⠆⠼"),
    (r"x^2, x^3", "⠭⠘⠆⠠⠀⠭⠘⠒"),
    (r"x_{i,j}", "⠭⠰⠊⠪⠚"),
    (r"\cos^2x", "⠉⠕⠎⠘⠆⠀⠭"),
    (r"2^x<3^x", "⠼⠆⠘⠭⠀⠐⠅⠀⠼⠒⠘⠭"),
    (r"\sqrt{x^2+y^2}", "⠜⠭⠘⠆⠐⠬⠽⠘⠆⠐⠻"),
    (r"e^{\sqrt{x^2+y^2}}", "⠑⠘⠜⠭⠘⠘⠆⠘⠬⠽⠘⠘⠆⠘⠻"),
    (r"(x_1+1)", "⠷⠭⠂⠬⠂⠾"),
    (r"x_a^n", "⠭⠰⠁⠘⠝"),
    (r"x_1^2", "⠭⠂⠘⠆"),
    (r"\lim_{x\to 0}f(x)", "⠐⠇⠊⠍⠩⠭⠀⠫⠕⠀⠼⠴⠻⠀⠋⠷⠭⠾"),
    (r"\bar x", "⠭⠱"),
    (r"\overline{x+y}", "⠐⠭⠬⠽⠣⠱⠻"),
    (r"\sum_{n=1}^\infty\frac{1}{2^n}=1", "⠐⠨⠠⠎⠩⠝⠀⠨⠅⠀⠼⠂⠣⠠⠿⠻⠹⠂⠌⠆⠘⠝⠐⠼⠀⠨⠅⠀⠼⠂"),
    (r"\binom nk", "⠷⠝⠩⠅⠾"),
    (r"\overrightarrow{AB}", "⠐⠠⠁⠠⠃⠣⠫⠕⠻"),
    (r"\hat x", "⠐⠭⠣⠸⠣⠻"),
    (r"\sqrt[3]2", "⠣⠒⠜⠆⠻"),
    (r"\sqrt{x+\sqrt{x+y}+z}", "⠜⠭⠬⠨⠜⠭⠬⠽⠨⠻⠬⠵⠻"),
    (r"\angle 1", "⠫⠪⠀⠼⠂"),
    (r"\sin30^\circ\cos45^\circ", "⠎⠊⠝⠀⠼⠒⠴⠘⠨⠡⠐⠉⠕⠎⠀⠼⠲⠢⠘⠨⠡"),
    (r"100\%", "⠼⠂⠴⠴⠈⠴"),
    (r"\frac12, \frac34", "⠹⠂⠌⠆⠼⠠⠀⠹⠒⠌⠲⠼"),
    (r"x'_1", "⠭⠄⠂"),
    (r"x\pm y", "⠭⠬⠤⠽"),
    (r"\int_0^{\sqrt{1-x^2}}f(x)dx", "⠮⠰⠴⠘⠜⠂⠤⠭⠘⠘⠆⠘⠻⠐⠋⠷⠭⠾⠙⠭"),
    (r"5\times 3", "⠼⠢⠈⠡⠒"),
    (r"\sqrt{\sqrt[3]x}", "⠜⠨⠣⠒⠜⠭⠨⠻⠻"),
]


@pytest.mark.parametrize(("latex", "expected"), RUSSIAN)
def test_russian_braille(latex: str, expected: str) -> None:
    assert to_braille(read_formula(latex), "ru") == expected


@pytest.mark.parametrize(("latex", "expected"), UEB)
def test_unified_english_braille(latex: str, expected: str) -> None:
    assert to_braille(read_formula(latex), "ueb") == expected


@pytest.mark.parametrize(("latex", "expected"), NEMETH)
def test_nemeth_code_between_its_indicators(latex: str, expected: str) -> None:
    assert to_braille(read_formula(latex), "nemeth") == f"⠸⠩⠀{expected}⠀⠸⠱"


def test_dots_become_cells() -> None:
    assert cells("1-12-0-123456") == "⠁⠃⠀⠿"


def test_cyrillic_letters_are_marked_where_they_touch_digits_or_latin() -> None:
    assert to_braille(read_formula(r"5\text{кг}"), "ru") == "⠼⠑⠐⠅⠛"
    assert to_braille(read_formula(r"v_{\text{ср}}"), "ru") == "⠠⠧⠡⠐⠎⠗⠱"
    assert to_braille(read_formula(r"\text{путь}=x"), "ru") == "⠏⠥⠞⠾⠀⠶⠠⠭"
    assert to_braille(read_formula(r"\text{ңөү}"), "ru") == "⠽⠌⠧"


def test_a_colon_divides_or_punctuates() -> None:
    assert to_braille(read_formula("6:2"), "nemeth") == "⠸⠩⠀⠼⠖⠀⠐⠂⠀⠼⠆⠀⠸⠱"
    assert to_braille(read_formula(r"f: x\to y"), "nemeth") == "⠸⠩⠀⠋⠸⠒⠀⠭⠀⠫⠕⠀⠽⠀⠸⠱"
    assert to_braille(read_formula("6:2"), "ru") == "⠼⠋⠀⠲⠼⠃"
    assert to_braille(read_formula(r"f: x\to y"), "ru") == "⠠⠋⠠⠒⠭⠀⠒⠕⠽"


@pytest.mark.parametrize("code", [russian, ueb, nemeth])
def test_every_sign_has_cells_and_a_source_in_every_code(code: object) -> None:
    signs = getattr(code, "SIGNS")  # noqa: B009
    spoken = set(READERS[ENGLISH].signs)
    assert spoken <= set(signs)
    prefixes = ("liblouis", "mathcat", "unconfirmed", "gtm-", "nemeth-", "list")
    assert all(one.cells and one.source.startswith(prefixes) for one in signs.values())
    rules = getattr(code, "RULES")  # noqa: B009
    assert all(read_formula(one.example).problems == () for one in rules)
    assert all(one.source.startswith((*prefixes, "rueb-", "bana-")) for one in rules)


def test_unknown_source_is_written_symbol_by_symbol() -> None:
    assert to_braille(read_formula(r"\foo"), "ru") == "⠠⠡⠠⠋⠕⠕"
    assert to_braille(read_formula(r"\foo"), "ueb") == "⠰⠰⠸⠡⠋⠕⠕"
    assert to_braille(read_formula(r"\foo"), "nemeth") == "⠸⠩⠀⠸⠡⠋⠕⠕⠀⠸⠱"
