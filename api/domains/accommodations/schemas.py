"""What comes in and goes out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from api.domains.accommodations.rules import (
    LARGEST_MAGNIFICATION,
    LARGEST_MULTIPLIER,
    LONGEST_DAYS,
    LONGEST_MINUTES,
    MOST_ATTEMPTS,
    MOST_BREAKS,
    CaseState,
    Decision,
    Feature,
    ObjectionState,
    OtherForm,
    Party,
    PlanState,
    TaskKind,
)
from api.http.wire import Code, Input, Output, Reason

MOST_ACCOMMODATIONS = 40
"""In a plan. Our choice."""


class AccommodationIn(Input):
    """One thing that is done for the student. Which parts a feature needs: additional-testing-time exactly one of
    `time_multiplier`, `fixed_minutes`, `is_unlimited`, `is_fixed_time`; breaks `break_minutes` (all together) and
    `break_count`; extended-deadline `days`; additional-attempts `attempts`; alternative-form `form`; alternative-task
    and proctoring-exception `words`, which instructors read: what is done, never why; magnification may have
    `magnification_percent`; the others none."""

    feature: Feature
    kinds: Annotated[list[TaskKind], Meta(min_length=1, max_length=2)]
    class_id: UUID | None = None
    time_multiplier: Annotated[float, Meta(ge=1, le=LARGEST_MULTIPLIER)] | None = None
    fixed_minutes: Annotated[int, Meta(ge=0, le=LONGEST_MINUTES)] | None = None
    is_unlimited: bool = False
    is_fixed_time: bool = False
    fixed_time_reason: Reason | None = None
    break_minutes: Annotated[int, Meta(ge=1, le=LONGEST_MINUTES)] | None = None
    break_count: Annotated[int, Meta(ge=1, le=MOST_BREAKS)] | None = None
    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)] | None = None
    attempts: Annotated[int, Meta(ge=1, le=MOST_ATTEMPTS)] | None = None
    form: OtherForm | None = None
    words: Reason | None = None
    magnification_percent: Annotated[int, Meta(ge=100, le=LARGEST_MAGNIFICATION)] | None = None


Accommodations = Annotated[list[AccommodationIn], Meta(max_length=MOST_ACCOMMODATIONS)]
Proposal = Annotated[list[AccommodationIn], Meta(min_length=1, max_length=MOST_ACCOMMODATIONS)]


class AccommodationOut(Output):
    """`title` and `instruction` say in the reader's language what is done."""

    id: UUID
    feature: Feature
    title: str
    instruction: str
    kinds: list[TaskKind]
    class_id: UUID | None
    time_multiplier: float | None
    fixed_minutes: int | None
    is_unlimited: bool
    is_fixed_time: bool
    fixed_time_reason: str | None
    break_minutes: int | None
    break_count: int | None
    days: int | None
    attempts: int | None
    form: OtherForm | None
    words: str | None
    magnification_percent: int | None


class AccommodationCaseIn(Input):
    """A student asks for themselves (no `consent_given_on`: the request is the consent); the office for a student who
    has consented."""

    person_id: UUID
    need: Reason | None = None
    consent_given_on: date | None = None
    consent_document: Code | None = None
    accommodations: Accommodations = field(default_factory=list)


class AccommodationCaseLine(Output):
    id: UUID
    person_id: UUID
    person_name: str
    state: CaseState
    coordinator_id: UUID
    coordinator_name: str
    is_coordinated: bool
    """False: the coordinator has left the office, and another one must be named."""
    opened_at: datetime
    closed_at: datetime | None


class AccommodationCaseOut(AccommodationCaseLine):
    is_own_request: bool
    consent_given_on: date
    consent_document: str | None
    need: str | None
    close_reason: str | None


class CoordinatorIn(Input):
    person_id: UUID


class AccommodationCaseEnd(Input):
    reason: Reason


class AccommodationPlanIn(Input):
    """Another version. Without `accommodations` it begins with those of the version before."""

    wish: Reason | None = None
    accommodations: Annotated[list[AccommodationIn], Meta(min_length=1, max_length=MOST_ACCOMMODATIONS)] | None = None


class PlanAssessIn(Input):
    """What the office proposes to department, dean's office and itself. Both days count."""

    valid_from: date
    valid_until: date
    accommodations: Proposal
    assessment: Reason | None = None


class PlanApprovalIn(Input):
    """All three parties read the reason: nothing about health belongs there."""

    party: Party
    decision: Decision
    reason: Reason | None = None


class PlanApprovalOut(Output):
    round: int
    """Each proposal needs all three again."""
    party: Party
    decision: Decision
    reason: str | None
    decided_at: datetime
    decided_by: UUID
    decided_by_name: str


class PlanReturnIn(Input):
    """All three parties read the reason: nothing about health belongs there."""

    reason: Reason


class PlanActivateIn(Input):
    """The official document (clause 7.3); where something holds for tests, also the act by which an exam commission or
    a methodical council set the procedure (clause 6.6)."""

    document_number: Code
    document_date: date
    procedure_unit_id: UUID | None = None
    procedure_number: Code | None = None
    procedure_date: date | None = None


class PlanRevokeIn(Input):
    """`last_day` is today unless said; the student hears of it now."""

    reason: Reason
    last_day: date | None = None


class AccommodationPlanLine(Output):
    id: UUID
    case_id: UUID
    person_id: UUID
    person_name: str
    number: int
    state: PlanState
    state_since: datetime
    valid_from: date | None
    valid_until: date | None
    effective_from: date | None
    effective_until: date | None


class AccommodationPlanOut(AccommodationPlanLine):
    """`wish`, `assessment` and `revoke_reason` are for the student and the office; the others get None."""

    round: int
    previous_id: UUID | None
    accommodations: list[AccommodationOut]
    approvals: list[PlanApprovalOut]
    missing: list[Party]
    """Who has still to say something to the present proposal."""
    wish: str | None
    assessment: str | None
    return_reason: str | None
    revoke_reason: str | None
    document_number: str | None
    document_date: date | None
    has_document_file: bool
    procedure_unit_id: UUID | None
    procedure_number: str | None
    procedure_date: date | None


class AccommodationEvidenceIn(Input):
    note: Reason


class AccommodationEvidenceLine(Output):
    id: UUID
    received_at: datetime
    has_file: bool


class EvidenceFile(Output):
    name: str
    media_type: str
    size: int


class AccommodationEvidenceOut(AccommodationEvidenceLine):
    note: str
    file: EvidenceFile | None


class PlanObjectionIn(Input):
    words: Reason


class PlanObjectionDecision(Input):
    is_upheld: bool
    answer: Reason


class PlanObjectionLine(Output):
    id: UUID
    plan_id: UUID
    state: ObjectionState
    raised_at: datetime
    decided_at: datetime | None


class PlanObjectionOut(PlanObjectionLine):
    words: str
    answer: str | None
    decided_by_name: str | None


class ClassAccommodation(Output):
    """`title` and `instruction` say in the reader's language what to do. Both days count."""

    feature: Feature
    title: str
    instruction: str
    kinds: list[TaskKind]
    valid_from: date
    valid_until: date


class ClassAccommodations(Output):
    person_id: UUID
    name: str
    accommodations: list[ClassAccommodation]


class AccommodationReportIn(Input):
    starts_on: date
    ends_on: date


class AccommodationCount(Output):
    """`plans` is None for a number from 1 to 4: fewer than five could be recognised."""

    feature: Feature
    title: str
    plans: int | None


class AccommodationReportOut(Output):
    id: UUID
    starts_on: date
    ends_on: date
    made_at: datetime
    cases_opened: int
    cases_closed: int
    cases_open: int
    """On the last day, or when the report was made."""
    plans_in_force: int
    """On at least one day of the period."""
    plans_activated: int
    plans_revoked: int
    proposals_returned: int
    objections_raised: int
    objections_upheld: int
    days_to_activation: int | None
    """Median of the days from the request to the activation; None with fewer than five."""
    features: list[AccommodationCount]
    content_sha256: str
    signed_at: datetime | None
    signed_by_name: str | None
    is_signature_valid: bool | None
