"""Lessons read aloud, as far as renderers see them: times for every place, and silence for sound."""

from collections.abc import Iterable

from builder.exports.sound import FrontText, LessonSound
from builder.model.document import CodeBlock, Diagram, Document, Figure, MathBlock, Recording, Sentence, walk
from builder.model.narration import TITLE_ELEMENT, Chapter, Narration, SentenceTiming
from builder.sentences import mark_sentences

SENTENCE_MS = 960
PAUSE_MS = 240


def silence(duration_ms: int) -> bytes:
    """MP3 without a sound: MPEG-2 layer III, 24 kHz, mono, 48 kbit/s, frames of 24 ms without side information."""
    frame = bytes((0xFF, 0xF3, 0x64, 0xC0)) + bytes(140)
    return frame * -(-duration_ms // 24)


def spoken_places(document: Document) -> list[str]:
    """The title and every place, notes after the blocks."""
    kinds = (Sentence, CodeBlock, Figure, Diagram, MathBlock, Recording)
    return [TITLE_ELEMENT, *(one.id for one in walk(mark_sentences(document)) if isinstance(one, kinds))]


def narration_of(document: Document, places: Iterable[str]) -> Narration:
    """One second and a bit for every place, in this order."""
    starts = {place: number * (SENTENCE_MS + PAUSE_MS) for number, place in enumerate(places)}
    sentences = tuple(SentenceTiming(place, start, start + SENTENCE_MS) for place, start in starts.items())
    return Narration(
        document.course,
        document.lesson,
        document.language,
        document.variant,
        len(sentences) * (SENTENCE_MS + PAUSE_MS),
        sentences,
        (Chapter(document.title, 1, 0),),
        ("espeak-ng:ky",),
    )


def sound_of(document: Document, places: Iterable[str] | None = None) -> LessonSound:
    narration = narration_of(document, spoken_places(document) if places is None else places)
    return LessonSound(silence(narration.duration_ms), "audio/mpeg", narration)


def front_sound(document: Document, texts: Iterable[FrontText]) -> LessonSound:
    return sound_of(document, [one.element for one in texts])
