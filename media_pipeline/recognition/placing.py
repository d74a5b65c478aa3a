"""The way through a script -> when each sentence and each word is heard, and how sure that is. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from media_pipeline.captions import TimedWord
from media_pipeline.recognition.listening import Heard, Script
from media_pipeline.recognition.results import AlignedSentence, Alignment
from media_pipeline.recognition.spectrum import HOP_MS, Rows
from media_pipeline.recognition.warping import FILLER, Way

_PAUSE: Final = 4
_SNAP: Final = 10
"""In rows of 40 ms: a sentence begins where speech does after at least 160 ms of silence, if that is within 0.4 s of
speech (pauses not counted) of where the way enters it. Measured: with 0.5 s, continuous speech is drawn to wrong places
more often; with less than 0.3 s, sentences after noise stay where they are."""
_MISSING: Final = 0.4
"""Of the recording's usual likeness: a sentence below it is not spoken. Measured: 99 of 100 of those left out are."""
_BEGINNING: Final = 12
_STRETCH: Final = 8

# A logistic model of "starts more than 0.5 s wrong, or is not spoken at all", fitted with both sides of equal weight to
# 2,000 sentences of 80 generated recordings in Kyrgyz and Russian (noise of 0 to 15 dB, other voices talking, sentences
# left out, no pauses). At 0.5 it finds 91 % of the wrong ones and doubts 11 % of the right ones (4 % at 10 dB).
_LIKENESS: Final = 0.67
_LIKENESS_AT_THE_BEGINNING: Final = -2.45
_LIKENESS_WHERE_LEAST: Final = -1.71
_UNUSUAL_PACE: Final = 3.79
_LONGEST_PAUSE: Final = 1.23
_FAR_FROM_AN_ONSET: Final = 1.82
_ALWAYS: Final = -0.89

_Indices = npt.NDArray[np.int64]


def place_sentences(way: Way, heard: Heard, script: Script, sentences: Sequence[str]) -> Alignment:
    """Every sentence of the script, in its order."""
    owner = np.where(way.rows >= 0, np.searchsorted(script.starts, way.rows, "right") - 1, -1)
    likeness = np.asarray(FILLER - way.prices, np.float32)
    bounds = np.searchsorted(owner[owner >= 0], np.arange(len(script.numbers) + 1))
    on_script = np.flatnonzero(owner >= 0)
    parts = [on_script[begin:end] for begin, end in pairwise(bounds)]
    sizes = np.diff(np.append(script.starts, len(script.rows)))
    usual = np.median([likeness[rows].mean() for rows in parts if len(rows)]) if len(on_script) else np.float32(0)
    spoken = [bool(len(rows)) and likeness[rows].mean() >= max(_MISSING * usual, 0) for rows in parts]
    paces = np.array([len(rows) / size for rows, size in zip(parts, sizes, strict=True)])
    pace = float(np.median(paces[spoken])) if any(spoken) else 1.0
    onsets = np.flatnonzero(np.diff(heard.times, prepend=-_PAUSE - 1) > _PAUSE)
    placed: dict[int, AlignedSentence] = {}
    before = 0
    for number, rows in enumerate(parts):
        if not spoken[number]:
            continue
        index = script.numbers[number]
        first = max(_nearest(onsets, int(rows[0])), before)
        behind = max(_nearest(np.append(onsets[1:], len(heard.times)), int(rows[-1]) + 1), first + 1)
        before = behind
        away = min(int(np.abs(onsets - rows[0]).min()), _SNAP) / _SNAP
        doubt = _doubt(likeness[rows], np.diff(heard.times[rows]), float(paces[number]) / pace, away)
        places = np.clip(way.rows[first:behind] - script.starts[number], 0, sizes[number] - 1)
        words = _words(sentences[index], places, heard.times[first:behind], int(sizes[number]), 1 - doubt)
        start_ms, end_ms = int(heard.times[first]) * HOP_MS, int(heard.times[behind - 1] + 1) * HOP_MS
        placed[index] = AlignedSentence(index, start_ms, end_ms, round(1 - doubt, 3), True, words)
    share = dict(zip(script.numbers, (sizes / sizes.sum()).tolist(), strict=True))
    sure = float(sum(share[index] * one.confidence for index, one in placed.items()))
    return Alignment(_in_order(placed, len(sentences)), round(sure, 3), _unscripted(owner, spoken, heard.times))


def _doubt(likeness: Rows, steps: _Indices, pace: float, away: float) -> float:
    """0 to 1. `pace` is that of the sentence over that of the recording, `away` how far speech begins from it."""
    stretch = min(_STRETCH, len(likeness))
    least = float(np.convolve(likeness, np.ones(stretch) / stretch, "valid").min())
    pause_s = float(steps.max() - 1) * HOP_MS / 1000 if len(steps) else 0.0
    score = (
        _LIKENESS * float(likeness.mean())
        + _LIKENESS_AT_THE_BEGINNING * float(likeness[:_BEGINNING].mean())
        + _LIKENESS_WHERE_LEAST * least
        + _UNUSUAL_PACE * abs(float(np.log(pace)))
        + _LONGEST_PAUSE * float(np.log1p(pause_s))
        + _FAR_FROM_AN_ONSET * away
        + _ALWAYS
    )
    return float(1 / (1 + np.exp(-score)))


def _nearest(places: _Indices, place: int) -> int:
    """The nearest of the places in order, or the place itself where none is within reach."""
    nearest = int(places[np.abs(places - place).argmin()])
    return nearest if abs(nearest - place) <= _SNAP else place


def _words(text: str, places: _Indices, times: _Indices, size: int, confidence: float) -> tuple[TimedWord, ...]:
    """The words of a sentence whose row `places[n]` of `size` is heard at step `times[n]`: in the script's sound, each
    word is given as much room as it has letters."""
    words = text.split()
    letters = np.cumsum([0, *(1 + sum(one.isalnum() for one in word) for word in words)])
    borders = np.searchsorted(np.maximum.accumulate(places), letters / letters[-1] * size)
    borders[-1] = len(times)
    result: list[TimedWord] = []
    for word, begin, end in zip(words, borders[:-1], borders[1:], strict=True):
        first = min(int(begin), len(times) - 1)
        last = max(first, min(int(end), len(times)) - 1)
        start_ms, end_ms = int(times[first]) * HOP_MS, int(times[last] + 1) * HOP_MS
        if result and start_ms < result[-1].end_ms:
            start_ms = min(result[-1].end_ms, end_ms)
        result.append(TimedWord(word, start_ms, max(end_ms, start_ms + 1), round(confidence, 3)))
    return tuple(result)


def _in_order(placed: dict[int, AlignedSentence], count: int) -> tuple[AlignedSentence, ...]:
    """With the sentences that nobody says at the end of the one before them."""
    result: list[AlignedSentence] = []
    for index in range(count):
        here = result[-1].end_ms if result else 0
        result.append(placed.get(index) or AlignedSentence(index, here, here, 0.0, False))
    return tuple(result)


_SHORTEST_TALK: Final = 3_000 // HOP_MS
"""Three seconds of speech, our choice: less is a cough, a name, an "well then"."""


def _unscripted(owner: _Indices, spoken: list[bool], times: _Indices) -> tuple[tuple[int, int], ...]:
    """Where somebody says what the script does not have, in ms."""
    told = np.array([*spoken, False])[owner]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], ~told, [0]]).astype(np.int8))).reshape(-1, 2)
    return tuple(
        (int(times[begin]) * HOP_MS, int(times[end - 1] + 1) * HOP_MS)
        for begin, end in edges.tolist()
        if end - begin >= _SHORTEST_TALK
    )
