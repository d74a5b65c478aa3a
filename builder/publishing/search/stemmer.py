"""What is left of a word without its endings, so that every form of it meets every other."""

from collections.abc import Mapping
from typing import Any

from builder.model.language import LanguageTag


def stem(word: str, language: LanguageTag) -> str:
    """The stem of one word, in lower case."""
    return word.lower()


def compile_rules(language: LanguageTag) -> Mapping[str, Any]:
    """The rules of a language as plain data for `stem` and for ``search-engine.js``."""
    return {}
