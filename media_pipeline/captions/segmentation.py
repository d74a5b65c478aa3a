"""Timed words -> cues. Pure."""

from collections.abc import Sequence

from builder.model.captions import Cue
from builder.model.language import LanguageTag
from media_pipeline.captions.words import TimedWord


def make_cues(words: Sequence[TimedWord], language: LanguageTag) -> tuple[Cue, ...]:
    """Cues in order of time that hold every word."""
    cues: list[Cue] = []
    for number in range(0, len(words), 6):
        part = words[number : number + 6]
        text = " ".join(word.text for word in part)
        cues.append(Cue(part[0].start_ms, max(part[-1].end_ms, part[0].start_ms + 1000), text, part[0].speaker))
    return tuple(cues)
