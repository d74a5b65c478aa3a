"""The text that was read out in a recording, as sentences."""

import itertools
import unicodedata
from dataclasses import replace
from typing import Final

from builder.model.course import Catalogue, Lesson, ResourceType, Rights
from builder.model.document import Document, Recording, Sentence, Variant, plain_text, walk
from builder.model.language import LanguageTag
from builder.reading.front_matter import Problem, decode_source
from builder.reading.markdown import read_document
from builder.sentences import find_sentence_starts, mark_sentences

_NOBODY: Final = Rights("", "")


def read_script(data: bytes, path: str, language: LanguageTag) -> tuple[str, ...]:
    """The sentences in the order in which they were read out: of Markdown (``.md``) without its marks, or of plain
    text. Never raises; a file without words gives none."""
    text = unicodedata.normalize("NFC", decode_source(data)[0])
    if path.lower().endswith(".md"):
        return tuple(_sentences_of(_document(data, path, language)))
    return tuple(part for paragraph in text.split("\n\n") for part in _split(" ".join(paragraph.split()), language))


def find_script_problem(data: bytes) -> Problem | None:
    """Why this is no text that could be read out, with its line."""
    return decode_source(data)[1]


def _document(data: bytes, path: str, language: LanguageTag) -> Document:
    lesson = Lesson("", "script", 1, language, Variant.STANDARD, "", path, "", _NOBODY, ResourceType.LECTURE_TEXT)
    document = read_document(lesson, data, Catalogue((), ())).document
    return mark_sentences(replace(document, blocks=tuple(b for b in document.blocks if not isinstance(b, Recording))))


def _sentences_of(document: Document) -> list[str]:
    words = (" ".join(plain_text(one.children).split()) for one in walk(document) if isinstance(one, Sentence))
    return [one for one in words if one]


def _split(paragraph: str, language: LanguageTag) -> list[str]:
    starts = [0, *find_sentence_starts(paragraph, language), len(paragraph)]
    parts = (paragraph[begin:end].strip() for begin, end in itertools.pairwise(starts))
    return [part for part in parts if part]
