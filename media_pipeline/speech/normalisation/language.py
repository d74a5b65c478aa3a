"""How things are said in one language: what a language package provides to the shared recogniser.

How to add or deepen a language
-------------------------------
1. A package `media_pipeline.speech.normalisation.<name>` holds a subclass of `Language` and one instance of it named
   ``<NAME>_WORDS``: ``KYRGYZ_WORDS``, ``RUSSIAN_WORDS``, ``ENGLISH_WORDS``. `find_language` imports it when first used.
2. The shared code (`recognition.py`) finds numbers, dates, times, ranges, amounts, addresses and so on in the text and
   asks the language to say each. What a language says must itself be normal words: letters of its `alphabet`, spaces,
   punctuation, hyphens and apostrophes inside words; saying it again must change nothing.
3. What only this language has (``и т. д.``, ``2024/25 уч. г.``) goes into `abbreviations` (fixed words) or `rules`
   (a pattern and a function); both are tried before everything shared.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language
from media_pipeline.speech.normalisation.latin import write_in_cyrillic
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number, Roman, Span


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of one language, tried at the beginning of every word and sign. `say` gets the match and what stands
    around it and returns the words for all of the match, or None when this is not a case for the rule.

    The pattern must match in bounded time (no nested quantifiers) and at least one character."""

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str], Around], str | None]


class Language(ABC):
    """Everything a language must know so that the shared code can speak in it."""

    tag: LanguageTag
    alphabet: str
    """Small letters that words of this language may hold."""
    units: Collection[str]
    """Written forms that make a number an amount: ``кг``, ``%``, ``сом``, ``$``, ``№``, ``°C``. Case matters. Letters
    are found after the number, signs on either side; `measure` gets the form as listed here."""
    full_units: Collection[str] = ()
    """Units that are words in full, such as ``пункт``: a full stop after one ends a sentence, a short form's does not
    (``5 мин. калды``)."""
    scales: Collection[str] = ()
    """Written forms between a number and its unit: ``млн``, ``тыс.``, ``million``. One that may stand without a unit
    (``5 млн адам``) is listed among the units, too."""
    abbreviations: Mapping[str, str]
    """Written -> said: ``и т. д.`` -> ``и так далее``. Spaces in the key match any space or none; case matters. A full
    stop at the end of a sentence is kept in what is heard."""
    signs: Mapping[str, str]
    """The names of single characters, for computer text: ``.`` -> ``точка``, ``(``, ``_``, ``→``, ``+``."""
    spoken_signs: Mapping[str, str]
    """Signs that are words in running text, and how: ``+`` -> ``плюс``, ``→``, ``≤``, ``&``. Others are a pause."""
    letters: Mapping[str, str]
    """The names of small letters, of this alphabet and of the Latin one: ``б`` -> ``бэ``, ``x`` -> ``икс``."""
    emoji: Mapping[str, str]
    """The names of pictures in text (without variation selectors): ``👍`` -> ``большой палец вверх``."""
    unknown_emoji: str
    """What is said for another picture: ``смайлик``."""
    unknown_word: str
    """What is said in place of a word in a script that no voice of ours reads: ``слово на другом языке``."""
    capital_letter: str = ""
    """Said before a word that begins with a capital, in computer text only: ``баш тамга``, ``с заглавной``."""
    base_word: str
    """Between a number and the base that it is written in: ``1010₂`` -> ``бир нөл бир нөл негизи эки``."""
    unknown_sign: str = ""
    """What is said for a sign without a name, in computer text: ``белги``."""
    latin_words: Mapping[str, str] = {}
    """For languages in Cyrillic: small Latin letters -> as people here say it: ``google`` -> ``гугл``, ``c++``,
    ``google docs``. A Latin word that is not here is left to the English voice."""
    latin_acronyms: Mapping[str, str] = {}
    """The same for capital letters: ``PDF`` -> ``пэ дэ эф``; another one is said by `latin_letters`."""
    latin_letters: Mapping[str, str] = {}
    """The names of small Latin letters inside an acronym (``USB``: ``ю эс би``)."""
    acronyms: Mapping[str, str] = {}
    """Acronyms in this language's own letters: ``КР`` -> ``Кыргыз Республикасы``. Another one is said letter by letter
    when it cannot be read as a word (see `acronym`)."""
    rules: Sequence[Rule] = ()
    month_first: bool = False
    """Whether ``1/9/2025`` is the ninth of January."""
    decimal_comma: bool = True
    """Whether ``3,5`` is three and a half and ``3,500`` is not a grouped thousand."""

    @abstractmethod
    def number(self, number: Number, around: Around) -> str:
        """A whole number (at most 15 digits), a decimal, an ordinal: as the suffix and the neighbours demand."""

    @abstractmethod
    def measure(self, measure: Measure, around: Around) -> str: ...

    @abstractmethod
    def span(self, span: Span, around: Around) -> str: ...

    @abstractmethod
    def date(self, date: Date, around: Around) -> str: ...

    @abstractmethod
    def clock(self, clock: Clock, around: Around) -> str: ...

    @abstractmethod
    def roman(self, roman: Roman, around: Around) -> str | None:
        """The numeral in words, or None when the letters are no numeral here."""

    @abstractmethod
    def fraction(self, numerator: int, denominator: int, around: Around) -> str:
        """``½``, ``3/4`` (both at most 999)."""

    def repeat_sign(self, name: str, count: int) -> str:
        """The name of a sign that stands `count` times, in computer text; also the spaces a line begins with."""
        return f"{self.say_plain(str(count))} {name}"

    def attach(self, said: str, suffix: str) -> str:
        """`said` with an ending written at it (``Word'догу``, ``ИИнин``, ``PDF-ом``), joined as it sounds."""
        return said + suffix

    def mixed_number(self, whole: int, numerator: int, denominator: int, around: Around) -> str:
        """``2½``."""
        return f"{self.say_plain(str(whole))} {self.fraction(numerator, denominator, around)}"

    def ratio(self, left: Number, right: Number, *, division: bool) -> str:
        """``21 : 1``; `division` where a result follows."""
        sign = f" {self.spoken_signs['÷']} " if division else ", "
        return f"{self.number(left, Around())}{sign}{self.number(right, Around())}"

    def power(self, exponent: str) -> str:
        """What is said for the raised digits of ``x²``."""
        return f"{self.signs['^']} {self.say_plain(exponent)}"

    def initials(self, letters: Sequence[str], around: Around) -> str:
        """``А. С.`` before or after a surname."""
        return " ".join(self.letters.get(letter.lower(), letter) for letter in letters)

    def single_letter(self, letter: str, around: Around) -> str | None:
        """A letter of this alphabet that stands alone: its name, or None when it is a word (``в``, ``a``, ``I``)."""
        return None

    def acronym(self, written: str, around: Around) -> str | None:
        """Capital letters of this alphabet (``ЖОЖ``, ``МЧС``) said by letters, or None to read them as a word."""
        if any(letter in VOWELS for letter in written.lower()) or len(written) > 6:
            return None
        return " ".join(self.letters.get(letter, letter) for letter in written.lower())

    def latin(self, word: str, suffix: str) -> str | None:
        """A Latin word as people say it in this language; None leaves it to the English voice.

        With an ending of this language written at it (``Word'догу``) it is always said here, so that it sounds joined.
        """
        said = self.latin_words.get(word.lower()) or self.latin_acronyms.get(word.upper())
        if said is None and len(word) == 1:
            said = self.letters.get(word.lower())
        if said is None and ((word.isupper() and len(word) <= 5) or (word.isalpha() and not _READABLE.search(word))):
            said = "-".join(self.latin_letters.get(letter, letter) for letter in word.lower())
        if said is None and suffix:
            said = write_in_cyrillic(word)
        return said if said is None or not suffix else self.attach(said, suffix)

    def digits(self, digits: str) -> str:
        """One digit after another: codes, long numbers, telephone numbers."""
        return " ".join(self.number(Number(digit), Around()) for digit in digits)

    def in_base(self, digits: str, base: str) -> str:
        """``1001011₂``: digit by digit, as it is no number of ours; ``75₁₀`` as a number."""
        said = self.say_plain(digits) if base == "10" else self.digits(digits)
        return f"{said} {self.base_word} {self.say_plain(base)}"

    def version(self, parts: Sequence[str], around: Around) -> str:
        """``2.3.1``, ``192.168.0.1``: numbers with the name of the dot between them."""
        dot = f" {self.signs['.']} "
        return dot.join(self.digits(part) if part != "0" and part[0] == "0" else self.say_plain(part) for part in parts)

    def telephone(self, groups: Sequence[str], plus: bool, around: Around) -> str:
        """``+996 (555) 12-34-56``: group after group, zeros aloud, with commas for breath."""
        said = ", ".join(self._code(group) for group in groups)
        return f"{self.spoken_signs['+']} {said}" if plus else said

    def _code(self, digits: str) -> str:
        zeros = len(digits) - len(digits.lstrip("0"))
        rest = digits[zeros:]
        words = [self.say_plain("0")] * zeros + (
            [self.digits(rest) if len(rest) > 3 else self.say_plain(rest)] if rest else []
        )
        return " ".join(words)

    def say_plain(self, digits: str) -> str:
        """A whole number that stands alone."""
        return self.number(Number(digits), Around()) if len(digits) <= 15 else self.digits(digits)


_READABLE: Final = re.compile("[aeiouy]", re.IGNORECASE)
VOWELS: Final = frozenset("аеёиоөуүыэюяaeiouy")
_PACKAGES: Final = {KYRGYZ: "kyrgyz", RUSSIAN: "russian", ENGLISH: "english"}


@cache
def find_language(tag: LanguageTag) -> Language | None:
    """How to speak in a language; None for one that we have no words for."""
    name = _PACKAGES.get(primary_language(tag))
    if name is None:
        return None
    module = import_module(f"media_pipeline.speech.normalisation.{name}")
    language = getattr(module, f"{name.upper()}_WORDS")
    assert isinstance(language, Language)
    return language
