"""When each cue is shown: from the first word until it can have been read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from media_pipeline.captions.limits import (
    COMFORTABLE_CPS,
    FASTEST_CPS,
    GAP_MS,
    LONGEST_MS,
    SHORTEST_MS,
    reading_time_ms,
)

MOST_LATE_MS: Final = 500
"""How much earlier or later than its words a cue may come to give itself or a neighbour time. Our choice: a cue that
is off by more is felt to be out of step."""
_FLICKER_MS: Final = 500
"""A shorter gap is closed to the least one: text that vanishes for a moment distracts. Our choice."""


@dataclass(frozen=True, slots=True)
class Span:
    """When the words of a cue are heard, and how many characters they have."""

    start_ms: int
    end_ms: int
    characters: int


def place_spans(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Start and end for each span, in order: 1 to 7 s each, at least 80 ms apart.

    A cue begins with its words and stays until they can be read at 17 characters a second, as far as the next one
    leaves room. One that would be faster than 20 moves its neighbours by up to `MOST_LATE_MS`, then takes all the
    time before it that the cue there does not need itself. What is faster than 20 after that has no free time left
    on either side.
    """
    needs = [reading_time_ms(one.characters, FASTEST_CPS) for one in spans]
    starts = _starts(spans, needs)
    ends = [
        _end(span, start, starts[place + 1] if place + 1 < len(spans) else None)
        for place, (span, start) in enumerate(zip(spans, starts, strict=True))
    ]
    for place, need in enumerate(needs):
        if ends[place] - starts[place] < need:
            earliest = 0
            if place:
                least = max(spans[place - 1].end_ms, starts[place - 1] + needs[place - 1])
                earliest = min(ends[place - 1], least) + GAP_MS
            starts[place] = min(starts[place], max(earliest, ends[place] - need))
            if place:
                ends[place - 1] = min(ends[place - 1], starts[place] - GAP_MS)
    for place in range(len(spans) - 1):
        if starts[place + 1] - ends[place] < _FLICKER_MS:
            ends[place] = min(starts[place + 1] - GAP_MS, starts[place] + LONGEST_MS)
    return list(zip(starts, ends, strict=True))


def _starts(spans: Sequence[Span], needs: Sequence[int]) -> list[int]:
    starts = [one.start_ms for one in spans]
    for place in range(len(spans) - 2, -1, -1):
        latest = starts[place + 1] - GAP_MS - needs[place]
        starts[place] = min(starts[place], max(latest, spans[place].start_ms - MOST_LATE_MS, 0))
    for place in range(1, len(spans)):
        free = starts[place - 1] + GAP_MS
        starts[place] = max(
            starts[place],
            free + SHORTEST_MS,
            min(free + needs[place - 1], spans[place].start_ms + MOST_LATE_MS),
        )
    return starts


def _end(span: Span, start_ms: int, next_ms: int | None) -> int:
    end = max(span.end_ms, start_ms + reading_time_ms(span.characters, COMFORTABLE_CPS))
    end = min(end, start_ms + LONGEST_MS)
    return end if next_ms is None else min(end, next_ms - GAP_MS)
