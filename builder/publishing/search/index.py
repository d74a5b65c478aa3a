"""From documents to the script that a browser searches in.

An entry is one lesson: its address, title and sections, each with its text (for the passage shown with a result) and
its stems. The script joins the entries of a language::

    {"version": 1, "language": "ky", "rules": {…},                     rules for the words of a query
     "lessons": [[address, title, 1 if easy language], …],
     "sections": [[number of the lesson, anchor, heading, text], …],
     "words": {stem: [section, weight, distance to the next section, weight, …], …}}
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from builder.model.document import (
    Abbreviation,
    Block,
    CodeBlock,
    CodeSpan,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Document,
    FootnoteReference,
    Heading,
    Inline,
    LineBreak,
    Node,
    Picture,
    Text,
    Variant,
    child_nodes,
)
from builder.model.language import LanguageTag
from builder.publishing.paths import lesson_path, relative_url
from builder.publishing.search.stemmer import compile_rules, stem

VERSION: Final = 1

# How much a word counts by where it stands; our choice, tried on the demonstration courses.
TITLE_WEIGHT: Final = 12
HEADING_WEIGHT: Final = 6
MOST_IN_TEXT: Final = 4

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST_WORD: Final = 40


def index_path(language: LanguageTag) -> str:
    """Site path of a language's search index."""
    return f"{language}/search-index.js"


def index_document(document: Document) -> bytes:
    """A lesson's entry: its sections with their words. Depends on the document alone."""
    address = relative_url(lesson_path(document.course, document.lesson, document.language, document.variant), "")
    sections = []
    for number, section in enumerate(_sections(document)):
        weights = Counter[str]()
        for one, times in Counter(_stems([section.text, *section.unseen], document.language)).items():
            weights[one] += min(times, MOST_IN_TEXT)
        for one in set(_stems([section.heading], document.language)):
            weights[one] += HEADING_WEIGHT
        if number == 0:
            for one in set(_stems([document.title], document.language)):
                weights[one] += TITLE_WEIGHT
        sections.append([section.anchor, section.heading, section.text, weights])
    entry = {
        "address": address,
        "title": document.title,
        "easy": int(document.variant is Variant.EASY),
        "sections": sections,
    }
    return _compact(entry)


def merge_index(entries: Sequence[bytes], language: LanguageTag) -> bytes:
    """The script of one language's search; entries may come in any order and give the same bytes.

    Raises ValueError for bytes that `index_document` did not write.
    """
    lessons: list[list[object]] = []
    sections: list[list[object]] = []
    postings: dict[str, list[int]] = {}
    latest: dict[str, int] = {}
    for entry in sorted(map(_read_entry, entries), key=_place):
        for anchor, heading, text, weights in entry["sections"]:
            number = len(sections)
            sections.append([len(lessons), anchor, heading, text])
            for word, weight in weights.items():
                postings.setdefault(word, []).extend((number - latest.get(word, 0), weight))
                latest[word] = number
        lessons.append([entry["address"], entry["title"], entry["easy"]])
    index = {
        "version": VERSION,
        "language": language,
        "rules": compile_rules(language),
        "lessons": lessons,
        "sections": sections,
        "words": postings,
    }
    # U+2028 and U+2029 end a line in older readers of scripts; "</" would end a script inside a page.
    text = _compact(index).decode().replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")
    return f"window.jetkiSearchIndex={text};\n".encode()


def _read_entry(data: bytes) -> dict[str, Any]:
    entry = json.loads(data)
    if not isinstance(entry, dict) or not {"address", "title", "easy", "sections"} <= entry.keys():
        raise ValueError("not a search entry")
    return entry


def _place(entry: Mapping[str, Any]) -> tuple[str, int]:
    """A lesson stands before its easy-language version."""
    return str(entry["address"]).removesuffix("index.html").removesuffix("easy/"), int(entry["easy"])


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _stems(texts: Iterable[str], language: LanguageTag) -> Iterator[str]:
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFC", text).lower()):
            if len(word) <= _LONGEST_WORD:
                yield stem(word, language)


# ---------------------------------------------------------------- sections


@dataclass
class _Section:
    anchor: str = ""
    heading: str = ""
    pieces: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Words by which the section is found, but which do not stand in its text: full forms of abbreviations."""

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())


def _sections(document: Document) -> list[_Section]:
    """The text of the document by heading; the first section is what stands before any heading."""
    sections = [_Section()]
    if document.description:
        sections[0].pieces.append(document.description)
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = _Section()
            _gather((block,), document, heading)
            sections.append(_Section(block.anchor, heading.text, unseen=heading.unseen))
        else:
            _gather((block,), document, sections[-1])
    return sections


# Nodes whose text runs on without a space; every other node ends a word.
_RUNNING: Final = (Text, CodeSpan, Abbreviation)


def _gather(nodes: Iterable[Node], document: Document, section: _Section) -> None:
    """Adds the words of these nodes to the section. Formulas are left out: their source is not what people search."""
    running = ""
    for node in _leaves(nodes):
        if isinstance(node, _RUNNING):
            running += node.text
            if isinstance(node, Abbreviation):
                section.unseen.append(node.expansion)
        elif isinstance(node, FootnoteReference):
            notes = [one for one in document.footnotes if one.number == node.number]
            for note in notes:
                inner = _Section()
                _gather_note(note.blocks, inner)
                section.unseen.append(inner.text)
        else:
            running += f" {_own_text(node)} "
    section.pieces.append(running)


def _gather_note(blocks: Sequence[Block], section: _Section) -> None:
    for node in _leaves(blocks):
        section.pieces.append(node.text if isinstance(node, _RUNNING) else f" {_own_text(node)} ")


def _leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes in reading order; blocks and cells also give themselves after their content, as an end of words."""
    for node in nodes:
        if isinstance(node, Diagram | CodeBlock):
            yield node
        yield from _leaves(child_nodes(node))
        if not isinstance(node, Diagram | CodeBlock) and (not isinstance(node, Inline) or not child_nodes(node)):
            yield node


def _own_text(node: Node) -> str:
    match node:
        case Picture(alt=alt):
            return alt
        case CodeBlock(text=text):
            return text
        case Diagram(title=title):
            return title
        case DiagramNode(label=label) | DiagramEdge(label=label):
            return label
        case LineBreak():
            return ""
        case _:
            return ""
