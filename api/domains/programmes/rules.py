"""What holds for programmes, pure: closed lists, closures by date, moves of an approval, shares and credits.

Clauses 1.1, 1.2 (levels, modes), 3.1 (approval), 3.2 (share), 3.3 (closed specialities), 5.7 (in-person parts) of the
university's regulation on distance learning.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID


class Level(StrEnum):
    """Clauses 1.1 and 3.1."""

    SECONDARY_VOCATIONAL = "secondary-vocational"
    BACHELOR = "bachelor"
    SPECIALIST = "specialist"
    MASTER = "master"
    PHD = "phd"
    FURTHER_PROFESSIONAL = "further-professional"


class Form(StrEnum):
    """Of study, clause 3.1; `distance` for those who are admitted to study at a distance altogether."""

    DAY = "day"
    EVENING = "evening"
    PART_TIME = "part-time"
    FURTHER_EDUCATION = "further-education"
    """Further professional education, which clause 3.1 lists among the forms."""
    DISTANCE = "distance"


class Mode(StrEnum):
    """Of a programme, a class or a part of a course (clause 1.2). Of a programme, `distance` is 100 % online (3.2)."""

    IN_PERSON = "in-person"
    BLENDED = "blended"
    DISTANCE = "distance"


AT_A_DISTANCE: Final = frozenset({Mode.DISTANCE, Mode.BLENDED})


class Kind(StrEnum):
    """Of a part of a course (clause 1.2)."""

    LECTURE = "lecture"
    PRACTICAL = "practical"
    LABORATORY = "laboratory"
    CONTROL = "control"
    SELF_STUDY = "self-study"


class Purpose(StrEnum):
    """What a speciality may be closed for."""

    TRAINING = "training"
    ADMISSION = "admission"


# Periods ---------------------------------------------------------------------------------------------------------


def is_within(day: date, first: date, last: date | None) -> bool:
    """Whether the day lies in a period. Both ends belong to it; without a last day it goes on."""
    return first <= day and (last is None or day <= last)


# Closed specialities ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to open to study: with a speciality, at a level, in a form and a mode."""

    speciality: UUID
    level: Level
    form: Form
    mode: Mode
    purpose: Purpose = Purpose.TRAINING


@dataclass(frozen=True, slots=True)
class Closure:
    """A speciality closed by a legal act for some days (clause 3.3).

    It concerns what is asked in one of its `forms` or one of its `modes`. Empty `levels` are all levels. The act's
    own validity (`act_from`, `act_to`) limits it too. A moratorium on admission is a closure for admission alone.
    """

    id: UUID
    speciality: UUID
    act: UUID
    first: date
    last: date | None
    act_from: date
    act_to: date | None
    purposes: frozenset[Purpose]
    forms: frozenset[Form]
    modes: frozenset[Mode]
    levels: frozenset[Level]

    def is_in_force(self, on: date) -> bool:
        return is_within(on, self.first, self.last) and is_within(on, self.act_from, self.act_to)

    def concerns(self, asked: Asked) -> bool:
        return (
            self.speciality == asked.speciality
            and asked.purpose in self.purposes
            and (not self.levels or asked.level in self.levels)
            and (asked.form in self.forms or effective_mode(asked.form, asked.mode) in self.modes)
        )


def effective_mode(form: Form, mode: Mode) -> Mode:
    """Whoever studies in the distance form studies at a distance, whatever else is said."""
    return Mode.DISTANCE if form is Form.DISTANCE else mode


def is_closed(asked: Asked, closures: Iterable[Closure], on: date) -> Closure | None:
    """The closure that forbids what is asked on that day: the one that lasts longest; None when nothing does."""
    found = [one for one in closures if one.is_in_force(on) and one.concerns(asked)]
    return max(found, key=lambda one: (last_day(one) or date.max, one.id), default=None)


def last_day(closure: Closure) -> date | None:
    """The last day on which the closure holds, by itself and by its act. None: until it is changed."""
    ends = [day for day in (closure.last, closure.act_to) if day is not None]
    return min(ends, default=None)


# Approval --------------------------------------------------------------------------------------------------------


class State(StrEnum):
    """Of the approval of a programme, and of a module at a distance (clause 3.1)."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"


class Move(StrEnum):
    PROPOSE = "propose"
    REVIEW = "review"
    APPROVE = "approve"
    REJECT = "reject"
    SUSPEND = "suspend"
    SUPERSEDE = "supersede"


class Body(StrEnum):
    """Who takes a step. A later edition supersedes by itself, when the academic council approves that one."""

    INSTITUTE = "institute"
    METHODICAL_COUNCIL = "methodical-council"
    ACADEMIC_COUNCIL = "academic-council"


MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.DRAFT, Move.PROPOSE): State.PROPOSED,
    (State.PROPOSED, Move.REVIEW): State.REVIEWED,
    (State.REVIEWED, Move.APPROVE): State.APPROVED,
    (State.REVIEWED, Move.REJECT): State.REJECTED,
    (State.APPROVED, Move.SUSPEND): State.SUSPENDED,
    (State.APPROVED, Move.SUPERSEDE): State.SUPERSEDED,
    (State.SUSPENDED, Move.SUPERSEDE): State.SUPERSEDED,
}
BODY_OF: Final[Mapping[Move, Body]] = {
    Move.PROPOSE: Body.INSTITUTE,
    Move.REVIEW: Body.METHODICAL_COUNCIL,
    Move.APPROVE: Body.ACADEMIC_COUNCIL,
    Move.REJECT: Body.ACADEMIC_COUNCIL,
    Move.SUSPEND: Body.ACADEMIC_COUNCIL,
    Move.SUPERSEDE: Body.ACADEMIC_COUNCIL,
}
PUBLIC_STATES: Final = frozenset({State.APPROVED, State.SUSPENDED, State.SUPERSEDED})
"""Everybody may see what is or was in force; what was never approved, those concerned."""


def after(state: State, move: Move) -> State | None:
    """The state after a move, None when there is no such move."""
    return MOVES.get((state, move))


def allowed_moves(state: State) -> list[Move]:
    return [move for before, move in MOVES if before is state]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, by whom; None for the service itself."""

    body: Body
    person: UUID | None


def has_decided_elsewhere(person: UUID | None, body: Body, taken: Iterable[Taken]) -> bool:
    """Whether the person took a step of this case for another body. Our choice: nobody decides at two levels of one
    case, so that three signatures are those of three people."""
    return person is not None and any(one.person == person and one.body is not body for one in taken)


# Hours and shares ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Hours of one kind in a course. `distance_hours` are those of `hours` that are held at a distance."""

    kind: Kind
    hours: int
    mode: Mode
    distance_hours: int
    is_in_person_only: bool = False


class PartFault(StrEnum):
    """Codes of messages."""

    IN_PERSON_PART = "in-person-part"
    DISTANCE_HOURS = "distance-hours"


def fault_of_part(part: Part) -> PartFault | None:
    """What is wrong with a part: an in-person part at a distance (clause 5.7), or hours that do not fit the mode."""
    if part.is_in_person_only and part.mode is not Mode.IN_PERSON:
        return PartFault.IN_PERSON_PART
    fits = {
        Mode.IN_PERSON: part.distance_hours == 0,
        Mode.BLENDED: 0 < part.distance_hours < part.hours,
        Mode.DISTANCE: part.distance_hours == part.hours,
    }
    return None if fits[part.mode] else PartFault.DISTANCE_HOURS


@dataclass(frozen=True, slots=True)
class Share:
    """Hours taught at a distance among the hours taught."""

    distance_hours: int
    taught_hours: int

    @property
    def percent(self) -> int:
        """In whole percent, halves up; 0 where nothing is taught."""
        if self.taught_hours == 0:
            return 0
        return int(Fraction(self.distance_hours * 100, self.taught_hours) + Fraction(1, 2))


def distance_share(parts: Iterable[Part]) -> Share:
    """The share at a distance. Self-study is not taught, so it counts on neither side. Our choice."""
    taught = [part for part in parts if part.kind is not Kind.SELF_STUDY]
    return Share(sum(part.distance_hours for part in taught), sum(part.hours for part in taught))


class Deviation(StrEnum):
    NOT_APPROVED = "not-approved"
    OVER = "over"
    UNDER = "under"


def deviation(actual: Share, approved_percent: int | None) -> Deviation | None:
    """How the share differs from the approved one, both in whole percent; None when it does not (clause 3.2)."""
    if approved_percent is None:
        return Deviation.NOT_APPROVED if actual.distance_hours else None
    if actual.percent == approved_percent:
        return None
    return Deviation.OVER if actual.percent > approved_percent else Deviation.UNDER


def version_for(intake_year: int, versions: Collection[int]) -> int | None:
    """The year of the curriculum that students of an intake follow: their own, or the last one before. A later
    version changes nothing for them."""
    return max((year for year in versions if year <= intake_year), default=None)


def is_frozen(curriculum_year: int, on: date) -> bool:
    """Whether students follow that curriculum already: from 1 September of its year. Our choice."""
    return on >= date(curriculum_year, 9, 1)


# Credits ---------------------------------------------------------------------------------------------------------


class CreditKind(StrEnum):
    ECTS = "ects"
    NATIONAL = "national"


HOURS_PER_CREDIT: Final = 30
"""Of both kinds, unless a dated rule says otherwise. Sources: Osh State University (oop.oshsu.kg), Kyrgyz State
Medical Academy (kgma.kg): 1 credit = 30 hours."""


@dataclass(frozen=True, slots=True)
class CreditRule:
    """How many hours one credit of a kind has, for some days."""

    kind: CreditKind
    hours_per_credit: int
    first: date
    last: date | None


def hours_per_credit(kind: CreditKind, rules: Sequence[CreditRule], on: date) -> int:
    """Of the rule in force that began last; HOURS_PER_CREDIT when none is."""
    found = [rule for rule in rules if rule.kind is kind and is_within(on, rule.first, rule.last)]
    return max(found, key=lambda rule: rule.first).hours_per_credit if found else HOURS_PER_CREDIT


def convert_credits(
    amount: Fraction, from_kind: CreditKind, to_kind: CreditKind, rules: Sequence[CreditRule], on: date
) -> Fraction:
    """The same hours in credits of another kind, exactly."""
    return amount * hours_per_credit(from_kind, rules, on) / hours_per_credit(to_kind, rules, on)


# Modules at a distance -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approval:
    """A case as far as it decides whether a course may be held at a distance on a day. `programme` None: in all."""

    programme: UUID | None
    mode: Mode
    percent: int
    state: State
    first: date
    last: date | None
    suspended_from: date | None = None
    superseded_from: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it was decided for that day and no later approval has taken its place."""
        return (
            self.state in PUBLIC_STATES
            and is_within(on, self.first, self.last)
            and (self.superseded_from is None or on < self.superseded_from)
        )

    def is_suspended(self, on: date) -> bool:
        return self.suspended_from is not None and on >= self.suspended_from


def approval_for(approvals: Collection[Approval], programme: UUID | None, on: date) -> Approval | None:
    """The approval of a course that holds for a programme on a day: the programme's own before the general one. A
    suspended one of the programme's own is not replaced by the general one."""
    own = [one for one in approvals if one.programme == programme and one.holds(on)]
    general = [one for one in approvals if one.programme is None and one.holds(on)]
    found = max(own or general, key=lambda one: one.first, default=None)
    return None if found is None or found.is_suspended(on) else found


def permits(approval: Approval, mode: Mode) -> bool:
    """Whether a class in that mode may be held: approved wholly at a distance, it may be blended too."""
    return mode is Mode.IN_PERSON or approval.mode is Mode.DISTANCE or approval.mode is mode


def percent_fits(mode: Mode, percent: int) -> bool:
    """Whether an approved share fits the mode: 0 in person, 100 at a distance, between them blended."""
    return {Mode.IN_PERSON: percent == 0, Mode.BLENDED: 0 < percent < 100, Mode.DISTANCE: percent == 100}[mode]


def semesters_of(duration_months: int) -> int:
    """How many semesters a programme has; a part of one counts."""
    return -(-duration_months // 6)
