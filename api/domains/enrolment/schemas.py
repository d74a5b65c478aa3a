"""What comes in and goes out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from api.domains.enrolment.rules import Cause, EnrolmentState, PlanState, StudyForm, StudyState
from api.http.wire import Code, Input, Line, Moment, Output, Reason

Year = Annotated[int, Meta(ge=1950, le=2200)]
Credits = Annotated[int, Meta(ge=0, le=200)]

# Studies


class ApplicationIn(Input):
    """`person_id` is left out by who applies for themselves; the form is the programme's."""

    programme_id: UUID
    intake_year: Year
    person_id: UUID | None = None
    form: StudyForm | None = None


class DecisionIn(Input):
    """The order (буйрук, приказ) is needed for every move but a refusal; the reason for a refusal, a leave and an
    expulsion."""

    reason: Reason | None = None
    order_number: Code | None = None
    order_date: date | None = None


class StudyOut(Output):
    id: UUID
    person_id: UUID
    programme_id: UUID
    unit_id: UUID
    form: StudyForm
    intake_year: int
    state: StudyState
    applied_at: datetime
    version: int


class StudyMoveOut(Output):
    """One step of a study, the first being the application."""

    state: StudyState
    at: datetime
    reason: str | None
    order_number: str | None
    order_date: date | None


# Windows


class WindowIn(Input):
    """For all classes of the session, or for a programme, a group, a course; the narrowest that fits rules.
    `withdraw_until` is the moment until which students withdraw alone; left out, it is the closing."""

    academic_session_id: UUID
    opens_at: Moment
    closes_at: Moment
    withdraw_until: Moment | None = None
    programme_id: UUID | None = None
    group_id: UUID | None = None
    course_id: UUID | None = None


class WindowChange(Input):
    """What is left out stays."""

    opens_at: Moment | UnsetType = UNSET
    closes_at: Moment | UnsetType = UNSET
    withdraw_until: Moment | UnsetType = UNSET


class WindowOut(Output):
    id: UUID
    academic_session_id: UUID
    opens_at: datetime
    closes_at: datetime
    withdraw_until: datetime
    programme_id: UUID | None
    group_id: UUID | None
    course_id: UUID | None
    version: int


# Prerequisites


class PrerequisiteIn(Input):
    """One of these courses has to be passed."""

    any_of: Annotated[list[UUID], Meta(min_length=1, max_length=20)]


class PrerequisiteOut(Output):
    id: UUID
    course_id: UUID
    any_of: list[UUID]


class PrerequisitesOut(Output):
    """All of them are asked for."""

    items: list[PrerequisiteOut]


class WaiverIn(Input):
    person_id: UUID
    reason: Reason


class WaiverOut(Output):
    id: UUID
    course_id: UUID
    person_id: UUID
    reason: str
    granted_at: datetime


# Enrolments


class EnrolIn(Input):
    """`person_id` is left out by who enrols themselves; `study_id` is needed from who studies in several programmes;
    `late_reason` from the dean's office after the window has closed. `may_wait`: false refuses a full class instead
    of joining its waiting list."""

    person_id: UUID | None = None
    study_id: UUID | None = None
    late_reason: Reason | None = None
    may_wait: bool = True


class WithdrawIn(Input):
    reason: Reason


class EnrolmentOut(Output):
    """`position` is the place on the waiting list, from 1. The reasons are shown to the student and the offices."""

    id: UUID
    class_id: UUID
    course_id: UUID
    academic_session_id: UUID
    person_id: UUID
    study_id: UUID
    programme_id: UUID
    state: EnrolmentState
    position: int | None
    joined_at: datetime
    enrolled_at: datetime | None
    ended_at: datetime | None
    cause: Cause | None
    reason: str | None
    late_reason: str | None
    version: int


class RosterLine(Output):
    """A person of a class, for those who teach and run it."""

    id: UUID
    person_id: UUID
    name: str
    state: EnrolmentState
    position: int | None
    joined_at: datetime
    enrolled_at: datetime | None
    ended_at: datetime | None
    cause: Cause | None


# Credits and plans


class CreditLimitIn(Input):
    """ECTS and national credits, from a day on. `plan_needed`: students enrol only in what their approved plan holds.
    `basis` names the order or document."""

    starts_on: date
    basis: Line
    programme_id: UUID | None = None
    ends_on: date | None = None
    semester_min: Credits = 0
    semester_max: Credits = 30
    year_min: Credits = 0
    year_max: Credits = 60
    national_semester_min: Credits = 0
    national_semester_max: Credits = 30
    national_year_min: Credits = 0
    national_year_max: Credits = 60
    plan_needed: bool = False


class CreditLimitEnd(Input):
    """The last day on which it holds; null takes the end away."""

    ends_on: date | None


class CreditLimitOut(Output):
    id: UUID
    programme_id: UUID | None
    starts_on: date
    ends_on: date | None
    basis: str
    semester_min: int
    semester_max: int
    year_min: int
    year_max: int
    national_semester_min: int
    national_semester_max: int
    national_year_min: int
    national_year_max: int
    plan_needed: bool
    version: int


class PlanItemIn(Input):
    course_id: UUID
    class_id: UUID | None = None


PlanItems = Annotated[list[PlanItemIn], Meta(max_length=60)]


class PlanIn(Input):
    academic_session_id: UUID
    items: PlanItems


class PlanChange(Input):
    items: PlanItems


class PlanReturn(Input):
    reason: Reason


class PlanApproval(Input):
    """`exception_reason` is needed when the plan is outside the credit limits."""

    exception_reason: Reason | None = None


class PlanItemOut(Output):
    course_id: UUID
    class_id: UUID | None


class BreachOut(Output):
    """A sum outside its limit. `code` is <ects|national>-<semester|year>-<over|under>."""

    code: str
    credits: float
    limit: int


class PlanLine(Output):
    """A plan in a list."""

    id: UUID
    study_id: UUID
    person_id: UUID
    programme_id: UUID
    academic_session_id: UUID
    number: int
    state: PlanState
    created_at: datetime
    approved_at: datetime | None
    version: int


class PlanOut(Output):
    """A plan with its credits as the courses say them now; the year's sums add the approved plans of its other
    semesters."""

    id: UUID
    study_id: UUID
    person_id: UUID
    programme_id: UUID
    academic_session_id: UUID
    number: int
    state: PlanState
    created_at: datetime
    approved_at: datetime | None
    version: int
    items: list[PlanItemOut]
    ects: float
    national_credits: float
    year_ects: float
    year_national_credits: float
    breaches: list[BreachOut]
    courses_without_credits: list[UUID]
    exception_reason: str | None
    returned_reason: str | None
