"""The XHTML files of a book: title page, contents, lessons."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from builder.exports.epub.words import book_words
from builder.exports.hypertext import HypertextContext, TocEntry, render_body, toc
from builder.exports.hypertext.markup import element, empty_element, escape
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


@dataclass(frozen=True, slots=True)
class Page:
    """An XHTML file with its name in the book's folder, and the manifest properties that its content asks for."""

    name: str
    data: bytes
    properties: tuple[str, ...] = ()


def lesson_page(name: str, document: Document, publication: Publication, context: HypertextContext) -> Page:
    """One lesson: its title is the page's only first-level heading."""
    anchors = {one.anchor for one in walk(document) if isinstance(one, Heading)}
    title_id = "lesson-title"
    while title_id in anchors:
        title_id += "_"
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


def title_page(publication: Publication, settings: Settings) -> Page:
    """Title, description, authors, responsible unit, publisher and rights, as text."""
    course, words, language = publication.course, labels_for(publication.language), publication.language
    lines = [element("h1", {}, escape(edition_title(publication)))]
    if description := course.description.get(language, ""):
        lines.append(element("p", {}, escape(description)))
    facts = [
        (words.authors, ", ".join(names_of(course.people, "author"))),
        (words.responsible_unit, course.unit.get(language, "")),
        (words.rights, f"{course.rights.holder}. {course.rights.licence}"),
    ]
    lines += [element("p", {}, escape(f"{name}: {value}")) for name, value in facts if value]
    if settings.publisher:
        lines.append(element("p", {}, escape(settings.publisher)))
    section = element("section", {"epub:type": "titlepage"}, "\n" + "\n".join(lines) + "\n")
    return _page(TITLE_PAGE, edition_title(publication), language, section, "frontmatter")


def contents_page(publication: Publication, lessons: Sequence[tuple[str, Document]]) -> Page:
    """The navigation document (EPUB 3.3, 5.4): lessons with their headings, and the landmarks."""
    words, own = labels_for(publication.language), book_words(publication.language)
    entries = [
        element("li", {}, _link(name, escape(document.title)) + _entries(name, toc(document)))
        for name, document in lessons
    ]
    heading = element("h1", {"id": "contents"}, escape(words.contents))
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
    title = f"{words.contents} – {edition_title(publication)}"
    page = _page(CONTENTS, title, publication.language, f"{contents}\n{landmarks}", "frontmatter")
    return Page(page.name, page.data, ("nav", *page.properties))


def _entries(name: str, entries: Iterable[TocEntry]) -> str:
    items = "".join(_entry(name, one) for one in entries)
    return element("ol", {}, f"\n{items}") if items else ""


def _entry(name: str, entry: TocEntry) -> str:
    below = _entries(name, entry.children)
    if not re.sub(r"<[^>]*>|\s", "", entry.markup):
        # A link without words is none (EPUB 3.3, 5.4.1): a heading without words passes its place on.
        return re.sub(r"^<ol>\n|</ol>$", "", below)
    return element("li", {}, _link(f"{name}#{entry.anchor}", entry.markup) + below) + "\n"


def _link(href: str, markup: str) -> str:
    return element("a", {"href": href}, markup)


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
