"""Sound that a book brings along, cut into what is heard at each place of its pages. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from builder.model.language import LanguageTag
from builder.model.narration import TITLE_ELEMENT, Narration


@dataclass(frozen=True, slots=True)
class LessonSound:
    """A lesson (or the first pages of a book) read aloud: one audio file and when each place is heard in it."""

    audio: bytes
    media_type: str
    narration: Narration


@dataclass(frozen=True, slots=True)
class FrontText:
    """Words of a book's first pages that are to be read aloud, in reading order; `element` is where they stand."""

    element: str
    language: LanguageTag
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """What is heard at one place: from `start_ms` until `end_ms`, with the pause that follows."""

    element: str
    start_ms: int
    end_ms: int


def cut_clips(narration: Narration, places: Collection[str], title: str = TITLE_ELEMENT) -> tuple[Clip, ...]:
    """The whole sound without a gap, as clips in the order in which they are heard.

    `places` are the ids of the page, `title` that of its heading of the first level. Neighbours with one place are one
    clip; what is heard at a place that the page does not have belongs to the clip before it.
    """
    clips: list[Clip] = []
    for sentence in sorted(narration.sentences, key=lambda one: (one.start_ms, one.end_ms)):
        element = title if sentence.element in ("", TITLE_ELEMENT) else sentence.element
        if element not in places or (clips and clips[-1].element == element):
            continue
        start_ms = sentence.start_ms if clips else 0
        if clips:
            clips[-1] = replace(clips[-1], end_ms=start_ms)
        clips.append(Clip(element, start_ms, start_ms))
    if clips:
        clips[-1] = replace(clips[-1], end_ms=narration.duration_ms)
    return tuple(one for one in clips if one.end_ms > one.start_ms)


def cut_section(narration: Narration, places: Collection[str]) -> tuple[Clip, ...]:
    """The part of a sound that belongs to one of several pages: its places' clips alone, which need not begin at 0."""
    every = {one.element for one in narration.sentences}
    return tuple(one for one in cut_clips(narration, every) if one.element in places)


SUFFIXES = {"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".opus"}


def audio_name(stem: str, sound: LessonSound) -> str:
    """A name for the file: its suffix is what players go by. Raises KeyError for a type that no e-book may hold."""
    return stem + SUFFIXES[sound.media_type.partition(";")[0].strip()]
