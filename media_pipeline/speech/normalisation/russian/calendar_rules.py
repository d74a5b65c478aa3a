"""Years, dates and times as only Russian texts write them: «в 2024 г.», «10–15 мая», «с 9.00 до 17.00»."""

import re
from calendar import monthrange
from typing import Final

from media_pipeline.speech.normalisation.language import Rule
from media_pipeline.speech.normalisation.russian.amounts import (
    ends_sentence,
    say_clock,
    say_clock_span,
    say_date_in_place,
    say_date_span,
    say_years,
    year_case,
)
from media_pipeline.speech.normalisation.russian.context import MONTHS, date_case
from media_pipeline.speech.normalisation.russian.following import next_noun
from media_pipeline.speech.normalisation.russian.government import find_governor
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender, ordinal
from media_pipeline.speech.normalisation.russian.romans import CENTURIES
from media_pipeline.speech.normalisation.things import Around, Clock, Date

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case


_APART: Final = " — "


_CENTURIES: Final = range(1000, 2200)


def closing(written: str, around: Around) -> str:
    """The full stop of an abbreviation that also ends the sentence. «В 1991 г. Кыргызстан …» does not: nobody ends a
    sentence after words that only say when."""
    if not written.endswith(".") or not ends_sentence(around.after):
        return ""
    sentence = re.split(r"[.!?]\s", around.before)[-1]
    return "" if around.after.strip() and len(sentence.split()) < 2 and sentence.strip() else "."


_YEAR_FORMS: Final = ("год", "года", "году", "год", "годом", "году")


_YEARS_FORMS: Final = ("годы", "годов", "годам", "годы", "годами", "годах")


_STUDY_FORMS: Final = ("учебный", "учебного", "учебному", "учебный", "учебным", "учебном")


_ERA: Final = re.compile(r"\s?(?:до\s)?н\.\s?э\.")


def _say_year(match: re.Match[str], around: Around) -> str | None:
    """«в 2024 г.», «1998–2001 гг.», «2024/25 уч. г.»: the abbreviation is said in the case of its place."""
    first, last, study, word = match["first"], match["last"], match["study"], match["word"]
    if (int(first) not in _CENTURIES and not _ERA.match(around.after)) or (word == "год" and not study):
        return None
    governor = find_governor(around.before)
    case = year_case(governor, around.before)
    stop = closing(match[0], around)
    if last and word == "гг." and not governor.cases:
        end = last if len(last) == 4 else first[: 4 - len(last)] + last
        return f"с {ordinal(int(first), _GEN)} по {ordinal(int(end), _ACC)} год{stop}"
    place = Around(around.before, "")
    number = say_years(first, last, place) if last else ordinal(int(first), case)
    adjective = f"{_STUDY_FORMS[case]} " if study else ""
    forms = _YEARS_FORMS if word == "гг." else _YEAR_FORMS
    return f"{number} {adjective}{forms[case]}{stop}"


def _say_school_year(match: re.Match[str], around: Around) -> str | None:
    if int(match["first"]) not in _CENTURIES:
        return None
    return say_years(match["first"], match["last"], around)


def _say_year_alone(match: re.Match[str], around: Around) -> str | None:
    """«в 2024,»: a year without its word, said so only after «в» and where nothing follows that it could count."""
    if int(match[0]) not in range(1900, 2100) or find_governor(around.before).word not in {"в", "во"}:
        return None
    return ordinal(int(match[0]), _PRE)


_SHORT_MONTHS: Final = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


_MONTH_PATTERN: Final = "|".join((*MONTHS, "Марта", "Мая", r"(?:янв|февр?|мар|апр|июн|июл|авг|сент?|окт|нояб?|дек)\."))


_MONTH_NAMES: Final = re.compile(
    "(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:ь|я|ю|е|ем|ём|й|а|у|ом|т)?"
)


def _say_dated(match: re.Match[str], around: Around) -> str | None:
    """«к 5 мая», «10–15 мая 2026 г.», «1-го сентября»: the day in its case, the year in the genitive."""
    day, last = int(match["day"]), match["last"]
    if not 1 <= day <= 31 or (last and not 1 <= int(last) <= 31):
        return None
    month = match["month"].lower()
    name = month if month in MONTHS else MONTHS[_SHORT_MONTHS.index(month[:3])]
    year = f" {ordinal(int(match['year']), _GEN)} года" if match["year"] else ""
    case = _suffix_case(match["suffix"]) or date_case(around.before, around.after)
    tail = f"{name}{year}{closing(match[0], around)}"
    if last and not find_governor(around.before).cases:
        return f"с {ordinal(day, _GEN, Gender.NEUTER)} по {ordinal(int(last), _ACC, Gender.NEUTER)} {tail}"
    if last:
        return f"{ordinal(day, case, Gender.NEUTER)}{_APART}{ordinal(int(last), case, Gender.NEUTER)} {tail}"
    return f"{ordinal(day, case, Gender.NEUTER)} {tail}"


def _suffix_case(suffix: str | None) -> Case | None:
    return {"го": _GEN, "ого": _GEN, "е": _NOM, "ое": _NOM, "му": _DAT, "ому": _DAT, "м": _PRE}.get(suffix or "")


def _say_month_year(match: re.Match[str], around: Around) -> str | None:
    """«сентябрь 2025», «в мае 2026»: a year after the name of a month."""
    words = re.findall("[а-яё]+", around.before.lower()[-20:])
    if not words or not around.before[-1:].isspace() or not _MONTH_NAMES.fullmatch(words[-1]):
        return None
    return f"{ordinal(int(match[0]), _GEN)} года" if int(match[0]) in _CENTURIES else None


def _say_time(match: re.Match[str], around: Around) -> str | None:
    """«в 9.30», «с 9.00 до 17.00»: hours and minutes with a point, only after a word that times follow."""
    governor = find_governor(around.before)
    counted = re.match(
        r"\s?(?:[%°²]|(?:кг|г|м|см|мм|км|л|мл|руб|раза?|тыс|млн|млрд|МБ|ГБ|КБ|кБ|Мб|Гб)\b)", around.after
    )
    if governor.word not in {"в", "с", "до", "к", "около", "после"} or counted or _counts_thing(around.after):
        return None
    case = _ACC if governor.word == "в" else governor.case()
    return say_clock(Clock(int(match["hour"]), int(match["minute"])), case)


def _counts_thing(after: str) -> bool:
    """Whether a noun follows that a decimal would count: «в 1.25 литра»."""
    return any(one.lemma and one.case is _GEN for one in next_noun(after).readings)


def _say_time_span(match: re.Match[str], around: Around) -> str | None:
    """«9.00–10.20» in a timetable: both sides look like times."""
    first = Clock(int(match["hour"]), int(match["minute"]))
    last = Clock(int(match["to_hour"]), int(match["to_minute"]))
    return say_clock_span(first, last, around.before) if (first.hour, first.minute) < (last.hour, last.minute) else None


def _say_decade(match: re.Match[str], around: Around) -> str | None:
    """«в 80-х гг. XX века»: the plural that agrees with the number before it."""
    before = re.search(r"\d0-(е|ые|х|ых|м|ым|ми|ыми)\s?\Z", around.before)
    if not before:
        return None
    ending = before[1][-1]
    if ending == "х":
        governor = find_governor(around.before[: before.start()])
        case = _PRE if governor.word in {"в", "о", "об", "на", "при"} else _GEN
    else:
        case = {"е": _NOM, "м": _DAT, "и": _INS}[ending]
    century = re.match(r"\s?[IVXХІ]+\s?в", around.after)
    return _YEARS_FORMS[case] + ("" if century else closing(match[0], around))


def _say_full_date(match: re.Match[str], around: Around) -> str | None:
    """«27.12.2024 г.»"""
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return say_date_in_place(Date(day, month, year), around) + closing(match[0], around)


def _say_day_and_month(match: re.Match[str], around: Around) -> str | None:
    """«28.02, 23:59»: a date without its year, told by the time after it."""
    day, month = int(match["day"]), int(match["month"])
    return say_date_in_place(Date(day, month, None), around) if 1 <= day <= monthrange(2024, month)[1] else None


def _say_hyphenated_date(match: re.Match[str], around: Around) -> str | None:
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and year in _CENTURIES):
        return None
    return say_date_in_place(Date(day, month, year), around)


def _say_date_span(match: re.Match[str], around: Around) -> str | None:
    """«01.09–05.09.2025»: the year stands once."""
    first = (int(match["day"]), int(match["month"]))
    last, year = (int(match["to_day"]), int(match["to_month"])), int(match["year"])
    if any(not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]) for day, month in (first, last)):
        return None
    return say_date_span(Date(*first, year), Date(*last, year), around)


CALENDAR_RULES: Final[tuple[Rule, ...]] = (
    CENTURIES,
    Rule(
        re.compile(
            rf"(?P<day>\d{{1,2}})(?:-(?P<suffix>го|ого|е|ое|му|ому|м))?(?:\s?[–-]\s?(?P<last>\d{{1,2}})(?:-(?:го|е|ое))?)?"
            rf"\s(?P<month>{_MONTH_PATTERN})(?![а-яё])(?:\s(?P<year>\d{{4}})(?:-го)?(?!\d)(?:\s?(?:г\.|года?(?![а-яё])))?)?"
        ),
        _say_dated,
    ),
    Rule(
        re.compile(
            r"(?P<first>\d{1,4})(?:\s?[–/-]\s?(?P<last>\d{4}|\d{2}))?\s?(?P<study>уч(?:ебн)?\.\s?)?(?P<word>гг?\.|год(?![а-яё]))"
        ),
        _say_year,
    ),
    Rule(re.compile(r"(?P<first>\d{4})/(?P<last>\d{4}|\d{2})(?![\d/])(?=\s(?:учебн|академич|год))"), _say_school_year),
    Rule(re.compile(r"\d{4}(?=\s?(?:[,;:!?)»–]|\.(?!\d)|$))(?!\s?–\s?\d)"), _say_month_year),
    Rule(re.compile(r"\d{4}(?=[;!?)»]|\.(?!\d)|$)"), _say_year_alone),
    Rule(
        re.compile(
            r"(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5][05])\s?[–-]\s?(?P<to_hour>[01]?\d|2[0-3])\.(?P<to_minute>[0-5][05])"
            r"(?![\d.%°]|\s?[а-я%°])"
        ),
        _say_time_span,
    ),
    Rule(re.compile(r"(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![\d]|\.\d)"), _say_time),
    Rule(
        re.compile(
            r"(?P<day>\d{1,2})\.(?P<month>\d{2})\s?[–-]\s?(?P<to_day>\d{1,2})\.(?P<to_month>\d{2})\.(?P<year>[12]\d{3})"
            r"(?!\d)"
        ),
        _say_date_span,
    ),
    Rule(re.compile(r"гг?\."), _say_decade),
    Rule(
        re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{2})\.(?P<year>[12]\d{3})\s?г(?:ода(?![а-яё])|\.)"), _say_full_date
    ),
    Rule(
        re.compile(r"(?P<day>[0-3]\d)\.(?P<month>0[1-9]|1[0-2])(?=(?:,| в)\s(?:[01]?\d|2[0-3]):[0-5]\d)"),
        _say_day_and_month,
    ),
    Rule(re.compile(r"(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{4})(?![\d-])"), _say_hyphenated_date),
)
