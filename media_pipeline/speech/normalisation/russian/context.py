"""The case and gender that a number takes from the words around it.

Two witnesses: what governs the number from the left (a preposition, «более», «равен») and the form of the noun on the
right. `agree` takes the first case that both allow, and an ordinal where no cardinal fits («в 5 классе»). Everything is
bounded: at most MOST_WORDS words to the left, two adjectives before the noun.
"""

import re
from dataclasses import dataclass
from typing import Final

from media_pipeline.speech.normalisation.russian.nouns import Reading, read_noun
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender, number_form
from media_pipeline.speech.normalisation.russian.units import LABEL_ABBREVIATIONS
from media_pipeline.speech.normalisation.things import Around

MOST_WORDS: Final = 8

_NOM, _GEN, _DAT, _ACC, _INS, _PRE = Case
Cases = tuple[Case, ...]

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

_AFTER_JOINT: Final = re.compile(
    r"(?:\s?(?:,|–|-|/|и|или|либо)\s?(?:до |с |в |на |из |к |по )?|\s(?:по|до|на)\s)\d{1,3}(?:\d| (?=\d{3}))*"
    r"(?:[.,]\d+)?(?:-[а-яё]{1,3}\b)?"
)
_NEXT_WORD: Final = re.compile(r"\s([а-яё]+(?:-[а-яё]+)*)(?![.\w])|\s([а-яё]{4,})")
_ADJECTIVE: Final = re.compile(r"[а-яё]+(?:ых|их|ые|ыми|ими|ым|ый|ой|ого|его|ому|ему|ую|юю|ая|яя|ое|ее|ие|ий|им|ей)")
_FUNCTION_WORDS: Final = frozenset(
    """и или либо а но да не ни же ли бы б в во на за с со у к ко о об обо по из изо до от для при про под над без через
    между перед после что чтобы как так это эта этот эти если когда где куда он она оно они мы вы я ты их его ее её им
    все всё более менее больше меньше уже ещё еще только лишь тоже также нет есть было были будет можно нужно надо если
    то тогда потом затем здесь там тут очень почти около вместо кроме мне нам вам ему ей нас вас""".split()
)
MONTHS: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

# After these nouns a number is a name and stays in the nominative: «в разделе 5», «при загрузке задания 3».
_NAMED: Final = frozenset(
    """страница глава раздел пункт подпункт параграф вопрос задание занятие лекция упражнение задача строка столбец
    рисунок таблица пример статья урок абзац номер слайд вариант аудитория кабинет часть том шаг тема модуль группа
    приложение формула пакет файл заголовок версия уровень порт канал код ошибка школа дом квартира автобус маршрут
    корпус этап тест билет класс узел ячейка выпуск издание блок устройство условие правило адрес""".split()
)

# With these a written 1 is an ordinal («1 курс», «в 1 группе»); other nouns may be counted («1 балл», «в 1 случае»).
_NUMBERED: Final = frozenset(
    """курс класс этаж семестр квартал век корпус полугодие тур столетие тысячелетие место издание смена поток кабинет
    аудитория группа глава раздел параграф модуль вариант пункт урок пара подгруппа ряд""".split()
)
_ALWAYS_NUMBERED: Final = frozenset("курс класс этаж семестр квартал век полугодие столетие тысячелетие место".split())
# After these words «3 курса», «2 группы» tell which, not how many.
_WHICH: Final = re.compile(
    "(?:студент|ученик|учащ|слушател|обучающ|первокурсник|старост|куратор|группы|дисциплин|предмет|программ|расписани"
    "|экзамен|сесси|учебник|конец|конц|начал|середин|окончани|после|для|до|с|из|кроме|ребят|дет|школьник|старше|младше)"
    "[а-яё]*"
)
DIVISIONS: Final = frozenset("курс класс семестр группа корпус этаж квартал модуль поток подгруппа век тур".split())


@dataclass(frozen=True, slots=True)
class Governor:
    """What the words to the left ask for. No cases: nothing governs the number."""

    cases: Cases = ()
    word: str = ""

    def case(self, default: Case = Case.NOMINATIVE) -> Case:
        return self.cases[0] if self.cases else default


@dataclass(frozen=True, slots=True)
class Agreement:
    case: Case
    gender: Gender = Gender.MASCULINE
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class NextNoun:
    word: str = ""
    readings: tuple[Reading, ...] = ()
    adjectives: tuple[str, ...] = ()


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
        amount = amount or bool(_AMOUNT_WORD.fullmatch(tokens[-1]))
        del tokens[-skipped:]
    governor = _governor_of(tokens)
    return Governor() if amount and governor.word == "без" else governor  # «без 15 минут 9»


# A number in a list; a time or a date ends what its preposition governs («до 16:00, 15 человек»).
_LISTED: Final = re.compile(r"\d[\d ]*(?:[.,]\d+)?(?:-[а-яё]+)?")
_AMOUNT_WORD: Final = re.compile(
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
    if _AMOUNT_WORD.fullmatch(last) and _NUMBER_TOKEN.match(before):
        return 2
    if last in {"и", "или"} and _AMOUNT_WORD.fullmatch(before) and _NUMBER_TOKEN.match(first):
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


_CLASS_LETTER: Final = re.compile(r"\A\s?«?[А-ЯA-Z]»?(?=\s[а-яё]{4})")


def next_noun(after: str) -> NextNoun:
    """The noun that the number counts: also after a list («2 или 3 книги») and adjectives («5 новых студентов»)."""
    for _ in range(4):
        joint = _AFTER_JOINT.match(after)
        if not joint:
            break
        after = after[joint.end() :]
    after = _CLASS_LETTER.sub("", after)
    adjectives: list[str] = []
    while True:
        match = _NEXT_WORD.match(after)
        word = match[1] or match[2] if match else ""
        if not match or word in _FUNCTION_WORDS:
            return NextNoun("", (), tuple(adjectives))
        readings = read_noun(word)
        known = any(reading.lemma for reading in readings)
        if not known and _looks_like_adjective(word) and len(adjectives) < 2:
            adjectives.append(word)
            after = after[match.end() :]
            continue
        return NextNoun(word, readings, tuple(adjectives))


_NOUNS_LIKE_ADJECTIVES: Final = re.compile(
    "[а-яё]+(?:(?<!с)(?<!л)(?<!шн)(?<!яя)ние|тие|сие|вие|рие|лие|ций|ний|тий|стей|лей|телей|дей|арей|сой|ной(?<=лной))"
)
_ADJECTIVES_IN_NIE: Final = re.compile(
    "(?:последн|средн|верхн|нижн|древн|ранн|поздн|внутренн|домашн|летн|зимн|соседн|син).*"
)


def _looks_like_adjective(word: str) -> bool:
    if _ADJECTIVES_IN_NIE.fullmatch(word):
        return True
    return bool(_ADJECTIVE.fullmatch(word)) and not _NOUNS_LIKE_ADJECTIVES.fullmatch(word)


_ABBREVIATED_LABEL: Final = re.compile(
    "(?:^|\\W)(?:" + "|".join(re.escape(one) for one in LABEL_ABBREVIATIONS) + r"|№|§)\s?\Z"
)


def is_named(before: str) -> bool:
    """Whether the word just before is a noun in the singular that a number names: «задание», «на странице»."""
    if _ABBREVIATED_LABEL.search(before[-12:].lower()):
        return True
    match = re.search(r"([а-яё]+)\s\Z", before.lower()[-40:])
    return match is not None and any(one.lemma in _NAMED and not one.plural for one in read_noun(match[1]))


_ACTION: Final = re.compile(
    r"(?!память|печать|кровать|девять|десять|байте|сайте)\b[а-яё]{2,}(?:йте|ите|ьте|йти|[аеиуыя]ть)\b[^.;:!?]{0,60}\Z"
)


def is_object(before: str) -> bool:
    """Whether an imperative or infinitive stands before: «приготовьте 1 тетрадь», so the accusative is likelier."""
    return bool(_ACTION.search(before.lower()[-80:]))


_OF_DAY: Final = frozenset({"утра", "вечера", "ночи"})
"""«до 2 ночи»: the hour is counted, not the nights."""


def agree(number: int, around: Around) -> Agreement:
    """Case, gender and kind of a whole number in its place."""
    noun = next_noun(around.after)
    governor = find_governor(around.before, amounts=bool(_AMOUNT_WORD.fullmatch(noun.word)))
    if noun.word in MONTHS and 1 <= number <= 31 and not noun.adjectives:
        return Agreement(date_case(around.before, around.after), Gender.NEUTER, ordinal=True)
    if _begins_years(number, around.after) or (governor.word == "по" and _ends_years(number, around)):
        return Agreement(governor.case(Case.GENITIVE), ordinal=True)
    if not noun.readings and number <= 12 and re.match(r"\s«[А-Д]»", around.after):
        return Agreement(_PRE if governor.word in {"в", "во"} else governor.case(), ordinal=True)  # «в 9 «Б»
    if noun.word in _OF_DAY and number <= 12:
        return Agreement(governor.case())
    if not noun.readings and (is_named(around.before) or re.search(r"\d, \Z", around.before)):
        return Agreement(Case.NOMINATIVE)
    if not noun.readings:
        return Agreement(_bare_case(number, governor), _adjective_gender(number, noun.adjectives))
    named = is_named(around.before)
    ordinal = _as_ordinal(number, governor, noun, around.before)
    if ordinal is not None and not named:
        return ordinal
    if named and not _as_cardinal_in(number, (Case.NOMINATIVE,), noun):
        return Agreement(Case.NOMINATIVE)
    cardinal = _as_cardinal(number, governor, noun, is_object(around.before))
    if cardinal is not None:
        return cardinal
    return Agreement(_bare_case(number, governor), Gender.MASCULINE)


_TO_YEAR: Final = re.compile(r"\s(?:по|до)\s(?:[12]\d{3}\s?(?:гг?\.|год)|(?:19|20)\d\d(?!\d)\s?(?:[,.;)]|\Z))")
_FROM_YEAR: Final = re.compile(r"\b[Сс]\s(?:19|20)\d\d\sпо\s\Z")


def _begins_years(number: int, after: str) -> bool:
    """«с 2015 по 2020 г.»: the first of two years."""
    return 1000 <= number < 2100 and bool(_TO_YEAR.match(after))


def _ends_years(number: int, around: Around) -> bool:
    follows = re.match(r"\s(?!год)[а-яё]{3}", around.after)
    return 1900 <= number < 2100 and bool(_FROM_YEAR.search(around.before)) and not follows


def _bare_case(number: int, governor: Governor) -> Case:
    """Without a noun: «с 5 до 10», «на 5», «по 1»."""
    if governor.word == "по" and number_form(number) == 1:
        return Case.DATIVE
    return governor.case()


def _adjective_gender(number: int, adjectives: tuple[str, ...]) -> Gender:
    """An adjective that stands for its noun: «2 переменные», «1 контрольная»."""
    if not adjectives:
        return Gender.MASCULINE
    last = adjectives[0]
    if number_form(number) == 1:
        return Gender.FEMININE if last.endswith(("ая", "яя", "ую", "юю")) else (
            Gender.NEUTER if last.endswith(("ое", "ее")) else Gender.MASCULINE)  # fmt: skip
    return Gender.FEMININE if last.endswith(("ые", "ие")) else Gender.MASCULINE


def _wanted(governor: Governor) -> Cases:
    return governor.cases or (Case.NOMINATIVE, Case.ACCUSATIVE)


def _as_cardinal(number: int, governor: Governor, noun: NextNoun, acted_on: bool = False) -> Agreement | None:
    wanted = (Case.ACCUSATIVE, Case.NOMINATIVE) if acted_on and not governor.cases else _wanted(governor)
    if governor.word == "по" and number_form(number) == 1:
        wanted = (Case.DATIVE, Case.ACCUSATIVE)
    others = tuple(case for case in Case if case not in wanted)
    for case in (*wanted, *others):
        for reading in noun.readings:
            if _counts(number, case, reading):
                being = number_form(number) == 1 and case is Case.ACCUSATIVE and _is_animate(reading, noun)
                return Agreement(Case.GENITIVE if being else case, reading.gender)
    return None


def _is_animate(reading: Reading, noun: NextNoun) -> bool:
    """«на 1 человека»: a masculine accusative that looks like the genitive."""
    masculine = reading.gender is Gender.MASCULINE
    return masculine and any(one.case is Case.GENITIVE and not one.plural for one in noun.readings)


def _counts(number: int, case: Case, reading: Reading) -> bool:
    """Whether a noun read so can follow the number in this case."""
    form = number_form(number)
    if number and number % 1000 == 0:
        return reading.plural and reading.case is Case.GENITIVE
    if form == 1:
        return not reading.plural and reading.case is case
    if case in (Case.NOMINATIVE, Case.ACCUSATIVE):
        if form == 2:
            return not reading.plural and reading.case is Case.GENITIVE
        return reading.plural and reading.case is Case.GENITIVE
    return reading.plural and reading.case is case


def _as_ordinal(number: int, governor: Governor, noun: NextNoun, before: str) -> Agreement | None:
    """«5 курс», «в 3 классе», «на 2 этаже», «2024 года», «студенты 3 курса»: a noun in the singular that no cardinal
    can have, or one that is numbered rather than counted."""
    singular = [one for one in noun.readings if not one.plural and one.lemma]
    if not singular or number == 0:
        return None
    lemma = singular[0].lemma
    wanted = (*_wanted(governor), *(case for case in Case if case not in _wanted(governor)))
    best = min(singular, key=lambda one: wanted.index(one.case))
    fits = best.case in _wanted(governor) or not governor.cases
    ordinal = Agreement(best.case, best.gender, ordinal=True)
    if lemma == "год" and 1000 <= number < 2200:
        return ordinal
    form = number_form(number)
    if lemma == "место" and re.search(r"(?:человек|заявлени|претендент)[а-яё]*\sна\s\Z", before):
        return None
    if form == 1:
        chosen = lemma not in _ALWAYS_NUMBERED and is_object(before) and not governor.cases  # «выберите 1 вариант»
        return ordinal if lemma in _NUMBERED and number < 1000 and not chosen else None
    if form == 2 and best.case is Case.GENITIVE:
        which = lemma in DIVISIONS and bool(_WHICH.fullmatch(_last_word(before)))
        return ordinal if which else None
    if any(one.plural and one.case is Case.GENITIVE for one in noun.readings) and best.case is not Case.PREPOSITIONAL:
        return None
    if _as_cardinal_in(number, _wanted(governor), noun):
        return None
    return ordinal if fits or not _as_cardinal(number, governor, noun) else None


def _as_cardinal_in(number: int, cases: Cases, noun: NextNoun) -> bool:
    return any(_counts(number, case, one) for case in cases for one in noun.readings)


def _last_word(before: str) -> str:
    words = re.findall(r"[а-яё]+", before.lower()[-60:])
    return words[-1] if words and before.rstrip()[-1:].isalpha() else ""


_DATE_STANDS_ALONE: Final = re.compile(r"(?:сегодня|завтра|вчера|дата|день|число|[:(–—|])\s*\Z")


def date_case(before: str, after: str) -> Case:
    """A day of a month: after a preposition what it asks for («к 5 мая»), else the genitive that tells when («экзамен 5
    мая»), but the nominative where the date is the subject («сегодня 5 мая», «5 мая — праздник»)."""
    governor = find_governor(before)
    if governor.cases:
        return {"в": Case.ACCUSATIVE, "по": Case.ACCUSATIVE, "с": Case.GENITIVE}.get(governor.word, governor.cases[0])
    if not before.strip() and (not after.strip(" .!?,;:)") or re.match(r"\s?[–:]", after)):
        return Case.NOMINATIVE
    if _DATE_STANDS_ALONE.search(before.lower()):
        return Case.NOMINATIVE
    return Case.GENITIVE
