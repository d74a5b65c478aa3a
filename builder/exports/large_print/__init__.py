"""Lessons and courses in large print: tagged PDF (PDF/UA-1), set by Typst."""

from builder.exports.large_print.render import render_large_print

__all__ = ["render_large_print"]
