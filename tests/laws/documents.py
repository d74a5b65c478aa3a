"""Hypothesis strategies for documents as the reader could have made them.

Words are drawn from the letters of each language, so that braille and fonts know them; `soup` draws from all of Unicode
for laws about robustness.
"""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from builder.model.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    Definition,
    DefinitionList,
    Deleted,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    Inline,
    LessonTarget,
    LineBreak,
    Link,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    WebTarget,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from tests.samples import COURSE_ID, PICTURE

LETTERS = {
    KYRGYZ: "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    RUSSIAN: "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    ENGLISH: "abcdefghijklmnopqrstuvwxyz",
}
FORMULAS = (r"x^2 + y^2 = 25", r"\frac{a}{b}", r"\sqrt{16} = 4", r"a_1 \le a_2", r"\sum_{i=1}^{n} i", r"12{,}5 \cdot 4")


def words(language: LanguageTag, least: int = 1, most: int = 4) -> SearchStrategy[str]:
    """Some words of the language's letters with single spaces."""
    word = st.text(LETTERS[language], min_size=1, max_size=9)
    return st.lists(word, min_size=least, max_size=most).map(" ".join)


def soup(most: int = 20) -> SearchStrategy[str]:
    """Any visible characters at all, markup signs often, without control characters and surrogates."""
    signs = st.sampled_from(list("<>&\"'`*_#$\\[](){}|~^@%/+-=:;.,!?«»—№→😀ңөү"))
    anything = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp", "Zs", "Cf"])
    return st.text(st.one_of(signs, anything), min_size=1, max_size=most)


def inlines(
    language: LanguageTag, *, footnotes: int = 0, text: SearchStrategy[str] | None = None
) -> SearchStrategy[tuple[Inline, ...]]:
    """A line of running text with all kinds of inline nodes."""
    some = text if text is not None else words(language)
    lesson_link = LessonTarget(COURSE_ID, "search", language)
    leaf: SearchStrategy[Inline] = st.one_of(
        some.map(Text),
        some.map(Text),
        some.map(CodeSpan),
        st.sampled_from(FORMULAS).map(Formula),
        st.builds(Abbreviation, some, some),
        some.map(lambda alt: Picture(PICTURE, alt)),
        st.just(LineBreak()),
    )

    def nested(children: SearchStrategy[Inline]) -> SearchStrategy[Inline]:
        some_children = st.lists(children, min_size=1, max_size=3).map(_spaced)
        return st.one_of(
            st.builds(Emphasis, some_children),
            st.builds(Strong, some_children),
            st.builds(Deleted, some_children),
            st.builds(Subscript, some.map(lambda one: (Text(one),))),
            st.builds(Superscript, some.map(lambda one: (Text(one),))),
            st.builds(Link, some_children, st.sampled_from([WebTarget("https://example.org/"), lesson_link])),
            st.sampled_from(SITE_LANGUAGES).flatmap(
                lambda other: words(other).map(lambda one: Passage(other, (Text(one),)))
            ),
        )

    inline: SearchStrategy[Inline] = st.recursive(leaf, nested, max_leaves=4)
    if footnotes:
        inline = st.one_of(inline, inline, st.integers(1, footnotes).map(FootnoteReference))
    return st.lists(inline, min_size=1, max_size=4).map(_spaced)


@st.composite
def documents(
    draw: st.DrawFn, language: LanguageTag | None = None, text: SearchStrategy[str] | None = None
) -> Document:
    """A whole document; headings never skip a level, footnotes are numbered from 1, anchors are unique."""
    chosen = draw(st.sampled_from(SITE_LANGUAGES)) if language is None else language
    notes = draw(st.integers(0, 2))
    parts = draw(st.lists(_blocks(chosen, notes, text), min_size=1, max_size=5))
    level, anchors = 1, 0
    blocks: list[Block] = []
    for block in parts:
        if draw(st.booleans()):
            level = draw(st.integers(2, min(level + 1, 4)))
            anchors += 1
            blocks.append(Heading(level, draw(inlines(chosen, text=text)), f"h-{anchors}"))
        blocks.append(block)
    return Document(
        course=COURSE_ID,
        lesson="files",
        language=chosen,
        title=draw(words(chosen)),
        blocks=_numbered(blocks),
        footnotes=tuple(
            Footnote(number, (Paragraph(draw(inlines(chosen, text=text)), 900),), 900) for number in range(1, notes + 1)
        ),
        source=f"content/{COURSE_ID}/{chosen}/01-files.md",
    )


def _spaced(parts: Sequence[Inline]) -> tuple[Inline, ...]:
    """Words of neighbouring inlines stay words of their own."""
    spaced: list[Inline] = []
    for part in parts:
        spaced += [Text(" "), part] if spaced else [part]
    return tuple(spaced)


def _blocks(language: LanguageTag, footnotes: int, text: SearchStrategy[str] | None) -> SearchStrategy[Block]:
    line = inlines(language, footnotes=footnotes, text=text)
    some = text if text is not None else words(language)
    leaf: SearchStrategy[Block] = st.one_of(
        line.map(Paragraph),
        line.map(Paragraph),
        _tables(line),
        st.builds(CodeBlock, some, st.sampled_from(["", "python"]), st.one_of(st.just(()), line)),
        st.sampled_from(FORMULAS).map(MathBlock),
        st.just(ThematicBreak()),
        _figures(some, line),
        _diagrams(some),
    )

    def nested(children: SearchStrategy[Block]) -> SearchStrategy[Block]:
        body = st.lists(children, min_size=1, max_size=2).map(tuple)
        item = st.builds(ListItem, st.tuples(line.map(Paragraph), children), st.sampled_from([None, None, True, False]))
        items = st.lists(item, min_size=1, max_size=3).map(tuple)
        meanings = st.lists(body, min_size=1, max_size=2).map(tuple)
        definitions = st.lists(st.builds(Definition, line, meanings), min_size=1, max_size=2).map(tuple)
        return st.one_of(
            st.builds(BulletList, items),
            st.builds(OrderedList, items, st.integers(1, 12)),
            st.builds(DefinitionList, definitions),
            st.builds(Quotation, body, st.one_of(st.just(()), line)),
            st.builds(Admonition, st.sampled_from(AdmonitionKind), body, st.one_of(st.just(()), line)),
            st.sampled_from(SITE_LANGUAGES).flatmap(
                lambda other: words(other).map(lambda one: PassageBlock(other, (Paragraph((Text(one),)),)))
            ),
        )

    return st.recursive(leaf, nested, max_leaves=4)


@st.composite
def _tables(draw: st.DrawFn, line: SearchStrategy[tuple[Inline, ...]]) -> Table:
    columns = draw(st.integers(1, 4))
    cell = st.builds(Cell, line, st.sampled_from(Alignment))
    row = st.lists(cell, min_size=columns, max_size=columns).map(tuple)
    caption = draw(st.one_of(st.just(()), line))
    return Table(draw(row), tuple(draw(st.lists(row, max_size=3))), caption, draw(st.booleans()))


def _figures(some: SearchStrategy[str], line: SearchStrategy[tuple[Inline, ...]]) -> SearchStrategy[Figure]:
    return st.builds(
        Figure,
        st.builds(Picture, st.just(PICTURE), some, st.just(False), st.booleans()),
        st.one_of(st.just(()), line),
        st.one_of(st.just(()), line.map(lambda one: (Paragraph(one),))),
    )


@st.composite
def _diagrams(draw: st.DrawFn, some: SearchStrategy[str]) -> Diagram:
    count = draw(st.integers(1, 5))
    shapes = st.sampled_from(["box", "round", "decision"])
    nodes = tuple(DiagramNode(f"n{number}", draw(some), draw(shapes)) for number in range(count))
    ends = st.integers(0, count - 1).map(lambda number: f"n{number}")
    edges = draw(st.lists(st.builds(DiagramEdge, ends, ends, st.one_of(st.just(""), some)), max_size=5))
    return Diagram(draw(some), nodes, tuple(edges))


def _numbered(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Source lines that grow with the blocks, as a reader would give them."""
    return tuple(replace(block, line=10 * number) for number, block in enumerate(blocks, 1))
