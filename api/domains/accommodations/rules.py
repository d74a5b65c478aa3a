"""What holds for accommodations, pure: features and their values, moves of a plan, the three parties, periods.

Clauses 6.6 (adapted assessment), 7.1 (coordination) and 7.3 (three parties agree beforehand, documented) of the
university's regulation. The words of features are those of 1EdTech AccessForAll PNP 3.0; those that it does not have
are marked as ours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from api.identity import Role

# What is agreed -----------------------------------------------------------------------------------------------------


class Feature(StrEnum):
    ADDITIONAL_TESTING_TIME = "additional-testing-time"
    """Exactly one of a multiplier, minutes, unlimited; or, ours, that the time of a class stays as it is."""
    SPOKEN = "spoken"
    BRAILLE = "braille"
    MAGNIFICATION = "magnification"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    SIGN_LANGUAGE = "sign-language"
    BREAKS = "breaks"
    LONG_DESCRIPTION = "long-description"
    SIMPLIFIED_LANGUAGE_PORTIONS = "simplified-language-portions"
    # Ours, from clauses 6.6 and 7.3
    EXTENDED_DEADLINE = "extended-deadline"
    """Days more, for tasks without a time limit."""
    ADDITIONAL_ATTEMPTS = "additional-attempts"
    ALTERNATIVE_TASK = "alternative-task"
    ALTERNATIVE_FORM = "alternative-form"
    PROCTORING_EXCEPTION = "proctoring-exception"


class OtherForm(StrEnum):
    """Instead of which form another one is taken (clauses 6.6 and 7.3)."""

    ORAL_FOR_WRITTEN = "oral-for-written"
    TEXT_FOR_VIDEO = "text-for-video"
    WRITTEN_FOR_ORAL = "written-for-oral"


class TaskKind(StrEnum):
    TEST = "test"
    ASSIGNMENT = "assignment"


LARGEST_MULTIPLIER: Final = 10
"""Our choice; more is `unlimited`."""
LONGEST_MINUTES: Final = 24 * 60
LONGEST_DAYS: Final = 365
MOST_ATTEMPTS: Final = 20
MOST_BREAKS: Final = 100
LARGEST_MAGNIFICATION: Final = 2000
"""In per cent of the usual size. These bounds are our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedValue:
    """What exactly is agreed; which of the parts a feature has says `VALUES_OF`. Nobody's time is ever shortened: a
    multiplier below 1 or negative minutes are no AgreedValue (ValueError)."""

    time_multiplier: Fraction | None = None
    """Of the time limit, at least 1, in hundredths."""
    fixed_minutes: int | None = None
    """More than the time limit."""
    is_unlimited: bool = False
    is_fixed_time: bool = False
    """The time of this class stays as it is, e.g. because speed is what is examined: what the same plan gives of
    `additional-testing-time` does not hold there. It has a reason."""
    break_minutes: int | None = None
    """All breaks together."""
    break_count: int | None = None
    days: int | None = None
    attempts: int | None = None
    """More than the others have."""
    form: OtherForm | None = None
    words: str | None = None
    """What is done instead: the alternative task, how the proctoring differs."""
    magnification_percent: int | None = None

    def __post_init__(self) -> None:
        if self.time_multiplier is not None and self.time_multiplier < 1:
            raise ValueError(f"a multiplier that shortens the time: {self.time_multiplier}")
        for part in ("fixed_minutes", "break_minutes", "break_count", "days", "attempts"):
            given = getattr(self, part)
            if given is not None and given < 0:
                raise ValueError(f"{part}: {given} is less than nothing")

    @property
    def given(self) -> frozenset[str]:
        """The names of the parts that say something."""
        return frozenset(
            name for name in self.__slots__ if (part := getattr(self, name)) is not None and part is not False
        )


_TIME: Final = frozenset({"time_multiplier", "fixed_minutes", "is_unlimited", "is_fixed_time"})
_WORDS: Final = frozenset({"words"})
VALUES_OF: Final[Mapping[Feature, Collection[frozenset[str]]]] = {
    Feature.ADDITIONAL_TESTING_TIME: [frozenset({part}) for part in sorted(_TIME)],
    Feature.MAGNIFICATION: [frozenset(), frozenset({"magnification_percent"})],
    Feature.BREAKS: [frozenset({"break_minutes", "break_count"})],
    Feature.EXTENDED_DEADLINE: [frozenset({"days"})],
    Feature.ADDITIONAL_ATTEMPTS: [frozenset({"attempts"})],
    Feature.ALTERNATIVE_TASK: [_WORDS],
    Feature.ALTERNATIVE_FORM: [frozenset({"form"})],
    Feature.PROCTORING_EXCEPTION: [_WORDS],
}
"""Which parts a feature's value has, all of one of the sets; a feature that is not here has none."""


def fits(feature: Feature, value: AgreedValue) -> bool:
    """Whether the value is one of that feature."""
    return value.given in VALUES_OF.get(feature, [frozenset()])


@dataclass(frozen=True, slots=True)
class Agreed:
    """An accommodation of a plan that is or was active. All days are of Bishkek, and both ends count."""

    accommodation_id: UUID
    plan_id: UUID
    plan_number: int
    feature: Feature
    value: AgreedValue
    valid_from: date
    valid_until: date
    """For a plan that was revoked or superseded, the day on which it ended."""
    kinds: frozenset[TaskKind]
    """Of task that it holds for."""
    class_id: UUID | None
    """None: in every class."""

    def holds_for(self, kind: TaskKind, class_id: UUID | None, first: date, last: date | None) -> bool:
        """Whether it concerns a task of this kind and class whose window is these days; no last day: it stays open."""
        return (
            kind in self.kinds
            and self.class_id in (None, class_id)
            and self.valid_until >= first
            and (last is None or self.valid_from <= last)
        )


def applicable(
    agreed: Iterable[Agreed], kind: TaskKind, class_id: UUID | None, first: date, last: date | None
) -> tuple[Agreed, ...]:
    """Those that concern a task, in the order of plans. Where a plan leaves the time of a class as it is
    (`is_fixed_time`), its additional time is left out; the accommodation that says so stays, so that a reader can be
    told why. Another plan's additional time is not touched by it."""
    held = [one for one in agreed if one.holds_for(kind, class_id, first, last)]
    fixed = {one.plan_id for one in held if one.value.is_fixed_time}
    return tuple(
        sorted(
            (
                one
                for one in held
                if one.value.is_fixed_time
                or one.feature is not Feature.ADDITIONAL_TESTING_TIME
                or one.plan_id not in fixed
            ),
            key=lambda one: (one.plan_number, one.valid_from, one.accommodation_id),
        )
    )


# The plan -----------------------------------------------------------------------------------------------------------


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PlanState(StrEnum):
    REQUESTED = "requested"
    ASSESSED = "assessed"
    """The office has proposed something; the three parties decide."""
    AGREED = "agreed"
    """By all three; the document is made out."""
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class PlanMove(StrEnum):
    ASSESS = "assess"
    AGREE = "agree"
    """By the third approval."""
    RETURN = "return"
    """By any refusal, or by the office before the document is made out."""
    ACTIVATE = "activate"
    EXPIRE = "expire"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    """By the activation of the next version."""
    REINSTATE = "reinstate"
    """By the revocation of the next version before its first day: nothing has taken the place of this one."""


MOVES: Final[Mapping[tuple[PlanState, PlanMove], PlanState]] = {
    (PlanState.REQUESTED, PlanMove.ASSESS): PlanState.ASSESSED,
    (PlanState.ASSESSED, PlanMove.AGREE): PlanState.AGREED,
    (PlanState.ASSESSED, PlanMove.RETURN): PlanState.REQUESTED,
    (PlanState.AGREED, PlanMove.RETURN): PlanState.REQUESTED,
    (PlanState.AGREED, PlanMove.ACTIVATE): PlanState.ACTIVE,
    (PlanState.ACTIVE, PlanMove.EXPIRE): PlanState.EXPIRED,
    (PlanState.ACTIVE, PlanMove.REVOKE): PlanState.REVOKED,
    (PlanState.ACTIVE, PlanMove.SUPERSEDE): PlanState.SUPERSEDED,
    (PlanState.SUPERSEDED, PlanMove.REINSTATE): PlanState.ACTIVE,
}
IN_PREPARATION: Final = frozenset({PlanState.REQUESTED, PlanState.ASSESSED, PlanState.AGREED})
"""One version of a case at a time."""
PROPOSED: Final = frozenset({PlanState.ASSESSED, PlanState.AGREED})
"""What department and dean's office decide about; a request is between student and office."""
OPEN_TO_OBJECTION: Final = frozenset({PlanState.ASSESSED, PlanState.AGREED, PlanState.ACTIVE})


def after(state: PlanState, move: PlanMove) -> PlanState | None:
    """The state after a move, None when there is no such move."""
    return MOVES.get((state, move))


def allowed_states(state: PlanState) -> list[PlanState]:
    """Where a plan can get to from here in one move."""
    return sorted({after for (before, _), after in MOVES.items() if before is state})


class Party(StrEnum):
    """Who has to agree (clause 7.3)."""

    DEPARTMENT = "department"
    DEAN = "dean"
    SERVICE = "service"
    """The inclusive-education office."""


ROLE_OF: Final[Mapping[Party, Role]] = {
    Party.DEPARTMENT: Role.DEPARTMENT_HEAD,
    Party.DEAN: Role.DEANS_OFFICE,
    Party.SERVICE: Role.INCLUSION_OFFICE,
}


class Decision(StrEnum):
    AGREED = "agreed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Said:
    """What a party said to the present proposal, and who for it."""

    party: Party
    decision: Decision
    person: UUID


class Bar(StrEnum):
    """Why somebody cannot speak for a party."""

    OWN = "own"
    """One does not decide about oneself."""
    PARTY_HAS_SPOKEN = "party-has-spoken"
    SPOKE_FOR_ANOTHER = "spoke-for-another"
    """One person counts for one party."""


def bar(said: Collection[Said], party: Party, person: UUID, student: UUID) -> Bar | None:
    """What stands against `person` speaking for `party` about the plan of `student`; None: nothing."""
    if person == student:
        return Bar.OWN
    if any(one.party is party for one in said):
        return Bar.PARTY_HAS_SPOKEN
    if any(one.person == person for one in said):
        return Bar.SPOKE_FOR_ANOTHER
    return None


def move_of(said: Collection[Said]) -> PlanMove | None:
    """What follows from what was said to a proposal: a refusal returns it, three consents agree it."""
    if any(one.decision is Decision.REFUSED for one in said):
        return PlanMove.RETURN
    consenting = {one.party for one in said}
    if consenting == set(Party) and len({one.person for one in said}) == len(Party):
        return PlanMove.AGREE
    return None


class ObjectionState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


# Days ---------------------------------------------------------------------------------------------------------------

NOTICE_DAYS: Final = 30
"""Before a plan's last day the student and the coordinator are told, so that the next version can be agreed in time.
Our choice."""
LONGEST_PLAN_DAYS: Final = 6 * 366
"""The longest study. Our choice."""


def effective_from(valid_from: date, today: date) -> date:
    """The first day on which a plan that is activated today is in force: never one that has passed."""
    return max(valid_from, today)


@dataclass(frozen=True, slots=True)
class Period:
    """From when a version was to be in force, and until when by what was said of itself: the last day that was agreed,
    or the one it was revoked with. Both days count."""

    first: date
    last: date

    @property
    def takes_effect(self) -> bool:
        """Not if it was revoked before its first day."""
        return self.first <= self.last


def last_days(versions: Sequence[Period]) -> list[date]:
    """The last day of each version that was put into force, in the order in which they were: the day before the first
    of those that came later and take effect. A version that never takes effect ends nothing (clause 7.3: what three
    parties agreed to holds until they agree to something else that does)."""
    return [
        min([one.last, *(later.first - timedelta(days=1) for later in versions[number:] if later.takes_effect)])
        for number, one in enumerate(versions, start=1)
    ]


def is_over(last: date, today: date) -> bool:
    return last < today


def concerns_parties(state: PlanState, first: date | None, last: date | None, today: date) -> bool:
    """Whether department and dean's office see a plan: while they decide about it, and from its activation until its
    last day, on which they see to what they agreed to (clause 7.3). What a student was given before is health data that
    they need for nothing any more (clause 4.1 c); the office keeps the document and its dates."""
    return state in PROPOSED or (first is not None and last is not None and first <= last and not is_over(last, today))


def expires_soon(last: date, today: date) -> bool:
    return today <= last <= today + timedelta(days=NOTICE_DAYS)


# Coordinators -------------------------------------------------------------------------------------------------------


def least_burdened(open_cases: Mapping[UUID, int], student: UUID) -> UUID | None:
    """Who of the office coordinates a new case (clause 7.1): whoever has the fewest; never the student. None: nobody
    is there."""
    candidates: Sequence[UUID] = [person for person in open_cases if person != student]
    return min(candidates, key=lambda person: (open_cases[person], person), default=None)


# Reports ------------------------------------------------------------------------------------------------------------

FEWEST: Final = 5
"""Fewer students than these could be recognised by what they have in common. Our choice, usual in statistics."""


def without_few(count: int) -> int | None:
    """The count for a report that leaves the office; None for one from 1 to 4."""
    return None if 0 < count < FEWEST else count
