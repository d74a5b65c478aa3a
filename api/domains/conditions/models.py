"""The tables of tasks and of extensions for single persons."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.conditions import incident_models
from api.domains.conditions.rules import TaskKind, TaskState

__all__ = ["ExtensionRow", "TaskRow", "incident_models"]


class TaskRow(VersionedRow):
    """Whatever has a deadline: a test or an assignment, whose own table has a row with the same id.

    The base conditions are here and nowhere else, so that one function can adjust them for everybody.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in TaskKind)})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(repr(one.value) for one in TaskState)})", name="state"),
        CheckConstraint("opens_at < due_at AND due_at <= closes_at", name="window"),
        CheckConstraint("time_limit_s > 0", name="time_limit_s"),
        CheckConstraint("attempts > 0", name="attempts"),
        Index("ix_task_class_id_id", "class_id", "id"),
        Index("ix_task_state_due_at_id", "state", "due_at", "id"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("class.id"))
    titles: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    announced_at: Mapped[datetime | None]
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Later is late. A test has no late: its due moment is its close."""
    closes_at: Mapped[datetime]
    """From this moment on nothing is taken any more."""
    time_limit_s: Mapped[int | None]
    """Seconds from the start; none: the window alone counts."""
    attempts: Mapped[int | None]
    """Attempts of a test, versions of a submission; none: as many as wanted."""
    is_self_check: Mapped[bool]
    """Never touches the journal (clause 4.1 e)."""


class ExtensionRow(Row):
    """More time or another attempt for one person and one task, by decision (clause 5.5). Only ever adds."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 525600", name="minutes"),
        CheckConstraint("attempts BETWEEN 0 AND 100", name="attempts"),
        CheckConstraint("window_minutes BETWEEN 0 AND 525600", name="window_minutes"),
        CheckConstraint("minutes + window_minutes + attempts > 0", name="something"),
        Index("ix_extension_task_id_person_id", "task_id", "person_id"),
        Index("ix_extension_person_id_id", "person_id", "id"),
        Index("ix_extension_incident_id", "incident_id"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    minutes: Mapped[int]
    """Added to the time limit, to the due moment and to the close."""
    window_minutes: Mapped[int] = mapped_column(default=0)
    """Added to the due moment and to the close alone: another day for an hour's test, which stays an hour's."""
    until: Mapped[datetime | None]
    """The moment that was promised: the person's due moment is not before it, also when the task is moved."""
    attempts: Mapped[int]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    """None: the service itself, by a decision that the incident holds."""
    reason: Mapped[str]
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_for: Mapped[str | None]
