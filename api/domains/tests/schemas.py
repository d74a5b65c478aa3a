"""What comes in and goes out. Points go out as text, exact to the hundredth."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from api.domains.grading.service import Category
from api.domains.items.content import Answer, ItemKind, MediumKind, Prompts
from api.domains.items.presenting import Shown
from api.domains.tests.rules import (
    AttemptState,
    Counting,
    Navigation,
    ReviewPart,
    SittingFormat,
    SittingKind,
    SittingState,
)
from api.domains.tests.rules import Shown as ShownFrom
from api.http.wire import Code, Input, Language, Line, Moment, Output, Reason, Titles

Minutes = Annotated[int, Meta(ge=1, le=7 * 24 * 60)]
Attempts = Annotated[int, Meta(ge=1, le=100)]
PlaceNumber = Annotated[int, Meta(ge=1, le=1_000)]
Warning_ = Annotated[dict[Language, Reason], Meta(min_length=1, max_length=3)]
Languages = Annotated[list[Language], Meta(min_length=1, max_length=3)]


class ReviewRules(Input):
    """From when on a student sees each part of a finished attempt. Never before release."""

    points: ShownFrom = ShownFrom.RELEASED
    answers: ShownFrom = ShownFrom.RELEASED
    key: ShownFrom = ShownFrom.CLOSED
    feedback: ShownFrom = ShownFrom.CLOSED


class TestGrading(Input):
    """The column of the journal. `weight` is its part of the class result, in per cent."""

    code: Code
    category: Category = Category.TEST
    weight: Annotated[int, Meta(ge=0, le=100)] = 0
    is_blind: bool = False
    second_marker: bool = False
    rubric_version_id: UUID | None = None


class SectionIn(Input):
    """`draw` of the items are taken for each attempt, or all. `bank_ids` and `tags` add the banks' active items."""

    titles: Titles | None = None
    draw: Annotated[int, Meta(ge=1, le=500)] | None = None
    shuffle_items: bool = True
    shuffle_choices: bool = True
    item_version_ids: Annotated[list[UUID], Meta(max_length=500)] = field(default_factory=list)
    bank_ids: Annotated[list[UUID], Meta(max_length=20)] = field(default_factory=list)
    tags: Annotated[list[Line], Meta(max_length=20)] = field(default_factory=list)


class TestIn(Input):
    class_id: UUID
    titles: Titles
    opens_at: Moment
    closes_at: Moment
    languages: Languages
    time_limit_minutes: Minutes | None = None
    attempts: Attempts | None = 1
    """None: as many as wanted."""
    is_self_check: bool = False
    is_exam: bool = False
    is_proctored: bool = False
    warning: Warning_ | None = None
    navigation: Navigation = Navigation.FREE
    counting: Counting = Counting.BEST
    review: ReviewRules = field(default_factory=ReviewRules)
    grading: TestGrading | None = None
    sections: Annotated[list[SectionIn], Meta(max_length=50)] = field(default_factory=list)


class SectionsIn(Input):
    sections: Annotated[list[SectionIn], Meta(min_length=1, max_length=50)]


class TestMove(Input):
    """Other times; what is missing stays as it is."""

    reason: Reason
    titles: Titles | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    time_limit_minutes: Minutes | None = None
    attempts: Attempts | None = None


class TestReason(Input):
    reason: Reason


class SectionOut(Output):
    number: int
    titles: dict[str, str]
    draw: int | None
    shuffle_items: bool
    shuffle_choices: bool
    item_version_ids: list[UUID]


class TestOut(Output):
    id: UUID
    class_id: UUID
    titles: dict[str, str]
    state: str
    opens_at: datetime
    closes_at: datetime
    time_limit_minutes: int | None
    attempts: int | None
    is_self_check: bool
    is_exam: bool
    is_proctored: bool
    warning: dict[str, str] | None
    navigation: Navigation
    languages: list[str]
    counting: Counting
    review: dict[str, str]
    max_points: Decimal | None
    """Known once it is announced."""
    line_item_id: UUID | None


class TestDetailOut(TestOut):
    grading: dict[str, str | int | bool | None]
    sections: list[SectionOut]


class MyTestOut(Output):
    """A test as it is for this student: with the window, time and attempts that count for them."""

    id: UUID
    class_id: UUID
    titles: dict[str, str]
    state: str
    opens_at: datetime
    closes_at: datetime | None
    """None: it stays open for this student."""
    time_limit_s: int | None
    attempts: int | None
    attempts_used: int
    running_attempt_id: UUID | None
    is_self_check: bool
    is_exam: bool
    is_proctored: bool
    navigation: Navigation
    languages: list[str]
    max_points: Decimal | None
    is_adjusted: bool
    """Whether something differs from what the others have: see its conditions."""


# Conditions


class ConditionSource(Output):
    """The record that makes a difference: what was agreed or granted, never why. `words` for people."""

    kind: str
    id: UUID
    plan_id: UUID | None
    plan_number: int | None
    feature: str | None
    words: str


class EffectiveMoment(Output):
    base: datetime | None
    adjusted: datetime | None
    sources: list[ConditionSource]


class EffectiveNumber(Output):
    base: int | None
    adjusted: int | None
    sources: list[ConditionSource]


class EffectiveText(Output):
    base: str | None
    adjusted: str | None
    sources: list[ConditionSource]


class EffectiveSwitch(Output):
    base: bool
    adjusted: bool
    sources: list[ConditionSource]


class EffectiveWords(Output):
    base: list[str]
    adjusted: list[str]
    sources: list[ConditionSource]


class BreaksOut(Output):
    minutes: int
    count: int | None
    """None: as many as wanted."""


class EffectiveBreaks(Output):
    base: BreaksOut | None
    adjusted: BreaksOut | None
    sources: list[ConditionSource]


class ConditionsOut(Output):
    """What everybody has, what this student has, and the records that make the difference. A moment or limit of null
    is unlimited."""

    test_id: UUID
    is_adjusted: bool
    opens_at: datetime
    closes_at: EffectiveMoment
    time_limit_s: EffectiveNumber
    attempts: EffectiveNumber
    formats: EffectiveWords
    """Renditions that are given, as codes: spoken, braille, …"""
    breaks: EffectiveBreaks
    alternative_task: EffectiveText
    alternative_form: EffectiveText
    without_proctoring_tools: EffectiveSwitch
    other: EffectiveWords


class StudentConditionsOut(Output):
    """What is to be done for a student; never why, and not from which record."""

    person_id: UUID
    name: str
    closes_at: datetime | None
    time_limit_s: int | None
    attempts: int | None
    formats: list[str]
    breaks: BreaksOut | None
    alternative_task: str | None
    alternative_form: str | None
    without_proctoring_tools: bool
    other: list[str]
    is_adjusted: bool


# Sittings


class SittingIn(Input):
    test_id: UUID
    place: Line | None = None
    format: SittingFormat | None = None
    retakes_id: UUID | None = None
    """The sitting that is taken again; this one is a retake then."""


class AnnounceIn(Input):
    format: SittingFormat


class CommissionIn(Input):
    """`commission_id` is a unit of that kind; its members as they are today get the sitting."""

    commission_id: UUID


class CandidateIn(Input):
    """`retake_id`: the retake that was granted; it is scheduled for the beginning of the sitting, and gets its
    result."""

    person_id: UUID
    reason: Reason
    retake_id: UUID | None = None


class CandidateOut(Output):
    """`reason` null: it may tell about health, and is shown to the offices and to who wrote it."""

    id: UUID
    person_id: UUID
    name: str
    reason: str | None
    retake_id: UUID | None


class SittingOut(Output):
    id: UUID
    test_id: UUID
    kind: SittingKind
    retakes_id: UUID | None
    state: SittingState
    format: SittingFormat | None
    place: str | None
    announced_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    approved_at: datetime | None


class IdentityCheckIn(Input):
    person_id: UUID
    method: Annotated[str, Meta(pattern=r"^(document|in-person|camera)$(?!\n)", max_length=16)]


class IdentityCheckOut(Output):
    id: UUID
    person_id: UUID
    method: str
    created_at: datetime
    checked_by: UUID | None
    revoked_at: datetime | None


class WarningOut(Output):
    warning: dict[str, str] | None
    acknowledged_at: datetime | None


# Attempts


class StartIn(Input):
    language: Language


class PlaceBrief(Output):
    number: int
    section: int
    kind: ItemKind
    points: Decimal
    version: int
    """Of the last saved answer; 0 for none."""
    saved_at: datetime | None


class AttemptOut(Output):
    """`deadline_at` is when it ends if nothing more is done, null for unlimited time; during a break it counts the rest
    of the break. `server_time` is now."""

    id: UUID
    test_id: UUID
    number: int
    state: AttemptState
    language: str
    navigation: Navigation
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    server_time: datetime
    reached: int
    places: list[PlaceBrief]
    break_ends_at: datetime | None
    """During a break: when it ends by itself."""
    break_left_s: int
    breaks_left: int | None
    """How many more; null: as many as fit."""
    changes: int
    """The id of the last event; see the events of the attempt."""


class AttemptRendition(Output):
    format: str
    media_type: str
    duration_ms: int | None
    file_id: UUID


class MediumOut(Output):
    id: str
    kind: MediumKind
    file_id: UUID


class OwnAttempt(Output):
    """An attempt in the list of one's own."""

    id: UUID
    test_id: UUID
    number: int
    state: AttemptState
    language: str
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None


class PaperPlace(Output):
    number: int
    section: int
    points: Decimal
    question: Shown
    media: list[MediumOut]
    renditions: list[AttemptRendition]
    version: int
    answer: Answer | None


class PaperOut(Output):
    """The places that may be read now."""

    attempt_id: UUID
    deadline_at: datetime | None
    server_time: datetime
    places: list[PaperPlace]


class ResponseIn(Input):
    """`version` is one more than the last that was saved at this place, 1 for the first."""

    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    answer: Answer


class ResponseOut(Output):
    place: int
    version: int
    saved_at: datetime
    deadline_at: datetime | None


class AdvanceIn(Input):
    leaving: PlaceNumber


class FileOut(Output):
    file_id: UUID
    name: str
    size: int
    media_type: str


class ReviewPlace(Output):
    """Only what the review rules show now is filled."""

    number: int
    question: Shown
    answer: Answer | None
    points: Decimal | None
    max_points: Decimal | None
    is_right: bool | None
    right: Answer | None
    """The right answer in the form of an answer."""
    feedback: list[dict[str, str]]


class ReviewOut(Output):
    attempt_id: UUID
    state: AttemptState
    shown: list[ReviewPart]
    points: Decimal | None
    max_points: Decimal | None
    places: list[ReviewPlace]


class StaffAttemptOut(Output):
    """Of a blind line item without anything that tells whose it is or when it was written. `deadline_at` null: of
    unlimited time. All three moments null: not for the reader, to whom the time of single students is not shown;
    `state` says what was handed in."""

    id: UUID | None
    person_id: UUID | None
    name: str | None
    number: int | None
    state: AttemptState
    started_at: datetime | None
    deadline_at: datetime | None
    submitted_at: datetime | None
    points: Decimal | None


class AttemptWorkPlace(Output):
    number: int
    question: Shown
    points: Decimal
    needs_person: bool
    scored: Decimal | None
    answer: Answer | None
    hints: Prompts | None


class AttemptWork(Output):
    """What a marker reads."""

    code: str
    places: list[AttemptWorkPlace]


class BlockedStartOut(Output):
    id: UUID
    test_id: UUID
    person_id: UUID
    name: str
    language: str
    formats: list[str]
    missing: int
    tries: int
    last_at: datetime
    resolved_at: datetime | None
