"""What is in a book, and that it is the same in every build."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.exports.epub import render_epub
from builder.exports.epub.package import book_identifier
from builder.mathematics import read_formula, speak_formula
from builder.model.document import (
    CourseTarget,
    Document,
    Formula,
    Heading,
    LessonTarget,
    Link,
    Paragraph,
    Picture,
    ResourceTarget,
    Target,
    Text,
    Variant,
    WebTarget,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from tests import samples
from tests.exports.epub.reading import (
    DC,
    MATHML,
    OPF,
    SETTINGS,
    TYPE,
    XHTML,
    book_of,
    open_book,
    publication_of,
    read_aloud,
)
from tests.exports.golden import assert_golden
from tests.exports.hypertext.reading import lesson_of
from tests.exports.hypertext.test_pictures import GIF, JPEG, png, svg
from tests.laws.documents import documents, soup
from tests.thorough import examples

SITE = replace(SETTINGS, site_url="https://example.org")


def linking_to(target: Target, *, language: LanguageTag = KYRGYZ) -> tuple[Document, Document]:
    """A lesson with a link, and the lesson `two` of the same course with the heading `goals`."""
    first = replace(lesson_of(Link((Text("x"),), target), language=language), lesson="one")
    return first, replace(lesson_of(Heading(2, (Text("y"),), "goals"), language=language), lesson="two")


def href_in(target: Target, *, site: bool = True) -> str | None:
    page = book_of(*linking_to(target), settings=SITE if site else SETTINGS).page("lesson-001.xhtml")
    link = page.find(f".//{XHTML}a")
    return None if link is None else link.get("href")


# ---------------------------------------------------------------- the container


def test_the_media_type_comes_first_and_uncompressed() -> None:
    data = book_of(samples.everything(KYRGYZ)).data
    assert data[30:58] == b"mimetypeapplication/epub+zip"


def test_nothing_in_the_archive_knows_when_or_where_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(book_of(samples.everything(KYRGYZ)).data)) as archive:
        entries = archive.infolist()
    assert {one.date_time for one in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(one.create_system, one.external_attr, one.extra) for one in entries} == {(3, 0o644 << 16, b"")}


@settings(max_examples=examples(8), deadline=None)
@given(documents(text=soup()))
def test_the_same_publication_gives_the_same_bytes(document: Document) -> None:
    assert book_of(document).data == book_of(document).data


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(documents(KYRGYZ, text=soup()), min_size=1, max_size=3))
def test_every_lesson_is_a_page_and_every_file_is_declared_once(lessons: list[Document]) -> None:
    book = book_of(*(replace(one, lesson=f"lesson{number}") for number, one in enumerate(lessons)))
    hrefs = [f"EPUB/{one.get('href')}" for one in book.package.iter(f"{OPF}item")]
    assert len(hrefs) == len(set(hrefs))
    assert set(hrefs) | {"mimetype", "META-INF/container.xml", "EPUB/package.opf"} == set(book.files)
    pages = list(book.reading_order())
    assert pages == ["title.xhtml", "nav.xhtml", *(f"lesson-{n:03}.xhtml" for n in range(1, len(lessons) + 1))]
    for name in pages:
        page = book.page(name)
        assert page.findtext(f"{XHTML}head/{XHTML}title")
        assert len(list(page.iter(f"{XHTML}h1"))) == 1
        markup = book.files[f"EPUB/{name}"]
        for sign, flag in ((b"<math", "mathml"), (b"<svg", "svg")):
            assert (flag in book.properties_of(name)) == (sign in markup)


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(documents(RUSSIAN), min_size=1, max_size=2))
def test_every_link_of_the_book_leads_somewhere(lessons: list[Document]) -> None:
    book = book_of(*(replace(one, lesson=name) for one, name in zip(lessons, ("files", "search"), strict=False)))
    pages = {name: book.page(name) for name in book.reading_order()}
    ids = {name: {one.get("id") for one in page.iter()} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            href = link.get("href") or ""
            if not href.startswith("https:"):
                there, _, anchor = href.partition("#")
                assert not anchor or anchor in ids[there or name]
                assert (there or name) in pages


# ---------------------------------------------------------------- what a reader meets


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_a_person_can_read_it(language: LanguageTag) -> None:
    book = open_book(render_epub(samples.lesson_publication(language), SETTINGS).data)
    assert_golden(Path(__file__).parent / "golden" / f"{language}.txt", read_aloud(book))


def test_pages_and_package_tell_the_language_in_both_ways() -> None:
    book = book_of(samples.everything(KYRGYZ))
    for name in book.reading_order():
        page = book.page(name)
        assert (page.get("lang"), page.get("{http://www.w3.org/XML/1998/namespace}lang")) == ("ky", "ky")
    assert [one.text for one in book.package.iter(f"{DC}language")] == ["ky"]


def test_contents_list_lessons_with_their_headings() -> None:
    first = replace(
        lesson_of(Heading(2, (Text("А"),), "a"), Heading(3, (Formula("x"),), "b")), title="Бир", lesson="one"
    )
    second = replace(lesson_of(Heading(2, (Picture("p", "", decorative=True),), "c")), title="Эки", lesson="two")
    nav = book_of(first, second).page("nav.xhtml").find(f".//{XHTML}nav[@role='doc-toc']")
    assert nav is not None
    assert [("".join(one.itertext()), one.get("href")) for one in nav.iter(f"{XHTML}a")] == [
        ("Бир", "lesson-001.xhtml"),
        ("А", "lesson-001.xhtml#a"),
        (speak_formula(read_formula("x"), KYRGYZ), "lesson-001.xhtml#b"),
        ("Эки", "lesson-002.xhtml"),
    ]


def test_landmarks_name_title_page_contents_and_text() -> None:
    page = book_of(samples.everything(ENGLISH)).page("nav.xhtml")
    landmarks = page.find(f".//{XHTML}nav[@hidden='hidden']")
    assert landmarks is not None
    assert [one.get(TYPE) for one in landmarks.iter(f"{XHTML}a")] == ["titlepage", "toc", "bodymatter"]


def test_the_easy_language_book_says_what_it_is_and_is_a_book_of_its_own() -> None:
    standard, easy = (book_of(lesson_of(Text("а")), variant=one) for one in Variant)
    assert easy.package.findtext(f".//{DC}title") == "Компьютер негиздери (жеңил тилде)"
    assert standard.package.findtext(f".//{DC}identifier") != easy.package.findtext(f".//{DC}identifier")


# ---------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("target", "href"),
    [
        (LessonTarget(samples.COURSE_ID, "two", KYRGYZ), "lesson-002.xhtml"),
        (LessonTarget(samples.COURSE_ID, "two", KYRGYZ, "goals"), "lesson-002.xhtml#goals"),
        (LessonTarget(samples.COURSE_ID, "two", KYRGYZ, "missing"), "lesson-002.xhtml"),
        (LessonTarget(samples.COURSE_ID, "one", KYRGYZ), "lesson-001.xhtml"),
        (CourseTarget(samples.COURSE_ID, KYRGYZ), "title.xhtml"),
    ],
)
def test_links_within_the_course_stay_in_the_book(target: Target, href: str) -> None:
    assert href_in(target) == href_in(target, site=False) == href


@pytest.mark.parametrize(
    ("target", "href"),
    [
        (LessonTarget("other", "files", KYRGYZ, "a"), "https://example.org/ky/other/files/index.html#a"),
        (LessonTarget(samples.COURSE_ID, "two", RUSSIAN), f"https://example.org/ru/{samples.COURSE_ID}/two/index.html"),
        (CourseTarget("other", KYRGYZ), "https://example.org/ky/other/index.html"),
        (ResourceTarget("other", "media/table.csv"), "https://example.org/media/other/table.csv"),
    ],
)
def test_links_out_of_the_book_lead_to_the_site_or_are_words(target: Target, href: str) -> None:
    assert href_in(target) == href
    assert href_in(target, site=False) is None


def test_links_to_the_web_stay() -> None:
    assert href_in(WebTarget("https://example.com/"), site=False) == "https://example.com/"


# ---------------------------------------------------------------- pictures


def test_pictures_are_embedded_once_with_the_type_of_their_bytes() -> None:
    names = {"media/a.bin": png(4, 3), "media/b.png": JPEG, "media/c.x": svg(), "media/d": GIF}
    shown = [Picture(name, "alt") for name in [*names, "media/a.bin"]]
    book = book_of(lesson_of(*shown), resources=names)
    items = {one.get("href"): one.get("media-type") for one in book.package.iter(f"{OPF}item")}
    assert {href: kind for href, kind in items.items() if (href or "").startswith("picture")} == {
        "picture-001.png": "image/png",
        "picture-002.jpg": "image/jpeg",
        "picture-003.svg": "image/svg+xml",
        "picture-004.gif": "image/gif",
    }
    images = list(book.page("lesson-001.xhtml").iter(f"{XHTML}img"))
    assert [one.get("src") for one in images][-1] == "picture-001.png"
    assert (images[0].get("width"), images[0].get("height")) == ("4", "3")


@pytest.mark.parametrize("data", [b"no picture", svg("<script/>")])
def test_a_picture_that_cannot_be_embedded_is_told_and_reported(data: bytes) -> None:
    document = replace(lesson_of(Paragraph((Picture("media/a.svg", "Дарак", line=7),))), source="content/c/ky/01-a.md")
    rendered = render_epub(publication_of(document, resources={"media/a.svg": data}), SETTINGS)
    assert [(one.path, one.line, one.rule) for one in rendered.findings] == [
        ("content/c/ky/01-a.md", 7, "picture-not-embeddable")
    ]
    assert "[Дарак]" in open_book(rendered.data).files["EPUB/lesson-001.xhtml"].decode()


def test_a_picture_without_a_file_is_told() -> None:
    rendered = render_epub(publication_of(lesson_of(Picture("media/a.svg", "Дарак")), resources={}), SETTINGS)
    assert rendered.findings == ()
    assert "[Дарак]" in open_book(rendered.data).files["EPUB/lesson-001.xhtml"].decode()


def test_a_withheld_picture_is_not_in_the_book() -> None:
    book = book_of(lesson_of(Picture("media/a.png", "Дарак", withheld=True)), resources={"media/a.png": png(1, 1)})
    assert not any("picture" in name for name in book.files)
    assert "Дарак" in book.files["EPUB/lesson-001.xhtml"].decode()


def test_a_drawing_loses_its_document_type() -> None:
    head = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
    book = book_of(lesson_of(Picture("a", "Дарак")), resources={"a": head + svg()})
    assert b"DOCTYPE" not in book.files["EPUB/picture-001.svg"]


# ---------------------------------------------------------------- metadata


def test_the_package_names_people_publisher_and_rights() -> None:
    package = book_of(samples.everything(KYRGYZ), settings=SITE).package
    course = samples.course()
    assert [one.text for one in package.iter(f"{DC}creator")] == ["Айгүл Асанова"]
    assert [one.text for one in package.iter(f"{DC}contributor")] == ["Бакыт Осмонов"]
    assert package.findtext(f".//{DC}publisher") == SITE.publisher
    assert package.findtext(f".//{DC}rights") == f"{course.rights.holder}. {course.rights.licence}"
    assert package.findtext(f".//{DC}source") == f"https://example.org/ky/{course.id}/index.html"


def test_a_book_keeps_its_identifier() -> None:
    publication = publication_of(lesson_of(Text("а")))
    assert book_identifier(publication) == book_identifier(publication_of(lesson_of(Text("б"))))
    # Written down: readers' libraries know a book by it.
    assert book_identifier(publication) == "urn:uuid:8782d179-5ae8-5a0d-ba5f-63bf8505b773"


def test_mathematics_is_mathml() -> None:
    page = book_of(lesson_of(Formula("x^2"))).page("lesson-001.xhtml")
    assert len(list(page.iter(f"{MATHML}math"))) == 1
