"""The words of the search form and of the reading preferences, in the reader's language."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from builder.model.language import LanguageTag, primary_language


def interface_words(language: LanguageTag) -> Mapping[str, Mapping[str, str]]:
    """Words for the partials: ``jetki.words.search.label``, ``jetki.words.preferences.open`` and so on.

    Raises KeyError for a language that Jetki does not publish in.
    """
    return _all_words()[primary_language(language)]


@cache
def _all_words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = resources.files("builder.publishing.search").joinpath("words.json").read_text("utf-8")
    words: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(text)
    return words
