"""Expression tree -> Typst 0.15 mathematics (https://typst.app/docs/reference/math/).

Everything that has a meaning in Typst's own syntax is escaped or quoted, so that no formula can run code.
"""

from typing import Final

from builder.mathematics import symbols
from builder.mathematics.expression import (
    Binomial,
    Expression,
    Fenced,
    Formula,
    Fraction,
    Function,
    Grid,
    Identifier,
    Layout,
    Mark,
    Marked,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Style,
    Unknown,
    Words,
)
from builder.mathematics.rows import Join, is_prefix, join

_ESCAPED: Final = frozenset("\\/_^&#$\"'~,;:()[]{}|‖*`@<>=!-.")
_MARKS: Final = {
    Mark.ARROW: "arrow",
    Mark.BAR: "overline",
    Mark.HAT: "hat",
    Mark.TILDE: "tilde",
    Mark.DOT: "dot",
    Mark.TWO_DOTS: "dot.double",
    Mark.UNDERLINE: "underline",
    Mark.BRACE_OVER: "overbrace",
    Mark.BRACE_UNDER: "underbrace",
}
_SIGNS: Final = {"⊥": "perp"}
_STYLES: Final = {Style.UPRIGHT: "upright", Style.BOLD: "bold", Style.BLACKBOARD: "bb", Style.SCRIPT: "cal"}


def write_typst(formula: Formula) -> str:
    """Markup for between the dollar signs."""
    expression = formula.expression
    if isinstance(expression, Grid) and expression.layout is Layout.LINES:
        return " \\\n".join(" & ".join(_write(cell) for cell in row) for row in expression.rows) or '""'
    return _write(expression) or '""'


def _write(node: Expression) -> str:
    match node:
        case Number(text=text):
            return text if text.isdecimal() else _quote(text)
        case Identifier(name=name, style=style):
            letter = name if len(name) == 1 and name.isalpha() else _quote(name)
            return letter if style is Style.ITALIC else f"{_STYLES[style]}({letter})"
        case Function(name=name):
            limits = ", limits: #true" if name in symbols.LIMIT_FUNCTIONS else ""
            return f"op({_quote(name)}{limits})"
        case Sign(symbol=symbol):
            return _SIGNS.get(symbol) or ("\\" + symbol if symbol in _ESCAPED else symbol)
        case Words(text=text) | Unknown(source=text):
            return _quote(text)
        case Space(wide=wide):
            return "quad" if wide else "thin"
        case Row(items=items):
            return _items(items)
        case Fraction(numerator=numerator, denominator=denominator):
            return f"frac({_argument(numerator)}, {_argument(denominator)})"
        case Binomial(upper=upper, lower=lower):
            return f"binom({_argument(upper)}, {_argument(lower)})"
        case Root(radicand=radicand, index=None):
            return f"sqrt({_argument(radicand)})"
        case Root(radicand=radicand, index=index):
            assert index is not None
            return f"root({_argument(index)}, {_argument(radicand)})"
        case Script():
            return _script(node)
        case Fenced(opening=opening, content=content, closing=closing):
            return f"lr({_delimiter(opening)} {_write(content)} {_delimiter(closing)})"
        case Marked(mark=mark, content=content, label=label):
            note = f", {_argument(label)}" if label is not None else ""
            return f"{_MARKS[mark]}({_argument(content)}{note})"
        case Grid():
            return _grid(node)


def _items(items: tuple[Expression, ...]) -> str:
    parts: list[str] = []
    for place, item in enumerate(items):
        if place and join(items[place - 1], item) is Join.APPLICATION and isinstance(item, Fenced):
            parts.append("")
        if isinstance(item, Sign) and item.symbol in "+−±∓" and is_prefix(items, place):
            parts.append(f'class("unary", {_write(item)})')
        else:
            parts.append(_write(item))
    return " ".join(filter(None, parts))


def _script(node: Script) -> str:
    parts = [_argument(node.base)]
    if node.primes:
        parts.append(f"tr: #math.primes({node.primes})" if node.upper is None else "")
    if node.lower is not None:
        parts.append(f"b: {_argument(node.lower)}")
    if node.upper is not None:
        primes = "′ " * node.primes
        parts.append(f"t: {primes}{_argument(node.upper)}")
    return f"attach({', '.join(filter(None, parts))})"


def _grid(node: Grid) -> str:
    if node.layout is Layout.CASES:
        return "cases(" + ", ".join(" & ".join(_argument(cell) for cell in row) for row in node.rows) + ")"
    delimiters = f"#({_quote(node.opening)}, {_quote(node.closing)})" if node.opening and node.closing else "#none"
    rows = "; ".join(", ".join(_argument(cell) for cell in row) for row in node.rows)
    align = "" if node.layout is Layout.MATRIX else ", align: #left"
    matrix = f"mat(delim: {delimiters}{align}, {rows})"
    if delimiters == "#none" and (node.opening or node.closing):
        return f"lr({_delimiter(node.opening)} {matrix} {_delimiter(node.closing)})"
    return matrix


def _argument(node: Expression) -> str:
    """An argument may not be empty."""
    return _write(node) or '""'


def _delimiter(delimiter: str) -> str:
    return "\\" + delimiter if delimiter in _ESCAPED and delimiter else delimiter


def _quote(text: str) -> str:
    kept = "".join(one if one >= " " else " " for one in text)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'
