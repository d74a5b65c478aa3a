"""Nobody's time gets shorter, and whoever asks gets the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.accommodations.rules import VALUES_OF, Agreed, AgreedValue, Feature, OtherForm, fits
from api.domains.conditions.rules import (
    Breaks,
    Conditions,
    Extension,
    SourceKind,
    Task,
    TaskKind,
    TaskState,
    effective_conditions,
    joint,
)
from api.errors import TIME_ZONE
from api.ids import new_id

CLASS = new_id()
OPENS = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
"""9 o'clock in Bishkek."""
DAY = timedelta(days=1)


def task(minutes: int | None = 60, hours: float = 2, kind: TaskKind = TaskKind.TEST, attempts: int | None = 1) -> Task:
    closes_at = OPENS + timedelta(hours=hours)
    limit = None if minutes is None else timedelta(minutes=minutes)
    return Task(
        new_id(), kind, CLASS, {"ky": "Тест"}, TaskState.ANNOUNCED, OPENS, closes_at, closes_at, limit, attempts
    )


def agreed(
    feature: Feature,
    value: AgreedValue | None = None,
    *,
    first: date = date(2026, 9, 1),
    last: date = date(2027, 6, 30),
    kinds: frozenset[TaskKind] = frozenset(TaskKind),
    class_id: UUID | None = None,
    plan: UUID | None = None,
) -> Agreed:
    held = value or AgreedValue()
    assert fits(feature, held)
    return Agreed(new_id(), plan or new_id(), 1, feature, held, first, last, kinds, class_id)


def more_time(**value: object) -> Agreed:
    return agreed(Feature.ADDITIONAL_TESTING_TIME, AgreedValue(**value))  # type: ignore[arg-type]  # parts by name


def of(one: Task, *accommodations: Agreed, extensions: tuple[Extension, ...] = ()) -> Conditions:
    return effective_conditions(one, accommodations, extensions, TIME_ZONE)


_PARTS = {
    "time_multiplier": st.fractions(1, 10, max_denominator=100),
    "fixed_minutes": st.integers(0, 24 * 60),
    "is_unlimited": st.just(True),
    "is_fixed_time": st.just(True),
    "break_minutes": st.integers(0, 24 * 60),
    "break_count": st.integers(0, 100),
    "days": st.integers(0, 365),
    "attempts": st.integers(0, 20),
    "form": st.sampled_from(OtherForm),
    "words": st.just("Оозеки жооп берет."),
    "magnification_percent": st.integers(100, 2000),
}


@st.composite
def accommodations(draw: st.DrawFn) -> Agreed:
    feature = draw(st.sampled_from(Feature))
    parts = draw(st.sampled_from(list(VALUES_OF.get(feature, [frozenset()]))))
    value = AgreedValue(**{name: draw(_PARTS[name]) for name in sorted(parts)})
    first = draw(st.dates(date(2026, 9, 1), date(2026, 10, 20)))
    return agreed(
        feature,
        value,
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 300))),
        kinds=draw(
            st.sampled_from([frozenset(TaskKind), frozenset({TaskKind.TEST}), frozenset({TaskKind.ASSIGNMENT})])
        ),
        class_id=draw(st.sampled_from([None, CLASS, UUID(int=1)])),
        plan=draw(st.sampled_from([UUID(int=2), UUID(int=3)])),
    )


extensions = st.builds(Extension, st.uuids(), st.integers(0, 10_000), st.integers(0, 5))
decisions = st.builds(
    Extension,
    st.uuids(),
    minutes=st.integers(0, 10_000),
    attempts=st.integers(0, 5),
    window_minutes=st.integers(0, 60_000),
    until=st.none() | st.integers(0, 60_000).map(lambda minutes: OPENS + timedelta(minutes=minutes)),
)
"""Extensions that move the window alone, too."""
tasks = st.builds(
    task,
    st.none() | st.integers(1, 600),
    st.floats(0.1, 1000, allow_nan=False),
    st.sampled_from(TaskKind),
    st.none() | st.integers(1, 5),
)
INFINITY = datetime.max.replace(tzinfo=UTC)


def weights(one: Conditions) -> tuple[Any, ...]:
    """How much time somebody has, in every sense; more is more."""
    breaks = one.breaks.adjusted if one.breaks.adjusted and one.breaks.adjusted.minutes else Breaks(0, 0)
    return (
        one.due_at.adjusted or INFINITY,
        one.closes_at.adjusted or INFINITY,
        timedelta.max if one.time_limit.adjusted is None else one.time_limit.adjusted,
        float("inf") if one.attempts.adjusted is None else one.attempts.adjusted,
        one.deadline(OPENS + timedelta(minutes=7)) or INFINITY,
        breaks.minutes,
        float("inf") if breaks.count is None else breaks.count,
    )


@given(tasks, st.lists(accommodations(), max_size=6), st.lists(decisions, max_size=3))
def test_nobody_has_less_than_everybody(one: Task, several: list[Agreed], extra: list[Extension]) -> None:
    mine = weights(effective_conditions(one, several, extra, TIME_ZONE))
    everybody = weights(effective_conditions(one, [], [], TIME_ZONE))
    assert all(a >= b for a, b in zip(mine, everybody, strict=True))


@given(tasks, st.lists(accommodations(), max_size=4), accommodations(), st.lists(decisions, max_size=2), decisions)
def test_another_record_never_takes_away(
    one: Task, several: list[Agreed], another: Agreed, extra: list[Extension], more: Extension
) -> None:
    before = weights(effective_conditions(one, several, extra, TIME_ZONE))
    if not another.value.is_fixed_time:  # the one agreed exception: speed is what is examined
        after = weights(effective_conditions(one, [*several, another], extra, TIME_ZONE))
        assert all(a >= b for a, b in zip(after, before, strict=True))
    after = weights(effective_conditions(one, several, [*extra, more], TIME_ZONE))
    assert all(a >= b for a, b in zip(after, before, strict=True))


@given(
    tasks, st.lists(accommodations(), max_size=5), st.lists(decisions, max_size=3), st.randoms(use_true_random=False)
)
def test_the_order_of_records_does_not_matter(
    one: Task, several: list[Agreed], extra: list[Extension], chance: object
) -> None:
    first = effective_conditions(one, several, extra, TIME_ZONE)
    chance.shuffle(several)  # type: ignore[attr-defined]  # Hypothesis' own kind of Random
    chance.shuffle(extra)  # type: ignore[attr-defined]  # the same
    second = effective_conditions(one, several, extra, TIME_ZONE)
    assert weights(first) == weights(second)
    assert first.formats.adjusted == second.formats.adjusted
    assert first.breaks.adjusted == second.breaks.adjusted
    assert first.alternative_task == second.alternative_task
    assert set(first.sources) == set(second.sources)


@given(tasks, st.lists(accommodations(), max_size=5), st.lists(decisions, max_size=3))
def test_whatever_differs_names_its_record(one: Task, several: list[Agreed], extra: list[Extension]) -> None:
    mine = effective_conditions(one, several, extra, TIME_ZONE)
    known = {each.accommodation_id for each in several} | {each.id for each in extra}
    for value in (
        *(mine.due_at, mine.closes_at, mine.time_limit, mine.attempts, mine.formats, mine.breaks),
        *(mine.alternative_task, mine.alternative_form, mine.is_proctored_otherwise, mine.other),
    ):
        assert value.base == value.adjusted or value.sources
        assert {source.id for source in value.sources} <= known


@given(tasks, st.lists(st.lists(accommodations(), max_size=3), min_size=1, max_size=4), st.lists(decisions, max_size=2))
def test_who_hands_in_together_has_the_same_moments_and_nobody_less_than_alone(
    one: Task, members: list[list[Agreed]], extra: list[Extension]
) -> None:
    alone = [effective_conditions(one, several, extra, TIME_ZONE) for several in members]
    together = [joint(own, CLASS, alone) for own in alone]
    assert len({(own.due_at.adjusted, own.closes_at.adjusted, own.attempts.adjusted) for own in together}) == 1
    for before, after in zip(alone, together, strict=True):
        assert all(a >= b for a, b in zip(weights(after)[:4], weights(before)[:4], strict=True))
        assert joint(after, CLASS, reversed(together)) == after
        known = {source.id for source in before.sources} | {CLASS}
        assert {source.id for source in after.sources} <= known  # of the others' records none is named
    assert weights(together[0])[0] == max(weights(own)[0] for own in alone)


@given(tasks, st.lists(accommodations(), max_size=5), st.lists(extensions, max_size=2), st.integers(0, 10_000))
def test_the_window_stretches_with_the_time(
    one: Task, several: list[Agreed], extra: list[Extension], seconds: int
) -> None:
    mine = effective_conditions(one, several, extra, TIME_ZONE)
    if mine.closes_at.adjusted is None:
        assert mine.due_at.adjusted is None and mine.time_limit.adjusted is None
        assert mine.deadline(OPENS) is None
        return
    added = mine.closes_at.adjusted - one.closes_at
    assert mine.due_at.adjusted == one.due_at + added
    if one.time_limit is not None:
        assert mine.time_limit.adjusted == one.time_limit + added
    started = OPENS + timedelta(seconds=seconds)
    base = effective_conditions(one, [], [], TIME_ZONE).deadline(started)
    assert base is not None
    assert mine.deadline(started) == base + added


@given(tasks, st.lists(accommodations(), max_size=5), st.lists(decisions, max_size=3), st.timedeltas(-DAY, DAY))
def test_a_moment_that_was_promised_holds_wherever_the_task_is_moved(
    one: Task, several: list[Agreed], extra: list[Extension], by: timedelta
) -> None:
    moved = replace(one, opens_at=one.opens_at + by, due_at=one.due_at + by, closes_at=one.closes_at + by)
    mine = effective_conditions(moved, several, extra, TIME_ZONE)
    assert all((mine.due_at.adjusted or INFINITY) >= each.until for each in extra if each.until is not None)
    assert (mine.due_at.adjusted is None) == (mine.closes_at.adjusted is None)
    if mine.due_at.adjusted is not None:
        assert mine.closes_at.adjusted == mine.due_at.adjusted  # of these tasks everybody's are the same


def test_time_and_a_half_of_an_hour_in_a_window_of_two() -> None:
    mine = of(task(60, 2), more_time(time_multiplier=Fraction(3, 2)))
    assert mine.time_limit.adjusted == timedelta(minutes=90)
    assert mine.closes_at.adjusted == OPENS + timedelta(hours=2, minutes=30)
    assert mine.deadline(OPENS + timedelta(minutes=100)) == OPENS + timedelta(minutes=150)
    assert [one.kind for one in mine.sources] == [SourceKind.ACCOMMODATION]


def test_a_window_without_a_limit_is_the_time() -> None:
    assert of(task(None, 3), more_time(time_multiplier=Fraction(2))).closes_at.adjusted == OPENS + timedelta(hours=6)


def test_the_longest_counts_and_extensions_are_added() -> None:
    mine = of(
        task(60),
        more_time(time_multiplier=Fraction(5, 4)),
        more_time(fixed_minutes=40),
        extensions=(Extension(new_id(), 10), Extension(new_id(), 0, 1)),
    )
    assert mine.time_limit.adjusted == timedelta(minutes=110)
    assert mine.attempts.adjusted == 2
    assert len(mine.time_limit.sources) == 2


def test_unlimited_has_no_end() -> None:
    mine = of(task(60), more_time(is_unlimited=True), extensions=(Extension(new_id(), 5),))
    assert mine.deadline(OPENS) is None
    assert mine.is_open(OPENS + timedelta(days=4000))
    assert mine.lateness(OPENS + timedelta(days=4000)) == timedelta()


def test_where_speed_is_examined_the_time_stays_and_the_reader_is_told_by_which_record() -> None:
    plan = new_id()
    gift = replace(more_time(is_unlimited=True), plan_id=plan)
    fixed = replace(more_time(is_fixed_time=True), plan_id=plan, class_id=CLASS)
    mine = of(task(60), gift, fixed)
    assert mine.time_limit.adjusted == timedelta(minutes=60)
    assert [one.id for one in mine.time_limit.sources] == [fixed.accommodation_id]


def test_days_are_for_what_is_done_over_days() -> None:
    week = agreed(Feature.EXTENDED_DEADLINE, AgreedValue(days=7))
    assert of(task(60), week).closes_at.adjusted == OPENS + timedelta(hours=2)
    assert of(task(None, 48, TaskKind.ASSIGNMENT), week).closes_at.adjusted == OPENS + timedelta(days=9)


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (date(2026, 10, 5), date(2026, 10, 5), True),
        (date(2026, 9, 1), date(2026, 10, 4), False),
        (date(2026, 10, 6), date(2026, 12, 31), False),
    ],
)
def test_a_period_counts_by_the_days_of_bishkek(first: date, last: date, holds: bool) -> None:
    """The window is 9 to 11 o'clock on 5 October there; in UTC it is 3 to 5."""
    mine = of(task(), agreed(Feature.SPOKEN, first=first, last=last))
    assert mine.formats.adjusted == (frozenset({Feature.SPOKEN}) if holds else frozenset())


@pytest.mark.parametrize("later", [Extension(new_id(), window_minutes=1440), Extension(new_id(), until=OPENS + DAY)])
def test_a_plan_that_begins_in_ones_own_later_window_holds(later: Extension) -> None:
    """The test was put off to the next day for one student, whose plan is in force from that day on."""
    plan = agreed(Feature.ADDITIONAL_TESTING_TIME, AgreedValue(time_multiplier=Fraction(3, 2)), first=date(2026, 10, 6))
    assert of(task(), plan).time_limit.adjusted == timedelta(minutes=60)
    assert of(task(), plan, extensions=(later,)).time_limit.adjusted == timedelta(minutes=90)


def test_a_later_window_takes_no_time_away() -> None:
    """That speed is examined was agreed for a time that the own window alone reaches."""
    gift = replace(more_time(fixed_minutes=30), plan_id=CLASS)
    fixed = replace(more_time(is_fixed_time=True), plan_id=CLASS, valid_from=date(2026, 10, 6))
    mine = of(task(), gift, fixed, extensions=(Extension(new_id(), window_minutes=1440),))
    assert mine.time_limit.adjusted == timedelta(minutes=90)


def test_the_close_itself_is_outside_the_window() -> None:
    midnight = replace(task(None, 15), opens_at=OPENS)
    assert midnight.closes_at.astimezone(TIME_ZONE).date() == date(2026, 10, 6)  # 0 o'clock
    assert not of(midnight, agreed(Feature.SPOKEN, first=date(2026, 10, 6))).formats.adjusted
    mine = of(task(60, 2))
    assert mine.is_open(OPENS) and not mine.is_open(OPENS - timedelta(microseconds=1))
    assert not mine.is_open(OPENS + timedelta(hours=2))
    assert mine.is_open(OPENS + timedelta(hours=2) - timedelta(microseconds=1))
    assert mine.lateness(OPENS + timedelta(hours=2)) == timedelta()
    assert mine.lateness(OPENS + timedelta(hours=2, seconds=1)) == timedelta(seconds=1)


LONG_NIGHT = datetime(2004, 10, 30, 19, 30, tzinfo=UTC)
"""Half past one in Bishkek, summer time; an hour later it was half past one again (tz database, Asia/Bishkek)."""


def test_an_hour_is_an_hour_when_the_clocks_are_put_back() -> None:
    opens_at = LONG_NIGHT.astimezone(TIME_ZONE)
    again = (LONG_NIGHT + timedelta(hours=1)).astimezone(TIME_ZONE)
    assert (opens_at.hour, opens_at.minute) == (again.hour, again.minute) == (1, 30)
    closes_at = LONG_NIGHT + timedelta(hours=3)
    exam = replace(task(60), opens_at=opens_at, due_at=closes_at, closes_at=closes_at)
    day, value = date(2004, 10, 31), AgreedValue(time_multiplier=Fraction(3, 2))
    longer = agreed(Feature.ADDITIONAL_TESTING_TIME, value, first=day, last=day)
    mine = of(exam, longer)
    assert mine.deadline(opens_at) == LONG_NIGHT + timedelta(minutes=90)
    assert mine.deadline(again) == LONG_NIGHT + timedelta(minutes=150)
    assert mine.closes_at.adjusted == closes_at + timedelta(minutes=30)


@pytest.mark.parametrize(("day", "holds"), [(30, False), (31, True)])
def test_the_longer_day_is_one_day(day: int, holds: bool) -> None:
    opens_at = datetime(2004, 10, 31, 17, 30, tzinfo=UTC)  # in the evening of a day of 25 hours
    assert opens_at.astimezone(TIME_ZONE).strftime("%d %H:%M") == "31 22:30"
    closes_at = opens_at + timedelta(minutes=20)
    late = replace(task(None), opens_at=opens_at, due_at=closes_at, closes_at=closes_at)
    mine = of(late, agreed(Feature.SPOKEN, first=date(2004, 10, day), last=date(2004, 10, day)))
    assert bool(mine.formats.adjusted) is holds


def test_breaks_move_the_deadline() -> None:
    mine = of(task(60, 2), agreed(Feature.BREAKS, AgreedValue(break_minutes=15, break_count=2)))
    assert mine.breaks.adjusted is not None and mine.breaks.adjusted.minutes == 15
    assert mine.deadline(OPENS, timedelta(minutes=10)) == OPENS + timedelta(minutes=70)


@pytest.mark.parametrize(
    ("several", "breaks"),
    [
        ([(20, 6), (30, 1)], Breaks(30, 6)),
        ([(20, 2), (10, 1)], Breaks(20, 2)),
        ([(0, 9), (15, 2)], Breaks(15, 2)),
    ],
)
def test_a_second_record_of_breaks_takes_none_away(several: list[tuple[int, int]], breaks: Breaks) -> None:
    records = [
        agreed(Feature.BREAKS, AgreedValue(break_minutes=minutes, break_count=count)) for minutes, count in several
    ]
    mine = of(task(), *records)
    assert mine.breaks.adjusted == breaks
    giving = [
        one.accommodation_id
        for one, (minutes, count) in zip(records, several, strict=True)
        if minutes and (minutes == breaks.minutes or count == breaks.count)
    ]
    assert {one.id for one in mine.breaks.sources} == {*giving}
