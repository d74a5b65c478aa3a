"""Courses as EPUB 3.3 books that reflow: our own small writer, the same input gives the same bytes."""

from builder.exports.epub.book import front_texts, render_epub

__all__ = ["front_texts", "render_epub"]
