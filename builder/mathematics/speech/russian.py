"""Russian spoken mathematics, as in school: «икс в квадрате», «дробь, числитель…», «корень из двух»."""

import re
from typing import ClassVar, Final

from builder.mathematics.expression import (
    Binomial,
    Expression,
    Fenced,
    Fraction,
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
)
from builder.mathematics.rows import is_capital, items_of
from builder.mathematics.speech.reader import Reader

# Ordinal stems with their hard or soft ending: «втор-ая», «треть-я».
_ORDINAL_STEMS: Final = (
    "нулев перв втор треть четвёрт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат "
    "пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат"
).split()
_CARDINALS: Final = (
    "ноль одна две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
).split()
_TENS: Final = "ноль десять двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
_TENS_GENITIVE: Final = (
    "нуля десяти двадцати тридцати сорока пятидесяти шестидесяти семидесяти восьмидесяти девяноста"
).split()
_ROUND_STEMS: Final = "нулев десят двадцат тридцат сороков пятидесят шестидесят семидесят восьмидесят девяност".split()
_GENITIVES: Final = (
    "нуля одной двух трёх четырёх пяти шести семи восьми девяти десяти одиннадцати двенадцати тринадцати "
    "четырнадцати пятнадцати шестнадцати семнадцати восемнадцати девятнадцати"
).split()

_ONE_PART: Final = re.compile(r"\b(умножить|делить|разделить) на одна ((?:\w+ )?\w+?)(ая|ья)\b")
_DATIVES: Final = {"бесконечность": "бесконечности", "пустое множество": "пустому множеству"}
_EQUAL_TO: Final = re.compile(rf"\b(равно (?:плюс |минус )?)({'|'.join(_DATIVES)})\b")
_INTERVALS: Final = {
    "отрезок": ("отрезка", "отрезку"),
    "полуинтервал": ("полуинтервала", "полуинтервалу"),
    "интервал": ("интервала", "интервалу"),
    "промежуток": ("промежутка", "промежутку"),
}
"""Genitive and dative."""

LATIN: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "а бэ цэ дэ е эф жэ аш и йот ка эль эм эн о пэ ку эр эс тэ у вэ дубль-вэ икс игрек зет".split(),
        strict=True,
    )
)
CYRILLIC: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяңөү",
        "а бэ вэ гэ дэ е ё жэ зэ и и-краткое ка эль эм эн о пэ эр эс тэ у эф ха цэ че ша ща твёрдый-знак ы "
        "мягкий-знак э ю я эң ө ү".split(),
        strict=True,
    )
)
GREEK: Final = dict(
    zip(
        "αβγδϵεζηθϑικλμνξοπρϱσςτυϕφχψω",
        "альфа бета гамма дельта эпсилон эпсилон дзета эта тета тета йота каппа лямбда мю ню кси омикрон пи ро ро "
        "сигма сигма тау ипсилон фи фи хи пси омега".split(),
        strict=True,
    )
)


def ordinal(number: int, ending: str) -> str:
    """The ordinal with an adjective ending of the feminine: ``ая`` (nominative), ``ой`` (oblique), ``ых`` (plural)."""
    if number == 100:
        return "сот" + ending
    tens, ones = divmod(number, 10)
    if number > 20:
        return f"{_TENS[tens]} {ordinal(ones, ending)}" if ones else _ROUND_STEMS[tens] + ending
    stem = _ORDINAL_STEMS[number]
    if number == 3:
        return stem + {"ая": "я", "ой": "ей", "ых": "их"}[ending]
    return stem + ending


def count_form(text: str, one: str, few: str, many: str) -> str:
    """The noun after a number: 1 процент, 2 процента, 5 процентов; after a decimal fraction «процента»."""
    if not text.isdecimal():
        return few
    last_two, last = int(text[-2:]), int(text[-1])
    if last == 1 and last_two != 11:
        return one
    return few if 2 <= last <= 4 and not 12 <= last_two <= 14 else many


class RussianReader(Reader):
    letters: ClassVar = {**LATIN, **CYRILLIC}
    greek: ClassVar = GREEK
    signs: ClassVar = {
        "+": "плюс", "−": "минус", "±": "плюс-минус", "∓": "минус-плюс", "⋅": "умножить на", "×": "умножить на",
        "÷": "делить на", "∗": "звёздочка", "/": "делить на", ":": ":", "=": "равно", "≠": "не равно",
        "<": "меньше", ">": "больше", "≤": "меньше или равно", "≥": "больше или равно", "≪": "много меньше",
        "≫": "много больше", "≮": "не меньше", "≯": "не больше", "≈": "приближённо равно", "≡": "тождественно равно",
        "≢": "не тождественно равно", "∼": "подобно", "≅": "конгруэнтно", "∝": "пропорционально",
        "∈": "принадлежит", "∉": "не принадлежит", "∋": "содержит элемент", "⊂": "включено в",
        "⊆": "включено или равно", "⊃": "включает", "⊇": "включает или равно", "⊄": "не включено в",
        "⊈": "не включено и не равно", "∪": "объединение", "∩": "пересечение", "∖": "без", "∅": "пустое множество",
        "∞": "бесконечность", "∧": "и", "∨": "или", "¬": "не",
        "⊕": "плюс в круге", "⇒": ", следовательно,", "⇐": "следует из",
        "⇔": "равносильно", "→": "стремится к", "←": "стрелка влево", "↔": "стрелка в обе стороны",
        "↦": "переходит в", "↑": "стрелка вверх", "↓": "стрелка вниз", "∀": "для любого", "∃": "существует",
        "∄": "не существует", "∂": "дэ частное", "∇": "набла", "∠": "угол", "△": "треугольник",
        "⊥": "перпендикулярно", "∥": "параллельно", "∦": "не параллельно", "∣": "делит", "∘": "композиция",
        "…": "и так далее", "⋯": "и так далее", "⋮": "и так далее вниз", "⋱": "и так далее по диагонали",
        "ℓ": "эль", "ℏ": "аш с чертой", "!": "факториал", "%": "процентов", "°": "градусов", "′": "штрих",
        ",": ",", ";": ";", ".": "", "∴": "следовательно", "∵": "так как", "|": "вертикальная черта",
        "‖": "двойная вертикальная черта", "№": "номер", "?": "вопросительный знак",
    }  # fmt: skip
    functions: ClassVar = {
        "sin": "синус", "cos": "косинус", "tan": "тангенс", "tg": "тангенс", "cot": "котангенс", "ctg": "котангенс",
        "sec": "секанс", "csc": "косеканс", "cosec": "косеканс", "arcsin": "арксинус", "arccos": "арккосинус",
        "arctan": "арктангенс", "arctg": "арктангенс", "arccot": "арккотангенс", "arcctg": "арккотангенс",
        "sinh": "гиперболический синус", "sh": "гиперболический синус", "cosh": "гиперболический косинус",
        "ch": "гиперболический косинус", "tanh": "гиперболический тангенс", "th": "гиперболический тангенс",
        "coth": "гиперболический котангенс", "cth": "гиперболический котангенс", "log": "логарифм",
        "ln": "натуральный логарифм", "lg": "десятичный логарифм", "exp": "экспонента", "lim": "предел",
        "max": "максимум", "min": "минимум", "sup": "супремум", "inf": "инфимум", "det": "определитель",
        "rank": "ранг", "rg": "ранг", "tr": "след", "dim": "размерность", "ker": "ядро", "deg": "степень",
        "gcd": "наибольший общий делитель", "НОД": "наибольший общий делитель",
        "lcm": "наименьшее общее кратное", "НОК": "наименьшее общее кратное", "arg": "аргумент",
        "Re": "действительная часть", "Im": "мнимая часть", "sgn": "знак", "sign": "знак", "grad": "градиент",
        "div": "дивергенция", "rot": "ротор", "mod": "по модулю",
    }  # fmt: skip
    sets: ClassVar = {
        "N": "множество натуральных чисел", "Z": "множество целых чисел", "Q": "множество рациональных чисел",
        "R": "множество действительных чисел", "C": "множество комплексных чисел",
    }  # fmt: skip
    characters: ClassVar = {
        "\\": "обратная косая черта", "{": "открывающая фигурная скобка", "}": "закрывающая фигурная скобка",
        "(": "открывающая скобка", ")": "закрывающая скобка", "[": "открывающая квадратная скобка",
        "]": "закрывающая квадратная скобка", "#": "решётка", "$": "знак доллара", "&": "амперсанд",
        "_": "подчёркивание", "^": "крышка", "~": "тильда", "@": "собака", '"': "кавычка", "'": "апостроф",
        "`": "обратный апостроф", "*": "звёздочка", "-": "дефис", "⟨": "открывающая угловая скобка",
        "⟩": "закрывающая угловая скобка", "⌊": "открывающая нижняя скобка", "⌋": "закрывающая нижняя скобка",
        "⌈": "открывающая верхняя скобка", "⌉": "закрывающая верхняя скобка", ".": "точка", ":": "двоеточие",
        ",": "запятая", ";": "точка с запятой", "?": "вопросительный знак",
    }  # fmt: skip
    fences: ClassVar = {
        "open (": "скобка открывается", "close )": "скобка закрывается",
        "open [": "квадратная скобка открывается", "close ]": "квадратная скобка закрывается",
        "open {": "фигурная скобка открывается", "close }": "фигурная скобка закрывается",
        "open ⟨": "угловая скобка открывается", "close ⟩": "угловая скобка закрывается",
        "open |": "вертикальная черта", "close |": "вертикальная черта", "open ‖": "двойная черта",
        "close ‖": "двойная черта", "open ⌊": "нижняя скобка открывается", "close ⌋": "нижняя скобка закрывается",
        "open ⌈": "верхняя скобка открывается", "close ⌉": "верхняя скобка закрывается",
        "open ]": "обратная квадратная скобка", "close [": "обратная квадратная скобка",
        "open /": "косая черта", "close /": "косая черта",
    }  # fmt: skip
    marks: ClassVar = {
        Mark.ARROW: "вектор", Mark.BAR: "с чертой", Mark.HAT: "с крышкой", Mark.TILDE: "с тильдой",
        Mark.DOT: "с точкой", Mark.TWO_DOTS: "с двумя точками", Mark.UNDERLINE: "с чертой снизу",
        Mark.BRACE_OVER: "сверху фигурная скобка", Mark.BRACE_UNDER: "снизу фигурная скобка",
    }  # fmt: skip
    ends: ClassVar = {
        "group-start": "выражение", "group-end": ", конец выражения,", "norm-start": "норма:",
        "norm-end": "конец нормы", "floor-start": "округление вниз:", "floor-end": "конец округления",
        "ceiling-start": "округление вверх:", "ceiling-end": "конец округления", "set-start": "множество:",
        "set-end": "конец множества", "segment": "отрезок", "matrix": "конец матрицы",
        "determinant": "конец определителя", "system": "конец системы", "cases": "конец случаев",
    }  # fmt: skip
    units: ClassVar = {
        **dict.fromkeys(("mm", "мм"), ("миллиметр", "миллиметра", "миллиметров")),
        **dict.fromkeys(("cm", "см"), ("сантиметр", "сантиметра", "сантиметров")),
        **dict.fromkeys(("km", "км"), ("километр", "километра", "километров")),
        **dict.fromkeys(("kg", "кг"), ("килограмм", "килограмма", "килограммов")),
        "mol": ("моль", "моля", "молей"), "const": "константа",
    }  # fmt: skip
    large: ClassVar = {
        "∑": "сумма", "∏": "произведение", "∫": "интеграл", "∬": "двойной интеграл", "∭": "тройной интеграл",
        "∮": "контурный интеграл", "⋃": "объединение", "⋂": "пересечение",
    }  # fmt: skip
    decimal: ClassVar = ","
    vector_products: ClassVar = ("скалярно умножить на", "векторно умножить на")
    times: ClassVar = "умножить на"
    divided: ClassVar = "разделить на"
    over: ClassVar = "делить на"
    exists_such: ClassVar = ", такой, что"
    condition: ClassVar = "если"
    given: ClassVar = "при условии"
    transposed: ClassVar = "транспонированное"
    congruent: ClassVar = "сравнимо с"
    mapping: ClassVar = ("отображает", "в")
    one_capital: ClassVar = "большое"
    many_capitals: ClassVar = "большие"

    def read(self, expression: Expression) -> str:
        """Here words meet that one walk cannot see together: «от дроби», «разделить на одну третью»."""
        words = super().read(expression).replace(" от дробь,", " от дроби,")
        words = words.replace(" выражения дробь,", " выражения: дробь,")
        words = _EQUAL_TO.sub(lambda found: found[1] + _DATIVES[found[2]], words)
        return _ONE_PART.sub(
            lambda found: f"{found[1]} на одну {found[2]}{found[3].replace('я', 'ю').replace('а', 'у')}", words
        )

    def styled(self, words: str, style: Style) -> str:
        names = {Style.BOLD: "жирное", Style.SCRIPT: "рукописное", Style.BLACKBOARD: "ажурное"}
        return f"{names[style]} {words}" if style in names else words

    def membership(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        words, taken = super().membership(items, place)
        after = items[place + 1] if place + 1 < len(items) else None
        if taken == 1 and isinstance(after, Identifier) and self.say(after).startswith("множество "):
            return f"{words} {self.say(after).replace('множество', 'множеству', 1)}", 2
        if taken == 1 and after is not None and is_capital(after):
            return f"{words} множеству {self.say(after)}", 2
        for name, (_, dative) in _INTERVALS.items():
            words = words.replace(f" {name} ", f" {dative} ", 1)
        return words, taken

    def geometric(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        """«Треугольник … подобен треугольнику …»."""
        words, taken = super().geometric(items, place)
        if place and items[place - 1] in (Sign("∼", Role.RELATION), Sign("≅", Role.RELATION)):
            words = words.replace("треугольник", "треугольнику", 1).replace("угол ", "углу ", 1)
        return words, taken

    def tends(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        end = self.signed_end(items, place)
        goal = Row(items[place + 1 : end])
        return (
            (f"стремится к {self.oblique(goal)}", end - place) if self.is_short(goal) else super().tends(items, place)
        )

    def counted(self, number: str, forms: tuple[str, ...]) -> str:
        return count_form(number, forms[0], forms[1], forms[2])

    def sign_at(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        if items[place] == Sign("∼", Role.RELATION) and Sign("△", Role.PREFIX) in items:
            return "подобен", 1
        if items[place] == Sign("≅", Role.RELATION) and Sign("△", Role.PREFIX) in items:
            return "равен", 1
        return super().sign_at(items, place)

    def vulgar_words(self, above: int, below: int, oblique: bool = False) -> str | None:
        if not 2 <= below <= 100:
            return None
        tens, ones = divmod(above, 10)
        units, rounds = (_GENITIVES, _TENS_GENITIVE) if oblique else (_CARDINALS, _TENS)
        numerator = units[above] if above < 20 else f"{rounds[tens]} {units[ones] if ones else ''}".strip()
        single = ones == 1 and above != 11
        ending = "ых" if not single else ("ой" if oblique else "ая")
        return f"{numerator} {ordinal(below, ending)}"

    def oblique(self, node: Expression) -> str:
        """The words after «от», «до», «из»: only what has cases changes."""
        items = items_of(node)
        if len(items) == 1 and isinstance(items[0], Fraction) and self.vulgar(items[0]) is not None:
            numerator, denominator = items[0].numerator, items[0].denominator
            assert isinstance(numerator, Number) and isinstance(denominator, Number)
            return self.vulgar_words(int(numerator.text), int(denominator.text), oblique=True) or ""
        words = self.say(node)
        if words.startswith("большое "):
            return "большого " + words.removeprefix("большое ")
        if items and items[-1] == Sign("∞"):
            return words.removesuffix("бесконечность") + "бесконечности"
        if len(items) == 1 and isinstance(items[0], Marked) and words.startswith("вектор "):
            return "вектора " + words.removeprefix("вектор ")
        return words

    def long_fraction(self, node: Fraction) -> str:
        return f"дробь, числитель {self.say(node.numerator)}, знаменатель {self.say(node.denominator)}, конец дроби,"

    def mixed_number(self, whole: Number, fraction: Fraction) -> str:
        wholes = "целая" if count_form(whole.text, "1", "2", "5") == "1" else "целых"
        return f"{self.say(whole)} {wholes} {self.say(fraction)}"

    def derivative_words(self, function: str, variable: str, grade: int, partial: bool) -> str:
        order = f"{ordinal(grade, 'ая')} " if grade > 1 else ""
        what = f"{order}{'частная ' if partial else ''}производная"
        return f"{what}{f' {function}' if function else ''} по {variable}"

    def evaluated(self, words: str, lower: Expression | None, upper: Expression | None) -> str:
        if lower is not None and upper is not None:
            return f"{words}, подстановка от {self.oblique(lower)} до {self.oblique(upper)},"
        return f"{words}, при {self.say(lower or upper or Row(()))},"

    def angular(self, number: Number, primes: int) -> str:
        if primes == 1:
            return count_form(number.text, "минута", "минуты", "минут")
        return count_form(number.text, "секунда", "секунды", "секунд")

    def primes(self, count: int) -> str:
        return {1: "штрих", 2: "два штриха", 3: "три штриха", 4: "четыре штриха"}.get(count, f"{count} штрихов")

    def index(self, base: str, lower: Expression) -> str:
        end = "" if self.is_short(lower) else ", конец индекса,"
        return f"{base} с индексом {self.say(lower)}{end}"

    def power(self, base: str, upper: Expression) -> str:
        if upper in (Number("2"), Number("3")):
            return f"{base} {'в квадрате' if upper == Number('2') else 'в кубе'}"
        if isinstance(upper, Number) and upper.text.isdecimal() and 4 <= int(upper.text[:3]) <= 20:
            return f"{base} в {ordinal(int(upper.text[:3]), 'ой')} степени"
        if isinstance(upper, Sign):
            return f"{base} с верхним знаком {self.sign(upper.symbol)}"
        end = "" if self.is_short(upper) else ", конец степени,"
        return f"{base} в степени {self.say(upper)}{end}"

    def large_words(self, symbol: str, name: str, lower: Expression | None, upper: Expression | None) -> str:
        running = self.running(lower)
        words = name
        if running is not None:
            words += f" по {self.say(running[0])} от {self.oblique(running[1])}"
        elif lower is not None:
            words += f" от {self.oblique(lower)}" if upper is not None else f" по {self.say(lower)}"
        if upper is not None:
            words += f" до {self.oblique(upper)}"
        return words if lower is None and upper is None else f"{words},"

    def applied(self, name: str, item: Expression) -> str:
        words = self.function(name)
        lower = item.lower if isinstance(item, Script) else None
        upper = item.upper if isinstance(item, Script) else None
        if name == "lim":
            tending = self.tending(lower)
            if tending is not None:
                return f"предел при {self.say(tending[0])}, стремящемся к {self.oblique(tending[1])},"
        if lower is not None:
            base = "по основанию" if name == "log" else "по"
            words += f" {base} {self.say(lower)}{' от' if name == 'log' else ','}"
        if upper is not None:
            words = self.power(words, upper)
        return words

    def application(self, function: str, argument: Fenced) -> str:
        items = items_of(argument.content)
        if len(items) == 1 and self.is_simple(items[0]):
            return f"{function} от {self.oblique(argument.content)}"
        inside = self.say(self.conditional(argument.content, self.given))
        return f"{function} от {self.fence('(', True)} {inside} {self.fence(')', False)}"

    def root(self, node: Root) -> str:
        if node.index is None:
            name = "квадратный корень"
        elif node.index == Number("3"):
            name = "кубический корень"
        elif isinstance(node.index, Number) and node.index.text.isdecimal() and 4 <= int(node.index.text[:3]) <= 20:
            name = f"корень {ordinal(int(node.index.text[:3]), 'ой')} степени"
        else:
            name = f"корень степени {self.say(node.index)}{'' if self.is_short(node.index) else ', конец степени,'}"
        if self.is_simple(node.radicand):
            return f"{name} из {self.oblique(node.radicand)}"
        return f"{name} из выражения {self.say(node.radicand)}, конец корня,"

    def binomial(self, node: Binomial) -> str:
        end = "" if self.is_simple(node.upper) and self.is_simple(node.lower) else ", конец сочетаний,"
        return f"число сочетаний из {self.say(node.upper)} по {self.say(node.lower)}{end}"

    def measured(self, items: tuple[Expression, ...], place: int) -> tuple[str, int]:
        number, sign = items[place], items[place + 1]
        assert isinstance(number, Number) and isinstance(sign, Sign)
        if sign.symbol == "%":
            return f"{self.say(number)} {count_form(number.text, 'процент', 'процента', 'процентов')}", 2
        words = f"{self.say(number)} {count_form(number.text, 'градус', 'градуса', 'градусов')}"
        if place + 2 < len(items) and getattr(items[place + 2], "name", "") == "C":
            return f"{words} Цельсия", 3
        return words, 2

    def absolute(self, content: Expression) -> str:
        if self.is_simple(content):
            return f"модуль {self.oblique(content)}"
        return f"модуль выражения {self.say(content)}, конец модуля,"

    def modulo(self, content: Expression) -> str:
        return f"по модулю {self.say(content)}"

    def set_of(self, content: Expression) -> str:
        if (parts := self.split_condition(content)) is not None:
            return f"множество всех {self.say(parts[0])}, таких, что {self.say(parts[1])}, конец множества,"
        return f"множество: {self.say(content)}, конец множества,"

    def quantified_words(self, symbol: str, variable: str, source: str) -> str:
        source = f" из {source.replace('множество', 'множества', 1)}" if source else ""
        for name in ("отрезок", "полуинтервал", "интервал", "промежуток"):
            source = source.replace(f" из {name} ", f" из {_INTERVALS[name][0]} ", 1)
        return f"{self.sign(symbol)} {variable}{source}"

    def interval_words(self, start: Row, end: Row, with_start: bool, with_end: bool) -> str:
        infinite = any(Sign("∞") in one.items for one in (start, end))
        if infinite:
            kind = "промежуток"
        else:
            kind = "отрезок" if with_start and with_end else "полуинтервал" if with_start or with_end else "интервал"
        ends = ""
        if with_start != with_end:
            ends = ", начало включено," if with_start else ", конец включён,"
        elif infinite:
            ends = ""
        return f"{kind} от {self.oblique(start)} до {self.oblique(end)}{ends}"

    def line(self, place: int) -> str:
        return f"{ordinal(place, 'ая')} строка" if place <= 20 else f"строка {place}"

    def grid_start(self, kind: str, rows: int, columns: int) -> str:
        names = {"matrix": "матрица", "determinant": "определитель"}
        if kind in names:
            return f"{names[kind]} {rows} на {columns}"
        what = f"{rows} {count_form(str(rows), 'строки', 'строк', 'строк')}"
        return (
            f"система из {what}"
            if kind == "system"
            else f"по случаям, {rows} {count_form(str(rows), 'строка', 'строки', 'строк')}"
        )
