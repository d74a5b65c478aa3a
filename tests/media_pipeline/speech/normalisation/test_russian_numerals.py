"""Russian number words, held to tables and to a reader that were written apart from the speaker."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.speech.normalisation.russian.nouns import YEAR, Noun, count, feminine, masculine, neuter
from media_pipeline.speech.normalisation.russian.numerals import (
    LARGEST_CARDINAL,
    Case,
    Gender,
    cardinal,
    decimal,
    fraction,
    number_form,
    number_prefix,
    ordinal,
)

NOM, GEN, DAT, ACC, INS, PRE = Case
M, F, N, P = Gender

# nominative genitive dative instrumental prepositional; the accusative of things is the nominative, but одну, тысячу.
DECLENSION = """
ноль нуля нулю нулём нуле
один одного одному одним одном
два двух двум двумя двух
три трёх трём тремя трёх
четыре четырёх четырём четырьмя четырёх
пять пяти пяти пятью пяти
шесть шести шести шестью шести
семь семи семи семью семи
восемь восьми восьми восемью восьми
девять девяти девяти девятью девяти
десять десяти десяти десятью десяти
одиннадцать одиннадцати одиннадцати одиннадцатью одиннадцати
двенадцать двенадцати двенадцати двенадцатью двенадцати
тринадцать тринадцати тринадцати тринадцатью тринадцати
четырнадцать четырнадцати четырнадцати четырнадцатью четырнадцати
пятнадцать пятнадцати пятнадцати пятнадцатью пятнадцати
шестнадцать шестнадцати шестнадцати шестнадцатью шестнадцати
семнадцать семнадцати семнадцати семнадцатью семнадцати
восемнадцать восемнадцати восемнадцати восемнадцатью восемнадцати
девятнадцать девятнадцати девятнадцати девятнадцатью девятнадцати
двадцать двадцати двадцати двадцатью двадцати
тридцать тридцати тридцати тридцатью тридцати
сорок сорока сорока сорока сорока
пятьдесят пятидесяти пятидесяти пятьюдесятью пятидесяти
шестьдесят шестидесяти шестидесяти шестьюдесятью шестидесяти
семьдесят семидесяти семидесяти семьюдесятью семидесяти
восемьдесят восьмидесяти восьмидесяти восемьюдесятью восьмидесяти
девяносто девяноста девяноста девяноста девяноста
сто ста ста ста ста
двести двухсот двумстам двумястами двухстах
триста трёхсот трёмстам тремястами трёхстах
четыреста четырёхсот четырёмстам четырьмястами четырёхстах
пятьсот пятисот пятистам пятьюстами пятистах
шестьсот шестисот шестистам шестьюстами шестистах
семьсот семисот семистам семьюстами семистах
восемьсот восьмисот восьмистам восемьюстами восьмистах
девятьсот девятисот девятистам девятьюстами девятистах
"""
ROWS = [line.split() for line in DECLENSION.strip().splitlines()]
FORMS = {row[0]: dict(zip((NOM, GEN, DAT, INS, PRE), row, strict=True)) for row in ROWS}
ONES = {
    "одна": {GEN: "одной", DAT: "одной", INS: "одной", PRE: "одной"},
    "две": {GEN: "двух", DAT: "двум", INS: "двумя", PRE: "двух"},
}
SCALE_ENDINGS = {
    "тысяч": {GEN: "тысяч", DAT: "тысячам", INS: "тысячами", PRE: "тысячах"},
    "миллион": {GEN: "миллионов", DAT: "миллионам", INS: "миллионами", PRE: "миллионах"},
    "миллиард": {GEN: "миллиардов", DAT: "миллиардам", INS: "миллиардами", PRE: "миллиардах"},
}
SCALE_SINGULAR = {
    "тысяч": {GEN: "тысячи", DAT: "тысяче", INS: "тысячей", PRE: "тысяче"},
    "миллион": {GEN: "миллиона", DAT: "миллиону", INS: "миллионом", PRE: "миллионе"},
    "миллиард": {GEN: "миллиарда", DAT: "миллиарду", INS: "миллиардом", PRE: "миллиарде"},
}
VALUES = {
    word: value
    for value, word in enumerate(
        """ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать
        пятнадцать шестнадцать семнадцать восемнадцать девятнадцать""".split()
    )
}
VALUES |= {word: 10 * value for value, word in enumerate("двадцать тридцать сорок пятьдесят шестьдесят".split(), 2)}
VALUES |= {"семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 100, "двести": 200, "триста": 300}
VALUES |= {"четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900}
VALUES |= {"одна": 1, "две": 2, "одно": 1}
SCALES = {"тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12}

whole_numbers = st.integers(0, 10**12) | st.integers(0, 3000) | st.integers(0, 12).map(lambda power: 10**power)
cases = st.sampled_from(Case)


def read_number(words: str) -> int:
    """The number that a nominative says: knows nothing of how it was made."""
    total = group = 0
    for word in words.split():
        scale = next((value for stem, value in SCALES.items() if word.rstrip("аиов") == stem), None)
        if scale is None:
            assert group % (10 if VALUES[word] < 10 else 100 if VALUES[word] < 100 else 1000) == 0, words
            group += VALUES[word]
        else:
            total += (group or 1) * scale
            group = 0
    return total + group


@given(whole_numbers)
@settings(max_examples=300, deadline=None)
def test_nominative_is_read_back_as_the_same_number(number: int) -> None:
    assert read_number(cardinal(number)) == number
    assert read_number(cardinal(number, NOM, F)) == number


@given(whole_numbers, cases)
@settings(max_examples=300, deadline=None)
def test_every_word_of_a_cardinal_is_declined_as_the_table_says(number: int, case: Case) -> None:
    number = min(number, 10**12 - 1)
    if case in (NOM, ACC):
        return
    expected, group = [], ""
    for word in cardinal(number).split():
        stem = next((one for one in SCALE_ENDINGS if word.rstrip("аиов") == one), None)
        if stem is None:
            expected.append((FORMS.get(word) or ONES[word])[case])
            group = word
        else:
            singular = group in ("один", "одна", "")
            expected.append((SCALE_SINGULAR if singular else SCALE_ENDINGS)[stem][case])
            group = ""
    assert cardinal(number, case).split() == expected


@given(whole_numbers)
@settings(max_examples=200, deadline=None)
def test_accusative_of_things_is_the_nominative_but_for_one_and_a_thousand(number: int) -> None:
    changed = {"одна": "одну", "тысяча": "тысячу"}
    for gender in (M, F, N):
        nominative = cardinal(number, NOM, gender).split()
        assert cardinal(number, ACC, gender).split() == [changed.get(word, word) for word in nominative]


ORDINALS = """нулевой первый второй третий четвёртый пятый шестой седьмой восьмой девятый десятый одиннадцатый
    двенадцатый тринадцатый четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый""".split()


@given(st.integers(0, 999_999), cases, st.sampled_from(Gender))
@settings(max_examples=200, deadline=None)
def test_only_the_last_word_of_an_ordinal_is_declined(number: int, case: Case, gender: Gender) -> None:
    first, form = ordinal(number).split(), ordinal(number, case, gender).split()
    assert first[:-1] == form[:-1]
    assert first[-1][:3] == form[-1][:3]
    if number % 100 < 20 and number % 1000:
        tail = number % 100
        assert not tail or first[-1] == ORDINALS[tail]
    if first[:-1] and number % 1000:
        assert read_number(" ".join(first[:-1])) == number - number % (100 if 0 < number % 100 < 20 else 10) or not (
            number % 10
        )


@pytest.mark.parametrize(
    ("number", "case", "gender", "said"),
    [
        (2024, NOM, M, "две тысячи двадцать четвёртый"),
        (2024, GEN, M, "две тысячи двадцать четвёртого"),
        (2024, PRE, M, "две тысячи двадцать четвёртом"),
        (2024, NOM, F, "две тысячи двадцать четвёртая"),
        (3, GEN, F, "третьей"),
        (3, INS, P, "третьими"),
        (3, ACC, F, "третью"),
        (3, NOM, N, "третье"),
        (40, PRE, M, "сороковом"),
        (2, NOM, M, "второй"),
        (2, ACC, N, "второе"),
        (90, GEN, P, "девяностых"),
        (1000, NOM, M, "тысячный"),
        (2000, PRE, M, "двухтысячном"),
        (25_000, NOM, M, "двадцатипятитысячный"),
        (100_000, NOM, M, "стотысячный"),
        (21_000, NOM, M, "двадцатиоднотысячный"),
        (1_000_000, NOM, F, "миллионная"),
        (2_000_000, NOM, M, "двухмиллионный"),
        (300, DAT, M, "трёхсотому"),
        (1100, NOM, M, "тысяча сотый"),
    ],
)
def test_ordinals(number: int, case: Case, gender: Gender, said: str) -> None:
    assert ordinal(number, case, gender) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "одно"), (2, "двух"), (20, "двадцати"), (24, "двадцатичетырёх"), (40, "сорока"), (90, "девяносто"),
     (100, "сто"), (105, "стопяти"), (250, "двухсотпятидесяти"), (1000, "тысяче"), (2000, "двухтысяче")],
)  # fmt: skip
def test_number_as_first_part_of_a_word(number: int, said: str) -> None:
    assert number_prefix(number) == said


@pytest.mark.parametrize(
    ("whole", "places", "case", "said"),
    [
        (0, "5", NOM, "ноль целых пять десятых"),
        (1, "1", NOM, "одна целая одна десятая"),
        (3, "25", NOM, "три целых двадцать пять сотых"),
        (21, "001", NOM, "двадцать одна целая одна тысячная"),
        (3, "5", GEN, "трёх целых пяти десятых"),
        (1, "1", ACC, "одну целую одну десятую"),
        (2, "2", DAT, "двум целым двум десятым"),
        (2, "2", INS, "двумя целыми двумя десятыми"),
        (4, "5", PRE, "четырёх целых пяти десятых"),
        (3, "1415926", NOM, "три запятая один четыре один пять девять два шесть"),
    ],
)
def test_decimals(whole: int, places: str, case: Case, said: str) -> None:
    assert decimal(whole, places, case) == said


@pytest.mark.parametrize(
    ("above", "below", "case", "said"),
    [(2, 5, NOM, "две пятых"), (1, 8, NOM, "одна восьмая"), (1, 6, DAT, "одной шестой"), (5, 7, GEN, "пяти седьмых"),
     (21, 100, NOM, "двадцать одна сотая"), (3, 10, INS, "тремя десятыми")],
)  # fmt: skip
def test_common_fractions(above: int, below: int, case: Case, said: str) -> None:
    assert fraction(above, below, case) == said


ROUBLE, MINUTE, WINDOW = masculine("рубль"), feminine("минута"), neuter("окно", "окон")


@pytest.mark.parametrize(
    ("noun", "one", "few", "many"),
    [
        (ROUBLE, "рубль", "рубля", "рублей"),
        (MINUTE, "минута", "минуты", "минут"),
        (WINDOW, "окно", "окна", "окон"),
        (YEAR, "год", "года", "лет"),
        (Noun(F, MINUTE.singular, MINUTE.plural, "", "академическ"), "академическая минута", "академические минуты",
         "академических минут"),
        (Noun(M, ROUBLE.singular, ROUBLE.plural, "", "квадратн"), "квадратный рубль", "квадратных рубля",
         "квадратных рублей"),
    ],
)  # fmt: skip
def test_noun_agrees_with_its_number_by_the_last_two_digits(noun: Noun, one: str, few: str, many: str) -> None:
    for number in range(1001):
        last, tail = number % 10, number % 100
        if last == 1 and tail != 11:
            expected = one
        elif last in (2, 3, 4) and tail not in (12, 13, 14):
            expected = few
        else:
            expected = many
        assert noun.after(number, NOM) == expected, number
        assert number_form(number) == {one: 1, few: 2, many: 5}[expected]


def test_counted_nouns_in_oblique_cases() -> None:
    assert count(21, MINUTE, ACC) == "двадцать одну минуту"
    assert count(2, ROUBLE, INS) == "двумя рублями"
    assert count(5, YEAR, GEN) == "пяти лет"
    assert count(5, YEAR, DAT) == "пяти годам"
    assert count(1000, ROUBLE, DAT) == "тысяче рублей"
    assert count(3_000_000, MINUTE, INS) == "тремя миллионами минут"
    assert count(0, WINDOW, PRE) == "нуле окнах"


def test_numbers_that_nobody_says_are_refused() -> None:
    with pytest.raises(ValueError, match=str(LARGEST_CARDINAL + 1)):
        cardinal(LARGEST_CARDINAL + 1)
    with pytest.raises(ValueError, match="-1"):
        ordinal(-1)
    assert cardinal(-5, GEN) == "минус пяти"
