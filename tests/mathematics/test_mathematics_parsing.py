"""LaTeX is read into a tree; whatever is not understood is kept and reported where it stands."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.mathematics import Formula, read_formula, speak_formula, to_braille, to_mathml, to_typst
from builder.mathematics.expression import (
    Expression,
    Fenced,
    Fraction,
    Function,
    Grid,
    Identifier,
    Layout,
    Mark,
    Marked,
    Number,
    Role,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Style,
    Unknown,
    Words,
    child_expressions,
)
from builder.mathematics.subset import EXAMPLES
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN

X, A, B, N = Identifier("x"), Identifier("a"), Identifier("b"), Identifier("n")
PLUS = Sign("+", Role.BINARY)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("", Row(())),
        ("x", X),
        ("3{,}5", Number("3,5")),
        ("3,5", Number("3,5")),
        ("3.5", Number("3.5")),
        (r"1\,000", Number("1\u202f000")),
        (
            "1,2,3",
            Row((Number("1"), Sign(",", Role.PUNCTUATION), Number("2"), Sign(",", Role.PUNCTUATION), Number("3"))),
        ),
        ("x^2", Script(X, upper=Number("2"))),
        ("x^12", Row((Script(X, upper=Number("1")), Number("2")))),
        ("x_1^2", Script(X, Number("1"), Number("2"))),
        ("x^2_1", Script(X, Number("1"), Number("2"))),
        ("f''", Script(Identifier("f"), primes=2)),
        (r"x^{\prime}", Script(X, primes=1)),
        (r"\frac12", Fraction(Number("1"), Number("2"))),
        (r"\frac{a+b}{n}", Fraction(Row((A, PLUS, B)), N)),
        (r"\sqrt[3]{x}", Root(X, Number("3"))),
        (r"\sqrt x", Root(X)),
        ("(a)", Fenced("(", A, ")")),
        (r"\left[a\right)", Fenced("[", A, ")")),
        ("[a)", Fenced("[", A, ")")),
        ("(a", Row((Sign("("), A))),
        ("|x|", Fenced("|", X, "|")),
        (r"\{x|n\}", Fenced("{", Row((X, Sign("∣", Role.RELATION), N)), "}")),
        ("{ab}^2", Script(Row((A, B)), upper=Number("2"))),
        (r"90^\circ", Row((Number("90"), Sign("°", Role.POSTFIX)))),
        (r"\mathrm{cm}", Identifier("cm", Style.UPRIGHT)),
        ("ср", Identifier("ср", Style.UPRIGHT)),
        (r"\text{а б}", Words("а б")),
        (r"\tg", Function("tg")),
        (r"\operatorname{НОД}", Function("НОД")),
        (r"\vec{AB}", Marked(Mark.ARROW, Row((Identifier("A"), Identifier("B"))))),
        (r"\quad", Space(wide=True)),
        (r"\not=", Sign("≠", Role.RELATION)),
        (r"\underbrace{a}_{n}", Marked(Mark.BRACE_UNDER, A, N)),
        (r"\begin{pmatrix}a&b\end{pmatrix}", Grid(Layout.MATRIX, ((A, B),), "(", ")")),
        (r"\left(\begin{matrix}a\\b\end{matrix}\right)", Grid(Layout.MATRIX, ((A,), (B,)), "(", ")")),
        (r"\left\{\begin{array}{l}a\\b\end{array}\right.", Grid(Layout.CASES, ((A,), (B,)), "{", "")),
    ],
)
def test_latex_becomes_this_tree(latex: str, expected: Expression) -> None:
    formula = read_formula(latex)
    assert formula.problems == ()
    assert formula.expression == expected


@pytest.mark.parametrize(
    ("latex", "rule", "offset", "value"),
    [
        (r"a+\foo{b}", "math-unknown-macro", 2, r"\foo"),
        (r"\frac{a}", "math-unclosed", 0, r"\frac"),
        ("{a", "math-unclosed", 0, "{"),
        (r"\left(a", "math-unclosed", 0, r"\left"),
        (r"\begin{cases}a", "math-unclosed", 0, r"\begin{cases}"),
        (r"\begin{cases}a\end{matrix}", "math-unclosed", 0, r"\begin{cases}"),
        (r"\text{abc", "math-unclosed", 5, "{"),
        ("x^", "math-unclosed", 1, "^"),
        ("a}b", "math-outside-subset", 1, "}"),
        ("x^a^b", "math-outside-subset", 3, "^b"),
        ("a&b", "math-outside-subset", 1, "&"),
        (r"\begin{tikzpicture}a\end{tikzpicture}", "math-outside-subset", 0, r"\begin{tikzpicture}"),
        ("{" * 60, "math-outside-subset", 40, "{" * 20),
    ],
)
def test_problem_names_its_place(latex: str, rule: str, offset: int, value: str) -> None:
    (problem,) = read_formula(latex).problems
    assert (problem.rule, problem.offset, problem.values[0][1]) == (rule, offset, value)


def test_all_problems_of_a_formula_are_told_at_once() -> None:
    found = [(one.rule, one.offset) for one in read_formula(r"\foo+\sqrt[3").problems]
    assert found == [("math-unknown-macro", 0), ("math-unclosed", 5), ("math-unclosed", 10)]


def test_unknown_macro_stays_in_the_tree_with_its_argument_in_braces() -> None:
    assert read_formula(r"\foo{b}").expression == Row((Unknown(r"\foo"), Unknown("{"), B, Unknown("}")))


def test_unknown_environment_stays_to_the_letter() -> None:
    source = r"\begin{tikzcd} A \arrow[r] & B \\ \begin{tikzcd}C\end{tikzcd} \end{tikzcd}"
    assert read_formula(source).expression == Unknown(source)
    assert read_formula(r"\begin{dcd}a & b\end{dcd}+b").expression == Row(
        (Unknown(r"\begin{dcd}a & b\end{dcd}"), Sign("+", Role.BINARY), B)
    )


@pytest.mark.parametrize("latex", [one for group in list(EXAMPLES.values())[:-1] for one in group])
def test_every_documented_example_is_inside_the_subset(latex: str) -> None:
    assert read_formula(latex).problems == ()


FRAGMENTS = st.sampled_from(
    [
        *(r"\frac \sqrt \left \right \begin{cases} \end{cases} \\ & { } [ ] ( ) | ^ _ ' \text{ё}".split()),
        *(r"\mathrm \foo \not \overline".split()),
        *(r"\sum \int \lim \sin \vec \{ \} \alpha \to \in \le + - = , ; : ! % $ # ~ 1 2{,}5 10 x A d ң".split()),
        " ",
        "\n",
        "\x00",
        "²",
        "日",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=30), st.lists(FRAGMENTS, max_size=25).map("".join)))
def test_no_string_makes_any_output_fail(latex: str) -> None:
    formula = read_formula(latex)
    assert isinstance(formula, Formula) and formula.latex == latex
    assert list(formula.problems) == sorted(formula.problems, key=lambda one: one.offset)
    assert all(0 <= one.offset <= len(latex) for one in formula.problems)
    for language in (KYRGYZ, RUSSIAN, ENGLISH):
        assert "\n" not in speak_formula(formula, language)
    assert to_mathml(formula, display=True, language=KYRGYZ).endswith("</math>")
    assert to_typst(formula)
    for braille in (to_braille(formula, "ru"), to_braille(formula, "ueb"), to_braille(formula, "nemeth")):
        assert braille and all("\u2800" <= one <= "\u283f" for one in braille)


def _depth(node: Expression) -> int:
    return 1 + max(map(_depth, child_expressions(node)), default=0)


@pytest.mark.parametrize(
    "latex", ["(" * 3000 + ")" * 3000, "{" * 3000, r"\sqrt" * 3000, "|" * 3000, "x^a" + "^b" * 3000, r"\left(" * 3000]
)
def test_depth_of_the_tree_is_bounded(latex: str) -> None:
    assert _depth(read_formula(latex).expression) < 60


def test_time_grows_with_length_and_not_faster() -> None:
    def seconds(count: int) -> float:
        latex = r"\frac{x_1}{y}+|a|<(b-1)^2," * count
        start = time.perf_counter()
        read_formula(latex)
        return time.perf_counter() - start

    seconds(10)
    once, tenfold = min(seconds(300), seconds(300)), min(seconds(3000), seconds(3000))
    assert tenfold < 40 * once + 0.05
