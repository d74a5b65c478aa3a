"""What comes in and goes out about programmes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from api.domains.programmes.rules import (
    Body,
    CreditKind,
    Deviation,
    Form,
    Kind,
    Level,
    Mode,
    Move,
    Purpose,
    State,
)
from api.http.wire import END, Code, Input, Language, Line, Output, Reason

SomeTitles = Annotated[dict[Language, Line], Meta(min_length=1, max_length=3)]
"""Language -> title, at least one."""
Address = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s\x00-\x20\x7f<>\"]+" + END)]
"""Of a document on the web."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}" + END)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Credits = Annotated[float, Meta(ge=0, le=1000)]
Hours = Annotated[int, Meta(ge=0, le=10_000)]
Months = Annotated[int, Meta(ge=1, le=120)]
Semester = Annotated[int, Meta(ge=1, le=20)]
IntakeYear = Annotated[int, Meta(ge=1990, le=2100)]
SOME = Meta(max_length=10)


class ActIn(Input, kw_only=True):
    """A decree or order. `valid_to` is its last day. `is_confirmed` says that its text was compared."""

    number: Code
    issued_on: date
    issuer: Line
    titles: SomeTitles
    valid_from: date
    valid_to: date | None = None
    link: Address | None = None
    is_confirmed: bool = False


class ActChange(Input, kw_only=True):
    """What may change of an act: its end when it is repealed, its words, its link, that it was compared."""

    titles: SomeTitles | UnsetType = UNSET
    valid_to: date | UnsetType | None = UNSET
    link: Address | UnsetType | None = UNSET
    is_confirmed: bool | UnsetType = UNSET


class ActOut(Output, kw_only=True):
    id: UUID
    number: str
    issued_on: date
    issuer: str
    titles: dict[str, str]
    valid_from: date
    valid_to: date | None
    link: str | None
    is_confirmed: bool


class SpecialityIn(Input, kw_only=True):
    """`code` is that of the national classifier."""

    code: Code
    titles: SomeTitles


class SpecialityChange(Input, kw_only=True):
    titles: SomeTitles


class SpecialityOut(Output, kw_only=True):
    id: UUID
    code: str
    titles: dict[str, str]


class ClosureIn(Input, kw_only=True):
    """A speciality closed by an act. It concerns what is asked in one of `forms` or in one of `modes`; no `levels`
    are all levels. A moratorium on admission has the purpose `admission` alone."""

    speciality_id: UUID
    act_id: UUID
    prohibited_from: date
    prohibited_to: date | None = None
    purposes: Annotated[list[Purpose], Meta(min_length=1, max_length=2)]
    forms: Annotated[list[Form], SOME] = field(default_factory=list)
    modes: Annotated[list[Mode], SOME] = field(default_factory=list)
    levels: Annotated[list[Level], SOME] = field(default_factory=list)


class ClosureChange(Input, kw_only=True):
    """The last day of a closure; a closure that was never right ends on its first day."""

    prohibited_to: date | None


class ClosureOut(Output, kw_only=True):
    """`act_…` repeat the act, so that a list can be read by itself."""

    id: UUID
    speciality_id: UUID
    speciality_code: str
    act_id: UUID
    act_number: str
    act_issued_on: date
    act_is_confirmed: bool
    prohibited_from: date
    prohibited_to: date | None
    purposes: list[Purpose]
    forms: list[Form]
    modes: list[Mode]
    levels: list[Level]


class ClosedOut(Output, kw_only=True):
    """Whether a speciality is closed for what was asked, and by which closure."""

    is_closed: bool
    closure: ClosureOut | None


class CreditRuleIn(Input, kw_only=True):
    """How many hours a credit has from a day on, and where that is written."""

    kind: CreditKind
    hours_per_credit: Annotated[int, Meta(ge=1, le=100)]
    valid_from: date
    valid_to: date | None = None
    source: Reason
    is_confirmed: bool = False


class CreditRuleOut(Output, kw_only=True):
    id: UUID
    kind: CreditKind
    hours_per_credit: int
    valid_from: date
    valid_to: date | None
    source: str
    is_confirmed: bool


class ConversionOut(Output, kw_only=True):
    """An amount of credits in the other kind, by the rules of a day, to two decimals."""

    amount: float
    from_kind: CreditKind
    to_kind: CreditKind
    result: float
    on: date


class ProgrammeIn(Input, kw_only=True):
    """A draft. `mode` distance is 100 % online, blended has a share between; `national_credits` follow from `ects`
    when they are not given."""

    code: Code
    titles: SomeTitles
    level: Level
    form: Form
    mode: Mode
    speciality_id: UUID
    unit_id: UUID
    duration_months: Months
    ects: Credits
    national_credits: Credits | None = None
    distance_percent: Percent


class ProgrammeChange(Input, kw_only=True):
    """Fields left out stay as they are. Only a draft changes."""

    titles: SomeTitles | UnsetType = UNSET
    level: Level | UnsetType = UNSET
    form: Form | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    speciality_id: UUID | UnsetType = UNSET
    duration_months: Months | UnsetType = UNSET
    ects: Credits | UnsetType = UNSET
    national_credits: Credits | UnsetType = UNSET
    distance_percent: Percent | UnsetType = UNSET


class ProgrammeOut(Output, kw_only=True):
    id: UUID
    code: str
    edition: int
    titles: dict[str, str]
    level: Level
    form: Form
    mode: Mode
    speciality_id: UUID
    unit_id: UUID
    duration_months: int
    ects: float
    national_credits: float
    distance_percent: int
    state: State
    state_since: datetime
    approved_on: date | None
    replaces_id: UUID | None


class DocumentIn(Input, kw_only=True):
    """Where a document is kept: with its number, date and title, and its address or its SHA-256 where it has them."""

    number: Code
    dated: date
    title: Line
    link: Address | None = None
    sha256: Sha256 | None = None


Documents = Annotated[list[DocumentIn], Meta(min_length=1, max_length=10)]


class StepIn(Input, kw_only=True):
    """A step with the paper it rests on. A reason may be left out where nothing is refused or undone."""

    documents: Documents
    reason: Reason | None = None


class ReviewIn(Input, kw_only=True):
    """The methodical council's opinion; an unfavourable one has a reason."""

    is_favourable: bool
    documents: Documents
    reason: Reason | None = None


class RefusalIn(Input, kw_only=True):
    """What is refused or undone has a reason."""

    documents: Documents
    reason: Reason


class DocumentOut(Output, kw_only=True):
    number: str
    dated: date
    title: str
    link: str | None
    sha256: str | None


class DecisionOut(Output, kw_only=True):
    """A step that was taken. `person_id` is None when the service did it itself."""

    number: int
    move: Move
    state: State
    body: Body
    person_id: UUID | None
    decided_at: datetime
    is_favourable: bool | None
    reason: str
    documents: list[DocumentOut]


class ModuleIn(Input, kw_only=True):
    """A case: a course at a distance in one programme, in all programmes (no `programme_id`), or the whole share of a
    programme (no `course_id`)."""

    unit_id: UUID
    course_id: UUID | None = None
    programme_id: UUID | None = None
    mode: Mode
    distance_percent: Percent
    valid_from: date
    valid_to: date | None = None


class ModuleChange(Input, kw_only=True):
    mode: Mode | UnsetType = UNSET
    distance_percent: Percent | UnsetType = UNSET
    valid_from: date | UnsetType = UNSET
    valid_to: date | UnsetType | None = UNSET


class ModuleOut(Output, kw_only=True):
    id: UUID
    course_id: UUID | None
    programme_id: UUID | None
    unit_id: UUID
    mode: Mode
    distance_percent: int
    valid_from: date
    valid_to: date | None
    suspended_from: date | None
    superseded_from: date | None
    state: State
    state_since: datetime


class PartIn(Input, kw_only=True):
    """Hours of a kind. `distance_hours` are needed for a blended part, and follow from the mode otherwise. What is
    declared in person only cannot have another mode (clause 5.7)."""

    kind: Kind
    hours: Hours
    mode: Mode
    is_in_person_only: bool
    distance_hours: Hours | None = None


class CurriculumCourseIn(Input, kw_only=True):
    course_id: UUID
    semester: Semester
    is_elective: bool
    ects: Credits
    national_credits: Credits | None = None
    parts: Annotated[list[PartIn], Meta(max_length=20)]


class CurriculumIn(Input, kw_only=True):
    """The whole curriculum: what is not in it is taken out."""

    courses: Annotated[list[CurriculumCourseIn], Meta(max_length=400)]


class PartOut(Output, kw_only=True):
    kind: Kind
    hours: int
    mode: Mode
    is_in_person_only: bool
    distance_hours: int


class CurriculumCourseOut(Output, kw_only=True):
    """`credit_hours` are what the ECTS credits stand for; `hours` what the parts add up to, self-study too."""

    course_id: UUID
    semester: int
    is_elective: bool
    ects: float
    national_credits: float
    hours: int
    credit_hours: float
    parts: list[PartOut]


class ShareOut(Output, kw_only=True):
    """Of the taught hours (self-study is not taught), in whole percent."""

    distance_hours: int
    taught_hours: int
    percent: int


class CurriculumOut(Output, kw_only=True):
    """`intake_year` is the version's; students of later intakes follow it until there is a later one. `is_frozen`:
    from 1 September of its year it is not changed."""

    programme_id: UUID
    intake_year: int
    is_frozen: bool
    ects: float
    national_credits: float
    share: ShareOut
    courses: list[CurriculumCourseOut]


class CourseShareOut(Output, kw_only=True):
    """A course whose share differs from what is approved, or has one approved."""

    course_id: UUID
    actual: ShareOut
    approved_percent: int | None
    deviation: Deviation | None


class ProgrammeShareOut(Output, kw_only=True):
    """The share approved and actual, of a programme and of its courses (clause 3.2)."""

    programme_id: UUID
    intake_year: int
    on: date
    actual: ShareOut
    approved_percent: int | None
    deviation: Deviation | None
    courses: list[CourseShareOut]


class ProgrammeDeviationOut(Output, kw_only=True):
    programme_id: UUID
    code: str
    edition: int
    intake_year: int | None
    actual: ShareOut
    approved_percent: int | None
    deviation: Deviation | None
