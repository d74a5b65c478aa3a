"""The blocks of one document as lines of braille.

Headings. Kyrgyz and Russian: GOST R 58511-2019, 7.3.1, from the highest level down: centred over a line of full width;
centred and underlined in its own length; centred; from an indented cell. English: BANA Braille Formats 2016, section 4:
centred, from cell 5, from cell 7, and the title like the Russian one. Paragraphs begin two cells in (both).
Boxes around set-off passages, guide dots and separation lines: BANA Braille Formats 2016, sections 7, 2 and 11; no
Kyrgyz or Russian sign for them is known to us, so they are the same in all languages. Quotations are set off by two
cells and empty lines. Notes stand at the end of the section (level 2) in which they are first mentioned: our choice, so
that a reader of paper turns few pages and the text itself is not interrupted.
"""

from collections.abc import Sequence
from typing import Final

from builder.exports.braille.cells import CONTINUED, NO_BREAK
from builder.exports.braille.flow import Flow, Mark, centre, unbroken, wrap
from builder.exports.braille.languages import signs_for
from builder.exports.braille.transcribe import Transcriber
from builder.exports.diagram import describe_diagram
from builder.exports.hypertext.code import name_of_language
from builder.exports.recording import describe_recording
from builder.model.document import (
    Admonition,
    Alignment,
    Block,
    BulletList,
    CodeBlock,
    DefinitionList,
    Diagram,
    Document,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Inline,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    PassageBlock,
    Quotation,
    Recording,
    Table,
    Text,
    ThematicBreak,
    child_nodes,
)
from builder.model.labels import LABELS
from builder.model.language import LanguageTag, primary_language
from builder.model.settings import BrailleSettings

_LINE: Final = "⠒"
_BOX_TOP: Final = "⠶"
_BOX_BOTTOM: Final = "⠛"
_BREAK_LINE: Final = 12
"""Cells of the line that ends a passage: BANA Braille Formats, termination line."""
_EMPTY_CELL: Final = "⠤"
_GAP: Final = 2
_KEEP_ROW: Final = 6
"""A row told line by line stays on one page up to this many lines. Our choice."""


def lay_out_lesson(document: Document, settings: BrailleSettings) -> tuple[Flow, Transcriber]:
    """The whole lesson as lines, its title first, and the transcriber with what it found."""
    layout = _Lesson(document, settings)
    layout.title()
    layout.blocks(document.blocks, 0, document.language)
    layout.notes(everything=True)
    while layout.flow.lines and not layout.flow.lines[-1]:
        layout.flow.lines.pop()
    return layout.flow, layout.transcriber


class _Lesson:
    def __init__(self, document: Document, settings: BrailleSettings) -> None:
        self.document = document
        self.transcriber = Transcriber(document, settings)
        self.flow = Flow(settings.cells_per_line)
        self.width = settings.cells_per_line
        self.waiting: dict[int, Footnote] = {note.number: note for note in document.footnotes}
        self.mentioned: list[int] = []

    # ------------------------------------------------------------ headings

    def title(self) -> None:
        cells = self.transcriber.text(self.document.title, self.document.language)
        self.flow.marks.append(Mark(len(self.flow.lines), 1, unbroken(cells)))
        self.flow.add([*centre(cells, self.width), _LINE * self.width], keep_next=2)
        self.flow.blank()

    def heading(self, heading: Heading, language: LanguageTag) -> None:
        if heading.level == 2:
            self.notes()
        self.mention(heading.children)
        cells = self.transcriber.inlines(heading.children, language)
        self.flow.blank()
        self.flow.marks.append(Mark(len(self.flow.lines), heading.level, unbroken(cells)))
        if self.transcriber.code(language).cyrillic:
            lines = self._cyrillic_heading(cells, heading.level)
        else:
            lines = self._english_heading(cells, heading.level)
        self.flow.add(lines, keep_next=3)
        if heading.level == 2:
            self.flow.blank()

    def _cyrillic_heading(self, cells: str, level: int) -> list[str]:
        if level > 3:
            return wrap(cells, self.width - 6, 4, 4)
        lines = centre(cells, self.width)
        if level == 2 and lines:
            last = lines[-1]
            left = len(last) - len(last.lstrip(" "))
            lines.append(" " * left + _LINE * (len(last) - left))
        return lines

    def _english_heading(self, cells: str, level: int) -> list[str]:
        if level == 2:
            return centre(cells, self.width)
        indent = 4 if level == 3 else 6
        return wrap(cells, self.width - 6, indent, indent)

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: Sequence[Block], margin: int, language: LanguageTag) -> None:
        margin = min(margin, self.width // 3)
        for block in blocks:
            self.block(block, margin, language)

    def block(self, block: Block, margin: int, language: LanguageTag) -> None:
        match block:
            case Heading():
                self.heading(block, language)
            case Paragraph(children=children):
                self.paragraph(children, margin, language)
            case BulletList(items=items):
                sign = signs_for(self.transcriber.code(language)).bullet
                self.item_list([(item, sign) for item in items], margin, language)
            case OrderedList(items=items, start=start):
                marks = [self.transcriber.text(f"{start + at}.", language) for at in range(len(items))]
                self.item_list(list(zip(items, marks, strict=True)), margin, language)
            case DefinitionList():
                self.definitions(block, margin, language)
            case Table():
                self.table(block, margin, language)
            case CodeBlock():
                self.code_block(block, margin, language)
            case Quotation():
                self.quotation(block, margin, language)
            case Admonition():
                self.admonition(block, margin, language)
            case Figure():
                self.figure(block, margin, language)
            case Diagram():
                self.diagram(block, margin, language)
            case MathBlock(latex=latex):
                self.flow.blank()
                self.lines(self.transcriber.formula(latex, language), margin + 4, margin + 6, keep=True)
                self.flow.blank()
            case PassageBlock(language=tag, blocks=inner):
                self.passage(tag, inner, margin, language)
            case Recording():
                words = self.transcriber.words(language)
                self.blocks(describe_recording(block, words, language), margin, language)
            case ThematicBreak():
                self.flow.blank()
                self.flow.add([" " * ((self.width - _BREAK_LINE) // 2) + _LINE * min(_BREAK_LINE, self.width)])
                self.flow.blank()

    def lines(self, cells: str, first: int, rest: int, *, keep: bool = False, keep_next: int = 0) -> None:
        self.flow.add(wrap(cells, self.width, first, rest), keep=keep, keep_next=keep_next)

    def words(self, text: str, language: LanguageTag, line: int, margin: int, *, keep_next: int = 0) -> None:
        self.lines(self.transcriber.text(text, language, line), margin + 2, margin, keep_next=keep_next)

    def paragraph(self, children: Sequence[Inline], margin: int, language: LanguageTag) -> None:
        self.mention(children)
        self.lines(self.transcriber.inlines(children, language), margin + 2, margin)

    def item_list(self, items: Sequence[tuple[ListItem, str]], margin: int, language: LanguageTag) -> None:
        words = self.transcriber.words(language)
        for item, mark in items:
            task = "" if item.checked is None else f"({words.task_done if item.checked else words.task_open})"
            lead = mark + NO_BREAK + (self.transcriber.text(task, language) + " " if task else "")
            blocks = item.blocks
            if blocks and isinstance(blocks[0], Paragraph):
                children, blocks = blocks[0].children, blocks[1:]
                self.mention(children)
                lead += self.transcriber.inlines(children, language)
            self.lines(lead, margin, margin + 2)
            self.blocks(blocks, margin + 2, language)

    def definitions(self, block: DefinitionList, margin: int, language: LanguageTag) -> None:
        for item in block.items:
            self.mention(item.term)
            self.lines(self.transcriber.inlines(item.term, language), margin, margin + 6, keep_next=1)
            for meaning in item.meanings:
                self.blocks(meaning, margin + 2, language)

    def quotation(self, block: Quotation, margin: int, language: LanguageTag) -> None:
        self.flow.blank()
        self.blocks(block.blocks, margin + 2, language)
        if block.attribution:
            self.mention(block.attribution)
            self.lines(self.transcriber.inlines((Text("— "), *block.attribution), language), margin + 6, margin + 8)
        self.flow.blank()

    def admonition(self, block: Admonition, margin: int, language: LanguageTag) -> None:
        kind = self.transcriber.words(language).admonitions[block.kind]
        title: tuple[Inline, ...] = (Text(f"{kind}: ", block.line), *block.title) if block.title else (Text(kind),)
        self.mention(title)
        self.flow.blank()
        self.flow.add(
            [
                _BOX_TOP * self.width,
                *wrap(self.transcriber.inlines(title, language), self.width, margin + 4, margin + 4),
            ],
            keep_next=2,
        )
        self.blocks(block.blocks, margin, language)
        if self.flow.lines and not self.flow.lines[-1]:
            self.flow.lines.pop()
        self.flow.add([_BOX_BOTTOM * self.width])
        self.flow.blank()

    def passage(self, tag: LanguageTag, blocks: Sequence[Block], margin: int, language: LanguageTag) -> None:
        words = self.transcriber.words(language)
        named = words.language_names.get(tag) or words.language_names.get(primary_language(tag), tag)
        self.words(f"({named})", language, 0, margin, keep_next=2)
        self.blocks(blocks, margin, tag if primary_language(tag) in LABELS else language)

    # ------------------------------------------------------------ pictures

    def figure(self, block: Figure, margin: int, language: LanguageTag) -> None:
        words = self.transcriber.words(language)
        picture = block.picture
        if picture.decorative and not block.caption and not block.description:
            return
        self.flow.blank()
        if not picture.decorative:
            self.words(f"{words.picture}: {picture.alt}", language, picture.line, margin, keep_next=1)
            if picture.withheld:
                self.words(words.picture_withheld, language, picture.line, margin)
        if block.caption:
            self.paragraph(block.caption, margin, language)
        if block.description:
            self.words(f"{words.long_description}:", language, block.line, margin, keep_next=2)
            self.blocks(block.description, margin + 2, language)
            self.words(f"({words.end_of_description})", language, block.line, margin)
        self.flow.blank()

    def diagram(self, block: Diagram, margin: int, language: LanguageTag) -> None:
        words = self.transcriber.words(language)
        self.flow.blank()
        self.words(f"{words.diagram}: {block.title}", language, block.line, margin, keep_next=2)
        told = describe_diagram(block, primary_language(language))
        for number, sentence in enumerate(told, 1):
            self.lines(self.transcriber.text(f"{number}. {sentence}", language, block.line), margin, margin + 2)
        self.flow.blank()

    # ------------------------------------------------------------ computer text

    def code_block(self, block: CodeBlock, margin: int, language: LanguageTag) -> None:
        words = self.transcriber.words(language)
        programming = name_of_language(block.named_language)
        label = words.code_in.format(language=programming) if programming else words.code
        title: tuple[Inline, ...] = (Text(f"{label}: "), *block.caption) if block.caption else (Text(f"{label}:"),)
        self.mention(title)
        self.flow.blank()
        self.lines(self.transcriber.inlines(title, language), margin + 2, margin, keep_next=2)
        for at, text in enumerate(block.text.split("\n"), 1):
            self.flow.add(self._code_lines(text, margin, language, block.line + at))
        self.flow.blank()

    def _code_lines(self, text: str, margin: int, language: LanguageTag, line: int) -> list[str]:
        """One line of a program; where it must be divided, the continuation sign says so."""
        cells = " " * margin + self.transcriber.computer_text(text.expandtabs(4), language, line).rstrip(" ")
        cells = cells.replace(NO_BREAK, " ")
        if not cells.strip(" "):
            return [""]
        made = []
        while len(cells) > self.width:
            space = cells.rfind(" ", self.width // 2, self.width - 1)
            # After a blank, so that the blank is not lost at the end of the line.
            cut = space + 1 if space > 0 and cells[:space].strip(" ") else self.width - 1
            made.append(cells[:cut] + CONTINUED)
            cells = " " * (margin + 4) + cells[cut:]
        made.append(cells)
        return made

    # ------------------------------------------------------------ tables

    def table(self, table: Table, margin: int, language: LanguageTag) -> None:
        for cell in (*table.header, *(one for row in table.rows for one in row)):
            self.mention(cell.children)
        self.mention(table.caption)
        header = [self.transcriber.inlines(one.children, language) for one in table.header]
        rows = [[self.transcriber.inlines(one.children, language) for one in row] for row in table.rows]
        plain = [[unbroken(one) for one in row] for row in (header, *rows)]
        widths = [max(max(map(len, column)), 1) for column in zip(*plain, strict=True)]
        fits = sum(widths) + _GAP * (len(widths) - 1) + margin <= self.width
        words = self.transcriber.words(language)
        form = words.table_in_columns if fits or not rows else words.table_in_rows
        title: tuple[Inline, ...] = (Text(f"{form}: "), *table.caption) if table.caption else (Text(f"{form}:"),)
        self.flow.blank()
        self.lines(self.transcriber.inlines(title, language), margin + 2, margin, keep_next=3)
        if fits:
            self._columns(table, plain, widths, margin)
        elif rows:
            self._rows(table, header, rows, margin, language)
        else:
            for one in header:
                self.lines(one, margin, margin + 4)
        self.flow.blank()

    def _columns(self, table: Table, cells: list[list[str]], widths: list[int], margin: int) -> None:
        gap = " " * _GAP
        kinds = [one.alignment for one in table.header]
        made = []
        for at, row in enumerate(cells):
            written = [
                _align(one or _EMPTY_CELL, width, kind) for one, width, kind in zip(row, widths, kinds, strict=True)
            ]
            made.append((" " * margin + gap.join(written)).rstrip(" "))
            if at == 0:
                made.append(" " * margin + gap.join(_LINE * width for width in widths))
        self.flow.add(made[:3], keep=True)
        self.flow.add(made[3:])

    def _rows(self, table: Table, header: list[str], rows: list[list[str]], margin: int, language: LanguageTag) -> None:
        colon = self.transcriber.text(":", language)
        words = self.transcriber.words(language)
        for number, row in enumerate(rows, 1):
            made: list[str] = []
            if not table.row_headers:
                made += wrap(
                    self.transcriber.text(words.row_number.format(number=number), language),
                    self.width,
                    margin,
                    margin + 4,
                )
            for at, (name, cell) in enumerate(zip(header, row, strict=True)):
                first = margin if table.row_headers and at == 0 else margin + 2
                made += wrap(f"{name}{colon} {cell or _EMPTY_CELL}", self.width, first, first + 4)
            self.flow.add(made, keep=len(made) <= _KEEP_ROW)

    # ------------------------------------------------------------ notes

    def mention(self, inlines: Sequence[Inline]) -> None:
        """Remember the notes that these inlines point to."""
        for node in inlines:
            if isinstance(node, FootnoteReference):
                self.mentioned.append(node.number)
            else:
                self.mention([one for one in child_nodes(node) if not isinstance(one, Block)])  # type: ignore[misc]

    def notes(self, *, everything: bool = False) -> None:
        """Write the notes mentioned since the last call, and at the end those that nothing points to."""
        due = [number for number in dict.fromkeys(self.mentioned) if number in self.waiting]
        while due or (everything and self.waiting):
            notes = [self.waiting.pop(number) for number in due] or [self.waiting.pop(min(self.waiting))]
            self.mentioned.clear()
            self._write_notes(notes)
            # A note may point to another note.
            due = [number for number in dict.fromkeys(self.mentioned) if number in self.waiting]
        self.mentioned.clear()

    def _write_notes(self, notes: Sequence[Footnote]) -> None:
        language = self.document.language
        self.flow.blank()
        self.words(f"{self.transcriber.words(language).notes}:", language, 0, 2, keep_next=1)
        for note in notes:
            mark = self.transcriber.note_mark(note.number, language)
            blocks = note.blocks
            if blocks and isinstance(blocks[0], Paragraph):
                self.mention(blocks[0].children)
                text = self.transcriber.inlines(blocks[0].children, language)
                self.lines(mark + " " + text, 0, 2)
                blocks = blocks[1:]
            else:
                self.lines(mark, 0, 2)
            self.blocks(blocks, 2, language)
        self.flow.blank()


def _align(cells: str, width: int, alignment: Alignment) -> str:
    match alignment:
        case Alignment.START:
            return cells.ljust(width)
        case Alignment.CENTRE:
            return cells.center(width)
        case Alignment.END:
            return cells.rjust(width)
