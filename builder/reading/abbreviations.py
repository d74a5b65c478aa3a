"""Short forms of a lesson, found in its text wherever they stand as a word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from builder.model.document import Abbreviation, Inline, Text
from builder.model.language import LanguageTag

_WORD: Final = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Meaning:
    full: str
    language: LanguageTag | None
    line: int


class Abbreviations:
    """The abbreviations that a lesson explains, and which of them it uses."""

    def __init__(self) -> None:
        self._meanings: dict[str, _Meaning] = {}
        self._by_first: dict[str, list[str]] = {}
        self._used: set[str] = set()

    def add(self, short: str, full: str, language: LanguageTag | None, line: int) -> bool:
        """False when the short form already has a meaning, which stays."""
        if short in self._meanings:
            return False
        self._meanings[short] = _Meaning(full, language, line)
        first = _WORD.match(short)
        same_first = self._by_first.setdefault(first[0] if first else short, [])
        same_first.append(short)
        same_first.sort(key=len, reverse=True)
        return True

    def unused(self) -> Iterator[tuple[str, int]]:
        """Short forms that the text never uses, with the line that explains them."""
        for short, meaning in self._meanings.items():
            if short not in self._used:
                yield short, meaning.line

    def mark(self, text: Text) -> list[Inline]:
        """The text with its short forms as nodes of their own. A letter before or behind makes it another word."""
        if not self._meanings:
            return [text]
        parts: list[Inline] = []
        written, taken_to = text.text, 0
        for word in _WORD.finditer(written):
            start = word.start()
            if start < taken_to or (start and written[start - 1].isalnum() and written[start].isalnum()):
                continue
            short = self._short_form_at(written, word)
            if short is None:
                continue
            if start > taken_to:
                parts.append(Text(written[taken_to:start], text.line))
            meaning = self._meanings[short]
            parts.append(Abbreviation(short, meaning.full, meaning.language, text.line))
            taken_to = start + len(short)
            self._used.add(short)
        if taken_to == 0:
            return [text]
        if taken_to < len(written):
            parts.append(Text(written[taken_to:], text.line))
        return parts

    def _short_form_at(self, written: str, word: re.Match[str]) -> str | None:
        for short in self._by_first.get(word[0], ()):
            end = word.start() + len(short)
            if written.startswith(short, word.start()) and not (
                short[-1].isalnum() and written[end : end + 1].isalnum()
            ):
                return short
        return None
