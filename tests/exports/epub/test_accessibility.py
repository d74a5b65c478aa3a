"""A book says of its accessibility what is so, and nothing else."""

from dataclasses import replace

import pytest

from builder.exports.epub.words import book_words
from builder.model.document import (
    Diagram,
    DiagramNode,
    Figure,
    Formula,
    Inline,
    MathBlock,
    Paragraph,
    Passage,
    Picture,
    Text,
)
from builder.model.language import KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from tests.exports.epub.reading import SETTINGS, Book, book_of
from tests.exports.hypertext.reading import lesson_of
from tests.exports.hypertext.test_pictures import png, svg

MOVING = svg("<animate attributeName='x' values='0;1' dur='1s'/>")
PICTURES = {"a.png": png(1, 1), "moving.svg": MOVING}
ALWAYS = {"ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents", "unlocked"}


def book_with(*content: Inline | Figure | Diagram | MathBlock, certifier: str = "") -> Book:
    settings = replace(SETTINGS, accessibility_certifier=certifier)
    return book_of(lesson_of(*content), settings=settings, resources=PICTURES)


def features(book: Book) -> set[str]:
    return set(book.meta("schema:accessibilityFeature")) - ALWAYS


def test_words_alone_need_no_eyes() -> None:
    book = book_with(Text("а"))
    assert book.meta("schema:accessMode") == ["textual"]
    assert book.meta("schema:accessModeSufficient") == ["textual"]
    assert features(book) == set()
    assert book.meta("schema:accessibilityHazard") == ["none"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Picture("a.png", "Дарак"), {"alternativeText"}),
        (Picture("a.png", "", decorative=True), set()),
        (Picture("a.png", "Дарак", withheld=True), set()),
        (Figure(Picture("a.png", "Дарак"), (), (Paragraph((Text("б"),)),)), {"alternativeText", "longDescription"}),
        (Diagram("Т", (DiagramNode("a", "А"),), ()), {"alternativeText", "longDescription"}),
        (Formula("x"), {"MathML", "describedMath"}),
        (MathBlock("x"), {"MathML", "describedMath"}),
    ],
)
def test_a_feature_is_told_only_where_it_is_there(
    content: Inline | Figure | Diagram | MathBlock, expected: set[str]
) -> None:
    assert features(book_with(content)) == expected


def test_pictures_with_words_can_be_seen_or_read() -> None:
    book = book_with(Picture("a.png", "Дарак"))
    assert book.meta("schema:accessMode") == ["textual", "visual"]
    assert book.meta("schema:accessModeSufficient") == ["textual", "textual,visual"]


def test_one_picture_without_words_is_enough_to_need_eyes() -> None:
    book = book_with(Picture("a.png", "Дарак"), Picture("moving.svg", ""), certifier="Эксперт")
    assert book.meta("schema:accessModeSufficient") == ["textual,visual"]
    assert "alternativeText" not in features(book)
    assert book.meta("dcterms:conformsTo") == []
    assert book_words(KYRGYZ).not_all_described in book.meta("schema:accessibilitySummary")[0]


def test_a_picture_that_moves_leaves_the_hazards_open() -> None:
    book = book_with(Picture("moving.svg", "Дарак"))
    assert book.meta("schema:accessibilityHazard") == [
        "noSoundHazard", "unknownFlashingHazard", "unknownMotionSimulationHazard",
    ]  # fmt: skip
    assert book_words(KYRGYZ).may_move in book.meta("schema:accessibilitySummary")[0]


def test_conformance_is_claimed_only_by_name() -> None:
    unnamed, named = book_with(Text("а")), book_with(Text("а"), certifier="Эксперт")
    assert (unnamed.meta("dcterms:conformsTo"), unnamed.meta("a11y:certifiedBy")) == ([], [])
    assert named.meta("dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
    assert named.meta("a11y:certifiedBy") == ["Эксперт"]
    assert book_words(KYRGYZ).not_examined in unnamed.meta("schema:accessibilitySummary")[0]
    assert book_words(KYRGYZ).not_examined not in named.meta("schema:accessibilitySummary")[0]


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_summary_is_in_the_language_of_the_book(language: LanguageTag) -> None:
    own = book_words(language)
    foreign = Passage(RUSSIAN, (Text("да"),))
    book = book_of(lesson_of(Formula("x"), foreign, Picture("a.png", "Дарак"), language=language), resources=PICTURES)
    sentences = (own.navigable, own.all_described, own.mathematics, own.languages, own.not_examined)
    assert book.meta("schema:accessibilitySummary") == [" ".join(sentences)]
