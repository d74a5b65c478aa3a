"""Cues held against the limits: for the files of authors, and for what machines could not do better. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.model.captions import Cue
from builder.model.finding import Severity
from media_pipeline.captions.labels import shown_text
from media_pipeline.captions.limits import (
    FASTEST_CPS,
    GAP_MS,
    LINE_CHARACTERS,
    LINES,
    LONGEST_MS,
    SHORTEST_MS,
    count_characters,
    is_too_fast,
)
from media_pipeline.captions.writing import vtt_time


@dataclass(frozen=True, slots=True)
class CueProblem:
    """What is wrong with `cues[cue]`; `text_line` counts its lines from 0, -1 where it is about the times."""

    cue: int
    rule: str
    severity: Severity
    text_line: int = -1
    values: Mapping[str, str] = field(default_factory=dict)


def check_cues(cues: Sequence[Cue]) -> Iterator[CueProblem]:
    """Every breach of order and of the limits, in order of the cues. Cues that overlap are errors: viewers would see
    two texts on top of each other."""
    before: Cue | None = None
    for place, cue in enumerate(cues):
        for rule, severity, text_line, values in _breaches(cue, before):
            yield CueProblem(place, rule, severity, text_line, {"time": vtt_time(cue.start_ms), **values})
        before = cue


_Breach = tuple[str, Severity, int, dict[str, str]]


def _breaches(cue: Cue, before: Cue | None) -> Iterator[_Breach]:
    length_ms = cue.end_ms - cue.start_ms
    if before and cue.start_ms < before.start_ms:
        yield "caption-out-of-order", Severity.ERROR, -1, {"before": vtt_time(before.start_ms)}
    elif before and cue.start_ms < before.end_ms:
        yield "caption-overlap", Severity.ERROR, -1, {"before": vtt_time(before.end_ms)}
    elif before and cue.start_ms - before.end_ms < GAP_MS:
        gap = str(cue.start_ms - before.end_ms)
        yield "caption-gap-short", Severity.NOTE, -1, {"gap": gap, "least": str(GAP_MS)}
    if length_ms < SHORTEST_MS:
        yield "caption-too-short", Severity.WARNING, -1, {"seconds": _seconds(length_ms)}
    if length_ms > LONGEST_MS:
        yield "caption-too-long", Severity.WARNING, -1, {"seconds": _seconds(length_ms)}
    if is_too_fast(cue.text, length_ms, FASTEST_CPS):
        speed = str(-(-count_characters(cue.text) * 1000 // length_ms))
        yield "caption-too-fast", Severity.WARNING, -1, {"speed": speed, "most": str(FASTEST_CPS)}
    lines = shown_text(cue, before).split("\n")
    if len(lines) > LINES:
        yield "caption-too-many-lines", Severity.WARNING, LINES, {"lines": str(len(lines))}
    for number, line in enumerate(lines):
        if len(line) > LINE_CHARACTERS:
            values = {"characters": str(len(line)), "most": str(LINE_CHARACTERS)}
            yield "caption-line-too-long", Severity.WARNING, number, values


def _seconds(time_ms: int) -> str:
    return f"{time_ms / 1000:.1f}"
