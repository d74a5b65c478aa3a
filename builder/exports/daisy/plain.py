"""A Document without what XHTML 1.0 cannot show: formulas in words, diagrams as their steps. Pure."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from builder.description import describe_diagram
from builder.mathematics import read_formula, speak_formula
from builder.model.document import (
    Diagram,
    Document,
    Formula,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Sentence,
    Text,
)
from builder.model.labels import LABELS
from builder.model.language import LanguageTag, primary_language


def without_drawings(document: Document) -> Document:
    """The same lesson in words alone; pictures stay. Places for reading aloud keep their ids."""
    return replace(
        document,
        blocks=_all(document.blocks, document.language),
        footnotes=_all(document.footnotes, document.language),
    )


def _all(nodes: tuple[Any, ...], language: LanguageTag) -> tuple[Any, ...]:
    return tuple(new for node in nodes for new in _plain(node, language))


def _plain(node: Any, language: LanguageTag) -> Iterator[Any]:
    match node:
        case Formula(latex=latex, line=line):
            yield Text(speak_formula(read_formula(latex), language), line)
        case MathBlock(latex=latex, line=line):
            words = Text(speak_formula(read_formula(latex), language), line)
            yield Paragraph((Sentence((words,), node.id, line) if node.id else words,), line)
        case Diagram(line=line):
            title = Text(node.title, line)
            yield Paragraph((Sentence((title,), node.id, line) if node.id else title,), line)
            steps = (Paragraph((Text(one, line),), line) for one in describe_diagram(node, language))
            yield OrderedList(tuple(ListItem((one,), line=line) for one in steps), line=line)
        case _ if is_dataclass(node) and not isinstance(node, type):
            if isinstance(node, Passage | PassageBlock) and primary_language(node.language) in LABELS:
                language = node.language
            inside = {one.name: getattr(node, one.name) for one in fields(node)}
            changed = {name: _all(value, language) for name, value in inside.items() if isinstance(value, tuple)}
            yield replace(node, **changed)
        case tuple():
            yield _all(node, language)
        case _:
            yield node
