"""The sound of a recording, in a stream: a long file never needs more memory than a short one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    import numpy.typing


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What one pass over all sound tells. Not reasons to refuse, but a person should know."""

    duration_ms: int
    peak_dbfs: float
    is_silent: bool
    is_clipped: bool


def read_speech(path: Path) -> "Iterator[numpy.typing.NDArray[numpy.float32]]":
    """Blocks of mono samples between -1 and 1 at SPEECH_RATE, about ten seconds each. Raises MediaProblem."""
    raise NotImplementedError


def listen(path: Path) -> SoundFacts:
    """One pass over the sound of a file. Raises MediaProblem."""
    raise NotImplementedError
