"""Forms of a word meet, different words stay apart, in Python and in the reader's browser alike."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.publishing.assets import theme_assets
from builder.publishing.search import compile_rules, stem

HERE = Path(__file__).parent
NAMES = {KYRGYZ: "kyrgyz", RUSSIAN: "russian", ENGLISH: "english"}
ENGINE = "assets/javascripts/search-engine.js"


def lines_of(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def forms(language: LanguageTag) -> list[tuple[LanguageTag, str, str]]:
    pairs = []
    for line in lines_of(f"{NAMES[language]}_forms.txt"):
        word, _, others = line.partition(":")
        pairs += [(language, word, other) for other in others.split()]
    return pairs


def apart(language: LanguageTag) -> list[tuple[LanguageTag, str, str]]:
    return [(language, *line.split()) for line in lines_of(f"{NAMES[language]}_apart.txt")]  # type: ignore[misc]


def all_words() -> list[tuple[LanguageTag, str]]:
    """Every word of the examples and of our own rules and demonstration courses."""
    words = {
        (language, one) for language in SITE_LANGUAGES for pair in forms(language) + apart(language) for one in pair[1:]
    }
    for language in SITE_LANGUAGES:
        for path in sorted(Path("content").glob(f"*/{language}/*.md")):
            words |= {(language, one) for one in path.read_text("utf-8").lower().split() if one.isalnum()}
    return sorted(words)


def run_engine(script: str, given_value: object) -> object:
    """What a script says that runs beside the engine, in the JavaScript runtime that Playwright brings along."""
    driver = pytest.importorskip("playwright._impl._driver")
    node = driver.compute_driver_executable()[0]
    source = theme_assets()[ENGINE].decode()
    program = f"{source}\nconst given = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n{script}"
    done = subprocess.run([str(node), "-e", program], input=json.dumps(given_value), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_forms_of_a_word_have_one_stem(language: LanguageTag) -> None:
    wrong = [
        (word, form, stem(word, language), stem(form, language))
        for _, word, form in forms(language)
        if stem(word, language) != stem(form, language)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_different_words_stay_apart(language: LanguageTag) -> None:
    wrong = [
        (one, other, stem(one, language))
        for _, one, other in apart(language)
        if stem(one, language) == stem(other, language)
    ]
    assert wrong == []


def test_the_examples_are_many_enough_to_mean_something() -> None:
    assert len(forms(KYRGYZ)) >= 300
    assert len(apart(KYRGYZ)) >= 35
    assert len(forms(RUSSIAN)) >= 90


def test_the_browser_finds_the_same_stems() -> None:
    words = all_words()
    given_value = {"rules": {one: compile_rules(one) for one in SITE_LANGUAGES}, "words": words}
    script = """
    const stemmers = Object.fromEntries(Object.entries(given.rules).map(
        ([language, rules]) => [language, globalThis.jetkiSearchEngine.makeStemmer(rules)]));
    process.stdout.write(JSON.stringify(given.words.map(([language, word]) => stemmers[language](word))));
    """
    found = run_engine(script, given_value)
    assert isinstance(found, list)
    assert len(found) == len(words) > 450
    wrong = [
        (word, theirs, ours)
        for (language, word), theirs in zip(words, found, strict=True)
        if theirs != (ours := stem(word, language))
    ]
    assert wrong == []


def test_invented_words_have_the_same_stem_in_the_browser() -> None:
    """Words put together from endings alone try every rule, also those that no example reaches."""
    words: list[tuple[LanguageTag, str]] = []
    for language in SITE_LANGUAGES:
        endings = sorted(
            {one for step in compile_rules(language)["steps"] for group in step["groups"] for one in group["endings"]}
        )
        begins: Sequence[str] = {
            KYRGYZ: ("кат", "көл", "тиб", "оруг"),
            RUSSIAN: ("учебн", "ра", "стро"),
            ENGLISH: ("plann", "stud", "a"),
        }[language]
        words += [(language, begin + one) for begin in begins for one in endings]
        words += [(language, begins[0] + one + other) for one, other in zip(endings, endings[7:], strict=False)]
    script = """
    const stemmers = Object.fromEntries(Object.entries(given.rules).map(
        ([language, rules]) => [language, globalThis.jetkiSearchEngine.makeStemmer(rules)]));
    process.stdout.write(JSON.stringify(given.words.map(([language, word]) => stemmers[language](word))));
    """
    found = run_engine(script, {"rules": {one: compile_rules(one) for one in SITE_LANGUAGES}, "words": words})
    assert isinstance(found, list)
    assert [(word, one) for word, one in zip(words, found, strict=True) if one != stem(word[1], word[0])] == []


ALPHABET = "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz0123456789"


@given(st.text(ALPHABET, min_size=1, max_size=24), st.sampled_from(SITE_LANGUAGES))
def test_every_word_has_a_stem_that_is_not_longer(word: str, language: LanguageTag) -> None:
    found = stem(word, language)
    assert found
    if word not in compile_rules(language)["irregular"]:
        assert len(found) <= len(word) + 1


@given(st.text(ALPHABET, min_size=1, max_size=24), st.sampled_from(SITE_LANGUAGES))
def test_capitals_do_not_matter(word: str, language: LanguageTag) -> None:
    assert stem(word.upper(), language) == stem(word.upper().lower(), language)


def test_a_regional_tag_has_the_rules_of_its_language() -> None:
    assert stem("книгами", LanguageTag("ru-RU")) == stem("книга", RUSSIAN)
