"""Words that a model has heard, matched to the script that was read out. Pure.

The script has the right words, the model the right times: each word of the script gets the time of the word that was
heard in its place. What was left out or added is left out or added here, too.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from builder.model.language import LanguageTag
from media_pipeline.captions import TimedWord
from media_pipeline.recognition.results import AlignedSentence, Alignment

_HEARD_ENOUGH: Final = 0.3
"""A sentence of which less is heard counts as not spoken: our choice, models mishear at most every third word."""
_UNSCRIPTED_WORDS: Final = 4
"""Our choice: fewer words between two that match are misheard, not added."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word of the script is heard. `share` is 1 for the same word, less for words that took its place."""

    start_ms: int
    end_ms: int
    confidence: float
    is_same: bool


def match_script(words: Sequence[TimedWord], sentences: Sequence[str], language: LanguageTag) -> Alignment:
    """When each sentence is heard. `unscripted` are the passages of four words and more that the script lacks."""
    script = [(number, word) for number, text in enumerate(sentences) for word in text.split()]
    heard_keys = [_key(word.text) for word in words]
    script_keys = [_key(word) for _, word in script]
    places: list[_Place | None] = [None] * len(script)
    added: list[tuple[int, int]] = []
    replaced: list[tuple[int, int, set[int]]] = []
    matcher = SequenceMatcher(None, heard_keys, script_keys, autojunk=False)
    for kind, first, behind, begin, end in matcher.get_opcodes():
        if kind == "equal":
            for offset in range(behind - first):
                word = words[first + offset]
                places[begin + offset] = _Place(word.start_ms, word.end_ms, word.confidence, True)
        elif kind == "replace" and behind - first <= 2 * (end - begin) + _UNSCRIPTED_WORDS:
            for offset, place in enumerate(_spread(words[first:behind], end - begin)):
                places[begin + offset] = place
            replaced.append((first, behind, {number for number, _ in script[begin:end]}))
        elif behind - first >= _UNSCRIPTED_WORDS:
            added.append((words[first].start_ms, words[behind - 1].end_ms))
    aligned = _sentences(script, places, len(sentences))
    for first, behind, numbers in replaced:  # said instead of a sentence, not misheard
        if behind - first >= _UNSCRIPTED_WORDS and not any(aligned[number].is_spoken for number in numbers):
            added.append((words[first].start_ms, words[behind - 1].end_ms))
    weights = [max(1, len(text.split())) for text in sentences]
    sure = sum(weight * one.confidence for weight, one in zip(weights, aligned, strict=True))
    return Alignment(aligned, round(sure / max(1, sum(weights)), 3), tuple(sorted(added)))


def _key(word: str) -> str:
    """What two spellings of a word have in common: letters and digits, without case, accents of stress or ё."""
    plain = unicodedata.normalize("NFKC", word.casefold()).replace("ё", "е")
    return re.sub(r"[^\w]|_", "", plain) or plain


def _spread(words: Sequence[TimedWord], count: int) -> list[_Place]:
    """The time of some words, given in equal parts to the words that stand in the script instead."""
    start_ms, end_ms = words[0].start_ms, words[-1].end_ms
    confidence = sum(word.confidence for word in words) / len(words)
    borders = [start_ms + (end_ms - start_ms) * number // count for number in range(count + 1)]
    return [_Place(borders[number], borders[number + 1], confidence / 2, False) for number in range(count)]


def _sentences(
    script: Sequence[tuple[int, str]], places: Sequence[_Place | None], count: int
) -> tuple[AlignedSentence, ...]:
    by_sentence: list[list[tuple[str, _Place | None]]] = [[] for _ in range(count)]
    for (number, word), place in zip(script, places, strict=True):
        by_sentence[number].append((word, place))
    result: list[AlignedSentence] = []
    for number, parts in enumerate(by_sentence):
        before = result[-1].end_ms if result else 0
        same = [place for _, place in parts if place and place.is_same]
        if not parts or len(same) < _HEARD_ENOUGH * len(parts):
            result.append(AlignedSentence(number, before, before, 0.0, False))
            continue
        confidence = round(sum(place.confidence for place in same) / len(parts), 3)
        words = tuple(_filled(parts))
        result.append(AlignedSentence(number, words[0].start_ms, words[-1].end_ms, confidence, True, words))
    return tuple(result)


def _filled(parts: Sequence[tuple[str, _Place | None]]) -> list[TimedWord]:
    """The words of a spoken sentence. Those that were not heard share the time of the one before them; at the
    beginning, of the one after them."""
    groups: list[tuple[_Place, list[str]]] = []
    waiting: list[str] = []
    for text, place in parts:
        if place:
            groups.append((place, [*waiting, text]))
            waiting = []
        elif groups:
            groups[-1][1].append(text)
        else:
            waiting.append(text)
    return [word for place, texts in groups for word in _shared(place, texts)]


def _shared(place: _Place, texts: Sequence[str]) -> list[TimedWord]:
    length = place.end_ms - place.start_ms
    borders = [place.start_ms + length * number // len(texts) for number in range(len(texts) + 1)]
    sure = place.confidence if len(texts) == 1 else place.confidence / 2
    return [TimedWord(text, *span, sure) for text, span in zip(texts, pairwise(borders), strict=True)]
