"""What is done for a student, in the reader's language, so that an instructor knows what to do."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from api.domains.accommodations.rules import AgreedValue, Feature
from api.errors import words_of


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    instruction: str


def word_accommodation(feature: Feature, value: AgreedValue, language: str) -> Wording:
    name = f"feature-{feature}{_variant(feature, value)}"
    values: dict[str, Any] = {
        "multiplier": as_decimal(value.time_multiplier or Fraction(1), language),
        "minutes": value.fixed_minutes,
        "break_minutes": value.break_minutes,
        "break_count": value.break_count,
        "days": value.days,
        "attempts": value.attempts,
        "words": value.words,
        "percent": value.magnification_percent,
    }
    return Wording(words_of(name, "title", language, {}), words_of(name, "instruction", language, values))


def _variant(feature: Feature, value: AgreedValue) -> str:
    if feature is Feature.ADDITIONAL_TESTING_TIME:
        (part,) = value.given
        return {"time_multiplier": "-multiplied", "fixed_minutes": "-minutes", "is_unlimited": "-unlimited"}.get(
            part, "-fixed"
        )
    if feature is Feature.ALTERNATIVE_FORM:
        return f"-{value.form}"
    if feature is Feature.MAGNIFICATION:
        return "" if value.magnification_percent is None else "-percent"
    return ""


def as_decimal(number: Fraction, language: str) -> str:
    """At most two decimals, with the language's decimal mark: 1.5, 1,5."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return text if language == "en" else text.replace(".", ",")
