"""Runs every rule over a Document."""

from a11y_checks.lint.rules import RULES
from builder.model.document import Document
from builder.model.finding import Finding


def lint_document(document: Document) -> tuple[Finding, ...]:
    """What a reader with a screen reader, braille or large print would stumble over, in source order."""
    findings = {
        (problem.line, rule.id, tuple(sorted(problem.values.items()))): Finding(
            document.source, problem.line, rule.id, rule.severity, problem.values
        )
        for rule in RULES
        for problem in rule.judge(document)
    }
    return tuple(sorted(findings.values()))
