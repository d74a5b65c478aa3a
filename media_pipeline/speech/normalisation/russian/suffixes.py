"""What is written at a number («5-го», «90-е», «2-х», «20-летний») and what it makes of the number."""

import re
from typing import Final

from media_pipeline.speech.normalisation.russian.context import Agreement, agree
from media_pipeline.speech.normalisation.russian.following import next_noun
from media_pipeline.speech.normalisation.russian.government import find_governor
from media_pipeline.speech.normalisation.russian.numerals import (
    Case,
    Gender,
    cardinal,
    number_form,
    number_prefix,
    ordinal,
)
from media_pipeline.speech.normalisation.things import Around

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
_M, _F, _N, _P = Gender
Form = tuple[Case, Gender]

# The forms that an ending can stand for, the likelier first; what stands around the number chooses among them.
_ORDINAL_ENDINGS: Final[dict[str, tuple[Form, ...]]] = {
    **dict.fromkeys(["й", "ый", "ий"], ((_NOM, _M), (_ACC, _M))),
    "ой": ((_NOM, _M), (_ACC, _M), (_GEN, _F), (_DAT, _F), (_PRE, _F), (_INS, _F)),
    **dict.fromkeys(["го", "ого", "его"], ((_GEN, _M), (_GEN, _N))),
    **dict.fromkeys(["му", "ому", "ему"], ((_DAT, _M), (_DAT, _N))),
    "м": ((_PRE, _M), (_PRE, _N), (_INS, _M), (_INS, _N), (_DAT, _P)),
    **dict.fromkeys(["ом", "ем"], ((_PRE, _M), (_PRE, _N))),
    **dict.fromkeys(["ым", "им"], ((_INS, _M), (_INS, _N), (_DAT, _P))),
    **dict.fromkeys(["я", "ая", "ья"], ((_NOM, _F),)),
    **dict.fromkeys(["ю", "ую", "ью"], ((_ACC, _F),)),
    "ей": ((_GEN, _F), (_DAT, _F), (_PRE, _F), (_INS, _F)),
    "е": ((_NOM, _N), (_ACC, _N), (_NOM, _P), (_ACC, _P)),
    **dict.fromkeys(["ое", "ее", "ье"], ((_NOM, _N), (_ACC, _N))),
    **dict.fromkeys(["ые", "ие", "ьи"], ((_NOM, _P), (_ACC, _P))),
    **dict.fromkeys(["х", "ых", "их"], ((_GEN, _P), (_PRE, _P))),
    **dict.fromkeys(["ми", "ыми", "ими"], ((_INS, _P),)),
}
# «5-й группы»: the letter of the masculine, written for the feminine in an oblique case.
_FEMININE_SHORT: Final = ((_GEN, _F), (_DAT, _F), (_PRE, _F), (_INS, _F))
_CARDINAL_ENDINGS: Final[dict[str, Case]] = {"ти": _GEN, "и": _GEN, "ух": _GEN, "ёх": _GEN, "ех": _GEN, "мя": _INS,
                                             "умя": _INS, "ью": _INS}  # fmt: skip
_DECADE: Final = re.compile(r"\s?(?:год|гг)")


def say_with_suffix(number: int, suffix: str, around: Around) -> str | None:
    """The number with its ending spoken: («5», «го») -> «пятого». None when the suffix is no ending: see `compound`."""
    if number == 0 and suffix not in _ORDINAL_ENDINGS:
        return None
    listed = re.search(r"\d-[а-я]{1,3}(?:,| и)\s\Z", around.before)  # «1-х и 2-х курсов»
    if suffix in {"х", "ми", "м"} and number in (2, 3, 4) and not _DECADE.match(around.after) and not listed:
        cardinal_case = {"х": _GEN, "ми": _INS, "м": _DAT}[suffix]
        noun = next_noun(around.after)
        if suffix != "м" or any(one.plural and one.case is _DAT for one in noun.readings):
            return cardinal(number, cardinal_case)
    if suffix == "ю" and any(one.plural and one.case is _INS for one in next_noun(around.after).readings):
        return cardinal(number, _INS)
    if suffix in _ORDINAL_ENDINGS:
        case, gender = _choose(number, suffix, around)
        return ordinal(number, case, gender)
    if suffix in _CARDINAL_ENDINGS:
        return cardinal(number, _CARDINAL_ENDINGS[suffix])
    return None


def _choose(number: int, suffix: str, around: Around) -> Form:
    """The form that agrees with the noun after the number, else with what governs it, else the first."""
    forms = _ORDINAL_ENDINGS[suffix]
    if suffix == "й":
        forms += _FEMININE_SHORT
    noun, governor = next_noun(around.after), find_governor(around.before)
    agreeing = [
        (case, gender)
        for case, gender in forms
        for one in noun.readings
        if one.case is case and (one.plural if gender is _P else not one.plural and one.gender is gender)
    ]
    if suffix == "е" and any(one.gender is _N for one in noun.readings):
        agreeing = [(_NOM, _N), (_ACC, _N)]  # «1-е, 2-е и 5-е места»
    if suffix == "е" and not agreeing and _DECADE.match(around.after):
        agreeing = [(_NOM, _P)]
    candidates = agreeing or list(forms)
    if suffix == "й" and not agreeing and governor.word in {"в", "во", "на"}:
        return _PRE, _F  # «в 1-й 20 вопросов, во 2-й 5 задач»: the masculine would be «в 1-м»
    governed = [form for form in candidates if form[0] in governor.cases]
    return (governed or candidates)[0]


# Second parts of words that a number begins: «20-летний», «90-минутный», «1000-летие», «5-балльный», «16-битный».
_COMPOUND: Final = re.compile(
    "(?:лет|летн|летия|летие|минутн|секундн|часов|дневн|недельн|месячн|годичн|годов|этажн|балльн|бальн|битн|байтн|процентн"
    "|кратн|значн|мерн|местн|комнатн|томн|тысячн|миллионн|градусн|метров|километров|литров|граммов|килограммов|тонн|рублёв"
    "|рублев|сомов|долларов|ядерн|дюймов|точечн|угольн|сторонн|ступенчат|уровнев|язычн|классник|курсник|страничн|строчн"
    "|цветн|полосн|клавишн|канальн|разрядн|конечн|звёздочн|звездочн|вольтов|ваттн|мегапиксельн|пиксельн|процентов|слойн"
    "|кредитн|часовник|буквенн|цифров|шагов|фазн|осн|колёсн|разов|томник|угольник|гранник)[а-яё]*"
    "|летие|летия|летию|летием|летии"
)


def compound(number: int, suffix: str) -> str | None:
    """«20-летний» -> «двадцатилетний», «100-балльная» -> «стобалльная»; None for another suffix."""
    if number == 0 or number >= 1_000_000 or not _COMPOUND.fullmatch(suffix):
        return None
    return number_prefix(number) + suffix


def say_by_context(number: int, around: Around) -> str:
    """A whole number without an ending, as its neighbours demand."""
    agreement = agree(number, around)
    return say_as(number, agreement)


def say_as(number: int, agreement: Agreement) -> str:
    if agreement.ordinal:
        return ordinal(number, agreement.case, agreement.gender)
    gender = agreement.gender if number_form(number) != 5 else Gender.MASCULINE
    return cardinal(number, agreement.case, gender)
