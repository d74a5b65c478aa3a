"""The writer's markup as a tree, as an XML parser sees it."""

from xml.etree import ElementTree

from builder.exports.hypertext import HypertextContext, PictureSource, render_body
from builder.model.document import (
    Block,
    CourseTarget,
    Document,
    Footnote,
    Inline,
    LessonTarget,
    Paragraph,
    ResourceTarget,
    Target,
    WebTarget,
)
from builder.model.language import KYRGYZ, LanguageTag

EPUB = "{http://www.idpf.org/2007/ops}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SVG = "{http://www.w3.org/2000/svg}"


def href_of(target: Target) -> str | None:
    match target:
        case WebTarget(url=url):
            return url
        case LessonTarget():
            return f"../{target.lesson}/index.html"
        case CourseTarget():
            return "../index.html"
        case ResourceTarget():
            return f"/{target.resource}"


CONTEXT = HypertextContext(href_of, lambda resource: PictureSource(resource, 640, 480))
BOOK = HypertextContext(href_of, lambda resource: PictureSource(resource), epub=True)
NOWHERE = HypertextContext(lambda _: None, lambda _: None)


def parse(markup: str) -> ElementTree.Element:
    """Raises ParseError for markup that is not well-formed."""
    return ElementTree.fromstring(f'<main xmlns:epub="http://www.idpf.org/2007/ops">{markup}</main>')


def tree_of(document: Document, context: HypertextContext = CONTEXT) -> ElementTree.Element:
    return parse(render_body(document, context))


def lesson_of(
    *content: Block | Inline, language: LanguageTag = KYRGYZ, footnotes: tuple[Footnote, ...] = ()
) -> Document:
    """A document of these blocks; inlines become paragraphs."""
    blocks = tuple(one if isinstance(one, Block) else Paragraph((one,)) for one in content)
    return Document("course", "lesson", language, "Title", blocks, footnotes)


def text_of(element: ElementTree.Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def find(tree: ElementTree.Element, path: str) -> ElementTree.Element:
    """The first element at this path; the test fails where there is none."""
    found = tree.find(path)
    assert found is not None, ElementTree.tostring(tree, encoding="unicode")
    return found
