"""The way through two rows of sound on which they are most alike: dynamic time warping of whole sentences. Pure.

What is heard is followed through what the script would sound like. From one heard row to the next the way stays, goes
on by one row of the script, or by two (half to double speed). Between two sentences it may also listen to something
that the script does not have (the filler), and may leave sentences out. Every heard row costs its distance from the
row of the script, less its distance from speech in general; so a filler has one price for all recordings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from media_pipeline.recognition.spectrum import Rows

Steps = npt.NDArray[np.int32]

FILLER: Final = -0.7
"""Price of a row that is not in the script: measured, a row of other speech costs about -0.5 on its best way, a row of
the same words in another voice from -1 to -3.4."""
_ENTER_FILLER: Final = 4.0
_LEAVE_OUT: Final = 8.0
"""Once for each passage and each sentence, our choice: two to four rows' worth, so that neither is done lightly."""
_UNEVEN: Final = 0.15
"""For each row that stays or jumps: speech has an even pace."""
_SAMPLE: Final = 256
_QUARTILE: Final = _SAMPLE // 4
"""Distance from speech in general: the lower quartile of those from 256 rows of the script, evenly spread."""
_FAR: Final = np.float32(1e9)
_BLOCK: Final = 128


@dataclass(frozen=True, slots=True)
class Way:
    """For each heard row the row of the script, or -1 for what is not in it, and its price. `mean` is the price of the
    whole way for each heard row: below -1 where the script is what is heard."""

    rows: Steps
    prices: Rows
    mean: float


def follow(heard: Rows, spoken: Rows, starts: Steps, low: Steps, high: Steps, *, anywhere: bool = False) -> Way:
    """The cheapest way of `heard` through `spoken`, whose sentences begin at the rows `starts`. For each heard row,
    only rows of the script from `low` up to `high` (excluded; neither ever goes back) are looked at. With `anywhere`
    it may begin and end at any sentence without a price."""
    return _Search(heard, spoken, starts, low, high, anywhere).run()


class _Search:
    """Memory: one byte for each pair of rows that is looked at."""

    def __init__(self, heard: Rows, spoken: Rows, starts: Steps, low: Steps, high: Steps, anywhere: bool) -> None:
        self.heard, self.spoken, self.low, self.high, self.anywhere = heard, spoken, low, high, anywhere
        self.starts = starts
        self.ends = np.append(starts[1:], len(spoken)).astype(np.int32) - 1
        # Boundary s stands before sentence s; those from first[t] to last[t] are looked at.
        self.first = np.searchsorted(starts, low, "left").astype(np.int32)
        self.last = np.searchsorted(self.ends, high, "left").astype(np.int32)
        # What led to each cell, in one row for all steps: cells of step t begin at cells[t], borders at borders[t].
        self.cells = np.concatenate([[0], np.cumsum((high - low).astype(np.int64))])
        self.borders = np.concatenate([[0], np.cumsum((self.last + 1 - self.first).astype(np.int64))])
        self.choices = np.empty(self.cells[-1], np.uint8)
        self.filler_entered = np.empty(self.borders[-1], bool)
        self.by_speech = np.empty(self.borders[-1], bool)
        self.came_from = np.empty(self.borders[-1], np.int32)
        self.general = np.empty(len(heard), np.float32)

    def run(self) -> Way:
        sentences, rows = len(self.starts), len(self.spoken)
        reached = np.full(rows + 2, _FAR, np.float32)  # row r stands at r + 2: nothing comes before the first two
        filler = np.full(sentences + 1, _FAR, np.float32)
        toll = np.arange(sentences + 1, dtype=np.float32) * np.float32(_LEAVE_OUT)
        border = np.zeros_like(toll) if self.anywhere else toll.copy()
        border[self.last[0] + 1 :] = _FAR
        numbers = np.arange(sentences + 1, dtype=np.int32)
        is_start = np.zeros(rows, bool)
        is_start[self.starts] = True
        follows_start = np.zeros(rows, bool)
        follows_start[1:] = is_start[:-1]
        no_jump = is_start | follows_start
        previous_low = 0
        for index, prices in enumerate(self._prices()):
            low, high = int(self.low[index]), int(self.high[index])
            first, last = int(self.first[index]), int(self.last[index])
            reached[previous_low + 2 : low + 2] = _FAR
            previous_low = low
            inside = self.starts[np.searchsorted(self.starts, low) : np.searchsorted(self.starts, high)]
            sentence = int(np.searchsorted(self.starts, low))
            stay = reached[low + 2 : high + 2] + np.float32(_UNEVEN)
            one = reached[low + 1 : high + 1].copy()
            one[inside - low] = border[sentence : sentence + len(inside)]
            two = reached[low:high] + np.float32(_UNEVEN)
            two[no_jump[low:high]] = _FAR
            best = np.minimum(np.minimum(stay, one), two)
            choices = self.choices[self.cells[index] : self.cells[index + 1]]
            np.multiply(best == two, 2, out=choices, casting="unsafe")
            choices[best == one] = 1
            reached[low + 2 : high + 2] = best + prices
            near = slice(first, last + 1)
            here = slice(self.borders[index], self.borders[index + 1])
            enter = border[near] + np.float32(_ENTER_FILLER)
            self.filler_entered[here] = enter <= filler[near]
            filler[:first] = _FAR
            filler[near] = np.minimum(filler[near], enter) + np.float32(FILLER)
            ended = np.full(last + 1 - first, _FAR, np.float32)
            skip = 1 if first == 0 else 0
            ends = self.ends[first - 1 + skip : last]
            usable = (ends >= low) & (ends < high)
            ended[skip:][usable] = reached[ends[usable] + 2]
            level = np.minimum(ended, filler[near]) - toll[near]
            lowest = np.minimum.accumulate(level)
            border[:first] = _FAR
            border[near] = lowest + toll[near]
            self.by_speech[here] = ended <= filler[near]
            self.came_from[here] = np.maximum.accumulate(np.where(level <= lowest, numbers[near], 0))
        return self._way_back(border)

    def _prices(self) -> Iterator[Rows]:
        spoken_square = (self.spoken**2).sum(1)
        sample = self.spoken[np.linspace(0, len(self.spoken) - 1, _SAMPLE).astype(int)]
        sample_square = (sample**2).sum(1)
        for begin in range(0, len(self.heard), _BLOCK):
            part = self.heard[begin : begin + _BLOCK]
            low, high = int(self.low[begin]), int(self.high[begin + len(part) - 1])
            square = (part**2).sum(1)[:, None]
            near = np.sqrt(np.maximum(square + spoken_square[low:high] - 2 * part @ self.spoken[low:high].T, 0))
            far = np.sqrt(np.maximum(square + sample_square - 2 * part @ sample.T, 0))
            general = np.partition(far, _QUARTILE, axis=1)[:, _QUARTILE]
            self.general[begin : begin + len(part)] = general
            near -= general[:, None]
            for offset in range(len(part)):
                index = begin + offset
                yield near[offset, self.low[index] - low : self.high[index] - low]

    def _way_back(self, border: Rows) -> Way:
        count = len(self.heard)
        rows = np.full(count, -1, np.int32)
        last = int(self.last[-1])
        sentence = int(np.argmin(border[: last + 1])) if self.anywhere else last
        total = float(border[sentence])
        row = -1
        place = "border"
        index = count - 1
        while index >= 0:
            border_at = int(self.borders[index]) - int(self.first[index])
            if place == "border":
                sentence = int(self.came_from[border_at + sentence])
                if self.by_speech[border_at + sentence]:
                    place, row = "speech", int(self.ends[sentence - 1])
                else:
                    place = "filler"
            if place == "filler":
                if self.filler_entered[border_at + sentence]:
                    place = "border"
            else:
                rows[index] = row
                choice = int(self.choices[self.cells[index] + row - self.low[index]])
                start = int(np.searchsorted(self.starts, row, "right")) - 1
                if choice == 1 and row == self.starts[start]:
                    place, sentence = "border", start
                else:
                    row -= choice
            index -= 1
        return Way(rows, self._paid(rows), total / count)

    def _paid(self, rows: Steps) -> Rows:
        on_script = np.flatnonzero(rows >= 0)
        paid = np.full(len(rows), FILLER, np.float32)
        distance = np.sqrt(((self.heard[on_script] - self.spoken[rows[on_script]]) ** 2).sum(1))
        paid[on_script] = distance - self.general[on_script]
        return paid
