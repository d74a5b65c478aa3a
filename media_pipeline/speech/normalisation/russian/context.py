"""The case and gender that a number takes from the words around it.

Two witnesses: what governs the number from the left (`government.py`) and the form of the noun on the right
(`following.py`). `agree` takes the first case that both allow, and an ordinal where no cardinal fits («в 5 классе»).
Everything is bounded: at most MOST_WORDS words to the left, two adjectives before the noun.
"""

import re
from dataclasses import dataclass
from typing import Final

from media_pipeline.speech.normalisation.russian.following import NextNoun, next_noun
from media_pipeline.speech.normalisation.russian.government import (
    AMOUNT_WORD,
    Cases,
    Governor,
    find_governor,
    is_object,
)
from media_pipeline.speech.normalisation.russian.nouns import Reading, read_noun
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender, number_form
from media_pipeline.speech.normalisation.russian.units import LABEL_ABBREVIATIONS
from media_pipeline.speech.normalisation.things import Around

_PRE = Case.PREPOSITIONAL


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
class Agreement:
    case: Case
    gender: Gender = Gender.MASCULINE
    ordinal: bool = False


_ABBREVIATED_LABEL: Final = re.compile(
    "(?:^|\\W)(?:" + "|".join(re.escape(one) for one in LABEL_ABBREVIATIONS) + r"|№|§)\s?\Z"
)


def is_named(before: str) -> bool:
    """Whether the word just before is a noun in the singular that a number names: «задание», «на странице»."""
    if _ABBREVIATED_LABEL.search(before[-12:].lower()):
        return True
    match = re.search(r"([а-яё]+)\s\Z", before.lower()[-40:])
    return match is not None and any(one.lemma in _NAMED and not one.plural for one in read_noun(match[1]))


_OF_DAY: Final = frozenset({"утра", "вечера", "ночи"})
"""«до 2 ночи»: the hour is counted, not the nights."""


def agree(number: int, around: Around) -> Agreement:
    """Case, gender and kind of a whole number in its place."""
    noun = next_noun(around.after)
    governor = find_governor(around.before, amounts=bool(AMOUNT_WORD.fullmatch(noun.word)))
    if noun.word in MONTHS and 1 <= number <= 31 and not noun.adjectives:
        return Agreement(date_case(around.before, around.after), Gender.NEUTER, ordinal=True)
    if _begins_years(number, around.after) or (governor.word == "по" and _ends_years(number, around)):
        return Agreement(governor.case(Case.GENITIVE), ordinal=True)
    if not noun.readings and number <= 12 and re.match(r"\s«[А-Д]»", around.after):
        return Agreement(_PRE if governor.word in {"в", "во"} else governor.case(), ordinal=True)  # «в 9 «Б»
    if governor.word == "с" and re.match(r"\sпо\s\d", around.after):
        numbered = [one for one in noun.readings if one.lemma and one.case is Case.ACCUSATIVE and not one.plural]
        if numbered:
            return Agreement(Case.GENITIVE, numbered[0].gender, ordinal=True)  # «с 1 по 4 класс»
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
    return ordinal if fits else None


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
