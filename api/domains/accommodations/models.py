"""The tables of accommodations. What tells about health in words (need, assessment, evidence, objection) is sealed."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Row, VersionedRow
from api.domains.accommodations.rules import (
    IN_PREPARATION,
    LARGEST_MAGNIFICATION,
    LARGEST_MULTIPLIER,
    LONGEST_DAYS,
    LONGEST_MINUTES,
    MOST_ATTEMPTS,
    MOST_BREAKS,
    VALUES_OF,
    CaseState,
    Decision,
    Feature,
    ObjectionState,
    OtherForm,
    Party,
    PlanState,
)

_SEALED = {"sealed": True}


def _listed(words: Iterable[StrEnum]) -> str:
    return ", ".join(f"'{word.value}'" for word in sorted(words))


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({_listed(words)})", name=column)


def _one_where(name: str, column: str, condition: str) -> Index:
    return Index(name, column, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


class CaseRow(VersionedRow):
    """A student's case with the office, from the request on; one open case per student."""

    __tablename__ = "accommodation_case"
    __table_args__ = (
        _one_of("state", CaseState),
        CheckConstraint("person_id <> coordinator_id", name="not_oneself"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("(state = 'closed') = (close_reason IS NOT NULL)", name="close_reason"),
        _one_where("uq_accommodation_case_open", "person_id", "state = 'open'"),
        Index("ix_accommodation_case_person_id", "person_id", "id"),
        Index("ix_accommodation_case_state", "state", "id"),
        Index("ix_accommodation_case_coordinator_id", "coordinator_id", "state", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(6), default=CaseState.OPEN.value)
    coordinator_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    """Of the office (clause 7.1)."""
    coordinator_lost_at: Mapped[datetime | None]
    """Since when the coordinator has no account or no place in the office any more."""
    is_own_request: Mapped[bool]
    """The student asked; otherwise the office opened it with the student's consent."""
    consent_given_on: Mapped[date]
    consent_document: Mapped[str | None] = mapped_column(String(64))
    need: Mapped[str | None] = mapped_column(Text, info=_SEALED)
    """What the student needs, in own words."""
    opened_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    close_reason: Mapped[str | None] = mapped_column(Text, info=_SEALED)


class PlanRow(VersionedRow):
    """A version of what is agreed for a student."""

    __tablename__ = "accommodation_plan"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        _one_of("state", PlanState),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("round >= 0", name="round"),
        CheckConstraint("state = 'requested' OR (valid_from IS NOT NULL AND valid_until IS NOT NULL)", name="dated"),
        CheckConstraint("valid_until >= valid_from", name="period"),
        CheckConstraint(
            f"(state IN ({_listed(IN_PREPARATION)})) = (effective_from IS NULL)",
            name="effective_from",
        ),
        CheckConstraint("(effective_from IS NULL) = (effective_until IS NULL)", name="effective_until"),
        CheckConstraint("effective_from IS NULL OR effective_from >= valid_from", name="effective_within"),
        CheckConstraint("effective_until IS NULL OR effective_until <= valid_until", name="effective_cut"),
        CheckConstraint(
            f"state IN ({_listed(IN_PREPARATION)}) OR (document_number IS NOT NULL AND document_date IS NOT NULL)",
            name="documented",
        ),
        CheckConstraint(
            "(procedure_unit_id IS NULL) = (procedure_number IS NULL)"
            " AND (procedure_unit_id IS NULL) = (procedure_date IS NULL)",
            name="procedure",
        ),
        CheckConstraint("(state = 'revoked') = (revoke_reason IS NOT NULL)", name="revoke_reason"),
        _one_where("uq_accommodation_plan_in_preparation", "case_id", f"state IN ({_listed(IN_PREPARATION)})"),
        _one_where("uq_accommodation_plan_active", "case_id", "state = 'active'"),
        Index("ix_accommodation_plan_case_id", "case_id", "id"),
        Index("ix_accommodation_plan_state", "state", "id"),
        Index("ix_accommodation_plan_state_effective_until", "state", "effective_until", "id"),
        Index("ix_accommodation_plan_previous_id", "previous_id"),
        Index("ix_accommodation_plan_procedure_unit_id", "procedure_unit_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("accommodation_case.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=PlanState.REQUESTED.value)
    state_since: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=0)
    """How often it was proposed to the three parties; each proposal needs all three again."""
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("accommodation_plan.id", ondelete="SET NULL"))
    requested_by: Mapped[UUID | None]
    wish: Mapped[str | None] = mapped_column(Text, info=_SEALED)
    """What the student wants to be changed, in own words."""
    assessment: Mapped[str | None] = mapped_column(Text, info=_SEALED)
    """Of the office, for itself and the student."""
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    effective_from: Mapped[date | None]
    """The first day on which it is in force: `valid_from`, or the day of the activation when that is later."""
    effective_until: Mapped[date | None]
    """The last one: `valid_until`, or earlier for one that was revoked or superseded; before `effective_from` when it
    never was in force."""
    document_number: Mapped[str | None] = mapped_column(String(64))
    document_date: Mapped[date | None]
    document_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    procedure_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    """The exam commission or methodical council that set the procedure of adapted assessment (clause 6.6)."""
    procedure_number: Mapped[str | None] = mapped_column(String(64))
    procedure_date: Mapped[date | None]
    activated_at: Mapped[datetime | None]
    activated_by: Mapped[UUID | None]
    return_reason: Mapped[str | None] = mapped_column(Text)
    """Of the last return. In clear, as the reasons of approvals: all three parties read it."""
    revoke_reason: Mapped[str | None] = mapped_column(Text, info=_SEALED)
    revoked_by: Mapped[UUID | None]
    notice_at: Mapped[datetime | None]
    """When the student and the coordinator were told that it ends soon."""


class ApprovalRow(Row):
    """What one of the three parties said to a proposal (clause 7.3). Never changed: a new proposal is a new round."""

    __tablename__ = "accommodation_approval"
    __table_args__ = (
        UniqueConstraint("plan_id", "round", "party"),
        UniqueConstraint("plan_id", "round", "decided_by", name="uq_accommodation_approval_person"),
        _one_of("party", Party),
        _one_of("decision", Decision),
        CheckConstraint("decision = 'agreed' OR reason IS NOT NULL", name="reason"),
        Index("ix_accommodation_approval_decided_by", "decided_by", "id"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("accommodation_plan.id", ondelete="CASCADE"))
    round: Mapped[int]
    party: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str | None] = mapped_column(Text)


def _parts_fit() -> str:
    """Each feature with exactly the parts of a value that `rules.VALUES_OF` gives it, as SQL."""
    numbers = ["time_percent", "fixed_minutes", "break_minutes", "break_count", "days", "attempts"]
    others = ["form", "words", "magnification_percent"]
    flags = ["is_unlimited", "is_fixed_time"]
    column_of = {"time_multiplier": "time_percent"}

    def has(parts: frozenset[str]) -> str:
        named = {column_of.get(part, part) for part in parts}
        tests = [f"{one} IS {'NOT ' if one in named else ''}NULL" for one in (*numbers, *others)]
        tests += [one if one in named else f"NOT {one}" for one in flags]
        return " AND ".join(tests)

    cases = []
    without = [feature for feature in Feature if feature not in VALUES_OF]
    for features, sets in (
        (without, [frozenset[str]()]),
        *(([feature], list(sets)) for feature, sets in VALUES_OF.items()),
    ):
        cases.append(f"(feature IN ({_listed(features)}) AND ({' OR '.join(f'({has(one)})' for one in sets)}))")
    return " OR ".join(cases)


class AccommodationRow(Row):
    """One thing that is done for the student, from a version of the plan. Replaced with each assessment, then fixed."""

    __tablename__ = "accommodation"
    __table_args__ = (
        _one_of("feature", Feature),
        CheckConstraint("for_tests OR for_assignments", name="kinds"),
        CheckConstraint(_parts_fit(), name="value"),
        CheckConstraint(f"time_percent BETWEEN 100 AND {LARGEST_MULTIPLIER * 100}", name="time_percent"),
        CheckConstraint(f"fixed_minutes BETWEEN 0 AND {LONGEST_MINUTES}", name="fixed_minutes"),
        CheckConstraint(f"break_minutes BETWEEN 1 AND {LONGEST_MINUTES}", name="break_minutes"),
        CheckConstraint(f"break_count BETWEEN 1 AND {MOST_BREAKS}", name="break_count"),
        CheckConstraint(f"days BETWEEN 1 AND {LONGEST_DAYS}", name="days"),
        CheckConstraint(f"attempts BETWEEN 1 AND {MOST_ATTEMPTS}", name="attempts"),
        CheckConstraint(f"form IN ({_listed(OtherForm)})", name="form"),
        CheckConstraint(f"magnification_percent BETWEEN 100 AND {LARGEST_MAGNIFICATION}", name="magnification_percent"),
        CheckConstraint("is_fixed_time = (fixed_time_reason IS NOT NULL)", name="fixed_time_reason"),
        CheckConstraint("NOT is_fixed_time OR class_id IS NOT NULL", name="fixed_time_class"),
        Index("ix_accommodation_plan_id", "plan_id", "id"),
        Index("ix_accommodation_class_id", "class_id", "id"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("accommodation_plan.id", ondelete="CASCADE"))
    feature: Mapped[str] = mapped_column(String(32))
    for_tests: Mapped[bool]
    for_assignments: Mapped[bool]
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("class.id"))
    """None: in every class."""
    time_percent: Mapped[int | None]
    """The multiplier in hundredths: 150 is one and a half times."""
    fixed_minutes: Mapped[int | None]
    is_unlimited: Mapped[bool] = mapped_column(default=False)
    is_fixed_time: Mapped[bool] = mapped_column(default=False)
    fixed_time_reason: Mapped[str | None] = mapped_column(Text)
    break_minutes: Mapped[int | None]
    break_count: Mapped[int | None]
    days: Mapped[int | None]
    attempts: Mapped[int | None]
    form: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)
    magnification_percent: Mapped[int | None]


class EvidenceRow(Row):
    """What shows the need, e.g. a certificate: for the office alone, and the student whose it is."""

    __tablename__ = "accommodation_evidence"
    __table_args__ = (Index("ix_accommodation_evidence_case_id", "case_id", "id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("accommodation_case.id", ondelete="CASCADE"))
    received_by: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(Text, info=_SEALED)
    """What it is and says."""
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)


class ObjectionRow(VersionedRow):
    """What the student has against a plan. It opens a review and stops nothing."""

    __tablename__ = "plan_objection"
    __table_args__ = (
        _one_of("state", ObjectionState),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("(state = 'open') = (answer IS NULL)", name="answer"),
        _one_where("uq_plan_objection_open", "plan_id", "state = 'open'"),
        Index("ix_plan_objection_plan_id", "plan_id", "id"),
        Index("ix_plan_objection_state", "state", "id"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("accommodation_plan.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(9), default=ObjectionState.OPEN.value)
    words: Mapped[str] = mapped_column(Text, info=_SEALED)
    answer: Mapped[str | None] = mapped_column(Text, info=_SEALED)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]


class ReportRow(Row):
    """Counts of a period, without names, as the office signed them; neither changed nor taken back."""

    __tablename__ = "accommodation_report"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("(signed_at IS NULL) = (signature IS NULL)", name="signature"),
        CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed_by"),
    )

    starts_on: Mapped[date]
    ends_on: Mapped[date]
    counts: Mapped[dict[str, Any]]
    content_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None]
    signature: Mapped[str | None] = mapped_column(Text)
    """Over the digest, with the installation's key."""
