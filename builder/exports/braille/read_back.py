"""Braille back into text: what a reader of the file finds in it, for proofs and for people who check it by eye."""

from dataclasses import dataclass
from typing import Final

from builder.exports import liblouis
from builder.exports.braille.cells import BLANK, CONTINUED, FROM_ASCII
from builder.exports.braille.languages import code_for
from builder.model.language import LanguageTag
from builder.model.settings import BrailleSettings


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Text that does not come back as it was: what becomes what, and why. `languages` are those of the text."""

    languages: tuple[str, ...]
    written: str
    read: str
    reason: str


KNOWN_AMBIGUITIES: Final = (
    Ambiguity(("ky", "ru"), "А", "а", "literary braille has no capital sign here, unless the settings ask for it"),
    Ambiguity(("ky",), "5?", "5«", "the Kyrgyz question mark, 236, is also the opening quotation mark"),
    Ambiguity(("ky", "ru"), "“а” \"а\" ‘а’", "«а»", "all quotation marks of print are one pair of signs"),
    Ambiguity(("ky", "ru"), "— – -", "-", "all dashes of print are one sign"),
    Ambiguity(("ky", "ru"), "а — б", "а- б", "no blank is written before a dash"),
    Ambiguity(("ky", "ru"), "50 %", "50%", "no blank is written before a percent or degree sign"),
    Ambiguity(("ky", "ru"), "№", "н", "the numero sign is the letter н before a number"),
    Ambiguity(("ky", "ru"), "two words", "two wордс", "only the first of several Latin words has the Latin sign"),
    Ambiguity(("ky", "ru"), "HTML", "Html", "the Latin capital sign does not say how many letters are capitals"),
    Ambiguity(("ky", "ru"), "3D", "34", "liblouis reads the letter as a digit although its sign is there"),
    Ambiguity(("ky", "ru"), "[ ] { }", "ъ ь э о", "brackets share their cells with letters; in code they do not"),
    Ambiguity(("ky",), "x²", "xө", "in formulas the sign for a power, 34, is also the letter ө; for an index, ё"),
    Ambiguity(("en",), "10 000", "10000", "a blank between numbers becomes UEB's numeric space"),
    Ambiguity(("en",), "é", "e", "an accent is a sign of its own before the letter"),
)  # fmt: skip
"""Everything in which reading back differs from what was written. Laws leave out these and nothing else."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of a BRF file: the information line and the text lines, as Unicode braille."""

    head: str
    lines: tuple[str, ...]


def read_pages(brf: bytes) -> tuple[ReadPage, ...]:
    """The pages of a BRF file that `render_brf` wrote."""
    cells = brf.decode("ascii").replace("\r\n", "\n")
    pages = [page.removesuffix("\n").split("\n") for page in cells.split("\f")]
    return tuple(
        ReadPage(head.translate(FROM_ASCII), tuple(line.translate(FROM_ASCII) for line in lines))
        for head, *lines in pages
    )


def braille_to_text(braille: bytes | str, language: LanguageTag, settings: BrailleSettings | None = None) -> str:
    """The text that the braille stands for, by the tables of this language.

    `braille` is a BRF file (its information lines are left out) or Unicode braille cells with line ends. Lines are
    joined with a space, divided words are joined again. See KNOWN_AMBIGUITIES for what cannot come back. Raises
    ValueError for a language without a braille code, LiblouisMissing.
    """
    code = code_for(language, settings or BrailleSettings())
    if code is None:
        raise ValueError(f"no braille code for the language {language!r}")
    if isinstance(braille, bytes):
        lines = [line for page in read_pages(braille) for line in page.lines]
    else:
        lines = braille.replace(" ", BLANK).split("\n")
    joined = ""
    for line in lines:
        line = line.rstrip(BLANK)
        if joined.endswith(CONTINUED):
            joined = joined.removesuffix(CONTINUED) + line.lstrip(BLANK)
        elif line:
            joined += (BLANK if joined else "") + line.lstrip(BLANK)
    return liblouis.translate_back(joined, code.tables)
