"""A publication as Typst source. Texts are only ever written as string literals, so no word can become markup."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from builder.exports.addresses import web_address
from builder.exports.diagram import describe_diagram, draw_diagram
from builder.exports.hypertext.code import name_of_language
from builder.exports.large_print.style import STYLE_FILE, Profile, estimate_ems
from builder.exports.large_print.tables import Columns, plan_columns
from builder.exports.recording import describe_recording
from builder.mathematics import read_formula, speak_formula, to_typst
from builder.model.course import Publication
from builder.model.document import (
    Abbreviation,
    Admonition,
    Alignment,
    Block,
    BulletList,
    CodeBlock,
    CodeSpan,
    CourseTarget,
    DefinitionList,
    Deleted,
    Diagram,
    DiagramEdge,
    DiagramNode,
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
    ResourceTarget,
    Sentence,
    Strong,
    Subscript,
    Superscript,
    Table,
    Target,
    Text,
    ThematicBreak,
    Variant,
    WebTarget,
    plain_text,
)
from builder.model.labels import Labels, labels_for
from builder.model.language import LanguageTag
from builder.model.settings import Settings

_LONGEST_SPOT: Final = 400
"""Letters: more than any line holds, so that marks without width cannot make a word endless."""
_SHORTEST_SPOT: Final = 4
_BREAK_AFTER: Final = "/\\._-:&?=@,;+|"
_TURNED: Final = "page(flipped: true, {"
_ROWS_WORTH_A_PAGE: Final = 5
"""Our choice: turning the sheet under a magnifier costs more than reading a few rows one by one."""
_ALIGN: Final = {Alignment.START: "left", Alignment.CENTRE: "center", Alignment.END: "right"}


@dataclass(frozen=True, slots=True)
class Substitutes:
    """What cannot be set as written: characters that no font has, pictures and formulas that Typst refuses."""

    characters: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()


@dataclass(slots=True)
class Source:
    """The Typst source; `files` by virtual path; `row_headers` tells for each table whether its rows have headers."""

    text: str
    files: dict[str, bytes]
    row_headers: list[bool]


def write_source(
    publication: Publication,
    settings: Settings,
    profile: Profile,
    fonts: Sequence[str],
    code_font: str,
    math_font: str,
    substitutes: Substitutes,
) -> Source:
    """The whole publication; the same values give the same text."""
    writer = _Writer(publication, settings, profile, substitutes)
    body = writer.whole_course() if publication.whole_course else writer.lesson(publication.documents[0], 0)
    people = [one.name for one in publication.course.people if one.role == "author"]
    described = publication.documents[0].description if not publication.whole_course else ""
    described = described or publication.course.description.get(publication.language, "")
    head = [
        f"#import {string(STYLE_FILE)}: *",
        f"#set document(title: {string(writer.clean(publication.title) or '—')}, date: none, "
        f"author: ({''.join(string(one) + ', ' for one in people)}), description: {string(described)})",
        f"#show: large-print.with(size: {profile.size}pt, fonts: ({''.join(string(one) + ', ' for one in fonts)}), "
        f"code-font: {string(code_font)}, math-font: {string(math_font)}, language: {string(publication.language)})",
        "#{",
        *body,
        "}",
        "",
    ]
    return Source("\n".join(head), writer.files, writer.row_headers)


def string(text: str) -> str:
    """A Typst string literal that stands for exactly this text; line ends become spaces."""
    safe = "".join(one if one >= " " and not 0xD800 <= ord(one) <= 0xDFFF and one != "\x7f" else " " for one in text)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _code_string(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return '"' + "\\n".join(string(line)[1:-1] for line in lines) + '"'


def _page_number(words: Labels) -> str:
    before, _, after = words.page_number.partition("{number}")
    return f"page-number({string(before)}, {string(after)})"


def _language(tag: LanguageTag) -> str:
    """Typst's arguments for a language tag: language, and region where it is a country."""
    parts = tag.split("-")
    region = next((one for one in parts[1:] if len(one) == 2), None)
    return f'lang: "{parts[0]}"' + (f', region: "{region}"' if region else "")


@dataclass(slots=True)
class _Writer:
    publication: Publication
    settings: Settings
    profile: Profile
    substitutes: Substitutes
    files: dict[str, bytes] = field(default_factory=dict)
    row_headers: list[bool] = field(default_factory=list)
    _document: Document = field(init=False)
    _number: int = 0
    _words: Labels = field(init=False)
    _room: float = 0.0
    """Ems of the line in force."""
    _level: int = 1
    _top: bool = True
    _in_heading: bool = False
    _explained: set[tuple[str, str]] = field(default_factory=set)
    _marks: set[str] = field(default_factory=set)
    """Labels that stand in the source."""
    _places: dict[tuple[str, str], str] = field(default_factory=dict)
    """Labels of headings that links may lead to, by lesson and anchor."""

    def __post_init__(self) -> None:
        self._document = self.publication.documents[0]
        self._words = labels_for(self.publication.language)
        self._room = self.profile.line_width / self.profile.size
        for number, document in enumerate(self.publication.documents):
            self._places.setdefault((document.lesson, ""), f"l{number}")
            for place, heading in enumerate(_headings(document.blocks)):
                self._places.setdefault((document.lesson, heading.anchor), f"h{number}-{place}")

    # ------------------------------------------------------------ whole and parts

    def whole_course(self) -> list[str]:
        course, language, words = self.publication.course, self.publication.language, self._words
        out = [
            "{",
            f"set page(footer: {_page_number(words)})",
            "v(15%)",
            f"heading(level: 1, outlined: false, bookmarked: true, {self._text(self.publication.title)})",
        ]
        lines = []
        if self.publication.variant is Variant.EASY:
            lines.append(words.easy_language)
        authors = [one.name for one in course.people if one.role == "author"] or [one.name for one in course.people]
        if authors:
            lines.append(f"{words.authors}: {', '.join(authors)}")
        if unit := course.unit.get(language, ""):
            lines.append(f"{words.responsible_unit}: {unit}")
        if name := self.settings.site_name.get(language, ""):
            lines.append(name)
        lines.append(f"{words.rights}: {course.rights.holder}. {course.rights.licence}")
        out += [f"par({self._text(line)})" for line in lines]
        out += [
            "pagebreak(weak: true)",
            f"heading(level: 1, outlined: false, bookmarked: true, {string(words.contents)})",
            "outline(title: none, depth: 2, indent: 0.8em)",
            "}",
        ]
        for number, document in enumerate(self.publication.documents):
            out += self.lesson(document, number)
        return out

    def lesson(self, document: Document, number: int) -> list[str]:
        self._document, self._number, self._words = document, number, labels_for(document.language)
        self._level = 1
        self._explained.clear()
        words = self._words
        easy = document.variant is Variant.EASY
        head = self._shortened(document.title + (f" ({words.easy_language})" if easy else ""))
        out = [
            "{",
            f"set text({_language(document.language)})",
            f"set page(header: running-head({self._text(head)}), footer: {_page_number(words)})",
            f"[#heading(level: 1, {self._text(document.title or '—')})#label({string(f'l{number}')})]",
        ]
        course = self.publication.course
        title = course.title.get(self.publication.language, "")
        if title and not self.publication.whole_course:
            out.append(f"par({self._text(f'{words.course}: {title}')})")
        if easy:
            out.append(f"par(strong({self._text(words.easy_language.capitalize())}))")
        out += self._blocks(document.blocks)
        out += self._footnotes(document)
        if not self.publication.whole_course:
            lesson = course.find_lesson(document.lesson, document.language, document.variant)
            rights = lesson.rights if lesson else course.rights
            if rights.holder:
                out.append("ornament")
                out.append(f"par({self._text(f'{words.rights}: {rights.holder}. {rights.licence}')})")
        return [*out, "}"]

    def _shortened(self, title: str) -> str:
        """The title in one line of the running head."""
        if estimate_ems(title) <= self._room:
            return title
        kept = ""
        for word in title.split():
            if estimate_ems(f"{kept} {word}…") > self._room:
                break
            kept = f"{kept} {word}".strip()
        return (kept or title[: int(self._room)]) + "…"

    def _footnotes(self, document: Document) -> list[str]:
        if not document.footnotes:
            return []
        words = self._words
        out = [f"heading(level: 2, {string(words.notes)})"]
        for note in document.footnotes:
            mark, back = f"n{self._number}-{note.number}", f"r{self._number}-{note.number}"
            sign = f"strong({string(f'[{note.number}]')}); {string(' ')}; "
            blocks = list(note.blocks)
            first = "[]"
            if blocks and isinstance(blocks[0], Paragraph):
                first = self._line(blocks[0].children)
                del blocks[0]
            out.append(f"[#par({{ {sign}{first} }})#label({string(mark)})]")
            out += self._blocks(blocks)
            if back in self._marks:
                text = string(words.note_back.format(number=note.number))
                out.append(f"par({{ link(label({string(back)}), {text}); {self._in_brackets(back)} }})")
        return out

    # ------------------------------------------------------------ blocks

    def _blocks(self, blocks: Sequence[Block]) -> list[str]:
        out: list[str] = []
        after_heading = 0
        for block in blocks:
            lines = self._block(block)
            if after_heading and lines and lines[0] == _TURNED:
                # A heading goes with its table, so that it does not stay alone on the page before.
                lines[1:1] = [out.pop() for _ in range(after_heading)][::-1]
            after_heading = after_heading + 1 if isinstance(block, Heading) else 0
            out += lines
        return out

    def _inside(self, blocks: Sequence[Block], less: float = 1.5) -> str:
        """Blocks in a container, as one Typst code block; `less` ems of the line are taken by the container."""
        room, top = self._room, self._top
        self._room, self._top = max(room - less, 4.0), False
        lines = self._blocks(blocks)
        self._room, self._top = room, top
        return "{\n" + "\n".join(lines) + "\n}" if lines else "[]"

    def _block(self, block: Block) -> list[str]:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(children=children):
                return [f"par({self._line(children)})"]
            case BulletList(items=items):
                return [f"list({', '.join(self._item(one) for one in items)})"] if items else []
            case OrderedList(items=items, start=start):
                return [f"enum(start: {max(start, 0)}, {', '.join(self._item(one) for one in items)})"] if items else []
            case DefinitionList():
                return self._definitions(block)
            case Table():
                return self._table(block)
            case CodeBlock():
                return self._code(block)
            case Quotation(blocks=blocks, attribution=attribution):
                source = self._line(attribution) if attribution else "none"
                return [f"quoted({source}, {self._inside(blocks)})"]
            case Admonition():
                word = self._words.admonitions[block.kind]
                title = f"{{ {string(word + ': ')}; {self._line(block.title)} }}" if block.title else string(word)
                return [f"set-off({title}, {self._inside(block.blocks)})"]
            case Figure():
                return self._figure(block)
            case Diagram():
                return self._diagram(block)
            case MathBlock(latex=latex):
                return self._display(latex)
            case PassageBlock(language=language, blocks=blocks):
                inner = self._blocks(blocks)
                return ["{", f"set text({_language(language)})", *inner, "}"] if inner else []
            case Recording():
                return self._blocks(describe_recording(block, self._words, self._document.language))
            case ThematicBreak():
                return ["ornament"]

    def _heading(self, heading: Heading) -> list[str]:
        # PDF/UA-1 (ISO 14289-1, 7.4.2) allows no skipped level.
        level = min(max(heading.level, 2), self._level + 1, 6)
        self._level = level
        self._in_heading = True
        line = self._line(heading.children)
        if not _has_words(heading.children):
            # A bookmark is made of words; pictures and formulas alone give none.
            line = self._text(self._told(heading.children) or "—")
        self._in_heading = False
        written = f"heading(level: {level}, {line})"
        mark = self._places.get((self._document.lesson, heading.anchor))
        if mark and mark.startswith(f"h{self._number}-") and mark not in self._marks:
            self._marks.add(mark)
            return [f"[#{written}#label({string(mark)})]"]
        return [written]

    def _told(self, inlines: Sequence[Inline]) -> str:
        """A line as a listener hears it."""
        words = []
        for one in inlines:
            match one:
                case Formula(latex=latex):
                    words.append(speak_formula(read_formula(latex), self._document.language) or latex)
                case Picture(alt=alt):
                    words.append(alt)
                case FootnoteReference(number=number):
                    words.append(f"[{number}]")
                case LineBreak():
                    words.append(" ")
                case Text(text=text) | CodeSpan(text=text) | Abbreviation(text=text):
                    words.append(text)
                case _:
                    words.append(self._told(one.children))
        return "".join(words).strip()

    def _item(self, item: ListItem) -> str:
        # Each block is written once: writing leaves traces (labels, first uses, tables).
        if item.checked is None:
            return self._inside(item.blocks)
        state = self._words.task_done if item.checked else self._words.task_open
        done = f"strong({string(state.capitalize() + ':')}); "
        # The state stands in the item's first line, where one sees and hears it first.
        if item.blocks and isinstance(item.blocks[0], Paragraph):
            first = f"par({{ {done} {string(' ')}; {self._line(item.blocks[0].children)} }})"
            rest = self._inside(item.blocks[1:])
            return f"{{\n{first}\n{rest}\n}}"
        return f"{{\npar({{ {done} }})\n{self._inside(item.blocks)}\n}}"

    def _definitions(self, block: DefinitionList) -> list[str]:
        items = []
        for one in block.items:
            term = self._line(one.term)
            meanings = "\n".join(self._inside(meaning) for meaning in one.meanings)
            items.append(f"terms.item({term}, {{\n{meanings}\n}})" if meanings else f"terms.item({term}, [])")
        return [f"terms({', '.join(items)})"] if items else []

    def _code(self, block: CodeBlock) -> list[str]:
        words = self._words
        programming = name_of_language(block.named_language)
        title = words.code_in.format(language=programming) if programming else words.code
        label = f"{{ {string(title)}; }}"
        if block.caption:
            label = f"{{ {string(title + ': ')}; {self._line(block.caption)} }}"
        columns = max(8, self.profile.code_columns - round((self._full_room() - self._room) * 1.7))
        text = self.clean(block.text)
        return [f"block(sticky: true, par(strong({label})))", f"code-block({_code_string(text)}, {columns})"]

    def _full_room(self) -> float:
        return self.profile.line_width / self.profile.size

    # ------------------------------------------------------------ tables

    def _table(self, table: Table) -> list[str]:
        columns = plan_columns(table, self._room)
        if columns:
            return self._grid(table, columns)
        if self._top and len(table.rows) >= _ROWS_WORTH_A_PAGE:
            turned = plan_columns(table, self.profile.turned_line_width / self.profile.size)
            if turned:
                return [_TURNED, *self._grid(table, turned), "})"]
        return self._rows(table)

    def _caption(self, caption: tuple[Inline, ...], word: str) -> str:
        return f"{{ strong({string(word + '. ')}); {self._line(caption)} }}"

    def _grid(self, table: Table, columns: Columns) -> list[str]:
        self.row_headers.append(table.row_headers)
        # A caption comes first for the reader, so its marks and first uses count first.
        caption = self._caption(table.caption, self._words.table) if table.caption else ""
        widths = "".join(f"{width:.2f}em, " for width in columns.widths)
        room = self._room

        def cell(row: int, place: int) -> str:
            one = table.header[place] if row < 0 else table.rows[row][place]
            self._room = columns.widths[place] - 0.8
            line = self._line(one.children)
            self._room = room
            if row < 0 or (place == 0 and table.row_headers):
                line = f"strong({line})"
            return f"table.cell(align: {_ALIGN[one.alignment]} + top, {line})"

        # Repeated headers are artifacts, and an artifact may not hold a link.
        repeat = "" if not any(_has_link(one.children) for one in table.header) else "repeat: false, "
        cells = [f"table.header({repeat}{', '.join(cell(-1, place) for place in range(len(table.header)))})"]
        cells += [", ".join(cell(row, place) for place in range(len(table.header))) for row in range(len(table.rows))]
        grid = f"table(columns: ({widths}),\n" + ",\n".join(cells) + ")"
        return [f"figure(kind: table, caption: {caption}, {grid})"] if caption else [grid]

    def _rows(self, table: Table) -> list[str]:
        """The table row by row: each cell after the name of its column."""
        words = self._words
        out = []
        if table.caption:
            out.append(f"block(sticky: true, par({self._caption(table.caption, words.table)}))")
        heads = f"; {string(', ')}; ".join(self._line(one.children) for one in table.header)
        out.append(f"par({{ {string(words.headers + ': ')}; {heads} }})")
        for number, row in enumerate(table.rows, 1):
            title = words.row_number.format(number=number)
            first = 0
            if table.row_headers and len(row) > 1:
                label = f"strong({string(title + '. ')}); strong({self._line(row[0].children)})"
                out.append(f"block(sticky: true, par({{ {label} }}))")
                first = 1
            else:
                out.append(f"block(sticky: true, par(strong({string(title)})))")
            items = [
                f"{{ strong({self._line(head.children)}); {string(': ')}; {self._line(one.children)} }}"
                for head, one in zip(table.header[first:], row[first:], strict=True)
            ]
            out.append(f"list({', '.join(items)})")
        return out

    # ------------------------------------------------------------ pictures, diagrams, formulas

    def _file_of(self, picture: Picture) -> str | None:
        """The virtual path of the picture, or None where only its words can be given."""
        data = self.publication.resources.get(picture.resource)
        if picture.withheld or data is None or picture.resource in self.substitutes.pictures:
            return None
        path, contents = virtual_file(picture.resource, data)
        self.files[path] = contents
        return path

    def _figure(self, figure: Figure) -> list[str]:
        picture, words = figure.picture, self._words
        path = self._file_of(picture)
        decorative = picture.decorative or not picture.alt
        caption = self._caption(figure.caption, words.figure) if figure.caption else ""
        if path is None:
            told = f"{words.picture}: {picture.alt}" if picture.alt else words.picture
            reason = words.picture_withheld if picture.withheld else ""
            lines = [f"par({self._text(told)})"] + ([f"par({self._text(reason)})"] if reason else [])
            out = ["block(width: 100%, stroke: 0.9pt + ink, inset: 0.6em, {", *lines, "})"]
            out += [f"par({caption})"] if caption else []
        else:
            drawn = f"picture-block({string(path)}, {'none' if decorative else string(picture.alt)})"
            # A figure with a picture that says nothing would be a figure without words: only the caption stays.
            if decorative:
                out = [drawn.removesuffix(")") + ", share: 0.3)"] + ([f"par({caption})"] if caption else [])
            elif caption:
                out = [f"figure(kind: image, caption: {caption}, {drawn})"]
            else:
                out = [drawn]
        if figure.description:
            out.append(f"block(sticky: true, par(strong({string(words.long_description + ':')})))")
            out += self._blocks(figure.description)
            out.append(f"par({string(words.end_of_description + '.')})")
        return out

    def _diagram(self, diagram: Diagram) -> list[str]:
        words, language = self._words, self._document.language
        named = Diagram(
            self.clean(diagram.title),
            tuple(DiagramNode(one.id, self.clean(one.label), one.shape, one.line) for one in diagram.nodes),
            tuple(DiagramEdge(one.tail, one.head, self.clean(one.label), one.line) for one in diagram.edges),
            diagram.line,
        )
        path = f"diagram-{self._number}-{len(self.files)}.svg"
        self.files[path] = draw_diagram(named, language).encode()
        title = f"{words.diagram}: {diagram.title}"
        steps = ", ".join(f"{{ par({self._text(one)}) }}" for one in describe_diagram(diagram, language))
        out = [f"block(sticky: true, par(strong({self._text(title)})))"]
        if diagram.nodes or diagram.edges:
            # 12 px of the drawing are 9 pt; at this factor its letters have the size of the text around it.
            factor = self.profile.size / 12
            out.append(f"picture-block({string(path)}, {string(title)}, share: 0.95, natural: {factor:.3f})")
            out.append(f"enum({steps})")
        return out

    def _math(self, latex: str) -> tuple[str, str] | None:
        """The formula's spoken words and its Typst body, or None where Typst refuses it."""
        if latex in self.substitutes.formulas or not latex.strip():
            return None
        formula = read_formula(latex)
        words = speak_formula(formula, self._document.language) or latex
        return string(words), f"$upright({to_typst(formula)})$"

    def _display(self, latex: str) -> list[str]:
        made = self._math(latex)
        if made is None:
            return [f"par({self._code_span(latex)})"] if latex.strip() else []
        words, body = made
        return [f"display-formula({words}, {body})"]

    # ------------------------------------------------------------ inlines

    def _line(self, inlines: Sequence[Inline]) -> str:
        parts = [self._inline(one) for one in inlines]
        kept = [one for one in parts if one]
        return "{ " + "; ".join(kept) + " }" if kept else "[]"

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text=text):
                return self._pieces(text)
            case LineBreak():
                return "linebreak()" if not self._in_heading else '" "'
            case Emphasis(children=children):
                return f"emph({self._line(children)})"
            case Strong(children=children):
                return f"strong-words({self._line(children)})"
            case Deleted(children=children):
                word = self._words.deleted
                return f"{{ {string('[' + word + ': ')}; {self._line(children)}; {string(']')} }}"
            case Subscript(children=children):
                return f"sub({self._line(children)})"
            case Superscript(children=children):
                return f"super({self._line(children)})"
            case CodeSpan(text=text):
                return self._code_span(text)
            case Formula(latex=latex):
                made = self._math(latex)
                if made is None:
                    return self._code_span(latex)
                # Fractions within a line are as large as those on lines of their own.
                return f"math.equation(block: false, alt: {made[0]}, math.display({made[1]}))"
            case Abbreviation():
                return self._abbreviation(inline)
            case Passage(language=language, children=children):
                return f"text({_language(language)}, {self._line(children)})"
            case FootnoteReference(number=number):
                return self._reference(number)
            case Link(children=children, target=target):
                return self._link(children, target)
            case Picture():
                return self._inline_picture(inline)
            case Sentence(children=children):
                return self._line(children)

    def _abbreviation(self, one: Abbreviation) -> str:
        short = self._text(one.text)
        if (one.text, one.expansion) in self._explained or not one.expansion:
            return short
        if not self._in_heading:
            self._explained.add((one.text, one.expansion))
        full = self._text(one.expansion)
        if one.language:
            full = f"text({_language(one.language)}, {full})"
        return f"{{ {short}; {string(' (')}; {full}; {string(')')} }}"

    def _reference(self, number: int) -> str:
        mark = string(f"[{number}]")
        if self._in_heading or not any(one.number == number for one in self._document.footnotes):
            return mark
        back = f"r{self._number}-{number}"
        written = f"link(label({string(f'n{self._number}-{number}')}), {mark})"
        if back in self._marks:
            return written
        self._marks.add(back)
        return f"[#{written}#label({string(back)})]"

    def _inline_picture(self, picture: Picture) -> str:
        path = self._file_of(picture) if not self._in_heading else None
        alt = picture.alt if not picture.decorative else ""
        if self._in_heading:
            return self._text(alt) if alt else ""
        if path is None:
            return self._text(f"[{self._words.picture}: {alt}]") if alt else ""
        return f"picture-inline({string(path)}, {string(alt) if alt else 'none'})"

    def _link(self, children: tuple[Inline, ...], target: Target) -> str:
        if self._in_heading:
            return self._line(children)
        if not self._told(children):
            # A link without words would be a link to nowhere for a listener.
            children = (Text(web_address(target, self.settings.site_url) or " ".join(self._where(target)) or "→"),)
        place = self._place_in_print(target)
        if place:
            line = f"link(label({string(place)}), {self._line(_without_links(children))})"
            return f"{{ {line}; {self._in_brackets(place)} }}"
        address = web_address(target, self.settings.site_url)
        told = [part for part in self._where(target) if part != plain_text(children)]
        shown = (address or "").removeprefix("mailto:").removeprefix("tel:")
        if shown and shown not in plain_text(children):
            told.append(shown)
        words = self._line(_without_links(children))
        linked = f"link({string(address)}, {words})" if address else words
        if not told:
            return linked
        return f"{{ {linked}; {self._text(' (' + '; '.join(told) + ')')} }}"

    def _place_in_print(self, target: Target) -> str | None:
        if not isinstance(target, LessonTarget) or target.course != self.publication.course.id:
            return None
        if (target.language, target.variant) != (self.publication.language, self.publication.variant):
            return None
        return self._places.get((target.lesson, target.anchor)) or self._places.get((target.lesson, ""))

    def _where(self, target: Target) -> Iterator[str]:
        """The words that tell where a link leads that this print does not hold."""
        words, course = self._words, self.publication.course
        match target:
            case LessonTarget():
                variant = Variant(target.variant)
                lesson = (
                    course.find_lesson(target.lesson, target.language, variant) if course.id == target.course else None
                )
                if lesson:
                    yield f"{words.lesson}: {lesson.title}"
                if target.language != self._document.language and target.language in words.language_names:
                    yield words.language_names[target.language]
            case CourseTarget():
                if course.id == target.course and target.language in course.title:
                    yield f"{words.course}: {course.title[target.language]}"
            case ResourceTarget():
                yield target.resource.rsplit("/", 1)[-1]
            case WebTarget():
                pass

    def _in_brackets(self, mark: str) -> str:
        """The page where the mark stands, for those who turn pages by hand."""
        before, _, after = self._words.page_number.lower().partition("{number}")
        page = f"context counter(page).at(label({string(mark)})).first()"
        return f"{{ {string(f' ({before}')}; {page}; {string(f'{after})')} }}"

    # ------------------------------------------------------------ text

    def clean(self, text: str) -> str:
        """The text with the names of characters that no font has in their place."""
        if not self.substitutes.characters.intersection(text):
            return text
        return "".join(_named(one) if one in self.substitutes.characters else one for one in text)

    def _text(self, text: str) -> str:
        return "{ " + self._pieces(text) + " }" if text else "[]"

    def _pieces(self, text: str) -> str:
        """String literals; words that are wider than the line may be broken at the spots between the pieces."""
        text = self.clean(text)
        if estimate_ems(text) <= self._room:
            return string(text) if text else ""
        return "; spot; ".join(map(string, self._cut(text)))

    def _code_span(self, text: str) -> str:
        text = self.clean(text)
        pieces = self._cut(text, lambda one: 0.62 * len(one)) if text else []
        return "{ " + "; spot; ".join(f"raw({string(one)})" for one in pieces) + " }" if pieces else "[]"

    def _cut(self, text: str, measure: Callable[[str], float] = estimate_ems) -> list[str]:
        pieces = [""]
        for word in re.findall(r"\s+|\S+", text):
            rest = word
            while len(rest) > _SHORTEST_SPOT and (cut := self._fitting(rest, measure)) < len(rest):
                for place in range(cut, cut // 2, -1):
                    if rest[place - 1] in _BREAK_AFTER:
                        cut = place
                        break
                pieces[-1] += rest[:cut]
                pieces.append("")
                rest = rest[cut:]
            pieces[-1] += rest
        return [one for one in pieces if one]

    def _fitting(self, word: str, measure: Callable[[str], float]) -> int:
        """How many of the first letters fit on a line, at least one."""
        count = 1
        while count < min(len(word), _LONGEST_SPOT) and measure(word[: count + 1]) <= self._room - 0.5:
            count += 1
        return count


def virtual_file(resource: str, data: bytes) -> tuple[str, bytes]:
    """A path and contents for Typst: virtual files must be text there, so other bytes become a list of numbers."""
    name = f"pictures/{resource.encode().hex()}"
    try:
        data.decode()
    except UnicodeDecodeError:
        return f"{name}.json", str(list(data)).encode()
    return f"{name}.svg", data


def _named(character: str) -> str:
    """``(grinning face)``: Unicode's name, for there is no other in any font."""
    return f"({unicodedata.name(character, f'U+{ord(character):04X}').lower()})"


def _headings(blocks: Sequence[Block]) -> Iterator[Heading]:
    """Headings in the order in which they are written."""
    for block in blocks:
        match block:
            case Heading():
                yield block
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    yield from _headings(item.blocks)
            case DefinitionList(items=definitions):
                for definition in definitions:
                    for meaning in definition.meanings:
                        yield from _headings(meaning)
            case Quotation(blocks=inner) | Admonition(blocks=inner) | PassageBlock(blocks=inner):
                yield from _headings(inner)
            case Figure(description=description):
                yield from _headings(description)
            case _:
                pass


def _has_words(inlines: Sequence[Inline]) -> bool:
    """Whether there is text that is not in a picture or a formula."""
    return any(
        _has_words(one.children)
        if isinstance(one, Emphasis | Strong | Deleted | Subscript | Superscript | Passage | Link)
        else isinstance(one, Text | CodeSpan | Abbreviation) and bool(one.text.strip())
        for one in inlines
    )


def _has_link(inlines: Sequence[Inline]) -> bool:
    return any(
        isinstance(one, Link | FootnoteReference)
        or (
            isinstance(one, Emphasis | Strong | Deleted | Subscript | Superscript | Passage) and _has_link(one.children)
        )
        for one in inlines
    )


def _without_links(inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """A link may not stand in a link; its words stay."""
    out: list[Inline] = []
    for one in inlines:
        match one:
            case Link(children=children):
                out += _without_links(children)
            case Emphasis(children=children):
                out.append(Emphasis(_without_links(children), one.line))
            case Strong(children=children):
                out.append(Strong(_without_links(children), one.line))
            case Deleted(children=children):
                out.append(Deleted(_without_links(children), one.line))
            case Passage(children=children):
                out.append(Passage(one.language, _without_links(children), one.line))
            case FootnoteReference(number=number):
                out.append(Text(f"[{number}]", one.line))
            case _:
                out.append(one)
    return tuple(out)
