"""Formulas in words: a table that a teacher can proofread, grammar by table, and laws."""

import re
from pathlib import Path

import pytest

from builder.mathematics import read_formula, speak_formula
from builder.mathematics.speech import READERS
from builder.mathematics.speech.kyrgyz import number_words, ordinal, with_case
from builder.mathematics.subset import EXAMPLES, describe_subset, spoken_table
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag

GOLDEN = Path(__file__).parent / "golden" / "spoken.md"
SUBSET = Path(__file__).parents[2] / "builder" / "mathematics" / "SUBSET.md"
ALL = [one for group in EXAMPLES.values() for one in group]


def test_spoken_words_are_those_that_were_proofread() -> None:
    assert spoken_table() == GOLDEN.read_text(encoding="utf-8")


def test_the_documented_subset_says_what_is_done() -> None:
    assert describe_subset() == SUBSET.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("latex", "english", "russian", "kyrgyz"),
    [
        (r"\frac{1}{2}", "one half", "одна вторая", "экиден бир"),
        (r"\frac{2}{3}", "two thirds", "две третьих", "үчтөн эки"),
        (r"\frac{3}{100}", "three hundredths", "три сотых", "жүздөн үч"),
        (r"\frac{21}{40}", "twenty-one fortieths", "двадцать одна сороковая", "кырктан жыйырма бир"),
        (r"x^{\frac{1}{2}}", "x to the power one half", "икс в степени одна вторая", "икс даражасы экиден бир"),
        (r"\sqrt{\frac{1}{2}}", "the square root of one half", "квадратный корень из одной второй",
         "экиден бирдин квадраттык тамыры"),
        (r"\int_0^{\frac{1}{2}}", "the integral from 0 to one half of", "интеграл от 0 до одной второй",
         "нөлдөн экиден бирге чейинки интеграл"),
        ("1\\%", "1 per cent", "1 процент", "1 пайыз"),
        ("2\\%", "2 per cent", "2 процента", "2 пайыз"),
        ("11\\%", "11 per cent", "11 процентов", "11 пайыз"),
        ("21^\\circ", "21 degrees", "21 градус", "21 градус"),
        (r"2\,\mathrm{cm}", "2 centimetres", "2 сантиметра", "2 сантиметр"),
        (r"5\text{ }\mathrm{кг}", "5 kilograms", "5 килограммов", "5 килограмм"),
        ("x_{-1}", "x sub minus 1", "икс с индексом минус 1", "икс индекси минус 1"),
        ("a^2_i", "a sub i squared", "а с индексом и в квадрате", "а индекси и квадрат"),
        ("g(x)", "g of x", "жэ от икс", "жэ икс"),
        (r"\Omega", "capital omega", "большое омега", "чоң омега"),
        ("3>x", "3 is greater than x", "3 больше икс", "3 икстен чоң"),
        (r"1\le x<\frac{1}{2}", "1 is less than or equal to x is less than one half",
         "1 меньше или равно икс меньше одна вторая", "икс бирден чоң же барабар, экиден бирден кичине"),
        (r"\log_a(b+c)", "log base a of, open bracket, b plus c, close bracket",
         "логарифм по основанию а от, скобка открывается, бэ плюс цэ, скобка закрывается",
         "негизи а болгон логарифм, кашаа ачылат, бэ плюс цэ, кашаа жабылат"),
        (r"\exists x\in A", "there exists x in capital A", "существует икс из большое а",
         "чоң а көптүгүнөн алынган икс жашайт"),
        (r"64\,\%", "64 per cent", "64 процента", "64 пайыз"),
        (r"x\ne\frac{1}{2}", "x is not equal to one half", "икс не равно одна вторая", "икс экиден бирге барабар эмес"),
        (r"17\equiv 2\pmod 5", "17 is congruent to 2 modulo 5", "17 сравнимо с 2 по модулю 5",
         "17 менен 2, беш модулу боюнча салыштырымдуу"),
        (r"x=-\infty", "x equals minus infinity", "икс равно минус бесконечности", "икс барабар минус чексиздик"),
        (r"\sqrt{\frac{a+b}{c}}", "the square root of the fraction a plus b, over c, end fraction, end root",
         "квадратный корень из выражения: дробь, числитель а плюс бэ, знаменатель цэ, конец дроби, конец корня",
         "квадраттык тамыр, тамыр алдында бөлчөк, алымы а плюс бэ, бөлүмү цэ, бөлчөктүн аягы, тамырдын аягы"),
        (r"\underbrace{a+b}_{n}", "the quantity a plus b, end quantity, with a brace below: n",
         "выражение а плюс бэ, конец выражения, снизу фигурная скобка: эн",
         "туюнтма а плюс бэ, туюнтманын аягы, астында фигуралык кашаа: эн"),
        (r"2\cdot 3!", "2 times 3 factorial", "2 умножить на 3 факториал", "2 көбөйтүү 3 факториал"),
    ],
)  # fmt: skip
def test_words_in_three_languages(latex: str, english: str, russian: str, kyrgyz: str) -> None:
    formula = read_formula(latex)
    assert formula.problems == ()
    assert [speak_formula(formula, one) for one in (ENGLISH, RUSSIAN, KYRGYZ)] == [english, russian, kyrgyz]


@pytest.mark.parametrize(
    ("word", "genitive", "dative", "ablative"),
    [
        ("бир", "бирдин", "бирге", "бирден"),
        ("эки", "экинин", "экиге", "экиден"),
        ("үч", "үчтүн", "үчкө", "үчтөн"),
        ("төрт", "төрттүн", "төрткө", "төрттөн"),
        ("алты", "алтынын", "алтыга", "алтыдан"),
        ("тогуз", "тогуздун", "тогузга", "тогуздан"),
        ("он", "ондун", "онго", "ондон"),
        ("элүү", "элүүнүн", "элүүгө", "элүүдөн"),
        ("жүз", "жүздүн", "жүзгө", "жүздөн"),
        ("миң", "миңдин", "миңге", "миңден"),
        ("икс", "икстин", "икске", "икстен"),
        ("бэ", "бэнин", "бэге", "бэден"),
        ("эль", "эльдин", "эльге", "эльден"),
        ("альфа", "альфанын", "альфага", "альфадан"),
        ("чексиздик", "чексиздиктин", "чексиздикке", "чексиздиктен"),
        ("15", "он бештин", "он бешке", "он бештен"),
        ("а", "а-нын", "а-га", "а-дан"),
    ],
)
def test_kyrgyz_endings_follow_vowel_harmony(word: str, genitive: str, dative: str, ablative: str) -> None:
    assert [with_case(word, case) for case in ("genitive", "dative", "ablative")] == [genitive, dative, ablative]


@pytest.mark.parametrize(
    ("number", "words", "nth"),
    [
        (3, "үч", "үчүнчү"),
        (4, "төрт", "төртүнчү"),
        (6, "алты", "алтынчы"),
        (10, "он", "онунчу"),
        (20, "жыйырма", "жыйырманчы"),
        (1990, "миң тогуз жүз токсон", "миң тогуз жүз токсонунчу"),
        (25000, "жыйырма беш миң", "жыйырма беш миңинчи"),
    ],
)
def test_kyrgyz_numbers_in_words(number: int, words: str, nth: str) -> None:
    assert (number_words(number), ordinal(number)) == (words, nth)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a^{n+1}", "a^n+1"),
        (r"\frac{a+b}{c}", r"a+\frac{b}{c}"),
        (r"\frac{a}{b}c", r"\frac{a}{bc}"),
        (r"\sqrt{a}+b", r"\sqrt{a+b}"),
        ("a_{n+1}", "a_n+1"),
        ("|a|-b", "|a-b|"),
        ("(a+b)c", "a+bc"),
        ("A", "a"),
        ("AB", "ab"),
        ("x_{1}^{2}", "x_{1^2}"),
        (r"\sin(a+b)", r"\sin a+b"),
        ("fx", "f(x)"),
        (r"\overline{x}+y", r"\overline{x+y}"),
        ("e^{-x}y", "e^{-xy}"),
        ("[2;5)", "(2;5]"),
        (r"2\frac{1}{2}", r"2\cdot\frac{1}{2}"),
        ("x^23", "x^{23}"),
    ],
)
@pytest.mark.parametrize("language", [KYRGYZ, RUSSIAN, ENGLISH])
def test_different_formulas_sound_different(one: str, other: str, language: LanguageTag) -> None:
    assert speak_formula(read_formula(one), language) != speak_formula(read_formula(other), language)


@pytest.mark.parametrize("language", [KYRGYZ, RUSSIAN])
def test_cyrillic_readers_leave_no_latin_letter_or_sign(language: LanguageTag) -> None:
    for latex in ALL:
        words = speak_formula(read_formula(latex), language)
        assert re.fullmatch(r"[а-яёңөү0-9 ,;:\-]+", words, re.IGNORECASE), (latex, words)


def test_every_language_names_every_sign() -> None:
    english = READERS[ENGLISH]
    for reader in READERS.values():
        assert set(reader.signs) == set(english.signs)
        assert set(reader.functions) == set(english.functions)
        assert set(reader.ends) == set(english.ends)
        assert set(reader.marks) == set(english.marks)
        assert set(reader.characters) == set(english.characters)


def test_a_language_without_reader_is_read_in_english() -> None:
    assert speak_formula(read_formula("x^2"), LanguageTag("de")) == "x squared"
    assert speak_formula(read_formula("x^2"), LanguageTag("ru-KG")) == "икс в квадрате"
