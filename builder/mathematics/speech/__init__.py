"""Spoken mathematics: one reader per language over a common walk of the tree."""

from typing import Final

from builder.mathematics.expression import Formula
from builder.mathematics.speech.english import EnglishReader
from builder.mathematics.speech.kyrgyz import KyrgyzReader
from builder.mathematics.speech.reader import Reader
from builder.mathematics.speech.russian import RussianReader
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language

READERS: Final[dict[LanguageTag, Reader]] = {
    KYRGYZ: KyrgyzReader(),
    RUSSIAN: RussianReader(),
    ENGLISH: EnglishReader(),
}


def speak(formula: Formula, language: LanguageTag) -> str:
    """The formula in words. A language without a reader of its own is read in English."""
    return READERS.get(primary_language(language), READERS[ENGLISH]).read(formula.expression)
