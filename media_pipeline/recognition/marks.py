"""What an author marks in a script that nobody says: ``[laughter]`` is a sound, ``[Aigul:]`` tells who speaks from here
on. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from media_pipeline.captions import TimedWord
from media_pipeline.recognition.results import AlignedSentence

_MARK: Final = re.compile(r"\[([^\[\]\n]*[^\W\d_][^\[\]\n]*)\]")
"""With a letter in it: ``[1]`` is a reference."""
_LONGEST_SOUND_MS: Final = 2_000
"""Our choice: how long a sound stands where nobody speaks after it."""


@dataclass(frozen=True, slots=True)
class MarkedScript:
    """`texts` are the sentences as they are said, as many as there were; a mark stands before word `word` of its
    sentence."""

    texts: tuple[str, ...]
    sounds: tuple[tuple["_Place", str], ...] = ()
    speakers: tuple[tuple["_Place", str], ...] = ()


_Place = tuple[int, int]
"""(number of the sentence, number of the word in it)"""


def read_marks(sentences: Sequence[str]) -> MarkedScript:
    """The script without its marks, and where they were."""
    texts: list[str] = []
    sounds: list[tuple[_Place, str]] = []
    speakers: list[tuple[_Place, str]] = []
    for number, sentence in enumerate(sentences):
        parts = _MARK.split(sentence)
        said: list[str] = []
        for index, part in enumerate(parts):
            if index % 2 == 0:
                said += part.split()
            elif part.rstrip().endswith(":"):
                speakers.append(((number, len(said)), part.strip().rstrip(":").strip()))
            else:
                sounds.append(((number, len(said)), f"[{' '.join(part.split())}]"))
        texts.append(" ".join(said))
    return MarkedScript(tuple(texts), tuple(sounds), tuple(speakers))


def put_marks(script: MarkedScript, aligned: Iterable[AlignedSentence]) -> tuple[TimedWord, ...]:
    """The words of the sentences that are spoken, each with who says it, and the sounds between them."""
    said = [((one.index, number), word) for one in aligned for number, word in enumerate(one.words)]
    words = list(_with_speakers(said, script.speakers))
    places = [place for place, _ in said]
    sounds = []
    for place, text in script.sounds:
        index = next((index for index, other in enumerate(places) if other >= place), len(words))
        before = words[index - 1] if index else None
        start_ms = before.end_ms if before else max(0, words[0].start_ms - _LONGEST_SOUND_MS) if words else 0
        end_ms = start_ms + _LONGEST_SOUND_MS
        if index < len(words):
            end_ms = max(start_ms + 1, min(end_ms, words[index].start_ms))
        sounds.append((index, TimedWord(text, start_ms, end_ms, 1.0, before.speaker if before else "", is_sound=True)))
    result: list[TimedWord] = []
    for index in range(len(words) + 1):
        result += [sound for at, sound in sounds if at == index]
        result += words[index : index + 1]
    return tuple(result)


def _with_speakers(
    said: Sequence[tuple[_Place, TimedWord]], speakers: Sequence[tuple[_Place, str]]
) -> Iterator[TimedWord]:
    changes = chain(speakers, [((10**9, 0), "")])
    (place, name), speaker = next(changes), ""
    for at, word in said:
        while place <= at:
            speaker = name
            place, name = next(changes)
        yield replace(word, speaker=speaker) if speaker else word
