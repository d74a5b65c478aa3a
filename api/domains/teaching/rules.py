"""What may happen to sessions, classes and groups, and whether a group has a curator on every day. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID


class SessionKind(StrEnum):
    """Of an academic session (OneRoster 1.2, `academicSession.type`)."""

    YEAR = "year"
    SEMESTER = "semester"
    SESSION = "session"
    """Within a semester: weeks of exams, an intensive block."""


PARENT_KIND: Final[Mapping[SessionKind, SessionKind | None]] = {
    SessionKind.YEAR: None,
    SessionKind.SEMESTER: SessionKind.YEAR,
    SessionKind.SESSION: SessionKind.SEMESTER,
}
"""In what a session of each kind lies; so there is no cycle and no depth but three."""


class SessionState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    """Classes may be opened and run."""
    CLOSED = "closed"


class Mode(StrEnum):
    """How a class is delivered (clause 1.2)."""

    IN_PERSON = "in-person"
    DISTANCE = "distance"
    BLENDED = "blended"


AT_A_DISTANCE: Final = frozenset({Mode.DISTANCE, Mode.BLENDED})
"""Modes that need an approved module (clause 3.1)."""


class ClassState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    """Students may enrol, within the enrolment windows."""
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class GroupState(StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    """Has a curator on every day (clause 5.6)."""
    GRADUATED = "graduated"
    DISSOLVED = "dissolved"


class SupportKind(StrEnum):
    """Who supports a student (clause 7.4)."""

    PSYCHOLOGIST = "psychologist"
    TUTOR = "tutor"
    CURATOR = "curator"
    COORDINATOR = "coordinator"
    SOCIETY_OF_THE_BLIND = "society-of-the-blind"
    SIGN_LANGUAGE_INTERPRETER = "sign-language-interpreter"
    OTHER_SPECIALIST = "other-specialist"


class Share(StrEnum):
    """What of a student an outside specialist may see (clause 7.4)."""

    CONTACT = "contact"
    """E-mail and language."""
    GROUPS = "groups"
    """The student's groups with their curators."""
    CLASSES = "classes"
    """The classes in which the student has a place."""


SESSION_MOVES: Final[Mapping[SessionState, tuple[SessionState, ...]]] = {
    SessionState.PLANNED: (SessionState.OPEN,),
    SessionState.OPEN: (SessionState.CLOSED,),
    SessionState.CLOSED: (),
}
CLASS_MOVES: Final[Mapping[ClassState, tuple[ClassState, ...]]] = {
    ClassState.PLANNED: (ClassState.OPEN, ClassState.CANCELLED),
    ClassState.OPEN: (ClassState.RUNNING, ClassState.CANCELLED),
    ClassState.RUNNING: (ClassState.ENDED, ClassState.CANCELLED),
    ClassState.ENDED: (),
    ClassState.CANCELLED: (),
}
GROUP_MOVES: Final[Mapping[GroupState, tuple[GroupState, ...]]] = {
    GroupState.PLANNED: (GroupState.ACTIVE, GroupState.DISSOLVED),
    GroupState.ACTIVE: (GroupState.GRADUATED, GroupState.DISSOLVED),
    GroupState.GRADUATED: (),
    GroupState.DISSOLVED: (),
}


# Periods


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both counted; without a last day it does not end."""

    starts_on: date
    ends_on: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def overlaps(self, other: "Period") -> bool:
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )

    def lies_within(self, other: "Period") -> bool:
        return other.starts_on <= self.starts_on and (
            other.ends_on is None or (self.ends_on is not None and self.ends_on <= other.ends_on)
        )


def first_gap(periods: Iterable[Period], starts_on: date, ends_on: date | None = None) -> date | None:
    """The first day from `starts_on` (to `ends_on`, or for ever) on which no period counts; None when there is none."""
    day = starts_on
    for period in sorted(periods, key=lambda one: one.starts_on):
        if ends_on is not None and day > ends_on:
            return None
        if period.starts_on > day:
            return day
        if period.ends_on is None:
            return None
        if period.ends_on >= day:
            if period.ends_on == date.max:
                return None
            day = period.ends_on + timedelta(days=1)
    return None if ends_on is not None and day > ends_on else day


# Sessions

LONGEST_YEAR_DAYS: Final = 400
"""Of an academic year, both ends counted; our choice: twelve months and a session that was put off."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the rules look at. `key` names it in what they find: a code."""

    key: str
    kind: SessionKind
    parent: str | None
    period: Period


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that must be corrected, the code of the message, and its values."""

    field: str
    code: str
    values: Mapping[str, str | int]


def session_faults(session: Session, others: Mapping[str, Session]) -> list[Fault]:
    """All that is wrong with a session among the others (by key; it may itself be among them, as it was).

    A child lies within its parent, which is of the next larger kind, and overlaps none of its siblings.
    """
    starts_on, ends_on = session.period.starts_on, session.period.ends_on
    if ends_on is None or ends_on < starts_on:
        return [Fault("ends_on", "end-before-start", {})]
    found: list[Fault] = []
    if (ends_on - starts_on).days >= LONGEST_YEAR_DAYS:
        found.append(Fault("ends_on", "session-too-long", {"longest_days": LONGEST_YEAR_DAYS}))
    found += _parent_faults(session, others)
    for other in others.values():
        if other.key == session.key:
            continue
        is_sibling = (other.parent, other.kind) == (session.parent, session.kind)
        if is_sibling and other.period.overlaps(session.period):
            found.append(Fault("starts_on", "session-overlaps", {"code": other.key}))
        if other.parent == session.key and not other.period.lies_within(session.period):
            found.append(Fault("ends_on", "session-cuts-part", {"code": other.key}))
    return found


def _parent_faults(session: Session, others: Mapping[str, Session]) -> list[Fault]:
    wanted = PARENT_KIND[session.kind]
    if wanted is None:
        return [] if session.parent is None else [Fault("parent_id", "year-has-no-parent", {})]
    if session.parent is None:
        return [Fault("parent_id", "session-needs-parent", {"kind": wanted.value})]
    parent = others.get(session.parent)
    if parent is None:
        return [Fault("parent_id", "no-such-object", {})]
    if parent.kind is not wanted:
        return [Fault("parent_id", "session-needs-parent", {"kind": wanted.value})]
    if not session.period.lies_within(parent.period):
        field = "starts_on" if session.period.starts_on < parent.period.starts_on else "ends_on"
        period = {"starts_on": parent.period.starts_on.isoformat(), "ends_on": str(parent.period.ends_on)}
        return [Fault(field, "session-outside-parent", period)]
    return []


# Curators (clause 5.6)


@dataclass(frozen=True, slots=True)
class Term:
    """Somebody is a group's curator (or a class's instructor) for a period."""

    id: UUID
    person_id: UUID
    period: Period


@dataclass(frozen=True, slots=True)
class Ended:
    """What becomes of a term: its new last day, or None when it is taken back before it began."""

    id: UUID
    ends_on: date | None


def end_of(term: Term, last_day: date) -> Ended:
    """A term that would end before its first day has never been."""
    return Ended(term.id, None if last_day < term.period.starts_on else last_day)


def apply_end(terms: Iterable[Term], ended: Ended) -> list[Term]:
    """The terms as they are after that."""
    return [
        Term(term.id, term.person_id, Period(term.period.starts_on, ended.ends_on)) if term.id == ended.id else term
        for term in terms
        if term.id != ended.id or ended.ends_on is not None
    ]


def curator_gap(terms: Iterable[Term], active_from: date | None) -> date | None:
    """The first day on which an active group has no curator. A group that is not active (None) may have none."""
    return None if active_from is None else first_gap((term.period for term in terms), active_from)


def holders_on(terms: Collection[Term], day: date) -> list[Term]:
    """Whose term counts on that day."""
    return [term for term in terms if day in term.period]


# Classes

MARKING_DAYS: Final = 60
"""How long instructors keep their role in a class after it has ended: for marks, appeals and retakes. Our choice; a
new assignment gives them longer."""
