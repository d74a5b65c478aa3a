"""Periods and categories. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

LONGEST_PERIOD_DAYS: Final = 36_525
"""A hundred years. Our choice."""


class SpecialCategory(StrEnum):
    """Kinds of needs, as the inclusive-education office orders its work by them. Our choice; no diagnosis."""

    VISION = "vision"
    HEARING = "hearing"
    MOBILITY = "mobility"
    SPEECH = "speech"
    LEARNING = "learning"
    MENTAL_HEALTH = "mental-health"
    CHRONIC_ILLNESS = "chronic-illness"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Period:
    """`legal_basis` is empty for the software's own default, which nobody at the university has confirmed."""

    days: int
    starts_on: date
    legal_basis: str = ""


def period_on(day: date, periods: Iterable[Period], default_days: int) -> Period:
    """The period in force that day: the one that started last."""
    started = [one for one in periods if one.starts_on <= day]
    return max(started, key=lambda one: one.starts_on, default=Period(default_days, date.min))
