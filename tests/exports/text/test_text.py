"""What plain text says where other forms have marks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from builder.exports.hypertext.markup import clean
from builder.exports.text import render_text, text_of
from builder.mathematics import read_formula, speak_formula
from builder.model.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    Deleted,
    DiagramEdge,
    DiagramNode,
    Document,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    Inline,
    LessonTarget,
    Link,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    PassageBlock,
    Picture,
    Subscript,
    Superscript,
    Table,
    Text,
    WebTarget,
    walk,
)
from builder.model.labels import labels_for
from builder.model.language import KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import Settings
from tests import samples
from tests.exports.golden import assert_golden
from tests.exports.hypertext.reading import lesson_of
from tests.laws.documents import documents, soup
from tests.thorough import examples

SETTINGS = Settings(dict.fromkeys(SITE_LANGUAGES, "Jetki"), site_url="https://example.org")


def words(text: str) -> tuple[Inline, ...]:
    return (Text(text),)


def said(document: Document) -> str:
    return text_of(document, titled=False)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_a_person_can_read_it(language: LanguageTag) -> None:
    data = render_text(samples.lesson_publication(language), SETTINGS).data
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    assert_golden(Path(__file__).parent / "golden" / f"{language}.txt", text)


def test_old_windows_programs_can_open_it() -> None:
    data = render_text(samples.lesson_publication(KYRGYZ), SETTINGS).data
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.endswith(b"\r\n")


def test_a_paragraph_is_one_line() -> None:
    long = " ".join(["сөз"] * 200)
    assert said(lesson_of(Text(long))) == long


def test_headings_are_numbered_and_listed_first() -> None:
    headings = (Heading(2, words("Бир"), "a"), Heading(3, words("Эки"), "b"), Heading(2, words("Үч"), "c"))
    assert said(lesson_of(*headings)).split("\n\n")[0] == "Мазмуну:\n1. Бир\n1.1. Эки\n2. Үч"
    assert "\n\n2. Үч" in said(lesson_of(*headings))


def test_every_cell_follows_the_name_of_its_column() -> None:
    header, row = (Cell(words("Түрү")), Cell(words("Көлөмү"))), (Cell(words("Текст")), Cell(()))
    named = Table(header, (row,), words("Файлдар"), row_headers=True)
    assert said(lesson_of(named)).splitlines() == [
        "1-таблица: Файлдар",
        "Тилкелер: Түрү; Көлөмү",
        "1-сап, Текст. Көлөмү: —",
    ]
    assert said(lesson_of(Table(header, (row,)))).splitlines()[-1] == "1-сап. Түрү: Текст; Көлөмү: —"


def test_lists_keep_their_numbers_states_and_levels() -> None:
    inner = BulletList((ListItem((Paragraph(words("ички")),), True), ListItem((Paragraph(words("б")),), False)))
    items = (ListItem((Paragraph(words("а")), inner)), ListItem((Paragraph(words("в")),)))
    assert said(lesson_of(OrderedList(items, 4))).splitlines() == [
        "4. а",
        "  - аткарылды: ички",
        "  - аткарыла элек: б",
        "5. в",
    ]


def test_code_stands_to_the_letter_between_words_that_say_where_it_ends() -> None:
    code = CodeBlock("if x:\n\treturn  1", "python")
    assert said(lesson_of(code)) == "Код (Python):\nif x:\n\treturn  1\n(Код: аягы)"


def test_a_set_off_passage_of_several_paragraphs_says_where_it_ends() -> None:
    one, two = Paragraph(words("а")), Paragraph(words("б"))
    assert said(lesson_of(Admonition(AdmonitionKind.NOTE, (one,)))) == "Эскертүү: а"
    assert said(lesson_of(Admonition(AdmonitionKind.NOTE, (one, two), words("Т")))) == (
        "Эскертүү. Т:\nа\n\nб\n(Эскертүү: аягы)"
    )


def test_pictures_are_their_words() -> None:
    figure = Figure(Picture("a.svg", "Дарак", withheld=True), words("1-сүрөт"), (Paragraph(words("Эки.")),))
    assert said(lesson_of(figure)).splitlines() == [
        "Сүрөт: Дарак",
        labels_for(KYRGYZ).picture_withheld,
        "1-сүрөт",
        "Толук сыпаттама: Эки.",
    ]
    assert said(lesson_of(Figure(Picture("a.svg", "", decorative=True)))) == ""
    assert said(lesson_of(Picture("a.svg", "Дарак"))) == "[Сүрөт: Дарак]"


def test_formulas_are_spoken_in_the_language_around() -> None:
    spoken = speak_formula(read_formula("x^2"), RUSSIAN)
    assert said(lesson_of(PassageBlock(RUSSIAN, (Paragraph((Formula("x^2"),)),)))) == f"[орусча] {spoken}"


def test_notes_stand_at_the_end_under_their_numbers() -> None:
    note = Footnote(1, (Paragraph(words("Түшүндүрмө.")),))
    text = said(lesson_of(Paragraph((Text("сөз"), FootnoteReference(1))), footnotes=(note,)))
    assert text == "сөз [1-түшүндүрмө]\n\n\nТүшүндүрмөлөр\n\n1-түшүндүрмө: Түшүндүрмө."


@pytest.mark.parametrize(
    ("inline", "text"),
    [
        (Superscript(words("2")), "²"),
        (Superscript(words("10")), "^10"),
        (Subscript(words("2")), "2"),
        (Subscript(words("max")), "_max"),
        (Deleted(words("12")), "[сызылган: 12]"),
        (Link(words("бул"), WebTarget("https://example.org/")), "бул (https://example.org/)"),
        (Link(words("a@b.kg"), WebTarget("mailto:a@b.kg")), "a@b.kg"),
        (Link(words("сабак"), LessonTarget("course", "two", RUSSIAN)), "сабак (орусча)"),
        (Link(words("сабак"), LessonTarget("course", "two", KYRGYZ)), "сабак"),
        (Abbreviation("ББК", "Билим берүү китепканасы"), "ББК (Билим берүү китепканасы)"),
    ],
)
def test_what_marks_would_show_is_said(inline: Inline, text: str) -> None:
    assert said(lesson_of(inline)) == text


def test_links_give_the_page_on_the_web_where_it_is_known() -> None:
    document = lesson_of(Link(words("сабак"), LessonTarget("course", "two", RUSSIAN)))
    assert text_of(document, "https://example.org", titled=False) == (
        "сабак (орусча, https://example.org/ru/course/two/index.html)"
    )


def test_terminal_commands_in_a_text_do_nothing() -> None:
    publication = samples.lesson_publication(KYRGYZ)
    document = lesson_of(Text("a\x1b[2J\x07b"))
    data = render_text(type(publication)(publication.course, KYRGYZ, (document,), "T", {}), SETTINGS).data
    assert b"\x1b" not in data
    assert b"\x07" not in data


@hypothesis_settings(max_examples=examples(15), deadline=None)
@given(documents(text=soup()))
def test_no_word_of_a_lesson_is_lost(document: Document) -> None:
    text = said(document)
    for node in walk(document):
        match node:
            case Text(text=one) | CodeSpan(text=one):
                assert one in text or one in "123"
            case Abbreviation(text=one, expansion=full):
                assert one in text
                assert full in text
            case DiagramNode(label=one) | DiagramEdge(label=one):
                assert one in text
            case CodeBlock(text=code):
                assert all(line in text for line in code.splitlines())
            case Picture(alt=alt, decorative=False):
                assert alt in text
            case Formula(latex=latex) | MathBlock(latex=latex):
                assert speak_formula(read_formula(latex), document.language) in text


@hypothesis_settings(max_examples=examples(6), deadline=None)
@given(documents(text=soup()))
def test_the_same_document_gives_the_same_text(document: Document) -> None:
    assert said(document) == said(document)
    assert clean(said(document)) == said(document)
