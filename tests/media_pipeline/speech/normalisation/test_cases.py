"""What teachers write, and what is heard."""

import pytest

from builder.model.language import ENGLISH, KYRGYZ, LanguageTag
from media_pipeline.speech.normalisation import normalise
from tests.media_pipeline.speech.normalisation.cases import CLASSES, all_cases, read_cases, write_down

LANGUAGES = (KYRGYZ, ENGLISH)


@pytest.mark.parametrize(("language", "group"), [(one, name) for one in LANGUAGES for name in read_cases(one)])
def test_text_is_said_as_written_down(language: LanguageTag, group: str) -> None:
    cases = read_cases(language)[group]
    said = {text: write_down(normalise(text, language), language) for text in cases}
    assert said == cases


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_has_cases_and_each_language_has_enough(language: LanguageTag) -> None:
    assert set(read_cases(language)) >= CLASSES
    assert all(read_cases(language).values())
    assert len(list(all_cases(language))) >= 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_cases_are_said_alike_once_more(language: LanguageTag) -> None:
    for text, _ in all_cases(language):
        for run in normalise(text, language):
            assert normalise(run.text, run.language) == (run,), text


def test_a_cyrillic_word_in_english_goes_to_the_voice_that_its_spelling_shows() -> None:
    said = normalise("өнөр, жыйын, окуу, здравствуйте, изменение", ENGLISH)
    assert [(one.language, one.text) for one in said] == [
        ("ky", "өнөр, жыйын, окуу,"),
        ("ru", "здравствуйте, изменение"),
    ]


def test_a_language_without_words_of_ours_is_left_to_its_own_voice() -> None:
    said = normalise("Guten  Tag,\n5 Studenten", LanguageTag("de-DE"))
    assert [(one.language, one.text) for one in said] == [("de", "Guten Tag, 5 Studenten")]
    assert normalise(" … ", LanguageTag("de")) == ()


def test_a_region_does_not_change_the_voice() -> None:
    assert normalise("5 китеп", LanguageTag("ky-KG")) == normalise("5 китеп", KYRGYZ)
