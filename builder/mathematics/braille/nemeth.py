"""The Nemeth Braille Code for Mathematics and Science Notation, 1972 revision, inside UEB text.

Sources: ``nemeth``: the 1972 code by its section, as its examples are reproduced in MathCAT's Nemeth tests;
``list``: the sign lists of the code as given by seewritehear.com and brl.org; ``mathcat``: the Nemeth signs of MathCAT,
2026; ``unconfirmed``: our choice.

The formula stands between the Nemeth opening indicator 456-146 and terminator 456-156 (BANA, «Guidance for
Transcription Using the Nemeth Code within UEB Contexts», 2018).
"""

from typing import Final

from builder.mathematics.braille.cells import BLANK, CYRILLIC, LATIN, LOWER_DIGITS, Room, Rule, cells, sign_table
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
    child_expressions,
)
from builder.mathematics.rows import is_mixed_number, is_prefix, is_whole_number, items_of

SIGNS: Final = sign_table("""
+ 346 none nemeth-134
− 36 none nemeth-134
± 346-36 none nemeth-134
∓ 36-346 none list
⋅ 16 none list
× 4-16 none nemeth-9
÷ 46-34 none list
: 5-2 both list
/ 456-34 none nemeth-79
∗ 4-3456 none nemeth-9
= 46-13 both nemeth-9
≠ 34-46-13 both list
< 5-13 both nemeth-79
> 46-2 both list
≤ 5-13-156 both list
≥ 46-2-156 both list
≪ 5-13-5-13 both unconfirmed
≫ 46-2-46-2 both unconfirmed
≮ 34-5-13 both list
≯ 34-46-2 both list
≈ 4-156-4-156 both list
≡ 456-123 both list
≢ 34-456-123 both list
∼ 4-156 both nemeth-144
≅ 4-156-46-13 both list
∝ 456-123456 both list
∈ 4-15 both list
∉ 34-4-15 both list
∋ 4-24 both list
⊂ 456-5-13 both list
⊄ 34-456-5-13 both list
⊆ 456-5-13-156 both list
⊈ 34-456-5-13-156 both list
⊃ 456-46-2 both list
⊇ 456-46-2-156 both list
∪ 46-346 none list
∩ 46-146 none list
⋃ 46-346 none list
⋂ 46-146 none list
∖ 456-16 none list
∅ 456-356 none list
∞ 6-123456 none nemeth-88
∧ 4-146 none list
∨ 4-346 none nemeth-137
¬ 34-156 none unconfirmed
⊕ 1246-14-456-1246-346-12456 none unconfirmed
⇒ 1246-2356-135 both list
⇐ 1246-246-2356 both unconfirmed
⇔ 1246-246-2356-135 both unconfirmed
→ 1246-135 both nemeth-86
← 1246-246-25-25 both list
↔ 1246-246-25-25-135 both list
↦ 1246-456-25-25-135 both unconfirmed
↑ 1246-126-25-25-135 both unconfirmed
↓ 1246-146-25-25-135 both unconfirmed
∀ 4-12346 none list
∃ 4-123456 none list
∄ 34-4-123456 none list
∂ 4-145 none list
∇ 46-1246 none list
∠ 1246-246 after nemeth-110
△ 1246-2345 after nemeth-22
⊥ 1246-1234 both list
∥ 1246-123 both list
∦ 34-1246-123 both list
∣ 1256 both nemeth-145
| 1256 none nemeth-145
‖ 1256-1256 none list
∘ 46-16 none nemeth-96
… 3-3-3 both nemeth-43
⋯ 3-3-3 both nemeth-43
⋮ 126-3-3-3 both mathcat
⋱ 56-3-3-3 both mathcat
! 12346 none list
% 4-356 none nemeth-37
° 46-16 none nemeth-10
′ 3 none nemeth-77
, 6 after nemeth-10
; 456-23 after list
. 456-256 none nemeth-37
? 456-236 none list
№ 1345-135 none unconfirmed
∴ 6-16 both list
∵ 4-34 both list
∑ 46-6-234 none nemeth-77
∏ 46-6-1234 none nemeth-77
∫ 2346 none nemeth-77
∬ 2346-2346 none list
∭ 2346-2346-2346 none list
∮ 2346-4-1246-14-12456 none list
ℓ 4-56-123 none mathcat
ℏ 4-125 none mathcat
( 12356 none nemeth-10
) 23456 none nemeth-10
[ 4-12356 none nemeth-10
] 4-23456 none nemeth-10
{ 46-12356 none nemeth-145
} 46-23456 none nemeth-145
⟨ 46-46-12356 none list
⟩ 46-46-23456 none list
⌊ 4-56-12356 none list
⌋ 4-56-23456 none list
⌈ 4-45-12356 none list
⌉ 4-45-23456 none list
""")

RULES: Final[tuple[Rule, ...]] = (
    Rule("switch", "1", "456-146 before, 456-156 after the formula, each with a blank", "bana-2018"),
    Rule("number", "3.5", "3456 at the start or after a blank; lowered digits; the point is 46", "nemeth-9"),
    Rule("letter alone", "x", "56", "nemeth-26"),
    Rule("capital, Greek letter", r"A\alpha", "6; 46", "nemeth-24"),
    Rule("fraction", r"\frac{a}{b}", "1456, line 34, 3456", "nemeth-62"),
    Rule(
        "fraction of fractions", r"\frac{\frac{3}{8}}{5}", "6 more before each indicator of the outer one", "nemeth-66"
    ),
    Rule("mixed number", r"4\frac{3}{8}", "456-1456 … 456-3456", "nemeth-63"),
    Rule("power, index", "x^2+y", "45 up, 56 down, 5 back to the base line", "nemeth-74"),
    Rule("number as index of a letter", "x_1", "no indicator", "nemeth-77"),
    Rule("root", r"\sqrt[3]{x}", "345 … 12456; the index between 126 and 345; 46 more for an inner root", "nemeth-103"),
    Rule("limits", r"\sum_{n=1}^{m}", "5, the sign, 146 under, 126 over, 12456", "nemeth-86"),
    Rule("bar over one letter", r"\bar{x}", "156 after it", "nemeth-86"),
    Rule("other marks", r"\overrightarrow{AB}", "5, the letters, 126, the mark, 12456", "nemeth-86"),
    Rule("function", r"\sin x", "its letters and a blank", "nemeth-119"),
    Rule(
        "matrix, system in one line",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        "6 before the brackets; rows by 456-23",
        "unconfirmed",
    ),
)

GREEK: Final = {
    **{one: LATIN[to] for one, to in zip("αβγδϵεζικλμνξοπρϱσςτυϕφψω", "abgdeezi" + "klmnxoprrsstuffyw", strict=True)},
    **{one: cells(dots) for one, dots in zip("ηθϑχ", ["156", "1456", "1456", "12346"], strict=True)},
}
_OPEN, _CLOSE = cells("456-146"), cells("456-156")
_NUMBER, _CAPITAL, _GREEK, _BASE = cells("3456"), cells("6"), cells("46"), cells("5")
_UP, _DOWN, _PRIME, _LETTER = cells("45"), cells("56"), cells("3"), cells("56")
_FRACTION, _LINE, _FRACTION_END = cells("1456"), cells("34"), cells("3456")
_ROOT, _INDEX, _END = cells("345"), cells("126"), cells("12456")
_UNDER, _OVER, _MIXED = cells("146"), cells("126"), cells("456")
_TYPEFORMS: Final = {Style.BOLD: cells("456-56"), Style.SCRIPT: cells("4-56")}
# Sections 86-99: what stands between 126 (or 146) and the terminator 12456.
_MARKS: Final = {
    Mark.ARROW: _OVER + cells("1246-135"),
    Mark.BAR: _OVER + cells("156"),
    Mark.HAT: _OVER + cells("456-126"),
    Mark.TILDE: _OVER + cells("4-156"),
    Mark.DOT: _OVER + cells("16"),
    Mark.TWO_DOTS: _OVER + cells("16-16"),
    Mark.UNDERLINE: _UNDER + cells("156"),
    Mark.BRACE_OVER: _OVER + cells("46-12356"),
    Mark.BRACE_UNDER: _UNDER + cells("46-23456"),
}
UNCONFIRMED_MARKS: Final[tuple[Mark, ...]] = ()


def write_nemeth(formula: Formula) -> str:
    """The formula in Nemeth code between its switch indicators."""
    writer = _Writer()
    expression = formula.expression
    if isinstance(expression, Identifier) and len(expression.name) == 1 and expression.name.isascii():
        writer.put(_LETTER)
    writer.write(expression)
    text = "".join(writer.out).strip(BLANK)
    return f"{_OPEN}{BLANK}{text}{BLANK}{_CLOSE}" if text else BLANK


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.level = ""  # where the next sign belongs: a path of 45 (up) and 56 (down)
        self.shown = ""  # the level that the reader's hand is on
        self.fresh = True  # a number would need its indicator here
        self.after_letter = False
        self.fences = 0
        self.roots = 0

    def put(self, text: str) -> None:
        if not text:
            return
        if self.shown != self.level:
            self.out.append(self.level or _BASE)
            self.shown = self.level
        self.out.append(text)
        self.fresh = self.after_letter = False

    def blank(self) -> None:
        if self.out and not self.out[-1].endswith(BLANK):
            self.out.append(BLANK)
        if not self.level:
            self.shown = ""
        self.fresh = True
        self.after_letter = False

    # ------------------------------------------------------------ the walk

    def write(self, node: Expression) -> None:
        match node:
            case Number(text=text):
                self.number(text)
            case Identifier(name=name, style=style):
                self.put(_TYPEFORMS.get(style, ""))
                for letter in name:
                    self.letter(letter)
            case Function(name=name):
                for letter in name:
                    self.letter(letter)
            case Sign(symbol=":", role=Role.PUNCTUATION):
                self.put(cells("456-25"))
                self.blank()
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
                self.put(SIGNS["("].cells)
                self.write(upper)
                self.put(_UNDER)
                self.write(lower)
                self.put(SIGNS[")"].cells)
            case Root():
                self.root(node)
            case Script():
                self.scripted(node)
            case Fenced(opening=opening, content=content, closing=closing):
                self.put(SIGNS[opening].cells if opening in SIGNS else "")
                self.fences += 1
                self.write(content)
                self.fences -= 1
                self.put(SIGNS[closing].cells if closing in SIGNS else "")
            case Marked():
                self.marked(node)
            case Grid():
                self.grid(node)

    def row(self, items: tuple[Expression, ...]) -> None:
        for place, item in enumerate(items):
            before = items[place - 1] if place else None
            base = before.base if isinstance(before, Script) else before
            if isinstance(base, Function):
                self.blank()
            if before is not None and is_mixed_number(before, item) and isinstance(item, Fraction):
                self.mixed(item)
            elif isinstance(item, Sign) and item.symbol in "+−±∓" and is_prefix(items, place):
                fresh = self.fresh
                if isinstance(before, Sign) and before.symbol in "+−±∓":
                    self.put(_BASE)
                self.put(SIGNS[item.symbol].cells)
                self.fresh = fresh
            else:
                self.write(item)

    # ------------------------------------------------------------ numbers, letters, signs

    def number(self, text: str) -> None:
        body = {**LOWER_DIGITS, ",": cells("6"), ".": cells("46"), "\u202f": cells("6")}
        digits = "".join(body[one] for one in text)
        if self.after_letter:
            self.put(_BASE)
        needed = self.fresh and not (self.fences and self.out and not self.level)
        self.put(_NUMBER + digits if needed or not self.out else digits)

    def letter(self, letter: str) -> None:
        small = letter.lower() if len(letter.lower()) == 1 else letter
        capital = _CAPITAL if letter != small else ""
        if small in LATIN:
            self.put(capital + LATIN[small])
        elif small in GREEK:
            self.put(_GREEK + capital + GREEK[small])
        elif small in CYRILLIC:
            # Section 24: the Russian alphabet is marked by 4-4; its letters keep their Russian cells (our choice).
            self.put(cells("4-4") + capital + CYRILLIC[small])
        else:
            self.put(_code_point(letter))
        self.after_letter = True

    def symbol(self, symbol: str) -> None:
        known = SIGNS.get(symbol)
        if known is None:
            self.put(_ASCII.get(symbol) or _code_point(symbol))
            return
        if symbol == "," and self.level:
            self.put(cells("246"))
            return
        if symbol == ",":
            # Section 79: punctuation needs no base-line indicator, the blank after it returns to the base line.
            self.out.append(known.cells)
            self.blank()
            return
        if symbol == "°":
            before, self.level = self.level, self.level + _UP
            self.put(known.cells)
            self.level = before
            return
        if known.room is Room.BOTH:
            self.blank()
            if self.level:
                self.out.append(self.level)
        self.put(known.cells)
        if known.room in (Room.BOTH, Room.AFTER):
            self.blank()

    def text(self, text: str) -> None:
        inside = False
        for one in text:
            if one.isspace():
                self.blank()
            elif one in LOWER_DIGITS:
                self.put(LOWER_DIGITS[one] if inside else _NUMBER + LOWER_DIGITS[one])
            elif one.isalpha():
                self.letter(one)
            else:
                self.put(_ASCII.get(one) or (SIGNS[one].cells if one in SIGNS else _code_point(one)))
            inside = one in LOWER_DIGITS

    # ------------------------------------------------------------ structures

    def fraction(self, node: Fraction) -> None:
        """Simple fractions 1456 … 34 … 3456; one dot 6 more before each for every fraction inside (sections 62-68)."""
        order = _CAPITAL * _fraction_order(node)
        self.put(order + _FRACTION)
        self.write(node.numerator)
        self.put(order + _LINE)
        self.write(node.denominator)
        self.put(order + _FRACTION_END)

    def mixed(self, node: Fraction) -> None:
        self.put(_MIXED + _FRACTION)
        self.write(node.numerator)
        self.put(_LINE)
        self.write(node.denominator)
        self.put(_MIXED + _FRACTION_END)

    def root(self, node: Root) -> None:
        """Sections 103-105: an inner radical carries 46 for every radical around it."""
        order = _GREEK * self.roots
        self.roots += 1
        if node.index is None:
            self.put(order + _ROOT)
        else:
            self.put(order + _INDEX)
            self.write(node.index)
            self.put(_ROOT)
        self.write(node.radicand)
        self.roots -= 1
        self.put(order + _END)

    def scripted(self, node: Script) -> None:
        base = node.base
        limits = isinstance(base, Sign) and base.symbol in "∑∏⋃⋂"
        limits = limits or (isinstance(base, Function) and base.name in ("lim", "max", "min", "sup", "inf"))
        if limits and (node.lower is not None or node.upper is not None):
            self.limits(node)
            return
        self.write(base)
        self.put(_PRIME * node.primes)
        lower = node.lower
        if lower is not None:
            short = isinstance(base, Function) or (isinstance(base, Identifier) and len(base.name) == 1)
            if short and not self.level and isinstance(lower, Number) and is_whole_number(lower):
                # Section 77: a numeric subscript of a letter or function name needs no indicator.
                self.put("".join(LOWER_DIGITS[one] for one in lower.text))
            else:
                self.at_level(_DOWN, lower)
        if node.upper is not None:
            self.at_level(_UP, node.upper)

    def at_level(self, step: str, content: Expression) -> None:
        before, fences = self.level, self.fences
        self.level, self.fences = self.level + step, 0
        self.fresh = self.after_letter = False
        self.write(content)
        self.level, self.fences = before, fences

    def limits(self, node: Script) -> None:
        """Section 86: 5, the sign, 146 what is under it, 126 what is over it, 12456."""
        self.put(_BASE)
        self.write(node.base)
        for content, indicator in ((node.lower, _UNDER), (node.upper, _OVER)):
            if content is not None:
                self.put(indicator)
                self.write(content)
        self.put(_END)

    def marked(self, node: Marked) -> None:
        items = items_of(node.content)
        if len(items) == 1 and isinstance(items[0], Identifier) and node.label is None:
            if node.mark is Mark.BAR:
                self.write(node.content)
                self.put(cells("156"))
                return
            if node.mark is Mark.UNDERLINE:
                self.write(node.content)
                self.put(_UNDER + cells("156"))
                return
        self.put(_BASE)
        self.write(node.content)
        self.put(_MARKS[node.mark])
        if node.label is not None:
            self.put((_OVER if node.mark is Mark.BRACE_OVER else _UNDER) * 2)
            self.write(node.label)
        self.put(_END)

    def grid(self, node: Grid) -> None:
        """One line: our choice, as the code lays matrices out in space. Enlarged delimiters are by section 124."""
        opening = SIGNS[node.opening].cells if node.opening in SIGNS else ""
        closing = SIGNS[node.closing].cells if node.closing in SIGNS else ""
        self.put(_CAPITAL + opening if opening else "")
        for place, row in enumerate(node.rows):
            if place:
                self.blank()
                self.put(cells("456-23"))
                self.blank()
            for column, cell in enumerate(row):
                if column and node.layout is not Layout.LINES:
                    self.blank()
                self.write(cell)
        self.put(_CAPITAL + closing if closing else "")


_ASCII: Final = {
    "\\": cells("456-16"), "#": cells("46-3456"), "$": cells("4-234"), "&": cells("456-12346"), "_": cells("36-36"),
    "^": cells("456-126"), "~": cells("4-156"), "@": cells("4-1"), '"': cells("456-356"), "'": cells("3"),
    "`": cells("4-3"), "-": cells("36"), "*": cells("4-3456"),
}  # fmt: skip


def _fraction_order(node: Fraction) -> int:
    """How many fractions are nested in it, not counting those in scripts (section 67)."""
    return max(_nesting(node.numerator), _nesting(node.denominator))


def _nesting(node: Expression) -> int:
    if isinstance(node, Fraction):
        return 1 + _fraction_order(node)
    if isinstance(node, Script):
        return _nesting(node.base)
    return max(map(_nesting, child_expressions(node)), default=0)


def _code_point(character: str) -> str:
    """A character without a cell, as its Unicode number between angle brackets: never lost silently."""
    digits = "".join(LOWER_DIGITS[one] for one in str(ord(character)))
    return SIGNS["⟨"].cells + _NUMBER + digits + SIGNS["⟩"].cells
