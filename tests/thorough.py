"""How much one run proves. The suite takes what fits into ten minutes on two cores; `make soak` takes everything.

What is left out is more of the same: examples of a law, pages of one template, files of one writer. No law, no judge
and no kind of page is left out.
"""

import os
import random
from collections.abc import Sequence
from typing import Final, TypeVar

from hypothesis import settings

THOROUGH: Final = os.environ.get("JETKI_THOROUGH", "0") not in ("", "0")
_ONE = TypeVar("_ONE")

settings.register_profile("suite", max_examples=40)
settings.register_profile("thorough", max_examples=100)


def choose_profile() -> None:
    """For laws that name no number of examples themselves."""
    settings.load_profile("thorough" if THOROUGH else "suite")


def examples(number: int) -> int:
    """Of a law whose examples cost much: a third of them in the suite."""
    return number if THOROUGH else max(4, number // 3)


def some(things: Sequence[_ONE], every: int) -> Sequence[_ONE]:
    """One of `every` so many in the suite: always the same, without regard to their order."""
    if THOROUGH:
        return things
    chosen = random.Random(5).sample(range(len(things)), -(-len(things) // every))
    return [things[place] for place in sorted(chosen)]
