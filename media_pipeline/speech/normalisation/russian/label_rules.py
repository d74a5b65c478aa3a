"""Labels, titles and words of addresses in the case of their place: «на рис. 3», «у проф. Асанова», «на ул. Манаса»."""

import re
from typing import Final

from media_pipeline.speech.normalisation.language import Rule
from media_pipeline.speech.normalisation.russian.amounts import (
    label_case,
)
from media_pipeline.speech.normalisation.russian.government import find_governor
from media_pipeline.speech.normalisation.russian.nouns import Noun, feminine, masculine
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender
from media_pipeline.speech.normalisation.russian.units import LABEL_ABBREVIATIONS
from media_pipeline.speech.normalisation.things import Around

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case


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


LABEL_RULES: Final[tuple[Rule, ...]] = (
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
