"""The rules of grading. Pure: what is known comes in, what follows comes out.

Points are exact decimals of hundredths: `Decimal` in the code, whole hundredths in the database, text on the wire.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from api.errors import MoveNotAllowed

HUNDREDTH: Final = Decimal("0.01")
WHOLE: Final = Decimal(100)
"""What the weights of a class's plan are parts of, and the most points of a class result."""
MOST_POINTS: Final = Decimal(10_000)


def exact(value: Decimal) -> Decimal:
    """To the hundredth, halves away from zero, as marks are rounded by hand."""
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def rounded(value: Fraction) -> Decimal:
    """As `exact`, of a fraction that is not negative: no sum of thirds loses a hundredth on its way."""
    hundredths = value * 100
    return Decimal(int(hundredths + Fraction(1, 2))).scaleb(-2)


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
    """By a confirmed integrity case and a second person; also before there was a grade: then none follows."""
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
    ORAL_CHECK = "oral-check"
    APPEAL = "appeal"
    RETAKE = "retake"
    CASE = "case"


class WorkKind(StrEnum):
    SUBMISSION = "submission"
    ATTEMPT = "attempt"


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
    None: (EventKind.POSTED, EventKind.RETAKEN, EventKind.ANNULLED),
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
    RetakeState.MISSED: (RetakeState.GRADED,),  # by a sitting in which it was taken after all, never by hand
    RetakeState.CANCELLED: (),
}
APPEAL_MOVES: Final[Mapping[AppealState, tuple[AppealState, ...]]] = {
    AppealState.SUBMITTED: (AppealState.IN_REVIEW, AppealState.CLOSED),
    AppealState.IN_REVIEW: (AppealState.GRANTED, AppealState.REFUSED),
    AppealState.GRANTED: (AppealState.CLOSED,),
    AppealState.REFUSED: (AppealState.CLOSED,),
    AppealState.CLOSED: (),
}


# The journal


@dataclass(frozen=True, slots=True)
class GradeEvent:
    """One thing that happened to a grade. `points` is None when it takes them away or brings former ones back."""

    kind: EventKind
    points: Decimal | None = None
    source_kind: SourceKind = SourceKind.HAND
    source_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A grade as the journal shows it. `points` is None for an annulled one."""

    state: EntryState
    points: Decimal | None
    sequence: int
    """How many events it is the fold of."""
    before: tuple[EntryState, Decimal | None] | None = None
    """What an annulment took away; None where there was nothing yet."""


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
    if event.kind is EventKind.ANNULLED:
        return Entry(EntryState.ANNULLED, None, sequence, None if entry is None else (entry.state, entry.points))
    if entry is not None and event.kind is EventKind.REINSTATED:
        if entry.before is None:
            raise MoveNotAllowed(entry.state, [EventKind.RETAKEN.value])
        return Entry(*entry.before, sequence)
    return Entry(_STATE_AFTER[event.kind], event.points, sequence)


def fold(events: Iterable[GradeEvent]) -> Entry | None:
    """The journal entry of a history. None for no history. Raises MoveNotAllowed."""
    entry = None
    for event in events:
        entry = follow(entry, event)
    return entry


# The result of a class


@dataclass(frozen=True, slots=True)
class Part:
    """A line item in a result. `points` is None for who has no grade there, or an annulled one."""

    weight: Decimal
    max_points: Decimal
    points: Decimal | None


def sum_of_weights(weights: Iterable[Decimal]) -> Decimal:
    return sum(weights, Decimal("0.00"))


def is_whole(weights: Iterable[Decimal]) -> bool:
    """Whether the weights of a class's line items add to 100. They are never stretched to it: what students were told
    a test is worth is what it is worth."""
    return sum_of_weights(weights) == WHOLE


def weighted_total(parts: Iterable[Part]) -> Decimal:
    """The sum of weight x points / most points, rounded once, at the end. A missing grade gives nothing."""
    total = sum(
        (
            Fraction(one.weight) * Fraction(one.points) / Fraction(one.max_points)
            for one in parts
            if one.points is not None
        ),
        Fraction(0),
    )
    return rounded(total)


def on_scale(total: Decimal, most_points: Decimal) -> Decimal:
    """A total out of 100 on a scale whose best is `most_points`, exactly: 59.90 is 2.995 of 5, and no 3 that begins at
    3. Rounded once more it would be another grade than on a scale out of 100."""
    return total * most_points / WHOLE


# Marking


@dataclass(frozen=True, slots=True)
class Level:
    """How well a criterion may be met. `titles` are its words by language."""

    code: str
    titles: Mapping[str, str]
    points: Decimal


@dataclass(frozen=True, slots=True)
class Criterion:
    """`levels` are by rising points; without any, every number of points up to the most may be given."""

    code: str
    titles: Mapping[str, str]
    max_points: Decimal
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What a marker gives for a criterion."""

    criterion: str
    points: Decimal
    level: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Which of the things that were sent is wrong (by its place), in which field, and the code of the message."""

    place: int
    field: str
    code: str
    values: Mapping[str, str]


def rubric_faults(criteria: Sequence[Criterion]) -> list[Fault]:
    """What keeps these criteria from being a rubric."""
    found: list[Fault] = []
    seen: set[str] = set()
    for place, one in enumerate(criteria):
        if one.code in seen:
            found.append(Fault(place, "code", "same-code-twice", {}))
        seen.add(one.code)
        points = [level.points for level in one.levels]
        if points != sorted(points) or len({level.code for level in one.levels}) < len(points):
            found.append(Fault(place, "levels", "rubric-levels", {}))
        elif points and points[-1] != one.max_points:
            found.append(Fault(place, "max_points", "rubric-best-level", {"points": str(points[-1])}))
    return found


def score_faults(criteria: Sequence[Criterion], scores: Sequence[Score], *, all_needed: bool) -> list[Fault]:
    """What is wrong with scores by a rubric: an unknown or repeated criterion, points out of range, points that are
    not the level's; with `all_needed` a criterion without a score."""
    by_code = {one.code: one for one in criteria}
    found: list[Fault] = []
    seen: set[str] = set()
    for place, score in enumerate(scores):
        one = by_code.get(score.criterion)
        if one is None or score.criterion in seen:
            found.append(Fault(place, "criterion", "no-such-criterion" if one is None else "same-code-twice", {}))
            continue
        seen.add(score.criterion)
        levels = {level.code: level.points for level in one.levels}
        if not 0 <= score.points <= one.max_points:
            found.append(Fault(place, "points", "points-out-of-range", {"max_points": str(one.max_points)}))
        elif score.level is not None and score.level not in levels:
            found.append(Fault(place, "level", "no-such-level", {}))
        elif score.level is not None and levels[score.level] != score.points:
            found.append(Fault(place, "points", "points-not-of-level", {"points": str(levels[score.level])}))
    if all_needed and len(seen) < len(by_code):
        missing = [code for code in by_code if code not in seen]
        found.append(Fault(len(scores), "criterion", "criterion-missing", {"criteria": ", ".join(missing)}))
    return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two markers come to: points, or a dispute that somebody else has to decide."""

    points: Decimal | None

    @property
    def is_disputed(self) -> bool:
        return self.points is None


def agree(points: Sequence[Decimal], threshold: Decimal) -> Agreement:
    """One marker: the points. Two: the mean, when they differ by no more than the threshold."""
    if max(points) - min(points) > threshold:
        return Agreement(None)
    return Agreement(rounded(sum((Fraction(one) for one in points), Fraction(0)) / len(points)))


def grade_of_work(base: Decimal, marked: Decimal, deduction_percent: Decimal, most: Decimal) -> Decimal:
    """What a work is worth: what the service and the markers gave, less what lateness takes off."""
    kept = Fraction(base + marked) * (100 - Fraction(deduction_percent)) / 100
    return min(rounded(kept), most)


# Retakes and appeals (clause 6.5)


@dataclass(frozen=True, slots=True)
class RetakeRule:
    """See `RetakeRuleRow`."""

    most: int
    window_days: int
    counts: Counts
    highest_percent: Decimal
    appeal_days: int


USUAL_RULE: Final = RetakeRule(2, 30, Counts.BETTER, WHOLE, 3)
"""Where the university has stored nothing for the version of the scale: two retakes within 30 days, the better result
counts in full, three days for an appeal. Our choice, to be replaced by what Regulation No. 34 and the university's own
rules say."""


def highest_points(max_points: Decimal, rule: RetakeRule) -> Decimal:
    """The most that a retake may give."""
    return exact(max_points * rule.highest_percent / WHOLE)


def points_after_retake(before: Decimal | None, retaken: Decimal, counts: Counts) -> Decimal:
    """What counts: the better of both, or the last. An annulled or missing grade is no result."""
    if before is None or counts is Counts.LAST:
        return retaken
    return max(before, retaken)


# What an annulment takes away, and what it leaves


@dataclass(frozen=True, slots=True)
class Result:
    """What one work, one retake or a hand gave to a grade. `is_corrected`: by somebody, since it came."""

    source_kind: SourceKind
    source_id: UUID | None
    points: Decimal
    is_corrected: bool = False


_OWN_RESULTS: Final = (SourceKind.ATTEMPT, SourceKind.SUBMISSION, SourceKind.RETAKE)
"""The other sources correct the result that is there."""


def results_in(history: Iterable[GradeEvent]) -> list[Result]:
    """The results of which a grade has come, one on the other; the last counts. None of them is annulled."""
    found: list[Result] = []
    taken: list[Result] = []
    case_id = None
    for one in history:
        if one.kind is EventKind.ANNULLED:
            found, taken = [], found
        elif one.kind is EventKind.REINSTATED:
            found = taken
        elif one.points is not None and one.source_kind is SourceKind.CASE and one.source_id == case_id:
            found, case_id = taken, None  # it gives back what it took
        elif one.points is not None and one.source_kind is SourceKind.CASE and found:
            last, case_id, taken = found[-1], one.source_id, found
            if one.kind is EventKind.RETAKEN:  # took what was before the last result
                found = [replace(last, points=one.points)]
                continue
            found = [each for each in found if (each.source_kind, each.source_id) != (last.source_kind, last.source_id)]
            found[-1:] = [replace(each, points=one.points) for each in found[-1:]]
        elif one.points is not None:
            is_own = one.source_kind in _OWN_RESULTS or not found
            if not is_own:
                found = [*found[:-1], replace(found[-1], points=one.points, is_corrected=True)]
                continue
            is_same = bool(found) and (found[-1].source_kind, found[-1].source_id) == (one.source_kind, one.source_id)
            found = [*(found[:-1] if is_same else found), Result(one.source_kind, one.source_id, one.points)]
    return found


def points_of_results(
    results: Iterable[Result], retakes: Mapping[UUID | None, tuple[Decimal, Counts]]
) -> Decimal | None:
    """What such results come to. A retake that nobody has corrected is held anew against what is left before it, by
    its own points and rule (`retakes`, by id). None for none."""
    points = None
    for one in results:
        own = None if one.is_corrected else retakes.get(one.source_id)
        points = one.points if own is None else points_after_retake(points, *own)
    return points


# Rating (clauses 1.4, 4.1 e)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in a rating. Equal points share a place, and the places after them are left out: 1, 2, 2, 4."""

    rank: int
    person: UUID
    points: Decimal


def ranking(points: Mapping[UUID, Decimal]) -> list[Ranked]:
    """By falling points; who shares a place stands in the order of their ids, which says nothing of them."""
    ordered = sorted(points.items(), key=lambda one: (-one[1], one[0]))
    found: list[Ranked] = []
    for place, (person, value) in enumerate(ordered, start=1):
        rank = found[-1].rank if found and found[-1].points == value else place
        found.append(Ranked(rank, person, value))
    return found


def weighted_mean(results: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The mean of points by credits; (points, credits) each. None without any credits."""
    pairs = [(Fraction(points), Fraction(credits)) for points, credits in results]
    whole = sum((credits for _, credits in pairs), Fraction(0))
    if not whole:
        return None
    return rounded(sum((points * credits for points, credits in pairs), Fraction(0)) / whole)


# Export

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection): what begins like one begins with an
    apostrophe, also behind spaces. Numbers of ours are never negative, so none is changed."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA_STARTS) else text
