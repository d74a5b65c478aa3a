"""The tables of line items, grades, rubrics, marking, results, retakes and appeals."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
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
from api.personal import PERSON, WITHHELD, Bond

LONGEST_CODE = 16


class Hundredths(TypeDecorator[Decimal]):
    """An exact decimal with two places, stored as a whole number: no database rounds it."""

    impl = Integer
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value) * 100
        if scaled != scaled.to_integral_value():
            raise ValueError("points have two decimal places at most")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(one.value) for one in values)})"


def _only_released(metadata: MetaData, table: Table) -> ColumnElement[bool]:
    """Which rows a person's export may hold: nobody sees a grade before it is released, by no way."""
    item = metadata.tables["line_item"]
    released = select(item.c.id).where(item.c.state == LineItemState.RELEASED.value)
    return table.c.line_item_id.in_(released)


class LineItemRow(VersionedRow):
    """A column of a class's journal: what is graded, out of how many points, with which weight in the result."""

    __tablename__ = "line_item"
    __table_args__ = (
        CheckConstraint(_one_of("category", Category), name="category"),
        CheckConstraint(_one_of("state", LineItemState), name="state"),
        CheckConstraint("max_points > 0", name="max_points"),
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint("threshold >= 0", name="threshold"),
        UniqueConstraint("task_id"),
        UniqueConstraint("class_id", "code"),
        Index("ix_line_item_class_id_id", "class_id", "id"),
        Index("ix_line_item_rubric_version_id", "rubric_version_id"),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"))
    """The test or assignment whose grades these are; none for what is graded by hand."""
    code: Mapped[str] = mapped_column(String(64))
    titles: Mapped[dict[str, Any]]
    category: Mapped[str] = mapped_column(String(16))
    weight: Mapped[Decimal] = mapped_column(Hundredths)
    """Its part of the class result; see `rules.weighted_total`."""
    max_points: Mapped[Decimal] = mapped_column(Hundredths)
    rubric_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("rubric_version.id"))
    is_blind: Mapped[bool]
    """Nobody who marks learns whose work it is until all are marked and released."""
    second_marker: Mapped[bool]
    threshold: Mapped[Decimal] = mapped_column(Hundredths)
    """By how many points two markers may differ; beyond it the head decides."""
    state: Mapped[str] = mapped_column(String(16))
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class GradeEventRow(Row):
    """Something that happened to a grade. Rows are added, never changed."""

    __tablename__ = "grade_event"
    __table_args__ = (
        CheckConstraint(_one_of("kind", EventKind), name="kind"),
        CheckConstraint(_one_of("source_kind", SourceKind), name="source_kind"),
        CheckConstraint("kind = 'posted' OR reason IS NOT NULL", name="reason"),
        CheckConstraint("(points IS NULL) = (kind IN ('annulled', 'reinstated'))", name="points"),
        CheckConstraint("points >= 0", name="least"),
        UniqueConstraint("line_item_id", "person_id", "sequence"),
        Index("ix_grade_event_person_id_id", "person_id", "id"),
        Index("ix_grade_event_source_id", "source_id"),
        {"info": {WITHHELD: _only_released}},
    )

    line_item_id: Mapped[UUID] = mapped_column(ForeignKey("line_item.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    sequence: Mapped[int]
    """1, 2, 3 … for one grade."""
    kind: Mapped[str] = mapped_column(String(16))
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    reason: Mapped[str | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """Whose decision it is; none: the service itself, e.g. a test that scores itself."""
    source_kind: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[UUID | None] = mapped_column(info={PERSON: Bond.NONE})
    """A work, a case, an appeal …: each says itself whom it is about, the same person as here."""


class JournalEntryRow(VersionedRow):
    """A person's grade of a line item: the fold of its events, written in the transaction of each."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        CheckConstraint(_one_of("state", EntryState), name="state"),
        CheckConstraint("(points IS NULL) = (state = 'annulled')", name="points"),
        UniqueConstraint("line_item_id", "person_id"),
        Index("ix_journal_entry_class_id_person_id", "class_id", "person_id"),
        Index("ix_journal_entry_person_id_id", "person_id", "id"),
        {"info": {WITHHELD: _only_released}},
    )

    line_item_id: Mapped[UUID] = mapped_column(ForeignKey("line_item.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(16))
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    sequence: Mapped[int]
    """Of the last event."""
    graded_at: Mapped[datetime]
    """When the last event happened."""


# Rubrics


class RubricRow(Row):
    """A rubric of a class. It lives in its versions."""

    __tablename__ = "rubric"
    __table_args__ = (Index("ix_rubric_class_id_id", "class_id", "id"),)

    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))


class RubricVersionRow(VersionedRow):
    """Criteria as they are at one time; unchangeable once somebody has marked by them."""

    __tablename__ = "rubric_version"
    __table_args__ = (UniqueConstraint("rubric_id", "number"),)

    rubric_id: Mapped[UUID] = mapped_column(ForeignKey("rubric.id"))
    number: Mapped[int]
    """1, 2, 3 … within the rubric."""
    titles: Mapped[dict[str, Any]]
    revision: Mapped[int]
    """How often the criteria were written: so that the entity tag changes with them."""
    used_at: Mapped[datetime | None]


class RubricCriterionRow(Row):
    """One thing that is looked at, with the levels that may be reached."""

    __tablename__ = "rubric_criterion"
    __table_args__ = (
        UniqueConstraint("rubric_version_id", "position"),
        UniqueConstraint("rubric_version_id", "code"),
    )

    rubric_version_id: Mapped[UUID] = mapped_column(ForeignKey("rubric_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    titles: Mapped[dict[str, Any]]
    max_points: Mapped[Decimal] = mapped_column(Hundredths)
    levels: Mapped[list[Any]]
    """`rules.Level` each, by rising points. Read and written whole."""


# Marking


class MarkingWorkRow(VersionedRow):
    """A work that persons mark. Its id and code are random: they tell neither whose it is nor when it came."""

    __tablename__ = "marking_work"
    __table_args__ = (
        CheckConstraint(_one_of("work_kind", WorkKind), name="work_kind"),
        CheckConstraint(_one_of("state", WorkState), name="state"),
        CheckConstraint("deduction BETWEEN 0 AND 10000", name="deduction"),
        UniqueConstraint("line_item_id", "code"),
        UniqueConstraint("work_id"),
        Index("ix_marking_work_line_item_id_state_id", "line_item_id", "state", "id"),
    )

    line_item_id: Mapped[UUID] = mapped_column(ForeignKey("line_item.id"))
    work_kind: Mapped[str] = mapped_column(String(16))
    work_id: Mapped[UUID] = mapped_column(info={PERSON: Bond.NONE})
    """A submission or an attempt: it says itself whose it is, and `marking_person` says it here."""
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    content_path: Mapped[str | None] = mapped_column(String(300))
    """Where the marker reads the work, with `{marking}` for the marking's id."""
    max_points: Mapped[Decimal] = mapped_column(Hundredths)
    """The most that markers may give: what is not scored by the service itself."""
    base_points: Mapped[Decimal] = mapped_column(Hundredths)
    """Scored by the service itself; added to what the markers give."""
    deduction: Mapped[Decimal] = mapped_column(Hundredths)
    """Per cent taken off for being late."""
    keeps_better: Mapped[bool]
    """A better grade that is there stays; else this work's takes its place."""
    state: Mapped[str] = mapped_column(String(16))
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    """What the markers, or the head, agreed on; without base and deduction."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class MarkingPersonRow(Row):
    """Whose work it is: one person, or a group."""

    __tablename__ = "marking_person"
    __table_args__ = (
        UniqueConstraint("marking_work_id", "person_id"),
        Index("ix_marking_person_person_id_id", "person_id", "id"),
    )

    marking_work_id: Mapped[UUID] = mapped_column(
        ForeignKey("marking_work.id", ondelete="CASCADE"),
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class MarkingRow(VersionedRow):
    """What one marker says of a work."""

    __tablename__ = "marking"
    __table_args__ = (
        CheckConstraint(_one_of("role", MarkerRole), name="role"),
        CheckConstraint(_one_of("state", MarkingState), name="state"),
        CheckConstraint("(state = 'open') = (marker_id IS NULL)", name="marker"),
        UniqueConstraint("marking_work_id", "role"),
        UniqueConstraint("marking_work_id", "marker_id"),
        Index("ix_marking_marker_id_state_id", "marker_id", "state", "id"),
    )

    marking_work_id: Mapped[UUID] = mapped_column(ForeignKey("marking_work.id"))
    role: Mapped[str] = mapped_column(String(16))
    marker_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(16))
    scores: Mapped[list[Any]]
    """`rules.Score` each, by the rubric's criteria. Read and written whole."""
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    comment: Mapped[str]
    """For the student."""
    finished_at: Mapped[datetime | None]


class FeedbackRow(Row):
    """Words, scores, a file or a recording for a student. What a marker writes stands on the marking; when the grade is
    posted each person of the work gets it, so that it is theirs like the grade itself."""

    __tablename__ = "grade_feedback"
    __table_args__ = (
        CheckConstraint("marking_id IS NOT NULL OR person_id IS NOT NULL", name="place"),
        Index("ix_grade_feedback_line_item_id_person_id", "line_item_id", "person_id"),
        Index("ix_grade_feedback_marking_id", "marking_id"),
        Index("ix_grade_feedback_person_id", "person_id"),
        Index("ix_grade_feedback_file_id", "file_id"),
        {"info": {WITHHELD: _only_released}},
    )

    line_item_id: Mapped[UUID] = mapped_column(ForeignKey("line_item.id"))
    marking_id: Mapped[UUID | None] = mapped_column(ForeignKey("marking.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str]
    scores: Mapped[list[Any]]
    """As in `MarkingRow`."""
    rubric_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("rubric_version.id"))
    """By which the scores are."""
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    withdrawn_at: Mapped[datetime | None]


# Results


_PROPOSED = text("state = 'proposed'")
_APPROVED = text("state = 'approved'")


class ClassResultRow(VersionedRow):
    """What a person has reached in a class, as a grade of one version of a scale; in numbered versions of which at most
    one is approved."""

    __tablename__ = "class_result"
    __table_args__ = (
        CheckConstraint(_one_of("state", ResultState), name="state"),
        CheckConstraint("points BETWEEN 0 AND 10000", name="points"),
        UniqueConstraint("class_id", "person_id", "number"),
        Index(
            "uq_class_result_proposed",
            "class_id",
            "person_id",
            unique=True,
            sqlite_where=_PROPOSED,
            postgresql_where=_PROPOSED,
        ),
        Index(
            "uq_class_result_approved",
            "class_id",
            "person_id",
            unique=True,
            sqlite_where=_APPROVED,
            postgresql_where=_APPROVED,
        ),
        Index("ix_class_result_class_id_id", "class_id", "id"),
        Index("ix_class_result_person_id_academic_session_id", "person_id", "academic_session_id"),
        Index("ix_class_result_person_id_id", "person_id", "id"),
        Index("ix_class_result_enrolment_id", "enrolment_id"),
        Index("ix_class_result_study_id", "study_id"),
        Index("ix_class_result_course_id", "course_id"),
        Index("ix_class_result_academic_session_id_id", "academic_session_id", "id"),
        Index("ix_class_result_programme_id_id", "programme_id", "id"),
        Index("ix_class_result_unit_id_id", "unit_id", "id"),
        Index("ix_class_result_study_unit_id_id", "study_unit_id", "id"),
        Index("ix_class_result_scale_version_id", "scale_version_id"),
        Index("ix_class_result_previous_id", "previous_id"),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"))
    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    """The study's."""
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The class's."""
    study_unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[int]
    """1, 2, 3 … for one person and class."""
    points: Mapped[Decimal] = mapped_column(Hundredths)
    """The weighted total, out of 100."""
    scale_version_id: Mapped[UUID] = mapped_column(ForeignKey("grading_scale_version.id"))
    grade_code: Mapped[str] = mapped_column(String(64))
    is_pass: Mapped[bool]
    parts: Mapped[list[Any]]
    """The line items that it is the sum of, with weight and points at that time. Read and written whole."""
    reason: Mapped[str | None]
    """Why an approved result is changed; none for the first."""
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("class_result.id"))
    state: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None]
    outdated_at: Mapped[datetime | None]
    """Since when the grades are others than those of which the approved result was made."""


class ClassScaleRow(VersionedRow):
    """Which version of which scale a class's results are in. Kept, whatever scale comes later."""

    __tablename__ = "class_scale"
    __table_args__ = (
        UniqueConstraint("class_id"),
        Index("ix_class_scale_scale_version_id", "scale_version_id"),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    scale_version_id: Mapped[UUID] = mapped_column(ForeignKey("grading_scale_version.id"))


class RetakeRuleRow(VersionedRow):
    """How often and until when a result may be retaken or appealed, and which result counts; for one version of a
    scale."""

    __tablename__ = "retake_rule"
    __table_args__ = (
        CheckConstraint(_one_of("counts", Counts), name="counts"),
        CheckConstraint("most BETWEEN 0 AND 20", name="most"),
        UniqueConstraint("scale_version_id"),
    )

    scale_version_id: Mapped[UUID] = mapped_column(ForeignKey("grading_scale_version.id"))
    most: Mapped[int]
    """Retakes of one line item."""
    window_days: Mapped[int]
    """Within so many days after the grade was released, or the absence recorded."""
    counts: Mapped[str] = mapped_column(String(16))
    highest_percent: Mapped[Decimal] = mapped_column(Hundredths)
    """Of the line item's points a retake can give at most; 100 where it is worth as much as the first time."""
    appeal_days: Mapped[int]
    """Within so many days after the release a grade may be appealed."""
    source: Mapped[str]
    """The act or order that sets it."""


class RetakeRow(VersionedRow):
    """One more time for one person and one line item, at a time of its own (clause 6.5)."""

    __tablename__ = "retake"
    __table_args__ = (
        CheckConstraint(_one_of("cause", RetakeCause), name="cause"),
        CheckConstraint(_one_of("state", RetakeState), name="state"),
        CheckConstraint("opens_at < closes_at", name="window"),
        UniqueConstraint("line_item_id", "person_id", "number"),
        Index("ix_retake_class_id_id", "class_id", "id"),
        Index("ix_retake_person_id_id", "person_id", "id"),
        Index("ix_retake_unit_id_id", "unit_id", "id"),
        Index("ix_retake_programme_id_id", "programme_id", "id"),
    )

    line_item_id: Mapped[UUID] = mapped_column(ForeignKey("line_item.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The class's."""
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """The class's."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    """1, 2, 3 … for one person and line item."""
    cause: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """When it has to have taken place."""
    counts: Mapped[str] = mapped_column(String(16))
    """The rule's, when it was granted."""
    highest_points: Mapped[Decimal] = mapped_column(Hundredths)
    held_at: Mapped[datetime | None]
    """The separate time; set when it is scheduled."""
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    """What the retake itself gave; which result counts stands in the journal."""
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ended_reason: Mapped[str | None]


_OPEN_APPEAL = text("state IN ('submitted', 'in_review')")


class AppealRow(VersionedRow):
    """A student asks that a grade be looked at again, by somebody who did not give it."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint(_one_of("state", AppealState), name="state"),
        Index(
            "uq_appeal_open",
            "line_item_id",
            "person_id",
            unique=True,
            sqlite_where=_OPEN_APPEAL,
            postgresql_where=_OPEN_APPEAL,
        ),
        Index("ix_appeal_class_id_id", "class_id", "id"),
        Index("ix_appeal_person_id_id", "person_id", "id"),
        Index("ix_appeal_unit_id_id", "unit_id", "id"),
        Index("ix_appeal_programme_id_id", "programme_id", "id"),
    )

    line_item_id: Mapped[UUID] = mapped_column(ForeignKey("line_item.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The class's."""
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """The class's."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    entry_sequence: Mapped[int]
    """Of the last grade event that the student had seen."""
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    """The points that a granted appeal gave."""
