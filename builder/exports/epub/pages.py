"""The XHTML files of a book: title page, contents, lessons."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from builder.exports.epub.words import book_words
from builder.exports.hypertext import HypertextContext, TocEntry, render_body, toc
from builder.exports.hypertext.markup import Attributes, element, empty_element, escape
from builder.exports.text import names_of
from builder.exports.titles import edition_title
from builder.model.course import Publication
from builder.model.document import Document, Heading, walk
from builder.model.labels import labels_for
from builder.model.language import LanguageTag
from builder.model.settings import Settings

TITLE_PAGE = "title.xhtml"
CONTENTS = "nav.xhtml"
STYLE_SHEET = "style.css"
TITLE_PLACES = "title."
CONTENTS_PLACES = "contents."


@dataclass(frozen=True, slots=True)
class Page:
    """An XHTML file with its name in the book's folder, and the manifest properties that its content asks for."""

    name: str
    data: bytes
    properties: tuple[str, ...] = ()


def lesson_page(name: str, document: Document, publication: Publication, context: HypertextContext) -> Page:
    """One lesson: its title is the page's only first-level heading."""
    title_id = title_place(document)
    body = render_body(document, context)
    heading = element("h1", {"id": title_id}, escape(document.title))
    chapter = element(
        "section",
        {"epub:type": "chapter", "role": "doc-chapter", "aria-labelledby": title_id},
        f"\n{heading}\n{body}\n",
    )
    whole_title = edition_title(publication)
    title = document.title if document.title == whole_title else f"{document.title} – {whole_title}"
    return _page(name, title, document.language, chapter, "bodymatter")


def title_place(document: Document) -> str:
    """The id of a lesson's first-level heading, never one of the author's anchors."""
    anchors = {one.anchor for one in walk(document) if isinstance(one, Heading)}
    title_id = "lesson-title"
    while title_id in anchors:
        title_id += "_"
    return title_id


def title_page(publication: Publication, settings: Settings, *, spoken: bool = False) -> Page:
    """Title, description, authors, responsible unit, publisher and rights, as text.

    With `spoken`, here and in the contents, everything that is to be read aloud has an id that begins with
    `TITLE_PLACES` or `CONTENTS_PLACES`.
    """
    course, words, language = publication.course, labels_for(publication.language), publication.language
    place = _places(TITLE_PLACES, spoken)
    lines = [element("h1", place(), escape(edition_title(publication)))]
    if description := course.description.get(language, ""):
        lines.append(element("p", place(), escape(description)))
    facts = [
        (words.authors, ", ".join(names_of(course.people, "author"))),
        (words.responsible_unit, course.unit.get(language, "")),
        (words.rights, f"{course.rights.holder}. {course.rights.licence}"),
    ]
    lines += [element("p", place(), escape(f"{name}: {value}")) for name, value in facts if value]
    if settings.publisher:
        lines.append(element("p", place(), escape(settings.publisher)))
    section = element("section", {"epub:type": "titlepage"}, "\n" + "\n".join(lines) + "\n")
    return _page(TITLE_PAGE, edition_title(publication), language, section, "frontmatter")


def contents_page(publication: Publication, lessons: Sequence[tuple[str, Document]], *, spoken: bool = False) -> Page:
    """The navigation document (EPUB 3.3, 5.4): lessons with their headings, and the landmarks."""
    words, own = labels_for(publication.language), book_words(publication.language)
    place = _places(CONTENTS_PLACES, spoken)
    title = escape(words.contents)
    heading = element("h1", {"id": "contents"}, element("span", place(), title) if spoken else title)
    entries = [
        element("li", {}, _link(name, escape(document.title), place) + _entries(name, toc(document), place))
        for name, document in lessons
    ]
    contents = element(
        "nav",
        {"epub:type": "toc", "role": "doc-toc", "aria-labelledby": "contents"},
        f"\n{heading}\n{element('ol', {}, _lines(entries))}\n",
    )
    places = [("titlepage", TITLE_PAGE, own.title_page), ("toc", f"{CONTENTS}#contents", words.contents)]
    if lessons:
        places.append(("bodymatter", lessons[0][0], own.beginning))
    listed = [
        element("li", {}, element("a", {"epub:type": kind, "href": href}, escape(text))) for kind, href, text in places
    ]
    landmarks = element(
        "nav",
        {"epub:type": "landmarks", "aria-labelledby": "landmarks", "hidden": "hidden"},
        f"\n{element('h2', {'id': 'landmarks'}, escape(own.landmarks))}\n{element('ol', {}, _lines(listed))}\n",
    )
    page_title = f"{words.contents} – {edition_title(publication)}"
    page = _page(CONTENTS, page_title, publication.language, f"{contents}\n{landmarks}", "frontmatter")
    return Page(page.name, page.data, ("nav", *page.properties))


_Place = Callable[[], Attributes]
"""Gives the attributes of the next place that is read aloud."""


def _places(prefix: str, spoken: bool) -> _Place:
    numbers = count(1)
    return lambda: {"id": f"{prefix}{next(numbers)}"} if spoken else {}


def _entries(name: str, entries: Iterable[TocEntry], place: _Place) -> str:
    items = "".join(_entry(name, one, place) for one in entries)
    return element("ol", {}, f"\n{items}") if items else ""


def _entry(name: str, entry: TocEntry, place: _Place) -> str:
    if not re.sub(r"<[^>]*>|\s", "", entry.markup):
        # A link without words is none (EPUB 3.3, 5.4.1): a heading without words passes its place on.
        return re.sub(r"^<ol>\n|</ol>$", "", _entries(name, entry.children, place))
    link = _link(f"{name}#{entry.anchor}", entry.markup, place)
    return element("li", {}, link + _entries(name, entry.children, place)) + "\n"


def _link(href: str, markup: str, place: _Place) -> str:
    return element("a", {"href": href, **place()}, markup)


def _lines(items: Sequence[str]) -> str:
    return "\n" + "\n".join(items) + "\n"


def _page(name: str, title: str, language: LanguageTag, inside: str, part: str) -> Page:
    head = element("title", {}, escape(title)) + empty_element(
        "link", {"rel": "stylesheet", "type": "text/css", "href": STYLE_SHEET}
    )
    properties = tuple(kind for kind, sign in (("mathml", "<math"), ("svg", "<svg")) if sign in inside)
    attributes = {
        "xmlns": "http://www.w3.org/1999/xhtml",
        "xmlns:epub": "http://www.idpf.org/2007/ops",
        "lang": language,
        "xml:lang": language,
    }
    body = element("body", {"epub:type": part}, f"\n{inside}\n")
    html = element("html", attributes, f"\n{element('head', {}, head)}\n{body}\n")
    return Page(name, f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n{html}\n'.encode(), properties)
