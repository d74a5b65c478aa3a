"""Words of a recording with their times."""

from dataclasses import dataclass
from enum import StrEnum

from builder.model.language import LanguageTag


class CaptionOrigin(StrEnum):
    """Who answers for the words. AUTHOR: written or reviewed by a person; MACHINE: not yet reviewed by anybody."""

    AUTHOR = "author"
    MACHINE = "machine"


class CaptionKind(StrEnum):
    """As in WebVTT and HTML: CAPTIONS have speakers and sounds for people who do not hear, SUBTITLES translate."""

    CAPTIONS = "captions"
    SUBTITLES = "subtitles"


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from `start_ms` until `end_ms`. `text` has at most two lines, joined by a line end; `speaker` is
    empty where nobody is named; `is_sure` is False where the machine doubts its own words or times."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Captions:
    """One caption track of a recording, cues in order of time."""

    language: LanguageTag
    cues: tuple[Cue, ...]
    origin: CaptionOrigin = CaptionOrigin.MACHINE
    kind: CaptionKind = CaptionKind.CAPTIONS

    @property
    def is_reviewed(self) -> bool:
        """Whether a person answers for the words."""
        return self.origin is CaptionOrigin.AUTHOR
