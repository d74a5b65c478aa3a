"""Grading scales as pure data: which points are which grade, and which versions of a scale follow one another.

A version covers the points from 0 to `most_points` without a gap and without an overlap: a band says only where it
begins, and ends where the next one begins, so that 75.5 belongs to "60–75" when the next band begins at 76. Whoever
wants it rounded rounds the points, not the scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

POINT_DIGITS: Final = 6
"""Points are compared after rounding to so many decimals: the noise of a sum of binary fractions costs no grade."""
LARGEST_SCALE: Final = 1000.0
MOST_BANDS: Final = 101
"""A 100-point scale whose every point is a grade."""

Points = float | int | Decimal


class ScaleKind(StrEnum):
    """How the grades of a scale are written."""

    FIVE_POINT = "five-point"
    HUNDRED_POINT = "100-point"
    LETTER = "letter"
    ECTS = "ects"


@dataclass(frozen=True, slots=True)
class Band:
    """One grade. `titles` are its words by language; `gpa` is the weight in an average, None where there is none."""

    code: str
    titles: Mapping[str, str]
    least: float
    """The least points for this grade, inclusive."""
    is_pass: bool
    gpa: float | None = None


@dataclass(frozen=True, slots=True)
class ScaleVersion:
    """A scale as it is between two days; `valid_until` is the last one, None as long as nothing follows."""

    id: UUID
    scale_id: UUID
    code: str
    """Of the scale."""
    titles: Mapping[str, str]
    """Of the scale."""
    number: int
    kind: ScaleKind
    valid_from: date
    valid_until: date | None
    most_points: float
    bands: tuple[Band, ...]
    """By rising points."""
    source: str
    is_confirmed: bool
    """Whether somebody of the university compared it with its act; the shipped examples are not."""

    def grade(self, points: Points) -> Band:
        """Raises PointsOutOfScale."""
        if _exact(points) > _exact(self.most_points):
            raise PointsOutOfScale(points, self.most_points)
        return grade_for(self.bands, points)

    def band(self, code: str) -> Band | None:
        return next((band for band in self.bands if band.code == code), None)


class PointsOutOfScale(ValueError):
    """Less than nothing, more than the scale has, or no number."""

    def __init__(self, points: Points, most: float | None = None) -> None:
        super().__init__(f"{points} points are not on a scale of 0 to {'its end' if most is None else most}")


class Fault(StrEnum):
    """Why bands are no scale; also the codes of the field errors."""

    NO_BANDS = "scale-no-bands"
    GAP = "scale-gap"
    """The first band does not begin at 0."""
    OVERLAP = "scale-overlap"
    """Two bands begin at the same points, or not in rising order."""
    BEYOND = "scale-beyond"
    """A band begins above the most points."""
    SAME_CODE = "scale-same-code"
    PASS_BELOW_FAIL = "scale-pass-below-fail"
    """More points would be worse."""
    GPA_FALLS = "scale-gpa-falls"


def grade_for(bands: Sequence[Band], points: Points) -> Band:
    """The grade for these points: the last band that begins at them or below. Raises PointsOutOfScale."""
    exact = _exact(points)
    found = None
    for band in bands:
        if _exact(band.least) <= exact:
            found = band
    if found is None:
        raise PointsOutOfScale(points)
    return found


def _exact(points: Points) -> Decimal:
    exact = points if isinstance(points, Decimal) else Decimal(str(points))
    if not exact.is_finite():
        raise PointsOutOfScale(points)
    return round(exact, POINT_DIGITS)


def faults(bands: Sequence[Band], most_points: float) -> list[tuple[int, Fault]]:
    """What keeps these bands from being a scale, with the place of the band. Empty for a scale."""
    if not bands:
        return [(0, Fault.NO_BANDS)]
    found = [(0, Fault.GAP)] if bands[0].least != 0 else []
    codes: set[str] = set()
    weight: float | None = None
    for place, band in enumerate(bands):
        before = bands[place - 1] if place else None
        if before is not None and _exact(band.least) <= _exact(before.least):
            found.append((place, Fault.OVERLAP))
        if band.least > most_points:
            found.append((place, Fault.BEYOND))
        if band.code in codes:
            found.append((place, Fault.SAME_CODE))
        if before is not None and before.is_pass and not band.is_pass:
            found.append((place, Fault.PASS_BELOW_FAIL))
        if band.gpa is not None:
            if weight is not None and band.gpa < weight:
                found.append((place, Fault.GPA_FALLS))
            weight = band.gpa
        codes.add(band.code)
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which a version is in force; without an end for ever."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: "Period") -> bool:
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)


def follow(periods: Sequence[Period], new: Period) -> list[Period] | None:
    """The periods when `new` is added: one that lasts for ever and began before ends the day before. None when the new
    one would still overlap."""
    ended = [
        Period(one.first, new.first - timedelta(days=1)) if one.last is None and one.first < new.first else one
        for one in periods
    ]
    return None if any(one.overlaps(new) for one in ended) else [*ended, new]
