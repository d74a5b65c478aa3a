"""The walk that all languages share: what is announced, in which order, and where an end must be said.

A listener cannot look back. Whatever has more than one part is therefore closed by words ("end fraction"), and only
what cannot be misheard is read in the short way ("one half", "x squared").
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Final

from builder.mathematics.expression import (
    Binomial,
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
)
from builder.mathematics.rows import (
    FUNCTION_LETTERS,
    Join,
    base_of,
    is_capital,
    is_prefix,
    is_whole_number,
    items_of,
    join,
)

_SPACES: Final = re.compile(r"\s+")
_BEFORE_PUNCTUATION: Final = re.compile(r"\s+([,;:])")
_DOUBLED: Final = re.compile(r"([,;:])(?:\s*[,;:])+")
_LONG: Final = 200
"""Our choice: rows longer than this are read plainly, so that reading stays linear."""
_ORDER: Final = frozenset("<>≤≥≪≫")


class Reader(ABC):
    """Reads expressions aloud. Subclasses give the words, and override where their grammar wants another order."""

    letters: ClassVar[Mapping[str, str]]
    greek: ClassVar[Mapping[str, str]]
    signs: ClassVar[Mapping[str, str]]
    functions: ClassVar[Mapping[str, str]]
    sets: ClassVar[Mapping[str, str]]
    characters: ClassVar[Mapping[str, str]]
    fences: ClassVar[Mapping[str, str]]
    marks: ClassVar[Mapping[Mark, str]]
    ends: ClassVar[Mapping[str, str]]
    decimal: ClassVar[str]
    vector_products: ClassVar[tuple[str, str]]
    """Dot and cross between vectors."""
    times: ClassVar[str]
    divided: ClassVar[str]
    exists_such: ClassVar[str]
    condition: ClassVar[str]
    """Between the columns of a definition by cases."""
    given: ClassVar[str]
    mapping: ClassVar[tuple[str, str]]
    congruent: ClassVar[str]
    large: ClassVar[Mapping[str, str]]

    def read(self, expression: Expression) -> str:
        """The whole formula as one line of words, with commas where a teacher pauses."""
        words = _SPACES.sub(" ", self.say(expression)).strip(" ,;:")
        words = _BEFORE_PUNCTUATION.sub(r"\1", words)
        return _DOUBLED.sub(r"\1", words)

    # ------------------------------------------------------------ the walk

    def say(self, node: Expression) -> str:
        match node:
            case Number(text=text):
                return self.number(text)
            case Identifier():
                return self.identifier(node)
            case Function(name=name):
                return self.function(name)
            case Sign(symbol=symbol):
                return self.sign(symbol)
            case Words(text=text):
                return f" {text} "
            case Space(wide=wide):
                return ", " if wide else " "
            case Unknown(source=source):
                return self.spell(source)
            case Row(items=items):
                return self.row(items)
            case Fraction():
                return self.any_fraction(node)
            case Binomial():
                return self.binomial(node)
            case Root():
                return self.root(node)
            case Script():
                return self.script(node)
            case Fenced():
                return self.fenced(node)
            case Marked():
                return self.marked(node)
            case Grid():
                return self.grid(node)

    def row(self, items: tuple[Expression, ...]) -> str:
        parts: list[str] = []
        place = 0
        while place < len(items):
            words, taken = self.read_at(items, place)
            if place and taken:
                parts.append(self.between(items, place))
            parts.append(words)
            place += max(taken, 1)
        return " ".join(parts)

    def between(self, items: tuple[Expression, ...], place: int) -> str:
        """A product that must be said because silence would be misheard."""
        left, right = items[place - 1], items[place]
        if join(left, right) is not Join.TIMES:
            return self.mixed if join(left, right) is Join.AND else ""
        named = isinstance(left, Identifier) and left.name in FUNCTION_LETTERS and left.style is Style.ITALIC
        if isinstance(base_of(right), Number) or named or isinstance(left, Fraction) or isinstance(right, Fraction):
            return self.times
        return ""

    mixed: ClassVar[str] = ""

    def read_at(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """Words for what begins at this place, and how many items they cover."""
        item = items[place]
        base = base_of(item)
        if isinstance(base, Sign) and base.role is Role.LARGE:
            return self.large_operator(base.symbol, item), 1
        if isinstance(base, Function):
            return self.applied(base.name, item), 1
        if isinstance(item, Sign):
            return self.sign_at(items, place)
        if is_capital(item) and not (isinstance(item, Script) and item.upper == Identifier("T")):
            return self.capitals(items, place)
        if isinstance(base, Identifier) and isinstance(forms := self.units.get(base.name), tuple):
            before = [one for one in items[max(place - 2, 0) : place] if not isinstance(one, Space)][-1:]
            words = self.counted(before[0].text, forms) if before and isinstance(before[0], Number) else forms[-1]
            return (self.scripted(words, item) if isinstance(item, Script) else words), 1
        after = items[place + 1] if place + 1 < len(items) else None
        if isinstance(after, Fenced) and join(item, after) is Join.APPLICATION:
            return self.application(self.say(item), after), 2
        if isinstance(item, Fraction) and self.vulgar(item) is None and self.is_crowded(items, place):
            return self.long_fraction(item), 1
        if isinstance(item, Number) and isinstance(after, Sign) and after.symbol in "%°":
            return self.measured(items, place)
        if isinstance(item, Number) and isinstance(after, Fraction) and join(item, after) is Join.AND:
            return self.mixed_number(item, after), 2
        return self.say(item), 1

    def is_crowded(self, items: tuple[Expression, ...], place: int) -> bool:
        """Whether a factor stands beside a fraction, so that its ends must be heard."""
        sides = [(place - 1, place), (place, place + 1)]
        after = base_of(items[place + 1]) if place + 1 < len(items) else None
        if isinstance(after, Function) or (isinstance(after, Sign) and after.role is Role.LARGE):
            return True
        return any(
            left >= 0 and right < len(items) and join(items[left], items[right]) is not Join.NOTHING
            for left, right in sides
        ) or (place > 0 and isinstance(base_of(items[place - 1]), Function))

    def sign_at(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        sign = items[place]
        assert isinstance(sign, Sign)
        symbol = sign.symbol
        if symbol in "+−±∓" and is_prefix(items, place):
            return self.prefix_sign(symbol), 1
        if symbol in "∠△":
            return self.geometric(items, place)
        if symbol in "⋅×" and self.joins_vectors(items, place):
            return self.vector_products[symbol == "×"], 1
        if symbol == ":" and sign.role is Role.BINARY:
            return self.divided, 1
        if symbol in ":→" and self.is_mapping(items):
            return self.mapping[symbol == "→"], 1
        if symbol == ":":
            return (self.exists_such if any(_is(one, "∃") for one in items[:_LONG]) else ","), 1
        if symbol in "∀∃∄" and place + 1 < len(items) and self.is_simple(items[place + 1]):
            return self.quantified(items, place)
        if symbol == "∈" or symbol == "∉":
            return self.membership(items, place)
        if symbol in _ORDER:
            return self.comparison(items, place)
        if symbol == "≡" and any(is_modulus(one) for one in items[place:][:_LONG]):
            return self.congruent, 1
        if symbol == "→":
            return self.tends(items, place)
        return self.sign(symbol), 1

    def quantified(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """«For all x in A»: the quantifier, its variable and, where one is named, its set."""
        sign, variable = items[place], self.say(items[place + 1])
        assert isinstance(sign, Sign)
        if place + 3 < len(items) and _is(items[place + 2], "∈") and isinstance(items[place + 3], Identifier | Fenced):
            found = items[place + 3]
            interval = self.interval(found, certain=True) if isinstance(found, Fenced) else None
            return self.quantified_words(sign.symbol, variable, interval or self.say(found)), 4
        return self.quantified_words(sign.symbol, variable, ""), 2

    @abstractmethod
    def quantified_words(self, symbol: str, variable: str, source: str) -> str: ...

    def is_mapping(self, items: tuple[Expression, ...]) -> bool:
        """``f: A \\to B``."""
        if len(items) > _LONG:
            return False
        return any(_is(one, ":") for one in items) and any(_is(one, "→") for one in items)

    def conditional(self, content: Expression, words: str) -> Expression:
        """The content with its bar or colon as words."""
        return Row(tuple(Words(words) if _is(one, "∣") or _is(one, ":") else one for one in items_of(content)))

    def split_condition(self, content: Expression) -> tuple[Row, Row] | None:
        """What stands before and after the bar of a set."""
        items = items_of(content)
        for place, one in enumerate(items):
            if _is(one, "∣") or _is(one, ":"):
                return Row(items[:place]), Row(items[place + 1 :])
        return None

    def tends(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        return self.sign("→"), 1

    def signed_end(self, items: tuple[Expression, ...], place: int) -> int:
        """Where the number, letter or infinity that follows this place ends, its sign included."""
        end = place + 1
        if end < len(items) and isinstance(items[end], Sign) and is_prefix(items, end):
            end += 1
        return min(end + 1, len(items))

    def joins_vectors(self, items: tuple[Expression, ...], place: int) -> bool:
        sides = items[max(place - 1, 0) : place] + items[place + 1 : place + 2]
        return len(sides) == 2 and all(isinstance(one, Marked) and one.mark is Mark.ARROW for one in sides)

    def membership(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        sign = items[place]
        assert isinstance(sign, Sign)
        after = items[place + 1] if place + 1 < len(items) else None
        if isinstance(after, Fenced) and (interval := self.interval(after, certain=True)):
            return f"{self.sign(sign.symbol)} {interval}", 2
        return self.sign(sign.symbol), 1

    def comparison(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        sign = items[place]
        assert isinstance(sign, Sign)
        return self.sign(sign.symbol), 1

    def stands_at_end(self, items: tuple[Expression, ...], place: int) -> bool:
        """Whether nothing that belongs to the same side of a relation follows the item at this place."""
        if place + 1 >= len(items):
            return True
        after = items[place + 1]
        if isinstance(after, Space | Words):
            return True
        return isinstance(after, Sign) and (after.role in (Role.RELATION, Role.PUNCTUATION) or after.symbol in "∧∨")

    def is_chain(self, items: tuple[Expression, ...]) -> bool:
        return len(items) > _LONG or sum(isinstance(one, Sign) and one.symbol in _ORDER for one in items) > 1

    def geometric(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """An angle or a triangle with the letters of its points, which are capitals by custom."""
        end = place + 1
        while end < len(items) and is_capital(items[end]):
            end += 1
        sign = items[place]
        assert isinstance(sign, Sign)
        points = " ".join(self.plain_capital(one) for one in items[place + 1 : end])
        return f"{self.sign(sign.symbol)} {points}", end - place

    def capitals(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        end = place
        while end < len(items) and is_capital(items[end]):
            end += 1
        if end - place > 1:
            run = " ".join(self.plain_capital(one) for one in items[place:end])
            return f"{self.many_capitals} {run}", end - place
        after = items[end] if end < len(items) else None
        if isinstance(after, Fenced) and join(items[place], after) is Join.APPLICATION:
            return self.application(self.say(items[place]), after), 2
        return self.say(items[place]), 1

    one_capital: ClassVar[str]
    many_capitals: ClassVar[str]

    def plain_capital(self, item: Expression) -> str:
        """A capital in a context where capitals are understood."""
        if isinstance(item, Identifier):
            return self.letter(item.name.lower())
        assert isinstance(item, Script) and isinstance(item.base, Identifier)
        return self.scripted(self.letter(item.base.name.lower()), item)

    # ------------------------------------------------------------ letters and numbers

    def number(self, text: str) -> str:
        return text.replace("\u202f", "").replace(",", ".").replace(".", self.decimal)

    def letter(self, letter: str) -> str:
        return self.letters.get(letter) or self.greek.get(letter) or letter

    def identifier(self, node: Identifier) -> str:
        name = node.name
        if node.style is Style.BLACKBOARD and name in self.sets:
            return self.sets[name]
        if node.style is Style.UPRIGHT and len(name) > 1:
            return self.word(name)
        if len(name) > 1:
            return " ".join(self.identifier(Identifier(one, node.style)) for one in name)
        lower = name.lower()
        words = self.letter(lower if len(lower) == 1 else name)
        if name != lower and node.style is not Style.UPRIGHT and name != "Δ":
            words = f"{self.one_capital} {words}"
        return self.styled(words, node.style)

    def styled(self, words: str, style: Style) -> str:
        return words

    def word(self, name: str) -> str:
        """An upright word: Cyrillic and long ones as they are, short Latin ones (units, elements) letter by letter."""
        if name in self.units:
            unit = self.units[name]
            return unit if isinstance(unit, str) else unit[-1]
        if not name.isascii() or (len(name) > 3 and name[1:].islower()):
            return name
        return " ".join(self.letter(one.lower()) for one in name)

    units: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}

    def function(self, name: str) -> str:
        return self.functions.get(name) or self.word(name)

    def sign(self, symbol: str) -> str:
        return self.signs.get(symbol) or self.characters.get(symbol) or symbol

    def spell(self, source: str) -> str:
        """Source that was not understood, symbol by symbol."""
        parts = []
        for one in source:
            if one.isspace():
                continue
            capital = one.isupper() and one.lower() != one
            words = self.characters.get(one) or self.signs.get(one) or self.letter(one.lower())
            parts.append(f"{self.one_capital} {words}" if capital else words)
        return " ".join(parts)

    def prefix_sign(self, symbol: str) -> str:
        return self.sign(symbol)

    # ------------------------------------------------------------ what is simple

    def is_simple(self, node: Expression) -> bool:
        """Whether it can stand inside a phrase without marks at its ends."""
        match node:
            case Number() | Identifier() | Words() | Function():
                return True
            case Sign(symbol=symbol):
                return symbol in "∞∅…"
            case Script(base=base, lower=lower, upper=None):
                return self.is_simple(base) and (lower is None or self.is_simple(lower))
            case Fraction():
                return self.vulgar(node) is not None
            case Marked(content=content, label=None):
                return len(items_of(content)) <= 2 and all(isinstance(one, Identifier) for one in items_of(content))
            case _:
                return False

    def is_short(self, node: Expression) -> bool:
        """A simple thing, or a simple thing with a sign before it."""
        items = items_of(node)
        signed = len(items) == 2 and isinstance(items[0], Sign) and items[0].symbol in "+−"
        return self.is_simple(items[1]) if signed else len(items) == 1 and self.is_simple(items[0])

    # ------------------------------------------------------------ fractions

    def any_fraction(self, node: Fraction) -> str:
        if (words := self.vulgar(node)) is not None:
            return words
        if (words := self.derivative(node)) is not None:
            return words
        short = self.is_simple(node.numerator) or self.is_square(node.numerator)
        if short and self.is_simple(node.denominator) and not self.has_fraction(node):
            return f"{self.say(node.numerator)} {self.over} {self.say(node.denominator)}"
        return self.long_fraction(node)

    over: ClassVar[str]

    def is_square(self, node: Expression) -> bool:
        return isinstance(node, Script) and self.is_simple(node.base) and node.upper in (Number("2"), Number("3"))

    def has_fraction(self, node: Fraction) -> bool:
        return isinstance(node.numerator, Fraction) or isinstance(node.denominator, Fraction)

    def vulgar(self, node: Fraction) -> str | None:
        """Words for a small common fraction such as two thirds, or None."""
        if not (is_whole_number(node.numerator) and is_whole_number(node.denominator)):
            return None
        assert isinstance(node.numerator, Number) and isinstance(node.denominator, Number)
        above, below = int(node.numerator.text[:4]), int(node.denominator.text[:4])
        if len(node.numerator.text) > 2 or len(node.denominator.text) > 4 or above == 0:
            return None
        return self.vulgar_words(above, below)

    @abstractmethod
    def vulgar_words(self, above: int, below: int) -> str | None: ...

    @abstractmethod
    def long_fraction(self, node: Fraction) -> str: ...

    @abstractmethod
    def mixed_number(self, whole: Number, fraction: Fraction) -> str: ...

    def derivative(self, node: Fraction) -> str | None:
        """``dy/dx``, ``d^2y/dx^2``, ``∂f/∂x``: read as derivatives."""
        above, below = items_of(node.numerator), items_of(node.denominator)
        if len(below) != 2 or not 1 <= len(above) <= 2:
            return None
        head, bottom = base_of(above[0]), below[0]
        if bottom != head or bottom not in (Identifier("d"), Sign("∂", Role.PREFIX)):
            return None
        variable = below[1]
        order = above[0].upper if isinstance(above[0], Script) else None
        if isinstance(variable, Script):
            if variable.upper != order or order is None or not isinstance(order, Number):
                return None
            variable = Script(variable.base, variable.lower) if variable.lower is not None else variable.base
        elif order is not None:
            return None
        function = above[1] if len(above) == 2 else None
        if not self.is_simple(variable) or (function is not None and not self.is_simple(function)):
            return None
        grade = int(order.text) if isinstance(order, Number) and order.text.isdecimal() else 1
        if grade > 4:
            return None
        return self.derivative_words(
            self.say(function) if function is not None else "", self.say(variable), grade, bottom != Identifier("d")
        )

    @abstractmethod
    def derivative_words(self, function: str, variable: str, grade: int, partial: bool) -> str: ...

    # ------------------------------------------------------------ scripts

    def script(self, node: Script) -> str:
        base = node.base
        if isinstance(base, Number) and node.primes in (1, 2) and node.upper is None and node.lower is None:
            return f"{self.say(base)} {self.angular(base, node.primes)}"
        if isinstance(base, Function):
            return self.applied(base.name, node)
        if isinstance(base, Sign) and base.role is Role.LARGE:
            return self.large_operator(base.symbol, node)
        if isinstance(base, Fenced) and not base.opening and base.closing == "|":
            return self.evaluated(self.say(base.content), node.lower, node.upper)
        if node.upper == Identifier("T") and (is_capital(base) or isinstance(base, Grid)):
            return f"{self.scripted(self.say(base), Script(base, node.lower, None, node.primes))} {self.transposed}"
        words = self.say(base)
        if (isinstance(base, Row) and base.items) or isinstance(base, Fraction | Root | Grid | Binomial):
            words = f"{self.ends['group-start']} {words} {self.ends['group-end']}"
        return self.scripted(words, node)

    def counted(self, number: str, forms: tuple[str, ...]) -> str:
        """The form of a unit's name after this number."""
        return forms[0] if number == "1" else forms[-1]

    transposed: ClassVar[str]

    @abstractmethod
    def evaluated(self, words: str, lower: Expression | None, upper: Expression | None) -> str:
        """What a bar with limits after an expression says."""

    @abstractmethod
    def angular(self, number: Number, primes: int) -> str: ...

    def scripted(self, words: str, node: Script) -> str:
        """A base that is already in words, with its primes, index and power."""
        if node.primes:
            words = f"{words} {self.primes(node.primes)}"
        if node.lower is not None:
            words = self.index(words, node.lower)
        if node.upper is not None:
            words = self.power(words, node.upper)
        return words

    @abstractmethod
    def primes(self, count: int) -> str: ...

    @abstractmethod
    def index(self, base: str, lower: Expression) -> str: ...

    @abstractmethod
    def power(self, base: str, upper: Expression) -> str: ...

    # ------------------------------------------------------------ operators with limits

    def large_operator(self, symbol: str, item: Expression) -> str:
        lower = item.lower if isinstance(item, Script) else None
        upper = item.upper if isinstance(item, Script) else None
        return self.large_words(symbol, self.large[symbol], lower, upper)

    @abstractmethod
    def large_words(self, symbol: str, name: str, lower: Expression | None, upper: Expression | None) -> str: ...

    def running(self, lower: Expression | None) -> tuple[Expression, Expression] | None:
        """``i = 1`` under a sum: the variable and where it starts."""
        return self.split_at(lower, "=")

    def tending(self, lower: Expression | None) -> tuple[Expression, Expression] | None:
        """``x \\to a`` under a limit: the variable and where it goes."""
        return self.split_at(lower, "→")

    def split_at(self, lower: Expression | None, relation: str) -> tuple[Expression, Expression] | None:
        """A variable (or ``\\Delta x``) before the relation, and everything after it."""
        items = items_of(lower) if lower is not None else ()
        cut = next((place for place, one in enumerate(items[:4]) if _is(one, relation)), 0)
        variable, rest = items[:cut], items[cut + 1 :]
        if not variable or not rest or not all(isinstance(base_of(one), Identifier) for one in variable):
            return None
        return Row(variable), rest[0] if len(rest) == 1 else Row(rest)

    @abstractmethod
    def applied(self, name: str, item: Expression) -> str:
        """A function name with the scripts it carries, ready for its argument."""

    @abstractmethod
    def application(self, function: str, argument: Fenced) -> str: ...

    # ------------------------------------------------------------ the rest

    @abstractmethod
    def root(self, node: Root) -> str: ...

    @abstractmethod
    def binomial(self, node: Binomial) -> str: ...

    @abstractmethod
    def measured(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """A number with a per cent or degree sign."""

    def fenced(self, node: Fenced) -> str:
        opening, closing = node.opening, node.closing
        content = node.content
        if opening == closing == "|":
            return self.absolute(content)
        if opening == closing == "‖":
            return self.around("norm", content)
        if (opening, closing) == ("⌊", "⌋"):
            return self.around("floor", content)
        if (opening, closing) == ("⌈", "⌉"):
            return self.around("ceiling", content)
        if (opening, closing) == ("{", "}"):
            return self.set_of(content)
        if interval := self.interval(node, certain=False):
            return interval
        items = items_of(content)
        if items and items[0] == Function("mod") and opening == "(":
            return self.modulo(Row(items[1:]))
        return f"{self.fence(opening, True)} {self.say(content)} {self.fence(closing, False)}"

    def fence(self, delimiter: str, opening: bool) -> str:
        if not delimiter:
            return ""
        name = self.fences.get(("open " if opening else "close ") + delimiter)
        return f", {name or self.characters.get(delimiter, delimiter)},"

    @abstractmethod
    def absolute(self, content: Expression) -> str: ...

    @abstractmethod
    def modulo(self, content: Expression) -> str: ...

    def around(self, kind: str, content: Expression) -> str:
        return f"{self.ends[kind + '-start']} {self.say(content)}, {self.ends[kind + '-end']},"

    @abstractmethod
    def set_of(self, content: Expression) -> str: ...

    def interval(self, node: Fenced, *, certain: bool) -> str | None:
        """Words for ``[a; b)``; round brackets on both sides are an interval only where that is certain."""
        if node.opening not in ("(", "[", "]") or node.closing not in (")", "]", "["):
            return None
        items = items_of(node.content)
        cuts = [place for place, one in enumerate(items) if isinstance(one, Sign) and one.symbol in ",;"]
        if len(cuts) != 1 or not 0 < cuts[0] < len(items) - 1:
            return None
        start, end = Row(items[: cuts[0]]), Row(items[cuts[0] + 1 :])
        round_both = node.opening == "(" and node.closing == ")"
        infinite = Sign("∞") in items
        if round_both and not certain and not infinite:
            return None
        return self.interval_words(start, end, node.opening == "[", node.closing == "]")

    @abstractmethod
    def interval_words(self, start: Row, end: Row, with_start: bool, with_end: bool) -> str: ...

    def marked(self, node: Marked) -> str:
        items = items_of(node.content)
        capitals = bool(items) and all(map(is_capital, items))
        content = " ".join(map(self.plain_capital, items)) if capitals else self.say(node.content)
        return self.marked_words(node, content, len(items) == 1 or capitals)

    def marked_words(self, node: Marked, content: str, simple: bool) -> str:
        name = self.marks[node.mark]
        if node.mark is Mark.ARROW and simple:
            return f"{name} {content}"
        if node.mark is Mark.BAR and simple and len(items_of(node.content)) > 1:
            return f"{self.ends['segment']} {content}"
        words = (
            f"{content} {name}" if simple else f"{self.ends['group-start']} {content} {self.ends['group-end']}, {name}"
        )
        return f"{words}: {self.say(node.label)}," if node.label is not None else words

    def grid(self, node: Grid) -> str:
        rows = [row for row in node.rows if row]
        if node.layout is Layout.LINES:
            if len(rows) == 1:
                return " ".join(map(self.say, rows[0]))
            lines = [f"{self.line(place)}: {' '.join(map(self.say, row))}" for place, row in enumerate(rows, 1)]
            return "; ".join(lines) + ";"
        kind = "cases" if node.layout is Layout.CASES else "matrix"
        cells = [f"{self.line(place)}: {self.cells(row, kind)}" for place, row in enumerate(rows, 1)]
        if kind == "cases" and max(map(len, rows), default=0) < 2:
            kind = "system"
        elif (node.opening, node.closing) == ("|", "|"):
            kind = "determinant"
        width = max(map(len, rows), default=0)
        return f"{self.grid_start(kind, len(rows), width)}: {'; '.join(cells)}; {self.ends[kind]},"

    def cells(self, row: tuple[Expression, ...], kind: str) -> str:
        words = [self.say(cell).strip(" ,;") for cell in row]
        items = items_of(row[1]) if len(row) == 2 else ()
        if kind == "cases" and items and not isinstance(items[0], Words):
            return f"{words[0]}, {self.condition} {words[1]}"
        return ", ".join(words)

    @abstractmethod
    def line(self, place: int) -> str: ...

    @abstractmethod
    def grid_start(self, kind: str, rows: int, columns: int) -> str: ...


def is_modulus(node: Expression) -> bool:
    return isinstance(node, Fenced) and items_of(node.content)[:1] == (Function("mod"),)


def _is(node: Expression, symbol: str) -> bool:
    return isinstance(node, Sign) and node.symbol == symbol
