"""Sentence boundaries: written cases per language, and laws. The sentences were written for these tests."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.sentences import find_sentence_starts
from tests.laws.documents import soup


def _cut(text: str, language: LanguageTag) -> list[str]:
    starts = [0, *find_sentence_starts(text, language), len(text)]
    return [text[begin:end].rstrip() for begin, end in pairwise(starts)]


# One text a line, its sentences divided by a bar.
_KYRGYZ_CASES = """
Бул китептер, дептерлер ж.б. буюмдар. | Экинчи сүйлөм.
Китеп, дептер ж.б. | Алар столдо жатат.
Окуучулар: Асан, Үсөн ж. б. | Мугалим келди.
Баары даяр, т.а. Азамат келди. | Кеттик.
Шаарлар, айылдар м.б. ушуга кирет. | Эми мисалга өтөлү.
Алма, өрүк т.б. | Жемиштер пайдалуу.
Жазуучу Ч. Айтматов Шекер айылында туулган. | Ал 1928-жылы төрөлгөн.
Ал 1991-ж. туулган. | 1991-ж. Кыргызстан эгемендүү болду.
«Келесиңби?» деди ал. | «Ооба». | Биз кеттик.
— Кайдасың? | — Үйдөмүн.
«Келдим», — деди ал. | «Отур!» — деп жооп берди энеси.
Компьютерди күйгүзүңүз. | python программасын ачыңыз.
Жакшы! 😀 | Кеттик.
Саат 9.30да башталат. | Кеч калбаңыз!
1. Кириш сөз. | 2. Негизги бөлүм.
1.2. Файлдар жана папкалар.
3-сүр. караңыз, 5-бет. | Андан ары окуңуз.
Ал (кандай сонун! Ура!) кирип келди. | Баары кубанды.
Сүр. 5 менен табл. 3 салыштырыңыз.
Суу 100 °C да кайнайт. | 0 °C да тоңот.
example.kg сайтын ачыңыз. | readme.txt файлын окуңуз.
Ал ойлонуп калды… | Анан жооп берди.
Ал ойлонду… анан жооп берди.
Эмне?! | Чын элеби?.. | Ооба!
Адам.Анын баркы деп чекиттен кийин орун калтырбаса, бөлүнбөйт.
"""
_RUSSIAN_CASES = """
Я купил хлеб, молоко и т. д. и пошёл домой. | Потом спал.
Хлеб, молоко и т. д. | Потом пошёл домой.
Хлеб, молоко и т.п. | Потом пошёл домой.
Это важно, т. е. Айгуль права.
Роман А. С. Пушкина вышел. | Его читают все.
Автор — А. С. Пушкин. | Он родился в Москве.
Пушкин А. С. | Он родился в Москве.
Джон Дж. Смит пришёл. | Сел.
1. Введение в тему. | 2. Основная часть.
Число 3.14 известно всем. | Версия 2.0.1 вышла.
Смотрите https://example.org/a.b?c=d. | Там всё есть.
Откройте файл readme.txt. | Он лежит рядом.
Пишите на a.b@example.org. | Ответим.
Что?! | Не может быть... | Да!
Он шёл… и пел. | А потом… | Тишина.
«Привет!» — сказал он. | «Здравствуй», — ответила она.
— Ты где? | — Я дома.
Он спросил: «Кто там?» | Никто не ответил.
В 1991 г. Кыргызстан стал независимым. | Это произошло 31 августа 1991 г. | Он вступил в ООН.
Город основан в 1878 г. | Сегодня там живут люди.
Мы живём в г. Бишкек на ул. Токтогула. | Приезжайте.
Село с. Кызыл-Суу и оз. Иссык-Куль рядом.
См. рис. 5 и табл. 3. | Дальше просто.
На стр. 12 сказано иначе. | Проверьте гл. II.
Он пришёл (наконец-то! Ура!) и сел. | Все рады.
(Это важно! | Очень.) | Дальше.
Она весит 5 кг. | Он весит 7 кг.
Бюджет — 3 млн. сомов. | Это немного.
В XIX в. Россия росла. | Жил он в XIX в. | Его помнят.
План А. | Это лучше.
Цена 500 сом. | 20 сом — сдача.
Приходите в 10 ч. утра. | Не позже.
Проф. Асанов и доц. Осмонова здесь. | Начинаем.
"""
_ENGLISH_CASES = """
Use tools, e.g. Python or R. | They are free.
That is, i.e. Monday. | See Dr. Smith, Mr. Brown and Prof. White.
He came at 5 p.m. | Then he left. | It was 5 p.m. on Monday.
I said no. | Then I left, see No. 5 there.
The U.S. Army came. | He lives in the U.S. | It is big.
J. R. R. Tolkien wrote it. | We read it.
The file ends with "end." | "Start" begins it.
“Come!” said Tom. | “I will not.” | He left.
Wait... what? | Yes.
A 5 min. break. | Go.
Pi is 3.14. | See fig. 2 and p. 7.
Pens, paper, etc. | All of it is there.
Pens, paper, etc. are there.
Open example.org/index.html. | Then read it.
1. Open the folder. | 2. Give it a name.
It works (e.g. on Linux. Really!) and is free. | Try it.
Really?! | Yes!!! | No...
"""


def _cases(text: str) -> list[list[str]]:
    return [[one.strip() for one in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize("sentences", _cases(_KYRGYZ_CASES), ids=" ".join)
def test_kyrgyz_sentences(sentences: list[str]) -> None:
    assert _cut(" ".join(sentences), KYRGYZ) == sentences


@pytest.mark.parametrize("sentences", _cases(_RUSSIAN_CASES), ids=" ".join)
def test_russian_sentences(sentences: list[str]) -> None:
    assert _cut(" ".join(sentences), RUSSIAN) == sentences


@pytest.mark.parametrize("sentences", _cases(_ENGLISH_CASES), ids=" ".join)
def test_english_sentences(sentences: list[str]) -> None:
    assert _cut(" ".join(sentences), ENGLISH) == sentences


def test_sentences_of_languages_without_spaces_and_capitals_are_found() -> None:
    assert _cut("我很好。你呢？", LanguageTag("zh")) == ["我很好。", "你呢？"]
    assert _cut("كيف حالك؟ أنا بخير.", LanguageTag("ar")) == ["كيف حالك؟", "أنا بخير."]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(soup(), st.sampled_from(["А.", "т. д.", "(", ")", ". ", "? ", "г.", "— ", "\n", "\u00a0"]))))
def test_starts_rise_and_stand_on_something(parts: list[str]) -> None:
    text = " ".join(parts)
    starts = find_sentence_starts(text, RUSSIAN)
    assert list(starts) == sorted(set(starts))
    for start in starts:
        assert 0 < start < len(text)
        assert not text[start].isspace()
        assert text[:start].strip()


_PLAIN = st.builds(
    lambda words, last, end: " ".join([words[0].title(), *words[1:], last]) + end,
    st.lists(st.text("абвгдежзиклмнопрст", min_size=4, max_size=9), min_size=1, max_size=6),
    st.text("абвгдежзиклмнопрст", min_size=6, max_size=9),
    st.sampled_from([".", "!", "?", "…", "?!", "...", ".»"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PLAIN, min_size=1, max_size=6), st.sampled_from([" ", "  ", "\n", "\u00a0"]))
def test_plain_sentences_come_back_as_they_were_joined(sentences: list[str], space: str) -> None:
    assert _cut(space.join(sentences), KYRGYZ) == sentences


@pytest.mark.parametrize(
    "unit", ["Бир сүйлөм бүттү. ", "(", "A. ", ". ", "т. е. ", "(a. B ", "«a!» ", "a.", "1. ", "… ", "((. A) "]
)
def test_a_very_long_paragraph_takes_time_in_proportion(unit: str) -> None:
    def measure(size: int) -> float:
        text = unit * (size // len(unit))
        begin = time.process_time()
        find_sentence_starts(text, KYRGYZ)
        return time.process_time() - begin

    small = min(measure(25_000) for _ in range(3))
    assert measure(200_000) < 8 * small * 3 + 0.05
