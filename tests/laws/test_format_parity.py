"""Format parity: whatever a document says, every format says.

Each law takes generated documents apart into the words that an author wrote (running text, code, table cells, picture
descriptions, diagrams, full forms of abbreviations) and looks for every one of them in what the renderer made, as often
as the author wrote it. Formulas are looked for by what a reader meets in that format.
"""

import io
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from builder.exports.braille import braille_to_text, render_brf, render_pef
from builder.exports.epub import render_epub
from builder.exports.hypertext import HypertextContext, render_body
from builder.exports.large_print import render_large_print
from builder.exports.text import render_text
from builder.mathematics import read_formula, speak_formula
from builder.model.course import Publication
from builder.model.document import (
    Abbreviation,
    Cell,
    CodeBlock,
    CodeSpan,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Document,
    Formula,
    Heading,
    MathBlock,
    Node,
    Passage,
    PassageBlock,
    Picture,
    Subscript,
    Superscript,
    Text,
    child_nodes,
    walk,
)
from builder.model.settings import Settings
from tests.laws.documents import documents
from tests.samples import RESOURCES, course
from tests.thorough import examples

SETTINGS = Settings({"ky": "Сынак", "ru": "Проверка", "en": "Test"})  # type: ignore[dict-item]
_QUIET = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))


def _written(document: Document) -> Iterator[str]:
    """Every text an author wrote, in reading order."""
    yield document.title
    for node in walk(document):
        match node:
            case Text(text=text) | CodeSpan(text=text) | CodeBlock(text=text):
                yield text
            case Abbreviation(text=text, expansion=expansion):
                yield text
                yield expansion
            case Picture(alt=alt):
                yield alt
            case Diagram(title=title):
                yield title
            case DiagramNode(label=label) | DiagramEdge(label=label):
                yield label


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.lower()))


def _latex(document: Document) -> list[str]:
    return [node.latex for node in walk(document) if isinstance(node, Formula | MathBlock)]


def _missing(document: Document, made: str, *, once: bool = False) -> list[str]:
    """Words that `made` has less often than the document; `once` only asks for each at all."""
    wanted = sum((_words(text) for text in _written(document)), Counter[str]())
    found = _words(made)
    return [word for word, count in wanted.items() if found[word] < (1 if once else count)]


def _publication(document: Document) -> Publication:
    return Publication(course(), document.language, (document,), document.title, RESOURCES)


@_QUIET
@given(documents())
def test_plain_text_keeps_everything(document: Document) -> None:
    text = render_text(_publication(document), SETTINGS).data.decode()
    assert _missing(document, text, once=True) == []
    for latex in _latex(document):
        assert speak_formula(read_formula(latex), document.language) in " ".join(text.split())


@_QUIET
@given(documents())
def test_hypertext_keeps_everything(document: Document) -> None:
    context = HypertextContext(lambda _target: "#", lambda resource: resource)
    tree = etree.fromstring(f"<main><h1>{document.title}</h1>{render_body(document, context)}</main>")
    assert _missing(document, _seen(tree), once=True) == []
    formulas = tree.findall(".//{http://www.w3.org/1998/Math/MathML}math")
    spoken = [speak_formula(read_formula(latex), document.language) for latex in _latex(document)]
    assert sorted(one.get("alttext", "") for one in formulas) == sorted(spoken)
    headings = [node for node in walk(document) if isinstance(node, Heading)]
    assert sum(len(tree.findall(f".//h{level}")) for level in range(2, 7)) >= len(headings)
    cells = [node for node in walk(document) if isinstance(node, Cell)]
    assert len(tree.findall(".//td")) + len(tree.findall(".//th")) == len(cells)


@_QUIET
@given(documents())
def test_an_epub_keeps_everything(document: Document) -> None:
    book = render_epub(_publication(document), SETTINGS).data
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        pages = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xhtml")]
    assert _missing(document, " ".join(map(_seen, pages)), once=True) == []
    formulas = [one for page in pages for one in page.iter("{http://www.w3.org/1998/Math/MathML}math")]
    assert len(formulas) >= len(_latex(document))


@settings(_QUIET, max_examples=examples(12))
@given(document=documents())
def test_large_print_keeps_everything(document: Document, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("pdf") / "lesson.pdf"
    path.write_bytes(render_large_print(_publication(document), SETTINGS, size_pt=18).data)
    text = _pdf_text(path)
    squeezed = re.sub(r"\s+", "", text.lower())
    wanted = {word for one in _written_visibly(document) for word in _words(one)}
    assert [word for word in wanted if word not in squeezed] == []


@_QUIET
@given(documents())
def test_braille_keeps_everything(document: Document) -> None:
    publication = _publication(document)
    brf = render_brf(publication, SETTINGS)
    found = _words(braille_to_text(brf.data, document.language))
    wanted = {word for text in _in_own_language(document) for word in _words(text)}
    assert [word for word in wanted if not found[word]] == []
    assert render_pef(publication, SETTINGS).pages == brf.pages
    assert brf.findings == ()


def _seen(tree: etree._Element) -> str:
    """Text content and what assistive technology reads from attributes."""
    spoken = [
        value for one in tree.iter() for name, value in one.attrib.items() if name in ("alt", "title", "aria-label")
    ]
    return " ".join([*(str(text) for text in tree.itertext()), *map(str, spoken)])


def _written_visibly(document: Document) -> Iterator[str]:
    """As `_written`, without the alternative texts of pictures, which a PDF keeps in its structure tree."""
    alternatives = [node.alt for node in walk(document) if isinstance(node, Picture)]
    for text in _written(document):
        if text in alternatives:
            alternatives.remove(text)
        else:
            yield text


def _in_own_language(document: Document) -> Iterator[str]:
    """Running text outside passages in other languages, computer notation and indices, which have signs of their own
    that a table cannot read back."""
    stack: list[Node] = [*document.footnotes, *document.blocks]
    yield document.title
    while stack:
        node = stack.pop()
        match node:
            case Passage() | PassageBlock() | Subscript() | Superscript():
                continue
            case Text(text=text) | Picture(alt=text) | DiagramNode(label=text) | DiagramEdge(label=text):
                yield text
            case Abbreviation(text=text, expansion=expansion):
                yield text
                yield expansion
        stack.extend(child_nodes(node))


def _pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True)
    return done.stdout
