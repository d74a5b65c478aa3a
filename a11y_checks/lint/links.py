"""Links: read out of context, one after the other, by those who do not see the sentence around."""

import re
from collections.abc import Iterator
from typing import Final

from a11y_checks.lint.rule import Problem
from builder.model.document import Document, Link, Target, WebTarget, plain_text, walk

# WCAG failure F63: words that say nothing about where the link leads, in the site's languages.
VAGUE_WORDS: Final = frozenset(
    {
        *("бул жерде", "бул жерден", "бул жерге", "ушул жерде", "ушул жерден", "ушул жерге", "бул", "мында", "мындан"),
        *("басыңыз", "бул жерди басыңыз", "бул жерге басыңыз", "шилтеме", "толугураак", "кененирээк", "дагы", "окуу"),
        *("тут", "здесь", "сюда", "отсюда", "нажмите здесь", "нажмите сюда", "нажмите", "ссылка", "по ссылке"),
        *("подробнее", "подробности", "далее", "читать далее", "читать", "ещё", "еще", "перейти", "это", "там"),
        *("here", "click here", "click", "tap here", "this", "this link", "link", "this page", "more", "read more"),
        *("learn more", "details", "see here", "see more", "go", "there"),
    }
)
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def _links(document: Document) -> Iterator[tuple[Link, str]]:
    for node in walk(document):
        if isinstance(node, Link):
            yield node, " ".join(plain_text(node.children).split())


def find_vague_links(document: Document) -> Iterator[Problem]:
    for link, text in _links(document):
        if text.lower().strip(" .,:;!?…»«\"'()→>") in VAGUE_WORDS:
            yield Problem(link.line, {"text": text})


def find_wordless_links(document: Document) -> Iterator[Problem]:
    """A link around an ornament, or around signs alone."""
    for link, text in _links(document):
        if not any(one.isalnum() for one in text):
            yield Problem(link.line)


def find_address_links(document: Document) -> Iterator[Problem]:
    """A web address as a link's words is spelled out sign by sign."""
    for link, text in _links(document):
        if isinstance(link.target, WebTarget) and _ADDRESS.fullmatch(text):
            yield Problem(link.line, {"text": text})


def find_ambiguous_links(document: Document) -> Iterator[Problem]:
    """The same words for different places."""
    seen: dict[str, Target] = {}
    for link, text in _links(document):
        words = text.lower()
        if words and words not in VAGUE_WORDS and seen.setdefault(words, link.target) != link.target:
            yield Problem(link.line, {"text": text})
