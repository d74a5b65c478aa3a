"""Pictures: what somebody who does not see them is told."""

import re
from collections.abc import Iterator
from typing import Final

from a11y_checks.lint.rule import Problem
from builder.model.document import Document, Picture, walk

_FILE_NAME: Final = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)", re.IGNORECASE)
# WCAG failure F30: words that stand for «a picture» and say nothing about it.
_EMPTY_WORDS: Final = frozenset(
    """сүрөт сурот сүрөттөмө иллюстрация схема диаграмма фото скриншот рисунок картинка изображение график
    picture image photo figure illustration graphic diagram screenshot img pic""".split()
)
LONGEST_ALT: Final = 250
"""Characters: alt text is read in one breath and cannot be paused by words; longer ones belong into a long
description (our choice; common advice lies between 125 and 250)."""


def _pictures(document: Document) -> Iterator[Picture]:
    return (node for node in walk(document) if isinstance(node, Picture))


def find_missing_alt(document: Document) -> Iterator[Problem]:
    for picture in _pictures(document):
        if not picture.alt.strip() and not picture.decorative:
            yield Problem(picture.line, {"path": picture.resource})


def find_empty_alt_words(document: Document) -> Iterator[Problem]:
    """A file name, or a word such as «picture» (perhaps with a number)."""
    for picture in _pictures(document):
        words = re.sub(r"[\d\W_]+", " ", picture.alt.lower()).split()
        if picture.alt.strip() and (_FILE_NAME.fullmatch(picture.alt.strip()) or not set(words) - _EMPTY_WORDS):
            yield Problem(picture.line, {"alt": picture.alt, "path": picture.resource})


def find_long_alt(document: Document) -> Iterator[Problem]:
    for picture in _pictures(document):
        if len(picture.alt) > LONGEST_ALT:
            yield Problem(picture.line, {"length": str(len(picture.alt)), "longest": str(LONGEST_ALT)})


def find_described_decoration(document: Document) -> Iterator[Problem]:
    """Decorative, yet with alt text: one of the two is wrong."""
    for picture in _pictures(document):
        if picture.decorative and picture.alt.strip():
            yield Problem(picture.line, {"alt": picture.alt})
