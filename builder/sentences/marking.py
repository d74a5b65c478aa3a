"""Document -> the same Document with every sentence as a node of its own. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import count, pairwise

from builder.model.document import (
    Admonition,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    DefinitionList,
    Deleted,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Formula,
    Heading,
    Inline,
    LineBreak,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Recording,
    Sentence,
    Strong,
    Table,
    Text,
    plain_text,
)
from builder.model.language import LanguageTag
from builder.sentences.boundaries import OBJECT, find_sentence_starts


def mark_sentences(document: Document) -> Document:
    """Every sentence becomes a `Sentence`, every block that is read as a whole gets an `id`.

    Ids count through the document in reading order (``s.1``, ``s.2``): a full stop is allowed in ids of HTML and EPUB
    and never stands in a heading's anchor. White space between sentences stays outside of them, and so does a mark
    that stands in it. The words themselves are unchanged: `plain_text` of any node is the same before and after.
    Marking what is marked already changes nothing.
    """
    return _Marker(document.language).document(document)


class _Marker:
    def __init__(self, language: LanguageTag) -> None:
        self.language = language
        self.numbers = count(1)

    def document(self, document: Document) -> Document:
        blocks = self.blocks(document.blocks)
        notes = tuple(replace(note, blocks=self.blocks(note.blocks)) for note in document.footnotes)
        return replace(document, blocks=blocks, footnotes=notes)

    def fresh(self) -> str:
        return f"s.{next(self.numbers)}"

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(map(self.block, blocks))

    def block(self, block: Block) -> Block:
        match block:
            case Heading():
                return replace(block, children=self.whole(block.children))
            case Paragraph():
                return replace(block, children=self.sentences(block.children))
            case BulletList() | OrderedList():
                items = tuple(replace(item, blocks=self.blocks(item.blocks)) for item in block.items)
                return replace(block, items=items)
            case DefinitionList():
                return replace(
                    block,
                    items=tuple(
                        replace(one, term=self.whole(one.term), meanings=tuple(map(self.blocks, one.meanings)))
                        for one in block.items
                    ),
                )
            case Table():
                caption = self.sentences(block.caption)
                header = tuple(map(self.cell, block.header))
                rows = tuple(tuple(map(self.cell, row)) for row in block.rows)
                return replace(block, caption=caption, header=header, rows=rows)
            case CodeBlock():
                caption = self.sentences(block.caption)
                return replace(block, caption=caption, id=self.fresh())
            case Quotation():
                inside = self.blocks(block.blocks)
                return replace(block, blocks=inside, attribution=self.whole(block.attribution))
            case Admonition():
                title = self.whole(block.title)
                return replace(block, title=title, blocks=self.blocks(block.blocks))
            case Figure():
                name = self.fresh()
                caption = self.sentences(block.caption)
                return replace(block, id=name, caption=caption, description=self.blocks(block.description))
            case Diagram() | MathBlock() | Recording():
                return replace(block, id=self.fresh())
            case PassageBlock():
                outside, self.language = self.language, block.language
                inside = self.blocks(block.blocks)
                self.language = outside
                return replace(block, blocks=inside)
            case _:
                return block

    def cell(self, cell: Cell) -> Cell:
        return replace(cell, children=self.sentences(cell.children))

    def whole(self, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """One sentence, however many full stops are in it: headings, terms and names."""
        return self.mark(_unmarked(children), ())

    def sentences(self, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
        plain = _unmarked(children)
        flow, wholes = _flow(plain)
        starts = find_sentence_starts(flow, self.language)
        return self.mark(plain, [one for one in starts if not flow[_span_around(one, wholes)[0] : one].strip()])

    def mark(self, children: tuple[Inline, ...], starts: Sequence[int]) -> tuple[Inline, ...]:
        text, wholes = _flow(children)
        if not text.strip():
            return children
        cuts: list[int] = []
        for begin, end in zip([0, *starts], [*starts, len(text)], strict=True):
            said = text[begin:end]
            first, last = begin + len(said) - len(said.lstrip()), begin + len(said.rstrip())
            # White space at the ends of a link's words stays in the link.
            cuts += (_span_around(first, wholes)[0], _span_around(last, wholes)[1])
        marked: list[Inline] = []
        for index, group in enumerate(_split(children, cuts)):
            if index % 2:
                marked.append(Sentence(group, self.fresh(), group[0].line))
            else:
                marked += _leaves(group)
        return tuple(marked)


_OPEN = (Emphasis, Strong, Deleted, Passage)
"""What may be cut in two without a reader noticing. A link cut in two would be two links."""


def _unmarked(children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without sentences that were marked before."""
    if not any(isinstance(one, Sentence) for one in children):
        return children
    return tuple(leaf for one in children for leaf in (one.children if isinstance(one, Sentence) else (one,)))


def _flow(children: tuple[Inline, ...]) -> tuple[str, list[tuple[int, int]]]:
    """The text in which sentence ends are looked for, and the spans in it that must not be cut, in order.

    It is as long as `plain_text`; what is no words is `OBJECT` throughout, so that a full stop in it means nothing.
    """
    texts: list[str] = []
    wholes: list[tuple[int, int]] = []
    length = 0

    def add(inlines: tuple[Inline, ...]) -> None:
        nonlocal length
        for one in inlines:
            if isinstance(one, _OPEN):
                add(one.children)
                continue
            text = plain_text((one,))
            if isinstance(one, CodeSpan | Formula | Picture):
                text = OBJECT * len(text)
            if not isinstance(one, Text | LineBreak):
                wholes.append((length, length + len(text)))
            texts.append(text)
            length += len(text)

    add(children)
    return "".join(texts), wholes


def _span_around(offset: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The span that this offset lies inside, or the offset itself as an empty one."""
    index = bisect_right(spans, (offset, 0)) - 1
    if index >= 0 and spans[index][0] < offset < spans[index][1]:
        return spans[index]
    return offset, offset


def _split(children: tuple[Inline, ...], cuts: Sequence[int]) -> list[tuple[Inline, ...]]:
    """The children in `len(cuts) + 1` groups, cut at these rising offsets of their text.

    A mark without words (a footnote's) at a cut belongs to what stands before it, at the very beginning to what
    follows.
    """
    groups: list[list[Inline]] = [[] for _ in range(len(cuts) + 1)]
    group = position = 0
    for child in children:
        length = len(plain_text((child,)))
        if length == 0:
            while position == 0 and group < len(cuts) and cuts[group] == 0:
                group += 1
            groups[group].append(child)
            continue
        while group < len(cuts) and cuts[group] <= position:
            group += 1
        last = group
        while last < len(cuts) and cuts[last] < position + length:
            last += 1
        inner = [cut - position for cut in cuts[group:last]]
        for number, piece in enumerate(_pieces(child, inner), group):
            groups[number] += piece
        group, position = last, position + length
    return [tuple(one) for one in groups]


def _pieces(child: Inline, cuts: Sequence[int]) -> list[tuple[Inline, ...]]:
    """One inline cut at offsets inside its text."""
    if not cuts:
        return [(child,)]
    if isinstance(child, Text):
        ends = [0, *cuts, len(child.text)]
        texts = [child.text[begin:end] for begin, end in pairwise(ends)]
        return [(replace(child, text=text),) if text else () for text in texts]
    assert isinstance(child, _OPEN), "wholes are cut nowhere"
    return [(replace(child, children=part),) if part else () for part in _split(child.children, cuts)]


def _is_said(inline: Inline) -> bool:
    return bool(plain_text((inline,)).strip())


def _leaves(group: tuple[Inline, ...]) -> list[Inline]:
    """White space between sentences needs no emphasis around it."""
    found: list[Inline] = []
    for one in group:
        found += _leaves(one.children) if isinstance(one, _OPEN) and not _is_said(one) else [one]
    return found
