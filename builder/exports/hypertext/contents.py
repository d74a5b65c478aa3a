"""A document's headings as nested entries."""

from dataclasses import dataclass

from builder.exports.hypertext.body import name_inlines
from builder.model.document import Document, Heading, walk


@dataclass(frozen=True, slots=True)
class TocEntry:
    """One heading: `markup` is its words as safe markup, with the languages of passages but without links and ids."""

    level: int
    markup: str
    anchor: str
    children: tuple["TocEntry", ...] = ()


def toc(document: Document) -> tuple[TocEntry, ...]:
    """The headings of the document, deeper ones inside; a skipped level is no empty entry."""
    name = name_inlines(document)
    flat = [TocEntry(one.level, name(one.children), one.anchor) for one in walk(document) if isinstance(one, Heading)]
    return _nested(flat)


def _nested(flat: list[TocEntry]) -> tuple[TocEntry, ...]:
    entries: list[TocEntry] = []
    while flat:
        first, rest = flat[0], flat[1:]
        below = 0
        while below < len(rest) and rest[below].level > first.level:
            below += 1
        entries.append(TocEntry(first.level, first.markup, first.anchor, _nested(rest[:below])))
        flat = rest[below:]
    return tuple(entries)
