"""A book as a reader opens it."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree import ElementTree

from builder.exports.epub import render_epub
from builder.model.course import Publication
from builder.model.document import Document, Variant
from builder.model.language import KYRGYZ, SITE_LANGUAGES
from builder.model.settings import Settings
from tests import samples

SETTINGS = Settings(dict.fromkeys(SITE_LANGUAGES, "Jetki"), publisher="Ак-Жол университети")
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SVG = "{http://www.w3.org/2000/svg}"
TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True)
class Book:
    data: bytes
    files: Mapping[str, bytes]

    @property
    def package(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.files["EPUB/package.opf"])

    def page(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.files[f"EPUB/{name}"])

    def reading_order(self) -> Iterator[str]:
        """The names of the pages as the spine gives them."""
        href = {one.get("id"): one.get("href") for one in self.package.iter(f"{OPF}item")}
        for one in self.package.iter(f"{OPF}itemref"):
            yield href[one.get("idref")] or ""

    def meta(self, name: str) -> list[str]:
        """All values of a property of the package metadata."""
        return [one.text or "" for one in self.package.iter(f"{OPF}meta") if one.get("property") == name]

    def properties_of(self, href: str) -> set[str]:
        item = next(one for one in self.package.iter(f"{OPF}item") if one.get("href") == href)
        return set((item.get("properties") or "").split())


def open_book(data: bytes) -> Book:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return Book(data, {name: archive.read(name) for name in archive.namelist()})


def book_of(
    *documents: Document,
    settings: Settings = SETTINGS,
    resources: Mapping[str, bytes] = samples.RESOURCES,
    variant: Variant = Variant.STANDARD,
) -> Book:
    """The book of these documents as a whole course."""
    return open_book(render_epub(publication_of(*documents, resources=resources, variant=variant), settings).data)


def publication_of(
    *documents: Document,
    resources: Mapping[str, bytes] = samples.RESOURCES,
    variant: Variant = Variant.STANDARD,
) -> Publication:
    """A publication of the sample course with these documents in it."""
    course = samples.course()
    language = documents[0].language if documents else KYRGYZ
    placed = tuple(replace(one, course=course.id, variant=variant) for one in documents)
    return Publication(course, language, placed, course.title[language], resources, True, variant)


def read_aloud(book: Book) -> str:
    """What a reader meets from the first page to the last, one thing a line, its role before it."""
    lines: list[str] = []
    for name in book.reading_order():
        page = book.page(name)
        lines.append(f"=== {name}: {page.findtext(f'{XHTML}head/{XHTML}title')}")
        body = page.find(f"{XHTML}body")
        assert body is not None
        _read(body, lines, 0)
        lines.append("")
    return "\n".join(line.rstrip() for line in lines)


_LINES = set("p h1 h2 h3 h4 h5 h6 li dt dd th td caption figcaption summary pre".split())
_BLOCKS = _LINES | set("ul ol dl table div figure blockquote details".split())


def _read(element: ElementTree.Element, lines: list[str], depth: int, number: int = 0) -> None:
    name = element.tag.rpartition("}")[2]
    role = element.get("role") or name
    if role in ("note", "doc-endnotes", "doc-toc", "details", "table", "figure", "blockquote") or (
        name == "div" and element.get("lang")
    ):
        lines.append("  " * depth + f"[{role}{_tongue(element)}]")
        depth += 1
    if name in _LINES:
        kind = f"{number}." if number else f"{name}:"
        lines.append("  " * depth + f"{kind} {_words(element)}".replace("\n", "\n" + "  " * (depth + 1)))
        depth += 1
    elif name in ("svg", "hr"):
        lines.append("  " * depth + f"{name}: {element.get('aria-label') or '-'}")
        return
    elif name in ("img", "math"):
        lines.append("  " * depth + _inline(element))
        return
    start = int(element.get("start") or 1) if name == "ol" else 0
    for place, child in enumerate(element):
        if name not in _LINES or child.tag.rpartition("}")[2] in _BLOCKS:
            _read(child, lines, depth, start + place if start else 0)


def _words(element: ElementTree.Element) -> str:
    """The element's own line: what stands in it before other blocks begin."""
    parts = [element.text or ""]
    for child in element:
        if child.tag.rpartition("}")[2] not in _BLOCKS:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()


def _inline(element: ElementTree.Element) -> str:
    name = element.tag.rpartition("}")[2]
    if name == "img":
        return f"(img: {element.get('alt')})"
    if name == "math":
        return f"(math: {element.get('alttext') or ''.join(element.itertext())})"
    if name == "br":
        return "\n"
    inside = (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)
    if name == "a":
        return f"{inside} <{element.get('href')}>"
    return f"({element.get('lang')}: {inside})" if element.get("lang") else inside


def _tongue(element: ElementTree.Element) -> str:
    return f" {element.get('lang')}" if element.get("lang") else ""
