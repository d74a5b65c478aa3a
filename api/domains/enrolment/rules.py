"""The rules of admission, enrolment and study plans. Pure: what is known comes in, what follows comes out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class StudyForm(StrEnum):
    """Clause 3.1; the words of programmes."""

    DAY = "day"
    EVENING = "evening"
    PART_TIME = "part-time"
    DISTANCE = "distance"


class StudyState(StrEnum):
    APPLIED = "applied"
    REFUSED = "refused"
    ADMITTED = "admitted"
    """By order; studies begin later."""
    ACTIVE = "active"
    ON_LEAVE = "on-leave"
    """Academic leave."""
    GRADUATED = "graduated"
    EXPELLED = "expelled"


class EnrolmentState(StrEnum):
    WAITING = "waiting"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    FAILED = "failed"


class Cause(StrEnum):
    """Why an enrolment was withdrawn."""

    STUDENT = "student"
    OFFICE = "office"
    CLASS_CANCELLED = "class-cancelled"
    CLASS_ENDED = "class-ended"
    """Of those who still waited."""
    STUDY_LEFT = "study-left"
    """On leave, graduated, expelled."""


class PlanState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


STUDY_MOVES: Final[Mapping[StudyState, tuple[StudyState, ...]]] = {
    StudyState.APPLIED: (StudyState.ADMITTED, StudyState.REFUSED),
    StudyState.REFUSED: (),
    StudyState.ADMITTED: (StudyState.ACTIVE, StudyState.EXPELLED),
    StudyState.ACTIVE: (StudyState.ON_LEAVE, StudyState.GRADUATED, StudyState.EXPELLED),
    StudyState.ON_LEAVE: (StudyState.ACTIVE, StudyState.EXPELLED),
    StudyState.GRADUATED: (),
    StudyState.EXPELLED: (),
}
ENROLMENT_MOVES: Final[Mapping[EnrolmentState, tuple[EnrolmentState, ...]]] = {
    EnrolmentState.WAITING: (EnrolmentState.ENROLLED, EnrolmentState.WITHDRAWN),
    EnrolmentState.ENROLLED: (EnrolmentState.WITHDRAWN, EnrolmentState.PASSED, EnrolmentState.FAILED),
    EnrolmentState.WITHDRAWN: (),
    EnrolmentState.PASSED: (),
    EnrolmentState.FAILED: (),
}
PLAN_MOVES: Final[Mapping[PlanState, tuple[PlanState, ...]]] = {
    PlanState.DRAFT: (PlanState.PROPOSED,),
    PlanState.PROPOSED: (PlanState.APPROVED, PlanState.DRAFT),
    PlanState.APPROVED: (PlanState.SUPERSEDED,),
    PlanState.SUPERSEDED: (),
}
LIVE_STUDY: Final = (StudyState.APPLIED, StudyState.ADMITTED, StudyState.ACTIVE, StudyState.ON_LEAVE)
"""A person has at most one study in these states per programme."""
LIVE: Final = (EnrolmentState.WAITING, EnrolmentState.ENROLLED)
"""A person has at most one enrolment in these states per class, and per course."""
HOLDING_A_PLACE: Final = (EnrolmentState.ENROLLED, EnrolmentState.PASSED, EnrolmentState.FAILED)
"""What counts against the capacity: who has finished a class does not make room in it."""

# The class and its waiting list


@dataclass(frozen=True, slots=True)
class Waiting:
    """One who waits. `is_entitled` says whether the person may still be enrolled; who is not is passed over and
    keeps the turn."""

    id: UUID
    turn: int
    is_entitled: bool


def state_of_newcomer(capacity: int, enrolled: int, entitled_waiting: int) -> EnrolmentState:
    """A place, if one is free and nobody who may have it has waited longer."""
    is_free = enrolled < capacity and entitled_waiting == 0
    return EnrolmentState.ENROLLED if is_free else EnrolmentState.WAITING


def who_moves_up(capacity: int, enrolled: int, waiting: Iterable[Waiting]) -> list[Waiting]:
    """Those who get the free places, in the order in which they joined."""
    entitled = sorted((one for one in waiting if one.is_entitled), key=lambda one: one.turn)
    return entitled[: max(0, capacity - enrolled)]


# Windows


@dataclass(frozen=True, slots=True)
class Window:
    """See `EnrolmentWindowRow`."""

    programme_id: UUID | None
    group_id: UUID | None
    course_id: UUID | None
    opens_at: datetime
    closes_at: datetime
    withdraw_until: datetime

    def fits(self, programme_id: UUID, group_ids: Collection[UUID], course_id: UUID) -> bool:
        return (
            self.programme_id in (None, programme_id)
            and (self.group_id is None or self.group_id in group_ids)
            and self.course_id in (None, course_id)
        )

    @property
    def narrowness(self) -> tuple[bool, bool, bool]:
        return self.course_id is not None, self.group_id is not None, self.programme_id is not None

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


def ruling_windows(
    windows: Iterable[Window], programme_id: UUID, group_ids: Collection[UUID], course_id: UUID
) -> list[Window]:
    """The narrowest that fit, so that a course, a group or a programme may open later or earlier than the rest."""
    fitting = [one for one in windows if one.fits(programme_id, group_ids, course_id)]
    narrowest = max((one.narrowness for one in fitting), default=None)
    return [one for one in fitting if one.narrowness == narrowest]


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether students may enrol now. When not: `opens_at` if that is still to come, or it is over for good."""

    is_open: bool
    opens_at: datetime | None = None
    has_closed: bool = False


def find_opening(ruling: Sequence[Window], now: datetime) -> Opening:
    if any(one.is_open(now) for one in ruling):
        return Opening(True)
    following = min((one.opens_at for one in ruling if one.opens_at > now), default=None)
    return Opening(False, following, has_closed=any(one.closes_at <= now for one in ruling))


def may_withdraw_alone(ruling: Sequence[Window], now: datetime) -> bool:
    return any(now < one.withdraw_until for one in ruling)


# Prerequisites


def closes_a_cycle(needs: Mapping[UUID, Collection[UUID]], course_id: UUID, options: Iterable[UUID]) -> bool:
    """Whether a course would, through whatever options, come to need itself. `needs` is what courses ask for now."""
    seen: set[UUID] = set()
    ahead = list(options)
    while ahead:
        one = ahead.pop()
        if one == course_id:
            return True
        if one not in seen:
            seen.add(one)
            ahead.extend(needs.get(one, ()))
    return False


def unmet(prerequisites: Mapping[UUID, Collection[UUID]], passed: Collection[UUID]) -> list[UUID]:
    """The prerequisites none of whose courses is passed, in their order."""
    return [id_ for id_, options in prerequisites.items() if not any(one in passed for one in options)]


# Credits


@dataclass(frozen=True, slots=True)
class Limits:
    """How many credits a semester and a year may hold, from–to."""

    semester_min: int
    semester_max: int
    year_min: int
    year_max: int


@dataclass(frozen=True, slots=True)
class CreditRule:
    ects: Limits
    national: Limits
    plan_needed: bool


USUAL_CREDITS: Final = CreditRule(Limits(0, 30, 0, 60), Limits(0, 30, 0, 60), plan_needed=False)
"""Where the university has stored nothing: 30 credits a semester and 60 a year, 1 credit = 30 hours (Osh State
University, oop.oshsu.kg; ECTS Users' Guide 2015: 60 ECTS for a full-time year). No least number: our choice, because
part-time students take fewer."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A sum outside its limits. `code` is e.g. `ects-semester-over`."""

    code: str
    credits: float
    limit: int


def credit_breaches(
    rule: CreditRule, semester: tuple[float, float], year: tuple[float, float], *, year_is_full: bool
) -> list[Breach]:
    """What is outside the limits, in ECTS and in national credits; each sum is a pair of both. A year counts as too
    small only when all its semesters are planned."""
    found = []
    sums = zip(("ects", "national"), (rule.ects, rule.national), semester, year, strict=True)
    for name, limits, in_semester, in_year in sums:
        if in_semester > limits.semester_max:
            found.append(Breach(f"{name}-semester-over", in_semester, limits.semester_max))
        if in_semester < limits.semester_min:
            found.append(Breach(f"{name}-semester-under", in_semester, limits.semester_min))
        if in_year > limits.year_max:
            found.append(Breach(f"{name}-year-over", in_year, limits.year_max))
        if year_is_full and in_year < limits.year_min:
            found.append(Breach(f"{name}-year-under", in_year, limits.year_min))
    return found
