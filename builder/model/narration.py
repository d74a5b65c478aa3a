"""When each sentence of a lesson's audio version is heard: what players, e-books and DAISY books read."""

import json
from dataclasses import dataclass
from typing import Final

from builder.model.document import Variant
from builder.model.language import LanguageTag

SYNC_VERSION: Final = 1

TITLE_ELEMENT: Final = "title"
"""`SentenceTiming.element` of the lesson's title, which is no block of the Document. A page gives its ``h1`` this id,
or one made from it where a heading of the author has that anchor."""


@dataclass(frozen=True, slots=True)
class SentenceTiming:
    """`element` is the id of the sentence in page and e-book (`Sentence.id`, or the `id` of a block that is read as a
    whole); several neighbours may share one. The end is where the sentence falls silent, before the pause."""

    element: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading as a place to jump to. `level` 1 is the title of the lesson, `anchor` empty for it."""

    title: str
    level: int
    start_ms: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Narration:
    """A lesson's audio version. `voices` are the voices that speak in it, for the credits."""

    course: str
    lesson: str
    language: LanguageTag
    variant: Variant
    duration_ms: int
    sentences: tuple[SentenceTiming, ...]
    chapters: tuple[Chapter, ...]
    voices: tuple[str, ...] = ()

    def to_json(self) -> str:
        """`<lesson>.sync.json`: stable text, one sentence a line."""
        head = {
            "version": SYNC_VERSION,
            "course": self.course,
            "lesson": self.lesson,
            "language": self.language,
            "variant": self.variant.value,
            "duration_ms": self.duration_ms,
            "voices": list(self.voices),
        }
        chapters = [
            {"title": one.title, "level": one.level, "start_ms": one.start_ms, "anchor": one.anchor}
            for one in self.chapters
        ]
        sentences = [{"element": one.element, "start_ms": one.start_ms, "end_ms": one.end_ms} for one in self.sentences]
        lines = [f" {_text(name)}: {_text(value)}" for name, value in head.items()]
        for name, rows in (("chapters", chapters), ("sentences", sentences)):
            inside = ",\n".join(f"  {_text(row)}" for row in rows)
            lines.append(f" {_text(name)}: [\n{inside}\n ]" if rows else f" {_text(name)}: []")
        return "{\n" + ",\n".join(lines) + "\n}\n"


def parse_narration(text: str) -> Narration:
    """What `Narration.to_json` wrote. Raises ValueError or KeyError for anything else."""
    value = json.loads(text)
    if value["version"] != SYNC_VERSION:
        raise ValueError(value["version"])
    return Narration(
        value["course"],
        value["lesson"],
        LanguageTag(value["language"]),
        Variant(value["variant"]),
        value["duration_ms"],
        tuple(SentenceTiming(one["element"], one["start_ms"], one["end_ms"]) for one in value["sentences"]),
        tuple(Chapter(one["title"], one["level"], one["start_ms"], one["anchor"]) for one in value["chapters"]),
        tuple(value["voices"]),
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
