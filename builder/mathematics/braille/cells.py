"""Cells by their dots, and the signs of a code as data with their sources."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BLANK: Final = "\u2800"


def cells(dots: str) -> str:
    """Unicode braille for dot numbers: ``5-2356`` are two cells, ``0`` is a blank one."""
    return "".join(
        chr(0x2800 + sum(1 << (int(dot) - 1) for dot in cell if dot != "0"))
        for cell in dots.replace(" ", "-").split("-")
    )


class Room(StrEnum):
    """Where a sign wants a blank cell."""

    NONE = "none"
    BEFORE = "before"
    BOTH = "both"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class BrailleSign:
    """`source` is a key of the code's `SOURCES`; ``unconfirmed`` says that no source was found."""

    cells: str
    room: Room
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How a construct is written: an example in LaTeX, the rule in words, and its source."""

    construct: str
    example: str
    rule: str
    source: str


def sign_table(lines: str) -> dict[str, BrailleSign]:
    """Lines of ``sign dots room source``."""
    table: dict[str, BrailleSign] = {}
    for line in lines.strip().splitlines():
        symbol, dots, room, source = line.split()
        table[symbol] = BrailleSign(cells(dots), Room(room), source)
    return table


UPPER_DIGITS: Final = dict(zip("1234567890", map(cells, "1 12 14 145 15 124 1245 125 24 245".split()), strict=True))
LOWER_DIGITS: Final = dict(zip("1234567890", map(cells, "2 23 25 256 26 235 2356 236 35 356".split()), strict=True))
LATIN: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        map(
            cells,
            "1 12 14 145 15 124 1245 125 24 245 13 123 134 1345 135 1234 12345 1235 234 2345 136 1236 2456 1346 13456 "
            "1356".split(),
        ),
        strict=True,
    )
)
# GOST R 58511-2019, 6.1.1; Kyrgyz letters by way of secondary sources of World Braille Usage (UNESCO, 2013).
CYRILLIC: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяңөү",
        map(
            cells,
            "1 12 2456 1245 145 15 16 245 1356 24 12346 13 123 134 1345 135 1234 1235 234 2345 136 124 125 14 12345 "
            "156 1346 12356 2346 23456 246 1256 1246 13456 34 1236".split(),
        ),
        strict=True,
    )
)
