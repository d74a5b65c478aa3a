"""A Document as a script: what is said, spelled out for voices, in chunks that one job speaks each. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from builder.model.document import Document
from builder.model.finding import Finding, Severity
from builder.model.language import SITE_LANGUAGES, LanguageTag, primary_language
from builder.model.settings import SpeechSettings
from media_pipeline.speech.normalisation import EMPTY, Glossary, normalise, spell
from media_pipeline.speech.reading_aloud import Run, Saying, read_aloud
from media_pipeline.speech.script import Chunk, Part, Place, Script, Utterance
from media_pipeline.speech.voices.languages import ESPEAK_LANGUAGES

# A voice says about 12 characters a second at 150 words a minute (measured: libespeak-ng, Kyrgyz and Russian), so that
# a chunk has at most about 40 seconds.
_FULL: Final = 300
"""Characters of one paragraph, row or item above which it is divided between sentences."""
_ENOUGH: Final = 130
"""Characters after which a chunk ends with the unit that it is in. Nothing else decides but headings, so that an edit
moves no border further on than the next long paragraph."""


_LEADING_MARK: Final = re.compile(r"\s*((?:[,;:.!?…—–-]+(?:\s+|$))+)")
_MARKS: Final = {"—": ",", "–": ",", "-": ",", "…": "."}


def write_script(document: Document, glossary: Glossary = EMPTY, settings: SpeechSettings | None = None) -> Script:
    """The lesson as it is read aloud, in reading order. Sentences are marked inside.

    The voices of `settings` matter only for languages that libespeak-ng does not speak.
    """
    voices = settings.voices if settings else {}

    def can_speak(language: LanguageTag) -> bool:
        return (
            primary_language(language) in ESPEAK_LANGUAGES or language in voices or primary_language(language) in voices
        )

    reading = read_aloud(document, can_speak)
    said = [
        (one, Utterance(parts, one.pause_ms)) for one in reading.sayings if (parts := spell_out(one.runs, glossary))
    ]
    chunks = list(_chunks(said))
    findings = tuple(
        Finding(document.source, line, "voice-missing-language", Severity.WARNING, {"language": language})
        for language, line in reading.voiceless
    )
    return Script(
        tuple(Chunk(tuple(utterance for _, utterance in one)) for one in chunks),
        tuple(tuple(Place(saying.element, saying.chapter) for saying, _ in one) for one in chunks),
        findings,
    )


def spell_out(runs: Iterable[Run], glossary: Glossary) -> tuple[Part, ...]:
    """The runs in normal words, one part for each change of voice; empty when there is nothing to say."""
    parts: list[Part] = []
    for (language, is_computer_text, _), group in groupby(runs, key=_kind):
        text = "".join(one.text for one in group)
        if parts and (mark := _LEADING_MARK.match(text)) and parts[-1].text[-1].isalnum():
            # The voice that spoke before must hear that its sentence goes on, or ends.
            strongest = max((_MARKS.get(one, one) for one in mark[1] if not one.isspace()), key=",:;.!?".index)
            parts[-1] = Part(parts[-1].language, parts[-1].text + strongest)
        for part in _words(text, language, is_computer_text, glossary):
            if parts and parts[-1].language == part.language:
                parts[-1] = Part(part.language, f"{parts[-1].text} {part.text}")
            else:
                parts.append(part)
    return tuple(parts)


def _kind(run: Run) -> tuple[LanguageTag, bool, bool]:
    """What is spelled out together. Labels are not: a full stop after one is no abbreviation's (``3 пункт. таблица``)
    and ends a sentence whatever follows."""
    is_label = run.is_added and run.text.endswith((": ", ". ")) and any(map(str.isalpha, run.text))
    return run.language, run.is_computer_text, is_label


def _words(text: str, language: LanguageTag, is_computer_text: bool, glossary: Glossary) -> Iterator[Part]:
    if primary_language(language) not in SITE_LANGUAGES:
        # We have no number words for it: its own voice reads what is written.
        plain = " ".join(text.split())
        if any(map(str.isalnum, plain)):
            yield Part(language, plain)
        return
    said = spell(text, language) if is_computer_text else normalise(text, language, glossary)
    for one in said:
        yield Part(one.language, one.text)


_Said = tuple[Saying, Utterance]


def _chunks(said: Sequence[_Said]) -> Iterator[list[_Said]]:
    chunk: list[_Said] = []
    for unit in _units(said):
        for number, piece in enumerate(_pieces(unit)):
            if chunk and (number or piece[0][0].chapter):
                yield chunk
                chunk = []
            chunk += piece
        is_heading = unit[0][0].chapter is not None
        if not is_heading and _size(chunk) >= _ENOUGH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _units(said: Iterable[_Said]) -> Iterator[list[_Said]]:
    """Paragraphs, rows, items, lines: what is not divided where it is not long."""
    unit: list[_Said] = []
    for one in said:
        unit.append(one)
        if one[0].ends_unit:
            yield unit
            unit = []
    if unit:
        yield unit


def _pieces(unit: list[_Said]) -> Iterator[list[_Said]]:
    """A long unit in pieces, by itself alone."""
    piece: list[_Said] = []
    for one in unit:
        if piece and _size([*piece, one]) > _FULL:
            yield piece
            piece = []
        piece.append(one)
    yield piece


def _size(said: Iterable[_Said]) -> int:
    return sum(len(part.text) for _, utterance in said for part in utterance.parts)
