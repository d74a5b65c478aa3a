"""The rules of grading. Pure: what is known comes in, what follows comes out.

Points are exact decimals of hundredths: `Decimal` in the code, whole hundredths in the database, text on the wire.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, TypeVar

from api.errors import MoveNotAllowed

HUNDREDTH: Final = Decimal("0.01")
WHOLE: Final = Decimal(100)
"""What the weights of a class's plan are parts of, and the most points of a class result."""
MOST_POINTS: Final = Decimal(10_000)


def exact(value: Decimal) -> Decimal:
    """To the hundredth, halves away from zero, as marks are rounded by hand."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


class Category(StrEnum):
    """What is graded, in words for reports (OneRoster: category of a line item)."""

    TEST = "test"
    ASSIGNMENT = "assignment"
    ATTENDANCE = "attendance"
    MODULE = "module"
    EXAM = "exam"
    OTHER = "other"


class LineItemState(StrEnum):
    OPEN = "open"
    """Grades are posted; no student sees one."""
    RELEASED = "released"
    """Students see theirs, with comments and rubric; what is posted later is seen at once."""
    CANCELLED = "cancelled"
    """Does not count; what was posted stays in the history."""


class EventKind(StrEnum):
    """What may happen to a grade."""

    POSTED = "posted"
    AMENDED = "amended"
    RETAKEN = "retaken"
    """The result of a retake took the place of what was there."""
    ANNULLED = "annulled"
    """By a confirmed integrity case and a second person."""
    REINSTATED = "reinstated"
    """The case did not stand on appeal: the points before the annulment count again."""


class EntryState(StrEnum):
    """Of a journal entry: what the last event says."""

    POSTED = "posted"
    AMENDED = "amended"
    RETAKEN = "retaken"
    ANNULLED = "annulled"


class SourceKind(StrEnum):
    """What a grade comes from; the id beside it names which one."""

    HAND = "hand"
    ATTEMPT = "attempt"
    SUBMISSION = "submission"
    MARKING = "marking"
    ORAL_CHECK = "oral-check"
    APPEAL = "appeal"
    RETAKE = "retake"
    CASE = "case"
    ABSENCE = "absence"


class WorkKind(StrEnum):
    SUBMISSION = "submission"
    ATTEMPT = "attempt"
    PAPER = "paper"
    """Written or done outside this service: an exam on paper, a performance."""


class WorkState(StrEnum):
    WAITING = "waiting"
    """For a marker, or for the second one."""
    DISPUTED = "disputed"
    """Two markers differ by more than the line item allows: the head decides."""
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    """Another work took its place, e.g. a later version."""


class MarkerRole(StrEnum):
    FIRST = "first"
    SECOND = "second"


class MarkingState(StrEnum):
    OPEN = "open"
    """Nobody has taken it."""
    TAKEN = "taken"
    FINISHED = "finished"


class ResultState(StrEnum):
    PROPOSED = "proposed"
    RETURNED = "returned"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    """By a later approved one of the same person and class."""


class RetakeCause(StrEnum):
    ABSENT = "absent"
    FAILED = "failed"


class RetakeState(StrEnum):
    GRANTED = "granted"
    SCHEDULED = "scheduled"
    GRADED = "graded"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Counts(StrEnum):
    """Which of two results counts after a retake."""

    BETTER = "better"
    LAST = "last"


class AppealState(StrEnum):
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    GRANTED = "granted"
    REFUSED = "refused"
    CLOSED = "closed"


LINE_ITEM_MOVES: Final[Mapping[LineItemState, tuple[LineItemState, ...]]] = {
    LineItemState.OPEN: (LineItemState.RELEASED, LineItemState.CANCELLED),
    LineItemState.RELEASED: (LineItemState.CANCELLED,),
    LineItemState.CANCELLED: (),
}
GRADE_MOVES: Final[Mapping[EntryState | None, tuple[EventKind, ...]]] = {
    None: (EventKind.POSTED, EventKind.RETAKEN),
    EntryState.POSTED: (EventKind.AMENDED, EventKind.RETAKEN, EventKind.ANNULLED),
    EntryState.AMENDED: (EventKind.AMENDED, EventKind.RETAKEN, EventKind.ANNULLED),
    EntryState.RETAKEN: (EventKind.AMENDED, EventKind.RETAKEN, EventKind.ANNULLED),
    EntryState.ANNULLED: (EventKind.REINSTATED, EventKind.RETAKEN),
}
RESULT_MOVES: Final[Mapping[ResultState, tuple[ResultState, ...]]] = {
    ResultState.PROPOSED: (ResultState.APPROVED, ResultState.RETURNED),
    ResultState.RETURNED: (),
    ResultState.APPROVED: (ResultState.SUPERSEDED,),
    ResultState.SUPERSEDED: (),
}
RETAKE_MOVES: Final[Mapping[RetakeState, tuple[RetakeState, ...]]] = {
    RetakeState.GRANTED: (RetakeState.SCHEDULED, RetakeState.CANCELLED),
    RetakeState.SCHEDULED: (
        RetakeState.SCHEDULED,
        RetakeState.GRADED,
        RetakeState.MISSED,
        RetakeState.CANCELLED,
    ),
    RetakeState.GRADED: (),
    RetakeState.MISSED: (),
    RetakeState.CANCELLED: (),
}
APPEAL_MOVES: Final[Mapping[AppealState, tuple[AppealState, ...]]] = {
    AppealState.SUBMITTED: (AppealState.IN_REVIEW, AppealState.CLOSED),
    AppealState.IN_REVIEW: (AppealState.GRANTED, AppealState.REFUSED),
    AppealState.GRANTED: (AppealState.CLOSED,),
    AppealState.REFUSED: (AppealState.CLOSED,),
    AppealState.CLOSED: (),
}

State = TypeVar("State", LineItemState, ResultState, RetakeState, AppealState)


def check_move(moves: Mapping[State, tuple[State, ...]], state: State, to: State) -> None:
    """Raises MoveNotAllowed with the moves that there are."""
    if to not in moves[state]:
        raise MoveNotAllowed(state.value, [one.value for one in moves[state]])


# The journal


@dataclass(frozen=True, slots=True)
class GradeEvent:
    """One thing that happened to a grade. `points` is None when it takes them away or brings former ones back."""

    kind: EventKind
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A grade as the journal shows it. `points` is None for an annulled one."""

    state: EntryState
    points: Decimal | None
    sequence: int
    """How many events it is the fold of."""
    before: tuple[EntryState, Decimal | None] | None = None
    """What an annulment took away."""


_STATE_AFTER: Final = {
    EventKind.POSTED: EntryState.POSTED,
    EventKind.AMENDED: EntryState.AMENDED,
    EventKind.RETAKEN: EntryState.RETAKEN,
}


def follow(entry: Entry | None, event: GradeEvent) -> Entry:
    """The entry after the event. Raises MoveNotAllowed."""
    state = None if entry is None else entry.state
    if event.kind not in GRADE_MOVES[state]:
        raise MoveNotAllowed(state or "none", [one.value for one in GRADE_MOVES[state]])
    sequence = 1 if entry is None else entry.sequence + 1
    if entry is not None and event.kind is EventKind.ANNULLED:
        return Entry(EntryState.ANNULLED, None, sequence, (entry.state, entry.points))
    if entry is not None and event.kind is EventKind.REINSTATED:
        assert entry.before is not None  # an annulled entry always has it
        return Entry(*entry.before, sequence)
    return Entry(_STATE_AFTER[event.kind], event.points, sequence)


def fold(events: Iterable[GradeEvent]) -> Entry | None:
    """The journal entry of a history. None for no history. Raises MoveNotAllowed."""
    entry = None
    for event in events:
        entry = follow(entry, event)
    return entry
