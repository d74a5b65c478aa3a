"""Sound in blocks of one size, whatever the sizes it comes in: what follows does not depend on the decoder."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from media_pipeline.recognition.results import SPEECH_RATE, Samples

_BLOCK: Final = 64 * SPEECH_RATE
_OVERLAP: Final = 40_960
"""Our choice: 15 MB of work at a time, 2.56 s of run-up; multiples of every step in use (512 and 640 samples)."""


def overlapping_blocks(speech: Iterable[Samples], step: int) -> Iterator[tuple[Samples, int, int]]:
    """(block, first sample that counts, behind the last one): each block but the first begins with the 2.56 s
    before it, each but the last ends with some of what follows, and every sample counts once."""
    if _BLOCK % step or _OVERLAP % step:
        raise ValueError(step)
    held: list[Samples] = []
    size, before = 0, 0
    for part in speech:
        held.append(np.asarray(part, np.float32))
        size += len(part)
        while size >= before + _BLOCK + _OVERLAP:
            joined = np.concatenate(held)
            cut = before + _BLOCK
            yield joined[: cut + _OVERLAP], before, cut
            rest = joined[cut - _OVERLAP :]
            held, size, before = [rest], len(rest), _OVERLAP
    if size > before:
        yield np.concatenate(held), before, size
