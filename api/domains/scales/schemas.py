"""What comes in and goes out about grading scales."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from api.domains.scales.rules import LARGEST_SCALE, MOST_BANDS, ScaleKind
from api.http.wire import Code, Input, Language, Line, Output, Reason

AllTitles = Annotated[dict[Language, Line], Meta(min_length=3, max_length=3)]
"""Words in Kyrgyz, Russian and English: a grade is read in every language of a transcript."""
Points = Annotated[float, Meta(ge=0, le=LARGEST_SCALE)]
Gpa = Annotated[float, Meta(ge=0, le=10)]


class BandIn(Input, kw_only=True):
    """A grade: from `least` points on, inclusive, up to where the next one begins."""

    code: Code
    titles: AllTitles
    least: Points
    is_pass: bool
    gpa: Gpa | None = None


class BandOut(Output, kw_only=True):
    code: str
    titles: dict[str, str]
    least: float
    is_pass: bool
    gpa: float | None


class ScaleIn(Input, kw_only=True):
    code: Code
    titles: AllTitles


class ScaleChange(Input, kw_only=True):
    titles: AllTitles


class ScaleOut(Output, kw_only=True):
    id: UUID
    code: str
    titles: dict[str, str]


class ScaleVersionIn(Input, kw_only=True):
    """A scale from a day on; the version before ends the day before. `bands` by rising points, the first from 0.
    `source` says where it is written; `is_confirmed` that somebody compared it with that text."""

    kind: ScaleKind
    valid_from: date
    valid_until: date | None = None
    most_points: Annotated[float, Meta(gt=0, le=LARGEST_SCALE)] = 100.0
    bands: Annotated[list[BandIn], Meta(min_length=1, max_length=MOST_BANDS)]
    source: Reason
    is_confirmed: bool = False


class ScaleVersionChange(Input, kw_only=True):
    """What may change of a version. Once grades were given by it, only its source and that it was compared."""

    kind: ScaleKind | UnsetType = UNSET
    valid_until: date | UnsetType | None = UNSET
    most_points: Annotated[float, Meta(gt=0, le=LARGEST_SCALE)] | UnsetType = UNSET
    bands: Annotated[list[BandIn], Meta(min_length=1, max_length=MOST_BANDS)] | UnsetType = UNSET
    source: Reason | UnsetType = UNSET
    is_confirmed: bool | UnsetType = UNSET


class ScaleVersionOut(Output, kw_only=True):
    id: UUID
    scale_id: UUID
    number: int
    kind: ScaleKind
    valid_from: date
    valid_until: date | None
    most_points: float
    bands: list[BandOut]
    source: str
    is_confirmed: bool


class ScaleConversionIn(Input, kw_only=True):
    """`grades`: the code of a grade of the one version -> the code of a grade of the other. What is not named is not
    converted."""

    from_version_id: UUID
    to_version_id: UUID
    grades: Annotated[dict[Code, Code], Meta(min_length=1, max_length=MOST_BANDS)]
    source: Reason
    is_confirmed: bool = False


class ScaleConversionOut(Output, kw_only=True):
    id: UUID
    from_version_id: UUID
    to_version_id: UUID
    grades: dict[str, str]
    source: str
    is_confirmed: bool


class ConvertedOut(Output, kw_only=True):
    """The grade on the other scale, and where that is written."""

    grade: BandOut
    source: str
    is_confirmed: bool
