"""The cut that is found is the best there is: held against trying every one."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.captions import make_cues
from media_pipeline.captions.segmentation import _Measured
from media_pipeline.captions.tokens import cut_words
from tests.media_pipeline.captions.speaking import LECTURES, speak


def _every_cut(size: int) -> Iterator[list[int]]:
    for pattern in range(2 ** (size - 1)):
        yield [0, *(place for place in range(1, size) if pattern >> (place - 1) & 1), size]


@pytest.mark.parametrize("speed", [9, 14, 22])
@pytest.mark.parametrize("language", [KYRGYZ, RUSSIAN, ENGLISH])
def test_no_other_cut_costs_less(language: LanguageTag, speed: int) -> None:
    words = speak(" ".join(LECTURES[language].split()[:14]), speed)
    tokens = cut_words(words)
    measured = _Measured(tokens, words[-1].end_ms + 7000, 0, language)
    layouts = {(first, stop): layout[0] for first in range(14) for stop, layout in measured.layouts(first)}

    def cost(cuts: list[int]) -> int | None:
        parts = list(pairwise(cuts))
        if any(part not in layouts for part in parts):
            return None
        return sum(layouts[part] + measured.shape_cost(*part) for part in parts)

    found = [0]
    for cue in make_cues(words, language):
        found.append(found[-1] + len(cue.text.split()))
    assert cost(found) == min(one for one in map(cost, _every_cut(14)) if one is not None)
