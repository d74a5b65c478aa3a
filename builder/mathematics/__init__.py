"""Mathematics for every format: LaTeX -> one typed tree -> MathML, spoken words, braille, Typst.

`SUBSET.md` beside this file lists what is understood, with the words and the braille of each construct.
"""

from typing import Literal

from builder.mathematics.braille import write_nemeth, write_russian, write_ueb
from builder.mathematics.expression import Formula, MathProblem
from builder.mathematics.findings import check_document
from builder.mathematics.mathml import write_mathml
from builder.mathematics.parsing import read_formula
from builder.mathematics.speech import speak
from builder.mathematics.typst_markup import write_typst
from builder.model.language import LanguageTag

BrailleCode = Literal["ru", "ueb", "nemeth"]


def to_mathml(formula: Formula, *, display: bool, language: LanguageTag | None = None) -> str:
    """A `math` element (MathML Core), its spoken words as `alttext` where a language is given."""
    return write_mathml(formula, display=display, words=speak(formula, language) if language else "")


def speak_formula(formula: Formula, language: LanguageTag) -> str:
    """The formula as a good teacher reads it aloud, without ambiguity."""
    return speak(formula, language)


def to_braille(formula: Formula, code: BrailleCode) -> str:
    """The formula in Unicode braille cells; spaces are U+2800, there are no line ends."""
    return {"ru": write_russian, "ueb": write_ueb, "nemeth": write_nemeth}[code](formula)


def to_typst(formula: Formula) -> str:
    """Typst mathematics without the dollar signs, safe to put between them."""
    return write_typst(formula)


__all__ = [
    "BrailleCode",
    "Formula",
    "MathProblem",
    "check_document",
    "read_formula",
    "speak_formula",
    "to_braille",
    "to_mathml",
    "to_typst",
]
