"""Number words are read back by a reader of their own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model.language import ENGLISH, KYRGYZ, LanguageTag
from media_pipeline.speech.normalisation import normalise
from media_pipeline.speech.normalisation.english import numbers as english
from media_pipeline.speech.normalisation.kyrgyz import numbers as kyrgyz
from media_pipeline.speech.normalisation.kyrgyz.endings import Ending, attach, is_ending, put
from tests.media_pipeline.speech.normalisation.number_reader import read_number

CARDINALS = {KYRGYZ: kyrgyz.cardinal, ENGLISH: english.cardinal}
ORDINALS = {KYRGYZ: kyrgyz.ordinal, ENGLISH: english.ordinal}
# Long numbers are as frequent as short ones.
NUMBERS = st.integers(1, 13).flatmap(lambda digits: st.integers(0, 10**digits - 1))


@pytest.mark.parametrize("language", CARDINALS)
@settings(max_examples=400)
@given(number=NUMBERS)
def test_a_number_in_words_is_that_number_and_no_other(language: LanguageTag, number: int) -> None:
    assert read_number(CARDINALS[language](number), language) == number


@pytest.mark.parametrize("language", CARDINALS)
def test_small_numbers_have_words_of_their_own(language: LanguageTag) -> None:
    words = [CARDINALS[language](number) for number in range(3000)]
    assert [read_number(one, language) for one in words] == list(range(3000))
    assert len({ORDINALS[language](number) for number in range(3000)}) == 3000


@pytest.mark.parametrize("language", CARDINALS)
@given(number=NUMBERS)
def test_digits_in_a_text_are_that_number(language: LanguageTag, number: int) -> None:
    (said,) = normalise(f"{number:,}".replace(",", " "), language)
    assert read_number(said.text, language) == number


def test_four_digits_in_a_row_are_a_year_in_english_only() -> None:
    assert normalise("1999", ENGLISH)[0].text == "nineteen ninety-nine"
    assert normalise("1,999", ENGLISH)[0].text == "one thousand nine hundred and ninety-nine"
    assert normalise("1999", KYRGYZ)[0].text == "миң тогуз жүз токсон тогуз"


KYRGYZ_ORDINALS = {
    0: "нөлүнчү", 1: "биринчи", 2: "экинчи", 3: "үчүнчү", 4: "төртүнчү", 5: "бешинчи", 6: "алтынчы", 7: "жетинчи",
    8: "сегизинчи", 9: "тогузунчу", 10: "онунчу", 20: "жыйырманчы", 30: "отузунчу", 40: "кыркынчы", 50: "элүүнчү",
    60: "алтымышынчы", 70: "жетимишинчи", 80: "сексенинчи", 90: "токсонунчу", 100: "жүзүнчү", 1000: "миңинчи",
    10**6: "бир миллионунчу", 10**9: "бир миллиардынчы",
}  # fmt: skip


def test_kyrgyz_ordinals_follow_vowel_harmony() -> None:
    assert {number: kyrgyz.ordinal(number) for number in KYRGYZ_ORDINALS} == KYRGYZ_ORDINALS


# -нын, -га, -ны, -да, -дан: the grammar's own table for the number words.
KYRGYZ_CASES = {
    "бир": "бирдин бирге бирди бирде бирден",
    "эки": "экинин экиге экини экиде экиден",
    "үч": "үчтүн үчкө үчтү үчтө үчтөн",
    "төрт": "төрттүн төрткө төрттү төрттө төрттөн",
    "беш": "бештин бешке бешти беште бештен",
    "алты": "алтынын алтыга алтыны алтыда алтыдан",
    "жети": "жетинин жетиге жетини жетиде жетиден",
    "сегиз": "сегиздин сегизге сегизди сегизде сегизден",
    "тогуз": "тогуздун тогузга тогузду тогузда тогуздан",
    "он": "ондун онго онду ондо ондон",
    "жыйырма": "жыйырманын жыйырмага жыйырманы жыйырмада жыйырмадан",
    "отуз": "отуздун отузга отузду отузда отуздан",
    "кырк": "кырктын кыркка кыркты кыркта кырктан",
    "элүү": "элүүнүн элүүгө элүүнү элүүдө элүүдөн",
    "алтымыш": "алтымыштын алтымышка алтымышты алтымышта алтымыштан",
    "жетимиш": "жетимиштин жетимишке жетимишти жетимиште жетимиштен",
    "сексен": "сексендин сексенге сексенди сексенде сексенден",
    "токсон": "токсондун токсонго токсонду токсондо токсондон",
    "жүз": "жүздүн жүзгө жүздү жүздө жүздөн",
    "миң": "миңдин миңге миңди миңде миңден",
    "миллион": "миллиондун миллионго миллионду миллиондо миллиондон",
    "пайыз": "пайыздын пайызга пайызды пайызда пайыздан",
    "сом": "сомдун сомго сомду сомдо сомдон",
    "мүнөт": "мүнөттүн мүнөткө мүнөттү мүнөттө мүнөттөн",
    "апрель": "апрелдин апрелге апрелди апрелде апрелден",
}
CASES = (Ending.GENITIVE, Ending.DATIVE, Ending.ACCUSATIVE, Ending.LOCATIVE, Ending.ABLATIVE)


def test_kyrgyz_case_endings_follow_vowel_harmony() -> None:
    assert {word: " ".join(put(word, case) for case in CASES) for word in KYRGYZ_CASES} == KYRGYZ_CASES


@pytest.mark.parametrize("word", KYRGYZ_CASES)
def test_an_ending_in_the_wrong_harmony_is_put_right(word: str) -> None:
    right = KYRGYZ_CASES[word].split()
    wrong = ("нын", "га", "ны", "да", "дан"), ("түн", "кө", "тү", "тө", "төн"), ("дин", "ге", "ди", "де", "ден")
    for endings in wrong:
        assert [attach(word, ending) for ending in endings] == right


def test_plural_and_possessive_come_before_the_case() -> None:
    assert attach("ворд", "дордун") == "ворддордун"
    assert attach("файл", "лары") == "файлдары"
    assert attach("файл", "ында") == "файлында"
    assert attach("сентябры", "га", possessive=True) == "сентябрына"
    assert attach("пайыз", "дык") == "пайыздык"
    assert attach("ворд", "догулар") == "ворддогулар"


def test_a_word_at_a_number_is_no_ending() -> None:
    assert not any(map(is_ending, ("", "жылы", "курс", "сабак", "бет", "файл", "кабат")))
    assert attach("телеграм", "канал") == "телеграм канал"
