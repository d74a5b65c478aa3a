"""Braille pages as files: BRF and PEF."""

import hashlib
import uuid
from typing import Final
from xml.sax.saxutils import escape

from builder.exports.braille.book import Book
from builder.exports.braille.cells import TO_ASCII, TO_UNICODE
from builder.exports.titles import edition_title
from builder.model.course import Publication
from builder.model.settings import Settings

_PEF: Final = "http://www.daisy.org/ns/2008/pef"
_DC: Final = "http://purl.org/dc/elements/1.1/"


def write_brf(book: Book) -> bytes:
    """North American ASCII braille: CRLF after every line, a form feed between pages, nothing after the last."""
    pages = [
        "".join(f"{line.rstrip(' ')}\r\n" for line in page.lines)
        for volume in book.volumes
        for section in volume.sections
        for page in section.pages
    ]
    return "\f".join(pages).translate(TO_ASCII).encode("ascii")


def write_pef(book: Book, publication: Publication, settings: Settings) -> bytes:
    """PEF 1.0, public draft of 2011: Unicode braille in volumes, sections, pages and rows.

    The identifier is derived from the pages, so the same pages have the same one; there is no date, because a date
    would make two builds of one text differ.
    """
    braille = book.settings
    body: list[str] = []
    for volume in book.volumes:
        body.append(
            f'<volume cols="{braille.cells_per_line}" rows="{braille.lines_per_page}" rowgap="0" duplex="true">\n'
        )
        for section in volume.sections:
            body.append("<section>\n")
            for page in section.pages:
                rows = (line.rstrip(" ").translate(TO_UNICODE) for line in page.lines)
                body.append("<page>\n" + "".join(f"<row>{row}</row>\n" if row else "<row/>\n" for row in rows))
                body.append("</page>\n")
            body.append("</section>\n")
        body.append("</volume>\n")
    pages = "".join(body)
    digest = hashlib.sha256(pages.encode()).digest()
    rights = publication.course.rights
    meta = [
        ("format", "application/x-pef+xml"),
        ("identifier", uuid.UUID(bytes=digest[:16], version=5).urn),
        ("title", edition_title(publication)),
        ("language", publication.language),
        *(("creator", one.name) for one in publication.course.people if one.role == "author"),
        *([("publisher", settings.publisher)] if settings.publisher else []),
        *([("rights", f"{rights.holder}, {rights.licence}")] if rights.holder else []),
    ]
    head = "".join(f"<dc:{name}>{escape(text)}</dc:{name}>\n" for name, text in meta)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<pef version="2008-1" xmlns="{_PEF}">\n'
        f'<head>\n<meta xmlns:dc="{_DC}">\n{head}</meta>\n</head>\n<body>\n{pages}</body>\n</pef>\n'
    ).encode()
