"""Running text: capitals, and words of another language that nothing announces."""

import re
from collections.abc import Iterator
from typing import Final

from a11y_checks.lint.rule import Problem
from builder.model.document import (
    CodeSpan,
    Document,
    Formula,
    Link,
    Node,
    Passage,
    PassageBlock,
    Text,
    WebTarget,
    child_nodes,
    walk,
)
from builder.model.language import ENGLISH, primary_language

_CAPITAL_WORDS: Final = 3
_CAPITAL_LETTERS: Final = 20
"""A run of at least so many words and letters is a passage in capitals, not a few abbreviations: our choice."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN_WORDS: Final = re.compile(r"\b[A-Za-z][A-Za-z'’]+(?:[ ,-]+[A-Za-z][A-Za-z'’]*){3,}")
_CYRILLIC_WORDS: Final = re.compile(r"[Ѐ-ӿ]{2,}(?:[ ,-]+[Ѐ-ӿ]+){1,}")


def find_capitals(document: Document) -> Iterator[Problem]:
    """Capitals in a row: slower to read in large print, spelled out by some voices."""
    for node in walk(document):
        if not isinstance(node, Text) or not any(one.isupper() for one in node.text):
            continue
        run: list[str] = []
        for word in [*_WORD.findall(node.text), ""]:
            if word.isupper():
                run.append(word)
                continue
            if len(run) >= _CAPITAL_WORDS and sum(map(len, run)) >= _CAPITAL_LETTERS:
                yield Problem(node.line, {"text": " ".join(run)})
            run = []


def find_unmarked_languages(document: Document) -> Iterator[Problem]:
    """Several words in a script that the document's language does not use: a voice or braille table would garble
    them. Four Latin words (names of programs have fewer), two Cyrillic ones: our choice."""
    foreign = _CYRILLIC_WORDS if primary_language(document.language) == ENGLISH else _LATIN_WORDS
    for node in _own_language_nodes(document):
        if isinstance(node, Text) and (match := foreign.search(node.text)):
            yield Problem(node.line, {"text": match[0]})


def _own_language_nodes(document: Document) -> Iterator[Node]:
    """Every node that is in the document's own language."""
    stack: list[Node] = [*reversed(document.footnotes), *reversed(document.blocks)]
    while stack:
        node = stack.pop()
        if isinstance(node, Passage | PassageBlock | CodeSpan | Formula):
            continue
        if isinstance(node, Link) and isinstance(node.target, WebTarget):
            continue
        yield node
        stack.extend(reversed(child_nodes(node)))
