"""What a lesson's audio version says: chunks of utterances, and beside them the places they belong to.

A chunk is what one job speaks. Its bytes hold words, languages and pauses, and nothing that an edit elsewhere in the
lesson could change (ids, numbers of lines, counters): so an unchanged chunk is never spoken again.
"""

import json
from dataclasses import dataclass
from typing import Final

from builder.model.finding import Finding
from builder.model.language import LanguageTag

CHUNK_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Normalised words for one voice: that of `language`."""

    language: LanguageTag
    text: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said in one breath: the words of one place, or words about it. Then silence of `pause_after_ms`."""

    parts: tuple[Part, ...]
    pause_after_ms: int


@dataclass(frozen=True, slots=True)
class ChapterStart:
    """A heading as a place to jump to. `level` 1 is the title of the lesson, `anchor` empty for it."""

    title: str
    level: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an utterance stands: the id of its element in page and e-book; empty for the title of the lesson, which is
    no part of the text, and for words of ours before the first element. `chapter` where one begins here."""

    element: str
    chapter: ChapterStart | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Utterances that one job speaks."""

    utterances: tuple[Utterance, ...]

    def to_json(self) -> bytes:
        """Canonical: the same content has the same bytes."""
        rows = [[[[part.language, part.text] for part in one.parts], one.pause_after_ms] for one in self.utterances]
        value = {"version": CHUNK_VERSION, "utterances": rows}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def parse_chunk(data: bytes) -> Chunk:
    """What `Chunk.to_json` wrote. Raises ValueError or KeyError for anything else."""
    value = json.loads(data)
    if value["version"] != CHUNK_VERSION:
        raise ValueError(value["version"])
    return Chunk(
        tuple(
            Utterance(tuple(Part(LanguageTag(language), text) for language, text in parts), pause)
            for parts, pause in value["utterances"]
        )
    )


@dataclass(frozen=True, slots=True)
class Script:
    """A lesson as it is read aloud. `places[i][j]` is the place of `chunks[i].utterances[j]`.

    `findings` tells what cannot be said as its author meant it, such as a language without a voice.
    """

    chunks: tuple[Chunk, ...]
    places: tuple[tuple[Place, ...], ...]
    findings: tuple[Finding, ...] = ()
