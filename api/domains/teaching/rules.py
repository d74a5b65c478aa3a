"""What may happen to sessions, classes and groups, and whether a group has a curator on every day. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from api.errors import MoveNotAllowed


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
    GROUP = "group"
    CLASSES = "classes"
    TIMETABLE = "timetable"
    ACCOMMODATIONS = "accommodations"


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

State = TypeVar("State", bound=StrEnum)


def check_move(moves: Mapping[State, tuple[State, ...]], state: State, to: State) -> None:
    """Raises MoveNotAllowed unless the table lists the move."""
    if to not in moves[state]:
        raise MoveNotAllowed(state.value, [one.value for one in moves[state]])
