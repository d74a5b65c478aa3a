"""What goes over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.domains.courses.rules import (
    Change,
    CourseState,
    Form,
    GateState,
    LineState,
    Part,
    ResourceKind,
    ResourceState,
    Weight,
)
from api.http.wire import END, Input, Language, Line, Output, Reason, Titles
from api.identity import Role
from builder.model.course import Access, ResourceType

Credits = Annotated[float, Meta(gt=0, le=300)]
CourseCode = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^\w[\w.\-]*" + END)]
"""As the name of a folder in content/."""
Tag = Annotated[str, Meta(min_length=2, max_length=35, pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*" + END)]
"""A language tag (BCP 47)."""
Url = Annotated[
    str, Meta(min_length=10, max_length=2000, pattern=r"^https?://[^\s\x00-\x20\x7f/@]+(/[^\s\x00-\x20\x7f]*)?" + END)
]
Ids = Annotated[list[UUID], Meta(max_length=200)]


class Rights(Output):
    """Who holds the rights, under which licence, and who may see it. None where the site does not say it."""

    holder: str | None
    licence: str | None
    access: Access


class CoursePerson(Output):
    """As named on the course's page."""

    name: str
    role: str


class CourseOut(Output):
    """A course of the catalogue. Texts are by language; there is no silent fallback."""

    id: UUID
    code: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    languages: list[str]
    type: ResourceType | None
    state: CourseState
    unit_id: UUID | None
    """None while nobody has said which unit of ours is meant by `unit_names`."""
    unit_names: dict[str, str]
    ects: float | None
    national_credits: float | None
    rights: Rights
    people: list[CoursePerson]
    withdrawn_at: datetime | None
    version: int


class CourseIn(Input):
    """A course that the site does not have (yet)."""

    code: CourseCode
    titles: Titles
    unit_id: UUID | None = None
    ects: Credits | None = None
    national_credits: Credits | None = None


class CoursePatch(Input):
    """Only what is sent is changed. Credits can be set for courses whose manifest does not say them."""

    unit_id: UUID | UnsetType = UNSET
    responsible_id: UUID | UnsetType | None = UNSET
    ects: Credits | UnsetType = UNSET
    national_credits: Credits | UnsetType = UNSET


class ResourceOut(Output):
    """A typed resource (clause 1.3): the course as a whole, a lesson, or a file. `url` is below the site's base; None
    for what is not a file, and for what the site does not publish."""

    id: UUID
    course_id: UUID
    kind: ResourceKind
    name: str
    titles: dict[str, str]
    type: ResourceType
    languages: list[str]
    unit_id: UUID | None
    unit_name: str
    rights: Rights
    state: ResourceState
    url: str | None
    digest: str | None
    """SHA-256 of the file, in hexadecimal."""
    withdrawn_at: datetime | None
    version: int


class ResourcePatch(Input):
    """Says which unit of ours is responsible, when the name in the manifest did not match."""

    unit_id: UUID


class RenditionOut(Output):
    """One file of a resource. `form` is what it is for a reader, `format` its technical name; `reviewed` whether a
    person answers for the words of captions or a transcript."""

    id: UUID
    resource_id: UUID
    form: Form
    format: str
    language: str
    variant: str
    profile: str
    url: str | None
    media_type: str
    size: int
    digest: str
    pages: int | None
    words: int | None
    duration_ms: int | None
    reviewed: bool | None


class RevisionOut(Output):
    """What was published from then on. `content` is as the manifest said it, None when it is not for everybody."""

    number: int
    change: Change
    recorded_at: datetime
    digest: str
    content: dict[str, object] | None


class LibraryLinkIn(Input):
    """A link to a licensed base. Says which courses and units it covers, or that it covers all."""

    provider: Line
    titles: Titles
    url: Url
    type: Literal["database", "e-book"]
    languages: Annotated[list[Tag], Meta(max_length=20)]
    holder: Line
    licence: Line
    unit_id: UUID
    starts_on: date
    ends_on: date | None = None
    covers_all: bool = False
    course_ids: Ids = msgspec.field(default_factory=list)
    unit_ids: Ids = msgspec.field(default_factory=list)


class LibraryLinkPatch(Input):
    """Only what is sent is changed."""

    provider: Line | UnsetType = UNSET
    titles: Titles | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    licence: Line | UnsetType = UNSET
    starts_on: date | UnsetType = UNSET
    ends_on: date | UnsetType | None = UNSET
    covers_all: bool | UnsetType = UNSET
    course_ids: Ids | UnsetType = UNSET
    unit_ids: Ids | UnsetType = UNSET


class LibraryLinkOut(Output):
    id: UUID
    provider: str
    titles: dict[str, str]
    url: str
    type: ResourceType
    languages: list[str]
    holder: str
    licence: str
    unit_id: UUID
    starts_on: date
    ends_on: date | None
    is_in_force: bool
    covers_all: bool
    course_ids: list[UUID]
    unit_ids: list[UUID]
    version: int


class ReadinessLineOut(Output):
    """One requirement in one language. `clauses` are lines of the university's regulation; `lacking` the resources
    without that form."""

    requirement: str
    title: str
    """In the reader's language."""
    weight: Weight
    clauses: list[str]
    language: str
    state: LineState
    lacking: list[UUID]


class ReadinessOut(Output):
    """What the e-course package of a course lacks, who answers for it, and what the gate says today."""

    course_id: UUID
    academic_session_id: UUID | None
    complete: bool
    lines: list[ReadinessLineOut]
    missing: list[str]
    """`<requirement>/<language>` of what holds the gate."""
    unit_id: UUID | None
    unit_names: dict[str, str]
    responsible_id: UUID | None
    responsible_names: list[str]
    """As the course's page names them."""
    gate: GateState | None
    """None without an academic session."""
    due_on: date | None
    is_gate_set: bool
    """Whether the registry has set the gate; else it is the day before the session begins, and holds no class back."""
    excepted_until: date | None


class PackageOut(Output):
    """The package that a course owes to an academic session. `state` is what the last look found."""

    id: UUID
    course_id: UUID
    academic_session_id: UUID
    state: GateState
    missing_told_at: datetime | None


class PackageIn(Input):
    course_id: UUID
    academic_session_id: UUID


class PackageItemIn(Input):
    """A part of the package. Says where it is: a resource of this course, or a reference (an address, a file number).

    Without an academic session it counts for every one.
    """

    part: Part
    languages: Annotated[list[Language], Meta(min_length=1, max_length=3)]
    title: Line
    resource_id: UUID | None = None
    reference: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^[^\x00-\x1f\x7f-\x9f]+" + END)] | None = (
        None
    )
    academic_session_id: UUID | None = None


class PackageItemOut(Output):
    id: UUID
    course_id: UUID
    academic_session_id: UUID | None
    part: Part
    languages: list[str]
    title: str
    resource_id: UUID | None
    reference: str | None
    declared_at: datetime
    declared_by: UUID | None
    withdrawn_at: datetime | None
    withdrawn_by: UUID | None
    withdrawal_reason: str | None


class ReasonIn(Input):
    reason: Reason


class ExemptionIn(Input):
    """A requirement that does not apply to the course, from one day to another, in one language or in all."""

    requirement: Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[a-z-]+" + END)]
    reason: Reason
    starts_on: date
    ends_on: date | None = None
    language: Tag | None = None
    academic_session_id: UUID | None = None


class ExceptionIn(Input):
    """Lets classes of the course open although its package is not complete, until a day."""

    academic_session_id: UUID
    reason: Reason
    ends_on: date


class ExemptionOut(Output):
    """`requirement` is None for an exception from the whole gate."""

    id: UUID
    course_id: UUID
    academic_session_id: UUID | None
    requirement: str | None
    language: str | None
    reason: str
    starts_on: date
    ends_on: date | None
    granted_at: datetime
    granted_by: UUID | None
    revoked_at: datetime | None
    revoked_by: UUID | None
    revocation_reason: str | None


class GateIn(Input):
    """`due_on` is the last day for completing packages; `exceptions_by` the role that may grant exceptions."""

    due_on: date
    exceptions_by: Literal["registry", "deans-office", "department-head", "commission"]
    closing_days: Annotated[int, Meta(ge=0, le=120)] = 14


class GateOut(Output):
    academic_session_id: UUID
    due_on: date
    closing_days: int
    exceptions_by: Role
    version: int
