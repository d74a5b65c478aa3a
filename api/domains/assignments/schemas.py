"""What comes in and goes out of assignments."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from api.domains.assignments.rules import Forming, LateRule, Standing, SubmissionState, TextRule
from api.domains.conditions.service import TaskState
from api.domains.files.service import Scan
from api.domains.grading.service import Category
from api.http.wire import END, Code, Input, Language, Moment, Output, Reason, Text, Titles

Instructions = Annotated[dict[Language, Text], Meta(min_length=1, max_length=3)]
"""Language -> what is to be done."""
Percent = Annotated[int, Meta(ge=0, le=100)]
Points = Annotated[str, Meta(max_length=7, pattern=r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?" + END)]
"""Points to the hundredth, as text: exact."""
MediaType = Annotated[str, Meta(min_length=3, max_length=100, pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+" + END)]
MediaTypes = Annotated[list[MediaType], Meta(min_length=1, max_length=60)]
Versions = Annotated[int, Meta(ge=1, le=100)]
FileCount = Annotated[int, Meta(ge=0, le=100)]
FileBytes = Annotated[int, Meta(ge=1, le=4_000_000_000)]
GroupSize = Annotated[int, Meta(ge=1, le=50)]
Persons = Annotated[list[UUID], Meta(min_length=1, max_length=50)]
LongText = Annotated[
    str,
    Meta(max_length=200_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*" + END),
]
"""A work of up to about 100 pages."""
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}" + END)]


class GradingIn(Input):
    """The column of the journal that the assignment gets when it is announced."""

    code: Code
    category: Category = Category.ASSIGNMENT
    weight: Points = "0"
    max_points: Points = "100"
    rubric_version_id: UUID | None = None
    is_blind: bool = False
    second_marker: bool = False
    threshold: Points = "0"


class AssignmentIn(Input):
    """`due_at` left out: the close. `versions` left out: as many as wanted. `media_types` are looked for in the bytes;
    left out: any. `grading` left out: practice, which never touches the journal."""

    titles: Titles
    instructions: Instructions
    opens_at: Moment
    closes_at: Moment
    due_at: Moment | None = None
    late: LateRule = LateRule.REFUSED
    penalty_percent: Percent = 0
    versions: Versions | None = None
    most_files: FileCount = 5
    most_bytes: FileBytes = 20_000_000
    media_types: MediaTypes | None = None
    text: TextRule = TextRule.OPTIONAL
    forming: Forming = Forming.NONE
    group_size: GroupSize = 1
    grading: GradingIn | None = None


class AssignmentChange(Input):
    """What is left out stays. Once it is announced, only titles, instructions, times, versions and limits may change,
    and a penalty only to a smaller one."""

    reason: Reason
    titles: Titles | UnsetType = UNSET
    instructions: Instructions | UnsetType = UNSET
    opens_at: Moment | UnsetType = UNSET
    closes_at: Moment | UnsetType = UNSET
    due_at: Moment | UnsetType = UNSET
    late: LateRule | UnsetType = UNSET
    penalty_percent: Percent | UnsetType = UNSET
    versions: Versions | UnsetType = UNSET
    most_files: FileCount | UnsetType = UNSET
    most_bytes: FileBytes | UnsetType = UNSET
    media_types: MediaTypes | UnsetType | None = UNSET
    text: TextRule | UnsetType = UNSET
    forming: Forming | UnsetType = UNSET
    group_size: GroupSize | UnsetType = UNSET
    grading: GradingIn | UnsetType | None = UNSET


class ReasonIn(Input):
    reason: Reason


class OwnFileOut(Output):
    """A file that belongs to the assignment. `language` None: for everybody."""

    number: int
    name: str
    media_type: str
    size: int
    language: str | None


class GradingOut(Output):
    line_item_id: UUID | None
    code: str
    category: Category
    weight: str
    max_points: str
    is_blind: bool
    second_marker: bool


class SourceOut(Output):
    """The record that a moment comes from: an accommodation or an extension."""

    kind: str
    id: UUID


class MineOut(Output):
    """What holds for the one who asks. Moments of None: without end. `state` is that of the latest version, None before
    the first draft; `standing` says whether anything counts: what is a draft when the time is over was not handed in;
    `sources` are the records that make the difference; of a group the latest moments of its members count."""

    opens_at: datetime
    due_at: datetime | None
    closes_at: datetime | None
    is_open: bool
    versions: int | None
    versions_used: int
    state: SubmissionState | None
    standing: Standing
    submission_id: UUID | None
    submitted_at: datetime | None
    group_id: UUID | None
    needs_group: bool
    alternative_task: str | None
    alternative_form: str | None
    sources: list[SourceOut]


class AssignmentOut(Output):
    """`mine` is for students of the class; staff see `grading`. The files of the assignment are listed while its window
    is open for the one who asks."""

    id: UUID
    class_id: UUID
    titles: dict[str, str]
    instructions: dict[str, str]
    state: TaskState
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    late: LateRule
    penalty_percent: int
    versions: int | None
    most_files: int
    most_bytes: int
    media_types: list[str] | None
    text: TextRule
    forming: Forming
    group_size: int
    files: list[OwnFileOut]
    grading: GradingOut | None
    mine: MineOut | None
    version: int


class AssignmentLine(Output):
    """An assignment in a list."""

    id: UUID
    class_id: UUID
    titles: dict[str, str]
    state: TaskState
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    mine: MineOut | None


class SubmissionGroupIn(Input):
    """Who is in the group: for instructors. Students leave it out and found a group of their own."""

    persons: Persons | None = None


class MembersIn(Input):
    persons: Persons


class MemberOut(Output):
    person_id: UUID
    name: str


class SubmissionGroupOut(Output):
    """`is_closed`: nobody joins or leaves without the instructor."""

    id: UUID
    number: int
    is_closed: bool
    members: list[MemberOut]
    version: int


class StudentLine(Output):
    """A student and the assignment, for staff. Who teaches the class sees until when this student has time, and what
    is done instead (never why); others see the moments of everybody, and not how late a work is. `is_blind`: nothing is
    said of what has come (`state`, `versions_used`, `submitted_at` and `late_ms` are null) until the grades are
    released, for the moment at which somebody's line changes would say whose the work is that came."""

    person_id: UUID
    name: str
    group_id: UUID | None
    due_at: datetime | None
    closes_at: datetime | None
    alternative_task: str | None
    alternative_form: str | None
    is_blind: bool
    state: SubmissionState | None
    versions_used: int | None
    submitted_at: datetime | None
    late_ms: int | None


class WorkFileOut(Output):
    """`is_mismatch`: the name or the sender says something else than the bytes. `is_served`: it can be fetched; not
    while it waits for the virus scanner, and never when that has found something."""

    number: int
    name: str
    media_type: str
    size: int
    sha256: str | None
    is_mismatch: bool
    scan: Scan
    is_served: bool


class SubmissionOut(Output):
    """A version of a work. `late_ms`: milliseconds behind the own due moment; `deduction_percent` follows from it: both
    for whose it is and who teaches the class."""

    id: UUID
    assignment_id: UUID
    number: int
    state: SubmissionState
    persons: list[UUID]
    group_id: UUID | None
    files: list[WorkFileOut]
    text_version: int
    language: str | None
    begun_at: datetime
    submitted_at: datetime | None
    late_ms: int | None
    deduction_percent: int | None
    has_receipt: bool


class TextIn(Input):
    content: LongText
    language: Language | None = None


class TextOut(Output):
    """`version` is the entity tag: send it with the next save."""

    content: str
    language: str | None
    version: int
    saved_at: datetime | None


class TextVersionLine(Output):
    version: int
    saved_at: datetime
    characters: int


class ReceiptOut(Output):
    """The proof of what was handed in and when. `content` is the text that was signed; keep both as they are."""

    content: str
    signature: str


class ReceiptIn(Input):
    content: Annotated[str, Meta(min_length=1, max_length=100_000)]
    signature: Annotated[str, Meta(min_length=1, max_length=200)]


class VerifiedOut(Output):
    """`is_genuine`: this service has given the receipt out, with this content. `is_on_record`: the version that it
    speaks of is kept here with the same receipt."""

    is_genuine: bool
    is_on_record: bool


class BlindFileOut(Output):
    number: int
    media_type: str
    size: int
    is_served: bool


class MarkedWorkOut(Output):
    """A work as its marker reads it: known by a code, files by numbers. Nothing here tells whose it is."""

    code: str
    text: str | None
    language: str | None
    files: list[BlindFileOut]
