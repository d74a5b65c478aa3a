"""Courses as DAISY 2.02 talking books, the format that players for blind people read."""

from builder.exports.daisy.book import SoundMissing, render_daisy

__all__ = ["SoundMissing", "render_daisy"]
