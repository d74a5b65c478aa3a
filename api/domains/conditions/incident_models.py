"""The tables of technical incidents (clause 5.5) and of reminders. The story of an incident may tell about health
("my screen reader fell silent"), so it is sealed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.conditions.incident_rules import IncidentState

SEALED: Final = {"sealed": True}


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class IncidentRow(VersionedRow):
    """A technical failure that kept one student, or a whole class, from a task. What it led to are extensions with
    its id."""

    __tablename__ = "incident"
    __table_args__ = (
        _one_of("state", IncidentState),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="period"),
        CheckConstraint("decided_by <> person_id", name="other_decider"),
        Index("ix_incident_class_id_id", "class_id", "id"),
        Index("ix_incident_unit_id_id", "unit_id", "id"),
        Index("ix_incident_programme_id_id", "programme_id", "id"),
        Index("ix_incident_person_id_id", "person_id", "id"),
        Index("ix_incident_task_id_person_id", "task_id", "person_id"),
        Index("ix_incident_decided_at", "decided_at", "id"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    """Unit and programme of the class, which never change: lists are filtered by them."""
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """None: an outage of the service itself, which met the whole class."""
    state: Mapped[str] = mapped_column(String(10), default=IncidentState.SUBMITTED.value)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    story: Mapped[str] = mapped_column(Text, info=SEALED)
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    was_granted: Mapped[bool | None]
    """Stays when the incident is closed."""
    reason: Mapped[str | None] = mapped_column(Text, info=SEALED)
    """Of the decision."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class IncidentEvidenceRow(Row):
    """A file with which the student shows what happened, e.g. a picture of the screen."""

    __tablename__ = "incident_evidence"
    __table_args__ = (Index("ix_incident_evidence_incident_id_id", "incident_id", "id"),)

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"), index=True)
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class ReminderTermsRow(Row):
    """When is reminded and how long a failure may be reported, from a day on; the newest that has begun counts."""

    __tablename__ = "reminder_terms"
    __table_args__ = (CheckConstraint("report_hours BETWEEN 1 AND 720", name="report_hours"),)

    valid_from: Mapped[date] = mapped_column(unique=True)
    hours_before: Mapped[list[Any]]
    """Hours before the due moment, e.g. [72, 24]; empty: nobody is reminded."""
    report_hours: Mapped[int]
    """After the close of a task for the person, a failure may be reported so many hours."""
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class ReminderRow(Row):
    """That somebody was reminded of a deadline; another deadline is another row."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("task_id", "person_id", "due_at", "hours_before"),
        Index("ix_reminder_person_id", "person_id"),
        Index("ix_reminder_created_at_id", "created_at", "id"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    due_at: Mapped[datetime]
    """The person's own."""
    hours_before: Mapped[int]


class ReminderChoiceRow(Row):
    """That somebody wants no reminders, or wants them again."""

    __tablename__ = "reminder_choice"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    is_wanted: Mapped[bool]
    changed_at: Mapped[datetime]


class ResultsApprovedRow(Row):
    """That the results of a task were approved: who would have time behind that moment is shown to the office."""

    __tablename__ = "task_results_approved"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), unique=True)
    approved_at: Mapped[datetime]


class TaskDoneRow(Row):
    """That somebody has handed in what a task asks for, as the domain that takes it has told."""

    __tablename__ = "task_done"
    __table_args__ = (UniqueConstraint("task_id", "person_id"), Index("ix_task_done_person_id", "person_id"))

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
