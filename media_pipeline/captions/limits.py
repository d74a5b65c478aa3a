"""What a cue may be: the limits of the contract, in one place for those who make cues and those who check them."""

from typing import Final

LINES: Final = 2
LINE_CHARACTERS: Final = 42
SHORTEST_MS: Final = 1000
LONGEST_MS: Final = 7000
GAP_MS: Final = 80
COMFORTABLE_CPS: Final = 17
"""Characters a second that people read without effort."""
FASTEST_CPS: Final = 20


def count_characters(text: str) -> int:
    """Characters that are read: a line end counts as the space it stands for."""
    return len(text)


def reading_time_ms(characters: int, characters_per_second: int) -> int:
    """How long so many characters must be shown at least, within the shortest and the longest time of a cue."""
    return min(max(-(-characters * 1000 // characters_per_second), SHORTEST_MS), LONGEST_MS)


def is_too_fast(text: str, duration_ms: int, characters_per_second: int) -> bool:
    """Whether a text shown for so long asks for more characters a second."""
    return count_characters(text) * 1000 > characters_per_second * duration_ms
