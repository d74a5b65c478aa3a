"""Units, currencies, scales and labels of Russian texts: what is written, and the noun that is said.

Names of units as in GOST 8.417-2024 and as teachers write them; bits and bytes are told apart only where people do so
(Мбит), because МБ and Мб are written for the same thing.
"""

from typing import Final

from media_pipeline.speech.normalisation.russian.nouns import (
    BYTE,
    PERSON,
    Noun,
    feminine,
    masculine,
    neuter,
    unchanging,
)
from media_pipeline.speech.normalisation.russian.numerals import Case, Gender

_METRE, _GRAM, _LITRE = masculine("метр"), masculine("грамм"), masculine("литр")
_SECOND, _MINUTE, _HOUR = feminine("секунда"), feminine("минута"), masculine("час")


def _prefixed(prefix: str, noun: Noun) -> Noun:
    return Noun(
        noun.gender,
        tuple(prefix + one for one in noun.singular),
        tuple(prefix + one for one in noun.plural),
        prefix + noun.counted if noun.counted else "",
    )


def _with(noun: Noun, adjective: str = "", tail: str = "") -> Noun:
    return Noun(noun.gender, noun.singular, noun.plural, noun.counted, adjective, f" {tail}" if tail else "")


def _counted(word: str) -> Noun:
    """вольт, ампер: five of them are «пять вольт», «пять ампер»."""
    return masculine(word, genitive_plural=word)


_KILOMETRE, _CENTIMETRE, _MILLIMETRE = (_prefixed(one, _METRE) for one in ("кило", "санти", "милли"))
_SOM, _TYIYN = masculine("сом"), masculine("тыйын")
_ROUBLE, _KOPECK = masculine("рубль"), feminine("копейка", "копеек")
_DOLLAR, _CENT = masculine("доллар"), masculine("цент")
_EURO = unchanging("евро", Gender.MASCULINE)
_DEGREE, _PERCENT, _BIT = masculine("градус"), masculine("процент"), _counted("бит")

PERCENT_SIGN: Final = "%"

SCALES: Final[dict[str, Noun]] = {
    "тыс.": feminine("тысяча"),
    "тыс": feminine("тысяча"),
    **dict.fromkeys(["млн", "млн."], masculine("миллион")),
    **dict.fromkeys(["млрд", "млрд."], masculine("миллиард")),
    **dict.fromkeys(["трлн", "трлн."], masculine("триллион")),
}

MINOR: Final[dict[str, Noun]] = {
    **dict.fromkeys(["сом", "сома", "сомов", "с.", "⃀", "KGS"], _TYIYN),
    **dict.fromkeys(["руб.", "руб", "р.", "₽", "RUB"], _KOPECK),
    **dict.fromkeys(["$", "USD", "долл.", "долл"], _CENT),
    **dict.fromkeys(["€", "EUR"], masculine("евроцент")),
}
"""Hundredths of a currency: «5,50 сома» is said «пять сомов пятьдесят тыйынов»."""

LABELS: Final[dict[str, Noun]] = {
    **dict.fromkeys(["№", "№№"], masculine("номер")),
    **dict.fromkeys(["§", "§§"], masculine("параграф")),
}
"""Signs before a number: said in the case that the sentence asks for; the number itself stays in the nominative."""

UNITS: Final[dict[str, Noun]] = {
    # Length, area, volume.
    **dict.fromkeys(["км", "km"], _KILOMETRE),
    "м": _METRE,
    "дм": _prefixed("деци", _METRE),
    **dict.fromkeys(["см", "cm"], _CENTIMETRE),
    **dict.fromkeys(["мм", "mm"], _MILLIMETRE),
    "мкм": _prefixed("микро", _METRE),
    "нм": _prefixed("нано", _METRE),
    **dict.fromkeys(["км²", "кв. км", "кв.км"], _with(_KILOMETRE, "квадратн")),
    **dict.fromkeys(["м²", "кв. м", "кв.м"], _with(_METRE, "квадратн")),
    **dict.fromkeys(["см²", "кв. см"], _with(_CENTIMETRE, "квадратн")),
    "мм²": _with(_MILLIMETRE, "квадратн"),
    **dict.fromkeys(["м³", "куб. м", "куб.м"], _with(_METRE, "кубическ")),
    **dict.fromkeys(["см³", "куб. см"], _with(_CENTIMETRE, "кубическ")),
    "дм³": _with(_prefixed("деци", _METRE), "кубическ"),
    "га": masculine("гектар"),
    "л": _LITRE,
    "мл": _prefixed("милли", _LITRE),
    # Mass.
    "т": feminine("тонна"),
    "ц": masculine("центнер"),
    "kg": _prefixed("кило", _GRAM),
    "кг": _prefixed("кило", _GRAM),
    "г": _GRAM,
    "гр.": _GRAM,
    "мг": _prefixed("милли", _GRAM),
    "мкг": _prefixed("микро", _GRAM),
    # Time.
    **dict.fromkeys(["ч", "ч.", "час."], _HOUR),
    **dict.fromkeys(["ак. ч.", "акад. ч.", "ак. ч", "академ. ч."], _with(_HOUR, "академическ")),
    **dict.fromkeys(["мин", "мин."], _MINUTE),
    **dict.fromkeys(["сек", "сек."], _SECOND),
    "мс": _prefixed("милли", _SECOND),
    "мкс": _prefixed("микро", _SECOND),
    "нс": _prefixed("нано", _SECOND),
    **dict.fromkeys(["нед.", "нед"], feminine("неделя")),
    **dict.fromkeys(["мес.", "мес"], masculine("месяц")),
    "дн.": masculine("день", "дн"),
    # Speed and rates.
    "км/ч": _with(_KILOMETRE, tail="в час"),
    "м/с": _with(_METRE, tail="в секунду"),
    "км/с": _with(_KILOMETRE, tail="в секунду"),
    "м/с²": _with(_METRE, tail="в секунду в квадрате"),
    "об/мин": _with(masculine("оборот"), tail="в минуту"),
    "кг/м³": _with(_prefixed("кило", _GRAM), tail="на кубический метр"),
    "г/см³": _with(_GRAM, tail="на кубический сантиметр"),
    "г/моль": _with(_GRAM, tail="на моль"),
    "бит/с": _with(_BIT, tail="в секунду"),
    **dict.fromkeys(["Кбит/с", "кбит/с"], _with(_prefixed("кило", _BIT), tail="в секунду")),
    **dict.fromkeys(["Мбит/с", "мбит/с", "Mbps"], _with(_prefixed("мега", _BIT), tail="в секунду")),
    **dict.fromkeys(["Гбит/с", "гбит/с"], _with(_prefixed("гига", _BIT), tail="в секунду")),
    **dict.fromkeys(["МБ/с", "Мб/с"], _with(_prefixed("мега", BYTE), tail="в секунду")),
    **dict.fromkeys(["кадр/с", "к/с", "fps"], _with(masculine("кадр"), tail="в секунду")),
    "чел./км²": _with(PERSON, tail="на квадратный километр"),
    # Information.
    "бит": _BIT,
    "байт": BYTE,
    **dict.fromkeys(["Кбит", "кбит"], _prefixed("кило", _BIT)),
    **dict.fromkeys(["Мбит", "мбит"], _prefixed("мега", _BIT)),
    **dict.fromkeys(["Гбит", "гбит"], _prefixed("гига", _BIT)),
    **dict.fromkeys(["КБ", "Кб", "кБ", "кб", "KB", "kB", "Kb"], _prefixed("кило", BYTE)),
    **dict.fromkeys(["МБ", "Мб", "мб", "MB", "Mb"], _prefixed("мега", BYTE)),
    **dict.fromkeys(["ГБ", "Гб", "гб", "GB", "Gb"], _prefixed("гига", BYTE)),
    **dict.fromkeys(["ТБ", "Тб", "тб", "TB"], _prefixed("тера", BYTE)),
    **dict.fromkeys(["КиБ", "KiB"], _prefixed("киби", BYTE)),
    **dict.fromkeys(["МиБ", "MiB"], _prefixed("меби", BYTE)),
    **dict.fromkeys(["ГиБ", "GiB"], _prefixed("гиби", BYTE)),
    **dict.fromkeys(["пикс.", "пикс", "px"], masculine("пиксель")),
    "пт": masculine("пункт"),
    **dict.fromkeys(["Мп", "Мпикс"], _prefixed("мега", masculine("пиксель"))),
    # Temperature, angles, electricity, physics.
    **dict.fromkeys(["°C", "°С", "℃", "° C", "° С", "ºC", "ºС"], _with(_DEGREE, tail="Цельсия")),
    **dict.fromkeys(["°F", "℉"], _with(_DEGREE, tail="Фаренгейта")),
    **dict.fromkeys(["°", "град."], _DEGREE),
    "А": _counted("ампер"),
    "Н": masculine("ньютон"),
    "К": masculine("кельвин"),
    "В": _counted("вольт"),
    "кВ": _prefixed("кило", _counted("вольт")),
    "мВ": _prefixed("милли", _counted("вольт")),
    "мА": _prefixed("милли", _counted("ампер")),
    **dict.fromkeys(["мА·ч", "мАч"], masculine("миллиампер-час")),
    "Вт": _counted("ватт"),
    "кВт": _prefixed("кило", _counted("ватт")),
    "МВт": _prefixed("мега", _counted("ватт")),
    **dict.fromkeys(["кВт·ч", "кВтч", "кВт⋅ч", "кВт*ч", "кВт-ч"], masculine("киловатт-час")),
    "Ом": masculine("ом"),
    "кОм": masculine("килоом"),
    "Гц": _counted("герц"),
    "кГц": _prefixed("кило", _counted("герц")),
    "МГц": _prefixed("мега", _counted("герц")),
    "ГГц": _prefixed("гига", _counted("герц")),
    "дБ": masculine("децибел", genitive_plural="децибел"),
    "Па": masculine("паскаль"),
    "кПа": _prefixed("кило", masculine("паскаль")),
    "МПа": _prefixed("мега", masculine("паскаль")),
    "атм": feminine("атмосфера"),
    "мм рт. ст.": _with(_MILLIMETRE, tail="ртутного столба"),
    "Дж": masculine("джоуль"),
    "кДж": _prefixed("кило", masculine("джоуль")),
    "кал": feminine("калория"),
    "ккал": _prefixed("кило", feminine("калория")),
    "л. с.": _with(feminine("сила"), "лошадин"),
    "ч. л.": _with(feminine("ложка", "ложек"), "чайн"),
    "ст. л.": _with(feminine("ложка", "ложек"), "столов"),
    "дптр": feminine("диоптрия"),
    # Money.
    **dict.fromkeys(["сом", "сом.", "⃀", "KGS"], _SOM),
    **dict.fromkeys(["сом/мес.", "сом/мес"], _with(_SOM, tail="в месяц")),
    "сом/кг": _with(_SOM, tail="за килограмм"),
    "сом/м²": _with(_SOM, tail="за квадратный метр"),
    **dict.fromkeys(["ч/нед.", "ч/нед", "час./нед."], _with(_HOUR, tail="в неделю")),
    "тыйын": _TYIYN,
    **dict.fromkeys(["₽", "руб.", "руб", "р.", "RUB"], _ROUBLE),
    **dict.fromkeys(["коп.", "коп"], _KOPECK),
    **dict.fromkeys(["$", "долл.", "долл"], _DOLLAR),
    **dict.fromkeys(["USD", "долл. США", "$ США"], _with(_DOLLAR, tail="США")),
    **dict.fromkeys(["€", "EUR", "евро"], _EURO),
    **dict.fromkeys(["₸", "KZT", "тенге"], unchanging("тенге", Gender.MASCULINE)),
    "£": _with(masculine("фунт"), tail="стерлингов"),
    "¥": masculine("юань"),
    "у. е.": _with(feminine("единица"), "условн"),
    # Shares and things that are counted.
    PERCENT_SIGN: _PERCENT,
    "‰": unchanging("промилле", Gender.NEUTER),
    "п. п.": _with(masculine("пункт"), "процентн"),
    **dict.fromkeys(["чел.", "чел"], PERSON),
    **dict.fromkeys(["шт.", "шт"], feminine("штука")),
    "экз.": masculine("экземпляр"),
    "кред.": masculine("кредит"),
    "балл.": masculine("балл"),
    "стр.": feminine("страница"),
    **SCALES,
    **LABELS,
}

LETTER_UNITS: Final = frozenset({"А", "Н", "К"})
"""Units that are more often a letter or a word; a rule of its own finds them."""

STANDING_ALONE: Final[dict[str, str]] = {
    written: UNITS[written].form(Case.GENITIVE, plural=True)
    for written in (
        *("кг", "км", "см", "мм", "мл", "км²", "м²", "см²", "м³", "см³", "км/ч", "м/с", "км/с", "КБ", "МБ", "ГБ", "ТБ"),
        *("Мбит/с", "Кбит/с", "кГц", "МГц", "ГГц", "кВт", "ккал"),
    )
}
"""Units without their number, as in the head of a table («Масса, кг»)."""

LABEL_ABBREVIATIONS: Final[dict[str, Noun]] = {
    **dict.fromkeys(["стр.", "с.", "С."], feminine("страница")),
    "рис.": masculine("рисунок", "рисунк"),
    **dict.fromkeys(["табл.", "таб."], feminine("таблица")),
    **dict.fromkeys(["п.", "пп."], masculine("пункт")),
    "подп.": masculine("подпункт"),
    "гл.": feminine("глава"),
    "разд.": masculine("раздел"),
    "ст.": feminine("статья"),
    "ч.": feminine("часть"),
    "т.": masculine("том"),
    "вып.": masculine("выпуск"),
    "изд.": neuter("издание"),
    "прил.": neuter("приложение"),
    "каб.": masculine("кабинет"),
    "ауд.": feminine("аудитория"),
    "корп.": masculine("корпус"),
    "д.": masculine("дом"),
    "кв.": feminine("квартира"),
    "эт.": masculine("этаж"),
    "гр.": feminine("группа"),
    "упр.": neuter("упражнение"),
    "зад.": neuter("задание"),
    "вар.": masculine("вариант"),
    "мкр.": masculine("микрорайон"),
}
"""Abbreviations before a number."""
