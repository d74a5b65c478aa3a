"""The written cases: what a teacher writes, and the words that must be heard, by class."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from builder.model.language import LanguageTag
from media_pipeline.speech.normalisation import Words

CLASSES: Final = frozenset(
    """cardinals grouped_thousands ordinals decimals fractions dates times ranges percent currencies units
    number_sign_and_section roman abbreviations initials addresses versions_and_codes signs emoji punctuation
    other_scripts""".split()
)
"""What issue and regulation ask for in every language; a file may have more."""
_FILES: Final = {"ky": "kyrgyz", "en": "english"}


def read_cases(language: LanguageTag) -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name(f"{_FILES[language]}.cases.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def all_cases(language: LanguageTag) -> Iterator[tuple[str, str]]:
    for group in read_cases(language).values():
        yield from group.items()


def write_down(said: tuple[Words, ...], language: LanguageTag) -> str:
    """As in the files: ``англисче {en network} деген``."""
    return " ".join(one.text if one.language == language else f"{{{one.language} {one.text}}}" for one in said)
