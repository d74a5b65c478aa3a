"""Passages that texts have in common: evidence for a person to look at, never a verdict.

Texts may be Kyrgyz, Russian or English. A text is read as words (NFKC, case folded, ё as е; ө ү ң are letters of their
own). Three steps follow:

1. Winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003) over every `GRAM` words with a window of `WINDOW`
   keeps about two fifths of the grams and yet guarantees: texts that share a run of `LEAST_RUN` words share a print.
2. Candidates are the pairs that share a print which at most `FEW` texts of a class have, found exactly, and those that
   are alike as wholes, found by MinHash with locality-sensitive hashing: a text that a whole class has copied consists
   of prints that more than `FEW` have.
3. Of a candidate the common passages are found exactly: every run of at least `LEAST_RUN` words, with its place in both
   texts as they were handed in. What everybody was given (the task's own words, quoted sources) does not count.

Letters of another alphabet that look the same ("а" typed as Latin "a") and invisible signs are seen through, and
reported beside the passages. Not seen through: digits in place of letters, synonyms, translations.

Measured with `python -m tests.api.integrity.samples` on 300 Kyrgyz and 300 Russian texts of 600 words, made by a chain
over this repository's own pages (nobody's real essays; real ones share other things): of 10 planted copies each of 30,
50 and 70 per cent, in three passages, all 60 were found, and no other of the 44,820 pairs of each language. With every
tenth word of the copies replaced still all 60, and 5 other pairs of at most 27 words; with every eighth replaced, so
that no run of `LEAST_RUN` words is left whole, 21 of 60. A report took 5 to 9 s of one core, shared with others.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, combinations, islice, product
from typing import Final

GRAM: Final = 5
"""Words. Our choice: shorter ones are common in any two texts about the same thing."""
WINDOW: Final = 4
LEAST_RUN: Final = GRAM + WINDOW - 1
"""Words of the shortest passage that is reported, and that is certainly found."""
LEAST_SHARED: Final = 25
"""Words in common, in either text, from which a pair is reported. Our choice: below it stand set phrases, names of
laws and institutions."""
FEW: Final = 12
"""Prints that more texts of a class have are commonplaces in it. Our choice. Each class is counted by itself: what
one student in each class copies from the same source becomes no commonplace over the years."""
LONGEST_WORDS: Final = 20_000
"""What of a text is looked at; whoever reports says that more was there. Our choice, some 60 pages."""
MOST_MARKS: Final = 100
"""Places of a work that are listed."""
PERMUTATIONS: Final = 128
BANDS: Final = (64, 2)
"""Bands and rows of the locality-sensitive hashing: of pairs whose prints overlap by a fifth (Jaccard) it finds 93 %,
by a third all but one in a thousand: 1 - (1 - J^2)^64."""

# How words are read -------------------------------------------------------------------------------------------------

_INVISIBLE: Final = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_BLANK_LETTERS: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a Braille cell that show nothing: they stand for spaces."""
_MARKS: Final = "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u20d0-\u20f0"
_WORD: Final = re.compile(rf"(?:[^\W_{_BLANK_LETTERS}]|[{_MARKS}{_INVISIBLE}])+")
_HIDDEN: Final = re.compile(f"[{_INVISIBLE}{_BLANK_LETTERS}]")
_USUAL: Final = "\u00ad\ufeff"
"""Programs put soft hyphens and byte order marks into texts by themselves; they are skipped and not reported."""
_TWINS: Final = dict(
    zip(
        "ABCEHKMOPTXYaceopxyΑΒΕΗΚΜΟΡΤΧαορυ",
        "АВСЕНКМОРТХУасеорхуАВЕНКМОРТХаору",
        strict=True,
    )
)
"""Latin and Greek letters -> the Cyrillic ones that look the same."""
_TO_CYRILLIC: Final = str.maketrans(_TWINS)
_TO_LATIN: Final = str.maketrans({cyrillic: other for other, cyrillic in _TWINS.items() if other.isascii()})
_LOWER_TWINS: Final = frozenset("aceopxy")


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def _is_foreign(letter: str) -> bool:
    """Latin or Greek."""
    return letter.isalpha() and letter < "\u0400"


def fold_word(raw: str) -> tuple[str, bool]:
    """The word as it is compared, and whether letters of two alphabets that look the same were mixed in it.

    "PDFти" is an abbreviation with an ending, no trick: it has letters that exist in one alphabet alone, of both.
    """
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", raw))
    foreign = [letter for letter in text if _is_foreign(letter)]
    is_mixed = False
    if foreign:
        cyrillic = [letter for letter in text if _is_cyrillic(letter)]
        if cyrillic and all(letter in _TWINS for letter in foreign):
            text, is_mixed = text.translate(_TO_CYRILLIC), True
        elif cyrillic and all(ord(letter) in _TO_LATIN for letter in cyrillic):
            text, is_mixed = text.translate(_TO_LATIN), True
        elif not cyrillic and _LOWER_TWINS.issuperset(text.casefold()):
            text = text.casefold().translate(_TO_CYRILLIC)  # a whole word of twins: the same from either alphabet
    return text.casefold().replace("ё", "е"), is_mixed


Span = tuple[int, int]
"""Characters of the text as it was handed in: start, end."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as words with their places. `is_given` says of each whether everybody was given it."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    mixed: tuple[Span, ...]
    """Words of two alphabets."""
    invisible: tuple[Span, ...]
    is_cut: bool
    is_given: tuple[bool, ...] = ()


def read_text(text: str, common: Collection[tuple[str, ...]] = frozenset()) -> Reading:
    """`common`: what `grams_of` gave for the texts that everybody has."""
    words: list[str] = []
    spans: list[Span] = []
    mixed: list[Span] = []
    is_cut = False
    for found in _WORD.finditer(text):
        word, is_mixed = fold_word(found.group())
        if not word:
            continue
        if len(words) == LONGEST_WORDS:
            is_cut = True
            break
        words.append(word)
        spans.append(found.span())
        if is_mixed:
            mixed.append(found.span())
    end = spans[-1][1] if is_cut else len(text)
    invisible = tuple(one.span() for one in _HIDDEN.finditer(text, 0, end) if one.group() not in _USUAL)
    return Reading(tuple(words), tuple(spans), tuple(mixed), invisible, is_cut, tuple(_given_words(words, common)))


def grams_of(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Every `GRAM` words that follow each other."""
    return {tuple(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1)}


def common_grams(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """Of the texts that everybody was given. One of fewer than `GRAM` words excludes nothing."""
    return {gram for text in texts for gram in grams_of(read_text(text).words)}


def _given_words(words: Sequence[str], common: Collection[tuple[str, ...]]) -> list[bool]:
    given = [False] * len(words)
    if common:
        for at in range(len(words) - GRAM + 1):
            if tuple(words[at : at + GRAM]) in common:
                given[at : at + GRAM] = [True] * GRAM
    return given


def own_parts(reading: Reading) -> Iterator[Sequence[str]]:
    """The runs of words between what everybody was given."""
    start = 0
    for at, is_given in enumerate((*reading.is_given, True)):
        if is_given:
            if at > start:
                yield reading.words[start:at]
            start = at + 1


# Prints and candidates ----------------------------------------------------------------------------------------------


def hash_gram(words: Sequence[str]) -> int:
    """64 bits, the same in every process."""
    return int.from_bytes(blake2b("\x1f".join(words).encode(), digest_size=8).digest())


def winnow(hashes: Sequence[int]) -> set[int]:
    """Of every window the least hash, the rightmost of equals: whatever two texts share a window of, they share a print
    of. Of fewer hashes than a window the least."""
    if not hashes:
        return set()
    last = max(1, len(hashes) - WINDOW + 1)
    return {min(hashes[at : at + WINDOW]) for at in range(last)}


def prints_of(reading: Reading) -> frozenset[int]:
    found: set[int] = set()
    for words in own_parts(reading):
        found |= winnow([hash_gram(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1)])
    return frozenset(found)


Pair = tuple[int, int]
"""Numbers of two texts, the lower first."""


def pairs_by_prints(prints: Sequence[Collection[int]], earlier: Sequence[Sequence[Collection[int]]] = ()) -> set[Pair]:
    """Those that share a print which at most `FEW` texts of either class have. The texts of the `earlier` classes go on
    counting where the first ones end, and are not paired with each other."""
    own = _holders(prints, 0)
    found = {pair for numbers in own.values() for pair in combinations(numbers, 2)}
    start = len(prints)
    for several in earlier:
        others = _holders(several, start)
        found |= {pair for one in own.keys() & others.keys() for pair in product(own[one], others[one])}
        start += len(several)
    return found


def _holders(prints: Sequence[Collection[int]], start: int) -> dict[int, list[int]]:
    """The prints of a class that are no commonplaces in it, with the numbers of the texts that have them."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(prints, start):
        for one in own:
            holders[one].append(number)
    return {one: numbers for one, numbers in holders.items() if len(numbers) <= FEW}


def pairs_alike(prints: Sequence[Collection[int]], own: int) -> set[Pair]:
    """Those that are alike as wholes, with the probability that `BANDS` says; one of a pair is among the first `own`.
    The same prints give the same pairs."""
    # Here, because it brings SciPy, which would make every process start half a second later
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=BANDS)
    found: set[Pair] = set()
    for number, of_text in enumerate(prints):
        if not of_text:
            continue
        sketch = MinHash(num_perm=PERMUTATIONS, hashfunc=_low_bits)
        sketch.update_batch(sorted(of_text))
        found |= {(other, number) for other in map(int, index.query(sketch))}
        if number < own:
            index.insert(number, sketch)
    return found


def _low_bits(one: int) -> int:
    return one & 0xFFFF_FFFF


# What two texts have in common ---------------------------------------------------------------------------------------


class Automaton:
    """All runs of words of a text, in space and time proportional to it: a suffix automaton (Blumer et al., 1985).

    Hostile texts (one word ten thousand times) cost no more than others.
    """

    def __init__(self, words: Sequence[str], is_given: Sequence[bool]) -> None:
        self._next: list[dict[str | int, int]] = [{}]
        self._link = [-1]
        self._length = [0]
        self._end = [0]
        last = 0
        for at, word in enumerate(words):
            last = self._add(at if is_given[at] else word, last, at + 1)  # a number equals no word: runs end there

    def _add(self, word: str | int, last: int, end: int) -> int:
        new = self._state({}, self._length[last] + 1, end)
        at = last
        while at != -1 and word not in self._next[at]:
            self._next[at][word] = new
            at = self._link[at]
        if at == -1:
            self._link[new] = 0
            return new
        other = self._next[at][word]
        if self._length[at] + 1 == self._length[other]:
            self._link[new] = other
            return new
        twin = self._state(dict(self._next[other]), self._length[at] + 1, self._end[other])
        self._link[twin] = self._link[other]
        while at != -1 and self._next[at].get(word) == other:
            self._next[at][word] = twin
            at = self._link[at]
        self._link[other] = self._link[new] = twin
        return new

    def _state(self, following: dict[str | int, int], length: int, end: int) -> int:
        self._next.append(following)
        self._link.append(0)
        self._length.append(length)
        self._end.append(end)
        return len(self._next) - 1

    def runs_in(self, words: Sequence[str], is_given: Sequence[bool]) -> Iterator[tuple[int, int, int]]:
        """The runs of the other text that occur in this one and cannot be longer: start here, start there, words."""
        state = length = 0
        for at in range(len(words) + 1):
            word = words[at] if at < len(words) and not is_given[at] else None
            goes_on = word is not None and word in self._next[state]
            if length >= LEAST_RUN and not goes_on:
                yield self._end[state] - length, at - length, length
            if word is None:
                state = length = 0
                continue
            while state and word not in self._next[state]:
                state = self._link[state]
                length = self._length[state]
            if word in self._next[state]:
                state = self._next[state][word]
                length += 1


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that stand in both texts: from which word in the first, in the second, how many."""

    first: int
    second: int
    words: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """`first_words` and `second_words`: how many words of each lie in common passages."""

    passages: tuple[Passage, ...]
    first_words: int
    second_words: int

    @property
    def most(self) -> int:
        return max(self.first_words, self.second_words)


def compare(first: Reading, second: Reading) -> Overlap:
    """Every run of at least `LEAST_RUN` words that is nobody's but theirs, in the order of the second text."""
    there = Automaton(first.words, first.is_given)
    runs = {Passage(a, b, words) for a, b, words in there.runs_in(second.words, second.is_given)}
    here = Automaton(second.words, second.is_given)
    runs |= {Passage(a, b, words) for b, a, words in here.runs_in(first.words, first.is_given)}
    kept = {*_covering(runs, lambda one: one.first), *_covering(runs, lambda one: one.second)}
    return Overlap(
        tuple(sorted(kept, key=lambda one: (one.second, one.first))),
        _covered((one.first, one.words) for one in kept),
        _covered((one.second, one.words) for one in kept),
    )


def _covering(runs: Collection[Passage], start_of: Callable[[Passage], int]) -> Iterator[Passage]:
    """As few of the runs as cover all words that any of them covers on one side: of those that begin where everything
    is covered up to, the one that reaches furthest."""
    end, best = -1, None
    for one in sorted(runs, key=lambda run: (start_of(run), -run.words)):
        if start_of(one) > end and best is not None:
            yield best
            end, best = start_of(best) + best.words, None
        reaches = start_of(one) + one.words
        if reaches > end and (best is None or reaches > start_of(best) + best.words):
            best = one
    if best is not None:
        yield best


def _covered(intervals: Iterable[tuple[int, int]]) -> int:
    """How many words lie in any of the intervals (start, words)."""
    total = end = 0
    for start, words in sorted(intervals):
        total += max(0, start + words - max(start, end))
        end = max(end, start + words)
    return total


# The whole -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """Two texts by their numbers. The passages as characters: start and end in the first, in the second, words."""

    first: int
    second: int
    shared_words: int
    """In the text that has more of them: words that occur once there and twice here are two."""
    first_words: int
    second_words: int
    """Of all words of each text, how many lie in common passages."""
    passages: tuple[tuple[int, int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What hides words in one text. At most `MOST_MARKS` places, in order."""

    text: int
    mixed_words: int
    invisible_signs: int
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """`matches` with most in common first; `word_counts` by number of the text, `cut` those that were too long."""

    matches: tuple[Match, ...]
    marks: tuple[Mark, ...]
    word_counts: tuple[int, ...]
    cut: tuple[int, ...]


def find_common_passages(
    texts: Sequence[str], common: Iterable[str] = (), earlier: Sequence[Sequence[str]] = ()
) -> Findings:
    """What the texts have in common with each other and with those of `earlier` classes, which go on counting where the
    first ones end, apart from `common`, which everybody was given. What earlier ones have in common with each other is
    nobody's question. The same texts in another order give the same pairs."""
    excluded = common_grams(common)
    readings = [read_text(text, excluded) for text in chain(texts, *earlier)]
    prints = [prints_of(one) for one in readings]
    left = iter(prints[len(texts) :])
    by_class = [[*islice(left, len(several))] for several in earlier]
    matches: list[Match] = []
    for first, second in sorted(pairs_by_prints(prints[: len(texts)], by_class) | pairs_alike(prints, len(texts))):
        overlap = compare(readings[first], readings[second])
        if overlap.most >= LEAST_SHARED:
            matches.append(_match(first, second, readings, overlap))
    matches.sort(key=lambda one: (-one.shared_words, one.first, one.second))
    return Findings(
        tuple(matches),
        tuple(_marks(readings[: len(texts)])),
        tuple(len(one.words) for one in readings),
        tuple(number for number, one in enumerate(readings) if one.is_cut),
    )


def _match(first: int, second: int, readings: Sequence[Reading], overlap: Overlap) -> Match:
    here, there = readings[first].spans, readings[second].spans
    places = tuple(
        (
            here[one.first][0],
            here[one.first + one.words - 1][1],
            there[one.second][0],
            there[one.second + one.words - 1][1],
            one.words,
        )
        for one in overlap.passages
    )
    return Match(first, second, overlap.most, overlap.first_words, overlap.second_words, places)


def _marks(readings: Sequence[Reading]) -> Iterator[Mark]:
    for number, one in enumerate(readings):
        if one.mixed or one.invisible:
            places = sorted({*one.mixed, *one.invisible})[:MOST_MARKS]
            yield Mark(number, len(one.mixed), len(one.invisible), tuple(places))


def as_percent(part: int, whole: int) -> int:
    """Rounded down, so that 100 means all."""
    return 100 * part // whole if whole else 0
