"""What stands in a text: numbers, dates, amounts, addresses, foreign words, signs. Found alike in every language.

`Recogniser` holds the patterns of one language in the order in which they are tried at the beginning of every word and
sign; the first that matches and has something to say takes its whole match. Every pattern is bounded or possessive, so
that the work stays proportional to the length of the text, whatever it holds.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date as calendar_date
from functools import cache
from itertools import groupby
from typing import Final
from unicodedata import category

from builder.model.language import ENGLISH, LanguageTag, primary_language
from builder.sentences.abbreviations import MAY_END, YEARS
from media_pipeline.speech.normalisation.language import Language, find_language
from media_pipeline.speech.normalisation.scripts import (
    CYRILLIC,
    LATIN,
    NEIGHBOURS,
    guess_cyrillic_language,
)
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number, Roman, Span
from media_pipeline.speech.normalisation.utterance import Utterance
from media_pipeline.speech.normalisation.words import Words

Handler = Callable[[re.Match[str], Around, Utterance], bool]
"""Adds what is said for the match; False when this is no case for it."""

_NEAR: Final = 80
_LONGEST_NUMBER: Final = 15
_LETTER: Final = f"{LATIN}{CYRILLIC}"
_DASH: Final = r"(?:\s?–\s?|\s-\s|-|\s?(?:…|\.\.\.?)\s?)"
_TOP_LEVEL: Final = "kg|ru|kz|uz|tj|com|org|net|edu|gov|int|info|io|dev|app|me|tv|eu|uk|de|us|рф"
_FILE_ENDINGS: Final = (
    "txt|md|docx?|xlsx?|pptx?|pdf|odt|ods|odp|rtf|csv|html?|css|js|json|xml|toml|ya?ml|py|java|cpp|epub|brf|pef|fb2"
    "|jpe?g|png|gif|svg|bmp|webp|mp[34]|wav|ogg|opus|m4[ab]|avi|mkv|mov|webm|zip|rar|7z|tar|gz|exe|apk|iso|bat|sh|ini|vtt"
)
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
_EMOJI: Final = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[#*0-9]\u20e3|[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]"
    "[\U0001f3fb-\U0001f3ff]?(?:\u200d[\U0001f000-\U0001faff\u2600-\u27bf][\U0001f3fb-\U0001f3ff]?){0,6})"
)
_VULGAR: Final = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅐": (1, 7),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
_SMALL_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_ROMAN_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_LOOK: Final = str.maketrans("ХІ", "XI")
_ROMAN: Final = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_PAUSES: Final = {"(": ",", ")": ",", "[": ",", "]": ",", "{": ",", "}": ",", "–": "—", "•": ",", "·": ",", "/": ",",
                  "|": ",", "\\": ","}  # fmt: skip


class Recogniser:
    """The patterns of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._terms: re.Pattern[str] | None = None
        self._said: Mapping[str, Words] = {}
        self.tag: LanguageTag = primary_language(language.tag)
        self._own = CYRILLIC if self.tag != ENGLISH else LATIN
        small = "".join(dict.fromkeys(language.alphabet))
        suffix = f"(?:(?P<joint>[-'])?(?P<suffix>[{small}]{{1,24}}+)(?![{_LETTER}]))"
        comma = r"\d{1,3}+(?:,\d{3})++(?!\d)" if not language.decimal_comma else r"\d{1,3}+(?:\.\d{3}){2,}+(?!\d)"
        number = rf"(?:\d{{1,3}}+(?: \d{{3}}(?!\d))++|{comma}|\d++)"
        decimal = rf"(?:{number}(?:{'[.,]' if language.decimal_comma else '[.]'}\d{{1,15}}+(?![.,]?\d))?)"
        amount = f"(?:[-−+±]?{decimal})"
        span = rf"(?P<first>{amount}){_DASH}(?P<last>{amount})(?![-–]\d)"
        one_or_two = rf"(?:{span}|(?P<only>{amount}))"
        clock = r"(?:[01]?\d|2[0-3])[:][0-5]\d(?::[0-5]\d)?(?![:\d])"
        date = (
            r"(?:\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}-\d{4}|\d{1,2}/\d{1,2}/\d{4})"
            r"(?![\d]|[-./]\d)"
        )
        scale = f"(?:\\s?(?P<scale>{_any(language.scales)})(?![{_LETTER}]))" if language.scales else "(?P<scale>(?!))"
        worded = _any(one for one in language.units if one[0].isalpha())
        before = _any(one for one in language.units if _stands_before(one))
        signs = _any(one for one in language.units if not one[0].isalpha() and one not in "№§")
        far = rf"(?:[-'](?P<far>[{small}]{{1,16}}+)(?![{_LETTER}]))"
        near = rf"(?:[-']?(?P<near>[{small}]{{1,16}}+)(?![{_LETTER}]))"
        complete = "".join(rf"(?<!\b{one})" for one in sorted(language.full_units))
        dot = rf"(?:{complete}\.(?=\s[{small}]|[,;:)]))"
        self._classes: list[tuple[re.Pattern[str], Handler]] = []

        def on(pattern: str, handler: Handler) -> None:
            self._classes.append((re.compile(pattern), handler))

        for rule in language.rules:
            self._classes.append((rule.pattern, self._rule(rule.say)))
        self._abbreviations = {re.sub(r"\s", "", key): said for key, said in language.abbreviations.items()}
        if language.abbreviations:
            keys = _any(language.abbreviations, spaces=r"\s?")
            on(rf"(?P<key>{keys})(?![{_LETTER}\d])", self._abbreviation)
        literal = [one for one in language.latin_words if not one.replace("-", "").replace(" ", "").isalpha()]
        if literal:
            on(rf"(?i:(?P<key>{_any(literal)}))(?![{_LETTER}\d]){suffix}?", self._literal)
        on(rf"(?:https?://|ftp://|www\.)[^\s<>\"«»“”„]{{1,2000}}(?<![.,;:!?)\]])|[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,8}}"
           rf"|[A-Za-zа-я0-9][\w-]{{0,62}}(?:\.[\w-]{{1,63}}){{0,6}}\.(?:{_TOP_LEVEL})(?![\w])(?:/[^\s<>\"«»“”„]{{0,2000}}(?<![.,;:!?)\]]))?",
           self._address)  # fmt: skip
        on(rf"[\w-]{{1,100}}\.(?i:{_FILE_ENDINGS})(?!\w)|(?<!\w)\.(?i:{_FILE_ENDINGS})(?!\w)", self._address)
        on(r"(?<=[«\"“„'])(?P<quoted>[^\w\s«»\"“”„]{1,3}+|_)(?=[»\"”'])", self._quoted_signs)
        on(rf"(?P<first>{clock}){_DASH}(?P<last>{clock}){suffix}?", self._clock_span)
        on(rf"(?P<clock>{clock}){suffix}?", self._clock)
        on(rf"(?P<first>{date}){_DASH}(?P<last>{date}){suffix}?", self._date_span)
        on(rf"(?P<date>{date})(?:T(?=\d\d:))?{suffix}?", self._date)
        on(r"(?P<plus>\+)(?P<body>\d{1,3}(?:[ -]?\(\d{2,5}\))?(?:[ -]?\d{2,4}){2,5}+)(?!\d)"
           r"|(?P<local>\(?0\d{2,4}\)?(?:[ -]\d{2,3}){2,4}+)(?![\d-])"
           r"|(?P<short>\d{2,4}-\d{2}-\d{2}(?:-\d{2})?|\d{1,7}+(?:-\d{1,7}){2,}+)(?![\d-])",
           self._telephone)  # fmt: skip
        on(r"(?P<digits>\d{1,64})(?P<base>[₂₃₄₅₆₇₈]|₁₀|₁₆)(?![₀-₉])", self._in_base)
        on(rf"v?(?P<version>\d{{1,9}}(?:\.\d{{1,9}}){{2,}}+)(?!\w){suffix}?", self._version)
        if language.units:
            on(rf"(?P<unit>{before})\s?{one_or_two}{scale}?{suffix}?", self._measure)
            on(rf"{one_or_two}{scale}?\s?(?P<unit>{signs}){near}?(?!\w)", self._measure)
            on(rf"{one_or_two}{scale}?\s?(?P<unit>{worded})(?![{_LETTER}²³]){far}?{dot}?", self._measure)
        on(rf"(?P<first>{amount}){_DASH}(?P<last>{amount})(?![-–]\d){suffix}?", self._span)
        on(rf"(?P<left>{decimal})\s?:\s?(?P<right>{decimal})(?!\s?:|\d)", self._ratio)
        on(r"\^\s?\{?(?P<power>\d{1,9}+)\}?", self._caret)
        on(r"(?P<above>\d{1,3})\s?[/⁄]\s?(?P<below>\d{1,3})(?![\d/⁄]|[.,]\d)", self._fraction)
        on(rf"(?:(?P<whole>\d{{1,3}})\s?)?(?P<vulgar>[{''.join(_VULGAR)}])", self._vulgar)
        on(rf"(?P<only>{amount})(?:{suffix}|(?P<hanging>-)(?=[,;\s]))?(?:-?(?P<label>[{small.upper()}])(?![{_LETTER}]))?",
           self._number)  # fmt: skip
        on(r"U\+(?P<code>[0-9A-F]{4,6})(?!\w)", self._code_point)
        on(r"(?P<small>[⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉]{1,15})", self._small_digits)
        on(_EMOJI, self._emoji)
        on(rf"(?P<roman>[IVXLCDMХІ]{{1,12}}+)(?:(?P<joint>[-'])?(?P<suffix>[{small}]{{1,24}}+))?(?![{_LETTER}])",
           self._roman)  # fmt: skip
        capital = f"[{small.upper()}]"
        on(rf"(?:{capital}\.[ ]?){{1,3}}(?={capital}[{small}]{{2}})|(?:{capital}\.[ ]?){{1,2}}{capital}\.(?!\w)",
           self._initials)  # fmt: skip
        if self.tag == ENGLISH:
            on(f"[{CYRILLIC}]++(?:['-][{CYRILLIC}]++)*+(?:[ ][{CYRILLIC}]++(?:['-][{CYRILLIC}]++)*+)*+", self._cyrillic)
            on(f"[{LATIN}]++(?:['-][{LATIN}]++)*+", self._own_word)
        else:
            on(rf"(?P<phrase>[{LATIN}]++(?:['-][{LATIN}]++)*+(?:[ ][{LATIN}]++(?:['-][{LATIN}]++)*+)*+){suffix}?",
               self._latin)  # fmt: skip
            on(f"[{CYRILLIC}]++(?:['-][{CYRILLIC}]++)*+", self._own_word)
        on(r"(?P<other>[^\W\d_]++)", self._other_script)
        on(r"(?P<dots>\.{2,}+|…+)", self._dots)
        on(r"\s[-–](?=\s)|[-–](?=\s)", self._dash)
        on(r".", self._sign)

    def say(self, text: str, position: int, utterance: Utterance) -> int:
        """Says what begins at `position` (not a space), and tells where it ends."""
        if self._terms is not None:
            match = self._terms.match(text, position)
            if match is not None:
                self._term(match, utterance)
                return match.end()
        for pattern, handler in self._classes:
            match = pattern.match(text, position)
            if match is not None and match.end() > position:
                around = Around(text[max(0, position - _NEAR) : position], text[match.end() : match.end() + _NEAR])
                if handler(match, around, utterance):
                    return match.end()
        return position + 1

    def with_terms(self, terms: Mapping[str, Words]) -> "Recogniser":
        """The same, with words whose pronunciation is given. A term in small letters is found in any letter case."""
        if not terms:
            return self
        small = "".join(dict.fromkeys(self.language.alphabet))
        alternatives = "|".join(
            f"(?i:{re.escape(term)})" if term == term.lower() else re.escape(term)
            for term in sorted(terms, key=lambda one: (-len(one), one))
        )
        other = copy(self)
        other._said = terms
        other._terms = re.compile(
            rf"(?P<term>{alternatives})(?:(?P<joint>[-'])(?P<suffix>[{small}]{{1,16}}+)(?!\w)"
            rf"|(?<=[A-ZА-ЯҢӨҮ])(?P<ending>[{small}]{{1,16}}+)(?!\w)|(?!\w))"
        )
        return other

    def _term(self, match: re.Match[str], utterance: Utterance) -> None:
        said = self._said.get(match["term"]) or self._said[match["term"].lower()]
        ending = match["suffix"] or match["ending"]
        if not ending:
            utterance.add(said.language, said.text)
        elif said.language == self.tag:
            utterance.add(self.tag, self.language.attach(said.text, ending))
        else:
            utterance.add(said.language, said.text)
            if len(ending) > 1:
                utterance.add(self.tag, ending)

    # What the language says itself.

    def _rule(self, say: Callable[[re.Match[str], Around], str | None]) -> Handler:
        def handle(match: re.Match[str], around: Around, utterance: Utterance) -> bool:
            said = say(match, around)
            if said is not None:
                utterance.add(self.tag, said)
            return said is not None

        return handle

    def _abbreviation(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        written = re.sub(r"\s", "", match["key"])
        utterance.add(self.tag, self._abbreviations[written])
        may_end = written.lower().rstrip(".") in MAY_END | YEARS or not around.after.strip(" \"'»”)]")
        if written.endswith(".") and may_end and _ends_sentence(around.after):
            utterance.pause(".")
        return True

    def _literal(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        said = self.language.latin_words[match["key"].lower()]
        utterance.add(self.tag, self.language.attach(said, match["suffix"]) if match["suffix"] else said)
        return True

    # Numbers and what is made of them.

    def _number(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        joint = "-" if match["hanging"] else match["joint"] or ""
        number = self._read(match["only"], around, match["suffix"] or "", joint)
        if match["only"][0] in "+±":
            utterance.add(self.tag, self.language.spoken_signs.get(match["only"][0], ""))
        utterance.add(self.tag, self._say_number(number, around))
        if match["label"]:
            letter = match["label"].lower()
            utterance.add(self.tag, self.language.letters.get(letter, letter))
        return True

    def _say_number(self, number: Number, around: Around) -> str:
        if len(number.whole) > _LONGEST_NUMBER or len(number.fraction) > _LONGEST_NUMBER:
            fraction = f" {self.language.signs['.']} {self.language.digits(number.fraction)}" if number.fraction else ""
            return f"{self.language.digits(number.whole)}{fraction} {number.suffix}"
        return self.language.number(number, around)

    def _read(self, written: str, around: Around, suffix: str = "", joint: str = "") -> Number:
        """`written` as the pattern `amount` matched it. A hyphen right after a word is no minus (``COVID-19``)."""
        minus = written[0] in "-−" and (written[0] == "−" or not around.before[-1:].isalnum())
        written = written.lstrip("+-−±")
        digits = written.replace(" ", "")
        if self.language.decimal_comma:
            digits = digits.replace(".", "") if digits.count(".") > 1 else digits
        else:
            digits = digits.replace(",", "")
        for point in ".,":
            whole, found, fraction = digits.partition(point)
            if found:
                return Number(whole, fraction, suffix, joint, minus, point)
        return Number(digits, "", suffix, joint, minus, grouped=digits != written)

    def _short(self, *numbers: Number) -> bool:
        return all(len(one.whole) <= _LONGEST_NUMBER and len(one.fraction) <= _LONGEST_NUMBER for one in numbers)

    def _amount(self, match: re.Match[str], around: Around) -> Number | Span | None:
        if match["only"]:
            only = self._read(match["only"], around)
            return only if self._short(only) else None
        first, last = self._read(match["first"], around), self._read(match["last"], Around("1"))
        return Span(first, last) if self._short(first, last) else None

    def _measure(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        amount = self._amount(match, around)
        if amount is None:
            return False
        groups = match.groupdict()
        suffix = groups.get("near") or groups.get("far") or groups.get("suffix") or ""
        written = match["only"] or match["first"]
        if written[0] in "+±":
            utterance.add(self.tag, self.language.spoken_signs.get(written[0], ""))
        measure = Measure(amount, match["unit"], suffix, groups.get("scale") or "")
        utterance.add(self.tag, self.language.measure(measure, around))
        return True

    def _span(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        first = self._read(match["first"], around)
        last = self._read(match["last"], Around("1"), match["suffix"] or "", match["joint"] or "")
        if not self._short(first, last):
            return False
        between = match[0][len(match["first"]) : match.start("last") - match.start()]
        if around.before.endswith("-") or (match[0][0] == "-" and around.before[-1:].isalnum()):
            return False
        if between != between.strip() and _is_formula(around):
            minus = self.language.spoken_signs.get("−", "")
            said = [self.language.number(first, Around()), minus, self.language.number(last, around)]
            utterance.add(self.tag, " ".join(said))
        else:
            utterance.add(self.tag, self.language.span(Span(first, last), around))
        return True

    def _ratio(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        """``21 : 1``, and ``90 : 15 = 6``, which is a division."""
        left, right = self._read(match["left"], Around()), self._read(match["right"], Around("1"))
        if not self._short(left, right):
            return False
        utterance.add(self.tag, self.language.ratio(left, right, division="=" in around.after[:3]))
        return True

    def _code_point(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        """``U+04E9``."""
        language = self.language
        names = [language.digits(one) if one.isdecimal() else language.letters[one.lower()] for one in match["code"]]
        utterance.add(self.tag, " ".join([language.letters["u"], language.spoken_signs["+"], *names]))
        return True

    def _in_base(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        utterance.add(self.tag, self.language.in_base(match["digits"], match["base"].translate(_SMALL_DIGITS)))
        return True

    def _caret(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        utterance.add(self.tag, self.language.power(match["power"]))
        return True

    def _quoted_signs(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        """A sign that is spoken of: «?»."""
        names = [self.language.signs.get(sign) for sign in match["quoted"]]
        if None in names:
            return False
        utterance.add(self.tag, " ".join(name for name in names if name))
        return True

    def _fraction(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        above, below = int(match["above"]), int(match["below"])
        if not 0 < above < below or match["above"][0] == "0" or match["below"][0] == "0":
            return False
        utterance.add(self.tag, self.language.fraction(above, below, around))
        return True

    def _vulgar(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        if match["whole"]:
            utterance.add(self.tag, self.language.mixed_number(int(match["whole"]), *_VULGAR[match["vulgar"]], around))
        else:
            utterance.add(self.tag, self.language.fraction(*_VULGAR[match["vulgar"]], around))
        return True

    def _small_digits(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        """Powers, indices and notes: ``x²``, ``H₂O``."""
        digits = match["small"].translate(_SMALL_DIGITS)
        raised = match["small"][0] not in "₀₁₂₃₄₅₆₇₈₉"
        utterance.add(self.tag, self.language.power(digits) if raised else self.language.digits(digits))
        return True

    def _clock(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        utterance.add(self.tag, self.language.clock(_read_clock(match["clock"], match["suffix"] or ""), around))
        return True

    def _clock_span(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        first, last = _read_clock(match["first"]), _read_clock(match["last"], match["suffix"] or "")
        utterance.add(self.tag, self.language.span(Span(first, last), around))
        return True

    def _date(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        date = self._read_date(match["date"], match["suffix"] or "")
        if date is not None:
            utterance.add(self.tag, self.language.date(date, around))
        return date is not None

    def _date_span(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        first, last = self._read_date(match["first"]), self._read_date(match["last"], match["suffix"] or "")
        if first is None or last is None:
            return False
        utterance.add(self.tag, self.language.span(Span(first, last), around))
        return True

    def _read_date(self, written: str, suffix: str = "") -> Date | None:
        parts = re.split(r"[./-]", written)
        if len(parts[0]) == 4:
            parts = parts[::-1]
        elif "/" in written and self.language.month_first and int(parts[0]) <= 12:
            parts = [parts[1], parts[0], parts[2]]
        day, month, year = map(int, parts)
        if len(parts[2]) == 2:
            # Our choice: courses speak of this century, birthdays of the last.
            year += 2000 if year < 70 else 1900
        try:
            calendar_date(year, month, day)
        except ValueError:
            return None
        return Date(day, month, year, suffix)

    def _telephone(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        groups = re.findall(r"\d+", match["body"] or match["local"] or match["short"])
        if match["plus"] and not 7 <= sum(map(len, groups)) <= 15:
            return False
        utterance.add(self.tag, self.language.telephone(groups, bool(match["plus"]), around))
        return True

    def _version(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        parts = match["version"].split(".")
        grouped = self.language.decimal_comma and _GROUPED.fullmatch(match["version"])
        if grouped and not (len(parts) == 4 and all(int(part) < 256 for part in parts)):
            return False
        said = self.language.version(parts, around)
        utterance.add(self.tag, self.language.attach(said, match["suffix"]) if match["suffix"] else said)
        return True

    def _roman(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        letters = match["roman"].translate(_ROMAN_LOOK)
        if not _ROMAN.fullmatch(letters):
            return False
        said = self.language.roman(Roman(_roman_value(letters), match["roman"], match["suffix"] or ""), around)
        if said is not None:
            utterance.add(self.tag, said)
        return said is not None

    # Words.

    def _initials(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        letters = [one for one in match[0] if one.isalpha()]
        utterance.add(self.tag, self.language.initials(letters, around))
        if match[0].endswith(".") and _ends_sentence(around.after):
            utterance.pause(".")
        return True

    def _own_word(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        word = match[0].translate(NEIGHBOURS)
        utterance.add(self._voice_of(word), self._say_word(word, around))
        return True

    def _voice_of(self, word: str) -> LanguageTag:
        return self.tag if self.tag != "ru" or not re.search("[ңөүҢӨҮ]", word) else guess_cyrillic_language(word)

    def _say_word(self, word: str, around: Around) -> str:
        """A word as it stands, an acronym, or a single letter."""
        if len(word) == 1:
            return self.language.single_letter(word, around) or word
        capitals = _leading_capitals(word)
        rest = word[capitals:].lstrip("-'")
        if capitals < 2 or not (rest == "" or rest.islower()):
            return word
        head = word[:capitals]
        said = self.language.acronyms.get(head) or self.language.acronym(head, around)
        if said is None:
            return head.lower() + word[capitals:]
        return self.language.attach(said, rest) if rest else said

    def _latin(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        """Latin words in Cyrillic text: a phrase is read in English when one of its words is nothing but English."""
        words = re.split(" ", match["phrase"])
        suffix = match["suffix"] or ""
        said = [self.language.latin(word, "") for word in words]
        whole = self.language.latin_words.get(match["phrase"].lower())
        if whole is not None:
            utterance.add(self.tag, self.language.attach(whole, suffix) if suffix else whole)
            return True
        if len(words) > 1 and None in said:
            said = [None] * len(words)
        if suffix:
            said[-1] = self.language.latin(words[-1], suffix)
        for english, run in groupby(zip(words, said, strict=True), key=lambda pair: pair[1] is None):
            if english:
                _say_english(" ".join(word for word, _ in run), utterance)
            else:
                utterance.add(self.tag, " ".join(own for _, own in run if own is not None))
        return True

    def _cyrillic(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        """Cyrillic words in English text, in the language that their spelling shows."""
        language = find_language(guess_cyrillic_language(match[0]))
        assert language is not None
        if len(match[0]) == 1:
            utterance.add(language.tag, language.letters.get(match[0].lower(), match[0]))
            return True
        speak(match[0], recogniser_of(language), utterance)
        return True

    def _other_script(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        letters = match["other"]
        name = self.language.letters.get(letters.lower()) if len(letters) == 1 else None
        unknown = self.language.unknown_sign if len(letters) == 1 else self.language.unknown_word
        utterance.add(self.tag, name or unknown or self.language.unknown_word)
        return True

    def _address(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        from media_pipeline.speech.normalisation.spelling import say_address

        address = match[0]
        if re.fullmatch(r"[\d.,]+", address):
            return False
        say_address(address, self, utterance)
        return True

    # Signs.

    def _emoji(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        picture = match[0]
        name = self.language.emoji.get(picture) or self.language.emoji.get(picture[0])
        if name is None and len(picture) == 1:
            name = self.language.spoken_signs.get(picture)
        if not around.before.endswith(picture):
            utterance.add(self.tag, name or self.language.unknown_emoji)
        return True

    def _dots(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        utterance.pause("." if _ends_sentence(around.after) else ",")
        return True

    def _dash(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        operands = re.search(r"(?:\d|\b[A-Za-z]|\))\s?$", around.before) and re.match(
            r"\s?(?:\d|[A-Za-z]\b|\()", around.after
        )
        if operands and _is_formula(around):
            utterance.add(self.tag, self.language.spoken_signs.get("−", ""))
        else:
            utterance.pause("—", ours=True)
        return True

    def _sign(self, match: re.Match[str], around: Around, utterance: Utterance) -> bool:
        sign = match[0]
        if sign in self.language.spoken_signs:
            utterance.add(self.tag, self.language.spoken_signs[sign])
        elif sign in ".,;:?!":
            utterance.pause("," if around.after[:1].isalnum() else sign)
        elif sign in _PAUSES:
            utterance.pause(_PAUSES[sign], ours=True)
        return True


def _is_formula(around: Around) -> bool:
    """Whether a hyphen here is a minus: there are other signs of arithmetic near it."""
    return re.search(r"[=+×÷≤≥≈<>]", around.before[-40:] + around.after[:40]) is not None


def speak(text: str, recogniser: Recogniser, utterance: Utterance) -> None:
    """Says all of a tidy text."""
    position, end = 0, len(text)
    while position < end:
        if text[position].isspace():
            position += 1
        else:
            position = recogniser.say(text, position, utterance)


@cache
def recogniser_of(language: Language) -> Recogniser:
    """The patterns of a language, made once."""
    return Recogniser(language)


def _say_english(words: str, utterance: Utterance) -> None:
    english = find_language(ENGLISH)
    assert english is not None
    speak(words, recogniser_of(english), utterance)


def _any(words: Iterable[str], spaces: str = " ") -> str:
    """An alternation, longest first."""
    ordered = sorted(words, key=lambda one: (-len(one), one))
    return "(?:" + "|".join(re.escape(one).replace(r"\ ", spaces) for one in ordered) + ")"


def _stands_before(unit: str) -> bool:
    """``$5``, ``№ 5``, ``KGS 500``."""
    return category(unit[0]) == "Sc" or unit in "№§" or re.fullmatch("[A-Z]{3}", unit) is not None


def _leading_capitals(word: str) -> int:
    return next((index for index, letter in enumerate(word) if not letter.isupper()), len(word))


def _ends_sentence(after: str) -> bool:
    rest = after.lstrip(" \"'»”)]")
    return not rest or (after[:1] in ' \n"»”)]' and rest[0].isupper())


def _read_clock(written: str, suffix: str = "") -> Clock:
    parts = [int(one) for one in written.split(":")]
    return Clock(parts[0], parts[1], parts[2] if len(parts) > 2 else None, suffix)


def _roman_value(letters: str) -> int:
    values = [_ROMAN_DIGITS[one] for one in letters]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
