"""The conditions under which a person does a task: what everybody has, what is agreed for the person, and why.

Source: clauses 6.6 and 7.3 of the regulation (agreed once, told in advance, the same for every task); vocabulary of
1EdTech AfA PNP 3.0. Pure, and independent of the moment of asking: an accommodation holds for a task when its days
overlap those of the task's window, or of what the person's own extensions make of that window, so that whoever asks,
and whenever, gets the same instants. What accommodations add to the window is left out of it: it would go in a circle.

How time is added. A person's time is the time limit, or the whole window of a task without one. Of the accommodations
that add time the longest addition counts (they are not summed: two records of one need are not twice the need);
extensions, each a decision of its own, are added on top. The same addition moves the due moment and the close, so that
the window stretches with the time. An extension may also move the window alone, so that an hour's test is taken on
another day and stays an hour's; the moment that it promised holds, wherever the task is moved. Nothing here can take
time away.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from api.domains.accommodations.rules import Agreed, Feature, OtherForm, TaskKind, applicable

__all__ = ["Adjusted", "Conditions", "Extension", "Source", "SourceKind", "Task", "TaskKind", "TaskState"]

T = TypeVar("T")


class TaskState(StrEnum):
    DRAFT = "draft"
    """Seen by staff alone."""
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


TASK_MOVES: Final[Mapping[TaskState, tuple[TaskState, ...]]] = {
    TaskState.DRAFT: (TaskState.ANNOUNCED, TaskState.CANCELLED),
    TaskState.ANNOUNCED: (TaskState.CANCELLED,),
    TaskState.CANCELLED: (),
}


class SourceKind(StrEnum):
    ACCOMMODATION = "accommodation"
    EXTENSION = "extension"
    GROUP = "group"
    """The group with which a work is handed in: the moment is that of the member who has the latest."""


@dataclass(frozen=True, slots=True)
class Source:
    """The record that a value comes from. Says what was agreed, never why."""

    kind: SourceKind
    id: UUID
    plan_id: UUID | None = None
    plan_number: int | None = None
    """The version of the plan."""
    feature: Feature | None = None


@dataclass(frozen=True, slots=True)
class Adjusted(Generic[T]):
    """What everybody has, what this person has, and the records that make the difference (none: no difference)."""

    base: T
    adjusted: T
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Breaks:
    """Pauses that stop the clock: minutes in all, and how many; `count` None: as many as wanted."""

    minutes: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """The base conditions of a task. `due_at` <= `closes_at`; a test has them equal."""

    id: UUID
    kind: TaskKind
    class_id: UUID
    titles: Mapping[str, str]
    state: TaskState
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    time_limit: timedelta | None = None
    attempts: int | None = None
    is_self_check: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Extension:
    """A decision for one person and one task; nothing of it is ever negative. `minutes` are added to the limit and to
    the window, `window_minutes` to the window alone; the due moment is not before `until`."""

    id: UUID
    minutes: int = 0
    attempts: int = 0
    window_minutes: int = 0
    until: datetime | None = None

    @property
    def moves_window(self) -> bool:
        return bool(self.minutes or self.window_minutes or self.until)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which one person does one task. A moment or limit of None: unlimited."""

    task: Task
    due_at: Adjusted[datetime | None]
    closes_at: Adjusted[datetime | None]
    time_limit: Adjusted[timedelta | None]
    attempts: Adjusted[int | None]
    formats: Adjusted[frozenset[Feature]]
    """Renditions promised to the person: spoken, braille, …; none for everybody."""
    breaks: Adjusted[Breaks | None]
    alternative_task: Adjusted[str | None]
    """In words of the plan: what is done instead."""
    alternative_form: Adjusted[OtherForm | None]
    """Oral for written, text for video, written for oral."""
    is_proctored_otherwise: Adjusted[bool]
    """Proctoring tools that get in the way of assistive technology are not used (the exam has a person instead)."""
    other: Adjusted[frozenset[Feature]] = field(default_factory=lambda: Adjusted(frozenset(), frozenset()))
    """What a reader's own settings or a person brings and nothing has to be made for: magnification, …"""

    @property
    def opens_at(self) -> datetime:
        return self.task.opens_at

    @property
    def sources(self) -> tuple[Source, ...]:
        """All records that change anything, each once."""
        fields = (
            *(self.due_at, self.closes_at, self.time_limit, self.attempts, self.formats, self.breaks),
            *(self.alternative_task, self.alternative_form, self.is_proctored_otherwise, self.other),
        )
        return tuple(dict.fromkeys(source for one in fields for source in one.sources))

    def is_open(self, now: datetime) -> bool:
        """Whether it may be begun at this moment; the close itself is outside."""
        closes_at = self.closes_at.adjusted
        return self.opens_at <= now and (closes_at is None or now < closes_at)

    def deadline(self, started_at: datetime, paused: timedelta = timedelta()) -> datetime | None:
        """When an attempt that began then has to end; `paused` is the time spent in breaks. None: never.

        From the deadline on nothing is taken: an answer at that very instant is late.
        """
        closes_at, limit = self.closes_at.adjusted, self.time_limit.adjusted
        ends = [closes_at] if closes_at is not None else []
        if limit is not None:
            # in UTC: Python adds to local times by the clock on the wall, which is put back in some nights
            ends.append(started_at.astimezone(UTC) + limit)
        return min(ends) + paused if ends else None

    def lateness(self, at: datetime) -> timedelta:
        """How late something handed in at this moment is; zero in time."""
        due_at = self.due_at.adjusted
        return timedelta() if due_at is None else max(at - due_at, timedelta())


RENDITIONS: Final = frozenset(
    {
        Feature.SPOKEN,
        Feature.BRAILLE,
        Feature.CAPTIONS,
        Feature.TRANSCRIPT,
        Feature.SIGN_LANGUAGE,
        Feature.LONG_DESCRIPTION,
        Feature.SIMPLIFIED_LANGUAGE_PORTIONS,
    }
)
"""Features that something has to be made for: a task whose promised rendition is missing does not start."""


def effective_conditions(
    task: Task, agreed: Iterable[Agreed], extensions: Iterable[Extension], zone: tzinfo
) -> Conditions:
    """THE function: whatever looks at time, deadline or format of a person's task asks it.

    `agreed` are all accommodations the person ever had (others than this person's never get here), `extensions` those
    in force for this person and this task, `zone` that of the university, whose days the periods are.
    """
    extra = [one for one in extensions if one.moves_window or one.attempts]
    holding = _holding(task, agreed, extra, zone)

    def of(*features: Feature) -> list[Agreed]:
        return [one for one in holding if one.feature in features]

    addition, time_sources = _addition(task, of(Feature.ADDITIONAL_TESTING_TIME, Feature.EXTENDED_DEADLINE))
    granted = timedelta(minutes=sum(one.minutes for one in extra))
    if addition is not None:
        addition += granted
    window_sources = time_sources + [_of_extension(one) for one in extra if one.moves_window]
    time_sources += [_of_extension(one) for one in extra if one.minutes]

    longer = None if addition is None else _postponed(task, addition, extra)

    def moved(moment: datetime) -> Adjusted[datetime | None]:
        return Adjusted(moment, _later(moment, longer), tuple(window_sources))

    limit: timedelta | None = None
    if task.time_limit is not None and addition is not None:
        limit = task.time_limit + addition
    return Conditions(
        task,
        due_at=moved(task.due_at),
        closes_at=moved(task.closes_at),
        time_limit=Adjusted(task.time_limit, limit, tuple(time_sources) if task.time_limit is not None else ()),
        attempts=_attempts(task, of(Feature.ADDITIONAL_ATTEMPTS), extra),
        formats=_features(of(*RENDITIONS)),
        breaks=_breaks(of(Feature.BREAKS)),
        alternative_task=_latest(of(Feature.ALTERNATIVE_TASK), lambda one: one.value.words),
        alternative_form=_latest(of(Feature.ALTERNATIVE_FORM), lambda one: one.value.form),
        is_proctored_otherwise=_switch(of(Feature.PROCTORING_EXCEPTION)),
        other=_features(of(Feature.MAGNIFICATION)),
    )


def joint(own: Conditions, company_id: UUID, everybody: Iterable[Conditions]) -> Conditions:
    """Of somebody who hands in one work with others: the latest of their moments and the most of their versions, so
    that nobody loses by working with others. Whose those are is not said: the source is the group."""
    several = [own, *everybody]
    source = (Source(SourceKind.GROUP, company_id),)

    def latest(mine: Adjusted[T | None], all_of_them: Iterable[T | None], most: Callable[[list[T]], T]) -> Any:
        values = list(all_of_them)
        known = [value for value in values if value is not None]
        value = most(known) if len(known) == len(values) else None
        return mine if value == mine.adjusted else Adjusted(mine.base, value, source)

    return replace(
        own,
        due_at=latest(own.due_at, (one.due_at.adjusted for one in several), max),
        closes_at=latest(own.closes_at, (one.closes_at.adjusted for one in several), max),
        attempts=latest(own.attempts, (one.attempts.adjusted for one in several), max),
    )


def _holding(task: Task, agreed: Iterable[Agreed], extra: Sequence[Extension], zone: tzinfo) -> list[Agreed]:
    """The accommodations whose days overlap the window of everybody or the person's own. One that leaves the time as it
    is, and reaches the own window alone, takes nothing of what held before."""
    several = [*agreed]
    first = task.opens_at.astimezone(zone).date()
    own = _postponed(task, timedelta(minutes=sum(one.minutes for one in extra)), extra)
    found: dict[UUID, Agreed] = {}
    for closes_at in dict.fromkeys((task.closes_at, task.closes_at.astimezone(UTC) + own)):
        last = (closes_at - timedelta(microseconds=1)).astimezone(zone).date()
        holding = applicable(several, task.kind, task.class_id, first, last)
        found |= {one.accommodation_id: one for one in holding}
    return [*found.values()]


def _postponed(task: Task, addition: timedelta, extra: Sequence[Extension]) -> timedelta:
    """By how much the window is longer with what extensions move it by, and up to what they have promised."""
    later = addition + timedelta(minutes=sum(one.window_minutes for one in extra))
    return max([later, *(one.until - task.due_at for one in extra if one.until is not None)])


def _addition(task: Task, agreed: Sequence[Agreed]) -> tuple[timedelta | None, list[Source]]:
    """The longest time that one of them adds, None for unlimited, and the record."""
    available = task.time_limit or task.closes_at - task.opens_at
    longest, best, kept = timedelta(), None, None
    for one in agreed:
        if one.feature is Feature.EXTENDED_DEADLINE:
            # days are for tasks that are done over days; an hour's test does not become a week's
            addition = timedelta(days=one.value.days or 0) if task.time_limit is None else timedelta()
        elif one.value.is_fixed_time:
            kept = one
            continue
        elif one.value.is_unlimited:
            return None, [_of_agreed(one)]
        elif one.value.fixed_minutes is not None:
            addition = timedelta(minutes=one.value.fixed_minutes)
        else:
            addition = _multiplied(available, one) - available
        if addition > longest:
            longest, best = addition, one
    # why nothing was added is an answer too
    return longest, [_of_agreed(one) for one in (best, kept) if one is not None]


def _multiplied(available: timedelta, agreed: Agreed) -> timedelta:
    """Rounded up to whole seconds."""
    factor = Fraction(agreed.value.time_multiplier or 1)
    return timedelta(seconds=ceil(Fraction(available // timedelta(microseconds=1), 1_000_000) * factor))


def _later(moment: datetime, addition: timedelta | None) -> datetime | None:
    return None if addition is None else moment.astimezone(UTC) + addition


def _attempts(task: Task, agreed: Sequence[Agreed], extensions: Sequence[Extension]) -> Adjusted[int | None]:
    if task.attempts is None:
        return Adjusted(None, None)
    best = max(agreed, key=lambda one: one.value.attempts or 0, default=None)
    sources = [_of_agreed(best)] if best is not None else []
    sources += [_of_extension(one) for one in extensions if one.attempts]
    count = (best.value.attempts or 0) if best is not None else 0
    return Adjusted(task.attempts, task.attempts + count + sum(one.attempts for one in extensions), tuple(sources))


def _features(agreed: Sequence[Agreed]) -> Adjusted[frozenset[Feature]]:
    found = frozenset(one.feature for one in agreed)
    return Adjusted(frozenset(), found, tuple(_of_agreed(one) for one in agreed))


def _breaks(agreed: Sequence[Agreed]) -> Adjusted[Breaks | None]:
    """The longest time and the largest number of several: never less than one of them."""

    def minutes(one: Agreed) -> int:
        return one.value.break_minutes or 0

    def count(one: Agreed) -> float:
        return float("inf") if one.value.break_count is None else one.value.break_count

    several = [one for one in agreed if minutes(one)] or agreed  # many breaks of no length are none
    if not several:
        return Adjusted(None, None)
    longest = max(several, key=lambda one: (minutes(one), count(one)))
    most = max(several, key=lambda one: (count(one), minutes(one)))
    sources = dict.fromkeys((_of_agreed(longest), _of_agreed(most)))
    return Adjusted(None, Breaks(minutes(longest), most.value.break_count), tuple(sources))


def _latest(agreed: Sequence[Agreed], value: Callable[[Agreed], T | None]) -> Adjusted[T | None]:
    """Of several plans the one that begins last speaks; within a plan the last record."""
    last = max(agreed, key=lambda one: (one.valid_from, one.plan_number, one.accommodation_id), default=None)
    return Adjusted(None, None) if last is None else Adjusted(None, value(last), (_of_agreed(last),))


def _switch(agreed: Sequence[Agreed]) -> Adjusted[bool]:
    return Adjusted(False, bool(agreed), tuple(_of_agreed(one) for one in agreed))


def _of_agreed(one: Agreed) -> Source:
    return Source(SourceKind.ACCOMMODATION, one.accommodation_id, one.plan_id, one.plan_number, one.feature)


def _of_extension(one: Extension) -> Source:
    return Source(SourceKind.EXTENSION, one.id)
