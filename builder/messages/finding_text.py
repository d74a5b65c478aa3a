"""Rule texts from `texts/*.toml`, filled with a finding's values."""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from builder.model.finding import Finding, Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag, primary_language

_SEVERITY_NAMES: Final[Mapping[LanguageTag, Mapping[Severity, str]]] = {
    KYRGYZ: {Severity.ERROR: "ката", Severity.WARNING: "эскертүү", Severity.NOTE: "маалымат"},
    RUSSIAN: {Severity.ERROR: "ошибка", Severity.WARNING: "предупреждение", Severity.NOTE: "сведения"},
    ENGLISH: {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"},
}

_UNKNOWN_RULE: Final[Mapping[LanguageTag, str]] = {
    KYRGYZ: "«{rule}» эрежеси бузулган ({values})",
    RUSSIAN: "нарушено правило «{rule}» ({values})",
    ENGLISH: "the rule “{rule}” is broken ({values})",
}


def format_finding(finding: Finding, language: LanguageTag) -> str:
    """One line, ``path:line: what is wrong, what to do``; without the number where no line can be named."""
    path = _one_line(finding.path, longest=1000)
    place = f"{path}:{finding.line}" if finding.line else path
    return f"{place}: {describe_finding(finding, language)}"


def describe_finding(finding: Finding, language: LanguageTag) -> str:
    """What is wrong and what to do, without the place. English for a language that has no messages.

    A rule without a text still gives its name and values: a finding is never swallowed.
    """
    language = _known(language)
    texts = rule_texts().get(finding.rule)
    if texts is None:
        values = ", ".join(f"{name}: {value}" for name, value in sorted(finding.values.items()))
        return _UNKNOWN_RULE[language].format(rule=finding.rule, values=_one_line(values))
    values_by_name = {name: _one_line(str(value)) for name, value in finding.values.items()}
    return texts[language].format_map(_Lenient(values_by_name))


def severity_name(severity: Severity, language: LanguageTag) -> str:
    """The word for a severity, lower case."""
    return _SEVERITY_NAMES[_known(language)][severity]


@cache
def rule_texts() -> Mapping[str, Mapping[LanguageTag, str]]:
    """Every rule's template by language. Raises ValueError when two files name one rule."""
    texts: dict[str, Mapping[LanguageTag, str]] = {}
    folder = resources.files("builder.messages") / "texts"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".toml"):
            continue
        for rule, by_language in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if rule in texts:
                raise ValueError(f"{file.name} repeats the rule {rule}")
            texts[rule] = {language: by_language[language] for language in SITE_LANGUAGES}
    return texts


def placeholders(template: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


class _Lenient(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _known(language: LanguageTag) -> LanguageTag:
    primary = primary_language(language)
    return primary if primary in _SEVERITY_NAMES else ENGLISH


def _one_line(value: str, longest: int = 200) -> str:
    """Values come from authors: one line, no control characters, not a whole paragraph (200 is our choice)."""
    flat = " ".join("".join(one if one.isprintable() else " " for one in value[: 4 * longest]).split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"
