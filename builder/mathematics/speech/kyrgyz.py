"""Kyrgyz spoken mathematics with case endings by vowel harmony: «экинин квадраттык тамыры», «үчтөн эки»."""

from typing import ClassVar, Final

from builder.mathematics.expression import (
    Binomial,
    Expression,
    Fenced,
    Fraction,
    Function,
    Identifier,
    Mark,
    Marked,
    Number,
    Role,
    Root,
    Row,
    Script,
    Sign,
    Style,
    Words,
)
from builder.mathematics.rows import Join, items_of, join
from builder.mathematics.speech.reader import Reader, is_modulus
from builder.mathematics.speech.russian import CYRILLIC, GREEK, LATIN

_UNITS: Final = "нөл бир эки үч төрт беш алты жети сегиз тогуз".split()
_TENS: Final = "ноль он жыйырма отуз кырк элүү алтымыш жетимиш сексен токсон".split()

# Vowel harmony: the last vowel of the word decides the vowels of an ending (Kyrgyz orthography, section on endings).
_NARROW: Final = dict(zip("аыяэеиоуёюөү", "ыыыиииууууүү", strict=True))
_WIDE: Final = dict(zip("аыяэеиоуёюөү", "аааеееоаоаөө", strict=True))
_VOICELESS: Final = frozenset("пткфсшщчцх")


def number_words(number: int) -> str:
    """A whole number below a million in words."""
    if number < 10:
        return _UNITS[number]
    parts: list[str] = []
    thousands, rest = divmod(number, 1000)
    if thousands:
        parts += ["миң"] if thousands == 1 else [number_words(thousands), "миң"]
    hundreds, rest = divmod(rest, 100)
    if hundreds:
        parts += ["жүз"] if hundreds == 1 else [_UNITS[hundreds], "жүз"]
    tens, ones = divmod(rest, 10)
    if tens:
        parts.append(_TENS[tens])
    if ones:
        parts.append(_UNITS[ones])
    return " ".join(parts)


def with_case(words: str, case: str) -> str | None:
    """The words with an ending on the last one: ``genitive`` -нын, ``dative`` -га, ``ablative`` -дан.

    A number of at most six digits becomes words first. None where the last word cannot take an ending.
    """
    head, _, last = words.rstrip().rpartition(" ")
    if last.isdecimal() and len(last) <= 6:
        last = number_words(int(last))
    vowels = [one for one in last if one in _NARROW]
    if not vowels or not last[-1].isalpha() or last[-1].isascii():
        return None
    end = last.rstrip("ьъ")[-1]
    narrow, wide = _NARROW[vowels[-1]], _WIDE[vowels[-1]]
    after_vowel, voiceless = end in _NARROW, end in _VOICELESS
    if case == "genitive":
        ending = ("н" if after_vowel else "т" if voiceless else "д") + narrow + "н"
    elif case == "dative":
        ending = ("к" if voiceless else "г") + wide
    else:
        ending = ("т" if voiceless else "д") + wide + "н"
    # A letter's name of one letter keeps apart from its ending: «а-нын», not «анын», which means "his".
    return f"{head} {last}{'-' if len(last) == 1 else ''}{ending}".strip()


def plural(word: str) -> str | None:
    """икстер, бэлер, эндер; None for a word without vowels."""
    vowels = [one for one in word if one in _WIDE]
    if not vowels or word[-1] not in CYRILLIC:
        return None
    end = word.rstrip("ьъ")[-1]
    first = "л" if end in _NARROW or end in "рй" else "т" if end in _VOICELESS else "д"
    return f"{word}{'-' if len(word) == 1 else ''}{first}{_WIDE[vowels[-1]]}р"


def ordinal(number: int) -> str:
    """биринчи, экинчи, үчүнчү, онунчу …"""
    words = number_words(number)
    narrow = _NARROW[[one for one in words if one in _NARROW][-1]]
    return words + ("" if words[-1] in _NARROW else narrow) + "нч" + narrow


class KyrgyzReader(Reader):
    letters: ClassVar = {**LATIN, **CYRILLIC}
    greek: ClassVar = GREEK
    signs: ClassVar = {
        "+": "плюс", "−": "минус", "±": "плюс-минус", "∓": "минус-плюс", "⋅": "көбөйтүү", "×": "көбөйтүү",
        "÷": "бөлүү", "∗": "жылдызча", "/": "бөлүү", ":": ":", "=": "барабар", "≠": "барабар эмес",
        "<": "кичине", ">": "чоң", "≤": "кичине же барабар", "≥": "чоң же барабар", "≪": "алда канча кичине",
        "≫": "алда канча чоң", "≮": "кичине эмес", "≯": "чоң эмес", "≈": "болжол менен барабар",
        "≡": "теңдеш барабар", "≢": "теңдеш барабар эмес", "∼": "окшош", "≅": "конгруэнттүү",
        "∝": "пропорциялаш", "∈": "таандык", "∉": "таандык эмес", "∋": "элементин камтыйт",
        "⊂": "камтылат", "⊆": "камтылат же барабар", "⊃": "камтыйт", "⊇": "камтыйт же барабар",
        "⊄": "камтылбайт", "⊈": "камтылбайт жана барабар эмес", "∪": "биригүү", "∩": "кесилишүү",
        "∖": "айырма", "∅": "бош көптүк", "∞": "чексиздик", "∧": "жана", "∨": "же", "¬": "эмес",
        "⊕": "тегеректеги плюс",
        "⇒": ", демек,", "⇐": "төмөнкүдөн келип чыгат", "⇔": "тең күчтүү", "→": "умтулат",
        "←": "сол жакка жебе", "↔": "эки жакка жебе", "↦": "төмөнкүгө өтөт", "↑": "жогору жебе",
        "↓": "төмөн жебе", "∀": "каалагандай", "∃": "жашайт", "∄": "жашабайт", "∂": "жекече дэ", "∇": "набла",
        "∠": "бурч", "△": "үч бурчтук", "⊥": "перпендикуляр", "∥": "параллель", "∦": "параллель эмес",
        "∣": "бөлөт", "∘": "композиция", "…": "жана башкалар", "⋯": "жана башкалар",
        "⋮": "ылдый карай жана башкалар", "⋱": "диагональ боюнча жана башкалар", "ℓ": "эль", "ℏ": "сызыктуу аш",
        "!": "факториал", "%": "пайыз", "°": "градус", "′": "штрих", ",": ",", ";": ";", ".": "",
        "∴": "демек", "∵": "анткени", "|": "тик сызык", "‖": "кош тик сызык", "№": "номер", "?": "суроо белгиси",
    }  # fmt: skip
    functions: ClassVar = {
        "sin": "синус", "cos": "косинус", "tan": "тангенс", "tg": "тангенс", "cot": "котангенс", "ctg": "котангенс",
        "sec": "секанс", "csc": "косеканс", "cosec": "косеканс", "arcsin": "арксинус", "arccos": "арккосинус",
        "arctan": "арктангенс", "arctg": "арктангенс", "arccot": "арккотангенс", "arcctg": "арккотангенс",
        "sinh": "гиперболалык синус", "sh": "гиперболалык синус", "cosh": "гиперболалык косинус",
        "ch": "гиперболалык косинус", "tanh": "гиперболалык тангенс", "th": "гиперболалык тангенс",
        "coth": "гиперболалык котангенс", "cth": "гиперболалык котангенс", "log": "логарифм",
        "ln": "натуралдык логарифм", "lg": "ондук логарифм", "exp": "экспонента", "lim": "предел",
        "max": "максимум", "min": "минимум", "sup": "супремум", "inf": "инфимум", "det": "аныктагыч",
        "rank": "ранг", "rg": "ранг", "tr": "из", "dim": "өлчөмдүүлүк", "ker": "ядро", "deg": "даража",
        "gcd": "эң чоң жалпы бөлүүчү", "НОД": "эң чоң жалпы бөлүүчү", "lcm": "эң кичине жалпы эселик",
        "НОК": "эң кичине жалпы эселик", "arg": "аргумент", "Re": "чыныгы бөлүк", "Im": "жалган бөлүк",
        "sgn": "белги", "sign": "белги", "grad": "градиент", "div": "дивергенция", "rot": "ротор",
        "mod": "модулу боюнча",
    }  # fmt: skip
    sets: ClassVar = {
        "N": "натуралдык сандар көптүгү", "Z": "бүтүн сандар көптүгү", "Q": "рационалдык сандар көптүгү",
        "R": "чыныгы сандар көптүгү", "C": "комплекстик сандар көптүгү",
    }  # fmt: skip
    characters: ClassVar = {
        "\\": "тескери кыйгач сызык", "{": "ачылган фигуралык кашаа", "}": "жабылган фигуралык кашаа",
        "(": "ачылган кашаа", ")": "жабылган кашаа", "[": "ачылган чарчы кашаа", "]": "жабылган чарчы кашаа",
        "#": "торчо белгиси", "$": "доллар белгиси", "&": "амперсанд", "_": "астынкы сызык", "^": "калпакча",
        "~": "тильда", "@": "эт белгиси", '"': "тырмакча", "'": "апостроф", "`": "тескери апостроф",
        "*": "жылдызча", "-": "дефис", "⟨": "ачылган бурчтук кашаа", "⟩": "жабылган бурчтук кашаа",
        "⌊": "ачылган төмөнкү кашаа", "⌋": "жабылган төмөнкү кашаа", "⌈": "ачылган жогорку кашаа",
        "⌉": "жабылган жогорку кашаа", ".": "чекит", ":": "кош чекит", ",": "үтүр", ";": "үтүрлүү чекит",
        "?": "суроо белгиси",
    }  # fmt: skip
    fences: ClassVar = {
        "open (": "кашаа ачылат", "close )": "кашаа жабылат", "open [": "чарчы кашаа ачылат",
        "close ]": "чарчы кашаа жабылат", "open {": "фигуралык кашаа ачылат", "close }": "фигуралык кашаа жабылат",
        "open ⟨": "бурчтук кашаа ачылат", "close ⟩": "бурчтук кашаа жабылат", "open |": "тик сызык",
        "close |": "тик сызык", "open ‖": "кош тик сызык", "close ‖": "кош тик сызык",
        "open ⌊": "төмөнкү кашаа ачылат", "close ⌋": "төмөнкү кашаа жабылат", "open ⌈": "жогорку кашаа ачылат",
        "close ⌉": "жогорку кашаа жабылат", "open ]": "тескери чарчы кашаа", "close [": "тескери чарчы кашаа",
        "open /": "кыйгач сызык", "close /": "кыйгач сызык",
    }  # fmt: skip
    marks: ClassVar = {
        Mark.ARROW: "вектору", Mark.BAR: "үстү сызыктуу", Mark.HAT: "калпакчалуу", Mark.TILDE: "тильдалуу",
        Mark.DOT: "чекиттүү", Mark.TWO_DOTS: "эки чекиттүү", Mark.UNDERLINE: "асты сызыктуу",
        Mark.BRACE_OVER: "үстүндө фигуралык кашаа", Mark.BRACE_UNDER: "астында фигуралык кашаа",
    }  # fmt: skip
    ends: ClassVar = {
        "group-start": "туюнтма", "group-end": ", туюнтманын аягы,", "norm-start": "норма:",
        "norm-end": "норманын аягы", "floor-start": "кеми менен тегеректөө:", "floor-end": "тегеректөөнүн аягы",
        "ceiling-start": "ашыгы менен тегеректөө:", "ceiling-end": "тегеректөөнүн аягы", "set-start": "көптүк:",
        "set-end": "көптүктүн аягы", "segment": "кесиндиси", "matrix": "матрицанын аягы",
        "determinant": "аныктагычтын аягы", "system": "системанын аягы", "cases": "учурлардын аягы",
    }  # fmt: skip
    units: ClassVar = {
        "mm": "миллиметр", "cm": "сантиметр", "km": "километр", "kg": "килограмм", "mol": "моль",
        "мм": "миллиметр", "см": "сантиметр", "км": "километр", "кг": "килограмм", "const": "турактуу",
    }  # fmt: skip
    large: ClassVar = {
        "∑": "сумма", "∏": "көбөйтүндү", "∫": "интеграл", "∬": "эки эселүү интеграл", "∭": "үч эселүү интеграл",
        "∮": "контурдук интеграл", "⋃": "биригүү", "⋂": "кесилишүү",
    }  # fmt: skip
    decimal: ClassVar = ","
    vector_products: ClassVar = ("скалярдык көбөйтүү", "вектордук көбөйтүү")
    times: ClassVar = "көбөйтүү"
    divided: ClassVar = "бөлүү"
    over: ClassVar = "бөлүү"
    exists_such: ClassVar = ", шарты:"
    condition: ClassVar = "эгерде"
    given: ClassVar = "шарты:"
    transposed: ClassVar = "транспонирленген"
    congruent: ClassVar = "салыштырымдуу"
    mapping: ClassVar = ("чагылдыруусу:", "жебе")
    one_capital: ClassVar = "чоң"
    many_capitals: ClassVar = "чоң тамгалар"

    def styled(self, words: str, style: Style) -> str:
        names = {Style.BOLD: "калың", Style.SCRIPT: "жазма", Style.BLACKBOARD: "кош сызыктуу"}
        return f"{names[style]} {words}" if style in names else words

    def cased(self, node: Expression, case: str) -> str | None:
        """The words of something simple with a case ending, None for what cannot take one."""
        if not self.is_short(node) or isinstance(node, Words):
            return None
        return with_case(self.say(node), case)

    # ------------------------------------------------------------ relations: the ending comes before the word

    def row(self, items: tuple[Expression, ...]) -> str:
        return self.between_bounds(items) or super().row(items)

    def between_bounds(self, items: tuple[Expression, ...]) -> str | None:
        """``0 < x < 5``: «икс нөлдөн чоң, бештен кичине»."""
        cuts = [place for place, one in enumerate(items[:12]) if isinstance(one, Sign) and one.symbol in "<≤"]
        if len(items) > 12 or len(cuts) != 2 or any(one == Sign(",", Role.PUNCTUATION) for one in items):
            return None
        low, high = Row(items[: cuts[0]]), Row(items[cuts[1] + 1 :])
        below, above = self.cased(low, "ablative"), self.cased(high, "ablative")
        if below is None or above is None:
            return None
        more, less = ("чоң же барабар" if items[cut] == Sign("≤", Role.RELATION) else "чоң" for cut in cuts)
        middle = self.row(items[cuts[0] + 1 : cuts[1]])
        return f"{middle} {below} {more}, {above} {less.replace('чоң', 'кичине')}"

    def sign_at(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        sign = items[place]
        assert isinstance(sign, Sign)
        after = items[place + 1] if place + 1 < len(items) else None
        if sign.symbol in "∼≅" and after == Sign("△", Role.PREFIX):
            words, taken = self.geometric(items, place + 1)
            return f"{words}на {self.sign(sign.symbol)}", taken + 1
        if sign.symbol in "⊥∥∦∼≅≠∝":
            return self.postposed(items, place, "dative")
        if sign.symbol == "≡" and (found := self.congruence(items, place)) is not None:
            return found
        if sign.symbol == "¬" and after is not None and (self.is_simple(after) or isinstance(after, Fenced)):
            return f"{self.say(after)} {self.sign('¬')}{',' if isinstance(after, Fenced) else ''}", 2
        if sign.symbol in "⊂⊆⊄⊈" and isinstance(after, Identifier) and self.stands_at_end(items, place + 1):
            return f"{self.set_name(after)}ндө {self.sign(sign.symbol)}", 2
        return super().sign_at(items, place)

    def congruence(self, items: tuple[Expression, ...], place: int) -> tuple[str, int] | None:
        """``a≡b (mod n)``: «а менен бэ, эн модулу боюнча салыштырымдуу»; the modulus ends the second side."""
        for end in range(place + 2, len(items)):
            item = items[end]
            if is_modulus(item):
                other = self.row(items[place + 1 : end])
                return f"менен {other}, {self.say(item)} {self.congruent}", end + 1 - place
            if isinstance(item, Sign) and item.role in (Role.RELATION, Role.PUNCTUATION):
                return None
        return None

    def set_name(self, name: Identifier) -> str:
        words = self.say(name)
        return words if name.style is Style.BLACKBOARD and name.name in self.sets else f"{words} көптүгү"

    def postposed(self, items: tuple[Expression, ...], place: int, case: str) -> tuple[str, int]:
        """The word of a relation after its second side, where that side is simple and stands alone."""
        sign = items[place]
        assert isinstance(sign, Sign)
        end = self.signed_end(items, place)
        if end > place + 1 and self.stands_at_end(items, end - 1):
            words = self.cased(Row(items[place + 1 : end]), case)
            if words is not None:
                return f"{words} {self.sign(sign.symbol)}", end - place
        return self.sign(sign.symbol), 1

    def comparison(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        if self.is_chain(items):
            return super().comparison(items, place)
        return self.postposed(items, place, "ablative")

    def tends(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        return self.postposed(items, place, "dative")

    def membership(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        sign, after = items[place], items[place + 1] if place + 1 < len(items) else None
        assert isinstance(sign, Sign)
        if after is None or not self.stands_at_end(items, place + 1):
            return super().membership(items, place)
        if isinstance(after, Fenced) and (interval := self.interval(after, certain=True)):
            return f"{with_case(interval, 'dative') or interval} {self.sign(sign.symbol)}", 2
        if isinstance(after, Identifier):
            return f"{self.set_name(after)}нө {self.sign(sign.symbol)}", 2
        return super().membership(items, place)

    def geometric(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """The points come first: «а бэ цэ бурчу»."""
        words, taken = super().geometric(items, place)
        _name, _, points = words.partition(self.sign(getattr(items[place], "symbol", "")))
        sign = {"∠": "бурчу", "△": "үч бурчтугу"}[getattr(items[place], "symbol", "")]
        return (f"{points.strip()} {sign}", taken) if taken > 1 else (words, taken)

    # ------------------------------------------------------------ fractions

    def vulgar_words(self, above: int, below: int) -> str | None:
        if not (2 <= below <= 100 or below == 1000):
            return None
        return f"{with_case(number_words(below), 'ablative')} {number_words(above)}"

    def long_fraction(self, node: Fraction) -> str:
        return f"бөлчөк, алымы {self.say(node.numerator)}, бөлүмү {self.say(node.denominator)}, бөлчөктүн аягы,"

    def mixed_number(self, whole: Number, fraction: Fraction) -> str:
        return f"{self.say(whole)} бүтүн {self.say(fraction)}"

    def derivative_words(self, function: str, variable: str, grade: int, partial: bool) -> str:
        order = f"{ordinal(grade)} " if grade > 1 else ""
        what = f"{variable} боюнча {order}{'жекече ' if partial else ''}туунду"
        owner = with_case(function, "genitive") if function else None
        if owner is not None:
            return f"{owner} {what}су"
        return f"{what}: {function}" if function else what

    def evaluated(self, words: str, lower: Expression | None, upper: Expression | None) -> str:
        if lower is not None and upper is not None:
            span = self.bounds(lower, upper)
            return f"{words}, {span or f'{self.say(lower)}, {self.say(upper)}'} коюу,"
        return f"{words}, {self.say(lower or upper or Row(()))} болгондо,"

    def angular(self, number: Number, primes: int) -> str:
        return "мүнөт" if primes == 1 else "секунда"

    def primes(self, count: int) -> str:
        return "штрих" if count == 1 else f"{number_words(min(count, 999))} штрих"

    # ------------------------------------------------------------ indices, powers, roots

    def index(self, base: str, lower: Expression) -> str:
        end = "" if self.is_short(lower) else ", индекстин аягы,"
        return f"{base} индекси {self.say(lower)}{end}"

    def power(self, base: str, upper: Expression) -> str:
        if upper in (Number("2"), Number("3")):
            return f"{base} {'квадрат' if upper == Number('2') else 'куб'}"
        if isinstance(upper, Number) and upper.text.isdecimal() and len(upper.text) <= 3:
            return self.owned(base, f"{ordinal(int(upper.text))} даража")
        if isinstance(upper, Identifier):
            return self.owned(base, f"{self.say(upper)} даража")
        items = items_of(upper)
        if len(items) == 2 and items[0] in (Sign("−", Role.BINARY), Sign("+", Role.BINARY)):
            number = items[1]
            if isinstance(number, Number) and number.text.isdecimal() and len(number.text) <= 3:
                return self.owned(base, f"{self.say(items[0])} {ordinal(int(number.text))} даража")
            if isinstance(number, Identifier):
                return self.owned(base, f"{self.say(upper)} даража")
        if isinstance(upper, Sign):
            return f"{base} үстүңкү белгиси {self.sign(upper.symbol)}"
        end = "" if self.is_short(upper) else ", даражанын аягы,"
        return f"{base} даражасы {self.say(upper)}{end}"

    def owned(self, base: str, what: str) -> str:
        """«икстин төртүнчү даражасы»; after closed brackets «…, төртүнчү даражасы»."""
        owner = with_case(base, "genitive")
        return f"{owner} {what}сы" if owner is not None else f"{base} {what}сы"

    def root(self, node: Root) -> str:
        if node.index is None:
            name = "квадраттык тамыр"
        elif node.index == Number("3"):
            name = "кубдук тамыр"
        elif isinstance(node.index, Number) and node.index.text.isdecimal() and len(node.index.text) <= 3:
            name = f"{ordinal(int(node.index.text))} даражадагы тамыр"
        elif isinstance(node.index, Identifier):
            name = f"{self.say(node.index)} даражадагы тамыр"
        else:
            name = f"тамыр, көрсөткүчү {self.say(node.index)}, көрсөткүчтүн аягы,"
        owner = self.cased(node.radicand, "genitive") if self.is_simple(node.radicand) else None
        if owner is not None and name.endswith("тамыр"):
            return f"{owner} {name}ы"
        return f"{name}, тамыр алдында {self.say(node.radicand)}, тамырдын аягы,"

    # ------------------------------------------------------------ operators with limits

    def bounds(self, start: Expression, end: Expression) -> str | None:
        """«бирден энге чейин», or None when one of them is too long for an ending."""
        first, last = self.cased(start, "ablative"), self.cased(end, "dative")
        return None if first is None or last is None else f"{first} {last} чейин"

    def large_words(self, symbol: str, name: str, lower: Expression | None, upper: Expression | None) -> str:
        if lower is None and upper is None:
            return name
        running = self.running(lower)
        if upper is not None and lower is not None:
            start = running[1] if running is not None else lower
            variable = f"{self.say(running[0])} боюнча " if running is not None else ""
            span = self.bounds(start, upper)
            if span is not None:
                return f"{variable}{span}ки {name},"
            return f"{variable}{name}, төмөнкү чеги {self.say(start)}, жогорку чеги {self.say(upper)},"
        if lower is not None:
            return f"{self.say(lower)} боюнча {name},"
        return f"{name}, жогорку чеги {self.say(upper) if upper is not None else ''},"

    def read_at(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """A logarithm of something simple: «сегиздин 2 негизи боюнча логарифми»."""
        item = items[place]
        base = item.base if isinstance(item, Script) else item
        plain = not isinstance(item, Script) or (item.upper is None and not item.primes)
        if isinstance(base, Function) and base.name in ("log", "ln", "lg") and plain and place + 1 < len(items):
            after = items[place + 1]
            alone = place + 2 >= len(items) or join(after, items[place + 2]) is Join.NOTHING
            owner = self.cased(after, "genitive") if alone and self.is_simple(after) else None
            if owner is not None:
                lower = item.lower if isinstance(item, Script) else None
                foot = f"{self.say(lower)} негизи боюнча " if lower is not None else ""
                return f"{owner} {foot}{self.function(base.name)}и", 2
        return super().read_at(items, place)

    def applied(self, name: str, item: Expression) -> str:
        words = self.function(name)
        lower = item.lower if isinstance(item, Script) else None
        upper = item.upper if isinstance(item, Script) else None
        if name == "lim" and (tending := self.tending(lower)) is not None:
            goal = self.cased(tending[1], "dative")
            if goal is not None:
                return f"{self.say(tending[0])} {goal} умтулгандагы предел,"
            return f"предел, {self.say(tending[0])} умтулат: {self.say(tending[1])},"
        if lower is not None:
            if name == "log":
                words = f"негизи {self.say(lower)} болгон логарифм"
            else:
                words = f"{self.say(lower)} боюнча {words}"
        if upper is not None:
            words = self.power(words, upper)
        return words

    def application(self, function: str, argument: Fenced) -> str:
        items = items_of(argument.content)
        if len(items) == 1 and self.is_simple(items[0]):
            return f"{function} {self.say(argument.content)}"
        inside = self.say(self.conditional(argument.content, self.given))
        return f"{function} {self.fence('(', True)} {inside} {self.fence(')', False)}"

    # ------------------------------------------------------------ the rest

    def binomial(self, node: Binomial) -> str:
        upper = self.cased(node.upper, "ablative")
        if upper is not None and self.is_simple(node.lower):
            return f"{upper} {self.say(node.lower)} боюнча топтоштуруулардын саны"
        return f"топтоштуруулардын саны, үстүндө {self.say(node.upper)}, астында {self.say(node.lower)}, санынын аягы,"

    def measured(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        number, sign = items[place], items[place + 1]
        assert isinstance(sign, Sign)
        if sign.symbol == "%":
            return f"{self.say(number)} пайыз", 2
        if place + 2 < len(items) and getattr(items[place + 2], "name", "") == "C":
            return f"Цельсий боюнча {self.say(number)} градус", 3
        return f"{self.say(number)} градус", 2

    def absolute(self, content: Expression) -> str:
        owner = self.cased(content, "genitive") if self.is_simple(content) else None
        if owner is not None:
            return f"{owner} модулу"
        return f"модуль: {self.say(content)}, модулдун аягы,"

    def set_of(self, content: Expression) -> str:
        if (parts := self.split_condition(content)) is not None:
            return f"бардык {self.members(parts[0])} көптүгү, шарты: {self.say(parts[1])}, көптүктүн аягы,"
        return f"көптүк: {self.say(content)}, көптүктүн аягы,"

    def members(self, what: Row) -> str:
        """«икстердин»: the plural of a letter, in the genitive."""
        if len(what.items) == 1 and isinstance(what.items[0], Identifier):
            many = plural(self.say(what))
            return (with_case(many, "genitive") or many) if many else self.say(what)
        return self.say(what)

    def quantified_words(self, symbol: str, variable: str, source: str) -> str:
        taken = ""
        if source:
            owner = source if source.endswith("көптүгү") else f"{source} көптүгү" if " " not in source[4:] else source
            taken = (
                owner + "нөн" if owner.endswith("көптүгү") else with_case(owner, "ablative") or owner
            ) + " алынган "
        if symbol == "∀":
            return f"{taken}каалагандай {variable} үчүн"
        return f"{taken}{variable} {self.sign(symbol)}"

    def modulo(self, content: Expression) -> str:
        items = items_of(content)
        number = items[0].text if len(items) == 1 and isinstance(items[0], Number) else ""
        # A number in words: «2, беш модулу», where «2, 5 модулу» would be heard as a list.
        named = number_words(int(number)) if number.isdecimal() and len(number) <= 6 else self.say(content)
        return f"{named} модулу боюнча"

    def interval_words(self, start: Row, end: Row, with_start: bool, with_end: bool) -> str:
        if any(Sign("∞") in one.items for one in (start, end)):
            kind = "аралык"
        else:
            kind = "кесинди" if with_start and with_end else "жарым интервал" if with_start or with_end else "интервал"
        ends = ""
        if with_start != with_end:
            ends = "башы кирген " if with_start else "аягы кирген "
        span = self.bounds(start, end)
        if span is not None:
            return f"{span}ки {ends}{kind}"
        return f"башы {self.say(start)}, аягы {self.say(end)} болгон {ends}{kind}"

    def marked_words(self, node: Marked, content: str, simple: bool) -> str:
        name = self.marks[node.mark]
        if node.mark is Mark.ARROW and simple:
            return f"{content} {name}"
        if node.mark is Mark.BAR and simple and len(items_of(node.content)) > 1:
            return f"{content} {self.ends['segment']}"
        if node.mark in (Mark.BRACE_OVER, Mark.BRACE_UNDER):
            return super().marked_words(node, content, simple)
        words = f"{name} {content}" if simple else f"{name}: {content}, {self.ends['group-end'].strip(', ')},"
        return f"{words}: {self.say(node.label)}," if node.label is not None else words

    def line(self, place: int) -> str:
        return f"{ordinal(place)} сап"

    def grid_start(self, kind: str, rows: int, columns: int) -> str:
        names = {"matrix": "матрица", "determinant": "аныктагыч"}
        if kind in names:
            return f"{rows} сап, {columns} тилкелүү {names[kind]}"
        return f"{rows} саптуу система" if kind == "system" else f"{rows} учур"
