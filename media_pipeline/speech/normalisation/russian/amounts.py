"""Amounts and ranges in the case that the sentence asks for: «до 5 %», «по 20 сомов», «10–15 минут», «с 9:00»."""

import re
from typing import Final

from media_pipeline.speech.normalisation.russian.context import DIVISIONS, MONTHS, Agreement, agree, date_case, is_named
from media_pipeline.speech.normalisation.russian.following import next_noun
from media_pipeline.speech.normalisation.russian.government import Governor, find_governor, is_object
from media_pipeline.speech.normalisation.russian.nouns import Noun, Reading, feminine, masculine
from media_pipeline.speech.normalisation.russian.numerals import (
    Case,
    Gender,
    cardinal,
    decimal,
    number_form,
    ordinal,
)
from media_pipeline.speech.normalisation.russian.suffixes import say_as, say_with_suffix
from media_pipeline.speech.normalisation.russian.units import LABELS, MINOR, PERCENT_SIGN, SCALES, UNITS
from media_pipeline.speech.normalisation.things import Around, Clock, Date, Measure, Number, Span

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
_HOUR: Final = masculine("час")
_MINUTE: Final = feminine("минута")
_SECOND: Final = feminine("секунда")
_DISTANCE: Final = re.compile(r"\s?(?:от|ходьбы|езды|пути|к (?:северу|югу|западу|востоку))\b")
_HOLDS: Final = re.compile(r"\s?[–=]?\s?\d")  # «в 1 ГБ 1024 МБ»
_GOES_ON: Final = re.compile(r"[^.;:!?]{0,40}?\b(?:до|по)\b")
_APART: Final = " — "


def negate(words: str, number: Number) -> str:
    return f"минус {words}" if number.negative else words


def measure_case(amount: Number, unit: str, governor: Governor, around: Around) -> Case:
    """The case of an amount whose unit is abbreviated, so that its ending cannot be read."""
    word, before, after = governor.word, around.before, around.after
    if word in {"в", "во"}:
        return _PRE if unit == PERCENT_SIGN or _DISTANCE.match(after) or _HOLDS.match(after) else _ACC
    if word in {"с", "со"}:
        return _GEN if _GOES_ON.match(after) else _INS
    if word == "по":
        return _DAT if not amount.fraction and number_form(int(amount.whole)) == 1 else _ACC
    if not governor.cases and is_object(before):
        return _ACC
    return governor.case()


def say_measure(measure: Measure, around: Around) -> str:
    amount, noun = measure.amount, UNITS[measure.unit]
    if measure.unit in LABELS:
        return _say_label(measure, noun, around)
    # «3 см, 4 см и 5 см»: what governs the first governs all.
    listed = re.search(rf"(?:[\d.,]+\s?{re.escape(measure.unit)}(?:,\s|\sи\s))+\Z", around.before)
    governor = find_governor(around.before[: listed.start()] if listed else around.before)
    if isinstance(amount, Span):
        return _say_span_of(amount, measure, noun, governor, around)
    case = measure_case(amount, measure.unit, governor, around)
    return negate(_say_amount(amount, measure.unit, measure.scale, case), amount)


def _say_amount(amount: Number, unit: str, scale: str, case: Case) -> str:
    noun = UNITS[unit]
    whole = int(amount.whole)
    if scale:
        scaled = SCALES[scale]
        number = decimal(whole, amount.fraction, case) if amount.fraction else cardinal(whole, case, scaled.gender)
        form = scaled.after_fraction() if amount.fraction else scaled.after(whole, case)
        return f"{number} {form} {noun.after(1000, case)}"
    if unit in MINOR and len(amount.fraction) == 2:
        below = int(amount.fraction)
        return f"{_count(whole, noun, case)} {_count(below, MINOR[unit], case)}" if below else _count(whole, noun, case)
    if amount.fraction:
        return f"{decimal(whole, amount.fraction, case)} {noun.after_fraction()}"
    return _count(whole, noun, case)


def _count(number: int, noun: Noun, case: Case) -> str:
    return f"{cardinal(number, case, noun.gender)} {noun.after(number, case)}"


def label_case(governor: Governor) -> Case:
    """«в § 5», «на рис. 3»: a place, so the prepositional; «см. рис. 3» the accusative."""
    if governor.word in {"в", "во", "на"}:
        return _PRE
    if governor.word == "по":
        return _DAT
    return governor.case()


def _say_label(measure: Measure, noun: Noun, around: Around) -> str:
    case = label_case(find_governor(around.before))
    amount = measure.amount
    plural = isinstance(amount, Span) or len(measure.unit) == 2
    label = noun.form(case, plural=plural)
    if isinstance(amount, Span):
        first, last = amount.first, amount.last
        assert isinstance(first, Number)
        assert isinstance(last, Number)
        return f"{label} {say_plain(first)}{_APART}{say_plain(last)}"
    return f"{label} {say_plain(amount)}"


def say_plain(number: Number) -> str:
    """A number that is a name: nominative, masculine; the point of «5.2» is said as a point."""
    whole = say_code(number.whole)
    if not number.fraction:
        return negate(whole, number)
    if number.point == ",":
        return negate(decimal(int(number.whole), number.fraction), number)
    return negate(f"{whole} точка {say_code(number.fraction)}", number)


def say_code(digits: str) -> str:
    """Digits that may begin with zeros: «007» -> «ноль ноль семь»."""
    zeros = len(digits) - len(digits.lstrip("0"))
    rest = digits[zeros:]
    if not rest:
        return " ".join([cardinal(0)] * zeros)
    if zeros and len(rest) > 3:
        return " ".join(cardinal(int(one)) for one in digits)
    return " ".join([*[cardinal(0)] * zeros, cardinal(int(rest))])


# ---------------------------------------------------------------- ranges


def _joined(first: str, last: str) -> str:
    return f"{first}-{last}" if " " not in first + last and "-" not in first + last else f"{first}{_APART}{last}"


def _neighbours(first: int, last: int) -> bool:
    """«два-три»: said so only of neighbours up to ten; farther apart it is «от … до …»."""
    return last - first == 1 and last <= 10


def _say_span_of(span: Span, measure: Measure, noun: Noun, governor: Governor, around: Around) -> str:
    first, last = span.first, span.last
    assert isinstance(first, Number)
    assert isinstance(last, Number)
    case = measure_case(last, measure.unit, governor, around)
    a, b = _value(first), _value(last)
    scale = SCALES.get(measure.scale)
    counted = scale or noun
    plain = not governor.cases and a < b and not _neighbours_of(first, last)
    if plain:
        case = _GEN
    lower, upper = _say_side(first, counted, case), _say_amount(last, measure.unit, measure.scale, case)
    lower, upper = negate(lower, first), negate(upper, last)
    if plain:
        return f"от {lower} до {upper}"
    upper_number = negate(_say_side(last, counted, case), last)
    return _joined(lower, upper_number) + upper[len(upper_number) :]


def _value(number: Number) -> float:
    value = float(f"{number.whole}.{number.fraction or 0}")
    return -value if number.negative else value


def _neighbours_of(first: Number, last: Number) -> bool:
    if first.fraction or last.fraction or first.negative:
        return False
    return _neighbours(int(first.whole), int(last.whole))


def _say_side(number: Number, noun: Noun | None, case: Case, gender: Gender = Gender.MASCULINE) -> str:
    if number.fraction:
        return decimal(int(number.whole), number.fraction, case)
    return cardinal(int(number.whole), case, noun.gender if noun else gender)


_YEARS: Final = re.compile(r"\s?(?:гг?\.|год)|\s(?:учебн|академическ)[а-яё]+ год")


def _names_places(before: str) -> bool:
    """«страницы 12–15», «в заданиях 3–5»: the numbers are names."""
    return is_named(before) or bool(_SEVERAL.search(before.lower()))


_SEVERAL: Final = re.compile(
    r"\b(?:страниц|глав|раздел|пункт|параграф|вопрос|задани|заняти|лекци|упражнени|задач|строк|рисунк|таблиц|пример|стать|урок"
    r"|абзац|слайд|вариант|аудитори|кабинет|столбц|част|том|шаг|тем|модул|групп|приложени|формул)(?:ы|и|я|а|ам|ям|ах|ях|ами|ями)"
    r"\s\Z"
)


def say_number_span(first: Number, last: Number, around: Around) -> str:
    """Numbers without a unit: «3–5 вопросов», «2025–2026 учебный год», «страницы 12–15», «счёт 3–2»."""
    if last.suffix:
        return _say_ordinal_span(first, last, around)
    a, b = _value(first), _value(last)
    if _YEARS.match(around.after) and 1000 <= a < 2200:
        return say_years(first.whole, last.whole, around)
    if re.search(r"[^\W\d_]-?\Z", around.before):
        return f"{say_plain(first)} {say_plain(last)}"  # a code: «ЦГ-1-25»
    if _names_places(around.before) or a >= b or (first.whole.startswith("0") and len(first.whole) > 1):
        return f"{say_plain(first)}{_APART}{say_plain(last)}"
    if a >= 1000 and b < 2100 and around.before.endswith("(") and around.after[:1] in {")", ","}:
        return f"с {ordinal(int(first.whole), _GEN)} по {ordinal(int(last.whole), _ACC)} год"
    governor = find_governor(around.before)
    agreement = agree(int(last.whole), around) if not last.fraction else Agreement(governor.case())
    noun = next_noun(around.after)
    divisions = [one for one in noun.readings if one.plural and one.lemma in DIVISIONS]
    if divisions and b <= 20 and not first.fraction and not last.fraction:
        return _say_divisions(int(first.whole), int(last.whole), divisions, governor)
    if agreement.ordinal:
        if next_noun(around.after).word in MONTHS and not governor.cases:
            return (
                f"с {ordinal(int(first.whole), _GEN, Gender.NEUTER)} по {ordinal(int(last.whole), _ACC, Gender.NEUTER)}"
            )
        return _joined(say_as(int(first.whole), agreement), say_as(int(last.whole), agreement))
    if not governor.cases and agreement.case in (_NOM, _ACC) and not _neighbours_of(first, last):
        lower = _say_side(first, None, _GEN, agreement.gender)
        upper = _say_side(last, None, _GEN, agreement.gender)
        # The noun after «2–3», «20–24» is in the genitive singular, and «от … до …» would ask for the plural.
        if number_form(int(last.whole)) == 5 or not next_noun(around.after).readings:
            return f"от {negate(lower, first)} до {negate(upper, last)}"
    lower = _say_side(first, None, agreement.case, agreement.gender)
    upper = _say_side(last, None, agreement.case, agreement.gender)
    return _joined(negate(lower, first), negate(upper, last))


def _say_divisions(first: int, last: int, readings: list[Reading], governor: Governor) -> str:
    """«на 3–4 курсах», «для 5–9 классов»: which, not how many."""
    wanted = governor.cases or (_NOM, _GEN)
    fitting = [one for one in readings if one.case in wanted] or readings
    case, gender = fitting[0].case, fitting[0].gender
    return f"{ordinal(first, case, gender)}{_APART}{ordinal(last, case, gender)}"


def _say_ordinal_span(first: Number, last: Number, around: Around) -> str:
    lower = say_with_suffix(int(first.whole), last.suffix, around)
    upper = say_with_suffix(int(last.whole), last.suffix, around)
    if lower is None or upper is None:
        return f"{say_plain(first)}{_APART}{say_plain(last)} {last.suffix}"
    return f"{lower}{_APART}{upper}"


def say_years(first: str, last: str, around: Around) -> str:
    """«2025–2026 учебный год», «в 1941–1945 годах»: both as ordinals in the case of the year."""
    case = _case_of_years(around)
    end = int(last) if len(last) == 4 else int(first[: 4 - len(last)] + last)
    return f"{ordinal(int(first), case)}{_APART}{ordinal(end, case)}"


_YEAR_FORMS: Final = {
    "год": _NOM, "года": _GEN, "году": _PRE, "годом": _INS, "годе": _PRE, "годы": _NOM, "годов": _GEN, "годам": _DAT,
    "годами": _INS, "годах": _PRE,
}  # fmt: skip


def _case_of_years(around: Around) -> Case:
    governor = find_governor(around.before)
    match = re.match(r"\s?(?:[а-яё]+\s)?(год[а-яё]*)", around.after)
    if not match or match[1] not in _YEAR_FORMS:
        return year_case(governor, around.before)
    case = _YEAR_FORMS[match[1]]
    return _DAT if case is _PRE and governor.word in {"к", "ко", "по"} else case


def year_case(governor: Governor, before: str) -> Case:
    """The case of an abbreviated year: «в 2024 г.», «до 2024 г.», «осенью 2024 г.», «Бишкек, 2024 г.»"""
    if governor.word in {"в", "во"}:
        return _PRE
    if governor.word == "по":
        return _ACC
    if governor.cases:
        return governor.cases[0]
    return _GEN if re.search(r"[а-яё]\s?\Z", before) else _NOM


def ends_sentence(after: str) -> bool:
    """Whether a full stop just before `after` ends a sentence: a capital follows that is no initial."""
    rest = after.lstrip(" \"'»”)]")
    starts = after[:1] in ' \n"»”)]' and rest[:1].isupper() and not re.match(r"[А-ЯЁA-Z]\.", rest)
    return not rest or starts


# ---------------------------------------------------------------- dates and times


def say_date(date: Date, case: Case) -> str:
    day = f"{ordinal(date.day, case, Gender.NEUTER)} {MONTHS[date.month - 1]}"
    return f"{day} {ordinal(date.year, _GEN)} года" if date.year is not None else day


def say_date_in_place(date: Date, around: Around) -> str:
    return say_date(date, date_case(around.before, around.after))


def say_date_span(first: Date, last: Date, around: Around) -> str:
    """«01.09–05.09.2025» -> «с первого сентября по пятое сентября …»; what both share is said once."""
    governor = find_governor(around.before)
    shared_year = first.year == last.year
    beginning = Date(first.day, first.month, None if shared_year else first.year)
    if governor.cases:
        case = date_case(around.before, "")
        return f"{say_date(beginning, case)}{_APART}{say_date(last, case)}"
    return f"с {say_date(beginning, _GEN)} по {say_date(last, _ACC)}"


def clock_case(before: str) -> Case:
    governor = find_governor(before)
    if governor.word in {"в", "во", "на", "по", "за", "под"}:
        return _ACC
    return governor.case()


def say_clock(clock: Clock, case: Case) -> str:
    """«девять часов», «восемнадцать часов тридцать минут»: hours and minutes by name, so that nothing is mistaken."""
    parts = [_count(clock.hour, _HOUR, case)]
    if clock.minute or clock.second is not None:
        parts.append(_count(clock.minute, _MINUTE, case))
    if clock.second is not None:
        parts.append(_count(clock.second, _SECOND, case))
    return " ".join(parts)


def say_clock_span(first: Clock, last: Clock, before: str) -> str:
    if find_governor(before).cases:
        case = clock_case(before)
        return f"{say_clock(first, case)}{_APART}{say_clock(last, case)}"
    return f"с {say_clock(first, _GEN)} до {say_clock(last, _GEN)}"
