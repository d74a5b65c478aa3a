"""A formula as a typed tree: what the parser makes of LaTeX, and all that the renderers read."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a letter is set. Blackboard letters are the number sets; upright words are units, names and elements."""

    ITALIC = "italic"
    UPRIGHT = "upright"
    BOLD = "bold"
    BLACKBOARD = "blackboard"
    SCRIPT = "script"


class Role(StrEnum):
    """What a sign does in a row: it decides spacing, grouping and whether a minus is a sign of the number."""

    ORDINARY = "ordinary"
    BINARY = "binary"
    RELATION = "relation"
    PUNCTUATION = "punctuation"
    LARGE = "large"
    POSTFIX = "postfix"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class Number:
    """Digits, with the decimal sign that the author wrote (comma or point)."""

    text: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """One letter of any script, or, in upright or bold type, a word."""

    name: str
    style: Style = Style.ITALIC


@dataclass(frozen=True, slots=True)
class Function:
    """A named function or operator such as sin, lim, max."""

    name: str


@dataclass(frozen=True, slots=True)
class Sign:
    """Any other symbol, as its Unicode character."""

    symbol: str
    role: Role = Role.ORDINARY


@dataclass(frozen=True, slots=True)
class Words:
    """Ordinary text inside a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Space:
    """Room that the author asked for; `wide` is a quad or more."""

    wide: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Source outside the subset, to the letter."""

    source: str


@dataclass(frozen=True, slots=True)
class Row:
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    numerator: "Expression"
    denominator: "Expression"


@dataclass(frozen=True, slots=True)
class Binomial:
    """n over k in brackets: the number of combinations."""

    upper: "Expression"
    lower: "Expression"


@dataclass(frozen=True, slots=True)
class Root:
    """`index` is None for a square root."""

    radicand: "Expression"
    index: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Script:
    """A base with what stands below and above it on the right (or under and over it, for sums and limits)."""

    base: "Expression"
    lower: "Expression | None" = None
    upper: "Expression | None" = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Fenced:
    """Something between two delimiters; either may be empty (``\\left.``)."""

    opening: str
    content: "Expression"
    closing: str


class Mark(StrEnum):
    """What stands over or under an expression."""

    ARROW = "arrow"
    BAR = "bar"
    HAT = "hat"
    TILDE = "tilde"
    DOT = "dot"
    TWO_DOTS = "two-dots"
    UNDERLINE = "underline"
    BRACE_OVER = "brace-over"
    BRACE_UNDER = "brace-under"


@dataclass(frozen=True, slots=True)
class Marked:
    """An expression with a mark; `label` is the note at a brace."""

    mark: Mark
    content: "Expression"
    label: "Expression | None" = None


class Layout(StrEnum):
    MATRIX = "matrix"
    CASES = "cases"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells: a matrix (with its delimiters), a system, or lines of a calculation."""

    layout: Layout
    rows: tuple[tuple["Expression", ...], ...]
    opening: str = ""
    closing: str = ""


Expression = (
    Number
    | Identifier
    | Function
    | Sign
    | Words
    | Space
    | Unknown
    | Row
    | Fraction
    | Binomial
    | Root
    | Script
    | Fenced
    | Marked
    | Grid
)


@dataclass(frozen=True, slots=True)
class MathProblem:
    """What cannot be published as mathematics: `rule`, the character `offset` in the LaTeX, and words to fill in.

    Rules: ``math-unknown-macro`` (value `macro`), ``math-unclosed`` (value `opening`), ``math-outside-subset``
    (value `source`).
    """

    rule: str
    offset: int
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: the tree, the source, and every problem in order of its place."""

    expression: Expression
    latex: str
    problems: tuple[MathProblem, ...] = ()


def child_expressions(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside, in reading order."""
    match node:
        case Row(items=items):
            return items
        case Fraction(numerator=first, denominator=second) | Binomial(upper=first, lower=second):
            return (first, second)
        case Root(radicand=radicand, index=index):
            return (radicand,) if index is None else (index, radicand)
        case Script(base=base, lower=lower, upper=upper):
            return tuple(one for one in (base, lower, upper) if one is not None)
        case Fenced(content=content):
            return (content,)
        case Marked(content=content, label=label):
            return (content,) if label is None else (content, label)
        case Grid(rows=rows):
            return tuple(cell for row in rows for cell in row)
        case _:
            return ()
