"""Plain text: what marks show elsewhere is said in words, in the order in which it is read.

Decisions, all our choice:

- No hard line ends: a paragraph is one line. Editors, phones and braille displays fold it to their own width, and a
  screen reader's "read sentence" and "next line" keep their meaning.
- UTF-8 with a byte order mark and CRLF: older Windows programs show text without them as one line of wrong letters,
  and no reader of today minds them.
- Headings carry numbers (2.1.) instead of marks: they tell the level, and a search for the number finds the place.
- A row of a table is one line in which each cell follows its column's name.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from builder.exports.addresses import web_address
from builder.exports.diagram import describe_diagram
from builder.exports.hypertext.code import name_of_language
from builder.exports.hypertext.markup import clean
from builder.exports.length import count_words
from builder.exports.recording import describe_recording
from builder.exports.rendered import Rendered
from builder.mathematics import read_formula, speak_formula
from builder.model.course import Person, Publication
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
    Recording,
    Sentence,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    Variant,
    WebTarget,
    walk,
)
from builder.model.labels import LABELS, Labels, labels_for
from builder.model.language import LanguageTag, primary_language
from builder.model.settings import Settings

# The raised digits of Latin-1 are in every font and known to every screen reader; the others are not.
_RAISED: Final = {"1": "¹", "2": "²", "3": "³"}
_INDENT: Final = "  "


def render_text(publication: Publication, settings: Settings) -> Rendered:
    """The publication as UTF-8 text with a byte order mark and CRLF line ends."""
    whole = publication.whole_course
    documents = (text_of(one, settings.site_url, titled=whole) for one in publication.documents)
    parts = [_front(publication), *documents, _back(publication)]
    text = clean("\n\n\n".join(part for part in parts if part)) + "\n"
    return Rendered(text.replace("\n", "\r\n").encode("utf-8-sig"), words=sum(map(count_words, publication.documents)))


def text_of(document: Document, site_url: str = "", *, titled: bool = True) -> str:
    """One document as text with plain line ends; with its title as the first line when `titled`."""
    return _Writer(document, site_url).whole(titled)


def _front(publication: Publication) -> str:
    words = labels_for(publication.language)
    lines = [publication.title]
    if not publication.whole_course:
        lines.append(f"{words.course}: {publication.course.title[publication.language]}")
    if publication.variant is Variant.EASY:
        lines.append(f"({words.easy_language})")
    description = (
        publication.course.description[publication.language]
        if publication.whole_course
        else publication.documents[0].description
        if publication.documents
        else ""
    )
    return "\n".join(lines) + (f"\n\n{description}" if description else "")


def _back(publication: Publication) -> str:
    words, course = labels_for(publication.language), publication.course
    lesson = None
    if len(publication.documents) == 1 and not publication.whole_course:
        lesson = course.find_lesson(publication.documents[0].lesson, publication.language, publication.variant)
    rights = course.rights if lesson is None else lesson.rights
    lines = [f"{words.rights}: {rights.holder}. {rights.licence}"]
    if authors := names_of(course.people, "author"):
        lines.insert(0, f"{words.authors}: {', '.join(authors)}")
    lines.append(f"{words.responsible_unit}: {course.unit[publication.language]}")
    return "\n".join(lines)


def names_of(people: tuple[Person, ...], role: str) -> tuple[str, ...]:
    """The names of the people in that role, in the course's order."""
    return tuple(one.name for one in people if one.role == role)


class _Writer:
    """One run over one document: what must be counted or remembered on the way stands here."""

    def __init__(self, document: Document, site_url: str) -> None:
        self.document = document
        self.site_url = site_url
        self.languages: list[LanguageTag] = [document.language]
        self.tables = 0
        self.numbers: list[int] = []
        self.spelled_out: set[tuple[str, str]] = set()
        self.naming = False
        """True in the contents, where a heading is only named: no addresses, notes and full forms."""

    @property
    def words(self) -> Labels:
        return labels_for(self.speaking_language())

    def speaking_language(self) -> LanguageTag:
        """The innermost language around that has labels and spoken mathematics."""
        return next(one for one in reversed(self.languages) if primary_language(one) in LABELS)

    def whole(self, titled: bool) -> str:
        parts = [self.document.title] if titled else []
        headings = [one for one in walk(self.document) if isinstance(one, Heading)]
        body = self.blocks(self.document.blocks)
        if len(headings) > 1:
            self.numbers, self.naming = [], True
            parts.append("\n".join([f"{self.words.contents}:", *map(self.heading, headings)]))
            self.naming = False
        parts.append(body)
        if self.document.footnotes:
            parts.append("\n" + self.words.notes)
            for note in self.document.footnotes:
                mark = self.words.note_mark.format(number=note.number)
                parts.append(self.framed(mark[:1].upper() + mark[1:], note.blocks))
        return "\n\n".join(part for part in parts if part)

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: Iterable[Block]) -> str:
        written: list[str] = []
        for block in blocks:
            text = self.block(block)
            if text:
                # One empty line more before a heading: the pause that print would show.
                written.append(f"\n{text}" if isinstance(block, Heading) and written else text)
        return "\n\n".join(written)

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                return self.heading(block)
            case Paragraph(children=children):
                return self.inlines(children)
            case BulletList(items=items):
                return "\n".join(self.item("-", item) for item in items)
            case OrderedList(items=items, start=start):
                return "\n".join(self.item(f"{number}.", item) for number, item in enumerate(items, start))
            case DefinitionList(items=items):
                return "\n".join(
                    "\n".join([f"{self.inlines(one.term)}:", *(_indented(self.blocks(m)) for m in one.meanings)])
                    for one in items
                )
            case Table():
                return self.table(block)
            case CodeBlock():
                return self.code(block)
            case Quotation():
                source = f"— {self.inlines(block.attribution)}" if block.attribution else ""
                return self.framed(self.words.quotation, block.blocks, source)
            case Admonition():
                kind = self.words.admonitions[block.kind]
                title = self.inlines(block.title)
                return self.framed(f"{kind}. {title}" if title else kind, block.blocks, name=kind)
            case Figure():
                return self.figure(block)
            case Diagram():
                steps = describe_diagram(block, self.speaking_language())
                listed = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
                return "\n".join([f"{self.words.diagram}: {block.title}", *listed])
            case MathBlock(latex=latex):
                return f"{self.words.formula}: {self.formula(latex)}"
            case PassageBlock(language=language, blocks=blocks):
                name = self.language_name(language)
                self.languages.append(language)
                inside = self.blocks(blocks)
                self.languages.pop()
                return f"[{name or language}] {inside}"
            case Recording():
                return self.blocks(describe_recording(block, self.words, self.speaking_language()))
            case ThematicBreak():
                return "* * *"
            case _:
                assert_never(block)

    def heading(self, block: Heading) -> str:
        depth = max(block.level - 1, 1)
        self.numbers = [*self.numbers, *[0] * depth][:depth]
        self.numbers[-1] += 1
        return f"{'.'.join(map(str, self.numbers))}. {self.inlines(block.children)}"

    def item(self, mark: str, item: ListItem) -> str:
        state = ""
        if item.checked is not None:
            state = f"{self.words.task_done if item.checked else self.words.task_open}: "
        parts = [self.block(one) for one in item.blocks]
        lines = "\n".join(part for part in parts if part).split("\n")
        return "\n".join([f"{mark} {state}{lines[0]}", *(_INDENT + line for line in lines[1:])])

    def framed(self, head: str, blocks: tuple[Block, ...], last: str = "", name: str = "") -> str:
        """``Head: text`` for one paragraph; otherwise the blocks between a head and a line that says where they end."""
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return " ".join(part for part in [f"{head}:", self.block(blocks[0]), last] if part)
        parts = [f"{head}:", self.blocks(blocks), last, f"({name or head}: {self.words.end})"]
        return "\n".join(part for part in parts if part)

    def table(self, block: Table) -> str:
        self.tables += 1
        columns = [self.inlines(cell.children) for cell in block.header]
        caption = self.inlines(block.caption)
        lines = [self.words.table_number.format(number=self.tables) + (f": {caption}" if caption else "")]
        lines.append(f"{self.words.headers}: {'; '.join(columns)}")
        for number, row in enumerate(block.rows, 1):
            skipped = 1 if block.row_headers else 0
            name = ", ".join([self.words.row_number.format(number=number), *map(self.cell, row[:skipped])])
            cells = [f"{column}: {self.cell(cell)}" for column, cell in list(zip(columns, row, strict=False))[skipped:]]
            lines.append(name + (f". {'; '.join(cells)}" if cells else ""))
        return "\n".join(lines)

    def cell(self, cell: Cell) -> str:
        return self.inlines(cell.children).replace("\n", " ").strip() or "—"

    def code(self, block: CodeBlock) -> str:
        language = name_of_language(block.named_language)
        name = self.words.code_in.format(language=language) if language else self.words.code
        caption = f" {self.inlines(block.caption)}" if block.caption else ""
        return f"{name}:{caption}\n{block.text}\n({self.words.code}: {self.words.end})"

    def figure(self, block: Figure) -> str:
        parts = []
        if not block.picture.decorative:
            parts.append(f"{self.words.picture}: {block.picture.alt}")
            if block.picture.withheld:
                parts.append(self.words.picture_withheld)
        if block.caption:
            parts.append(self.inlines(block.caption))
        if block.description:
            if len(block.description) == 1 and isinstance(block.description[0], Paragraph):
                parts.append(f"{self.words.long_description}: {self.block(block.description[0])}")
            else:
                parts.append(f"{self.words.long_description}:\n{self.blocks(block.description)}")
                parts.append(f"({self.words.end_of_description})")
        return "\n".join(parts)

    # ------------------------------------------------------------ inlines

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(map(self.inline, inlines))

    def inline(self, inline: Inline) -> str:
        match inline:
            case Text(text=text) | CodeSpan(text=text):
                return text
            case LineBreak():
                return "\n"
            case Emphasis(children=children) | Strong(children=children):
                return self.inlines(children)
            case Deleted(children=children):
                return f"[{self.words.deleted}: {self.inlines(children)}]"
            case Subscript(children=children):
                inside = self.inlines(children)
                return inside if inside.isdecimal() else f"_{inside}"
            case Superscript(children=children):
                inside = self.inlines(children)
                return _RAISED.get(inside, f"^{inside}")
            case Formula(latex=latex):
                return self.formula(latex)
            case Abbreviation():
                return self.abbreviation(inline)
            case Passage(language=language, children=children):
                self.languages.append(language)
                inside = self.inlines(children)
                self.languages.pop()
                return inside
            case FootnoteReference(number=number):
                return "" if self.naming else f" [{self.words.note_mark.format(number=number)}]"
            case Link():
                return self.link(inline)
            case Picture():
                return self.picture(inline)
            case Sentence(children=children):
                return self.inlines(children)
            case _:
                assert_never(inline)

    def formula(self, latex: str) -> str:
        return speak_formula(read_formula(latex), self.speaking_language())

    def abbreviation(self, inline: Abbreviation) -> str:
        key = (inline.text, inline.expansion)
        if self.naming or key in self.spelled_out or not inline.expansion:
            return inline.text
        self.spelled_out.add(key)
        return f"{inline.text} ({inline.expansion})"

    def link(self, inline: Link) -> str:
        inside = self.inlines(inline.children)
        if self.naming:
            return inside
        notes = []
        target = inline.target
        if isinstance(target, LessonTarget | CourseTarget) and target.language != self.document.language:
            notes.append(self.language_name(target.language) or target.language)
        own = isinstance(target, LessonTarget) and (target.course, target.lesson, target.language, target.variant) == (
            self.document.course,
            self.document.lesson,
            self.document.language,
            self.document.variant,
        )
        address = None if own else web_address(target, self.site_url)
        if address is not None:
            shown = address.removeprefix("mailto:").removeprefix("tel:") if isinstance(target, WebTarget) else address
            if shown != inside:
                notes.append(shown)
        return f"{inside} ({', '.join(notes)})" if notes else inside

    def picture(self, inline: Picture) -> str:
        if inline.decorative:
            return ""
        withheld = f" {self.words.picture_withheld}" if inline.withheld else ""
        return f"[{self.words.picture}: {inline.alt}{withheld}]"

    def language_name(self, language: LanguageTag) -> str:
        names = self.words.language_names
        return names.get(language) or names.get(primary_language(language), "")


def _indented(text: str) -> str:
    return "\n".join(_INDENT + line if line else "" for line in text.split("\n"))
