"""Braille cells as text: one character of U+2800 to U+283F is one cell.

Three more characters stand in laid-out text until it is written: a space is a blank where a line may end, NO_BREAK a
blank where it may not, and BREAK a place without a blank where a line may end.
"""

from typing import Final

BLANK: Final = "\u2800"
NO_BREAK: Final = "\u00a0"
BREAK: Final = "\u200b"

NUMBER: Final = "⠼"
DIGITS: Final = str.maketrans("1234567890", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚")
LOWERED_DIGITS: Final = str.maketrans("1234567890", "⠂⠆⠒⠲⠢⠖⠶⠦⠔⠴")
CONTINUED: Final = "⠐"
"""At the end of a line: the word goes on without a blank. Dot 5, as the line continuation of UEB (Guidelines for
Technical Material) and the sign that Russian mathematical texts put where a formula is divided."""

# North American ASCII braille (the order of the 64 cells by their dots' bits); a test compares it with liblouis'
# en-us-brf.dis, cell by cell.
_ASCII: Final = " A1B'K2L@CIF/MSP\"E3H9O6R^DJG>NTQ,*5<-U8V.%[$+X!&;:4\\0Z7(_?W]#Y)="
_FROM_CELL: Final = {0x2800 + index: character for index, character in enumerate(_ASCII)}
TO_ASCII: Final = {**_FROM_CELL, ord(NO_BREAK): " "}
FROM_ASCII: Final = {ord(character): chr(0x2800 + index) for index, character in enumerate(_ASCII)} | {
    # Files of others may be in lower case: the same cells.
    ord(character.lower()): chr(0x2800 + index)
    for index, character in enumerate(_ASCII)
    if character.isalpha()
}
TO_UNICODE: Final = {ord(" "): BLANK, ord(NO_BREAK): BLANK}


def number_cells(number: int) -> str:
    """A whole number from 0 on with its number sign: the same in Kyrgyz, Russian and English braille."""
    return NUMBER + str(number).translate(DIGITS)
