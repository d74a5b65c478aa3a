"""The command's own words in the reader's language."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from builder.model.language import ENGLISH, SITE_LANGUAGES, LanguageTag


class Wording:
    """Templates of one language; a call fills one."""

    def __init__(self, language: LanguageTag) -> None:
        self.language = language
        self._templates = _templates(language)

    def __call__(self, name: str, /, **values: object) -> str:
        return self._templates[name].format(**values)

    def number(self, value: float, decimals: int = 0) -> str:
        """With the decimal sign of the language."""
        text = f"{value:.{decimals}f}"
        return text if self.language == ENGLISH else text.replace(".", ",")

    def size(self, size: int) -> str:
        """Bytes in a unit that keeps the number short (1 kB = 1,000 bytes)."""
        if size < 1_000:
            return self("byte", number=self.number(size))
        if size < 1_000_000:
            return self("kilobyte", number=self.number(size / 1_000))
        return self("megabyte", number=self.number(size / 1_000_000, 1))


@cache
def _templates(language: LanguageTag) -> Mapping[str, str]:
    path = resources.files("builder.command") / "words" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def language_of_environment(environment: Mapping[str, str] = os.environ) -> LanguageTag:
    """The reader's language as the locale says it (POSIX order: LC_ALL, LC_MESSAGES, LANG); English otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            code = value.split("_")[0].split(".")[0].lower()
            return next((one for one in SITE_LANGUAGES if one == code), ENGLISH)
    return ENGLISH
