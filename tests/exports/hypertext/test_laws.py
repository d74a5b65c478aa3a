"""Laws for any document at all: markup stays markup, text stays text, nothing gets lost."""

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.exports.hypertext import HypertextContext, TocEntry, render_body, toc
from builder.exports.hypertext.markup import clean
from builder.model.document import (
    Abbreviation,
    Cell,
    CodeBlock,
    CodeSpan,
    DiagramEdge,
    DiagramNode,
    Document,
    Formula,
    Heading,
    Link,
    MathBlock,
    Picture,
    Table,
    Text,
    walk,
)
from tests.exports.hypertext.reading import BOOK, CONTEXT, EPUB, MATHML, NOWHERE, SVG, XML_LANG, parse
from tests.laws.documents import documents, soup
from tests.thorough import examples

HTML_ELEMENTS = set(
    """a abbr blockquote br caption code dd del details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr img li main ol
    p pre section span strong sub summary sup table tbody td th thead tr ul""".split()
)
SVG_ELEMENTS = {"svg", "g", "path", "rect", "text", "tspan", "polygon", "line", "circle", "title", "desc"}
ATTRIBUTES = set(
    """alt aria-details aria-hidden aria-label aria-labelledby class dir height href hreflang id lang role scope src
    start tabindex title translate width""".split()
) | {f"{EPUB}type", XML_LANG}
any_text = st.one_of(soup(), st.text(min_size=1, max_size=20))
HOSTILE = (
    "</p><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    "<svg/onload=alert(1)>",
    "</code></pre>",
    "]]>",
    "<!--",
    "&lt;b&gt;",
    "&#x3c;script&#x3e;",
    "${7*7}{{ x }}",
    "\x00\x1b[31m\ufffe",
    "\r\n\r",
)
hostile = st.sampled_from(HOSTILE)
contexts = st.sampled_from([CONTEXT, BOOK, NOWHERE])


@settings(max_examples=examples(20), deadline=None)
@given(documents(text=st.one_of(any_text, hostile)), contexts)
def test_no_text_becomes_markup_and_none_is_lost(document: Document, context: HypertextContext) -> None:
    tree = parse(render_body(document, context))
    for element in tree.iter():
        assert isinstance(element.tag, str), "comments and processing instructions are never written"
        if element.tag.startswith(SVG):
            assert element.tag.removeprefix(SVG) in SVG_ELEMENTS
            assert not any(name.lower().startswith("on") for name in element.attrib)
        elif element.tag.startswith(MATHML):
            assert not any(name.lower().startswith(("on", "href")) for name in element.attrib)
        else:
            assert element.tag in HTML_ELEMENTS
            assert set(element.attrib) <= ATTRIBUTES
    text = "".join(tree.itertext())
    attributes = "\0".join(value for element in tree.iter() for value in element.attrib.values())
    for node in walk(document):
        match node:
            case Text(text=one) | CodeSpan(text=one) | CodeBlock(text=one):
                assert clean(one) in text
            case Abbreviation(text=one, expansion=full):
                assert clean(one) in text
                assert clean(full) in text or clean(full) in attributes
            case Picture(alt=one):
                assert clean(one) in text or clean(one) in attributes
            case DiagramNode(label=one) | DiagramEdge(label=one):
                assert clean(one) in text


@settings(max_examples=examples(12), deadline=None)
@given(documents(), contexts)
def test_every_thing_of_the_document_is_there_once(document: Document, context: HypertextContext) -> None:
    tree = parse(render_body(document, context))
    nodes = list(walk(document))
    headings = sum(isinstance(one, Heading) for one in nodes) + bool(document.footnotes)
    assert sum(one.tag in ("h2", "h3", "h4", "h5", "h6") for one in tree.iter()) == headings
    assert len(list(tree.iter("table"))) == sum(isinstance(one, Table) for one in nodes)
    assert len(list(tree.iter("td"))) + len(list(tree.iter("th"))) == sum(isinstance(one, Cell) for one in nodes)
    assert len(list(tree.iter("pre"))) == sum(isinstance(one, CodeBlock) for one in nodes)
    assert len(list(tree.iter(f"{MATHML}math"))) == sum(isinstance(one, Formula | MathBlock) for one in nodes)
    if context is NOWHERE:
        assert not [one for one in tree.iter("a") if not one.get("role")]
        assert not list(tree.iter("img"))
    elif not any(isinstance(inner, Link) for one in nodes if isinstance(one, Link) for inner in _below(one)):
        assert len([one for one in tree.iter("a") if not one.get("role")]) == sum(
            isinstance(one, Link) for one in nodes
        )


@settings(max_examples=examples(20), deadline=None)
@given(documents(), contexts)
def test_ids_are_unique_and_everything_that_is_named_exists(document: Document, context: HypertextContext) -> None:
    tree = parse(render_body(document, context))
    ids = [one.get("id") for one in tree.iter() if one.get("id") is not None]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for name in ("aria-labelledby", "aria-details"):
            if element.get(name) is not None:
                assert element.get(name) in ids
        if (element.get("href") or "").startswith("#"):
            assert (element.get("href") or "")[1:] in ids


@settings(max_examples=examples(10), deadline=None)
@given(documents(), contexts)
def test_whatever_can_be_reached_has_a_name(document: Document, context: HypertextContext) -> None:
    for element in parse(render_body(document, context)).iter():
        if element.get("tabindex") is not None:
            assert element.get("role") == "group"
            assert element.get("aria-label") or element.get("aria-labelledby")
        if element.get("aria-label"):
            assert element.get("role"), "a name on an element without a role is not heard"


@settings(max_examples=examples(10), deadline=None)
@given(documents(text=any_text))
def test_contents_hold_every_heading_in_order(document: Document) -> None:
    def flat(entries: tuple[TocEntry, ...]) -> list[TocEntry]:
        return [one for entry in entries for one in [entry, *flat(entry.children)]]

    entries = flat(toc(document))
    assert [one.anchor for one in entries] == [one.anchor for one in walk(document) if isinstance(one, Heading)]
    for entry in entries:
        names = ElementTree.fromstring(f"<a>{entry.markup}</a>")
        assert {one.tag for one in names.iter()} <= {"a", "em", "strong", "del", "sub", "sup", "span", "code", "abbr"}
        assert all(child.level > entry.level for child in entry.children)


@settings(max_examples=examples(8), deadline=None)
@given(documents())
def test_the_same_document_gives_the_same_markup(document: Document) -> None:
    assert render_body(document, CONTEXT) == render_body(document, CONTEXT)


def _below(link: Link) -> list[object]:
    found: list[object] = []
    stack: list[object] = list(link.children)
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(getattr(node, "children", ()))
    return found
