"""Russian mathematical braille, used for Russian and Kyrgyz.

The system is that of А. Г. Быков, М. И. Егоров, И. В. Проскуряков and others, «Система обозначений по математике,
физике, химии и астрономии», 2nd ed., Moscow: ВОС, 1982 (reprinted 2009). The printed book has not been seen by us: its
rules are taken from two public implementations that name it, and from standards. The key of each sign says which:

- ``liblouis``: table ``ru-litbrl.ctb`` of liblouis 3.24 (after «Руководство по выпуску брайлевских изданий массового
  распространения») and ``ru-math.uti`` of liblouis 3.38 (names the 1982 book);
- ``mathcat``: Russian rules and tests of MathCAT, 2026, where liblouis has no such sign;
- ``unconfirmed``: our own choice until a teacher or the book decides. Never a standard.
"""

from typing import Final

from builder.mathematics.braille.cells import (
    BLANK,
    CYRILLIC,
    LATIN,
    LOWER_DIGITS,
    UPPER_DIGITS,
    Room,
    Rule,
    cells,
    sign_table,
)
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
from builder.mathematics.rows import Join, is_prefix, is_whole_number, items_of, join

SIGNS: Final = sign_table("""
+ 235 before liblouis
− 36 before liblouis
± 235-36 before liblouis
∓ 36-235 before liblouis
⋅ 3 none liblouis
× 236 before liblouis
÷ 256 before liblouis
: 256 before liblouis
/ 6-34 none liblouis
∗ 35 none liblouis
= 2356 before liblouis
≠ 23456 before liblouis
< 246 both liblouis
> 135 both liblouis
≤ 246-2356 before liblouis
≥ 135-2356 before liblouis
≪ 246-246 both mathcat
≫ 135-135 both mathcat
≮ 4-246 both unconfirmed
≯ 4-135 both unconfirmed
≈ 26-26 before liblouis
≡ 56-2356 before liblouis
≢ 56-23456 before mathcat
∼ 26 before liblouis
≅ 26 before liblouis
∝ 26-235 before unconfirmed
∈ 5-246 both liblouis
∉ 45-246 none liblouis
∋ 135-2 both mathcat
⊂ 12346 both liblouis
⊄ 4-12346 none liblouis
⊆ 12346-2356 before mathcat
⊈ 4-12346-2356 none unconfirmed
⊃ 1456 both mathcat
⊇ 1456-2356 before mathcat
∪ 56-356 before liblouis
∩ 56-256 before liblouis
⋃ 56-356 before liblouis
⋂ 56-256 before liblouis
∖ 56-36 before liblouis
∅ 4-356 none liblouis
∞ 12456 none liblouis
∧ 56-26 before liblouis
∨ 56-35 before liblouis
¬ 146 none liblouis
⊕ 56-235 before mathcat
⇒ 2356-345 before liblouis
⇐ 236-2356 before liblouis
⇔ 236-2356-345 before liblouis
→ 25-135 before liblouis
← 246-25 both liblouis
↔ 246-25-135 both liblouis
↦ 456-25-135 both unconfirmed
↑ 56-34 none liblouis
↓ 45-16 none liblouis
∀ 1246-3 none liblouis
∃ 1246-26 none liblouis
∄ 4-1246-26 none unconfirmed
∂ 1456 none liblouis
∇ 1246-356 none mathcat
∠ 456-246 none liblouis
△ 456-145 none liblouis
⊥ 3456-3 none liblouis
∥ 456-456 none liblouis
∦ 4-456-456 none unconfirmed
∣ 456 none liblouis
| 456 none liblouis
‖ 456-456 none unconfirmed
∘ 356 none mathcat
… 6-3 none liblouis
⋯ 6-3 none liblouis
⋮ 6-3 none unconfirmed
⋱ 6-3 none unconfirmed
! 6-235 none liblouis
% 3456-356 none liblouis
° 46-356 none liblouis
′ 35 none liblouis
, 6-2 none mathcat
; 6-23 none liblouis
. 6-256 none liblouis
? 6-26 none liblouis
№ 1345 none liblouis
∴ 6-16 both mathcat
∵ 4-34 both mathcat
∑ 456-234 none liblouis
∏ 456-1234 none liblouis
∫ 2346 none liblouis
∬ 2346-2346 none liblouis
∭ 2346-2346-2346 none liblouis
∮ 2346-356 none liblouis
ℓ 6-123 none unconfirmed
ℏ 6-125-25 none unconfirmed
( 126 none liblouis
) 345 none liblouis
[ 12356 none liblouis
] 23456 none liblouis
{ 246 none liblouis
} 135 none liblouis
⟨ 246 none liblouis
⟩ 135 none liblouis
⌊ 46-12356 none unconfirmed
⌋ 46-23456 none unconfirmed
⌈ 45-12356 none unconfirmed
⌉ 45-23456 none unconfirmed
""")

RULES: Final[tuple[Rule, ...]] = (
    Rule("number", "0{,}56", "3456 and digits; the decimal comma is 2; thousands are set apart by 3", "liblouis"),
    Rule("Latin letter", "x+A", "6 small, 46 capital; not repeated while alphabet and case stay", "liblouis"),
    Rule("Greek letter", r"\alpha", "56 small, 456 capital", "liblouis"),
    Rule(
        "Russian or Kyrgyz letter",
        r"5\text{кг}",
        "5 small, 45 capital, only beside digits or other letters",
        "liblouis",
    ),
    Rule("fraction of whole numbers", r"\frac{3}{4}", "numerator, then lowered digits", "liblouis"),
    Rule("mixed number", r"5\frac{3}{8}", "whole number, then the fraction with its own number sign", "mathcat"),
    Rule(
        "fraction of two signs", r"\frac{x}{2}", "1256 between them; a whole denominator in lowered digits", "mathcat"
    ),
    Rule("any other fraction", r"\frac{x+1}{y}", "23, numerator, blank, 1256, denominator, 56", "liblouis"),
    Rule("power, index", "x_n^{k+1}", "34 up, 16 down, closed by 156", "liblouis"),
    Rule("power, index of a whole number", "x^2", "lowered digits without number sign and without 156", "liblouis"),
    Rule("index that begins with a sign", r"Z_{+\infty}", "5 before what could be taken for lowered digits", "mathcat"),
    Rule("limits", r"\sum_{i=1}^{n}", "46-16 under, 46-34 over, closed by 156", "liblouis"),
    Rule("root", r"\sqrt[3]{x}", "146, index in lowered digits, 156, radicand, 1456", "liblouis"),
    Rule("function", r"\sin x", "1246 and one to three letters", "liblouis"),
    Rule("prime", "f'(x)", "35", "liblouis"),
    Rule("vector", r"\vec{a}", "25-2 after the letter; 45-25-2 after two (MathCAT has 46-25-2 there)", "liblouis"),
    Rule("combinations", r"\binom{n}{k}", "C with two indices, as Russian school books print it", "unconfirmed"),
    Rule(
        "system",
        r"\begin{cases}x=1\\y=2\end{cases}",
        "frame 1234, 123, 1236 at the rows; one line: rows by 46-1256",
        "mathcat",
    ),
    Rule("matrix in one line", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "cells by a blank, rows by 46-1256", "mathcat"),
    Rule("sign of a number", "x=-2", "a blank before it, except at the start and after a bracket", "unconfirmed"),
)

# liblouis F510-F51E; the rest by the same pattern (1246 and the letters) in MathCAT.
FUNCTIONS: Final[dict[str, str]] = {
    "sin": "s", "cos": "c", "tg": "t", "tan": "t", "ctg": "ct", "cot": "ct", "arcsin": "as", "arccos": "ac",
    "arctg": "at", "arctan": "at", "arcctg": "act", "arccot": "act", "log": "l", "lg": "lg", "ln": "ln",
    "max": "mx", "min": "mn", "exp": "e", "lim": "lm", "sinh": "sh", "cosh": "ch", "tanh": "th", "coth": "cth",
}  # fmt: skip

GREEK: Final = dict(zip("αβγδϵεζηθϑικλμνξοπρϱσςτυϕφχψω", "abgdeezjhhiklmnxoprrsstuffcyw", strict=True))
"""Greek letters use the cells of these Latin letters (liblouis `ru-litbrl.ctb`)."""

_NUMBER: Final = cells("3456")
_UPPER, _LOWER, _END = cells("34"), cells("16"), cells("156")
_OVER, _UNDER = cells("46-34"), cells("46-16")
_ROOT, _ROOT_INDEX_END, _ROOT_END = cells("146"), cells("156"), cells("1456")
_FRACTION, _LINE, _FRACTION_END = cells("23"), cells("1256"), cells("56")
_SEPARATOR: Final = cells("5")
_LETTER_SIGNS: Final = {
    ("latin", False): cells("6"),
    ("latin", True): cells("46"),
    ("greek", False): cells("56"),
    ("greek", True): cells("456"),
    ("cyrillic", False): cells("5"),
    ("cyrillic", True): cells("45"),
}
# liblouis F540-F54C; a dot and two dots are not listed there.
_MARKS: Final = {
    Mark.ARROW: cells("25-2"),
    Mark.BAR: cells("25"),
    Mark.HAT: cells("256"),
    Mark.TILDE: cells("26"),
    Mark.DOT: cells("3"),
    Mark.TWO_DOTS: cells("3-3"),
    Mark.UNDERLINE: cells("56-25"),
    Mark.BRACE_OVER: cells("45-246"),
    Mark.BRACE_UNDER: cells("56-246"),
}
UNCONFIRMED_MARKS: Final = (Mark.DOT, Mark.TWO_DOTS, Mark.BRACE_OVER, Mark.BRACE_UNDER)
_EXACTLY_ABOVE: Final = cells("45")
_GROUP, _GROUP_END = cells("12346"), cells("13456")
_NEW_ROW: Final = cells("46-1256")
_FRAME: Final = (cells("1234"), cells("123"), cells("1236"))
_BOLD: Final = cells("12456")
_LIKE_LOWERED: Final = frozenset(LOWER_DIGITS.values())


def write_russian(formula: Formula) -> str:
    """The formula in Russian mathematical braille; blanks are U+2800."""
    writer = _Writer()
    writer.write(formula.expression)
    return "".join(writer.out).strip(BLANK) or BLANK


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.alphabet: tuple[str, bool] | None = None
        self.after = ""  # what the last cells were: digit, lowered, letter, blank or nothing special

    def put(self, text: str, after: str = "") -> None:
        if text:
            self.out.append(text)
            self.after = after

    def blank(self) -> None:
        if self.out and not self.out[-1].endswith(BLANK):
            self.put(BLANK, "blank")

    # ------------------------------------------------------------ the walk

    def write(self, node: Expression, crowded: bool = False) -> None:
        match node:
            case Number(text=text):
                self.number(text)
            case Identifier(name=name, style=style):
                self.put(_BOLD if style is Style.BOLD else "")
                self.letters(name)
                self.put(_BOLD if style is Style.BOLD else "")
            case Function(name=name):
                self.function(name)
            case Sign():
                self.sign(node)
            case Words(text=text) | Unknown(source=text):
                self.text(text)
            case Space():
                self.blank()
            case Row(items=items):
                self.row(items)
            case Fraction():
                self.fraction(node, crowded)
            case Binomial(upper=upper, lower=lower):
                # The number of combinations is written as C with two indices, as in Russian school books.
                self.letters("C")
                self.script(lower=upper, upper=lower)
            case Root():
                self.root(node)
            case Script():
                self.scripted(node)
            case Fenced(opening=opening, content=content, closing=closing):
                self.put(SIGNS[opening].cells if opening in SIGNS else "")
                self.write(content)
                self.put(SIGNS[closing].cells if closing in SIGNS else "")
            case Marked():
                self.marked(node)
            case Grid():
                self.grid(node)

    def row(self, items: tuple[Expression, ...], in_script: bool = False) -> None:
        for place, item in enumerate(items):
            sides = [(one, one + 1) for one in (place - 1, place) if one >= 0 and one + 1 < len(items)]
            crowded = any(join(items[left], items[right]) is not Join.NOTHING for left, right in sides)
            if isinstance(item, Sign) and item.symbol in "+−±∓" and is_prefix(items, place):
                if place or in_script:
                    self.blank()
                self.put(SIGNS[item.symbol].cells)
            else:
                self.write(item, crowded)

    # ------------------------------------------------------------ numbers, letters, signs

    def number(self, text: str) -> None:
        digits = {**UPPER_DIGITS, ",": cells("2"), ".": cells("256"), "\u202f": cells("3")}
        self.put(_NUMBER + "".join(digits[one] for one in text), "digit")
        self.alphabet = None

    def lowered(self, text: str) -> None:
        self.put("".join(LOWER_DIGITS[one] for one in text), "lowered")

    def letters(self, name: str) -> None:
        for letter in name:
            self.letter(letter)

    def letter(self, letter: str) -> None:
        small = letter.lower() if len(letter.lower()) == 1 else letter
        capital = letter != small
        if small in CYRILLIC:
            # A Cyrillic letter is marked only where it touches a digit or another alphabet (ru-litbrl.ctb).
            touching = self.after in ("digit", "lowered") or (self.alphabet is not None and self.after != "blank")
            mark = _LETTER_SIGNS["cyrillic", capital] if touching or capital else ""
            self.put(mark + CYRILLIC[small], "letter")
            self.alphabet = None
            return
        if small in LATIN or small in GREEK:
            alphabet = ("latin" if small in LATIN else "greek", capital)
            mark = "" if alphabet == self.alphabet else _LETTER_SIGNS[alphabet]
            self.put(mark + LATIN[GREEK.get(small, small)], "letter")
            self.alphabet = alphabet
            return
        self.put(_code_point(letter))

    def sign(self, node: Sign) -> None:
        if node.symbol == ":" and node.role is Role.PUNCTUATION:
            self.put(cells("6-25"))
            return
        self.symbol(node.symbol)

    def symbol(self, symbol: str) -> None:
        known = SIGNS.get(symbol)
        if known is None:
            self.put(_ASCII.get(symbol) or _code_point(symbol))
            return
        if known.room in (Room.BEFORE, Room.BOTH):
            self.blank()
        self.put(known.cells)
        if symbol in "∑∏∠△∥":
            self.alphabet = None
        if known.room in (Room.AFTER, Room.BOTH):
            self.blank()

    def function(self, name: str) -> None:
        if name == "mod":
            self.blank()
        short = FUNCTIONS.get(name, name)
        self.alphabet = None
        if all(one.lower() in LATIN for one in short):
            self.put(cells("1246") + "".join(LATIN[one.lower()] for one in short))
        else:
            self.letters(short)

    def text(self, text: str) -> None:
        for one in text:
            if one.isspace():
                self.blank()
            elif one in UPPER_DIGITS:
                self.put(UPPER_DIGITS[one] if self.after == "digit" else _NUMBER + UPPER_DIGITS[one], "digit")
            elif one.isalpha():
                self.letter(one)
            else:
                self.put(_ASCII.get(one) or (SIGNS[one].cells if one in SIGNS else _code_point(one)))

    # ------------------------------------------------------------ structures

    def fraction(self, node: Fraction, crowded: bool) -> None:
        above, below = node.numerator, node.denominator
        if (
            isinstance(above, Number)
            and isinstance(below, Number)
            and is_whole_number(above)
            and is_whole_number(below)
        ):
            self.number(above.text)
            self.lowered(below.text)
            return
        if _is_atom(above) and (_is_atom(below) or _signed_integer(below)) and not crowded:
            self.write(above)
            self.put(_LINE)
            self.lowered_or_written(below)
            return
        if self.after in ("digit", "lowered"):
            self.put(_SEPARATOR)
        self.put(_FRACTION)
        self.write(above, isinstance(above, Fraction))
        self.blank()
        self.put(_LINE)
        self.write(below, isinstance(below, Fraction))
        self.put(_FRACTION_END)

    def lowered_or_written(self, node: Expression) -> None:
        """A whole number in lowered digits without number sign, anything else as it is."""
        if isinstance(node, Number) and node.text.isdecimal():
            self.lowered(node.text)
        elif (signed := _signed_integer(node)) is not None:
            self.put(SIGNS[signed[0]].cells)
            self.lowered(signed[1])
        else:
            self.write(node)

    def root(self, node: Root) -> None:
        self.put(_ROOT)
        if node.index is not None:
            self.lowered_or_written(node.index)
        self.put(_ROOT_INDEX_END)
        self.write(node.radicand)
        self.put(_ROOT_END)

    def scripted(self, node: Script) -> None:
        base = node.base
        grouped = isinstance(base, Row) and base.items
        self.put(_GROUP if grouped else "")
        self.write(base, crowded=True)
        self.put(_GROUP_END if grouped else "")
        if isinstance(base, Number) and node.primes:
            self.put(cells("46") + cells("35") * node.primes)
        else:
            self.put(cells("35") * node.primes)
        limits = isinstance(base, Sign) and base.symbol in "∑∏⋃⋂"
        limits = limits or (isinstance(base, Function) and base.name in ("lim", "max", "min", "sup", "inf"))
        self.script(node.lower, node.upper, limits=limits)

    def script(self, lower: Expression | None, upper: Expression | None, limits: bool = False) -> None:
        for content, opening in ((lower, _UNDER if limits else _LOWER), (upper, _OVER if limits else _UPPER)):
            if content is None:
                continue
            self.put(opening)
            if (isinstance(content, Number) and content.text.isdecimal()) or _signed_integer(content):
                self.lowered_or_written(content)
                continue
            if _begins_like_lowered(content):
                self.put(_SEPARATOR)
            self.row(items_of(content), in_script=True)
            self.put(_END)

    def marked(self, node: Marked) -> None:
        items = items_of(node.content)
        letters = all(isinstance(one, Identifier) for one in items)
        grouped = not letters and len(items) > 1
        self.put(_GROUP if grouped else "")
        self.write(node.content)
        self.put(_GROUP_END if grouped else "")
        self.put((_EXACTLY_ABOVE if letters and len(items) > 1 else "") + _MARKS[node.mark])
        if node.label is not None:
            above = node.mark is Mark.BRACE_OVER
            self.script(None if above else node.label, node.label if above else None)

    def grid(self, node: Grid) -> None:
        """One line: rows divided by 46-1256 (MathCAT); a system has the frame 1234, 123 … 1236 at its rows."""
        if node.layout is not Layout.CASES:
            self.put(SIGNS[node.opening].cells if node.opening in SIGNS else "")
        for place, row in enumerate(node.rows):
            self.put(_NEW_ROW if place else "")
            if node.layout is Layout.CASES:
                last = place == len(node.rows) - 1
                frame = _GROUP if last and not place else _FRAME[0 if not place else 2 if last else 1]
                self.put(frame + BLANK, "blank")
            for column, cell in enumerate(row):
                if column and node.layout is not Layout.LINES:
                    self.blank()
                self.write(cell)
        self.put(SIGNS[node.closing].cells if node.closing in SIGNS else "")


# ru-litbrl.ctb.
_ASCII: Final = {
    "\\": cells("6-16"), "#": cells("1456"), "$": cells("4-145"), "&": cells("6-12346"), "_": cells("456"),
    "^": cells("56-26"), "~": cells("26"), "@": cells("146"), '"': cells("236"), "'": cells("3"), "`": cells("4"),
    "-": cells("36"), "*": cells("35"),
}  # fmt: skip


def _is_atom(node: Expression) -> bool:
    return isinstance(node, Number) or (isinstance(node, Identifier) and len(node.name) == 1)


def _signed_integer(node: Expression) -> tuple[str, str] | None:
    items = items_of(node)
    if len(items) == 2 and isinstance(items[0], Sign) and items[0].symbol in "+−":
        number = items[1]
        if isinstance(number, Number) and number.text.isdecimal():
            return items[0].symbol, number.text
    return None


def _begins_like_lowered(node: Expression) -> bool:
    """A script that begins with a sign or a fraction could be taken for lowered digits: dot 5 goes before it."""
    items = items_of(node)
    first = items[1] if len(items) > 1 and items[0] == Sign("−", Role.BINARY) else items[0] if items else None
    if isinstance(first, Sign):
        return first.symbol in SIGNS and SIGNS[first.symbol].cells[0] in _LIKE_LOWERED
    return isinstance(first, Fraction) and not (is_whole_number(first.numerator) and is_whole_number(first.denominator))


def _code_point(character: str) -> str:
    """A character that no code has a cell for, as its Unicode number between joining brackets: never lost silently."""
    digits = "".join(UPPER_DIGITS[one] for one in str(ord(character)))
    return _GROUP + _NUMBER + digits + _GROUP_END
