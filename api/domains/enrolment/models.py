"""The tables of admission, enrolment and individual study plans."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.enrolment.rules import EnrolmentState, PlanState, StudyForm, StudyState


def _one_of(column: str, values: type[StudyState] | type[EnrolmentState] | type[PlanState] | type[StudyForm]) -> str:
    return f"{column} IN ({', '.join(repr(one.value) for one in values)})"


_LIVE_ENROLMENT = text("state IN ('waiting', 'enrolled')")
_LIVE_STUDY = text("state IN ('applied', 'admitted', 'active', 'on-leave')")
_OPEN_PLAN = text("state IN ('draft', 'proposed')")
_APPROVED_PLAN = text("state = 'approved'")


class StudyRow(VersionedRow):
    """A person's way through a programme, from the application to the diploma or the expulsion."""

    __tablename__ = "study"
    __table_args__ = (
        CheckConstraint(_one_of("state", StudyState), name="state"),
        CheckConstraint(_one_of("form", StudyForm), name="form"),
        CheckConstraint("intake_year BETWEEN 1950 AND 2200", name="intake_year"),
        Index(
            "uq_study_live",
            "person_id",
            "programme_id",
            unique=True,
            sqlite_where=_LIVE_STUDY,
            postgresql_where=_LIVE_STUDY,
        ),
        Index("ix_study_person_id_id", "person_id", "id"),
        Index("ix_study_programme_id_id", "programme_id", "id"),
        Index("ix_study_unit_id_id", "unit_id", "id"),
        Index("ix_study_state_id", "state", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The unit that ran the programme when the person applied; its dean's office keeps the study."""
    form: Mapped[str] = mapped_column(String(32))
    intake_year: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))


class StudyMoveRow(Row):
    """One change of a study's state, with the order (буйрук, приказ) and the reason."""

    __tablename__ = "study_move"
    __table_args__ = (
        CheckConstraint(_one_of("state", StudyState), name="state"),
        Index("ix_study_move_study_id_id", "study_id", "id"),
    )

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id"))
    state: Mapped[str] = mapped_column(String(16))
    """The state after the move."""
    reason: Mapped[str | None]
    order_number: Mapped[str | None] = mapped_column(String(64))
    order_date: Mapped[date | None]
    account_id: Mapped[UUID | None]
    """Who moved it; None for the service itself."""


class EnrolmentWindowRow(VersionedRow):
    """When students enrol by themselves in the classes of an academic session. The narrowest window that fits a
    student and a class rules: by course, then by group, then by programme."""

    __tablename__ = "enrolment_window"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="order"),
        Index("ix_enrolment_window_academic_session_id_id", "academic_session_id", "id"),
        Index("ix_enrolment_window_programme_id", "programme_id"),
        Index("ix_enrolment_window_group_id", "group_id"),
        Index("ix_enrolment_window_course_id", "course_id"),
    )

    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("student_group.id"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The first moment at which it is closed."""
    withdraw_until: Mapped[datetime]
    """The first moment at which a student may no longer withdraw alone."""


class PrerequisiteRow(Row):
    """A course asks for one course out of several; several rows for one course are all asked for."""

    __tablename__ = "prerequisite"
    __table_args__ = (Index("ix_prerequisite_course_id_id", "course_id", "id"),)

    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))


class PrerequisiteOptionRow(Row):
    """One of the courses that meet a prerequisite."""

    __tablename__ = "prerequisite_option"
    __table_args__ = (
        UniqueConstraint("prerequisite_id", "course_id"),
        Index("ix_prerequisite_option_course_id", "course_id"),
    )

    prerequisite_id: Mapped[UUID] = mapped_column(ForeignKey("prerequisite.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))


class PrerequisiteWaiverRow(Row):
    """A department head lets one person take a course without a prerequisite."""

    __tablename__ = "prerequisite_waiver"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        Index("ix_prerequisite_waiver_course_id_id", "course_id", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    reason: Mapped[str]
    account_id: Mapped[UUID | None]


class RecognisedCourseRow(Row):
    """A course that counts as passed by a decision of another domain (recognition of credits, clause 8.4)."""

    __tablename__ = "recognised_course"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "source_id"),
        Index("ix_recognised_course_course_id", "course_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    source_id: Mapped[UUID]
    """The decision."""


class EnrolmentRow(VersionedRow):
    """A person in a class: with a place, waiting for one, or with what became of it."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint(_one_of("state", EnrolmentState), name="state"),
        Index(
            "uq_enrolment_live_class",
            "person_id",
            "class_id",
            unique=True,
            sqlite_where=_LIVE_ENROLMENT,
            postgresql_where=_LIVE_ENROLMENT,
        ),
        Index(
            "uq_enrolment_live_course",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=_LIVE_ENROLMENT,
            postgresql_where=_LIVE_ENROLMENT,
        ),
        UniqueConstraint("class_id", "turn"),
        Index("ix_enrolment_class_id_state_turn", "class_id", "state", "turn"),
        Index("ix_enrolment_class_id_id", "class_id", "id"),
        Index("ix_enrolment_person_id_id", "person_id", "id"),
        Index("ix_enrolment_person_id_course_id_state", "person_id", "course_id", "state"),
        Index("ix_enrolment_study_id_id", "study_id", "id"),
        Index("ix_enrolment_programme_id_id", "programme_id", "id"),
        Index("ix_enrolment_unit_id_id", "unit_id", "id"),
        Index("ix_enrolment_study_unit_id_id", "study_unit_id", "id"),
        Index("ix_enrolment_course_id", "course_id"),
        Index("ix_enrolment_academic_session_id", "academic_session_id"),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    """The class's, which never changes; so that two classes of one course are excluded by an index."""
    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    """The study's."""
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The class's unit."""
    study_unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The study's unit: the dean's office that keeps the student."""
    state: Mapped[str] = mapped_column(String(16))
    turn: Mapped[int]
    """The order of joining the class: 1, 2, 3 …, given under the lock of the class."""
    enrolled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was withdrawn, in the words of whoever did it; None when the service did."""
    cause: Mapped[str | None] = mapped_column(String(32))
    """Why it was withdrawn, as a word of `rules.Cause`."""
    late_reason: Mapped[str | None]
    """Why the dean's office enrolled after the window had closed."""


class CreditLimitRow(VersionedRow):
    """How many credits a plan may hold, from a day on; for one programme, or for all that have none of their own."""

    __tablename__ = "credit_limit"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="order"),
        CheckConstraint("semester_min <= semester_max AND year_min <= year_max", name="ects"),
        CheckConstraint(
            "national_semester_min <= national_semester_max AND national_year_min <= national_year_max", name="national"
        ),
        Index("ix_credit_limit_programme_id_starts_on", "programme_id", "starts_on"),
    )

    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    semester_min: Mapped[int]
    """ECTS credits; as all of them."""
    semester_max: Mapped[int]
    year_min: Mapped[int]
    year_max: Mapped[int]
    national_semester_min: Mapped[int]
    national_semester_max: Mapped[int]
    national_year_min: Mapped[int]
    national_year_max: Mapped[int]
    plan_needed: Mapped[bool]
    """Whether a student enrols only in what an approved plan holds."""
    basis: Mapped[str]
    """The order or document that sets it."""


class StudyPlanRow(VersionedRow):
    """What a student takes in a semester (clause 2.1), in numbered versions of which at most one is approved."""

    __tablename__ = "study_plan"
    __table_args__ = (
        CheckConstraint(_one_of("state", PlanState), name="state"),
        UniqueConstraint("study_id", "academic_session_id", "number"),
        Index(
            "uq_study_plan_open",
            "study_id",
            "academic_session_id",
            unique=True,
            sqlite_where=_OPEN_PLAN,
            postgresql_where=_OPEN_PLAN,
        ),
        Index(
            "uq_study_plan_approved",
            "study_id",
            "academic_session_id",
            unique=True,
            sqlite_where=_APPROVED_PLAN,
            postgresql_where=_APPROVED_PLAN,
        ),
        Index("ix_study_plan_study_id_id", "study_id", "id"),
        Index("ix_study_plan_person_id_id", "person_id", "id"),
        Index("ix_study_plan_programme_id_id", "programme_id", "id"),
        Index("ix_study_plan_unit_id_id", "unit_id", "id"),
        Index("ix_study_plan_academic_session_id", "academic_session_id"),
        Index("ix_study_plan_year_id", "year_id"),
    )

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    academic_session_id: Mapped[UUID] = mapped_column(ForeignKey("academic_session.id"))
    """The semester."""
    year_id: Mapped[UUID | None] = mapped_column(ForeignKey("academic_session.id"))
    """The academic year of the semester, whose credits count together."""
    number: Mapped[int]
    """The plan's version in words of the office: 1, 2, 3 … for one study and semester."""
    state: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    """How often the items were written: so that the entity tag changes with them."""
    exception_reason: Mapped[str | None]
    """Why the dean's office approved it outside the credit limits."""
    returned_reason: Mapped[str | None]
    """Why the dean's office gave a proposal back."""
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]


class StudyPlanItemRow(Row):
    """A course of a plan, and the class once it is chosen."""

    __tablename__ = "study_plan_item"
    __table_args__ = (
        UniqueConstraint("plan_id", "course_id"),
        Index("ix_study_plan_item_course_id", "course_id"),
        Index("ix_study_plan_item_class_id", "class_id"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("study_plan.id", ondelete="CASCADE"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("class.id"))
