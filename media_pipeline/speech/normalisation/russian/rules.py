"""What only Russian texts have: years with «г.», dates with the name of a month, labels before numbers, monarchs."""

import re
from calendar import monthrange
from typing import Final

from media_pipeline.speech.normalisation.language import Rule
from media_pipeline.speech.normalisation.russian.amounts import (
    ends_sentence,
    label_case,
    say_clock,
    say_clock_span,
    say_code,
    say_date_in_place,
    say_date_span,
    say_measure,
    say_years,
    year_case,
)
from media_pipeline.speech.normalisation.russian.context import MONTHS, date_case, find_governor, next_noun
from media_pipeline.speech.normalisation.russian.nouns import Noun, feminine, masculine
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender, cardinal, decimal, ordinal
from media_pipeline.speech.normalisation.russian.romans import CENTURIES
from media_pipeline.speech.normalisation.russian.suffixes import say_by_context
from media_pipeline.speech.normalisation.russian.units import LABEL_ABBREVIATIONS
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
_APART: Final = " — "
_CENTURIES: Final = range(1000, 2200)


def _closing(written: str, around: Around) -> str:
    """The full stop of an abbreviation that also ends the sentence. «В 1991 г. Кыргызстан …» does not: nobody ends a
    sentence after words that only say when."""
    if not written.endswith(".") or not ends_sentence(around.after):
        return ""
    sentence = re.split(r"[.!?]\s", around.before)[-1]
    return "" if around.after.strip() and len(sentence.split()) < 2 and sentence.strip() else "."


# ---------------------------------------------------------------- years

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
    closing = _closing(match[0], around)
    if last and word == "гг." and not governor.cases:
        end = last if len(last) == 4 else first[: 4 - len(last)] + last
        return f"с {ordinal(int(first), _GEN)} по {ordinal(int(end), _ACC)} год{closing}"
    place = Around(around.before, "")
    number = say_years(first, last, place) if last else ordinal(int(first), case)
    adjective = f"{_STUDY_FORMS[case]} " if study else ""
    forms = _YEARS_FORMS if word == "гг." else _YEAR_FORMS
    return f"{number} {adjective}{forms[case]}{closing}"


def _say_school_year(match: re.Match[str], around: Around) -> str | None:
    if int(match["first"]) not in _CENTURIES:
        return None
    return say_years(match["first"], match["last"], around)


def _say_year_alone(match: re.Match[str], around: Around) -> str | None:
    """«в 2024,»: a year without its word, said so only after «в» and where nothing follows that it could count."""
    if int(match[0]) not in range(1900, 2100) or find_governor(around.before).word not in {"в", "во"}:
        return None
    return ordinal(int(match[0]), _PRE)


# ---------------------------------------------------------------- dates with the name of a month

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
    tail = f"{name}{year}{_closing(match[0], around)}"
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


# ---------------------------------------------------------------- times with a point or with words


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


# ---------------------------------------------------------------- labels, titles and addresses

_DECLINED: Final[dict[str, Noun]] = {
    "проф.": masculine("профессор"),
    "доц.": masculine("доцент"),
    "преп.": masculine("преподаватель"),
    "акад.": masculine("академик"),
    "д-р": masculine("доктор"),
    "тел.": masculine("телефон"),
    "ул.": feminine("улица"),
    "пл.": feminine("площадь"),
    "обл.": feminine("область"),
    "г.": masculine("город"),
    "с.": Noun(Gender.NEUTER, ("село", "села", "селу", "село", "селом", "селе"), ("",) * 6),
    "пр-т": masculine("проспект"),
    "просп.": masculine("проспект"),
    "р-н": masculine("район"),
    "каф.": feminine("кафедра"),
    "фак.": masculine("факультет"),
    "ф-т": masculine("факультет"),
    "ун-т": masculine("университет"),
    "ин-т": masculine("институт"),
}
_TITLES: Final = frozenset({"проф.", "доц.", "преп.", "акад.", "д-р"})
_BEFORE_NAME: Final = frozenset({"г.", "с.", "пл.", "пр-т", "просп.", "ул."})


def _say_declined(match: re.Match[str], around: Around) -> str | None:
    """«на ул. Манаса» -> «на улице», «у проф. Асанова» -> «у профессора»."""
    written = match["word"]
    key = written if written in _DECLINED else written.lower()
    noun = _DECLINED[key]
    if key in _BEFORE_NAME and not re.match(r"\s?[А-ЯЁҢӨҮ«]", around.after):
        return None
    if key == "с." and not re.search(r"\b(?:в|из|во|до|для|от)\s\Z", around.before):
        return None
    governor = find_governor(around.before)
    case = label_case(governor)
    if key in _TITLES:
        case = _case_of_name(around.after) or (
            case if governor.cases else _GEN if _follows_noun(around.before) else _NOM
        )
    said = noun.form(case)
    return said.capitalize() if written[0].isupper() and key != written else said


def _follows_noun(before: str) -> bool:
    """«лекция проф. Асанова»: a word in small letters just before, so the title depends on it."""
    return bool(re.search(r"[а-яё]{3,}\s\Z", before))


_NAME: Final = re.compile(
    r"\s?(?:[А-ЯЁ]\.\s?){0,2}[А-ЯЁҢӨҮ][а-яёңөү]+?(ову|еву|ину|овым|евым|иным|ове|еве|ине|овой|евой|иной)\b"
)


def _case_of_name(after: str) -> Case | None:
    """The case of a surname, where its ending says it."""
    match = _NAME.match(after)
    if not match:
        return None
    ending = match[1]
    if ending.endswith("ым"):
        return _INS
    return {"у": _DAT, "е": _PRE, "й": _GEN}[ending[-1]]


_ROMAN_LETTERS: Final = r"[IVXLCХІ]{1,7}(?![\w])"


def _say_label(match: re.Match[str], around: Around) -> str | None:
    """«на рис. 3» -> «на рисунке», «см. табл. 2» -> «таблицу»: the number is said by itself afterwards."""
    written = match["label"]
    key = written if written in LABEL_ABBREVIATIONS else written.lower()
    noun = LABEL_ABBREVIATIONS[key]
    case = label_case(find_governor(around.before))
    if re.search(r"[Сс]м\.\s?\Z", around.before):
        case = _ACC
    elif case is _NOM and key in {"п.", "пп.", "ст."} and _follows_noun(around.before):
        case = _GEN
    elif case is _NOM and key in {"п.", "ст.", "гл."} and re.search(r"[пчс][т.]*\.\s?\d+,?\s\Z", around.before):
        case = _GEN  # «ч. 2 ст. 28»
    several = key == "пп." or (
        bool(re.match(r"\s?\d{1,4}\s?(?:–|-|,|и)\s?\d{1,4}(?!\d|\.\d{2}\.)", around.after)) and key != "т."
    )
    said = noun.form(case, plural=several and key not in {"д.", "кв.", "тел.", "каб."})
    return said.capitalize() if written[0].isupper() and written != "С." else said


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
    return _YEARS_FORMS[case] + ("" if century else _closing(match[0], around))


def _say_once(match: re.Match[str], around: Around) -> str | None:
    """«10 (десять) дней»: the same number in digits and in words is said once."""
    number = int(match["number"])
    said = {cardinal(number, case, gender) for case in Case for gender in Gender}
    if match["words"].replace("ё", "е") not in {one.replace("ё", "е") for one in said}:
        return None
    return say_by_context(number, around)


def _say_volumes(match: re.Match[str], around: Around) -> str | None:
    """«в 2 т.»: volumes, not tonnes."""
    if find_governor(around.before).word != "в":
        return None
    number = int(match["number"])
    return f"{cardinal(number, _PRE)} {masculine('том').after(number, _PRE)}{_closing(match[0], around)}"


_PROPORTION: Final = re.compile(r"(?:отношени|уклон|масштаб|пропорци|сч[её]т|контраст)[а-яё]*\s\Z")


def _say_ratio(match: re.Match[str], around: Around) -> str | None:
    """«отношение 3 : 4» -> «три к четырём»; «90 : 15 = 6» is a division."""
    last = int(match["last"].replace(" ", ""))
    if re.fullmatch(r"\d{1,2}:\d\d", match[0]) and not _PROPORTION.search(around.before.lower()):
        return None  # a time
    divided = re.match(r"\s?[=≈]", around.after) or re.search(r"[=+×·−]\s?\Z", around.before)
    case = _NOM if divided else find_governor(around.before).case()
    whole = int(match["first"])
    first = decimal(whole, match["places"], case) if match["places"] else cardinal(whole, case)
    return f"{first} разделить на {cardinal(last)}" if divided else f"{first} к {cardinal(last, _DAT)}"


def _say_letter_unit(match: re.Match[str], around: Around) -> str | None:
    """«20 с», «0,5 А.»: such letters are units only where nothing follows that they could govern or name."""
    if around.after[:1] == " " and not re.search(r"\bза\s\Z", around.before):
        return None
    amount = Number(match["whole"], match["places"] or "", point=",")
    return say_measure(Measure(amount, {"с": "сек"}.get(match["unit"], match["unit"])), around)


def _say_full_date(match: re.Match[str], around: Around) -> str | None:
    """«27.12.2024 г.»"""
    day, month, year = int(match["day"]), int(match["month"]), int(match["year"])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return say_date_in_place(Date(day, month, year), around) + _closing(match[0], around)


_PARTS: Final = re.compile(r"\d+|\.")


def _say_standard(match: re.Match[str], around: Around) -> str | None:
    """«ГОСТ 7.1-2003»: a name of numbers."""
    said = "".join(f" {say_code(part)}" if part.isdigit() else " точка" for part in _PARTS.findall(match["numbers"]))
    return f"гост{' эр' if match['russian'] else ''}{said}"


_HALVES: Final = {1: "полутора", 2: "двухсполовиной", 3: "трёхсполовиной", 4: "четырёхсполовиной"}


def _say_half_compound(match: re.Match[str], around: Around) -> str | None:
    """«1,5-часовой» -> «полуторачасовой»."""
    return _HALVES[int(match["whole"])] + match["rest"]


def _say_by(match: re.Match[str], around: Around) -> str | None:
    """«1920×1080», «3×100 м»: sizes are said with «на»."""
    if not re.match(r"\s?[\dа-яёa-z(√]", around.after, re.IGNORECASE):
        return "икс"  # «скорость 1,25×»
    return "на" if around.before[-1:].isdigit() or _SIZE.match(around.after) else None


_SIZE: Final = re.compile(r"\s?\d[\d,]*\s?(?:[мсдк]?м|px|пикс|метр|сантиметр)\b")


def _say_day_and_month(match: re.Match[str], around: Around) -> str | None:
    """«28.02, 23:59»: a date without its year, told by the time after it."""
    day, month = int(match["day"]), int(match["month"])
    return say_date_in_place(Date(day, month, None), around) if 1 <= day <= monthrange(2024, month)[1] else None


_GENERATIONS: Final = {"G": "джи", "K": "ка", "D": "дэ", "К": "ка", "Д": "дэ"}


def _say_generation(match: re.Match[str], around: Around) -> str | None:
    """«5G», «4K», «3D»."""
    return f"{cardinal(int(match['number']))} {_GENERATIONS[match['letter']]}"


def _say_row(match: re.Match[str], around: Around) -> str | None:
    """«правило 3-2-1»: one digit after another."""
    return None if around.before[-1:].isalnum() else _APART.join(cardinal(int(one)) for one in match[0].split("-"))


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


def _say_all_week(match: re.Match[str], around: Around) -> str | None:
    return "двадцать четыре на семь"


RULES: Final[tuple[Rule, ...]] = (
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
    Rule(re.compile(r"(?P<number>\d{1,6}) \((?P<words>[а-яё]+(?: [а-яё]+){0,5})\)"), _say_once),
    Rule(re.compile(r"(?P<number>\d{1,2})\s?т\.(?!\s?[а-яё])"), _say_volumes),
    Rule(
        re.compile(
            r"(?P<first>\d{1,9})(?:,(?P<places>\d{1,3}))?(?:\s:\s|:)"
            r"(?P<last>\d{1,3}(?: \d{3}(?!\d))+|\d{1,9})(?![\d:])"
        ),
        _say_ratio,
    ),
    Rule(re.compile(r"(?P<number>\d{1,2})(?P<letter>[GKDКД])(?!\w)"), _say_generation),
    Rule(
        re.compile(r"(?P<whole>\d{1,6})(?:,(?P<places>\d{1,6}))?\s?(?P<unit>[сАНК])(?=[,;:)!?\s]|\.(?:\s|\Z)|\Z)"),
        _say_letter_unit,
    ),
    Rule(
        re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{2})\.(?P<year>[12]\d{3})\s?г(?:ода(?![а-яё])|\.)"), _say_full_date
    ),
    Rule(re.compile(r"ГОСТ\s(?P<russian>Р\s)?(?P<numbers>\d+(?:\.\d+)*(?:[–-]\d{2,4})?)(?!\d)"), _say_standard),
    Rule(
        re.compile(r"(?P<whole>[1-4]),5-(?P<rest>(?:час|мину|дне|недел|месяч|год|лет|кратн|литр|метр)[а-яё]+)"),
        _say_half_compound,
    ),
    Rule(re.compile(r"×|[xх](?=\d)"), _say_by),
    Rule(
        re.compile(r"(?P<day>[0-3]\d)\.(?P<month>0[1-9]|1[0-2])(?=(?:,| в)\s(?:[01]?\d|2[0-3]):[0-5]\d)"),
        _say_day_and_month,
    ),
    Rule(re.compile(r"24/7(?!\d)"), _say_all_week),
    Rule(re.compile(r"\d(?:-\d){2,6}(?![\d-])"), _say_row),
    Rule(re.compile(r"(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{4})(?![\d-])"), _say_hyphenated_date),
    Rule(
        re.compile(
            "(?P<label>(?i:"
            + "|".join(
                re.escape(one) for one in sorted(set(map(str.lower, LABEL_ABBREVIATIONS)), key=len, reverse=True)
            )
            + rf"))(?=\s?(?:№\s?)?(?:\d|{_ROMAN_LETTERS}))"
        ),
        _say_label,
    ),
    Rule(
        re.compile(
            "(?P<word>(?i:"
            + "|".join(re.escape(one) for one in sorted(_DECLINED, key=len, reverse=True))
            + r"))(?![\w])"
        ),
        _say_declined,
    ),
)
