"""A Document as what a reader says, in order, before any word is spelled out for a voice. Pure.

How structure is told to people who cannot see it (all our choice, after the habits of recorded textbooks and screen
readers: as few words as will do, and pauses for the rest):

- A heading is its words between long pauses: its level is a chapter's, which players show.
- A list tells how many items it has; numbered items say their number; a list inside a list says where it ends.
- A table tells its caption, size and columns. Each row begins with its header, or its number where it has none; every
  cell follows its column's name.
- Code tells its language and length, then each line with its number, spelled so that it can be typed.
- A note is read after the paragraph (or table, list item, heading) that it belongs to, not in the middle of a sentence.
  Where several notes follow, the places of their marks are told in the sentence.
- Whatever is set off and longer than two sentences says where it ends.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final, assert_never

from builder.description import describe_diagram
from builder.mathematics import read_formula, speak_formula
from builder.model.document import (
    Abbreviation,
    Admonition,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    CourseTarget,
    DefinitionList,
    Deleted,
    Diagram,
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
    Node,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Recording,
    Sentence,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    child_nodes,
    plain_text,
)
from builder.model.labels import LABELS, Labels, labels_for
from builder.model.language import LanguageTag, primary_language
from builder.model.spoken_labels import SpokenLabels, spoken_labels_for
from builder.sentences import mark_sentences
from media_pipeline.speech.normalisation import normalise
from media_pipeline.speech.normalisation.language import find_language
from media_pipeline.speech.script import ChapterStart

# Pauses in milliseconds. Our choice, after listening habits of recorded textbooks: a sentence's is a breath, a
# paragraph's two; a heading stands alone.
AFTER_TITLE: Final = 1_200
AFTER_HEADING: Final = 800
BEFORE_HEADING: Final = 1_400
AFTER_SENTENCE: Final = 400
AFTER_BLOCK: Final = 750
AFTER_ITEM: Final = 500
AFTER_CELL: Final = 350
AFTER_ROW: Final = 600
AFTER_LABEL: Final = 300
AFTER_LINE: Final = 400
AFTER_BREAK: Final = 1_400

_LONG: Final = 2
"""More sentences than this make a set-off passage one whose end is told."""
_TAB: Final = 4

_SUPERSCRIPTS: Final = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS: Final = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISED_NUMBER: Final = re.compile(r"[+\-−]?[0-9]+")
_JOINED: Final = re.compile(r"[-'’][^\W_]+")
_NUMBER: Final = re.compile(r"(?P<number>[0-9]+(?:[.,][0-9]+)?)(?:\s*(?P<unit>[^\W\d_]{1,6}|[%°]\w?))?")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.|mailto:)\S+|\S+@\S+\.\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words for one voice as they are written. `is_computer_text` is to be spelled so that it can be typed;
    `is_added` are words that the author did not write here: ours, or a column's name said again."""

    language: LanguageTag
    text: str
    is_computer_text: bool = False
    is_added: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said at one place. `ends_unit` is true for the last saying of a paragraph, row, item or line: where a
    chunk may end. `line` is that of the source."""

    runs: tuple[Run, ...]
    element: str
    pause_ms: int
    chapter: ChapterStart | None = None
    ends_unit: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said, and the languages that no voice speaks, each with the first line where it is met."""

    sayings: tuple[Saying, ...]
    voiceless: tuple[tuple[LanguageTag, int], ...]


def read_aloud(document: Document, can_speak: Callable[[LanguageTag], bool]) -> Reading:
    """What is said, in reading order: the title, the blocks with their notes, notes that nothing refers to.

    Words in a language that cannot be spoken are said by the voice around them, after words that tell the language.
    """
    reader = _Reader(mark_sentences(document), can_speak)
    sayings = tuple(reader.whole())
    return Reading(sayings, tuple(reader.voiceless.items()))


class _Reader:
    """One run over one marked document: what must be remembered on the way stands here."""

    def __init__(self, document: Document, can_speak: Callable[[LanguageTag], bool]) -> None:
        self.document = document
        self.can_speak = can_speak
        self.voiceless: dict[LanguageTag, int] = {}
        self.notes = {one.number: one for one in document.footnotes}
        self.languages: list[LanguageTag] = [document.language]
        self.lists = 0
        self.spelled_out: set[tuple[str, str]] = set()
        self.told_notes: set[int] = set()
        self.counting_notes = False
        """Whether the places of notes' marks are told, because several notes will follow."""
        self.said: list[Saying] = []

    # ------------------------------------------------------------ languages and words

    @property
    def language(self) -> LanguageTag:
        return self.languages[-1]

    def speaking_language(self) -> LanguageTag:
        """The innermost language around that has labels and spoken mathematics."""
        return next(one for one in reversed(self.languages) if primary_language(one) in LABELS)

    @property
    def words(self) -> Labels:
        return labels_for(self.speaking_language())

    @property
    def spoken(self) -> SpokenLabels:
        return spoken_labels_for(self.speaking_language())

    # ------------------------------------------------------------ the whole

    def whole(self) -> list[Saying]:
        title = (Run(self.document.language, self.document.title),)
        self.said.append(Saying(title, "", AFTER_TITLE, ChapterStart(self.document.title, 1), ends_unit=True))
        self.blocks(self.document.blocks)
        for note in self.document.footnotes:
            self.note(note)
        return self.said

    def blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        begin = len(self.said)
        if isinstance(block, Heading | Paragraph | Table):
            self.counting_notes = len(set(_references(block))) > 1
        match block:
            case Heading():
                self.heading(block)
            case Paragraph(children=children):
                self.sentences(children)
            case BulletList(items=items):
                self.listed(items, None)
            case OrderedList(items=items, start=start):
                self.listed(items, start)
            case DefinitionList():
                self.definitions(block)
            case Table():
                self.table(block)
            case CodeBlock():
                self.code(block)
            case Quotation():
                self.quotation(block)
            case Admonition():
                self.admonition(block)
            case Figure():
                self.figure(block)
            case Diagram():
                self.diagram(block)
            case MathBlock():
                runs = self.label(self.words.formula) + self.formula(block.latex)
                self.say(runs, block.id, AFTER_BLOCK, block.line)
            case PassageBlock():
                lead = self.enter(block.language, block.line)
                self.led(lead, block.blocks)
                self.leave(block.language)
            case Recording():
                self.recording(block)
            case ThematicBreak():
                self.lengthen(AFTER_BREAK)
            case _:
                assert_never(block)
        self.end_unit(begin)
        if isinstance(
            block, Heading | Paragraph | Table | DefinitionList | Quotation | Figure | CodeBlock | Admonition
        ):
            self.notes_of(block)

    # ------------------------------------------------------------ saying

    def say(self, runs: tuple[Run, ...], element: str, pause_ms: int, line: int = 0) -> None:
        if any(run.text.strip() for run in runs):
            self.said.append(Saying(_joined(runs), element, pause_ms, line=line))

    def lengthen(self, pause_ms: int) -> None:
        """At least this pause after what was said last."""
        if self.said and self.said[-1].pause_ms < pause_ms:
            self.said[-1] = replace(self.said[-1], pause_ms=pause_ms)

    def end_unit(self, begin: int, pause_ms: int = AFTER_BLOCK) -> None:
        """What was said since `begin` is a unit: a longer pause follows, and a chunk may end."""
        if len(self.said) > begin:
            self.lengthen(pause_ms)
            self.said[-1] = replace(self.said[-1], ends_unit=True)

    def label(self, text: str, mark: str = ":") -> tuple[Run, ...]:
        """Our own words, with the mark that makes a voice wait."""
        return self.added(f"{text}{mark} ")

    def added(self, text: str) -> tuple[Run, ...]:
        return (Run(self.speaking_language(), text, is_added=True),)

    def enter(self, language: LanguageTag, line: int) -> tuple[Run, ...]:
        """From here on that language's voice speaks; where there is none, the words that tell the language."""
        if self.can_speak(language):
            self.languages.append(language)
            return ()
        self.voiceless.setdefault(language, line)
        name = self.words.language_names.get(primary_language(language), self.spoken.foreign_language)
        return self.label(name)

    def leave(self, language: LanguageTag) -> None:
        if self.can_speak(language):
            self.languages.pop()

    def sentences(
        self,
        children: tuple[Inline, ...],
        lead: tuple[Run, ...] = (),
        pause_ms: int = AFTER_SENTENCE,
    ) -> int:
        """Each sentence on its own, `lead` before the first. How many there are."""
        count = 0
        for child in children:
            if isinstance(child, Sentence):
                self.say(lead + self.inlines(child.children), child.id, pause_ms, child.line)
                lead, count = (), count + 1
        return count

    # ------------------------------------------------------------ notes

    def notes_of(self, block: Block) -> None:
        """The notes that are first referred to in this block's own words (not in blocks inside)."""
        for number in _references(block):
            if number in self.notes and number not in self.told_notes:
                self.note(self.notes[number])

    def note(self, note: Footnote) -> None:
        if note.number in self.told_notes:
            return
        self.told_notes.add(note.number)
        begin = len(self.said)
        outside, self.languages = self.languages, [self.document.language]
        name = self.words.note_mark.format(number=note.number)
        self.framed(_upper_first(name), note.blocks, self.spoken.note_end)
        self.languages = outside
        self.end_unit(begin)

    def framed(self, head: str, blocks: tuple[Block, ...], end: str, title: tuple[Inline, ...] = ()) -> None:
        """Blocks after words that tell what they are; long ones with words that tell where they end."""
        begin = len(self.said)
        lead = self.label(head)
        if title:
            self.sentences(title, self.label(head, "."), pause_ms=AFTER_LABEL)
            lead = ()
        self.led(lead, blocks)
        if len(self.said) - begin > _LONG + bool(title):
            self.say(self.label(end, "."), self.said[-1].element, AFTER_BLOCK)

    def led(self, lead: tuple[Run, ...], blocks: tuple[Block, ...]) -> None:
        """Blocks, the first words of which are led in by `lead`."""
        begin = len(self.said)
        self.blocks(blocks)
        if not lead:
            return
        if len(self.said) > begin:
            first = self.said[begin]
            self.said[begin] = replace(first, runs=_joined(lead + first.runs))
        elif begin:
            self.say(lead, self.said[-1].element, AFTER_LABEL)

    # ------------------------------------------------------------ blocks

    def heading(self, block: Heading) -> None:
        self.lengthen(BEFORE_HEADING)
        begin = len(self.said)
        self.sentences(block.children, pause_ms=AFTER_HEADING)
        if len(self.said) > begin:
            chapter = ChapterStart(self.name(block.children), block.level, block.anchor)
            self.said[begin] = replace(self.said[begin], chapter=chapter)

    def name(self, inlines: tuple[Inline, ...]) -> str:
        """The words of a heading for a list of chapters."""
        outside, self.counting_notes = self.counting_notes, False
        known, told = set(self.spelled_out), set(self.told_notes)
        self.spelled_out |= {(one.text, one.expansion) for one in _inside(inlines) if isinstance(one, Abbreviation)}
        self.told_notes = set()
        text = "".join(run.text for run in self.inlines(inlines))
        self.spelled_out, self.told_notes, self.counting_notes = known, told, outside
        return " ".join(text.split())

    def listed(self, items: tuple[ListItem, ...], start: int | None) -> None:
        self.lists += 1
        begin = len(self.said)
        is_inside = self.lists > 1
        name = self.spoken.list_inside if is_inside else self.spoken.list_start
        count = f", {self.spoken.list_items.format(number=len(items))}" if len(items) > 1 else ""
        lead = self.label(f"{name}{count}", ".") if count or is_inside else ()
        for number, item in enumerate(items, start or 1):
            at = len(self.said)
            runs: tuple[Run, ...] = ()
            if start is not None:
                runs += self.label(self.spoken.list_item.format(number=number))
            if item.checked is not None:
                runs += self.label(self.words.task_done if item.checked else self.words.task_open)
            self.led(lead + runs, item.blocks)
            if len(self.said) > at:
                lead = ()
                self.said[-1] = replace(self.said[-1], pause_ms=min(self.said[-1].pause_ms, AFTER_ITEM))
        if is_inside and len(self.said) > begin:
            self.say(self.label(self.spoken.list_inside_end, "."), self.said[-1].element, AFTER_ITEM)
        self.lists -= 1

    def definitions(self, block: DefinitionList) -> None:
        for one in block.items:
            begin = len(self.said)
            self.sentences(one.term, pause_ms=AFTER_LABEL)
            for number, meaning in enumerate(one.meanings, 1):
                lead = self.label(self.spoken.meaning.format(number=number)) if len(one.meanings) > 1 else ()
                self.led(lead, meaning)
            self.end_unit(begin, AFTER_ITEM)

    def table(self, block: Table) -> None:
        lead = self.label(self.words.table, ":" if block.caption else ",")
        if self.sentences(block.caption, lead, pause_ms=AFTER_CELL):
            lead = ()
        names = next((one for cell in block.header if (one := _first_element(cell.children))), "")
        element = _first_element(block.caption) or names or self.said[-1].element
        size = self.spoken.table_size.format(columns=len(block.header), rows=len(block.rows))
        self.say(lead + self.label(size, "."), element, AFTER_CELL, block.line)
        lead = self.label(self.words.headers)
        for cell in block.header:
            if self.sentences(cell.children, lead, pause_ms=AFTER_CELL):
                lead = ()
        self.end_unit(0, AFTER_ROW)
        columns = list(map(self.column, block.header))
        for number, row in enumerate(block.rows, 1):
            begin = len(self.said)
            self.row(row, columns, self.label(self.words.row_number.format(number=number), "."), block.row_headers)
            self.end_unit(begin, AFTER_ROW)
        self.say(self.label(self.spoken.table_end, "."), self.said[-1].element, AFTER_BLOCK)

    def row(
        self, row: tuple[Cell, ...], columns: list[tuple[Run, ...]], lead: tuple[Run, ...], has_header: bool
    ) -> None:
        """The row's header, or its number (`lead`) where there is none; then each cell after its column's name."""
        cells = list(zip(columns, row, strict=False))
        if has_header and cells and self.sentences(cells[0][1].children, pause_ms=AFTER_CELL):
            cells, lead = cells[1:], ()
        for column, cell in cells:
            if not self.sentences(cell.children, lead + column, pause_ms=AFTER_CELL):
                empty = lead + column + self.label(self.spoken.cell_empty, ".")
                self.say(empty, self.said[-1].element, AFTER_CELL, cell.line)
            lead = ()

    def column(self, cell: Cell) -> tuple[Run, ...]:
        """The column's name as it is said with every cell: without notes, which were told with the header."""
        outside, self.counting_notes = self.counting_notes, False
        told, self.told_notes = self.told_notes, set()
        runs = self.inlines(cell.children)
        self.counting_notes, self.told_notes = outside, told
        if not any(run.text.strip() for run in runs):
            return ()
        return (*(replace(run, is_added=True) for run in runs), *self.added(": "))

    def code(self, block: CodeBlock) -> None:
        language = self.speaking_language()
        lines = block.text.splitlines() or [""]
        name = ", ".join(filter(None, (self.words.code, block.named_language)))
        count = self.spoken.code_lines.format(number=len(lines))
        self.sentences(block.caption)
        self.say(self.label(f"{name}, {count}", "."), block.id, AFTER_LINE, block.line)
        depth = 0
        for number, line in enumerate(lines, 1):
            begin = len(self.said)
            written = line.expandtabs(_TAB)
            text = written.strip()
            lead = self.label(self.spoken.code_line.format(number=number)) if len(lines) > 1 else ()
            if not text:
                self.say(lead + self.label(self.spoken.code_line_empty, ""), block.id, AFTER_LINE, block.line + number)
                continue
            indentation = len(written) - len(written.lstrip())
            if indentation != depth:
                lead += self.label(self.spoken.code_indentation.format(number=indentation), ",")
                depth = indentation
            self.say((*lead, Run(language, text, is_computer_text=True)), block.id, AFTER_LINE, block.line + number)
            self.end_unit(begin, AFTER_LINE)
        self.say(self.label(self.spoken.code_end, "."), block.id, AFTER_BLOCK)

    def quotation(self, block: Quotation) -> None:
        begin = len(self.said)
        self.led(self.label(self.words.quotation), block.blocks)
        if block.attribution:
            self.sentences(block.attribution, self.added("— "), pause_ms=AFTER_BLOCK)
        elif len(self.said) - begin > _LONG:
            self.say(self.label(self.spoken.quotation_end, "."), self.said[-1].element, AFTER_BLOCK)

    def admonition(self, block: Admonition) -> None:
        kind = self.words.admonitions[block.kind]
        self.framed(kind, block.blocks, self.spoken.admonition_ends[block.kind], block.title)

    def figure(self, block: Figure) -> None:
        picture = block.picture
        if not picture.decorative:
            self.say(self.label(self.words.figure) + self.text(picture.alt), block.id, AFTER_SENTENCE, block.line)
            if picture.withheld:
                self.say(self.label(self.words.picture_withheld, ""), block.id, AFTER_SENTENCE, block.line)
        lead = () if picture.decorative else self.label(self.spoken.figure_caption)
        self.sentences(block.caption, lead)
        if block.description:
            begin = len(self.said)
            self.led(self.label(self.words.long_description), block.description)
            if len(self.said) - begin > _LONG:
                self.say(self.label(self.words.end_of_description, "."), self.said[-1].element, AFTER_BLOCK)

    def diagram(self, block: Diagram) -> None:
        self.say(self.label(self.words.diagram) + self.text(block.title), block.id, AFTER_SENTENCE, block.line)
        for step in describe_diagram(block, self.speaking_language()):
            self.say((Run(self.language, step, is_added=True),), block.id, AFTER_SENTENCE, block.line)

    def recording(self, block: Recording) -> None:
        self.say(
            self.label(self.words.recordings[block.kind]) + self.text(block.title), block.id, AFTER_SENTENCE, block.line
        )
        spoken = self.spoken
        if block.withheld:
            where = spoken.recording_withheld_with_words if block.captions else spoken.recording_withheld
        else:
            where = spoken.recording_on_page_with_words if block.captions else spoken.recording_on_page
        self.say(self.label(where, ""), block.id, AFTER_BLOCK, block.line)

    # ------------------------------------------------------------ inlines

    def text(self, text: str) -> tuple[Run, ...]:
        return (Run(self.language, text),)

    def inlines(self, inlines: Iterable[Inline]) -> tuple[Run, ...]:
        runs: list[Run] = []
        tail = ""
        whole = list(inlines)
        for one, after in zip_longest(whole, whole[1:]):
            if tail and isinstance(one, Text):
                one = replace(one, text=one.text[len(tail) :])
            joined = _JOINED.match(after.text) if isinstance(after, Text) else None
            tail = joined[0] if joined and isinstance(one, Abbreviation) else ""
            runs += self.abbreviation(one, tail) if isinstance(one, Abbreviation) else self.inline(one)
        return _joined(runs)

    def inline(self, inline: Inline) -> tuple[Run, ...]:
        match inline:
            case Text(text=text):
                return self.text(text)
            case CodeSpan(text=text):
                return (Run(self.speaking_language(), text, is_computer_text=True),)
            case LineBreak():
                return (*self.added(","), *self.text("\n"))
            case Emphasis(children=children) | Strong(children=children) | Sentence(children=children):
                return self.inlines(children)
            case Deleted(children=children):
                return (*self.added(", "), *self.label(self.words.deleted), *self.inlines(children), *self.added(", "))
            case Subscript(children=children):
                return self.index(children, is_raised=False)
            case Superscript(children=children):
                return self.index(children, is_raised=True)
            case Formula(latex=latex):
                return (*self.added(" "), *self.formula(latex), *self.added(" "))
            case Abbreviation():
                return self.abbreviation(inline)
            case Passage(language=language, children=children):
                lead = self.enter(language, inline.line)
                inside = lead + self.inlines(children)
                self.leave(language)
                return inside
            case FootnoteReference(number=number):
                if not self.counting_notes and number not in self.told_notes:
                    return ()
                return self.added(f" ({self.words.note_mark.format(number=number)}) ")
            case Link():
                return self.link(inline)
            case Picture(alt=alt):
                return (*self.added(" "), *self.label(self.words.picture), *self.text(alt + " ")) if alt.strip() else ()
            case _:
                assert_never(inline)

    def formula(self, latex: str) -> tuple[Run, ...]:
        """The formula in words; its numbers as one counts, not in the case that a sentence would ask for."""
        language = self.speaking_language()
        spoken = speak_formula(read_formula(latex), language)
        return (Run(language, _count(spoken, language), is_added=True),)

    def index(self, children: tuple[Inline, ...], *, is_raised: bool) -> tuple[Run, ...]:
        """Raised numbers are said as powers and lowered ones as they stand; words that are only set smaller (2nd) stay
        joined to what they belong to; anything else is announced."""
        text = plain_text(children).strip()
        if _RAISED_NUMBER.fullmatch(text) and is_raised:
            return self.text(text.translate(_SUPERSCRIPTS))
        if text.isdecimal():
            return self.text(text.translate(_SUBSCRIPTS))
        if is_raised and len(text) > 1 and text.isalpha():
            return self.inlines(children)
        name = self.spoken.raised if is_raised else self.spoken.lowered
        return (*self.added(f" {name} "), *self.inlines(children), *self.added(" "))

    def abbreviation(self, inline: Abbreviation, tail: str = "") -> tuple[Run, ...]:
        """The short form with what is written at it (``UTF-8``); the first time, its full form after both."""
        key = (inline.text, inline.expansion)
        if key in self.spelled_out or not inline.expansion:
            return self.text(inline.text + tail)
        self.spelled_out.add(key)
        language = inline.language or self.language
        lead = self.enter(language, inline.line)
        full = lead + self.text(inline.expansion)
        self.leave(language)
        return (*self.text(inline.text + tail), *self.added(", "), *full, *self.added(", "))

    def link(self, inline: Link) -> tuple[Run, ...]:
        text = plain_text(inline.children)
        if _ADDRESS.fullmatch(text.strip()):
            return (Run(self.speaking_language(), text, is_computer_text=True),)
        inside = self.inlines(inline.children)
        target = inline.target
        if isinstance(target, LessonTarget | CourseTarget) and target.language != self.document.language:
            name = self.words.language_names.get(primary_language(target.language))
            if name:
                return inside + self.added(f", {name}, ")
        return inside


def _count(spoken: str, language: LanguageTag) -> str:
    """Numbers in words, but for those before a unit, which are said together with it."""
    known = find_language(primary_language(language))
    units = known.units if known else ()

    def say(found: re.Match[str]) -> str:
        if found["unit"] in units:
            return found[0]
        return " ".join(one.text for one in normalise(found["number"], language)) + found[0][len(found["number"]) :]

    return _NUMBER.sub(say, spoken)


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours of one kind as one run."""
    joined: list[Run] = []
    for run in runs:
        if joined and replace(joined[-1], text="") == replace(run, text="") and not run.is_computer_text:
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def _inside(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _inside(child_nodes(node))


def _references(block: Block) -> Iterator[int]:
    """Numbers of the notes that are referred to, in order."""
    return (one.number for one in _inside([block]) if isinstance(one, FootnoteReference))


def _first_element(children: tuple[Inline, ...]) -> str:
    return next((one.id for one in children if isinstance(one, Sentence)), "")


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
