"""Roman numerals: where they are numbers in a Russian text, and how they are said."""

import re
from typing import Final

from media_pipeline.speech.normalisation.language import Rule
from media_pipeline.speech.normalisation.russian.amounts import ends_sentence, year_case
from media_pipeline.speech.normalisation.russian.context import Agreement
from media_pipeline.speech.normalisation.russian.following import next_noun
from media_pipeline.speech.normalisation.russian.government import find_governor
from media_pipeline.speech.normalisation.russian.nouns import read_noun
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender, cardinal, ordinal
from media_pipeline.speech.normalisation.russian.suffixes import say_with_suffix
from media_pipeline.speech.normalisation.things import Around, Roman

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
_M, _F = Gender.MASCULINE, Gender.FEMININE

_LETTERS: Final = "[IVXХІ]{1,7}"
_VALUES: Final = {"I": 1, "V": 5, "X": 10}

# Rulers and popes: the stem of the name, the ending that tells the case.
_RULER: Final = re.compile(
    "(?:Петр|Пётр|Павел|Павл|Николай|Никола|Александр|Иван|Иоанн|Карл|Людовик|Генрих|Филипп|Фридрих|Вильгельм|Наполеон"
    "|Георг|Яков|Ричард|Эдуард|Франциск|Бенедикт|Пий|Пи|Лев|Льв|Рамзес|Дарий|Дари|Мехмед|Мурад|Селим|Сулейман|Хосров"
    "|Тутмос|Аменхотеп|Фердинанд|Леопольд|Абдул-Хамид|Луи|Отто|Оттон|Федор|Фёдор|Василий|Васили|Алексей|Алексе|Михаил)"
    "(?P<m>а|у|ом|е|я|ю|ем|й|и)?"
    "|(?:Екатерин|Елизавет|Анн|Мари|Виктори|Клеопатр|Изабелл|Маргарит)(?P<f>а|ы|е|у|ой|я|и|ю|ей)"
)
_RULER_CASES: Final[dict[str, Case]] = {"а": _GEN, "я": _GEN, "у": _DAT, "ю": _DAT, "ом": _INS, "ем": _INS, "е": _PRE,
                                         "и": _PRE}  # fmt: skip
_QUEEN_CASES: Final[dict[str, Case]] = {"а": _NOM, "я": _NOM, "ы": _GEN, "и": _GEN, "е": _DAT, "у": _ACC, "ю": _ACC,
                                         "ой": _INS, "ей": _INS}  # fmt: skip


def say_roman(roman: Roman, around: Around) -> str | None:
    """The numeral in words, or None where the letters are no numeral («CD», «I» in English)."""
    if roman.suffix:
        return say_with_suffix(roman.value, roman.suffix, around) if len(roman.suffix) <= 3 else None
    if re.match(r"\s(?:по|до|и)\s(?:начал[оа]|конц[ае]|конец|середин[ыу])?\s?[IVXХІ]{1,7}\s?в", around.after):
        return ordinal(roman.value, _GEN)  # «с V по XV век»
    ruler = _ruler_before(around.before)
    if ruler:
        return ordinal(roman.value, *ruler).title() if roman.value < 40 else None
    agreement = agree_after_label(around.before)
    if agreement:
        return ordinal(roman.value, agreement.case, agreement.gender)
    noun = next_noun(_uncapitalised(around.after))
    # A single letter is more often a name («V мегабит»), so it needs a noun that is numbered.
    numbered = [one for one in noun.readings if not one.plural and (len(roman.written) > 1 or one.lemma in _LABELS)]
    if numbered or noun.adjectives:
        return _say_before_noun(roman.value, around)
    # Without a context only what can hardly be anything else: «XIV», «XXI», «III».
    if len(roman.written) >= 2 and set(roman.written) <= set("IVXХІ") and roman.written not in {"XX", "XI", "IV", "VI"}:
        return cardinal(roman.value)
    return None


def _say_before_noun(value: int, around: Around) -> str | None:
    """«XXI век», «в III квартале», «II Международная конференция»: an ordinal that agrees with its noun."""
    governor, noun = find_governor(around.before), next_noun(_uncapitalised(around.after))
    if noun.adjectives and noun.adjectives[0].endswith(("ые", "ие", "ых", "их")):
        return _by_adjective(value, noun.adjectives[0])
    wanted = governor.cases or (_NOM, _ACC, _GEN)
    singular = sorted(
        (one for one in noun.readings if not one.plural),
        key=lambda one: wanted.index(one.case) if one.case in wanted else len(wanted) + one.case,
    )
    if singular:
        return ordinal(value, singular[0].case, singular[0].gender)
    plural = [one for one in noun.readings if one.plural]
    if plural:
        return ordinal(value, plural[0].case if not governor.cases else governor.cases[0])
    if noun.adjectives:
        return _by_adjective(value, noun.adjectives[0])
    return None


_ADJECTIVES: Final[dict[str, tuple[Case, Gender]]] = {
    "ый": (_NOM, _M), "ий": (_NOM, _M), "ой": (_GEN, _F), "ая": (_NOM, _F), "яя": (_NOM, _F),
    "ое": (_NOM, Gender.NEUTER), "ее": (_NOM, Gender.NEUTER),
    "ого": (_GEN, _M), "его": (_GEN, _M), "ому": (_DAT, _M), "ему": (_DAT, _M),
    "ом": (_PRE, _M), "ем": (_PRE, _M), "ым": (_INS, _M), "им": (_INS, _M), "ую": (_ACC, _F), "юю": (_ACC, _F),
    "ей": (_GEN, _F), "ые": (_NOM, Gender.PLURAL), "ие": (_NOM, Gender.PLURAL), "ых": (_GEN, Gender.PLURAL),
    "их": (_GEN, Gender.PLURAL),
}  # fmt: skip


def _uncapitalised(after: str) -> str:
    """«II Международная конференция»: a name whose first word is an adjective."""
    match = re.match(r"\s[А-ЯЁ][а-яё]*(?:ый|ий|ая|ое|ого|ому|ом|ую|ой|ые|ых|ие|их)(?![а-яё])", after)
    return match[0].lower() + after[match.end() :] if match else after


def _by_adjective(value: int, adjective: str) -> str | None:
    form = _ADJECTIVES.get(adjective[-3:]) or _ADJECTIVES.get(adjective[-2:])
    return ordinal(value, *form) if form else None


def _ruler_before(before: str) -> tuple[Case, Gender] | None:
    match = re.search(r"([А-ЯЁ][а-яё-]+)\s\Z", before[-30:])
    ruler = _RULER.fullmatch(match[1]) if match else None
    if not ruler or not match:
        return None
    if ruler["f"]:
        return _QUEEN_CASES[ruler["f"]], _F
    name = match[1]
    ending = ruler["m"] or ""
    if not ending or ending == "й" or name in {"Луи", "Яков"}:
        return _NOM, _M
    return _RULER_CASES[ending], _M


_LABELS: Final = frozenset(
    """глава раздел том часть параграф пункт статья приложение этап тур модуль класс группа тип уровень степень
    место полугодие курс круг съезд столетие тысячелетие половина корпус подгруппа
    категория выпуск вариант семестр квартал""".split()
)
_LABEL_ABBREVIATIONS: Final[dict[str, tuple[str, Gender]]] = {
    "гл.": ("глава", _F), "разд.": ("раздел", _M), "т.": ("том", _M), "ч.": ("часть", _F), "§": ("параграф", _M),
    "ст.": ("статья", _F), "прил.": ("приложение", Gender.NEUTER), "п.": ("пункт", _M), "вып.": ("выпуск", _M),
    "№": ("номер", _M),
}  # fmt: skip


def agree_after_label(before: str) -> Agreement | None:
    """«в главе IV», «том III», «см. гл. II»: the numeral agrees with the word before it."""
    short = re.search(r"([а-яё]+\.|§|№)\s?\Z", before.lower())
    if short and short[1] in _LABEL_ABBREVIATIONS:
        governor = find_governor(before[: short.start()])
        case = _PRE if governor.word in {"в", "во", "на"} else governor.case()
        if re.search(r"см\.\s?\Z", before[: short.start()].lower()):
            case = _ACC
        return Agreement(case, _LABEL_ABBREVIATIONS[short[1]][1], ordinal=True)
    match = re.search(r"([а-яё]+)\s\Z", before.lower()[-30:])
    if not match:
        return None
    governor = find_governor(before[: len(before) - len(match[0])])
    readings = [one for one in read_noun(match[1]) if one.lemma in _LABELS and not one.plural]
    if not readings:
        return None
    cases = governor.cases or (_NOM, _ACC, _GEN)
    readings.sort(key=lambda one: cases.index(one.case) if one.case in cases else len(cases) + one.case)
    return Agreement(readings[0].case, readings[0].gender, ordinal=True)


# ---------------------------------------------------------------- centuries

_CENTURY_FORMS: Final = ("век", "века", "веку", "век", "веком", "веке")
_CENTURIES_FORMS: Final = ("века", "веков", "векам", "века", "веками", "веках")
_WRITTEN_CASES: Final = {"век": _NOM, "века": _GEN, "веку": _DAT, "веком": _INS, "веке": _PRE, "веков": _GEN,
                         "векам": _DAT, "веками": _INS, "веках": _PRE}  # fmt: skip


def _say_centuries(match: re.Match[str], around: Around) -> str | None:
    """«в XXI веке», «XIX в.», «в XIX–XX вв.»: both numerals and the abbreviation in one case."""
    first, last = _value(match["first"]), _value(match["last"]) if match["last"] else None
    if first is None or (match["last"] and last is None):
        return None
    word, governor = match["word"], find_governor(around.before)
    if word not in _WRITTEN_CASES:
        case = year_case(governor, around.before)
    elif word == "века" and last is not None and _GEN not in governor.cases:
        case = _ACC if governor.cases else _NOM
    elif word == "век" and governor.word in {"в", "на", "за", "по", "через"}:
        case = _ACC
    else:
        case = _WRITTEN_CASES[word]
    closing = "." if word.endswith(".") and ends_sentence(around.after) else ""
    forms = _CENTURIES_FORMS if last is not None and word != "век" else _CENTURY_FORMS
    if last is None:
        return f"{ordinal(first, case)} {forms[case]}{closing}"
    joint = " и " if match["joint"] == "и" else " — "
    return f"{ordinal(first, case)}{joint}{ordinal(last, case)} {forms[case]}{closing}"


def _value(written: str) -> int | None:
    """The value of a numeral of I, V and X (also typed with Cyrillic letters), None for a row that is no numeral."""
    letters = written.translate(str.maketrans("ХІ", "XI"))
    if not re.fullmatch("X{0,3}(?:IX|IV|V?I{0,3})", letters):
        return None
    values = [_VALUES[one] for one in letters]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


CENTURIES: Final = Rule(
    re.compile(
        rf"(?P<first>{_LETTERS})(?:\s?(?P<joint>[–-]|и)\s?(?P<last>{_LETTERS}))?\s?"
        r"(?P<word>вв?\.|век(?:а|у|ом|е|ов|ам|ами|ах)?(?![а-яё]))"
    ),
    _say_centuries,
)
