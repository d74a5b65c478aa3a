"""The navigation control centre (DAISY 2.02, 2.1): the contents of a book as players read them. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from builder.exports.daisy.smil import FORMAT, GENERATOR, BookFacts, Section, clock
from builder.exports.daisy.xhtml import write_page
from builder.exports.hypertext.markup import Attributes, element, escape
from builder.exports.text import names_of
from builder.model.course import Publication
from builder.model.settings import Settings

DATE: Final = "1980-01-01"
"""The format wants a date of publication. A build has no clock, and the same content must give the same bytes: so this
is the first day that a zip file can name, as in our EPUB books, and says nothing about the content."""


def write_ncc(
    publication: Publication,
    settings: Settings,
    book: BookFacts,
    sections: Sequence[Section],
    narrators: Sequence[str],
    files: int,
) -> bytes:
    """``ncc.html``. The first section is the title of the book; `files` is how many files the book has."""
    headings = [_heading(number, one, level) for number, (one, level) in enumerate(_levels(sections), 1)]
    metadata = _metadata(publication, settings, book, sections, narrators, files)
    body = "\n".join(headings)
    return write_page(
        book.title, publication.language, body, ({"name": name, "content": text} for name, text in metadata)
    )


def _heading(number: int, section: Section, level: int) -> str:
    link = element("a", {"href": section.start}, escape(section.title))
    attributes: Attributes = {"class": "title" if number == 1 else None, "id": f"heading-{number:04}"}
    return element(f"h{level}", attributes, link)


def _levels(sections: Sequence[Section]) -> Iterator[tuple[Section, int]]:
    """Every section with a level that skips none: players go from level to level."""
    level = 1
    for number, section in enumerate(sections):
        level = min(section.level, level + 1) if number else 1
        yield section, level


def _metadata(
    publication: Publication,
    settings: Settings,
    book: BookFacts,
    sections: Sequence[Section],
    narrators: Sequence[str],
    files: int,
) -> Iterator[tuple[str, str]]:
    """What the format asks for (appendix 2), in its order: first what a book must say."""
    course = publication.course
    for author in names_of(course.people, "author") or [course.rights.holder]:
        yield "dc:creator", author
    yield "dc:date", DATE
    yield "dc:format", FORMAT
    yield "dc:identifier", book.identifier
    yield "dc:language", publication.language
    yield "dc:publisher", settings.publisher or course.rights.holder
    yield "dc:title", book.title
    yield "ncc:charset", "utf-8"
    yield "ncc:pageFront", "0"
    yield "ncc:pageNormal", "0"
    yield "ncc:pageSpecial", "0"
    yield "ncc:tocItems", str(len(sections))
    yield "ncc:totalTime", clock(sum(one.duration_ms for one in sections))
    yield "ncc:setInfo", "1 of 1"
    yield "ncc:depth", str(max(level for _, level in _levels(sections)))
    yield "ncc:files", str(files)
    yield "ncc:multimediaType", "audioFullText"
    yield "ncc:generator", GENERATOR
    for narrator in narrators:
        yield "ncc:narrator", narrator
    yield "dc:rights", f"{course.rights.holder}. {course.rights.licence}"
    if description := course.description.get(publication.language, ""):
        yield "dc:description", description
