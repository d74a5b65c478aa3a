"""The frozen content of a transcript, as structs. Amounts are decimal texts ("4.5"), so that every program writes the
same JSON, and nothing is rounded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from api.domains.transcripts.rules import Gap, Office
from api.errors import LANGUAGES

SCHEMA: Final = "jetki.transcript/1"
"""Says how the content is to be read; another form would get another number."""

Titles = dict[str, str]
"""Language -> words; a language that is missing is missing."""


class NameContent(Struct, frozen=True, kw_only=True):
    """`tag` is language and script (BCP 47)."""

    tag: str
    family_name: str
    given_name: str
    patronymic: str | None = None


class PersonContent(Struct, frozen=True, kw_only=True):
    """The names in every script the university knows, that of its documents first."""

    names: list[NameContent]
    birth_date: date | None


class ProgrammeContent(Struct, frozen=True, kw_only=True):
    code: str
    edition: int
    titles: Titles
    level: str


class StudyContent(Struct, frozen=True, kw_only=True):
    form: str
    intake_year: int


class SessionContent(Struct, frozen=True, kw_only=True):
    """The academic session; `year` is the academic year's titles."""

    code: str
    kind: str
    titles: Titles
    year: Titles
    starts_on: date
    ends_on: date


class BandContent(Struct, frozen=True, kw_only=True):
    code: str
    titles: Titles
    least: str
    is_pass: bool
    gpa: str | None


class ScaleContent(Struct, frozen=True, kw_only=True):
    """A version of a scale as it was, so that the grades stay readable."""

    code: str
    number: int
    titles: Titles
    kind: str
    most_points: str
    valid_from: date
    valid_until: date | None
    source: str
    is_confirmed: bool
    bands: list[BandContent]


class ResultContent(Struct, frozen=True, kw_only=True):
    """A course with its original grade. `scale` is the place in `TranscriptContent.scales`, from 0."""

    course: str
    titles: Titles
    class_code: str
    ects: str | None
    national_credits: str | None
    points: str
    most_points: str
    grade: str
    grade_titles: Titles
    is_pass: bool
    gpa: str | None
    scale: int
    approved_on: date | None


class TotalsContent(Struct, frozen=True, kw_only=True):
    """`earned` counts what was passed."""

    courses: int
    passed: int
    ects: str
    ects_earned: str
    national_credits: str
    national_credits_earned: str


class ApprovalContent(Struct, frozen=True, kw_only=True):
    """`by` is the name of who approved; None when that is no person."""

    on: date
    office: Office
    by: str | None


class TranscriptContent(Struct, frozen=True, kw_only=True):
    """All that a transcript says. `replaces` is the number of the version that it takes the place of."""

    schema: str
    number: str
    version: int
    replaces: int | None
    university: Titles
    unit: Titles
    person: PersonContent
    programme: ProgrammeContent
    study: StudyContent
    session: SessionContent
    results: list[ResultContent]
    scales: list[ScaleContent]
    totals: TotalsContent
    approval: ApprovalContent | None


class GapContent(Struct, frozen=True, kw_only=True):
    """`what` is a code: of the course, the class, the scale, or the part that lacks a title."""

    kind: Gap
    what: str
    language: str | None = None


def amount(number: float | Decimal | None) -> str | None:
    """5.0 -> "5", 4.50 -> "4.5"; None stays."""
    return None if number is None else exact(number)


def exact(number: float | Decimal | int) -> str:
    text = format(Decimal(str(number)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def total(amounts: Iterable[str | None]) -> str:
    """The sum of what is there."""
    return exact(sum((Decimal(one) for one in amounts if one is not None), Decimal()))


def totals_of(results: Sequence[ResultContent]) -> TotalsContent:
    passed = [one for one in results if one.is_pass]
    return TotalsContent(
        courses=len(results),
        passed=len(passed),
        ects=total(one.ects for one in results),
        ects_earned=total(one.ects for one in passed),
        national_credits=total(one.national_credits for one in results),
        national_credits_earned=total(one.national_credits for one in passed),
    )


def gaps_of(content: TranscriptContent) -> list[GapContent]:
    """What is missing in the content itself."""
    parts: list[tuple[str, Titles]] = [
        ("university", content.university),
        ("unit", content.unit),
        (f"programme:{content.programme.code}", content.programme.titles),
        (f"session:{content.session.code}", content.session.titles),
        ("year", content.session.year),
    ]
    for one in content.results:
        parts += [(f"course:{one.course}", one.titles), (f"grade:{one.grade}", one.grade_titles)]
    found = [
        GapContent(kind=Gap.TITLE_MISSING, what=what, language=language)
        for what, titles in dict(parts).items()
        for language in LANGUAGES
        if not titles.get(language)
    ]
    found += [
        GapContent(kind=Gap.CREDITS_MISSING, what=f"course:{one.course}")
        for one in content.results
        if one.ects is None or one.national_credits is None
    ]
    found += [
        GapContent(kind=Gap.SCALE_UNCONFIRMED, what=f"scale:{one.code}/{one.number}")
        for one in content.scales
        if not one.is_confirmed
    ]
    if not content.results:
        found.append(GapContent(kind=Gap.NO_RESULTS, what="session"))
    return found


def initials(content: TranscriptContent) -> str:
    """The first letters of the person's names as on the documents, e.g. "А. Б. К.": enough to see whether a document is
    somebody else's, not enough to know whose it is."""
    name = content.person.names[0]
    return " ".join(f"{one[0].upper()}." for one in (name.family_name, name.given_name, name.patronymic or "") if one)


def plain(content: TranscriptContent) -> dict[str, Any]:
    """As JSON has it."""
    value: dict[str, Any] = msgspec.to_builtins(content)
    return value


def read_content(stored: Mapping[str, Any]) -> TranscriptContent:
    """Raises msgspec.ValidationError for what is no content."""
    return msgspec.convert(stored, TranscriptContent)
