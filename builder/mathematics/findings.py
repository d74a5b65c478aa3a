"""Problems of the formulas of a document, at their source lines."""

from builder.mathematics.parsing import read_formula
from builder.model.document import Document, MathBlock, walk
from builder.model.document import Formula as InlineFormula
from builder.model.finding import Finding


def check_document(document: Document) -> tuple[Finding, ...]:
    """Every problem of every formula, in order of line; the line is the formula's plus the line ends before it."""
    found: list[Finding] = []
    for node in walk(document):
        if not isinstance(node, InlineFormula | MathBlock):
            continue
        for problem in read_formula(node.latex).problems:
            line = node.line + node.latex.count("\n", 0, problem.offset)
            found.append(Finding(document.source, line, problem.rule, values=dict(problem.values)))
    return tuple(sorted(found, key=lambda one: one.line))
