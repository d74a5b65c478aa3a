"""Unified English Braille for mathematics.

Sources: ``gtm``: Guidelines for Technical Material (ICEB, 2008, updated August 2014), by section, as its examples are
reproduced in MathCAT's UEB tests; ``liblouis``: `en-ueb-chardefs.uti` of liblouis 3.24; ``mathcat``: the UEB signs of
MathCAT, 2026; ``unconfirmed``: our choice.

All letters are uncontracted. A formula that holds more than numbers and operations is put in grade 1 mode (GTM 1.7):
one letter by the symbol indicator 56, a formula without blanks by the word indicator 56-56, any other by the passage
indicators 56-56-56 … 56-3.
"""

from typing import Final

from builder.mathematics.braille.cells import BLANK, CYRILLIC, LATIN, UPPER_DIGITS, Room, Rule, cells, sign_table
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
from builder.mathematics.rows import items_of

SIGNS: Final = sign_table("""
+ 5-235 none gtm-3
− 5-36 none gtm-3
± 456-235 none gtm-3
∓ 456-36 none liblouis
⋅ 5-256 none gtm-3
× 5-236 none gtm-3
÷ 5-34 none gtm-3
: 25 none gtm-3
/ 456-34 none gtm-6.3
∗ 5-35 none gtm-11.5
= 5-2356 both gtm-3
≠ 5-2356-4-156 both gtm-3
< 4-126 both liblouis
> 4-345 both liblouis
≤ 456-4-126 both gtm-3.2
≥ 456-4-345 both liblouis
≪ 46-4-126 both liblouis
≫ 46-4-345 both liblouis
≮ 4-126-4-156 both liblouis
≯ 4-345-4-156 both liblouis
≈ 45-35 both liblouis
≡ 456-123456 both liblouis
≢ 456-123456-4-156 both liblouis
∼ 4-35 both liblouis
≅ 5-456-35 both liblouis
∝ 456-5-2356 both gtm-3.2
∈ 45-15 both gtm-10
∉ 45-15-4-156 both liblouis
∋ 4-45-15 both mathcat
⊂ 45-126 both gtm-10
⊄ 45-126-4-156 both liblouis
⊆ 456-45-126 both liblouis
⊈ 456-45-126-4-156 both liblouis
⊃ 45-345 both liblouis
⊇ 456-45-345 both liblouis
∪ 46-235 none gtm-10
∩ 46-236 none gtm-10
⋃ 46-235 none liblouis
⋂ 46-236 none liblouis
∖ 456-16 none liblouis
∅ 4-245 none liblouis
∞ 3456-123456 none liblouis
∧ 4-236 none gtm-10
∨ 4-235 none gtm-10
¬ 4-1456 none gtm-10
⊕ 1246-123456-246-5-235-156 none mathcat
⇒ 1256-2356-135 both mathcat
⇐ 1256-2356-246 both mathcat
⇔ 1256-2456-2356-1235-135 both mathcat
→ 1256-135 both gtm-11.5
← 1256-246 both liblouis
↔ 1256-2456-1235-135 both mathcat
↦ 1256-1256-1235-135 both mathcat
↑ 1256-346 none liblouis
↓ 1256-146 none liblouis
∀ 45-1 none gtm-11.5
∃ 45-26 none gtm-11.5
∄ 45-26-4-156 none liblouis
∂ 4-145 none gtm-11.5
∇ 45-145 none liblouis
∠ 456-246 none liblouis
△ 1246-3456-14-156 none gtm-14
⊥ 3456-36 both liblouis
∥ 3456-123 both liblouis
∦ 3456-123-4-156 both mathcat
∣ 456-1256 both gtm-11.5
| 456-1256 none gtm-5
‖ 456-1256-456-1256 none unconfirmed
∘ 5-356 none gtm-11.5
… 256-256-256 none gtm-14
⋯ 256-256-256 none gtm-14
⋮ 256-256-256 none unconfirmed
⋱ 256-256-256 none unconfirmed
! 235 none gtm-11.5
% 46-356 none liblouis
° 45-245 none gtm-2.10
′ 2356 none gtm-11.5
, 2 after gtm-10
; 23 after liblouis
. 256 none gtm-1
? 236 none liblouis
№ 1345-135 none unconfirmed
∴ 6-16 both liblouis
∵ 4-34 both liblouis
∑ 6-46-234 none gtm-7.9
∏ 6-46-1234 none gtm-7.9
∫ 2346 none gtm-11.5
∬ 2346-2346 none liblouis
∭ 2346-2346-2346 none liblouis
∮ 4-2346 none liblouis
ℓ 123 none unconfirmed
ℏ 125-156 none unconfirmed
( 5-126 none gtm-5
) 5-345 none gtm-5
[ 46-126 none gtm-5
] 46-345 none gtm-5
{ 456-126 none gtm-5
} 456-345 none gtm-5
⟨ 4-126 none gtm-5
⟩ 4-345 none gtm-5
⌊ 46-126-26 none unconfirmed
⌋ 46-345-26 none unconfirmed
⌈ 46-126-35 none unconfirmed
⌉ 46-345-35 none unconfirmed
""")

RULES: Final[tuple[Rule, ...]] = (
    Rule("number", "3.5", "3456 and digits; a decimal comma is 2, a point 256", "gtm-2"),
    Rule("letter", "x", "56 before one letter alone, except a, i, o", "gtm-1.7"),
    Rule("capitals", "AB", "6 before one, 6-6 before several", "gtm-1.6"),
    Rule("Greek letter", r"\Delta", "46, after 6 for a capital", "rueb-11.7"),
    Rule("fraction of numbers", r"\frac{5}{8}", "34 between the digits", "gtm-6.1"),
    Rule("mixed number", r"2\frac{1}{2}", "whole number, then the fraction with its own number sign", "gtm-6.2"),
    Rule("any other fraction", r"\frac{a}{b}", "12356, line 46-34, 23456", "gtm-6.4"),
    Rule("power, index", "x_1^{n+1}", "35 up, 26 down; more than one item between 126 and 345", "gtm-7"),
    Rule("limits", r"\sum_{i=1}^{n}", "46-26 under, 46-35 over; comparison signs unspaced inside", "gtm-7.9"),
    Rule("root", r"\sqrt[3]{x}", "146 … 346; the index after 35", "gtm-8"),
    Rule("function", r"\sin x", "its letters; a blank before a small Latin letter", "gtm-9.3"),
    Rule("bar, arrow, hat over", r"\vec{x}", "after the item: 156, 45-156, 5-156", "gtm-12"),
    Rule("one over another in brackets", r"\binom{n}{k}", "12456 between them", "gtm-14.3.3"),
    Rule(
        "matrix, system in one line",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        "cells by a blank, rows by 23",
        "unconfirmed",
    ),
)

# RUEB 2013, 11.7: the letters that are not their Latin neighbours are eta 156, theta 1456, chi 12346, psi 13456.
GREEK: Final = {
    **{
        one: LATIN[latin]
        for one, latin in zip("αβγδϵεζικλμνξοπρϱσςτυϕφω", "abgdeezi" + "klmnxoprrsstuffw", strict=True)
    },
    **{one: cells(dots) for one, dots in zip("ηθϑχψ", ["156", "1456", "1456", "12346", "13456"], strict=True)},
}
_CAPITAL, _CAPITALS, _GREEK, _GRADE_1 = cells("6"), cells("6-6"), cells("46"), cells("56")
_NUMBER, _GROUP, _GROUP_END = cells("3456"), cells("126"), cells("345")
_UP, _DOWN, _OVER, _UNDER = cells("35"), cells("26"), cells("46-35"), cells("46-26")
_FRACTION, _LINE, _FRACTION_END, _SIMPLE_LINE = cells("12356"), cells("46-34"), cells("23456"), cells("34")
_ROOT, _ROOT_END, _PRIME = cells("146"), cells("346"), cells("2356")
_PASSAGE_END: Final = cells("56-3")
# GTM 12.
_MARKS: Final = {
    Mark.ARROW: cells("45-156"),
    Mark.BAR: cells("156"),
    Mark.HAT: cells("5-156"),
    Mark.TILDE: cells("4-156"),
    Mark.DOT: cells("45-256"),
    Mark.TWO_DOTS: cells("46-35-126-256-256-345"),
    Mark.UNDERLINE: cells("6-156"),
    Mark.BRACE_OVER: cells("46-35-456-126"),
    Mark.BRACE_UNDER: cells("46-26-456-126"),
}
UNCONFIRMED_MARKS: Final = (Mark.BRACE_OVER, Mark.BRACE_UNDER)
_TYPEFORMS: Final = {Style.BOLD: cells("45-23"), Style.SCRIPT: cells("4-23")}


def write_ueb(formula: Formula) -> str:
    """The formula in UEB, with the grade 1 indicators that it needs."""
    writer = _Writer()
    writer.write(formula.expression)
    text = "".join(writer.out).strip(BLANK)
    if not text:
        return BLANK
    expression = formula.expression
    if not writer.needs_grade_1:
        return text
    if isinstance(expression, Identifier) and len(expression.name) == 1:
        return text if expression.name in "aio" else _GRADE_1 + text
    if BLANK in text:
        return _GRADE_1 * 3 + text + _PASSAGE_END
    return _GRADE_1 * 2 + text


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.needs_grade_1 = False
        self.numeric = False
        self.tight = 0  # inside scripts comparison signs stand without blanks (GTM 7.9)

    def put(self, text: str, grade_1: bool = True) -> None:
        if text:
            self.out.append(text)
            self.numeric = False
            self.needs_grade_1 = self.needs_grade_1 or grade_1

    def blank(self) -> None:
        if self.out and not self.out[-1].endswith(BLANK):
            self.out.append(BLANK)
        self.numeric = False

    def write(self, node: Expression) -> None:
        match node:
            case Number(text=text):
                self.number(text)
            case Identifier():
                self.identifier(node)
            case Function(name=name):
                self.word(name)
            case Sign(symbol=symbol):
                self.symbol(symbol)
            case Words(text=text) | Unknown(source=text):
                self.text(text)
            case Space():
                self.blank()
            case Row(items=items):
                self.row(items)
            case Fraction():
                self.fraction(node)
            case Binomial(upper=upper, lower=lower):
                # GTM 14.3.3: one above the other inside the brackets, by the "directly below" shape indicator 12456.
                self.put(cells("5-126"))
                self.write(upper)
                self.put(cells("12456"))
                self.write(lower)
                self.put(cells("5-345"))
            case Root(radicand=radicand, index=index):
                self.put(_ROOT)
                if index is not None:
                    self.put(_UP)
                    self.item(index)
                self.write(radicand)
                self.put(_ROOT_END)
            case Script():
                self.scripted(node)
            case Fenced(opening=opening, content=content, closing=closing):
                self.put(SIGNS[opening].cells if opening in SIGNS else "", grade_1=False)
                self.write(content)
                self.put(SIGNS[closing].cells if closing in SIGNS else "", grade_1=False)
            case Marked():
                self.marked(node)
            case Grid():
                self.grid(node)

    def row(self, items: tuple[Expression, ...]) -> None:
        place = 0
        while place < len(items):
            end = place
            while end < len(items) and _is_plain_capital(items[end]):
                end += 1
            if end - place > 1 and not (end < len(items) and isinstance(items[end], Identifier)):
                run = "".join(one.name for one in items[place:end] if isinstance(one, Identifier))
                self.put(_CAPITALS + "".join(LATIN[one.lower()] for one in run))
                place = end
                continue
            self.with_function_room(items, place)
            place += 1

    def with_function_room(self, items: tuple[Expression, ...], place: int) -> None:
        """GTM 9.3: a blank keeps a function's name apart from a small Latin letter beside it."""
        item = items[place]
        before = items[place - 1] if place else None
        if isinstance(before, Function) and _is_small_latin(item):
            self.blank()
        if isinstance(item, Function) and before is not None and _is_small_latin(before):
            self.blank()
        if isinstance(item, Function) and isinstance(before, Function):
            self.blank()
        self.write(item)

    # ------------------------------------------------------------ numbers, letters, signs

    def number(self, text: str) -> None:
        body = {**UPPER_DIGITS, ",": cells("2"), ".": cells("256"), "\u202f": cells("5")}
        digits = "".join(body[one] for one in text)
        self.put(digits if self.numeric else _NUMBER + digits, grade_1=False)
        self.numeric = True

    def identifier(self, node: Identifier) -> None:
        self.put(_TYPEFORMS.get(node.style, ""))
        if len(node.name) > 1 and node.name.isupper() and node.name.isascii():
            self.put(_CAPITALS + "".join(LATIN[one.lower()] for one in node.name))
            return
        for letter in node.name:
            self.letter(letter)

    def word(self, name: str) -> None:
        for letter in name:
            self.letter(letter)

    def letter(self, letter: str) -> None:
        small = letter.lower() if len(letter.lower()) == 1 else letter
        capital = _CAPITAL if letter != small else ""
        if small in LATIN:
            # Letters a to j after digits would be digits (RUEB 6.5.1).
            guard = _GRADE_1 if self.numeric and not capital and small <= "j" else ""
            self.put(guard + capital + LATIN[small])
        elif small in GREEK:
            self.put(capital + _GREEK + GREEK[small])
        elif small in CYRILLIC:
            self.put((_GRADE_1 if self.numeric else "") + capital + CYRILLIC[small])
        else:
            self.put(_code_point(letter))

    def symbol(self, symbol: str) -> None:
        known = SIGNS.get(symbol)
        if known is None:
            self.put(_ASCII.get(symbol) or _code_point(symbol))
            return
        if known.room is Room.BOTH and not self.tight:
            self.blank()
        # A colon in a ratio of numbers is not taken for a contraction (GTM 3.1).
        plain = symbol in "+−±×÷⋅=≠<>≤≥≈,.%°" or (symbol == ":" and self.numeric)
        self.put(known.cells, grade_1=not plain)
        if (known.room is Room.BOTH and not self.tight) or known.room is Room.AFTER:
            self.blank()

    def text(self, text: str) -> None:
        for one in text:
            if one.isspace():
                self.blank()
            elif one in UPPER_DIGITS:
                self.number(one)
            elif one.isalpha():
                self.letter(one)
            else:
                self.put(_ASCII.get(one) or (SIGNS[one].cells if one in SIGNS else _code_point(one)))

    # ------------------------------------------------------------ structures

    def fraction(self, node: Fraction) -> None:
        above, below = node.numerator, node.denominator
        if isinstance(above, Number) and isinstance(below, Number):
            self.numeric = False
            self.number(above.text)
            self.out.append(_SIMPLE_LINE)
            self.number(below.text)
            return
        self.put(_FRACTION)
        self.write(above)
        self.put(_LINE)
        self.write(below)
        self.put(_FRACTION_END)

    def item(self, node: Expression) -> None:
        """One item for an indicator (GTM 7.1), grouped by 126 … 345 when it is more than that."""
        self.tight += 1
        if _is_item(node):
            self.write(node)
        else:
            self.put(_GROUP)
            self.write(node)
            self.put(_GROUP_END)
        self.tight -= 1

    def scripted(self, node: Script) -> None:
        base = node.base
        if isinstance(base, Row) and len(base.items) > 1:
            self.put(_GROUP)
            self.write(base)
            self.put(_GROUP_END)
        else:
            self.write(base)
        self.put(_PRIME * node.primes)
        limits = isinstance(base, Sign) and base.symbol in "∑∏⋃⋂"
        limits = limits or (isinstance(base, Function) and base.name in ("lim", "max", "min", "sup", "inf"))
        if node.lower is not None:
            self.put(_UNDER if limits else _DOWN)
            self.item(node.lower)
        if node.upper is not None:
            self.put(_OVER if limits else _UP)
            self.item(node.upper)

    def marked(self, node: Marked) -> None:
        if len(items_of(node.content)) > 1:
            self.put(_GROUP)
            self.write(node.content)
            self.put(_GROUP_END)
        else:
            self.write(node.content)
        self.put(_MARKS[node.mark])
        if node.label is not None:
            self.put(_OVER if node.mark is Mark.BRACE_OVER else _UNDER)
            self.item(node.label)

    def grid(self, node: Grid) -> None:
        """One line: our choice, as GTM 15 lays matrices out in space. Cells by a blank, rows by a semicolon."""
        self.put(SIGNS[node.opening].cells if node.opening in SIGNS else "", grade_1=bool(node.opening))
        for place, row in enumerate(node.rows):
            if place:
                self.blank()
                self.put(cells("23"))
                self.blank()
            for column, cell in enumerate(row):
                if column and node.layout is not Layout.LINES:
                    self.blank()
                self.write(cell)
        self.put(SIGNS[node.closing].cells if node.closing in SIGNS else "", grade_1=bool(node.closing))


# RUEB 2013, section 3 and 7.
_ASCII: Final = {
    "\\": cells("456-16"), "#": cells("456-1456"), "$": cells("4-234"), "&": cells("4-12346"), "_": cells("46-36"),
    "^": cells("4-26"), "~": cells("4-35"), "@": cells("4-1"), '"': cells("6-2356"), "'": cells("3"),
    "`": cells("45-16"), "-": cells("36"), "*": cells("5-35"),
}  # fmt: skip


def _is_plain_capital(item: Expression) -> bool:
    return (
        isinstance(item, Identifier)
        and len(item.name) == 1
        and item.name.isascii()
        and item.name.isupper()
        and item.style in (Style.ITALIC, Style.UPRIGHT)
    )


def _is_small_latin(item: Expression) -> bool:
    return (
        isinstance(item.base if isinstance(item, Script) else item, Identifier)
        and "a" <= getattr(item.base if isinstance(item, Script) else item, "name", " ")[0] <= "z"
    )


def _is_item(node: Expression) -> bool:
    match node:
        case Number() | Fraction() | Root() | Fenced() | Grid():
            return True
        case Identifier(name=name):
            return len(name) == 1
        case Sign(symbol=symbol):
            return symbol in "∞+−°∗∅"
        case _:
            return False


def _code_point(character: str) -> str:
    """A character without a cell, as its Unicode number in braille grouping signs: never lost silently."""
    return _GROUP + _NUMBER + "".join(UPPER_DIGITS[one] for one in str(ord(character))) + _GROUP_END
