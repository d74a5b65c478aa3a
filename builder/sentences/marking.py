"""Document -> the same Document with every sentence as a node of its own. Pure."""

from dataclasses import replace
from itertools import count

from builder.model.document import (
    Admonition,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    DefinitionList,
    Deleted,
    Diagram,
    Document,
    Emphasis,
    Figure,
    Heading,
    Inline,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Quotation,
    Recording,
    Sentence,
    Strong,
    Table,
    Text,
    plain_text,
)
from builder.model.language import LanguageTag
from builder.sentences.boundaries import find_sentence_starts


def mark_sentences(document: Document) -> Document:
    """Every sentence becomes a `Sentence`, every block that is read as a whole gets an `id`.

    Ids count through the document in reading order (``s.1``, ``s.2``): a full stop is allowed in ids of HTML and EPUB
    and never stands in a heading's anchor. White space between sentences stays outside of them. The words themselves
    are unchanged: `plain_text` of any node is the same before and after.
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
                return replace(
                    block, items=tuple(replace(item, blocks=self.blocks(item.blocks)) for item in block.items)
                )
            case DefinitionList():
                items = tuple(
                    replace(one, term=self.whole(one.term), meanings=tuple(map(self.blocks, one.meanings)))
                    for one in block.items
                )
                return replace(block, items=items)
            case Table():
                caption = self.sentences(block.caption)
                header = tuple(map(self.cell, block.header))
                return replace(
                    block, caption=caption, header=header, rows=tuple(tuple(map(self.cell, row)) for row in block.rows)
                )
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
        return (Sentence(children, self.fresh(), _line_of(children)),) if plain_text(children).strip() else children

    def sentences(self, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
        text = "".join(map(_flow, children))
        starts = [start for start in find_sentence_starts(text, self.language) if not _is_inside_whole(children, start)]
        marked: list[Inline] = []
        for begin, end in zip([0, *starts], [*starts, len(text)], strict=True):
            stop = begin + len(text[begin:end].rstrip())
            sentence = _cut(children, begin, stop, is_last=end == len(text))
            if sentence:
                marked.append(
                    Sentence(sentence, self.fresh(), _line_of(sentence)) if _is_said(sentence) else sentence[0]
                )
            marked += _cut(children, stop, end, is_last=False) if stop < end else ()
        return tuple(marked)


def _is_said(children: tuple[Inline, ...]) -> bool:
    return any(not isinstance(one, Text) or one.text.strip() for one in children)


def _line_of(children: tuple[Inline, ...]) -> int:
    return children[0].line if children else 0


_OPEN = (Emphasis, Strong, Deleted, Passage)
"""What may be cut in two without a reader noticing. A link cut in two would be two links."""


def _flow(inline: Inline) -> str:
    """The inline as text in which sentence ends are looked for; a mark that says nothing is empty."""
    if isinstance(inline, _OPEN):
        return "".join(map(_flow, inline.children))
    return plain_text((inline,))


def _is_inside_whole(children: tuple[Inline, ...], offset: int) -> bool:
    """Whether this offset lies inside something that must not be cut."""
    position = 0
    for child in children:
        length = len(_flow(child))
        if position < offset < position + length:
            if isinstance(child, _OPEN):
                return _is_inside_whole(child.children, offset - position)
            return not isinstance(child, Text)
        position += length
    return False


def _cut(children: tuple[Inline, ...], begin: int, end: int, is_last: bool) -> tuple[Inline, ...]:
    """What stands between two offsets. A mark without words (a footnote's) belongs to what stands before it."""
    parts: list[Inline] = []
    position = 0
    for child in children:
        length = len(_flow(child))
        first, last = max(begin - position, 0), min(end - position, length)
        if length == 0:
            if begin < position <= end or (begin == 0 == position) or (is_last and position >= end):
                parts.append(child)
        elif first < last:
            if first == 0 and last == length:
                parts.append(child)
            elif isinstance(child, Text):
                parts.append(replace(child, text=child.text[first:last]))
            elif isinstance(child, _OPEN):
                parts.append(replace(child, children=_cut(child.children, first, last, is_last=False)))
            else:
                parts.append(child)
        position += length
    return tuple(parts)
