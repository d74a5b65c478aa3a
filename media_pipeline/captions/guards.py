"""Guards against text that a machine invented. Pure.

What is removed is always told, with its time: people decide, and a teacher who did say it can write it back.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from builder.model.language import LanguageTag, primary_language
from media_pipeline.captions.phrases import CREDITS, NAME, PASSAGES, Phrase
from media_pipeline.captions.words import Removed, TimedWord

KNOWN_PHRASE: Final = "known-phrase"
REPEAT: Final = "repeat"
ZERO_DURATION: Final = "zero-duration"

# All limits of this file are our choice.
_SILENCE_MS: Final = 1000
"""A known phrase counts as invented only beside a silence (or the edge of the recording) at least this long."""
_PAUSE_MS: Final = 300
_LONGEST_REPEAT: Final = 24
"""Words in the longest passage whose repeats are looked for."""
_DOUBTFUL: Final = 0.5
_SENTENCE_END: Final = (".", "!", "?", "…")


def guard_words(words: Sequence[TimedWord], language: LanguageTag) -> tuple[tuple[TimedWord, ...], tuple[Removed, ...]]:
    """The words that stay, in order, and what was taken away, in order of time.

    Taken away are words of no duration where the machine doubts them or where three stand in a row (a model does put
    single real words on one moment); credits of films; known phrases that stand alone beside a silence; and the
    repeats of a passage: the first stays. A teacher may say a word five times, two words three times and a longer
    passage twice (dictation) before it counts as a machine's loop; figures are never repeats.
    """
    phrases = PASSAGES.get(primary_language(language), ())
    kept = list(words)
    removed: list[tuple[TimedWord, str]] = []
    while True:
        marks = [""] * len(kept)
        keys = [word_key(word.text) for word in kept]
        for rule in (_mark_moments, _mark_credits):
            rule(kept, keys, marks)
        _mark_passages(kept, keys, marks, phrases)
        if not any(marks):
            _mark_repeats(keys, marks)
        if not any(marks):
            return tuple(kept), _told(removed)
        removed += [(word, mark) for word, mark in zip(kept, marks, strict=True) if mark]
        kept = [word for word, mark in zip(kept, marks, strict=True) if not mark]


def word_key(text: str) -> str:
    """Letters and digits alone, small, ё as е: what makes two words the same. The text itself where it has none."""
    return "".join(filter(str.isalnum, text.casefold())).replace("ё", "е") or text


def _mark_moments(words: list[TimedWord], keys: list[str], marks: list[str]) -> None:
    start = 0
    for is_moment, group in groupby(word.end_ms <= word.start_ms for word in words):
        end = start + len(list(group))
        for index in range(start, end):
            if is_moment and (end - start >= 3 or words[index].confidence < _DOUBTFUL):
                marks[index] = ZERO_DURATION
        start = end


def _mark_credits(words: list[TimedWord], keys: list[str], marks: list[str]) -> None:
    for start, end in _matches(keys, CREDITS):
        marks[start:end] = [KNOWN_PHRASE] * (end - start)


def _mark_passages(words: list[TimedWord], keys: list[str], marks: list[str], phrases: tuple[Phrase, ...]) -> None:
    for start, end in _matches(keys, phrases):
        before = words[start].start_ms - words[start - 1].end_ms if start else _SILENCE_MS
        after = words[end].start_ms - words[end - 1].end_ms if end < len(words) else _SILENCE_MS
        begins = start == 0 or before >= _PAUSE_MS or words[start - 1].text.endswith(_SENTENCE_END)
        ends = after >= _PAUSE_MS or words[end - 1].text.endswith(_SENTENCE_END)
        if begins and ends and max(before, after) >= _SILENCE_MS:
            marks[start:end] = [KNOWN_PHRASE] * (end - start)


def _matches(keys: list[str], phrases: tuple[Phrase, ...]) -> Iterator[tuple[int, int]]:
    """Where phrases stand, as (first, one after the last), the longest phrase at every place, never overlapping."""
    by_first: dict[str, list[Phrase]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first.setdefault(phrase[0], []).append(phrase)
    taken = 0
    for start, key in enumerate(keys):
        if start < taken:
            continue
        ends = (_match_end(keys, start, phrase) for phrase in by_first.get(key, ()))
        end = next((one for one in ends if one), 0)
        if end:
            yield start, end
            taken = end


def _match_end(keys: list[str], start: int, phrase: Phrase) -> int:
    """One after the phrase's last word, 0 where it does not stand here."""
    place = start
    for part in phrase:
        if part == NAME:
            while place < len(keys) - 1 and len(keys[place]) == 1:
                place += 1
        if place >= len(keys) or part not in (NAME, keys[place]):
            return 0
        place += 1
    return place


def _copies_allowed(length: int) -> int:
    return {1: 5, 2: 3}.get(length, 2)


def _mark_repeats(keys: list[str], marks: list[str]) -> None:
    for length in range(1, _LONGEST_REPEAT + 1):
        start = 0
        while start + length < len(keys):
            same = 0
            while start + same + length < len(keys) and keys[start + same] == keys[start + same + length]:
                same += 1
            copies = 1 + same // length
            is_figures = all(key.isdigit() for key in keys[start : start + length])
            if copies > _copies_allowed(length) and not is_figures:
                marks[start + length : start + copies * length] = [REPEAT] * ((copies - 1) * length)
            # Nothing that begins between here and the first difference can repeat more often.
            start += same + 1
        if any(marks):
            return


def _told(removed: list[tuple[TimedWord, str]]) -> tuple[Removed, ...]:
    """Neighbours as one entry."""
    entries: list[Removed] = []
    for word, reason in sorted(removed, key=lambda one: (one[0].start_ms, one[0].end_ms)):
        before = entries[-1] if entries else None
        if before and before.reason == reason and word.start_ms - before.end_ms < _SILENCE_MS:
            text = f"{before.text} {word.text}"
            entries[-1] = Removed(before.start_ms, max(before.end_ms, word.end_ms), text, reason)
        else:
            entries.append(Removed(word.start_ms, word.end_ms, word.text, reason))
    return tuple(entries)
