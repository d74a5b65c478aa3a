import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.publishing.assets import _material_folder
from builder.publishing.words import WORDS, Plural, count, write_number, write_size

_THEME = Path("builder/publishing/theme")


@pytest.mark.parametrize(
    ("number", "language", "written"),
    [
        (1, RUSSIAN, "1 страница"),
        (2, RUSSIAN, "2 страницы"),
        (4, RUSSIAN, "4 страницы"),
        (5, RUSSIAN, "5 страниц"),
        (11, RUSSIAN, "11 страниц"),
        (12, RUSSIAN, "12 страниц"),
        (21, RUSSIAN, "21 страница"),
        (34, RUSSIAN, "34 страницы"),
        (111, RUSSIAN, "111 страниц"),
        (122, RUSSIAN, "122 страницы"),
        (1.5, RUSSIAN, "1,5 страницы"),
        (1, KYRGYZ, "1 бет"),
        (34, KYRGYZ, "34 бет"),
        (0, ENGLISH, "0 pages"),
        (1, ENGLISH, "1 page"),
        (1.5, ENGLISH, "1.5 pages"),
        (1234, RUSSIAN, "1 234 страницы"),
        (1234, KYRGYZ, "1 234 бет"),
        (1234, ENGLISH, "1,234 pages"),
    ],
)
def test_counted_nouns_take_the_form_of_their_language(number: float, language: LanguageTag, written: str) -> None:
    assert count(number, WORDS[language].page_count, language).replace("\N{NO-BREAK SPACE}", " ") == written


@pytest.mark.parametrize(
    ("size", "language", "written"),
    [
        (1, ENGLISH, "1 byte"),
        (999, RUSSIAN, "999 байт"),
        (1_000, ENGLISH, "1 kilobyte"),
        (2_400, RUSSIAN, "2 килобайта"),
        (210_400, KYRGYZ, "210 килобайт"),
        (999_499, ENGLISH, "999 kilobytes"),
        (999_500, ENGLISH, "1 megabyte"),
        (1_540_000, RUSSIAN, "1,5 мегабайта"),
        (1_540_000, ENGLISH, "1.5 megabytes"),
        (12_340_000, KYRGYZ, "12 мегабайт"),
        (21_000_000, RUSSIAN, "21 мегабайт"),
    ],
)
def test_sizes_are_written_in_words(size: int, language: LanguageTag, written: str) -> None:
    assert write_size(size, language).replace("\N{NO-BREAK SPACE}", " ") == written


def test_a_decimal_that_rounds_away_is_not_written() -> None:
    assert write_number(3.04, RUSSIAN) == "3"


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Plural) or (not isinstance(value, dict) and dataclasses.is_dataclass(value)):
        for one in dataclasses.fields(value):
            yield from _texts(getattr(value, one.name), f"{name}.{one.name}")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, f"{name}.{key}")


@pytest.mark.parametrize("language", WORDS)
def test_no_language_has_a_word_missing(language: LanguageTag) -> None:
    names = {name for name, _ in _texts(WORDS[ENGLISH])}
    found = dict(_texts(WORDS[language]))
    assert found.keys() == names
    assert all(text.strip() or name.endswith("group_mark") for name, text in found.items())


@pytest.mark.parametrize("language", WORDS)
def test_templates_ask_for_the_same_values_in_every_language(language: LanguageTag) -> None:
    def asked(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    english = dict(_texts(WORDS[ENGLISH]))
    for name, text in _texts(WORDS[language]):
        assert asked(text) == asked(english[name]), name


def test_languages_do_not_borrow_each_others_sentences() -> None:
    kyrgyz, russian = dict(_texts(WORDS[KYRGYZ])), dict(_texts(WORDS[RUSSIAN]))
    shared = {text for name, text in kyrgyz.items() if russian[name] == text and " " in text.strip()}
    assert not shared


def test_material_can_speak_kyrgyz_everywhere_it_speaks_english() -> None:
    def keys(file: Path) -> set[str]:
        return set(re.findall(r'^\s*"([a-z.]+)":', file.read_text("utf-8"), re.MULTILINE))

    english = keys(_material_folder() / "partials/languages/en.html")
    assert len(english) > 40
    assert english - keys(_THEME / "partials/languages/ky.html") <= {
        "direction",
        "search.config.pipeline",
        "search.config.separator",
    }
