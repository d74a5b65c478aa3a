"""pronunciation.toml: how the words of a course are said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from builder.model.finding import Finding
from builder.model.language import LanguageTag
from media_pipeline.speech.normalisation.words import Words


@dataclass(frozen=True, slots=True)
class Glossary:
    """Written -> said, by the language of the text around it. Empty by default."""

    entries: Mapping[LanguageTag, Mapping[str, Words]] = field(default_factory=dict)


EMPTY: Final = Glossary()


def parse_glossary(data: bytes, path: str) -> tuple[Glossary, tuple[Finding, ...]]:
    """The glossary as far as it could be read, and what is wrong with it, each with its line."""
    return EMPTY, ()
