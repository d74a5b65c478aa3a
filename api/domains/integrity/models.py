"""The tables of academic integrity. Whatever is written about a person in free words is sealed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.integrity.rules import (
    AppealOutcome,
    CaseState,
    CheckForm,
    CheckOutcome,
    CheckState,
    Ground,
    RunState,
    Sanction,
    WorkKind,
)

SEALED = {"sealed": True}
BESIDE = {"person": "none"}
"""Of ids of works, of two kinds: whom the row is about stands beside them."""


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class IntegrityTermsRow(Row):
    """How many days a student has, from a day on; the newest that has begun counts."""

    __tablename__ = "integrity_terms"
    __table_args__ = (
        CheckConstraint("hearing_days BETWEEN 1 AND 60", name="hearing_days"),
        CheckConstraint("appeal_days BETWEEN 1 AND 60", name="appeal_days"),
    )

    valid_from: Mapped[date] = mapped_column(unique=True)
    hearing_days: Mapped[int]
    appeal_days: Mapped[int]
    act: Mapped[str] = mapped_column(String(300))
    """The university's document that says so."""
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class SimilarityRunRow(VersionedRow):
    """One look at all texts of an assignment. It finds passages that are the same; it judges nobody."""

    __tablename__ = "similarity_run"
    __table_args__ = (
        _one_of("state", RunState),
        Index("ix_similarity_run_assignment_id", "assignment_id", "id"),
        Index("ix_similarity_run_created_at", "created_at", "id"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=RunState.WAITING.value)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    common: Mapped[list[Any]]
    """Texts that everybody was given, e.g. a quoted source: what is the same because of them does not count."""
    texts: Mapped[int] = mapped_column(default=0)
    cut: Mapped[int] = mapped_column(default=0)
    """Texts of which only the beginning was looked at."""
    unread: Mapped[list[Any]]
    """[work, number of the file, reason] of files whose words were not taken: silence about them is no originality."""
    pairs: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class SimilarityPairRow(Row):
    """Two works with passages in common: evidence for a person to look at."""

    __tablename__ = "similarity_pair"
    __table_args__ = (
        CheckConstraint("first_work_id <> second_work_id", name="two_works"),
        CheckConstraint("shared_words > 0", name="shared_words"),
        Index("ix_similarity_pair_run_id_order", "run_id", "place", "id"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("similarity_run.id", ondelete="CASCADE"))
    place: Mapped[int]
    """From 1, the pair with most in common first."""
    first_work_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    second_work_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    shared_words: Mapped[int]
    first_shared: Mapped[int]
    second_shared: Mapped[int]
    """Words of each that lie in common passages, of so many:"""
    first_words: Mapped[int]
    second_words: Mapped[int]
    passages: Mapped[list[Any]]
    """[start and end in the first text, start and end in the second, words]: characters of the texts as handed in."""


class SimilarityMarkRow(Row):
    """Signs in one work that hide words from a machine: letters of another alphabet that look the same, invisible
    signs. They too are only to be looked at: some keyboards and programs make them by themselves."""

    __tablename__ = "similarity_mark"
    __table_args__ = (Index("ix_similarity_mark_run_id_id", "run_id", "id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("similarity_run.id", ondelete="CASCADE"))
    work_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    mixed_words: Mapped[int]
    invisible_signs: Mapped[int]
    places: Mapped[list[Any]]
    """[start, end] of the first of them."""


class IntegrityCaseRow(VersionedRow):
    """One suspicion about one work of one student, until it is decided for good."""

    __tablename__ = "integrity_case"
    __table_args__ = (
        _one_of("state", CaseState),
        _one_of("ground", Ground),
        _one_of("work_kind", WorkKind),
        _one_of("sanction", Sanction),
        _one_of("appeal_outcome", AppealOutcome),
        CheckConstraint("reported_by <> decided_by", name="other_decider"),
        CheckConstraint("appeal_decided_by <> decided_by", name="other_appeal"),
        CheckConstraint("annulled_by <> decided_by AND annulled_by <> reported_by", name="second_person"),
        Index("ix_integrity_case_person_id_id", "person_id", "id"),
        Index("ix_integrity_case_class_id_id", "class_id", "id"),
        Index("ix_integrity_case_unit_id_id", "unit_id", "id"),
        Index("ix_integrity_case_programme_id_id", "programme_id", "id"),
        Index("ix_integrity_case_reported_by_id", "reported_by", "id"),
        Index("ix_integrity_case_task_id", "task_id"),
        Index("ix_integrity_case_closed_at", "closed_at", "id"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """Unit and programme of the class, which never change: lists are filtered by them."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    work_kind: Mapped[str] = mapped_column(String(10))
    work_id: Mapped[UUID] = mapped_column(info=BESIDE, index=True)
    ground: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(10), default=CaseState.REPORTED.value)
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    suspicion: Mapped[str] = mapped_column(Text, info=SEALED)
    evidence: Mapped[str | None] = mapped_column(Text, info=SEALED)
    """The passages of a similarity report as they were when it was reported: JSON of `cases.Evidence`."""

    notified_at: Mapped[datetime | None]
    notified_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    hearing_at: Mapped[datetime | None]
    statement: Mapped[str | None] = mapped_column(Text, info=SEALED)
    """The student's own words."""
    statement_at: Mapped[datetime | None]

    heard_at: Mapped[datetime | None]
    heard_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    was_present: Mapped[bool | None]
    protocol: Mapped[str | None] = mapped_column(Text, info=SEALED)

    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text, info=SEALED)
    """Of confirming or dismissing."""
    sanction: Mapped[str | None] = mapped_column(String(10))
    sanction_reason: Mapped[str | None] = mapped_column(Text, info=SEALED)
    sanctioned_at: Mapped[datetime | None]
    sanctioned_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    appeal_until: Mapped[datetime | None]

    appealed_at: Mapped[datetime | None]
    appeal: Mapped[str | None] = mapped_column(Text, info=SEALED)
    appeal_outcome: Mapped[str | None] = mapped_column(String(10))
    appeal_reason: Mapped[str | None] = mapped_column(Text, info=SEALED)
    appeal_decided_at: Mapped[datetime | None]
    appeal_decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    closed_at: Mapped[datetime | None]
    """Dismissed or final."""
    annulled_at: Mapped[datetime | None]
    annulled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """The second person."""
    annulment_reason: Mapped[str | None] = mapped_column(Text, info=SEALED)


class OralCheckRow(VersionedRow):
    """A talk in which a student shows that a work is their own (clause 6.1)."""

    __tablename__ = "oral_check"
    __table_args__ = (
        _one_of("state", CheckState),
        _one_of("form", CheckForm),
        _one_of("outcome", CheckOutcome),
        _one_of("work_kind", WorkKind),
        CheckConstraint("(state = 'held') = (outcome IS NOT NULL)", name="held"),
        Index("ix_oral_check_class_id_id", "class_id", "id"),
        Index("ix_oral_check_unit_id_id", "unit_id", "id"),
        Index("ix_oral_check_programme_id_id", "programme_id", "id"),
        Index("ix_oral_check_person_id_id", "person_id", "id"),
        Index("ix_oral_check_task_id", "task_id"),
        Index("ix_oral_check_closed_at", "closed_at", "id"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """Unit and programme of the class, which never change: lists are filtered by them."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    work_kind: Mapped[str] = mapped_column(String(10))
    work_id: Mapped[UUID | None] = mapped_column(info=BESIDE)
    state: Mapped[str] = mapped_column(String(10), default=CheckState.SCHEDULED.value)
    form: Mapped[str] = mapped_column(String(8))
    begins_at: Mapped[datetime]
    venue: Mapped[str] = mapped_column(String(300))
    """A room, or the address of a video meeting."""
    examiner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    notes: Mapped[str | None] = mapped_column(Text, info=SEALED)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    grade_changed_at: Mapped[datetime | None]
    grade_changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
