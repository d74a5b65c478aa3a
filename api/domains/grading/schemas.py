"""What comes in and goes out over HTTP. Points and weights are text with two decimal places: no client rounds them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from api.domains.grading.rating import RatingScope
from api.domains.grading.rules import (
    AppealState,
    Category,
    Counts,
    EntryState,
    EventKind,
    LineItemState,
    MarkerRole,
    MarkingState,
    ResultState,
    RetakeCause,
    RetakeState,
    SourceKind,
    WorkKind,
    WorkState,
)
from api.http.wire import END, Code, Input, Moment, Output, Reason, Text, Titles

Points = Annotated[str, Meta(max_length=8, pattern=r"^(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?" + END)]
"""An exact number from 0, with at most two decimals: "7", "7.5", "7.25"."""
Version = Annotated[int, Meta(ge=1, le=1_000_000_000)]

# Line items


class LineItemIn(Input):
    """`weight` is the part of the class result, of 100; `max_points` what grades are out of. `is_blind`: nobody who
    marks learns whose work it is before the release. `second_marker`: two persons mark; when they differ by more than
    `threshold` points the head decides."""

    code: Code
    titles: Titles
    category: Category = Category.OTHER
    weight: Points = "0"
    max_points: Points = "100"
    rubric_version_id: UUID | None = None
    is_blind: bool = False
    second_marker: bool = False
    threshold: Points = "0"


class LineItemChange(Input):
    """Fields that are left out stay. Once somebody has a grade or a work there, only titles, category and weight may
    change; the weight until a result of the class is approved."""

    titles: Titles | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    weight: Points | UnsetType = UNSET
    max_points: Points | UnsetType = UNSET
    rubric_version_id: UUID | UnsetType | None = UNSET
    is_blind: bool | UnsetType = UNSET
    second_marker: bool | UnsetType = UNSET
    threshold: Points | UnsetType = UNSET


class LineItemOut(Output):
    id: UUID
    class_id: UUID
    task_id: UUID | None
    code: str
    titles: dict[str, str]
    category: Category
    weight: str
    max_points: str
    rubric_version_id: UUID | None
    is_blind: bool
    second_marker: bool
    threshold: str
    state: LineItemState
    released_at: datetime | None
    version: int


class WeightIn(Input):
    line_item_id: UUID
    weight: Points


class GradingPlanIn(Input):
    """The weights of all line items at once. They add to exactly 100; those that are not named weigh nothing."""

    weights: Annotated[list[WeightIn], Meta(min_length=1, max_length=200)]


class GradingPlanLine(Output):
    line_item_id: UUID
    code: str
    titles: dict[str, str]
    category: Category
    weight: str
    max_points: str
    state: LineItemState


class GradingPlanOut(Output):
    """`sum` is what the weights add to; results are proposed when it is 100. `scale_version_id` is the scale that the
    class is graded in."""

    class_id: UUID
    line_items: list[GradingPlanLine]
    sum: str
    is_complete: bool
    scale_version_id: UUID | None
    version: int


# Grades


class GradeIn(Input):
    """`reason` is optional for a first grade; words for the student stand in feedback."""

    person_id: UUID
    points: Points
    reason: Reason | None = None


class GradeChange(Input):
    """Whose grade it is stands in the body too, so that no mistake of a row gives it to somebody else."""

    person_id: UUID
    points: Points
    reason: Reason


class BulkGrade(Input):
    """With `version` (that of the entry which was read) it amends, and needs a reason; without it posts."""

    person_id: UUID
    points: Points
    version: Version | None = None
    reason: Reason | None = None


class BulkGradesIn(Input):
    grades: Annotated[list[BulkGrade], Meta(min_length=1, max_length=500)]


class GradingRowOut(Output):
    """What became of one row: `done`, or the slug of the problem that refuses it, with what to do about it."""

    person_id: UUID
    is_done: bool
    id: UUID | None = None
    version: int | None = None
    problem: str | None = None
    title: str | None = None
    detail: str | None = None


class GradingRowsOut(Output):
    """In the order of the rows that were sent. Rows that are done are stored, whatever became of the others."""

    rows: list[GradingRowOut]
    done: int
    refused: int


class EntryOut(Output):
    """A grade as it is now. `points` is null for an annulled one."""

    id: UUID
    line_item_id: UUID
    class_id: UUID
    person_id: UUID
    state: EntryState
    points: str | None
    sequence: int
    graded_at: datetime
    version: int


class GradeEventOut(Output):
    """One thing that happened to a grade. `author` is the name of whose decision it was; null for the service."""

    sequence: int
    kind: EventKind
    kind_words: str
    points: str | None
    reason: str | None
    author_id: UUID | None
    author: str | None
    source: SourceKind
    source_id: UUID | None
    at: datetime


class LevelOut(Output):
    code: str
    titles: dict[str, str]
    points: str


class CriterionOut(Output):
    code: str
    titles: dict[str, str]
    max_points: str
    levels: list[LevelOut]


class ScoreOut(Output):
    """`title` and `level_title` are in the language that was asked for."""

    criterion: str
    title: str
    level: str | None
    level_title: str | None
    points: str
    max_points: str
    comment: str


class FeedbackOut(Output):
    """Words, scores by a rubric, or a file (an annotated work, a recording) at `file_path`."""

    id: UUID
    at: datetime
    words: str
    scores: list[ScoreOut]
    file_name: str | None
    media_type: str | None
    size: int | None
    file_path: str | None


class EntryDetail(Output):
    """A grade with all that happened to it and what the student gets with it."""

    entry: EntryOut
    history: list[GradeEventOut]
    feedback: list[FeedbackOut]


class WordsIn(Input):
    words: Reason


class JournalCell(Output):
    """`version` is what an amendment names."""

    line_item_id: UUID
    state: EntryState
    points: str | None
    version: int


class JournalRow(Output):
    """A student of the class with the grades that the reader may know. `total` is what the released ones come to, out
    of `of`: the sum of their weights."""

    enrolment_id: UUID
    person_id: UUID
    name: str
    cells: list[JournalCell]
    total: str
    of: str


class OwnGrade(Output):
    """What is graded in one's classes. Until it is released there are neither points nor comments: `is_released` says
    so. Words are in the language that was asked for."""

    line_item_id: UUID
    class_id: UUID
    title: str
    category: Category
    category_words: str
    weight: str
    max_points: str
    is_released: bool
    released_at: datetime | None
    state: EntryState | None
    state_words: str | None
    points: str | None
    graded_at: datetime | None


class OwnGradeDetail(OwnGrade):
    """Everything of one's own released grade at once: history with reasons and authors, comments, scores and files, and
    the criteria that it was judged by."""

    criteria: list[CriterionOut]
    history: list[GradeEventOut]
    feedback: list[FeedbackOut]


class OwnRubric(Output):
    """By what one's work will be judged, known beforehand. Empty without a rubric."""

    line_item_id: UUID
    titles: dict[str, str]
    criteria: list[CriterionOut]


# Rubrics


class LevelIn(Input):
    code: Code
    titles: Titles
    points: Points


class CriterionIn(Input):
    """`levels` by rising points, the best of which gives `max_points`; without levels any points may be given."""

    code: Code
    titles: Titles
    max_points: Points
    levels: Annotated[list[LevelIn], Meta(max_length=20)] = field(default_factory=list)


class RubricIn(Input):
    titles: Titles
    criteria: Annotated[list[CriterionIn], Meta(min_length=1, max_length=50)]


class RubricLine(Output):
    id: UUID
    class_id: UUID
    created_at: datetime


class RubricOut(Output):
    """The newest version. `version_id` is what a line item refers to; `used_at` says since when it is unchangeable."""

    id: UUID
    class_id: UUID
    version_id: UUID
    number: int
    titles: dict[str, str]
    criteria: list[CriterionOut]
    sum: str
    used_at: datetime | None
    version: int


# Marking


class MarkScore(Output):
    criterion: str
    points: str
    level: str | None
    comment: str


class WorkMarking(Output):
    """What a marker gave, for the head; of one that is taken and not finished who has it and nothing else. Its id leads
    to the content (`content_path`), and gives it back."""

    id: UUID
    role: MarkerRole
    state: MarkingState
    marker_name: str | None
    version: int
    points: str | None
    scores: list[MarkScore]
    comment: str
    content_path: str | None


class WorkOut(Output):
    """A work in the queue. While it is blind, `person_ids`, `names` and `work_id` are null, and there is no time.
    `markings` are shown to the department head once both markers are finished, before that those that are taken; and in
    lists to nobody."""

    id: UUID
    line_item_id: UUID
    code: str
    work_kind: WorkKind
    state: WorkState
    max_points: str
    is_blind: bool
    person_ids: list[UUID] | None
    names: list[str] | None
    work_id: UUID | None
    free_places: int
    """How many markers it still waits for."""
    points: str | None
    decision_reason: str | None
    markings: list[WorkMarking]
    version: int


class ScoreIn(Input):
    criterion: Code
    points: Points
    level: Code | None = None
    comment: Text = ""


class MarkingChange(Input):
    """Everything that the marker has so far. With a rubric `points` are the sum of the scores and are left out."""

    scores: Annotated[list[ScoreIn], Meta(max_length=50)] = field(default_factory=list)
    points: Points | None = None
    comment: Text = ""


class MarkingFile(Output):
    id: UUID
    file_name: str
    media_type: str
    size: int


class MarkingOut(Output):
    """`content_path` is where the work is read. `other` is the other marker's points, once both are finished."""

    id: UUID
    work_id: UUID
    line_item_id: UUID
    code: str
    role: MarkerRole
    state: MarkingState
    max_points: str
    content_path: str | None
    scores: list[MarkScore]
    points: str | None
    comment: str
    files: list[MarkingFile]
    work_state: WorkState
    other: str | None
    version: int


class PointsDecisionIn(Input):
    points: Points
    reason: Reason


# Results


class ClassScaleIn(Input):
    """The code of a scale; its version that is in force on the first day of the semester is the class's for good."""

    scale: Code


class ProposeIn(Input):
    """Whose results; everybody's of the class who has none yet, when it is left out. `missing_as_zero` says that a
    missing grade counts as nothing. `reason` is needed where an approved result is replaced."""

    person_ids: Annotated[list[UUID], Meta(min_length=1, max_length=500)] | None = None
    missing_as_zero: bool = False
    reason: Reason | None = None


class ApprovalIn(Input):
    id: UUID
    version: Version


class ApproveIn(Input):
    """Proposals with the version that was read."""

    results: Annotated[list[ApprovalIn], Meta(min_length=1, max_length=500)]


class GradingReasonIn(Input):
    reason: Reason


class ResultPartOut(Output):
    line_item_id: UUID
    code: str
    weight: str
    max_points: str
    points: str | None


class ResultOut(Output):
    """`points` is out of 100; `grade` is the word of the scale's version in the language that was asked for.
    `outdated_at`: since when the grades are others than those of which an approved result was made."""

    id: UUID
    class_id: UUID
    person_id: UUID
    course_id: UUID
    academic_session_id: UUID
    number: int
    points: str
    scale_version_id: UUID
    grade_code: str
    grade: str
    is_pass: bool
    parts: list[ResultPartOut]
    state: ResultState
    reason: str | None
    returned_reason: str | None
    proposed_by: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None
    outdated_at: datetime | None
    version: int


# Retakes


class RetakeRuleIn(Input):
    """`highest_percent` of a line item's points is the most that a retake gives; `source` names the act."""

    scale_version_id: UUID
    most: Annotated[int, Meta(ge=0, le=20)]
    window_days: Annotated[int, Meta(ge=1, le=1_000)]
    counts: Counts
    appeal_days: Annotated[int, Meta(ge=0, le=365)]
    source: Reason
    highest_percent: Points = "100"


class RetakeRuleChange(Input):
    most: Annotated[int, Meta(ge=0, le=20)]
    window_days: Annotated[int, Meta(ge=1, le=1_000)]
    counts: Counts
    appeal_days: Annotated[int, Meta(ge=0, le=365)]
    source: Reason
    highest_percent: Points = "100"


class RetakeRuleOut(Output):
    id: UUID
    scale_version_id: UUID
    most: int
    window_days: int
    counts: Counts
    highest_percent: str
    appeal_days: int
    source: str
    version: int


class RetakeIn(Input):
    person_id: UUID
    cause: RetakeCause
    reason: Reason


class RetakeTime(Input):
    held_at: Moment


class RetakeGrade(Input):
    person_id: UUID
    points: Points
    reason: Reason


class RetakeOut(Output):
    """`reason` and `ended_reason` are for the student and the offices alone."""

    id: UUID
    line_item_id: UUID
    class_id: UUID
    person_id: UUID
    number: int
    cause: RetakeCause
    reason: str | None
    state: RetakeState
    opens_at: datetime
    closes_at: datetime
    counts: Counts
    highest_points: str
    held_at: datetime | None
    points: str | None
    ended_reason: str | None
    version: int


# Appeals


class AppealIn(Input):
    words: Reason


class AppealOut(Output):
    id: UUID
    line_item_id: UUID
    class_id: UUID
    person_id: UUID
    words: str
    state: AppealState
    submitted_at: datetime
    decision_reason: str | None
    decided_at: datetime | None
    points: str | None
    version: int


# Rating


class RatingLine(Output):
    rank: int
    person_id: UUID
    name: str
    points: str


class OwnRating(Output):
    """One's own place: `rank` of `of`. Nobody else's points."""

    scope: RatingScope
    scope_id: UUID
    academic_session_id: UUID | None
    rank: int | None
    of: int
    points: str | None
