import string
import tomllib
from importlib import resources

import pytest

from builder.command.wording import Wording, language_of_environment
from builder.model.format import FORMATS
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag


def _templates(language: LanguageTag) -> dict[str, str]:
    path = resources.files("builder.command") / "words" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _fields(template: str) -> set[str | None]:
    return {field for _text, field, _format, _conversion in string.Formatter().parse(template) if field is not None}


@pytest.mark.parametrize("language", [KYRGYZ, RUSSIAN])
def test_every_sentence_exists_with_the_same_places(language: LanguageTag) -> None:
    english = _templates(ENGLISH)
    other = _templates(language)
    assert other.keys() == english.keys()
    assert {name: _fields(text) for name, text in other.items()} == {
        name: _fields(text) for name, text in english.items()
    }


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_format_has_a_name(language: LanguageTag) -> None:
    assert all(Wording(language)(f"format-{one.name}") for one in FORMATS)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ky_KG.UTF-8"}, KYRGYZ),
        ({"LANG": "ky_KG.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, RUSSIAN),
        ({"LC_ALL": "C"}, ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
        ({}, ENGLISH),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], language: LanguageTag) -> None:
    assert language_of_environment(environment) == language


def test_sizes_are_written_as_people_write_them() -> None:
    assert [Wording(RUSSIAN).size(number) for number in (12, 2_499, 2_500_000)] == ["12 Б", "2 кБ", "2,5 МБ"]
    assert Wording(ENGLISH).size(2_500_000) == "2.5 MB"
