"""What governs a number from the left: a preposition, «более», «равен», an adjective whose ending shows the case."""

import re
from dataclasses import dataclass
from typing import Final

from media_pipeline.speech.normalisation.russian.numerals import Case
from media_pipeline.speech.normalisation.russian.units import LABEL_ABBREVIATIONS

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
Cases = tuple[Case, ...]


MOST_WORDS: Final = 8


# Words that govern the number after them, with the cases that they may ask for, the likelier first.
_GOVERNORS: Final[dict[str, Cases]] = {
    **dict.fromkeys(
        """без до для из изо от ото у около возле после кроме вместо среди вокруг против ради из-за из-под относительно
        порядка свыше внутри вне мимо накануне сверх более менее больше меньше ранее раньше позже позднее выше ниже
        старше младше моложе длиннее короче дольше шире толще тяжелее легче дороже дешевле быстрее медленнее ближе
        дальше глубже достигает достигают достигла достигло достиг достигли достигнет достигнуть достичь касается
        хватит хватает хватило достаточно недостаточно нехватка сумма суммы сумме сумму суммой разность разности
        произведение произведения""".split(),
        (_GEN,),
    ),
    **dict.fromkeys(
        """к ко благодаря согласно вопреки навстречу равен равна равно равны равняется равняются равняться равным равной
        равного равную соответствует соответствуют кратно кратен кратна кратны эквивалентно эквивалентны""".split(),
        (_DAT,),
    ),
    **dict.fromkeys(
        """через сквозь спустя про занимает занимают займёт займет составляет составляют составил составила составило
        составит требует требуют длится длятся длился длилась весит весят стоит стоят тратит тратят расходует расходуют
        набрал набрала получил получила имеет имеют содержит содержат насчитывает превышает превышают""".split(),
        (_ACC,),
    ),
    **dict.fromkeys([">", "<", "√"], (_GEN,)),
    **dict.fromkeys(["≤", "≥"], (_DAT,)),
    **dict.fromkeys(["в", "во", "на"], (_ACC, _PRE)),
    **dict.fromkeys(["за", "под"], (_ACC, _INS)),
    **dict.fromkeys(["с", "со"], (_GEN, _INS)),
    "по": (_ACC, _DAT),
    **dict.fromkeys(["над", "надо", "перед", "передо", "между", "меж"], (_INS,)),
    **dict.fromkeys(["о", "об", "обо", "при"], (_PRE,)),
}


# The same, of several words: the last words before the number.
_PHRASES: Final[dict[str, Cases]] = {
    **dict.fromkeys(
        ["в течение", "в продолжение", "на протяжении", "в пределах", "в количестве", "в размере", "в объёме",
         "в рамках", "в возрасте", "начиная с", "не хватает", "не хватило", "на высоте", "на глубине", "на расстоянии"],
        (_GEN,),
    ),
    **dict.fromkeys(["вместе с", "по сравнению с", "в связи с", "в соответствии с", "наряду с", "рядом с"], (_INS,)),
    **dict.fromkeys(["более чем", "менее чем", "больше чем", "меньше чем"], (_NOM, _ACC)),
    "более чем в": (_ACC, _PRE),
    "по отношению к": (_DAT,),
}  # fmt: skip


# Words between the governor and its number.
_BETWEEN: Final = frozenset(
    """примерно почти ровно всего лишь только ещё еще даже хотя бы минимум максимум приблизительно целых не уже чуть
    именно также""".split()
)


# Adjectives and pronouns before a number show its case: «последних 5 лет», «этими 3 способами», «первые 10 минут».
_MODIFIER: Final = re.compile(
    "(?:последн|следующ|перв|ближайш|предыдущ|прошедш|прошл|друг|остальн|указанн|выбранн|разн|отдельн|нов|эт|т|вс|сво"
    "|наш|ваш|перечисленн|кажд|цел|полн|люб|обязательн|дополнительн|основн|так)"
    "(ых|их|ех|ым|им|ем|ыми|ими|еми|ые|ие|е|и)"
)


_MODIFIER_CASES: Final[dict[str, Cases]] = {
    "ых": (_GEN, _PRE), "их": (_GEN, _PRE), "ех": (_GEN, _PRE), "ым": (_DAT,), "им": (_DAT,), "ем": (_DAT,),
    "ыми": (_INS,), "ими": (_INS,), "еми": (_INS,), "ые": (_NOM, _ACC), "ие": (_NOM, _ACC), "е": (_NOM, _ACC),
    "и": (_NOM, _ACC),
}  # fmt: skip


_NO_MODIFIERS: Final = frozenset({"тем", "всем", "так"})


_COMPARATIVE: Final = re.compile("[а-яё]{2,}(?:ее|ше|же|че|ще)")


_NO_COMPARATIVES: Final = frozenset(
    """уже даже тоже также вообще иначе наше ваше общее среднее последнее следующее синее прочее лишнее настоящее
    будущее хорошее свежее старшее младшее высшее ближайшее лучшее худшее большее меньшее рабочее тысяче задаче даче
    удаче встрече передаче""".split()
)


_TOKEN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d[\d ]*(?:[.,:]\d+)*(?:-[а-яё]{1,3}\b)?|[^\w\s]")


_NUMBER_TOKEN: Final = re.compile(r"\d")


_JOINTS: Final = frozenset({",", "и", "или", "либо", "/", "плюс", "минус", "+", "−", "±"})


_SKIPPED_SIGNS: Final = frozenset('«"„“~≈-−+±$€₽(*')


@dataclass(frozen=True, slots=True)
class Governor:
    """What the words to the left ask for. No cases: nothing governs the number."""

    cases: Cases = ()
    word: str = ""

    def case(self, default: Case = Case.NOMINATIVE) -> Case:
        return self.cases[0] if self.cases else default


def find_governor(before: str, *, amounts: bool = True) -> Governor:
    """What governs a number that stands after `before`: also through a list («из 3 или 4») and, unless `amounts` is
    False, a longer amount («до 5 минут 30 секунд»)."""
    tokens = [one.lower() for one in _TOKEN.findall(before[-200:])][-3 * MOST_WORDS :]
    while tokens and tokens[-1] in _SKIPPED_SIGNS:
        tokens.pop()
    amount = False
    for _ in range(MOST_WORDS):
        skipped = _skipped(tokens, amounts=amounts)
        if not skipped:
            break
        amount = amount or bool(AMOUNT_WORD.fullmatch(tokens[-1]))
        del tokens[-skipped:]
    governor = _governor_of(tokens)
    return Governor() if amount and governor.word == "без" else governor  # «без 15 минут 9»


# A number in a list; a time or a date ends what its preposition governs («до 16:00, 15 человек»).
_LISTED: Final = re.compile(r"\d[\d ]*(?:[.,]\d+)?(?:-[а-яё]+)?")


AMOUNT_WORD: Final = re.compile(
    "час(?:а|ов|ам|ами|ах)?|минут(?:а|у|ы|е|ам|ами|ах)?|секунд(?:а|у|ы|ам|ами|ах)?|рубл(?:ь|я|ей|ям|ями)|сом(?:а|ов|у|ам)?"
    "|градус(?:а|ов|ам|ах)?|метр(?:а|ов|ам|ах)?|килограмм(?:а|ов)?|год(?:а|у|ом|ам|ах)?|лет|месяц(?:а|ев|ам)?|ч|мин|кг|м|г|млн|млрд"
)


def _skipped(tokens: list[str], *, amounts: bool) -> int:
    """How many of the last words only continue what a governor further left began."""
    last, before, first = ([""] * 3 + tokens)[-1:-4:-1]
    if last in _BETWEEN:
        return 1
    if last == "." and f"{before}." in LABEL_ABBREVIATIONS:
        return 2
    if last in _JOINTS and _LISTED.fullmatch(before):
        return 2
    if not amounts:
        return 0
    if AMOUNT_WORD.fullmatch(last) and _NUMBER_TOKEN.match(before):
        return 2
    if last in {"и", "или"} and AMOUNT_WORD.fullmatch(before) and _NUMBER_TOKEN.match(first):
        return 3
    return 0


def _governor_of(tokens: list[str]) -> Governor:
    for length in (3, 2):
        phrase = " ".join(tokens[-length:]).replace("объеме", "объёме")
        if len(tokens) >= length and phrase in _PHRASES:
            return Governor(_PHRASES[phrase], phrase)
    if not tokens:
        return Governor()
    word = tokens[-1]
    if word in _GOVERNORS:
        return Governor(_GOVERNORS[word], word)
    if _COMPARATIVE.fullmatch(word) and word not in _NO_COMPARATIVES:
        return Governor((_GEN,), word)
    modifier = _MODIFIER.fullmatch(word)
    if modifier and word not in _NO_MODIFIERS:
        outer = _governor_of(tokens[:-1]) if len(tokens) > 1 else Governor()
        cases = _MODIFIER_CASES[modifier[1]]
        both = tuple(case for case in outer.cases if case in cases)
        return Governor(both or cases, outer.word if both else word)
    return Governor()


_ACTION: Final = re.compile(
    r"(?!память|печать|кровать|девять|десять|байте|сайте)\b[а-яё]{2,}(?:йте|ите|ьте|йти|[аеиуыя]ть)\b[^.;:!?]{0,60}\Z"
)


def is_object(before: str) -> bool:
    """Whether an imperative or infinitive stands before: «приготовьте 1 тетрадь», so the accusative is likelier."""
    return bool(_ACTION.search(before.lower()[-80:]))
