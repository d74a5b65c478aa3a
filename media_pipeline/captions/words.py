"""Words with their times: what recognition and alignment give, and what cues are made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word as it is written, with its punctuation, heard from `start_ms` until `end_ms`.

    `confidence` is 0 to 1; `speaker` is empty where nobody is named. A sound that the author marked
    (``[күлкү]``) is a word with `is_sound`, and may have spaces in it.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    speaker: str = ""
    is_sound: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """What the guards took away. `reason` is ``known-phrase``, ``repeat`` or ``zero-duration``."""

    start_ms: int
    end_ms: int
    text: str
    reason: str
