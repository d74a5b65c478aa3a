"""Russian for the shared recogniser: each thing that it finds, said in the case and gender of its place."""

import re
from collections.abc import Sequence
from typing import Final

from builder.model.language import RUSSIAN
from media_pipeline.speech.normalisation.language import VOWELS, Language
from media_pipeline.speech.normalisation.russian import lexicon
from media_pipeline.speech.normalisation.russian.amounts import (
    clock_case,
    ends_sentence,
    negate,
    say_clock,
    say_clock_span,
    say_code,
    say_date_in_place,
    say_date_span,
    say_measure,
    say_number_span,
    say_plain,
)
from media_pipeline.speech.normalisation.russian.context import is_named
from media_pipeline.speech.normalisation.russian.government import find_governor
from media_pipeline.speech.normalisation.russian.numerals import (
    Case,
    Gender,
    cardinal,
    decimal,
    number_form,
)
from media_pipeline.speech.normalisation.russian.numerals import fraction as common_fraction
from media_pipeline.speech.normalisation.russian.romans import say_roman
from media_pipeline.speech.normalisation.russian.rules import RULES
from media_pipeline.speech.normalisation.russian.suffixes import compound, say_by_context, say_with_suffix
from media_pipeline.speech.normalisation.russian.units import LETTER_UNITS, SCALES, STANDING_ALONE, UNITS
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number, Roman, Span

_HALF: Final = ("половина", "половины", "половине", "половину", "половиной", "половине")
_THIRD: Final = ("треть", "трети", "трети", "треть", "третью", "трети")
_QUARTER: Final = ("четверть", "четверти", "четверти", "четверть", "четвертью", "четверти")
# Labels before a dotted number («пункт 5.2», «версия 3.11»), which is then no decimal.
_DOTTED_IS_DECIMAL: Final = re.compile(r"\s?(?:[а-яё]{3,}|%)")
_ENDINGS: Final = frozenset(
    """а у ом ем е ы и ов ев ам ям ами ями ах ях я ю й ей ой ою ь ью ого его ому ему ым им ых их ыми ими ое ая ые ую
    ский ская ское ские ского ской скую скому ским ских скими овский овская ник ника ники""".split()
)
_SINGLE_WORDS: Final = frozenset("аивкосуя")
_LETTER_LABEL: Final = re.compile(
    r"(?:вариант|пункт|букв|групп|точк|класс|столбц|столбец|витамин|тип|категори|подпункт|корпус|блок|ответ|част|вершин|угол"
    r"|ряд|команд|множеств)[а-яё]*\s?[«\"]?\Z|\d\s?[«\"]?\Z"
)


class Russian(Language):
    """Russian as a lecturer in Kyrgyzstan reads it aloud."""

    tag = RUSSIAN
    alphabet = lexicon.ALPHABET
    units = tuple(one for one in UNITS if one not in LETTER_UNITS)
    scales = tuple(SCALES)
    abbreviations = STANDING_ALONE | lexicon.ABBREVIATIONS
    signs = lexicon.SIGNS
    spoken_signs = lexicon.SPOKEN_SIGNS
    letters = lexicon.LETTERS
    emoji = lexicon.EMOJI
    unknown_emoji = "смайлик"
    unknown_word = "слово на другом языке"
    base_word = "по основанию"
    unknown_sign = "знак"
    capital_letter = "с заглавной"
    latin_words = lexicon.LATIN_WORDS
    latin_acronyms = lexicon.LATIN_ACRONYMS
    latin_letters = lexicon.LATIN_LETTERS
    acronyms = lexicon.ACRONYMS
    rules = RULES

    def number(self, number: Number, around: Around) -> str:
        if number.suffix:
            return negate(self._with_suffix(number, around), number)
        if (len(number.whole) > 1 and number.whole[0] == "0") or around.before[-1:].isalpha():
            return say_plain(number)
        if not number.fraction:
            return negate(say_by_context(int(number.whole), around), number)
        if number.point == "." and (is_named(around.before) or not _DOTTED_IS_DECIMAL.match(around.after)):
            return say_plain(number)
        return negate(decimal(int(number.whole), number.fraction, find_governor(around.before).case()), number)

    def _with_suffix(self, number: Number, around: Around) -> str:
        value, suffix = int(number.whole), number.suffix
        if number.fraction:
            return f"{say_plain(number)} {suffix}"
        said = say_with_suffix(value, suffix, around) if number.joint or len(suffix) > 1 else None
        if said is None and number.joint:
            said = compound(value, suffix)
        if said is not None:
            return said
        words = (
            say_by_context(value, Around(around.before, around.after)) if len(suffix) == 1 else say_code(number.whole)
        )
        letter = lexicon.LETTERS[suffix] if len(suffix) == 1 else suffix
        return f"{words} {letter}"

    def measure(self, measure: Measure, around: Around) -> str:
        said = say_measure(measure, around)
        if measure.unit.endswith(".") and not measure.suffix and ends_sentence(around.after):
            return f"{said}."
        return f"{said} {measure.suffix}" if measure.suffix else said

    def span(self, span: Span, around: Around) -> str:
        match span:
            case Span(Number() as first, Number() as last):
                return say_number_span(first, last, around)
            case Span(Date() as first, Date() as last):
                return say_date_span(first, last, around)
            case Span(Clock() as first, Clock() as last):
                return say_clock_span(first, last, around.before)
        raise ValueError(span)

    def date(self, date: Date, around: Around) -> str:
        return say_date_in_place(date, around)

    def clock(self, clock: Clock, around: Around) -> str:
        return say_clock(clock, clock_case(around.before))

    def roman(self, roman: Roman, around: Around) -> str | None:
        return say_roman(roman, around)

    def fraction(self, numerator: int, denominator: int, around: Around) -> str:
        if is_named(around.before):
            return f"{cardinal(numerator)} из {cardinal(denominator, Case.GENITIVE)}"  # «слайд 3/12»
        governor = find_governor(around.before)
        case = Case.PREPOSITIONAL if governor.word in {"в", "во"} else governor.case()  # «в 1/2 случаев»
        named = {2: _HALF, 3: _THIRD, 4: _QUARTER}.get(denominator)
        if named and numerator == 1:
            return named[case]
        if named and denominator > 2:
            return f"{cardinal(numerator, case, Gender.FEMININE)} {_parts(numerator, named, case)}"
        if re.search(r"[A-Za-z]\s\Z", around.before):
            return f"{cardinal(numerator)}, {cardinal(denominator)}"  # «Windows 10/11»
        if denominator > 20 and denominator not in (100, 1000):
            return f"{cardinal(numerator)} дробь {cardinal(denominator)}"
        return common_fraction(numerator, denominator, case)

    def mixed_number(self, whole: int, numerator: int, denominator: int, around: Around) -> str:
        case = find_governor(around.before).case()
        joint = "с" if numerator == 1 and denominator in (2, 4) else "и"
        if joint == "с":
            part = _HALF if denominator == 2 else _QUARTER
            return f"{say_by_context(whole, around)} с {part[Case.INSTRUMENTAL]}"
        return f"{cardinal(whole, case)} и {self.fraction(numerator, denominator, Around(around.before, around.after))}"

    def power(self, exponent: str) -> str:
        if exponent in ("2", "3"):
            return "в квадрате" if exponent == "2" else "в кубе"
        return f"в степени {cardinal(int(exponent))}" if len(exponent) < 10 else f"в степени {self.digits(exponent)}"

    def digits(self, digits: str) -> str:
        return " ".join(cardinal(int(one)) for one in digits)

    def say_plain(self, digits: str) -> str:
        return say_code(digits) if len(digits) <= 15 else self.digits(digits)

    def attach(self, said: str, suffix: str) -> str:
        """«ворд» + «ом» -> «вордом»; a word («Google-диск») keeps its hyphen."""
        if suffix not in _ENDINGS:
            return f"{said}-{suffix}"
        if suffix[0] in VOWELS and said[-1] in "ь" and suffix[0] not in "яюеё":
            return said[:-1] + suffix
        return said + suffix

    def initials(self, letters: Sequence[str], around: Around) -> str:
        return " ".join(lexicon.ACRONYM_LETTERS.get(letter.lower(), letter) for letter in letters)

    def single_letter(self, letter: str, around: Around) -> str | None:
        small = letter.lower()
        if small not in lexicon.ALPHABET:
            return None  # a Kyrgyz letter: its own voice says it
        named = lexicon.LETTERS.get(small)
        inside = re.search(r"[а-яё]\s\Z", around.before)  # «русская К»: no word begins with a capital here
        alone = re.match(r"\s?(?:[,.;)»]|\Z)", around.after)
        if letter.isupper() and (inside or alone or _LETTER_LABEL.search(around.before.lower())):
            return named
        return None if small in _SINGLE_WORDS else named

    def acronym(self, written: str, around: Around) -> str | None:
        """By letters, unless it is a word in capitals or can be read as one («вуз», «ГОСТ»)."""
        small = written.lower()
        if small in lexicon.EMPHASISED or len(small) > 6 or not set(small) <= set(lexicon.ALPHABET):
            return None
        shape = "".join("V" if letter in VOWELS else "C" for letter in small)
        if (re.fullmatch("C{1,2}VC{1,2}|C?VCVC?|CVCV?C*|.*V.*V.*V.*", shape) and len(small) > 2) or (
            len(small) > 4 and "V" in shape
        ):
            return None
        return "-".join(lexicon.ACRONYM_LETTERS[letter] for letter in small)


def _parts(count: int, forms: tuple[str, ...], case: Case) -> str:
    """«две трети», «трёх четвертей»: a feminine noun in a soft sign."""
    if number_form(count) == 1:
        return forms[case]
    if case in (Case.NOMINATIVE, Case.ACCUSATIVE):
        return forms[Case.GENITIVE] if number_form(count) == 2 else forms[0][:-1] + "ей"
    return forms[0][:-1] + ("", "ей", "ям", "", "ями", "ях")[case]


RUSSIAN_WORDS: Final = Russian()
