"""English spoken mathematics."""

from typing import ClassVar, Final

from builder.mathematics.expression import (
    Binomial,
    Expression,
    Fenced,
    Fraction,
    Identifier,
    Mark,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Style,
)
from builder.mathematics.rows import items_of
from builder.mathematics.speech.reader import Reader

_ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_CARDINALS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ONES: Final = ["", *_CARDINALS[1:10]]
_PARTS: Final = {2: ("half", "halves"), 4: ("quarter", "quarters"), 100: ("hundredth", "hundredths")}


class EnglishReader(Reader):
    letters: ClassVar = {}
    greek: ClassVar = dict(
        zip(
            "αβγδϵεζηθϑικλμνξοπρϱσςτυϕφχψω",
            "alpha beta gamma delta epsilon epsilon zeta eta theta theta iota kappa lambda mu nu xi omicron pi rho "
            "rho sigma sigma tau upsilon phi phi chi psi omega".split(),
            strict=True,
        )
    )
    signs: ClassVar = {
        "+": "plus", "−": "minus", "±": "plus or minus", "∓": "minus or plus", "⋅": "times", "×": "times",
        "÷": "divided by", "∗": "asterisk", "/": "over", ":": ":", "=": "equals", "≠": "is not equal to",
        "<": "is less than", ">": "is greater than", "≤": "is less than or equal to",
        "≥": "is greater than or equal to", "≪": "is much less than", "≫": "is much greater than",
        "≮": "is not less than", "≯": "is not greater than", "≈": "is approximately equal to",
        "≡": "is identically equal to", "≢": "is not identically equal to",
        "∼": "is similar to", "≅": "is congruent to",
        "∝": "is proportional to", "∈": "is in", "∉": "is not in", "∋": "contains", "⊂": "is a subset of",
        "⊆": "is a subset of or equal to", "⊃": "is a superset of", "⊇": "is a superset of or equal to",
        "⊄": "is not a subset of", "⊈": "is not a subset of or equal to", "∪": "union", "∩": "intersection",
        "∖": "minus the set", "∅": "the empty set", "∞": "infinity", "∧": "and", "∨": "or", "¬": "not",
        "⊕": "circled plus",
        "⇒": "implies", "⇐": "is implied by", "⇔": "if and only if", "→": "tends to", "←": "left arrow",
        "↔": "arrow both ways", "↦": "maps to", "↑": "up arrow", "↓": "down arrow", "∀": "for all",
        "∃": "there exists", "∄": "there does not exist", "∂": "partial d", "∇": "nabla", "∠": "angle",
        "△": "triangle", "⊥": "is perpendicular to", "∥": "is parallel to", "∦": "is not parallel to",
        "∣": "divides", "∘": "composed with", "…": "and so on", "⋯": "and so on", "⋮": "and so on down",
        "⋱": "and so on diagonally", "ℓ": "script l", "ℏ": "h bar", "!": "factorial", "%": "per cent", "°": "degrees",
        "′": "prime", ",": ",", ";": ";", ".": "", "∴": "therefore", "∵": "because", "|": "vertical bar",
        "‖": "double vertical bar", "№": "number", "?": "question mark",
    }  # fmt: skip
    functions: ClassVar = {
        "sin": "sine", "cos": "cosine", "tan": "tangent", "tg": "tangent", "cot": "cotangent", "ctg": "cotangent",
        "sec": "secant", "csc": "cosecant", "cosec": "cosecant", "arcsin": "arc sine", "arccos": "arc cosine",
        "arctan": "arc tangent", "arctg": "arc tangent", "arccot": "arc cotangent", "arcctg": "arc cotangent",
        "sinh": "hyperbolic sine", "sh": "hyperbolic sine", "cosh": "hyperbolic cosine", "ch": "hyperbolic cosine",
        "tanh": "hyperbolic tangent", "th": "hyperbolic tangent", "coth": "hyperbolic cotangent",
        "cth": "hyperbolic cotangent", "log": "log", "ln": "natural log", "lg": "log base 10", "exp": "exponential",
        "lim": "limit", "max": "maximum", "min": "minimum", "sup": "supremum", "inf": "infimum",
        "det": "determinant", "rank": "rank", "rg": "rank", "tr": "trace", "dim": "dimension", "ker": "kernel",
        "deg": "degree", "gcd": "greatest common divisor", "НОД": "greatest common divisor",
        "lcm": "least common multiple", "НОК": "least common multiple", "arg": "argument", "Re": "real part",
        "Im": "imaginary part", "sgn": "sign", "sign": "sign", "grad": "gradient", "div": "divergence", "rot": "curl",
        "mod": "modulo",
    }  # fmt: skip
    sets: ClassVar = {
        "N": "the set of natural numbers", "Z": "the set of integers", "Q": "the set of rational numbers",
        "R": "the set of real numbers", "C": "the set of complex numbers",
    }  # fmt: skip
    characters: ClassVar = {
        "\\": "backslash", "{": "open brace", "}": "close brace", "(": "open bracket", ")": "close bracket",
        "[": "open square bracket", "]": "close square bracket", "#": "number sign", "$": "dollar sign",
        "&": "ampersand", "_": "underscore", "^": "caret", "~": "tilde", "@": "at sign", '"': "quotation mark",
        "'": "apostrophe", "`": "grave accent", "*": "asterisk", "-": "hyphen", "⟨": "open angle bracket",
        "⟩": "close angle bracket", "⌊": "open floor", "⌋": "close floor", "⌈": "open ceiling", "⌉": "close ceiling",
        ".": "point", ":": "colon", ",": "comma", ";": "semicolon", "?": "question mark",
    }  # fmt: skip
    fences: ClassVar = {
        "open (": "open bracket", "close )": "close bracket", "open [": "open square bracket",
        "close ]": "close square bracket", "open {": "open brace", "close }": "close brace",
        "open ⟨": "open angle bracket", "close ⟩": "close angle bracket", "open |": "vertical bar",
        "close |": "vertical bar", "open ‖": "double bar", "close ‖": "double bar", "open ⌊": "open floor",
        "close ⌋": "close floor", "open ⌈": "open ceiling", "close ⌉": "close ceiling", "open /": "slash",
        "close /": "slash",
    }  # fmt: skip
    marks: ClassVar = {
        Mark.ARROW: "vector", Mark.BAR: "bar", Mark.HAT: "hat", Mark.TILDE: "tilde", Mark.DOT: "dot",
        Mark.TWO_DOTS: "double dot", Mark.UNDERLINE: "underlined", Mark.BRACE_OVER: "with a brace above",
        Mark.BRACE_UNDER: "with a brace below",
    }  # fmt: skip
    ends: ClassVar = {
        "group-start": "the quantity", "group-end": ", end quantity,", "norm-start": "the norm of",
        "norm-end": "end norm", "floor-start": "the floor of", "floor-end": "end floor",
        "ceiling-start": "the ceiling of", "ceiling-end": "end ceiling", "set-start": "the set of",
        "set-end": "end set", "segment": "segment", "matrix": "end matrix", "determinant": "end determinant",
        "system": "end system", "cases": "end cases",
    }  # fmt: skip
    units: ClassVar = {
        "mm": ("millimetre", "millimetres"), "cm": ("centimetre", "centimetres"), "km": ("kilometre", "kilometres"),
        "kg": ("kilogram", "kilograms"), "mol": ("mole", "moles"), "const": "constant",
        "мм": ("millimetre", "millimetres"), "см": ("centimetre", "centimetres"), "км": ("kilometre", "kilometres"),
        "кг": ("kilogram", "kilograms"),
    }  # fmt: skip
    large: ClassVar = {
        "∑": "sum", "∏": "product", "∫": "integral", "∬": "double integral", "∭": "triple integral",
        "∮": "contour integral", "⋃": "union", "⋂": "intersection",
    }  # fmt: skip
    decimal: ClassVar = "."
    vector_products: ClassVar = ("dot", "cross")
    times: ClassVar = "times"
    divided: ClassVar = "divided by"
    exists_such: ClassVar = "such that"
    condition: ClassVar = "if"
    given: ClassVar = "given"
    transposed: ClassVar = "transposed"
    congruent: ClassVar = "is congruent to"
    mapping: ClassVar = ("maps", "to")
    over: ClassVar = "over"
    one_capital: ClassVar = "capital"
    many_capitals: ClassVar = "capitals"

    def plain_capital(self, item: Expression) -> str:
        """Capital letters are written as such: a voice then reads the letter, not the article."""
        if isinstance(item, Script) and isinstance(item.base, Identifier):
            return self.scripted(item.base.name, item)
        assert isinstance(item, Identifier)
        return item.name

    def identifier(self, node: Identifier) -> str:
        words = super().identifier(node)
        latin = len(node.name) == 1 and "A" <= node.name <= "Z"
        return words[:-1] + node.name if latin and words.endswith(node.name.lower()) else words

    def letter(self, letter: str) -> str:
        return self.greek.get(letter) or letter

    def styled(self, words: str, style: Style) -> str:
        names = {Style.BOLD: "bold", Style.SCRIPT: "script", Style.BLACKBOARD: "double-struck"}
        return f"{names[style]} {words}" if style in names else words

    def vulgar_words(self, above: int, below: int) -> str | None:
        if not 2 <= below <= 100:
            return None
        ordinal = _ORDINALS[below] if below <= 20 else _compound(below)
        one, many = _PARTS.get(below) or (ordinal, ordinal + "s")
        cardinal = _CARDINALS[above] if above < 20 else "-".join(filter(None, [_TENS[above // 10], _ONES[above % 10]]))
        return f"{cardinal} {one if above == 1 else many}"

    def long_fraction(self, node: Fraction) -> str:
        return f"the fraction {self.say(node.numerator)}, over {self.say(node.denominator)}, end fraction,"

    def mixed_number(self, whole: Number, fraction: Fraction) -> str:
        return f"{self.say(whole)} and {self.say(fraction)}"

    def derivative_words(self, function: str, variable: str, grade: int, partial: bool) -> str:
        order = f"{_ORDINALS[grade]} " if grade > 1 else ""
        what = f"{order}{'partial ' if partial else ''}derivative"
        return f"the {what}{f' of {function}' if function else ''} with respect to {variable}"

    def evaluated(self, words: str, lower: Expression | None, upper: Expression | None) -> str:
        start = self.say(lower) if lower is not None else ""
        if upper is not None:
            return f"{words}, evaluated from {start} to {self.say(upper)},"
        return f"{words}, evaluated at {start},"

    def angular(self, number: Number, primes: int) -> str:
        one = number.text == "1"
        return ("minute" if primes == 1 else "second") + ("" if one else "s")

    def primes(self, count: int) -> str:
        return {1: "prime", 2: "double prime", 3: "triple prime"}.get(count, f"{count} primes")

    def index(self, base: str, lower: Expression) -> str:
        end = "" if self.is_short(lower) else ", end sub,"
        return f"{base} sub {self.say(lower)}{end}"

    def power(self, base: str, upper: Expression) -> str:
        if upper in (Number("2"), Number("3")):
            return f"{base} {'squared' if upper == Number('2') else 'cubed'}"
        if isinstance(upper, Sign):
            return f"{base} superscript {self.sign(upper.symbol)}"
        end = "" if self.is_short(upper) else ", end power,"
        return f"{base} to the power {self.say(upper)}{end}"

    def large_words(self, symbol: str, name: str, lower: Expression | None, upper: Expression | None) -> str:
        start = f" from {self.say(lower)}" if lower is not None and upper is not None else ""
        over = f" over {self.say(lower)}" if lower is not None and upper is None else ""
        end = f" to {self.say(upper)}" if upper is not None else ""
        return f"the {name}{start}{over}{end} of"

    def applied(self, name: str, item: Expression) -> str:
        words = self.function(name)
        lower = item.lower if isinstance(item, Script) else None
        upper = item.upper if isinstance(item, Script) else None
        if name == "mod":
            return words
        if name == "lim":
            tending = self.tending(lower)
            if tending is not None:
                return f"the limit as {self.say(tending[0])} tends to {self.say(tending[1])} of"
        if lower is not None:
            words += f" base {self.say(lower)}" if name == "log" else f" over {self.say(lower)}"
            words += "" if self.is_short(lower) else ","
        if upper is not None:
            words = self.power(words, upper)
        return f"{words} of"

    def application(self, function: str, argument: Fenced) -> str:
        items = items_of(argument.content)
        if len(items) == 1 and self.is_simple(items[0]):
            return f"{function} of {self.say(argument.content)}"
        inside = self.say(self.conditional(argument.content, self.given))
        return f"{function} of {self.fence('(', True)} {inside} {self.fence(')', False)}"

    def root(self, node: Root) -> str:
        if node.index is None:
            name = "the square root"
        elif node.index == Number("3"):
            name = "the cube root"
        elif isinstance(node.index, Number) and node.index.text.isdecimal() and 4 <= int(node.index.text) <= 20:
            name = f"the {_ORDINALS[int(node.index.text)]} root"
        else:
            name = f"the root of index {self.say(node.index)}{'' if self.is_short(node.index) else ', end index,'}"
        end = "" if self.is_simple(node.radicand) else ", end root,"
        return f"{name} of {self.say(node.radicand)}{end}"

    def binomial(self, node: Binomial) -> str:
        simple = self.is_simple(node.upper) and self.is_simple(node.lower)
        words = f"{self.say(node.upper)} choose {self.say(node.lower)}"
        return words if simple else f"the binomial {words}, end binomial,"

    def measured(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        number, sign = items[place], items[place + 1]
        assert isinstance(number, Number) and isinstance(sign, Sign)
        if sign.symbol == "%":
            return f"{self.say(number)} per cent", 2
        word = "degree" if number.text == "1" else "degrees"
        celsius = place + 2 < len(items) and getattr(items[place + 2], "name", "") == "C"
        return f"{self.say(number)} {word}{' Celsius' if celsius else ''}", 3 if celsius else 2

    def absolute(self, content: Expression) -> str:
        end = "" if self.is_simple(content) else ", end absolute value,"
        return f"the absolute value of {self.say(content)}{end}"

    def modulo(self, content: Expression) -> str:
        return f"modulo {self.say(content)}"

    def set_of(self, content: Expression) -> str:
        if (parts := self.split_condition(content)) is not None:
            return f"the set of all {self.say(parts[0])} such that {self.say(parts[1])}, end set,"
        return f"the set {self.say(content)}, end set,"

    def quantified_words(self, symbol: str, variable: str, source: str) -> str:
        return f"{self.sign(symbol)} {variable}{f' in {source}' if source else ''}"

    def interval_words(self, start: Row, end: Row, with_start: bool, with_end: bool) -> str:
        if with_start and with_end:
            kind = "the closed interval"
        elif with_start or with_end:
            kind = "the half-open interval"
        else:
            kind = "the open interval"
        ends = ""
        if with_start != with_end:
            ends = ", including the left end," if with_start else ", including the right end,"
        return f"{kind} from {self.say(start)} to {self.say(end)}{ends}"

    def line(self, place: int) -> str:
        return f"row {place}"

    def grid_start(self, kind: str, rows: int, columns: int) -> str:
        names = {"matrix": "matrix", "determinant": "determinant"}
        if kind in names:
            return f"the {rows} by {columns} {names[kind]}"
        return f"the system of {rows} rows" if kind == "system" else f"{rows} cases"


def _compound(number: int) -> str:
    """The ordinal of a number from 21 to 99."""
    if number == 100:
        return "hundredth"
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ORDINALS[ones]}" if ones else _TENS[tens].removesuffix("y") + "ieth"
