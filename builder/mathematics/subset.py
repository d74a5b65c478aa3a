"""The documented subset: examples by topic, and the text of `SUBSET.md`, which a test keeps equal to what is done."""

from typing import Final

from builder.mathematics import speech
from builder.mathematics.braille import nemeth, russian, ueb, write_nemeth, write_russian, write_ueb
from builder.mathematics.braille.cells import BrailleSign, Rule
from builder.mathematics.parsing import read_formula
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "Numbers and operations": (
        r"5+12=17",
        r"3{,}5\cdot 2=7",
        r"12\times 35=420",
        r"783:9=87",
        r"1\,000\,000-1",
        r"x=-2",
        r"x\pm y",
        r"a\div b",
        r"a/b",
        r"5\%",
        r"2{,}5\%",
        r"n!",
        r"№5",
    ),
    "Comparisons": (
        r"x<5",
        r"x>0",
        r"x\le 10",
        r"x\ge -2",
        r"0<x<5",
        r"a\ne b",
        r"\pi\approx 3{,}14",
        r"a\equiv b\pmod{n}",
        r"y\propto x",
        r"x\not= y",
    ),
    "Fractions": (
        r"\frac{1}{2}",
        r"\frac{2}{3}+\frac{3}{4}",
        r"2\frac{1}{2}",
        r"\frac{7}{25}",
        r"\frac{a}{b}",
        r"\frac{a+b}{c}",
        r"\frac{x}{2}\cdot y",
        r"\frac{\frac{1}{x}}{y}",
        r"\frac{x^2}{2}",
        r"v=\frac{s}{t}",
        r"\frac{1}{100}",
        r"\frac{5}{6}:\frac{1}{3}",
        r"\frac{1}{2}x",
    ),
    "Powers and indices": (
        r"x^2",
        r"x^3+y^3",
        r"x^4",
        r"a^n",
        r"a^{n+1}",
        r"10^{-3}",
        r"e^{-x}",
        r"2^{\frac{1}{2}}",
        r"(a+b)^2=a^2+2ab+b^2",
        r"a_1+a_2+\ldots+a_n",
        r"x_{n+1}",
        r"x_1^2",
        r"x_{1,2}",
        r"v_{\text{ср}}",
        r"\mathrm{H_2O}",
        r"S=\pi r^2",
    ),
    "Roots": (
        r"\sqrt{2}",
        r"\sqrt{x+1}",
        r"\sqrt[3]{8}",
        r"\sqrt[4]{16}",
        r"\sqrt[n]{a}",
        r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}",
    ),
    "Brackets": (
        r"(a+b)(a-b)",
        r"\left[\frac{a}{b}\right]",
        r"|x|",
        r"|x-1|<3",
        r"\|a\|",
        r"\lfloor x\rfloor",
        r"\lceil x\rceil",
        r"A(2;3)",
        r"\langle a,b\rangle",
    ),
    "Functions": (
        r"f(x)=2x+1",
        r"f(x+1)",
        r"\sin x",
        r"\sin^2\alpha+\cos^2\alpha=1",
        r"\tg x=\frac{\sin x}{\cos x}",
        r"\ctg x",
        r"\arctg 1",
        r"\log_2 8=3",
        r"\ln x",
        r"\lg 100=2",
        r"\max(a,b)",
        r"\operatorname{НОД}(12;18)=6",
        r"f: A\to B",
        r"P(A\mid B)",
    ),
    "Calculus": (
        r"f'(x)",
        r"f''(x)=0",
        r"\frac{dy}{dx}",
        r"\frac{d^2y}{dx^2}",
        r"\frac{\partial f}{\partial x}",
        r"\Delta x",
        r"\nabla f",
        r"\lim_{x\to 0}\frac{\sin x}{x}=1",
        r"\lim_{n\to\infty}a_n",
        r"\int f(x)\,dx",
        r"\int_0^1 x^2\,dx",
        r"\int_{-\infty}^{+\infty}e^{-x^2}\,dx",
        r"\iint_D f(x,y)\,dx\,dy",
        r"\oint_L F",
        r"\sum_{i=1}^{n}a_i",
        r"\sum_{k=0}^{\infty}\frac{1}{k!}=e",
        r"\prod_{k=1}^{n}k=n!",
        r"\left.x^2\right|_0^1",
        r"\lim_{\Delta x\to 0}\frac{\Delta y}{\Delta x}",
    ),
    "Sets, intervals, logic": (
        r"x\in A",
        r"x\notin A",
        r"x\in\mathbb{R}",
        r"\mathbb{N}\subset\mathbb{Z}",
        r"A\cup B",
        r"A\cap B=\emptyset",
        r"A\setminus B",
        r"\{1, 2, 3\}",
        r"\{x\mid x>0\}",
        r"x\in[2;5]",
        r"x\in(2;5)",
        r"x\in[2;5)",
        r"x\in(-\infty;3]",
        r"p\land q",
        r"p\lor\neg q",
        r"a=b\Rightarrow b=a",
        r"p\Leftrightarrow q",
        r"\forall x\in\mathbb{R}",
        r"\exists y: y>x",
    ),
    "Combinations": (r"\binom{n}{k}", r"\binom{5}{2}=10"),
    "Geometry and vectors": (
        r"\angle ABC=90^\circ",
        r"45^\circ 30'",
        r"20^\circ\mathrm{C}",
        r"\triangle ABC\sim\triangle DEF",
        r"a\perp b",
        r"a\parallel b",
        r"AB=5",
        r"\overline{AB}",
        r"\vec{a}\cdot\vec{b}",
        r"\vec{a}\times\vec{b}",
        r"\overrightarrow{AB}",
        r"|\vec{a}|=3",
        r"\bar{x}",
        r"\hat{y}",
        r"\dot{x}",
        r"\mathbf{v}",
    ),
    "Matrices, systems, lines": (
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"A^T",
        r"\begin{vmatrix}a&b\\c&d\end{vmatrix}=ad-bc",
        r"\begin{cases}x+y=5\\x-y=1\end{cases}",
        r"|x|=\begin{cases}x,&x\ge 0\\-x,&x<0\end{cases}",
        r"\begin{aligned}2x&=6\\x&=3\end{aligned}",
    ),
    "Greek letters and the rest": (
        r"\alpha+\beta+\gamma=180^\circ",
        r"\omega=2\pi\nu",
        r"\underbrace{a+\ldots+a}_{n}",
        r"x\to+\infty",
        r"1,2,\ldots,n",
        r"\text{путь}=v\cdot t",
        r"5\,\mathrm{cm}",
    ),
    "Outside the subset: kept, read symbol by symbol, reported": (r"\foo{x}", r"x^a^b", r"\frac{1}"),
}

_INTRODUCTION: Final = """# Formulas: what is understood

A formula is written in LaTeX between dollar signs. Everything below becomes MathML on the page and in EPUB, words for
listening, braille, and large print. What stands outside is not lost: its source is kept, read symbol by symbol, and
reported with its line (`math-unknown-macro`, `math-unclosed`, `math-outside-subset`).

This file is written by `builder/mathematics/subset.py`; a test fails when it no longer says what the program does.

- A comma between digits without a space is a decimal comma: `3,5` or `3{,}5`. In a list put a space: `(3, 5)`, or `;`.
- Thousands are set apart by `\\,`: `1\\,000\\,000`.
- A capital letter is announced, except at angles, triangles, segments and vectors, where capitals are the custom.
- Cyrillic letters in a row are a word; so is `\\mathrm{…}` and `\\operatorname{…}`. Sentences go into `\\text{…}`.
- Braille stands in one line. Russian braille serves Russian and Kyrgyz; English has UEB, or Nemeth by setting.

## Macros

"""


def describe_subset() -> str:
    """The text of `SUBSET.md`."""
    return (
        _INTRODUCTION
        + _macros()
        + "\n## Examples\n\n"
        + "\n".join(_examples(topic, formulas) for topic, formulas in EXAMPLES.items())
        + "\n"
        + _braille_signs()
    )


def spoken_table() -> str:
    """All examples with their words in three languages, for a teacher to proofread."""
    lines = ["# Formulas in words", "", "| LaTeX | English | Русский | Кыргызча |", "|---|---|---|---|"]
    for formulas in EXAMPLES.values():
        lines += [" | ".join(["", _code(one), *_words(one), ""]).strip() for one in formulas]
    return "\n".join(lines) + "\n"


def _words(latex: str) -> list[str]:
    formula = read_formula(latex)
    return [speech.speak(formula, language) for language in (ENGLISH, RUSSIAN, KYRGYZ)]


def _examples(topic: str, formulas: tuple[str, ...]) -> str:
    parts = [f"### {topic}\n"]
    for latex in formulas:
        formula = read_formula(latex)
        english, russian_words, kyrgyz = _words(latex)
        parts.append(
            f"{_code(latex, table=False)}\n\n- en: {english}\n- ru: {russian_words}\n- ky: {kyrgyz}\n"
            f"- braille ru, ky: {write_russian(formula)}\n- braille UEB: {write_ueb(formula)}\n"
            f"- braille Nemeth: {write_nemeth(formula)}\n"
        )
    return "\n".join(parts)


def _code(latex: str, table: bool = True) -> str:
    return f"`{latex.replace('|', chr(92) + '|') if table else latex}`"


def _macros() -> str:
    from builder.mathematics import symbols

    groups = {
        "signs": sorted(symbols.SIGN_OF_MACRO),
        "Greek letters": list(symbols.GREEK),
        "functions": sorted(symbols.FUNCTION_MACROS),
        "fractions, roots, combinations": [*sorted(symbols.FRACTIONS), "sqrt", *sorted(symbols.BINOMIALS)],
        "marks over and under": list(symbols.MARKS),
        "type": [*symbols.STYLES, *sorted(symbols.TEXTS), "operatorname"],
        "brackets": ["left", "right", *(one[1:] for one in [*symbols.OPENING, *symbols.CLOSING] if one[0] == "\\")],
        "room": [*symbols.SPACES],
        "accepted, without meaning": sorted(symbols.WITHOUT_MEANING),
        "others": ["not", "pmod", "bmod", "tag", "prime"],
    }
    lines = [f"- {name}: " + " ".join(f"`\\{one}`" for one in macros) for name, macros in groups.items()]
    lines.append("- environments: " + " ".join(f"`{one}`" for one in symbols.ENVIRONMENTS))
    return "\n".join(lines) + "\n"


def _braille_signs() -> str:
    parts = ["## Braille signs and their sources\n"]
    codes = (("Russian", russian, write_russian), ("UEB", ueb, write_ueb), ("Nemeth", nemeth, write_nemeth))
    for title, module, write in codes:
        parts.append(f"### {title}\n\n{(module.__doc__ or '').strip()}\n")
        parts.append("| construct | example | braille | rule | source |\n|---|---|---|---|---|")
        rules: tuple[Rule, ...] = module.RULES
        parts += [
            _line(one.construct, _code(one.example), write(read_formula(one.example)), one.rule, one.source)
            for one in rules
        ]
        parts.append("")
        parts.append("| sign | dots | blank cell | source |\n|---|---|---|---|")
        signs: dict[str, BrailleSign] = module.SIGNS
        parts += [
            f"| {_cell(symbol)} | {_dots(one.cells)} | {one.room} | {one.source} |" for symbol, one in signs.items()
        ]
        marks = ", ".join(mark.value for mark in module.UNCONFIRMED_MARKS)
        parts.append(f"\nMarks over and under a letter without a source: {marks or 'none'}.\n")
    return "\n".join(parts)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(symbol: str) -> str:
    return "\\|" if symbol == "|" else symbol


def _dots(text: str) -> str:
    return "-".join("".join(str(dot + 1) for dot in range(6) if (ord(one) - 0x2800) >> dot & 1) for one in text)
