"""Headings: the map by which a screen reader's user moves through a lesson."""

from collections.abc import Iterator

from a11y_checks.lint.rule import Problem
from builder.model.document import Document, Heading, Paragraph, Strong, plain_text, walk


def find_skipped_levels(document: Document) -> Iterator[Problem]:
    """A heading more than one level below the one before it; the title is level 1."""
    before = 1
    for node in walk(document):
        if isinstance(node, Heading):
            if node.level > before + 1:
                yield Problem(node.line, {"level": "#" * node.level, "expected": "#" * (before + 1)})
            before = node.level


def find_empty_headings(document: Document) -> Iterator[Problem]:
    for node in walk(document):
        if isinstance(node, Heading) and not any(one.isalnum() for one in plain_text(node.children)):
            yield Problem(node.line)


_LONGEST_DISGUISED = 80
"""Characters: a longer bold paragraph is meant as emphasis (our choice)."""


def find_disguised_headings(document: Document) -> Iterator[Problem]:
    """A short bold paragraph of its own looks like a heading and is none. WCAG failure F2."""
    for block in document.blocks:
        if isinstance(block, Paragraph) and len(block.children) == 1 and isinstance(block.children[0], Strong):
            words = plain_text(block.children).strip()
            if 0 < len(words) <= _LONGEST_DISGUISED and words[-1] not in ".!?:;,…":
                yield Problem(block.line, {"text": words})
