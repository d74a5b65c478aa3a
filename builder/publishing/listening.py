"""The audio version on a lesson's page: what the player is told. Pure."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from builder.model.document import Document, Heading, walk
from builder.model.format import FORMAT_BY_NAME
from builder.model.language import LanguageTag
from builder.model.narration import TITLE_ELEMENT, Narration, SentenceTiming
from builder.publishing.requests import Form
from builder.publishing.words import write_length, write_number

_FORMATS: Final = ("opus", "mp3")
"""The browser plays the first that it can: the smaller file where it knows Opus."""

SPEEDS: Final = (0.6, 0.8, 0.9, 1.0, 1.2, 1.4, 1.7, 2.0)
"""Our choice: small steps where speech is hard to follow, up to what a practised listener understands."""

_SENTENCE: Final = "s."


@dataclass(frozen=True, slots=True)
class AudioSource:
    """One file of the audio version; `type` is for the browser."""

    url: str
    type: str
    format: str
    """Its name as people say it: ``MP3``."""


@dataclass(frozen=True, slots=True)
class ListeningView:
    """What the player's template prints. `timings` is markup-safe JSON for the script, `key` names the lesson in what
    the browser remembers of it."""

    sources: tuple[AudioSource, ...]
    length: str
    voices: str
    timings: str
    title_id: str
    key: str
    speeds: tuple[tuple[str, str], ...]


def view_listening(
    document: Document, narration: Narration, forms: Iterable[Form], url_of: Callable[[str], str]
) -> ListeningView | None:
    """The player of a lesson whose sentences are marked; None where no file of its audio version is published."""
    language = document.language
    files = {
        one.format: one
        for one in forms
        if one.format in _FORMATS and one.language == language and one.variant is document.variant
    }
    if not files:
        return None
    title_id = find_title_id(document)
    return ListeningView(
        sources=tuple(
            AudioSource(url_of(files[name].path), FORMAT_BY_NAME[name].media_type, name.upper())
            for name in _FORMATS
            if name in files
        ),
        length=write_length(narration.duration_ms, language),
        voices=", ".join(narration.voices),
        timings=write_timings(narration.sentences, title_id),
        title_id=title_id,
        key="/".join((document.course, document.lesson, language, document.variant.value)),
        speeds=tuple((f"{one:g}", _write_speed(one, language)) for one in SPEEDS),
    )


def find_title_id(document: Document) -> str:
    """The id of the page's ``h1``: `TITLE_ELEMENT`, or one made from it where a heading has that anchor."""
    anchors = {one.anchor for one in walk(document) if isinstance(one, Heading)}
    name = TITLE_ELEMENT
    while name in anchors:
        name += "_"
    return name


def write_timings(sentences: Iterable[SentenceTiming], title_id: str) -> str:
    """Times as one flat list of threes: element, silence since the last end, duration, both in milliseconds.

    An element ``s.N`` is written as N less the N before it, which is mostly 1; any other id as it is. Times stand in
    the page itself, because a page opened from a folder may not fetch a file.
    """
    flat: list[str | int] = []
    number, silent_from = 0, 0
    for one in sentences:
        element = title_id if one.element == TITLE_ELEMENT else one.element
        digits = element.removeprefix(_SENTENCE)
        if element.startswith(_SENTENCE) and digits.isdecimal():
            flat.append(int(digits) - number)
            number = int(digits)
        else:
            flat.append(element)
        flat += (one.start_ms - silent_from, one.end_ms - one.start_ms)
        silent_from = one.end_ms
    return json.dumps(flat, separators=(",", ":")).replace("<", "\\u003c")


def _write_speed(speed: float, language: LanguageTag) -> str:
    return f"{write_number(speed, language)}×"
