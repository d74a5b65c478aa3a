"""pronunciation.toml: what it changes, and what is told about mistakes in it."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.messages import describe_finding
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from media_pipeline.speech.normalisation import EMPTY, Glossary, Words, normalise, parse_glossary
from tests.media_pipeline.speech.normalisation.cases import write_down

EXAMPLE = Path(__file__).with_name("pronunciation.toml").read_bytes()
TOML_PIECES = '[ky] [ru] "а" = "б" \n { say , voice } \\ \' . 1 true [[ ]] "" #'.split(" ")
PATH = "content/course/pronunciation.toml"


def read(text: str) -> Glossary:
    glossary, findings = parse_glossary(text.encode(), PATH)
    assert findings == ()
    return glossary


def problems(data: bytes | str) -> list[tuple[int, str]]:
    findings = parse_glossary(data.encode() if isinstance(data, str) else data, PATH)[1]
    assert all(one.path == PATH for one in findings)
    return [(one.line, one.rule) for one in findings]


def heard(text: str, language: LanguageTag, glossary: Glossary) -> str:
    return write_down(normalise(text, language, glossary), language)


def test_a_glossary_of_a_real_course_is_read_without_a_complaint() -> None:
    glossary, findings = parse_glossary(EXAMPLE, PATH)
    assert findings == ()
    assert {language: len(terms) for language, terms in glossary.entries.items()} == {
        KYRGYZ: 10,
        RUSSIAN: 5,
        ENGLISH: 4,
    }
    assert glossary.entries[ENGLISH]["Aigul"] == Words(KYRGYZ, "Айгүл")


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("ИИ эмне?", KYRGYZ, "жасалма интеллект эмне?"),
        ("ИИнин күчү жана ИИге суроо", KYRGYZ, "жасалма интеллекттин күчү жана жасалма интеллектке суроо"),
        ("Wi-Fi'ды өчүрүңүз.", KYRGYZ, "вай-файды өчүрүңүз."),
        ("YouTube'дан көрдүм.", KYRGYZ, "ютубдан көрдүм."),
        ("Көк-Булут кыштагы", KYRGYZ, "Көк-Булут кыштагы"),
        ("дареги: kok-bulut.example.org.", KYRGYZ, "дареги: көк булут чекит экзампл чекит орг."),
        ("Файл C:\\Users ичинде", KYRGYZ, "Файл цэ дисктеги колдонуучулар папкасы ичинде"),
        ("«Sentence Reader» программасы", KYRGYZ, "{en Sentence Reader} программасы"),
        ("Он играет на Комуз и комуз.", RUSSIAN, "Он играет на {ky комуз} и {ky комуз.}"),
        ("Aigul has Wi-Fi.", ENGLISH, "{ky Айгүл} has why fye."),
        ("a wi-fi and the Aiguls", ENGLISH, "a wi-fi and the Aiguls"),
    ],
)
def test_words_are_said_as_the_glossary_has_them(text: str, language: LanguageTag, said: str) -> None:
    assert heard(text, language, parse_glossary(EXAMPLE, PATH)[0]) == said


def test_a_term_holds_in_its_own_language_only() -> None:
    glossary = read('[ru]\n"сом" = "сомик"')
    assert heard("сом", RUSSIAN, glossary) == "сомик"
    assert heard("сом", KYRGYZ, glossary) == "сом"


def test_the_longest_term_wins_and_parts_of_words_are_left_alone() -> None:
    glossary = read('[ky]\n"тест" = "бир"\n"тест тапшыруу" = "эки"')
    assert heard("тест тапшыруу, тест, тестирование", KYRGYZ, glossary) == "эки, бир, тестирование"


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        (b"[ky]\n\xff = 1", 2, "pronunciation-not-utf8"),
        ('[ky]\n"a" "b"', 2, "pronunciation-bad-toml"),
        ('[ky]\n"а" = "б"\n"а" = "в"', 3, "pronunciation-bad-toml"),
        ('[ky]\n\n[kg]\n"а" = "б"', 3, "pronunciation-unknown-language"),
        ('"Wi-Fi" = "вай-фай"', 1, "pronunciation-unknown-language"),
        ('[ky]\n"ИИ" = ""', 2, "pronunciation-empty"),
        ('[ky]\n"ИИ" = 5', 2, "pronunciation-empty"),
        ('[ky]\nx = { says = "икс" }', 2, "pronunciation-empty"),
        ('[ky]\n"ИИ" = { say = "а", voice = "de" }', 2, "pronunciation-unknown-voice"),
        ('[ky]\n"..." = "көп чекит"', 2, "pronunciation-no-term"),
        ('[ky]\n"ИИ" = "ИИ 2"', 2, "pronunciation-unsayable"),
        ('[ky]\n"Word" = "word"', 2, "pronunciation-unsayable"),
        ('[ru]\n"слово" = "көл"', 2, "pronunciation-unsayable"),
        ('[en]\n"x" = "-"', 2, "pronunciation-unsayable"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: bytes | str, line: int, rule: str) -> None:
    assert problems(text) == [(line, rule)]
    (finding,) = parse_glossary(text.encode() if isinstance(text, str) else text, PATH)[1]
    for language in SITE_LANGUAGES:
        words = describe_finding(finding, language)
        assert words
        assert "{" not in words


def test_the_unsayable_characters_are_named() -> None:
    (finding,) = parse_glossary('[ky]\n"ИИ" = "AI — 2"'.encode(), PATH)[1]
    assert finding.values["characters"] == "A I — 2".replace("— ", "– ")


def test_one_mistake_costs_one_term() -> None:
    glossary, findings = parse_glossary('[ky]\n"а" = "1"\n"б" = "бэ"\n'.encode(), PATH)
    assert len(findings) == 1
    assert list(glossary.entries[KYRGYZ]) == ["б"]


def test_a_glossary_without_end_is_cut_and_told() -> None:
    text = "[ky]\n" + "\n".join(f'"сөз{number}" = "сөз"' for number in range(2100))
    glossary, findings = parse_glossary(text.encode(), PATH)
    assert [one.rule for one in findings] == ["pronunciation-too-many"]
    assert len(glossary.entries[KYRGYZ]) == 2000


def test_an_empty_file_is_an_empty_glossary() -> None:
    assert parse_glossary(b"", PATH) == (Glossary({}), ())
    assert normalise("5", KYRGYZ, EMPTY) == normalise("5", KYRGYZ)


@settings(max_examples=300)
@given(
    data=st.one_of(
        st.binary(max_size=60),
        st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
        st.lists(st.sampled_from(TOML_PIECES), max_size=14).map("".join).map(str.encode),
    )
)
@example(data=b"a." * 3000 + b"b = 1")
@example(data=b"[ky]\na = " + b"[" * 3000)
def test_any_file_gives_a_glossary_that_can_be_used(data: bytes) -> None:
    glossary, findings = parse_glossary(data, PATH)
    lines = data.count(b"\n") + 1
    assert all(0 < one.line <= lines + 1 and one.rule.startswith("pronunciation-") for one in findings)
    for language, terms in glossary.entries.items():
        for term, said in terms.items():
            words = normalise(term, language, glossary)
            assert words[0].language == said.language
            assert words[0].text.startswith(said.text[:1])
