"""A lesson as typed blocks and inlines: the only thing that renderers read.

Every node carries the source line it came from (1-based), so that a problem found in any format can name its line.
Everything is immutable and hashable. Text is Unicode NFC. `builder.model.codec` turns a Document into canonical JSON.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from builder.model.captions import Captions
from builder.model.language import LanguageTag

# ---------------------------------------------------------------- inlines


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters without markup. A line end of the source is one space."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line end that the author asked for."""

    line: int = 0


@dataclass(frozen=True, slots=True)
class Emphasis:
    children: tuple["Inline", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Strong:
    children: tuple["Inline", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Deleted:
    children: tuple["Inline", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Subscript:
    children: tuple["Inline", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Superscript:
    children: tuple["Inline", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Computer text inside a sentence: kept to the letter."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Formula:
    """Inline mathematics, as LaTeX source without the dollar signs."""

    latex: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form with its full form; `language` is that of the full form where it differs from the passage."""

    text: str
    expansion: str
    language: LanguageTag | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """Words in another language inside a sentence."""

    language: LanguageTag
    children: tuple["Inline", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    """Points to `Document.footnotes[number - 1]`."""

    number: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class WebTarget:
    """An address outside the site (http, https, mailto, tel)."""

    url: str


@dataclass(frozen=True, slots=True)
class LessonTarget:
    """Another lesson, or a place in this one.

    `language` is the language in which the lesson will really be read: where it differs from the document's, the
    reader is told. `anchor` is a heading's anchor or empty.
    """

    course: str
    lesson: str
    language: LanguageTag
    anchor: str = ""
    variant: str = "standard"


@dataclass(frozen=True, slots=True)
class CourseTarget:
    """The first page of a course."""

    course: str
    language: LanguageTag


@dataclass(frozen=True, slots=True)
class ResourceTarget:
    """A file of a course that is published with it; `resource` as in `Course.resources`."""

    course: str
    resource: str


Target = WebTarget | LessonTarget | CourseTarget | ResourceTarget


@dataclass(frozen=True, slots=True)
class Link:
    children: tuple["Inline", ...]
    target: Target
    line: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture. `resource` is its path below the course folder (``media/disk.svg``); empty alt means decorative.

    `withheld` is true where its rights do not allow publication: renderers then give its words, never its file.
    """

    resource: str
    alt: str
    decorative: bool = False
    withheld: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is read aloud in one breath and highlighted as one. Put in by `builder.sentences` for pages, e-books and
    audio; `id` is unique within the document."""

    children: tuple["Inline", ...]
    id: str
    line: int = 0


Inline = (
    Text
    | LineBreak
    | Emphasis
    | Strong
    | Deleted
    | Subscript
    | Superscript
    | CodeSpan
    | Formula
    | Abbreviation
    | Passage
    | FootnoteReference
    | Link
    | Picture
    | Sentence
)

# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 2 to 6; level 1 is the document's title. `anchor` is unique within the document."""

    level: int
    children: tuple[Inline, ...]
    anchor: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class ListItem:
    """`checked` is None for an ordinary item, otherwise the state of a task."""

    blocks: tuple["Block", ...]
    checked: bool | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[ListItem, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class OrderedList:
    items: tuple[ListItem, ...]
    start: int = 1
    line: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """One term with one or more meanings."""

    term: tuple[Inline, ...]
    meanings: tuple[tuple["Block", ...], ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class DefinitionList:
    items: tuple[Definition, ...]
    line: int = 0


class Alignment(StrEnum):
    START = "start"
    CENTRE = "centre"
    END = "end"


@dataclass(frozen=True, slots=True)
class Cell:
    children: tuple[Inline, ...]
    alignment: Alignment = Alignment.START
    line: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table of `header` cells over `rows`; all rows have as many cells as the header.

    `row_headers` says that the first cell of every row is a header of that row.
    """

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: tuple[Inline, ...] = ()
    row_headers: bool = False
    line: int = 0


_PLAIN_TEXT: Final = frozenset({"text", "txt", "plain", "plaintext", "none"})


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """`text` to the letter, without the last line end. `language` is a programming language's name or empty."""

    text: str
    language: str = ""
    caption: tuple[Inline, ...] = ()
    line: int = 0
    id: str = ""
    """Its place for reading aloud, as in `Sentence`; empty until sentences are marked."""

    @property
    def named_language(self) -> str:
        """The language that readers are told, empty for plain text, which is in none."""
        return "" if self.language.lower() in _PLAIN_TEXT else self.language


@dataclass(frozen=True, slots=True)
class Quotation:
    blocks: tuple["Block", ...]
    attribution: tuple[Inline, ...] = ()
    line: int = 0


class AdmonitionKind(StrEnum):
    NOTE = "note"
    TIP = "tip"
    IMPORTANT = "important"
    WARNING = "warning"
    EXAMPLE = "example"
    DEFINITION = "definition"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Admonition:
    """A set-off passage. An empty title means the kind's own word (`Labels.admonitions`)."""

    kind: AdmonitionKind
    blocks: tuple["Block", ...]
    title: tuple[Inline, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of its own, with caption and, where the author wrote one, a long description."""

    picture: Picture
    caption: tuple[Inline, ...] = ()
    description: tuple["Block", ...] = ()
    line: int = 0
    id: str = ""
    """The picture's place for reading aloud; caption and description have sentences of their own."""


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """`id` is the author's short name, `label` what people read, `shape` one of box, round, decision."""

    id: str
    label: str
    shape: str = "box"
    line: int = 0


@dataclass(frozen=True, slots=True)
class DiagramEdge:
    """An arrow from node id `tail` to node id `head`."""

    tail: str
    head: str
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Diagram:
    """Steps joined by arrows, written in words by the author; drawn for the eye and listed for everybody else."""

    title: str
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    line: int = 0
    id: str = ""
    """Its place for reading aloud."""


@dataclass(frozen=True, slots=True)
class MathBlock:
    """Display mathematics, as LaTeX source without the dollar signs."""

    latex: str
    line: int = 0
    id: str = ""
    """Its place for reading aloud."""


@dataclass(frozen=True, slots=True)
class PassageBlock:
    """Blocks in another language."""

    language: LanguageTag
    blocks: tuple["Block", ...]
    line: int = 0


class RecordingKind(StrEnum):
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with its words. `resource` is its path below the course folder, `sign_language` that of a video in
    sign language beside it, `script` that of the text that was read out: each empty where there is none.

    `language` is the language spoken. `captions` are put in when they are known: an author's files, or a machine's.
    `withheld` is true where its rights do not allow publication: then only its words are given.
    """

    resource: str
    title: str
    kind: RecordingKind
    language: LanguageTag
    script: str = ""
    sign_language: str = ""
    withheld: bool = False
    captions: tuple[Captions, ...] = ()
    line: int = 0
    id: str = ""
    """Its place for reading aloud."""


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    line: int = 0


Block = (
    Heading
    | Paragraph
    | BulletList
    | OrderedList
    | DefinitionList
    | Table
    | CodeBlock
    | Quotation
    | Admonition
    | Figure
    | Diagram
    | MathBlock
    | PassageBlock
    | Recording
    | ThematicBreak
)


@dataclass(frozen=True, slots=True)
class Footnote:
    """`number` counts from 1 in the order of the first reference."""

    number: int
    blocks: tuple[Block, ...]
    line: int = 0


class Variant(StrEnum):
    """STANDARD is the lesson; EASY is its easy-language version (clause 7.6)."""

    STANDARD = "standard"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Document:
    """One lesson in one language and variant."""

    course: str
    lesson: str
    language: LanguageTag
    title: str
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...] = ()
    variant: Variant = Variant.STANDARD
    description: str = ""
    source: str = ""
    """Path of the Markdown file, relative to the project, with forward slashes."""


# ---------------------------------------------------------------- walking

Node = Inline | Block | ListItem | Definition | Cell | Footnote | DiagramNode | DiagramEdge


_CHILDREN: Final = attrgetter("children")
_ITEMS: Final = attrgetter("items")
_BLOCKS: Final = attrgetter("blocks")

# A table and not `match`: this is the innermost loop of every walk, and asking for one class after the other made
# reading a lesson a third slower.
_INSIDE: Final[Mapping[type, Callable[[Any], tuple[Node, ...]]]] = {
    **dict.fromkeys((Emphasis, Strong, Deleted, Subscript, Superscript, Passage, Link, Sentence), _CHILDREN),
    **dict.fromkeys((Heading, Paragraph, Cell), _CHILDREN),
    **dict.fromkeys((BulletList, OrderedList, DefinitionList), _ITEMS),
    **dict.fromkeys((ListItem, PassageBlock, Footnote), _BLOCKS),
    Definition: lambda one: (*one.term, *(block for meaning in one.meanings for block in meaning)),
    Table: lambda one: (*one.caption, *one.header, *(cell for row in one.rows for cell in row)),
    CodeBlock: attrgetter("caption"),
    Quotation: lambda one: (*one.blocks, *one.attribution),
    Admonition: lambda one: (*one.title, *one.blocks),
    Figure: lambda one: (one.picture, *one.caption, *one.description),
    Diagram: lambda one: (*one.nodes, *one.edges),
}


def child_nodes(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside, in reading order (caption before the thing it names, description after)."""
    inside = _INSIDE.get(type(node))
    return inside(node) if inside else ()


def walk(document: Document) -> Iterator[Node]:
    """Every node of the document, parents before children, blocks before footnotes."""
    stack: list[Node] = [*reversed(document.footnotes), *reversed(document.blocks)]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(child_nodes(node)))


def map_blocks(document: Document, change: Callable[[Block], Block]) -> Document:
    """The document with every block replaced by what `change` makes of it; what is inside a block is changed first."""

    def inside(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(change(_with_inner(block, inside)) for block in blocks)

    notes = tuple(replace(note, blocks=inside(note.blocks)) for note in document.footnotes)
    return replace(document, blocks=inside(document.blocks), footnotes=notes)


def _with_inner(block: Block, inside: Callable[[tuple[Block, ...]], tuple[Block, ...]]) -> Block:
    match block:
        case BulletList() | OrderedList():
            return replace(block, items=tuple(replace(item, blocks=inside(item.blocks)) for item in block.items))
        case DefinitionList():
            items = tuple(replace(one, meanings=tuple(map(inside, one.meanings))) for one in block.items)
            return replace(block, items=items)
        case Quotation() | Admonition() | PassageBlock():
            return replace(block, blocks=inside(block.blocks))
        case Figure():
            return replace(block, description=inside(block.description))
        case _:
            return block


def plain_text(inlines: tuple[Inline, ...]) -> str:
    """The words alone, as they stand; pictures give their alt text, formulas their source, footnote marks nothing."""
    return "".join(map(_inline_text, inlines))


def _inline_text(inline: Inline) -> str:
    match inline:
        case Text(text=text) | CodeSpan(text=text) | Abbreviation(text=text):
            return text
        case LineBreak():
            return " "
        case Formula(latex=latex):
            return latex
        case Picture(alt=alt):
            return alt
        case FootnoteReference():
            return ""
        case _:
            return plain_text(inline.children)
