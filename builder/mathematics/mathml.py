"""Expression tree -> MathML Core (https://www.w3.org/TR/mathml-core/)."""

from typing import Final
from xml.sax.saxutils import escape, quoteattr

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
    Role,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Style,
    Unknown,
    Words,
)
from builder.mathematics.parsing import ends_operand
from builder.mathematics.rows import Join, base_of, is_prefix, join

_JOINS: Final = {Join.TIMES: "<mo>\u2062</mo>", Join.APPLICATION: "<mo>\u2061</mo>", Join.AND: "<mo>\u2064</mo>"}
_THIN: Final = '<mspace width="0.17em"></mspace>'
_ACCENTS: Final = {
    Mark.ARROW: "→",
    Mark.BAR: "¯",
    Mark.HAT: "^",
    Mark.TILDE: "~",
    Mark.DOT: "˙",
    Mark.TWO_DOTS: "¨",
    Mark.BRACE_OVER: "⏞",
}
_PRIMES: Final = {1: "′", 2: "″", 3: "‴", 4: "⁗"}
_UNDER_IN_DISPLAY: Final = frozenset("∑∏⋃⋂")
# Unicode 15, Mathematical Alphanumeric Symbols: first letters, and the letters that were encoded elsewhere.
_ALPHABETS: Final = {
    Style.BOLD: (0x1D400, 0x1D41A),
    Style.BLACKBOARD: (0x1D538, 0x1D552),
    Style.SCRIPT: (0x1D49C, 0x1D4B6),
}
_ELSEWHERE: Final = {
    Style.BLACKBOARD: dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    Style.SCRIPT: dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
}


def write_mathml(formula: Formula, *, display: bool, words: str) -> str:
    """The `math` element; `words` become its text alternative."""
    look = "block" if display else "inline"
    alternative = f" alttext={quoteattr(_clean(words))}" if words else ""
    body = _Writer(display).write(formula.expression)
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{look}"{alternative}>{body}</math>'


class _Writer:
    def __init__(self, display: bool) -> None:
        self.display = display

    def write(self, node: Expression) -> str:
        match node:
            case Number(text=text):
                return f"<mn>{escape(text)}</mn>"
            case Identifier():
                return _identifier(node)
            case Function(name=name):
                return f"<mi>{escape(name)}</mi>" if len(name) > 1 else f'<mi mathvariant="normal">{escape(name)}</mi>'
            case Sign():
                return _sign(node, prefix=False)
            case Words(text=text):
                return f"<mtext>{escape(_hard_spaces(text))}</mtext>"
            case Space(wide=wide):
                return f'<mspace width="{"1em" if wide else "0.2em"}"></mspace>'
            case Unknown(source=source):
                return f"<mtext>{escape(_clean(source))}</mtext>"
            case Row(items=items):
                return f"<mrow>{self.items(items)}</mrow>"
            case Fraction(numerator=numerator, denominator=denominator):
                return f"<mfrac>{self.write(numerator)}{self.write(denominator)}</mfrac>"
            case Binomial(upper=upper, lower=lower):
                inside = f'<mfrac linethickness="0">{self.write(upper)}{self.write(lower)}</mfrac>'
                return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"
            case Root(radicand=radicand, index=None):
                return f"<msqrt>{self.write(radicand)}</msqrt>"
            case Root(radicand=radicand, index=index):
                assert index is not None
                return f"<mroot>{self.write(radicand)}{self.write(index)}</mroot>"
            case Script():
                return self.script(node)
            case Fenced(opening=opening, content=content, closing=closing):
                return f"<mrow>{_fence(opening, True)}{self.write(content)}{_fence(closing, False)}</mrow>"
            case Marked():
                return self.marked(node)
            case Grid():
                return self.grid(node)

    def items(self, items: tuple[Expression, ...]) -> str:
        parts: list[str] = []
        for place, item in enumerate(items):
            if place:
                parts.append(_between(items[place - 1], item))
            if isinstance(item, Sign) and item.symbol in "+−±∓":
                parts.append(_sign(item, prefix=is_prefix(items, place)))
            else:
                parts.append(self.write(item))
        return "".join(parts)

    def script(self, node: Script) -> str:
        base = self.write(node.base)
        upper = self.write(node.upper) if node.upper is not None else ""
        if node.primes:
            prime = f"<mo>{_PRIMES.get(node.primes, '′' * node.primes)}</mo>"
            upper = f"<mrow>{prime}{upper}</mrow>" if upper else prime
        lower = self.write(node.lower) if node.lower is not None else ""
        under = self.display and (
            (isinstance(node.base, Sign) and node.base.symbol in _UNDER_IN_DISPLAY)
            or (isinstance(node.base, Function) and node.base.name in symbols.LIMIT_FUNCTIONS)
        )
        both, low, high = ("munderover", "munder", "mover") if under else ("msubsup", "msub", "msup")
        if lower and upper:
            return f"<{both}>{base}{lower}{upper}</{both}>"
        if lower:
            return f"<{low}>{base}{lower}</{low}>"
        return f"<{high}>{base}{upper}</{high}>" if upper else base

    def marked(self, node: Marked) -> str:
        content = self.write(node.content)
        if node.mark is Mark.UNDERLINE:
            return f'<munder accentunder="true">{content}<mo>_</mo></munder>'
        if node.mark is Mark.BRACE_UNDER:
            brace = f'<munder accentunder="true">{content}<mo>⏟</mo></munder>'
            return f"<munder>{brace}{self.write(node.label)}</munder>" if node.label is not None else brace
        over = f'<mover accent="true">{content}<mo>{_ACCENTS[node.mark]}</mo></mover>'
        return f"<mover>{over}{self.write(node.label)}</mover>" if node.label is not None else over

    def grid(self, node: Grid) -> str:
        left = "" if node.layout is Layout.MATRIX else ' style="text-align:left"'
        width = max(map(len, node.rows), default=0)
        rows = "".join(
            "<mtr>"
            + "".join(f"<mtd{left}>{self.write(cell)}</mtd>" for cell in row)
            + "<mtd></mtd>" * (width - len(row))
            + "</mtr>"
            for row in node.rows
        )
        return f"<mrow>{_fence(node.opening, True)}<mtable>{rows}</mtable>{_fence(node.closing, False)}</mrow>"


def _between(left: Expression, right: Expression) -> str:
    """The invisible operator between two items, and room beside a function's name, which fonts do not give."""
    named = isinstance(base_of(left), Function) and not isinstance(right, Fenced | Space)
    follows = isinstance(base_of(right), Function) and join(left, right) is Join.NOTHING and ends_operand(left)
    return _JOINS.get(join(left, right), "") + (_THIN if named or follows else "")


def _identifier(node: Identifier) -> str:
    if node.style in _ALPHABETS:
        letters = "".join(_styled(letter, node.style) for letter in node.name)
        return f"<mi>{escape(letters)}</mi>"
    if node.style is Style.UPRIGHT and len(node.name) == 1:
        return f'<mi mathvariant="normal">{escape(node.name)}</mi>'
    return f"<mi>{escape(node.name)}</mi>"


def _styled(letter: str, style: Style) -> str:
    if letter in _ELSEWHERE.get(style, {}):
        return _ELSEWHERE[style][letter]
    capital, small = _ALPHABETS[style]
    if "A" <= letter <= "Z":
        return chr(capital + ord(letter) - ord("A"))
    if "a" <= letter <= "z":
        return chr(small + ord(letter) - ord("a"))
    return letter


def _sign(node: Sign, *, prefix: bool) -> str:
    if node.symbol in "∞∅ℓℏ":
        return f"<mi>{node.symbol}</mi>"
    form = ' form="prefix"' if prefix else ""
    if node.symbol in "|‖" and node.role is Role.ORDINARY:
        form = ' stretchy="false"'
    return f"<mo{form}>{escape(node.symbol)}</mo>"


def _fence(delimiter: str, opening: bool) -> str:
    if not delimiter:
        return ""
    usual = "([{⟨⌊⌈" if opening else ")]}⟩⌋⌉"
    if delimiter in usual:
        return f"<mo>{escape(delimiter)}</mo>"
    form = "prefix" if opening else "postfix"
    return f'<mo form="{form}" fence="true" stretchy="true">{escape(delimiter)}</mo>'


def _hard_spaces(text: str) -> str:
    """Spaces at the edges of `mtext` would be trimmed."""
    inner = text.strip(" ")
    if not inner:
        return "\u00a0" * bool(text)
    lead, trail = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return "\u00a0" * len(lead) + _clean(inner) + "\u00a0" * len(trail)


def _clean(text: str) -> str:
    """XML 1.0 forbids most control characters: they become the replacement character."""
    return "".join(
        one
        if one in "\t\n\r" or (one >= " " and not "\ud800" <= one <= "\udfff" and one not in "\ufffe\uffff")
        else "\ufffd"
        for one in text
    )
