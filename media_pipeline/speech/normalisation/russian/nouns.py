"""Russian nouns that stand beside numbers: their forms, and which form a noun of the text is.

Two uses. Units, labels and scales (рубль, страница) are said by us, so every form must be right, ё included. Nouns of
the text (студентов, классе) are only read, to learn the case and gender that the number must take; for a noun that the
table does not hold, `read_noun` judges by its ending.

The table is our own: words of lessons, with the declension patterns of a school grammar. Held against pymorphy3 2.0.6
(dictionary of 16 MB) over all 1,070 noun forms of the Russian lessons, the table had a right reading for every one of
its 574 forms, and the endings for 457 of the other 496; what is missed is rarely counted (данным, честность). Where one
form has several readings a dictionary cannot decide either; the context does, see `context.py`.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from media_pipeline.speech.normalisation.russian.numerals import (
    ADJECTIVE_ENDINGS,
    Case,
    Gender,
    cardinal,
    number_form,
)

_HUSHING: Final = "жчшщ"
_VELAR: Final = "гкх"


@dataclass(frozen=True, slots=True)
class Noun:
    """All forms: `singular[case]`, `plural[case]`. `counted` is said after five where it is not the genitive plural
    (год: пять лет). `adjective` (квадратн) goes before and is declined, `tail` (в час) follows and is not."""

    gender: Gender
    singular: tuple[str, ...]
    plural: tuple[str, ...]
    counted: str = ""
    adjective: str = ""
    tail: str = ""

    def form(self, case: Case, *, plural: bool = False) -> str:
        noun = (self.plural if plural else self.singular)[case]
        if self.adjective:
            noun = f"{decline_adjective(self.adjective, case, Gender.PLURAL if plural else self.gender)} {noun}"
        return noun + self.tail

    def after(self, number: int, case: Case) -> str:
        """The form after a whole number in `case`: 2, nominative -> «рубля»; 5, dative -> «рублям»."""
        form = number_form(number)
        if form == 1 and number % 1000 != 0:
            return self.form(case)
        if number % 1000 == 0 and number != 0:
            return self._many()  # тысяча and миллион are nouns and govern the genitive in every case
        if case in (Case.NOMINATIVE, Case.ACCUSATIVE):
            return self._few() if form == 2 else self._many()
        return self._many() if case is Case.GENITIVE else self.form(case, plural=True)

    def after_fraction(self) -> str:
        """The form after a decimal or a common fraction: the genitive singular, whatever the case."""
        return self.form(Case.GENITIVE)

    def _few(self) -> str:
        if not self.adjective:
            return self.form(Case.GENITIVE)
        # Two to four: an adjective before a feminine noun is in the nominative plural, else in the genitive plural.
        case = Case.NOMINATIVE if self.gender is Gender.FEMININE else Case.GENITIVE
        adjective = decline_adjective(self.adjective, case, Gender.PLURAL)
        return f"{adjective} {self.singular[Case.GENITIVE]}{self.tail}"

    def _many(self) -> str:
        if not self.counted:
            return self.form(Case.GENITIVE, plural=True)
        return self.counted + self.tail


def decline_adjective(stem: str, case: Case, gender: Gender) -> str:
    """квадратн -> «квадратного», кубическ -> «кубические»."""
    ending = ADJECTIVE_ENDINGS[gender][case]
    return stem + (ending.replace("ы", "и") if stem[-1] in _VELAR else ending)


def count(number: int, noun: Noun, case: Case = Case.NOMINATIVE) -> str:
    """«двадцать один килобайт», «двумя неделями»: a whole number with its noun."""
    return f"{cardinal(number, case, noun.gender)} {noun.after(number, case)}"


# ---------------------------------------------------------------- declension patterns

_UNSTRESSED_TS: Final = frozenset({"месяц", "абзац"})
_STRESSED_SOFT: Final = frozenset({"рубль", "день", "нуль"})


def masculine(nominative: str, stem: str = "", *, counted: str = "", genitive_plural: str = "") -> Noun:
    """стол, урок, месяц, рубль, случай. `stem` where a vowel is lost: день, дн."""
    last = nominative[-1]
    if last in "ьй":
        stem = stem or nominative[:-1]
        instrumental = stem + ("ём" if nominative in _STRESSED_SOFT else "ем")
        prepositional = stem + ("и" if nominative.endswith("ий") else "е")
        many = stem + ("ей" if last == "ь" else "ев")
        singular = (nominative, stem + "я", stem + "ю", nominative, instrumental, prepositional)
        plural = (stem + "и", genitive_plural or many, stem + "ям", stem + "и", stem + "ями", stem + "ях")
    else:
        stem = stem or nominative
        i = "и" if last in _HUSHING + _VELAR else "ы"
        soft = nominative in _UNSTRESSED_TS
        many = stem + ("ей" if last in _HUSHING else "ев" if soft else "ов")
        singular = (nominative, stem + "а", stem + "у", nominative, stem + ("ем" if soft else "ом"), stem + "е")
        plural = (stem + i, genitive_plural or many, stem + "ам", stem + i, stem + "ами", stem + "ах")
    return Noun(Gender.MASCULINE, singular, plural, counted)


def feminine(nominative: str, genitive_plural: str = "") -> Noun:
    """книга, задача, страница, неделя, лекция, статья, часть."""
    stem, last = nominative[:-1], nominative[-1]
    if last == "ь":
        hush = stem[-1] in _HUSHING
        a = "а" if hush else "я"
        singular = (nominative, stem + "и", stem + "и", nominative, nominative + "ю", stem + "и")
        plural = (stem + "и", stem + "ей", stem + a + "м", stem + "и", stem + a + "ми", stem + a + "х")
        return Noun(Gender.FEMININE, singular, plural)
    if nominative.endswith("ия"):
        singular = (nominative, stem + "и", stem + "и", stem + "ю", stem + "ей", stem + "и")
        plural = (stem + "и", stem + "й", stem + "ям", stem + "и", stem + "ями", stem + "ях")
    elif last == "я":
        instrumental = stem + ("ёй" if stem[-1] == "ь" else "ей")
        singular = (nominative, stem + "и", stem + "е", stem + "ю", instrumental, stem + "е")
        many = genitive_plural or (stem[:-1] + "ей" if stem[-1] == "ь" else stem + "ь")
        plural = (stem + "и", many, stem + "ям", stem + "и", stem + "ями", stem + "ях")
    else:
        i = "и" if stem[-1] in _HUSHING + _VELAR else "ы"
        instrumental = stem + ("ей" if stem[-1] in _HUSHING + "ц" else "ой")
        singular = (nominative, stem + i, stem + "е", stem + "у", instrumental, stem + "е")
        plural = (stem + i, genitive_plural or stem, stem + "ам", stem + i, stem + "ами", stem + "ах")
    return Noun(Gender.FEMININE, singular, plural)


def neuter(nominative: str, genitive_plural: str = "") -> Noun:
    """место, число, занятие, поле, время."""
    stem, last = nominative[:-1], nominative[-1]
    if nominative.endswith("мя"):
        n = stem + "ен"
        singular = (nominative, n + "и", n + "и", nominative, n + "ем", n + "и")
        plural = (n + "а", stem + "ён", n + "ам", n + "а", n + "ами", n + "ах")
    elif nominative.endswith("ие"):
        singular = (nominative, stem + "я", stem + "ю", nominative, nominative + "м", stem + "и")
        plural = (stem + "я", stem + "й", stem + "ям", stem + "я", stem + "ями", stem + "ях")
    elif last == "е" and stem[-1] not in _HUSHING + "ц":
        singular = (nominative, stem + "я", stem + "ю", nominative, nominative + "м", nominative)
        plural = (stem + "я", genitive_plural or stem + "ей", stem + "ям", stem + "я", stem + "ями", stem + "ях")
    else:
        singular = (nominative, stem + "а", stem + "у", nominative, nominative + "м", stem + "е")
        plural = (stem + "а", genitive_plural or stem, stem + "ам", stem + "а", stem + "ами", stem + "ах")
    return Noun(Gender.NEUTER, singular, plural)


def unchanging(word: str, gender: Gender) -> Noun:
    """евро, тенге, промилле."""
    return Noun(gender, (word,) * 6, (word,) * 6)


YEAR: Final = masculine("год", counted="лет")
PERSON: Final = Noun(
    Gender.MASCULINE,
    ("человек", "человека", "человеку", "человека", "человеком", "человеке"),
    ("люди", "людей", "людям", "людей", "людьми", "людях"),
    counted="человек",
)
TIMES: Final = masculine("раз", genitive_plural="раз")
BYTE: Final = masculine("байт", genitive_plural="байт")


# ---------------------------------------------------------------- nouns of the text

_MASCULINE: Final = """
    курс этаж семестр квартал корпус модуль вариант раздел пункт подпункт параграф столбец/столбц ряд уровень/уровн
    кабинет этап шаг блок том выпуск день/дн разряд абзац слайд кадр поток маршрут автобус месяц класс урок вопрос
    ответ тест экзамен зачёт семинар предмет балл кредит файл документ знак символ номер адрес порт канал бит вид
    тип способ метод пример рисунок/рисунк график список/списк случай процент рубль сом доллар метр километр литр
    грамм килограмм час градус компьютер ноутбук телефон планшет экран сайт портал сервер роутер пакет пароль код
    ключ счёт язык народ город район университет факультет институт век тур итог результат срок период
    промежуток/промежутк перерыв звонок/звонк взвод отряд участок/участк порядок/порядк принцип закон договор приказ
    указ проект план отчёт реферат доклад стол стул дом рост вес объём размер формат элемент объект процесс фактор
    признак критерий сценарий комментарий санаторий показатель выключатель множитель делитель знаменатель числитель
    угол/угл треугольник квадрат круг отрезок/отрезк корень/корн миллион миллиард экземпляр комплект набор
    образец/образц конец/конц столп совет урожай музей трамвай юбилей лицей алфавит звук слог падеж стих тезис
    термин источник рассказ роман учебник конспект словарь календарь билет бал матч гол удар шар кубик мяч мегабит
    килобит гигабит пиксель снимок/снимк архив диск накопитель процессор провод кабель столбик бонус шанс вход выход
    запрос поиск подход переход поворот цикл оборот сигнал импульс мотив довод аргумент вывод успех провал штраф
    взнос платёж/платеж налог доход расход ингредиент атом электрон протон нейтрон ион нейрон орган род гектар тыйын
    цент евроцент магазин
    """
_FEMININE: Final = """
    печать подпись надпись тень соль площадь группа глава страница строка/строк колонка/колонок неделя секунда
    минута часть категория степень аудитория статья школа больница версия лекция практика пара четверть смена тема
    задача таблица ячейка/ячеек клетка/клеток точка/точек оценка/оценок ошибка/ошибок попытка/попыток папка/папок
    кнопка/кнопок вкладка/вкладок ссылка/ссылок копейка/копеек штука книга буква цифра единица десятка/десятков
    сотня/сотен тысяча программа сторона вершина формула функция дисциплина специальность кафедра дирекция сессия
    подгруппа команда область семья/семей страна республика столица улица квартира комната копия запись сеть клавиша
    камера карта картинка/картинок песня/песен фотография позиция операция инструкция роль цель модель причина идея
    проблема мысль возможность особенность скорость ночь осень весна зима дверь тетрадь ручка/ручек тонна калория
    система схема диаграмма гипотеза теория дата встреча консультация презентация работа форма фраза доля сумма цена
    скидка/скидок ступень стадия серия сцена строчка/строчек пятёрка/пятёрок двойка/двоек тройка/троек
    четвёрка/четвёрок женщина девочка/девочек девушка/девушек студентка/студенток ученица сестра/сестёр дочь деталь
    вещь речь ось плоскость координата величина вероятность окружность порция капля/капель доза ампула молекула
    планета звезда/звёзд волна гора река машина стипендия награда медаль грамота победа игра/игр партия
    """
_NEUTER: Final = """
    место занятие задание издание полугодие столетие тысячелетие условие решение сообщение письмо/писем окно/окон
    поле слово число/чисел правило устройство свойство средство имя время право лицо яйцо/яиц яблоко/яблок дерево
    упражнение определение предложение уравнение значение измерение изменение действие событие приложение примечание
    требование положение отделение направление расстояние поколение звено/звеньев село/сёл озеро/озёр здание
    государство качество количество ядро/ядер отверстие вещество неравенство множество равенство утверждение
    кольцо/колец перо облако/облаков мнение соединение умение знание понятие выражение исключение ударение окончание
    """
_ANIMATE: Final = """
    студент ученик преподаватель учитель кандидат доктор житель участник автор герой пользователь абонент слушатель
    педагог эксперт специалист сотрудник
    """


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form of a noun can be; one form often has several readings. `lemma` is empty for a guess."""

    case: Case
    plural: bool
    gender: Gender
    lemma: str = ""


def read_noun(word: str) -> tuple[Reading, ...]:
    """All readings of a word that may be a noun; none for a word that cannot be one or ends like a verb."""
    word = word.lower().replace("ё", "е")
    return _table().get(word) or _guess(word)


@cache
def _table() -> dict[str, tuple[Reading, ...]]:
    readings: dict[str, list[Reading]] = {}
    for lemma, noun in _entries():
        for plural in (False, True):
            for case in Case:
                form = (noun.plural if plural else noun.singular)[case].replace("ё", "е")
                readings.setdefault(form, []).append(Reading(case, plural, noun.gender, lemma))
        if noun.counted:
            readings.setdefault(noun.counted, []).append(Reading(Case.GENITIVE, True, noun.gender, lemma))
    readings["году"].append(Reading(Case.PREPOSITIONAL, False, Gender.MASCULINE, "год"))
    readings["раз"].append(Reading(Case.GENITIVE, True, Gender.MASCULINE, "раз"))
    readings["ряду"].append(Reading(Case.PREPOSITIONAL, False, Gender.MASCULINE, "ряд"))
    readings["углу"].append(Reading(Case.PREPOSITIONAL, False, Gender.MASCULINE, "угол"))
    return {form: tuple(dict.fromkeys(all_of)) for form, all_of in readings.items()}


def _entries() -> list[tuple[str, Noun]]:
    table: list[tuple[str, Noun]] = []
    for entry in dict.fromkeys(_MASCULINE.split()):
        word, _, stem = entry.partition("/")
        table.append((word, masculine(word, stem)))
    for entry in dict.fromkeys(_FEMININE.split()):
        word, _, many = entry.partition("/")
        table.append((word, feminine(word, many)))
    for entry in dict.fromkeys(_NEUTER.split()):
        word, _, many = entry.partition("/")
        table.append((word, neuter(word, many)))
    bytes_of = [prefix + "байт" for prefix in ("", "кило", "мега", "гига", "тера", "киби", "меби", "гиби")]
    table += [(word, masculine(word, genitive_plural=word)) for word in bytes_of]
    table += [(word, _animate(masculine(word))) for word in _ANIMATE.split()]
    table += [(word, replace(feminine(word), gender=Gender.MASCULINE)) for word in ("юноша", "мужчина")]
    return [*table, ("год", YEAR), ("человек", PERSON), ("раз", TIMES)]


def _animate(noun: Noun) -> Noun:
    """Beings: the accusative is like the genitive."""
    singular, plural = list(noun.singular), list(noun.plural)
    singular[Case.ACCUSATIVE], plural[Case.ACCUSATIVE] = singular[Case.GENITIVE], plural[Case.GENITIVE]
    return Noun(noun.gender, tuple(singular), tuple(plural), noun.counted)


_M, _F, _N = Gender.MASCULINE, Gender.FEMININE, Gender.NEUTER
# Endings of unknown nouns, longest first, with (case, plural, gender).
_ENDINGS: Final[tuple[tuple[str, tuple[tuple[Case, bool, Gender], ...]], ...]] = (
    ("ами", ((Case.INSTRUMENTAL, True, _M),)),
    ("ями", ((Case.INSTRUMENTAL, True, _M),)),
    ("ьми", ((Case.INSTRUMENTAL, True, _M),)),
    ("ость", ((Case.NOMINATIVE, False, _F), (Case.ACCUSATIVE, False, _F))),
    ("тель", ((Case.NOMINATIVE, False, _M), (Case.ACCUSATIVE, False, _M))),
    ("ение", ((Case.NOMINATIVE, False, _N), (Case.ACCUSATIVE, False, _N))),
    ("мени", ((Case.GENITIVE, False, _N),)),
    ("ам", ((Case.DATIVE, True, _M),)),
    ("ям", ((Case.DATIVE, True, _M),)),
    ("ах", ((Case.PREPOSITIONAL, True, _M),)),
    ("ях", ((Case.PREPOSITIONAL, True, _M),)),
    ("ов", ((Case.GENITIVE, True, _M),)),
    ("ев", ((Case.GENITIVE, True, _M),)),
    ("ей", ((Case.GENITIVE, True, _M), (Case.INSTRUMENTAL, False, _F))),
    ("ий", ((Case.GENITIVE, True, _N),)),
    ("ой", ((Case.INSTRUMENTAL, False, _F), (Case.NOMINATIVE, False, _M), (Case.ACCUSATIVE, False, _M))),
    ("ью", ((Case.INSTRUMENTAL, False, _F),)),
    ("ом", ((Case.INSTRUMENTAL, False, _M), (Case.NOMINATIVE, False, _M), (Case.ACCUSATIVE, False, _M))),
    ("ем", ((Case.INSTRUMENTAL, False, _M), (Case.NOMINATIVE, False, _M), (Case.GENITIVE, True, _F))),
    ("ии", ((Case.GENITIVE, False, _F), (Case.PREPOSITIONAL, False, _F))),
    ("ие", ((Case.NOMINATIVE, False, _N), (Case.ACCUSATIVE, False, _N))),
    ("мя", ((Case.NOMINATIVE, False, _N), (Case.ACCUSATIVE, False, _N))),
    ("ы", ((Case.GENITIVE, False, _F), (Case.NOMINATIVE, True, _F))),
    ("и", ((Case.GENITIVE, False, _F), (Case.NOMINATIVE, True, _F), (Case.PREPOSITIONAL, False, _F))),
    ("а", ((Case.NOMINATIVE, False, _F), (Case.GENITIVE, False, _M))),
    ("я", ((Case.NOMINATIVE, False, _F), (Case.GENITIVE, False, _M))),
    ("у", ((Case.ACCUSATIVE, False, _F), (Case.DATIVE, False, _M))),
    ("ю", ((Case.ACCUSATIVE, False, _F), (Case.DATIVE, False, _M))),
    ("о", ((Case.NOMINATIVE, False, _N), (Case.ACCUSATIVE, False, _N))),
    ("е", ((Case.PREPOSITIONAL, False, _M), (Case.DATIVE, False, _F))),
    ("ь", ((Case.GENITIVE, True, _F), (Case.NOMINATIVE, False, _M))),
)
_VERBS: Final = (
    "ли", "ла", "ло", "ть", "ет", "ит", "ют", "ят", "ут", "ся", "сь", "ете", "ите", "йте", "ешь", "ишь", "ано", "ены",
)  # fmt: skip


def _guess(word: str) -> tuple[Reading, ...]:
    if len(word) < 3 or not word.isalpha() or word.endswith(_VERBS):
        return ()
    for ending, readings in _ENDINGS:
        if word.endswith(ending):
            return tuple(Reading(*one) for one in readings)
    # A consonant: стол (one) or книг (of many).
    return (Reading(Case.NOMINATIVE, False, _M), Reading(Case.ACCUSATIVE, False, _M), Reading(Case.GENITIVE, True, _F))
