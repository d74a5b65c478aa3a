"""What only Russian texts have, tried before everything shared: dates, labels, ratios, standards."""

import re
from typing import Final

from media_pipeline.speech.normalisation.language import Rule
from media_pipeline.speech.normalisation.russian.amounts import (
    say_code,
    say_measure,
)
from media_pipeline.speech.normalisation.russian.calendar_rules import CALENDAR_RULES, closing
from media_pipeline.speech.normalisation.russian.government import find_governor
from media_pipeline.speech.normalisation.russian.label_rules import LABEL_RULES
from media_pipeline.speech.normalisation.russian.nouns import masculine
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender, cardinal, decimal
from media_pipeline.speech.normalisation.russian.suffixes import say_by_context
from media_pipeline.speech.normalisation.things import Around, Measure, Number

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
_APART: Final = " — "


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
    return f"{cardinal(number, _PRE)} {masculine('том').after(number, _PRE)}{closing(match[0], around)}"


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


_GENERATIONS: Final = {"G": "джи", "K": "ка", "D": "дэ", "К": "ка", "Д": "дэ"}


def _say_generation(match: re.Match[str], around: Around) -> str | None:
    """«5G», «4K», «3D»."""
    return f"{cardinal(int(match['number']))} {_GENERATIONS[match['letter']]}"


def _say_row(match: re.Match[str], around: Around) -> str | None:
    """«правило 3-2-1»: one digit after another."""
    return None if around.before[-1:].isalnum() else _APART.join(cardinal(int(one)) for one in match[0].split("-"))


def _say_all_week(match: re.Match[str], around: Around) -> str | None:
    return "двадцать четыре на семь"


RULES: Final[tuple[Rule, ...]] = (
    *CALENDAR_RULES,
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
    Rule(re.compile(r"ГОСТ\s(?P<russian>Р\s)?(?P<numbers>\d+(?:\.\d+)*(?:[–-]\d{2,4})?)(?!\d)"), _say_standard),
    Rule(
        re.compile(r"(?P<whole>[1-4]),5-(?P<rest>(?:час|мину|дне|недел|месяч|год|лет|кратн|литр|метр)[а-яё]+)"),
        _say_half_compound,
    ),
    Rule(re.compile(r"×|[xх](?=\d)"), _say_by),
    Rule(re.compile(r"24/7(?!\d)"), _say_all_week),
    Rule(re.compile(r"\d(?:-\d){2,6}(?![\d-])"), _say_row),
    *LABEL_RULES,
)
