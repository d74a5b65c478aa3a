"""The Kyrgyz language of `language.py`."""

import re
from typing import Final

from builder.model.language import KYRGYZ
from media_pipeline.speech.normalisation.kyrgyz.endings import NARROW, Ending, attach, is_ending, put, put_possessive
from media_pipeline.speech.normalisation.kyrgyz.numbers import COLLECTIVES, cardinal, decimal, fraction, ordinal
from media_pipeline.speech.normalisation.kyrgyz.tables import (
    ABBREVIATIONS,
    ACRONYMS,
    COINS,
    EMOJI,
    LETTERS,
    MONTHS,
    MONTHS_POSSESSED,
    POSSESSIVE_ACRONYMS,
    SCALES,
    SIGNS,
    SPOKEN_SIGNS,
    UNITS,
)
from media_pipeline.speech.normalisation.language import Language, Rule
from media_pipeline.speech.normalisation.loanwords import LATIN_ACRONYMS, LATIN_LETTERS, LATIN_WORDS
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number, Roman, Span

_ORDINAL_ENDING: Final = re.compile(r"(?:[ыиуү]?н)?ч[ыиуү](?P<rest>.*)")
_COLLECTIVE: Final = re.compile(r"(?:оо|өө|ээ|уу|үү)(?P<rest>.*)")
_MEASURING_ADJECTIVE: Final = re.compile(r".{3,}(?:[лдт][ыиуү]к(?:түү|туу|тын|тө|та)?|[лдт](?:уу|үү)|сыз|сиз)")
_NOT_MEASURING: Final = frozenset({"бөлүк", "бөлүктө", "катык"})
_YEAR: Final = re.compile(
    r"\s?жыл(?!дык|га че)(?:ы|дын|га|да|дан|дагы|ды|ындагы|ында|ынан|ына|дар|дары|дардын|дарда|дардагы)?\b"
)
_YEARS: Final = re.compile(r"\s?(?:жылдар|жж\b)")
_MONTH: Final = re.compile(rf"\s(?:{'|'.join(month.rstrip('ь') for month in MONTHS)})[а-яёңөү]{{0,8}}+\b")
_COUNTED_BY_ROMAN: Final = re.compile(
    r"\s?(?:кылым|бөлүм|бап|том|курс|семестр|чейрек|класс|тур|этап|даража|съезд|топ|глава|параграф|пункт|дүйнөлүк"
    r"|орун|бөлүк|эл аралык|топтом|тип|фаза|кадам)"
)
_BETWEEN: Final = re.compile(r"\s(?:аралы|ортосу)")
"""``5–10 аралыгында`` is said ``беш менен ондун аралыгында``."""
_PLACES: Final = {"п": "пункт", "б": "бет", "т": "том", "сүр": "сүрөт", "табл": "таблица", "бөл": "бөлүм"}
"""Short forms after an ordinal: ``25-б.`` -> ``жыйырма бешинчи бет``."""
_DAY_OF_YEAR: Final = re.compile(rf"\s\d{{1,2}}[-\s]?(?:{'|'.join(MONTHS_POSSESSED)})")
_NO_SYLLABLES: Final = re.compile("^[бвгджзклмнпрстфхцчшщ]{2}(?<![рл])|[бвгджзйклмнңпрстфхцчшщ]{3}")
"""What no Kyrgyz word begins with or holds: such short forms are said by their letters."""
_SMALL_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMERAL_LETTERS: Final = frozenset("IVXХІ")


_LATIN_WORDS: Final = {
    **LATIN_WORDS, "2g": "эки жи", "3g": "үч жи", "4g": "төрт жи", "5g": "беш жи", "2d": "эки дэ", "3d": "үч дэ",
    }  # fmt: skip


class Kyrgyz(Language):
    tag = KYRGYZ
    alphabet = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя"
    units = UNITS.keys()
    full_units = frozenset(unit for unit, said in UNITS.items() if unit == said)
    scales = SCALES.keys()
    abbreviations = ABBREVIATIONS
    acronyms = ACRONYMS
    signs = SIGNS
    spoken_signs = SPOKEN_SIGNS
    letters = LETTERS
    emoji = EMOJI
    unknown_emoji = "смайлик"
    unknown_word = "башка жазуудагы сөз"
    base_word = "негизи"
    unknown_sign = "белги"
    capital_letter = "баш тамга"
    latin_words = _LATIN_WORDS
    latin_acronyms = LATIN_ACRONYMS
    latin_letters = LATIN_LETTERS
    rules = (
        # саат 23.50дө: a time with a full stop, as many write it.
        Rule(
            re.compile(
                rf"(?<=[Сс]аат )(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![.,]?\d)-?(?P<suffix>[{alphabet}]*+)"
            ),
            lambda match, around: KYRGYZ_WORDS.clock(
                Clock(int(match["hour"]), int(match["minute"]), None, match["suffix"]), around
            ),
        ),
        # 1928–2008-жж.
        Rule(
            re.compile(r"(?P<first>\d{3,4})\s?[-–—]\s?(?P<last>\d{3,4})-?\s?жж?\.(?!\s?б\.)"),
            lambda match, around: (
                f"{ordinal(int(match['first']))} — {ordinal(int(match['last']))} жылдары"
                + ("." if not around.after.strip() else "")
            ),
        ),
        # 1990-ж., 1990-жж.: a year; the full stop is part of the short form.
        Rule(
            re.compile(r"(?P<year>\d{1,4})-?\s?(?P<word>жж|ж)\.(?!\s?б\.)"),
            lambda match, around: (
                f"{ordinal(int(match['year']))} {_year_word(match['word'], around.after)}"
                + ("." if not around.after.strip() else "")
            ),
        ),
        Rule(
            re.compile(r"(?P<date>\d{1,2}\.\d{1,2}\.\d{4})\s?-?\s?ж\.(?!\s?б\.)"),
            lambda match, around: KYRGYZ_WORDS.full_date(match["date"]),
        ),
        # 5-А классы: the letter belongs to the ordinal.
        Rule(
            re.compile(r"(?P<class>1[012]|[1-9])-?(?P<letter>[А-Я])(?=\s?класс|\b)(?![А-Яа-я])"),
            lambda match, around: (
                f"{ordinal(int(match['class']))} {LETTERS[match['letter'].lower()]}"
                if "класс" in around.after[:8]
                else None
            ),
        ),
        # 25-б., 3-п.: pages and points; the full stop is part of the short form.
        Rule(
            re.compile(rf"(?P<number>\d{{1,4}})-(?P<what>{'|'.join(_PLACES)})\.(?!\s?[а-яёңөү]\.)"),
            lambda match, around: (
                f"{ordinal(int(match['number']))} {_PLACES[match['what']]}" + ("." if not around.after.strip() else "")
            ),
        ),
        Rule(
            re.compile(r"(?<!\w)п\.\s?(?P<number>\d{1,4})(?![\d.,])"),
            lambda match, around: f"{ordinal(int(match['number']))} пункт",
        ),
        Rule(
            re.compile(r"(?P<number>\d{1,4})-?\s?§"), lambda match, around: f"{ordinal(int(match['number']))} параграф"
        ),
        # 10⁶, 2^8: the base in the genitive; squares and cubes are said after it.
        Rule(
            re.compile(r"(?<![\d.,])(?P<base>\d{1,9})(?:\^\s?\{?(?P<line>\d{1,4})\}?|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}))"),
            lambda match, around: _power(match["base"], match["line"] or match["raised"].translate(_SMALL_DIGITS)),
        ),
        # 20×30 см: in a size, not in a multiplication.
        Rule(
            re.compile(r"(?P<width>\d{1,6})\s?[×xх]\s?(?P<height>\d{1,6})(?!\d|\s?=)"),
            lambda match, around: (
                f"{put(cardinal(int(match['width'])), Ending.DATIVE)} {cardinal(int(match['height']))}"
            ),
        ),
        # КР Билим берүү министрлиги: before a name it is "of the Kyrgyz Republic".
        Rule(re.compile(r"КР(?=\s[А-ЯҢӨҮ][а-яёңөү])"), lambda match, around: "Кыргыз Республикасынын"),
        Rule(re.compile(r"#(?=[^\W\d])"), lambda match, around: "хештег"),
        # 5 га: hectares only after a space, for 5га is "to five".
        Rule(
            re.compile(r"(?P<number>\d{1,9}(?:,\d{1,6})?) га\b"),
            lambda match, around: KYRGYZ_WORDS.hectares(match["number"]),
        ),
    )

    def number(self, number: Number, around: Around) -> str:
        sign = "минус " if number.negative else ""
        if number.fraction:
            counted = number.suffix and not is_ending(number.suffix)
            if number.point == "." and counted and int(number.fraction):
                return f"{sign}{self._code(number.whole)} чекит {ordinal(int(number.fraction))} {number.suffix}"
            return sign + self._with_suffix(self._decimal(number), number.suffix)
        if len(number.whole) > 1 and number.whole[0] == "0":
            return sign + self._with_suffix(self._code(number.whole), number.suffix)
        return sign + self._whole(int(number.whole), number.suffix, number.joint, around)

    def _whole(self, value: int, suffix: str, joint: str, around: Around) -> str:
        if not suffix:
            wants_ordinal = (
                joint
                or (1000 <= value <= 2100 and _YEAR.match(around.after))
                or (1 <= value <= 31 and _MONTH.match(around.after))
            )
            return ordinal(value) if wants_ordinal else cardinal(value)
        counted = _ORDINAL_ENDING.fullmatch(suffix)
        if counted:
            return self._with_suffix(ordinal(value), counted["rest"])
        together = _COLLECTIVE.fullmatch(suffix)
        if together and 0 < value < len(COLLECTIVES):
            rest = together["rest"]
            return attach(COLLECTIVES[value], rest) if is_ending(rest) else COLLECTIVES[value] + rest
        if suffix in ("сы", "си", "су", "сү"):
            # 2-си is the second one; 12си, as sounds go, can be twelve of them, 3сү cannot.
            said = cardinal(value)
            return put_possessive(said if not joint and said[-1] in NARROW else ordinal(value))
        if is_ending(suffix):
            return attach(cardinal(value), suffix)
        if len(suffix) == 1:
            return f"{ordinal(value)} {self.letters.get(suffix, suffix)}"
        if _MEASURING_ADJECTIVE.fullmatch(suffix) and suffix not in _NOT_MEASURING:
            return f"{cardinal(value)} {suffix}"
        return f"{ordinal(value)} {suffix}"

    def _decimal(self, number: Number) -> str:
        if number.point == ".":
            return f"{self._code(number.whole)} чекит {self._code(number.fraction)}"
        return decimal(int(number.whole), number.fraction)

    def _with_suffix(self, said: str, suffix: str) -> str:
        if len(suffix) == 1 and not is_ending(suffix):
            return f"{said} {self.letters.get(suffix, suffix)}"
        return attach(said, suffix, possessive=said in POSSESSIVE_ACRONYMS) if suffix else said

    def attach(self, said: str, suffix: str) -> str:
        return self._with_suffix(said, suffix)

    def measure(self, measure: Measure, around: Around) -> str:
        unit = UNITS[measure.unit]
        amount = measure.amount
        if measure.unit == "№":
            return self._numero(amount, measure.suffix)
        if measure.unit == "§":
            return self._paragraph(amount, measure.suffix)
        if isinstance(amount, Span):
            assert isinstance(amount.first, Number)
            assert isinstance(amount.last, Number)
            first, last = put(self._quantity(amount.first), Ending.ABLATIVE), self._quantity(amount.last)
            if not measure.suffix and _BETWEEN.match(around.after):
                both = f"{self._quantity(amount.first)} менен {self._scaled(last, measure.scale)}"
                return put(self._of_unit(both, unit), Ending.GENITIVE)
            said = self._of_unit(f"{first} {self._scaled(last, measure.scale)}", unit)
            if measure.suffix:
                return attach(said, measure.suffix)
            return put(said, Ending.DATIVE) + ("" if re.match(r"\s*чейин", around.after) else " чейин")
        coin = COINS.get(measure.unit)
        if coin and len(amount.fraction) == 2 and not measure.scale:
            said = f"{self._sign(amount)}{cardinal(int(amount.whole))} {unit}"
            if int(amount.fraction):
                said += f" {cardinal(int(amount.fraction))} {coin}"
        else:
            said = self._of_unit(self._scaled(self._quantity(amount), measure.scale), unit)
        return self._with_suffix(said, measure.suffix)

    def _of_unit(self, amount: str, unit: str) -> str:
        return unit.replace("{}", amount) if "{}" in unit else f"{amount} {unit}"

    def _scaled(self, amount: str, scale: str) -> str:
        return f"{amount} {SCALES[scale]}" if scale else amount

    def _sign(self, number: Number) -> str:
        return "минус " if number.negative else ""

    def _quantity(self, number: Number) -> str:
        """An amount: here a point is a decimal sign, too."""
        whole = int(number.whole)
        return self._sign(number) + (decimal(whole, number.fraction) if number.fraction else cardinal(whole))

    def _numero(self, amount: Number | Span, suffix: str) -> str:
        if isinstance(amount, Span):
            assert isinstance(amount.first, Number)
            assert isinstance(amount.last, Number)
            said = f"номер {self._quantity(amount.first)} — {self._quantity(amount.last)}"
        else:
            said = f"номер {self.say_plain(amount.whole)}"
            if amount.fraction:
                said += f" чекит {self._code(amount.fraction)}"
        return self._with_suffix(said, suffix)

    def _paragraph(self, amount: Number | Span, suffix: str) -> str:
        if isinstance(amount, Span):
            assert isinstance(amount.first, Number)
            assert isinstance(amount.last, Number)
            first, last = ordinal(int(amount.first.whole)), ordinal(int(amount.last.whole))
            return f"{put(first, Ending.ABLATIVE)} {last} параграфка чейин"
        number = self._decimal(amount) if amount.fraction else ordinal(int(amount.whole))
        said = f"{number} параграф"
        return self._with_suffix(said, suffix)

    def span(self, span: Span, around: Around) -> str:
        first, last = span.first, span.last
        if isinstance(first, Clock) and isinstance(last, Clock):
            lead = "" if around.before.rstrip().lower().endswith("саат") else "саат "
            if not last.suffix and _BETWEEN.match(around.after):
                return f"{lead}{self._hour(first)} менен {put(self._hour(last), Ending.GENITIVE)}"
            said = f"{lead}{put(self._hour(first), Ending.ABLATIVE)} {put(self._hour(last), Ending.DATIVE)}"
            return said + self._until(around, last.suffix)
        if isinstance(first, Date) and isinstance(last, Date):
            from_day = attach(self._day(first), "нан", possessive=first.year is not None)
            same = first.year == last.year
            to_day = self._day(last) if not same else f"{ordinal(last.day)} {MONTHS_POSSESSED[last.month - 1]}"
            return attach(f"{from_day} {to_day}", "на", possessive=True) + self._until(around, last.suffix)
        assert isinstance(first, Number)
        assert isinstance(last, Number)
        return self._span_of_numbers(first, last, around)

    def _span_of_numbers(self, first: Number, last: Number, around: Around) -> str:
        plain = Number(last.whole, last.fraction, "", "", last.negative, last.point)
        suffix = last.suffix
        if first.fraction or last.fraction:
            pair = self._quantity(first), self._quantity(plain)
        elif (suffix and not is_ending(suffix) and not _MEASURING_ADJECTIVE.fullmatch(suffix)) or (
            _YEAR.match(around.after) or _YEARS.match(around.after)
        ):
            if suffix and _ORDINAL_ENDING.fullmatch(suffix):
                suffix = ""
            said = f"{ordinal(int(first.whole))} — {ordinal(int(last.whole))}"
            return f"{said} {suffix}" if suffix else said
        else:
            pair = self._quantity(first), self._quantity(plain)
        if not suffix and _BETWEEN.match(around.after):
            return f"{pair[0]} менен {put(pair[1], Ending.GENITIVE)}"
        if suffix and not (is_ending(suffix) and re.match(r"\s*чейин", around.after)):
            return f"{pair[0]} — {attach(pair[1], suffix)}"
        if re.match(r"\s[а-яёңөү]", around.after) and not re.match(r"\s*чейин", around.after):
            return f"{pair[0]} — {pair[1]}"
        return f"{put(pair[0], Ending.ABLATIVE)} {put(pair[1], Ending.DATIVE)}" + self._until(around, "")

    def _until(self, around: Around, suffix: str) -> str:
        return "" if re.match(r"\s*чейин", around.after) else " чейин"

    def date(self, date: Date, around: Around) -> str:
        said = self._day(date)
        suffix = "" if date.suffix in ("ж", "жыл", "жылы", "г") else date.suffix
        return attach(said, suffix, possessive=date.year is not None) if suffix else said

    def _day(self, date: Date) -> str:
        if date.year is None:
            return f"{ordinal(date.day)} {MONTHS[date.month - 1]}"
        return f"{ordinal(date.year)} жылдын {ordinal(date.day)} {MONTHS_POSSESSED[date.month - 1]}"

    def clock(self, clock: Clock, around: Around) -> str:
        after_hour_word = around.before.rstrip().lower().endswith("саат")
        lead = "" if after_hour_word or clock.minute or clock.second is not None else "саат "
        return lead + self._with_suffix(self._hour(clock), clock.suffix)

    def _hour(self, clock: Clock) -> str:
        if clock.second is not None:
            return f"{cardinal(clock.hour)} саат {cardinal(clock.minute)} мүнөт {cardinal(clock.second)} секунд"
        if not clock.minute:
            return cardinal(clock.hour)
        zero = "нөл " if clock.minute < 10 else ""
        return f"{cardinal(clock.hour)} {zero}{cardinal(clock.minute)}"

    def roman(self, roman: Roman, around: Around) -> str | None:
        few = all(letter in _NUMERAL_LETTERS for letter in roman.written)
        counted = roman.suffix or _COUNTED_BY_ROMAN.match(around.after)
        if not counted and not (few and len(roman.written) > 1):
            return None
        if not roman.suffix:
            return ordinal(roman.value)
        if is_ending(roman.suffix):
            return attach(ordinal(roman.value), roman.suffix)
        return self._whole(roman.value, roman.suffix, "-", around)

    def fraction(self, numerator: int, denominator: int, around: Around) -> str:
        if (numerator, denominator) == (1, 2) and re.match(r"\s?бөлү", around.after):
            return "экиден бир"
        return fraction(numerator, denominator)

    def mixed_number(self, whole: int, numerator: int, denominator: int, around: Around) -> str:
        if (numerator, denominator) == (1, 2):
            return f"{cardinal(whole)} жарым"
        return f"{cardinal(whole)} бүтүн {fraction(numerator, denominator)}"

    def full_date(self, written: str) -> str | None:
        day, month, year = map(int, written.split("."))
        return self._day(Date(day, month, year)) if 1 <= month <= 12 and 1 <= day <= 31 else None

    def hectares(self, written: str) -> str:
        whole, _, decimals = written.partition(",")
        return f"{self._quantity(Number(whole, decimals))} гектар"

    def ratio(self, left: Number, right: Number, *, division: bool) -> str:
        if division:
            return f"{self._quantity(left)} бөлүү {self._quantity(right)}"
        return f"{put(self._quantity(left), Ending.DATIVE)} {self._quantity(right)}"

    def acronym(self, written: str, around: Around) -> str | None:
        small = written.lower()
        if len(small) <= 4 and _NO_SYLLABLES.search(small):
            return "-".join(self.letters.get(letter, letter) for letter in small)
        said = super().acronym(written, around)
        return said and said.replace(" ", "-")

    def power(self, exponent: str) -> str:
        return {"2": "квадрат", "3": "куб"}.get(exponent, f"{ordinal(int(exponent))} даражада")

    def single_letter(self, letter: str, around: Around) -> str | None:
        """No Kyrgyz word is one consonant long; a vowel sounds like its name."""
        return None if letter.lower() in "аоуиэыеёюяөү" else self.letters.get(letter.lower())


def _year_word(written: str, after: str) -> str:
    """``1991-ж.``: in that year; of it before its day (``2025-ж. 15-майы``)."""
    if written == "жж":
        return "жылдары"
    return "жылдын" if _DAY_OF_YEAR.match(after) else "жылы"


def _power(base: str, exponent: str) -> str | None:
    if exponent in ("2", "3"):
        return None
    return f"{put(cardinal(int(base)), Ending.GENITIVE)} {ordinal(int(exponent))} даражасы"


KYRGYZ_WORDS: Kyrgyz = Kyrgyz()
