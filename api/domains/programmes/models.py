"""Tables of the programmes' catalogue."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow

LONGEST_CODE = 64
LONGEST_WORD = 24


class LegalActRow(VersionedRow):
    """A decree or order. `is_confirmed` only when somebody of the university compared it with its text; examples are
    not."""

    __tablename__ = "legal_act"
    __table_args__ = (
        UniqueConstraint("number", "issued_on", "issuer"),
        Index("ix_legal_act_issued_on_id", "issued_on", "id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    number: Mapped[str] = mapped_column(String(LONGEST_CODE))
    issued_on: Mapped[date]
    issuer: Mapped[str] = mapped_column(String(300))
    titles: Mapped[dict[str, Any]]
    link: Mapped[str | None] = mapped_column(String(2000))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day of validity, like every `_to` here."""
    is_confirmed: Mapped[bool] = mapped_column(Boolean)


class SpecialityRow(VersionedRow):
    """A speciality of the national classifier."""

    __tablename__ = "speciality"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    titles: Mapped[dict[str, Any]]


class ProhibitedSpecialityRow(VersionedRow):
    """A speciality closed by an act for some days (clause 3.3): see `rules.Closure`."""

    __tablename__ = "prohibited_speciality"
    __table_args__ = (
        UniqueConstraint("speciality_id", "act_id", "prohibited_from"),
        CheckConstraint("prohibited_to IS NULL OR prohibited_to >= prohibited_from", name="period"),
        Index("ix_prohibited_speciality_act_id", "act_id"),
        Index("ix_prohibited_speciality_prohibited_from_id", "prohibited_from", "id"),
    )

    speciality_id: Mapped[UUID] = mapped_column(ForeignKey("speciality.id"))
    act_id: Mapped[UUID] = mapped_column(ForeignKey("legal_act.id"))
    prohibited_from: Mapped[date]
    prohibited_to: Mapped[date | None]
    purposes: Mapped[list[Any]]
    forms: Mapped[list[Any]]
    modes: Mapped[list[Any]]
    levels: Mapped[list[Any]]


class ProgrammeRow(VersionedRow):
    """One edition of a programme. What the councils approved is not changed: a change is the next edition."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        Index("ix_programme_code_edition_id", "code", "edition", "id"),
        Index("ix_programme_unit_id", "unit_id"),
        Index("ix_programme_speciality_id", "speciality_id"),
        Index("ix_programme_replaces_id", "replaces_id"),
        CheckConstraint("duration_months > 0", name="duration"),
        CheckConstraint("distance_percent BETWEEN 0 AND 100", name="percent"),
    )

    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    edition: Mapped[int] = mapped_column(Integer)
    titles: Mapped[dict[str, Any]]
    level: Mapped[str] = mapped_column(String(LONGEST_WORD))
    form: Mapped[str] = mapped_column(String(LONGEST_WORD))
    mode: Mapped[str] = mapped_column(String(LONGEST_WORD))
    speciality_id: Mapped[UUID] = mapped_column(ForeignKey("speciality.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    duration_months: Mapped[int] = mapped_column(Integer)
    ects: Mapped[float]
    national_credits: Mapped[float]
    distance_percent: Mapped[int] = mapped_column(Integer)
    """The share at a distance that is approved with the programme; a later decision is a ModuleApprovalRow."""
    state: Mapped[str] = mapped_column(String(LONGEST_WORD), default="draft")
    state_since: Mapped[datetime]
    approved_on: Mapped[date | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))


class ModuleApprovalRow(VersionedRow):
    """A case: a course at a distance in one programme, or in all (no programme); or a programme's whole share (no
    course)."""

    __tablename__ = "module_approval"
    __table_args__ = (
        CheckConstraint("course_id IS NOT NULL OR programme_id IS NOT NULL", name="subject"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("distance_percent BETWEEN 0 AND 100", name="percent"),
        Index("ix_module_approval_course_id_state", "course_id", "state"),
        Index("ix_module_approval_programme_id_state", "programme_id", "state"),
        Index("ix_module_approval_unit_id", "unit_id"),
    )

    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    """The institute or department that proposes."""
    mode: Mapped[str] = mapped_column(String(LONGEST_WORD))
    distance_percent: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(LONGEST_WORD), default="draft")
    state_since: Mapped[datetime]
    suspended_from: Mapped[date | None]
    superseded_from: Mapped[date | None]
    """The first day of the approval that took its place; until the day before, this one is in force."""


class DecisionRow(Row):
    """A step of an approval that was taken; never changed. `documents` are references: number, date, title, address,
    SHA-256."""

    __tablename__ = "approval_decision"
    __table_args__ = (
        CheckConstraint("(programme_id IS NULL) <> (module_approval_id IS NULL)", name="subject"),
        UniqueConstraint("programme_id", "number"),
        UniqueConstraint("module_approval_id", "number"),
        Index("ix_approval_decision_person_id", "person_id"),
    )

    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    module_approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("module_approval.id"))
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … within the case."""
    move: Mapped[str] = mapped_column(String(LONGEST_WORD))
    state: Mapped[str] = mapped_column(String(LONGEST_WORD))
    body: Mapped[str] = mapped_column(String(LONGEST_WORD))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """None when the service itself did it, e.g. the demonstration's seed."""
    is_favourable: Mapped[bool | None] = mapped_column(Boolean)
    """The opinion of a review."""
    reason: Mapped[str]
    documents: Mapped[list[Any]]


class CurriculumRow(VersionedRow):
    """The curriculum of a programme for the intake of a year and the following ones, until a later version."""

    __tablename__ = "curriculum"
    __table_args__ = (UniqueConstraint("programme_id", "intake_year"),)

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    intake_year: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    """Counted at each writing, so that the courses' change is the curriculum's (its version, the entity tag)."""


class CurriculumCourseRow(Row):
    """A course of a curriculum: in which semester, elective or not, with how many credits."""

    __tablename__ = "curriculum_course"
    __table_args__ = (
        UniqueConstraint("curriculum_id", "course_id"),
        Index("ix_curriculum_course_programme_id", "programme_id"),
        Index("ix_curriculum_course_course_id", "course_id"),
    )

    curriculum_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    semester: Mapped[int] = mapped_column(Integer)
    is_elective: Mapped[bool] = mapped_column(Boolean)
    ects: Mapped[float]
    national_credits: Mapped[float]
    taught_hours: Mapped[int] = mapped_column(Integer)
    distance_hours: Mapped[int] = mapped_column(Integer)
    """Of the taught ones; see `rules.distance_share`."""
    parts: Mapped[list[Any]]
    """`rules.Part` each: kind, hours, mode, distance_hours, in_person_only. Read and written whole."""


class CreditRuleRow(VersionedRow):
    """How many hours a credit has, for some days, and where that is written."""

    __tablename__ = "credit_rule"
    __table_args__ = (
        UniqueConstraint("kind", "valid_from"),
        CheckConstraint("hours_per_credit > 0", name="hours"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    kind: Mapped[str] = mapped_column(String(LONGEST_WORD))
    hours_per_credit: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(2000))
    is_confirmed: Mapped[bool] = mapped_column(Boolean)
