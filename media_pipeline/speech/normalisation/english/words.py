"""The English language of `language.py`."""

import re
from collections.abc import Sequence
from typing import Final

from builder.model.language import ENGLISH
from media_pipeline.speech.normalisation.english.numbers import cardinal, decade, fraction, ordinal, year
from media_pipeline.speech.normalisation.english.tables import (
    ABBREVIATIONS,
    ACRONYMS,
    COINS,
    EMOJI,
    LETTERS,
    MONTHS,
    SCALES,
    SIGNS,
    SPOKEN_SIGNS,
    UNITS,
)
from media_pipeline.speech.normalisation.language import VOWELS, Language, Rule
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number, Roman, Span

_COUNTED_NOUN: Final = re.compile(
    r"\s(?:[a-z-]+\s)?(?!(?:is|was|as|has|this|its|us|does|thus|plus|always)\b)[a-z]+[^s\W]s\b"
)
_MONTH: Final = "|".join([*MONTHS, r"(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.?(?=\s\d|,?\s[12]\d{3}|\b)"])
_BEFORE_NUMERAL: Final = re.compile(
    r"(?:chapter|part|section|war|act|volume|vol|book|unit|article|appendix|phase|type|class|title|level|grade|step"
    r"|figure|fig|table|module|lesson|stage|scene|paragraph|theorem|lemma|group|category|annex|semester|term|round)\.?\s$",
    re.IGNORECASE,
)
_RULER: Final = re.compile(
    r"(?:Henry|Peter|Nicholas|Alexander|Catherine|Elizabeth|Charles|George|Louis|William|Edward|Richard|James|John|Paul"
    r"|Pius|Benedict|Ivan|Napoleon|Philip|Frederick|Ramses|Leo|Gregory|Mary)\s$"
)
_NEXT_NUMERAL: Final = re.compile(r"[-–][IVX]{1,6}\b")
_DAY: Final = r"(?P<day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)?"


_BEFORE_NUMBER: Final = {"no": "number", "nos": "numbers", "p": "page", "pp": "pages"}


class English(Language):
    tag = ENGLISH
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    units = UNITS.keys()
    scales = SCALES.keys()
    abbreviations = ABBREVIATIONS
    acronyms = ACRONYMS
    signs = SIGNS
    spoken_signs = SPOKEN_SIGNS
    letters = LETTERS
    emoji = EMOJI
    unknown_emoji = "emoji"
    unknown_word = "a word in another script"
    base_word = "base"
    unknown_sign = "sign"
    capital_letter = "capital"
    decimal_comma = False
    rules = (
        # September 1, 2025
        Rule(
            re.compile(rf"(?P<month>{_MONTH})\s{_DAY}(?![\d:.%]\d|\d)(?:(?:,\s|\s)(?P<year>[12]\d{{3}})(?!\d))?"),
            lambda match, around: (
                f"{_month(match)} {ordinal(int(match['day']))}"
                + (f", {year(int(match['year']))}" if match["year"] else "")
            ),
        ),
        # 1 September 2025
        Rule(
            re.compile(rf"{_DAY}\s(?P<month>{_MONTH})(?:,?\s(?P<year>[12]\d{{3}})(?!\d))?(?!\w)"),
            lambda match, around: (
                ("" if around.before.endswith("the ") else "the ")
                + f"{ordinal(int(match['day']))} of {_month(match)}"
                + (f" {year(int(match['year']))}" if match["year"] else "")
            ),
        ),
        # 10:30 a.m.
        Rule(
            re.compile(
                r"(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\.?(?!\w)", re.IGNORECASE
            ),
            lambda match, around: (
                f"{_hours(int(match['hour']), int(match['minute'] or 0), bare=True)} {match['half'].upper()}-M"
                + ("." if match[0].endswith(".") and not around.after.strip() else "")
            ),
        ),
        Rule(
            re.compile(r"(?P<word>No|no|Nos|pp?|Pp?)\.\s?(?=\d)"),
            lambda match, around: _BEFORE_NUMBER[match["word"].lower()],
        ),
        # the 1990s
        Rule(re.compile(r"(?P<decade>\d{1,3}0)'?s(?!\w)"), lambda match, around: decade(int(match["decade"]))),
        # 1920×1080, in a size and not in a multiplication
        Rule(
            re.compile(r"(?P<width>\d{1,6})\s?×\s?(?P<height>\d{1,6})(?!\d|\s?=)"),
            lambda match, around: f"{cardinal(int(match['width']))} by {cardinal(int(match['height']))}",
        ),
        Rule(re.compile(r"#(?=\d)"), lambda match, around: "number"),
    )

    def number(self, number: Number, around: Around) -> str:
        sign = "minus " if number.negative else ""
        if number.fraction:
            zeros = len(number.whole) > 1 and number.whole[0] == "0"
            whole = self._code(number.whole) if zeros else cardinal(int(number.whole))
            said = f"{whole} point {self.digits(number.fraction)}"
            return sign + self._with_suffix(said, number.suffix)
        value = int(number.whole)
        if len(number.whole) > 1 and number.whole[0] == "0":
            return sign + self._with_suffix(self._code(number.whole), number.suffix)
        if number.suffix in ("st", "nd", "rd", "th"):
            return sign + ordinal(value)
        if number.suffix == "s" and value % 10 == 0:
            return sign + decade(value)
        is_year = (
            len(number.whole) == 4
            and not number.grouped
            and not _COUNTED_NOUN.match(around.after)
            and not number.negative
        )
        return sign + self._with_suffix(year(value) if is_year else cardinal(value), number.suffix)

    def _with_suffix(self, said: str, suffix: str) -> str:
        if not suffix:
            return said
        return f"{said}'s" if suffix == "s" else f"{said} {suffix}"

    def repeat_sign(self, name: str, count: int) -> str:
        if name == self.signs[" "]:
            return f"{cardinal(count)} {name if count > 1 else 'space'}"
        return f"{name} {cardinal(count)} times"

    def attach(self, said: str, suffix: str) -> str:
        return self._with_suffix(said, suffix)

    def digits(self, digits: str) -> str:
        return " ".join(cardinal(int(digit)) for digit in digits)

    def say_plain(self, digits: str) -> str:
        return cardinal(int(digits)) if len(digits) <= 15 else self.digits(digits)

    def measure(self, measure: Measure, around: Around) -> str:
        one, many = UNITS[measure.unit]
        amount = measure.amount
        if measure.unit in ("№", "§"):
            if isinstance(amount, Span):
                return f"{many} {self._span_of(amount)}"
            return f"{one} {self._quantity(amount)}"
        scale = f" {SCALES[measure.scale]}" if measure.scale else ""
        if isinstance(amount, Span):
            return self._with_suffix(f"{self._span_of(amount)}{scale} {many}", measure.suffix)
        coins = COINS.get(measure.unit)
        whole = int(amount.whole)
        if coins and len(amount.fraction) == 2 and not scale:
            cents = int(amount.fraction)
            said = f"{'minus ' if amount.negative else ''}{cardinal(whole)} {one if whole == 1 else many}"
            return f"{said} and {cardinal(cents)} {coins[0] if cents == 1 else coins[1]}" if cents else said
        adjective = around.after.startswith("-") or re.search(r"\b[Aa]n?\s$", around.before)
        single = (whole == 1 and not amount.fraction and not scale) or adjective
        return self._with_suffix(f"{self._quantity(amount)}{scale} {one if single else many}", measure.suffix)

    def _quantity(self, number: Number) -> str:
        sign = "minus " if number.negative else ""
        if number.fraction:
            return f"{sign}{cardinal(int(number.whole))} point {self.digits(number.fraction)}"
        return sign + cardinal(int(number.whole))

    def _span_of(self, span: Span) -> str:
        assert isinstance(span.first, Number)
        assert isinstance(span.last, Number)
        return f"{self._quantity(span.first)} to {self._quantity(span.last)}"

    def span(self, span: Span, around: Around) -> str:
        first, last = span.first, span.last
        if isinstance(first, Clock) and isinstance(last, Clock):
            return f"{self.clock(first, around)} to {self.clock(last, around)}"
        if isinstance(first, Date) and isinstance(last, Date):
            return f"{self.date(first, around)} to {self.date(last, around)}"
        assert isinstance(first, Number)
        assert isinstance(last, Number)
        return f"{self.number(first, Around(around.before, around.after))} to {self.number(last, around)}"

    def date(self, date: Date, around: Around) -> str:
        said = f"{'' if around.before.endswith('the ') else 'the '}{ordinal(date.day)} of {MONTHS[date.month - 1]}"
        return f"{said} {year(date.year)}" if date.year is not None else said

    def clock(self, clock: Clock, around: Around) -> str:
        said = _hours(clock.hour, clock.minute, bare=clock.second is not None)
        if clock.second is not None:
            seconds = f"{cardinal(clock.second)} second{'' if clock.second == 1 else 's'}"
            hours = f"{cardinal(clock.hour)} hour{'' if clock.hour == 1 else 's'}"
            said = f"{hours} {cardinal(clock.minute)} minute{'' if clock.minute == 1 else 's'} and {seconds}"
        return self._with_suffix(said, clock.suffix)

    def roman(self, roman: Roman, around: Around) -> str | None:
        if re.match(r"(?:[–-][IVXL]{1,7})?[\s-]centur", around.after):
            return ordinal(roman.value)
        if roman.suffix or not set(roman.written) <= set("IVXL") or re.match(r"[-–]\w", around.after):
            return cardinal(roman.value) if _NEXT_NUMERAL.match(around.after) and len(roman.written) > 1 else None
        if _RULER.search(around.before):
            return f"the {ordinal(roman.value)}"
        if _BEFORE_NUMERAL.search(around.before) or re.search(r"[IVX]{1,6}\s?(?:–|-|and)\s?$", around.before):
            return cardinal(roman.value)
        plain = (
            len(roman.written) > 1 and set(roman.written) <= set("IVX") and not re.match(r"\s[A-Z]{2}", around.after)
        )
        return cardinal(roman.value) if plain else None

    def fraction(self, numerator: int, denominator: int, around: Around) -> str:
        return fraction(numerator, denominator)

    def mixed_number(self, whole: int, numerator: int, denominator: int, around: Around) -> str:
        article = "a half" if (numerator, denominator) == (1, 2) else fraction(numerator, denominator)
        return f"{cardinal(whole)} and {article}"

    def ratio(self, left: Number, right: Number, *, division: bool) -> str:
        return f"{self._quantity(left)} {'divided by' if division else 'to'} {self._quantity(right)}"

    def power(self, exponent: str) -> str:
        return {"2": "squared", "3": "cubed"}.get(exponent, f"to the power of {cardinal(int(exponent))}")

    def acronym(self, written: str, around: Around) -> str | None:
        """Letter by letter (``P-D-F``), unless it must be a word in capitals: long, or among others."""
        readable = any(letter in VOWELS for letter in written.lower())
        among_capitals = re.match(r"[\s-][A-Z]{2,}\b", around.after) or re.search(r"\b[A-Z]{2,}[\s-]$", around.before)
        if readable and (len(written) > 5 or (among_capitals and len(written) > 3)):
            return None
        return _by_letters(written)

    def initials(self, letters: Sequence[str], around: Around) -> str:
        return _by_letters("".join(letters)) if len(letters) > 1 else self.letters[letters[0].lower()]

    def single_letter(self, letter: str, around: Around) -> str | None:
        """``vitamin A`` and ``a + b`` name the letter; elsewhere it is the article."""
        named = (letter == "A" and re.search(r"[a-z]\s$", around.before)) or (
            letter in "aA" and re.match(r"\s*[-+=≠≈≤≥−×÷<>,)]|\s?$", around.after)
        )
        return self.letters["a"] if named else None


def _month(match: re.Match[str]) -> str:
    return next(month for month in MONTHS if month.startswith(match["month"][:3]))


def _by_letters(written: str) -> str:
    """``P-D-F``: the hyphens keep the letters together, and an A from being read as the article."""
    small = written.lower()
    return "-".join([written[0].upper(), *(LETTERS[letter] for letter in small[1:])])


def _hours(hour: int, minute: int, *, bare: bool) -> str:
    if not minute:
        if bare:
            return cardinal(hour)
        return {0: "midnight"}.get(hour) or f"{cardinal(hour)} o'clock"
    return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"


ENGLISH_WORDS: Final = English()
