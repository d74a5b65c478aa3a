"""Words cut into what can stand in a line: no blanks inside, none longer than a line. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from media_pipeline.captions.limits import LINE_CHARACTERS
from media_pipeline.captions.words import TimedWord

HYPHEN: Final = "‐"
"""U+2010 at the end of a line: the word goes on in the next. Nobody types it, so it can be taken out again."""
JOINER: Final = "⁠"
"""U+2060 WORD JOINER at the end of a line: what goes on is an address or the like, where a hyphen would be wrong."""

_JOINTS: Final = re.compile(r"[-/.?&=_#@:\\]")
_SHORTEST_PIECE: Final = 12


@dataclass(frozen=True, slots=True)
class Token:
    """`must_break` says that a line ends after it, because its word goes on; `is_joined` that no break belongs after it
    though one may come (a sound of several words)."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    speaker: str
    is_sound: bool
    must_break: bool = False
    is_joined: bool = False


def clean_text(text: str) -> str:
    """One line in NFC without control characters, blanks single."""
    visible = "".join(" " if unicodedata.category(one) in _UNSHOWN else one for one in text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


_UNSHOWN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def join_lines(text: str) -> str:
    """The lines of a cue as running text, words that were cut made whole."""
    return " ".join(text.replace(f"{HYPHEN}\n", "").replace(f"{JOINER}\n", "").split())


def cut_words(words: Iterable[TimedWord]) -> list[Token]:
    """Tokens in order whose times never run backwards. Empty words are left out."""
    tokens: list[Token] = []
    now = 0
    for word in words:
        parts = [piece for part in clean_text(word.text).split() for piece in _pieces(part)]
        start = max(word.start_ms, now)
        end = max(word.end_ms, start)
        confidence = word.confidence if 0 <= word.confidence <= 1 else 0.0
        speaker = clean_text(word.speaker)
        length, said = sum(len(part) for part in parts) or 1, 0
        for number, part in enumerate(parts):
            begin = start + (end - start) * said // length
            said += len(part)
            stop = start + (end - start) * said // length
            is_cut = part.endswith((HYPHEN, JOINER)) and number < len(parts) - 1
            is_joined = number < len(parts) - 1
            tokens.append(Token(part, begin, stop, confidence, speaker, word.is_sound, is_cut, is_joined))
        now = start if parts else now
    return tokens


def _pieces(word: str) -> Iterator[str]:
    """A word in pieces that fit into a line, each but the last with the sign that it goes on."""
    word = word.replace(HYPHEN, "-").replace(JOINER, "")
    is_address = "://" in word or "@" in word or word.count("/") > 1 or "_" in word
    while len(word) > LINE_CHARACTERS:
        joints = [found.end() for found in _JOINTS.finditer(word, _SHORTEST_PIECE, LINE_CHARACTERS - 1)]
        if joints:
            cut, sign = joints[-1], JOINER
        elif is_address:
            cut, sign = LINE_CHARACTERS - 1, JOINER
        else:
            cut, sign = _syllable_end(word), HYPHEN
        yield word[:cut] + sign
        word = word[cut:]
    if word:
        yield word


_VOWELS: Final = frozenset("аоуыэяёюиеөүaeiouy")


def _syllable_end(word: str) -> int:
    """The last place that fits where a consonant and a vowel begin the rest, as all three languages divide words."""
    last = LINE_CHARACTERS - 1
    for cut in range(last, _SHORTEST_PIECE, -1):
        if word[cut - 1 : cut].lower() in _VOWELS and word[cut].isalpha() and word[cut].lower() not in _VOWELS:
            rest = word[cut + 1 : cut + 2].lower()
            if rest in _VOWELS and rest:
                return cut
    # Never apart from its accents: a combining mark stays with its letter.
    while last > _SHORTEST_PIECE and unicodedata.combining(word[last]):
        last -= 1
    return last
