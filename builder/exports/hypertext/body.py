"""The writer: each kind of node has one method, which gives finished markup."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Final, assert_never

from builder.exports.diagram import describe_diagram, draw_diagram
from builder.exports.hypertext.addresses import encode_address, is_web_address
from builder.exports.hypertext.code import highlight, name_of_language
from builder.exports.hypertext.context import HypertextContext, PictureSource
from builder.exports.hypertext.markup import Attributes, element, empty_element, escape
from builder.exports.recording import describe_recording
from builder.mathematics import read_formula, speak_formula, to_mathml
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
    Node,
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
    WebTarget,
    child_nodes,
    plain_text,
    walk,
)
from builder.model.labels import LABELS, Labels, labels_for
from builder.model.language import LanguageTag, primary_language

# Material has colours and icons for these; `task` and the others that it does not know get one that it does.
_ADMONITION_CLASSES: Final = {
    AdmonitionKind.NOTE: "note",
    AdmonitionKind.TIP: "tip",
    AdmonitionKind.IMPORTANT: "important info",
    AdmonitionKind.WARNING: "warning",
    AdmonitionKind.EXAMPLE: "example",
    AdmonitionKind.DEFINITION: "definition abstract",
    AdmonitionKind.TASK: "task question",
}
_ALIGNMENT_CLASSES: Final = {Alignment.START: None, Alignment.CENTRE: "align-centre", Alignment.END: "align-end"}

# Languages written from right to left, by the scripts that CLDR gives them as likely.
_RIGHT_TO_LEFT: Final = frozenset(["ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"])
_RIGHT_TO_LEFT_SCRIPTS: Final = frozenset(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo"])

# A page is usable at 320 CSS px (WCAG 2.2, 1.4.10), where Material leaves about 288 px: some 30 characters of text and
# 26 of code, with the reader's own letter spacing (1.4.12) fewer. What can be wider gets a box that scrolls, and that
# the keyboard reaches. Our choice of figures.
_TABLE_CHARACTERS: Final = 24
_CODE_CHARACTERS: Final = 24
_FORMULA_CHARACTERS: Final = 20


def render_body(document: Document, context: HypertextContext) -> str:
    """The document below its title, as the inside of a page's main part; the title itself is the caller's `h1`.

    The words around the author's text are in the document's language. Footnotes stand at the end, after a heading.
    """
    return _Writer(document, context).body()


def render_inlines(inlines: tuple[Inline, ...], document: Document) -> str:
    """The inlines for a place where they are only named, such as a table of contents: words and their languages.

    Links, footnote marks and pictures do not become elements; formulas are in spoken words.
    """
    return name_inlines(document)(inlines)


def name_inlines(document: Document) -> Callable[[tuple[Inline, ...]], str]:
    """`render_inlines` for many places of one document, which is looked through only once."""
    nowhere = HypertextContext(href_of=lambda _: None, src_of=lambda _: None)
    writer = _Writer(document, nowhere)
    writer.naming = True
    return writer.inlines


class _Writer:
    """One run over one document: what must be counted or remembered on the way stands here."""

    def __init__(self, document: Document, context: HypertextContext) -> None:
        self.document = document
        self.context = context
        self.languages: list[LanguageTag] = [document.language]
        self.naming = False
        self.link_depth = 0
        self.notes_after_link: list[str] = []
        self.note_marks: dict[int, int] = {}
        self.counts: dict[str, int] = {}
        self.spelled_out: set[tuple[str, str]] = set()
        self.in_heading = False

    # ------------------------------------------------------------ what stands further on

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(walk(self.document))

    @cached_property
    def anchors(self) -> frozenset[str]:
        return frozenset(one.anchor for one in self.nodes if isinstance(one, Heading))

    @cached_property
    def notes_that_are(self) -> frozenset[int]:
        return frozenset(one.number for one in self.document.footnotes)

    @cached_property
    def notes_pointed_at(self) -> frozenset[int]:
        return frozenset(one.number for one in self.nodes if isinstance(one, FootnoteReference))

    @cached_property
    def spelled_below_headings(self) -> frozenset[tuple[str, str]]:
        return frozenset(_abbreviations_below_headings(self.document))

    # ------------------------------------------------------------ the whole

    def body(self) -> str:
        parts = [self.blocks(self.document.blocks)]
        if self.document.footnotes:
            parts.append(self.notes())
        return "\n".join(part for part in parts if part)

    def notes(self) -> str:
        title = self.fresh_id("notes")
        items = []
        for note in self.document.footnotes:
            inside = self.blocks(note.blocks)
            if note.number in self.notes_pointed_at:
                # The way back follows the last word, so that a reader who has heard the note is at it.
                back = self.way_back(note.number)
                inside = f"{inside[:-4]} {back}</p>" if inside.endswith("</p>") else f"{inside}\n<p>{back}</p>"
            items.append(element("li", {"id": self.note_id(note.number), **self.epub_type("endnote")}, inside))
        heading = element("h2", {"id": title}, escape(self.words.notes))
        # role doc-endnote on the items is deprecated (DPUB-ARIA 1.1, 3.12).
        return element(
            "section",
            {"class": "footnotes", "role": "doc-endnotes", "aria-labelledby": title, **self.epub_type("endnotes")},
            "\n" + heading + "\n" + element("ol", {}, "\n".join(items)) + "\n",
        )

    def way_back(self, number: int) -> str:
        return element(
            "a",
            {
                "role": "doc-backlink",
                "href": f"#{self.note_mark_id(number, 1)}",
                "aria-label": self.words.note_back.format(number=number),
            },
            "↩\ufe0e",
        )

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                return self.heading(block)
            case Paragraph():
                return element("p", {}, self.inlines(block.children))
            case BulletList():
                tasks = any(item.checked is not None for item in block.items)
                return self.items("ul", {"class": "task-list"} if tasks else {}, block.items)
            case OrderedList():
                start = str(block.start) if block.start != 1 else None
                return self.items("ol", {"start": start}, block.items)
            case DefinitionList():
                return self.definitions(block)
            case Table():
                return self.table(block)
            case CodeBlock():
                return self.code(block)
            case Quotation():
                return self.quotation(block)
            case Admonition():
                return self.admonition(block)
            case Figure():
                return self.figure(block)
            case Diagram():
                return self.diagram(block)
            case MathBlock():
                return self.display_formula(block)
            case PassageBlock():
                attributes = self.enter_language(block.language)
                inside = self.blocks(block.blocks)
                self.languages.pop()
                return element("div", attributes, f"\n{inside}\n")
            case Recording():
                return self.recording(block)
            case ThematicBreak():
                return "<hr />"
            case _:
                assert_never(block)

    def heading(self, block: Heading) -> str:
        self.in_heading = True
        inside = self.inlines(block.children)
        self.in_heading = False
        return element(f"h{min(max(block.level, 2), 6)}", {"id": block.anchor or None}, inside)

    def items(self, name: str, attributes: Attributes, items: Iterable[ListItem]) -> str:
        return element(name, attributes, "\n" + "\n".join(map(self.item, items)) + "\n")

    def item(self, item: ListItem) -> str:
        state = ""
        if item.checked is not None:
            # No checkbox: a control that cannot be used is only a riddle. The state stands in words and as a sign.
            sign, word = ("☑", self.words.task_done) if item.checked else ("☐", self.words.task_open)
            hidden = element("span", {"class": "visually-hidden"}, self.label(f"{word}: "))
            state = element("span", {"class": "task-state", "aria-hidden": "true"}, f"{sign}\ufe0e ") + hidden
        attributes = {"class": "task-list-item" if item.checked is not None else None}
        first, rest = item.blocks[:1], item.blocks[1:]
        if first and isinstance(first[0], Paragraph) and not any(isinstance(one, Paragraph) for one in rest):
            inside = state + self.inlines(first[0].children)
            return element("li", attributes, f"{inside}\n{self.blocks(rest)}\n" if rest else inside)
        if state and first and isinstance(first[0], Paragraph):
            inside = element("p", {}, state + self.inlines(first[0].children))
            return element("li", attributes, f"{inside}\n{self.blocks(rest)}")
        return element("li", attributes, state + self.blocks(item.blocks))

    def definitions(self, block: DefinitionList) -> str:
        parts = []
        for definition in block.items:
            parts.append(element("dt", {}, self.inlines(definition.term)))
            parts += [element("dd", {}, self.tight(meaning)) for meaning in definition.meanings]
        return element("dl", {}, "\n" + "\n".join(parts) + "\n")

    def tight(self, blocks: tuple[Block, ...]) -> str:
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self.inlines(blocks[0].children)
        return self.blocks(blocks)

    def table(self, block: Table) -> str:
        self.counts["table"] = self.counts.get("table", 0) + 1
        caption_id = self.fresh_id(f"table-{self.counts['table']}")
        parts = []
        if block.caption:
            parts.append(element("caption", {"id": caption_id}, self.inlines(block.caption)))
        head = "".join(self.cell("th", cell, scope="col") for cell in block.header)
        parts.append(element("thead", {}, "\n" + element("tr", {}, head) + "\n"))
        if block.rows:
            rows = "\n".join(element("tr", {}, self.row(row, block.row_headers)) for row in block.rows)
            parts.append(element("tbody", {}, f"\n{rows}\n"))
        table = element("table", {}, "\n" + "\n".join(parts) + "\n")
        if not _may_be_wide(block):
            return table
        # A group, not a region: a region is a landmark, and a lesson with ten tables must not have ten landmarks.
        name: Attributes = (
            {"aria-labelledby": caption_id}
            if block.caption
            else {"aria-label": self.words.table_number.format(number=self.counts["table"])}
        )
        return element("div", {"class": "table-scroll", "role": "group", "tabindex": "0", **name}, f"\n{table}\n")

    def row(self, row: tuple[Cell, ...], row_headers: bool) -> str:
        cells = [self.cell("th", row[0], scope="row")] if row_headers and row else []
        cells += [self.cell("td", cell) for cell in row[len(cells) :]]
        return "".join(cells)

    def cell(self, name: str, cell: Cell, scope: str | None = None) -> str:
        attributes = {"scope": scope, "class": _ALIGNMENT_CLASSES[cell.alignment]}
        return element(name, attributes, self.inlines(cell.children))

    def code(self, block: CodeBlock) -> str:
        # Programming languages are nobody's mother tongue: the text keeps the language of the lesson, in which its
        # comments and strings are written, and is kept out of translation.
        attributes: dict[str, str | None] = {"translate": "no"}
        # In a book lines of code are folded instead: a page has no room for boxes that scroll.
        if not self.context.epub and any(len(line) > _CODE_CHARACTERS for line in block.text.splitlines()):
            name = (
                self.words.code_in.format(language=name_of_language(block.named_language))
                if block.named_language
                else self.words.code
            )
            attributes = {"tabindex": "0", "role": "group", "aria-label": name, **attributes}
        inside = element("code", {}, highlight(block.text, block.language))
        pre = element("div", {"class": "highlight", "id": block.id or None}, element("pre", attributes, inside))
        if not block.caption:
            return pre
        caption = element("figcaption", {}, self.inlines(block.caption))
        return element("figure", {"class": "code"}, f"\n{caption}\n{pre}\n")

    def quotation(self, block: Quotation) -> str:
        quote = element("blockquote", {}, f"\n{self.blocks(block.blocks)}\n")
        if not block.attribution:
            return quote
        source = element("figcaption", {}, "— " + self.inlines(block.attribution))
        return element("figure", {"class": "quotation"}, f"\n{quote}\n{source}\n")

    def admonition(self, block: Admonition) -> str:
        self.counts["admonition"] = self.counts.get("admonition", 0) + 1
        title_id = self.fresh_id(f"admonition-{self.counts['admonition']}")
        kind = self.words.admonitions[block.kind]
        title = self.inlines(block.title)
        if not title:
            title = self.label(kind)
        elif plain_text(block.title).strip().casefold() != kind.casefold():
            # The kind is seen as colour and icon; here it is for those who see neither.
            title = element("span", {"class": "visually-hidden"}, self.label(f"{kind}: ")) + title
        heading = element("p", {"class": "admonition-title", "id": title_id}, title)
        attributes = {
            "class": f"admonition {_ADMONITION_CLASSES[block.kind]}",
            "role": "note",
            "aria-labelledby": title_id,
        }
        return element("div", attributes, f"\n{heading}\n{self.blocks(block.blocks)}\n")

    def figure(self, block: Figure) -> str:
        self.counts["figure"] = self.counts.get("figure", 0) + 1
        description_id = self.fresh_id(f"description-{self.counts['figure']}")
        source = self.source_of(block.picture)
        parts = []
        if source is not None:
            details = description_id if block.description else None
            # A decorative picture is passed over by every voice.
            name = "" if block.picture.decorative else block.id
            parts.append(self.image(block.picture, source, details, name))
        elif not block.picture.decorative:
            parts.append(element("p", {"id": block.id or None}, escape(block.picture.alt)))
            if block.picture.withheld:
                parts.append(element("p", {}, self.label(self.words.picture_withheld)))
        if block.caption:
            parts.append(element("figcaption", {}, self.inlines(block.caption)))
        figure = element("figure", {}, "\n" + "\n".join(parts) + "\n") if parts else ""
        # After the figure, because a caption must be the first or the last thing in it.
        description = self.description(block, description_id) if block.description else ""
        return "\n".join(part for part in (figure, description) if part)

    def description(self, block: Figure, description_id: str) -> str:
        # The caption, or else the alt text, tells one "Long description" from the next.
        name = self.label(f"{self.words.long_description}: ") + (
            self.link_free(block.caption) if block.caption else escape(block.picture.alt)
        )
        inside = element("summary", {}, name) + "\n" + self.blocks(block.description)
        return element("details", {"class": "description", "id": description_id}, f"\n{inside}\n")

    def diagram(self, block: Diagram) -> str:
        caption = element("figcaption", {}, escape(block.title))
        drawing = element("div", {"class": "diagram-drawing"}, draw_diagram(block, self.speaking_language()))
        steps = [element("li", {}, escape(one)) for one in describe_diagram(block, self.speaking_language())]
        listed = element("ol", {"class": "diagram-steps"}, "\n" + "\n".join(steps) + "\n")
        return element("figure", {"class": "diagram", "id": block.id or None}, f"\n{caption}\n{drawing}\n{listed}\n")

    def display_formula(self, block: MathBlock) -> str:
        formula = read_formula(block.latex)
        mathml = to_mathml(formula, display=True, language=self.speaking_language())
        attributes: dict[str, str | None] = {"class": "formula", "id": block.id or None}
        if len(block.latex) > _FORMULA_CHARACTERS:
            attributes |= {
                "class": "formula formula-scroll",
                "tabindex": "0",
                "role": "group",
                "aria-label": self.words.formula,
            }
        return element("div", attributes, mathml)

    def recording(self, block: Recording) -> str:
        """The player, where the caller has one; otherwise title and transcript. The title is its place."""
        player = self.context.recording_of(block)
        if player is not None:
            return player
        title, *words = describe_recording(block, self.words, self.languages[-1])
        if block.id and isinstance(title, Paragraph):
            title = replace(title, children=(Sentence(title.children, block.id, block.line),))
        return self.blocks((title, *words))

    # ------------------------------------------------------------ inlines

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(map(self.inline, inlines))

    def inline(self, inline: Inline) -> str:
        match inline:
            case Text(text=text):
                return escape(text)
            case LineBreak():
                return " " if self.naming else "<br />"
            case Emphasis(children=children):
                return element("em", {}, self.inlines(children))
            case Strong(children=children):
                return element("strong", {}, self.inlines(children))
            case Deleted(children=children):
                return self.deleted(children)
            case Subscript(children=children):
                return element("sub", {}, self.inlines(children))
            case Superscript(children=children):
                return element("sup", {}, self.inlines(children))
            case CodeSpan(text=text):
                return element("code", {"translate": "no"}, escape(text))
            case Formula(latex=latex):
                return self.formula(latex)
            case Abbreviation():
                return self.abbreviation(inline)
            case Passage():
                attributes = self.enter_language(inline.language)
                inside = self.inlines(inline.children)
                self.languages.pop()
                return element("span", attributes, inside)
            case FootnoteReference(number=number):
                return self.note_mark(number)
            case Link():
                return self.link(inline)
            case Picture():
                return self.picture(inline)
            case Sentence(children=children):
                return (
                    self.inlines(children)
                    if self.naming
                    else element("span", {"id": inline.id}, self.inlines(children))
                )
            case _:
                assert_never(inline)

    def deleted(self, children: tuple[Inline, ...]) -> str:
        # Screen readers say nothing of `del`.
        before = element("span", {"class": "visually-hidden"}, self.label(f"[{self.words.deleted}: "))
        after = element("span", {"class": "visually-hidden"}, "]")
        return element("del", {}, before + self.inlines(children) + after)

    def formula(self, latex: str) -> str:
        formula = read_formula(latex)
        if self.naming:
            return escape(speak_formula(formula, self.speaking_language()))
        return to_mathml(formula, display=False, language=self.speaking_language())

    def abbreviation(self, inline: Abbreviation) -> str:
        """The full form in the text where the short one comes first: `title` alone reaches neither touch nor keyboard.

        A heading spells it out only when the text below never does.
        """
        if self.naming:
            return escape(inline.text)
        key = (inline.text, inline.expansion)
        first = key not in self.spelled_out and not (self.in_heading and key in self.spelled_below_headings)
        if not first or not inline.expansion:
            return element("abbr", {"title": inline.expansion or None}, escape(inline.text))
        self.spelled_out.add(key)
        full = escape(inline.expansion)
        if inline.language is not None:
            full = element("span", self.enter_language(inline.language), full)
            self.languages.pop()
        return element("abbr", {}, escape(inline.text)) + f" ({full})"

    def note_mark(self, number: int) -> str:
        if self.naming:
            return ""
        if number not in self.notes_that_are:
            return element("sup", {}, str(number))
        self.note_marks[number] = self.note_marks.get(number, 0) + 1
        link = element(
            "a",
            {
                "role": "doc-noteref",
                "href": f"#{self.note_id(number)}",
                "id": self.note_mark_id(number, self.note_marks[number]),
                "aria-label": self.words.note_mark.format(number=number),
                **self.epub_type("noteref"),
            },
            str(number),
        )
        written = element("sup", {}, link)
        if self.link_depth:
            self.notes_after_link.append(written)
            return ""
        return written

    def link(self, inline: Link) -> str:
        href = self.href_of(inline.target) if not (self.naming or self.link_depth) else None
        if href is None:
            return self.inlines(inline.children)
        self.link_depth += 1
        inside = self.inlines(inline.children)
        self.link_depth -= 1
        read_in = self.foreign_language_of(inline.target)
        note = ""
        if read_in is not None:
            name = self.words.language_names.get(read_in) or self.words.language_names.get(primary_language(read_in))
            note = f" ({escape(name or read_in)})"
        link = element("a", {"href": encode_address(href), "hreflang": read_in}, inside + note)
        link += "".join(self.notes_after_link)
        self.notes_after_link.clear()
        return link

    def href_of(self, target: Target) -> str | None:
        match target:
            case LessonTarget(course=self.document.course, lesson=self.document.lesson, anchor=anchor) if (
                anchor and target.language == self.document.language and target.variant == self.document.variant
            ):
                return f"#{anchor}" if anchor in self.anchors else None
            case WebTarget(url=url) if not is_web_address(url):
                return None
            case WebTarget() | LessonTarget() | CourseTarget() | ResourceTarget():
                return self.context.href_of(target)
            case _:
                assert_never(target)

    def foreign_language_of(self, target: Target) -> LanguageTag | None:
        if isinstance(target, LessonTarget | CourseTarget) and target.language != self.document.language:
            return target.language
        return None

    def picture(self, inline: Picture) -> str:
        if self.naming:
            return escape(inline.alt)
        source = self.source_of(inline)
        if source is not None:
            return self.image(inline, source)
        if inline.decorative:
            return ""
        withheld = " " + self.label(self.words.picture_withheld) if inline.withheld else ""
        return element("span", {"class": "picture-words"}, f"[{escape(inline.alt)}{withheld}]")

    def source_of(self, picture: Picture) -> PictureSource | None:
        source = None if picture.withheld else self.context.src_of(picture.resource)
        return PictureSource(source) if isinstance(source, str) else source

    def image(self, picture: Picture, source: PictureSource, details: str | None = None, name: str = "") -> str:
        attributes = {
            "id": name or None,
            "src": source.src,
            "alt": "" if picture.decorative else picture.alt,
            "width": str(source.width) if source.width else None,
            "height": str(source.height) if source.height else None,
            "aria-details": details,
        }
        return empty_element("img", attributes)

    def link_free(self, inlines: tuple[Inline, ...]) -> str:
        """The inlines once more, for a place where nothing may be pressed and nothing may have an id."""
        self.naming = True
        inside = self.inlines(inlines)
        self.naming = False
        return inside

    # ------------------------------------------------------------ languages, ids

    def enter_language(self, language: LanguageTag) -> Attributes:
        """The attributes of an element in this language; the caller pops `languages` after its content."""
        outside, self.languages = self.languages[-1], [*self.languages, language]
        direction = _direction(language) if _direction(language) != _direction(outside) else None
        return {"lang": language, "xml:lang": language if self.context.epub else None, "dir": direction}

    @property
    def words(self) -> Labels:
        """The words around the author's text, in the language of the passage where we have them in it."""
        return labels_for(self.speaking_language())

    def speaking_language(self) -> LanguageTag:
        """The innermost language around that has labels and spoken mathematics."""
        return next(one for one in reversed(self.languages) if primary_language(one) in LABELS)

    def label(self, text: str) -> str:
        """A label as markup, with its language where it stands in a passage that has no labels of its own."""
        if self.speaking_language() == self.languages[-1]:
            return escape(text)
        attributes = self.enter_language(self.speaking_language())
        self.languages.pop()
        return element("span", attributes, escape(text))

    def epub_type(self, value: str) -> Attributes:
        return {"epub:type": value} if self.context.epub else {}

    def note_id(self, number: int) -> str:
        return self.fresh_id(f"note-{number}")

    def note_mark_id(self, number: int, mark: int) -> str:
        return self.fresh_id(f"note-mark-{number}" + (f"-{mark}" if mark > 1 else ""))

    def fresh_id(self, wanted: str) -> str:
        """The same id for the same wish, never one of the author's anchors."""
        while wanted in self.anchors:
            wanted += "_"
        return wanted


def _abbreviations_below_headings(document: Document) -> Iterable[tuple[str, str]]:
    stack: list[Node] = [*document.blocks, *document.footnotes]
    while stack:
        node = stack.pop()
        if isinstance(node, Abbreviation):
            yield node.text, node.expansion
        if not isinstance(node, Heading):
            stack.extend(child_nodes(node))


def _may_be_wide(table: Table) -> bool:
    """True where the longest words of the columns, side by side, could be wider than a narrow screen."""
    columns = zip(table.header, *table.rows, strict=False)
    longest = [max(map(_longest_word, column)) for column in columns]
    return sum(longest) + 2 * len(longest) > _TABLE_CHARACTERS


def _longest_word(cell: Cell) -> int:
    return max(map(len, re.split(r"[\s-]+", plain_text(cell.children))))


def _direction(language: LanguageTag) -> str:
    subtags = language.split("-")
    if len(subtags) > 1 and len(subtags[1]) == 4:
        return "rtl" if subtags[1] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if subtags[0] in _RIGHT_TO_LEFT else "ltr"
