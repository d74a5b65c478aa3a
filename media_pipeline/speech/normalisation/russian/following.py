"""The noun that a number counts, found to its right."""

import re
from dataclasses import dataclass
from typing import Final

from media_pipeline.speech.normalisation.russian.nouns import Reading, read_noun

_AFTER_JOINT: Final = re.compile(
    r"(?:\s?(?:,|–|-|/|и|или|либо)\s?(?:до |с |в |на |из |к |по )?|\s(?:по|до|на)\s)\d{1,3}(?:\d| (?=\d{3}))*"
    r"(?:[.,]\d+)?(?:-[а-яё]{1,3}\b)?"
)


_NEXT_WORD: Final = re.compile(r"\s([а-яё]+(?:-[а-яё]+)*)(?![.\w])|\s([а-яё]{4,})")


_ADJECTIVE: Final = re.compile(r"[а-яё]+(?:ых|их|ые|ыми|ими|ым|ый|ой|ого|его|ому|ему|ую|юю|ая|яя|ое|ее|ие|ий|им|ей)")


_FUNCTION_WORDS: Final = frozenset(
    """и или либо а но да не ни же ли бы б в во на за с со у к ко о об обо по из изо до от для при про под над без через
    между перед после что чтобы как так это эта этот эти если когда где куда он она оно они мы вы я ты их его ее её им
    все всё более менее больше меньше уже ещё еще только лишь тоже также нет есть было были будет можно нужно надо если
    то тогда потом затем здесь там тут очень почти около вместо кроме мне нам вам ему ей нас вас""".split()
)


@dataclass(frozen=True, slots=True)
class NextNoun:
    word: str = ""
    readings: tuple[Reading, ...] = ()
    adjectives: tuple[str, ...] = ()


_CLASS_LETTER: Final = re.compile(r"\A\s?«?[А-ЯA-Z]»?(?=\s[а-яё]{4})")


def next_noun(after: str) -> NextNoun:
    """The noun that the number counts: also after a list («2 или 3 книги») and adjectives («5 новых студентов»)."""
    for _ in range(4):
        joint = _AFTER_JOINT.match(after)
        if not joint:
            break
        after = after[joint.end() :]
    after = _CLASS_LETTER.sub("", after)
    adjectives: list[str] = []
    while True:
        match = _NEXT_WORD.match(after)
        word = match[1] or match[2] if match else ""
        if not match or word in _FUNCTION_WORDS:
            return NextNoun("", (), tuple(adjectives))
        readings = read_noun(word)
        known = any(reading.lemma for reading in readings)
        if not known and _looks_like_adjective(word) and len(adjectives) < 2:
            adjectives.append(word)
            after = after[match.end() :]
            continue
        return NextNoun(word, readings, tuple(adjectives))


_NOUNS_LIKE_ADJECTIVES: Final = re.compile("[а-яё]+(?:ние|тие|сие|вие|рие|лие|ций|ний|тий|стей|лей|дей|арей)")


_ADJECTIVES_IN_NIE: Final = re.compile(
    "(?:последн|средн|верхн|нижн|древн|ранн|поздн|внутренн|домашн|летн|зимн|соседн|син).*"
)


def _looks_like_adjective(word: str) -> bool:
    if _ADJECTIVES_IN_NIE.fullmatch(word):
        return True
    return bool(_ADJECTIVE.fullmatch(word)) and not _NOUNS_LIKE_ADJECTIVES.fullmatch(word)
