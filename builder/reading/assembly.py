"""The parser's tokens -> typed blocks and inlines, with every problem met on the way."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from markdown_it.token import Token

from builder.model.course import Catalogue, Lesson
from builder.model.document import (
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
    Recording,
    Strong,
    Subscript,
    Superscript,
    Table,
    Target,
    Text,
    ThematicBreak,
    plain_text,
)
from builder.model.finding import Finding
from builder.model.language import LanguageTag, UnknownLanguageTag, parse_language_tag
from builder.reading.abbreviations import Abbreviations
from builder.reading.anchors import AnchorNames, clean_anchor, slugify
from builder.reading.attributes import Attributes, parse_attributes
from builder.reading.block_rules import is_delimiter_row
from builder.reading.broken_links import cut_broken_links
from builder.reading.characters import clean_characters
from builder.reading.diagrams import parse_diagram
from builder.reading.html_tags import report_tag
from builder.reading.links import LinkResolver
from builder.reading.recordings import LessonRecordings, kind_of_recording
from builder.reading.rules import SEVERITIES
from builder.reading.syntax import make_parser

_DEEPEST_INLINES: Final = 16
"""Emphasis in emphasis in … beyond it keeps its words only (our choice)."""

# The characters at which an inline rule may begin; a line that ends in two spaces is a line break.
_MARKUP: Final = re.compile(r"[\\`*_\[\]<&!$~^]| \n")
_TASK: Final = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_HEADING_ANCHOR: Final = re.compile(r"[ \t]*\{#([^\s{}]+)[ \t]*\}$")
_ATTRIBUTION: Final = ("— ", "– ", "—\u00a0")
_KINDS: Final = {kind.value: kind for kind in AdmonitionKind}
_WRAPPERS: Final[dict[str, Callable[[tuple[Inline, ...], int], Inline]]] = {
    "em_open": Emphasis,
    "strong_open": Strong,
    "s_open": Deleted,
    "index_open": Subscript,
    "power_open": Superscript,
}


class Assembler:
    """Builds one lesson's blocks. `first_line` is the 1-based line of the file at which `text` begins."""

    def __init__(self, lesson: Lesson, text: str, first_line: int, catalogue: Catalogue) -> None:
        self.lesson = lesson
        self.findings: list[Finding] = []
        self.anchor_links: list[tuple[LessonTarget, int]] = []
        self._links = LinkResolver(lesson, catalogue)
        self._parser = make_parser()
        self._env: dict[str, object] = {"too_deep": [], "references": {}}
        self._first_line = first_line
        self._text = text
        self._lines: list[str] | None = None
        self._tokens: list[Token] = self._parser.parse(text, self._env)
        self._at = 0
        self._attributes: tuple[Attributes, str, int] | None = None
        self._abbreviations = Abbreviations()
        self._note_starts: dict[str, int] = {}
        self._repeated_notes: list[int] = []
        self._note_numbers: dict[str, int] = {}
        self._lost_pictures: set[int] = set()
        self._opened_tags: set[str] = set()
        self._deep_inlines_reported = False
        self._recordings = LessonRecordings(lesson)
        chosen = self._survey()
        self.anchors = AnchorNames(chosen)

    # ------------------------------------------------------------ the whole

    def assemble(self) -> tuple[tuple[Block, ...], tuple[Footnote, ...]]:
        """Blocks and footnotes. Notes that nothing refers to stand at the end, so that their words are not lost."""
        blocks = self._blocks("", -1)
        notes: list[Footnote] = []
        self._assemble_notes(notes)
        unused = [start for label, start in self._note_starts.items() if label not in self._note_numbers]
        for start in sorted([*unused, *self._repeated_notes]):
            self._at = start + 1
            blocks += self._blocks("footnote_reference_close", self._tokens[start].level)
        self._assemble_notes(notes)
        for label in self._note_starts:
            if label not in self._note_numbers:
                self.report(self._map_line(self._tokens[self._note_starts[label]]), "footnote-unused", label=label)
        for short, line in self._abbreviations.unused():
            self.report(line, "abbreviation-unused", short=short)
        too_deep = self._env["too_deep"]
        if isinstance(too_deep, list) and too_deep:
            self.report(self._line(min(too_deep)), "markup-too-deep")
        if self._check_own_anchors():
            return cut_broken_links(blocks, self._is_broken), cut_broken_links(notes, self._is_broken)
        return tuple(blocks), tuple(notes)

    def report(self, line: int, rule: str, /, **values: str) -> None:
        """Adds a finding at a line of this lesson's file."""
        self.findings.append(Finding(self.lesson.source, line, rule, SEVERITIES[rule], values))

    def recordings_without_place(self) -> tuple[Recording, ...]:
        """Recordings of the front matter that the text does not show: they stand before it. Asked after `assemble`."""
        return self._recordings.without_place()

    def _assemble_notes(self, notes: list[Footnote]) -> None:
        while len(notes) < len(self._note_numbers):
            label = list(self._note_numbers)[len(notes)]
            start = self._note_starts[label]
            self._at = start + 1
            blocks = self._blocks("footnote_reference_close", self._tokens[start].level)
            notes.append(Footnote(len(notes) + 1, tuple(blocks), self._map_line(self._tokens[start])))

    def _survey(self) -> frozenset[str]:
        """Collects what must be known before the first word: abbreviations, notes, chosen addresses."""
        chosen = set()
        for index, token in enumerate(self._tokens):
            if token.type == "footnote_reference_open":
                label = str(token.meta["label"])
                if label in self._note_starts:
                    self.report(self._map_line(token), "footnote-repeated", label=label)
                    self._repeated_notes.append(index)
                else:
                    self._note_starts[label] = index
            elif token.type == "abbreviation":
                self._add_abbreviation(token)
            elif token.type == "heading_open" and (match := _HEADING_ANCHOR.search(self._tokens[index + 1].content)):
                chosen.add(clean_anchor(match[1]))
        return frozenset(chosen)

    def _add_abbreviation(self, token: Token) -> None:
        line = self._map_line(token)
        full, language = token.info, None
        brace = full.rfind("{")
        if brace > 0 and (parsed := parse_attributes(full, brace)) and parsed[1] == len(full):
            full = full[:brace].rstrip()
            language = self._language_of(parsed[0], line)
        if not self._abbreviations.add(token.content, full, language, line):
            self.report(line, "abbreviation-repeated", short=token.content)

    def _check_own_anchors(self) -> bool:
        """Reports links to headings that this lesson does not have; keeps those to other lessons for later."""
        broken = [(target, line) for target, line in self.anchor_links if self._is_broken(target)]
        for target, line in broken:
            self.report(line, "anchor-broken", anchor=target.anchor)
        self.anchor_links = [one for one in self.anchor_links if not self._is_own(one[0])]
        return bool(broken)

    def _is_own(self, target: LessonTarget) -> bool:
        own = self.lesson
        return (target.course, target.lesson, target.language, target.variant) == (
            own.course,
            own.name,
            own.language,
            own.variant.value,
        )

    def _is_broken(self, target: Target) -> bool:
        if not isinstance(target, LessonTarget) or not target.anchor:
            return False
        return self._is_own(target) and target.anchor not in self.anchors

    # ------------------------------------------------------------ lines

    def _line(self, body_line: int) -> int:
        return body_line + self._first_line

    def _map_line(self, token: Token) -> int:
        return self._line(token.map[0] if token.map else 0)

    def _source_line(self, body_line: int) -> str:
        if self._lines is None:
            self._lines = self._text.split("\n")
        return self._lines[body_line] if 0 <= body_line < len(self._lines) else ""

    # ------------------------------------------------------------ blocks

    def _blocks(self, close: str, level: int) -> list[Block]:
        """The blocks up to the closing token, which is taken too."""
        blocks: list[Block] = []
        tokens = self._tokens
        while self._at < len(tokens):
            token = tokens[self._at]
            self._at += 1
            if token.type == close and token.level == level:
                break
            if self._attributes and token.type not in ("table", "fence"):
                blocks += self._misplaced_attributes()
            blocks += self._block(token, blocks)
        if self._attributes:
            blocks += self._misplaced_attributes()
        return blocks

    def _block(self, token: Token, before: list[Block]) -> Sequence[Block]:
        line = self._map_line(token)
        match token.type:
            case "paragraph_open":
                content = self._tokens[self._at].content
                self._at += 2
                return self._paragraph(content, line)
            case "heading_open":
                return [self._heading(token, line)]
            case "bullet_list_open":
                return [BulletList(self._items("bullet_list_close", token.level), line)]
            case "ordered_list_open":
                start = int(token.attrs.get("start", 1))
                return [OrderedList(self._items("ordered_list_close", token.level), start, line)]
            case "blockquote_open":
                return [self._quotation(token, line)]
            case "dl_open":
                return [self._definition_list(token, line)]
            case "admonition_open":
                return [self._admonition(token, line)]
            case "container_open":
                return self._container(token, line, before)
            case "table":
                return [self._table(token, line)]
            case "fence":
                return [self._fence(token, line)]
            case "code_block":
                return [CodeBlock(token.content.removesuffix("\n"), line=line)]
            case "math_block":
                if not token.content:
                    self.report(line, "formula-unclosed", text="$$")
                    return [Paragraph((Text("$$ $$", line),), line)]
                return [MathBlock(token.content, line)]
            case "hr":
                return [ThematicBreak(line)]
            case "attributes":
                self._attributes = (token.meta["attributes"], token.content, line)
            case "footnote_reference_open":
                self._skip_note(token)
        return []

    def _skip_note(self, token: Token) -> None:
        while True:
            inner = self._tokens[self._at]
            self._at += 1
            if inner.type == "footnote_reference_close" and inner.level == token.level:
                return

    def _misplaced_attributes(self) -> list[Block]:
        if self._attributes is None:
            return []
        _, written, line = self._attributes
        self._attributes = None
        self.report(line, "attributes-misplaced", text=written)
        return [Paragraph((Text(written, line),), line)]

    def _take_attributes(self, known: tuple[str, ...]) -> Attributes:
        if self._attributes is None:
            return Attributes()
        attributes, _, line = self._attributes
        self._attributes = None
        for name in attributes.names():
            if name not in known:
                self.report(line, "attribute-unknown", name=name)
        return attributes

    def _paragraph(self, content: str, line: int) -> list[Block]:
        if ":::" in content:
            self._check_stray_container(content, line)
        if "|" in content:
            self._check_table_without_header(content, line)
        if content.startswith("!["):
            tokens = self._parse_inline(content)
            if len(tokens) == 1 and tokens[0].type == "image":
                if kind_of_recording(str(tokens[0].attrs.get("src", ""))):
                    return self._recording(tokens[0], line)
                return self._figure(tokens[0], line)
            return [Paragraph(self._inlines_of(tokens, line), line)]
        inlines = self._inlines(content, line)
        return [Paragraph(inlines, line)] if inlines else []

    def _check_stray_container(self, content: str, line: int) -> None:
        for number, written in enumerate(content.split("\n"), line):
            words = written.strip()
            if words.startswith(":::") and not words.strip(":"):
                self.report(number, "container-stray")

    def _check_table_without_header(self, content: str, line: int) -> None:
        lines = content.split("\n")
        barred = [number for number, one in enumerate(lines) if one.lstrip().startswith("|") and one.count("|") > 1]
        delimiter = [number for number, one in enumerate(lines) if is_delimiter_row(one)]
        if delimiter or len(barred) > 1:
            self.report(line + min([*delimiter, *barred]), "table-without-header")

    def _heading(self, token: Token, line: int) -> Heading:
        content = self._tokens[self._at].content
        self._at += 2
        level = int(token.tag[1])
        if level == 1:
            self.report(line, "heading-level-one")
            level = 2
        match = _HEADING_ANCHOR.search(content)
        if match:
            content = content[: match.start()]
        children = self._inlines(content, line)
        if not match:
            return Heading(level, children, self.anchors.give(slugify(plain_text(children))), line)
        wanted = clean_anchor(match[1])
        anchor = self.anchors.give(wanted, chosen=True)
        if anchor != wanted:
            self.report(line, "anchor-repeated", anchor=wanted)
        return Heading(level, children, anchor, line)

    def _items(self, close: str, level: int) -> tuple[ListItem, ...]:
        items: list[ListItem] = []
        while True:
            token = self._tokens[self._at]
            self._at += 1
            if token.type == close and token.level == level:
                return tuple(items)
            checked = self._take_checkbox()
            blocks = self._blocks("list_item_close", token.level)
            items.append(ListItem(tuple(blocks), checked, self._map_line(token)))

    def _take_checkbox(self) -> bool | None:
        if self._tokens[self._at].type != "paragraph_open":
            return None
        inline = self._tokens[self._at + 1]
        match = _TASK.match(inline.content)
        if not match:
            return None
        inline.content = inline.content[match.end() :]
        return match[1] != " "

    def _quotation(self, token: Token, line: int) -> Quotation:
        blocks = self._blocks("blockquote_close", token.level)
        attribution: tuple[Inline, ...] = ()
        last = blocks[-1] if len(blocks) > 1 else None
        if isinstance(last, Paragraph) and isinstance(last.children[0], Text):
            first = last.children[0]
            if first.text.startswith(_ATTRIBUTION):
                attribution = (Text(first.text[2:].lstrip(), first.line), *last.children[1:])
                blocks.pop()
        return Quotation(tuple(blocks), attribution, line)

    def _definition_list(self, token: Token, line: int) -> DefinitionList:
        items: list[Definition] = []
        term: tuple[Inline, ...] = ()
        term_line = line
        meanings: list[tuple[Block, ...]] = []
        while True:
            inner = self._tokens[self._at]
            self._at += 1
            if inner.type == "dd_open":
                meanings.append(tuple(self._blocks("dd_close", inner.level)))
                continue
            if meanings:
                items.append(Definition(term, tuple(meanings), term_line))
                meanings = []
            if inner.type == "dl_close" and inner.level == token.level:
                return DefinitionList(tuple(items), line)
            term_line = self._map_line(inner)
            term = self._inlines(self._tokens[self._at].content, term_line)
            self._at += 2

    def _admonition(self, token: Token, line: int) -> Admonition:
        if self._tokens[self._at].type == "admonition_title_open":
            self._at += 3
        word, _, title = token.info.strip().partition(" ")
        title = title.strip()
        if len(title) > 1 and title[0] == title[-1] == '"':
            title = title[1:-1]
        kind = _KINDS.get(word.lower())
        if kind is None:
            self.report(line, "admonition-unknown", kind=word, known=", ".join(_KINDS))
            title = f"{word} {title}".strip()
        children = self._inlines(title, line) if title else ()
        blocks = self._blocks("admonition_close", token.level)
        if not blocks:
            self.report(line, "container-empty", name=f"!!! {word}")
        return Admonition(kind or AdmonitionKind.NOTE, tuple(blocks), children, line)

    def _container(self, token: Token, line: int, before: list[Block]) -> Sequence[Block]:
        name, _, words = token.info.partition(" ")
        if not token.meta["closed"]:
            self.report(line, "container-unclosed", name=f"::: {token.info}")
        blocks = self._blocks("container_close", token.level)
        if not blocks:
            self.report(line, "container-empty", name=f"::: {token.info}")
            return []
        if name == "lang":
            language = self._parse_language(words, line)
            return [PassageBlock(language, tuple(blocks), line)] if language else blocks
        if name == "description" and not words.strip():
            last = before[-1] if before else None
            if isinstance(last, Figure) and not last.description:
                before[-1] = Figure(last.picture, last.caption, tuple(blocks), last.line)
                return []
            if last is None or last.line not in self._lost_pictures:
                self.report(line, "description-without-picture")
            return blocks
        self.report(line, "container-unknown", name=token.info)
        return blocks

    def _table(self, token: Token, line: int) -> Table:
        attributes = self._take_attributes((".row-headers", "caption"))
        alignments = [Alignment(one) for one in token.meta["alignments"]]
        rows = [self._cells(cells, alignments, self._line(row_line), line) for row_line, cells in token.meta["rows"]]
        caption = attributes.values.get("caption", "")
        caption_line = line - 1 if caption else line
        return Table(
            header=self._cells(token.meta["header"], alignments, line, line),
            rows=tuple(rows),
            caption=self._inlines(caption, caption_line) if caption else (),
            row_headers="row-headers" in attributes.classes,
            line=line,
        )

    def _cells(self, cells: list[str], alignments: list[Alignment], line: int, table_line: int) -> tuple[Cell, ...]:
        wanted = len(alignments)
        if len(cells) > wanted:
            self.report(line, "table-row-too-long", cells=str(len(cells)), columns=str(wanted))
            cells = [*cells[: wanted - 1], " | ".join(cells[wanted - 1 :])]
        elif len(cells) < wanted:
            self.report(line, "table-row-too-short", cells=str(len(cells)), columns=str(wanted))
            cells = [*cells, *[""] * (wanted - len(cells))]
        return tuple(
            Cell(self._inlines(words, line) if words else (), alignment, line)
            for words, alignment in zip(cells, alignments, strict=True)
        )

    def _fence(self, token: Token, line: int) -> Block:
        attributes = self._take_attributes(("caption",))
        self._check_fence_end(token, line)
        text = token.content.removesuffix("\n")
        language, _, rest = token.info.strip().partition(" ")
        if language == "diagram":
            parsed = parse_diagram(text, line)
            for at, rule, values in parsed.problems:
                self.report(at, rule, **values)
            return parsed.diagram or CodeBlock(text, line=line)
        if rest.strip():
            self.report(line, "attribute-unknown", name=rest.strip())
        caption = attributes.values.get("caption", "")
        return CodeBlock(text, language, self._inlines(caption, line - 1) if caption else (), line)

    def _check_fence_end(self, token: Token, line: int) -> None:
        if not token.map:
            return
        last = self._source_line(token.map[1] - 1).strip(" \t>")
        closed = token.map[1] - token.map[0] > 1 and len(last) >= len(token.markup) and not last.strip(token.markup[0])
        if not closed:
            self.report(line, "code-fence-unclosed", fence=token.markup)

    def _figure(self, token: Token, line: int) -> list[Block]:
        picture = self._picture(token, line)
        title = str(token.attrs.get("title", ""))
        caption = self._inlines(title, line + token.content.count("\n")) if title else ()
        if isinstance(picture, Picture):
            return [Figure(picture, caption, (), line)]
        self._lost_pictures.add(line)
        blocks: list[Block] = [Paragraph((picture,), line)] if picture.text else []
        return [*blocks, *([Paragraph(caption, line)] if caption else [])]

    def _recording(self, token: Token, line: int) -> list[Block]:
        """`![title](../media/lecture.mp4)` alone in a paragraph: what the front matter says of that file holds here."""
        title = " ".join(plain_text(self._inlines_of(token.children or [], line)).split())
        title = title or str(token.attrs.get("title", "")).strip()
        attributes: Attributes = token.meta.get("attributes", Attributes())
        language = self._language_of(attributes, line)
        shown = self._links.resolve_picture(str(token.attrs.get("src", "")))
        if shown.rule:
            self.report(line, shown.rule, **shown.values)
        if not shown.resource:
            return [Paragraph((Text(title, line),), line)] if title else []
        return [self._recordings.place(shown.resource, title, language, shown.withheld, line)]

    # ------------------------------------------------------------ inlines

    def _parse_inline(self, content: str) -> list[Token]:
        return self._parser.inline.parse(content, self._parser, self._env, [])

    def _inlines(self, content: str, line: int) -> tuple[Inline, ...]:
        """The inlines of a block's text that begins at this line."""
        if _MARKUP.search(content):
            return self._inlines_of(self._parse_inline(content), line)
        if "\n" not in content:
            return self._finish([Text(content, line)] if content else [])
        lines = content.split("\n")
        last = len(lines) - 1
        return self._finish(
            [Text(one.strip(" \t") + (" " if at < last else ""), line + at) for at, one in enumerate(lines)]
        )

    def _inlines_of(self, tokens: list[Token], line: int) -> tuple[Inline, ...]:
        """A tree from the flat tokens of one block."""
        frames: list[tuple[Token | None, list[Inline]]] = [(None, [])]
        flattened = 0
        for token in tokens:
            at = line + int(token.meta.get("line", 0))
            if token.nesting > 0:
                if len(frames) > _DEEPEST_INLINES:
                    flattened += 1
                    self._report_deep_inlines(at)
                else:
                    frames.append((token, []))
            elif token.nesting < 0:
                if flattened:
                    flattened -= 1
                    continue
                opening, children = frames.pop()
                assert opening is not None
                frames[-1][1].extend(self._wrap(opening, self._finish(children), line))
            else:
                frames[-1][1].extend(self._leaf(token, at))
        return self._finish(frames[0][1])

    def _report_deep_inlines(self, line: int) -> None:
        if not self._deep_inlines_reported:
            self._deep_inlines_reported = True
            self.report(line, "markup-too-deep")

    def _finish(self, inlines: list[Inline]) -> tuple[Inline, ...]:
        """Joins texts of one line, brings them to NFC and marks their abbreviations."""
        finished: list[Inline] = []
        index = 0
        while index < len(inlines):
            inline = inlines[index]
            index += 1
            if not isinstance(inline, Text):
                finished.append(inline)
                continue
            words = [inline.text]
            while index < len(inlines):
                following = inlines[index]
                if not isinstance(following, Text) or following.line != inline.line:
                    break
                words.append(following.text)
                index += 1
            text = unicodedata.normalize("NFC", "".join(words))
            if text:
                finished += self._abbreviations.mark(Text(text, inline.line))
        return tuple(finished)

    def _wrap(self, opening: Token, children: tuple[Inline, ...], line: int) -> Sequence[Inline]:
        at = line + int(opening.meta.get("line", 0))
        if opening.type == "link_open":
            return self._link(opening, children, at)
        if opening.type == "passage_open":
            attributes = opening.meta["attributes"]
            language = self._language_of(attributes, at)
            return [Passage(language, children, at)] if language else children
        return [_WRAPPERS[opening.type](children, at)]

    def _leaf(self, token: Token, line: int) -> Sequence[Inline]:
        match token.type:
            case "text":
                self._check_leftovers(token.content, line)
                return [Text(token.content, line)]
            case "softbreak":
                return [Text(" ", line)]
            case "hardbreak":
                return [LineBreak(line)]
            case "code_inline":
                return [CodeSpan(token.content, line)]
            case "formula":
                latex = token.content.lstrip()
                skipped = token.content[: len(token.content) - len(latex)].count("\n")
                return [Formula(latex.rstrip(), line + skipped)]
            case "formula_unclosed":
                self.report(line, "formula-unclosed", text=token.meta["rest"])
                return [Text(token.content, line)]
            case "footnote_reference":
                return [self._footnote_reference(token.content, line)]
            case "image":
                return self._inline_picture(token, line)
            case "html_tag":
                self._report_tag(token, line)
                return self._text_lines(token.content, line)
            case _:
                return [Text(clean_characters(token.content)[0], line)]

    def _report_tag(self, token: Token, line: int) -> None:
        name = str(token.meta["name"])
        rule, values = report_tag(token.meta["kind"], name, token.meta["rest"], token.content)
        # The end of an element is the same fault as its beginning.
        if not (token.content.startswith("</") and name in self._opened_tags):
            self.report(line, rule, **values)
        self._opened_tags.add(name)

    def _text_lines(self, words: str, line: int) -> Sequence[Inline]:
        lines = words.split("\n")
        last = len(lines) - 1
        return [Text(one.strip() + (" " if at < last else ""), line + at) for at, one in enumerate(lines)]

    def _check_leftovers(self, text: str, line: int) -> None:
        """Link-like text that is no link: an address with spaces, or a name that nothing explains."""
        if "](" in text:
            self.report(line, "link-not-understood", text=text[max(0, text.index("](") - 40) :][:100])
        elif "][" in text:
            self.report(line, "link-reference-undefined", text=text[max(0, text.index("][") - 40) :][:100])

    def _footnote_reference(self, label: str, line: int) -> Inline:
        if label not in self._note_starts:
            self.report(line, "footnote-undefined", label=label)
            return Text(f"[^{label}]", line)
        number = self._note_numbers.setdefault(label, len(self._note_numbers) + 1)
        return FootnoteReference(number, line)

    def _link(self, token: Token, children: tuple[Inline, ...], line: int) -> Sequence[Inline]:
        href = str(token.attrs.get("href", ""))
        resolved = self._links.resolve_link(href)
        if resolved.rule:
            self.report(line, resolved.rule, **resolved.values)
        if not any(not isinstance(one, Text) or one.text.strip() for one in children):
            self.report(line, "link-empty", path=href)
            children = (Text(href, line),) if href.strip() else ()
        title = str(token.attrs.get("title", "")).strip()
        # A link's title is shown by no touch screen and read by few screen readers: its words belong into the text.
        behind = [Text(f" ({title})", line)] if title and title != plain_text(children).strip() else []
        if resolved.target is None or not children:
            return [*children, *behind]
        if isinstance(resolved.target, LessonTarget) and resolved.target.anchor:
            self.anchor_links.append((resolved.target, line))
        return [Link(children, resolved.target, line), *behind]

    def _inline_picture(self, token: Token, line: int) -> Sequence[Inline]:
        source = str(token.attrs.get("src", ""))
        if kind_of_recording(source):
            self.report(line, "recording-within-text", path=source)
            return [Text(plain_text(self._inlines_of(token.children or [], line)), line)]
        picture = self._picture(token, line)
        title = str(token.attrs.get("title", "")).strip()
        return [picture, Text(f" ({title})", line)] if title else [picture]

    def _picture(self, token: Token, line: int) -> Picture | Text:
        """The picture, or its words where no file can be shown."""
        alt = " ".join(plain_text(self._inlines_of(token.children or [], line)).split())
        attributes: Attributes = token.meta.get("attributes", Attributes())
        for name in attributes.names():
            if name != ".decorative":
                self.report(line, "attribute-unknown", name=name)
        decorative = "decorative" in attributes.classes
        shown = self._links.resolve_picture(str(token.attrs.get("src", "")))
        if shown.rule:
            self.report(line, shown.rule, **shown.values)
        if not shown.resource:
            return Text(alt, line)
        return Picture(shown.resource, "" if decorative and not alt else alt, decorative, shown.withheld, line)

    # ------------------------------------------------------------ languages

    def _language_of(self, attributes: Attributes, line: int) -> LanguageTag | None:
        for name in attributes.names():
            if name != "lang":
                self.report(line, "attribute-unknown", name=name)
        return self._parse_language(attributes.values["lang"], line) if "lang" in attributes.values else None

    def _parse_language(self, tag: str, line: int) -> LanguageTag | None:
        try:
            return parse_language_tag(tag)
        except UnknownLanguageTag as error:
            if error.suggestion:
                self.report(line, "language-mistaken", tag=tag, suggestion=error.suggestion)
            else:
                self.report(line, "language-unknown", tag=tag)
            return error.suggestion
