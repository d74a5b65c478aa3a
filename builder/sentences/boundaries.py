"""Where sentences begin. Pure, and linear in the length of the text.

A full stop ends a sentence, an abbreviation, an initial or a number; only what stands around it tells which. Where
that stays open (``в 1991 г. Кыргызстан…``), a sentence that is too long does less harm than one cut in two: a listener
hears no false pause.
"""

import re
from typing import Final

from builder.model.language import LanguageTag
from builder.sentences.abbreviations import BEFORE_NAME, BEFORE_NUMBER, FIRST_WORDS, MAY_END, NEVER_END, YEARS

OBJECT: Final = "\ue000"
"""Stands, as often as it has characters, for something that is no words: code, a formula, a picture."""

_CLOSING: Final = "»”“’\"')\\]}"
_DASH: Final = "—–―-"
_EMOJI: Final = "\U0001f000-\U0001faff☀-➿️‍"

_CANDIDATE: Final = re.compile(
    rf"(?P<end>[.!?…]+|[؟۔।॥]+)(?P<closing>[{_CLOSING}]*)(?:\s*[{_EMOJI}]+)*\s+(?=\S)"
    # Chinese and Japanese write no space after a sentence.
    r"|(?P<full>[。！？]+[」』”’）]*)\s*(?=\S)"
)

_LOOK_BACK: Final = 60
"""Characters before a full stop that are looked at: longer than any abbreviation or name with initials."""
_BRACKET: Final = 400
"""Characters that a remark in brackets may have to be kept in one piece, our choice: about three printed lines."""

_WORD: Final = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*$")
_CHAIN: Final = re.compile(r"(?:(?<=[\s(\[{«“„\"'\u00a0—–/-])|^)(?:[^\W\d_]{1,3}\.\s?)+[^\W\d_]{1,3}$")
_NUMBER_BEFORE: Final = re.compile(r"(?:[0-9]|\b[IVXLCІХ]+)[)\s\u00a0-]*$")
_START: Final = re.compile(rf"(?:[^\w\s{OBJECT}]{{1,4}}\s{{0,2}}){{0,2}}(?P<first>\w|{OBJECT})")
_LIST_MARK: Final = re.compile(r"[(\[]?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}|[IVXLC]{1,6}|[^\W\d_])[)\].]*")
_YEAR: Final = re.compile(r"[0-9]+-(?:ж|жж|г|гг)")
_SPACE: Final = re.compile(r"\s")
_LETTERS: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_KNOWN: Final = NEVER_END | MAY_END
_INITIAL: Final = re.compile(r"[^\W\d_](?:[^\W\d_])?")


def find_sentence_starts(text: str, language: LanguageTag) -> tuple[int, ...]:
    """Offsets of `text` where its second and later sentences begin, rising.

    Abbreviations of Kyrgyz, Russian and English are known in every language: lessons mix them.
    """
    starts: list[int] = []
    brackets = _brackets(text)
    begin = len(text) - len(text.lstrip())
    for found in _CANDIDATE.finditer(text):
        while brackets and brackets[-1][1] < found.start():
            brackets.pop()
        inside = brackets and brackets[-1][0] < found.start() and begin < brackets[-1][0]
        if inside or not (found["full"] or _ends(text, begin, found)):
            continue
        begin = found.end()
        starts.append(begin)
    return tuple(starts)


def _brackets(text: str) -> list[tuple[int, int]]:
    """The outermost short remarks in brackets, last one first."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for one in re.finditer(r"[()]", text):
        if one[0] == "(":
            opened.append(one.start())
        elif opened:
            start = opened.pop()
            if one.start() - start <= _BRACKET:
                while found and found[-1][0] > start:
                    found.pop()
                found.append((start, one.start()))
    return found[::-1]


def _ends(text: str, begin: int, found: re.Match[str]) -> bool:
    """Whether a sentence that began at `begin` ends at this candidate."""
    after = _START.match(text, found.end())
    if not after:
        return False
    first = after["first"]
    next_word = _word_at(text, after.start("first"))
    is_new = first == OBJECT or first.isdigit() or not first.islower()
    if found["end"] != ".":
        return is_new
    before = text[max(begin, found.start() - _LOOK_BACK) : found.start()]
    if not is_new:
        return not found["closing"] and _starts_in_latin(before, next_word)
    if _LIST_MARK.fullmatch(text, begin, found.end("end")):
        return False
    if first == "_":
        return True
    return _full_stop_ends(before, next_word, first, text[after.end() : after.end() + 1] == ".")


def _full_stop_ends(before: str, next_word: str, first: str, next_is_initial: bool) -> bool:
    """Whether the full stop after `before` ends its sentence, when what follows could begin one."""
    word = _WORD.search(before)
    if not word:
        return True
    said, behind = _short_form(before, word)
    after_number = bool(_NUMBER_BEFORE.search(behind))
    is_first_word = next_word.lower() in FIRST_WORDS
    if said in YEARS or _YEAR.fullmatch(said):
        dated = after_number or said[0].isdigit()
        return dated and (is_first_word or len(behind.split()) > 3)
    if word[0][0].isupper() and first.isupper() and (_is_initial(word[0]) or "." in said):
        return is_first_word and not next_is_initial
    if after_number and said in MAY_END:
        return True
    if said in NEVER_END:
        return False
    if said in BEFORE_NUMBER and not after_number and (first.isdigit() or _is_roman(next_word)):
        return False
    if said in BEFORE_NAME and not after_number:
        return not first.isupper() or is_first_word
    return said not in MAY_END or first.isupper() or first.isdigit()


def _short_form(before: str, word: re.Match[str]) -> tuple[str, str]:
    """The longest known short form at the end, such as ``т.д`` of ``и т. д``, otherwise the word, in small letters;
    and what stands before it."""
    chain = _CHAIN.search(before)
    start = chain.start() if chain else word.start()
    while start < word.start():
        written = _SPACE.sub("", before[start:])
        if written.lower() in _KNOWN or (written.isupper() and _LETTERS.fullmatch(written)):
            return written.lower(), before[:start]
        start = before.index(".", start) + 1
        start += len(before[start:]) - len(before[start:].lstrip())
    return word[0].lower(), before[: word.start()]


def _is_initial(word: str) -> bool:
    """``А``, ``Ч``, ``Дж``, ``Th``."""
    return bool(_INITIAL.fullmatch(word)) and word[0].isupper() and (len(word) == 1 or word in ("Дж", "Дз", "Th", "Ch"))


def _is_roman(word: str) -> bool:
    return bool(word) and not word.strip("IVXLC")


def _starts_in_latin(before: str, next_word: str) -> bool:
    """A small Latin letter after a Cyrillic sentence: the name of a program or command (``… ачыңыз. python …``)."""
    word = _WORD.search(before)
    if not word or len(word[0]) < 4 or not re.fullmatch(r"[а-яёңөү-]+", word[0]):
        return False
    return bool(re.match(r"[a-z]{2}", next_word)) and word[0] not in (NEVER_END | BEFORE_NUMBER | BEFORE_NAME | MAY_END)


def _word_at(text: str, offset: int) -> str:
    found = re.compile(r"[^\W_]{1,24}").match(text, offset)
    return found[0] if found else ""
