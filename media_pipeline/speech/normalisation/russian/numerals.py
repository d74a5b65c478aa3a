"""Russian number words in every case and gender: cardinals, ordinals and decimal fractions.

The tables are our own. Forms follow the declension of numerals in the Academy grammar (Русская грамматика, 1980,
§§ 1365-1378); where two forms are equally good (восьмью and восемью, нуля and ноля) one is taken, always the same.
num2words 0.5.14 agrees with the cardinals and does less: no fractions in cases, no noun that follows the number.
"""

from enum import IntEnum
from functools import cache
from typing import Final


class Case(IntEnum):
    """The six cases, in the order in which a Russian school teaches them; a declension table has them as columns."""

    NOMINATIVE = 0
    GENITIVE = 1
    DATIVE = 2
    ACCUSATIVE = 3
    INSTRUMENTAL = 4
    PREPOSITIONAL = 5


class Gender(IntEnum):
    """What a number word agrees with. Nouns without a singular (сутки) and plurals of ordinals are PLURAL."""

    MASCULINE = 0
    FEMININE = 1
    NEUTER = 2
    PLURAL = 3


LARGEST_CARDINAL: Final = 10**21 - 1
"""Beyond the quintillions nobody says the words: digits are read instead."""

DECIMAL_PLACES: Final = 6
"""So many digits after the comma have a spoken name in use (миллионных)."""

_ONE: Final = (
    ("один", "одного", "одному", "один", "одним", "одном"),
    ("одна", "одной", "одной", "одну", "одной", "одной"),
    ("одно", "одного", "одному", "одно", "одним", "одном"),
    ("одни", "одних", "одним", "одни", "одними", "одних"),
)
_SMALL: Final = {
    0: ("ноль", "нуля", "нулю", "ноль", "нулём", "нуле"),
    2: ("два", "двух", "двум", "два", "двумя", "двух"),
    3: ("три", "трёх", "трём", "три", "тремя", "трёх"),
    4: ("четыре", "четырёх", "четырём", "четыре", "четырьмя", "четырёх"),
    8: ("восемь", "восьми", "восьми", "восемь", "восемью", "восьми"),
    40: ("сорок", "сорока", "сорока", "сорок", "сорока", "сорока"),
    50: ("пятьдесят", "пятидесяти", "пятидесяти", "пятьдесят", "пятьюдесятью", "пятидесяти"),
    60: ("шестьдесят", "шестидесяти", "шестидесяти", "шестьдесят", "шестьюдесятью", "шестидесяти"),
    70: ("семьдесят", "семидесяти", "семидесяти", "семьдесят", "семьюдесятью", "семидесяти"),
    80: ("восемьдесят", "восьмидесяти", "восьмидесяти", "восемьдесят", "восемьюдесятью", "восьмидесяти"),
    90: ("девяносто", "девяноста", "девяноста", "девяносто", "девяноста", "девяноста"),
    100: ("сто", "ста", "ста", "сто", "ста", "ста"),
    200: ("двести", "двухсот", "двумстам", "двести", "двумястами", "двухстах"),
    300: ("триста", "трёхсот", "трёмстам", "триста", "тремястами", "трёхстах"),
    400: ("четыреста", "четырёхсот", "четырёмстам", "четыреста", "четырьмястами", "четырёхстах"),
    500: ("пятьсот", "пятисот", "пятистам", "пятьсот", "пятьюстами", "пятистах"),
    600: ("шестьсот", "шестисот", "шестистам", "шестьсот", "шестьюстами", "шестистах"),
    700: ("семьсот", "семисот", "семистам", "семьсот", "семьюстами", "семистах"),
    800: ("восемьсот", "восьмисот", "восьмистам", "восемьсот", "восемьюстами", "восьмистах"),
    900: ("девятьсот", "девятисот", "девятистам", "девятьсот", "девятьюстами", "девятистах"),
}
# Numerals in -ь, all declined as пять is: the stem without the soft sign.
_LIKE_FIVE: Final = {
    5: "пят", 6: "шест", 7: "сем", 9: "девят", 10: "десят", 11: "одиннадцат", 12: "двенадцат", 13: "тринадцат",
    14: "четырнадцат", 15: "пятнадцат", 16: "шестнадцат", 17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат",
    20: "двадцат", 30: "тридцат",
}  # fmt: skip

_THOUSAND: Final = (
    ("тысяча", "тысячи", "тысяче", "тысячу", "тысячей", "тысяче"),
    ("тысячи", "тысяч", "тысячам", "тысячи", "тысячами", "тысячах"),
)
_SCALES: Final = ("", "тысяча", "миллион", "миллиард", "триллион", "квадриллион", "квинтиллион")


def cardinal(number: int, case: Case = Case.NOMINATIVE, gender: Gender = Gender.MASCULINE) -> str:
    """`number` in words, every part declined: 2024 in the genitive -> «двух тысяч двадцати четырёх».

    A leading thousand is said without «одна», as people say it. Negative numbers begin with «минус».
    Raises ValueError beyond LARGEST_CARDINAL.
    """
    if number < 0:
        return "минус " + cardinal(-number, case, gender)
    if number > LARGEST_CARDINAL:
        raise ValueError(number)
    if number == 0:
        return _SMALL[0][case]
    words: list[str] = []
    for power in range(len(_SCALES) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            words += _group(group, power, case, gender, leading=not words)
    return " ".join(words)


def _group(group: int, power: int, case: Case, gender: Gender, *, leading: bool) -> list[str]:
    if power == 0:
        return _below_thousand(group, case, gender)
    if power == 1 and group == 1 and leading:
        return [_THOUSAND[0][case]]
    counted = _below_thousand(group, case, Gender.FEMININE if power == 1 else Gender.MASCULINE)
    return [*counted, scale_noun(power, group, case)]


def scale_noun(power: int, count: int, case: Case) -> str:
    """The word for 1000**power after `count`: (1, 2, nominative) -> «тысячи», (2, 5, dative) -> «миллионам»."""
    form = number_form(count)
    if power == 1:
        singular, plural = _THOUSAND
    else:
        stem = _SCALES[power]
        singular = (stem, stem + "а", stem + "у", stem, stem + "ом", stem + "е")
        plural = (stem + "ы", stem + "ов", stem + "ам", stem + "ы", stem + "ами", stem + "ах")
    if form == 1:
        return singular[case]
    if case in (Case.NOMINATIVE, Case.ACCUSATIVE):
        return singular[Case.GENITIVE] if form == 2 else plural[Case.GENITIVE]
    return plural[case]


def number_form(number: int) -> int:
    """1 for numbers that take a noun like «один», 2 for those like «два», 5 for the rest (CLDR: one, few, many)."""
    number = abs(number)
    if number % 100 in range(11, 15):
        return 5
    return {1: 1, 2: 2, 3: 2, 4: 2}.get(number % 10, 5)


@cache
def _below_thousand(number: int, case: Case, gender: Gender) -> list[str]:
    words = []
    if number >= 100:
        words.append(_SMALL[number // 100 * 100][case])
        number %= 100
    if number >= 20:
        words.append(_simple(number // 10 * 10, case, gender))
        number %= 10
    if number:
        words.append(_simple(number, case, gender))
    return words


def _simple(number: int, case: Case, gender: Gender) -> str:
    if number == 1:
        return _ONE[gender][case]
    if number == 2 and gender is Gender.FEMININE and case in (Case.NOMINATIVE, Case.ACCUSATIVE):
        return "две"
    if number in _LIKE_FIVE:
        return _LIKE_FIVE[number] + ("ь", "и", "и", "ь", "ью", "и")[case]
    return _SMALL[number][case]


# ---------------------------------------------------------------- ordinals

# The stem and whether the masculine ends in a stressed -ой. «третий» has its own table.
_ORDINAL_STEMS: Final = {
    0: ("нулев", True), 1: ("перв", False), 2: ("втор", True), 4: ("четвёрт", False), 5: ("пят", False),
    6: ("шест", True), 7: ("седьм", True), 8: ("восьм", True), 9: ("девят", False), 10: ("десят", False),
    11: ("одиннадцат", False), 12: ("двенадцат", False), 13: ("тринадцат", False), 14: ("четырнадцат", False),
    15: ("пятнадцат", False), 16: ("шестнадцат", False), 17: ("семнадцат", False), 18: ("восемнадцат", False),
    19: ("девятнадцат", False), 20: ("двадцат", False), 30: ("тридцат", False), 40: ("сороков", True),
    50: ("пятидесят", False), 60: ("шестидесят", False), 70: ("семидесят", False), 80: ("восьмидесят", False),
    90: ("девяност", False), 100: ("сот", False), 200: ("двухсот", False), 300: ("трёхсот", False),
    400: ("четырёхсот", False), 500: ("пятисот", False), 600: ("шестисот", False), 700: ("семисот", False),
    800: ("восьмисот", False), 900: ("девятисот", False),
}  # fmt: skip
ADJECTIVE_ENDINGS: Final = (
    ("ый", "ого", "ому", "ый", "ым", "ом"),
    ("ая", "ой", "ой", "ую", "ой", "ой"),
    ("ое", "ого", "ому", "ое", "ым", "ом"),
    ("ые", "ых", "ым", "ые", "ыми", "ых"),
)
_THIRD_ENDINGS: Final = (
    ("ий", "ьего", "ьему", "ий", "ьим", "ьем"),
    ("ья", "ьей", "ьей", "ью", "ьей", "ьей"),
    ("ье", "ьего", "ьему", "ье", "ьим", "ьем"),
    ("ьи", "ьих", "ьим", "ьи", "ьими", "ьих"),
)
# How a number enters a compound with -тысячный: the genitive, but одно-, сорока-, девяносто- and сто-.
_IN_COMPOUND: Final = {1: "одно", 40: "сорока", 90: "девяносто", 100: "сто"}


def ordinal(number: int, case: Case = Case.NOMINATIVE, gender: Gender = Gender.MASCULINE) -> str:
    """`number` as an ordinal; only the last word is declined: 2024, genitive -> «две тысячи двадцать четвёртого».

    Raises ValueError for negative numbers and beyond LARGEST_CARDINAL.
    """
    if not 0 <= number <= LARGEST_CARDINAL:
        raise ValueError(number)
    if number == 0:
        return _decline_ordinal("нулев", True, case, gender)
    tail, rest = _last_part(number)
    before = [cardinal(rest)] if rest else []
    return " ".join([*before, _last_ordinal(tail, case, gender)])


def _last_part(number: int) -> tuple[int, int]:
    """The part that takes the ordinal form, and what stands before it."""
    for power in range(len(_SCALES)):
        group = number // 1000**power % 1000
        if group == 0:
            continue
        if power:
            tail = group * 1000**power
        elif group % 100 in range(1, 20):
            tail = group % 100
        elif group % 10:
            tail = group % 10
        elif group % 100:
            tail = group % 100
        else:
            tail = group
        return tail, number - tail
    raise ValueError(number)


def _last_ordinal(number: int, case: Case, gender: Gender) -> str:
    if number == 3:
        return "трет" + _THIRD_ENDINGS[gender][case]
    if number < 1000:
        return _decline_ordinal(*_ORDINAL_STEMS[number], case, gender)
    power = 0
    while number % 1000 == 0:
        number //= 1000
        power += 1
    scale = "тысячн" if power == 1 else _SCALES[power] + "н"
    return _decline_ordinal(_compound_prefix(number) + scale, False, case, gender)


def number_prefix(number: int) -> str:
    """A number as the first part of a word: 20 -> «двадцати» (двадцатилетний), 100 -> «сто», 90 -> «девяносто».

    One is «одно», a whole thousand «тысяче». Raises ValueError beyond a million.
    """
    if number == 1:
        return "одно"
    if number >= 1_000_000:
        raise ValueError(number)
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _compound_prefix(rest)
    return _compound_prefix(thousands) + ("тысяче" if not rest else "тысяча" + number_prefix(rest))


def _compound_prefix(number: int) -> str:
    if number == 1:
        return ""
    hundreds, rest = number // 100 * 100, number % 100
    tens = rest // 10 * 10 if rest >= 20 else 0
    parts = [part for part in (hundreds, tens, rest - tens) if part]
    return "".join(_IN_COMPOUND.get(part) or _simple(part, Case.GENITIVE, Gender.MASCULINE) for part in parts)


def _decline_ordinal(stem: str, stressed: bool, case: Case, gender: Gender) -> str:
    ending = ADJECTIVE_ENDINGS[gender][case]
    return stem + ("ой" if stressed and ending == "ый" else ending)


# ---------------------------------------------------------------- fractions

_PLACES: Final = ("", "десят", "сот", "тысячн", "десятитысячн", "стотысячн", "миллионн")


def decimal(whole: int, places: str, case: Case = Case.NOMINATIVE) -> str:
    """A decimal fraction: (3, "5") -> «три целых пять десятых». The noun after it is in the genitive singular.

    `places` are the digits after the comma, at most DECIMAL_PLACES; more are read one by one after «запятая».
    """
    if len(places) > DECIMAL_PLACES:
        return f"{cardinal(whole, case)} запятая {digits(places)}"
    whole_words = f"{cardinal(whole, case, Gender.FEMININE)} {_part(whole, 'цел', case)}"
    numerator = int(places)
    below = f"{cardinal(numerator, case, Gender.FEMININE)} {_part(numerator, _PLACES[len(places)], case)}"
    return f"{whole_words} {below}"


def fraction(numerator: int, denominator: int, case: Case = Case.NOMINATIVE) -> str:
    """A common fraction: (3, 4) -> «три четвёртых», (1, 2) -> «одна вторая»."""
    form = Gender.FEMININE if number_form(numerator) == 1 else Gender.PLURAL
    within = Case.GENITIVE if form is Gender.PLURAL and case in (Case.NOMINATIVE, Case.ACCUSATIVE) else case
    return f"{cardinal(numerator, case, Gender.FEMININE)} {ordinal(denominator, within, form)}"


def _part(count: int, stem: str, case: Case) -> str:
    """«целая», «целых», «десятой»: a feminine adjective that agrees with its count."""
    if number_form(count) == 1:
        return stem + ADJECTIVE_ENDINGS[Gender.FEMININE][case]
    if case in (Case.NOMINATIVE, Case.ACCUSATIVE):
        return stem + "ых"
    return stem + ADJECTIVE_ENDINGS[Gender.PLURAL][case]


def digits(text: str) -> str:
    """Each digit by its name: «007» -> «ноль ноль семь»."""
    return " ".join(cardinal(int(one)) for one in text)
