"""Which liblouis tables and which signs a language is written with.

Sources: Kyrgyz: see `tables/ky-letters.uti`. Russian: `ru-litbrl.ctb` of liblouis, after the Russian guide for
mass-distribution braille. English: The Rules of Unified English Braille, 2nd edition, 2013.
"""

from dataclasses import dataclass
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language
from builder.model.settings import BrailleSettings


@dataclass(frozen=True, slots=True)
class Code:
    """How one language is written in braille. `tables` is a list for liblouis."""

    language: LanguageTag
    tables: str
    cyrillic: bool


# Russian with the Kyrgyz letters in front: Ысык-Көл stands in Russian texts too, and ru-litbrl.ctb has no ө.
_RUSSIAN: Final = Code(RUSSIAN, "ky-letters.uti,ru-litbrl.ctb", True)
_KYRGYZ: Final = Code(KYRGYZ, "ky.utb", True)
_RUSSIAN_CAPITALS: Final = Code(RUSSIAN, "ky-letters.uti,ru-litbrl-detailed.utb", True)
_KYRGYZ_CAPITALS: Final = Code(KYRGYZ, "ky-detailed.utb", True)
_ENGLISH: Final = Code(ENGLISH, "en-ueb-g1.ctb", False)
_ENGLISH_CONTRACTED: Final = Code(ENGLISH, "en-ueb-g2.ctb", False)


def code_for(language: LanguageTag, settings: BrailleSettings) -> Code | None:
    """The braille code of a language, None where Jetki has none."""
    capitals = settings.kyrgyz_capitals
    match primary_language(language):
        case "ky":
            return _KYRGYZ_CAPITALS if capitals else _KYRGYZ
        case "ru":
            return _RUSSIAN_CAPITALS if capitals else _RUSSIAN
        case "en":
            return _ENGLISH_CONTRACTED if settings.english_grade == 2 else _ENGLISH
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs that the tables do not write by themselves. An index has an opening and a closing sign."""

    bullet: str
    note: str
    subscript: tuple[str, str]
    superscript: tuple[str, str]


CYRILLIC_SIGNS: Final = Signs(
    bullet="⠰⠔",  # U+2022 in ru-litbrl.ctb
    note=" ⠔",  # the asterisk, then the number
    # Lower and upper index and the sign that closes them: as `builder.mathematics.braille.russian`.
    subscript=("⠡", "⠱"),
    superscript=("⠌", "⠱"),
)
ENGLISH_SIGNS: Final = Signs(
    bullet="⠸⠲",  # UEB 3.5
    note="⠰⠔",  # a raised number, UEB 3.24 with the grade 1 indicator
    # UEB 3.24, with braille grouping indicators (3.4) around what is raised or lowered.
    subscript=("⠰⠢⠣", "⠜"),
    superscript=("⠰⠔⠣", "⠜"),
)

CYRILLIC_EMPHASIS: Final = ("⠸", "⠻")
"""Before and after emphasised and strong words: `begemphphrase italic` and `bold` of ru-litbrl.ctb. Put by us, because
liblouis repeats them at every word where punctuation follows. UEB's typeform indicators are left to liblouis."""

# UEB 14.3: a word, or a passage, in another braille code.
NON_UEB_WORD: Final = "⠘⠷"
NON_UEB_OPEN: Final = "⠐⠷⠄"
NON_UEB_CLOSE: Final = "⠠⠐⠾"
# UEB 14.6 (and BANA's guidance for Nemeth within UEB contexts): switch to Nemeth code and back.
NEMETH_OPEN: Final = "⠸⠩"
NEMETH_CLOSE: Final = "⠸⠱"


def signs_for(code: Code) -> Signs:
    return CYRILLIC_SIGNS if code.cyrillic else ENGLISH_SIGNS
