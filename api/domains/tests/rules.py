"""The rules of tests, sittings and attempts. Pure: what is known comes in, what follows comes out.

Time of an attempt only goes forward: `moment` is never before the last moment seen in it, so a clock that steps back
neither reopens anything nor loses an answer. The deadline is one column, and `Run` is its only reader: whatever looks
at time (save, submit, sweep, answers, events) asks the same `Run`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeVar
from uuid import UUID

Thing = TypeVar("Thing")


class Navigation(StrEnum):
    FREE = "free"
    SEQUENTIAL = "sequential"
    """One place after the other: none is read before its turn, and there is no way back."""


class AttemptState(StrEnum):
    IN_PROGRESS = "in-progress"
    SUBMITTED = "submitted"
    AUTO_SUBMITTED = "auto-submitted"
    """By the server, at the deadline."""
    GRADED = "graded"
    RELEASED = "released"
    """The student may see what the review rules show."""
    ANNULLED = "annulled"
    """By a case of academic integrity (clause 6.2)."""


class SittingKind(StrEnum):
    MAIN = "main"
    RETAKE = "retake"
    """At a separate time, for those who failed or were absent (clause 6.5)."""


class SittingState(StrEnum):
    PLANNED = "planned"
    ANNOUNCED = "announced"
    """With its format, before it begins (clause 6.2)."""
    OPEN = "open"
    CLOSED = "closed"
    RESULTS_APPROVED = "results-approved"


class SittingFormat(StrEnum):
    """How an exam is held; the department decides it (clause 6.2)."""

    ONLINE = "online"
    ONLINE_PROCTORED = "online-proctored"
    COMPUTER_CLASS = "computer-class"
    """At the university's own computers."""


class Shown(StrEnum):
    """From when on a part of the review is shown. Nothing is shown before release."""

    NEVER = "never"
    RELEASED = "released"
    CLOSED = "closed"
    """After release, and only when the test has ended for everybody."""


class ReviewPart(StrEnum):
    POINTS = "points"
    ANSWERS = "answers"
    """The student's own."""
    KEY = "key"
    FEEDBACK = "feedback"


class Counting(StrEnum):
    """Which attempt goes to the journal; instead of it one that was granted to the student, if it is better."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


ATTEMPT_MOVES: Final[Mapping[AttemptState, tuple[AttemptState, ...]]] = {
    AttemptState.IN_PROGRESS: (AttemptState.SUBMITTED, AttemptState.AUTO_SUBMITTED),
    AttemptState.SUBMITTED: (AttemptState.GRADED, AttemptState.ANNULLED),
    AttemptState.AUTO_SUBMITTED: (AttemptState.GRADED, AttemptState.ANNULLED),
    AttemptState.GRADED: (AttemptState.RELEASED, AttemptState.ANNULLED),
    AttemptState.RELEASED: (AttemptState.ANNULLED,),
    AttemptState.ANNULLED: (AttemptState.GRADED, AttemptState.RELEASED),  # the case did not stand on appeal
}
SITTING_MOVES: Final[Mapping[SittingState, tuple[SittingState, ...]]] = {
    SittingState.PLANNED: (SittingState.ANNOUNCED,),
    SittingState.ANNOUNCED: (SittingState.OPEN,),
    SittingState.OPEN: (SittingState.CLOSED,),
    SittingState.CLOSED: (SittingState.RESULTS_APPROVED,),
    SittingState.RESULTS_APPROVED: (),
}
HANDED_IN: Final = (AttemptState.SUBMITTED, AttemptState.AUTO_SUBMITTED)
OVER: Final = tuple(state for state in AttemptState if state is not AttemptState.IN_PROGRESS)

# The paper


@dataclass(frozen=True, slots=True)
class DrawableItem:
    """An item of a section. `points` are hundredths."""

    version_id: UUID
    kind: str
    points: int


@dataclass(frozen=True, slots=True)
class Section:
    """`draw` items are drawn out of all, None takes them all."""

    number: int
    items: tuple[DrawableItem, ...]
    draw: int | None = None
    shuffle_items: bool = False
    shuffle_choices: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a paper: which item stands there, and whether its choices are shuffled too. Their order follows from
    the same seed (`items.presenting`)."""

    number: int
    section: int
    version_id: UUID
    kind: str
    points: int
    """Hundredths."""
    shuffle_choices: bool


class _Draws:
    """Numbers that look random and follow from a seed alone, in every version of every program: SHA-256 of seed, label
    and counter. `random` of Python does not promise the same order in its next version."""

    def __init__(self, seed: str, label: str) -> None:
        self._base = f"{seed}\n{label}\n".encode()
        self._counter = 0

    def below(self, end: int) -> int:
        """Each of 0 .. end-1 with the same probability: what would favour some of them is thrown away."""
        fair = (1 << 64) - (1 << 64) % end
        while True:
            digest = hashlib.sha256(self._base + str(self._counter).encode()).digest()
            self._counter += 1
            number = int.from_bytes(digest[:8], "big")
            if number < fair:
                return number % end

    def shuffled(self, things: Sequence[Thing]) -> tuple[Thing, ...]:
        """Every order with the same probability (Fisher and Yates)."""
        mixed = [*things]
        for last in range(len(mixed) - 1, 0, -1):
            chosen = self.below(last + 1)
            mixed[last], mixed[chosen] = mixed[chosen], mixed[last]
        return tuple(mixed)


def draw_paper(seed: str, sections: Sequence[Section]) -> tuple[Place, ...]:
    """The paper of an attempt: the same seed gives the same paper, always. Items that are drawn but not shuffled stand
    in the order of the section."""
    paper: list[Place] = []
    for section in sections:
        for item in _drawn(seed, section):
            paper.append(
                Place(len(paper) + 1, section.number, item.version_id, item.kind, item.points, section.shuffle_choices)
            )
    return tuple(paper)


def _drawn(seed: str, section: Section) -> tuple[DrawableItem, ...]:
    indices: tuple[int, ...] = tuple(range(len(section.items)))
    if section.draw is not None:
        indices = tuple(sorted(_Draws(seed, f"draw {section.number}").shuffled(indices)[: section.draw]))
    if section.shuffle_items:
        indices = _Draws(seed, f"items {section.number}").shuffled(indices)
    return tuple(section.items[index] for index in indices)


def is_fair_draw(section: Section) -> bool:
    """Whether every paper is worth the same: where some of the items are drawn, all are worth the same."""
    return section.draw is None or len({item.points for item in section.items}) <= 1


def most_points(sections: Sequence[Section]) -> int:
    """What a paper is out of, in hundredths."""
    return sum(
        sum(item.points for item in section.items[: len(section.items) if section.draw is None else section.draw])
        for section in sections
    )


# Time


@dataclass(frozen=True, slots=True)
class BreakAllowance:
    """Breaks that were agreed: how long in all, and how many at most (None: as many as fit)."""

    total: timedelta = timedelta()
    count: int | None = None


NO_BREAKS: Final = BreakAllowance()


class Refusal(StrEnum):
    """Why an attempt does not take what is sent."""

    OVER = "over"
    ON_BREAK = "on-break"
    NO_SUCH_PLACE = "no-such-place"
    NOT_YET = "not-yet"
    """A later place of a sequential test."""
    GONE = "gone"
    """An earlier place of a sequential test."""
    NO_BREAK_LEFT = "no-break-left"
    NOT_ON_BREAK = "not-on-break"
    LAST_PLACE = "last-place"


class Refused(Exception):
    """`why` a move of an attempt is refused."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Run:
    """An attempt as far as time and moves go. `deadline_at` is the moment at which it ends if the student does nothing
    more; None for unlimited time. During a break it counts the whole rest of what was agreed, and comes nearer again
    when the student returns earlier: the time for working is always the same."""

    state: AttemptState
    last_seen_at: datetime
    deadline_at: datetime | None
    places: int
    navigation: Navigation = Navigation.FREE
    reached: int = 1
    """The place of a sequential test at which the student is."""
    submitted_at: datetime | None = None
    allowance: BreakAllowance = NO_BREAKS
    breaks_taken: int = 0
    paused: timedelta = timedelta()
    """In breaks that have ended."""
    break_began_at: datetime | None = None

    @property
    def break_ends_at(self) -> datetime | None:
        """When the present break ends by itself."""
        return None if self.break_began_at is None else self.break_began_at + self.allowance.total - self.paused

    @property
    def is_running(self) -> bool:
        return self.state is AttemptState.IN_PROGRESS

    def moment(self, now: datetime) -> datetime:
        """The present moment, as this attempt sees it."""
        return max(now, self.last_seen_at)

    def touched(self, now: datetime) -> "Run":
        """The attempt as it is at that moment, whatever happened since it was last looked at: a break that was used up
        has ended, and at the deadline the attempt was submitted."""
        moment = self.moment(now)
        run = replace(self, last_seen_at=moment)
        if not run.is_running:
            return run
        if run.deadline_at is not None and moment >= run.deadline_at:
            ended = run._without_break(run.deadline_at)
            return replace(ended, state=AttemptState.AUTO_SUBMITTED, submitted_at=run.deadline_at)
        if run.break_ends_at is not None and moment >= run.break_ends_at:
            return run._without_break(run.break_ends_at)
        return run

    def _without_break(self, at: datetime) -> "Run":
        if self.break_began_at is None:
            return self
        used = min(at - self.break_began_at, self.allowance.total - self.paused)
        unused = self.allowance.total - self.paused - used
        return replace(
            self,
            break_began_at=None,
            paused=self.paused + used,
            deadline_at=None if self.deadline_at is None else self.deadline_at - unused,
        )

    def _working(self, now: datetime) -> "Run":
        run = self.touched(now)
        if not run.is_running:
            raise Refused(Refusal.OVER)
        if run.break_began_at is not None:
            raise Refused(Refusal.ON_BREAK)
        return run

    def saved(self, now: datetime, place: int) -> "Run":
        """After an answer at that place was taken. Raises Refused."""
        run = self._working(now)
        run._check_place(place)
        return run

    def _check_place(self, place: int) -> None:
        if not 1 <= place <= self.places:
            raise Refused(Refusal.NO_SUCH_PLACE)
        if self.navigation is Navigation.SEQUENTIAL and place != self.reached:
            raise Refused(Refusal.NOT_YET if place > self.reached else Refusal.GONE)

    def advanced(self, now: datetime, leaving: int) -> "Run":
        """After the student has left a place of a sequential test for the next one; the same again changes nothing.
        Raises Refused."""
        run = self._working(now)
        if leaving == run.reached - 1:
            return run
        if not 1 <= leaving <= run.places:
            raise Refused(Refusal.NO_SUCH_PLACE)
        if leaving == run.places and run.reached == run.places:
            raise Refused(Refusal.LAST_PLACE)
        if leaving != run.reached:
            raise Refused(Refusal.NOT_YET if leaving > run.reached else Refusal.GONE)
        return replace(run, reached=run.reached + 1)

    def readable(self, now: datetime) -> tuple[int, ...]:
        """The places whose items the student may read now: none during a break or after the end."""
        run = self.touched(now)
        if not run.is_running or run.break_began_at is not None:
            return ()
        if run.navigation is Navigation.SEQUENTIAL:
            return (run.reached,)
        return tuple(range(1, run.places + 1))

    def submitted(self, now: datetime) -> "Run":
        """After the student handed it in; an attempt that is over stays as it was handed in. From the deadline on it
        was the server that did."""
        run = self.touched(now)
        if not run.is_running:
            return run
        ended = run._without_break(run.last_seen_at)
        return replace(ended, state=AttemptState.SUBMITTED, submitted_at=run.last_seen_at)

    def paused_at(self, now: datetime) -> "Run":
        """After a break has begun. Raises Refused."""
        run = self._working(now)
        left = run.allowance.total - run.paused
        is_used_up = run.allowance.count is not None and run.breaks_taken >= run.allowance.count
        if left <= timedelta() or is_used_up:
            raise Refused(Refusal.NO_BREAK_LEFT)
        return replace(
            run,
            break_began_at=run.last_seen_at,
            breaks_taken=run.breaks_taken + 1,
            deadline_at=None if run.deadline_at is None else run.deadline_at + left,
        )

    def resumed(self, now: datetime) -> "Run":
        """After the student came back. Raises Refused."""
        run = self.touched(now)
        if not run.is_running:
            raise Refused(Refusal.OVER)
        if run.break_began_at is None:
            raise Refused(Refusal.NOT_ON_BREAK)
        return run._without_break(run.last_seen_at)

    def extended(
        self,
        now: datetime,
        deadline_at: datetime | None,
        allowance: BreakAllowance,
        granted: timedelta = timedelta(),
    ) -> "Run":
        """After the conditions were changed while it runs: with the later of both deadlines, and the longer breaks.
        `deadline_at` does not count the present break. `granted` is what new extensions add to the time that was
        promised before, whatever the conditions of now would have made of that. What is over stays over."""
        run = self.touched(now)
        if not run.is_running:
            return run
        reserve = timedelta() if run.break_began_at is None else run.allowance.total - run.paused
        longer = longer_allowance(run.allowance, allowance)
        counted = None if run.deadline_at is None else run.deadline_at - reserve
        later = None if counted is None or deadline_at is None else max(counted + granted, deadline_at)
        if run.break_began_at is not None and later is not None:
            later += longer.total - run.paused
        return replace(run, deadline_at=later, allowance=longer)


def longer_allowance(one: BreakAllowance, other: BreakAllowance) -> BreakAllowance:
    """What is better of both; None of them may have been `NO_BREAKS`' count."""
    if not one.total or not other.total:
        return one if one.total else other
    count = None if one.count is None or other.count is None else max(one.count, other.count)
    return BreakAllowance(max(one.total, other.total), count)


# Review


def visible_parts(
    rules: Mapping[str, str], state: AttemptState, *, is_self_check: bool, has_ended_for_all: bool
) -> frozenset[ReviewPart]:
    """What the student may see of an attempt. Of a self-check as soon as it is handed in, of others never before they
    are released; of an annulled one nothing but that."""
    is_released = state is AttemptState.RELEASED or (
        is_self_check and state in (*HANDED_IN, AttemptState.GRADED, AttemptState.RELEASED)
    )
    if not is_released:
        return frozenset()
    reached = {Shown.RELEASED, Shown.CLOSED} if has_ended_for_all else {Shown.RELEASED}
    return frozenset(part for part in ReviewPart if Shown(rules.get(part.value, Shown.NEVER)) in reached)


@dataclass(frozen=True, slots=True)
class Scored:
    """An attempt that has its points. `base`: how many attempts everybody had when it began, None for any number;
    `granted`: how many more the student had, by a plan or after a failure."""

    id: UUID
    number: int
    points: int
    granted: int = 0
    base: int | None = None

    @property
    def is_granted(self) -> bool:
        """Whether only this student has it, or few do: it may add points, and takes none away."""
        return self.base is not None and self.number > self.base


def counting_attempt(rule: Counting, attempts: Sequence[Scored]) -> Scored | None:
    """Which of all attempts, in their order, goes to the journal: the best of those that may."""
    return max(eligible_attempts(rule, attempts), key=lambda one: one.points, default=None)


def eligible_attempts(rule: Counting, attempts: Sequence[Scored]) -> list[Scored]:
    """Of which the best counts. Where the first or the last one does, so does an attempt that was granted to this
    student, if it is better: it was given in place of another."""
    match rule:
        case Counting.BEST:
            return [*attempts]
        case Counting.LAST:
            return [*[one for one in attempts if not one.is_granted][-1:], *[one for one in attempts if one.is_granted]]
        case Counting.FIRST:
            return [*attempts[:1], *_granted_after_the_first(attempts)]


def _granted_after_the_first(attempts: Sequence[Scored]) -> Iterator[Scored]:
    for before, one in pairwise(attempts):
        if one.number <= 1 + one.granted or one.granted > before.granted:  # granted since the one before began
            yield one
