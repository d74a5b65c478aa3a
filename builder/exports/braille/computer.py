"""Computer text to the letter: capitals, digits and every ASCII sign can be read back exactly.

Two notations, by the language around. In Kyrgyz and Russian texts the signs of ru-litbrl.ctb are used in their
unmistakable form (where the table has two, the one it reads back), and every run of letters of one kind has its sign:
6 small Latin, 46 capital Latin, 5 small Cyrillic, 45 capital Cyrillic (the same signs that the table uses). Five
characters have no unmistakable form there; their cells are our choice: " < > ~ ?. In English texts it is uncontracted
UEB (section 3 for the signs, 7.6 for the straight quotation mark, 11.10 for computer material), with one capital sign
for each capital letter.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from builder.exports.braille.cells import DIGITS, NUMBER

_LATIN: Final = dict(zip("abcdefghijklmnopqrstuvwxyz", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", strict=True))
# GOST R 58511-2019, 6.1.1, and the three Kyrgyz letters of tables/ky-letters.uti.
_CYRILLIC: Final = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяңөү", "⠁⠃⠺⠛⠙⠑⠡⠚⠵⠊⠯⠅⠇⠍⠝⠕⠏⠗⠎⠞⠥⠋⠓⠉⠟⠱⠭⠷⠮⠾⠪⠳⠫⠽⠌⠧", strict=True)
)

RUSSIAN_SIGNS: Final = {
    " ": " ",
    "!": "⠖",
    '"': "⠠⠶",
    "#": "⠹",
    "$": "⠈⠙",
    "%": "⠼⠴",
    "&": "⠠⠯",
    "'": "⠄",
    "(": "⠣",
    ")": "⠜",
    "*": "⠔",
    "+": "⠰⠖",
    ",": "⠂",
    "-": "⠤",
    ".": "⠲",
    "/": "⠠⠌",
    ":": "⠒",
    ";": "⠆",
    "<": "⠰⠪",
    "=": "⠶",
    ">": "⠰⠕",
    "?": "⠢",
    "@": "⠩",
    "[": "⠠⠷",
    "\\": "⠠⠡",
    "]": "⠠⠾",
    "^": "⠰⠢",
    "_": "⠸",
    "`": "⠈",
    "{": "⠈⠪",
    "|": "⠠⠸",
    "}": "⠈⠕",
    "~": "⠼⠢",
}
UEB_SIGNS: Final = {
    " ": " ",
    "!": "⠖",
    '"': "⠠⠶",
    "#": "⠸⠹",
    "$": "⠈⠎",
    "%": "⠨⠴",
    "&": "⠈⠯",
    "'": "⠄",
    "(": "⠐⠣",
    ")": "⠐⠜",
    "*": "⠐⠔",
    "+": "⠐⠖",
    ",": "⠂",
    "-": "⠤",
    ".": "⠲",
    "/": "⠸⠌",
    ":": "⠒",
    ";": "⠆",
    "<": "⠈⠣",
    "=": "⠐⠶",
    ">": "⠈⠜",
    "?": "⠦",
    "@": "⠈⠁",
    "[": "⠨⠣",
    "\\": "⠸⠡",
    "]": "⠨⠜",
    "^": "⠈⠢",
    "_": "⠨⠤",
    "`": "⠘⠡",
    "{": "⠸⠣",
    "|": "⠸⠳",
    "}": "⠸⠜",
    "~": "⠈⠔",
}

_RUNS: Final = {"small Latin": "⠠", "capital Latin": "⠨", "small Cyrillic": "⠐", "capital Cyrillic": "⠘"}
_CAPITAL: Final = "⠠"
_LETTER: Final = "⠰"
"""UEB 5.2: the grade 1 indicator, for a letter that would read as a digit."""


def write_code(text: str, *, ueb: bool, other: Callable[[str], str]) -> str:
    """The cells for computer text without line ends. `other` writes what neither notation knows, run by run."""
    return _write_ueb(text, other) if ueb else _write_russian(text, other)


def _write_russian(text: str, other: Callable[[str], str]) -> str:
    made: list[str] = []
    run = ""
    digits = False
    for part in re.findall(r"[ -~А-яЁёҢңӨөҮү]|[^ -~А-яЁёҢңӨөҮү]+", text):
        if part.isdecimal() and part.isascii():
            made.append(part.translate(DIGITS) if digits else NUMBER + part.translate(DIGITS))
            digits, run = True, ""
            continue
        digits = False
        letter = part.lower()
        cell = _LATIN.get(letter) or _CYRILLIC.get(letter)
        if cell:
            kind = ("small " if part == letter else "capital ") + ("Latin" if part.isascii() else "Cyrillic")
            made.append(cell if kind == run else _RUNS[kind] + cell)
            run = kind
        elif part in RUSSIAN_SIGNS:
            made.append(RUSSIAN_SIGNS[part])
            if part == "`":  # dot 4 also begins $ { }: the next letter gets its sign again
                run = ""
        else:
            made.append(other(part))
            run = ""
    return "".join(made)


def _write_ueb(text: str, other: Callable[[str], str]) -> str:
    made: list[str] = []
    numeric = False
    for part in re.findall(r"[ -~]|[^ -~]+", text):
        if part.isdecimal() and part.isascii():
            made.append(part.translate(DIGITS) if numeric else NUMBER + part.translate(DIGITS))
            numeric = True
        elif part.lower() in _LATIN:
            small = part.islower()
            mark = _LETTER if numeric and small and part in "abcdefghij" else "" if small else _CAPITAL
            made.append(mark + _LATIN[part.lower()])
            numeric = False
        elif part in UEB_SIGNS:
            made.append(UEB_SIGNS[part])
            numeric = numeric and part in ".,"
        else:
            made.append(other(part))
            numeric = False
    return "".join(made)


@dataclass(frozen=True, slots=True)
class UnreadableCode(ValueError):
    """Cells that `write_code` does not write; `cells` is the rest from the first of them."""

    cells: str


_DIGIT_OF: Final = dict(zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚", "1234567890", strict=True))


def read_code(cells: str, *, ueb: bool) -> str:
    """The text that `write_code` was given, for ASCII (and in the Russian notation Cyrillic) text.

    Raises UnreadableCode.
    """
    return _Reader(cells).read_ueb() if ueb else _Reader(cells).read_russian()


class _Reader:
    def __init__(self, cells: str) -> None:
        self.cells = cells
        self.at = 0

    def read_russian(self) -> str:
        signs = {cell: sign for sign, cell in RUSSIAN_SIGNS.items()}
        alphabets = {
            "⠠": {cell: one for one, cell in _LATIN.items()},
            "⠨": {cell: one.upper() for one, cell in _LATIN.items()},
            "⠐": {cell: one for one, cell in _CYRILLIC.items()},
            "⠘": {cell: one.upper() for one, cell in _CYRILLIC.items()},
        }
        letters: dict[str, str] = {}
        text: list[str] = []
        while self.at < len(self.cells):
            one, two = self.cells[self.at], self.cells[self.at : self.at + 2]
            if two in signs:
                text.append(signs[two])
                self.at += len(two)
            elif one == NUMBER:
                text.append(self._digits())
                letters = {}
            elif one in letters:
                text.append(letters[one])
                self.at += 1
            elif one in signs:
                text.append(signs[one])
                self.at += 1
            elif one in alphabets:
                letters = alphabets[one]
                self.at += 1
            else:
                raise UnreadableCode(self.cells[self.at :])
        return "".join(text)

    def read_ueb(self) -> str:
        signs = {cell: sign for sign, cell in UEB_SIGNS.items()}
        letters = {cell: one for one, cell in _LATIN.items()}
        text: list[str] = []
        numeric = False
        while self.at < len(self.cells):
            one, two = self.cells[self.at], self.cells[self.at : self.at + 2]
            if one == NUMBER:
                text.append(self._digits())
                numeric = True
                continue
            if numeric and one in _DIGIT_OF:
                text.append(_DIGIT_OF[one])
            elif two in signs:
                text.append(signs[two])
                self.at += len(two) - 1
            elif one == _CAPITAL and two[1:] in letters:
                text.append(letters[two[1]].upper())
                self.at += 1
            elif one == _LETTER and two[1:] in letters:
                text.append(letters[two[1]])
                self.at += 1
            elif one in letters:
                text.append(letters[one])
            elif one in signs:
                text.append(signs[one])
            else:
                raise UnreadableCode(self.cells[self.at :])
            numeric = numeric and (text[-1].isdecimal() or text[-1] in ".,")
            self.at += 1
        return "".join(text)

    def _digits(self) -> str:
        self.at += 1
        start = self.at
        while self.at < len(self.cells) and self.cells[self.at] in _DIGIT_OF:
            self.at += 1
        return "".join(_DIGIT_OF[one] for one in self.cells[start : self.at])
