"""Accessibility rules on a lesson's Document, for its author."""

from a11y_checks.lint.lint import lint_document

__all__ = ["lint_document"]
