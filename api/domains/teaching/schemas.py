"""What comes in and goes out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from api.domains.teaching.rules import (
    ClassState,
    GroupState,
    Mode,
    SessionKind,
    SessionState,
    Share,
    SupportKind,
)
from api.http.wire import Code, Input, Language, Output, Reason, Titles

Capacity = Annotated[int, Meta(ge=1, le=10_000, description="Places")]
IntakeYear = Annotated[int, Meta(ge=1950, le=2200, description="Calendar year of admission", examples=[2026])]
Shares = Annotated[list[Share], Meta(max_length=len(Share))]


class SessionIn(Input, kw_only=True):
    code: Code
    kind: SessionKind
    parent_id: UUID | None = None
    titles: Titles
    starts_on: date
    ends_on: date


class SessionChangeIn(Input, kw_only=True):
    """What is left out stays."""

    code: Code | UnsetType = UNSET
    titles: Titles | UnsetType = UNSET
    starts_on: date | UnsetType = UNSET
    ends_on: date | UnsetType = UNSET


class SessionOut(Output, kw_only=True):
    """Both days count."""

    id: UUID
    code: str
    kind: SessionKind
    parent_id: UUID | None
    titles: dict[str, str]
    starts_on: date
    ends_on: date
    state: SessionState
    opened_at: datetime | None
    closed_at: datetime | None


class ClassIn(Input, kw_only=True):
    code: Code
    course_id: UUID
    academic_session_id: UUID
    programme_id: UUID | None = None
    unit_id: UUID
    language: Language
    capacity: Capacity
    mode: Mode


class ClassChangeIn(Input, kw_only=True):
    """What is left out stays. Course, session, programme and unit of a class never change."""

    code: Code | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET


class ClassOut(Output, kw_only=True):
    id: UUID
    code: str
    course_id: UUID
    academic_session_id: UUID
    programme_id: UUID | None
    unit_id: UUID
    language: str
    capacity: int
    mode: Mode
    state: ClassState
    state_changed_at: datetime | None
    cancel_reason: str | None


class OfferedClass(Output, kw_only=True):
    """A class in the catalogue of open classes."""

    id: UUID
    code: str
    course_id: UUID
    course_code: str
    course_titles: dict[str, str]
    ects: float | None
    national_credits: float | None
    academic_session_id: UUID
    session_code: str
    starts_on: date
    ends_on: date
    programme_id: UUID | None
    language: str
    capacity: int
    mode: Mode
    instructors: list[str]
    """Full names."""


class CancelIn(Input, kw_only=True):
    reason: Reason


class TermIn(Input, kw_only=True):
    """Somebody from one day to another; both days count."""

    person_id: UUID
    starts_on: date
    ends_on: date | None = None


class TermEnd(Input, kw_only=True):
    ends_on: date
    """The last day."""


class TermOut(Output, kw_only=True):
    id: UUID
    person_id: UUID
    name: str
    starts_on: date
    ends_on: date | None


class GroupIn(Input, kw_only=True):
    code: Code
    programme_id: UUID
    """Its unit keeps the group."""
    intake_year: IntakeYear
    language: Language


class GroupChangeIn(Input, kw_only=True):
    """What is left out stays. Programme, unit and intake year of a group never change."""

    code: Code | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class Curator(Output, kw_only=True):
    person_id: UUID
    name: str


class GroupOut(Output, kw_only=True):
    id: UUID
    code: str
    programme_id: UUID
    unit_id: UUID
    intake_year: int
    language: str
    state: GroupState
    active_from: date | None
    active_until: date | None
    end_reason: str | None
    curators: list[Curator]
    """Of today."""


class HandOverIn(Input, kw_only=True):
    """`person_id` is the successor; `starts_on` the first day, and the day before is the predecessor's last."""

    person_id: UUID
    starts_on: date


class MoveIn(Input, kw_only=True):
    """To which group, from which day on."""

    group_id: UUID
    starts_on: date


class SupportIn(Input, kw_only=True):
    person_id: UUID
    """The student."""
    supporter_id: UUID
    kind: SupportKind
    is_outside: bool
    """From another organisation: gets no role, needs a last day, sees what is shared."""
    shares: Shares = []  # noqa: RUF012 (msgspec copies it)
    starts_on: date
    ends_on: date | None = None


class ShareIn(Input, kw_only=True):
    shares: Shares


class SupportOut(Output, kw_only=True):
    id: UUID
    person_id: UUID
    supporter_id: UUID
    supporter_name: str
    kind: SupportKind
    is_outside: bool
    shares: list[Share]
    starts_on: date
    ends_on: date | None


class SharedContact(Output, kw_only=True):
    email: str | None
    language: str


class SharedGroup(Output, kw_only=True):
    code: str
    curators: list[Curator]


class SharedClass(Output, kw_only=True):
    id: UUID
    code: str
    course_titles: dict[str, str]
    language: str
    mode: Mode


class SharedOut(Output, kw_only=True):
    """What was shared with somebody from outside; null is what was not."""

    person_id: UUID
    name: str
    contact: SharedContact | None
    groups: list[SharedGroup] | None
    classes: list[SharedClass] | None
