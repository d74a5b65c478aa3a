"""Timed words -> cues: which words stand together, found by dynamic programming. Pure.

Hard limits (`media_pipeline.captions.limits`) hold for every input: lines, characters, 1 to 7 s, 80 ms between cues.
Words are never dropped. So where people speak faster than 20 characters a second and no silence around is left to
read on, the cue is faster than that; where they change turns faster than a cue a second, cues come late. Both kinds
have `is_sure` False, as words have that the machine doubts, and are found by `check_cues`.

All figures are integers: the same words give the same cues on every machine.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from builder.model.captions import Cue
from builder.model.language import LanguageTag
from media_pipeline.captions.breaks import NEVER, TORN, break_costs, ends_sentence
from media_pipeline.captions.labels import speaker_label
from media_pipeline.captions.limits import (
    COMFORTABLE_CPS,
    FASTEST_CPS,
    GAP_MS,
    LINE_CHARACTERS,
    LINES,
    LONGEST_MS,
    SHORTEST_MS,
    is_too_fast,
)
from media_pipeline.captions.timing import MOST_LATE_MS, Span, place_spans
from media_pipeline.captions.tokens import Token, cut_words
from media_pipeline.captions.words import TimedWord

# Our choice, all of them: weights were set by reading the cues of lectures in three languages.
PAUSE_MS: Final = 1500
"""A silence that always ends a cue: nobody should read on before it is said."""
UNSURE_MEAN: Final = 0.5
"""A cue is marked where its words have less confidence on average, counted by letters…"""
UNSURE_WORD: Final = 0.2
"""…or where one word has less than this."""
_CUE: Final = 10
_SECOND_LINE: Final = 4
_SHORT_TEXT: Final = 28
_HOPELESS: Final = 10**9

Layout = tuple[int, int]
"""(cost, number of tokens in the first line, 0 for a single line)"""


def make_cues(words: Sequence[TimedWord], language: LanguageTag) -> tuple[Cue, ...]:
    """Cues in order of time that hold every word, each cue as easy to read as its words and times allow.

    A name of a speaker is not part of `Cue.text`; room is left for it where `write_vtt` shows it. Takes time in
    proportion to the number of words.
    """
    tokens = cut_words(words)
    cuts = [cut for run in _runs(tokens) for cut in _best_cuts(tokens, run, language)]
    bounds = [*((one[0], one[1]) for one in cuts)]
    texts = [_text(tokens, begin, end, first) for begin, end, first in cuts]
    spans = [
        Span(tokens[begin].start_ms, max(one.end_ms for one in tokens[begin:end]), len(text))
        for (begin, end), text in zip(bounds, texts, strict=True)
    ]
    cues: list[Cue] = []
    for (begin, end), text, span, (start_ms, end_ms) in zip(bounds, texts, spans, place_spans(spans), strict=True):
        is_sure = (
            _is_trusted(tokens[begin:end])
            and not is_too_fast(text, end_ms - start_ms, FASTEST_CPS)
            and start_ms - span.start_ms <= MOST_LATE_MS
        )
        cues.append(Cue(start_ms, end_ms, text, tokens[begin].speaker, is_sure))
    return tuple(cues)


def _text(tokens: Sequence[Token], begin: int, end: int, first: int) -> str:
    lines = (tokens[begin : begin + first], tokens[begin + first : end])
    return "\n".join(" ".join(one.text for one in line) for line in lines if line)


def _is_trusted(tokens: Sequence[Token]) -> bool:
    letters = sum(len(one.text) for one in tokens)
    mean = sum(one.confidence * len(one.text) for one in tokens) / letters
    return mean >= UNSURE_MEAN and all(one.confidence >= UNSURE_WORD for one in tokens)


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Stretches of one speaker without a long silence, as (first, one after the last)."""
    begin = 0
    for place, (before, after) in enumerate(pairwise(tokens), start=1):
        if before.speaker != after.speaker or after.start_ms - before.end_ms >= PAUSE_MS:
            yield begin, place
            begin = place
    if tokens:
        yield begin, len(tokens)


def _best_cuts(tokens: Sequence[Token], run: tuple[int, int], language: LanguageTag) -> list[tuple[int, int, int]]:
    """The cheapest way to cut a run into cues: (first, one after the last, tokens in the first line)."""
    begin, end = run
    is_label_shown = bool(tokens[begin].speaker) and (begin == 0 or tokens[begin - 1].speaker != tokens[begin].speaker)
    label = len(speaker_label(tokens[begin].speaker)) if is_label_shown else 0
    next_ms = tokens[end].start_ms if end < len(tokens) else tokens[end - 1].end_ms + LONGEST_MS
    measured = _Measured(tokens[begin:end], next_ms, label, language)
    size = end - begin
    best = [0] + [_HOPELESS] * size
    choice = [(0, 0)] * (size + 1)
    for first in range(size):
        fixed = best[first]
        for stop, (lines_cost, split) in measured.layouts(first):
            cost = fixed + lines_cost + measured.shape_cost(first, stop)
            if cost < best[stop]:
                best[stop], choice[stop] = cost, (first, split)
    cuts: list[tuple[int, int, int]] = []
    stop = size
    while stop:
        first, split = choice[stop]
        cuts.append((begin + first, begin + stop, split))
        stop = first
    return cuts[::-1]


class _Measured:
    """One run with everything that its cues cost, summed up beforehand so that each possible cue is one look.

    `breaks[i]` is the cost of a break before token `i`, `widths[i]` the characters before it with one blank after each,
    `inside[i]` what all joins before token `i` cost when they stand inside a cue.
    """

    def __init__(self, tokens: Sequence[Token], next_ms: int, label: int, language: LanguageTag) -> None:
        self.tokens = tokens
        self.label = label
        self.starts = [*(one.start_ms for one in tokens), next_ms]
        self.breaks = [0, *_costs(tokens, language), 0]
        self.widths = list(accumulate((len(one.text) + 1 for one in tokens), initial=0))
        joins = (0, *(_join_cost(before, after) for before, after in pairwise(tokens)))
        self.inside = list(accumulate(joins))

    def layouts(self, first: int) -> Iterator[tuple[int, Layout]]:
        """Every cue that may begin with token `first`: one after its last token, and its cheapest lines."""
        forced = 0
        label = self.label if first == 0 else 0
        latest_ms = self.starts[first] + LONGEST_MS
        for stop in range(first + 1, len(self.tokens) + 1):
            if stop > first + 1:
                if self.tokens[stop - 1].end_ms > latest_ms:
                    return
                if self.tokens[stop - 2].must_break:
                    if forced:
                        return
                    forced = stop - 1
            layout = self.best_lines(first, stop, label, forced)
            if layout:
                yield stop, layout
            elif self.widths[stop] - self.widths[first] - 1 > LINES * (LINE_CHARACTERS + 1) - 1:
                return

    def best_lines(self, first: int, stop: int, label: int, forced: int) -> Layout | None:
        """The cheapest way to set a text in one or two lines, None where it does not fit. `label` is the width of the
        speaker's name, which stands before the first line, or above a single one that leaves no room."""
        widths = self.widths
        width = widths[stop] - widths[first] - 1
        room = LINE_CHARACTERS - (label + 1 if label else 0)
        if not forced and width <= room:
            return 0, 0
        best: Layout | None = None
        if not forced and label and width <= LINE_CHARACTERS:
            best = (_SECOND_LINE, 0)
        for split in range(stop - 1, first, -1):
            upper, lower = widths[split] - widths[first] - 1, widths[stop] - widths[split] - 1
            if lower > LINE_CHARACTERS:
                break
            if upper <= room and forced in (0, split):
                tear = self.breaks[split]
                cost = _SECOND_LINE + (tear if tear >= TORN else tear // 3) + abs(upper - lower) // 4
                if best is None or cost < best[0]:
                    best = cost, split - first
        return best

    def shape_cost(self, first: int, stop: int) -> int:
        """What a cue costs besides its lines: its break, its haste, being a scrap, and what joins are inside."""
        ending = self.breaks[stop]
        characters = self.widths[stop] - self.widths[first] - 1
        cost = _CUE + ending + self.inside[stop - 1] - self.inside[first]
        free_ms = self.starts[stop] - GAP_MS - self.starts[first]
        if free_ms < SHORTEST_MS:
            cost += 100 + (SHORTEST_MS - free_ms) // 2
        shown_ms = min(max(free_ms, SHORTEST_MS), LONGEST_MS)
        cost += 8 * max(0, characters * 1000 - COMFORTABLE_CPS * shown_ms) // shown_ms
        over = max(0, characters * 1000 - FASTEST_CPS * shown_ms)
        if over:
            cost += 60 + 60 * over // shown_ms
        if characters < _SHORT_TEXT and (ending or self.breaks[first]):
            cost += 2 * (_SHORT_TEXT - characters)
        return cost


def _costs(tokens: Sequence[Token], language: LanguageTag) -> list[int]:
    """The cost of a break after each token but the last, less where the speaker pauses there."""
    costs = break_costs([one.text for one in tokens], language)
    for place, (before, after) in enumerate(pairwise(tokens)):
        if before.must_break:
            costs[place] = TORN
        elif before.is_joined:
            costs[place] = NEVER
        elif before.is_sound or after.is_sound:
            costs[place] = 0
        elif 0 < costs[place] < NEVER:
            pause_ms = after.start_ms - before.end_ms
            costs[place] //= 4 if pause_ms >= 700 else 2 if pause_ms >= 300 else 1
    return costs


def _join_cost(before: Token, after: Token) -> int:
    """What it costs that these two stand in one cue: a silence, a sound beside speech, the end of a sentence."""
    silence = max(0, after.start_ms - before.end_ms - 600) // 20
    if before.is_sound != after.is_sound:
        return silence + 60
    return silence + (30 if ends_sentence(before.text) else 0)
