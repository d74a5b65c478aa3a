"""Documents in braille: one layout, written as BRF for embossers and displays and as PEF.

Kyrgyz and Russian are written in the literary code of their languages, English in Unified English Braille
(uncontracted, unless `settings.braille.english_grade` is 2). Languages and signs: `languages.py`; layout with its
sources: `lesson.py` and `book.py`; computer text: `computer.py`; what cannot be read back: `read_back.py`.
"""

from builder.exports.braille.book import make_book
from builder.exports.braille.read_back import KNOWN_AMBIGUITIES, braille_to_text, read_pages
from builder.exports.braille.writers import write_brf, write_pef
from builder.exports.liblouis import LiblouisMissing
from builder.exports.rendered import Rendered
from builder.model.course import Publication
from builder.model.settings import Settings


def render_brf(publication: Publication, settings: Settings) -> Rendered:
    """The publication as North American ASCII braille: CRLF after lines, a form feed between pages.

    Raises LiblouisMissing where the library or its tables are not installed.
    """
    book = make_book(publication, settings)
    return Rendered(write_brf(book), book.page_count, book.findings)


def render_pef(publication: Publication, settings: Settings) -> Rendered:
    """The publication as PEF 1.0: volumes, sections (title page, contents, one for each lesson), pages and rows.

    Raises LiblouisMissing where the library or its tables are not installed.
    """
    book = make_book(publication, settings)
    return Rendered(write_pef(book, publication, settings), book.page_count, book.findings)


__all__ = ["KNOWN_AMBIGUITIES", "LiblouisMissing", "braille_to_text", "read_pages", "render_brf", "render_pef"]
